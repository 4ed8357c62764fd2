//! Series that selections count: labels that meet their conditions.

use std::collections::{BTreeMap, BTreeSet};

use crate::base::{Labels, METRIC_NAME};
use crate::promql::{CompiledMatchers, MatchOp, Matcher, Selector, examples};

/// How many sets of labels are looked at for one selection.
const MOST: usize = 5000;

/// Labels of series that a selection takes, all different, none of a label in `by` left empty. What the conditions of
/// `others` name is varied too, so that there are some that these take and some that they do not.
pub(super) fn candidates(selector: &Selector, others: &[&Selector], by: &[String]) -> Vec<Labels> {
    let matchers = selector.all_matchers();
    let Ok(takes) = CompiledMatchers::new(&matchers) else { return Vec::new() };
    let mut pools: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let all = others.iter().flat_map(|other| other.all_matchers()).filter(|other| other.name != METRIC_NAME);
    for matcher in matchers.iter().cloned().chain(all) {
        let pool = pools.entry(matcher.name.clone()).or_default();
        pool.extend(values(&matcher));
    }
    for label in by {
        pools.entry(label.clone()).or_default().push("x".to_owned());
    }
    let mut found = vec![Labels::new()];
    for (name, pool) in &pools {
        let ones = matchers.iter().filter(|matcher| matcher.name == *name).cloned().collect::<Vec<Matcher>>();
        let Ok(fits) = CompiledMatchers::new(&ones) else { return Vec::new() };
        let mut known = BTreeSet::new();
        let fitting: Vec<&String> = pool
            .iter()
            .filter(|value| known.insert(value.as_str()) && fits.matches(&Labels::new().with(name, value)))
            .filter(|value| !value.is_empty() || !by.contains(name))
            .collect();
        found = found
            .iter()
            .flat_map(|labels| fitting.iter().map(move |value| labels.with(name, value)))
            .take(MOST)
            .collect();
    }
    found.retain(|labels| takes.matches(labels) && !labels.metric().is_empty());
    found
}

/// Values that meet a condition, and some that do not.
fn values(matcher: &Matcher) -> Vec<String> {
    let own = match matcher.op {
        MatchOp::Equal | MatchOp::NotEqual => vec![matcher.value.clone()],
        MatchOp::Regex | MatchOp::NotRegex => examples(&matcher.value),
    };
    let usual = ["200", "x", "y", ""].map(str::to_owned);
    let usual = usual.into_iter().filter(|_| matcher.name != METRIC_NAME);
    own.into_iter().chain(usual).collect()
}

/// Whether a selection takes a series.
pub(super) fn takes(selector: &Selector, labels: &Labels) -> bool {
    CompiledMatchers::new(&selector.all_matchers()).is_ok_and(|matchers| matchers.matches(labels))
}
