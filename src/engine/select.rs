//! Instant selectors: at each step the newest sample that is not too old and not a stale marker.

use crate::base::{Span, is_stale};
use crate::promql::Selector;

use super::eval::Evaluator;
use super::track::{Cell, Grid, Node, Track, cell};
use super::value::{Compat, EvalError};
use crate::base::Column;

/// The values of a selector over the grid.
pub(super) fn instant(
    evaluator: &mut Evaluator<'_>,
    selector: &Selector,
    span: Span,
    grid: Grid,
) -> Result<Node, EvalError> {
    newest(evaluator, selector, span, grid, |column, place| column.values.get(place).copied())
        .map(Node::Vector)
}

/// The times, in seconds, of the samples that a selector finds.
pub(super) fn timestamps(
    evaluator: &mut Evaluator<'_>,
    selector: &Selector,
    span: Span,
    grid: Grid,
) -> Result<Vec<Track>, EvalError> {
    let seconds = |t: i64| t as f64 / 1000.0;
    newest(evaluator, selector, span, grid, |column, place| column.times.get(place).copied().map(seconds))
}

/// When the counters behind the samples started that a selector finds, in seconds; 0 where that is not known.
pub(super) fn starts(
    evaluator: &mut Evaluator<'_>,
    selector: &Selector,
    span: Span,
    grid: Grid,
) -> Result<Vec<Track>, EvalError> {
    newest(evaluator, selector, span, grid, |column, place| {
        Some(column.starts.get(place).copied().unwrap_or_default() as f64 / 1000.0)
    })
}

fn newest(
    evaluator: &mut Evaluator<'_>,
    selector: &Selector,
    span: Span,
    grid: Grid,
    take: impl Fn(&Column, usize) -> Option<f64>,
) -> Result<Vec<Track>, EvalError> {
    let fixed = evaluator.fixed(selector.at);
    let offset = super::range::fixed_length(&selector.offset, span)?;
    let wanted: Vec<i64> = grid.times().map(|t| fixed.unwrap_or(t).saturating_sub(offset)).collect();
    let (Some(first), Some(last)) = (wanted.first(), wanted.last()) else { return Ok(Vec::new()) };
    let lookback = evaluator.params.lookback.as_millis();
    let oldest = match evaluator.params.compat {
        Compat::Prom3 => lookback - 1,
        Compat::Prom2 => lookback,
    };
    let from = first.saturating_sub(oldest);
    let columns = evaluator.columns(selector, from, *last, span)?;
    let mut tracks = Vec::with_capacity(columns.len());
    for column in columns {
        let start = column.times.partition_point(|t| *t < from);
        let mut next = start;
        let cells: Vec<Cell> = wanted
            .iter()
            .map(|wanted| {
                while column.times.get(next).is_some_and(|t| t <= wanted) {
                    next += 1;
                }
                let place = next.checked_sub(1)?;
                let alive = column.times.get(place).is_some_and(|t| wanted.saturating_sub(*t) <= oldest)
                    && !column.values.get(place).copied().is_some_and(is_stale);
                if alive { take(&column, place).and_then(cell) } else { None }
            })
            .collect();
        evaluator.count(next.saturating_sub(start), span)?;
        if cells.iter().any(Option::is_some) {
            tracks.push(Track { labels: column.labels.clone(), drop_name: false, cells });
        }
    }
    Ok(tracks)
}
