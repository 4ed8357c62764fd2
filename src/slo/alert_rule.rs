use std::collections::BTreeMap;

use crate::base::Duration;
use crate::promql::Expr;

/// A plain alert: a condition, with no objective behind it.
#[derive(Debug, Clone, PartialEq)]
pub struct AlertRule {
    /// Its name, unique in its service.
    pub name: String,
    /// The condition: fires for every element that it gives.
    pub expr: Expr,
    /// How long the condition must hold.
    pub r#for: Option<Duration>,
    /// How long it stays after the condition has ended.
    pub keep_firing_for: Option<Duration>,
    /// How urgent it is, as the label `severity` says it.
    pub severity: Option<String>,
    /// Other labels.
    pub labels: BTreeMap<String, String>,
    /// What the person who is told reads.
    pub annotations: BTreeMap<String, String>,
}
