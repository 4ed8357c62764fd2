//! Samples of the same series from several places, made into one column.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use crate::base::Column;
use crate::base::{Labels, Moment};

/// Samples of a series in the order of the file.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Run {
    pub(super) labels: Labels,
    pub(super) times: Vec<i64>,
    pub(super) values: Vec<f64>,
}

impl Run {
    pub(super) fn new(labels: Labels) -> Self {
        Self { labels, times: Vec::new(), values: Vec::new() }
    }

    #[inline]
    pub(super) fn push(&mut self, ms: i64, value: f64) {
        self.times.push(ms);
        self.values.push(value);
    }
}

/// One column per series, sorted by labels, each in the order of time. Of samples at the same time the first given
/// stays; where another has a different value, a remark says so.
pub(super) fn merge(runs: impl IntoIterator<Item = Run>, notes: &mut Vec<String>) -> Vec<Column> {
    let mut series: BTreeMap<Labels, (Vec<i64>, Vec<f64>)> = BTreeMap::new();
    for run in runs {
        match series.entry(run.labels) {
            Entry::Vacant(place) => {
                place.insert((run.times, run.values));
            }
            Entry::Occupied(mut held) => {
                held.get_mut().0.extend_from_slice(&run.times);
                held.get_mut().1.extend_from_slice(&run.values);
            }
        }
    }
    let mut doubts = Doubts::default();
    let columns = series.into_iter().map(|(labels, (times, values))| {
        let (times, values) = in_order(&labels, times, values, &mut doubts);
        Column::floats(labels, times, values)
    });
    let columns = columns.collect();
    notes.extend(doubts.note());
    columns
}

/// Samples that contradict an earlier one.
#[derive(Default)]
struct Doubts {
    count: u64,
    first: Option<String>,
}

impl Doubts {
    fn add(&mut self, labels: &Labels, ms: i64, kept: f64, dropped: f64) {
        self.count += 1;
        self.first.get_or_insert_with(|| {
            format!("{labels} at {} is {kept} and {dropped}", Moment::from_millis(ms))
        });
    }

    fn note(self) -> Option<String> {
        let first = self.first?;
        let samples = if self.count == 1 { "sample has" } else { "samples have" };
        Some(format!(
            "{} {samples} the time of another of the same series and a different value; the first was kept: {first}",
            self.count
        ))
    }
}

fn in_order(
    labels: &Labels,
    mut times: Vec<i64>,
    mut values: Vec<f64>,
    doubts: &mut Doubts,
) -> (Vec<i64>, Vec<f64>) {
    if times.is_sorted_by(|a, b| a < b) {
        times.shrink_to_fit();
        values.shrink_to_fit();
        return (times, values);
    }
    let mut order: Vec<usize> = (0..times.len()).collect();
    order.sort_by_key(|&i| times[i]);
    let mut sorted: (Vec<i64>, Vec<f64>) = (Vec::with_capacity(order.len()), Vec::with_capacity(order.len()));
    for i in order {
        match (sorted.0.last(), sorted.1.last()) {
            (Some(&time), Some(&kept)) if time == times[i] => {
                if kept.to_bits() != values[i].to_bits() {
                    doubts.add(labels, time, kept, values[i]);
                }
            }
            _ => {
                sorted.0.push(times[i]);
                sorted.1.push(values[i]);
            }
        }
    }
    sorted
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn run(name: &str, samples: &[(i64, f64)]) -> Run {
        let mut run = Run::new([("__name__", name)].into_iter().collect());
        for &(ms, value) in samples {
            run.push(ms, value);
        }
        run
    }

    #[test]
    fn the_first_of_equal_times_stays_and_others_are_counted() {
        let mut notes = Vec::new();
        let columns = merge(
            [
                run("b", &[(3000, 3.0), (1000, 1.0)]),
                run("a", &[(1000, 0.0)]),
                run("b", &[(2000, 2.0), (3000, 9.0), (1000, 1.0)]),
            ],
            &mut notes,
        );
        assert_eq!(columns.iter().map(|c| c.labels.metric()).collect::<Vec<_>>(), ["a", "b"]);
        assert_eq!(
            (columns[1].times.as_slice(), columns[1].values.as_slice()),
            (&[1000, 2000, 3000][..], &[1.0, 2.0, 3.0][..])
        );
        assert_eq!(
            notes,
            [
                "1 sample has the time of another of the same series and a different value; the first was kept: \
              b at 1970-01-01T00:00:03Z is 3 and 9"
            ]
        );
    }

    proptest! {
        #[test]
        fn however_samples_are_spread_the_column_is_the_same(
            samples in prop::collection::btree_map(-50i64..50, -9i32..9, 0..40),
            shuffle in prop::collection::vec((0usize..40, 0usize..40), 0..40),
            cuts in prop::collection::vec(0usize..40, 0..4),
        ) {
            let ordered: Vec<(i64, f64)> = samples.into_iter().map(|(t, v)| (t, f64::from(v))).collect();
            let mut spread = ordered.clone();
            for (a, b) in shuffle {
                if a < spread.len() && b < spread.len() {
                    spread.swap(a, b);
                }
            }
            let mut runs = vec![run("m", &spread)];
            // Giving samples again changes nothing.
            runs.extend(cuts.iter().map(|&cut| run("m", &spread[cut.min(spread.len())..])));
            let mut notes = Vec::new();
            let columns = merge(runs, &mut notes);
            prop_assert!(notes.is_empty());
            prop_assert_eq!(&columns[0].times, &ordered.iter().map(|s| s.0).collect::<Vec<_>>());
            prop_assert_eq!(&columns[0].values, &ordered.iter().map(|s| s.1).collect::<Vec<_>>());
        }
    }
}
