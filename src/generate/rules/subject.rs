//! The objective that rules are made for.

use std::collections::BTreeSet;

use super::model::{Group, Note, Rule};
use crate::base::Duration;
use crate::slo::{BurnRule, Empty, Severity, Slo, Spec};

/// An objective and the service that promises it.
pub(super) struct Subject<'a> {
    pub(super) spec: &'a Spec,
    pub(super) slo: &'a Slo,
}

impl Subject<'_> {
    pub(super) fn id(&self) -> String {
        self.spec.id(self.slo)
    }

    pub(super) fn note(&self, remark: &str) -> Note {
        Note { service: self.spec.service.clone(), text: format!("{}: {remark}", self.id()) }
    }

    pub(super) fn group(&self, name: String, interval: Option<Duration>, rules: Vec<Rule>) -> Group {
        Group { name, interval, rules, service: self.spec.service.clone(), file: self.spec.file.clone() }
    }

    /// The length of the slices of the clock that are judged and what an empty one is, where they are.
    pub(super) fn slices(&self) -> Option<(Duration, Empty)> {
        self.slo.slices()
    }

    /// The pairs of windows that fit: none longer than the objective's own window. A slice cannot be cut, so no
    /// window is shorter than one.
    pub(super) fn burn_rules(&self) -> Vec<BurnRule> {
        self.slo.burn_rules()
    }

    /// A remark for each severity that is wanted and has no pair of windows that fits.
    pub(super) fn unwatched(&self) -> Vec<String> {
        let (rules, alerting) = (self.burn_rules(), &self.slo.alerting);
        let wanted = |severity: Severity| alerting.active().any(|rule| rule.severity == severity);
        let missing =
            |severity: &Severity| wanted(*severity) && rules.iter().all(|rule| rule.severity != *severity);
        let told = |severity: Severity| {
            format!("no {} alert, the window is shorter than those it looks at", severity.word())
        };
        [Severity::Page, Severity::Ticket].into_iter().filter(missing).map(told).collect()
    }

    /// The windows over which the error ratio is recorded, from short to long.
    pub(super) fn windows(&self) -> BTreeSet<Duration> {
        self.burn_rules().iter().flat_map(|rule| [rule.short, rule.long]).collect()
    }
}
