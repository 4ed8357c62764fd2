//! What a history says of each day: the last word on it, and what was said before.

use std::collections::BTreeMap;

use super::Log;
use super::record::{Day, Override, Pruned, Record};
use crate::base::Labels;

/// Which budget: its service, its objective, the contract by whose terms it is judged, and the labels of its group.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Key {
    pub service: String,
    pub slo: String,
    pub contract: Option<String>,
    pub group: Labels,
}

impl Key {
    fn of(day: &Day) -> Self {
        let group = day.group.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        Self { service: day.service.clone(), slo: day.slo.clone(), contract: day.contract.clone(), group }
    }
}

/// A day as it holds.
#[derive(Debug, Clone, PartialEq)]
pub struct Kept {
    /// The number of its record.
    pub seq: u64,
    /// What it says.
    pub day: Day,
    /// What was said before, oldest first.
    pub earlier: Vec<Day>,
}

/// The days of one budget by their dates.
pub type Holding = BTreeMap<String, Kept>;

/// What a history says.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Book {
    /// The days of each budget.
    pub budgets: BTreeMap<Key, Holding>,
    /// Gates that were let pass.
    pub overrides: Vec<Override>,
    /// What was taken out.
    pub pruned: Vec<Pruned>,
}

impl Book {
    /// What a log comes to.
    pub fn of(log: &Log) -> Self {
        let mut book = Self::default();
        for entry in &log.entries {
            match &entry.record {
                Some(Record::Day(day)) => book.add(entry.seq, day),
                Some(Record::Override(said)) => book.overrides.push(said.clone()),
                Some(Record::Pruned(note)) => book.pruned.push(note.clone()),
                None => {}
            }
        }
        book
    }

    /// Adds the record of a day, which takes the place of an earlier one.
    pub fn add(&mut self, seq: u64, day: &Day) {
        let days = self.budgets.entry(Key::of(day)).or_default();
        let earlier = days.remove(&day.date).map(|before| {
            let mut earlier = before.earlier;
            earlier.push(before.day);
            earlier
        });
        let kept = Kept { seq, day: day.clone(), earlier: earlier.unwrap_or_default() };
        days.insert(day.date.clone(), kept);
    }

    /// The budgets of an objective, as it stands or by the terms of a contract.
    pub fn of_objective<'a>(
        &'a self,
        service: &'a str,
        slo: &'a str,
        contract: Option<&'a str>,
    ) -> impl Iterator<Item = (&'a Labels, &'a Holding)> {
        let own = self.budgets.iter().filter(move |(key, _)| {
            key.service == service && key.slo == slo && key.contract.as_deref() == contract
        });
        own.map(|(key, days)| (&key.group, days))
    }

    /// What is stored of the day that another record tells of.
    pub fn stored(&self, day: &Day) -> Option<&Kept> {
        self.budgets.get(&Key::of(day))?.get(&day.date)
    }
}

impl Day {
    /// Whether another record counts the same as this one, whoever counted and when.
    pub fn says_the_same(&self, other: &Self) -> bool {
        let near = |one: f64, other: f64| (one - other).abs() <= 1e-9 * one.abs().max(other.abs()).max(1.0);
        let same_raw = match (self.raw, other.raw) {
            (Some(one), Some(other)) => near(one.bad, other.bad) && near(one.total, other.total),
            _ => true,
        };
        let same_events = self.events.zip(other.events).is_none_or(|(one, other)| near(one, other));
        self.from == other.from
            && self.to == other.to
            && self.method == other.method
            && self.slices == other.slices
            && self.clause == other.clause
            && near(self.bad, other.bad)
            && near(self.total, other.total)
            && near(self.excluded_s, other.excluded_s)
            && near(self.coverage.ratio.unwrap_or(1.0), other.coverage.ratio.unwrap_or(1.0))
            && same_raw
            && same_events
    }
}
