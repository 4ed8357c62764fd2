//! How fast counters grow and gauges change, extrapolated to the ends of the range as Prometheus does.

use super::super::range::{Window, Windows};
use super::super::track::{Cell, cell};
use super::super::value::Compat;
use super::{Args, edges, starts};
use crate::promql::Edges;

pub(super) fn rate(windows: &Windows<'_>, _: &Args) -> Vec<Cell> {
    growth(windows, true, true)
}

pub(super) fn increase(windows: &Windows<'_>, _: &Args) -> Vec<Cell> {
    growth(windows, true, false)
}

pub(super) fn delta(windows: &Windows<'_>, _: &Args) -> Vec<Cell> {
    growth(windows, false, false)
}

fn growth(windows: &Windows<'_>, counter: bool, per_second: bool) -> Vec<Cell> {
    if windows.edges != Edges::Sampled {
        edges::growth(windows, counter, per_second)
    } else if counter && !windows.starts.is_empty() {
        starts::growth(windows, per_second)
    } else {
        extrapolated(windows, counter, per_second)
    }
}

fn extrapolated(windows: &Windows<'_>, counter: bool, per_second: bool) -> Vec<Cell> {
    let resets = counter.then(|| windows.column.resets());
    // The first reset after the first sample of the window, which only moves forward.
    let mut next = 0;
    let of_step = |(step, (lo, hi)): (usize, &(usize, usize))| -> Cell {
        let times = windows.times.get(*lo..*hi)?;
        let values = windows.values.get(*lo..*hi)?;
        let ([first_t, .., last_t], [first, .., last]) = (times, values) else { return None };
        let growth = match resets {
            Some(resets) => {
                let places = (windows.first + lo, windows.first + hi - 1);
                while resets.places.get(next).is_some_and(|place| *place <= places.0) {
                    next += 1;
                }
                resets.growth(&windows.column.values, places, next)?
            }
            None => last - first,
        };
        let end = *windows.ends.get(step)?;
        let start = end.saturating_sub(windows.length);
        let samples = Samples::new(start, end, (*first_t, *last_t), times.len() - 1);
        let to_zero = if counter && growth > 0.0 && *first >= 0.0 {
            samples.sampled * (first / growth)
        } else {
            f64::INFINITY
        };
        let mut factor = samples.stretch_as(windows.compat, to_zero);
        if per_second {
            factor /= windows.length as f64 / 1000.0;
        }
        cell(growth * factor)
    };
    windows.places.iter().enumerate().map(of_step).collect()
}

/// How the samples lie in their range; all in seconds.
pub(super) struct Samples {
    to_start: f64,
    to_end: f64,
    sampled: f64,
    average: f64,
}

impl Samples {
    /// Of a range from `start` to `end` with a first and a last sample (all in milliseconds) and so many steps between.
    pub(super) fn new(start: i64, end: i64, (first, last): (i64, i64), steps: usize) -> Self {
        let sampled = last.saturating_sub(first) as f64 / 1000.0;
        Self {
            to_start: first.saturating_sub(start) as f64 / 1000.0,
            to_end: end.saturating_sub(last) as f64 / 1000.0,
            sampled,
            average: sampled / steps as f64,
        }
    }

    /// From the first sample to the last.
    pub(super) fn seconds(&self) -> f64 {
        self.sampled
    }

    /// By what growth is multiplied, in the way of a version.
    pub(super) fn stretch_as(&self, compat: Compat, to_zero: f64) -> f64 {
        match compat {
            Compat::Prom3 => self.stretch(to_zero),
            Compat::Prom2 => self.stretch_cut_first(to_zero),
        }
    }

    /// By what the growth between the samples is multiplied to fill the range: up to its ends where these are nearer
    /// than 1.1 sample intervals, else by half an interval; but a counter is not extrapolated below zero.
    fn stretch(&self, to_zero: f64) -> f64 {
        let threshold = self.average * 1.1;
        let mut start = if self.to_start >= threshold { self.average / 2.0 } else { self.to_start };
        if to_zero < start {
            start = to_zero;
        }
        let end = if self.to_end >= threshold { self.average / 2.0 } else { self.to_end };
        self.factor(self.sampled + start + end)
    }

    /// The same as Prometheus did it before 2.51: cut at zero first, then compare with the threshold.
    fn stretch_cut_first(&self, to_zero: f64) -> f64 {
        let threshold = self.average * 1.1;
        let start = if to_zero < self.to_start { to_zero } else { self.to_start };
        let mut to = self.sampled;
        to += if start < threshold { start } else { self.average / 2.0 };
        to += if self.to_end < threshold { self.to_end } else { self.average / 2.0 };
        self.factor(to)
    }

    /// The same where the counter is known to have started at zero within the range, at `born` (in milliseconds).
    pub(super) fn stretch_from(&self, born: i64, last: i64) -> f64 {
        let average = if self.average.is_nan() { 0.0 } else { self.average };
        let sampled = last.saturating_sub(born) as f64 / 1000.0;
        let end = if self.to_end >= average * 1.1 { average / 2.0 } else { self.to_end };
        if sampled > 0.0 { (sampled + end) / sampled } else { 1.0 }
    }

    fn factor(&self, to: f64) -> f64 {
        if self.sampled > 0.0 { to / self.sampled } else { 1.0 }
    }
}

pub(super) fn irate(windows: &Windows<'_>, _: &Args) -> Vec<Cell> {
    if !windows.starts.is_empty() {
        return starts::instant(windows);
    }
    instant(windows, |before, after, seconds| {
        let growth = if after < before { after } else { after - before };
        growth / seconds
    })
}

pub(super) fn idelta(windows: &Windows<'_>, _: &Args) -> Vec<Cell> {
    instant(windows, |before, after, _| after - before)
}

/// What `f` makes of the last two samples and the seconds between them.
fn instant(windows: &Windows<'_>, f: impl Fn(f64, f64, f64) -> f64) -> Vec<Cell> {
    let look = |window: Window<'_>| match (window.times, window.values) {
        ([.., t0, t1], [.., before, after]) => cell(f(*before, *after, (t1 - t0) as f64 / 1000.0)),
        _ => None,
    };
    windows.each(look).into_iter().map(Option::flatten).collect()
}
