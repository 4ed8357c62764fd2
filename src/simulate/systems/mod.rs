//! The systems' tables, one per file: what each exposes, how much of it, and what goes wrong when.

mod api_gateway;
mod ecap;
mod ecompulse;
mod expense_tracker;
mod shadower_analytics;

use super::model::System;

/// Every system that can be simulated.
pub const SYSTEMS: [&System; 5] = [
    &ecap::SYSTEM,
    &ecompulse::SYSTEM,
    &expense_tracker::SYSTEM,
    &shadower_analytics::SYSTEM,
    &api_gateway::SYSTEM,
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Duration;
    use crate::simulate::model::{Effect, FLAT, Fault, Flow, Job, OFFICE, SHOP};
    use crate::simulate::random::MILLION;

    fn jobs() -> impl Iterator<Item = &'static Job> {
        SYSTEMS.iter().flat_map(|system| system.jobs)
    }

    fn flows() -> impl Iterator<Item = &'static Flow> {
        jobs().flat_map(|job| job.flows)
    }

    #[test]
    fn a_day_has_the_traffic_of_a_day() {
        for shape in [SHOP, OFFICE, FLAT] {
            assert_eq!(shape.hours.iter().sum::<u32>(), 2400);
        }
    }

    #[test]
    fn gauges_change_where_slices_end() {
        for gauge in jobs().flat_map(|job| job.gauges) {
            for episode in gauge.episodes {
                assert_eq!(episode.at.as_millis() % Duration::minutes(10).as_millis(), 0, "{}", gauge.name.0);
                assert_eq!(episode.minutes % 10, 0, "{}", gauge.name.0);
                assert!(gauge.bad_when.holds(episode.value), "{}", gauge.name.0);
            }
            for calm in [gauge.base, gauge.base + i64::from(gauge.spread)] {
                assert!(!gauge.bad_when.holds(calm), "{}", gauge.name.0);
            }
        }
        for instance in jobs().flat_map(|job| job.instances) {
            assert!((1..120).contains(&(instance.phase.as_millis() / 1000)), "{}", instance.name);
        }
    }

    #[test]
    fn odds_fit_their_histograms() {
        for flow in flows() {
            let Some(timing) = &flow.timing else { continue };
            let slow = flow.troubles.iter().filter_map(|trouble| match trouble.effect {
                Effect::Slow(odds) => Some(odds),
                Effect::Fail(_) => None,
            });
            for odds in slow.chain([timing.odds]) {
                assert_eq!(odds.len(), timing.histogram.bounds.len(), "{}", timing.histogram.name.0);
                assert!(odds.iter().sum::<u32>() < MILLION, "{}", timing.histogram.name.0);
            }
            assert_eq!(timing.histogram.typical.len(), timing.histogram.bounds.len() + 1);
        }
    }

    /// A scrape lost in an outage, or a restart near it, would make the truth unobservable.
    #[test]
    fn faults_keep_away_from_outages() {
        for job in jobs() {
            let troubles = job.flows.iter().flat_map(|flow| flow.troubles).map(|t| (t.at, t.minutes));
            let episodes = job.gauges.iter().flat_map(|gauge| gauge.episodes).map(|e| (e.at, e.minutes));
            let bad_times: Vec<_> = troubles.chain(episodes).collect();
            for fault in job.instances.iter().flat_map(|instance| instance.faults) {
                let (Fault::Restart(at) | Fault::Unscraped(at, _) | Fault::Down(at, _)) = *fault;
                for &(from, minutes) in &bad_times {
                    let near = Duration::hours(1);
                    let apart = at + near < from || at > from + Duration::minutes(minutes) + near;
                    assert!(apart, "{}: a fault at {at} into the story", job.name);
                }
            }
        }
    }
}
