//! How fast counters of native histograms grow and gauges change, extrapolated to the ends of the range.

use std::sync::Arc;

use crate::base::{Histogram, HistogramAt, Joined, Mixed as Incompatible, ResetHint};
use crate::promql::Edges;

use super::super::super::remark::{self, Operation, Remark};
use super::super::super::track::Cell;
use super::super::counters::Samples;
use super::super::starts;
use super::{Known, Notes, Window, done, edges};

pub(in super::super) fn rate(window: &Window<'_>, notes: &mut Notes<'_>) -> Cell {
    of_range(window, notes, true, true)
}

pub(in super::super) fn increase(window: &Window<'_>, notes: &mut Notes<'_>) -> Cell {
    of_range(window, notes, true, false)
}

pub(in super::super) fn delta(window: &Window<'_>, notes: &mut Notes<'_>) -> Cell {
    of_range(window, notes, false, false)
}

fn of_range(window: &Window<'_>, notes: &mut Notes<'_>, counter: bool, per_second: bool) -> Cell {
    if window.edges == Edges::Sampled {
        extrapolated(window, notes, counter, per_second)
    } else {
        edges::growth(window, notes, counter, per_second)
    }
}

fn extrapolated(window: &Window<'_>, notes: &mut Notes<'_>, counter: bool, per_second: bool) -> Cell {
    let (first, last) = (window.histograms.first()?, window.histograms.last()?);
    let between = window.histograms.len() - 1;
    let sampled = if between > 0 { Some(sampled(window, notes, counter)?) } else { None };
    let samples = Samples::new(window.start, window.end, (first.t, last.t), between);
    let born = window.life(first).born_after(window.start).filter(|_| counter);
    let (mut growth, mut factor) = match (sampled, born) {
        (None, None) => return None,
        (None, Some(born)) => (Histogram::clone(&first.value), samples.stretch_from(born, last.t)),
        (Some(mut growth), Some(born)) => {
            notes.join(growth.add(&first.value), Operation::Addition)?;
            (growth, samples.stretch_from(born, last.t))
        }
        (Some(growth), None) => {
            let to_zero = if counter && growth.count > 0.0 && first.value.count >= 0.0 {
                samples.seconds() * (first.value.count / growth.count)
            } else {
                f64::INFINITY
            };
            let factor = samples.stretch_as(window.compat, to_zero);
            (growth, factor)
        }
    };
    if per_second {
        factor /= window.seconds();
    }
    growth.mul(factor);
    done(growth)
}

/// The growth between the samples of a window, with what is worth knowing of it.
fn sampled(window: &Window<'_>, notes: &mut Notes<'_>, counter: bool) -> Option<Histogram> {
    let mut remarks = Vec::new();
    let growth = growth(window, counter, notes.metric, &mut remarks);
    for remark in remarks {
        notes.say(remark);
    }
    let lives = window.histograms.iter().map(|at| window.life(at));
    if growth.is_some() && counter && starts::any_overlaps(lives) {
        notes.remarks.overlapping_start(notes.span, notes.metric);
    }
    growth
}

/// By how much a histogram grew from its first sample to its last: at the coarsest schema between, with what was lost
/// at resets of a counter.
fn growth(window: &Window<'_>, counter: bool, metric: &str, remarks: &mut Vec<Remark>) -> Option<Histogram> {
    let samples = window.histograms;
    let values: Vec<&Histogram> = samples.iter().map(|sample| &*sample.value).collect();
    let [first, middle @ .., last] = values.as_slice() else { return None };
    let gauges = |of: &[&Histogram]| of.iter().any(|histogram| histogram.hint == ResetHint::Gauge);
    if counter && gauges(&[*first, *last]) {
        remarks.push(remark::no_counter(metric));
    }
    let renewed = |pair: &[HistogramAt]| match pair {
        [before, after] => window.life(after).is_new_after(window.life(before)),
        _ => false,
    };
    // A first sample before a reset is not looked at, whatever its buckets.
    let second = middle.first().unwrap_or(last);
    let reset = counter && (samples.get(..2).is_some_and(renewed) || second.resets_after(first));
    let nothing =
        Histogram { schema: second.schema, bounds: Arc::clone(&second.bounds), ..Histogram::default() };
    let first = if reset { &nothing } else { *first };
    let mix = |remarks: &mut Vec<Remark>| {
        remarks.clear();
        remarks.push(remark::mixed_schemas(metric));
    };
    if last.is_custom() != first.is_custom() {
        remarks.push(remark::mixed_schemas(metric));
        return None;
    }
    let mut schema = last.schema.min(first.schema);
    if counter {
        if gauges(middle) {
            remarks.push(remark::no_counter(metric));
        }
        if middle.iter().any(|histogram| histogram.is_custom() != first.is_custom()) {
            mix(remarks);
            return None;
        }
        schema = middle.iter().map(|histogram| histogram.schema).fold(schema, i32::min);
    } else if !(values.first().is_some_and(|first| gauges(&[first])) && gauges(&[*last])) {
        remarks.push(remark::no_gauge(metric));
    }
    let mut growth = (*last).clone();
    growth.reduce_to(schema);
    let noted = |joined: Result<Joined, Incompatible>, operation: Operation, remarks: &mut Vec<Remark>| {
        match joined {
            Err(Incompatible) => {
                mix(remarks);
                None
            }
            Ok(joined) => {
                if joined.bounds_reconciled {
                    remarks.push(remark::bounds_reconciled(operation));
                }
                Some(())
            }
        }
    };
    noted(growth.sub(first), Operation::Subtraction, remarks)?;
    if counter {
        let mut before = first;
        for (after, pair) in middle.iter().chain([last]).zip(samples.windows(2)) {
            if renewed(pair) || after.resets_after(before) {
                noted(growth.add(before), Operation::Addition, remarks)?;
            }
            before = after;
        }
    }
    growth.hint = ResetHint::Gauge;
    growth.compact();
    Some(growth)
}

pub(in super::super) fn irate(window: &Window<'_>, notes: &mut Notes<'_>) -> Cell {
    instant(window, notes, true)
}

pub(in super::super) fn idelta(window: &Window<'_>, notes: &mut Notes<'_>) -> Cell {
    instant(window, notes, false)
}

/// The difference of the last two samples, for a counter per second.
fn instant(window: &Window<'_>, notes: &mut Notes<'_>, counter: bool) -> Cell {
    let samples = window.samples();
    let [.., first, second] = samples.as_slice() else { return None };
    let (before, after) = match (first.what, second.what) {
        (Known::Float(_), Known::Float(_)) => return window.of_floats.clone(),
        (Known::Histogram(before), Known::Histogram(after)) => (before, after),
        _ => {
            notes.say(remark::mixed_floats_histograms(notes.metric));
            return None;
        }
    };
    let is_gauge = |histogram: &Histogram| histogram.hint == ResetHint::Gauge;
    if counter && (is_gauge(before) || is_gauge(after)) {
        notes.say(remark::no_counter(notes.metric));
    }
    let gauges = is_gauge(before) && is_gauge(after);
    if !counter && !gauges {
        notes.say(remark::no_gauge(notes.metric));
    }
    let mut growth = Histogram::clone(after);
    if !counter || !(second.life.is_new_after(first.life) || after.resets_after(before)) {
        notes.join(growth.sub(before), Operation::Subtraction)?;
    }
    growth.hint = ResetHint::Gauge;
    growth.compact();
    if counter {
        growth.div(second.life.t.saturating_sub(first.life.t) as f64 / 1000.0);
    }
    done(growth)
}
