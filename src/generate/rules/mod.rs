//! Prometheus rules: series of what an objective's error ratio is, and alerts about it, in one of several manners.
//!
//! Takes specifications, gives a [`RuleSet`]: data, that can be written ([`RuleSet::to_yaml`]), compared or replayed; or
//! [`rules_text`], where the text alone is wanted.
//! To add a manner: its folder here, with the function that makes the groups of one objective, and its variant in
//! [`RulesStyle`]. Which names each records: `docs/rules.md`.

mod changes;
mod counting;
mod drift;
mod file;
mod judging;
mod model;
mod nines;
mod plain;
mod pyrra;
mod sloth;
mod subject;
mod text;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

pub use changes::{Change, changes};
pub use drift::{Drift, drift};
pub use file::Form;
pub use model::{Group, Note, Rule, RuleSet};
pub use text::{rules_text, rules_texts};

use crate::slo::Spec;
use subject::Subject;

/// In whose manner rules are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum RulesStyle {
    /// That of nines: ratios of sums, whatever the traffic.
    #[default]
    Nines,
    /// That of Sloth: what Sloth would write.
    Sloth,
    /// That of Pyrra: what Pyrra would write.
    Pyrra,
}

impl RulesStyle {
    /// All of them, by their words.
    pub const ALL: [(&str, Self); 3] =
        [("nines", Self::Nines), ("sloth", Self::Sloth), ("pyrra", Self::Pyrra)];

    /// The style of a word.
    pub fn named(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|(name, _)| *name == word).map(|(_, style)| style)
    }

    /// The name by which the series of an objective are known, and the labels that rules set themselves.
    fn names(self, subject: &Subject<'_>) -> (String, &'static [&'static str]) {
        match self {
            Self::Nines => (subject.id(), &nines::OWN_LABELS),
            Self::Sloth => (sloth::id(subject), &sloth::OWN_LABELS),
            Self::Pyrra => (pyrra::name(subject), &pyrra::OWN_LABELS),
        }
    }

    fn add(self, subject: &Subject<'_>, set: &mut RuleSet) {
        match self {
            Self::Nines => nines::add(subject, set),
            Self::Sloth => sloth::add(subject, set),
            Self::Pyrra => pyrra::add(subject, set),
        }
    }
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
    Ok(made(&parts(specs, style)?, style))
}

/// What rules are made for.
enum Part<'a> {
    Objective(Subject<'a>),
    /// The plain alerts of a service.
    Alerts(&'a Spec),
}

impl<'a> Part<'a> {
    fn spec(&self) -> &'a Spec {
        match self {
            Self::Objective(subject) => subject.spec,
            Self::Alerts(spec) => spec,
        }
    }
}

/// All parts, in the order in which their rules are written.
fn parts(specs: &[Spec], style: RulesStyle) -> Result<Vec<Part<'_>>, RulesError> {
    let mut ids = BTreeSet::new();
    let mut parts = Vec::new();
    for spec in specs {
        for slo in &spec.slos {
            let subject = Subject { spec, slo };
            let (id, own_labels) = style.names(&subject);
            if let Some(label) = slo.by.iter().find(|label| own_labels.contains(&label.as_str())) {
                return Err(RulesError::TakenLabel { id: subject.id(), label: label.clone() });
            }
            if !ids.insert(id.clone()) {
                return Err(RulesError::SameId(id));
            }
            parts.push(Part::Objective(subject));
        }
        parts.push(Part::Alerts(spec));
    }
    Ok(parts)
}

/// The rules of some parts.
fn made(parts: &[Part<'_>], style: RulesStyle) -> RuleSet {
    let mut set = RuleSet { groups: Vec::new(), notes: Vec::new(), style };
    for part in parts {
        match part {
            Part::Objective(subject) => style.add(subject, &mut set),
            Part::Alerts(spec) => set.groups.extend(plain::group(spec)),
        }
    }
    set
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
