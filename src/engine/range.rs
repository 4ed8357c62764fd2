//! Range vectors: range selectors and subqueries, and the windows that slide over them.

use std::ops::Range;
use std::sync::Arc;

use crate::base::{Labels, Matrix, Point, Series, Span, is_stale};
use crate::promql::{At, DurationExpr, Expr, ExprKind, Selector};

use super::eval::Evaluator;
use super::track::{Grid, Node, float};
use super::value::{Compat, EvalError};
use crate::base::Column;

/// Series of samples with the range that each step looks at.
pub(super) struct RangeVector {
    pub(super) tracks: Vec<RangeTrack>,
    /// Where the range of each step ends, in milliseconds; never descending.
    pub(super) ends: Vec<i64>,
    /// How long the range is, in milliseconds.
    pub(super) length: i64,
}

/// The samples of a series that the ranges of all steps together hold, without stale markers.
pub(super) struct RangeTrack {
    pub(super) labels: Labels,
    pub(super) drop_name: bool,
    column: Arc<Column>,
    /// The samples' places in the column.
    places: Range<usize>,
}

/// What a function over time sees of one series: its samples and one window per step.
pub(super) struct Windows<'a> {
    pub(super) times: &'a [i64],
    pub(super) values: &'a [f64],
    /// The samples of each step's window: the first and one past the last.
    pub(super) places: Vec<(usize, usize)>,
    /// Where each step's range ends.
    pub(super) ends: &'a [i64],
    pub(super) length: i64,
    pub(super) compat: Compat,
}

/// Whether an expression is a range vector.
pub(super) fn is_range(expr: &Expr) -> bool {
    matches!(expr.unparenthesised().kind, ExprKind::Range { .. } | ExprKind::Subquery { .. })
}

/// Evaluates a range selector or a subquery.
pub(super) fn evaluate(
    evaluator: &mut Evaluator<'_>,
    expr: &Expr,
    grid: Grid,
) -> Result<RangeVector, EvalError> {
    match &expr.unparenthesised().kind {
        ExprKind::Range { selector, range } => {
            let length = fixed_length(range, expr.span)?;
            let ends = ends(evaluator, grid, selector.at, fixed_length(&selector.offset, expr.span)?);
            let tracks = selected(evaluator, selector, expr.span, &ends, length)?;
            Ok(RangeVector { tracks, ends, length })
        }
        ExprKind::Subquery { expr: inner, range, step, offset, at } => {
            let length = fixed_length(range, expr.span)?;
            let step = match step {
                Some(step) => fixed_length(step, expr.span)?,
                None => evaluator.params.default_subquery_step.as_millis(),
            };
            if step <= 0 {
                return Err(EvalError::invalid(expr.span, "the step of a subquery must be above zero"));
            }
            let ends = ends(evaluator, grid, *at, fixed_length(offset, expr.span)?);
            let tracks = subquery(evaluator, inner, &ends, length, step)?;
            Ok(RangeVector { tracks, ends, length })
        }
        _ => Err(EvalError::invalid(expr.span, "expected a range vector here")
            .with_help("write a range such as [5m]")),
    }
}

/// A length in milliseconds. All are fixed before a query is evaluated.
pub(super) fn fixed_length(length: &DurationExpr, span: Span) -> Result<i64, EvalError> {
    match length.fixed() {
        Some(length) => Ok(length.as_millis()),
        None => Err(EvalError::invalid(span, format!("\"{length}\" was not filled in"))),
    }
}

fn ends(evaluator: &Evaluator<'_>, grid: Grid, at: Option<At>, offset: i64) -> Vec<i64> {
    let fixed = evaluator.fixed(at);
    grid.times().map(|t| fixed.unwrap_or(t).saturating_sub(offset)).collect()
}

/// The first millisecond of a range that ends at `end`.
fn first_in_range(end: i64, length: i64, compat: Compat) -> i64 {
    match compat {
        Compat::Prom3 => end.saturating_sub(length).saturating_add(1),
        Compat::Prom2 => end.saturating_sub(length),
    }
}

fn selected(
    evaluator: &mut Evaluator<'_>,
    selector: &Selector,
    span: Span,
    ends: &[i64],
    length: i64,
) -> Result<Vec<RangeTrack>, EvalError> {
    let (Some(first), Some(last)) = (ends.first(), ends.last()) else { return Ok(Vec::new()) };
    let from = first_in_range(*first, length, evaluator.params.compat);
    let columns = evaluator.columns(selector, from, *last, span)?;
    let mut tracks = Vec::with_capacity(columns.len());
    for column in columns {
        let start = column.times.partition_point(|t| *t < from);
        let end = column.times.partition_point(|t| t <= last).max(start);
        evaluator.count(end - start, span)?;
        let labels = column.labels.clone();
        let mut values = column.values.iter().skip(start).take(end - start);
        let (column, places) = if values.any(|value| is_stale(*value)) {
            let column = without_stale(&column, start..end);
            let places = 0..column.times.len();
            (Arc::new(column), places)
        } else {
            (column, start..end)
        };
        tracks.push(RangeTrack { labels, drop_name: false, column, places });
    }
    Ok(tracks)
}

fn without_stale(column: &Column, places: Range<usize>) -> Column {
    let samples = column.times.iter().copied().zip(column.values.iter().copied());
    let samples = samples.skip(places.start).take(places.len());
    let (times, values) = samples.filter(|(_, value)| !is_stale(*value)).unzip();
    Column::floats(column.labels.clone(), times, values)
}

/// Evaluates the inner expression at the multiples of `step` that the ranges hold.
fn subquery(
    evaluator: &mut Evaluator<'_>,
    inner: &Expr,
    ends: &[i64],
    length: i64,
    step: i64,
) -> Result<Vec<RangeTrack>, EvalError> {
    let (Some(first), Some(last)) = (ends.first(), ends.last()) else { return Ok(Vec::new()) };
    let from = first_in_range(*first, length, evaluator.params.compat);
    // The first multiple of the step in the range.
    let start = from.saturating_add((step - from.rem_euclid(step)) % step);
    let steps = last.saturating_sub(start).div_euclid(step).saturating_add(1);
    let grid = evaluator.grid(start, step, steps, inner.span)?;
    if grid.steps == 0 {
        return Ok(Vec::new());
    }
    let tracks = match evaluator.node(inner, grid)? {
        Node::Vector(tracks) => tracks,
        Node::Scalar(values) => vec![super::track::Track::unlabelled(&values)],
        Node::Text(_) => return Err(EvalError::invalid(inner.span, "a text has no range")),
    };
    let column = |track: super::track::Track| {
        let samples = grid.times().zip(&track.cells).filter_map(|(t, cell)| Some((t, float(cell)?)));
        let (times, values): (Vec<i64>, Vec<f64>) = samples.unzip();
        let places = 0..times.len();
        let column = Arc::new(Column::floats(track.labels.clone(), times, values));
        RangeTrack { labels: track.labels, drop_name: track.drop_name, column, places }
    };
    Ok(tracks.into_iter().map(column).collect())
}

impl RangeVector {
    /// The samples in each step's range, found with two pointers that only move forward.
    pub(super) fn windows<'a>(&'a self, track: &'a RangeTrack, compat: Compat) -> Windows<'a> {
        let times = track.column.times.get(track.places.clone()).unwrap_or_default();
        let values = track.column.values.get(track.places.clone()).unwrap_or_default();
        let first = self.ends.first().map_or(0, |end| first_in_range(*end, self.length, compat));
        let mut lo = times.partition_point(|t| *t < first);
        let mut hi = lo;
        let place = |end: &i64| {
            let first = first_in_range(*end, self.length, compat);
            while times.get(hi).is_some_and(|t| t <= end) {
                hi += 1;
            }
            while lo < hi && times.get(lo).is_some_and(|t| *t < first) {
                lo += 1;
            }
            (lo, hi)
        };
        Windows {
            times,
            values,
            places: self.ends.iter().map(place).collect(),
            ends: &self.ends,
            length: self.length,
            compat,
        }
    }

    /// The samples in the range of the only step, for a query that asks for just these.
    pub(super) fn into_matrix(self, compat: Compat) -> Matrix {
        let series = self.tracks.iter().map(|track| {
            let windows = self.windows(track, compat);
            let points = windows.each(|window| {
                window.times.iter().zip(window.values).map(|(t, v)| Point::float(*t, *v)).collect::<Vec<_>>()
            });
            let labels = if track.drop_name { track.labels.without_metric() } else { track.labels.clone() };
            Series { labels, points: points.into_iter().flatten().flatten().collect() }
        });
        series.filter(|series| !series.points.is_empty()).collect()
    }
}

/// One step's samples; never empty.
pub(super) struct Window<'a> {
    /// Which step.
    pub(super) step: usize,
    pub(super) times: &'a [i64],
    pub(super) values: &'a [f64],
}

impl<'a> Windows<'a> {
    /// Looks at each window that has a sample.
    pub(super) fn each<T>(&self, mut f: impl FnMut(Window<'a>) -> T) -> Vec<Option<T>> {
        let look = |(step, (lo, hi)): (usize, &(usize, usize))| {
            let times = self.times.get(*lo..*hi).filter(|times| !times.is_empty())?;
            Some(f(Window { step, times, values: self.values.get(*lo..*hi)? }))
        };
        self.places.iter().enumerate().map(look).collect()
    }
}
