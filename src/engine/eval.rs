//! Walks the tree: every node is evaluated once, over all steps of its grid.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::base::{Column, Duration, Histogram, Labels, METRIC_SCHEMA, Matrix, Sample, Series, Span};
use crate::promql::{At, DurationExpr, Edges, Expr, ExprKind, Selector, UnaryOp, ValueType};

use super::detail::{self, Detail, Visits};
use super::features::Feature;
use super::leaf::{self, Answer, Gathered, Key, Leaf};
use super::pass::Selection;
use super::remark::{self, Remark, Remarks};
use super::tidy::{Held, Tidy};
use super::track::{Grid, Node, Track, merge_same_labels};
use super::value::{Compat, EvalError, Evaluated, Params, Reason, Value, points};
use super::{Store, StoreError, aggregate, binary, functions, older, range, select, smoothed};

/// What an evaluation needs everywhere, and what it gathers on its way.
pub(super) struct Evaluator<'a> {
    pub(super) params: &'a Params,
    reading: Reading<'a>,
    pub(super) remarks: Remarks,
    /// What the nodes around the one being evaluated make of histograms.
    detail: Detail,
    samples_read: u64,
    peak_samples: u64,
    /// Samples held now.
    held: u64,
}

/// Where the samples of selectors come from.
pub(super) enum Reading<'a> {
    /// From nowhere: the leaves are gathered, to be evaluated in one pass.
    Planned(Vec<Leaf<'a>>),
    /// From the leaves, which were evaluated in one pass; each of the others in a pass of its own.
    Answered(&'a dyn Store, BTreeMap<Key, Answer>),
    /// From the store, all series at once.
    Whole(&'a dyn Store),
    /// From one series alone.
    One(Arc<Held>),
    /// From nowhere: what is selected is noted.
    Noted(Option<(Selection, Span)>),
}

impl<'a> Evaluator<'a> {
    pub(super) fn new(params: &'a Params, reading: Reading<'a>) -> Self {
        let (remarks, detail) = (Remarks::default(), Detail::default());
        Self { params, reading, remarks, detail, samples_read: 0, peak_samples: 0, held: 0 }
    }

    /// Evaluates a part of a query around which the nodes look at histograms so.
    #[must_use]
    pub(super) fn looking_at(mut self, detail: Detail) -> Self {
        self.detail = detail;
        self
    }

    /// Evaluates an expression at the times of the parameters.
    pub(super) fn evaluate(mut self, expr: &Expr) -> Result<Evaluated, EvalError> {
        let grid = self.outer_grid(expr.span)?;
        let value = self.value(expr, grid)?;
        let Self { samples_read, peak_samples, remarks, .. } = self;
        Ok(Evaluated { value, samples_read, peak_samples, annotations: remarks.into_annotations() })
    }

    /// The leaves of an expression that can be evaluated before everything else.
    pub(super) fn leaves(expr: &Expr, params: &'a Params) -> Vec<Leaf<'a>> {
        let mut evaluator = Self::new(params, Reading::Planned(Vec::new()));
        // Where this fails the evaluation itself will tell; what it needs by then is read on its own.
        if let Ok(grid) = evaluator.outer_grid(expr.span) {
            _ = evaluator.value(expr, grid);
        }
        match evaluator.reading {
            Reading::Planned(leaves) => leaves,
            _ => Vec::new(),
        }
    }

    /// What the selector of an expression selects, and where it stands.
    pub(super) fn selection_of(mut self, expr: &Expr, grid: Grid) -> Option<(Selection, Span)> {
        self.node(expr, grid).ok()?;
        match self.reading {
            Reading::Noted(noted) => noted,
            _ => None,
        }
    }

    pub(super) fn into_gathered(self) -> Gathered {
        let Self { samples_read, peak_samples, remarks, .. } = self;
        Gathered { samples_read, peak_samples, remarks }
    }

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
        self.params.allow(steps, span)?;
        Ok(Grid { start, step, steps: steps as usize })
    }

    fn value(&mut self, expr: &Expr, grid: Grid) -> Result<Value, EvalError> {
        let kind = match expr.value_type() {
            ValueType::Matrix => "range vector",
            ValueType::String => "string",
            ValueType::Scalar | ValueType::Vector => "",
        };
        if !self.params.is_instant() && !kind.is_empty() {
            let message = format!(
                "invalid expression type \"{kind}\" for range query, must be Scalar or instant Vector"
            );
            return Err(EvalError::invalid(expr.span, message));
        }
        if self.params.is_instant() && range::is_range(expr) {
            let vector = range::evaluate(self, expr, grid)?;
            return vector.into_matrix(self, expr.span).map(Value::Matrix);
        }
        match self.node(expr, grid)? {
            Node::Scalar(values) => Ok(Value::Scalar(grid.times().zip(values).collect())),
            Node::Text(text) => Ok(Value::String(grid.start, text)),
            Node::Vector(mut tracks) => {
                for track in tracks.iter_mut().filter(|track| track.drop_name) {
                    track.labels = self.nameless(&track.labels);
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
        let before = self.held;
        let node = match self.leaf(expr, grid)? {
            Some(tracks) => Node::Vector(tracks),
            None => self.within(expr, |evaluator| evaluator.compute(expr, grid))?,
        };
        let made = match &node {
            Node::Scalar(values) => values.len(),
            Node::Vector(tracks) => tracks.len() * grid.steps,
            Node::Text(_) => 0,
        };
        self.hold(made as u64, expr.span)?;
        // What it was made from is gone now.
        self.held = before + made as u64;
        Ok(node)
    }

    /// Evaluates parts of an expression.
    pub(super) fn within<T>(&mut self, expr: &Expr, parts: impl FnOnce(&mut Self) -> T) -> T {
        let around = self.detail;
        self.detail = around.within(expr);
        let made = parts(self);
        self.detail = around;
        made
    }

    /// The value of a node where it is a leaf.
    fn leaf(&mut self, expr: &Expr, grid: Grid) -> Result<Option<Vec<Track>>, EvalError> {
        let detail = self.detail;
        let (tracks, gathered) = match &mut self.reading {
            Reading::Planned(leaves) => {
                let Some(leaf) = Leaf::of(expr, grid, self.params, detail) else { return Ok(None) };
                leaves.push(leaf);
                return Ok(Some(Vec::new()));
            }
            Reading::Answered(store, answers) => {
                let answer = answers.remove(&leaf::key(expr, grid));
                let alone = || Leaf::of(expr, grid, self.params, detail).map(|leaf| leaf.evaluate(*store));
                let Some(answer) = answer.or_else(alone) else { return Ok(None) };
                answer?
            }
            Reading::Whole(_) | Reading::One(_) | Reading::Noted(_) => return Ok(None),
        };
        self.samples_read += gathered.samples_read;
        self.peak_samples = self.peak_samples.max(self.held + gathered.peak_samples);
        self.remarks.extend(gathered.remarks);
        Ok(Some(tracks))
    }

    fn compute(&mut self, expr: &Expr, grid: Grid) -> Result<Node, EvalError> {
        match &expr.kind {
            ExprKind::Number(value) => Ok(Node::Scalar(vec![*value; grid.steps])),
            ExprKind::Duration(length) => Ok(Node::Scalar(vec![length.as_secs(); grid.steps])),
            ExprKind::String(text) => Ok(Node::Text(text.clone())),
            ExprKind::Paren(inner) => self.node(inner, grid),
            ExprKind::Selector(selector) if selector.edges == Edges::Smoothed => {
                smoothed::instant(self, selector, expr.span, grid).map(Node::Vector)
            }
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
                for here in tracks.iter_mut().flat_map(|track| &mut track.cells) {
                    *here = here.take().map(|sample| match sample {
                        Sample::Float(value) => Sample::Float(-value),
                        Sample::Histogram(histogram) => {
                            let mut negated = Histogram::clone(&histogram);
                            negated.mul(-1.0);
                            Sample::Histogram(Arc::new(negated))
                        }
                    });
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

    /// Labels without those that say what a metric is; for Prometheus 2.42 that is its name alone.
    pub(super) fn nameless(&self, labels: &Labels) -> Labels {
        match self.params.compat {
            Compat::Prom3 => labels.without(&METRIC_SCHEMA),
            Compat::Prom2 => labels.without_metric(),
        }
    }

    /// Takes the metric's name off, now or in the end.
    pub(super) fn drop_name(&self, track: &mut Track) {
        if self.delays_names() {
            track.drop_name = true;
        } else {
            track.labels = self.nameless(&track.labels);
        }
    }

    /// Takes the metric's names off, as most operations do.
    pub(super) fn without_names(&self, mut tracks: Vec<Track>, span: Span) -> Result<Vec<Track>, EvalError> {
        for track in &mut tracks {
            self.drop_name(track);
        }
        if self.delays_names() { Ok(tracks) } else { merge_same_labels(tracks, span) }
    }

    /// The times, in milliseconds, at which a selector or subquery looks at each step: what `@` fixes, less the offset.
    pub(super) fn looked_at(
        &self,
        grid: Grid,
        at: Option<At>,
        offset: &DurationExpr,
        span: Span,
    ) -> Result<Vec<i64>, EvalError> {
        let offset = range::fixed_length(offset, span)?;
        let fixed = at.map(|at| match at {
            At::Moment(moment) => moment.as_millis(),
            At::Start => self.params.start.as_millis(),
            At::End => self.params.end.as_millis(),
        });
        Ok(grid.times().map(|t| fixed.unwrap_or(t).saturating_sub(offset)).collect())
    }

    /// The series of a selector with samples in `[from, to]` (milliseconds), sorted by labels, with what is wanted of
    /// their histograms.
    pub(super) fn columns(
        &mut self,
        selector: &Selector,
        (from, to): (i64, i64),
        visits: &Visits<'_>,
        span: Span,
    ) -> Result<Vec<Arc<Column>>, EvalError> {
        let mut columns = self.stored(selector, from, to, span)?;
        if self.detail.leaves_buckets_out(self.params.compat) {
            for column in &mut columns {
                *column = detail::without_buckets(column, visits);
            }
        }
        Ok(columns)
    }

    /// The series of a selector as they are stored. The only door to the store: what is evaluated series by series sees
    /// one series here.
    fn stored(
        &mut self,
        selector: &Selector,
        from: i64,
        to: i64,
        span: Span,
    ) -> Result<Vec<Arc<Column>>, EvalError> {
        let mut matchers = selector.all_matchers();
        if self.params.compat == Compat::Prom2 {
            matchers = older::matchers(matchers);
        }
        match &mut self.reading {
            Reading::Answered(store, _) | Reading::Whole(store) => {
                store.select(&matchers, from, to).map_err(store_error(span))
            }
            Reading::One(held) if held.column.any_in(from, to) => Ok(vec![Arc::clone(&held.column)]),
            Reading::Planned(_) | Reading::One(_) => Ok(Vec::new()),
            Reading::Noted(noted) => {
                *noted = Some((Selection { matchers, from, to }, span));
                Ok(Vec::new())
            }
        }
    }

    /// Ends the evaluation where someone asked for it.
    pub(super) fn stop_if_asked(&self, span: Span) -> Result<(), EvalError> {
        if !self.params.stop.is_asked() {
            return Ok(());
        }
        let message = "the evaluation was stopped before it was done".to_owned();
        Err(EvalError::limit(span, message, "allow it more time, or ask for less"))
    }

    /// The same without stale markers.
    pub(super) fn tidy_columns(
        &mut self,
        selector: &Selector,
        (from, to): (i64, i64),
        visits: &Visits<'_>,
        span: Span,
    ) -> Result<Vec<Arc<Tidy>>, EvalError> {
        if let Reading::One(held) = &self.reading
            && (held.column.histograms.is_empty() || !self.detail.leaves_buckets_out(self.params.compat))
        {
            return Ok(if held.column.any_in(from, to) { vec![held.tidy()] } else { Vec::new() });
        }
        let columns = self.columns(selector, (from, to), visits, span)?;
        Ok(columns.iter().map(|column| Arc::new(Tidy::new(column))).collect())
    }

    /// Counts samples read.
    pub(super) fn count(&mut self, samples: usize, span: Span) -> Result<(), EvalError> {
        self.stop_if_asked(span)?;
        self.samples_read += samples as u64;
        self.hold(samples as u64, span)
    }

    /// Holds samples until the node is evaluated.
    fn hold(&mut self, samples: u64, span: Span) -> Result<(), EvalError> {
        self.held += samples;
        self.peak_samples = self.peak_samples.max(self.held);
        self.params.allow(self.held, span)
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
