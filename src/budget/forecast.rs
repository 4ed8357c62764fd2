//! What will be left of a budget at the end of a window that is not over.

use super::Budget;
use super::tally::{Bucket, Events, inside};
use crate::base::{CalendarUnit, Duration, Interval, Moment, SPLIT_MIX_STEP, Zone, split_mix};

/// From fewer whole days than this nothing is foretold.
const FEWEST_DAYS: usize = 5;

/// The share of a day that must have been measured for it to count as whole.
const WHOLE: f64 = 0.9;

/// So many courses that the rest of the window could take are drawn.
const COURSES: u64 = 400;

/// Of a hundred courses, ten are worse than the range and ten are better.
const TAIL: f64 = 0.1;

/// What will be left of a budget, if the days to come are like those that passed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Forecast {
    /// When the window ends.
    pub at: Moment,
    /// From how many whole days it is foretold.
    pub days: usize,
    /// The share of the budget left in the middle one of the courses.
    pub remaining_ratio: f64,
    /// The share left that one course of ten falls below.
    pub low: f64,
    /// The share left that one course of ten rises above.
    pub high: f64,
}

impl Forecast {
    /// Foretells the budget of `window` from what has passed of it (`elapsed`) and the days before: every day to come is
    /// one of the whole days that passed, drawn at random (Efron's bootstrap, "Bootstrap methods: another look at the
    /// jackknife", 1979), always with the same numbers. Nothing where the window is over, too few whole days are known,
    /// or nothing may be bad.
    pub(super) fn of(
        buckets: &[Bucket],
        window: Interval,
        elapsed: Interval,
        budget: &Budget,
        zone: Zone,
    ) -> Option<Self> {
        let left = window.to - elapsed.to;
        if left <= Duration::ZERO || budget.total <= 0.0 {
            return None;
        }
        let past = Interval::new(buckets.first()?.interval.from, elapsed.to);
        let days: Vec<f64> = whole_days(buckets, past, zone);
        if days.len() < FEWEST_DAYS {
            return None;
        }
        let to_come = left.as_secs() / Duration::days(1).as_secs();
        let (whole, rest) = (to_come as u64, to_come.fract());
        let mut state = 0u64;
        let mut draw = || {
            state = state.wrapping_add(SPLIT_MIX_STEP);
            days[(split_mix(state) % days.len() as u64) as usize]
        };
        let mut ends: Vec<f64> = (0..COURSES)
            .map(|_| budget.spent + (0..whole).map(|_| draw()).sum::<f64>() + rest * draw())
            .map(|spent| 1.0 - spent / budget.total)
            .collect();
        ends.sort_by(f64::total_cmp);
        let at = |share: f64| ends[((ends.len() - 1) as f64 * share) as usize];
        let (low, remaining_ratio, high) = (at(TAIL), at(0.5), at(1.0 - TAIL));
        Some(Self { at: window.to, days: days.len(), remaining_ratio, low, high })
    }
}

/// What was bad on each whole day of a stretch.
fn whole_days(buckets: &[Bucket], past: Interval, zone: Zone) -> Vec<f64> {
    let mut days = Vec::new();
    let mut day = CalendarUnit::Day.around(past.from, zone);
    while let Some(today) = day.filter(|today| today.to <= past.to) {
        let of_it = inside(buckets, today);
        let measured = of_it.iter().filter(|bucket| bucket.measured());
        let measured: f64 = measured.map(|bucket| bucket.interval.length().as_secs()).sum();
        if today.from >= past.from && measured >= WHOLE * today.length().as_secs() {
            let mut events = Events::default();
            for bucket in of_it {
                events += bucket.events;
            }
            days.push(events.bad);
        }
        day = CalendarUnit::Day.around(today.to, zone);
    }
    days
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Share;
    use crate::budget::tally::State;

    /// The forecast for a window of 30 days of 1000 events at 99 %, on the day after those whose bad events are given.
    fn forecast(bad: &[u32]) -> Option<Forecast> {
        let at = |day: usize| Moment::from_secs(day as i64 * 86_400);
        let buckets: Vec<Bucket> = (0..bad.len() * 24)
            .map(|hour| {
                let from = at(0) + Duration::hours(hour as i64);
                let events = Events { bad: f64::from(bad[hour / 24]) / 24.0, total: 1000.0 / 24.0 };
                Bucket {
                    interval: Interval::new(from, from + Duration::hours(1)),
                    events,
                    state: State::Measured,
                }
            })
            .collect();
        let window = Interval::new(at(0), at(30));
        let elapsed = Interval::new(at(0), at(bad.len()));
        let spent: u32 = bad.iter().sum();
        let budget = Budget::new(Share::whole_percent(99), f64::from(spent), 30_000.0);
        Forecast::of(&buckets, window, elapsed, &budget, Zone::UTC)
    }

    #[test]
    fn what_never_varies_goes_on() {
        let told = forecast(&[10; 10]).unwrap();
        assert_eq!(told.days, 10);
        for left in [told.low, told.remaining_ratio, told.high] {
            assert!(left.abs() < 1e-9, "{left}: ten a day are all of the 300 that may be bad");
        }
        assert!(forecast(&[0; 10]).is_some_and(|told| told.low >= 1.0 && told.high <= 1.0));
    }

    #[test]
    fn what_varies_has_a_range_around_its_mean() {
        // One bad day in ten, of 50: two of the twenty to come, 100 of 300 more.
        let told = forecast(&[0, 0, 0, 50, 0, 0, 0, 0, 0, 0]).unwrap();
        assert!(told.low < told.remaining_ratio && told.remaining_ratio < told.high, "{told:?}");
        assert!((told.remaining_ratio - 0.5).abs() < 0.02, "{told:?}");
        // Binomial: with twenty draws of a tenth, 12 % have none and 13 % have four or more.
        assert!((told.high - (1.0 - 50.0 / 300.0)).abs() < 1e-9, "{told:?}");
        assert!((told.low - (1.0 - 250.0 / 300.0)).abs() < 1e-9, "{told:?}");
    }

    #[test]
    fn of_few_days_nothing_is_foretold_and_none_of_a_window_that_is_over() {
        assert_eq!(forecast(&[10; 4]), None);
        assert_eq!(forecast(&[10; 30]), None);
    }
}
