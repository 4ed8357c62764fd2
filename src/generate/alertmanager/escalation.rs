//! Alertmanager tells the same people again and again, and never others. Who else is to be told of a page that goes on is
//! told by a second alert, whose condition must hold longer.

use super::super::rules::{Group, Rule, RuleSet};
use super::{Plan, is_alert, known_labels};
use crate::slo::{AlertRule, Urgency};

/// The label by which second alerts are known.
pub(super) const LABEL: (&str, &str) = ("escalation", "second");

/// A second alert for every page whose team says who else is told.
pub(super) fn escalation(plan: &Plan<'_>, rules: &RuleSet) -> RuleSet {
    let second = |alert: &AlertRule| {
        let labels = known_labels(alert);
        let (_, escalation) = plan.escalates(plan.team(&labels))?;
        let mut second = alert.clone();
        second.r#for = Some(alert.r#for.unwrap_or_default() + escalation.after);
        second.labels.insert(LABEL.0.to_owned(), LABEL.1.to_owned());
        (plan.urgency(&labels) == Urgency::Page).then_some(Rule::Alert(second))
    };
    let group = |group: &Group| Group {
        name: format!("{}/escalation", group.name),
        rules: group.rules.iter().filter_map(is_alert).filter_map(second).collect(),
        ..group.clone()
    };
    let groups = rules.groups.iter().map(group).filter(|group| !group.rules.is_empty()).collect();
    RuleSet { groups, notes: Vec::new(), style: rules.style }
}
