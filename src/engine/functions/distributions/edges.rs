//! Growth of native histograms between the very edges of ranges that are `anchored` or `smoothed`. Nothing is
//! extrapolated.

use std::borrow::Cow;

use crate::base::{Histogram, HistogramAt, ResetHint};
use crate::promql::Edges;

use super::super::super::remark::{self, Operation};
use super::super::super::track::Cell;
use super::{Notes, Window, done};

/// The growth of a counter or gauge over a range, or that per second.
pub(super) fn growth(window: &Window<'_>, notes: &mut Notes<'_>, counter: bool, per_second: bool) -> Cell {
    let samples = window.histograms;
    let smoothed = window.edges == Edges::Smoothed;
    let (first, last) = (samples.first()?, samples.last()?);
    if first.t > window.end {
        return None;
    }
    check(samples, counter, notes)?;
    let left = match samples {
        [first, second, ..] if smoothed && first.t < window.start => {
            Cow::Owned(interpolated(first, second, window.start, counter, notes)?)
        }
        _ => Cow::Borrowed(&*first.value),
    };
    let right = match samples {
        [.., before, last] if smoothed && last.t > window.end => {
            Cow::Owned(interpolated(before, last, window.end, counter, notes)?)
        }
        _ => Cow::Borrowed(&*last.value),
    };
    if !counter && [&left, &right].iter().any(|edge| edge.hint != ResetHint::Gauge) {
        notes.say(remark::no_gauge(notes.metric));
    }
    let mut growth = Histogram::clone(&right);
    notes.join(growth.sub(&left), Operation::Subtraction)?;
    if counter {
        add_lost(&mut growth, window, (&left, &right), notes)?;
    }
    if per_second {
        growth.div(window.seconds());
    }
    growth.hint = ResetHint::Gauge;
    growth.compact();
    done(growth)
}

/// Nothing is left where the buckets are not all of one kind; gauges are told where a counter is wanted.
fn check(samples: &[HistogramAt], counter: bool, notes: &mut Notes<'_>) -> Option<()> {
    let custom = samples.first()?.value.is_custom();
    for at in samples {
        if at.value.is_custom() != custom {
            notes.say(remark::mixed_schemas(notes.metric));
            return None;
        }
        if counter && at.value.hint == ResetHint::Gauge {
            notes.say(remark::no_counter(notes.metric));
        }
    }
    Some(())
}

/// Adds what a counter lost by starting again between the edges of its range.
fn add_lost(
    growth: &mut Histogram,
    window: &Window<'_>,
    (left, right): (&Histogram, &Histogram),
    notes: &mut Notes<'_>,
) -> Option<()> {
    let samples = window.histograms;
    // A left edge on the line over a reset is past that already: the sample after it stands for it.
    let past = match samples {
        [first, second, ..]
            if window.edges == Edges::Smoothed
                && first.t < window.start
                && second.value.resets_after(&first.value) =>
        {
            Some(&*second.value)
        }
        _ => None,
    };
    let (mut before, inner) = match past {
        Some(second) => (second, 2),
        None => (left, 1),
    };
    // The right edge has the hint of the last sample, which would tell of the same reset twice.
    let Some(inner) = samples.get(inner..samples.len().saturating_sub(1)) else { return Some(()) };
    let mut lost: Option<Histogram> = None;
    for after in inner.iter().map(|at| &*at.value).chain([right]) {
        if after.resets_after(before) {
            match &mut lost {
                None => lost = Some(before.clone()),
                Some(lost) => notes.join(lost.add(before), Operation::Addition)?,
            }
        }
        before = after;
    }
    match lost {
        Some(lost) => notes.join(growth.add(&lost), Operation::Addition),
        None => Some(()),
    }
}

/// The histogram at `t` on the line between two samples; a counter that was reset started again from nothing. Nothing is
/// left where the buckets are not of one kind.
pub(in super::super::super) fn interpolated(
    before: &HistogramAt,
    after: &HistogramAt,
    t: i64,
    counter: bool,
    notes: &mut Notes<'_>,
) -> Option<Histogram> {
    let share = t.saturating_sub(before.t) as f64 / after.t.saturating_sub(before.t) as f64;
    let mut between = Histogram::clone(&after.value);
    if counter && after.value.resets_after(&before.value) {
        between.mul(share);
        return Some(between);
    }
    notes.join(between.sub(&before.value), Operation::Subtraction)?;
    between.mul(share);
    notes.join(between.add(&before.value), Operation::Addition)?;
    Some(between)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::super::super::super::remark::Remarks;
    use super::super::super::super::value::Compat;
    use super::*;
    use crate::base::{Sample, Span};

    /// What a counter with these samples, some of which say that it was reset, grew from `start` to `end`.
    fn increase(edges: Edges, (start, end): (i64, i64), samples: &[(i64, f64, ResetHint)]) -> Option<f64> {
        let at = |(t, count, hint): &(i64, f64, ResetHint)| {
            let value = Histogram { count: *count, hint: *hint, ..Histogram::default() };
            HistogramAt { t: *t, start: 0, value: Arc::new(value) }
        };
        let histograms: Vec<HistogramAt> = samples.iter().map(at).collect();
        let window = Window {
            times: &[],
            values: &[],
            histograms: &histograms,
            starts: &[],
            uses_starts: false,
            of_floats: None,
            start,
            end,
            edges,
            compat: Compat::Prom3,
        };
        let mut notes = Notes { remarks: &mut Remarks::default(), metric: "h", span: Span::default() };
        match growth(&window, &mut notes, true, false)? {
            Sample::Histogram(histogram) => Some(histogram.count),
            Sample::Float(_) => None,
        }
    }

    #[test]
    fn a_reset_is_counted_once_whatever_says_so() {
        for said in [ResetHint::Reset, ResetHint::Unknown] {
            let samples = [(0, 20.0, ResetHint::Unknown), (10, 8.0, said), (20, 12.0, ResetHint::NotReset)];
            // From 4, half of the way from nothing to 8, to 10, half of the way from 8 to 12.
            assert_eq!(increase(Edges::Smoothed, (5, 15), &samples), Some(6.0), "{said:?}");
            assert_eq!(
                increase(Edges::Smoothed, (2, 8), &samples[..2]),
                Some(8.0 * 0.8 - 8.0 * 0.2),
                "{said:?}"
            );
            // From 20, which was lost, to 8.
            assert_eq!(increase(Edges::Anchored, (5, 15), &samples[..2]), Some(8.0), "{said:?}");
            assert_eq!(increase(Edges::Anchored, (5, 25), &samples), Some(12.0), "{said:?}");
            assert_eq!(increase(Edges::Anchored, (5, 25), &samples[..1]), Some(0.0), "{said:?}");
        }
    }
}
