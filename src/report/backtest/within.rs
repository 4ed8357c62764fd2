//! Alerts over the windows of a report.

use super::super::{Report, SloReport};
use super::{AlertReport, AlertsReport, Backtest, BudgetBacktest, SloBacktest};

impl Report {
    /// Puts the alerts that were replayed over their windows beside the objectives.
    pub fn add_alerts(&mut self, replayed: &Backtest) {
        for slo in self.slos.iter_mut().filter(|slo| slo.is_budget()) {
            let same = |found: &&SloBacktest| (&found.service, &found.slo) == (&slo.service, &slo.slo);
            if let Some(found) = replayed.slos.iter().find(same) {
                slo.alerts = Some(of_budget(found, slo, replayed));
            }
        }
    }
}

fn of_budget(found: &SloBacktest, slo: &SloReport, replayed: &Backtest) -> AlertsReport {
    let evaluation = &replayed.evaluation;
    let budget = found.budgets.iter().find(|budget| budget.group == slo.group).cloned();
    let unknown = || "no series told anything in the window".to_owned();
    let reason = budget.is_none().then(|| found.reason.clone().unwrap_or_else(unknown));
    // Those of the candidate count what fired of all budgets.
    let fired = |budget: &BudgetBacktest, tier: &str| {
        let of = budget.alerts.iter().filter(|alert| alert.tier == tier).flat_map(|alert| &alert.firings);
        of.filter(|firing| firing.from >= evaluation.from).count()
    };
    let tier = |alert: &AlertReport| AlertReport {
        fired: budget.as_ref().map_or(0, |budget| fired(budget, &alert.tier)),
        ..alert.clone()
    };
    AlertsReport {
        from: evaluation.from,
        to: evaluation.to,
        step_s: evaluation.step_s,
        least_budget_ratio: evaluation.least_budget_ratio,
        reason,
        tiers: found.candidates.iter().take(1).flat_map(|in_use| &in_use.alerts).map(tier).collect(),
        budget,
        unmeasured: found.unmeasured.clone(),
    }
}
