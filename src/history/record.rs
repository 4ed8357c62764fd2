//! What a line of a history says.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::base::{Interval, Moment};

/// What a line says. Later versions may know more kinds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Record {
    /// What happened on a day.
    Day(Box<Day>),
    /// Somebody let a gate pass that would not have.
    Override(Override),
    /// Days were taken out of this history.
    Pruned(Pruned),
}

impl Record {
    /// The kinds that this version knows.
    pub(super) const KINDS: [&str; 3] = ["day", "override", "pruned"];
}

/// One day of one error budget.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Day {
    /// `service/slo`, with the group's labels where it has any, or `service/slo (contract)`.
    pub id: String,
    /// The service.
    pub service: String,
    /// The objective.
    pub slo: String,
    /// The contract by whose terms it is judged; none where the objective is, as it stands.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contract: Option<String>,
    /// The labels of this budget; none for the objective as a whole.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub group: BTreeMap<String, String>,
    /// The kind of indicator: `events`, `latency`, `slices`, `ratio`, `composite`.
    pub sli: String,
    /// What is counted: `occurrences`, `timeslices` or `ratio_timeslices`.
    pub method: String,
    /// How a slice is counted, where slices are: its length, and what more its method says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub slices: Option<String>,
    /// What the contract accepts as excluded, where a contract is meant: its categories and how long before they must have
    /// been announced.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clause: Option<String>,
    /// The IANA zone whose day it is.
    pub zone: String,
    /// The local date: `2026-11-16`.
    pub date: String,
    /// Its first instant.
    pub from: Moment,
    /// The first instant after it.
    pub to: Moment,
    /// Good events (or slices), with what is excluded taken out.
    pub good: f64,
    /// Bad ones.
    pub bad: f64,
    /// All.
    pub total: f64,
    /// Whether nothing was told of what is left of the day, not even that nothing happened.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub unseen: bool,
    /// All events with what is excluded taken out, where the budget counts slices of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub events: Option<f64>,
    /// The same as good and total with nothing taken out; null where that is not known.
    pub raw: Option<Counts>,
    /// How much of the day was taken out by agreement, in seconds.
    pub excluded_s: f64,
    /// By what.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub excluded: Vec<Excluded>,
    /// Where data existed in the rest.
    pub coverage: Coverage,
    /// What was promised at that time, in exact digits: `99.9%`.
    pub objective: String,
    /// The hash of the specifications that it was measured by.
    pub spec_hash: String,
    /// Where the data came from.
    pub source: Origin,
    /// The version of nines that counted.
    pub tool: String,
    /// When it was written here.
    pub recorded_at: Moment,
    /// What it takes the place of, where it does; that stays in the file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replaces: Option<Replaced>,
}

/// Bad ones and all.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Counts {
    pub bad: f64,
    pub total: f64,
}

/// What an exclusion took out of a day.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Excluded {
    /// Its name in the specification.
    pub id: String,
    /// When.
    pub times: Vec<Interval>,
    /// Bad events in it.
    pub bad: f64,
    /// All events in it.
    pub total: f64,
}

/// Where data existed on a day, in what is not excluded of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Coverage {
    /// The share of it with data; null where all is excluded.
    pub ratio: Option<f64>,
    /// How long it is, in seconds.
    pub looked_s: f64,
    /// How much of that had data, in seconds.
    pub covered_s: f64,
    /// How much of the day had data of which no count could be made, in seconds.
    #[serde(default, skip_serializing_if = "is_nothing")]
    pub unusable_s: f64,
    /// Stretches without data.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub gaps: Vec<Interval>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde gives a reference")]
fn is_nothing(seconds: &f64) -> bool {
    *seconds <= 0.0
}

/// Where data came from. Never holds a credential.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Origin {
    /// `prometheus`, `local`, or `report` where a report's document was read.
    pub kind: String,
    /// The address or the path.
    pub url: String,
    /// Product and version.
    pub engine: String,
}

/// The record that another takes the place of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Replaced {
    /// Its number in the file.
    pub seq: u64,
    /// When it had been written.
    pub recorded_at: Moment,
    /// Why it was not right.
    pub reason: String,
}

/// Somebody let a gate pass that would not have.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Override {
    /// When the gate was asked.
    pub at: Moment,
    /// Who answers for it.
    pub by: String,
    /// Why.
    pub reason: String,
    /// Until when it was meant to hold, where that was said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires: Option<Moment>,
    /// What it was meant for, as patterns of `service/objective`.
    pub scope: String,
    /// What of them it lets pass: `breached`, `no_data`, `error`.
    pub covers: Vec<String>,
    /// What became of it: `applied`, or why it did nothing.
    pub state: String,
    /// The objectives that it let pass.
    pub let_pass: Vec<String>,
    /// What the gate decided with it.
    pub decision: String,
    /// The hash of the specifications that were judged.
    pub spec_hash: String,
    /// When it was written here.
    pub recorded_at: Moment,
}

/// Days were taken out of this history.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pruned {
    /// Days before this date were.
    pub before: String,
    /// How many records they were.
    pub records: usize,
    /// Of how many budgets.
    pub budgets: usize,
    /// The first of the dates.
    pub first: String,
    /// The last of them.
    pub last: String,
    /// When.
    pub at: Moment,
}
