//! The number for all groups together, beside the budgets that are divided by labels.

use super::Events;
use super::tally::{Bucket, State};
use crate::plan::Measure;
use crate::slo::Judge;

/// The buckets of all groups as those of one: events are summed; a slice that compares is good when it is in every group,
/// and one that has a share has the mean of the groups' shares.
pub(super) fn overall<'a>(groups: impl Iterator<Item = &'a [Bucket]>, measure: &Measure) -> Vec<Bucket> {
    let mut all: Vec<Bucket> = Vec::new();
    for group in groups {
        if all.is_empty() {
            all.extend_from_slice(group);
            continue;
        }
        for (sum, bucket) in all.iter_mut().zip(group) {
            sum.state = together(sum.state, bucket.state);
            match measure {
                Measure::Slices(slices) if matches!(slices.judge, Judge::Compares(..)) => {
                    sum.events = Events {
                        bad: sum.events.bad.max(bucket.events.bad),
                        total: sum.events.total.max(bucket.events.total),
                    };
                }
                _ => sum.events += bucket.events,
            }
        }
    }
    if let Measure::Slices(slices) = measure
        && matches!(slices.judge, Judge::Share(_))
    {
        for bucket in &mut all {
            let Events { bad, total } = bucket.events;
            if total > 0.0 {
                bucket.events = Events { bad: bad / total, total: 1.0 };
            }
        }
    }
    all
}

/// What cannot be counted in one group makes the sum of all no count; else whoever saw something saw it.
fn together(one: State, other: State) -> State {
    let known = [State::Unusable, State::Measured, State::Assumed, State::Excluded];
    known.into_iter().find(|state| [one, other].contains(state)).unwrap_or(State::Unseen)
}
