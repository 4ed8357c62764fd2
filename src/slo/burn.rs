//! The alerts that the windows of an objective make, once those that can never fire are left out.

use super::{BurnRule, Empty, Pace, Severity, Signal, Slo};
use crate::base::Duration;

/// How often generated rules are evaluated.
pub const RULES_EVERY: Duration = Duration::minutes(1);

/// The stretch over which generated rules record counts, of which long windows are summed.
pub const RECORDED_STRETCH: Duration = Duration::minutes(5);

/// How often generated rules look at what concerns the whole window of an objective: it is much to read and changes
/// slowly.
pub const BUDGET_EVERY: Duration = Duration::minutes(5);

/// From here on generated rules sum a window from recorded counts, rather than read the counters at every evaluation.
pub const SUMMED_FROM: Duration = Duration::days(1);

const SEVERITIES: [Severity; 2] = [Severity::Page, Severity::Ticket];

/// An alert about a burning budget.
#[derive(Debug, Clone, PartialEq)]
pub struct BurnAlert {
    /// What tells it from the other alerts of its objective: `page-fast`, `ticket-slow`.
    pub tier: String,
    /// Its windows, as they are looked at.
    pub rule: BurnRule,
    /// The burn rate above which it fires, to six decimals: enough for any alert, and readable where it is a third.
    pub factor: f64,
    /// The error ratio above which it fires.
    pub threshold: f64,
}

impl BurnAlert {
    /// What tells the alert about a spent budget from those about a burning one.
    pub const SPENT: &'static str = "exhausted";
}

impl Slo {
    /// Whether nobody wants to be told of anything.
    pub fn is_silent(&self) -> bool {
        SEVERITIES.iter().all(|severity| self.alerting.tier(*severity).disabled)
    }

    /// The alert about a budget that is spent, where anybody wants to be told of it: more is bad over the objective's
    /// own window than may be.
    pub fn spent_alert(&self) -> Option<BurnAlert> {
        let window = self.window.nominal();
        let rule =
            BurnRule { severity: Severity::Ticket, long: window, short: window, pace: Pace::Factor(1.0) };
        (!self.is_silent()).then(|| BurnAlert {
            tier: BurnAlert::SPENT.to_owned(),
            rule,
            factor: 1.0,
            threshold: self.objective.complement().as_f64(),
        })
    }

    /// The length of the slices of the clock that are judged and what an empty one is, where they are.
    pub fn slices(&self) -> Option<(Duration, Empty)> {
        match self.sli.signal() {
            Signal::Slices { slice, empty, .. } => Some((slice, empty)),
            Signal::Events { .. } => self.method.slices(),
            Signal::Composite(_) => None,
        }
    }

    /// The pairs of windows that fit: none longer than the objective's own window. A slice cannot be cut, so no
    /// window is shorter than one.
    pub fn burn_rules(&self) -> Vec<BurnRule> {
        let slice = self.slices().map_or(Duration::ZERO, |(slice, _)| slice);
        let rules = self.alerting.windows.iter().copied();
        rules
            .map(|rule| BurnRule { long: rule.long.max(slice), short: rule.short.max(slice), ..rule })
            .filter(|rule| rule.long <= self.window.nominal())
            .collect()
    }

    /// The alerts that can fire, the most urgent first: those that are not switched off and whose threshold is below
    /// the largest error ratio there is.
    pub fn burn_alerts(&self) -> Vec<BurnAlert> {
        let (rules, allowed) = (self.burn_rules(), self.objective.complement().as_f64());
        let of = |severity: Severity| {
            let rules = rules.iter().filter(move |rule| rule.severity == severity);
            let alerts = rules.map(|&rule| {
                let factor = (rule.threshold(self.window.nominal()) * 1e6).round() / 1e6;
                BurnAlert { tier: String::new(), rule, factor, threshold: factor * allowed }
            });
            let disabled = self.alerting.tier(severity).disabled;
            let mut alerts: Vec<BurnAlert> =
                alerts.filter(|alert| !disabled && alert.threshold < 1.0).collect();
            let count = alerts.len();
            for (place, alert) in alerts.iter_mut().enumerate() {
                alert.tier = tier(severity, place, count);
            }
            alerts
        };
        SEVERITIES.into_iter().flat_map(of).collect()
    }
}

/// `page`, or `page-fast` and `page-slow` where there are two; more have numbers.
fn tier(severity: Severity, place: usize, count: usize) -> String {
    let severity = severity.word();
    match (place, count) {
        (_, 1) => severity.to_owned(),
        (0, 2) => format!("{severity}-fast"),
        (_, 2) => format!("{severity}-slow"),
        (place, _) => format!("{severity}-{}", place + 1),
    }
}
