//! Numbers as Sloth calculates them, in its order: their last digits, wrong as they are, are those of its rules.

use super::{Subject, origin};
use crate::base::Duration;
use crate::slo::{BurnRule, Pace};

/// An objective in percent.
pub(super) fn percent(subject: &Subject<'_>) -> f64 {
    let objective = subject.slo.objective;
    let by_ratio = origin(subject).is_some_and(|origin| origin.dialect.starts_with("openslo/"));
    let written = objective.percent().parse().ok().filter(|_| !by_ratio);
    written.unwrap_or_else(|| objective.as_f64() * 100.0)
}

/// The share of events that may be bad, as alerts have it.
pub(super) fn allowed(subject: &Subject<'_>) -> f64 {
    (100.0 - percent(subject)) / 100.0
}

/// How many times too fast the budget burns when an alert fires.
pub(super) fn factor(subject: &Subject<'_>, rule: &BurnRule) -> f64 {
    let hours = |length: Duration| length.as_secs() / 3600.0;
    match rule.pace {
        Pace::Factor(factor) => factor,
        Pace::Spends(share) => {
            let percent: f64 = share.percent().parse().unwrap_or_else(|_| share.as_f64() * 100.0);
            (percent * hours(subject.slo.window.nominal()) / 100.0 / hours(rule.long)).max(1.0)
        }
    }
}
