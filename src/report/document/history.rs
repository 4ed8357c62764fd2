//! What of an objective comes from a history of days, and the windows before.

use serde::{Deserialize, Serialize};

use crate::base::Moment;
use crate::report::Status;

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
