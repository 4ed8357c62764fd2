//! The tree by which alerts find their receivers: by team, then by urgency, then by whether somebody is to be told now.

use serde::Serialize;

use super::mutes::Mute;
use super::{NOBODY, Plan, TEAM, escalation};
use crate::slo::Urgency;

/// The name of the hours in which tickets are told.
pub(super) const HOURS: &str = "ticket-hours";

#[derive(Serialize, Default, Clone)]
pub(super) struct Route {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    matchers: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    receiver: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    group_by: Vec<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    group_wait: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    group_interval: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    repeat_interval: Option<&'static str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    mute_time_intervals: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    active_time_intervals: Vec<&'static str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    routes: Vec<Route>,
}

/// The root. What no route takes is a ticket of the default receivers, so nothing is lost.
pub(super) fn root(plan: &Plan<'_>, mutes: &[Mute<'_>]) -> Route {
    let team = |team: &&str| Route {
        matchers: vec![matcher(TEAM, "=", team)],
        routes: by_urgency(plan, Some(team), mutes),
        ..Route::default()
    };
    let teams = plan.teams.iter().map(team);
    Route {
        receiver: Some(plan.receiver(None, Urgency::Ticket)),
        // The tiers of one objective are one message; plain alerts have no objective and are told by name.
        group_by: vec![TEAM, "slo_service", "slo", "alertname"],
        group_wait: Some("30s"),
        group_interval: Some("5m"),
        repeat_interval: Some("12h"),
        routes: teams.chain(by_urgency(plan, None, mutes)).collect(),
        ..Route::default()
    }
}

/// Second alerts, pages, what nobody has to act on, and the rest, which are tickets.
fn by_urgency(plan: &Plan<'_>, team: Option<&str>, mutes: &[Mute<'_>]) -> Vec<Route> {
    let words = |urgency| matcher("severity", "=~", &alternatives(&plan.receivers.words(urgency)));
    let page = Route {
        matchers: vec![words(Urgency::Page)],
        receiver: Some(plan.receiver(team, Urgency::Page)),
        group_wait: Some("10s"),
        repeat_interval: Some("1h"),
        ..Route::default()
    };
    let second = plan.escalates(team).map(|(receiver, _)| Route {
        matchers: vec![matcher(escalation::LABEL.0, "=", escalation::LABEL.1)],
        receiver: Some(receiver),
        ..page.clone()
    });
    let info = Route {
        matchers: vec![words(Urgency::Info)],
        receiver: Some(plan.receiver(team, Urgency::Info)),
        ..Route::default()
    };
    let ticket = Route {
        receiver: Some(plan.receiver(team, Urgency::Ticket)),
        repeat_interval: Some("3d"),
        active_time_intervals: plan.receivers.hours.iter().map(|_| HOURS).collect(),
        ..Route::default()
    };
    let all = second.into_iter().chain([page, info, ticket]);
    all.map(|route| Route { routes: muted(&route, mutes), ..route }).collect()
}

/// The same route for objectives that are muted at some times.
fn muted(route: &Route, mutes: &[Mute<'_>]) -> Vec<Route> {
    // Whoever tells nobody needs no quiet times.
    let mutes = if route.receiver.as_deref() == Some(NOBODY) { &[] } else { mutes };
    let of = |mute: &Mute<'_>| {
        let service = matcher("slo_service", "=", mute.service);
        let slos = (!mute.slos.is_empty()).then(|| matcher("slo", "=~", &alternatives(&mute.slos)));
        Route {
            matchers: [service].into_iter().chain(slos).collect(),
            mute_time_intervals: mute.intervals.clone(),
            // Not inherited, unlike receivers and intervals.
            active_time_intervals: route.active_time_intervals.clone(),
            ..Route::default()
        }
    };
    mutes.iter().map(of).collect()
}

/// A condition on a label.
pub(super) fn matcher(label: &str, op: &str, value: &str) -> String {
    let value = value.replace('\\', r"\\").replace('"', "\\\"").replace('\n', r"\n");
    format!("{label}{op}\"{value}\"")
}

/// A pattern that matches each of these texts alone.
fn alternatives(texts: &[&str]) -> String {
    let escaped = |text: &&str| {
        text.chars().fold(String::new(), |mut pattern, c| {
            if !c.is_alphanumeric() && !matches!(c, '_' | '-' | ' ') {
                pattern.push('\\');
            }
            pattern.push(c);
            pattern
        })
    };
    texts.iter().map(escaped).collect::<Vec<_>>().join("|")
}
