//! Range vectors: range selectors and subqueries, and the windows that slide over them.

use std::ops::Range;
use std::sync::Arc;

use crate::base::{Histogram, HistogramAt, Labels, Matrix, Point, ResetHint, Sample, Series, Span};
use crate::promql::{DurationExpr, Edges, Expr, ExprKind, Selector};

use super::detail::Visits;
use super::eval::Evaluator;
use super::features::Feature;
use super::functions::edges;
use super::reach::{self, Reach};
use super::tidy::Tidy;
use super::track::{Grid, Node, same_labels};
use super::value::{Compat, EvalError};
use crate::base::Column;

/// Series of samples with the range that each step looks at.
pub(super) struct RangeVector {
    pub(super) tracks: Vec<RangeTrack>,
    /// Where the range of each step ends, in milliseconds; never descending.
    pub(super) ends: Vec<i64>,
    /// How long the range is, in milliseconds.
    pub(super) length: i64,
    /// Which values stand at the edges of each range.
    edges: Edges,
    /// Whether it counts when counters say that they started.
    uses_starts: bool,
    /// How far samples beyond the edges may be, in milliseconds.
    reach: Reach,
}

/// The samples of a series that the ranges of all steps together hold, without stale markers.
pub(super) struct RangeTrack {
    pub(super) labels: Labels,
    pub(super) drop_name: bool,
    column: Arc<Tidy>,
    /// The floats' places in the column.
    floats: Range<usize>,
    /// The histograms' places in the column.
    histograms: Range<usize>,
}

/// What a function over time sees of one series: its samples and one window per step.
pub(super) struct Windows<'a> {
    pub(super) times: &'a [i64],
    pub(super) values: &'a [f64],
    /// The column that they are of.
    pub(super) column: &'a Tidy,
    /// The place of the first of them in it.
    pub(super) first: usize,
    /// When the counter behind each float started, in milliseconds, zero where that is not known; empty where starts
    /// are not to be used.
    pub(super) starts: &'a [i64],
    /// Whether it counts when counters say that they started.
    pub(super) uses_starts: bool,
    /// Which values stand at the edges; with others than samples a window holds a sample beyond each edge too.
    pub(super) edges: Edges,
    /// The floats of each step's window: the first and one past the last.
    pub(super) places: Vec<(usize, usize)>,
    pub(super) histograms: &'a [HistogramAt],
    /// The histograms of each step's window; empty where the series has none.
    pub(super) histogram_places: Vec<(usize, usize)>,
    /// Whether there are samples of both kinds in reach of each step's range; empty where the series has no histograms.
    pub(super) mixed: Vec<bool>,
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
            let ends = evaluator.looked_at(grid, selector.at, &selector.offset, expr.span)?;
            let edges = selector.edges;
            let reach = Reach::of(edges, evaluator.params.lookback.as_millis());
            let tracks = selected(evaluator, selector, expr.span, &ends, length, reach)?;
            let uses_starts = evaluator.params.features.has(Feature::StartTimestamps);
            Ok(RangeVector { tracks, ends, length, edges, uses_starts, reach })
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
            let ends = evaluator.looked_at(grid, *at, offset, expr.span)?;
            let tracks = evaluator.within(expr.unparenthesised(), |evaluator| {
                subquery(evaluator, inner, &ends, length, step)
            })?;
            let (edges, reach) = (Edges::Sampled, Reach::default());
            Ok(RangeVector { tracks, ends, length, edges, uses_starts: false, reach })
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
    reach: Reach,
) -> Result<Vec<RangeTrack>, EvalError> {
    let (Some(first), Some(last)) = (ends.first(), ends.last()) else { return Ok(Vec::new()) };
    let from = first_in_range(*first, length.saturating_add(reach.before), evaluator.params.compat);
    let last = last.saturating_add(reach.after);
    let visited: Vec<i64> = ends.iter().map(|end| end.saturating_add(reach.after)).collect();
    let visits = Visits { ends: &visited, reach: length.saturating_add(reach.before + reach.after) };
    let mut tracks = Vec::new();
    for column in evaluator.tidy_columns(selector, (from, last), &visits, span)? {
        let track = RangeTrack::new(column, from, last);
        evaluator.count(track.floats.len() + track.histograms.len(), span)?;
        tracks.push(track);
    }
    Ok(tracks)
}

/// The places of the times in `[from, to]`.
pub(super) fn between(times: &[i64], from: i64, to: i64) -> Range<usize> {
    let start = times.partition_point(|t| *t < from);
    start..times.partition_point(|t| *t <= to).max(start)
}

/// The places of the histograms in `[from, to]`.
pub(super) fn histograms_between(histograms: &[HistogramAt], from: i64, to: i64) -> Range<usize> {
    let start = histograms.partition_point(|sample| sample.t < from);
    start..histograms.partition_point(|sample| sample.t <= to).max(start)
}

impl RangeTrack {
    /// The samples of a column in `[from, to]`.
    fn new(column: Arc<Tidy>, from: i64, to: i64) -> Self {
        let floats = between(&column.times, from, to);
        let histograms = histograms_between(&column.histograms, from, to);
        Self { labels: column.labels.clone(), drop_name: false, column, floats, histograms }
    }
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
        let mut column = Column { labels: track.labels, ..Column::default() };
        for (t, cell) in grid.times().zip(track.cells) {
            match cell {
                Some(Sample::Float(value)) => {
                    column.times.push(t);
                    column.values.push(value);
                }
                Some(Sample::Histogram(value)) => {
                    column.histograms.push(HistogramAt { t, start: 0, value: without_hint(value) });
                }
                None => {}
            }
        }
        RangeTrack {
            drop_name: track.drop_name,
            ..RangeTrack::new(Arc::new(Tidy::new(&Arc::new(column))), i64::MIN, i64::MAX)
        }
    };
    Ok(tracks.into_iter().map(column).collect())
}

/// Between the steps of a subquery samples are left out or taken twice: what one says of the sample before it in its
/// series does not hold.
fn without_hint(histogram: Arc<Histogram>) -> Arc<Histogram> {
    match histogram.hint {
        ResetHint::Unknown | ResetHint::Gauge => histogram,
        ResetHint::Reset | ResetHint::NotReset => {
            Arc::new(Histogram { hint: ResetHint::Unknown, ..Histogram::clone(&histogram) })
        }
    }
}

impl RangeVector {
    /// The samples in each step's range.
    pub(super) fn windows<'a>(&'a self, track: &'a RangeTrack, compat: Compat) -> Windows<'a> {
        let times = track.column.times.get(track.floats.clone()).unwrap_or_default();
        let values = track.column.values.get(track.floats.clone()).unwrap_or_default();
        let histograms = track.column.histograms.get(track.histograms.clone()).unwrap_or_default();
        let histogram_times: Vec<i64> = histograms.iter().map(|sample| sample.t).collect();
        let mut places = self.places(times, compat);
        let mut histogram_places =
            if histograms.is_empty() { Vec::new() } else { self.places(&histogram_times, compat) };
        let both = |(floats, histograms): (&(usize, usize), &(usize, usize))| {
            floats.0 < floats.1 && histograms.0 < histograms.1
        };
        let mixed = places.iter().zip(&histogram_places).map(both).collect();
        if self.edges != Edges::Sampled {
            let mut others = histogram_places.iter_mut();
            for (floats, end) in places.iter_mut().zip(&self.ends) {
                let mut nothing = (0, 0);
                let histograms = others.next().unwrap_or(&mut nothing);
                let kinds = [(times, *floats), (&*histogram_times, *histograms)];
                let range = (end.saturating_sub(self.length), *end);
                [*floats, *histograms] = reach::trimmed(self.edges, range, kinds);
            }
        }
        Windows {
            times,
            values,
            column: &track.column,
            first: track.floats.start,
            starts: track
                .column
                .starts
                .get(track.floats.clone())
                .filter(|_| self.uses_starts)
                .unwrap_or_default(),
            uses_starts: self.uses_starts,
            edges: self.edges,
            places,
            histograms,
            histogram_places,
            mixed,
            ends: &self.ends,
            length: self.length,
            compat,
        }
    }

    /// The places of the times in reach of each step's range, found with two pointers that only move forward.
    fn places(&self, times: &[i64], compat: Compat) -> Vec<(usize, usize)> {
        let first = |end: i64| first_in_range(end, self.length.saturating_add(self.reach.before), compat);
        let mut lo = self.ends.first().map_or(0, |end| times.partition_point(|t| *t < first(*end)));
        let mut hi = lo;
        let place = |end: &i64| {
            let (first, last) = (first(*end), end.saturating_add(self.reach.after));
            while times.get(hi).is_some_and(|t| *t <= last) {
                hi += 1;
            }
            while lo < hi && times.get(lo).is_some_and(|t| *t < first) {
                lo += 1;
            }
            (lo, hi)
        };
        self.ends.iter().map(place).collect()
    }

    /// The samples of a range with values at its very edges.
    fn edged(&self, window: &Window<'_>) -> Vec<Point> {
        let Some(end) = self.ends.get(window.step) else { return Vec::new() };
        let start = end.saturating_sub(self.length);
        let smoothed = self.edges == Edges::Smoothed;
        let at = |t: i64, value: Option<f64>| value.map(|value| Point::float(t, value));
        let samples = window.times.iter().zip(window.values);
        let within = samples.filter(|(t, _)| **t > start && *t < end).map(|(t, v)| Point::float(*t, *v));
        let left = at(start, edges::left(window, start, smoothed, false));
        let right = at(*end, edges::right(window, *end, smoothed, false));
        left.into_iter().chain(within).chain(right).collect()
    }

    /// The samples in the range of the only step, for a query that asks for just these.
    ///
    /// # Errors
    /// Histograms, where there are to be values at edges, and two series with the same labels that meet.
    pub(super) fn into_matrix(self, evaluator: &Evaluator<'_>, span: Span) -> Result<Matrix, EvalError> {
        let has_histograms = self.tracks.iter().any(|track| !track.histograms.is_empty());
        if let Some(word) = self.edges.word().filter(|_| has_histograms) {
            return Err(EvalError::invalid(
                span,
                format!("{word} modifier is not supported with histograms"),
            ));
        }
        let series = self.tracks.iter().map(|track| {
            let windows = self.windows(track, evaluator.params.compat);
            let floats = windows.each(|window| {
                if self.edges != Edges::Sampled {
                    return self.edged(&window);
                }
                window.times.iter().zip(window.values).map(|(t, v)| Point::float(*t, *v)).collect::<Vec<_>>()
            });
            let mut points: Vec<Point> = floats.into_iter().flatten().flatten().collect();
            if let Some(histograms) = windows.histograms_of(0) {
                let point =
                    |at: &HistogramAt| Point { t: at.t, value: Sample::Histogram(Arc::clone(&at.value)) };
                points.extend(histograms.iter().map(point));
                points.sort_by_key(|point| point.t);
            }
            let labels =
                if track.drop_name { evaluator.nameless(&track.labels) } else { track.labels.clone() };
            Series { labels, points }
        });
        merged(series.filter(|series| !series.points.is_empty()), span)
    }
}

/// Joins series of the same labels, sorted by these.
fn merged(all: impl Iterator<Item = Series>, span: Span) -> Result<Matrix, EvalError> {
    let mut matrix = Matrix::new();
    let mut sorted: Vec<Series> = all.collect();
    sorted.sort_by(|a, b| a.labels.cmp(&b.labels));
    for series in sorted {
        match matrix.last_mut().filter(|last| last.labels == series.labels) {
            Some(last) => {
                last.points.extend(series.points);
                last.points.sort_by_key(|point| point.t);
                if last.points.windows(2).any(|pair| matches!(pair, [a, b] if a.t == b.t)) {
                    return Err(same_labels(&last.labels, span));
                }
            }
            None => matrix.push(series),
        }
    }
    Ok(matrix)
}

/// One step's floats; never empty.
pub(super) struct Window<'a> {
    /// Which step.
    pub(super) step: usize,
    pub(super) times: &'a [i64],
    pub(super) values: &'a [f64],
}

impl<'a> Windows<'a> {
    /// The histograms of a step's window, where there are any.
    pub(super) fn histograms_of(&self, step: usize) -> Option<&'a [HistogramAt]> {
        let (lo, hi) = self.histogram_places.get(step)?;
        self.histograms.get(*lo..*hi).filter(|histograms| !histograms.is_empty())
    }

    /// Whether there are samples of both kinds in reach of a step's range.
    pub(super) fn is_mixed(&self, step: usize) -> bool {
        self.mixed.get(step).copied().unwrap_or_default()
    }

    /// Whether a step's window has a sample of either kind.
    pub(super) fn any_at(&self, step: usize) -> bool {
        self.places.get(step).is_some_and(|(lo, hi)| lo < hi) || self.histograms_of(step).is_some()
    }

    /// Looks at each window that has a float.
    pub(super) fn each<T>(&self, mut f: impl FnMut(Window<'a>) -> T) -> Vec<Option<T>> {
        let look = |(step, (lo, hi)): (usize, &(usize, usize))| {
            let times = self.times.get(*lo..*hi).filter(|times| !times.is_empty())?;
            Some(f(Window { step, times, values: self.values.get(*lo..*hi)? }))
        };
        self.places.iter().enumerate().map(look).collect()
    }
}
