//! How a day is counted: days that were counted otherwise cannot be added to each other.

use crate::history::Day;
use crate::plan::Task;
use crate::report::method_of;
use crate::slo::{Empty, Method, Signal, Sla, Spec};

/// Whether the days of a contract can be counted one by one: a cap counts what was excluded before.
pub(super) fn is_counted_by_day(sla: &Sla) -> bool {
    sla.exclusion_cap().is_none()
}

/// How an objective counts. Days that were counted otherwise cannot be added to each other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Counting {
    pub(super) sli: String,
    pub(super) method: String,
    pub(super) slices: Option<String>,
    /// What a contract accepts as excluded.
    pub(super) clause: Option<String>,
}

impl Counting {
    pub(super) fn of(spec: &Spec, task: &Task) -> Self {
        let slo = &task.terms;
        let empty = |empty| match empty {
            Empty::Good => ", empty ones good",
            Empty::Bad => ", empty ones bad",
            Empty::Ignore => "",
        };
        let least =
            |least: Option<u64>| least.map_or(String::new(), |least| format!(", of at least {least} events"));
        let slices = match (slo.method, slo.sli.signal()) {
            (Method::Timeslices { slice, target, empty: of, min_events, consecutive }, _) => {
                let runs = if consecutive > 1 { format!(", {consecutive} in a row") } else { String::new() };
                Some(format!("{slice}, good at {target}{}{}{runs}", empty(of), least(min_events)))
            }
            (Method::RatioTimeslices { slice, empty: of, min_events }, _) => {
                Some(format!("{slice}{}{}", empty(of), least(min_events)))
            }
            (Method::Occurrences, Signal::Slices { slice, empty: of, .. }) => {
                Some(format!("{slice}{}", empty(of)))
            }
            (Method::Occurrences, _) => task.slice().map(|slice| slice.to_string()),
        };
        Self {
            sli: slo.sli.kind().to_owned(),
            method: method_of(slo).to_owned(),
            slices,
            clause: contract_of(spec, task).map(clause),
        }
    }

    pub(super) fn is_of(&self, day: &Day) -> bool {
        // A report's document does not say more of slices than the method.
        let slices = day.slices == self.slices || day.slices.is_none() && day.source.kind == REPORT;
        self.sli == day.sli && self.method == day.method && slices && self.clause == day.clause
    }
}

/// The kind of source of what was read from a report's document.
pub(super) const REPORT: &str = "report";

/// The contract by whose terms something is judged.
pub(super) fn contract_of<'a>(spec: &'a Spec, task: &Task) -> Option<&'a Sla> {
    spec.slas.get(task.contract?)
}

/// What of exclusions a contract accepts, in words.
fn clause(sla: &Sla) -> String {
    let Some(clause) = &sla.exclusions else { return "nothing".to_owned() };
    let categories =
        if clause.categories.is_empty() { "all".to_owned() } else { clause.categories.join(", ") };
    let notice = clause.notice.map(|notice| format!(", announced {notice} before")).unwrap_or_default();
    format!("{categories}{notice}")
}
