//! The error ratio, over the windows of alerts and over the period.

use super::super::model::Rule;
use super::{Objective, ratio_name};
use crate::base::Duration;
use crate::promql::{BinaryOp, Expr, Matching};
use crate::slo::SlothSli;

/// How much of the period's traffic there was in a window.
const WEIGHT: &str = "slo:numerator_correction:ratio";

impl Objective<'_> {
    /// The error ratio over the windows and the period; that of the period as the mean of others where it may be.
    pub(super) fn ratios(&self, mean: bool) -> Vec<Rule> {
        self.over_windows(mean, |window| self.ratio(window))
    }

    /// The same, of ratios that weigh as much as their traffic, so that their mean is less wrong.
    pub(super) fn weighted_ratios(&self, mean: bool) -> Vec<Rule> {
        self.over_windows(mean, |window| match &self.sli {
            SlothSli::Events { error, total } if window != self.period => {
                let weight = self.recorded(&weight_name(window));
                let on_nothing = Matching { on: true, ..Matching::default() };
                let error = weight.binary_matching(BinaryOp::Mul, on_nothing, error.with_window(window));
                error.in_brackets().binary(BinaryOp::Div, total.with_window(window).in_brackets())
            }
            _ => self.ratio(window),
        })
    }

    /// The weights of those.
    pub(super) fn weights(&self) -> Vec<Rule> {
        let SlothSli::Events { total, .. } = &self.sli else { return Vec::new() };
        let of = |window: Duration| total.with_window(window).in_brackets();
        let weight = |&window: &Duration| {
            self.record(&weight_name(window), of(window).binary(BinaryOp::Div, of(self.period)))
        };
        self.windows.iter().map(weight).collect()
    }

    fn over_windows(&self, mean: bool, ratio: impl Fn(Duration) -> Expr) -> Vec<Rule> {
        let record = |window: Duration, expr: Expr| {
            let mut rule = self.record(&ratio_name(window), expr);
            if let Rule::Record { labels, .. } = &mut rule {
                labels.insert("sloth_window".to_owned(), window.to_string());
            }
            rule
        };
        let period = if mean && self.shortest < self.period { self.mean() } else { ratio(self.period) };
        let windows = self.windows.iter().map(|&window| record(window, ratio(window)));
        windows.chain([record(self.period, period)]).collect()
    }

    fn ratio(&self, window: Duration) -> Expr {
        match &self.sli {
            SlothSli::Events { error, total } => error
                .with_window(window)
                .in_brackets()
                .binary(BinaryOp::Div, total.with_window(window).in_brackets()),
            SlothSli::Raw(ratio) => ratio.with_window(window).in_brackets(),
        }
    }

    /// The mean of the shortest ratios of the period.
    fn mean(&self) -> Expr {
        let ratios = self.series(&ratio_name(self.shortest));
        let over_period = |function| Expr::call(function, [Expr::range(ratios.clone(), self.period)]);
        let apart = Matching { labels: vec!["sloth_window".to_owned()], ..Matching::default() };
        over_period("sum_over_time").binary_matching(BinaryOp::Div, apart, over_period("count_over_time"))
    }
}

fn weight_name(window: Duration) -> String {
    format!("{WEIGHT}{window}")
}
