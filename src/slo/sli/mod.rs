//! Kinds of indicators, one per file, each of which ends in a [`Signal`].

mod composite;
mod events;
mod latency;
mod quotient;
mod ratio;
mod slices;

pub use composite::{Combine, CompositeSli, Member};
pub use events::EventsSli;
pub use latency::{LatencySli, Unit, le_matcher};
pub use quotient::{events, quotient};
pub use ratio::RatioSli;
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
    /// The mean of a ratio over slices of time.
    Ratio(RatioSli),
    /// Other objectives, taken together.
    Composite(CompositeSli),
}

impl Sli {
    /// What must be measured. Below this, nobody knows the kinds.
    pub fn signal(&self) -> Signal {
        match self {
            Self::Events(sli) => sli.signal(),
            Self::Latency(sli) => sli.signal(),
            Self::Slices(sli) => sli.signal(),
            Self::Ratio(sli) => sli.signal(),
            Self::Composite(sli) => sli.signal(),
        }
    }

    /// The length of the slices that it judges by itself, where it does.
    pub fn slice(&self) -> Option<Duration> {
        match self {
            Self::Events(_) | Self::Latency(_) => None,
            Self::Slices(sli) => Some(sli.slice),
            Self::Ratio(sli) => Some(sli.slice),
            Self::Composite(sli) => Some(sli.slice),
        }
    }

    /// The word by which the kind is written.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Events(_) => "events",
            Self::Latency(_) => "latency",
            Self::Slices(_) => "slices",
            Self::Ratio(_) => "ratio",
            Self::Composite(_) => "composite",
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
    /// The clock is divided into slices; each is judged by a value at its end.
    Slices {
        /// The measured value.
        value: Expr,
        /// How the value is judged.
        judge: Judge,
        /// The length of a slice.
        slice: Duration,
        /// What an unmeasured slice is.
        empty: Empty,
    },
    /// Nothing of its own: other objectives are, and taken together slice by slice.
    Composite(CompositeSli),
}

/// How the value of a slice is judged.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Judge {
    /// Good is `value op bound` for every element.
    Compares(BinaryOp, f64),
    /// The value, which may hold `$window`, is the share of the slice that was bad, or good.
    Share(Polarity),
}

/// Which events are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Polarity {
    /// The good ones.
    Good,
    /// The bad ones.
    Bad,
}

impl Polarity {
    /// The other one.
    #[must_use]
    pub fn opposite(self) -> Self {
        match self {
            Self::Good => Self::Bad,
            Self::Bad => Self::Good,
        }
    }

    /// `good` or `bad`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Bad => "bad",
        }
    }
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
