//! The report document, `schema_version` 1. JSON of it is the contract: fields are added, never renamed. Ratios are
//! between 0 and 1, times RFC 3339 in UTC, unknown is null; no number here is NaN or infinite.

mod contract;
mod gate;
mod history;
mod slo;

use serde::{Deserialize, Serialize};

use crate::base::{Interval, Moment};
use crate::report::Origin;

pub use contract::*;
pub use gate::*;
pub use history::*;
pub use slo::*;

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
