//! Walks the tree: every node is evaluated once, over all steps of its grid.

use std::sync::Arc;

use crate::base::{Column, Duration, Matrix, Series, Span};
use crate::promql::{At, Expr, ExprKind, Selector, UnaryOp};

use super::features::Feature;
use super::remark::{self, Remark, Remarks};
use super::track::{Grid, Node, Track, cell, merge_same_labels};
use super::value::{EvalError, Evaluated, Params, Reason, Value, points};
use super::{Store, StoreError, aggregate, binary, functions, range, select};

/// Evaluates an expression as Prometheus would.
///
/// # Errors
/// What Prometheus would refuse (ambiguous matching, two results with the same labels), what this evaluator does not
/// have (by name), a store that cannot answer, or more samples than allowed.
pub fn evaluate(expr: &Expr, params: &Params, store: &dyn Store) -> Result<Evaluated, EvalError> {
    let mut evaluator = Evaluator { params, store, samples_read: 0, remarks: Remarks::default() };
    let grid = evaluator.outer_grid(expr.span)?;
    let value = evaluator.value(expr, grid)?;
    Ok(Evaluated {
        value,
        samples_read: evaluator.samples_read,
        annotations: evaluator.remarks.into_annotations(),
    })
}

/// What an evaluation needs everywhere, and what it gathers on its way.
pub(super) struct Evaluator<'a> {
    pub(super) params: &'a Params,
    store: &'a dyn Store,
    pub(super) samples_read: u64,
    pub(super) remarks: Remarks,
}

impl Evaluator<'_> {
    fn outer_grid(&self, span: Span) -> Result<Grid, EvalError> {
        let start = self.params.start.as_millis();
        if self.params.is_instant() {
            return Ok(Grid { start, step: 1, steps: 1 });
        }
        let length = self.params.end - self.params.start;
        if length < Duration::ZERO {
            return Err(EvalError::invalid(span, "the range ends before it starts"));
        }
        let step = self.params.step.as_millis();
        let steps = length.as_millis() / step;
        match self.params.max_points {
            Some(most) if u64::try_from(steps).unwrap_or(0) > most => Err(EvalError::limit(
                span,
                format!("exceeded maximum resolution of {most} points per timeseries"),
                "ask for a longer step or a shorter range",
            )),
            _ => self.grid(start, step, steps + 1, span),
        }
    }

    /// A grid that is not absurdly long.
    pub(super) fn grid(&self, start: i64, step: i64, steps: i64, span: Span) -> Result<Grid, EvalError> {
        let steps = u64::try_from(steps).unwrap_or(0);
        if steps > self.params.max_samples {
            return Err(self.too_many(span, steps));
        }
        Ok(Grid { start, step, steps: steps as usize })
    }

    fn value(&mut self, expr: &Expr, grid: Grid) -> Result<Value, EvalError> {
        if self.params.is_instant() && range::is_range(expr) {
            let vector = range::evaluate(self, expr, grid)?;
            return Ok(Value::Matrix(sorted(vector.into_matrix(self.params.compat))));
        }
        match self.node(expr, grid)? {
            Node::Scalar(values) => Ok(Value::Scalar(grid.times().zip(values).collect())),
            Node::Text(text) => Ok(Value::String(grid.start, text)),
            Node::Vector(mut tracks) => {
                for track in tracks.iter_mut().filter(|track| track.drop_name) {
                    track.drop_name(false);
                }
                let series = merge_same_labels(tracks, expr.span)?
                    .into_iter()
                    .map(|track| Series { labels: track.labels, points: points(grid.times(), track.cells) });
                let matrix: Matrix = series.filter(|series| !series.points.is_empty()).collect();
                Ok(if !self.params.is_instant() {
                    Value::Matrix(sorted(matrix))
                } else if functions::orders_its_result(expr) {
                    Value::Vector(matrix)
                } else {
                    Value::Vector(sorted(matrix))
                })
            }
        }
    }

    /// The value of a node that is no range vector.
    pub(super) fn node(&mut self, expr: &Expr, grid: Grid) -> Result<Node, EvalError> {
        self.stop_if_asked(expr.span)?;
        match &expr.kind {
            ExprKind::Number(value) => Ok(Node::Scalar(vec![*value; grid.steps])),
            ExprKind::Duration(length) => Ok(Node::Scalar(vec![length.as_secs(); grid.steps])),
            ExprKind::String(text) => Ok(Node::Text(text.clone())),
            ExprKind::Paren(inner) => self.node(inner, grid),
            ExprKind::Selector(selector) => select::instant(self, selector, expr.span, grid),
            ExprKind::Range { .. } | ExprKind::Subquery { .. } => Err(EvalError::invalid(
                expr.span,
                "a range vector stands where one value per series is needed",
            )
            .with_help("put a function such as rate() or avg_over_time() around it")),
            ExprKind::Call { function, args } => functions::call(self, function, args, expr.span, grid),
            ExprKind::Aggregate { op, param, expr: inner, grouping } => {
                aggregate::evaluate(self, *op, param.as_deref(), inner, grouping, expr.span, grid)
            }
            ExprKind::Unary { op, expr: inner } => self.unary(*op, inner, grid),
            ExprKind::Binary { .. } => binary::evaluate(self, expr, grid),
        }
    }

    fn unary(&mut self, op: UnaryOp, inner: &Expr, grid: Grid) -> Result<Node, EvalError> {
        let node = self.node(inner, grid)?;
        if op == UnaryOp::Plus {
            return Ok(node);
        }
        match node {
            Node::Scalar(values) => Ok(Node::Scalar(values.into_iter().map(|value| -value).collect())),
            Node::Vector(mut tracks) => {
                for track in &mut tracks {
                    track.map(|_, value| cell(-value));
                }
                self.without_names(tracks, inner.span).map(Node::Vector)
            }
            Node::Text(_) => Err(EvalError::invalid(inner.span, "a text has no sign")),
        }
    }

    /// An argument that must be a vector.
    pub(super) fn vector(&mut self, expr: &Expr, grid: Grid) -> Result<Vec<Track>, EvalError> {
        match self.node(expr, grid)? {
            Node::Vector(tracks) => Ok(tracks),
            Node::Scalar(_) | Node::Text(_) => {
                Err(EvalError::invalid(expr.span, "expected an instant vector here")
                    .with_help("vector() makes one of a number"))
            }
        }
    }

    /// An argument that must be a number.
    pub(super) fn scalar(&mut self, expr: &Expr, grid: Grid) -> Result<Vec<f64>, EvalError> {
        match self.node(expr, grid)? {
            Node::Scalar(values) => Ok(values),
            Node::Vector(_) | Node::Text(_) => Err(EvalError::invalid(expr.span, "expected a number here")
                .with_help("scalar() makes one of a vector with one element")),
        }
    }

    /// An argument that must be a text.
    pub(super) fn text(expr: &Expr) -> Result<&str, EvalError> {
        match &expr.unparenthesised().kind {
            ExprKind::String(text) => Ok(text),
            _ => Err(EvalError::invalid(expr.span, "expected a quoted text here")),
        }
    }

    /// Takes the metric's names off, as most operations do.
    pub(super) fn without_names(&self, mut tracks: Vec<Track>, span: Span) -> Result<Vec<Track>, EvalError> {
        for track in &mut tracks {
            track.drop_name(self.delays_names());
        }
        if self.delays_names() { Ok(tracks) } else { merge_same_labels(tracks, span) }
    }

    /// The time that `@` fixes.
    pub(super) fn fixed(&self, at: Option<At>) -> Option<i64> {
        at.map(|at| match at {
            At::Moment(moment) => moment.as_millis(),
            At::Start => self.params.start.as_millis(),
            At::End => self.params.end.as_millis(),
        })
    }

    /// The series of a selector with samples in `[from, to]` (milliseconds), sorted by labels. The only door to the
    /// store: what is evaluated series by series sees one series here.
    pub(super) fn columns(
        &self,
        selector: &Selector,
        from: i64,
        to: i64,
        span: Span,
    ) -> Result<Vec<Arc<Column>>, EvalError> {
        self.store.select(&selector.all_matchers(), from, to).map_err(store_error(span))
    }

    /// Ends the evaluation where someone asked for it.
    pub(super) fn stop_if_asked(&self, span: Span) -> Result<(), EvalError> {
        if !self.params.stop.is_asked() {
            return Ok(());
        }
        let message = "the evaluation was stopped before it was done".to_owned();
        Err(EvalError::limit(span, message, "allow it more time, or ask for less"))
    }

    /// Counts samples read.
    pub(super) fn count(&mut self, samples: usize, span: Span) -> Result<(), EvalError> {
        self.stop_if_asked(span)?;
        self.samples_read += samples as u64;
        if self.samples_read > self.params.max_samples {
            return Err(self.too_many(span, self.samples_read));
        }
        Ok(())
    }

    fn too_many(&self, span: Span, samples: u64) -> EvalError {
        let limit = self.params.max_samples;
        let message = format!("the query needs {samples} samples or more, the limit is {limit}");
        EvalError::limit(span, message, "select fewer series, a shorter range or a longer step")
    }

    /// Whether names are taken off in the end only.
    pub(super) fn delays_names(&self) -> bool {
        self.params.features.has(Feature::DelayedNameRemoval)
    }

    /// Adds a remark at its place.
    pub(super) fn remark(&mut self, span: Span, remark: Remark) {
        self.remarks.add(span, remark);
    }

    pub(super) fn warn_about_quantile(&mut self, q: f64, span: Span) {
        if !(0.0..=1.0).contains(&q) {
            self.remark(span, remark::invalid_quantile(q));
        }
    }
}

/// A store's refusal, at the selector that asked.
pub(super) fn store_error(span: Span) -> impl Fn(StoreError) -> EvalError {
    move |StoreError(message)| EvalError { span, message, help: None, reason: Reason::Store }
}

fn sorted(mut matrix: Matrix) -> Matrix {
    matrix.sort_by(|a, b| a.labels.cmp(&b.labels));
    matrix
}
