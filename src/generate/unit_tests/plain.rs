//! Cases of plain alerts: series with which the condition holds, and others with which it does not.

use super::super::rules::RuleSet;
use super::UnitTests;
use super::burn::OFTEN;
use super::file::{Case, Check};
use super::search::{self, Spans, minutes};
use super::story::{Phase, written};
use super::world::{held_for, tried_after};
use crate::base::Labels;
use crate::slo::{AlertRule, Spec};

/// How many minutes a test may be long: promtool reads no more samples of a series at once than 10,000.
const MOST: usize = 9900;

pub(super) fn add(spec: &Spec, alert: &AlertRule, rules: &RuleSet, tests: &mut UnitTests) {
    let who = format!("{}: {}", spec.service, alert.name);
    // What is written has the labels of its service too.
    let of_service = rules.groups.iter().filter(|group| group.service == spec.service);
    let mut written_alerts = of_service.flat_map(|group| &group.rules).filter_map(|rule| match rule {
        super::super::rules::Rule::Alert(written) if written.name == alert.name => Some(written),
        _ => None,
    });
    let Some(rule) = written_alerts.next() else { return };
    if rule.labels.values().any(|value| value.contains("{{")) {
        return tests.notes.push(format!("{who}: no test, its labels are templates"));
    }
    let (wait, hold) = (rule.r#for.map_or(0, minutes), rule.keep_firing_for.map_or(0, minutes));
    let spans = Spans::turning(&alert.expr, wait + hold);
    if spans.first + spans.last > MOST {
        return tests.notes.push(format!("{who}: no test, it looks back further than promtool does in one"));
    }
    let Some(pair) = search::pair(&alert.expr, &[], spans, &|values: &[f64]| Some(!values.is_empty())) else {
        return tests.notes.push(format!(
            "{who}: no test, no series were found with which it fires and others with which it does not"
        ));
    };
    let (yes, no) = (pair.yes.phases(spans), pair.no.phases(spans));
    // While it waits the condition must hold all the time; and where it keeps firing, must not have held for as long.
    let held = |phases: &[Phase], back: usize| held_for(&alert.expr, &pair.series, phases, back);
    if held(&yes, wait + 1) != wait + 2 || held(&no, hold + 1) != 0 {
        return tests.notes.push(format!("{who}: no test, it compares times that lie nearer than it waits"));
    }
    let asked = vec![("alertname".to_owned(), rule.name.clone())];
    let severity = rule.severity.iter().map(|severity| ("severity", severity.as_str()));
    let own: Vec<(&str, &str)> = rule
        .labels
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .chain(severity)
        .chain([("alertname", rule.name.as_str())])
        .collect();
    let firing: Vec<Labels> = tried_after(&alert.expr, &pair.series, &yes)
        .into_iter()
        .map(|(labels, _)| {
            own.iter().fold(labels.without_metric(), |labels, (name, value)| labels.with(name, value))
        })
        .collect();
    let end = spans.first + spans.last - 1;
    tests.cases.push(Case {
        name: format!("{who} fires"),
        every: OFTEN,
        series: written(&pair.series, &yes),
        checks: vec![Check { minute: end, asked: asked.clone(), firing }],
    });
    tests.cases.push(Case {
        name: format!("{who} is silent"),
        every: OFTEN,
        series: written(&pair.series, &no),
        checks: vec![Check { minute: end, asked, firing: Vec::new() }],
    });
}
