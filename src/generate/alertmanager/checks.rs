//! Where each alert must go, as `amtool config routes test` can be asked.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{Plan, TEAM, escalation};
use crate::slo::Urgency;

/// One question and its answer.
#[derive(Serialize)]
struct Check {
    labels: BTreeMap<String, String>,
    receiver: String,
}

/// A check for every alert that is known, for every second alert, and for alerts of which nothing is known.
pub(super) fn written(plan: &Plan<'_>) -> String {
    let mut checks = Vec::new();
    for labels in &plan.alerts {
        let (team, urgency) = (plan.team(labels), plan.urgency(labels));
        let mut labels = labels.clone();
        if labels.contains_key("slo") {
            // Alerts of objectives have the labels by which their budget is divided, whatever the values.
            let divides = plan.divides.iter().map(|name| ((*name).to_owned(), "any".to_owned()));
            divides.for_each(|(name, value)| _ = labels.entry(name).or_insert(value));
        }
        checks.push(Check { labels: labels.clone(), receiver: plan.receiver(team, urgency) });
        if let Some((receiver, _)) = plan.escalates(team).filter(|_| urgency == Urgency::Page) {
            let (name, value) = escalation::LABEL;
            labels.insert(name.to_owned(), value.to_owned());
            checks.push(Check { labels, receiver });
        }
    }
    for team in [None, Some("nobody-knows")] {
        for severity in [None, Some("page"), Some("ticket"), Some("never-heard-of")] {
            let labels = [("alertname", Some("Other")), (TEAM, team), ("severity", severity)];
            let labels =
                labels.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?.to_owned())));
            let labels: BTreeMap<String, String> = labels.collect();
            let receiver = plan.receiver(None, plan.urgency(&labels));
            checks.push(Check { labels, receiver });
        }
    }
    // Texts can always be written.
    let list = serde_yaml::to_string(&checks).unwrap_or_default();
    format!("# Each label set with the receiver that `amtool config routes test` must find for it.\n{list}")
}
