//! What contracts come to, and the time that was taken out by agreement.

use serde::{Deserialize, Serialize};

use crate::base::{Interval, Moment};
use crate::report::{
    BudgetReport, CoverageReport, EventsReport, HistoryReport, SliReport, Status, TimeReport, WindowReport,
};

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
