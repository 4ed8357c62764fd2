//! In how much of each window there was data.

use crate::base::{Labels, Matrix, Point, Series, is_stale};
use crate::promql::Matcher;

use super::super::{Store, StoreError};
use super::samples::{REACH, Samples, median};

/// How long a sample stands for its series where nothing tells how often it is sampled, in milliseconds.
const LONE_SAMPLE: i64 = 60_000;

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
    let (Some(first), Some(last)) = (ends.first(), ends.last()) else { return Ok((Matrix::new(), 0)) };
    let (from, to) = (first - over - REACH, last + REACH);
    let columns = store.select(matchers, from, to)?;
    let series: Vec<Samples<'_>> = columns.iter().map(|column| Samples::of(column, from, to)).collect();
    let typical = median(series.iter().filter_map(|samples| samples.interval()).collect());
    let mut samples_read = 0;
    let mut stretches = Vec::new();
    for samples in series {
        samples_read += samples.times.len() as u64;
        covered(samples, typical.unwrap_or(LONE_SAMPLE), &mut stretches);
    }
    let covered = Covered::of(stretches);
    let share = |end: &i64| {
        let ms = covered.before(*end) - covered.before(end - over);
        (ms > 0 && over > 0).then(|| Point::float(*end, ms as f64 / over as f64))
    };
    let points: Vec<Point> = ends.iter().filter_map(share).collect();
    let matrix =
        if points.is_empty() { Matrix::new() } else { vec![Series { labels: Labels::new(), points }] };
    Ok((matrix, samples_read))
}

/// Appends the stretches of time that a series covers.
pub(super) fn covered(samples: Samples<'_>, typical: i64, stretches: &mut Vec<(i64, i64)>) {
    let interval = samples.interval().unwrap_or(typical);
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
