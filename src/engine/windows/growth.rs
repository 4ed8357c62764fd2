//! By how much counters grew in each window, counted from every sample.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use crate::base::{Labels, Matrix, Point, Series};
use crate::promql::Matcher;

use super::super::pass::{self, Consumer, Read, Selection, Turn};
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
    let growths = Growths::new(matchers.to_vec(), by, ends, over);
    pass::run(&[&growths], store, &|_, _| ());
    growths.finish(store)
}

/// The question of [`increase_on_grid`] in a pass with others.
pub(in super::super) struct Growths<'a> {
    selection: Selection,
    by: &'a [String],
    ends: &'a [i64],
    over: i64,
    seen: Mutex<Seen>,
}

#[derive(Default)]
struct Seen {
    groups: BTreeMap<Labels, Vec<Option<f64>>>,
    /// Series that may have been born in the windows.
    births: Vec<Birth>,
    samples_read: u64,
    failed: Option<StoreError>,
}

impl<'a> Growths<'a> {
    pub(in super::super) fn new(
        matchers: Vec<Matcher>,
        by: &'a [String],
        ends: &'a [i64],
        over: i64,
    ) -> Self {
        let from = ends.first().map_or(0, |first| first - over - REACH);
        let to = ends.last().map_or(-1, |last| last + REACH);
        Self { selection: Selection { matchers, from, to }, by, ends, over, seen: Mutex::default() }
    }

    /// The growth, once all series were seen.
    pub(in super::super) fn finish(self, store: &dyn Store) -> Result<(Matrix, u64), StoreError> {
        let Seen { mut groups, births, mut samples_read, failed } =
            self.seen.into_inner().unwrap_or_else(PoisonError::into_inner);
        if let Some(error) = failed {
            return Err(error);
        }
        let (born, read_besides) = from_zero(store, &self.selection, births)?;
        samples_read += read_besides;
        for Birth { labels, at, value } in born {
            let Some(sums) = groups.get_mut(&labels.only(self.by)) else { continue };
            for (sum, end) in sums.iter_mut().zip(self.ends) {
                if (end - self.over..*end).contains(&at) {
                    *sum = Some(sum.unwrap_or(0.0) + value);
                }
            }
        }
        let series = groups.into_iter().map(|(labels, sums)| Series {
            labels,
            points: self.ends.iter().zip(sums).filter_map(|(t, sum)| Some(Point::float(*t, sum?))).collect(),
        });
        Ok((series.filter(|series| !series.points.is_empty()).collect(), samples_read))
    }

    /// Whether a series appears in the windows, with growth to be told from what it had counted before.
    fn birth(&self, labels: &Labels, samples: Samples<'_>) -> Option<Birth> {
        let (at, value) = samples.first_number()?;
        let (first, last) = (self.ends.first()?, self.ends.last()?);
        let appears = value > 0.0 && (first - self.over..*last).contains(&at);
        appears.then(|| Birth { labels: labels.clone(), at, value })
    }
}

impl Consumer for Growths<'_> {
    fn selection(&self) -> &Selection {
        &self.selection
    }

    fn look(&self, read: &Read<'_>) -> Turn<'_> {
        let samples = Samples::of(&read.held.column, self.selection.from, self.selection.to);
        let birth = self.birth(&read.held.column.labels, samples);
        let growth = Growth::of(samples);
        let group = (!growth.times.is_empty()).then(|| read.held.column.labels.only(self.by));
        let sums = growth.in_windows(self.ends, self.over);
        let samples_read = read.samples;
        Box::new(move || {
            let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
            seen.samples_read += samples_read;
            seen.births.extend(birth);
            let Some(group) = group else { return };
            let all = seen.groups.entry(group).or_insert_with(|| vec![None; self.ends.len()]);
            for (all, sum) in all.iter_mut().zip(sums) {
                *all = sum.map_or(*all, |sum| Some(all.unwrap_or(0.0) + sum));
            }
        })
    }

    fn fail(&self, error: StoreError) {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).failed.get_or_insert(error);
    }
}

/// How one counter grew: `grown[i]` by its sample at `times[i]`.
struct Growth {
    times: Vec<i64>,
    grown: Vec<f64>,
    /// More time than this between two samples is a gap.
    longest_step: i64,
}

impl Growth {
    fn of(samples: Samples<'_>) -> Self {
        let mut times = Vec::with_capacity(samples.times.len());
        let mut grown = Vec::with_capacity(samples.times.len());
        let (mut total, mut before) = (0.0, None);
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

    /// The growth in each window that touches this series' life.
    fn in_windows(&self, ends: &[i64], over: i64) -> Vec<Option<f64>> {
        let (Some(first), Some(last)) = (self.times.first(), self.times.last()) else { return Vec::new() };
        let (mut lo, mut hi) = (0, 0);
        let advance = |cursor: &mut usize, t: i64| {
            while self.times.get(*cursor).is_some_and(|time| *time < t) {
                *cursor += 1;
            }
        };
        let grown = |end: &i64| {
            let start = end - over;
            if *end <= first - self.longest_step || start > last + self.longest_step {
                return None;
            }
            advance(&mut lo, start);
            advance(&mut hi, *end);
            Some(self.before(*end, hi) - self.before(start, lo))
        };
        ends.iter().map(grown).collect()
    }
}
