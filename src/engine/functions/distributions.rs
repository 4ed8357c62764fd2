//! What functions over time make of native histograms, alone or among floats.

use std::sync::Arc;

use crate::base::{Histogram, HistogramAt, Joined, Mixed as Incompatible, ResetHint, Sample, Span};

use super::super::histograms::{Average, Total, Totals};
use super::super::range::Windows;
use super::super::remark::{self, Operation, Remark, Remarks};
use super::super::track::{Cell, cell};
use super::super::value::Compat;
use super::counters::Samples;

/// How a function over time takes native histograms.
#[derive(Clone, Copy)]
pub(super) enum Histograms {
    /// It leaves them out.
    Ignored,
    /// It has a result for histograms, but none where floats are among them.
    Alone(fn(&Window<'_>, &mut Notes<'_>) -> Cell),
    /// It looks at samples of both kinds.
    Among(fn(&Window<'_>, &mut Notes<'_>) -> Cell),
}

/// One step's samples of both kinds; histograms among them.
pub(super) struct Window<'a> {
    times: &'a [i64],
    values: &'a [f64],
    histograms: &'a [HistogramAt],
    /// What the function makes of the floats alone.
    of_floats: Cell,
    /// Where the range ends.
    end: i64,
    length: i64,
    compat: Compat,
}

/// What a function tells of the series that it looks at.
pub(super) struct Notes<'a> {
    pub(super) remarks: &'a mut Remarks,
    pub(super) metric: &'a str,
    pub(super) span: Span,
}

impl Notes<'_> {
    fn say(&mut self, remark: Remark) {
        self.remarks.add(self.span, remark);
    }
}

impl Histograms {
    /// Looks at the windows that have histograms, and writes what comes of them over what came of the floats.
    pub(super) fn look(self, windows: &Windows<'_>, cells: &mut [Cell], notes: &mut Notes<'_>) {
        for (step, here) in cells.iter_mut().enumerate() {
            let (Some(histograms), Some(end)) = (windows.histograms_of(step), windows.ends.get(step)) else {
                continue;
            };
            let (lo, hi) = windows.places.get(step).copied().unwrap_or_default();
            let window = Window {
                times: windows.times.get(lo..hi).unwrap_or_default(),
                values: windows.values.get(lo..hi).unwrap_or_default(),
                histograms,
                of_floats: here.take(),
                end: *end,
                length: windows.length,
                compat: windows.compat,
            };
            *here = match self {
                Self::Ignored if window.values.is_empty() => None,
                Self::Ignored => {
                    notes.say(remark::ignored_in_range(notes.metric));
                    window.of_floats
                }
                Self::Alone(_) if !window.values.is_empty() => {
                    notes.say(remark::mixed_floats_histograms(notes.metric));
                    None
                }
                Self::Alone(of) | Self::Among(of) => of(&window, notes),
            };
        }
    }
}

impl<'a> Window<'a> {
    /// All samples, in the order of time.
    fn samples(&self) -> Vec<(i64, Known<'a>)> {
        let floats = self.times.iter().zip(self.values).map(|(t, value)| (*t, Known::Float(*value)));
        let histograms = self.histograms.iter().map(|at| (at.t, Known::Histogram(&at.value)));
        let mut all: Vec<_> = floats.chain(histograms).collect();
        all.sort_by_key(|(t, _)| *t);
        all
    }

    /// How many samples and their neighbours are of the kind that `counts`.
    fn transitions(&self, counts: impl Fn(Known<'_>, Known<'_>) -> bool) -> Cell {
        let samples = self.samples();
        let pairs = samples.iter().zip(samples.iter().skip(1));
        cell(pairs.filter(|((_, before), (_, after))| counts(*before, *after)).count() as f64)
    }
}

/// A sample of a series.
#[derive(Clone, Copy)]
enum Known<'a> {
    Float(f64),
    Histogram(&'a Arc<Histogram>),
}

impl Known<'_> {
    fn sample(self) -> Sample {
        match self {
            Self::Float(value) => Sample::Float(value),
            Self::Histogram(histogram) => Sample::Histogram(Arc::clone(histogram)),
        }
    }
}

#[expect(clippy::unnecessary_wraps, reason = "a cell is optional; this makes one that is there")]
fn done(histogram: Histogram) -> Cell {
    Some(Sample::Histogram(Arc::new(histogram)))
}

pub(super) fn count(window: &Window<'_>, _: &mut Notes<'_>) -> Cell {
    cell((window.values.len() + window.histograms.len()) as f64)
}

pub(super) fn present(_: &Window<'_>, _: &mut Notes<'_>) -> Cell {
    cell(1.0)
}

pub(super) fn first(window: &Window<'_>, _: &mut Notes<'_>) -> Cell {
    window.samples().first().map(|(_, sample)| sample.sample())
}

pub(super) fn last(window: &Window<'_>, _: &mut Notes<'_>) -> Cell {
    window.samples().last().map(|(_, sample)| sample.sample())
}

pub(super) fn time_of_first(window: &Window<'_>, _: &mut Notes<'_>) -> Cell {
    window.samples().first().and_then(|(t, _)| cell(*t as f64 / 1000.0))
}

pub(super) fn time_of_last(window: &Window<'_>, _: &mut Notes<'_>) -> Cell {
    window.samples().last().and_then(|(t, _)| cell(*t as f64 / 1000.0))
}

#[expect(clippy::float_cmp, reason = "any difference is a change")]
pub(super) fn changes(window: &Window<'_>, _: &mut Notes<'_>) -> Cell {
    window.transitions(|before, after| match (before, after) {
        (Known::Float(a), Known::Float(b)) => a != b && !(a.is_nan() && b.is_nan()),
        (Known::Histogram(a), Known::Histogram(b)) => a != b,
        _ => true,
    })
}

pub(super) fn resets(window: &Window<'_>, _: &mut Notes<'_>) -> Cell {
    window.transitions(|before, after| match (before, after) {
        (Known::Float(before), Known::Float(after)) => after < before,
        (Known::Histogram(before), Known::Histogram(after)) => after.resets_after(before),
        _ => true,
    })
}

pub(super) fn sum(window: &Window<'_>, notes: &mut Notes<'_>) -> Cell {
    total::<Total>(window, notes)
}

pub(super) fn avg(window: &Window<'_>, notes: &mut Notes<'_>) -> Cell {
    total::<Average>(window, notes)
}

fn total<T: Totals>(window: &Window<'_>, notes: &mut Notes<'_>) -> Cell {
    let (first, others) = window.histograms.split_first()?;
    let mut total = T::first(&first.value);
    for other in others {
        if total.add(&other.value).is_err() {
            notes.say(remark::mixed_schemas(notes.metric));
            return None;
        }
    }
    let (histogram, remarks) = total.finish();
    for remark in remarks {
        notes.say(remark);
    }
    done(histogram)
}

pub(super) fn rate(window: &Window<'_>, notes: &mut Notes<'_>) -> Cell {
    extrapolated(window, notes, true, true)
}

pub(super) fn increase(window: &Window<'_>, notes: &mut Notes<'_>) -> Cell {
    extrapolated(window, notes, true, false)
}

pub(super) fn delta(window: &Window<'_>, notes: &mut Notes<'_>) -> Cell {
    extrapolated(window, notes, false, false)
}

fn extrapolated(window: &Window<'_>, notes: &mut Notes<'_>, counter: bool, per_second: bool) -> Cell {
    let [first, .., last] = window.histograms else { return None };
    let mut remarks = Vec::new();
    let growth = growth(window.histograms, counter, notes.metric, &mut remarks);
    for remark in remarks {
        notes.say(remark);
    }
    let mut growth = growth?;
    let between = window.histograms.len() - 1;
    let samples = Samples::new(window.end - window.length, window.end, (first.t, last.t), between);
    let to_zero = if counter && growth.count > 0.0 && first.value.count >= 0.0 {
        samples.seconds() * (first.value.count / growth.count)
    } else {
        f64::INFINITY
    };
    let mut factor = samples.stretch_as(window.compat, to_zero);
    if per_second {
        factor /= window.length as f64 / 1000.0;
    }
    growth.mul(factor);
    done(growth)
}

/// By how much a histogram grew from its first sample to its last: at the coarsest schema between, with what was lost
/// at resets of a counter.
fn growth(
    samples: &[HistogramAt],
    counter: bool,
    metric: &str,
    remarks: &mut Vec<Remark>,
) -> Option<Histogram> {
    let values: Vec<&Histogram> = samples.iter().map(|sample| &*sample.value).collect();
    let [first, middle @ .., last] = values.as_slice() else { return None };
    let gauges = |of: &[&Histogram]| of.iter().any(|histogram| histogram.hint == ResetHint::Gauge);
    if counter && gauges(&[*first, *last]) {
        remarks.push(remark::no_counter(metric));
    }
    // A first sample before a reset is not looked at, whatever its buckets.
    let second = middle.first().unwrap_or(last);
    let reset = counter && second.resets_after(first);
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
        for after in middle.iter().chain([last]) {
            if after.resets_after(before) {
                noted(growth.add(before), Operation::Addition, remarks)?;
            }
            before = after;
        }
    }
    growth.hint = ResetHint::Gauge;
    growth.compact();
    Some(growth)
}

pub(super) fn irate(window: &Window<'_>, notes: &mut Notes<'_>) -> Cell {
    instant(window, notes, true)
}

pub(super) fn idelta(window: &Window<'_>, notes: &mut Notes<'_>) -> Cell {
    instant(window, notes, false)
}

/// The difference of the last two samples, for a counter per second.
fn instant(window: &Window<'_>, notes: &mut Notes<'_>, counter: bool) -> Cell {
    let samples = window.samples();
    let [.., (t0, before), (t1, after)] = samples.as_slice() else { return None };
    let (before, after) = match (before, after) {
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
    if !counter || !after.resets_after(before) {
        match growth.sub(before) {
            Err(Incompatible) => {
                notes.say(remark::mixed_schemas(notes.metric));
                return None;
            }
            Ok(joined) if joined.bounds_reconciled => {
                notes.say(remark::bounds_reconciled(Operation::Subtraction));
            }
            Ok(_) => {}
        }
    }
    growth.hint = ResetHint::Gauge;
    growth.compact();
    if counter {
        growth.div((t1 - t0) as f64 / 1000.0);
    }
    done(growth)
}
