//! In how much of each window there was data.

use std::sync::{Mutex, PoisonError};

use crate::base::{Labels, Matrix, Point, Series, is_stale};
use crate::promql::Matcher;

use super::super::pass::{self, Consumer, Read, Selection, Turn};
use super::super::{Store, StoreError};
use super::samples::{REACH, Samples, median};

/// How long a sample stands for its series where nothing tells how often it is sampled, in milliseconds.
const LONE_SAMPLE: i64 = 60_000;

/// How many stretches are gathered before they are merged, so that memory follows the gaps.
pub(super) const STRETCHES_HELD: usize = 4096;

/// The share of each `[end - over, end)` that is covered by data of any series selected, as one series without labels;
/// and how many samples were read for it. Shares of zero are left out. `ends` ascend; times are in milliseconds.
///
/// A sample covers the time up to the next one of its series. Before a gap (more than 5 minutes and 4 typical
/// intervals), before a stale marker and at the end it covers one typical interval.
///
/// # Errors
/// A store that cannot answer.
pub fn presence_on_grid(
    store: &dyn Store,
    matchers: &[Matcher],
    ends: &[i64],
    over: i64,
) -> Result<(Matrix, u64), StoreError> {
    let presence = Presence::new(matchers.to_vec(), ends, over);
    pass::run(&[&presence], store, &|_, _| ());
    presence.finish()
}

/// The question of [`presence_on_grid`] in a pass with others.
pub(in super::super) struct Presence<'a> {
    selection: Selection,
    ends: &'a [i64],
    over: i64,
    seen: Mutex<Seen>,
}

#[derive(Default)]
struct Seen {
    stretches: Vec<(i64, i64)>,
    /// The typical interval of each series that has one.
    intervals: Vec<i64>,
    /// The times of samples that are alone in their series.
    lone: Vec<i64>,
    samples_read: u64,
    failed: Option<StoreError>,
}

impl<'a> Presence<'a> {
    pub(in super::super) fn new(matchers: Vec<Matcher>, ends: &'a [i64], over: i64) -> Self {
        let from = ends.first().map_or(0, |first| first - over - REACH);
        let to = ends.last().map_or(-1, |last| last + REACH);
        Self { selection: Selection { matchers, from, to }, ends, over, seen: Mutex::default() }
    }

    /// The shares, once all series were seen.
    pub(in super::super) fn finish(self) -> Result<(Matrix, u64), StoreError> {
        let Seen { mut stretches, intervals, lone, samples_read, failed } =
            self.seen.into_inner().unwrap_or_else(PoisonError::into_inner);
        if let Some(error) = failed {
            return Err(error);
        }
        let typical = median(intervals).unwrap_or(LONE_SAMPLE);
        stretches.extend(lone.into_iter().map(|t| (t, t + typical)));
        let covered = Covered::of(stretches);
        let share = |end: &i64| {
            let ms = covered.before(*end) - covered.before(end - self.over);
            (ms > 0 && self.over > 0).then(|| Point::float(*end, ms as f64 / self.over as f64))
        };
        let points: Vec<Point> = self.ends.iter().filter_map(share).collect();
        let matrix =
            if points.is_empty() { Matrix::new() } else { vec![Series { labels: Labels::new(), points }] };
        Ok((matrix, samples_read))
    }
}

impl Consumer for Presence<'_> {
    fn selection(&self) -> &Selection {
        &self.selection
    }

    fn look(&self, read: &Read<'_>) -> Turn<'_> {
        let samples = Samples::of(&read.held.column, self.selection.from, self.selection.to);
        let interval = samples.interval();
        let (mut stretches, mut lone) = (Vec::new(), None);
        match interval {
            Some(interval) => covered(samples, interval, &mut stretches),
            None => lone = samples.iter().find(|(_, value)| !is_stale(*value)).map(|(t, _)| t),
        }
        let samples_read = read.samples;
        Box::new(move || {
            let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
            seen.samples_read += samples_read;
            seen.intervals.extend(interval);
            seen.lone.extend(lone);
            seen.stretches.extend(stretches);
            if seen.stretches.len() > STRETCHES_HELD {
                seen.stretches = merged(std::mem::take(&mut seen.stretches));
            }
        })
    }

    fn fail(&self, error: StoreError) {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).failed.get_or_insert(error);
    }
}

/// Appends the stretches of time that a series covers whose samples are typically this far apart.
pub(super) fn covered(samples: Samples<'_>, interval: i64, stretches: &mut Vec<(i64, i64)>) {
    let longest_step = samples.longest_step();
    let mut open: Option<(i64, i64)> = None;
    for (t, value) in samples.iter() {
        if let Some((since, last)) = open
            && (is_stale(value) || t - last > longest_step)
        {
            stretches.push((since, t.min(last + interval)));
            open = None;
        }
        if !is_stale(value) {
            open = Some((open.map_or(t, |(since, _)| since), t));
        }
    }
    stretches.extend(open.map(|(since, last)| (since, last + interval)));
}

/// The same stretches of time, ascending, those that meet as one.
pub(super) fn merged(mut all: Vec<(i64, i64)>) -> Vec<(i64, i64)> {
    all.sort_unstable();
    let mut stretches: Vec<(i64, i64)> = Vec::new();
    for (from, to) in all {
        match stretches.last_mut() {
            Some((_, end)) if from <= *end => *end = to.max(*end),
            _ => stretches.push((from, to)),
        }
    }
    stretches
}

/// Stretches of time that do not meet, with the time covered before each.
struct Covered {
    stretches: Vec<(i64, i64)>,
    before: Vec<i64>,
}

impl Covered {
    fn of(all: Vec<(i64, i64)>) -> Self {
        let stretches = merged(all);
        let sum = |total: &mut i64, (from, to): &(i64, i64)| {
            let before = *total;
            *total += to - from;
            Some(before)
        };
        let before = stretches.iter().scan(0, sum).collect();
        Self { stretches, before }
    }

    /// How many milliseconds before `t` are covered.
    fn before(&self, t: i64) -> i64 {
        let Some(last) = self.stretches.partition_point(|(from, _)| *from < t).checked_sub(1) else {
            return 0;
        };
        match (self.stretches.get(last), self.before.get(last)) {
            (Some((from, to)), Some(before)) => before + t.min(*to) - from,
            _ => 0,
        }
    }
}
