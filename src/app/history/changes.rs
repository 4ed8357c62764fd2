//! What is found, held against what is stored.

use super::Candidates;
use crate::history::{Book, Day, Override, Record, Replaced};

/// What is to be written, and what is not.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Changes {
    /// The records to append.
    pub records: Vec<Record>,
    /// How many days are new.
    pub new: usize,
    /// Of how many budgets.
    pub budgets: usize,
    /// How many are stored already and say the same.
    pub same: usize,
    /// How many take the place of others.
    pub replaced: usize,
    /// How many overrides are new.
    pub overrides: usize,
    /// Days that are stored already and say something else, in words.
    pub differ: Vec<String>,
}

/// Holds candidates against what is stored. A day that says something else takes the place of what is there only for a
/// reason.
pub fn changes(candidates: Candidates, book: &Book, replace: Option<&str>) -> Changes {
    let mut changes = Changes::default();
    let mut seen = Book::default();
    for day in candidates.days {
        // Two reports about one day: the first that says something else is held against the other.
        let stored = seen.stored(&day).or_else(|| book.stored(&day)).cloned();
        match (stored, replace) {
            (None, _) => {
                seen.add(0, &day);
                changes.new += 1;
                changes.records.push(Record::Day(Box::new(day)));
            }
            (Some(stored), _) if stored.day.says_the_same(&day) => changes.same += 1,
            (Some(stored), Some(reason)) => {
                changes.replaced += 1;
                let replaces = Replaced {
                    seq: stored.seq,
                    recorded_at: stored.day.recorded_at,
                    reason: reason.to_owned(),
                };
                changes.records.push(Record::Day(Box::new(Day { replaces: Some(replaces), ..day })));
            }
            (Some(stored), None) => changes.differ.push(difference(&stored.day, &day)),
        }
    }
    changes.budgets = seen.budgets.len();
    let mut known: Vec<Override> = book.overrides.clone();
    for said in candidates.overrides {
        // Whenever it was written down.
        let same = |known: &Override| *known == Override { recorded_at: known.recorded_at, ..said.clone() };
        if !known.iter().any(same) {
            changes.overrides += 1;
            known.push(said.clone());
            changes.records.push(Record::Override(said));
        }
    }
    changes
}

fn difference(stored: &Day, found: &Day) -> String {
    let told = |day: &Day| {
        let coverage = day.coverage.ratio.unwrap_or(1.0) * 100.0;
        format!("{} bad of {} by {}, {coverage:.2} % covered", day.bad, day.total, day.method)
    };
    format!(
        "{} {}: stored are {} (written {}), found are {}",
        found.id,
        found.date,
        told(stored),
        stored.recorded_at,
        told(found)
    )
}
