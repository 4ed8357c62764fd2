//! A metric of a service, as far as it matters whether something can be promised by it.

use std::collections::{BTreeMap, BTreeSet};

/// What a metric is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// It counts.
    Counter,
    /// The buckets of a histogram.
    Buckets,
    /// It goes up and down, or nobody says.
    Other,
}

/// How names begin of what is told of every process, or of the machine below it: nobody promises it.
const EVERYWHERE: [&str; 14] = [
    "container_",
    "dotnet_",
    "go_",
    "jvm_",
    "machine_",
    "net_conntrack_",
    "node_",
    "nodejs_",
    "process_",
    "promhttp_",
    "python_",
    "rest_client_",
    "scrape_",
    "workqueue_",
];

/// The most values of a label that are kept.
const MOST_VALUES: usize = 50;

/// A metric of one service.
#[derive(Debug, Clone)]
pub(super) struct Metric {
    pub(super) name: String,
    pub(super) kind: Kind,
    /// The labels that were asked about and that its series have, with values of them.
    pub(super) labels: BTreeMap<String, BTreeSet<String>>,
    /// The boundaries of its buckets below infinity, from small to large.
    pub(super) boundaries: Vec<f64>,
}

impl Metric {
    pub(super) fn new(name: &str) -> Self {
        Self { name: name.to_owned(), kind: Kind::Other, labels: BTreeMap::new(), boundaries: Vec::new() }
    }

    pub(super) fn add_value(&mut self, label: &str, value: &str) {
        if let Some(boundary) = boundary(label, value) {
            if !self.boundaries.contains(&boundary) {
                self.boundaries.push(boundary);
            }
            return;
        }
        let values = self.labels.entry(label.to_owned()).or_default();
        if values.len() < MOST_VALUES {
            values.insert(value.to_owned());
        }
    }

    /// The parts of its name.
    pub(super) fn words(&self) -> impl Iterator<Item = &str> {
        self.name.split('_')
    }

    /// Whether one of these is a part of its name.
    pub(super) fn has_word(&self, words: &[&str]) -> bool {
        self.words().any(|word| words.contains(&word))
    }

    /// The first of these labels that it has.
    pub(super) fn label(&self, labels: &[&'static str]) -> Option<&'static str> {
        labels.iter().find(|label| self.labels.contains_key(**label)).copied()
    }

    pub(super) fn has_value(&self, label: &str, value: &str) -> bool {
        self.labels.get(label).is_some_and(|values| values.contains(value))
    }
}

/// A boundary of a histogram below infinity.
fn boundary(label: &str, value: &str) -> Option<f64> {
    let value: f64 = Some(value).filter(|_| label == "le")?.parse().ok()?;
    value.is_finite().then_some(value)
}

/// Whether something of this name may be promised, as far as a name tells.
pub(super) fn is_of_interest(name: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '_';
    name.chars().all(plain) && !EVERYWHERE.iter().any(|prefix| name.starts_with(prefix))
}

/// What a metric is, by its declared type where there is one, else by its name. `others` tells whether the same service
/// has a metric of another name.
pub(super) fn kind(name: &str, declared: Option<&str>, others: &dyn Fn(&str) -> bool) -> Kind {
    if name.ends_with("_bucket") {
        return Kind::Buckets;
    }
    match declared {
        Some("counter") => return Kind::Counter,
        Some("gauge") => return Kind::Other,
        _ => {}
    }
    if name.ends_with("_total") {
        return Kind::Counter;
    }
    // The number of observations; a gauge can have this name too.
    match name.strip_suffix("_count") {
        Some(base) if others(&format!("{base}_bucket")) || others(&format!("{base}_sum")) => Kind::Counter,
        _ => Kind::Other,
    }
}
