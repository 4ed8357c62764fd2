//! Alerts: one for each severity, which fires where any of its pairs of windows burns too fast.

use std::collections::BTreeMap;

use super::super::model::Rule;
use super::super::{is_label, links, untemplated};
use super::{OWN_LABELS, Objective, REMAINING, numbers, of, origin, ratio_name};
use crate::base::Duration;
use crate::promql::{AggregateOp, BinaryOp, Expr, ExprKind, Grouping};
use crate::slo::{AlertRule, BurnRule, ExhaustedStep, Severity};

const BURN: &str = "ErrorBudgetBurn";

impl Objective<'_> {
    pub(super) fn alerts(&self) -> Vec<Rule> {
        [Severity::Page, Severity::Ticket].into_iter().filter_map(|severity| self.alert(severity)).collect()
    }

    fn alert(&self, severity: Severity) -> Option<Rule> {
        let alerting = &self.subject.slo.alerting;
        if alerting.tier(severity).disabled {
            return None;
        }
        let rules = self.rules.iter().filter(|rule| rule.severity == severity);
        let pairs = rules.map(|rule| self.pair(rule).in_brackets());
        let expr = pairs.reduce(|any, pair| any.binary(BinaryOp::Or, pair))?;
        Some(Rule::Alert(AlertRule {
            name: alerting.name.clone().unwrap_or_else(|| BURN.to_owned()),
            expr,
            r#for: alerting.r#for,
            keep_firing_for: alerting.keep_firing_for,
            // Sloth has no label of its own that is called so.
            severity: None,
            labels: self.alert_labels(severity),
            annotations: self.annotations(severity),
        }))
    }

    /// Both windows of a pair burn too fast.
    fn pair(&self, rule: &BurnRule) -> Expr {
        let factor = Expr::number(numbers::factor(self.subject, rule));
        let allowed = Expr::number(numbers::allowed(self.subject));
        let threshold = factor.binary(BinaryOp::Mul, allowed).in_brackets();
        let above = |window: Duration| {
            let ratio = self.recorded(&ratio_name(window));
            Expr::from(ExprKind::Aggregate {
                op: AggregateOp::Max,
                param: None,
                expr: Box::new(ratio.binary(BinaryOp::Gtr, threshold.clone())),
                grouping: Grouping { without: true, labels: vec!["sloth_window".to_owned()] },
            })
        };
        above(rule.short).binary(BinaryOp::And, above(rule.long))
    }

    /// Those that are said of alerts; others come with the series. In Sloth's own specifications they are templates.
    fn alert_labels(&self, severity: Severity) -> BTreeMap<String, String> {
        let alerting = &self.subject.slo.alerting;
        let said = [&alerting.labels, &alerting.tier(severity).labels].into_iter().flatten();
        let own = ("sloth_severity".to_owned(), severity.word().to_owned());
        let said: Vec<(String, String)> = match origin(self.subject) {
            Some(_) => said.map(|(name, value)| (name.clone(), value.clone())).collect(),
            None => said
                .filter(|(name, value)| {
                    is_label(name)
                        && !value.is_empty()
                        && !OWN_LABELS.contains(&name.as_str())
                        && !self.subject.slo.by.contains(name)
                })
                .map(|(name, value)| (name.clone(), untemplated(value)))
                .collect(),
        };
        [own].into_iter().chain(said).collect()
    }

    fn annotations(&self, severity: Severity) -> BTreeMap<String, String> {
        let alerting = &self.subject.slo.alerting;
        let (who, severity_word) = ("{{$labels.sloth_service}} {{$labels.sloth_slo}}", severity.word());
        let own = [
            ("summary", format!("{who} SLO error budget burn rate is over expected.")),
            ("title", format!("({severity_word}) {who} SLO error budget burn rate is too fast.")),
        ];
        let said = [&alerting.annotations, &alerting.tier(severity).annotations].into_iter().flatten();
        let own = own.into_iter().map(|(name, text)| (name.to_owned(), text));
        let said = said.map(|(name, text)| (name.clone(), text.clone()));
        own.chain(links(self.subject.spec)).chain(said).collect()
    }

    /// The budget of the period is gone.
    pub(super) fn exhausted(&self, step: &ExhaustedStep) -> Rule {
        let mut conditions = self.labels();
        conditions.extend(step.select.clone());
        let left = of(REMAINING, conditions);
        Rule::Alert(AlertRule {
            name: step.name.clone(),
            expr: Expr::selector(left).binary(BinaryOp::Lte, Expr::number(step.threshold)),
            r#for: Some(step.wait),
            keep_firing_for: None,
            severity: None,
            labels: step.labels.clone(),
            annotations: step.annotations.clone(),
        })
    }
}
