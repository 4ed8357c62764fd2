//! What readers of other tools' dialects have in common: percentages as those tools read them, texts that may be empty,
//! and the metadata of Kubernetes objects.

use std::collections::BTreeMap;

use super::decode::At;
use super::values;
use crate::base::Share;
use crate::diag::Code;
use crate::promql::Selector;
use crate::slo::{LatencySli, Unit};

/// A percentage above zero, as a tool reads it that takes `0.99` for 0.99 %: that is kept, with a warning.
pub(super) fn objective(at: &At) -> Option<Share> {
    let share = percentage(at)?;
    if share == Share::ZERO {
        return values::objective(at);
    }
    if values::is_of_one(share) {
        let percent = share.percent();
        let fault = at.fault(Code::ShareOfOne, format!("{percent} % is a promise that any service keeps"));
        at.say::<()>(fault.help(format!("write `{}` if that is meant", values::of_one(&percent))));
    }
    Some(share)
}

/// A percentage, however small.
pub(super) fn percentage(at: &At) -> Option<Share> {
    match Share::from_percent(at.text()?) {
        Ok(share) => Some(share),
        Err(_) => values::percentage(at),
    }
}

/// A text that may be empty, and then says nothing.
pub(super) fn prose(at: &At) -> Option<String> {
    if at.node.text().is_some_and(|text| text.trim().is_empty()) { None } else { values::text(at) }
}

/// What a Kubernetes object says of itself.
#[derive(Debug, Clone, Default)]
pub(super) struct Metadata {
    /// Its name in its namespace.
    pub(super) name: Option<String>,
    /// Its namespace.
    pub(super) namespace: Option<String>,
    /// Labels that are handed on, without their prefix.
    pub(super) labels: BTreeMap<String, String>,
    /// Annotations that are handed on, without their prefix.
    pub(super) annotations: BTreeMap<String, String>,
}

impl Metadata {
    /// Reads the metadata of an object; of labels and annotations those with a prefix. A cluster adds fields of its own, so
    /// none is unknown.
    pub(super) fn read(at: &At, prefix: Option<&str>) -> Option<Self> {
        let mut metadata = Self::default();
        at.entries(|entry, value| {
            match entry.key.as_str() {
                "name" => metadata.name = values::name(value),
                "namespace" => metadata.namespace = values::name(value),
                "labels" => metadata.labels = handed_on(value, prefix)?,
                "annotations" => metadata.annotations = handed_on(value, prefix)?,
                _ => {}
            }
            Some(())
        })?;
        Some(metadata)
    }
}

fn handed_on(at: &At, prefix: Option<&str>) -> Option<BTreeMap<String, String>> {
    let entries = at.entries(|entry, value| {
        let name = entry.key.strip_prefix(prefix?)?;
        if let Some((message, help)) = values::label_name_fault(name) {
            return value.say(value.fault_at(Code::LabelName, entry.key_span, message).help(help));
        }
        Some((name.to_owned(), values::text(value)?))
    })?;
    Some(entries.into_iter().collect())
}

/// A latency whose threshold is given as the boundary of a bucket.
pub(super) fn latency(buckets: Selector, threshold: f64, unit: Unit) -> LatencySli {
    let milliseconds = (threshold * 1000.0).round();
    #[expect(clippy::float_cmp, reason = "whether the digits are the same after the point is moved")]
    let written = match unit {
        Unit::Milliseconds => format!("{threshold}ms"),
        Unit::Seconds if threshold < 1.0 && milliseconds / 1000.0 == threshold => format!("{milliseconds}ms"),
        Unit::Seconds => format!("{threshold}s"),
    };
    LatencySli { buckets, threshold, written, unit }
}
