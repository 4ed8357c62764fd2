//! The rules that a server keeps for others, by namespace: the ruler's API of Mimir and of Cortex.

use std::collections::BTreeMap;

use reqwest::Url;
use serde::Deserialize;
use serde_yaml::Value;

use super::api::Api;
use super::rules::{RunningGroup, RunningRule};
use super::{Address, wire};
use crate::base::Duration;
use crate::plan::NoAnswer;

/// Whose API it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RulerApi {
    /// Mimir: `/prometheus/config/v1/rules`.
    Mimir,
    /// Cortex: `/api/v1/rules`, or `/api/prom/rules` below the older prefix.
    Cortex,
}

impl RulerApi {
    /// The path of all rules of a server whose queries go to this address.
    fn path(self, address: &Address) -> String {
        let prefix = address.prefix();
        match self {
            Self::Mimir if prefix.is_empty() => "/prometheus/config/v1/rules".to_owned(),
            Self::Mimir => format!("{prefix}/config/v1/rules"),
            Self::Cortex if prefix.ends_with("/api/prom") => format!("{prefix}/rules"),
            Self::Cortex => format!("{}/api/v1/rules", prefix.strip_suffix("/prometheus").unwrap_or(prefix)),
        }
    }
}

/// The rules of one tenant, as a server keeps them.
pub struct Ruler<'s> {
    api: &'s Api,
    path: String,
}

impl<'s> Ruler<'s> {
    pub(super) fn new(api: &'s Api, kind: RulerApi) -> Self {
        Self { api, path: kind.path(api.address()) }
    }

    /// Where the rules are, as it may be shown.
    pub fn address(&self) -> String {
        super::address::shown(&self.api.address().endpoint(&self.path))
    }

    /// The groups of a namespace; none where there is no such namespace.
    pub async fn groups(&self, namespace: &str) -> Result<Vec<RunningGroup>, NoAnswer> {
        let reply = match self.api.get(&self.below(&[namespace])).await {
            Ok(reply) => reply,
            Err(fault) if is_absent(&fault) => return Ok(Vec::new()),
            Err(fault) => return Err(fault),
        };
        stored(&reply.body, namespace).map_err(|why| self.api.clean(NoAnswer::Malformed(why)))
    }

    /// Keeps a group, as YAML, in place of one of its name. The server may need a moment until it is evaluated.
    pub async fn put(&self, namespace: &str, group: &str) -> Result<(), NoAnswer> {
        self.api.keep(&self.below(&[namespace]), group).await.map(|_| ())
    }

    /// Deletes a group. One that is not there any more is no fault.
    pub async fn delete(&self, namespace: &str, group: &str) -> Result<(), NoAnswer> {
        match self.api.delete(&self.below(&[namespace, group])).await {
            Err(fault) if !is_absent(&fault) => Err(fault),
            _ => Ok(()),
        }
    }

    /// A path below that of all rules. A slash in a name is no step of it.
    fn below(&self, names: &[&str]) -> String {
        let mut url = self.api.address().endpoint(&self.path);
        extended(&mut url, names);
        url.path().to_owned()
    }
}

fn extended(url: &mut Url, names: &[&str]) {
    // It fails where an address cannot have a path, as none of a server is.
    if let Ok(mut path) = url.path_segments_mut() {
        path.extend(names);
    }
}

/// Whether a server says that what it was asked for is not there; one without such an API says it in other words.
fn is_absent(fault: &NoAnswer) -> bool {
    matches!(fault, NoAnswer::Rejected { status: Some(404), said }
        if ["no rule groups found", "does not exist"].iter().any(|words| said.contains(words)))
}

#[derive(Deserialize)]
struct StoredGroup {
    name: String,
    interval: Option<String>,
    #[serde(default)]
    rules: Option<Vec<StoredRule>>,
    #[serde(flatten)]
    others: BTreeMap<String, Value>,
}

#[derive(Deserialize)]
struct StoredRule {
    record: Option<String>,
    alert: Option<String>,
    expr: String,
    r#for: Option<String>,
    keep_firing_for: Option<String>,
    labels: Option<BTreeMap<String, String>>,
    annotations: Option<BTreeMap<String, String>>,
    #[serde(flatten)]
    others: BTreeMap<String, Value>,
}

fn stored(body: &[u8], namespace: &str) -> Result<Vec<RunningGroup>, String> {
    let other = |why: &dyn std::fmt::Display| {
        format!("these are not rules by namespace, in YAML ({why}): {}", wire::first_words(body))
    };
    let all: BTreeMap<String, Vec<StoredGroup>> =
        serde_yaml::from_slice(body).map_err(|error| other(&error))?;
    if let Some(unasked) = all.keys().find(|name| *name != namespace) {
        return Err(format!("the answer tells of namespace {unasked}, which was not asked for"));
    }
    all.into_values().flatten().map(|group| running(group, namespace)).collect()
}

fn running(group: StoredGroup, namespace: &str) -> Result<RunningGroup, String> {
    let name = group.name;
    let length = |what: &str, text: Option<String>| match text {
        Some(text) if !text.is_empty() => {
            text.parse().map_err(|_| format!("`{what}: {text}` in group {name} is no length of time"))
        }
        _ => Ok(Duration::ZERO),
    };
    let interval = length("interval", group.interval)?;
    let mut others = said(group.others);
    let mut rules = Vec::new();
    for rule in group.rules.unwrap_or_default() {
        others.extend(said(rule.others));
        rules.push(RunningRule {
            alerts: rule.alert.is_some(),
            name: rule.alert.or(rule.record).unwrap_or_default(),
            query: rule.expr,
            wait: length("for", rule.r#for)?,
            keep_firing_for: length("keep_firing_for", rule.keep_firing_for)?,
            labels: rule.labels.unwrap_or_default(),
            annotations: rule.annotations.unwrap_or_default(),
        });
    }
    others.sort();
    others.dedup();
    Ok(RunningGroup { name, file: namespace.to_owned(), interval, rules, others })
}

/// The fields that say something.
fn said(fields: BTreeMap<String, Value>) -> Vec<String> {
    let is_nothing = |value: &Value| match value {
        Value::Null | Value::Bool(false) => true,
        Value::Number(number) => number.as_f64() == Some(0.0),
        Value::String(text) => text.is_empty() || text == "0s",
        Value::Sequence(values) => values.is_empty(),
        Value::Mapping(values) => values.is_empty(),
        _ => false,
    };
    fields.into_iter().filter(|(_, value)| !is_nothing(value)).map(|(name, _)| name).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_are_where_mimir_and_cortex_have_them() {
        for (api, address, path) in [
            (RulerApi::Mimir, "http://m", "/prometheus/config/v1/rules"),
            (RulerApi::Mimir, "http://m/prometheus/", "/prometheus/config/v1/rules"),
            (RulerApi::Mimir, "http://m/api/prom", "/api/prom/config/v1/rules"),
            (RulerApi::Cortex, "http://m", "/api/v1/rules"),
            (RulerApi::Cortex, "http://m/x/prometheus", "/x/api/v1/rules"),
            (RulerApi::Cortex, "http://m/api/prom", "/api/prom/rules"),
        ] {
            assert_eq!(api.path(&address.parse().unwrap()), path, "{api:?} {address}");
        }
    }

    #[test]
    fn a_name_is_one_step_of_a_path() {
        let mut url: Url = "http://m/rules".parse().unwrap();
        extended(&mut url, &["a/b %?#ü", "c"]);
        assert_eq!(url.as_str(), "http://m/rules/a%2Fb%20%25%3F%23%C3%BC/c");
    }

    #[test]
    fn what_is_not_there_is_told_from_what_cannot_be() {
        let fault = |status, said: &str| NoAnswer::Rejected { status: Some(status), said: said.to_owned() };
        assert!(is_absent(&fault(404, "`no rule groups found`: is a path prefix missing in the address?")));
        assert!(is_absent(&fault(404, "`group does not exist`")));
        assert!(!is_absent(&fault(404, "`404 page not found`")));
        assert!(!is_absent(&fault(500, "`group does not exist`")));
    }

    #[test]
    fn what_is_kept_is_read_with_what_is_not_known() {
        let text = "
n/s:
- name: a
  interval: 1m
  limit: 0
  source_tenants: [b]
  rules:
  - {record: r, expr: up, labels: {x: '1'}}
  - {alert: A, expr: up == 0, for: 5m, annotations: {}, fancy: true}
- {name: b, rules: []}
";
        let groups = stored(text.as_bytes(), "n/s").unwrap();
        assert_eq!(groups.len(), 2);
        assert_eq!((groups[0].interval, groups[0].rules.len()), (Duration::minutes(1), 2));
        assert_eq!(groups[0].others, ["fancy", "source_tenants"]);
        assert_eq!(groups[0].rules[1].wait, Duration::minutes(5));
        assert_eq!(groups[1].interval, Duration::ZERO);
        for (text, why) in [
            (r#"{"status":"success","data":{"groups":[]}}"#, "not rules by namespace"),
            ("other: []", "namespace other"),
            ("n/s: [{name: a, interval: soon}]", "`interval: soon` in group a"),
        ] {
            let error = stored(text.as_bytes(), "n/s").unwrap_err();
            assert!(error.contains(why), "{error}");
        }
    }
}
