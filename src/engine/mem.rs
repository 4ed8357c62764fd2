//! A store that holds its series in memory.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::base::METRIC_NAME;
use crate::promql::Matcher;

use super::{Column, CompiledMatchers, Store, StoreError};

/// Series in memory, found by their metric's name.
#[derive(Debug, Clone, Default)]
pub struct MemStore {
    /// Sorted by labels.
    columns: Vec<Arc<Column>>,
    /// Places in `columns` by metric name.
    by_name: BTreeMap<String, Vec<usize>>,
}

impl MemStore {
    /// Takes series in any order. Columns of the same labels are joined in the order of time; where both have a sample
    /// at the same time, that of the earlier column is kept.
    pub fn new(mut columns: Vec<Column>) -> Self {
        columns.sort_by(|a, b| a.labels.cmp(&b.labels));
        let mut joined: Vec<Column> = Vec::with_capacity(columns.len());
        for column in columns {
            match joined.last_mut() {
                Some(last) if last.labels == column.labels => join(last, column),
                _ => joined.push(column),
            }
        }
        let mut by_name: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (place, column) in joined.iter().enumerate() {
            by_name.entry(column.labels.metric().to_owned()).or_default().push(place);
        }
        Self { columns: joined.into_iter().map(Arc::new).collect(), by_name }
    }

    /// Every series, sorted by labels.
    pub fn columns(&self) -> &[Arc<Column>] {
        &self.columns
    }

    /// The times of the first and the last sample, in milliseconds.
    pub fn extent(&self) -> Option<(i64, i64)> {
        let first = self.columns.iter().filter_map(|column| column.times.first()).min()?;
        let last = self.columns.iter().filter_map(|column| column.times.last()).max()?;
        Some((*first, *last))
    }
}

/// Appends where the times allow it, else merges.
fn join(into: &mut Column, from: Column) {
    if into.times.last() < from.times.first() {
        into.times.extend(from.times);
        into.values.extend(from.values);
        return;
    }
    let both = [&*into, &from].map(|column| column.times.iter().copied().zip(column.values.iter().copied()));
    let mut samples: Vec<(i64, f64)> = both.into_iter().flatten().collect();
    samples.sort_by_key(|(t, _)| *t);
    samples.dedup_by_key(|(t, _)| *t);
    (into.times, into.values) = samples.into_iter().unzip();
}

impl Store for MemStore {
    fn select(&self, matchers: &[Matcher], from: i64, to: i64) -> Result<Vec<Arc<Column>>, StoreError> {
        let matchers = CompiledMatchers::new(matchers)?;
        let has_data = |column: &Arc<Column>| {
            let next = column.times.partition_point(|t| *t < from);
            column.times.get(next).is_some_and(|t| *t <= to)
        };
        let named = matchers.iter().find(|m| m.name() == METRIC_NAME).and_then(|m| m.equal_to());
        let chosen = |column: &&Arc<Column>| has_data(column) && matchers.matches(&column.labels);
        Ok(match named {
            Some(name) => {
                let places = self.by_name.get(name).into_iter().flatten();
                places.filter_map(|place| self.columns.get(*place)).filter(chosen).cloned().collect()
            }
            None => self.columns.iter().filter(chosen).cloned().collect(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Labels;
    use crate::promql::MatchOp;

    fn column(name: &str, job: &str, samples: &[(i64, f64)]) -> Column {
        let labels: Labels = [(METRIC_NAME, name), ("job", job)].into_iter().collect();
        let (times, values) = samples.iter().copied().unzip();
        Column { labels, times, values }
    }

    #[test]
    fn selects_by_labels_and_time() {
        let store = MemStore::new(vec![
            column("up", "b", &[(10, 1.0)]),
            column("up", "a", &[(0, 1.0)]),
            column("down", "a", &[(10, 1.0)]),
        ]);
        let select = |name: &str, op, value: &str, from, to| -> Vec<String> {
            let matcher = Matcher { name: name.into(), op, value: value.into() };
            store.select(&[matcher], from, to).unwrap().iter().map(|c| c.labels.to_string()).collect()
        };
        assert_eq!(select(METRIC_NAME, MatchOp::Equal, "up", 0, 10), [r#"up{job="a"}"#, r#"up{job="b"}"#]);
        assert_eq!(select(METRIC_NAME, MatchOp::Equal, "up", 1, 10), [r#"up{job="b"}"#]);
        assert_eq!(select("job", MatchOp::Regex, "a|c", 0, 10), [r#"down{job="a"}"#, r#"up{job="a"}"#]);
        assert_eq!(store.extent(), Some((0, 10)));
    }

    #[test]
    fn joins_columns_of_the_same_labels() {
        let store = MemStore::new(vec![
            column("up", "a", &[(0, 1.0), (10, 2.0)]),
            column("up", "a", &[(5, 3.0), (10, 4.0), (20, 5.0)]),
            column("up", "a", &[(30, 6.0)]),
        ]);
        assert_eq!(store.columns().len(), 1);
        assert_eq!(store.columns()[0].times, [0, 5, 10, 20, 30]);
        assert_eq!(store.columns()[0].values, [1.0, 3.0, 2.0, 5.0, 6.0]);
    }
}
