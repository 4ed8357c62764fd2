//! What was found, as a document: the answer of `nines doctor`.

use serde::Serialize;

use super::examine::{Examination, Examined};
use super::finding::{Finding, Severity};
use crate::base::Moment;
use crate::exit::Exit;
use crate::slo::Spec;

/// What was found. Fields are added, never renamed; what is unknown is null.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Checkup {
    /// The version of this document.
    pub schema_version: u32,
    /// The end of rolling windows.
    pub at: Moment,
    /// Who was asked.
    pub source: SourceReport,
    /// All in numbers.
    pub summary: Summary,
    /// What was found: of the source first, then of each objective in the order of the specifications, the gravest first.
    pub findings: Vec<FindingReport>,
    /// Checks that were not made to their end.
    pub not_checked: Vec<SkippedReport>,
    /// The objectives, with what each check of each came to.
    pub objectives: Vec<ObjectiveReport>,
}

/// Who was asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SourceReport {
    /// `prometheus` or `local`.
    pub kind: String,
    /// The address, or the paths.
    pub url: String,
    /// Product and version.
    pub engine: String,
    /// How many questions were asked.
    pub questions: usize,
    /// Samples that it read for the answers, where it says so.
    pub samples_read: Option<u64>,
}

/// All in numbers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Summary {
    /// Objectives that were looked at.
    pub objectives: usize,
    /// Checks that were made.
    pub checks: usize,
    /// Checks that were not made to their end.
    pub not_checked: usize,
    /// Findings by how grave they are.
    pub findings: Counts,
    /// The code that the command ends with.
    pub exit_code: u8,
}

/// Findings by how grave they are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// The objective cannot be evaluated rightly.
    pub error: usize,
    /// It can, but some of what is said of it may mislead.
    pub warning: usize,
    /// Worth knowing.
    pub note: usize,
}

/// One finding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FindingReport {
    /// `error`, `warning` or `note`.
    pub severity: &'static str,
    /// The number of its kind, such as `N0601`; its page is `docs/faults/N0601.md`.
    pub code: &'static str,
    /// The check that found it.
    pub check: &'static str,
    /// The service; null where it is about the source.
    pub service: Option<String>,
    /// The objective.
    pub slo: Option<String>,
    /// The file that holds the objective.
    pub file: Option<String>,
    /// Its line there, counted from one.
    pub line: Option<usize>,
    /// The query that it is about.
    pub query: Option<String>,
    /// What was found, with its numbers.
    pub found: String,
    /// What to do.
    pub help: String,
}

/// A check that was not made to its end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SkippedReport {
    /// The check.
    pub check: &'static str,
    /// The service; null where it is about the source.
    pub service: Option<String>,
    /// The objective.
    pub slo: Option<String>,
    /// Why.
    pub reason: String,
    /// Whether the source did not answer; otherwise another finding is the reason.
    pub source_failed: bool,
}

/// An objective and its checks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ObjectiveReport {
    /// The service.
    pub service: String,
    /// The objective.
    pub slo: String,
    /// The file that holds it.
    pub file: String,
    /// Its line there, counted from one.
    pub line: Option<usize>,
    /// Its checks.
    pub checks: Vec<Outcome>,
}

/// A check and what it came to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Outcome {
    /// The check.
    pub check: &'static str,
    /// What it came to.
    pub state: State,
}

/// What a check came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Nothing was found.
    Passed,
    /// Something was found.
    Found,
    /// It was not made to its end.
    NotChecked,
}

impl Checkup {
    /// From what was examined. `strict`: whether warnings fail too.
    pub fn of(
        specs: &[Spec],
        examination: &Examination,
        at: Moment,
        source: SourceReport,
        strict: bool,
    ) -> Self {
        let mut all = Collected::default();
        for (check, examined) in &examination.source {
            all.add(check, examined, None);
        }
        all.settle(0);
        let mut objectives = Vec::new();
        for ((spec, slo), checks) in &examination.objectives {
            let Some((spec, slo)) = specs.get(*spec).and_then(|spec| Some((spec, spec.slos.get(*slo)?)))
            else {
                continue;
            };
            let mut report = ObjectiveReport {
                service: spec.service.clone(),
                slo: slo.name.clone(),
                file: spec.file.clone(),
                line: slo.line,
                checks: Vec::new(),
            };
            let before = all.findings.len();
            let states: Vec<Outcome> = checks
                .iter()
                .map(|(check, examined)| Outcome { check, state: all.add(check, examined, Some(&report)) })
                .collect();
            all.settle(before);
            report.checks = states;
            objectives.push(report);
        }
        let findings = all.counts();
        let exit = all.exit(strict);
        Self {
            schema_version: 1,
            at,
            source,
            summary: Summary {
                objectives: objectives.len(),
                checks: all.made,
                not_checked: all.skipped.len(),
                findings,
                exit_code: exit.code(),
            },
            findings: all.findings,
            not_checked: all.skipped,
            objectives,
        }
    }

    /// How the command ends.
    pub fn exit(&self) -> Exit {
        Exit::from_code(self.summary.exit_code).unwrap_or(Exit::SourceFailed)
    }
}

#[derive(Default)]
struct Collected {
    findings: Vec<FindingReport>,
    skipped: Vec<SkippedReport>,
    made: usize,
}

impl Collected {
    fn add(&mut self, check: &'static str, examined: &Examined, of: Option<&ObjectiveReport>) -> State {
        let (service, slo) = (of.map(|of| of.service.clone()), of.map(|of| of.slo.clone()));
        let (found, state) = match examined {
            Examined::Made(found) => {
                self.made += 1;
                (found, if found.is_empty() { State::Passed } else { State::Found })
            }
            Examined::NotMade { why, failed, found } => {
                self.skipped.push(SkippedReport {
                    check,
                    service: service.clone(),
                    slo: slo.clone(),
                    reason: why.clone(),
                    source_failed: *failed,
                });
                (found, State::NotChecked)
            }
        };
        let report = |finding: &Finding| FindingReport {
            severity: finding.severity.word(),
            code: finding.code.id(),
            check,
            service: service.clone(),
            slo: slo.clone(),
            file: of.map(|of| of.file.clone()),
            line: of.and_then(|of| of.line),
            query: finding.query.clone(),
            found: finding.found.clone(),
            help: finding.help.clone(),
        };
        self.findings.extend(found.iter().map(report));
        state
    }

    /// Puts the findings from a place on in order, the gravest first.
    fn settle(&mut self, from: usize) {
        let weight = |finding: &FindingReport| {
            Severity::ALL.iter().position(|severity| severity.word() == finding.severity)
        };
        if let Some(new) = self.findings.get_mut(from..) {
            new.sort_by_key(weight);
        }
    }

    fn counts(&self) -> Counts {
        let of = |severity: Severity| {
            self.findings.iter().filter(|finding| finding.severity == severity.word()).count()
        };
        Counts { error: of(Severity::Error), warning: of(Severity::Warning), note: of(Severity::Note) }
    }

    fn exit(&self, strict: bool) -> Exit {
        let counts = self.counts();
        let found =
            if counts.error > 0 || (strict && counts.warning > 0) { Exit::Breached } else { Exit::Passed };
        let failed = self.skipped.iter().any(|skipped| skipped.source_failed);
        found.and(if failed { Exit::SourceFailed } else { Exit::Passed })
    }
}
