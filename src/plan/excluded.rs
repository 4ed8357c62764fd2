//! Which time is taken out of an objective by agreement, as far as a plan can know it.

use std::collections::BTreeSet;

use super::QueryId;
use super::grid::Timeline;
use crate::base::{Duration, Interval, Moment, Stretches};
use crate::slo::{Exclusion, Refusal, Sla, Slo, Spec};

/// How often a condition is looked at.
pub(super) const CONDITION_EVERY: Duration = Duration::minutes(1);

/// An exclusion that concerns an objective.
#[derive(Debug, Clone, PartialEq)]
pub struct Excluded {
    /// Its place in the specification.
    pub exclusion: usize,
    /// When, as far as that is known before anything is asked; each as a whole, though it begin before the window.
    pub times: Vec<Interval>,
    /// When it would be, had the contract accepted it.
    pub refused: Vec<(Interval, Refusal)>,
    /// Where it depends on a condition, where that is asked.
    pub condition: Option<Condition>,
}

/// A condition, looked at once for each minute, at its end.
#[derive(Debug, Clone, PartialEq)]
pub struct Condition {
    /// Its questions, one per piece of the timeline.
    pub queries: Vec<QueryId>,
    /// The minutes.
    pub timeline: Timeline,
    /// The contract that must accept what it takes out, and the exclusion that does; none where nobody must.
    pub contract: Option<Box<(Sla, Exclusion)>>,
}

/// The exclusions that concern an objective, or a contract about it, in a stretch of time; conditions are not asked yet.
///
/// # Errors
/// Which of them cannot be followed there, and why: nothing can be said of an objective then.
pub(super) fn excluded(
    spec: &Spec,
    sla: Option<&Sla>,
    slo: &Slo,
    within: Interval,
) -> Result<Vec<Excluded>, String> {
    let concerned = spec.exclusions.iter().enumerate().filter(|(_, exclusion)| exclusion.concerns(&slo.name));
    let one = |(place, exclusion): (usize, &Exclusion)| {
        let mut found =
            Excluded { exclusion: place, times: Vec::new(), refused: Vec::new(), condition: None };
        if exclusion.when.condition().is_some() {
            return Ok(found);
        }
        let unfollowed = |why| format!("the exclusion {} cannot be followed: {why}", exclusion.id);
        for time in exclusion.when.times(within).map_err(unfollowed)? {
            match sla.map_or(Ok(()), |sla| sla.accepts(exclusion, time.from)) {
                Ok(()) => found.times.push(time),
                Err(refusal) => found.refused.push((time, refusal)),
            }
        }
        Ok(found)
    };
    concerned.map(one).collect()
}

/// What exclusions take out of a window: together, and no more of it than a contract's cap.
pub fn merged(
    times: impl IntoIterator<Item = Interval>,
    window: Interval,
    cap: Option<Duration>,
) -> Stretches {
    let all = Stretches::of(times);
    match cap {
        Some(cap) => all.within(window).first(cap),
        None => all,
    }
}

/// Where buckets must end, so that each lies wholly in what is taken out or wholly outside it, and what happened is told of
/// the exclusion in which it did: where one goes over into the next too.
pub(super) fn edges(excluded: &[Excluded], window: Interval, cap: Option<Duration>) -> Vec<Moment> {
    let times = || excluded.iter().flat_map(|one| one.times.iter().copied());
    let own = times().flat_map(|time| [time.from, time.to]);
    let all: BTreeSet<Moment> = merged(times(), window, cap).edges().chain(own).collect();
    all.into_iter().collect()
}
