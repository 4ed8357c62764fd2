use std::fmt;

use crate::base::{Duration, Matrix, Moment};
use crate::promql::{Expr, Selector};

/// One question to a source.
#[derive(Debug, Clone, PartialEq)]
pub struct Query {
    /// What is asked.
    pub ask: Ask,
    /// When.
    pub eval: Eval,
}

/// What is asked.
#[derive(Debug, Clone, PartialEq)]
pub enum Ask {
    /// The value of an expression, as PromQL defines it.
    Value(Expr),
    /// By how much the counters selected grew over the `over` that ends at each evaluation time, summed by the labels
    /// named. Resets are growth from zero; a series born where its target was already scraped grew from zero. A source
    /// that sees every sample counts exactly; a server is asked in PromQL.
    Increase {
        /// Which counters. Without offset or `@`.
        selector: Selector,
        /// Labels that the sums keep.
        by: Vec<String>,
        /// The length of each stretch.
        over: Duration,
        /// How far apart the counters' samples are. A source that counts exactly does not need it.
        cadence: Duration,
    },
    /// Where data exists: a point with a value above 0 at each evaluation time that has a sample of the series
    /// selected within the `over` before it. No labels.
    Presence {
        /// Which series.
        selector: Selector,
        /// The length of each stretch.
        over: Duration,
        /// How far apart the samples are. A source that counts exactly does not need it.
        cadence: Duration,
    },
}

/// When a question is evaluated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Eval {
    /// Once.
    Instant(Moment),
    /// At `start`, `start + step`, … up to and with `end`.
    Range {
        /// The first time.
        start: Moment,
        /// The last time, when the steps meet it.
        end: Moment,
        /// How far apart.
        step: Duration,
    },
}

impl Eval {
    /// The times of evaluation, in order.
    pub fn times(self) -> impl Iterator<Item = Moment> {
        let (start, end, step) = match self {
            Self::Instant(at) => (at, at, Duration::millis(1)),
            Self::Range { start, end, step } => (start, end, step),
        };
        (start.as_millis()..=end.as_millis())
            .step_by(step.as_millis().max(1) as usize)
            .map(Moment::from_millis)
    }

    /// Which of its times a moment is.
    pub fn place(self, at: Moment) -> Option<usize> {
        let (start, end, step) = match self {
            Self::Instant(only) => (only, only, 1),
            Self::Range { start, end, step } => (start, end, step.as_millis().max(1)),
        };
        let since = (at - start).as_millis();
        (at >= start && at <= end && since % step == 0).then_some((since / step) as usize)
    }

    /// How many times it evaluates.
    pub fn len(self) -> usize {
        match self {
            Self::Instant(_) => 1,
            Self::Range { start, end, step } if end >= start => {
                ((end - start).as_millis() / step.as_millis().max(1)) as usize + 1
            }
            Self::Range { .. } => 0,
        }
    }

    /// Whether it never evaluates.
    pub fn is_empty(self) -> bool {
        self.len() == 0
    }
}

/// Why a question was not answered. A value, not an abort: the objectives that do not need the answer are judged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NoAnswer {
    /// No connection, or it broke.
    Unreachable(String),
    /// It took too long.
    TimedOut(String),
    /// The source refused the question.
    Rejected {
        /// The HTTP status, where there was one.
        status: Option<u16>,
        /// In its own words.
        said: String,
    },
    /// Something came that is not an answer.
    Malformed(String),
    /// An answer with warnings that it is not whole.
    Partial(Vec<String>),
}

impl fmt::Display for NoAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreachable(why) => write!(f, "source unreachable: {why}"),
            Self::TimedOut(why) => write!(f, "source timed out: {why}"),
            Self::Rejected { status: Some(status), said } => {
                write!(f, "query rejected (HTTP {status}): {said}")
            }
            Self::Rejected { status: None, said } => write!(f, "query rejected: {said}"),
            Self::Malformed(why) => write!(f, "answer not understood: {why}"),
            Self::Partial(warnings) => write!(f, "answer is not whole: {}", warnings.join("; ")),
        }
    }
}

impl std::error::Error for NoAnswer {}

/// What a source gave for a question.
#[derive(Debug, Clone, PartialEq)]
pub struct Answered {
    /// The values; a scalar is a series without labels.
    pub matrix: Matrix,
    /// The PromQL that was sent, or what it stands for where the source counts itself.
    pub promql: String,
    /// Samples that the source read for it, where it says so.
    pub samples_read: Option<u64>,
    /// Remarks that do not make it less than whole (Prometheus's `infos`).
    pub infos: Vec<String>,
}

/// An answer, or why there is none.
pub type Answer = Result<Answered, NoAnswer>;
