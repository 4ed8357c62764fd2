//! When to be told that a budget burns, that it is gone, or that nothing is measured any more.

use std::collections::BTreeMap;

use super::super::model::Rule;
use super::super::{Subject, is_label, links, untemplated};
use super::events::total_name;
use super::{OWN_LABELS, ratio_name};
use crate::base::Duration;
use crate::promql::{BinaryOp, Expr, ExprKind, Matching};
use crate::slo::{AlertRule, BurnAlert, BurnRule, Severity, Signal, UNMEASURED, UNMEASURED_FOR, Window};

const BURN: &str = "ErrorBudgetBurn";
const EXHAUSTED: &str = "ErrorBudgetExhausted";
const ABSENT: &str = "ErrorBudgetUnmeasured";

const SEVERITIES: [Severity; 2] = [Severity::Page, Severity::Ticket];

/// An alert for each pair of windows that can fire, the most urgent first.
pub(super) fn burning<'a>(subject: &'a Subject<'_>) -> impl Iterator<Item = Rule> + 'a {
    subject.slo.burn_alerts().into_iter().map(|alert| burn(subject, &alert))
}

/// Told when the budget of the objective's own window is spent, by people who then work on reliability.
pub(super) fn exhausted(subject: &Subject<'_>) -> Option<Rule> {
    let slo = subject.slo;
    let alert = slo.spent_alert()?;
    let window = slo.window.nominal();
    let spent = Expr::selector(subject.recorded(&ratio_name(window)));
    let (what, who) = (what(subject), who(subject));
    let texts = [
        ("summary", format!("{who} has spent its error budget")),
        (
            "description",
            format!(
                "{{{{ $value | humanizePercentage }}}} of {what} in the last {window} were bad; {} allows {}.",
                slo.objective,
                slo.objective.complement()
            ),
        ),
    ];
    Some(Rule::Alert(AlertRule {
        name: EXHAUSTED.to_owned(),
        expr: spent.binary(BinaryOp::Gtr, Expr::number(alert.threshold)),
        r#for: None,
        keep_firing_for: None,
        severity: Some(Severity::Ticket.word().to_owned()),
        labels: labels(subject, alert.rule.severity, &alert.tier, &window.to_string()),
        annotations: annotations(subject, Severity::Ticket, texts),
    }))
}

/// Told when what is measured is gone, which is not the same as idle: an idle counter is there and stands still.
pub(super) fn absent(subject: &Subject<'_>) -> Option<Rule> {
    let expr = subject.slo.unmeasured()?;
    let id = untemplated(&subject.id());
    let texts = [
        ("summary", format!("{id} is not measured any more")),
        (
            "description",
            format!(
                "No series of its SLI was there for {UNMEASURED_FOR}. Without them no other alert of {id} can fire. \
                 A service without traffic still has them: it is the target, its exporter or the name that is gone."
            ),
        ),
    ];
    Some(Rule::Alert(AlertRule {
        name: ABSENT.to_owned(),
        expr,
        r#for: Some(UNMEASURED_FOR),
        keep_firing_for: None,
        severity: Some(Severity::Ticket.word().to_owned()),
        labels: labels(subject, Severity::Ticket, UNMEASURED, &UNMEASURED_FOR.to_string()),
        annotations: annotations(subject, Severity::Ticket, texts),
    }))
}

/// A remark for each severity that has no alert, with the reason.
pub(super) fn unreachable(subject: &Subject<'_>) -> impl Iterator<Item = String> {
    let (rules, alerts) = (subject.burn_rules(), subject.slo.burn_alerts());
    let silent = move |severity: &Severity| {
        !subject.slo.alerting.tier(*severity).disabled
            && !alerts.iter().any(|alert| alert.rule.severity == *severity)
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

fn burn(subject: &Subject<'_>, alert: &BurnAlert) -> Rule {
    let (slo, rule, factor) = (subject.slo, &alert.rule, alert.factor);
    let alerting = &slo.alerting;
    let (what, who) = (what(subject), who(subject));
    let texts = [
        ("summary", format!("{who} burns its error budget: burn rate above {factor} over {}", rule.long)),
        (
            "description",
            format!(
                "{{{{ $value | humanizePercentage }}}} of {what} in the last {} were bad; {} over {} allows {}. \
                 At a burn rate of {factor} a whole budget lasts {}.",
                rule.long,
                slo.objective,
                slo.window,
                slo.objective.complement(),
                lasts(slo.window, factor)
            ),
        ),
    ];
    Rule::Alert(AlertRule {
        name: alerting.name.clone().unwrap_or_else(|| BURN.to_owned()),
        expr: above(subject, rule, factor),
        r#for: alerting.r#for,
        keep_firing_for: alerting.keep_firing_for,
        severity: Some(rule.severity.word().to_owned()),
        labels: labels(subject, rule.severity, &alert.tier, &rule.long.to_string()),
        annotations: annotations(subject, rule.severity, texts),
    })
}

/// How long a budget lasts that burns so many times too fast, in two units at most.
fn lasts(window: Window, factor: f64) -> Duration {
    let length = Duration::millis((window.nominal().as_millis() as f64 / factor).round() as i64);
    let unit = if length >= Duration::days(2) { Duration::hours(1) } else { Duration::minutes(1) };
    let units = length.as_millis() / unit.as_millis().max(1);
    if units > 0 { unit * units } else { length }
}

/// The long window says that it matters, the short one that it still goes on; and there must be enough traffic, where
/// that is asked for.
fn above(subject: &Subject<'_>, rule: &BurnRule, factor: f64) -> Expr {
    let slo = subject.slo;
    let allowed = Expr::number(slo.objective.complement().as_f64());
    let threshold = Expr::number(factor).binary(BinaryOp::Mul, allowed);
    let threshold = Expr::from(ExprKind::Paren(Box::new(threshold)));
    let above = |window: Duration| {
        let ratio = Expr::selector(subject.recorded(&ratio_name(window)));
        ratio.binary(BinaryOp::Gtr, threshold.clone())
    };
    let both = above(rule.long).binary(BinaryOp::And, above(rule.short));
    let counts_events = matches!(slo.sli.signal(), Signal::Events { .. }) && slo.method.slices().is_none();
    match slo.alerting.min_events.filter(|_| counts_events) {
        Some(least) => {
            let total = Expr::selector(subject.recorded(&total_name(rule.long)));
            let enough = total.binary(BinaryOp::Gte, Expr::number(least as f64));
            both.binary_matching(BinaryOp::And, Matching::default(), enough)
        }
        None => both,
    }
}

/// What the spec says of all, of the objective's alerts and of those of a severity, the last first; none of what the
/// rules say themselves or the budget is divided by.
fn labels(subject: &Subject<'_>, severity: Severity, tier: &str, window: &str) -> BTreeMap<String, String> {
    let (spec, slo) = (subject.spec, subject.slo);
    let divides = |name: &str| slo.by.iter().any(|by| by == name);
    let said = [&spec.labels, &slo.labels, &slo.alerting.labels, &slo.alerting.tier(severity).labels];
    let said = said.into_iter().flatten().filter(|(name, value)| {
        is_label(name) && !OWN_LABELS.contains(&name.as_str()) && !divides(name) && !value.is_empty()
    });
    let service = [("service", spec.service.as_str())].into_iter().filter(|(name, _)| !divides(name));
    let own = [("tier", tier), ("window", window)].into_iter();
    let own =
        service.chain(own).map(|(name, value)| (name.to_owned(), value.to_owned())).chain(subject.labels());
    let said = said.map(|(name, value)| (name.clone(), value.clone()));
    own.chain(said).map(|(name, value)| (name, untemplated(&value))).collect()
}

/// Our own text, links, and what the spec says in their place, the alerts of a severity last. Annotations of a spec are
/// templates.
fn annotations<const N: usize>(
    subject: &Subject<'_>,
    severity: Severity,
    texts: [(&str, String); N],
) -> BTreeMap<String, String> {
    let alerting = &subject.slo.alerting;
    let said = [&alerting.annotations, &alerting.tier(severity).annotations].into_iter().flatten();
    let said = said.map(|(name, text)| (name.clone(), text.clone()));
    texts
        .into_iter()
        .map(|(name, text)| (name.to_owned(), text))
        .chain(links(subject.spec))
        .chain(said)
        .collect()
}

fn who(subject: &Subject<'_>) -> String {
    let divided = subject.slo.by.iter().map(|label| format!("{label}={{{{ $labels.{label} }}}}"));
    [untemplated(&subject.id())].into_iter().chain(divided).collect::<Vec<_>>().join(" ")
}

fn what(subject: &Subject<'_>) -> &'static str {
    match subject.slo.sli.signal() {
        Signal::Events { .. } if subject.slo.method.slices().is_none() => "events",
        _ => "slices of time",
    }
}
