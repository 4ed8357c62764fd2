//! Answers to counted events in buckets, per group.

use std::collections::BTreeMap;
use std::fmt;

use super::histogram;
use crate::base::{Interval, Labels, Matrix, Moment, Sample};
use crate::plan::{Answer, Counted, EventsTask, Measure, NoAnswer, QueryId, SlicesTask, Timeline};
use crate::promql::{BinaryOp, CompiledMatchers};
use crate::slo::{Empty, Judge, Polarity};

/// Events counted.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Events {
    /// Bad ones.
    pub bad: f64,
    /// All.
    pub total: f64,
}

impl Events {
    /// Good ones.
    pub fn good(self) -> f64 {
        (self.total - self.bad).max(0.0)
    }
}

impl std::ops::AddAssign for Events {
    fn add_assign(&mut self, other: Self) {
        self.bad += other.bad;
        self.total += other.total;
    }
}

/// A stretch of time with the events in it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bucket {
    /// When.
    pub interval: Interval,
    /// What happened.
    pub events: Events,
    /// Whether that was measured.
    pub state: State,
}

/// How well the events of a bucket are known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// No series told anything.
    Unseen,
    /// What was told makes no count: values that are not numbers, or good or bad events of no events at all.
    Unusable,
    /// No series told anything; the specification says what that counts as.
    Assumed,
    /// Counted (zero events may have been).
    Measured,
    /// Taken out by agreement: it is neither covered nor missing.
    Excluded,
}

impl Bucket {
    /// Whether there are events to count with (zero may have been).
    pub fn measured(&self) -> bool {
        matches!(self.state, State::Assumed | State::Measured)
    }

    /// Whether any series told something.
    pub fn seen(&self) -> bool {
        matches!(self.state, State::Unusable | State::Measured)
    }
}

/// Why an objective could not be measured.
#[derive(Debug, Clone, PartialEq)]
pub enum Failure {
    /// A question was not answered.
    NoAnswer(NoAnswer),
    /// The threshold is not a boundary of the histogram.
    OffBoundary {
        /// The histogram's name.
        metric: String,
        /// The sign of its unit.
        unit: &'static str,
        /// The threshold, in the histogram's unit.
        threshold: f64,
        /// The nearest boundary below.
        below: Option<f64>,
        /// The nearest boundary above.
        above: Option<f64>,
    },
    /// A matcher that no engine can compile.
    Matcher(String),
    /// More budgets than the specification allows.
    TooManyGroups {
        /// How many there are.
        found: usize,
        /// How many there may be.
        most: usize,
        /// The labels that divide the budget.
        by: Vec<String>,
    },
    /// Nothing can be measured of it, and why.
    NotMeasured(String),
    /// A member of a composite could not be measured.
    Member {
        /// Which.
        slo: String,
        /// Why.
        why: Box<Failure>,
    },
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoAnswer(why) => write!(f, "{why}"),
            Self::OffBoundary { metric, unit, threshold, below, above } => {
                write!(f, "the threshold {threshold}{unit} is not a bucket boundary of {metric}")?;
                match (below, above) {
                    (Some(below), Some(above)) => {
                        write!(f, "; the nearest are {below}{unit} and {above}{unit}")
                    }
                    (Some(nearest), None) | (None, Some(nearest)) => {
                        write!(f, "; the nearest is {nearest}{unit}")
                    }
                    (None, None) => Ok(()),
                }
            }
            Self::Matcher(why) | Self::NotMeasured(why) => f.write_str(why),
            Self::Member { slo, why } => write!(f, "its member {slo}: {why}"),
            Self::TooManyGroups { found, most, by } => {
                write!(f, "`by: {}` has {found} values, more than the {most} that are allowed", by.join(", "))
            }
        }
    }
}

/// Counted events of every group, over one timeline.
#[derive(Debug, Clone, Default)]
pub(super) struct Tally {
    /// Groups by their labels; one without labels where budgets are not divided.
    pub(super) groups: BTreeMap<Labels, Vec<Bucket>>,
    /// Groups whose counts must not be used, though those of others may.
    pub(super) failed: BTreeMap<Labels, Failure>,
    /// Remarks.
    pub(super) warnings: Vec<String>,
}

/// Every counted value of a selection with the labels of its series and the place of its bucket. What is not a finite
/// number is NaN.
pub(super) fn each_value(
    timeline: &Timeline,
    counted: &Counted,
    answers: &[Answer],
    mut value: impl FnMut(&Labels, usize, f64),
) -> Result<(), Failure> {
    let only = CompiledMatchers::new(&counted.only).map_err(|error| Failure::Matcher(error.to_string()))?;
    for (place, &query) in timeline.places().zip(&counted.queries) {
        for series in matrix(answers, query)?.iter().filter(|series| only.matches(&series.labels)) {
            for point in &series.points {
                if let (Some(bucket), Sample::Float(number)) =
                    (place(Moment::from_millis(point.t)), &point.value)
                {
                    let number = if number.is_finite() { number.max(0.0) } else { f64::NAN };
                    value(&series.labels, bucket, number);
                }
            }
        }
    }
    Ok(())
}

/// Per bucket: the sum, and whether any series had a point there.
type Column = Vec<Option<f64>>;

/// The sums of selections per bucket, by group.
fn sums(
    timeline: &Timeline,
    counted: &[Counted],
    by: &[String],
    answers: &[Answer],
) -> Result<BTreeMap<Labels, Column>, Failure> {
    let mut groups: BTreeMap<Labels, Column> = BTreeMap::new();
    for counted in counted {
        let add = |labels: &Labels, bucket: usize, value: f64| {
            let column = groups.entry(labels.only(by)).or_insert_with(|| vec![None; timeline.len()]);
            *column[bucket].get_or_insert(0.0) += value;
        };
        each_value(timeline, counted, answers, add)?;
    }
    Ok(groups)
}

/// The matrix of a question, or why there is none.
pub(super) fn matrix(answers: &[Answer], query: QueryId) -> Result<&Matrix, Failure> {
    match answers.get(query) {
        Some(Ok(answered)) => Ok(&answered.matrix),
        Some(Err(why)) => Err(Failure::NoAnswer(why.clone())),
        None => Err(Failure::NoAnswer(NoAnswer::Malformed("the question was never asked".to_owned()))),
    }
}

/// The share of events by which good may exceed the total (or bad may) before it is worth a remark.
const CLAMP_TOLERANCE: f64 = 0.001;

/// Which buckets of a timeline lie in an interval.
pub(super) fn places_inside(timeline: &Timeline, within: Interval) -> Vec<bool> {
    timeline.buckets().map(|bucket| bucket.from >= within.from && bucket.to <= within.to).collect()
}

/// Counts the events of a task, whose window has passed so far `within`.
pub(super) fn events(
    task: &EventsTask,
    by: &[String],
    within: Interval,
    answers: &[Answer],
) -> Result<Tally, Failure> {
    if let Some(why) = &task.unpaced {
        return Err(Failure::NoAnswer(why.clone()));
    }
    let part = sums(&task.timeline, &task.part, by, answers)?;
    let mut total = sums(&task.timeline, &task.total, by, answers)?;
    let inside = places_inside(&task.timeline, within);
    let is_there = |column: &Column| column.iter().zip(&inside).any(|(sum, inside)| *inside && sum.is_some());
    let no_part = !part.values().any(is_there);
    if no_part {
        histogram::check_boundary(task, answers, None, by, within)?;
    }
    let mut warnings = unknown_labels(task, answers)?;
    if no_part && total.values().any(is_there) {
        match task.polarity {
            Polarity::Good => {
                warnings.push("no series matched the good events: every event counts as bad".to_owned());
            }
            // Of the same question, no bad events are as good as it gets; of another, its name may be misspelt.
            Polarity::Bad if queries(&task.part) != queries(&task.total) => {
                warnings.push("no series matched the bad events: every event counts as good".to_owned());
            }
            Polarity::Bad => {}
        }
    }
    let empty = vec![None; task.timeline.len()];
    if by.is_empty() {
        total.entry(Labels::new()).or_insert_with(|| empty.clone());
    }
    for (labels, part) in &part {
        if part.iter().flatten().any(|&events| events > 0.0) {
            total.entry(labels.clone()).or_insert_with(|| empty.clone());
        }
    }

    let (mut clamped, mut all, mut not_numbers) = (0.0, 0.0, false);
    let (mut groups, mut failed) = (BTreeMap::new(), BTreeMap::new());
    for (labels, total) in &total {
        if is_there(total)
            && !part.get(labels).is_some_and(is_there)
            && let Err(failure) = histogram::check_boundary(task, answers, Some(labels), by, within)
        {
            failed.insert(labels.clone(), failure);
        }
        let part = part.get(labels).unwrap_or(&empty);
        let buckets = task.timeline.buckets().zip(total.iter().zip(part));
        let buckets = buckets.map(|(interval, (&total, &part))| {
            let (whole, part) = (total.unwrap_or(0.0), part.unwrap_or(0.0));
            if !(whole + part).is_finite() {
                not_numbers = true;
                return Bucket { interval, events: Events::default(), state: State::Unusable };
            }
            let counted = part.min(whole);
            clamped += part - counted;
            all += whole;
            let bad = match task.polarity {
                Polarity::Bad => counted,
                Polarity::Good => whole - counted,
            };
            let state = match total {
                Some(_) => State::Measured,
                None if part > 0.0 => State::Unusable,
                None => State::Unseen,
            };
            Bucket { interval, events: Events { bad, total: whole }, state }
        });
        groups.insert(labels.clone(), buckets.collect());
    }
    if clamped > all * CLAMP_TOLERANCE {
        let what = if task.polarity == Polarity::Good { "good" } else { "bad" };
        warnings.push(format!(
            "{what} events exceeded all events and were limited to them: is `{what}` a part of `total`?"
        ));
    }
    if not_numbers {
        warnings.push("some counts were not finite numbers; their time counts as not covered".to_owned());
    }
    Ok(Tally { groups, failed, warnings })
}

/// The questions behind a count.
fn queries(counted: &[Counted]) -> Vec<&[QueryId]> {
    counted.iter().map(|counted| &counted.queries[..]).collect()
}

/// A label that tells good from bad but exists on no series is most likely misspelt: nothing would ever be bad.
fn unknown_labels(task: &EventsTask, answers: &[Answer]) -> Result<Vec<String>, Failure> {
    let mut warnings = Vec::new();
    for Counted { queries, only } in &task.part {
        for matcher in only {
            let (mut series, mut labelled) = (0, 0);
            for &query in queries {
                let matrix = matrix(answers, query)?;
                series += matrix.len();
                labelled += matrix.iter().filter(|series| series.labels.get(&matcher.name).is_some()).count();
            }
            if series > 0 && labelled == 0 {
                warnings.push(format!(
                    "no series has the label {:?}, by which good and bad are told apart",
                    matcher.name
                ));
            }
        }
    }
    Ok(warnings)
}

pub(super) fn slices(task: &SlicesTask, by: &[String], answers: &[Answer]) -> Result<Tally, Failure> {
    let mut judged: BTreeMap<Labels, Vec<Option<Slice>>> = BTreeMap::new();
    if by.is_empty() {
        judged.insert(Labels::new(), vec![None; task.timeline.len()]);
    }
    for (place, &query) in task.timeline.places().zip(&task.value) {
        for series in matrix(answers, query)? {
            let slices =
                judged.entry(series.labels.only(by)).or_insert_with(|| vec![None; task.timeline.len()]);
            for point in &series.points {
                if let (Some(slice), Sample::Float(value)) =
                    (place(Moment::from_millis(point.t)), &point.value)
                    && !value.is_nan()
                {
                    slices[slice].get_or_insert_default().add(*value, task.judge);
                }
            }
        }
    }
    let bucket = |(interval, slice): (Interval, &Option<Slice>)| self::judged(task, interval, *slice);
    let groups = judged
        .iter()
        .map(|(labels, slices)| (labels.clone(), task.timeline.buckets().zip(slices).map(bucket).collect()))
        .collect();
    Ok(Tally { groups, ..Tally::default() })
}

/// What is counted of a group of which nothing was told.
pub(super) fn nothing(measure: &Measure) -> Vec<Bucket> {
    let unseen = |interval| Bucket { interval, events: Events::default(), state: State::Unseen };
    match measure {
        Measure::Events(task) => task.timeline.buckets().map(unseen).collect(),
        Measure::Slices(task) => task.timeline.buckets().map(|slice| judged(task, slice, None)).collect(),
        Measure::Composite(_) | Measure::Nothing(_) => Vec::new(),
    }
}

/// A slice, by what was judged of it.
fn judged(task: &SlicesTask, interval: Interval, slice: Option<Slice>) -> Bucket {
    let one = |bad: f64| Events { bad, total: 1.0 };
    let (events, state) = match (slice, task.empty) {
        (Some(slice), _) => (one(slice.bad(task.judge)), State::Measured),
        (None, Empty::Good) => (one(0.0), State::Assumed),
        (None, Empty::Bad) => (one(1.0), State::Assumed),
        (None, Empty::Ignore) => (Events::default(), State::Unseen),
    };
    Bucket { interval, events, state }
}

/// The elements of a slice that were judged.
#[derive(Debug, Clone, Copy, Default)]
struct Slice {
    elements: f64,
    bad: f64,
}

impl Slice {
    fn add(&mut self, value: f64, judge: Judge) {
        self.elements += 1.0;
        self.bad += match judge {
            Judge::Compares(op, bound) => f64::from(!holds(value, op, bound)),
            Judge::Share(Polarity::Bad) => value.clamp(0.0, 1.0),
            Judge::Share(Polarity::Good) => 1.0 - value.clamp(0.0, 1.0),
        };
    }

    /// How bad the slice is: what compares must hold for every element, and elements that are shares count alike.
    fn bad(self, judge: Judge) -> f64 {
        match judge {
            Judge::Compares(..) => self.bad.min(1.0),
            Judge::Share(_) => self.bad / self.elements,
        }
    }
}

#[expect(clippy::float_cmp, reason = "the comparison is the user's, and PromQL compares floats exactly")]
fn holds(value: f64, op: BinaryOp, bound: f64) -> bool {
    match op {
        BinaryOp::Lss => value < bound,
        BinaryOp::Lte => value <= bound,
        BinaryOp::Gtr => value > bound,
        BinaryOp::Gte => value >= bound,
        BinaryOp::Neq => value != bound,
        _ => value == bound,
    }
}

/// The sum over the buckets inside an interval.
pub(super) fn sum(buckets: &[Bucket], within: Interval) -> Events {
    let mut events = Events::default();
    for bucket in inside(buckets, within) {
        events += bucket.events;
    }
    events
}

/// The buckets inside an interval, which are neighbours since buckets are in the order of time.
pub(super) fn inside(buckets: &[Bucket], within: Interval) -> &[Bucket] {
    let start = buckets.partition_point(|bucket| bucket.interval.from < within.from);
    let end = buckets.partition_point(|bucket| bucket.interval.to <= within.to);
    buckets.get(start..end.max(start)).unwrap_or_default()
}
