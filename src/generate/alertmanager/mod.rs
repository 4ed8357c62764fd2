//! Alertmanager's configuration for the alerts of nines and the plain ones: who is told of what, when, and when not.
//!
//! Takes specifications, their [`RuleSet`] and [`Receivers`], gives [`Alertmanager`]: the configuration, checks of where
//! alerts go, and the rules by which pages escalate. Secrets are named as files and never known. One file for each part.

mod checks;
mod config;
mod escalation;
mod mutes;
mod routes;

use std::collections::{BTreeMap, BTreeSet};

use super::rules::{Rule, RuleSet};
use crate::slo::{Audience, Channel, Receivers, Spec, Urgency};

/// The configuration and what belongs to it.
#[derive(Debug, Clone, PartialEq)]
pub struct Alertmanager {
    /// `alertmanager.yml`.
    pub config: String,
    /// Label sets, and who must be told of alerts that have them: a YAML list.
    pub checks: String,
    /// Alerts that fire when a page goes on; no groups, where nothing escalates.
    pub escalation: RuleSet,
    /// What cannot be said to Alertmanager, and what was assumed.
    pub remarks: Vec<String>,
}

/// The label by which alerts find their people.
const TEAM: &str = "team";

/// The receiver that tells nobody.
const NOBODY: &str = "nobody";

/// Makes the configuration for the alerts in `rules`, which are those of `specs`. Without receivers, pages and tickets go
/// to one each, whose secrets are files with names that are made up.
pub fn alertmanager(specs: &[Spec], rules: &RuleSet, receivers: Option<&Receivers>) -> Alertmanager {
    let placeholders = placeholders();
    let mut remarks = Vec::new();
    if receivers.is_none() {
        remarks.push(
            "no receivers were given: pages go to PagerDuty and tickets to Slack, with secrets in files under \
             /etc/alertmanager/secrets; write a document of `kind: Receivers` to say who is told"
                .to_owned(),
        );
    }
    let receivers = receivers.unwrap_or(&placeholders);
    let plan = Plan::new(specs, rules, receivers, &mut remarks);
    let (mutes, intervals) = mutes::mutes(specs, &mut remarks);
    let escalation = escalation::escalation(&plan, rules);
    Alertmanager {
        config: config::written(&plan, &mutes, intervals, specs, &remarks),
        checks: checks::written(&plan),
        escalation,
        remarks,
    }
}

/// Receivers where none are given.
fn placeholders() -> Receivers {
    let secret = |name: &str| format!("/etc/alertmanager/secrets/{name}");
    let pagerduty = Channel::PagerDuty { routing_key_file: secret("pagerduty-routing-key") };
    let slack = Channel::Slack { channel: "#alerts".to_owned(), api_url_file: secret("slack-webhook-url") };
    let usual = [
        ("critical", Urgency::Page),
        ("high", Urgency::Page),
        ("warning", Urgency::Ticket),
        ("medium", Urgency::Ticket),
        ("low", Urgency::Info),
    ];
    Receivers {
        severities: usual.into_iter().map(|(word, urgency)| (word.to_owned(), urgency)).collect(),
        default: Audience {
            channels: [(Urgency::Page, vec![pagerduty]), (Urgency::Ticket, vec![slack])].into(),
            escalation: None,
        },
        ..Receivers::default()
    }
}

/// Who is told of what.
struct Plan<'a> {
    receivers: &'a Receivers,
    /// Teams with receivers of their own that some alert has, sorted.
    teams: Vec<&'a str>,
    /// Labels of each alert, as far as they are known before it fires, with what its budget is divided by.
    alerts: Vec<BTreeMap<String, String>>,
    /// Labels by which some budget is divided.
    divides: BTreeSet<&'a str>,
}

impl<'a> Plan<'a> {
    fn new(specs: &'a [Spec], rules: &RuleSet, receivers: &'a Receivers, remarks: &mut Vec<String>) -> Self {
        let divides = specs.iter().flat_map(|spec| &spec.slos).flat_map(|slo| &slo.by);
        let alerts: Vec<BTreeMap<String, String>> = rules.alerts().map(known_labels).collect();
        let named: BTreeSet<&str> =
            alerts.iter().filter_map(|labels| labels.get(TEAM)).map(String::as_str).collect();
        let strangers: Vec<&str> =
            named.iter().copied().filter(|team| !receivers.teams.contains_key(*team)).collect();
        if !strangers.is_empty() && !receivers.teams.is_empty() {
            let teams = strangers.join(", ");
            remarks.push(format!(
                "the default receivers are told of alerts of {teams}, who have none of their own"
            ));
        }
        for (team, _) in receivers.teams.iter().filter(|(team, _)| !named.contains(team.as_str())) {
            remarks.push(format!("no alert has the label team={team}, so its receivers are never told"));
        }
        for severity in rules.alerts().filter_map(|alert| alert.severity.as_deref()).collect::<BTreeSet<_>>()
        {
            if receivers.urgency(severity).is_none() && !severity.contains("{{") {
                remarks
                    .push(format!("severity {severity} is handled as a ticket; name it under `severities`"));
            }
        }
        let teams = receivers.teams.keys().map(String::as_str).filter(|team| named.contains(team)).collect();
        Self { receivers, teams, divides: divides.map(String::as_str).collect(), alerts }
    }

    /// What a team says, or the default where it says nothing.
    fn audience(&self, team: Option<&str>) -> Option<&'a Audience> {
        team.map_or(Some(&self.receivers.default), |team| self.receivers.teams.get(team))
    }

    /// The name of the receiver that is told.
    fn receiver(&self, team: Option<&str>, urgency: Urgency) -> String {
        let own = self.audience(team).and_then(|audience| audience.channels.get(&urgency));
        match (own, team) {
            (Some(channels), _) if channels.is_empty() => NOBODY.to_owned(),
            (Some(_), _) => format!("{}-{}", team.unwrap_or("default"), urgency.word()),
            (None, Some(_)) => self.receiver(None, urgency),
            (None, None) => NOBODY.to_owned(),
        }
    }

    /// The name of the receiver that is told of a page that goes on; none where that is not said.
    fn escalates(&self, team: Option<&str>) -> Option<(String, &'a crate::slo::Escalation)> {
        let own = self.audience(team).and_then(|audience| audience.escalation.as_ref());
        match (own, team) {
            (Some(escalation), _) => Some((format!("{}-escalation", team.unwrap_or("default")), escalation)),
            (None, Some(_)) => self.escalates(None),
            (None, None) => None,
        }
    }

    /// The team of an alert, where it has receivers of its own.
    fn team(&self, labels: &BTreeMap<String, String>) -> Option<&'a str> {
        let team = labels.get(TEAM)?;
        self.teams.iter().copied().find(|known| known == team)
    }

    /// How urgent an alert is; one of an unknown severity is a ticket, so that somebody sees it.
    fn urgency(&self, labels: &BTreeMap<String, String>) -> Urgency {
        let severity = labels.get("severity").map(String::as_str).unwrap_or_default();
        self.receivers.urgency(severity).unwrap_or(Urgency::Ticket)
    }

    /// Every receiver with its channels, by name.
    fn channels(&self) -> BTreeMap<String, &'a [Channel]> {
        let mut all: BTreeMap<String, &'a [Channel]> = BTreeMap::new();
        for team in [None].into_iter().chain(self.teams.iter().copied().map(Some)) {
            let Some(audience) = self.audience(team) else { continue };
            for (urgency, channels) in audience.channels.iter().filter(|(_, channels)| !channels.is_empty()) {
                all.insert(self.receiver(team, *urgency), channels);
            }
            if let Some(escalation) = &audience.escalation {
                all.extend(self.escalates(team).map(|(name, _)| (name, escalation.to.as_slice())));
            }
        }
        all
    }
}

/// The labels of an alert that are the same whenever it fires.
fn known_labels(alert: &crate::slo::AlertRule) -> BTreeMap<String, String> {
    let severity = alert.severity.iter().map(|severity| ("severity", severity.as_str()));
    let labels = alert.labels.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    let name = [("alertname", alert.name.as_str())].into_iter();
    // What is between braces is known when it fires.
    let known = name.chain(severity).chain(labels).filter(|(_, value)| !value.contains("{{"));
    known.map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

/// The alerts among rules.
fn is_alert(rule: &Rule) -> Option<&crate::slo::AlertRule> {
    match rule {
        Rule::Alert(alert) => Some(alert),
        Rule::Record { .. } => None,
    }
}
