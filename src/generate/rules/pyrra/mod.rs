//! The rules of Pyrra: what Pyrra would write, so that its dashboards go on.
//!
//! | recorded | what |
//! |---|---|
//! | `<metric>:burnrate<W>` | share of bad events over `W`: an error ratio, for all its name |
//! | `<metric>:increase<window>` | all events of the objective's own window, and the bad ones (of a latency the fast ones, with the label `le`) by the labels that tell them apart |
//! | `<metric>:count<window>`, `<metric>:sum<window>` | samples of a gauge, and those that are 1 |
//!
//! `<metric>` is the name of the metric without `_total`, `_count` or `_bucket`. Every series has the label `slo`, the
//! labels of the specification, and what the metric must be equal to. The rules of dashboards for Grafana, which Pyrra
//! makes on request, are not made here.

mod alerts;
mod increase;
mod indicator;
mod queries;

use std::collections::{BTreeMap, BTreeSet};

use super::model::{Rule, RuleSet};
use super::{Subject, is_label, untemplated};
use crate::base::{Duration, METRIC_NAME};
use crate::promql::{MatchOp, Selector};
use crate::slo::{Method, Origin, PyrraIndicator, PyrraOrigin, Window};

/// Labels that the rules themselves set.
pub(super) const OWN_LABELS: [&str; 7] =
    ["slo", "severity", "short", "long", "exhaustion", "alertname", "le"];

/// How often error ratios are recorded.
const INTERVAL: Duration = Duration::seconds(30);

/// The name by which series of an objective are known: Pyrra's own, or `service-slo`.
pub(super) fn name(subject: &Subject<'_>) -> String {
    match origin(subject) {
        Some(_) => subject.slo.name.clone(),
        None => format!("{}-{}", subject.spec.service, subject.slo.name),
    }
}

/// What Pyrra knows of an objective that it reads.
fn origin<'a>(subject: &Subject<'a>) -> Option<&'a PyrraOrigin> {
    match &subject.slo.origin {
        Some(Origin::Pyrra(origin)) => Some(origin),
        _ => None,
    }
}

/// Adds the rules of one objective.
pub(super) fn add(subject: &Subject<'_>, set: &mut RuleSet) {
    let indicator = match indicator::of(subject) {
        Ok(indicator) => indicator,
        Err(why) => {
            set.notes.push(subject.note(&format!("no rules, since {why}")));
            return;
        }
    };
    let objective = Objective { subject, indicator, name: name(subject) };
    let counts = objective.increases();
    let name = format!("{}-increase", objective.name);
    set.groups.push(subject.group(name, Some(increase::interval(objective.window())), counts));
    let burning = objective.burn_rates().into_iter().chain(objective.alerts());
    set.groups.push(subject.group(objective.name.clone(), Some(INTERVAL), burning.collect()));
    set.notes.extend(notes(subject).into_iter().map(|remark| subject.note(&remark)));
}

/// An objective with what most of its rules need.
struct Objective<'a> {
    subject: &'a Subject<'a>,
    indicator: PyrraIndicator,
    name: String,
}

impl Objective<'_> {
    fn window(&self) -> Duration {
        self.subject.slo.window.nominal()
    }

    /// The metric of all events.
    fn total(&self) -> &Selector {
        match &self.indicator {
            PyrraIndicator::Ratio { total, .. }
            | PyrraIndicator::Latency { total, .. }
            | PyrraIndicator::NativeLatency { total, .. }
            | PyrraIndicator::BoolGauge(total) => total,
        }
    }

    /// The labels by which the budget is divided, in order.
    fn by(&self) -> BTreeSet<String> {
        self.subject.slo.by.iter().cloned().collect()
    }

    /// The labels of its series: those of the specification and what the metric must be equal to, but for those by which
    /// the series differ.
    fn labels(&self, apart: &BTreeSet<String>) -> BTreeMap<String, String> {
        let said = self.subject.spec.labels_of(self.subject.slo);
        let taken = |name: &str| origin(self.subject).is_none() && OWN_LABELS.contains(&name);
        let said =
            said.into_iter().filter(|(name, value)| is_label(name) && !value.is_empty() && !taken(name));
        let equal = conditions(self.total()).filter(|matcher| matcher.op == MatchOp::Equal);
        let equal = equal.map(|matcher| (matcher.name.clone(), matcher.value.clone()));
        let own = ("slo".to_owned(), self.name.clone());
        said.chain(equal).filter(|(name, _)| !apart.contains(name)).chain([own]).collect()
    }

    /// The same of an alert, where they are templates: Pyrra's as they are, others as the text that they are.
    fn alert_labels(&self, labels: BTreeMap<String, String>) -> BTreeMap<String, String> {
        match origin(self.subject) {
            Some(_) => labels,
            None => labels.into_iter().map(|(name, value)| (name, untemplated(&value))).collect(),
        }
    }
}

/// The conditions of a selector beside its name.
fn conditions(selector: &Selector) -> impl Iterator<Item = &crate::promql::Matcher> {
    selector.matchers.iter().filter(|matcher| matcher.name != METRIC_NAME)
}

/// The name of the metric.
fn metric(selector: &Selector) -> &str {
    let named = selector.matchers.iter().find(|matcher| matcher.name == METRIC_NAME);
    selector.name.as_deref().or(named.map(|matcher| matcher.value.as_str())).unwrap_or_default()
}

/// A name without the endings that are named, each once, in their order.
fn without<'n>(name: &'n str, endings: &[&str]) -> &'n str {
    endings.iter().fold(name, |name, ending| name.strip_suffix(ending).unwrap_or(name))
}

fn record(name: String, expr: crate::promql::Expr, labels: BTreeMap<String, String>) -> Rule {
    Rule::Record { record: name, expr, labels }
}

/// What is not as it is promised.
fn notes(subject: &Subject<'_>) -> Vec<String> {
    let slo = subject.slo;
    let mut notes = if origin(subject).is_none() { subject.unwatched() } else { Vec::new() };
    if let Window::Calendar { .. } = slo.window {
        let days = slo.window.nominal();
        let note = "a rule cannot know the calendar; what is recorded about the window is of the last";
        notes.push(format!("{note} {days}"));
    }
    if slo.alerting.min_events.is_some() {
        notes.push("alerts do not ask for a least number of events, which Pyrra does not".to_owned());
    }
    notes
}

/// Why an objective cannot be said, whatever it measures.
fn beyond(method: Method) -> Option<&'static str> {
    (method != Method::Occurrences).then_some("Pyrra counts events, not slices of time")
}
