//! Buckets of events as slices of the clock, where the budget counts those.

use super::Events;
use super::tally::{Bucket, State};
use crate::base::ratio;
use crate::slo::{Empty, Method};

/// A bucket that is a slice, as one slice that is good, bad, or partly bad.
pub(super) fn sliced(bucket: Bucket, method: Method) -> Bucket {
    let Some((_, empty)) = method.slices() else { return bucket };
    let Events { bad, total } = bucket.events;
    let share = match bucket.state {
        State::Unusable => return bucket,
        State::Measured | State::Assumed if total > 0.0 => match method {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::{Duration, Interval, Moment, Share};

    fn slice(bad: f64, total: f64, state: State, method: Method) -> (f64, f64, State) {
        let from = Moment::from_secs(0);
        let interval = Interval::new(from, from + Duration::minutes(1));
        let Bucket { events, state, .. } =
            sliced(Bucket { interval, events: Events { bad, total }, state }, method);
        (events.bad, events.total, state)
    }

    #[test]
    fn a_slice_is_good_when_its_own_share_is() {
        let (minute, empty) = (Duration::minutes(1), Empty::Ignore);
        let method = Method::Timeslices { slice: minute, target: Share::whole_percent(95), empty };
        assert_eq!(slice(5.0, 100.0, State::Measured, method), (0.0, 1.0, State::Measured));
        assert_eq!(slice(6.0, 100.0, State::Measured, method), (1.0, 1.0, State::Measured));
        let method = Method::RatioTimeslices { slice: minute, empty };
        assert_eq!(slice(6.0, 100.0, State::Measured, method), (0.06, 1.0, State::Measured));
    }

    #[test]
    fn an_empty_slice_is_what_the_objective_says() {
        for (empty, expected) in [
            (Empty::Good, (0.0, 1.0, State::Assumed)),
            (Empty::Bad, (1.0, 1.0, State::Assumed)),
            (Empty::Ignore, (0.0, 0.0, State::Unseen)),
        ] {
            let method = Method::RatioTimeslices { slice: Duration::minutes(1), empty };
            assert_eq!(slice(0.0, 0.0, State::Unseen, method), expected);
        }
        let method = Method::RatioTimeslices { slice: Duration::minutes(1), empty: Empty::Bad };
        assert_eq!(slice(0.0, 0.0, State::Unusable, method), (0.0, 0.0, State::Unusable));
        let method = Method::RatioTimeslices { slice: Duration::minutes(1), empty: Empty::Ignore };
        assert_eq!(slice(0.0, 0.0, State::Measured, method), (0.0, 0.0, State::Measured));
    }
}
