//! What a gate makes of a report. Closed by default: what could not be judged does not pass.
//!
//! Takes the objectives of a report and a [`Policy`], gives a [`Gate`]. Reads the document alone, so that an old report
//! can be judged again. One rule finds something of one objective (`rules`); an override may let it pass
//! (`overrides`); what is left decides, alone or weighed (`score`). Must not know where a policy was read from.

mod comparison;
mod needs;
mod overrides;
mod policy;
mod rules;
mod score;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub use comparison::{ComparedReport, ComparedWith, ComparisonReport};
pub use needs::{Consequence, LimitRule, Need, Needs};
pub use overrides::{Covers, Override, OverrideRule, OverrideState};
pub use policy::{Level, Match, Score, Target, WrittenPolicy, matches};
pub use score::ScoreReport;

use super::{Decision, Gate, GateReason, Report, SlaReport, SloReport, words};
use crate::base::Moment;
use crate::exit::Exit;
use overrides::{TOTAL, let_pass};
use rules::{Finding, Found, findings};
use score::Weighed;

/// What is done about an objective that could not be judged.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Reaction {
    /// It does not pass.
    #[default]
    Fail,
    /// It passes with a warning.
    Warn,
    /// It passes.
    Pass,
}

/// What passes: what was typed, and what was written down.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Policy {
    /// A breach does not fail (for scheduled reports, whose mail is about the report itself).
    pub breach_passes: bool,
    /// What is done about `no_data`; what the written policy says where nothing was typed.
    pub on_no_data: Option<Reaction>,
    /// What is done about `error`; what the written policy says where nothing was typed.
    pub on_error: Option<Reaction>,
    /// Who lets a breach pass all the same, and why.
    pub r#override: Option<OverrideRule>,
    /// The policy that was written down.
    pub written: Option<WrittenPolicy>,
    /// The environment that is judged for.
    pub environment: Option<String>,
    /// Limits that were typed.
    pub typed: Needs,
    /// Whether everything is judged and said, and nothing stopped.
    pub dry_run: bool,
}

/// The policy that a report was judged by.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PolicyReport {
    /// The environment that was judged for.
    pub environment: Option<String>,
    /// The policy.
    #[serde(flatten)]
    pub written: WrittenPolicy,
}

impl Policy {
    /// What is asked of an objective, of which `own` is what its specification says.
    pub fn needs(&self, subject: Target<'_>, own: Option<&Needs>) -> Needs {
        let written = self.written.as_ref().map(|policy| policy.needs(subject, self.environment.as_deref()));
        let own = own.cloned().unwrap_or_default().over(&written.unwrap_or_default());
        self.typed.clone().over(&own)
    }

    fn reaction(&self, found: Found) -> Reaction {
        let written = |of: fn(&WrittenPolicy) -> Option<Reaction>| self.written.as_ref().and_then(of);
        let said = match found {
            Found::NoData => self.on_no_data.or_else(|| written(|policy| policy.on_no_data)),
            Found::Error => self.on_error.or_else(|| written(|policy| policy.on_error)),
            _ => None,
        };
        said.unwrap_or_default()
    }

    /// The gate's decision and exit code for objectives and the contracts about them.
    pub fn judge(&self, slos: &[&SloReport], slas: &[SlaReport], now: Moment) -> Gate {
        let written = self.written.iter().flat_map(|policy| &policy.overrides);
        let overrides = self.r#override.iter().chain(written).map(|rule| Override::new(rule, now)).collect();
        let limits = self.written.as_ref().and_then(|policy| policy.score);
        let mut court = Court { policy: self, overrides, reasons: Vec::new() };
        let judged: Vec<Judged> = slos.iter().map(|slo| court.judged(slo, limits.is_some())).collect();

        let mut exit = Exit::Passed;
        let mut warned = judged.iter().any(|one| one.found == Found::Warn);
        for one in &judged {
            // Where the total is judged, what fails is weighed. What is not known is not.
            let weighed = one.found == Found::Fail && limits.is_some() && !one.is_key;
            warned |= weighed;
            exit = exit.and(outcome(if weighed { one.unknown } else { one.found }));
        }
        // A contract is not weighed: it is kept or it is not.
        for sla in slas {
            let found = court.contract(sla);
            warned |= found == Found::Warn;
            exit = exit.and(outcome(found));
        }
        let weights = judged.iter().filter(|one| !one.left_out).map(|one| Weighed {
            weight: one.weight,
            known: one.known,
            is_open: one.unknown != Found::Pass,
        });
        let score = limits.map(|limits| ScoreReport::of(weights, limits));
        let mut total_fails = false;
        if let Some(score) = &score {
            let found = court.total(score);
            total_fails = found == Found::Fail;
            warned |= found == Found::Warn;
            exit = exit.and(outcome(found));
        }

        let decision = match exit {
            Exit::Passed if warned => Decision::Warn,
            Exit::Passed => Decision::Pass,
            Exit::Breached => Decision::Fail,
            _ => Decision::Unknown,
        };
        let stops = |one: &&Judged| match (limits, one.found) {
            (None, found) => found == Found::Fail,
            (Some(_), found) => found == Found::Fail && (one.is_key || total_fails),
        };
        let mut freeze: Vec<String> = Vec::new();
        for text in judged.iter().filter(stops).filter_map(|one| one.freeze.as_ref()) {
            if !freeze.contains(text) {
                freeze.push(text.clone());
            }
        }
        let Court { overrides, reasons, .. } = court;
        let applied = || overrides.iter().find(|one| one.state == OverrideState::Applied);
        Gate {
            decision,
            exit_code: if self.dry_run { Exit::Passed.code() } else { exit.code() },
            reasons,
            r#override: overrides.first().filter(|_| self.r#override.is_some()).or_else(applied).cloned(),
            freeze,
            score,
            policy: self
                .written
                .clone()
                .map(|written| PolicyReport { environment: self.environment.clone(), written }),
            dry_run: self.dry_run.then(|| exit.code()),
            overrides,
        }
    }
}

fn outcome(found: Found) -> Exit {
    match found {
        Found::Pass | Found::Warn => Exit::Passed,
        Found::NoData => Exit::NoData,
        Found::Error => Exit::SourceFailed,
        Found::Fail => Exit::Breached,
    }
}

/// What became of an objective.
struct Judged {
    /// The worst that was found; a warning where it was let pass.
    found: Found,
    /// The worst that is known, for the total score: what somebody lets pass passes there.
    known: Found,
    /// The worst of what could not be judged.
    unknown: Found,
    /// Whether it could not be judged, which was allowed: then it is not weighed.
    left_out: bool,
    is_key: bool,
    weight: u64,
    freeze: Option<String>,
}

/// A gate while it judges.
struct Court<'a> {
    policy: &'a Policy,
    overrides: Vec<Override>,
    reasons: Vec<GateReason>,
}

impl Court<'_> {
    fn judged(&mut self, slo: &SloReport, weighs: bool) -> Judged {
        let needs = self.policy.needs(slo.into(), slo.gate.as_ref());
        let mut judged = Judged {
            found: Found::Pass,
            known: Found::Pass,
            unknown: Found::Pass,
            left_out: false,
            is_key: needs.key.unwrap_or_default(),
            weight: needs.weight.unwrap_or(1),
            freeze: needs.freeze.clone(),
        };
        let subject = Some(Target::from(slo));
        for finding in findings(slo, &needs) {
            let (found, is_let_pass) = self.after_mercy(finding.found, subject, &slo.id);
            judged.left_out |= matches!(finding.found, Found::NoData | Found::Error)
                && self.policy.reaction(finding.found) != Reaction::Fail;
            judged.found = judged.found.max(found);
            if matches!(found, Found::NoData | Found::Error) {
                judged.unknown = judged.unknown.max(found);
            } else if !is_let_pass {
                judged.known = judged.known.max(found);
            }
            self.say(&slo.id, finding, found);
        }
        judged.left_out &= judged.found <= Found::Warn;
        if weighs && judged.is_key && judged.found > Found::Warn {
            let actual = if judged.found == Found::Fail { "it fails" } else { "it could not be judged" };
            let limit = "a key objective passes, whatever the total".to_owned();
            let finding = Finding {
                rule: "key",
                window: None,
                found: judged.found,
                actual: actual.to_owned(),
                limit,
                from: None,
            };
            self.say(&slo.id, finding, judged.found);
        }
        judged
    }

    /// What is found of a contract, where that is not let pass.
    fn contract(&mut self, sla: &SlaReport) -> Found {
        let id = sla.id();
        let labels = BTreeMap::new();
        let subject = Target { service: &sla.service, slo: &sla.slo, labels: &labels };
        let finding = rules::contract(sla);
        let (found, _) = self.after_mercy(finding.found, Some(subject), &id);
        self.say(&id, finding, found);
        found
    }

    /// What the total score finds, where that is not let pass.
    fn total(&mut self, score: &ScoreReport) -> Found {
        let raw = score.found();
        let (found, _) = self.after_mercy(raw, None, TOTAL);
        let actual = match (score.reached, score.possible) {
            (Some(least), Some(most)) if raw == Found::NoData => {
                format!("{} to {}", words::share_beside(least, score.pass), words::share_limit(most))
            }
            (Some(reached), _) => words::share_beside(reached, score.pass),
            _ => "nothing was weighed".to_owned(),
        };
        let limit = format!(
            "at least {}, a warning from {}",
            words::share_limit(score.pass),
            words::share_limit(score.warn)
        );
        let from = self.policy.written.as_ref().map(|policy| policy.file.clone());
        let finding = Finding { rule: "score", window: None, found: raw, actual, limit, from };
        self.say(TOTAL, finding, found);
        found
    }

    /// What is left of a finding after reactions and overrides, and whether somebody lets it pass.
    fn after_mercy(&mut self, found: Found, subject: Option<Target<'_>>, id: &str) -> (Found, bool) {
        let covers = match found {
            Found::Pass | Found::Warn => return (found, false),
            Found::Fail if self.policy.breach_passes => return (Found::Warn, false),
            Found::Fail => Covers::Breached,
            Found::NoData => Covers::NoData,
            Found::Error => Covers::Error,
        };
        match self.policy.reaction(found) {
            Reaction::Pass => (Found::Pass, false),
            Reaction::Warn => (Found::Warn, false),
            Reaction::Fail if let_pass(&mut self.overrides, covers, subject, id) => (Found::Warn, true),
            Reaction::Fail => (found, false),
        }
    }

    fn say(&mut self, id: &str, finding: Finding, left: Found) {
        let outcome = match finding.found {
            Found::Pass => return,
            Found::Warn => Decision::Warn,
            Found::NoData | Found::Error => Decision::Unknown,
            Found::Fail => Decision::Fail,
        };
        self.reasons.push(GateReason {
            slo: id.to_owned(),
            rule: finding.rule.to_owned(),
            actual: finding.actual,
            limit: finding.limit,
            outcome: Some(outcome),
            from: finding.from,
            let_pass: left <= Found::Warn && finding.found > Found::Warn,
        });
    }
}

impl Report {
    /// The budgets that were judged: all entries but those that stand for several.
    pub fn budgets(&self) -> impl DoubleEndedIterator<Item = &SloReport> {
        self.slos.iter().filter(|slo| slo.is_budget())
    }

    /// Judges again. What was written down before holds where the policy has nothing of it.
    pub fn judge(&mut self, policy: &Policy, now: Moment) {
        let mut policy = policy.clone();
        if let (None, Some(known)) = (&policy.written, self.gate.policy.take()) {
            policy.environment = policy.environment.or(known.environment);
            policy.written = Some(known.written);
        }
        let slos: Vec<&SloReport> = self.budgets().collect();
        self.gate = policy.judge(&slos, &self.slas, now);
    }

    /// The outcome of the run, decided before anything is rendered.
    pub fn exit(&self) -> Exit {
        Exit::from_code(self.gate.exit_code).unwrap_or(Exit::SourceFailed)
    }
}
