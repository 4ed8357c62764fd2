//! Rules as data: what is written to files, compared with what a server runs, and replayed.

use std::collections::BTreeMap;

use super::RulesStyle;
use crate::base::Duration;
use crate::promql::Expr;
use crate::slo::AlertRule;

/// Rules for some specifications.
#[derive(Debug, Clone, PartialEq)]
pub struct RuleSet {
    /// In the order in which they are written.
    pub groups: Vec<Group>,
    /// What a reader of the rules should know: what was left out, and why.
    pub notes: Vec<Note>,
    /// In whose manner they are.
    pub style: RulesStyle,
}

impl RuleSet {
    /// All alerts.
    pub fn alerts(&self) -> impl Iterator<Item = &AlertRule> {
        self.groups.iter().flat_map(|group| &group.rules).filter_map(|rule| match rule {
            Rule::Alert(alert) => Some(alert),
            Rule::Record { .. } => None,
        })
    }
}

/// A remark on the rules of a service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// Whose rules.
    pub service: String,
    /// `service/slo: remark`.
    pub text: String,
}

/// Rules that are evaluated one after another at the same time: what is recorded first is there for the next.
#[derive(Debug, Clone, PartialEq)]
pub struct Group {
    /// Unique in a file.
    pub name: String,
    /// How often they are evaluated; where nothing is said, as often as the server does.
    pub interval: Option<Duration>,
    /// The rules, in order.
    pub rules: Vec<Rule>,
    /// The service that they are for.
    pub service: String,
    /// The specification that they come from.
    pub file: String,
}

/// One rule.
#[derive(Debug, Clone, PartialEq)]
pub enum Rule {
    /// The value of an expression becomes a series.
    Record {
        /// The name of the series.
        record: String,
        /// The expression.
        expr: Expr,
        /// Labels that the series gets.
        labels: BTreeMap<String, String>,
    },
    /// Somebody is told while an expression has elements.
    Alert(AlertRule),
}
