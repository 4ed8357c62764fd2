use std::sync::Arc;

use super::{Histogram, Labels};

/// One stored series, column by column. Floats and native histograms each ascend strictly in time; no time has both.
/// Stale markers are kept as they are: floats with their bit pattern, histograms with it as their sum.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Column {
    /// Who it is, the metric's name included.
    pub labels: Labels,
    /// When there is a float, in milliseconds since 1970.
    pub times: Vec<i64>,
    /// The float at each of `times`.
    pub values: Vec<f64>,
    /// When the counter behind each float started, in milliseconds since 1970, zero where that is not known. Empty where
    /// it is known of none.
    pub starts: Vec<i64>,
    /// The native histograms.
    pub histograms: Vec<HistogramAt>,
}

/// A native histogram at a time.
#[derive(Debug, Clone, PartialEq)]
pub struct HistogramAt {
    /// When, in milliseconds since 1970.
    pub t: i64,
    /// When its counter started, in milliseconds since 1970; zero where that is not known.
    pub start: i64,
    /// What.
    pub value: Arc<Histogram>,
}

impl Column {
    /// A series of floats: `times[i]` goes with `values[i]`.
    pub fn floats(labels: Labels, times: Vec<i64>, values: Vec<f64>) -> Self {
        Self { labels, times, values, ..Self::default() }
    }

    /// Takes all samples away, but not the room for them. The labels stay.
    pub fn clear(&mut self) {
        self.times.clear();
        self.values.clear();
        self.starts.clear();
        self.histograms.clear();
    }

    /// The time of the first sample of either kind.
    pub fn first(&self) -> Option<i64> {
        let histogram = self.histograms.first().map(|sample| sample.t);
        self.times.first().copied().into_iter().chain(histogram).min()
    }

    /// The time of the last sample of either kind.
    pub fn last(&self) -> Option<i64> {
        let histogram = self.histograms.last().map(|sample| sample.t);
        self.times.last().copied().into_iter().chain(histogram).max()
    }

    /// How many samples of both kinds it has.
    pub fn len(&self) -> usize {
        self.times.len() + self.histograms.len()
    }

    /// Whether it has none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many samples of both kinds lie in `[from, to]`.
    pub fn count_in(&self, from: i64, to: i64) -> usize {
        let floats = self.times.partition_point(|t| *t <= to) - self.times.partition_point(|t| *t < from);
        let histograms = self.histograms.partition_point(|sample| sample.t <= to)
            - self.histograms.partition_point(|sample| sample.t < from);
        floats + histograms
    }

    /// Whether a sample of either kind lies in `[from, to]`.
    pub fn any_in(&self, from: i64, to: i64) -> bool {
        let next = self.times.partition_point(|t| *t < from);
        let histogram = self.histograms.partition_point(|sample| sample.t < from);
        self.times.get(next).is_some_and(|t| *t <= to)
            || self.histograms.get(histogram).is_some_and(|sample| sample.t <= to)
    }
}
