//! How fast the budget burns at the end of a window.

use super::spend::burn_rate;
use super::tally::{Bucket, inside, sum};
use crate::base::{Duration, Interval, Moment, Share};
use crate::slo::{Alerting, BurnRule, Severity};

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
/// Of alerts with the same long window that one is told which fires, the most urgent first, else the one that is nearest
/// to it; alerts that are switched off are none.
pub(super) fn rates(
    buckets: &[Bucket],
    window: Interval,
    length: Duration,
    objective: Share,
    alerting: &Alerting,
    cadence: Duration,
) -> Vec<Burn> {
    let rate = |back: Duration| over(buckets, window, length, objective, cadence, back);
    let mut windows: Vec<Duration> =
        alerting.windows.iter().flat_map(|rule| [rule.short, rule.long]).collect();
    windows.sort_unstable();
    windows.dedup();
    windows.retain(|&back| back <= length);
    let burn = |back: Duration| {
        let rules = || alerting.active().filter(|rule| rule.long == back);
        let threshold = |rule: &BurnRule| rule.threshold(length);
        let exceeds = |rule: &BurnRule, back| rate(back).is_some_and(|rate| rate > threshold(rule) * ABOVE);
        let fires = |rule: &BurnRule| exceeds(rule, rule.long) && exceeds(rule, rule.short);
        let firing = rules().find(|rule| fires(rule));
        let nearest = || rules().min_by(|a, b| threshold(a).total_cmp(&threshold(b)));
        let rule = firing.or_else(nearest);
        Burn {
            window: back,
            rate: rate(back),
            threshold: rule.map(threshold),
            severity: rule.map(|rule| rule.severity),
            firing: firing.is_some(),
        }
    };
    windows.into_iter().map(burn).collect()
}

/// Burn rates with those over further windows, which no alert has; `rate` tells one where the window has it.
pub(super) fn further(
    mut burns: Vec<Burn>,
    windows: &[Duration],
    rate: impl Fn(Duration) -> Option<f64>,
) -> Vec<Burn> {
    for &window in windows {
        if burns.iter().all(|burn| burn.window != window) {
            burns.push(Burn { window, rate: rate(window), threshold: None, severity: None, firing: false });
        }
    }
    burns.sort_by_key(|burn| burn.window);
    burns
}

/// The burn rate over the last `back` of a window, where that is no longer than it and no shorter than two samples.
pub(super) fn over(
    buckets: &[Bucket],
    window: Interval,
    length: Duration,
    objective: Share,
    cadence: Duration,
    back: Duration,
) -> Option<f64> {
    let fits = back <= length && back >= cadence * 2;
    rate(buckets, window.to, back, objective).filter(|_| fits)
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
    use crate::slo::{Pace, TierAlert};

    const LENGTH: Duration = Duration::days(30);

    /// Six hours of 5-minute buckets with 100 events each, of which so many were bad in the bucket that ends `back`
    /// before the end.
    fn burns(bad: impl Fn(Duration) -> f64) -> Vec<Burn> {
        burns_with(bad, &Alerting::default())
    }

    fn burns_with(bad: impl Fn(Duration) -> f64, alerting: &Alerting) -> Vec<Burn> {
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
        rates(&buckets, window, LENGTH, objective, alerting, Duration::minutes(1))
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
    fn of_two_alerts_over_one_window_the_one_that_fires_is_told() {
        let (long, short) = (Duration::hours(1), Duration::minutes(5));
        let rule = |severity, factor| BurnRule { severity, long, short, pace: Pace::Factor(factor) };
        let windows = vec![rule(Severity::Page, 14.0), rule(Severity::Ticket, 2.0)];
        let alerting = Alerting { windows, ..Alerting::default() };
        let told = |bad: f64| {
            let all = burns_with(|_| bad, &alerting);
            let burn = over(&all, long);
            (burn.severity, burn.threshold, burn.firing)
        };
        assert_eq!(told(20.0), (Some(Severity::Page), Some(14.0), true));
        assert_eq!(told(10.0), (Some(Severity::Ticket), Some(2.0), true));
        assert_eq!(told(1.0), (Some(Severity::Ticket), Some(2.0), false));
    }

    #[test]
    fn an_alert_that_is_switched_off_does_not_fire() {
        let off = TierAlert { disabled: true, ..TierAlert::default() };
        let alerting = Alerting { page: off.clone(), ticket: off, ..Alerting::default() };
        let all = burns_with(|_| 20.0, &alerting);
        assert_eq!(over(&all, Duration::hours(1)).rate, Some(20.0));
        assert!(all.iter().all(|burn| !burn.firing && burn.threshold.is_none()));
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
