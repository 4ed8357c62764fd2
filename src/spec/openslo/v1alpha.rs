//! What v1alpha has of its own: indicators inside objectives, and thresholds without documents of their own.

use super::super::decode::At;
use super::super::values;
use super::Version;
use super::indicator::Metric;
use super::source::source;
use crate::slo::Polarity;

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
