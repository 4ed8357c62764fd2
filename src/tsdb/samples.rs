//! Samples of one series from several chunks and places, made into one column.

use std::borrow::Borrow;
use std::sync::Arc;

use crate::base::{Column, Histogram, ResetHint};

/// That the samples appended to a column ascend in time and lie in `[from, to]`, as the index says.
///
/// # Errors
/// They do not, in words.
pub(super) fn check_order(
    column: &Column,
    floats: usize,
    histograms: usize,
    (from, to): (i64, i64),
) -> Result<(), String> {
    let floats = column.times.get(floats..).unwrap_or_default();
    let histograms = column.histograms.get(histograms..).unwrap_or_default();
    if !ascend(floats) || !histograms.is_sorted_by(|a, b| a.t < b.t) {
        return Err("samples that do not ascend in time".to_owned());
    }
    let ends = [floats.first(), floats.last()].into_iter().flatten().copied();
    let ends =
        ends.chain([histograms.first(), histograms.last()].into_iter().flatten().map(|sample| sample.t));
    match ends.into_iter().find(|t| !(from..=to).contains(t)) {
        Some(t) => Err(format!("a sample at {t}, but the index says that the chunk spans {from} to {to}")),
        None => Ok(()),
    }
}

/// Whether times ascend and lie in `[from, to]`.
pub(super) fn is_within(times: &[i64], (from, to): (i64, i64)) -> bool {
    let ends = [times.first(), times.last()];
    ascend(times) && ends.into_iter().flatten().all(|t| (from..=to).contains(t))
}

/// Whether each is later than the one before.
fn ascend(times: &[i64]) -> bool {
    /// Steps below can be added up for all samples of a chunk without going beyond what a time can be.
    const SHORT: u64 = 1 << 40;
    const NEAR: i64 = 1 << 62;
    // Less one, since a step of zero is none. All at once: whether there is one that is too long, and not which.
    let steps =
        times.iter().zip(times.iter().skip(1)).map(|(a, b)| b.wrapping_sub(*a).wrapping_sub(1) as u64);
    let short = steps.fold(0, |all, step| all | step) < SHORT;
    let is_near = times.len() <= 1 << 16 && times.first().is_none_or(|t| (-NEAR..NEAR).contains(t));
    (short && is_near) || times.is_sorted_by(|a, b| a < b)
}

/// Takes samples away, of those from some place on.
pub(super) fn remove(
    column: &mut Column,
    floats: usize,
    histograms: usize,
    is_removed: impl Fn(i64) -> bool,
) {
    let mut kept = floats;
    for place in floats..column.times.len() {
        if column.times.get(place).is_some_and(|t| !is_removed(*t)) {
            column.times.swap(kept, place);
            column.values.swap(kept, place);
            if !column.starts.is_empty() {
                column.starts.swap(kept, place);
            }
            kept += 1;
        }
    }
    column.times.truncate(kept);
    column.values.truncate(kept);
    column.starts.truncate(kept);
    let mut place = 0;
    column.histograms.retain(|sample| {
        place += 1;
        place <= histograms || !is_removed(sample.t)
    });
}

/// Appends samples that all lie behind those that are there.
pub(super) fn extend(column: &mut Column, behind: &Column) {
    column.starts.resize(if behind.starts.is_empty() { column.starts.len() } else { column.times.len() }, 0);
    column.starts.extend_from_slice(&behind.starts);
    column.times.extend_from_slice(&behind.times);
    column.values.extend_from_slice(&behind.values);
    column.histograms.extend_from_slice(&behind.histograms);
    if !column.starts.is_empty() {
        column.starts.resize(column.times.len(), 0);
    }
}

/// Columns of one series in one: where two have a sample at the same time, that of the first column stays. A histogram
/// that follows one of another column says nothing of a reset.
pub fn chained<C: Borrow<Column>>(columns: &[C]) -> Column {
    let columns: Vec<&Column> = columns.iter().map(Borrow::borrow).collect();
    let Some(first) = columns.first() else { return Column::default() };
    let mut chained = Column { labels: first.labels.clone(), ..Column::default() };
    let with_starts = columns.iter().any(|column| !column.starts.is_empty());
    let mut walks: Vec<Walk<'_>> = columns.iter().copied().map(Walk::new).collect();
    let mut last = None;
    loop {
        let times = walks.iter().enumerate().filter_map(|(place, walk)| Some((walk.time()?, place)));
        let Some((time, place)) = times.min() else { return chained };
        let Some(walk) = walks.get_mut(place) else { return chained };
        if last.is_none_or(|(before, _)| before < time) {
            walk.copy(&mut chained, last.is_none_or(|(_, before)| before == place), with_starts);
            last = Some((time, place));
        }
        walk.advance();
    }
}

/// A way through the samples of a column, floats and histograms in the order of time.
pub(super) struct Walk<'c> {
    column: &'c Column,
    float: usize,
    histogram: usize,
}

impl<'c> Walk<'c> {
    fn new(column: &'c Column) -> Self {
        Self { column, float: 0, histogram: 0 }
    }

    /// From a time on.
    pub(super) fn from(column: &'c Column, from: i64) -> Self {
        let float = column.times.partition_point(|t| *t < from);
        Self { column, float, histogram: column.histograms.partition_point(|sample| sample.t < from) }
    }

    fn is_float(&self) -> bool {
        match (self.column.times.get(self.float), self.column.histograms.get(self.histogram)) {
            (Some(t), Some(histogram)) => *t <= histogram.t,
            (float, _) => float.is_some(),
        }
    }

    pub(super) fn time(&self) -> Option<i64> {
        if self.is_float() {
            return self.column.times.get(self.float).copied();
        }
        self.column.histograms.get(self.histogram).map(|sample| sample.t)
    }

    pub(super) fn advance(&mut self) {
        if self.is_float() {
            self.float += 1;
        } else {
            self.histogram += 1;
        }
    }

    pub(super) fn copy(&self, into: &mut Column, follows: bool, with_starts: bool) {
        if self.is_float() {
            into.times.extend(self.column.times.get(self.float));
            into.values.extend(self.column.values.get(self.float));
            if with_starts {
                into.starts.push(self.column.starts.get(self.float).copied().unwrap_or(0));
            }
        } else if let Some(sample) = self.column.histograms.get(self.histogram) {
            let mut sample = sample.clone();
            if !follows && !matches!(sample.value.hint, ResetHint::Gauge | ResetHint::Unknown) {
                sample.value = Arc::new(Histogram { hint: ResetHint::Unknown, ..(*sample.value).clone() });
            }
            into.histograms.push(sample);
        }
    }
}
