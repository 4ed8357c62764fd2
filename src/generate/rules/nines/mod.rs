//! The rules of nines: what an objective's error ratio is, recorded over several windows, and when to be told of it.
//!
//! | recorded | what |
//! |---|---|
//! | `slo:sli_error:ratio_rate<W>` | share of bad events (or slices) over `W`, such as `5m` or `1d` |
//! | `slo:events_bad:increase5m` or `slo:events_good:increase5m`, `slo:events_total:increase5m` | events of the last 5 minutes |
//! | `slo:slice_good:bool` | 1 or 0 for each slice of the clock; nothing where it was not measured |
//! | `slo:slice_measured:bool` | the same before unmeasured slices were called good or bad, where they are |
//! | `slo:error_budget:remaining_ratio` | how much of the budget of the objective's own window is left; negative when it is overspent |
//! | `slo:events_total:increase<W>` | events over the long windows of alerts, where alerts ask for a least number of them |
//! | `slo:objective:ratio`, `slo:error_budget:ratio`, `slo:time_window:days` | what was promised |
//!
//! Every one has the labels `slo_service`, `slo` and `slo_id` (`service/slo`), and those by which the budget is divided.
//!
//! A window of a day or more is summed from recorded counts, so it fills only as fast as they are recorded. A counter
//! whose first sample is not zero is counted from that sample on, as `rate` does.

mod alerts;
mod events;
mod slices;

use std::collections::BTreeMap;

use super::model::{Rule, RuleSet};
use super::{Subject, counting, judging};
use crate::base::Duration;
use crate::promql::{BinaryOp, Expr, MatchOp, Selector};
use crate::slo::Signal;

/// Labels that the rules themselves set.
pub(super) const OWN_LABELS: [&str; 8] =
    ["slo", "slo_service", "slo_id", "severity", "tier", "window", "alertname", counting::TERM];

/// How often the rules of an objective are evaluated.
const INTERVAL: Duration = crate::slo::RULES_EVERY;

/// How often what concerns the whole window of an objective is: it is much to read and changes slowly.
const PERIOD_INTERVAL: Duration = crate::slo::BUDGET_EVERY;

/// Adds the rules of one objective.
pub(super) fn add(subject: &Subject<'_>, set: &mut RuleSet) {
    let Some(rules) = recorded(subject) else {
        set.notes
            .push(subject.note("it is made of other objectives, which have rules of their own: none for it"));
        return;
    };
    if let Some((slice, judged)) = rules.judged {
        // One evaluation for each slice: its mean is then the share of slices.
        set.groups.push(subject.group(format!("{}/slices", subject.id()), Some(slice), judged));
    }
    let promise = subject.promise();
    let main = promise
        .into_iter()
        .chain(rules.burning)
        .chain(alerts::burning(subject))
        .chain(alerts::absent(subject));
    set.groups.push(subject.group(subject.id(), Some(INTERVAL), main.collect()));
    let period = rules.period.into_iter().chain(subject.remaining()).chain(alerts::exhausted(subject));
    set.groups.push(subject.group(
        format!("{}/period", subject.id()),
        Some(PERIOD_INTERVAL),
        period.collect(),
    ));
    set.notes.extend(alerts::unreachable(subject).map(|remark| subject.note(&remark)));
    set.notes.extend(simplified(subject.slo).map(|remark| subject.note(remark)));
    if let crate::slo::Window::Calendar { .. } = subject.slo.window {
        let days = subject.slo.window.nominal();
        set.notes.push(subject.note(&format!(
            "a rule cannot know the calendar; what is recorded about the period is of the last {days}"
        )));
    }
}

/// What rules leave out of how an objective's budget is counted.
fn simplified(slo: &crate::slo::Slo) -> Option<&'static str> {
    let method = slo.method;
    if method.min_events().is_some() || method.consecutive() > 1 {
        Some(
            "rules judge each slice by itself, whatever `min_events` and `consecutive` say; reports do as they say",
        )
    } else if method.slices().is_some() && slo.sli.slice().is_some() {
        Some(
            "rules count the slices that the indicator judges, not those that `method` makes of them; reports do",
        )
    } else {
        None
    }
}

/// The series of an objective, by the groups that record them.
struct Recorded {
    /// Slices of the clock and their length, where they are judged.
    judged: Option<(Duration, Vec<Rule>)>,
    /// Counts, and error ratios over the windows of alerts.
    burning: Vec<Rule>,
    /// The error ratio over the objective's own window, unless it is among those.
    period: Option<Rule>,
}

fn recorded(subject: &Subject<'_>) -> Option<Recorded> {
    let slo = subject.slo;
    let period = Some(slo.window.nominal()).filter(|window| !subject.windows().contains(window));
    if let (Some((slice, empty)), Some((value, judge))) = (subject.slices(), judging::judged(slo)) {
        return Some(Recorded {
            judged: Some((slice, slices::judged(subject, &value.with_window(slice), judge, empty))),
            burning: slices::ratios(subject),
            period: period.map(|window| slices::ratio(subject, window)),
        });
    }
    let Signal::Events { polarity, part, total, .. } = slo.sli.signal() else { return None };
    let counts = events::Events { polarity, part: &part, total: &total, by: &slo.by };
    Some(Recorded {
        judged: None,
        burning: counts.rules(subject),
        period: period.map(|window| counts.ratio(subject, window)),
    })
}

impl Subject<'_> {
    /// The labels of every recorded series.
    fn labels(&self) -> BTreeMap<String, String> {
        let own = [
            ("slo", self.slo.name.clone()),
            ("slo_service", self.spec.service.clone()),
            ("slo_id", self.id()),
        ];
        own.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
    }

    /// A series that this objective's rules record.
    fn recorded(&self, name: &str) -> Selector {
        Selector::metric(name).with("slo_id", MatchOp::Equal, self.id())
    }

    fn record(&self, name: &str, expr: Expr) -> Rule {
        Rule::Record { record: name.to_owned(), expr, labels: self.labels() }
    }

    /// What was promised, as series for dashboards.
    fn promise(&self) -> [Rule; 3] {
        let constant = |value: f64| Expr::call("vector", [Expr::number(value)]);
        let days = self.slo.window.nominal().as_secs() / Duration::days(1).as_secs();
        [
            self.record("slo:objective:ratio", constant(self.slo.objective.as_f64())),
            self.record("slo:error_budget:ratio", constant(self.slo.objective.complement().as_f64())),
            self.record("slo:time_window:days", constant(days)),
        ]
    }

    /// How much of the budget is left, where there is one.
    fn remaining(&self) -> Option<Rule> {
        let allowed = self.slo.objective.complement().as_f64();
        let spent = Expr::selector(self.recorded(&ratio_name(self.slo.window.nominal())));
        let left =
            Expr::number(1.0).binary(BinaryOp::Sub, spent.binary(BinaryOp::Div, Expr::number(allowed)));
        (allowed > 0.0).then(|| self.record("slo:error_budget:remaining_ratio", left))
    }
}

/// The one rule by which an error ratio's series is named.
fn ratio_name(window: Duration) -> String {
    format!("slo:sli_error:ratio_rate{window}")
}
