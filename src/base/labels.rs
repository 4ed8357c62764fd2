use std::fmt;
use std::sync::Arc;

/// The label that holds a metric's name.
pub const METRIC_NAME: &str = "__name__";

/// The labels that say what a metric is: its name, its type, its unit. Whatever changes a value takes them off.
pub const METRIC_SCHEMA: [&str; 3] = [METRIC_NAME, "__type__", "__unit__"];

/// The labels by which Prometheus names a scraped target.
pub const TARGET: [&str; 2] = ["job", "instance"];

/// A set of labels, sorted by name, without empty values (in Prometheus an empty label is an absent one).
///
/// Cheap to clone. Ordered as Prometheus orders series: name by name, value by value, the shorter set first.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Labels(Arc<[(Arc<str>, Arc<str>)]>);

impl Default for Labels {
    fn default() -> Self {
        Self::new()
    }
}

impl Labels {
    /// No labels.
    pub fn new() -> Self {
        Self(Arc::from([]))
    }

    /// The value of `name`, where it is set.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.binary_search_by(|(n, _)| n.as_ref().cmp(name)).ok().map(|i| self.0[i].1.as_ref())
    }

    /// The value of `name`, or the empty text, which in PromQL is the same as absent.
    pub fn value(&self, name: &str) -> &str {
        self.get(name).unwrap_or_default()
    }

    /// The metric's name, or the empty text.
    pub fn metric(&self) -> &str {
        self.value(METRIC_NAME)
    }

    /// Names and values, sorted by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_ref(), value.as_ref()))
    }

    /// How many labels there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Only the labels whose name passes.
    #[must_use]
    pub fn filter(&self, mut keep: impl FnMut(&str) -> bool) -> Self {
        if self.0.iter().all(|(name, _)| keep(name)) {
            return self.clone();
        }
        Self(self.0.iter().filter(|(name, _)| keep(name)).cloned().collect())
    }

    /// Only the labels named.
    #[must_use]
    pub fn only<S: AsRef<str>>(&self, names: &[S]) -> Self {
        self.filter(|name| names.iter().any(|n| n.as_ref() == name))
    }

    /// All but the labels named.
    #[must_use]
    pub fn without<S: AsRef<str>>(&self, names: &[S]) -> Self {
        self.filter(|name| !names.iter().any(|n| n.as_ref() == name))
    }

    /// All but the metric's name.
    #[must_use]
    pub fn without_metric(&self) -> Self {
        self.without(&[METRIC_NAME])
    }

    /// The same labels with `name` set to `value`; an empty value takes the label away.
    #[must_use]
    pub fn with(&self, name: &str, value: &str) -> Self {
        let others = self.0.iter().filter(|(n, _)| n.as_ref() != name).cloned();
        others.chain([(Arc::from(name), Arc::from(value))]).collect()
    }
}

impl<N: Into<Arc<str>>, V: Into<Arc<str>>> FromIterator<(N, V)> for Labels {
    /// Sorts; of a name given twice the last value counts; empty values are left out.
    fn from_iter<I: IntoIterator<Item = (N, V)>>(pairs: I) -> Self {
        let mut all: Vec<(Arc<str>, Arc<str>)> =
            pairs.into_iter().map(|(n, v)| (n.into(), v.into())).collect();
        all.reverse();
        all.sort_by(|a, b| a.0.cmp(&b.0));
        all.dedup_by(|later, first| later.0 == first.0);
        all.retain(|(_, value)| !value.is_empty());
        Self(all.into())
    }
}

impl fmt::Display for Labels {
    /// As PromQL writes a series: `name{label="value"}`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.metric())?;
        let mut others = self.iter().filter(|(name, _)| *name != METRIC_NAME).peekable();
        if others.peek().is_none() {
            return if self.metric().is_empty() { f.write_str("{}") } else { Ok(()) };
        }
        f.write_str("{")?;
        for (i, (name, value)) in others.enumerate() {
            write!(f, "{}{name}={value:?}", if i > 0 { ", " } else { "" })?;
        }
        f.write_str("}")
    }
}

impl fmt::Debug for Labels {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sorted_without_empties_last_value_wins() {
        let labels: Labels =
            [("b", "2"), ("a", ""), ("c", "3"), ("b", "4"), (METRIC_NAME, "up")].into_iter().collect();
        assert_eq!(labels.to_string(), r#"up{b="4", c="3"}"#);
        assert_eq!(labels.get("a"), None);
        assert_eq!(labels.with("b", "").with("a", "1").to_string(), r#"up{a="1", c="3"}"#);
        assert_eq!(labels.without_metric().only(&["c"]).to_string(), r#"{c="3"}"#);
        assert_eq!(Labels::new().to_string(), "{}");
    }
}
