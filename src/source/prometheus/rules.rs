//! The rules that a server runs, as it tells them.

use serde::Deserialize;
use std::collections::BTreeMap;

use crate::base::Duration;

/// A group of rules that a server runs.
#[derive(Debug, Clone, PartialEq)]
pub struct RunningGroup {
    /// Its name.
    pub name: String,
    /// The file, or the namespace, that it comes from.
    pub file: String,
    /// How often it is evaluated.
    pub interval: Duration,
    /// Its rules, in order.
    pub rules: Vec<RunningRule>,
    /// What else is said of it or of its rules, by its name, where that is seen.
    pub others: Vec<String>,
}

/// A rule that a server runs.
#[derive(Debug, Clone, PartialEq)]
pub struct RunningRule {
    /// Whether it alerts; else it records.
    pub alerts: bool,
    /// The name of the alert or of the series.
    pub name: String,
    /// The expression, as the server prints it.
    pub query: String,
    /// How long the condition must hold.
    pub wait: Duration,
    /// How long it stays after the condition has ended.
    pub keep_firing_for: Duration,
    /// Its labels.
    pub labels: BTreeMap<String, String>,
    /// Its annotations.
    pub annotations: BTreeMap<String, String>,
}

#[derive(Deserialize)]
pub(super) struct Data {
    groups: Vec<GroupData>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct GroupData {
    name: String,
    #[serde(default)]
    file: String,
    #[serde(default)]
    interval: f64,
    #[serde(default)]
    rules: Option<Vec<RuleData>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RuleData {
    r#type: String,
    name: String,
    query: String,
    #[serde(default)]
    duration: f64,
    #[serde(default)]
    keep_firing_for: f64,
    #[serde(default)]
    labels: Option<BTreeMap<String, String>>,
    #[serde(default)]
    annotations: Option<BTreeMap<String, String>>,
}

fn seconds(seconds: f64) -> Duration {
    Duration::millis((seconds * 1000.0).round() as i64)
}

impl From<Data> for Vec<RunningGroup> {
    fn from(data: Data) -> Self {
        let rule = |rule: RuleData| RunningRule {
            alerts: rule.r#type == "alerting",
            name: rule.name,
            query: rule.query,
            wait: seconds(rule.duration),
            keep_firing_for: seconds(rule.keep_firing_for),
            labels: rule.labels.unwrap_or_default(),
            annotations: rule.annotations.unwrap_or_default(),
        };
        let group = |group: GroupData| RunningGroup {
            name: group.name,
            file: group.file,
            interval: seconds(group.interval),
            rules: group.rules.unwrap_or_default().into_iter().map(rule).collect(),
            others: Vec::new(),
        };
        data.groups.into_iter().map(group).collect()
    }
}
