//! The error ratio over a window.

use std::collections::BTreeSet;

use super::super::model::Rule;
use super::{Objective, metric, record, without};
use crate::base::Duration;
use crate::promql::{AggregateOp, BinaryOp, Expr, Selector};
use crate::slo::PyrraIndicator;

impl Objective<'_> {
    /// The name of the error ratio's series.
    pub(super) fn burn_rate_name(&self, window: Duration) -> String {
        format!("{}:burnrate{window}", without(metric(self.total()), &["_total", "_count"]))
    }

    /// The error ratio over every window of alerts.
    pub(super) fn burn_rates(&self) -> Vec<Rule> {
        let rules = self.rules();
        let windows: BTreeSet<Duration> = rules.iter().flat_map(|rule| [rule.short, rule.long]).collect();
        let labels = self.labels(&self.by());
        let burn_rate =
            |&window: &Duration| record(self.burn_rate_name(window), self.burn_rate(window), labels.clone());
        windows.iter().map(burn_rate).collect()
    }

    fn burn_rate(&self, window: Duration) -> Expr {
        let by = self.by();
        let over = |function, selector| summed(function, selector, window, &by);
        match &self.indicator {
            PyrraIndicator::Ratio { errors, total } => {
                over("rate", errors).binary(BinaryOp::Div, over("rate", total))
            }
            PyrraIndicator::Latency { success, total, .. } => {
                rest(over("rate", total), over("rate", success))
            }
            PyrraIndicator::BoolGauge(gauge) => {
                rest(over("count_over_time", gauge), over("sum_over_time", gauge))
            }
            PyrraIndicator::NativeLatency { total, within } => {
                let share = [Expr::number(0.0), Expr::number(within.as_secs()), over("rate", total)];
                Expr::number(1.0).binary(BinaryOp::Sub, Expr::call("histogram_fraction", share))
            }
        }
    }
}

/// The share of all that is no success.
fn rest(total: Expr, success: Expr) -> Expr {
    let bad = total.clone().binary(BinaryOp::Sub, success);
    bad.in_brackets().binary(BinaryOp::Div, total)
}

/// `sum by (labels) (function(selector[window]))`
pub(super) fn summed(function: &str, selector: &Selector, window: Duration, by: &BTreeSet<String>) -> Expr {
    let labels: Vec<&String> = by.iter().collect();
    Expr::call(function, [Expr::range(selector.clone(), window)]).aggregate_by(AggregateOp::Sum, &labels)
}
