//! What a gate makes of a report. Closed by default: what could not be judged does not pass.

use super::{Decision, Gate, GateReason, Override, Report, SloReport, Status, words};
use crate::exit::Exit;

/// What is done about an objective that could not be judged.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Reaction {
    /// It does not pass.
    #[default]
    Fail,
    /// It passes with a warning.
    Warn,
    /// It passes.
    Pass,
}

/// What passes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Policy {
    /// A breach does not fail (for scheduled reports, whose mail is about the report itself).
    pub breach_passes: bool,
    /// What is done about `no_data`.
    pub on_no_data: Reaction,
    /// What is done about `error`.
    pub on_error: Reaction,
    /// Who lets a breach pass all the same, and why.
    pub r#override: Option<Override>,
}

impl Policy {
    /// The gate's decision and exit code for objectives.
    pub(super) fn judge(&self, slos: &[&SloReport]) -> Gate {
        let mut exit = Exit::Passed;
        let mut warned = false;
        let mut reasons = Vec::new();
        let overridden = self.r#override.is_some();
        for slo in slos {
            let (outcome, reaction) = match slo.status {
                Status::Met | Status::InProgress => continue,
                Status::AtRisk => (Exit::Passed, Reaction::Warn),
                Status::Breached if self.breach_passes || overridden => (Exit::Breached, Reaction::Warn),
                Status::Breached => (Exit::Breached, Reaction::Fail),
                Status::NoData => (Exit::NoData, self.on_no_data),
                Status::Error => (Exit::SourceFailed, self.on_error),
            };
            match reaction {
                Reaction::Fail => exit = exit.and(outcome),
                Reaction::Warn => warned = true,
                Reaction::Pass => {}
            }
            reasons.push(GateReason {
                slo: slo.id.clone(),
                rule: words::key(slo.status).to_owned(),
                actual: slo.sli.display.clone(),
                limit: slo.objective_display.clone(),
            });
        }
        let decision = match exit {
            Exit::Passed if warned => Decision::Warn,
            Exit::Passed => Decision::Pass,
            Exit::Breached => Decision::Fail,
            _ => Decision::Unknown,
        };
        Gate { decision, exit_code: exit.code(), reasons, r#override: self.r#override.clone() }
    }
}

impl Report {
    /// The budgets that were judged: all entries but those that stand for several.
    pub fn budgets(&self) -> impl DoubleEndedIterator<Item = &SloReport> {
        self.slos.iter().filter(|slo| slo.is_budget())
    }

    /// The outcome of the run, decided before anything is rendered.
    pub fn exit(&self) -> Exit {
        Exit::from_code(self.gate.exit_code).unwrap_or(Exit::SourceFailed)
    }
}
