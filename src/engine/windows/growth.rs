//! By how much counters grew in each window, counted from every sample.

use std::collections::{BTreeMap, BTreeSet};

use crate::base::{Labels, Matrix, Point, Series};
use crate::promql::Matcher;

use super::super::{Store, StoreError};
use super::births::{Birth, from_zero};
use super::samples::{REACH, Samples};

/// The growth of the counters selected in each `[end - over, end)`, summed by the labels named in `by`; and how many
/// samples were read for it. `ends` ascend; all times are in milliseconds.
///
/// A sample adds its difference from the one before, or its whole value where it is smaller (a reset), at its own
/// time; over a gap (more than 5 minutes and 4 typical intervals) the growth is spread evenly. The first sample of a
/// series adds its value only where its target was already scraped: the series was born then and counts from zero.
/// A group has a point at each end whose window touches the life of one of its series.
///
/// # Errors
/// A store that cannot answer.
pub fn increase_on_grid(
    store: &dyn Store,
    matchers: &[Matcher],
    by: &[String],
    ends: &[i64],
    over: i64,
) -> Result<(Matrix, u64), StoreError> {
    let (Some(first), Some(last)) = (ends.first(), ends.last()) else { return Ok((Matrix::new(), 0)) };
    let (from, to) = (first - over - REACH, last + REACH);
    let columns = store.select(matchers, from, to)?;
    let births = columns.iter().enumerate().filter_map(|(place, column)| {
        let (at, value) = Samples::of(column, from, to).first_number()?;
        // Long unseen and no lower than it was: it went on counting.
        let known = Samples::of(column, i64::MIN, from - 1).last_number();
        let is_new = known.is_none_or(|(_, before)| value < before);
        (value > 0.0 && is_new && (first - over..*last).contains(&at)).then_some(Birth { place, at })
    });
    let (born, mut samples_read) = from_zero(store, matchers, &columns, births.collect())?;
    let born: BTreeSet<usize> = born.into_iter().collect();
    let mut groups: BTreeMap<Labels, Vec<Option<f64>>> = BTreeMap::new();
    for (place, column) in columns.iter().enumerate() {
        let samples = Samples::of(column, from, to);
        samples_read += samples.times.len() as u64;
        let growth = Growth::of(samples, born.contains(&place));
        if !growth.times.is_empty() {
            let sums = groups.entry(column.labels.only(by)).or_insert_with(|| vec![None; ends.len()]);
            growth.add_to(sums, ends, over);
        }
    }
    let series = groups.into_iter().map(|(labels, sums)| Series {
        labels,
        points: ends.iter().zip(sums).filter_map(|(t, sum)| Some(Point::float(*t, sum?))).collect(),
    });
    let matrix = series.filter(|series| !series.points.is_empty()).collect();
    Ok((matrix, samples_read))
}

/// How one counter grew: `grown[i]` by its sample at `times[i]`.
struct Growth {
    times: Vec<i64>,
    grown: Vec<f64>,
    /// More time than this between two samples is a gap.
    longest_step: i64,
}

impl Growth {
    fn of(samples: Samples<'_>, from_zero: bool) -> Self {
        let mut times = Vec::with_capacity(samples.times.len());
        let mut grown = Vec::with_capacity(samples.times.len());
        let (mut total, mut before) = (0.0, from_zero.then_some(0.0));
        for (t, value) in samples.numbers() {
            match before {
                Some(before) if value >= before => total += value - before,
                Some(_) => total += value,
                None => {}
            }
            before = Some(value);
            times.push(t);
            grown.push(total);
        }
        Self { times, grown, longest_step: samples.longest_step() }
    }

    /// The growth before the time `t`, of which `next` is the first sample not before it.
    fn before(&self, t: i64, next: usize) -> f64 {
        let Some(last) = next.checked_sub(1) else { return 0.0 };
        let (Some(&since), Some(&grown)) = (self.times.get(last), self.grown.get(last)) else { return 0.0 };
        match (self.times.get(next), self.grown.get(next)) {
            (Some(&until), Some(&then)) if until - since > self.longest_step => {
                grown + (then - grown) * ((t - since) as f64 / (until - since) as f64)
            }
            _ => grown,
        }
    }

    /// Adds the growth in each window that touches this series' life.
    fn add_to(&self, sums: &mut [Option<f64>], ends: &[i64], over: i64) {
        let (Some(first), Some(last)) = (self.times.first(), self.times.last()) else { return };
        let (mut lo, mut hi) = (0, 0);
        let advance = |cursor: &mut usize, t: i64| {
            while self.times.get(*cursor).is_some_and(|time| *time < t) {
                *cursor += 1;
            }
        };
        for (sum, end) in sums.iter_mut().zip(ends) {
            let start = end - over;
            if *end <= first - self.longest_step || start > last + self.longest_step {
                continue;
            }
            advance(&mut lo, start);
            advance(&mut hi, *end);
            *sum = Some(sum.unwrap_or(0.0) + (self.before(*end, hi) - self.before(start, lo)));
        }
    }
}
