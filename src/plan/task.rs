//! What a plan holds: questions, and for every objective the places of those that it needs.

use super::counting::Counted;
use super::grid::Timeline;
use super::{NoAnswer, Query, Stretch};
use crate::base::{Duration, Interval};
use crate::slo::{Distribution, Empty, Judge, Method, Polarity};

/// The place of a question in a plan.
pub type QueryId = usize;

/// Questions by the words for what they are for.
pub type Asked = Vec<(&'static str, Vec<QueryId>)>;

/// Questions, and which objective needs which.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Plan {
    /// The questions, none twice.
    pub queries: Vec<Query>,
    /// The objectives, in the order of the specifications.
    pub tasks: Vec<Task>,
}

/// What one objective needs.
#[derive(Debug, Clone, PartialEq)]
pub struct Task {
    /// The place of its specification.
    pub spec: usize,
    /// Its place in it.
    pub slo: usize,
    /// Over which time it is judged.
    pub stretch: Stretch,
    /// The part of its window that had passed at the moment of evaluation.
    pub elapsed: Interval,
    /// What is measured.
    pub measure: Measure,
    /// Its questions by the words for what they are for.
    pub asked: Asked,
}

/// What is measured for an objective.
#[derive(Debug, Clone, PartialEq)]
#[expect(clippy::large_enum_variant, reason = "there is one per objective")]
pub enum Measure {
    /// Events in buckets.
    Events(EventsTask),
    /// Slices of the clock.
    Slices(SlicesTask),
    /// Nothing that can be measured yet: why.
    Nothing(String),
}

impl Measure {
    /// The length of the slices that the budget counts, where it counts slices.
    pub fn slice(&self) -> Option<Duration> {
        match self {
            Self::Events(events) => events.method.slices().map(|(slice, _)| slice),
            Self::Slices(slices) => Some(slices.slice),
            Self::Nothing(_) => None,
        }
    }

    /// How far apart the counters' samples are; nothing where none are counted.
    pub fn cadence(&self) -> Duration {
        match self {
            Self::Events(events) => events.cadence,
            Self::Slices(_) | Self::Nothing(_) => Duration::ZERO,
        }
    }
}

/// Events counted in the buckets of a timeline.
#[derive(Debug, Clone, PartialEq)]
pub struct EventsTask {
    /// The buckets.
    pub timeline: Timeline,
    /// What the budget counts; where that is slices, they are the buckets.
    pub method: Method,
    /// Whether `part` counts good or bad events.
    pub polarity: Polarity,
    /// The good or the bad events: the sum of these.
    pub part: Vec<Counted>,
    /// All events: the sum of these.
    pub total: Vec<Counted>,
    /// Where data existed: for each selection of the total its questions, one per piece of `looks`. Empty where the
    /// total's own points tell.
    pub presence: Vec<Vec<QueryId>>,
    /// The stretches that `presence` looks at.
    pub looks: Timeline,
    /// The histogram behind it, with the question for the boundaries that its buckets have.
    pub distribution: Option<(Distribution, QueryId)>,
    /// How far apart the counters' samples are.
    pub cadence: Duration,
    /// Why that could not be found out, where the counts depend on it: they would not be right.
    pub unpaced: Option<NoAnswer>,
}

/// Slices of the clock, each judged at its end.
#[derive(Debug, Clone, PartialEq)]
pub struct SlicesTask {
    /// The question for the value at each slice's end, for each piece of the timeline.
    pub value: Vec<QueryId>,
    /// The slices.
    pub timeline: Timeline,
    /// How the value is judged.
    pub judge: Judge,
    /// What an unmeasured slice is.
    pub empty: Empty,
    /// The length of a slice.
    pub slice: Duration,
}
