//! What generated rules see of a window at each of their evaluations.
//!
//! It is not all that happened in it. `increase` counts from the first sample inside its range, so that a window begins
//! blind for one scrape; and windows of a day or more are summed from counts of five minutes recorded at every
//! evaluation, so that what has just happened counts for less. Alerts fire minutes later for either.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::super::tally::{Bucket, Events};
use crate::base::{Duration, Moment};
use crate::slo::{RECORDED_STRETCH, SUMMED_FROM};

/// How rules look at what is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Look {
    /// At the growth of counters whose samples are so far apart.
    Growth(Duration),
    /// At slices, each of which is known from its end on.
    Slices,
}

/// When rules are evaluated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Clock {
    pub(super) first: Moment,
    pub(super) step: Duration,
    pub(super) count: usize,
}

impl Clock {
    pub(super) fn at(self, place: usize) -> Moment {
        self.first + self.step * place as i64
    }

    /// The evaluations from that at a place on.
    pub(super) fn after(self, place: usize) -> Self {
        Self { first: self.at(place), count: self.count.saturating_sub(place), ..self }
    }

    /// The place of the first evaluation that is not before a moment.
    pub(super) fn place(self, at: Moment) -> usize {
        let step = self.step.as_millis().max(1);
        usize::try_from(((at - self.first).as_millis() + step - 1) / step).unwrap_or(0)
    }

    fn times(self) -> impl Iterator<Item = Moment> {
        (0..self.count).map(move |place| self.at(place))
    }
}

/// One budget as rules see it.
pub(super) struct Sight {
    clock: Clock,
    look: Look,
    /// Where buckets end, with all that happened until there; first where the first one begins, with nothing.
    sums: Vec<(Moment, Events)>,
    /// What was seen, by the length of the window.
    seen: BTreeMap<Duration, Rc<Vec<Events>>>,
}

impl Sight {
    pub(super) fn new(buckets: &[Bucket], look: Look, clock: Clock) -> Self {
        let mut all = Events::default();
        let start = buckets.first().map(|first| (first.interval.from, all));
        let ends = buckets.iter().map(|bucket| {
            all += bucket.events;
            (bucket.interval.to, all)
        });
        let sums = start.into_iter().chain(ends).collect();
        Self { clock, look, sums, seen: BTreeMap::new() }
    }

    pub(super) fn clock(&self) -> Clock {
        self.clock
    }

    /// What rules see of the last `window` at each evaluation.
    pub(super) fn of(&mut self, window: Duration) -> Rc<Vec<Events>> {
        if let Some(known) = self.seen.get(&window) {
            return Rc::clone(known);
        }
        let seen = Rc::new(match self.look {
            Look::Slices => self.between(window),
            Look::Growth(apart) if window < SUMMED_FROM => self.between(window - apart),
            Look::Growth(apart) => self.summed(window, apart),
        });
        self.seen.insert(window, Rc::clone(&seen));
        seen
    }

    /// By how much what is seen of a window must be taken for all that was in it: extrapolation fills what is blind.
    pub(super) fn scale(&self, window: Duration) -> f64 {
        let Look::Growth(apart) = self.look else { return 1.0 };
        let (stretch, times) = if window < SUMMED_FROM {
            (window, 1.0)
        } else {
            (RECORDED_STRETCH, RECORDED_STRETCH.as_secs() / self.clock.step.as_secs())
        };
        let seen = (stretch - apart).as_secs();
        if seen > 0.0 { stretch.as_secs() / seen / times } else { 0.0 }
    }

    /// What happened in the last `back` before each evaluation; nothing where that is no time.
    fn between(&self, back: Duration) -> Vec<Events> {
        if back <= Duration::ZERO {
            return vec![Events::default(); self.clock.count];
        }
        let until = self.sums_at(self.clock.times());
        let since = self.sums_at(self.clock.times().map(|at| at - back));
        until.into_iter().zip(since).map(|(until, since)| less(until, since)).collect()
    }

    /// The sum of what was recorded at each evaluation in the last `window`.
    fn summed(&self, window: Duration, apart: Duration) -> Vec<Events> {
        let mut all = Events::default();
        let mut sums = Vec::with_capacity(self.clock.count + 1);
        sums.push(all);
        for recorded in self.between(RECORDED_STRETCH - apart) {
            all += recorded;
            sums.push(all);
        }
        let steps = (window.as_millis() / self.clock.step.as_millis().max(1)) as usize;
        let sum = |place: usize| sums.get(place).copied().unwrap_or_default();
        (1..=self.clock.count).map(|place| less(sum(place), sum(place.saturating_sub(steps)))).collect()
    }

    /// All that happened until each of some times, which ascend. What grew within a bucket did so evenly; slices happen
    /// at their ends.
    fn sums_at(&self, times: impl Iterator<Item = Moment>) -> Vec<Events> {
        let mut next = 0;
        let sum_at = |at: Moment| {
            while self.sums.get(next).is_some_and(|(end, _)| *end <= at) {
                next += 1;
            }
            let Some((from, before)) = next.checked_sub(1).and_then(|last| self.sums.get(last)) else {
                return Events::default();
            };
            match (self.sums.get(next), self.look) {
                (Some((to, after)), Look::Growth(_)) => {
                    let part = (at - *from).as_secs() / (*to - *from).as_secs();
                    let grown = less(*after, *before);
                    Events { bad: before.bad + grown.bad * part, total: before.total + grown.total * part }
                }
                _ => *before,
            }
        };
        times.map(sum_at).collect()
    }
}

fn less(one: Events, other: Events) -> Events {
    Events { bad: one.bad - other.bad, total: one.total - other.total }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Interval;
    use crate::budget::tally::State;
    use proptest::prelude::*;

    const MINUTE: Duration = Duration::minutes(1);

    /// Minutes with so many bad events of ten.
    fn sight(bad: &[u32], look: Look) -> Sight {
        let at = |i: usize| Moment::from_secs(i as i64 * 60);
        let bucket = |(i, &bad): (usize, &u32)| Bucket {
            interval: Interval::new(at(i), at(i + 1)),
            events: Events { bad: f64::from(bad), total: 10.0 },
            state: State::Measured,
        };
        let buckets: Vec<Bucket> = bad.iter().enumerate().map(bucket).collect();
        Sight::new(&buckets, look, Clock { first: at(0), step: MINUTE, count: bad.len() + 1 })
    }

    proptest! {
        #[test]
        fn a_window_begins_blind_for_one_scrape_and_slices_are_all_seen(
            bad in prop::collection::vec(0u32..10, 1..200), window in 1usize..60,
        ) {
            for (look, back) in [(Look::Growth(MINUTE), window - 1), (Look::Slices, window)] {
                let seen = sight(&bad, look).of(MINUTE * window as i64);
                prop_assert_eq!(seen.len(), bad.len() + 1);
                for (t, seen) in seen.iter().enumerate() {
                    let sum: u32 = bad[t.saturating_sub(back)..t].iter().sum();
                    prop_assert!((seen.bad - f64::from(sum)).abs() < 1e-9, "{seen:?} at {t}");
                }
            }
        }
    }

    #[test]
    fn a_long_window_counts_what_has_just_happened_for_less() {
        let mut bad = vec![0; 2000];
        bad[100] = 1;
        let seen = sight(&bad, Look::Growth(MINUTE)).of(SUMMED_FROM);
        let counted: Vec<f64> = (100..106).map(|t| seen[t].bad).collect();
        assert_eq!(counted, [0.0, 1.0, 2.0, 3.0, 4.0, 4.0]);
        // A day later it leaves as it came.
        let counted: Vec<f64> = (100 + 1440..106 + 1440).map(|t| seen[t].bad).collect();
        assert_eq!(counted, [4.0, 3.0, 2.0, 1.0, 0.0, 0.0]);
    }

    #[test]
    fn what_grew_in_a_bucket_did_so_evenly() {
        let mut sight = sight(&[4, 4], Look::Growth(Duration::ZERO));
        sight.clock.step = Duration::seconds(30);
        assert_eq!(
            sight.of(Duration::hours(1)).iter().map(|seen| seen.bad).collect::<Vec<_>>(),
            [0.0, 2.0, 4.0]
        );
    }
}
