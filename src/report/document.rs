//! The report document, `schema_version` 1. JSON of it is the contract: fields are added, never renamed. Ratios are
//! between 0 and 1, times RFC 3339 in UTC, unknown is null; no number here is NaN or infinite.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::base::{Interval, Moment};

use super::{AlertsReport, ComparisonReport, Needs, Origin, Override, PolicyReport, ScoreReport};

/// A whole report.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// The version of this document's form: 1.
    pub schema_version: u32,
    /// Who made it.
    pub tool: Tool,
    /// When it was made.
    pub generated_at: Moment,
    /// What was evaluated, when, and from where.
    pub evaluation: EvaluationInfo,
    /// The verdict in one look.
    pub summary: Summary,
    /// What a gate makes of it.
    pub gate: Gate,
    /// Every objective, worst first.
    pub slos: Vec<SloReport>,
    /// What the contracts about them come to, in the order of the specifications: one entry for each objective and period.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub slas: Vec<SlaReport>,
    /// What went wrong while measuring.
    pub errors: Vec<ReportError>,
    /// Remarks about the whole.
    pub warnings: Vec<String>,
}

/// Name and version of the program.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Tool {
    /// `nines`.
    pub name: String,
    /// Its version.
    pub version: String,
}

/// How the numbers came to be.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EvaluationInfo {
    /// The moment of evaluation: the end of rolling windows.
    pub at: Moment,
    /// The earliest start of a window.
    pub from: Moment,
    /// The latest end of a window.
    pub to: Moment,
    /// The zone in which times are shown.
    pub timezone: String,
    /// Whether every window had ended by the moment of evaluation.
    pub complete: bool,
    /// How events were counted, in a sentence.
    pub method: String,
    /// Where the data came from.
    pub source: SourceReport,
    /// How many questions were asked.
    pub queries: usize,
    /// Samples read to answer them, where the source says so.
    pub samples_read: Option<u64>,
    /// How long asking took, in milliseconds.
    pub duration_ms: u64,
    /// A hash of the specifications, so that two reports can be told to follow the same promise.
    pub spec_hash: String,
}

/// Where the data came from. Never holds a credential.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SourceReport {
    /// `prometheus` or `local`.
    pub kind: String,
    /// The address or the path.
    pub url: String,
    /// Product and version, such as `Prometheus 2.42.0`.
    pub engine: String,
    /// The time that its data spans, where it knows: from the first sample to one scrape after the last.
    #[serde(default)]
    pub data: Option<Interval>,
    /// The files and blocks that were read, where it knows.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub origins: Vec<Origin>,
}

/// The verdict in one look.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Summary {
    /// The worst status of all objectives and contracts.
    pub status: Status,
    /// One sentence.
    pub verdict: String,
    /// How many objectives have which status.
    pub counts: Counts,
    /// The objective that comes first.
    pub worst: Option<SloName>,
    /// The same counts for the period before.
    pub previous: Option<Counts>,
}

/// How many objectives have which status.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Counts {
    pub met: usize,
    pub in_progress: usize,
    pub at_risk: usize,
    pub breached: usize,
    pub no_data: usize,
    pub error: usize,
    pub total: usize,
}

/// The name of an objective.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SloName {
    /// Its service.
    pub service: String,
    /// Its own name.
    pub slo: String,
}

/// What is true of an objective. Ordered from best to worst.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Kept.
    Met,
    /// The window is not over; so far its budget lasts. Never final.
    InProgress,
    /// Kept (or lasting so far), yet a warning holds.
    AtRisk,
    /// Too little data to say.
    NoData,
    /// It could not be measured.
    Error,
    /// Broken.
    Breached,
}

/// What a gate decides.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Gate {
    /// The decision.
    pub decision: Decision,
    /// The exit code that goes with it.
    pub exit_code: u8,
    /// Every objective that did not plainly pass, and why.
    pub reasons: Vec<GateReason>,
    /// Who let it pass all the same, and why: the one that was typed, else the first that let something pass.
    pub r#override: Option<Override>,
    /// All overrides, and what became of each.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub overrides: Vec<Override>,
    /// What a person is told since a deploy is stopped.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub freeze: Vec<String>,
    /// The total score, where a policy has limits for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub score: Option<ScoreReport>,
    /// The policy that was judged by, where one was written down.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub policy: Option<PolicyReport>,
    /// The exit code that it would have, were this no dry run: then `exit_code` is 0.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dry_run: Option<u8>,
}

/// What a gate decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Decision {
    /// Go.
    Pass,
    /// Go, with a warning.
    Warn,
    /// Stop.
    Fail,
    /// Could not be judged; does not pass.
    Unknown,
}

/// Why a gate did not plainly pass.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GateReason {
    /// The objective's id.
    pub slo: String,
    /// The rule: `breached`, `no_data`, `error`, `at_risk`, or the name of a limit.
    pub rule: String,
    /// What was found, in words.
    pub actual: String,
    /// What was demanded, in words.
    pub limit: String,
    /// What the rule finds, before anything is let pass.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcome: Option<Decision>,
    /// Where the limit is written: `slo-specs/ecap.yaml:12`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// Whether it was let pass.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub let_pass: bool,
}

/// One objective (or one group of it).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SloReport {
    /// `service/slo`, and the group's labels where it has any: `service/slo{stage="enrich"}`.
    pub id: String,
    /// The service.
    pub service: String,
    /// The objective's name.
    pub slo: String,
    /// The promise in words.
    pub description: Option<String>,
    /// The labels of this budget, where budgets are divided by labels.
    pub group: BTreeMap<String, String>,
    /// How many budgets it is the number for all of, where it stands beside budgets divided by labels.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub overall_of: Option<usize>,
    /// The specification's labels.
    pub labels: BTreeMap<String, String>,
    /// Who answers for it.
    pub owner: Option<String>,
    /// The kind of indicator: `events`, `latency`, `slices`, `ratio`, `composite`.
    pub kind: String,
    /// The budgeting method: `occurrences`, `timeslices` or `ratio_timeslices`.
    pub method: String,
    /// The share that must be good.
    pub objective: f64,
    /// The objective in exact digits: `99.9%`.
    pub objective_display: String,
    /// Over which time.
    pub window: WindowReport,
    /// The measured share of good.
    pub sli: SliReport,
    /// Events (or slices) counted.
    pub events: Option<EventsReport>,
    /// The budget as time: bad slices as seconds, or bad events as their share of the window.
    pub time: Option<TimeReport>,
    /// Where data existed.
    pub coverage: CoverageReport,
    /// The error budget.
    pub budget: Option<BudgetReport>,
    /// Burn rates at the window's end.
    pub burn: Vec<BurnReport>,
    /// When the budget ends at the present burn.
    pub exhaustion: Option<ExhaustionReport>,
    /// What will be left of the budget at the end of a window that is not over; null where that cannot be foretold.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub forecast: Option<ForecastReport>,
    /// Quantiles of a latency histogram, in seconds.
    pub latency: Option<LatencyReport>,
    /// Parts of the objective beside each other.
    pub breakdown: Vec<BreakdownReport>,
    /// The groups in which most was bad, the worst first, where it is the number for all of them together.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub offenders: Vec<BreakdownReport>,
    /// Curves over the window.
    pub series: SeriesReport,
    /// Stretches in which the budget burned, largest share first.
    pub incidents: Vec<IncidentReport>,
    /// Which alerts would have fired in the window, where that was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alerts: Option<AlertsReport>,
    /// The window before this one.
    pub previous: Option<PreviousReport>,
    /// The windows before this one, the latest first, where a history was given or they were asked for, as far as
    /// something is known of them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub trend: Vec<TrendReport>,
    /// What of it comes from a history of days, where one was given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub history: Option<HistoryReport>,
    /// The contract that covers it, the worst where several do; `slas` tells all of each.
    pub sla: Option<SlaBrief>,
    /// The exclusions that concern it, those that matched nothing too.
    pub exclusions: Vec<ExclusionReport>,
    /// The objectives that it is made of, where it is made of others.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub members: Vec<MemberReport>,
    /// Where a reader can look further.
    pub links: Vec<LinkReport>,
    /// What was asked.
    pub queries: Vec<QueryReport>,
    /// What its specification asks of it for a deploy.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gate: Option<Needs>,
    /// How it was before and after a deploy, where that was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comparison: Option<ComparisonReport>,
    /// The verdict.
    pub status: Status,
    /// Why, in a sentence.
    pub reason: String,
    /// Remarks.
    pub warnings: Vec<String>,
    /// Where the objective is written: `slo-specs/ecap.yaml:12`.
    pub defined_at: Option<String>,
}

impl SloReport {
    /// Whether it is a budget of its own, and not the number for several.
    pub fn is_budget(&self) -> bool {
        self.overall_of.is_none()
    }

    /// Whether it is the number for all of the objective: the only budget, or the one for all groups together.
    pub fn is_whole(&self) -> bool {
        self.overall_of.is_some() || self.group.is_empty()
    }
}

/// The window of an objective.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct WindowReport {
    /// `rolling`, `calendar` or `period`.
    pub r#type: String,
    /// As written: `30d`, `calendar month (Europe/Berlin)`.
    pub display: String,
    /// Its first instant.
    pub from: Moment,
    /// The first instant after it.
    pub to: Moment,
    /// The zone of its calendar.
    pub timezone: String,
    /// Whether it had ended by the moment of evaluation.
    pub complete: bool,
    /// The share of it that had passed by the moment of evaluation.
    pub elapsed_ratio: f64,
}

/// The measured share of good.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SliReport {
    /// After exclusions.
    pub value: Option<f64>,
    /// Before exclusions.
    pub raw: Option<f64>,
    /// In words, never rounded across the objective.
    pub display: String,
}

/// Events counted in the window. Fractions are allowed, since a server estimates.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names say it")]
pub struct EventsReport {
    pub good: f64,
    pub bad: f64,
    pub total: f64,
}

/// The budget as time.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct TimeReport {
    /// Seconds that were bad.
    pub bad_s: f64,
    /// Seconds taken out by agreement.
    pub excluded_s: f64,
    /// Seconds of the window.
    pub total_s: f64,
}

/// Where data existed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CoverageReport {
    /// The share of the (elapsed) window with data.
    pub ratio: Option<f64>,
    /// Stretches without.
    pub gaps: Vec<Interval>,
}

/// The error budget of the window.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BudgetReport {
    /// `events` or `slices`.
    pub unit: String,
    /// How many may be bad.
    pub total: f64,
    /// How many were.
    pub spent: f64,
    /// How many more may be; below zero when overspent.
    pub remaining: f64,
    /// `remaining / total`; null where nothing may be bad.
    pub remaining_ratio: Option<f64>,
    /// In words.
    pub display: String,
}

/// A burn rate over the last `window`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BurnReport {
    /// How far back: `1h`.
    pub window: String,
    /// The bad share over it divided by the allowed share; null without traffic or data.
    pub rate: Option<f64>,
    /// The rate at which an alert of this window fires.
    pub threshold: Option<f64>,
    /// Whether the alert would be firing (its short window burns as fast too).
    pub firing: bool,
}

/// When the budget ends at the present burn.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct ExhaustionReport {
    /// When.
    pub at: Moment,
    /// From the window's end, in seconds; 0 where it is already spent.
    pub seconds: f64,
}

/// What will be left of a budget, if the days to come are like those that passed: four of five courses that they could
/// take end between `low` and `high`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ForecastReport {
    /// When the window ends.
    pub at: Moment,
    /// From how many whole days it is foretold, those of the window before among them.
    pub days: usize,
    /// The share of the budget left in the middle one of the courses.
    pub remaining_ratio: f64,
    /// The share left that one course of ten falls below.
    pub low: f64,
    /// The share left that one course of ten rises above.
    pub high: f64,
    /// In words.
    pub display: String,
}

/// Quantiles of a latency histogram, in seconds, estimated within their buckets.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names say it")]
pub struct LatencyReport {
    pub p50: Option<f64>,
    pub p95: Option<f64>,
    pub p99: Option<f64>,
}

/// One part of an objective.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BreakdownReport {
    /// Which.
    pub labels: BTreeMap<String, String>,
    /// Its share of good.
    pub sli: Option<f64>,
    /// Its share of all bad events.
    pub bad_share: Option<f64>,
    /// Its share of all events.
    pub traffic_share: Option<f64>,
}

/// Curves over the window, thinned for drawing.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct SeriesReport {
    /// What each calendar day spent.
    pub daily: Vec<DayReport>,
    /// The burn rate of each stretch.
    pub burn: Vec<CurvePoint>,
    /// The share of the budget left after each stretch.
    pub budget: Vec<CurvePoint>,
    /// The last days, at most ninety, where a history of days was given.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub history: Vec<HistoryDayReport>,
}

/// A day that is measured or comes from a history.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct HistoryDayReport {
    /// The local date: `2026-11-16`.
    pub date: String,
    /// Good events (or slices).
    pub good: f64,
    /// Bad ones.
    pub bad: f64,
    /// All.
    pub total: f64,
    /// The share of the day with data; null where all of it is excluded.
    pub coverage: Option<f64>,
    /// Whether it comes from the history, and was not measured now.
    pub stored: bool,
}

/// What of an objective comes from a history of days.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct HistoryReport {
    /// The first instant of the window that comes from it; null where none does.
    pub from: Option<Moment>,
    /// The first instant after the last day that does.
    pub to: Option<Moment>,
    /// How many days of the window do.
    pub days: usize,
    /// The first moment from which what was measured now is counted; null where nothing of the window was.
    pub seam: Option<Moment>,
    /// All of it in a sentence.
    pub display: String,
    /// What a reader should know of those days.
    pub remarks: Vec<String>,
}

/// One of the windows before.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TrendReport {
    /// Its first instant.
    pub from: Moment,
    /// The first instant after it.
    pub to: Moment,
    /// Its share of good; null where too little is known.
    pub sli: Option<f64>,
    /// The same in words.
    pub sli_display: String,
    /// What was left of its budget.
    pub remaining_ratio: Option<f64>,
    /// Its verdict.
    pub status: Status,
}

/// One day of the window.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names say it")]
pub struct DayReport {
    /// The local date: `2026-11-16`.
    pub date: String,
    pub good: f64,
    pub bad: f64,
    pub total: f64,
    /// The share of the window's whole budget that it spent; null where nothing may be bad.
    pub budget_spent_ratio: Option<f64>,
}

/// A point of a curve; a null value is a hole in it.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct CurvePoint {
    /// When.
    pub t: Moment,
    /// How much.
    pub value: Option<f64>,
}

/// A stretch in which the budget burned.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct IncidentReport {
    /// When it began.
    pub from: Moment,
    /// When it was over.
    pub to: Moment,
    /// Bad events in it.
    pub bad: f64,
    /// All events in it.
    pub total: f64,
    /// Its bad events as a share of the window's budget; null where nothing may be bad.
    pub budget_ratio: Option<f64>,
    /// The fastest burn in it; null where nothing may be bad.
    pub peak_burn: Option<f64>,
    /// Where a reader can look further.
    pub links: Vec<LinkReport>,
}

/// The window before.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PreviousReport {
    /// Its first instant.
    pub from: Moment,
    /// The first instant after it.
    pub to: Moment,
    /// Its verdict.
    pub status: Status,
    /// Its share of good.
    pub sli: Option<f64>,
    /// Its share of good in words.
    pub sli_display: String,
    /// What happened in it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub events: Option<EventsReport>,
    /// What was left of its budget.
    pub remaining_ratio: Option<f64>,
    /// This window's share of good minus that one's, in percentage points.
    pub delta_pp: Option<f64>,
}

/// Time taken out by agreement. What happened in it leaves good and total alike.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ExclusionReport {
    /// Its name.
    pub id: String,
    /// What kind it is.
    pub category: Option<String>,
    /// Why.
    pub reason: Option<String>,
    /// Who agreed to it.
    pub approved_by: Option<String>,
    /// When those were told whom it concerns.
    pub announced: Option<Moment>,
    /// The file that says so, where it is not the specification.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// Whether some of it was announced after it had begun.
    pub late: bool,
    /// The stretches of the window that it took out.
    pub intervals: Vec<Interval>,
    /// How long they are together, in seconds.
    pub excluded_s: f64,
    /// Events (or slices, as they were measured) in them, which do not count.
    pub events: EventsReport,
    /// What a contract did not accept of it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub refused: Vec<RefusalReport>,
}

/// A stretch that a contract did not accept as excluded, so that it counts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RefusalReport {
    /// When it begins.
    pub from: Moment,
    /// When it ends.
    pub to: Moment,
    /// Why it counts, in a sentence.
    pub reason: String,
}

/// One of the objectives that another is made of.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MemberReport {
    /// Its name.
    pub slo: String,
    /// How much it counts.
    pub weight: f64,
    /// Its own share of good over the composite's slices.
    pub sli: Option<f64>,
    /// The share of all that was bad of the composite that is its doing; null where nothing was.
    pub bad_share: Option<f64>,
}

/// A contract in one look, beside an objective that it covers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SlaBrief {
    /// The contract's name.
    pub name: String,
    /// With whom.
    pub customer: Option<String>,
    /// What it promises, in exact digits: `99.5%`.
    pub target_display: String,
    /// The share of good by its own counting, in words.
    pub sli_display: String,
    /// The credit that is due, in words; null where the contract names none.
    pub credit_display: Option<String>,
    /// Its verdict.
    pub status: Status,
}

/// What a contract comes to for one objective and one of its periods.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SlaReport {
    /// The service.
    pub service: String,
    /// The contract's name.
    pub sla: String,
    /// With whom.
    pub customer: Option<String>,
    /// The objective that is judged by it.
    pub slo: String,
    /// The share that is promised.
    pub target: f64,
    /// The same in exact digits: `99.5%`.
    pub target_display: String,
    /// The budgeting method: `occurrences`, `timeslices` or `ratio_timeslices`.
    pub method: String,
    /// What is counted, in a sentence.
    pub method_display: String,
    /// The published contract that has this counting, where the contract names one.
    pub preset: Option<PresetReport>,
    /// The period, as far as the contract is in force in it.
    pub window: WindowReport,
    /// The share of good, with what is excluded taken out (`value`) and not (`raw`).
    pub sli: SliReport,
    /// The share of good with nothing taken out, in words.
    pub raw_display: String,
    /// Events (or slices) counted.
    pub events: Option<EventsReport>,
    /// The same as time.
    pub time: Option<TimeReport>,
    /// Where data existed.
    pub coverage: CoverageReport,
    /// What may be bad, and what was.
    pub budget: Option<BudgetReport>,
    /// What is paid back; null where the contract names no tiers, or too little is known.
    pub credit: Option<CreditReport>,
    /// The exclusions that concern it.
    pub exclusions: Vec<ExclusionReport>,
    /// What of it comes from a history of days, where one was given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub history: Option<HistoryReport>,
    /// The verdict.
    pub status: Status,
    /// Why, in a sentence.
    pub reason: String,
    /// Remarks.
    pub warnings: Vec<String>,
}

impl SlaReport {
    /// The name by which it is known: `service/slo (gold)`.
    pub fn id(&self) -> String {
        format!("{}/{} ({})", self.service, self.slo, self.sla)
    }
}

/// A published contract whose counting a contract has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PresetReport {
    /// As it is written in specifications: `google-cloud`.
    pub name: String,
    /// Where its counting comes from.
    pub source: String,
}

/// What a contract pays back.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CreditReport {
    /// The share of the bill that is due, 0 to 1. In a period that is not over, what is due whatever comes.
    pub due: f64,
    /// In words: `10 % of the bill`, `none`.
    pub display: String,
    /// The share of good below which it fell, for which that is due; null where it fell below none.
    pub below: Option<f64>,
    /// Whether the contract's cap made it less.
    pub capped: bool,
    /// What would lead to the next tier; null where there is none.
    pub next: Option<NextTierReport>,
}

/// How far a contract is from a higher credit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NextTierReport {
    /// Below this share of good.
    pub below: f64,
    /// This share of the bill is due.
    pub credit: f64,
    /// So many more bad events (or slices) lead to its edge.
    pub more: f64,
    /// In words: `25 % after 28 m more`.
    pub display: String,
}

/// A named address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names say it")]
pub struct LinkReport {
    pub rel: String,
    pub href: String,
}

/// A question that was asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct QueryReport {
    /// What for.
    pub name: String,
    /// In PromQL.
    pub promql: String,
}

/// Something that went wrong while measuring.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportError {
    /// The objective's id; null where it concerns all.
    pub slo: Option<String>,
    /// Where in the work: `fetch`, `evaluate`.
    pub stage: String,
    /// What happened.
    pub message: String,
    /// What to do.
    pub hint: Option<String>,
}
