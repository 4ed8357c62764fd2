//! What v1alpha has of its own: indicators inside objectives, thresholds without documents of their own, and a reader
//! beside this one, which is Sloth.

use super::super::decode::At;
use super::super::values;
use super::Version;
use super::indicator::Metric;
use super::source::source;
use crate::promql::{BinaryOp, Expr};
use crate::slo::{EventsSli, Origin, Polarity, RuleStep, Sli, SlothOrigin, SlothSli};

/// Reads `ratioMetrics` of an objective.
pub(super) fn ratio<'a>(at: &At<'a>) -> Option<Metric<'a>> {
    at.fields(|f| {
        // Renamed to `counter` in the last files of this version.
        let incremental = f.optional("incremental", values::truth);
        let counter = f.optional("counter", values::truth).or(incremental);
        let part = |at: &At<'a>| source(at, Version::V1Alpha);
        let good = f.required("good", "good: {source: prometheus, queryType: promql, query: …}", part);
        let total = f.required("total", "total: {source: prometheus, queryType: promql, query: …}", part);
        Some(Metric::Ratio { counter, polarity: Polarity::Good, part: good?, total: total? })
    })
}

/// Reads `indicator` of a document.
pub(super) fn threshold<'a>(at: &At<'a>) -> Option<Metric<'a>> {
    let help = "thresholdMetric: {source: prometheus, queryType: promql, query: …}";
    at.fields(|f| {
        f.required("thresholdMetric", help, |at| source(at, Version::V1Alpha)).map(Metric::Threshold)
    })
}

/// An objective as Sloth takes it, which numbers the objectives of a document and makes no alerts about them.
pub(super) fn origin(document: &str, place: usize, sli: &Sli) -> Origin {
    let sli = match sli {
        Sli::Events(EventsSli { polarity: Polarity::Good, part, total })
            if part.uses_window() && total.uses_window() =>
        {
            let good = part.clone().in_brackets().binary(BinaryOp::Div, total.clone().in_brackets());
            Some(SlothSli::Raw(Expr::number(1.0).binary(BinaryOp::Sub, good.in_brackets())))
        }
        _ => None,
    };
    let steps = RuleStep::USUAL.into_iter().filter(|step| *step != RuleStep::Alerts).collect();
    let (dialect, name) = (Version::V1Alpha.api(), format!("{document}-{place}"));
    Origin::Sloth(SlothOrigin { dialect, name, sli, steps })
}
