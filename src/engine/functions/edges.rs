//! Growth between the very edges of ranges that are `anchored` (to the last sample before them) or `smoothed`
//! (interpolated between the samples on both sides of them). Nothing is extrapolated.

use super::super::range::{Window, Windows};
use super::super::track::{Cell, cell};
use crate::promql::Edges;

/// The growth of a counter or gauge over each range, or that per second.
pub(super) fn growth(windows: &Windows<'_>, counter: bool, per_second: bool) -> Vec<Cell> {
    let smoothed = windows.edges == Edges::Smoothed;
    let of_window = |window: Window<'_>| {
        let end = *windows.ends.get(window.step)?;
        let start = end.saturating_sub(windows.length);
        let (Some(first), Some(last)) = (window.times.first(), window.times.last()) else { return None };
        if *first > end {
            return None;
        }
        let left = left(&window, start, smoothed, counter)?;
        let right = right(&window, end, smoothed, counter)?;
        let mut growth = right - left;
        if counter {
            let from = usize::from(*first <= start);
            let to = window.values.len() - usize::from(*last >= end);
            growth += falls(left, right, window.values.get(from..to).unwrap_or_default());
        }
        cell(if per_second { growth / (windows.length as f64 / 1000.0) } else { growth })
    };
    windows.each(of_window).into_iter().map(Option::flatten).collect()
}

/// The value at the start of a range.
pub(in super::super) fn left(window: &Window<'_>, start: i64, smoothed: bool, counter: bool) -> Option<f64> {
    match (window.times, window.values) {
        ([first, second, ..], [a, b, ..]) if smoothed && *first < start => {
            Some(interpolated((*first, *a), (*second, *b), start, counter))
        }
        (_, values) => values.first().copied(),
    }
}

/// The value at the end of a range.
pub(in super::super) fn right(window: &Window<'_>, end: i64, smoothed: bool, counter: bool) -> Option<f64> {
    match (window.times, window.values) {
        ([.., before, last], [.., a, b]) if smoothed && *last > end => {
            Some(interpolated((*before, *a), (*last, *b), end, counter))
        }
        (_, values) => values.last().copied(),
    }
}

/// The value at `t` on the line between two samples; a counter that fell started again from zero.
pub(in super::super) fn interpolated(before: (i64, f64), after: (i64, f64), t: i64, counter: bool) -> f64 {
    let from = if counter && after.1 < before.1 { 0.0 } else { before.1 };
    from + (after.1 - from) * (t - before.0) as f64 / (after.0 - before.0) as f64
}

/// What a counter lost by starting again between its edges.
fn falls(left: f64, right: f64, between: &[f64]) -> f64 {
    let mut lost = 0.0;
    let mut before = left;
    for value in between.iter().chain([&right]) {
        if *value < before {
            lost += before;
        }
        before = *value;
    }
    lost
}
