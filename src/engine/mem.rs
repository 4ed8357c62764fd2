//! A store that holds its series in memory.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::base::{Column, METRIC_NAME};
use crate::promql::{CompiledMatchers, Matcher};

use super::{Found, Store, StoreError};

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
        let first = self.columns.iter().filter_map(|column| column.first()).min()?;
        let last = self.columns.iter().filter_map(|column| column.last()).max()?;
        Some((first, last))
    }
}

/// Appends where the times allow it, else merges.
fn join(into: &mut Column, from: Column) {
    let starts = !into.starts.is_empty() || !from.starts.is_empty();
    if starts {
        into.starts.resize(into.times.len(), 0);
    }
    if into.times.last() < from.times.first() {
        into.starts.extend(from.starts);
        into.times.extend(from.times);
        into.values.extend(from.values);
    } else if !from.times.is_empty() {
        let both = [&*into, &from].map(|column| {
            let starts = column.starts.iter().copied().chain(std::iter::repeat(0));
            let samples = column.times.iter().copied().zip(column.values.iter().copied());
            samples.zip(starts).map(|((t, value), start)| (t, value, start))
        });
        let mut samples: Vec<(i64, f64, i64)> = both.into_iter().flatten().collect();
        samples.sort_by_key(|(t, ..)| *t);
        samples.dedup_by_key(|(t, ..)| *t);
        into.times = samples.iter().map(|(t, ..)| *t).collect();
        into.values = samples.iter().map(|(_, value, _)| *value).collect();
        into.starts = samples.iter().map(|(.., start)| *start).collect();
    }
    into.starts.resize(if starts { into.times.len() } else { 0 }, 0);
    into.histograms.extend(from.histograms);
    into.histograms.sort_by_key(|sample| sample.t);
    into.histograms.dedup_by_key(|sample| sample.t);
}

impl Store for MemStore {
    fn find(&self, matchers: &[Matcher], from: i64, to: i64) -> Result<Vec<Found>, StoreError> {
        let matchers = CompiledMatchers::new(matchers)?;
        let named = matchers.iter().find(|m| m.name() == METRIC_NAME).and_then(|m| m.equal_to());
        let chosen = |column: &&Arc<Column>| column.any_in(from, to) && matchers.matches(&column.labels);
        let found =
            |column: &Arc<Column>| Found { labels: column.labels.clone(), key: Arc::<Column>::clone(column) };
        Ok(match named {
            Some(name) => {
                let places = self.by_name.get(name).into_iter().flatten();
                places.filter_map(|place| self.columns.get(*place)).filter(chosen).map(found).collect()
            }
            None => self.columns.iter().filter(chosen).map(found).collect(),
        })
    }

    fn read(&self, found: &Found, _from: i64, _to: i64) -> Result<Arc<Column>, StoreError> {
        let column = Arc::clone(&found.key).downcast();
        column.map_err(|_| StoreError(format!("{} was found in another store", found.labels)))
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
        Column::floats(labels, times, values)
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
