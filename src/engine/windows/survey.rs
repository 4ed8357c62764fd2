//! What a store holds: how many series and samples, how often they were sampled, and where they are missing.

use std::collections::BTreeMap;

use crate::base::{Column, Labels, TARGET, is_stale};

use super::super::{Store, StoreError};
use super::presence::{STRETCHES_HELD, covered, merged};
use super::samples::Samples;

/// What a store holds. All times are in milliseconds since 1970.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Survey {
    /// Series that have a sample.
    pub series: u64,
    /// Samples that are numbers, stale markers not counted.
    pub floats: u64,
    /// Samples that are native histograms, stale markers not counted.
    pub histograms: u64,
    /// Marks that a series ended.
    pub stale_markers: u64,
    /// The times of the first and the last sample.
    pub extent: Option<(i64, i64)>,
    /// By metric name.
    pub metrics: BTreeMap<String, Tally>,
    /// By the typical time between the samples of a series, rounded to seconds where it is above one.
    pub intervals: BTreeMap<i64, Tally>,
    /// Series with a single sample: nothing tells how often they are sampled.
    pub lone: Tally,
    /// By target (`job` and `instance`): its series, and the stretches of time in which one of them had samples.
    pub targets: BTreeMap<Labels, Watched>,
}

/// How many series and how many samples.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tally {
    /// Series.
    pub series: u64,
    /// Samples of both kinds.
    pub samples: u64,
}

/// When a target was seen.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Watched {
    /// Its series.
    pub series: u64,
    /// Stretches of time, `[from, to)`, ascending, that do not meet: between them is a gap (more than 5 minutes and 4
    /// typical intervals without a sample, or a time after stale markers).
    pub stretches: Vec<(i64, i64)>,
}

impl Survey {
    /// Looks at every sample of a store, one series at a time; `looked` is told of each series done.
    ///
    /// # Errors
    /// A store that cannot answer.
    pub fn of(store: &dyn Store, mut looked: impl FnMut(usize, usize)) -> Result<Self, StoreError> {
        let mut survey = Self::default();
        let found = store.find(&[], i64::MIN, i64::MAX)?;
        for (done, series) in found.iter().enumerate() {
            let column = store.read(series, i64::MIN, i64::MAX)?;
            survey.add(&column);
            looked(done + 1, found.len());
        }
        for target in survey.targets.values_mut() {
            target.stretches = merged(std::mem::take(&mut target.stretches));
        }
        Ok(survey)
    }

    fn add(&mut self, column: &Column) {
        let (Some(first), Some(last)) = (column.first(), column.last()) else { return };
        let stale = column.values.iter().filter(|value| is_stale(**value)).count() as u64;
        let stale_histograms =
            column.histograms.iter().filter(|sample| is_stale(sample.value.sum)).count() as u64;
        let floats = column.times.len() as u64 - stale;
        let histograms = column.histograms.len() as u64 - stale_histograms;
        self.series += 1;
        self.floats += floats;
        self.histograms += histograms;
        self.stale_markers += stale + stale_histograms;
        self.extent = Some(match self.extent {
            Some((from, to)) => (from.min(first), to.max(last)),
            None => (first, last),
        });
        let add = |tally: &mut Tally| {
            tally.series += 1;
            tally.samples += floats + histograms;
        };
        match self.metrics.get_mut(column.labels.metric()) {
            Some(tally) => add(tally),
            None => add(self.metrics.entry(column.labels.metric().to_owned()).or_default()),
        }
        let of_both_kinds = (!column.histograms.is_empty()).then(|| of_both_kinds(column));
        let samples = Samples::of(of_both_kinds.as_ref().unwrap_or(column), first, last);
        match samples.interval() {
            Some(interval) => add(self.intervals.entry(rounded(interval)).or_default()),
            None => add(&mut self.lone),
        }
        let target = self.targets.entry(column.labels.only(&TARGET)).or_default();
        target.series += 1;
        covered(samples, samples.interval().unwrap_or(0), &mut target.stretches);
        if target.stretches.len() > STRETCHES_HELD {
            target.stretches = merged(std::mem::take(&mut target.stretches));
        }
    }
}

/// To seconds, where it is above one: scrapes come with jitter.
fn rounded(interval: i64) -> i64 {
    if interval > 1000 { (interval + 500) / 1000 * 1000 } else { interval }
}

/// Floats and histograms as one column that tells only when there was a sample or a stale marker.
fn of_both_kinds(column: &Column) -> Column {
    let floats = column.times.iter().copied().zip(column.values.iter().copied());
    let histograms = column.histograms.iter().map(|sample| (sample.t, sample.value.sum));
    let mut samples: Vec<(i64, f64)> = floats.chain(histograms).collect();
    samples.sort_by_key(|(t, _)| *t);
    let (times, values) = samples.into_iter().unzip();
    Column::floats(column.labels.clone(), times, values)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::base::{Histogram, HistogramAt, METRIC_NAME, stale_marker};
    use crate::engine::MemStore;

    fn labels(metric: &str, instance: &str) -> Labels {
        [(METRIC_NAME, metric), ("job", "api"), ("instance", instance)].into_iter().collect()
    }

    #[test]
    fn counts_and_gaps() {
        let minute = 60_000;
        let times: Vec<i64> = (0..100).filter(|i| !(40..60).contains(i)).map(|i| i * minute).collect();
        let mut values = vec![1.0; times.len()];
        *values.last_mut().unwrap() = stale_marker();
        let histogram = Arc::new(Histogram::default());
        let native = Column {
            labels: labels("native", "b"),
            histograms: (0..3)
                .map(|i| HistogramAt { t: i * 30_010, start: 0, value: Arc::clone(&histogram) })
                .collect(),
            ..Column::default()
        };
        let lone = Column::floats(labels("lone", "b"), vec![0], vec![1.0]);
        let store = MemStore::new(vec![Column::floats(labels("up", "a"), times, values), native, lone]);
        let mut looked = Vec::new();
        let survey = Survey::of(&store, |done, all| looked.push((done, all))).unwrap();
        assert_eq!(looked, [(1, 3), (2, 3), (3, 3)]);
        assert_eq!((survey.series, survey.floats, survey.histograms, survey.stale_markers), (3, 80, 3, 1));
        assert_eq!(survey.extent, Some((0, 99 * minute)));
        assert_eq!(survey.metrics["up"], Tally { series: 1, samples: 79 });
        assert_eq!(survey.intervals[&30_000], Tally { series: 1, samples: 3 });
        assert_eq!(survey.intervals[&minute], Tally { series: 1, samples: 79 });
        assert_eq!(survey.lone, Tally { series: 1, samples: 1 });
        let target =
            |instance: &str| [("job", "api"), ("instance", instance)].into_iter().collect::<Labels>();
        assert_eq!(survey.targets[&target("a")].stretches, [(0, 40 * minute), (60 * minute, 99 * minute)]);
        assert_eq!(survey.targets[&target("b")], Watched { series: 2, stretches: vec![(0, 90_030)] });
    }
}
