//! Why an objective has its status, in a sentence, and the verdict on all of them in one.

use super::{Counts, SloReport, Status, words};
use crate::base::{Share, ratio};
use crate::budget::{Events, Measured, Verdict, Warning, Why};
use crate::slo::Slo;

/// The status that goes with a verdict.
pub(super) fn status(verdict: &Verdict) -> Status {
    match verdict {
        Verdict::Met(warnings) if warnings.is_empty() => Status::Met,
        Verdict::InProgress(warnings) if warnings.is_empty() => Status::InProgress,
        Verdict::Met(_) | Verdict::InProgress(_) => Status::AtRisk,
        Verdict::Breached => Status::Breached,
        Verdict::NoData(_) => Status::NoData,
    }
}

/// The measured share of good in words.
pub(super) fn sli(events: Events, objective: Share) -> String {
    match ratio(events.good(), events.total) {
        Some(value) => words::sli(value, events.bad, objective.decimals()),
        None => words::NO_DATA.to_owned(),
    }
}

/// Why a verdict is what it is.
pub(super) fn reason(measured: &Measured, slo: &Slo, elapsed_ratio: f64) -> String {
    let measured_sli = sli(measured.events, slo.objective);
    let objective = words::objective(slo.objective);
    let warned = |warnings: &[Warning]| warnings.iter().map(warning).collect::<Vec<_>>().join("; ");
    match &measured.verdict {
        Verdict::Met(warnings) if warnings.is_empty() => {
            format!("{measured_sli} is good, {objective} is promised")
        }
        Verdict::Met(warnings) => format!("met, but {}", warned(warnings)),
        Verdict::InProgress(warnings) => {
            let used = words::part(measured.budget.share_of(measured.events.bad));
            let so_far = format!(
                "in progress: {used} of the budget used with {} of the window elapsed",
                words::coverage(Some(elapsed_ratio))
            );
            if warnings.is_empty() { so_far } else { format!("{so_far}; {}", warned(warnings)) }
        }
        Verdict::Breached if elapsed_ratio < 1.0 => format!(
            "{measured_sli} so far: already more bad than the whole window allows as its traffic is projected ({objective} is promised)"
        ),
        Verdict::Breached => format!("{measured_sli} is good, {objective} is promised"),
        Verdict::NoData(why) => no_data(*why),
    }
}

fn warning(warning: &Warning) -> String {
    match warning {
        Warning::Burning { severity, burn } => format!(
            "over the last {} the budget burned {} as fast as an even pace ({} alert)",
            burn.window,
            words::burn(burn.rate),
            severity.word()
        ),
        Warning::LowBudget(left) => {
            format!("only {} of the budget is left", words::budget_left(Some(*left), true))
        }
        Warning::AheadOfTime => "more was bad so far than the objective allows of what has passed".to_owned(),
    }
}

fn no_data(why: Why) -> String {
    match why {
        Why::NoSeries => "no data: no series matched".to_owned(),
        Why::AllExcluded => "no data: all of the window is excluded by agreement".to_owned(),
        Why::NotBegun => "no data: the window has not begun".to_owned(),
        Why::NoTraffic => "no traffic: nothing happened in the window".to_owned(),
        Why::FewEvents { events, minimum } => {
            format!("no data ({} events, minimum {})", words::count(events), words::count(minimum as f64))
        }
        Why::Coverage { ratio, minimum } => format!(
            "no data: data exists for {} of the window, {} is the minimum",
            words::coverage(Some(ratio)),
            words::objective(minimum)
        ),
    }
}

/// How many objectives have which status.
pub(super) fn counts(statuses: impl IntoIterator<Item = Status>) -> Counts {
    let mut counts = Counts::default();
    for status in statuses {
        counts.total += 1;
        match status {
            Status::Met => counts.met += 1,
            Status::InProgress => counts.in_progress += 1,
            Status::AtRisk => counts.at_risk += 1,
            Status::Breached => counts.breached += 1,
            Status::NoData => counts.no_data += 1,
            Status::Error => counts.error += 1,
        }
    }
    counts
}

/// The verdict on all objectives in one sentence. `worst` is the first of them, the worst first.
pub(super) fn verdict(counts: &Counts, worst: Option<&SloReport>) -> String {
    let name = |slo: &SloReport| words::name(&slo.service, &slo.slo, &slo.group);
    if let Some(only) = worst.filter(|_| counts.total == 1) {
        return format!("{} {}.", name(only), alone(only.status));
    }
    let of = |n: usize| format!("{n} of {} objectives", counts.total);
    let others = [
        (counts.error, "could not be measured"),
        (counts.no_data, "without enough data"),
        (counts.at_risk, "at risk"),
    ];
    let mut parts: Vec<String> = Vec::new();
    if counts.breached > 0 {
        parts.push(format!("{} breached", of(counts.breached)));
    }
    for (n, what) in others {
        match (n, parts.is_empty()) {
            (0, _) => {}
            (n, true) => parts.push(format!("{} {what}", of(n))),
            (n, false) => parts.push(format!("{n} {what}")),
        }
    }
    // Of what could not be judged none is the worst.
    let worst = worst.filter(|slo| matches!(slo.status, Status::Breached | Status::AtRisk));
    match (parts.is_empty(), counts.in_progress) {
        (true, 0) => format!("All {} objectives are met.", counts.total),
        (true, n) if n == counts.total => format!("{} on track in windows in progress.", of(n)),
        (true, n) => format!("{} met, {n} on track in windows in progress.", of(counts.met)),
        (false, _) => match worst {
            Some(worst) => format!("{}; worst: {}.", parts.join(", "), name(worst)),
            None => format!("{}.", parts.join(", ")),
        },
    }
}

/// What is said of the only objective.
fn alone(status: Status) -> &'static str {
    match status {
        Status::Met => "is met",
        Status::InProgress => "is on track in a window in progress",
        Status::AtRisk => "is at risk",
        Status::NoData => "has too little data",
        Status::Error => "could not be measured",
        Status::Breached => "is breached",
    }
}
