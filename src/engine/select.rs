//! Instant selectors: at each step the newest sample that is not too old and not a stale marker.

use std::sync::Arc;

use crate::base::{Column, HistogramAt, Sample, Span, is_stale};
use crate::promql::Selector;

use super::detail::Visits;
use super::eval::Evaluator;
use super::track::{Cell, Grid, Node, Track, cell};
use super::value::{Compat, EvalError};

/// The values of a selector over the grid.
pub(super) fn instant(
    evaluator: &mut Evaluator<'_>,
    selector: &Selector,
    span: Span,
    grid: Grid,
) -> Result<Node, EvalError> {
    newest(evaluator, selector, span, grid, |newest| match newest {
        Newest::Float(column, place) => column.values.get(place).copied().and_then(cell),
        Newest::Histogram(sample) => Some(Sample::Histogram(Arc::clone(&sample.value))),
    })
    .map(Node::Vector)
}

/// The times, in seconds, of the samples that a selector finds.
pub(super) fn timestamps(
    evaluator: &mut Evaluator<'_>,
    selector: &Selector,
    span: Span,
    grid: Grid,
) -> Result<Vec<Track>, EvalError> {
    newest(evaluator, selector, span, grid, |newest| cell(newest.time()? as f64 / 1000.0))
}

/// The same of floats; histograms as they are.
pub(super) fn times_of_floats(
    evaluator: &mut Evaluator<'_>,
    selector: &Selector,
    span: Span,
    grid: Grid,
) -> Result<Vec<Track>, EvalError> {
    newest(evaluator, selector, span, grid, |newest| match newest {
        Newest::Float(..) => cell(newest.time()? as f64 / 1000.0),
        Newest::Histogram(sample) => Some(Sample::Histogram(Arc::clone(&sample.value))),
    })
}

/// When the counters behind the samples started that a selector finds, in seconds; 0 where that is not known.
pub(super) fn starts(
    evaluator: &mut Evaluator<'_>,
    selector: &Selector,
    span: Span,
    grid: Grid,
) -> Result<Vec<Track>, EvalError> {
    newest(evaluator, selector, span, grid, |newest| {
        let start = match newest {
            Newest::Float(column, place) => column.starts.get(place).copied().unwrap_or_default(),
            Newest::Histogram(sample) => sample.start,
        };
        cell(start as f64 / 1000.0)
    })
}

/// The newest sample up to some time.
#[derive(Clone, Copy)]
enum Newest<'a> {
    /// The float at that place.
    Float(&'a Column, usize),
    Histogram(&'a HistogramAt),
}

impl Newest<'_> {
    fn time(self) -> Option<i64> {
        match self {
            Self::Float(column, place) => column.times.get(place).copied(),
            Self::Histogram(sample) => Some(sample.t),
        }
    }

    fn is_stale(self) -> bool {
        match self {
            Self::Float(column, place) => column.values.get(place).copied().is_some_and(is_stale),
            Self::Histogram(sample) => is_stale(sample.value.sum),
        }
    }
}

fn newest(
    evaluator: &mut Evaluator<'_>,
    selector: &Selector,
    span: Span,
    grid: Grid,
    take: impl Fn(Newest<'_>) -> Cell,
) -> Result<Vec<Track>, EvalError> {
    let wanted = evaluator.looked_at(grid, selector.at, &selector.offset, span)?;
    let (Some(first), Some(last)) = (wanted.first(), wanted.last()) else { return Ok(Vec::new()) };
    let lookback = evaluator.params.lookback.as_millis();
    let oldest = match evaluator.params.compat {
        Compat::Prom3 => lookback - 1,
        Compat::Prom2 => lookback,
    };
    let from = first.saturating_sub(oldest);
    let visits = Visits { ends: &wanted, reach: lookback };
    let columns = evaluator.columns(selector, (from, *last), &visits, span)?;
    let mut tracks = Vec::with_capacity(columns.len());
    for column in columns {
        let start = column.times.partition_point(|t| *t < from);
        let first_histogram = column.histograms.partition_point(|sample| sample.t < from);
        let (mut next, mut next_histogram) = (start, first_histogram);
        let newest = |wanted: &i64| -> Option<Newest<'_>> {
            while column.times.get(next).is_some_and(|t| t <= wanted) {
                next += 1;
            }
            while column.histograms.get(next_histogram).is_some_and(|sample| sample.t <= *wanted) {
                next_histogram += 1;
            }
            let float = next.checked_sub(1).map(|place| Newest::Float(&column, place));
            let histogram = next_histogram.checked_sub(1).and_then(|place| column.histograms.get(place));
            let newest = match (float, histogram.map(Newest::Histogram)) {
                (Some(float), Some(histogram)) if histogram.time() < float.time() => float,
                (float, histogram) => histogram.or(float)?,
            };
            let alive = wanted.saturating_sub(newest.time()?) <= oldest && !newest.is_stale();
            alive.then_some(newest)
        };
        let cells: Vec<Cell> = wanted.iter().map(newest).map(|newest| newest.and_then(&take)).collect();
        let read = next.saturating_sub(start) + next_histogram.saturating_sub(first_histogram);
        evaluator.count(read, span)?;
        if cells.iter().any(Option::is_some) {
            tracks.push(Track { labels: column.labels.clone(), drop_name: false, cells });
        }
    }
    Ok(tracks)
}
