//! Statistics over the samples in a range.

use std::collections::VecDeque;

use super::super::kahan::{Kahan, Mean, RunningMean, add_unguarded};
use super::super::quantile::quantile;
use super::super::range::{Window, Windows};
use super::super::track::{Cell, cell};
use super::super::value::Compat;
use super::Args;

/// What `f` makes of each window that has a sample.
fn scan(windows: &Windows<'_>, f: impl Fn(Window<'_>) -> f64) -> Vec<Cell> {
    windows.each(f).into_iter().map(|value| value.and_then(cell)).collect()
}

pub(super) fn count(windows: &Windows<'_>, _: &Args) -> Vec<Cell> {
    scan(windows, |window| window.values.len() as f64)
}

pub(super) fn present(windows: &Windows<'_>, _: &Args) -> Vec<Cell> {
    scan(windows, |_| 1.0)
}

pub(super) fn first(windows: &Windows<'_>, _: &Args) -> Vec<Cell> {
    scan(windows, |window| window.values.first().copied().unwrap_or(f64::NAN))
}

pub(super) fn last(windows: &Windows<'_>, _: &Args) -> Vec<Cell> {
    scan(windows, |window| window.values.last().copied().unwrap_or(f64::NAN))
}

/// When the first sample of each window was taken, in seconds.
pub(super) fn time_of_first(windows: &Windows<'_>, _: &Args) -> Vec<Cell> {
    scan(windows, |window| window.times.first().map_or(f64::NAN, |t| seconds(*t)))
}

/// When the last sample was taken.
pub(super) fn time_of_last(windows: &Windows<'_>, _: &Args) -> Vec<Cell> {
    scan(windows, |window| window.times.last().map_or(f64::NAN, |t| seconds(*t)))
}

/// When the largest sample was taken; of several the last.
pub(super) fn time_of_max(windows: &Windows<'_>, _: &Args) -> Vec<Cell> {
    scan(windows, |window| time_of(&window, |new, old| new >= old))
}

/// When the smallest sample was taken; of several the last.
pub(super) fn time_of_min(windows: &Windows<'_>, _: &Args) -> Vec<Cell> {
    scan(windows, |window| time_of(&window, |new, old| new <= old))
}

fn seconds(t: i64) -> f64 {
    t as f64 / 1000.0
}

/// When the sample was taken that beats all others. A NaN is beaten by anything.
fn time_of(window: &Window<'_>, beats: impl Fn(f64, f64) -> bool) -> f64 {
    let samples = window.times.iter().copied().zip(window.values.iter().copied());
    let better =
        |old: (i64, f64), new: (i64, f64)| if beats(new.1, old.1) || old.1.is_nan() { new } else { old };
    samples.reduce(better).map_or(f64::NAN, |(t, _)| seconds(t))
}

pub(super) fn sum(windows: &Windows<'_>, _: &Args) -> Vec<Cell> {
    if let Some(prefix) = exact_prefix_sums(windows.values) {
        return windows.places.iter().map(|place| between(&prefix, *place).and_then(cell)).collect();
    }
    scan(windows, |window| {
        let mut sum = Kahan::default();
        window.values.iter().for_each(|value| sum.add(*value));
        sum.total()
    })
}

pub(super) fn avg(windows: &Windows<'_>, _: &Args) -> Vec<Cell> {
    if windows.compat == Compat::Prom2 {
        return scan(windows, |window| {
            let mut mean = RunningMean::default();
            window.values.iter().for_each(|value| mean.add_compensated(*value));
            mean.value()
        });
    }
    if let Some(prefix) = exact_prefix_sums(windows.values) {
        let mean = |place: &(usize, usize)| cell(between(&prefix, *place)? / (place.1 - place.0) as f64);
        return windows.places.iter().map(mean).collect();
    }
    scan(windows, |window| {
        let mut values = window.values.iter();
        let mut mean = Mean::new(values.next().copied().unwrap_or(f64::NAN));
        values.for_each(|value| mean.add(*value));
        mean.value()
    })
}

/// `sums[i]` is the sum of the first `i` values, where all are whole numbers so small that no sum is rounded: then
/// a difference of two equals the sum of the values between them, whatever the order of addition.
fn exact_prefix_sums(values: &[f64]) -> Option<Vec<f64>> {
    const EXACT: f64 = 9_007_199_254_740_992.0; // 2^53
    let mut sums = Vec::with_capacity(values.len() + 1);
    let (mut sum, mut size) = (0.0, 0.0);
    sums.push(sum);
    for value in values {
        size += value.abs();
        if size.is_nan() || size >= EXACT || value.fract() != 0.0 {
            return None;
        }
        sum += value;
        sums.push(sum);
    }
    Some(sums)
}

/// The part of prefix sums that falls into a window, where that is not empty.
fn between(sums: &[f64], (lo, hi): (usize, usize)) -> Option<f64> {
    if lo == hi { None } else { Some(sums.get(hi)? - sums.get(lo)?) }
}

pub(super) fn min(windows: &Windows<'_>, _: &Args) -> Vec<Cell> {
    extreme(windows, |new, old| new <= old)
}

pub(super) fn max(windows: &Windows<'_>, _: &Args) -> Vec<Cell> {
    extreme(windows, |new, old| new >= old)
}

/// The extreme of each window, from a queue of the values that may still become it. NaN counts only where nothing
/// else is.
fn extreme(windows: &Windows<'_>, beats: impl Fn(f64, f64) -> bool) -> Vec<Cell> {
    let mut queue: VecDeque<(usize, f64)> = VecDeque::new();
    let mut seen = 0;
    let mut extremes = Vec::with_capacity(windows.places.len());
    for (lo, hi) in &windows.places {
        for (place, value) in windows.values.iter().copied().enumerate().take(*hi).skip(seen.max(*lo)) {
            if value.is_nan() {
                continue;
            }
            while queue.back().is_some_and(|(_, old)| beats(value, *old)) {
                queue.pop_back();
            }
            queue.push_back((place, value));
        }
        seen = *hi;
        while queue.front().is_some_and(|(place, _)| place < lo) {
            queue.pop_front();
        }
        extremes.push(match queue.front() {
            _ if lo == hi => None,
            Some((_, value)) => cell(*value),
            None => cell(f64::NAN),
        });
    }
    extremes
}

pub(super) fn changes(windows: &Windows<'_>, _: &Args) -> Vec<Cell> {
    #[expect(clippy::float_cmp, reason = "any difference is a change")]
    transitions(windows, |before, after| before != after && !(before.is_nan() && after.is_nan()))
}

pub(super) fn resets(windows: &Windows<'_>, _: &Args) -> Vec<Cell> {
    if !windows.starts.is_empty() {
        return super::starts::resets(windows);
    }
    transitions(windows, |before, after| after < before)
}

/// How many neighbours in each window differ in the way of `counts`.
fn transitions(windows: &Windows<'_>, counts: impl Fn(f64, f64) -> bool) -> Vec<Cell> {
    let mut sum = 0_u32;
    let mut before: Option<f64> = None;
    let upto: Vec<u32> = windows
        .values
        .iter()
        .map(|value| {
            sum += u32::from(before.is_some_and(|before| counts(before, *value)));
            before = Some(*value);
            sum
        })
        .collect();
    let within = |(lo, hi): &(usize, usize)| {
        if lo == hi { None } else { cell(f64::from(upto.get(hi - 1)? - upto.get(*lo)?)) }
    };
    windows.places.iter().map(within).collect()
}

pub(super) fn stdvar(windows: &Windows<'_>, _: &Args) -> Vec<Cell> {
    scan(windows, |window| variance(window.values, windows.compat))
}

pub(super) fn stddev(windows: &Windows<'_>, _: &Args) -> Vec<Cell> {
    scan(windows, |window| variance(window.values, windows.compat).sqrt())
}

/// Welford's variance with compensated sums.
fn variance(values: &[f64], compat: Compat) -> f64 {
    let add = match compat {
        Compat::Prom3 => Kahan::add,
        Compat::Prom2 => add_unguarded,
    };
    let (mut mean, mut squares, mut count) = (Kahan::default(), Kahan::default(), 0.0);
    for value in values {
        count += 1.0;
        let delta = value - (mean.sum + mean.compensation);
        add(&mut mean, delta / count);
        add(&mut squares, delta * (value - (mean.sum + mean.compensation)));
    }
    (squares.sum + squares.compensation) / count
}

pub(super) fn quantiles(windows: &Windows<'_>, args: &Args) -> Vec<Cell> {
    scan(windows, |window| quantile(args.number(0, window.step), &mut window.values.to_vec()))
}

/// The median of the distances from the median.
pub(super) fn mad(windows: &Windows<'_>, _: &Args) -> Vec<Cell> {
    scan(windows, |window| {
        let mut values = window.values.to_vec();
        if values.iter().any(|value| value.is_nan()) {
            return f64::NAN;
        }
        let median = quantile(0.5, &mut values);
        for value in &mut values {
            *value = (*value - median).abs();
        }
        quantile(0.5, &mut values)
    })
}
