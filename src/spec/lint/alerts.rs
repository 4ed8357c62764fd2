//! Alerts by burn rate that cannot fire, or fire for nothing. The pairs of windows that everyone has who writes none are the
//! generator's to fit, so those are not spoken of.

use super::Written;
use super::objectives::{digits, slice};
use crate::base::Duration;
use crate::diag::Code;
use crate::slo::{BURN_POLICY, BurnRule, Severity, Slo, Window};

const DAY: Duration = Duration::days(1);

/// The pairs of windows that were written, with their numbers, of alerts that are not disabled.
fn rules(slo: &Slo) -> Vec<(usize, BurnRule)> {
    let rules = &slo.alerting.windows;
    if rules.as_slice() == BURN_POLICY {
        return Vec::new();
    }
    let rules = rules.iter().copied().enumerate();
    rules.filter(|(_, rule)| !slo.alerting.tier(rule.severity).disabled).collect()
}

/// Says something of a pair of windows, at the objective where the pair follows from it.
fn remark(written: &Written, at: usize, code: Code, message: &str, help: &str) {
    written.place(written.alerts.get(at).or(written.objective.as_ref())).remark(code, message, help);
}

/// A window in a sentence.
fn called(window: Window) -> String {
    match window {
        Window::Rolling(_) => format!("a window of {window}"),
        Window::Calendar { .. } => format!("a {window}"),
    }
}

/// A factor that no share of bad events reaches. Where the objective itself is odd, that alone is to be mended.
pub(super) fn never_fires(slo: &Slo, written: &Written) {
    let allowed = slo.objective.complement().as_f64();
    let factor = |rule: &BurnRule| rule.threshold(slo.window.nominal());
    let never = rules(slo).into_iter().filter(|(_, rule)| factor(rule) * allowed >= 1.0);
    if written.alerts.is_empty() {
        // They follow from the objective, and nobody can write others.
        let objective = written.place(written.objective.as_ref());
        let odd = [Code::ShareOfOne, Code::ObjectiveOfAll].iter().any(|code| objective.was_told(*code));
        let least = never.map(|(_, rule)| (factor(&rule), rule)).min_by(|a, b| a.0.total_cmp(&b.0));
        if let Some((factor, rule)) = least.filter(|_| !odd) {
            let message = format!(
                "the {} alert over {} fires above {}% bad events: never",
                rule.severity.word(),
                rule.long,
                digits(factor * allowed * 100.0)
            );
            let help = format!(
                "{} times the {} that may be bad; an objective above {}% has this alert",
                digits(factor),
                slo.objective.complement(),
                digits(100.0 - 100.0 / factor)
            );
            objective.remark(Code::NeverFires, &message, &help);
        }
        return;
    }
    for (at, rule) in never {
        let factor = factor(&rule);
        let message = format!(
            "the {} alert over {} fires above {}% bad events: never",
            rule.severity.word(),
            rule.long,
            digits(factor * allowed * 100.0)
        );
        let help = format!(
            "{} times the {} that may be bad; write a factor below {}, or remove the pair",
            digits(factor),
            slo.objective.complement(),
            digits(1.0 / allowed)
        );
        remark(written, at, Code::NeverFires, &message, &help);
    }
}

/// An alert that looks further back than the objective.
pub(super) fn longer_than_window(slo: &Slo, written: &Written) {
    for (at, rule) in rules(slo).into_iter().filter(|(_, rule)| rule.long > slo.window.nominal()) {
        let message = format!(
            "the {} alert looks {} back, further than the objective, which is over {}",
            rule.severity.word(),
            rule.long,
            called(slo.window)
        );
        remark(
            written,
            at,
            Code::LongerThanWindow,
            &message,
            "write windows of which the long one is a part of the objective's",
        );
    }
}

/// Slices that are longer than what an alert looks at.
pub(super) fn shorter_than_slice(slo: &Slo, written: &Written) {
    let Some(slice) = slice(slo) else { return };
    let shortest = rules(slo).into_iter().map(|(_, rule)| rule.short).min();
    if let Some(shortest) = shortest.filter(|shortest| *shortest < slice) {
        written.place(written.slice.as_ref()).remark(
            Code::ShorterThanSlice,
            &format!("a slice of {slice} is longer than the shortest window of the alerts, {shortest}"),
            &format!("an alert over less than a slice sees one slice or none; write slices of at most `{shortest}`, or longer windows"),
        );
    }
}

/// Windows so short that their pages fire at an even pace.
pub(super) fn pages_of_short_windows(slo: &Slo, written: &Written) {
    let window = slo.window.nominal();
    let even = |rule: &BurnRule| rule.severity == Severity::Page && rule.threshold(window) <= 1.0;
    if window < DAY && !slo.alerting.page.disabled && slo.alerting.windows.iter().any(even) {
        written.place(written.window.as_ref()).remark(
            Code::PagesOfShortWindow,
            &format!("over {} somebody is woken by errors that the budget allows", called(slo.window)),
            "a page fires at an even pace here, which the budget lasts for; write a window of days, such as `30d`",
        );
    }
}
