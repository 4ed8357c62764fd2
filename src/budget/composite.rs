//! Objectives that are made of others: in each slice of the clock, their shares of good make one.

use std::collections::BTreeMap;

use super::evaluate::counted;
use super::excluded::{TakenOut, without};
use super::overall::overall;
use super::sliced::slices;
use super::tally::{Bucket, Events, Failure, State, Tally, inside, sum};
use crate::base::{Interval, Labels, ratio};
use crate::plan::{Answer, CompositeTask, Task};
use crate::slo::{Combine, Empty, Method};

/// A member of a composite: what it did, and what the composite owes to it.
#[derive(Debug, Clone, PartialEq)]
pub struct Share {
    /// The member's name.
    pub slo: String,
    /// How much it counts.
    pub weight: f64,
    /// Its share of good in the window, over slices of the composite; nothing where none had events.
    pub sli: Option<f64>,
    /// The share of all that was bad of the composite that is its doing; nothing where nothing was bad.
    pub bad_share: Option<f64>,
}

/// A composite's slices, and its members'.
pub(super) struct Composite {
    pub(super) tally: Tally,
    members: Vec<(String, f64, Vec<Bucket>)>,
}

/// Takes the members of a composite together.
pub(super) fn composite(task: &CompositeTask, answers: &[Answer]) -> Result<Composite, Failure> {
    let mut members = Vec::new();
    let mut warnings = Vec::new();
    for (weight, member) in &task.members {
        let name = &member.terms.name;
        let failed = |failure: Failure| Failure::Member { slo: name.clone(), why: Box::new(failure) };
        let (buckets, told) = shares(task, member, answers).map_err(failed)?;
        warnings.extend(told.into_iter().map(|warning| format!("{name}: {warning}")));
        members.push((name.clone(), *weight, buckets));
    }
    let slice = |(place, interval): (usize, Interval)| {
        let parts: Vec<(f64, Bucket)> =
            members.iter().filter_map(|(_, weight, buckets)| Some((*weight, *buckets.get(place)?))).collect();
        together(interval, task.combine, task.empty, &parts)
    };
    let buckets = task.timeline.buckets().enumerate().map(slice).collect();
    let groups = BTreeMap::from([(Labels::new(), buckets)]);
    Ok(Composite { tally: Tally { groups, warnings, ..Tally::default() }, members })
}

/// A member's share of good in each slice of its composite.
fn shares(
    composite: &CompositeTask,
    member: &Task,
    answers: &[Answer],
) -> Result<(Vec<Bucket>, Vec<String>), Failure> {
    if let Some(own) = member.slice().filter(|own| composite.slice.as_millis() % own.as_millis().max(1) != 0)
    {
        let slice = composite.slice;
        return Err(Failure::NotMeasured(format!("its slices of {own} do not make up slices of {slice}")));
    }
    let (tally, _) = counted(member, answers)?;
    if let Some(failure) = tally.failed.into_values().next() {
        return Err(failure);
    }
    let all = overall(tally.groups.values().map(Vec::as_slice), &member.measure);
    let left = without(&all, &TakenOut::of(member, answers)?.all);
    let judged = match &member.slices {
        Some(timeline) => slices(&left, timeline, member.terms.method),
        None => left,
    };
    // A slice of the member counts as much as any other in the composite's.
    let method = Method::ratio_timeslices(composite.slice);
    Ok((slices(&judged, &composite.timeline, method), tally.warnings))
}

/// A slice of a composite. A member that was there and had no events is left out of it; where one was not measured, the
/// slice was not.
fn together(interval: Interval, combine: Combine, empty: Empty, members: &[(f64, Bucket)]) -> Bucket {
    let of = |state: State| members.iter().any(|(_, bucket)| bucket.state == state);
    let unknown = [State::Unusable, State::Unseen].into_iter().find(|state| of(*state));
    let active: Vec<(f64, f64)> = members
        .iter()
        .filter(|(_, bucket)| bucket.events.total > 0.0)
        .map(|(weight, bucket)| (*weight, 1.0 - bucket.events.bad / bucket.events.total))
        .collect();
    let all_out = members.iter().all(|(_, bucket)| bucket.state == State::Excluded);
    let one = |bad: f64| Events { bad, total: 1.0 };
    let (state, events) = match (unknown, good(combine, &active), empty) {
        (Some(unknown), ..) => (unknown, Events::default()),
        (None, Some(good), _) => (State::Measured, one((1.0 - good).clamp(0.0, 1.0))),
        (None, None, _) if all_out => (State::Excluded, Events::default()),
        (None, None, Empty::Good) => (State::Assumed, one(0.0)),
        (None, None, Empty::Bad) => (State::Assumed, one(1.0)),
        (None, None, Empty::Ignore) => (State::Measured, Events::default()),
    };
    Bucket { interval, events, state }
}

/// The share of good that those of members make, each with its weight; nothing where there are none.
fn good(combine: Combine, members: &[(f64, f64)]) -> Option<f64> {
    if members.is_empty() {
        return None;
    }
    let shares = members.iter().map(|(_, share)| *share);
    match combine {
        Combine::Weighted => {
            let weights: f64 = members.iter().map(|(weight, _)| weight).sum();
            // What is bad is summed, so that nothing bad is nothing.
            let bad: f64 = members.iter().map(|(weight, share)| weight * (1.0 - share)).sum();
            ratio(bad, weights).map(|bad| 1.0 - bad)
        }
        Combine::All => Some(shares.fold(1.0, f64::min)),
        Combine::Any => Some(shares.fold(0.0, f64::max)),
        Combine::Serial => Some(shares.product()),
    }
}

impl Composite {
    /// What each member did in a window. The bad part of a slice is parted among its members by how bad each was in it,
    /// with its weight; where only the worst or the best counts, among those that were as bad.
    pub(super) fn told(&self, combine: Combine, window: Interval) -> Vec<Share> {
        let slices: Vec<Bucket> =
            self.tally.groups.values().flat_map(|all| inside(all, window)).copied().collect();
        let whole: f64 = slices.iter().map(|slice| slice.events.bad).sum();
        let members: Vec<&[Bucket]> =
            self.members.iter().map(|(.., buckets)| inside(buckets, window)).collect();
        let mut owed = vec![0.0; members.len()];
        for (place, slice) in slices.iter().enumerate().filter(|(_, slice)| slice.events.bad > 0.0) {
            let bad = |member: usize| {
                members[member]
                    .get(place)
                    .and_then(|bucket| ratio(bucket.events.bad, bucket.events.total))
                    .unwrap_or(0.0)
            };
            let worst = (0..members.len()).map(bad).fold(0.0, f64::max);
            let parts: Vec<f64> = (0..members.len())
                .map(|member| match combine {
                    Combine::Weighted => self.members[member].1 * bad(member),
                    Combine::All if bad(member) < worst => 0.0,
                    Combine::All | Combine::Any | Combine::Serial => bad(member),
                })
                .collect();
            let sum: f64 = parts.iter().sum();
            for (owed, part) in owed.iter_mut().zip(parts) {
                *owed += slice.events.bad * ratio(part, sum).unwrap_or(0.0);
            }
        }
        let share = |((slo, weight, buckets), owed): (&(String, f64, Vec<Bucket>), f64)| {
            let events = sum(buckets, window);
            Share {
                slo: slo.clone(),
                weight: *weight,
                sli: ratio(events.good(), events.total),
                bad_share: ratio(owed, whole),
            }
        };
        self.members.iter().zip(owed).map(share).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn slice(state: State, bad: f64, total: f64) -> Bucket {
        use crate::base::Moment;
        let interval = Interval::new(Moment::from_secs(0), Moment::from_secs(300));
        Bucket { interval, events: Events { bad, total }, state }
    }

    #[test]
    fn shares_of_good_make_one() {
        let members = [(3.0, 1.0), (1.0, 0.5)];
        let of = |combine| good(combine, &members).unwrap();
        assert_eq!(of(Combine::Weighted).to_string(), "0.875");
        assert_eq!(of(Combine::All).to_string(), "0.5");
        assert_eq!(of(Combine::Any).to_string(), "1");
        assert_eq!(good(Combine::Serial, &[(1.0, 0.9), (1.0, 0.5)]), Some(0.45));
        assert_eq!(good(Combine::All, &[]), None);
    }

    #[test]
    fn a_member_without_events_is_left_out_and_one_that_was_not_measured_spoils_the_slice() {
        let of_empty = |empty: Empty, members: &[Bucket]| {
            let members: Vec<(f64, Bucket)> = members.iter().map(|bucket| (1.0, *bucket)).collect();
            let all = together(members[0].1.interval, Combine::Weighted, empty, &members);
            (all.state, all.events.bad, all.events.total)
        };
        let of = |members: &[Bucket]| of_empty(Empty::Ignore, members);
        let (good, bad) = (slice(State::Measured, 0.0, 1.0), slice(State::Measured, 1.0, 1.0));
        let (idle, gone) = (slice(State::Measured, 0.0, 0.0), slice(State::Unseen, 0.0, 0.0));
        let out = slice(State::Excluded, 0.0, 0.0);
        assert_eq!(of(&[good, bad]), (State::Measured, 0.5, 1.0));
        assert_eq!(of(&[idle, bad]), (State::Measured, 1.0, 1.0));
        assert_eq!(of(&[idle, idle]), (State::Measured, 0.0, 0.0));
        assert_eq!(of(&[good, gone]), (State::Unseen, 0.0, 0.0));
        // What an idle slice is, is said; of one that was not measured or does not count nothing is assumed.
        for (empty, bad) in [(Empty::Good, 0.0), (Empty::Bad, 1.0)] {
            assert_eq!(of_empty(empty, &[idle, idle]), (State::Assumed, bad, 1.0));
            assert_eq!(of_empty(empty, &[idle, gone]), (State::Unseen, 0.0, 0.0));
            assert_eq!(of_empty(empty, &[out, out]), (State::Excluded, 0.0, 0.0));
        }
        assert_eq!(of(&[out, bad]), (State::Measured, 1.0, 1.0));
        assert_eq!(of(&[out, out]), (State::Excluded, 0.0, 0.0));
    }

    proptest! {
        #[test]
        fn all_is_never_better_than_the_mean_nor_any_worse(
            shares in prop::collection::vec((1u32..10, 0.0f64..=1.0), 1..6),
        ) {
            let members: Vec<(f64, f64)> =
                shares.into_iter().map(|(weight, share)| (f64::from(weight), share)).collect();
            let of = |combine| good(combine, &members).unwrap();
            prop_assert!(of(Combine::Serial) <= of(Combine::All) + 1e-12);
            prop_assert!(of(Combine::All) <= of(Combine::Weighted) + 1e-12);
            prop_assert!(of(Combine::Weighted) <= of(Combine::Any) + 1e-12);
        }
    }
}
