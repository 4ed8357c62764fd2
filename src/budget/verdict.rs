//! What is true of an objective.

use super::{Budget, Burn, Coverage, Events};
use crate::base::Share;
use crate::slo::Severity;

/// A budget with less than this share left is a warning.
const LOW_BUDGET: f64 = 0.2;

/// What is true of an objective.
#[derive(Debug, Clone, PartialEq)]
pub enum Verdict {
    /// Kept; with warnings, kept yet at risk.
    Met(Vec<Warning>),
    /// The window is not over; so far its budget lasts.
    InProgress(Vec<Warning>),
    /// Broken. In a window that is not over: more was bad than the whole window allows, as its events are projected.
    Breached,
    /// Too little data to say.
    NoData(Why),
}

/// Why a kept objective is at risk.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Warning {
    /// A burn-rate alert would be firing.
    Burning {
        /// How urgent it is.
        severity: Severity,
        /// How fast it burns over the alert's long window.
        burn: Burn,
    },
    /// Little of the budget is left.
    LowBudget(f64),
    /// More of what passed was bad than is allowed, though the whole window may still keep the promise.
    AheadOfTime,
}

/// Why there is too little data.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Why {
    /// No series matched.
    NoSeries,
    /// The window has not begun.
    NotBegun,
    /// All of it is taken out by agreement.
    AllExcluded,
    /// Series exist, yet nothing happened.
    NoTraffic,
    /// Fewer events than the objective wants.
    FewEvents {
        /// How many there were.
        events: f64,
        /// How many are wanted.
        minimum: u64,
    },
    /// Data for too small a share of the window.
    Coverage {
        /// The share with data.
        ratio: f64,
        /// The share wanted.
        minimum: Share,
    },
}

/// What a verdict rests on.
pub(super) struct Evidence<'a> {
    pub(super) found: bool,
    pub(super) events: Events,
    /// All events that were counted, where the budget counts slices of them.
    pub(super) counted: f64,
    /// Events expected by the end of the window; those counted where it is over.
    pub(super) expected: f64,
    pub(super) complete: bool,
    /// Whether nothing is left of the window.
    pub(super) all_excluded: bool,
    pub(super) coverage: &'a Coverage,
    pub(super) budget: &'a Budget,
    pub(super) burns: &'a [Burn],
    pub(super) min_events: Option<u64>,
    pub(super) min_coverage: Share,
}

impl Verdict {
    pub(super) fn of(evidence: &Evidence<'_>) -> Self {
        let Evidence { events, coverage, budget, .. } = evidence;
        if evidence.all_excluded {
            return Self::NoData(Why::AllExcluded);
        }
        if !evidence.found {
            return Self::NoData(Why::NoSeries);
        }
        if coverage.ratio < evidence.min_coverage.as_f64() {
            return Self::NoData(Why::Coverage { ratio: coverage.ratio, minimum: evidence.min_coverage });
        }
        if events.total <= 0.0 {
            return Self::NoData(Why::NoTraffic);
        }
        let counted = evidence.counted;
        if let Some(minimum) = evidence.min_events.filter(|&minimum| counted < minimum as f64) {
            return Self::NoData(Why::FewEvents { events: counted, minimum });
        }
        let allowed = budget.objective.complement();
        if !allowed.covers(events.bad, evidence.expected) {
            return Self::Breached;
        }
        let firing = evidence.burns.iter().filter(|burn| burn.firing);
        let mut warnings: Vec<Warning> = firing
            .filter_map(|burn| Some(Warning::Burning { severity: burn.severity?, burn: *burn }))
            .collect();
        if !allowed.covers(events.bad, events.total) {
            warnings.push(Warning::AheadOfTime);
        }
        if let Some(left) = budget.remaining_ratio().filter(|&left| left < LOW_BUDGET) {
            warnings.push(Warning::LowBudget(left));
        }
        if evidence.complete { Self::Met(warnings) } else { Self::InProgress(warnings) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn share(percent: &str) -> Share {
        Share::from_percent(percent).unwrap()
    }

    /// The verdict on a finished window of a 99 % objective that wants 100 events and data for 90 % of it.
    fn verdict(bad: f64, total: f64, coverage: f64) -> Verdict {
        let objective = share("99");
        Verdict::of(&Evidence {
            found: true,
            events: Events { bad, total },
            counted: total,
            expected: total,
            complete: true,
            all_excluded: false,
            coverage: &Coverage { ratio: coverage, gaps: Vec::new() },
            budget: &Budget::new(objective, bad, total),
            burns: &[],
            min_events: Some(100),
            min_coverage: share("90"),
        })
    }

    #[test]
    fn each_limit_itself_is_still_enough() {
        assert_eq!(verdict(0.0, 100.0, 0.9), Verdict::Met(Vec::new()));
        assert!(matches!(verdict(0.0, 100.0, 0.899), Verdict::NoData(Why::Coverage { .. })));
        assert!(matches!(verdict(0.0, 99.0, 0.9), Verdict::NoData(Why::FewEvents { .. })));
        assert_eq!(verdict(1.0, 100.0, 0.9), Verdict::Met(vec![Warning::LowBudget(0.0)]));
        assert_eq!(verdict(2.0, 100.0, 0.9), Verdict::Breached);
    }

    #[test]
    fn too_little_data_is_said_before_a_breach_of_what_there_is() {
        assert!(matches!(verdict(50.0, 100.0, 0.1), Verdict::NoData(Why::Coverage { .. })));
    }
}
