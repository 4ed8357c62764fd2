//! Plain alerts of a service: conditions with no objective behind them, written as they are said.

use super::model::{Group, Rule};
use super::{is_label, links};
use crate::slo::{AlertRule, Spec};

/// The group of a service's plain alerts; nothing where it has none.
pub(super) fn group(spec: &Spec) -> Option<Group> {
    let rules: Vec<Rule> = spec.alerts.iter().map(|alert| Rule::Alert(of_service(spec, alert))).collect();
    (!rules.is_empty()).then(|| Group {
        name: format!("{}/alerts", spec.service),
        interval: None,
        rules,
        service: spec.service.clone(),
        file: spec.file.clone(),
    })
}

/// An alert with what its service says about all of them, where it does not say otherwise itself; and by whose it is, in
/// the label that recorded series have too, so that no label of its condition is lost.
fn of_service(spec: &Spec, alert: &AlertRule) -> AlertRule {
    let mut alert = alert.clone();
    let given = spec.labels.iter().filter(|(name, value)| is_label(name) && !value.is_empty());
    for (name, value) in given {
        alert.labels.entry(name.clone()).or_insert_with(|| super::untemplated(value));
    }
    alert.labels.insert("slo_service".to_owned(), super::untemplated(&spec.service));
    for (name, value) in links(spec) {
        alert.annotations.entry(name).or_insert(value);
    }
    alert
}
