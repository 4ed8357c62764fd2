//! How fast the budget burns at the end of a window.

use super::spend::burn_rate;
use super::tally::{Bucket, inside, sum};
use crate::base::{Duration, Interval, Moment, Share};
use crate::slo::{BURN_POLICY, Severity};

/// The share of a burn window that its buckets must fill for a rate to be told.
const FILLED: f64 = 0.9;

/// A burn rate.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Burn {
    /// How far back.
    pub window: Duration,
    /// The bad share over it divided by the allowed share; nothing without events or data.
    pub rate: Option<f64>,
    /// The rate at which an alert with this long window fires.
    pub threshold: Option<f64>,
    /// How urgent that alert is.
    pub severity: Option<Severity>,
    /// Whether it would be firing: the long window and its short one both burn at least so fast.
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
    cadence: Duration,
) -> Vec<Burn> {
    let rate = |back: Duration| rate(buckets, window.to, back, objective).filter(|_| back >= cadence * 2);
    let mut windows: Vec<Duration> = BURN_POLICY.iter().flat_map(|rule| [rule.short, rule.long]).collect();
    windows.sort_unstable();
    windows.dedup();
    windows.retain(|&back| back <= length);
    let burn = |back: Duration| {
        let rule = BURN_POLICY.iter().find(|rule| rule.long == back);
        let threshold = rule.map(|rule| rule.threshold(length));
        let exceeds = |back| threshold.zip(rate(back)).is_some_and(|(threshold, rate)| rate >= threshold);
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
