//! The samples of one series that a count looks at, and how far apart they are.

use crate::base::is_stale;

use crate::base::Column;

/// A gap up to this long (in milliseconds) is no gap, however often a series is sampled: the default lookback.
pub(super) const SHORTEST_GAP: i64 = 5 * 60_000;
/// A gap of more than this many typical intervals is a gap.
const INTERVALS_IN_GAP: i64 = 4;
/// How far beyond the outermost windows samples are read (in milliseconds), so that growth over a gap at an edge is
/// seen whole.
pub(super) const REACH: i64 = 24 * 3_600_000;
/// How many intervals the typical one is taken from at most.
const INTERVALS_LOOKED_AT: usize = 1000;

/// The part of a column in a range of time.
#[derive(Clone, Copy)]
pub(super) struct Samples<'a> {
    pub(super) times: &'a [i64],
    pub(super) values: &'a [f64],
}

impl<'a> Samples<'a> {
    /// The samples in `[from, to]`.
    pub(super) fn of(column: &'a Column, from: i64, to: i64) -> Self {
        let start = column.times.partition_point(|t| *t < from);
        let end = column.times.partition_point(|t| *t <= to).max(start);
        Self {
            times: column.times.get(start..end).unwrap_or_default(),
            values: column.values.get(start..end).unwrap_or_default(),
        }
    }

    /// Times and values, stale markers included.
    pub(super) fn iter(self) -> impl DoubleEndedIterator<Item = (i64, f64)> {
        self.times.iter().copied().zip(self.values.iter().copied())
    }

    /// Times and values that can be counted: stale markers, NaN and infinities say nothing about growth.
    pub(super) fn numbers(self) -> impl Iterator<Item = (i64, f64)> {
        self.iter().filter(|(_, value)| value.is_finite())
    }

    /// The first of them.
    pub(super) fn first_number(self) -> Option<(i64, f64)> {
        self.numbers().next()
    }

    /// The last of them.
    pub(super) fn last_number(self) -> Option<(i64, f64)> {
        self.iter().rev().find(|(_, value)| value.is_finite())
    }

    /// Whether the series was there in `[from, to)`.
    pub(super) fn any_within(self, from: i64, to: i64) -> bool {
        let start = self.times.partition_point(|t| *t < from);
        let end = self.times.partition_point(|t| *t < to);
        self.values.get(start..end).unwrap_or_default().iter().any(|value| !is_stale(*value))
    }

    /// The median of the intervals between samples, in milliseconds; of long series, of intervals evenly picked.
    pub(super) fn interval(self) -> Option<i64> {
        let every = self.times.len().div_ceil(INTERVALS_LOOKED_AT).max(1);
        let intervals = self.times.windows(2).step_by(every).filter_map(|pair| match pair {
            [before, after] => Some(after - before),
            _ => None,
        });
        median(intervals.collect())
    }

    /// The longest time between two samples, in milliseconds, that is no gap.
    pub(super) fn longest_step(self) -> i64 {
        self.interval().map_or(SHORTEST_GAP, |interval| SHORTEST_GAP.max(interval * INTERVALS_IN_GAP))
    }
}

/// The lower median.
pub(super) fn median(mut values: Vec<i64>) -> Option<i64> {
    let middle = values.len().checked_sub(1)? / 2;
    Some(*values.select_nth_unstable(middle).1)
}
