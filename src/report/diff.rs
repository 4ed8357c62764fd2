//! One saved report held against another: what became worse, what better, what came and what went.

use std::cmp::Ordering;

use serde::Serialize;

use super::{Decision, Gate, Report, SloReport, Status, words};
use crate::base::Moment;
use crate::exit::Exit;

/// One report held against another.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Diff {
    /// The version of this document's form: 1.
    pub schema_version: u32,
    /// The older side.
    pub before: DiffSide,
    /// The newer side.
    pub after: DiffSide,
    /// By how many percentage points a share of good may be lower without being worse.
    pub tolerance_pp: f64,
    /// How many objectives became what.
    pub counts: DiffCounts,
    /// One sentence.
    pub verdict: String,
    /// The exit code that goes with it: 1 where something is worse.
    pub exit_code: u8,
    /// The gates' decisions.
    pub gate: DiffGate,
    /// Every objective of either side, the worse first.
    pub slos: Vec<SloDiff>,
}

/// A side of a comparison.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct DiffSide {
    /// What it is called: its file.
    pub name: String,
    /// The moment of its evaluation.
    pub at: Moment,
    /// A hash of its specifications.
    pub spec_hash: String,
}

/// How many objectives became what.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "the names say it")]
pub struct DiffCounts {
    pub worse: usize,
    pub vanished: usize,
    pub appeared: usize,
    pub better: usize,
    pub same: usize,
}

/// The gates' decisions.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[expect(missing_docs, reason = "the names say it")]
pub struct DiffGate {
    pub before: Decision,
    pub after: Decision,
    pub before_exit_code: u8,
    pub after_exit_code: u8,
    /// Whether the newer one is worse.
    pub worse: bool,
}

/// What became of an objective. Ordered from worst to best.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Became {
    /// Its status or its share of good is worse.
    Worse,
    /// It is no longer there.
    Vanished,
    /// It was not there.
    Appeared,
    /// Its status is better, or its share of good is higher.
    Better,
    /// Neither.
    Same,
}

impl Became {
    /// In a word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Worse => "worse",
            Self::Vanished => "vanished",
            Self::Appeared => "appeared",
            Self::Better => "better",
            Self::Same => "same",
        }
    }
}

/// An objective on both sides.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SloDiff {
    /// Its id.
    pub id: String,
    /// What became of it.
    pub became: Became,
    /// How it was.
    pub before: Option<SloSide>,
    /// How it is.
    pub after: Option<SloSide>,
    /// Its share of good now minus that before, in percentage points.
    pub sli_delta_pp: Option<f64>,
    /// What is left of its budget now minus what was, in percentage points of the budget.
    pub budget_delta_pp: Option<f64>,
    /// What else differs: the objective, the window.
    pub remarks: Vec<String>,
}

/// An objective on one side.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[expect(missing_docs, reason = "the names say it")]
pub struct SloSide {
    pub status: Status,
    pub objective_display: String,
    pub window_display: String,
    pub sli: Option<f64>,
    pub sli_display: String,
    pub budget_left: Option<f64>,
    pub budget_display: String,
}

/// Two shares differ when they do by more than this.
const NOISE: f64 = 1e-12;

impl Diff {
    /// Holds a report against an older one. `tolerance` is the share by which a share of good may be lower.
    pub fn of(before: (&str, &Report), after: (&str, &Report), tolerance: f64) -> Self {
        let side = |(name, report): (&str, &Report)| DiffSide {
            name: name.to_owned(),
            at: report.evaluation.at,
            spec_hash: report.evaluation.spec_hash.clone(),
        };
        let find = |report: &'_ Report, id: &str| report.slos.iter().position(|slo| slo.id == id);
        let mut slos: Vec<SloDiff> = Vec::new();
        for slo in &after.1.slos {
            let old = find(before.1, &slo.id).and_then(|at| before.1.slos.get(at));
            slos.push(SloDiff::of(old, Some(slo), &slo.id, tolerance));
        }
        for slo in before.1.slos.iter().filter(|slo| find(after.1, &slo.id).is_none()) {
            slos.push(SloDiff::of(Some(slo), None, &slo.id, tolerance));
        }
        // Two entries of one id would be two of a kind: the first is told.
        slos.sort_by(|a, b| a.became.cmp(&b.became).then_with(|| a.id.cmp(&b.id)));
        slos.dedup_by(|a, b| a.id == b.id);
        let mut counts = DiffCounts::default();
        for slo in &slos {
            *match slo.became {
                Became::Worse => &mut counts.worse,
                Became::Vanished => &mut counts.vanished,
                Became::Appeared => &mut counts.appeared,
                Became::Better => &mut counts.better,
                Became::Same => &mut counts.same,
            } += 1;
        }
        let gate = gates(&before.1.gate, &after.1.gate);
        let worse = counts.worse + counts.vanished > 0 || gate.worse;
        Self {
            schema_version: 1,
            before: side(before),
            after: side(after),
            tolerance_pp: tolerance * 100.0,
            verdict: verdict(&counts, gate),
            exit_code: if worse { Exit::Breached.code() } else { Exit::Passed.code() },
            counts,
            gate,
            slos,
        }
    }

    /// The outcome of the run.
    pub fn exit(&self) -> Exit {
        if self.exit_code == Exit::Passed.code() { Exit::Passed } else { Exit::Breached }
    }
}

fn gates(before: &Gate, after: &Gate) -> DiffGate {
    let rank = |decision| match decision {
        Decision::Pass => 0,
        Decision::Warn => 1,
        Decision::Unknown => 2,
        Decision::Fail => 3,
    };
    DiffGate {
        before: before.decision,
        after: after.decision,
        before_exit_code: before.exit_code,
        after_exit_code: after.exit_code,
        worse: rank(after.decision) > rank(before.decision),
    }
}

fn verdict(counts: &DiffCounts, gate: DiffGate) -> String {
    let parts: Vec<String> = [
        (counts.worse, "worse"),
        (counts.vanished, "vanished"),
        (counts.appeared, "appeared"),
        (counts.better, "better"),
        (counts.same, "the same"),
    ]
    .into_iter()
    .filter(|(count, _)| *count > 0)
    .map(|(count, what)| format!("{count} {what}"))
    .collect();
    let objectives = if parts.is_empty() { "no objectives".to_owned() } else { parts.join(", ") };
    let (before, after) = (words::decision(gate.before), words::decision(gate.after));
    let gate = if before == after { format!("gate: {after}") } else { format!("gate: {before} → {after}") };
    format!("{objectives}; {gate}")
}

impl SloDiff {
    fn of(before: Option<&SloReport>, after: Option<&SloReport>, id: &str, tolerance: f64) -> Self {
        let both = |of: fn(&SloReport) -> Option<f64>| before.and_then(of).zip(after.and_then(of));
        let sli = both(|slo| slo.sli.value).map(|(before, after)| after - before);
        let budget = both(left).map(|(before, after)| after - before);
        let became = match (before, after) {
            (Some(_), None) => Became::Vanished,
            (None, _) => Became::Appeared,
            (Some(before), Some(after)) => {
                let moved = sli.map_or(Ordering::Equal, |delta| {
                    // What is lower by no more than is tolerated is no lower, and the same higher.
                    if delta < -(tolerance + NOISE) {
                        Ordering::Greater
                    } else if delta > tolerance + NOISE {
                        Ordering::Less
                    } else {
                        Ordering::Equal
                    }
                });
                match rank(after.status).cmp(&rank(before.status)) {
                    Ordering::Greater => Became::Worse,
                    _ if moved == Ordering::Greater => Became::Worse,
                    Ordering::Less => Became::Better,
                    Ordering::Equal if moved == Ordering::Less => Became::Better,
                    Ordering::Equal => Became::Same,
                }
            }
        };
        let mut remarks = Vec::new();
        if let (Some(before), Some(after)) = (before, after) {
            if before.objective_display != after.objective_display {
                remarks.push(format!(
                    "the objective was {}, and is {}",
                    words::objective_spaced(&before.objective_display),
                    words::objective_spaced(&after.objective_display)
                ));
            }
            if before.window.display != after.window.display {
                remarks.push(format!(
                    "the window was {}, and is {}",
                    before.window.display, after.window.display
                ));
            }
        }
        Self {
            id: id.to_owned(),
            became,
            before: before.map(side),
            after: after.map(side),
            sli_delta_pp: sli.map(|delta| delta * 100.0),
            budget_delta_pp: budget.map(|delta| delta * 100.0),
            remarks,
        }
    }
}

fn left(slo: &SloReport) -> Option<f64> {
    slo.budget.as_ref().and_then(|budget| budget.remaining_ratio)
}

fn side(slo: &SloReport) -> SloSide {
    SloSide {
        status: slo.status,
        objective_display: slo.objective_display.clone(),
        window_display: slo.window.display.clone(),
        sli: slo.sli.value,
        sli_display: slo.sli.display.clone(),
        budget_left: left(slo),
        budget_display: slo.budget.as_ref().map_or_else(
            || words::NONE.to_owned(),
            |budget| words::budget_left(budget.remaining_ratio, budget.spent > 0.0),
        ),
    }
}

/// Whether a window is over is no difference between good and bad.
fn rank(status: Status) -> Status {
    if status == Status::InProgress { Status::Met } else { status }
}
