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
