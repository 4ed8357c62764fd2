//! The checks, one per file.

mod boundary;
mod clock;
mod counted;
mod engine;
mod extent;
mod gaps;
mod groups;
mod kinds;
mod replicas;
mod results;
mod scrapes;
mod selectors;
mod spellings;
mod stale;
mod subset;

use super::About;
use super::finding::Finding;
use super::notes::{Notes, Stop};
use super::subject::Subject;
use crate::diag::Code;
use crate::slo::Spec;

/// One check.
#[derive(Debug)]
pub struct Check {
    /// The word by which it is known.
    pub name: &'static str,
    /// What it can find.
    pub codes: &'static [Code],
    /// What it makes sure of, in a few words.
    pub about: &'static str,
    /// What it asks.
    pub asks: &'static str,
    /// What it looks at.
    pub(in crate::doctor) look: Look,
}

/// What was found.
type Findings = Vec<Finding>;

/// What a check looks at.
#[derive(Debug, Clone, Copy)]
pub(in crate::doctor) enum Look {
    /// The source, from what is known of it without a query.
    Source {
        /// Whether there is anything in it to check.
        concerns: fn(&About) -> bool,
        /// Finds.
        find: fn(&[Spec], &About, &mut Findings) -> Result<(), Stop>,
    },
    /// One objective.
    Objective {
        /// Whether there is anything in it to check.
        concerns: fn(&Subject<'_>) -> bool,
        /// Asks and finds; what was found before it stopped counts all the same.
        find: fn(&Subject<'_>, &mut Notes, &mut Findings) -> Result<(), Stop>,
    },
}

/// Every check, in the order in which they are told.
pub const CHECKS: &[Check] = &[
    engine::CHECK,
    clock::CHECK,
    extent::CHECK,
    selectors::CHECK,
    results::CHECK,
    kinds::CHECK,
    groups::CHECK,
    boundary::CHECK,
    spellings::CHECK,
    counted::CHECK,
    subset::CHECK,
    scrapes::CHECK,
    gaps::CHECK,
    stale::CHECK,
    replicas::CHECK,
];

/// A check that concerns every objective.
fn always(_: &Subject<'_>) -> bool {
    true
}

/// Some of many words: those first, how many more there are last.
fn some<S: AsRef<str>>(words: &[S], most: usize) -> String {
    let shown: Vec<&str> = words.iter().take(most).map(AsRef::as_ref).collect();
    match words.len().saturating_sub(most) {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_code_of_findings_belongs_to_one_check() {
        let mut known = BTreeSet::new();
        for check in CHECKS {
            assert!(!check.codes.is_empty() && !check.about.ends_with('.'), "{}", check.name);
            for code in check.codes {
                assert!(known.insert(*code), "{} belongs to two checks", code.id());
            }
        }
        let all: BTreeSet<Code> =
            Code::ALL.iter().copied().filter(|code| code.id().starts_with("N06")).collect();
        assert_eq!(known, all);
        let names: BTreeSet<&str> = CHECKS.iter().map(|check| check.name).collect();
        assert_eq!(names.len(), CHECKS.len());
    }

    #[test]
    fn many_words_are_cut() {
        assert_eq!(some(&["a", "b"], 2), "a, b");
        assert_eq!(some(&["a", "b", "c", "d"], 2), "a, b and 2 more");
    }
}
