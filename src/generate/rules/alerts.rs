//! When to be told that a budget burns.

use std::collections::BTreeMap;

use super::file::Rule;
use super::{OWN_LABELS, Subject, ratio_name};
use crate::base::Duration;
use crate::promql::{BinaryOp, Expr, ExprKind};
use crate::slo::{BurnRule, Severity, Signal};

const NAME: &str = "ErrorBudgetBurn";
const SEVERITIES: [Severity; 2] = [Severity::Page, Severity::Ticket];

/// An alert of each severity that can fire.
pub(super) fn alerts(subject: &Subject) -> Vec<Rule> {
    SEVERITIES.into_iter().filter_map(|severity| alert(subject, severity)).collect()
}

/// A remark for each severity that has no alert, with the reason.
pub(super) fn unreachable(subject: &Subject) -> impl Iterator<Item = String> {
    let rules = subject.burn_rules();
    let silent = |severity: &Severity| {
        !subject.slo.alerting.tier(*severity).disabled && reachable(subject, *severity).is_empty()
    };
    SEVERITIES.into_iter().filter(silent).map(move |severity| {
        let why = if rules.iter().any(|rule| rule.severity == severity) {
            "its error ratio would have to be above 1"
        } else {
            "the window is shorter than those it looks at"
        };
        format!("no {} alert, {why}", severity.word())
    })
}

fn alert(subject: &Subject, severity: Severity) -> Option<Rule> {
    let rules = reachable(subject, severity);
    let burning = rules.iter().map(|rule| burning(subject, rule));
    let expr = burning.reduce(|either, or| either.binary(BinaryOp::Or, or))?;
    Some(Rule::Alert {
        alert: NAME,
        expr: expr.to_string(),
        labels: labels(subject, severity),
        annotations: annotations(subject, &rules),
    })
}

/// The rules whose threshold is below the largest error ratio there is.
fn reachable(subject: &Subject, severity: Severity) -> Vec<BurnRule> {
    let allowed = subject.slo.objective.complement().as_f64();
    let mut rules = subject.burn_rules();
    let disabled = subject.slo.alerting.tier(severity).disabled;
    rules.retain(|rule| !disabled && rule.severity == severity && factor(subject, rule) * allowed < 1.0);
    rules
}

/// The burn rate at which a rule fires, to six decimals: enough for any alert, and readable where it is a third.
fn factor(subject: &Subject, rule: &BurnRule) -> f64 {
    (rule.threshold(subject.slo.window.nominal()) * 1e6).round() / 1e6
}

/// The long window says that it matters, the short one that it still goes on.
fn burning(subject: &Subject, rule: &BurnRule) -> Expr {
    let allowed = Expr::number(subject.slo.objective.complement().as_f64());
    let threshold = Expr::number(factor(subject, rule)).binary(BinaryOp::Mul, allowed);
    let threshold = Expr::from(ExprKind::Paren(Box::new(threshold)));
    let above = |window: Duration| {
        let ratio = Expr::selector(subject.recorded(&ratio_name(window)));
        ratio.binary(BinaryOp::Gtr, threshold.clone())
    };
    ExprKind::Paren(Box::new(above(rule.long).binary(BinaryOp::And, above(rule.short)))).into()
}

fn labels(subject: &Subject, severity: Severity) -> BTreeMap<String, String> {
    let taken = |name: &str| OWN_LABELS.contains(&name) || subject.slo.by.iter().any(|by| by == name);
    let given = subject
        .spec
        .labels
        .iter()
        .filter(|(name, value)| is_label(name) && !taken(name) && !value.is_empty());
    let own = subject.labels().into_iter().chain([("severity".to_owned(), severity.word().to_owned())]);
    let given = given.map(|(name, value)| (name.clone(), value.clone()));
    given.chain(own).map(|(name, value)| (name, untemplated(&value))).collect()
}

fn annotations(subject: &Subject, rules: &[BurnRule]) -> BTreeMap<String, String> {
    let slo = subject.slo;
    let mut who = vec![untemplated(&subject.id())];
    who.extend(slo.by.iter().map(|label| format!("{label}={{{{ $labels.{label} }}}}")));
    let what = match slo.sli.signal() {
        Signal::Events { .. } => "events",
        Signal::Slices { .. } | Signal::Composite => "slices of time",
    };
    let limits: Vec<String> = rules
        .iter()
        .map(|rule| format!("{} times that over {} and {}", factor(subject, rule), rule.long, rule.short))
        .collect();
    let text = [
        ("summary", format!("{} burns its error budget too fast", who.join(" "))),
        (
            "description",
            format!(
                "{{{{ $value | humanizePercentage }}}} of {what} are bad; {} over {} allows {}. \
                 The alert fires above {}.",
                slo.objective,
                slo.window,
                slo.objective.complement(),
                limits.join(", or ")
            ),
        ),
    ];
    let links = subject.spec.links.iter().map(|link| (format!("{}_url", link.rel), untemplated(&link.href)));
    let links = links.filter(|(name, _)| is_label(name));
    text.into_iter().map(|(name, value)| (name.to_owned(), value)).chain(links).collect()
}

/// Prometheus's rule for a label's name, without those kept for its own use.
fn is_label(name: &str) -> bool {
    let mut chars = name.chars();
    chars.next().is_some_and(|c| c.is_ascii_alphabetic() || c == '_')
        && chars.all(|c| c.is_ascii_alphanumeric() || c == '_')
        && !name.starts_with("__")
}

/// Labels and annotations of alerts are templates: braces in a user's text would be run.
fn untemplated(text: &str) -> String {
    text.replace("{{", r#"{{ "{{" }}"#)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_prometheus_refuses_are_not_labels() {
        for name in ["team", "_x", "a1"] {
            assert!(is_label(name), "{name}");
        }
        for name in ["", "1a", "a-b", "__name__", "é", "a b"] {
            assert!(!is_label(name), "{name}");
        }
    }
}
