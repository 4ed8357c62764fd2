//! What is told of an objective.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::base::{Interval, Moment};
use crate::report::{
    AlertsReport, ComparisonReport, ExclusionReport, HistoryDayReport, HistoryReport, LinkReport, Needs,
    QueryReport, SlaBrief, Status, TrendReport,
};

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
