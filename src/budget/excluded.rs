//! Time that is taken out of an objective by agreement.

use super::Failure;
use super::tally::{Bucket, Events, State, inside, matrix};
use crate::base::{Interval, Moment, Stretches};
use crate::plan::{Answer, Condition, Task, merged};
use crate::slo::Refusal;

/// An exclusion, and what it took out of a window.
#[derive(Debug, Clone, PartialEq)]
pub struct Exclusion {
    /// Its place in the specification.
    pub exclusion: usize,
    /// The time of the window that it takes out, beside others.
    pub times: Stretches,
    /// What happened in it, and does not count.
    pub events: Events,
    /// When it would have applied in the window, had the contract accepted it.
    pub refused: Vec<(Interval, Refusal)>,
    /// The time of the window that would have been taken out by it had a contract's cap not been reached.
    pub beyond_cap: Stretches,
}

/// All time that is taken out of a task, and by what.
#[derive(Debug, Clone, Default)]
pub(super) struct TakenOut {
    /// Together.
    pub(super) all: Stretches,
    each: Vec<Meant>,
    /// What is remembered of days: which exclusion took out what of them.
    remembered: Vec<(Interval, usize, Stretches, Events)>,
}

/// The place of an exclusion, when it is meant to apply, and what of that a contract did not accept.
type Meant = (usize, Vec<Interval>, Vec<(Interval, Refusal)>);

impl TakenOut {
    /// What a task's exclusions take out, conditions included.
    pub(super) fn of(task: &Task, answers: &[Answer]) -> Result<Self, Failure> {
        let mut each = Vec::new();
        for one in &task.excluded {
            let (mut times, mut refused) = (one.times.clone(), one.refused.clone());
            if let Some(condition) = &one.condition {
                for time in held(condition, answers)?.iter() {
                    let contract = condition.contract.as_deref();
                    match contract.map_or(Ok(()), |(sla, exclusion)| sla.accepts(exclusion, time.from)) {
                        Ok(()) => times.push(time),
                        Err(refusal) => refused.push((time, refusal)),
                    }
                }
            }
            each.push((one.exclusion, times, refused));
        }
        let times = each.iter().flat_map(|(_, times, _)| times.iter().copied());
        Ok(Self { all: merged(times, task.elapsed, task.excluded_cap), each, ..Self::default() })
    }

    /// Leaves days to memory.
    pub(super) fn forget(&mut self, days: &Stretches) {
        for (_, times, refused) in &mut self.each {
            *times = minus(&Stretches::of(times.iter().copied()), days).iter().collect();
            refused.retain(|(time, _)| days.within(*time).is_empty());
        }
    }

    /// Adds what is remembered of a day.
    pub(super) fn remember(&mut self, day: Interval, exclusions: &[(usize, Stretches, Events)]) {
        let remembered =
            exclusions.iter().map(|(place, times, events)| (day, *place, times.clone(), *events));
        self.remembered.extend(remembered);
    }

    /// What each exclusion takes out of a window, by what was counted in it.
    pub(super) fn told(&self, counted: &[Bucket], window: Interval) -> Vec<Exclusion> {
        let one = |(exclusion, times, refused): &Meant| {
            let meant = Stretches::of(times.iter().copied()).within(window);
            let times: Stretches =
                meant.iter().flat_map(|time| self.all.within(time).iter().collect::<Vec<_>>()).collect();
            let beyond_cap = minus(&meant, &times);
            let mut events = Events::default();
            let buckets = inside(counted, window).iter();
            buckets.filter(|bucket| times.cover(bucket.interval)).for_each(|bucket| events += bucket.events);
            let refused = refused.iter().map(|(time, why)| (time.intersection(window), *why));
            let refused = refused.filter(|(time, _)| time.from < time.to).collect();
            let is_inside = |day: &Interval| day.from >= window.from && day.to <= window.to;
            let remembered = self.remembered.iter();
            let remembered = remembered
                .filter(|(day, place, ..)| place == exclusion && is_inside(day))
                .collect::<Vec<_>>();
            for (.., happened) in &remembered {
                events += *happened;
            }
            let times = match remembered[..] {
                [] => times,
                _ => Stretches::of(
                    times.iter().chain(remembered.iter().flat_map(|(_, _, times, _)| times.iter())),
                ),
            };
            Exclusion { exclusion: *exclusion, times, events, refused, beyond_cap }
        };
        self.each.iter().map(one).collect()
    }
}

/// What of `whole` is not in `part`, which lies in it.
pub(super) fn minus(whole: &Stretches, part: &Stretches) -> Stretches {
    let mut left = Vec::new();
    for stretch in whole.iter() {
        let mut from = stretch.from;
        for taken in part.within(stretch).iter() {
            left.push(Interval::new(from, taken.from));
            from = taken.to;
        }
        left.push(Interval::new(from, stretch.to));
    }
    Stretches::of(left)
}

/// The minutes at whose end a condition held.
fn held(condition: &Condition, answers: &[Answer]) -> Result<Stretches, Failure> {
    let minutes: Vec<Interval> = condition.timeline.buckets().collect();
    let mut held = Vec::new();
    for (place, &query) in condition.timeline.places().zip(&condition.queries) {
        for point in matrix(answers, query)?.iter().flat_map(|series| &series.points) {
            held.extend(place(Moment::from_millis(point.t)).and_then(|minute| minutes.get(minute)));
        }
    }
    Ok(Stretches::of(held))
}

/// What was counted, without the buckets that lie in time that is taken out.
pub(super) fn without(buckets: &[Bucket], taken: &Stretches) -> Vec<Bucket> {
    let left = |bucket: &Bucket| {
        if taken.cover(bucket.interval) {
            Bucket { events: Events::default(), state: State::Excluded, ..*bucket }
        } else {
            *bucket
        }
    };
    buckets.iter().map(left).collect()
}
