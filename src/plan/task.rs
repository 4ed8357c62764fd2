//! What a plan holds: questions, and for every objective the places of those that it needs.

use super::counting::Counted;
use super::excluded::Excluded;
use super::grid::Timeline;
use super::{NoAnswer, Query, Stretch};
use crate::base::{Duration, Interval};
use crate::slo::{Combine, Distribution, Empty, Judge, Method, Polarity, Slo};

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
    /// The place in the specification of the contract by which it is judged; none where it is judged as it stands.
    pub contract: Option<usize>,
    /// The objective as it is judged: as it stands, or by the terms of a contract or composite.
    pub terms: Slo,
    /// Over which time it is judged.
    pub stretch: Stretch,
    /// The part of its window that had passed at the moment of evaluation.
    pub elapsed: Interval,
    /// The windows before it that are asked about, the latest first.
    pub before: Vec<Interval>,
    /// What is measured.
    pub measure: Measure,
    /// The slices that the budget counts, where it counts slices that are made of what is measured.
    pub slices: Option<Timeline>,
    /// The time that is taken out of it by agreement.
    pub excluded: Vec<Excluded>,
    /// The most of the window that may be taken out.
    pub excluded_cap: Option<Duration>,
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
    /// Other objectives, slice by slice.
    Composite(CompositeTask),
    /// Nothing that can be measured yet: why.
    Nothing(String),
}

impl Task {
    /// The length of the slices that the budget counts, where it counts slices.
    pub fn slice(&self) -> Option<Duration> {
        match (&self.measure, self.terms.method.slices()) {
            (Measure::Nothing(_), _) => None,
            (_, Some((slice, _))) => Some(slice),
            (measure, None) => measure.slice(),
        }
    }
}

impl Measure {
    /// The length of the slices that are judged, where slices are.
    fn slice(&self) -> Option<Duration> {
        match self {
            Self::Events(_) | Self::Nothing(_) => None,
            Self::Slices(slices) => Some(slices.slice),
            Self::Composite(composite) => Some(composite.slice),
        }
    }

    /// How far apart the counters' samples are; nothing where none are counted.
    pub fn cadence(&self) -> Duration {
        match self {
            Self::Events(events) => events.cadence,
            Self::Slices(_) | Self::Composite(_) | Self::Nothing(_) => Duration::ZERO,
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

/// Other objectives, whose shares of good make one in each slice.
#[derive(Debug, Clone, PartialEq)]
pub struct CompositeTask {
    /// How they make one.
    pub combine: Combine,
    /// The members with their weights, over the composite's window.
    pub members: Vec<(f64, Task)>,
    /// The slices.
    pub timeline: Timeline,
    /// The length of a slice.
    pub slice: Duration,
    /// What a slice is in which no member had events.
    pub empty: Empty,
}
