//! Buckets of events as slices of the clock, where the budget counts those.

use super::Events;
use super::tally::{Bucket, State, inside};
use crate::base::{Interval, ratio};
use crate::plan::Timeline;
use crate::slo::{Empty, Method};

/// What was counted, as slices that are good, bad, or partly bad. Each is judged by the buckets in it that count.
pub(super) fn slices(buckets: &[Bucket], timeline: &Timeline, method: Method) -> Vec<Bucket> {
    let slice = |interval: Interval| sliced(together(interval, inside(buckets, interval)), method);
    let mut slices: Vec<Bucket> = timeline.buckets().map(slice).collect();
    forgive_short_runs(&mut slices, method.consecutive());
    slices
}

/// The buckets of a slice as one. What is taken out of it does not count; only where all of it is, it is taken out whole.
fn together(interval: Interval, parts: &[Bucket]) -> Bucket {
    let mut events = Events::default();
    for part in parts {
        events += part.events;
    }
    let of = |state: State| parts.iter().any(|part| part.state == state);
    let known = [State::Unusable, State::Measured, State::Assumed, State::Unseen, State::Excluded];
    let state = known.into_iter().find(|state| of(*state)).unwrap_or(State::Unseen);
    Bucket { interval, events, state }
}

/// A bucket that is a slice, as one slice that is good, bad, or partly bad.
fn sliced(bucket: Bucket, method: Method) -> Bucket {
    let Some((_, empty)) = method.slices() else { return bucket };
    let Events { bad, total } = bucket.events;
    let enough = method.min_events().is_none_or(|least| total >= least as f64);
    let share = match bucket.state {
        State::Unusable | State::Excluded => return bucket,
        State::Measured | State::Assumed if total > 0.0 && enough => match method {
            // Decided as a whole objective is: exactly where events are whole numbers.
            Method::Timeslices { target, .. } => {
                Some(if target.complement().covers(bad, total) { 0.0 } else { 1.0 })
            }
            _ => ratio(bad, total),
        },
        _ => None,
    };
    let (share, state) = match (share, empty) {
        (Some(share), _) => (share, State::Measured),
        (None, Empty::Good) => (0.0, State::Assumed),
        (None, Empty::Bad) => (1.0, State::Assumed),
        // Whoever was there to count no events was there: the state stays.
        (None, Empty::Ignore) => return Bucket { events: Events::default(), ..bucket },
    };
    Bucket { events: Events { bad: share, total: 1.0 }, state, ..bucket }
}

/// Makes good of bad slices that follow each other where they are fewer than `least`.
fn forgive_short_runs(slices: &mut [Bucket], least: u32) {
    let is_bad = |slice: &Bucket| slice.events.bad > 0.0;
    for run in slices.chunk_by_mut(|one, next| is_bad(one) == is_bad(next)) {
        if run.len() < least as usize {
            for slice in run {
                slice.events.bad = 0.0;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::{Duration, Moment, Share};

    const MINUTE: Duration = Duration::minutes(1);

    fn slice(bad: f64, total: f64, state: State, method: Method) -> (f64, f64, State) {
        let from = Moment::from_secs(0);
        let interval = Interval::new(from, from + MINUTE);
        let Bucket { events, state, .. } =
            sliced(Bucket { interval, events: Events { bad, total }, state }, method);
        (events.bad, events.total, state)
    }

    fn mean(empty: Empty) -> Method {
        Method::RatioTimeslices { slice: MINUTE, empty, min_events: None }
    }

    #[test]
    fn a_slice_is_good_when_its_own_share_is() {
        let method = Method::timeslices(MINUTE, Share::whole_percent(95));
        assert_eq!(slice(5.0, 100.0, State::Measured, method), (0.0, 1.0, State::Measured));
        assert_eq!(slice(6.0, 100.0, State::Measured, method), (1.0, 1.0, State::Measured));
        let method = Method::ratio_timeslices(MINUTE);
        assert_eq!(slice(6.0, 100.0, State::Measured, method), (0.06, 1.0, State::Measured));
    }

    #[test]
    fn an_empty_slice_is_what_the_objective_says() {
        for (empty, expected) in [
            (Empty::Good, (0.0, 1.0, State::Assumed)),
            (Empty::Bad, (1.0, 1.0, State::Assumed)),
            (Empty::Ignore, (0.0, 0.0, State::Unseen)),
        ] {
            assert_eq!(slice(0.0, 0.0, State::Unseen, mean(empty)), expected);
        }
        assert_eq!(slice(0.0, 0.0, State::Unusable, mean(Empty::Bad)), (0.0, 0.0, State::Unusable));
        assert_eq!(slice(0.0, 0.0, State::Measured, mean(Empty::Ignore)), (0.0, 0.0, State::Measured));
    }

    #[test]
    fn a_slice_with_few_events_is_as_an_empty_one() {
        let method = |empty| Method::RatioTimeslices { slice: MINUTE, empty, min_events: Some(100) };
        assert_eq!(slice(99.0, 99.0, State::Measured, method(Empty::Good)), (0.0, 1.0, State::Assumed));
        assert_eq!(slice(99.0, 99.0, State::Measured, method(Empty::Ignore)), (0.0, 0.0, State::Measured));
        assert_eq!(slice(100.0, 100.0, State::Measured, method(Empty::Good)), (1.0, 1.0, State::Measured));
    }

    /// Minutes of 100 events each, by how many were bad; below zero they are taken out.
    fn minutes(bad: &[i32]) -> Vec<Bucket> {
        let minute = |(place, &bad): (usize, &i32)| {
            let from = Moment::from_secs(60 * place as i64);
            let (events, state) = match bad {
                ..0 => (Events::default(), State::Excluded),
                _ => (Events { bad: f64::from(bad), total: 100.0 }, State::Measured),
            };
            Bucket { interval: Interval::new(from, from + MINUTE), events, state }
        };
        bad.iter().enumerate().map(minute).collect()
    }

    fn judged(bad: &[i32], slice: Duration, method: Method) -> Vec<(f64, f64)> {
        let end = Moment::from_secs(60 * bad.len() as i64);
        let timeline = Timeline::even(&[Interval::new(Moment::from_secs(0), end)], slice);
        let slices = slices(&minutes(bad), &timeline, method);
        slices.iter().map(|slice| (slice.events.bad, slice.events.total)).collect()
    }

    #[test]
    fn a_run_of_bad_slices_that_is_too_short_is_good() {
        let method = |consecutive| Method::Timeslices {
            slice: MINUTE,
            target: Share::whole_percent(95),
            empty: Empty::Ignore,
            min_events: None,
            consecutive,
        };
        let minutes = [50, 0, 50, 50, 0, 50, 50, 50, -1, 50];
        let bad = |consecutive| {
            let slices = judged(&minutes, MINUTE, method(consecutive));
            slices.iter().filter(|(bad, _)| *bad > 0.0).count()
        };
        assert_eq!([bad(1), bad(2), bad(3), bad(4)], [7, 5, 3, 0]);
    }

    #[test]
    fn a_slice_is_judged_by_what_is_left_of_it() {
        let minutes = [0, 100, -1, -1, 100, 0, -1, -1, -1];
        let slice = Duration::minutes(3);
        let mean = judged(&minutes, slice, Method::ratio_timeslices(slice));
        assert_eq!(mean, [(0.5, 1.0), (0.5, 1.0), (0.0, 0.0)]);
    }
}
