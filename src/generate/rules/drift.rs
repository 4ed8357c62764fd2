//! What rules that are run are not as they should be.

use std::collections::BTreeMap;
use std::fmt;

use super::model::{Group, Rule, RuleSet};
use crate::base::Duration;
use crate::slo::AlertRule;

/// A difference between rules that should be run and those that are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Drift {
    /// A group is not run.
    MissingGroup(String),
    /// A group is run that nothing asks for, though a service's other groups are.
    LeftGroup(String),
    /// A rule of a group is not run.
    MissingRule(String, String),
    /// A rule is run in a group that does not have it.
    LeftRule(String, String),
    /// A rule, or a group, is run otherwise.
    Differs {
        /// The group.
        group: String,
        /// The rule; nothing where the group itself differs.
        rule: Option<String>,
        /// What differs: `expr`, `for`, `interval`, an annotation.
        what: String,
        /// What is run.
        runs: String,
        /// What should be.
        wanted: String,
    },
}

impl fmt::Display for Drift {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::MissingGroup(group) => write!(f, "missing: group {group}"),
            Self::LeftGroup(group) => write!(f, "left: group {group}, which no specification makes"),
            Self::MissingRule(group, rule) => write!(f, "missing: {rule} in group {group}"),
            Self::LeftRule(group, rule) => {
                write!(f, "left: {rule} in group {group}, which no specification makes")
            }
            Self::Differs { group, rule, what, runs, wanted } => {
                let rule =
                    rule.as_ref().map_or_else(|| "group".to_owned(), |rule| format!("{rule} in group"));
                write!(f, "differs: {what} of {rule} {group}\n  runs   {runs}\n  wanted {wanted}")
            }
        }
    }
}

/// What differs between the rules that are wanted and those that are run. A group that is run and not wanted is told only
/// where its rules say that they are of a service that is wanted: others are none of ours.
pub fn drift(wanted: &RuleSet, running: &[Group]) -> Vec<Drift> {
    let mut found = Vec::new();
    for group in &wanted.groups {
        match running.iter().find(|other| other.name == group.name) {
            Some(other) => compare(group, other, &mut found),
            None => found.push(Drift::MissingGroup(group.name.clone())),
        }
    }
    for group in running {
        let is_wanted = wanted.groups.iter().any(|wanted| wanted.name == group.name);
        let is_ours = || {
            let services = group.rules.iter().filter_map(|rule| labels(rule).get("slo_service").copied());
            services.into_iter().any(|service| wanted.groups.iter().any(|wanted| wanted.service == service))
        };
        if !is_wanted && is_ours() {
            found.push(Drift::LeftGroup(group.name.clone()));
        }
    }
    found
}

/// Adds what differs between two groups of a name.
pub(super) fn compare(wanted: &Group, running: &Group, found: &mut Vec<Drift>) {
    let differs = |rule: Option<&Rule>, what: &str, runs: String, wanted_is: String| Drift::Differs {
        group: wanted.name.clone(),
        rule: rule.map(shown),
        what: what.to_owned(),
        runs,
        wanted: wanted_is,
    };
    if let (Some(wanted), Some(runs)) = (wanted.interval, running.interval)
        && wanted != runs
    {
        found.push(differs(None, "interval", runs.to_string(), wanted.to_string()));
    }
    let mut left: Vec<&Rule> = running.rules.iter().collect();
    for rule in &wanted.rules {
        let Some(place) = left.iter().position(|other| is_same(rule, other)) else {
            found.push(Drift::MissingRule(wanted.name.clone(), shown(rule)));
            continue;
        };
        let other = left.remove(place);
        let mut say = |what: &str, runs: String, wanted: String| {
            if runs != wanted {
                found.push(differs(Some(rule), what, runs, wanted));
            }
        };
        // As printed, so that white space and brackets that mean nothing do not count.
        say("expr", expr(other), expr(rule));
        if let (Rule::Alert(rule), Rule::Alert(other)) = (rule, other) {
            let length = |length: Option<Duration>| length.unwrap_or(Duration::ZERO).to_string();
            say("for", length(other.r#for), length(rule.r#for));
            say("keep_firing_for", length(other.keep_firing_for), length(rule.keep_firing_for));
            let names = rule.annotations.keys().chain(other.annotations.keys());
            let mut names: Vec<&String> = names.collect();
            names.sort();
            names.dedup();
            for name in names {
                let text = |alert: &AlertRule| alert.annotations.get(name).cloned().unwrap_or_default();
                say(&format!("annotation {name}"), text(other), text(rule));
            }
        }
    }
    found.extend(left.into_iter().map(|rule| Drift::LeftRule(wanted.name.clone(), shown(rule))));
}

/// Whether two rules are the same one: of a name, with the same labels.
pub(super) fn is_same(one: &Rule, other: &Rule) -> bool {
    matches!(one, Rule::Alert(_)) == matches!(other, Rule::Alert(_))
        && name(one) == name(other)
        && labels(one) == labels(other)
}

fn name(rule: &Rule) -> &str {
    match rule {
        Rule::Record { record, .. } => record,
        Rule::Alert(alert) => &alert.name,
    }
}

fn labels(rule: &Rule) -> BTreeMap<&str, &str> {
    let (labels, severity) = match rule {
        Rule::Record { labels, .. } => (labels, None),
        Rule::Alert(alert) => (&alert.labels, alert.severity.as_deref()),
    };
    let severity = severity.iter().map(|severity| ("severity", *severity));
    severity.chain(labels.iter().map(|(name, value)| (name.as_str(), value.as_str()))).collect()
}

pub(super) fn expr(rule: &Rule) -> String {
    match rule {
        Rule::Record { expr, .. } => expr.to_string(),
        Rule::Alert(alert) => alert.expr.to_string(),
    }
}

/// A rule by its name.
pub(super) fn shown(rule: &Rule) -> String {
    let labels = labels(rule);
    let tier = labels.get("tier").map(|tier| format!(" ({tier})")).unwrap_or_default();
    match rule {
        Rule::Record { record, .. } => format!("record {record}"),
        Rule::Alert(alert) => format!("alert {}{tier}", alert.name),
    }
}
