//! What functions over time make of native histograms, alone or among floats.

pub(in super::super) mod edges;
mod growth;

use std::sync::Arc;

use crate::base::{Histogram, HistogramAt, Joined, Mixed as Incompatible, Sample, Span};
use crate::promql::Edges;

use super::super::histograms::{Average, Total, Totals};
use super::super::range::Windows;
use super::super::remark::{self, Operation, Remark, Remarks};
use super::super::track::{Cell, cell};
use super::super::value::Compat;
use super::starts::Life;

pub(super) use growth::{delta, idelta, increase, irate, rate};

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
    /// When the counter behind each float started; empty where starts are not to be used.
    starts: &'a [i64],
    uses_starts: bool,
    /// What the function makes of the floats alone.
    of_floats: Cell,
    /// Where the range starts and ends.
    start: i64,
    end: i64,
    edges: Edges,
    compat: Compat,
}

/// What a function tells of the series that it looks at.
pub(in super::super) struct Notes<'a> {
    pub(in super::super) remarks: &'a mut Remarks,
    pub(in super::super) metric: &'a str,
    pub(in super::super) span: Span,
}

impl Notes<'_> {
    pub(in super::super) fn say(&mut self, remark: Remark) {
        self.remarks.add(self.span, remark);
    }

    /// Tells what is worth knowing of a sum or a difference; nothing is left where there is none.
    fn join(&mut self, joined: Result<Joined, Incompatible>, operation: Operation) -> Option<()> {
        match joined {
            Err(Incompatible) => {
                self.say(remark::mixed_schemas(self.metric));
                None
            }
            Ok(joined) => {
                if joined.bounds_reconciled {
                    self.say(remark::bounds_reconciled(operation));
                }
                Some(())
            }
        }
    }
}

impl Histograms {
    /// Looks at the windows that have histograms, and writes what comes of them over what came of the floats.
    pub(super) fn look(self, windows: &Windows<'_>, cells: &mut [Cell], notes: &mut Notes<'_>) {
        for (step, here) in cells.iter_mut().enumerate() {
            if matches!(self, Self::Alone(_)) && windows.is_mixed(step) {
                notes.say(remark::mixed_floats_histograms(notes.metric));
                *here = None;
                continue;
            }
            let (Some(histograms), Some(end)) = (windows.histograms_of(step), windows.ends.get(step)) else {
                continue;
            };
            let (lo, hi) = windows.places.get(step).copied().unwrap_or_default();
            let window = Window {
                times: windows.times.get(lo..hi).unwrap_or_default(),
                values: windows.values.get(lo..hi).unwrap_or_default(),
                histograms,
                starts: windows.starts.get(lo..hi).unwrap_or_default(),
                uses_starts: windows.uses_starts,
                of_floats: here.take(),
                start: end.saturating_sub(windows.length),
                end: *end,
                edges: windows.edges,
                compat: windows.compat,
            };
            *here = match self {
                Self::Ignored if window.values.is_empty() => None,
                Self::Ignored => {
                    notes.say(remark::ignored_in_range(notes.metric));
                    window.of_floats
                }
                Self::Alone(of) | Self::Among(of) => of(&window, notes),
            };
        }
    }
}

impl<'a> Window<'a> {
    /// All samples, in the order of time.
    fn samples(&self) -> Vec<Seen<'a>> {
        let starts = self.starts.iter().copied().chain(std::iter::repeat(0));
        let floats = self.times.iter().zip(self.values).zip(starts);
        let floats = floats
            .map(|((t, value), start)| Seen { life: Life { t: *t, start }, what: Known::Float(*value) });
        let histograms =
            self.histograms.iter().map(|at| Seen { life: self.life(at), what: Known::Histogram(&at.value) });
        let mut all: Vec<_> = floats.chain(histograms).collect();
        all.sort_by_key(|seen| seen.life.t);
        all
    }

    /// When a histogram was taken and when its counter started, as far as that is to be used.
    fn life(&self, at: &HistogramAt) -> Life {
        Life { t: at.t, start: if self.uses_starts { at.start } else { 0 } }
    }

    /// How many samples and their neighbours are of the kind that `counts`.
    fn transitions(&self, counts: impl Fn(Seen<'_>, Seen<'_>) -> bool) -> Cell {
        let samples = self.samples();
        let pairs = samples.iter().zip(samples.iter().skip(1));
        cell(pairs.filter(|(before, after)| counts(**before, **after)).count() as f64)
    }

    /// How long the range is, in seconds.
    fn seconds(&self) -> f64 {
        self.end.saturating_sub(self.start) as f64 / 1000.0
    }
}

/// A sample of a series.
#[derive(Clone, Copy)]
struct Seen<'a> {
    life: Life,
    what: Known<'a>,
}

#[derive(Clone, Copy)]
enum Known<'a> {
    Float(f64),
    Histogram(&'a Arc<Histogram>),
}

impl Seen<'_> {
    fn sample(self) -> Sample {
        match self.what {
            Known::Float(value) => Sample::Float(value),
            Known::Histogram(histogram) => Sample::Histogram(Arc::clone(histogram)),
        }
    }

    fn seconds(self) -> f64 {
        self.life.t as f64 / 1000.0
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
    window.samples().first().map(|seen| seen.sample())
}

pub(super) fn last(window: &Window<'_>, _: &mut Notes<'_>) -> Cell {
    window.samples().last().map(|seen| seen.sample())
}

pub(super) fn time_of_first(window: &Window<'_>, _: &mut Notes<'_>) -> Cell {
    window.samples().first().and_then(|seen| cell(seen.seconds()))
}

pub(super) fn time_of_last(window: &Window<'_>, _: &mut Notes<'_>) -> Cell {
    window.samples().last().and_then(|seen| cell(seen.seconds()))
}

#[expect(clippy::float_cmp, reason = "any difference is a change")]
pub(super) fn changes(window: &Window<'_>, _: &mut Notes<'_>) -> Cell {
    window.transitions(|before, after| match (before.what, after.what) {
        (Known::Float(a), Known::Float(b)) => a != b && !(a.is_nan() && b.is_nan()),
        (Known::Histogram(a), Known::Histogram(b)) => a != b,
        _ => true,
    })
}

pub(super) fn resets(window: &Window<'_>, _: &mut Notes<'_>) -> Cell {
    window.transitions(|before, after| {
        let fell = match (before.what, after.what) {
            (Known::Float(before), Known::Float(after)) => after < before,
            (Known::Histogram(before), Known::Histogram(after)) => after.resets_after(before),
            _ => true,
        };
        fell || after.life.is_new_after(before.life)
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
