//! How fast the budget burns at the end of a window.

use super::spend::burn_rate;
use super::tally::{Bucket, inside, sum};
use crate::base::{Duration, Interval, Moment, Share};
use crate::slo::{BurnRule, Severity};

/// The share of a burn window that its buckets must fill for a rate to be told.
const FILLED: f64 = 0.9;

/// A rate is above a threshold when it is by more than the noise of floats.
const ABOVE: f64 = 1.0 + 1e-9;

/// A burn rate.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Burn {
    /// How far back.
    pub window: Duration,
    /// The bad share over it divided by the allowed share; nothing without events or data.
    pub rate: Option<f64>,
    /// The rate above which an alert with this long window fires.
    pub threshold: Option<f64>,
    /// How urgent that alert is.
    pub severity: Option<Severity>,
    /// Whether it would be firing: the long window and its short one both burn faster.
    pub firing: bool,
}

/// When the budget ends at the present burn.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Exhaustion {
    /// From the window's end; zero where it is already spent.
    pub after: Duration,
}

/// The burn rates at the end of `window`, shortest first, over windows no longer than it and no shorter than two samples.
pub(super) fn rates(
    buckets: &[Bucket],
    window: Interval,
    length: Duration,
    objective: Share,
    rules: &[BurnRule],
    cadence: Duration,
) -> Vec<Burn> {
    let rate = |back: Duration| rate(buckets, window.to, back, objective).filter(|_| back >= cadence * 2);
    let mut windows: Vec<Duration> = rules.iter().flat_map(|rule| [rule.short, rule.long]).collect();
    windows.sort_unstable();
    windows.dedup();
    windows.retain(|&back| back <= length);
    let burn = |back: Duration| {
        let rule = rules.iter().find(|rule| rule.long == back);
        let threshold = rule.map(|rule| rule.threshold(length));
        let exceeds =
            |back| threshold.zip(rate(back)).is_some_and(|(threshold, rate)| rate > threshold * ABOVE);
        Burn {
            window: back,
            rate: rate(back),
            threshold,
            severity: rule.map(|rule| rule.severity),
            firing: rule.is_some_and(|rule| exceeds(rule.long) && exceeds(rule.short)),
        }
    };
    windows.into_iter().map(burn).collect()
}

fn rate(buckets: &[Bucket], end: Moment, back: Duration, objective: Share) -> Option<f64> {
    let within = Interval::new(end - back, end);
    let filled: Duration = inside(buckets, within)
        .iter()
        .map(|bucket| bucket.interval.length())
        .fold(Duration::ZERO, std::ops::Add::add);
    if filled.as_secs() < FILLED * back.as_secs() { None } else { burn_rate(objective, sum(buckets, within)) }
}

/// When the rest of the budget is gone if it goes on burning as over the last six hours (or the longest window below).
/// Nothing where it does not: at a burn of one or less a rolling window loses old errors as fast as it gains new ones.
pub(super) fn exhaustion(
    burns: &[Burn],
    remaining_ratio: Option<f64>,
    length: Duration,
) -> Option<Exhaustion> {
    let remaining = remaining_ratio?;
    if remaining <= 0.0 {
        return Some(Exhaustion { after: Duration::ZERO });
    }
    let present =
        burns.iter().filter(|burn| burn.window <= Duration::hours(6)).rev().find_map(|burn| burn.rate)?;
    let after = remaining * length.as_secs() / present;
    (present > 1.0).then(|| Exhaustion { after: Duration::seconds(after as i64) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::budget::Events;
    use crate::budget::tally::State;
    use crate::slo::BURN_POLICY;

    const LENGTH: Duration = Duration::days(30);

    /// Six hours of 5-minute buckets with 100 events each, of which so many were bad in the bucket that ends `back`
    /// before the end.
    fn burns(bad: impl Fn(Duration) -> f64) -> Vec<Burn> {
        let end = Moment::from_secs(0) + LENGTH;
        let buckets: Vec<Bucket> = (0..72)
            .rev()
            .map(|n| {
                let back = Duration::minutes(5) * n;
                let interval = Interval::new(end - back - Duration::minutes(5), end - back);
                Bucket { interval, events: Events { bad: bad(back), total: 100.0 }, state: State::Measured }
            })
            .collect();
        let objective = Share::from_percent("99").unwrap();
        let window = Interval::new(end - LENGTH, end);
        rates(&buckets, window, LENGTH, objective, &BURN_POLICY, Duration::minutes(1))
    }

    fn over(burns: &[Burn], window: Duration) -> &Burn {
        burns.iter().find(|burn| burn.window == window).unwrap()
    }

    #[test]
    fn an_alert_fires_while_both_its_windows_burn() {
        let hour = Duration::hours(1);
        let all = burns(|_| 20.0);
        assert_eq!(over(&all, hour).rate, Some(20.0));
        assert!(over(&all, hour).firing && over(&all, Duration::hours(6)).firing);
        // Burning ended five minutes ago: the long window still says much, the short one that it is over.
        let ended = burns(|back| if back < Duration::minutes(5) { 0.0 } else { 20.0 });
        assert!(over(&ended, hour).rate > over(&ended, hour).threshold);
        assert!(!over(&ended, hour).firing);
        // Burning has just begun: the short window alone is no alert.
        let begun = burns(|back| if back < Duration::minutes(5) { 100.0 } else { 0.0 });
        assert_eq!(over(&begun, Duration::minutes(5)).rate, Some(100.0));
        assert!(!over(&begun, hour).firing);
    }

    #[test]
    fn a_window_that_is_not_filled_has_no_rate() {
        assert_eq!(over(&burns(|_| 20.0), Duration::days(1)).rate, None);
    }

    #[test]
    fn the_rest_of_a_budget_ends_at_the_burn_of_the_last_hours() {
        let after = |left, bad| exhaustion(&burns(|_| bad), left, LENGTH).map(|end| end.after);
        // A tenth of 30 days at twice the pace.
        assert_eq!(after(Some(0.1), 2.0), Some(Duration::hours(36)));
        assert_eq!(after(Some(0.1), 1.0), None);
        assert_eq!(after(Some(-0.5), 2.0), Some(Duration::ZERO));
        assert_eq!(after(None, 2.0), None);
    }
}
