//! What becomes of the groups that a server keeps when they are to be those of a rule set.

use std::collections::{BTreeMap, BTreeSet};

use super::drift::{Drift, compare, shown};
use super::model::{Group, Rule, RuleSet};

/// What becomes of a group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// It is not there yet.
    Add,
    /// It is there, and these differ.
    Replace(Vec<Drift>),
    /// It is there as it should be.
    Keep,
    /// It is there and nothing asks for it.
    Left,
}

/// What becomes of each group, by its name: of those wanted in their order, then of those left.
pub fn changes(wanted: &RuleSet, kept: &[Group]) -> Vec<(String, Change)> {
    let names: BTreeSet<&str> = wanted.groups.iter().map(|group| group.name.as_str()).collect();
    let kept_by_name: BTreeMap<&str, &Group> =
        kept.iter().map(|group| (group.name.as_str(), group)).collect();
    let of = |group: &Group| match kept_by_name.get(group.name.as_str()) {
        None => Change::Add,
        Some(other) => match differences(group, other) {
            none if none.is_empty() => Change::Keep,
            some => Change::Replace(some),
        },
    };
    let is_left = |group: &&Group| !names.contains(group.name.as_str());
    let wanted = wanted.groups.iter().map(|group| (group.name.clone(), of(group)));
    wanted.chain(kept.iter().filter(is_left).map(|group| (group.name.clone(), Change::Left))).collect()
}

/// What differs, the interval where only one has one and the order of the rules among it: a rule reads what those before
/// it have recorded.
fn differences(wanted: &Group, kept: &Group) -> Vec<Drift> {
    let mut found = Vec::new();
    let group = |what: &str, runs: String, wanted_is: String| Drift::Differs {
        group: wanted.name.clone(),
        rule: None,
        what: what.to_owned(),
        runs,
        wanted: wanted_is,
    };
    if wanted.interval.is_some() != kept.interval.is_some() {
        let interval = |group: &Group| {
            group.interval.map_or_else(|| "that of the server".to_owned(), |interval| interval.to_string())
        };
        found.push(group("interval", interval(kept), interval(wanted)));
    }
    compare(wanted, kept, &mut found);
    let mut pairs = wanted.rules.iter().zip(&kept.rules);
    if found.is_empty()
        && let Some((wanted, runs)) = pairs.find(|(wanted, kept)| !is_in_place(wanted, kept))
    {
        found.push(group("order", format!("{} first", shown(runs)), format!("{} first", shown(wanted))));
    }
    found
}

/// Whether two rules at the same place of two groups, which have the same rules, are the same.
fn is_in_place(wanted: &Rule, kept: &Rule) -> bool {
    super::drift::is_same(wanted, kept) && super::drift::expr(wanted) == super::drift::expr(kept)
}
