//! Alerts over the past, as a document: the answer of `nines backtest`. Fields are added, never renamed; ratios are
//! between 0 and 1, times RFC 3339 in UTC, unknown is null.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::super::{CoverageReport, ReportError, SourceReport, Tool};
use crate::base::Moment;
use crate::slo::BurnAlert;

/// Alerts over the past.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Backtest {
    /// The version of this document's form: 1.
    pub schema_version: u32,
    /// Who made it.
    pub tool: Tool,
    /// When it was made.
    pub generated_at: Moment,
    /// What was looked at.
    pub evaluation: BacktestInfo,
    /// All in numbers.
    pub summary: BacktestSummary,
    /// Every objective, in the order of the specifications.
    pub slos: Vec<SloBacktest>,
    /// Plain alerts, which no objective is behind.
    pub alerts: Vec<PlainBacktest>,
    /// What went wrong.
    pub errors: Vec<ReportError>,
    /// Remarks.
    pub warnings: Vec<String>,
}

/// What was looked at, and how.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BacktestInfo {
    /// From when.
    pub from: Moment,
    /// Until when.
    pub to: Moment,
    /// The zone in which times are shown.
    pub timezone: String,
    /// Seconds between two evaluations of the rules.
    pub step_s: f64,
    /// The share of a budget from which on an incident is one.
    pub least_budget_ratio: f64,
    /// How it was replayed, in a sentence.
    pub method: String,
    /// Where the data came from.
    pub source: SourceReport,
    /// How many questions were asked.
    pub queries: usize,
    /// Samples read to answer them, where the source says so.
    pub samples_read: Option<u64>,
    /// How long asking took, in milliseconds.
    pub duration_ms: u64,
    /// A hash of the specifications.
    pub spec_hash: String,
}

/// What became of an objective.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Replay {
    /// Its alerts were replayed.
    Replayed,
    /// There was nothing to replay them over.
    NoData,
    /// What they are about could not be counted.
    Error,
}

/// All in numbers, for the alerts in use.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BacktestSummary {
    /// Objectives whose alerts were replayed.
    pub replayed: usize,
    /// Objectives without data.
    pub no_data: usize,
    /// Objectives that could not be counted.
    pub error: usize,
    /// The figures of those that were replayed, together.
    pub figures: FiguresReport,
    /// One sentence.
    pub verdict: String,
    /// The code that the command ends with.
    pub exit_code: u8,
}

/// An objective.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SloBacktest {
    /// `service/slo`.
    pub id: String,
    /// The service.
    pub service: String,
    /// The objective's name.
    pub slo: String,
    /// What became of it.
    pub status: Replay,
    /// Why, where it was not replayed.
    pub reason: Option<String>,
    /// The window of its budget.
    pub window: String,
    /// Ways to alert, the one in use first.
    pub candidates: Vec<CandidateReport>,
    /// Which of them to take.
    pub recommendation: Option<Recommendation>,
    /// Each budget with the alerts in use: one, or one for each value of what it is divided by.
    pub budgets: Vec<BudgetBacktest>,
    /// The alert that nothing is measured; null where there is none.
    pub unmeasured: Option<UnmeasuredBacktest>,
    /// Where it is written.
    pub defined_at: Option<String>,
}

/// A way to alert and what came of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CandidateReport {
    /// `in use`, or what is changed: `99.5 %, workbook`.
    pub name: String,
    /// Whether it is what the specification says.
    pub in_use: bool,
    /// The objective, between 0 and 1.
    pub objective: f64,
    /// The same as it is written.
    pub objective_display: String,
    /// Its alerts, the most urgent first.
    pub alerts: Vec<AlertReport>,
    /// Whether the objective was kept in the time looked at; null where nothing happened in it.
    pub kept: Option<bool>,
    /// The share of good in it.
    pub sli: Option<f64>,
    /// The same in words.
    pub sli_display: String,
    /// What it came to.
    pub figures: FiguresReport,
}

/// An alert.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AlertReport {
    /// What tells it from the others: `page-fast`; `exhausted` for the one that the budget is spent.
    pub tier: String,
    /// `page` or `ticket`.
    pub severity: String,
    /// The long window; of the one that the budget is spent, the objective's own.
    pub long: String,
    /// The short window; of that one, the same.
    pub short: String,
    /// The burn rate above which it fires.
    pub factor: f64,
    /// How often it began to fire in the time looked at, over all budgets.
    pub fired: usize,
}

impl AlertReport {
    /// Whether it is the alert that the budget is spent.
    pub fn is_of_spent_budget(&self) -> bool {
        self.tier == BurnAlert::SPENT
    }
}

/// What alerts and incidents come to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct FiguresReport {
    /// How often somebody was woken: stretches in which at least one page alert fires.
    pub pages: usize,
    /// The same by the week with data.
    pub pages_per_week: Option<f64>,
    /// The same for tickets, how often a budget was spent, and how often nothing was measured.
    pub tickets: usize,
    /// Incidents.
    pub incidents: usize,
    /// Of which nobody was told.
    pub missed: usize,
    /// The share of the budget that those took together.
    pub missed_budget_ratio: f64,
    /// Alerts that were about no incident.
    pub stray: usize,
    /// The share of the budget that an incident had taken when somebody was told: the median.
    pub gone_median: Option<f64>,
    /// The most of it.
    pub gone_most: Option<f64>,
    /// Seconds from the start of an incident until somebody was told: the median.
    pub delay_median_s: Option<f64>,
    /// The longest.
    pub delay_most_s: Option<f64>,
}

/// Which way to alert to take, and why.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Recommendation {
    /// The place of the candidate; null where history does not tell.
    pub candidate: Option<usize>,
    /// In a sentence or two.
    pub text: String,
}

/// One budget with the alerts in use.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BudgetBacktest {
    /// The labels of the budget.
    pub group: BTreeMap<String, String>,
    /// Where data existed.
    pub coverage: CoverageReport,
    /// When each alert fired, in the order of the candidate's alerts.
    pub alerts: Vec<TierFirings>,
    /// Incidents in the order of time.
    pub incidents: Vec<IncidentBacktest>,
    /// What they come to.
    pub figures: FiguresReport,
}

/// When an alert fired.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TierFirings {
    /// Which.
    pub tier: String,
    /// When.
    pub firings: Vec<FiringReport>,
}

impl TierFirings {
    /// Whether it is the alert that the budget is spent.
    pub fn is_of_spent_budget(&self) -> bool {
        self.tier == BurnAlert::SPENT
    }
}

/// A stretch of time in which an alert fired.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct FiringReport {
    /// The first evaluation at which it fired; before the time looked at where it fired already.
    pub from: Moment,
    /// The evaluation that resolved it; null where it still fired at the end.
    pub to: Option<Moment>,
    /// The place of the incident that it was about; null where it was about none.
    pub incident: Option<usize>,
}

/// An incident.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct IncidentBacktest {
    /// Its start.
    pub from: Moment,
    /// Its end.
    pub to: Moment,
    /// Bad events (or slices).
    pub bad: f64,
    /// All.
    pub total: f64,
    /// The share of the budget that it took; null where nothing may be bad.
    pub budget_ratio: Option<f64>,
    /// The fastest burn in it.
    pub peak_burn: Option<f64>,
    /// The first alert about it; null where nobody was told.
    pub told: Option<DetectionReport>,
    /// The first page about it; null where nobody was woken.
    pub paged: Option<DetectionReport>,
}

/// Somebody was told.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DetectionReport {
    /// By which alert.
    pub tier: String,
    /// When.
    pub at: Moment,
    /// Seconds since the incident began.
    pub delay_s: f64,
    /// The share of the budget that it had taken; null where nothing may be bad.
    pub budget_ratio: Option<f64>,
    /// Whether the alert fired already when the incident began.
    pub already: bool,
}

/// The alert of an objective that nothing is measured any more.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct UnmeasuredBacktest {
    /// What tells it from the objective's other alerts: `absent`.
    pub tier: String,
    /// `ticket`.
    pub severity: String,
    /// Its condition.
    pub expr: String,
    /// How often it began to fire in the time looked at.
    pub fired: usize,
    /// Why it could not be replayed.
    pub error: Option<String>,
    /// When.
    pub firings: Vec<FiringReport>,
}

/// The alerts of one budget over the window of a report.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AlertsReport {
    /// From when.
    pub from: Moment,
    /// Until when.
    pub to: Moment,
    /// Seconds between two evaluations of the rules.
    pub step_s: f64,
    /// The share of a budget from which on an incident is one.
    pub least_budget_ratio: f64,
    /// Why they were not replayed; null where they were.
    pub reason: Option<String>,
    /// The alerts, the most urgent first.
    pub tiers: Vec<AlertReport>,
    /// When each fired, and what of; null where they were not replayed.
    pub budget: Option<BudgetBacktest>,
    /// The alert that nothing is measured of the objective; null where there is none.
    pub unmeasured: Option<UnmeasuredBacktest>,
}

/// A plain alert.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PlainBacktest {
    /// The service whose alert it is.
    pub service: String,
    /// Its name.
    pub name: String,
    /// Its severity, where it has one.
    pub severity: Option<String>,
    /// Its condition.
    pub expr: String,
    /// How often it began to fire in the time looked at, for all labels of what its condition gave.
    pub fired: usize,
    /// Why it could not be replayed.
    pub error: Option<String>,
    /// When it fired for any labels.
    pub stretches: Vec<PlainStretch>,
    /// How often such a stretch began, by the week.
    pub per_week: Option<f64>,
    /// Seconds in which it fired for any labels.
    pub firing_s: f64,
    /// Such stretches that began in the time looked at and were about no incident of an objective of its service; null
    /// where no objective was replayed.
    pub stray: Option<usize>,
    /// When it fired, by the labels of what its condition gave.
    pub instances: Vec<InstanceReport>,
}

/// A stretch of time in which a plain alert fired for any labels.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PlainStretch {
    /// The first evaluation at which it fired; before the time looked at where it fired already.
    pub from: Moment,
    /// The evaluation that resolved it; null where it still fired at the end.
    pub to: Option<Moment>,
    /// The objective of its service of which an incident was then, the largest of several; null where there was none.
    pub slo: Option<String>,
}

/// When a plain alert fired for some labels.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct InstanceReport {
    /// The labels.
    pub labels: BTreeMap<String, String>,
    /// When.
    pub firings: Vec<FiringReport>,
}

impl Backtest {
    /// How the command ends, decided before anything is rendered.
    pub fn exit(&self) -> crate::exit::Exit {
        crate::exit::Exit::from_code(self.summary.exit_code).unwrap_or(crate::exit::Exit::SourceFailed)
    }
}
