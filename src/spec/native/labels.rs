//! Labels and annotations: maps whose keys are free.

use std::collections::BTreeMap;

use crate::base::nearest;
use crate::diag::{Code, quote};
use crate::spec::decode::At;
use crate::spec::node::Entry;
use crate::spec::values;

/// Labels that Prometheus or the generated rules set themselves.
const TAKEN: [&str; 5] = ["alertname", "slo", "slo_service", "slo_id", "severity"];

type Map = BTreeMap<String, String>;

/// Labels of a service or an objective.
pub(super) fn labels(at: &At) -> Option<Map> {
    read(at, values::label_name_fault, |_, _| true)
}

/// Labels of the alerts of an objective.
pub(super) fn of_burn_alerts(at: &At) -> Option<Map> {
    read(at, values::label_name_fault, |entry, at| !is_taken(entry, at, &TAKEN))
}

/// Labels of a plain alert.
pub(super) fn of_alert(at: &At) -> Option<Map> {
    read(at, values::label_name_fault, |entry, at| !is_taken(entry, at, &["alertname"]))
}

/// What the person who is told reads.
pub(super) fn annotations(at: &At) -> Option<Map> {
    values::annotations(at)
}

/// The same with others laid over them.
pub(super) fn over(base: &Map, own: Option<Map>) -> Map {
    let mut all = base.clone();
    all.extend(own.unwrap_or_default());
    all
}

fn read(
    at: &At,
    name_fault: impl Fn(&str) -> Option<(String, String)>,
    allowed: impl Fn(&Entry, &At) -> bool,
) -> Option<Map> {
    let pairs = at.entries(|entry, at| {
        if let Some((message, help)) = name_fault(&entry.key) {
            at.say::<()>(at.fault_at(Code::LabelName, entry.key_span, message).help(help));
        } else if !allowed(entry, at) {
            return None;
        }
        Some((entry.key.clone(), values::text(at)?))
    })?;
    Some(pairs.into_iter().collect())
}

fn is_taken(entry: &Entry, at: &At, taken: &[&str]) -> bool {
    let reserved = entry.key.starts_with("__");
    if !reserved && !taken.contains(&entry.key.as_str()) {
        return false;
    }
    let message = if reserved {
        format!("the label {} is Prometheus's own, as all that begin with `__`", quote(&entry.key))
    } else {
        format!("the label {} is set by the alert itself", quote(&entry.key))
    };
    let fault = at.fault_at(Code::LabelName, entry.key_span, message);
    let help = match nearest(&entry.key, ["severity"]) {
        Some(_) => "say how urgent alerts are with `page`, `ticket` and the `severity` of `windows`",
        None => "give it another name",
    };
    at.say::<()>(fault.help(help));
    true
}
