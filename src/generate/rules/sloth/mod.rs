//! The rules of Sloth: what Sloth would write, so that its dashboards go on.
//!
//! | recorded | what |
//! |---|---|
//! | `slo:sli_error:ratio_rate<W>` | share of bad events over `W`, with the label `sloth_window` |
//! | the same over the objective's own window | the mean of those over the shortest window of the most urgent alert |
//! | `slo:objective:ratio`, `slo:error_budget:ratio`, `slo:time_period:days` | what was promised |
//! | `slo:current_burn_rate:ratio`, `slo:period_burn_rate:ratio` | how many times too fast the budget burns |
//! | `slo:period_error_budget_remaining:ratio` | how much of it is left |
//! | `sloth_slo_info` | 1, with labels that say what made the rules of what |
//!
//! Every one has the labels `sloth_service`, `sloth_slo` and `sloth_id` (`service-slo`), and those of the specification.
//! An objective that Sloth reads has Sloth's rules to the last digit; of any other the queries are made from what it
//! means, so that errors that never happened are none and no traffic is no ratio.

mod alerts;
mod indicator;
mod metadata;
mod numbers;
mod ratios;
mod steps;

use std::collections::{BTreeMap, BTreeSet};

use super::model::{Rule, RuleSet};
use super::{Subject, is_label};
use crate::base::Duration;
use crate::promql::{Expr, MatchOp, Selector};
use crate::slo::{BurnRule, Origin, RuleStep, Severity, SlothOrigin, SlothSli, Window};

/// Labels that the rules themselves set.
pub(super) const OWN_LABELS: [&str; 7] =
    ["sloth_id", "sloth_service", "sloth_slo", "sloth_window", "sloth_severity", "alertname", "slo_term"];

/// How much of the budget of the period is left.
const REMAINING: &str = "slo:period_error_budget_remaining:ratio";

/// The name by which series of an objective are known: `service-slo`.
pub(super) fn id(subject: &Subject<'_>) -> String {
    format!("{}-{}", subject.spec.service, name(subject))
}

/// Sloth's name of an objective.
fn name<'a>(subject: &Subject<'a>) -> &'a str {
    origin(subject).map_or(&subject.slo.name, |origin| &origin.name)
}

/// What Sloth knows of an objective that it reads.
fn origin<'a>(subject: &Subject<'a>) -> Option<&'a SlothOrigin> {
    match &subject.slo.origin {
        Some(Origin::Sloth(origin)) => Some(origin),
        _ => None,
    }
}

/// Adds the rules of one objective.
pub(super) fn add(subject: &Subject<'_>, set: &mut RuleSet) {
    let Some(sli) = indicator::sli(subject) else {
        set.notes.push(subject.note("it is made of other objectives, which Sloth does not know: no rules"));
        return;
    };
    let objective = Objective::new(subject, sli);
    let mut draft = steps::Draft::default();
    let steps = origin(subject).map_or(&RuleStep::USUAL[..], |origin| &origin.steps);
    for step in steps {
        draft.take(step, &objective);
    }
    set.groups.extend(draft.groups(&objective));
    set.notes.extend(notes(subject).iter().map(|remark| subject.note(remark)));
}

/// An objective with what most of its rules need.
struct Objective<'a> {
    subject: &'a Subject<'a>,
    sli: SlothSli,
    /// The pairs of windows of alerts.
    rules: Vec<BurnRule>,
    /// The windows over which the error ratio is recorded, from short to long, but for the period.
    windows: BTreeSet<Duration>,
    /// The one of them whose mean is the ratio of the period.
    shortest: Duration,
    period: Duration,
}

impl<'a> Objective<'a> {
    fn new(subject: &'a Subject<'a>, sli: SlothSli) -> Self {
        let period = subject.slo.window.nominal();
        // Sloth takes any windows that it is given.
        let rules = match origin(subject) {
            Some(_) => subject.slo.alerting.windows.clone(),
            None => subject.burn_rules(),
        };
        let pages = rules.iter().filter(|rule| rule.severity == Severity::Page);
        let shortest = pages.chain(&rules).next().map_or(period, |rule| rule.short);
        let mut windows: BTreeSet<Duration> = rules.iter().flat_map(|rule| [rule.short, rule.long]).collect();
        windows.remove(&period);
        Self { subject, sli, rules, windows, shortest, period }
    }

    /// The labels by which its series are known.
    fn identity(&self) -> BTreeMap<String, String> {
        let own = [
            ("sloth_id", id(self.subject)),
            ("sloth_service", self.subject.spec.service.clone()),
            ("sloth_slo", name(self.subject).to_owned()),
        ];
        own.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
    }

    /// The labels of its series: those of the specification too, but for what the budget is divided by.
    fn labels(&self) -> BTreeMap<String, String> {
        let Subject { spec, slo } = self.subject;
        let mut labels = spec.labels_of(slo);
        labels.retain(|name, value| is_label(name) && !value.is_empty() && !slo.by.contains(name));
        labels.extend(self.identity());
        labels
    }

    /// A series that its rules record.
    fn series(&self, name: &str) -> Selector {
        of(name, self.identity())
    }

    fn recorded(&self, name: &str) -> Expr {
        Expr::selector(self.series(name))
    }

    fn record(&self, name: &str, expr: Expr) -> Rule {
        Rule::Record { record: name.to_owned(), expr, labels: self.labels() }
    }
}

/// A series with labels.
fn of(name: &str, labels: BTreeMap<String, String>) -> Selector {
    let with = |series: Selector, (name, value)| series.with(name, MatchOp::Equal, value);
    labels.into_iter().fold(Selector::metric(name), with)
}

/// The one rule by which an error ratio's series is named.
fn ratio_name(window: Duration) -> String {
    format!("slo:sli_error:ratio_rate{window}")
}

/// What is not as it is promised.
fn notes(subject: &Subject<'_>) -> Vec<String> {
    let slo = subject.slo;
    let mut notes = Vec::new();
    match origin(subject) {
        Some(origin) if origin.dialect.starts_with("openslo/") => {
            notes.push("no alerts, since Sloth makes none of OpenSLO".to_owned());
        }
        Some(_) => {}
        None => notes.extend(indicator::notes(subject).into_iter().chain(subject.unwatched())),
    }
    if let Window::Calendar { .. } = slo.window {
        let days = slo.window.nominal();
        let note = "a rule cannot know the calendar; what is recorded about the period is of the last";
        notes.push(format!("{note} {days}"));
    }
    if slo.alerting.min_events.is_some() {
        notes.push("alerts do not ask for a least number of events, which Sloth does not count".to_owned());
    }
    notes
}
