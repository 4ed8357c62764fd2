//! Kinds of indicators, one per file, each of which ends in a [`Signal`].

mod events;
mod latency;
mod slices;

pub use events::EventsSli;
pub use latency::{LatencySli, Unit};
pub use slices::{Empty, SlicesSli};

use crate::base::Duration;
use crate::promql::{BinaryOp, Expr, Selector};

/// How goodness is measured, as specified.
#[derive(Debug, Clone, PartialEq)]
pub enum Sli {
    /// Good or bad events among all.
    Events(EventsSli),
    /// Events faster than a threshold among all.
    Latency(LatencySli),
    /// Slices of time in which a condition holds among all.
    Slices(SlicesSli),
}

impl Sli {
    /// What must be measured. Below this, nobody knows the kinds.
    pub fn signal(&self) -> Signal {
        match self {
            Self::Events(sli) => sli.signal(),
            Self::Latency(sli) => sli.signal(),
            Self::Slices(sli) => sli.signal(),
        }
    }

    /// The word by which the kind is written.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Events(_) => "events",
            Self::Latency(_) => "latency",
            Self::Slices(_) => "slices",
        }
    }
}

/// What must be measured for an objective.
#[derive(Debug, Clone, PartialEq)]
#[expect(clippy::large_enum_variant, reason = "there is one per objective")]
pub enum Signal {
    /// Events are counted.
    Events {
        /// Whether `part` counts the good or the bad events.
        polarity: Polarity,
        /// The good or the bad events.
        part: Counts,
        /// All events.
        total: Counts,
        /// The histogram that both come from, where they do.
        distribution: Option<Distribution>,
    },
    /// The clock is divided into slices; each is judged by a condition at its end.
    Slices {
        /// The measured value.
        value: Expr,
        /// Good is `value op bound` for every element.
        op: BinaryOp,
        /// What the value is compared with.
        bound: f64,
        /// The length of a slice.
        slice: Duration,
        /// What an unmeasured slice is.
        empty: Empty,
    },
}

/// Which events are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Polarity {
    /// The good ones.
    Good,
    /// The bad ones.
    Bad,
}

/// How events are counted.
#[derive(Debug, Clone, PartialEq)]
pub enum Counts {
    /// The growth of counters, summed.
    Counters(Vec<Selector>),
    /// An expression that gives the events of its `$window`.
    Expression(Expr),
}

/// A histogram that a reader may want described.
#[derive(Debug, Clone, PartialEq)]
pub struct Distribution {
    /// Its bucket series, without a matcher on `le`.
    pub buckets: Selector,
    /// The threshold, in the histogram's unit.
    pub threshold: f64,
    /// Seconds in one of the histogram's unit.
    pub seconds_per_unit: f64,
}
