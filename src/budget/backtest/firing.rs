//! When an alert fires, as Prometheus tells it: pending first, then firing, then kept for a while.

use super::sight::{Clock, Sight};
use crate::base::{Duration, Moment};
use crate::budget::tally::Events;
use crate::slo::{Alerting, BUDGET_EVERY, BurnAlert};

/// A ratio is above a threshold when it is by more than the noise of floats.
const ABOVE: f64 = 1.0 + 1e-9;

/// A stretch of time in which an alert fires.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Firing {
    /// The first evaluation at which it fires.
    pub from: Moment,
    /// The evaluation that resolves it; nothing where none does in the time that is looked at.
    pub to: Option<Moment>,
}

impl Firing {
    /// When it ends, at the latest at `end`.
    pub(super) fn until(&self, end: Moment) -> Moment {
        self.to.map_or(end, |to| to.min(end))
    }
}

/// When a burn-rate alert fires, from the evaluation at a place on.
pub(super) fn of_burning(
    alert: &BurnAlert,
    alerting: &Alerting,
    sight: &mut Sight,
    start: usize,
) -> Vec<Firing> {
    let clock = sight.clock();
    let (long, short) = (sight.of(alert.rule.long), sight.of(alert.rule.short));
    let threshold = alert.threshold * ABOVE;
    let burns = |seen: &Events| seen.total > 0.0 && seen.bad / seen.total > threshold;
    let scale = sight.scale(alert.rule.long);
    let enough = |seen: &Events| alerting.min_events.is_none_or(|least| seen.total * scale >= least as f64);
    let active =
        long.iter().zip(short.iter()).map(|(long, short)| burns(long) && burns(short) && enough(long));
    of(active.skip(start), alerting.r#for, alerting.keep_firing_for, clock.after(start))
}

/// When the alert fires that a budget is spent, from the evaluation at a place on. It is looked at on the multiples of
/// [`BUDGET_EVERY`], or at each evaluation where those are rarer. Until there is data for a whole window, what is not
/// known of it is taken for good and as busy as the rest, so that nothing fires that may not have.
pub(super) fn of_spent(alert: &BurnAlert, begins: Moment, sight: &mut Sight, start: usize) -> Vec<Firing> {
    let clock = sight.clock();
    let window = alert.rule.long;
    let seen = sight.of(window);
    let threshold = alert.threshold * ABOVE;
    let mut spent = false;
    let active = seen.iter().enumerate().map(|(place, seen)| {
        let at = clock.at(place);
        if at.floor(BUDGET_EVERY) > at - clock.step {
            let known = (at - begins).as_secs() / window.as_secs();
            let bad = seen.bad * known.clamp(0.0, 1.0);
            spent = seen.total > 0.0 && bad / seen.total > threshold;
        }
        spent
    });
    of(active.skip(start), None, None, clock.after(start))
}

/// When an alert fires whose expression gives something, or nothing, at each evaluation.
pub(super) fn of(
    active: impl Iterator<Item = bool>,
    r#for: Option<Duration>,
    keep_firing_for: Option<Duration>,
    clock: Clock,
) -> Vec<Firing> {
    let (r#for, keep) = (r#for.unwrap_or_default(), keep_firing_for.unwrap_or_default());
    let mut found: Vec<Firing> = Vec::new();
    let (mut pending_since, mut quiet_since) = (None, None);
    for (place, active) in active.enumerate() {
        let at = clock.at(place);
        let open = found.last_mut().filter(|firing| firing.to.is_none());
        match (open, active) {
            (Some(_), true) => quiet_since = None,
            (Some(firing), false) => {
                let since = *quiet_since.get_or_insert(at);
                if at - since >= keep {
                    firing.to = Some(at);
                    quiet_since = None;
                }
            }
            (None, true) => {
                if at - *pending_since.get_or_insert(at) >= r#for {
                    found.push(Firing { from: at, to: None });
                    pending_since = None;
                }
            }
            (None, false) => pending_since = None,
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fires(active: &str, r#for: i64, keep: i64) -> Vec<(i64, Option<i64>)> {
        let minute = Duration::minutes(1);
        let clock = Clock { first: Moment::from_secs(0), step: minute, count: active.len() };
        let found = of(active.chars().map(|c| c == '#'), Some(minute * r#for), Some(minute * keep), clock);
        let minutes = |at: Moment| (at - clock.first).as_millis() / 60_000;
        found.iter().map(|firing| (minutes(firing.from), firing.to.map(minutes))).collect()
    }

    #[test]
    fn an_alert_fires_as_long_as_it_is_active() {
        assert_eq!(fires(".##.#", 0, 0), [(1, Some(3)), (4, None)]);
    }

    #[test]
    fn what_is_pending_must_stay_active() {
        assert_eq!(fires("##.####.", 3, 0), [(6, Some(7))]);
        assert_eq!(fires("###.###", 3, 0), []);
    }

    #[test]
    fn what_is_kept_is_one_alert() {
        assert_eq!(fires("#..#...#.....", 0, 3), [(0, Some(11))]);
        assert_eq!(fires("#...#", 0, 3), [(0, None)]);
        assert_eq!(fires("#....#", 0, 3), [(0, Some(4)), (5, None)]);
    }
}
