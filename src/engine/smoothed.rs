//! Instant selectors that are `smoothed`: at each step the value on the line between the samples on both sides of it.

use std::sync::Arc;

use crate::base::{Column, Histogram, HistogramAt, ResetHint, Sample, Span};
use crate::promql::Selector;

use super::detail::Visits;
use super::eval::Evaluator;
use super::functions::distributions::{Notes, edges};
use super::functions::edges::interpolated;
use super::range::{between, histograms_between};
use super::remark;
use super::track::{Cell, Grid, Track, cell};
use super::value::EvalError;

/// The values of a smoothed selector over the grid. Without a sample before a step, no older than the lookback, there is
/// no value; without one after it, no newer than that, the one before stays.
pub(super) fn instant(
    evaluator: &mut Evaluator<'_>,
    selector: &Selector,
    span: Span,
    grid: Grid,
) -> Result<Vec<Track>, EvalError> {
    let wanted = evaluator.looked_at(grid, selector.at, &selector.offset, span)?;
    let (Some(first), Some(last)) = (wanted.first(), wanted.last()) else { return Ok(Vec::new()) };
    let lookback = evaluator.params.lookback.as_millis();
    let around = |t: i64| (t.saturating_sub(lookback).saturating_add(1), t.saturating_add(lookback));
    let (from, to) = (around(*first).0, around(*last).1);
    let ends: Vec<i64> = wanted.iter().map(|t| t.saturating_add(lookback)).collect();
    let visits = Visits { ends: &ends, reach: to.saturating_sub(from).saturating_add(1) };
    let columns = evaluator.tidy_columns(selector, (from, to), &visits, span)?;
    let mut tracks = Vec::with_capacity(columns.len());
    for column in columns {
        evaluator.count(column.count_in(from, to), span)?;
        let mut notes = Notes { remarks: &mut evaluator.remarks, metric: column.labels.metric(), span };
        let at = |t: &i64| Near::of(&column, around(*t)).at(*t, &mut notes);
        let cells: Vec<Cell> = wanted.iter().map(at).collect();
        if cells.iter().any(Option::is_some) {
            tracks.push(Track { labels: column.labels.clone(), drop_name: false, cells });
        }
    }
    Ok(tracks)
}

/// The samples near a time.
struct Near<'a> {
    times: &'a [i64],
    values: &'a [f64],
    histograms: &'a [HistogramAt],
}

impl<'a> Near<'a> {
    fn of(column: &'a Column, (from, to): (i64, i64)) -> Self {
        let floats = between(&column.times, from, to);
        let histograms = histograms_between(&column.histograms, from, to);
        Self {
            times: column.times.get(floats.clone()).unwrap_or_default(),
            values: column.values.get(floats).unwrap_or_default(),
            histograms: column.histograms.get(histograms).unwrap_or_default(),
        }
    }

    fn at(&self, t: i64, notes: &mut Notes<'_>) -> Cell {
        match (self.times.is_empty(), self.histograms.is_empty()) {
            (false, false) => {
                notes.say(remark::mixed_floats_histograms(notes.metric));
                None
            }
            (false, true) => self.float_at(t),
            _ => self.histogram_at(t, notes),
        }
    }

    fn float_at(&self, t: i64) -> Cell {
        let sample = |place: usize| Some((*self.times.get(place)?, *self.values.get(place)?));
        let next = self.times.partition_point(|at| *at < t);
        match (next.checked_sub(1).and_then(sample), sample(next)) {
            (_, Some((at, value))) if at == t => cell(value),
            (Some(before), Some(after)) => cell(interpolated(before, after, t, false)),
            (Some((_, before)), None) => cell(before),
            (None, _) => None,
        }
    }

    fn histogram_at(&self, t: i64, notes: &mut Notes<'_>) -> Cell {
        let next = self.histograms.partition_point(|at| at.t < t);
        let before = next.checked_sub(1).and_then(|place| self.histograms.get(place));
        let histogram = match (before, self.histograms.get(next)) {
            (_, Some(at)) if at.t == t => Arc::clone(&at.value),
            (Some(before), Some(after)) if before.value.is_custom() != after.value.is_custom() => {
                notes.say(remark::mixed_schemas(notes.metric));
                return None;
            }
            (Some(before), Some(after)) => {
                // Only what both say is a gauge is no counter.
                let counter = [before, after].iter().any(|at| at.value.hint != ResetHint::Gauge);
                Arc::new(edges::interpolated(before, after, t, counter, notes)?)
            }
            (Some(before), None) => {
                Arc::new(Histogram { hint: ResetHint::Unknown, ..Histogram::clone(&before.value) })
            }
            (None, _) => return None,
        };
        Some(Sample::Histogram(histogram))
    }
}
