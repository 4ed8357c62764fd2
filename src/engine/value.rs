//! What an evaluation is told and what it gives: parameters, values, annotations, refusals.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::features::{Feature, Features};
use crate::base::{Duration, Labels, Matrix, Moment, Point, Sample, Series, Span};

/// Whose rules are followed where versions of Prometheus differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Compat {
    /// Prometheus 3: a range is open on its left, `(t - range, t]`.
    #[default]
    Prom3,
    /// Prometheus 2.42: a range is closed on both sides, extrapolation is cut at zero before it is limited, and `sum`
    /// adds without compensation.
    Prom2,
}

/// When and how an expression is evaluated.
#[derive(Debug, Clone, PartialEq)]
pub struct Params {
    /// The first time.
    pub start: Moment,
    /// The last time, where the steps meet it.
    pub end: Moment,
    /// How far apart the times are; zero for an instant query.
    pub step: Duration,
    /// How old a sample may be to stand for its series.
    pub lookback: Duration,
    /// Whose rules.
    pub compat: Compat,
    /// The step of a subquery that names none.
    pub default_subquery_step: Duration,
    /// The most samples that may be held at a time before the evaluation is refused: those of the series being read and
    /// those of the series made in between.
    pub max_samples: u64,
    /// The most times at which a range query may be evaluated; a server allows 11,000.
    pub max_points: Option<u64>,
    /// What Prometheus has behind feature flags.
    pub features: Features,
    /// Asks the evaluation to end early.
    pub stop: Stop,
}

/// A flag by which another thread asks an evaluation to end early.
#[derive(Debug, Clone, Default)]
pub struct Stop(Arc<AtomicBool>);

impl Stop {
    /// Asks every evaluation with this flag or a clone of it to end.
    pub fn ask(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Whether someone asked.
    pub fn is_asked(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

impl PartialEq for Stop {
    /// A flag says nothing about what is evaluated.
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Params {
    /// An instant query with the defaults of Prometheus 3.
    pub fn instant(at: Moment) -> Self {
        Self::range(at, at, Duration::ZERO)
    }

    /// A range query with the defaults of Prometheus 3.
    pub fn range(start: Moment, end: Moment, step: Duration) -> Self {
        Self {
            start,
            end,
            step,
            lookback: Duration::minutes(5),
            compat: Compat::Prom3,
            default_subquery_step: Duration::minutes(1),
            max_samples: 500_000_000,
            max_points: None,
            features: Features::default(),
            stop: Stop::default(),
        }
    }

    /// Refuses to hold more samples than allowed.
    pub(super) fn allow(&self, samples: u64, span: Span) -> Result<(), EvalError> {
        if samples <= self.max_samples {
            return Ok(());
        }
        let limit = self.max_samples;
        let message = format!("the query needs {samples} samples or more at a time, the limit is {limit}");
        let help = "select fewer series, a shorter range or a longer step, or allow more with --max-samples";
        Err(EvalError::limit(span, message, help))
    }

    /// Whether the expression is evaluated once.
    pub fn is_instant(&self) -> bool {
        self.step <= Duration::ZERO
    }
}

/// The value of an expression.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// A number at each time of evaluation: milliseconds since 1970 and value.
    Scalar(Vec<(i64, f64)>),
    /// A text at the time of evaluation.
    String(i64, String),
    /// One point per series, at the time of evaluation. Sorted by labels, except where the expression itself sorts.
    Vector(Matrix),
    /// Any number of points per series, sorted by labels: a range query, or a range selector in an instant query.
    Matrix(Matrix),
}

impl Value {
    /// The series of any value: a scalar is a series without labels, a text has none.
    pub fn into_matrix(self) -> Matrix {
        match self {
            Self::Scalar(points) => {
                let points = points.into_iter().map(|(t, value)| Point::float(t, value)).collect();
                vec![Series { labels: Labels::new(), points }]
            }
            Self::String(..) => Vec::new(),
            Self::Vector(mut matrix) | Self::Matrix(mut matrix) => {
                matrix.sort_by(|a, b| a.labels.cmp(&b.labels));
                matrix
            }
        }
    }
}

/// How much a remark weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Worth knowing.
    Info,
    /// The result is probably not what was meant.
    Warning,
}

/// A remark on a result that was still computed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Annotation {
    /// How much it weighs.
    pub level: Level,
    /// What was noticed.
    pub message: String,
    /// The bytes of the query that it is about.
    pub span: Span,
}

impl Annotation {
    /// The remark with its level and its place in the query, as Prometheus tells it.
    pub fn located(&self, query: &str) -> String {
        let before = query.get(..self.span.start).unwrap_or(query);
        let line = before.matches('\n').count() + 1;
        let column = before.rfind('\n').map_or(before.len(), |end| before.len() - end - 1) + 1;
        format!("PromQL {}: {} ({line}:{column})", self.level, self.message)
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Info => "info",
            Self::Warning => "warning",
        })
    }
}

/// What an evaluation gives.
#[derive(Debug, Clone, PartialEq)]
pub struct Evaluated {
    /// The value.
    pub value: Value,
    /// Samples read from the store for this and for no question before it.
    pub samples_read: u64,
    /// The most samples that were held at a time.
    pub peak_samples: u64,
    /// Remarks, in the order in which they were first made.
    pub annotations: Vec<Annotation>,
}

/// What kind of reason an evaluation was refused for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// The language has it, this evaluator does not.
    Unsupported,
    /// The query or the data make no sense together, as in Prometheus.
    Invalid,
    /// The store could not answer.
    Store,
    /// Too many samples, too many points, or too long.
    Limit,
}

/// Why an expression has no value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EvalError {
    /// The bytes of the query that it is about.
    pub span: Span,
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
    /// What kind of reason it is.
    pub reason: Reason,
}

impl EvalError {
    /// The query or the data make no sense together.
    pub(super) fn invalid(span: Span, message: impl Into<String>) -> Self {
        Self { span, message: message.into(), help: None, reason: Reason::Invalid }
    }

    /// The evaluator does not have this construct.
    pub(super) fn unsupported(span: Span, construct: &str) -> Self {
        Self {
            span,
            message: format!("unsupported by the embedded evaluator: {construct}"),
            help: Some("ask a Prometheus server instead of local files".to_owned()),
            reason: Reason::Unsupported,
        }
    }

    /// The construct belongs to a feature that is off.
    pub(super) fn unsupported_without(span: Span, message: String, feature: Feature) -> Self {
        let help = Some(format!("turn it on with --enable-feature {}", feature.name()));
        Self { span, message, help, reason: Reason::Unsupported }
    }

    /// It would take more than is allowed.
    pub(super) fn limit(span: Span, message: String, help: &str) -> Self {
        Self { span, message, help: Some(help.to_owned()), reason: Reason::Limit }
    }

    #[must_use]
    pub(super) fn with_help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

impl fmt::Display for EvalError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for EvalError {}

/// The point of a cell, where there is one.
pub(super) fn points(times: impl Iterator<Item = i64>, cells: Vec<Option<Sample>>) -> Vec<Point> {
    times.zip(cells).filter_map(|(t, cell)| cell.map(|value| Point { t, value })).collect()
}
