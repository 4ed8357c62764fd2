//! Growth of counters that say when they started.

use super::super::range::{Window, Windows};
use super::super::track::{Cell, cell};
use super::counters::Samples;

/// When a sample was taken and when its counter started, in milliseconds; zero where that is not known.
#[derive(Debug, Clone, Copy)]
pub(super) struct Life {
    pub(super) t: i64,
    pub(super) start: i64,
}

impl Life {
    /// Whether the counter started again after the sample before.
    pub(super) fn is_new_after(self, before: Self) -> bool {
        if self.start == 0 || self.start >= self.t || self.start < before.t {
            return false;
        }
        // A start at the very time of the sample before is a new life only where that one's own start is known.
        self.start > before.t || (before.start < before.t && before.start != 0)
    }

    /// Whether the counter is said to have started before the sample before was taken, yet not with that.
    fn overlaps(self, before: Self) -> bool {
        self.start != 0 && self.start < before.t && self.start != before.start
    }

    /// When its counter started, where that was before the sample and after `from`.
    pub(super) fn born_after(self, from: i64) -> Option<i64> {
        Some(self.start).filter(|born| *born != 0 && *born > from && *born < self.t)
    }
}

fn lives<'a>(windows: &Windows<'a>, window: &Window<'a>) -> impl Iterator<Item = Life> + 'a {
    let (lo, hi) = windows.places.get(window.step).copied().unwrap_or_default();
    let starts = windows.starts.get(lo..hi).unwrap_or_default();
    window.times.iter().zip(starts).map(|(t, start)| Life { t: *t, start: *start })
}

/// The places in a window at which the counter started again, be it seen by its value or said.
fn renewals(windows: &Windows<'_>, window: &Window<'_>) -> Vec<usize> {
    let lives: Vec<Life> = lives(windows, window).collect();
    let values = window.values.windows(2).zip(lives.windows(2)).enumerate();
    let renewed = |(place, (values, lives)): (usize, (&[f64], &[Life]))| match (values, lives) {
        ([before, after], [old, new]) if after < before || new.is_new_after(*old) => Some(place + 1),
        _ => None,
    };
    values.filter_map(renewed).collect()
}

/// Whether the start of any overlaps with the sample before it.
pub(super) fn any_overlaps(mut lives: impl Iterator<Item = Life>) -> bool {
    let Some(mut before) = lives.next() else { return false };
    lives.any(|life| life.overlaps(std::mem::replace(&mut before, life)))
}

/// In how many windows starts and samples overlap, histograms apart.
pub(super) fn overlaps(windows: &Windows<'_>) -> usize {
    let of_window =
        |window: Window<'_>| !windows.is_mixed(window.step) && any_overlaps(lives(windows, &window));
    windows.each(of_window).into_iter().flatten().filter(|overlaps| *overlaps).count()
}

/// The growth over each range, or that per second. A counter that started within the range counts from zero then.
pub(super) fn growth(windows: &Windows<'_>, per_second: bool) -> Vec<Cell> {
    let of_window = |window: Window<'_>| {
        let end = *windows.ends.get(window.step)?;
        let start = end.saturating_sub(windows.length);
        let (first_t, last_t) = (*window.times.first()?, *window.times.last()?);
        let (first, last) = (*window.values.first()?, *window.values.last()?);
        let mut growth = last - first;
        for place in renewals(windows, &window) {
            growth += window.values.get(place - 1)?;
        }
        let born = lives(windows, &window).next().and_then(|life| life.born_after(start));
        let steps = window.times.len() - 1;
        let mut factor = match born {
            Some(born) => {
                growth += first;
                Samples::new(start, end, (first_t, last_t), steps).stretch_from(born, last_t)
            }
            None if steps == 0 => return None,
            None => {
                let samples = Samples::new(start, end, (first_t, last_t), steps);
                let grows = growth > 0.0 && first >= 0.0;
                let to_zero = if grows { samples.seconds() * (first / growth) } else { f64::INFINITY };
                samples.stretch_as(windows.compat, to_zero)
            }
        };
        if per_second {
            factor /= windows.length as f64 / 1000.0;
        }
        cell(growth * factor)
    };
    windows.each(of_window).into_iter().map(Option::flatten).collect()
}

/// The growth per second between the last two samples.
pub(super) fn instant(windows: &Windows<'_>) -> Vec<Cell> {
    let of_window = |window: Window<'_>| match (window.times, window.values) {
        ([.., t0, t1], [.., before, after]) => {
            let renewed = renewals(windows, &window).last() == Some(&(window.values.len() - 1));
            let growth = if renewed { *after } else { after - before };
            cell(growth / ((t1 - t0) as f64 / 1000.0))
        }
        _ => None,
    };
    windows.each(of_window).into_iter().map(Option::flatten).collect()
}

/// How often the counter started again.
pub(super) fn resets(windows: &Windows<'_>) -> Vec<Cell> {
    let of_window = |window: Window<'_>| cell(renewals(windows, &window).len() as f64);
    windows.each(of_window).into_iter().map(Option::flatten).collect()
}
