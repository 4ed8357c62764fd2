//! Prometheus rules: series of what an objective's error ratio is, and alerts about it, in one of several manners.
//!
//! Takes specifications, gives a [`RuleSet`]: data, that can be written ([`RuleSet::to_yaml`]), compared or replayed.
//! To add a manner: its folder here, with the function that makes the groups of one objective, and a line in
//! [`RulesStyle`].

mod file;
mod model;
mod nines;
mod plain;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

pub use file::Form;
pub use model::{Group, Note, Rule, RuleSet};

use crate::slo::{Slo, Spec};

/// In whose manner rules are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum RulesStyle {
    /// That of nines: ratios of sums, whatever the traffic.
    #[default]
    Nines,
}

/// Why no rules can be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RulesError {
    /// Two objectives have the same service and name, so that their series would be the same.
    SameId(String),
    /// A budget is divided by a label that the rules need for themselves.
    TakenLabel {
        /// `service/slo`.
        id: String,
        /// The label.
        label: String,
    },
}

impl fmt::Display for RulesError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::SameId(id) => write!(f, "two objectives are called {id}; rules need one name for each"),
            Self::TakenLabel { id, label } => {
                write!(f, "{id}: cannot divide by label {label}, which the rules set themselves")
            }
        }
    }
}

impl std::error::Error for RulesError {}

/// Rules for every objective of `specs`, and their plain alerts. A composite objective has none of its own.
///
/// # Errors
/// Where two objectives share a name, or one divides its budget by a label that rules use themselves.
pub fn rules(specs: &[Spec], style: RulesStyle) -> Result<RuleSet, RulesError> {
    let mut ids = BTreeSet::new();
    let mut set = RuleSet { groups: Vec::new(), notes: Vec::new(), style };
    for spec in specs {
        for slo in &spec.slos {
            let subject = Subject { spec, slo };
            let id = subject.id();
            if let Some(label) = slo.by.iter().find(|label| nines::OWN_LABELS.contains(&label.as_str())) {
                return Err(RulesError::TakenLabel { id, label: label.clone() });
            }
            if !ids.insert(id.clone()) {
                return Err(RulesError::SameId(id));
            }
            match style {
                RulesStyle::Nines => nines::add(&subject, &mut set),
            }
        }
        set.groups.extend(plain::group(spec));
    }
    Ok(set)
}

/// An objective and the service that promises it.
struct Subject<'a> {
    spec: &'a Spec,
    slo: &'a Slo,
}

impl Subject<'_> {
    fn id(&self) -> String {
        self.spec.id(self.slo)
    }

    fn note(&self, remark: &str) -> Note {
        Note { service: self.spec.service.clone(), text: format!("{}: {remark}", self.id()) }
    }

    fn group(&self, name: String, interval: Option<crate::base::Duration>, rules: Vec<Rule>) -> Group {
        Group { name, interval, rules, service: self.spec.service.clone(), file: self.spec.file.clone() }
    }
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

/// Links as annotations: `runbook_url` and the like.
fn links(spec: &Spec) -> BTreeMap<String, String> {
    let links = spec.links.iter().map(|link| (format!("{}_url", link.rel), untemplated(&link.href)));
    links.filter(|(name, _)| is_label(name)).collect()
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
