//! What a gate decided, in words: for every format that has any.

use serde::Serialize;

use super::text::one_line;
use crate::base::Zone;
use crate::report::{
    ComparedReport, Decision, Gate, GateReason, Override, OverrideState, Report, SloReport, words,
};

/// A gate.
#[derive(Debug, Serialize)]
pub(super) struct GateView {
    decision: &'static str,
    exit_code: String,
    /// `(exit 1)`, and that of a dry run beside the one that it would have.
    exit: String,
    dry_run: bool,
    reasons: Vec<ReasonView>,
    overridden: Option<String>,
    overrides: Vec<String>,
    freeze: Vec<String>,
    score: Option<String>,
    policy: Option<String>,
    compared: Vec<ComparedView>,
    /// Whether there is more to tell than the statuses of objectives.
    told: bool,
}

#[derive(Debug, Serialize)]
struct ReasonView {
    outcome: String,
    slo: String,
    rule: String,
    actual: String,
    limit: String,
    from: String,
}

/// An objective before and after.
#[derive(Debug, Serialize)]
struct ComparedView {
    slo: String,
    before: String,
    after: String,
    change: String,
}

/// The view of a report's gate.
pub(super) fn view(report: &Report, zone: Zone) -> GateView {
    let gate = &report.gate;
    let limits = gate.reasons.iter().any(|reason| !is_status(reason, &report.slos));
    let compared = report.budgets().any(|slo| slo.comparison.is_some());
    GateView {
        told: limits
            || compared
            || !gate.overrides.is_empty()
            || gate.policy.is_some()
            || gate.dry_run.is_some(),
        decision: words::decision(gate.decision),
        exit_code: gate.exit_code.to_string(),
        exit: exit(gate),
        dry_run: gate.dry_run.is_some(),
        reasons: gate
            .reasons
            .iter()
            .map(|reason| ReasonView {
                outcome: outcome(reason),
                slo: one_line(&reason.slo),
                rule: one_line(&reason.rule.replace('_', " ")),
                actual: one_line(&reason.actual),
                limit: one_line(&reason.limit),
                from: reason.from.as_deref().map(one_line).unwrap_or_default(),
            })
            .collect(),
        overridden: gate
            .r#override
            .as_ref()
            .map(|pass| one_line(&format!("{}: {}", pass.rule.by, pass.rule.reason))),
        overrides: gate.overrides.iter().map(|one| override_line(one, zone)).collect(),
        freeze: gate.freeze.iter().map(|text| one_line(text)).collect(),
        score: score(gate),
        policy: policy(gate),
        compared: report
            .budgets()
            .filter_map(|slo| {
                let comparison = slo.comparison.as_ref()?;
                Some(ComparedView {
                    slo: one_line(&slo.id),
                    before: side(comparison.before.as_ref()),
                    after: side(comparison.after.as_ref()),
                    change: words::delta_pp(comparison.delta_pp),
                })
            })
            .collect(),
    }
}

/// `exit 1`, or that of a dry run beside the one that it would have.
pub(super) fn exit(gate: &Gate) -> String {
    match gate.dry_run {
        Some(code) => format!("dry run: exit {}, else {code}", gate.exit_code),
        None => format!("exit {}", gate.exit_code),
    }
}

/// What a rule found, and whether that was let pass.
fn outcome(reason: &GateReason) -> String {
    let found = reason.outcome.map_or("", words::decision);
    if reason.let_pass { format!("{found}, let pass") } else { found.to_owned() }
}

/// The total score, where one is judged.
fn score(gate: &Gate) -> Option<String> {
    let score = gate.score?;
    Some(match (score.reached, score.possible) {
        (Some(least), Some(most)) if (most - least).abs() > f64::EPSILON => {
            format!("{} to {}", words::share_beside(least, score.pass), words::share_beside(most, score.pass))
        }
        (Some(reached), _) => words::share_beside(reached, score.pass),
        _ => words::NONE.to_owned(),
    })
}

/// The policy that was judged by.
fn policy(gate: &Gate) -> Option<String> {
    let policy = gate.policy.as_ref()?;
    let name = policy.written.name.as_ref().map_or(String::new(), |name| format!("{name}, "));
    let environment =
        policy.environment.as_ref().map_or(String::new(), |environment| format!(" for {environment}"));
    Some(one_line(&format!("{name}{}{environment}", policy.written.file)))
}

/// Who let what pass, until when, and what became of it.
fn override_line(one: &Override, zone: Zone) -> String {
    let rule = &one.rule;
    let until = rule
        .expires
        .map_or(String::new(), |expires| format!(" (until {} {zone})", words::minute(expires, zone)));
    let became = match one.state {
        OverrideState::Applied => format!("let pass {}", one.let_pass.join(", ")),
        OverrideState::Unused => "let nothing pass".to_owned(),
        OverrideState::Expired => "expired: it does not count".to_owned(),
        OverrideState::NotBegun => "not begun: it does not count yet".to_owned(),
    };
    one_line(&format!("{}: {}{until}, {became}", rule.by, rule.reason))
}

fn side(side: Option<&ComparedReport>) -> String {
    let Some(side) = side else { return words::NO_DATA.to_owned() };
    let events =
        side.events.map_or(String::new(), |events| format!(" of {} events", words::count(events.total)));
    let share = if side.sli.is_some() { one_line(&side.sli_display) } else { words::NO_DATA.to_owned() };
    format!("{share}{events}")
}

/// Lines beside those of the objectives, whose status is told there: limits that are not kept, what was compared,
/// overrides, what a person is told.
pub(super) fn lines(report: &Report, zone: Zone) -> Vec<String> {
    let gate = &report.gate;
    let view = view(report, zone);
    let mut lines: Vec<String> = Vec::new();
    for compared in &view.compared {
        let ComparedView { slo, before, after, change } = compared;
        lines.push(format!("{slo}: {after}, before {before} ({change})"));
    }
    for reason in gate.reasons.iter().filter(|reason| !is_status(reason, &report.slos)) {
        let sign = match (reason.outcome, reason.let_pass) {
            (_, true) | (Some(Decision::Warn), _) => '!',
            (Some(Decision::Unknown), _) => '?',
            _ => '✗',
        };
        let from = reason.from.as_ref().map_or(String::new(), |from| format!(" ({from})"));
        let let_pass = if reason.let_pass { ", let pass" } else { "" };
        let text = format!(
            "{sign} {} {}: {}; {}{from}{let_pass}",
            reason.slo, reason.rule, reason.actual, reason.limit
        );
        lines.push(one_line(&text));
    }
    lines.extend(view.overrides.iter().map(|text| format!("override by {text}")));
    lines.extend(view.freeze.iter().map(|text| format!("freeze: {text}")));
    lines
}

/// Whether a reason is the status of its objective, which is told with it.
fn is_status(reason: &GateReason, slos: &[SloReport]) -> bool {
    slos.iter().any(|slo| slo.id == reason.slo && words::key(slo.status) == reason.rule)
}
