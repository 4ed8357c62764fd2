//! Indicators: written in an objective, or in documents of their own.

use super::super::decode::{At, Fields};
use super::super::{foreign, values};
use super::metadata::object as in_document;
use super::objects::Kind;
use super::source::{Source, source};
use super::{Run, Version, v1alpha};
use crate::slo::Polarity;

/// What is measured, as it is written.
#[derive(Clone)]
pub(super) enum Metric<'a> {
    /// A value, which the objective compares with a bound.
    Threshold(Source<'a>),
    /// Good or bad events among all.
    Ratio {
        /// Whether the queries are counters; not said where nothing is written.
        counter: Option<bool>,
        polarity: Polarity,
        part: Source<'a>,
        total: Source<'a>,
    },
    /// A ratio that another program has calculated.
    Raw { polarity: Polarity, ratio: Source<'a> },
}

/// Reads an indicator where it is needed: written out, or by the name of a document.
pub(super) fn given<'a>(f: &mut Fields<'a, '_>, run: &Run<'_, 'a>) -> Option<Metric<'a>> {
    let fields = run.version.indicator();
    let [inline, reference] = fields;
    let help = format!(
        "write `{inline}:` with the indicator, or `{reference}:` with the name of a document of kind SLI"
    );
    let (field, at) = f.one_of(&fields, &help)?;
    if run.version == Version::V1Alpha {
        return v1alpha::threshold(&at);
    }
    if field == inline {
        return in_document(&at, Kind::Sli, true, |_, at| metric(at, run.version));
    }
    object(&run.objects.find(Kind::Sli, &at)?, run)
}

/// Reads a document of kind `SLI`.
pub(super) fn object<'a>(at: &At<'a>, run: &Run<'_, 'a>) -> Option<Metric<'a>> {
    in_document(at, Kind::Sli, false, |_, at| metric(at, run.version))
}

fn metric<'a>(at: &At<'a>, version: Version) -> Option<Metric<'a>> {
    at.fields(|f| {
        f.optional("description", foreign::prose);
        let help = "write `ratioMetric: {good: …, total: …}` or `thresholdMetric: …`";
        match f.one_of(&["ratioMetric", "thresholdMetric"], help)? {
            ("ratioMetric", at) => ratio(&at, version),
            (_, at) => source(&at, version).map(Metric::Threshold),
        }
    })
}

fn ratio<'a>(at: &At<'a>, version: Version) -> Option<Metric<'a>> {
    at.fields(|f| {
        let counter = f.optional("counter", values::truth);
        let help = "write `good:` or `bad:` with the query that counts these events, or `raw:` with a ratio";
        let Some((field, part)) = f.one_of(&["good", "bad", "raw"], help) else {
            f.find("total");
            f.find("rawType");
            return None;
        };
        if field == "raw" {
            let words = [("success", Polarity::Good), ("failure", Polarity::Bad)];
            let polarity = f.required("rawType", "rawType: success", |at| values::one_of(at, &words));
            let ratio = source(&part, version);
            return Some(Metric::Raw { polarity: polarity?, ratio: ratio? });
        }
        let part = source(&part, version);
        let total = f.required("total", "total:", |at| source(at, version));
        let polarity = if field == "good" { Polarity::Good } else { Polarity::Bad };
        Some(Metric::Ratio { counter, polarity, part: part?, total: total? })
    })
}
