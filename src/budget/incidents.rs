//! Stretches in which the budget burned.

use super::spend::{Budget, burn_rate};
use super::tally::{Bucket, Events};
use crate::base::{Duration, Interval};

/// Burning stretches that are no further apart are one incident.
const SAME_INCIDENT: Duration = Duration::minutes(30);

/// Smaller shares of the budget are not told as incidents.
const WORTH_TELLING: f64 = 0.01;

/// How many are told, largest first.
const MOST: usize = 10;

/// A stretch in which the budget burned faster than it lasts.
#[derive(Debug, Clone, PartialEq)]
pub struct Incident {
    /// When, as finely as the buckets are.
    pub interval: Interval,
    /// What happened in it.
    pub events: Events,
    /// Its bad events as a share of the budget; nothing where nothing may be bad.
    pub budget_ratio: Option<f64>,
    /// The fastest burn in it; nothing where nothing may be bad.
    pub peak_burn: Option<f64>,
}

/// The largest incidents of a window, largest first.
pub(super) fn find(buckets: &[Bucket], budget: &Budget) -> Vec<Incident> {
    let mut found = all(buckets, budget);
    found.retain(|incident| is_worth(incident, WORTH_TELLING));
    found.sort_by(|a, b| b.events.bad.total_cmp(&a.events.bad).then(a.interval.cmp(&b.interval)));
    found.truncate(MOST);
    found
}

/// Whether an incident took at least this share of the budget; where nothing may be bad, every one did.
pub(super) fn is_worth(incident: &Incident, least: f64) -> bool {
    incident.budget_ratio.is_none_or(|share| share >= least)
}

/// Every incident, however small, in the order of time.
pub(super) fn all(buckets: &[Bucket], budget: &Budget) -> Vec<Incident> {
    let mut found: Vec<Incident> = Vec::new();
    let mut between = Events::default();
    for bucket in buckets {
        let Events { bad, total } = bucket.events;
        let burning = bad > 0.0 && !budget.objective.complement().covers(bad, total);
        let near = found
            .last()
            .filter(|last| bucket.interval.to - last.interval.to <= SAME_INCIDENT + bucket.interval.length());
        match (burning, near.is_some()) {
            (false, _) => between += bucket.events,
            (true, false) => {
                between = Events::default();
                let peak_burn = burn_rate(budget.objective, bucket.events);
                found.push(Incident {
                    interval: bucket.interval,
                    events: bucket.events,
                    budget_ratio: None,
                    peak_burn,
                });
            }
            (true, true) => {
                if let Some(last) = found.last_mut() {
                    last.interval.to = bucket.interval.to;
                    last.events += between;
                    last.events += bucket.events;
                    let burn = burn_rate(budget.objective, bucket.events);
                    last.peak_burn = last.peak_burn.zip(burn).map(|(peak, burn)| peak.max(burn));
                }
                between = Events::default();
            }
        }
    }
    for incident in &mut found {
        incident.budget_ratio = budget.share_of(incident.events.bad);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::{Moment, Share};
    use crate::budget::tally::State;

    fn buckets(bad: &[u32]) -> Vec<Bucket> {
        let at = |i: usize| Moment::from_secs(i as i64 * 300);
        let bucket = |(i, &bad): (usize, &u32)| Bucket {
            interval: Interval::new(at(i), at(i + 1)),
            events: Events { bad: f64::from(bad), total: 100.0 },
            state: State::Measured,
        };
        bad.iter().enumerate().map(bucket).collect()
    }

    #[test]
    fn near_stretches_are_one_incident_and_far_ones_are_two() {
        let objective = Share::from_percent("99").unwrap();
        let mut bad = vec![0; 100];
        for i in [10, 11, 15, 60] {
            bad[i] = 50;
        }
        bad[30] = 1; // burns at exactly the allowed rate: no incident
        let buckets = buckets(&bad);
        let incidents = find(&buckets, &Budget::new(objective, 201.0, 10_000.0));
        assert_eq!(incidents.len(), 2);
        assert_eq!(incidents[0].interval, Interval::new(Moment::from_secs(3000), Moment::from_secs(4800)));
        assert_eq!(incidents[0].events, Events { bad: 150.0, total: 600.0 });
        assert_eq!(incidents[0].budget_ratio, Some(1.5));
        assert!(incidents[0].peak_burn.is_some_and(|burn| (burn - 50.0).abs() < 1e-9));
    }
}
