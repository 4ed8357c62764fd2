//! Alerts: one for each pair of windows.

use std::collections::BTreeMap;

use super::super::model::Rule;
use super::super::{is_label, links};
use super::{OWN_LABELS, Objective, conditions, origin};
use crate::base::Duration;
use crate::promql::{BinaryOp, Expr, MatchOp, Matcher, Selector};
use crate::slo::{AlertRule, BurnRule, Severity};

const BURN: &str = "ErrorBudgetBurn";

/// Pyrra's four paces, with how long it must burn for an objective of 28 days.
const TIERS: [(f64, Duration); 4] = [
    (14.0, Duration::minutes(2)),
    (7.0, Duration::minutes(15)),
    (2.0, Duration::hours(1)),
    (1.0, Duration::hours(3)),
];

impl Objective<'_> {
    /// The pairs of windows that have error ratios.
    pub(super) fn rules(&self) -> Vec<BurnRule> {
        match origin(self.subject) {
            Some(_) => self.subject.slo.alerting.windows.clone(),
            None => self.subject.burn_rules(),
        }
    }

    /// The share of events that must be good, with the last digit that it has in Pyrra.
    pub(super) fn target(&self) -> f64 {
        let objective = self.subject.slo.objective;
        objective.percent().parse().map_or_else(|_| objective.as_f64(), |percent: f64| percent / 100.0)
    }

    /// How many times too fast, to six decimals.
    pub(super) fn factor(&self, rule: &BurnRule) -> f64 {
        (rule.threshold(self.window()) * 1e6).round() / 1e6
    }

    /// Which of Pyrra's paces it is, where it is one.
    fn tier(&self, rule: &BurnRule) -> Option<usize> {
        #[expect(clippy::float_cmp, reason = "the paces are what they are")]
        let is_its = |(factor, _): &(f64, Duration)| *factor == self.factor(rule);
        TIERS.iter().position(is_its).filter(|_| origin(self.subject).is_some())
    }

    /// How long it must burn: as Pyrra has it, as it is said, or half of the short window.
    pub(super) fn wait(&self, rule: &BurnRule) -> Duration {
        let minute = Duration::minutes(1);
        let Some((_, wait)) = self.tier(rule).and_then(|tier| TIERS.get(tier)) else {
            let half = minute * (rule.short.as_millis() / 2 / minute.as_millis());
            return self.subject.slo.alerting.r#for.unwrap_or(half);
        };
        let (whole, unit) = (Duration::days(28).as_millis(), minute.as_millis());
        let exact = self.window().as_millis() * wait.as_millis();
        minute * ((2 * exact + whole * unit) / (2 * whole * unit))
    }

    pub(super) fn alerts(&self) -> Vec<Rule> {
        let alerting = &self.subject.slo.alerting;
        let rules = self.rules().into_iter().filter(|rule| !alerting.tier(rule.severity).disabled);
        rules.map(|rule| self.alert(&rule)).collect()
    }

    fn alert(&self, rule: &BurnRule) -> Rule {
        let alerting = &self.subject.slo.alerting;
        let (factor, wait) = (self.factor(rule), self.wait(rule));
        let allowed = Expr::number(1.0).binary(BinaryOp::Sub, Expr::number(self.target()));
        let threshold = Expr::number(factor).binary(BinaryOp::Mul, allowed.in_brackets()).in_brackets();
        let above = |window: Duration| {
            let series =
                Selector { matchers: self.matchers(), ..Selector::metric(self.burn_rate_name(window)) };
            Expr::selector(series).binary(BinaryOp::Gtr, threshold.clone())
        };
        let lasts = Duration::seconds((self.window().as_secs() / factor).trunc() as i64);
        let own = [
            ("short", rule.short.to_string()),
            ("long", rule.long.to_string()),
            ("severity", self.severity(rule)),
            ("exhaustion", lasts.to_string()),
        ];
        let said = [&alerting.labels, &alerting.tier(rule.severity).labels].into_iter().flatten();
        let said = said.filter(|(name, value)| {
            is_label(name) && !value.is_empty() && !OWN_LABELS.contains(&name.as_str())
        });
        let said = said.filter(|(name, _)| !self.subject.slo.by.contains(name));
        let mut labels = self.labels(&self.by());
        labels.extend(said.map(|(name, value)| (name.clone(), value.clone())));
        labels.extend(own.map(|(name, value)| (name.to_owned(), value)));
        Rule::Alert(AlertRule {
            name: alerting.name.clone().unwrap_or_else(|| BURN.to_owned()),
            expr: above(rule.short).binary(BinaryOp::And, above(rule.long)),
            r#for: Some(wait).filter(|wait| *wait > Duration::ZERO),
            keep_firing_for: alerting.keep_firing_for,
            severity: None,
            labels: self.alert_labels(labels),
            annotations: self.annotations(Some(rule.severity)),
        })
    }

    /// `critical` or `warning`, or what is said in their place.
    fn severity(&self, rule: &BurnRule) -> String {
        let own = origin(self.subject).zip(self.tier(rule));
        let own = own.and_then(|(origin, tier)| origin.severities.get(tier)).cloned().flatten();
        let usual = match rule.severity {
            Severity::Page => "critical",
            Severity::Ticket => "warning",
        };
        let said = self.subject.slo.alerting.tier(rule.severity).labels.get("severity");
        let said = said.filter(|_| origin(self.subject).is_none()).cloned();
        own.or(said).unwrap_or_else(|| usual.to_owned())
    }

    /// The conditions by which the series of the error ratio are found: patterns are kept only for labels that it has.
    fn matchers(&self) -> Vec<Matcher> {
        let has = |matcher: &&Matcher| {
            let pattern = matches!(matcher.op, MatchOp::Regex | MatchOp::NotRegex);
            !pattern || self.subject.slo.by.contains(&matcher.name)
        };
        let of_it = Matcher { name: "slo".to_owned(), op: MatchOp::Equal, value: self.name.clone() };
        let mut matchers: Vec<Matcher> =
            conditions(self.total()).filter(has).cloned().chain([of_it]).collect();
        matchers.sort();
        matchers
    }

    /// What is said of alerts, or of those of a severity.
    pub(super) fn annotations(&self, severity: Option<Severity>) -> BTreeMap<String, String> {
        let alerting = &self.subject.slo.alerting;
        let of_tier = severity.map(|severity| &alerting.tier(severity).annotations);
        let said = [Some(&alerting.annotations), of_tier].into_iter().flatten().flatten();
        let said = said.map(|(name, text)| (name.clone(), text.clone()));
        links(self.subject.spec).into_iter().chain(said).collect()
    }
}
