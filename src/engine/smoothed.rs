//! Instant selectors that are `smoothed`: at each step the value on the line between the samples on both sides of it.

use crate::base::{Column, Labels, Sample, Span, is_stale};
use crate::promql::Selector;

use super::detail::Visits;
use super::eval::Evaluator;
use super::functions::edges::interpolated;
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
    let fixed = evaluator.fixed(selector.at);
    let offset = super::range::fixed_length(&selector.offset, span)?;
    let wanted: Vec<i64> = grid.times().map(|t| fixed.unwrap_or(t).saturating_sub(offset)).collect();
    let (Some(first), Some(last)) = (wanted.first(), wanted.last()) else { return Ok(Vec::new()) };
    let lookback = evaluator.params.lookback.as_millis();
    let around = |t: i64| (t.saturating_sub(lookback).saturating_add(1), t.saturating_add(lookback));
    let (from, to) = (around(*first).0, around(*last).1);
    let ends: Vec<i64> = wanted.iter().map(|t| t.saturating_add(lookback)).collect();
    let visits = Visits { ends: &ends, reach: to.saturating_sub(from).saturating_add(1) };
    let columns = evaluator.columns(selector, (from, to), &visits, span)?;
    let mut tracks = Vec::with_capacity(columns.len());
    for column in columns {
        evaluator.count(column.count_in(from, to), span)?;
        let mut mixed = false;
        let mut at = |t: &i64| -> Cell {
            let near = Near::of(&column, around(*t));
            mixed |= near.is_mixed();
            near.at(*t)
        };
        let cells: Vec<Cell> = wanted.iter().map(&mut at).collect();
        if mixed {
            evaluator.remark(span, remark::mixed_floats_histograms(column.labels.metric()));
        }
        if cells.iter().any(Option::is_some) {
            let labels: Labels = column.labels.clone();
            tracks.push(Track { labels, drop_name: false, cells });
        }
    }
    Ok(tracks)
}

/// The samples near a time, without stale markers.
struct Near {
    floats: Vec<(i64, f64)>,
    histograms: bool,
}

impl Near {
    fn of(column: &Column, (from, to): (i64, i64)) -> Self {
        let start = column.times.partition_point(|t| *t < from);
        let end = column.times.partition_point(|t| *t <= to).max(start);
        let times = column.times.get(start..end).unwrap_or_default();
        let values = column.values.get(start..end).unwrap_or_default();
        let floats = times.iter().copied().zip(values.iter().copied());
        let floats = floats.filter(|(_, value)| !is_stale(*value)).collect();
        let within = |at: &&crate::base::HistogramAt| (from..=to).contains(&at.t);
        let mut histograms = column.histograms.iter().filter(within);
        Self { floats, histograms: histograms.any(|at| !is_stale(at.value.sum)) }
    }

    fn is_mixed(&self) -> bool {
        self.histograms && !self.floats.is_empty()
    }

    fn at(&self, t: i64) -> Cell {
        if self.is_mixed() {
            return None;
        }
        let next = self.floats.partition_point(|(at, _)| *at < t);
        match (next.checked_sub(1).and_then(|place| self.floats.get(place)), self.floats.get(next)) {
            (_, Some((at, value))) if *at == t => cell(*value),
            (Some(before), Some(after)) => cell(interpolated(*before, *after, t, false)),
            (Some((_, before)), None) => Some(Sample::Float(*before)),
            (None, _) => None,
        }
    }
}
