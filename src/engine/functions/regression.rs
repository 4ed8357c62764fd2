//! Straight lines through the samples in a range, by least squares.

use super::super::kahan::Kahan;
use super::super::range::{Window, Windows};
use super::super::track::{Cell, cell};
use super::Args;

pub(super) fn deriv(windows: &Windows<'_>, _: &Args) -> Vec<Cell> {
    let slope = |window: Window<'_>| match window.times {
        [first, _, ..] => cell(line(&window, *first).0),
        _ => None,
    };
    windows.each(slope).into_iter().map(Option::flatten).collect()
}

pub(super) fn predict(windows: &Windows<'_>, args: &Args) -> Vec<Cell> {
    let predicted = |window: Window<'_>| {
        if window.times.len() < 2 {
            return None;
        }
        let (slope, now) = line(&window, *args.times.get(window.step)?);
        cell(slope * args.number(0, window.step) + now)
    };
    windows.each(predicted).into_iter().map(Option::flatten).collect()
}

/// Slope per second and value at `origin` (milliseconds) of the line nearest to the samples.
#[expect(clippy::float_cmp, reason = "a constant series is constant to the bit")]
fn line(window: &Window<'_>, origin: i64) -> (f64, f64) {
    let first = window.values.first().copied().unwrap_or(f64::NAN);
    if window.values.iter().all(|value| *value == first) {
        return if first.is_infinite() { (f64::NAN, f64::NAN) } else { (0.0, first) };
    }
    let (mut x, mut y, mut xy, mut xx) =
        (Kahan::default(), Kahan::default(), Kahan::default(), Kahan::default());
    for (t, value) in window.times.iter().zip(window.values) {
        let seconds = (t - origin) as f64 / 1000.0;
        x.add(seconds);
        y.add(*value);
        xy.add(seconds * value);
        xx.add(seconds * seconds);
    }
    let (x, y, xy, xx) = (x.total(), y.total(), xy.total(), xx.total());
    let n = window.values.len() as f64;
    let slope = (xy - x * y / n) / (xx - x * x / n);
    (slope, y / n - slope * x / n)
}
