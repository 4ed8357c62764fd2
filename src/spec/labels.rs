//! Labels of other dialects, whose names Prometheus may not take.

use std::collections::BTreeMap;

use super::decode::At;
use super::node::Kind;
use crate::diag::{Code, quote};

/// Labels by names that Prometheus takes: every other character becomes `_`, as it does where Prometheus finds the labels
/// of Kubernetes. Several values of one label are joined by commas.
pub(super) fn labels(at: &At) -> Option<BTreeMap<String, String>> {
    let mut labels = BTreeMap::new();
    at.entries(|entry, at| {
        let value = match &at.node.kind {
            Kind::List(_) => at.list(|at| at.text().map(str::to_owned))?.join(","),
            _ => at.text()?.to_owned(),
        };
        let name = label(&entry.key);
        if labels.insert(name.clone(), value).is_some() {
            let message = format!("two labels have the name {} here", quote(&name));
            let fault = at.fault_at(Code::LabelName, entry.key_span, message);
            at.say::<()>(fault.help("characters other than letters, digits and `_` become `_`; rename one"));
        }
        Some(())
    })?;
    Some(labels)
}

fn label(name: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() { c } else { '_' };
    let name: String = name.chars().map(plain).collect();
    if name.starts_with(|c: char| c.is_ascii_digit()) { format!("_{name}") } else { name }
}
