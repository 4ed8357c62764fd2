use std::collections::BTreeMap;

/// The labels of a group: `stage=enrich, zone=a`; empty where there are none.
pub fn group(labels: &BTreeMap<String, String>) -> String {
    let pairs: Vec<String> = labels.iter().map(|(name, value)| format!("{name}={value}")).collect();
    pairs.join(", ")
}

/// An objective as a sentence names it: `queue/lag (group=billing)`.
pub fn name(service: &str, slo: &str, labels: &BTreeMap<String, String>) -> String {
    if labels.is_empty() {
        format!("{service}/{slo}")
    } else {
        format!("{service}/{slo} ({})", group(labels))
    }
}
/// So many of something: `1 day`, `1 204 days`.
pub fn counted(number: usize, what: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{} {what}{plural}", super::count(number as f64))
}

/// The same with its verb: `1 day is`, `2 days are`.
pub fn are(number: usize, what: &str) -> String {
    format!("{} {}", counted(number, what), if number == 1 { "is" } else { "are" })
}
