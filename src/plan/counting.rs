//! Part and total of one metric from one question.

use crate::promql::{MatchOp, Matcher, Selector};

use super::task::QueryId;

/// The growth of counters in every bucket of a timeline, as far as their labels meet the matchers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counted {
    /// The question whose answer holds it for each piece of the timeline.
    pub queries: Vec<QueryId>,
    /// Which of the answers' series count; those whose labels meet all of these.
    pub only: Vec<Matcher>,
}

/// A selection that holds both the part and the total, and what tells them apart in it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Merged {
    /// What to select.
    pub(super) superset: Selector,
    /// Labels by which to group, so that both can be told apart.
    pub(super) labels: Vec<String>,
    /// What the part's groups meet.
    pub(super) part: Vec<Matcher>,
    /// What the total's groups meet.
    pub(super) total: Vec<Matcher>,
}

/// Where the part is the total with other matchers, one question grouped by their labels serves both. `widen`: whether
/// the values that neither selects are wanted too (all buckets of a histogram).
pub(super) fn merge(part: &Selector, total: &Selector, widen: bool) -> Option<Merged> {
    if part.name != total.name || part.offset != total.offset || part.at != total.at {
        return None;
    }
    let only_in = |one: &Selector, other: &Selector| -> Vec<Matcher> {
        one.matchers.iter().filter(|matcher| !other.matchers.contains(matcher)).cloned().collect()
    };
    let (part_only, total_only) = (only_in(part, total), only_in(total, part));
    let is_metric = |matcher: &Matcher| matcher.name == crate::base::METRIC_NAME;
    if part_only.iter().chain(&total_only).any(is_metric) {
        return None;
    }
    let mut superset = total.clone();
    superset.matchers.retain(|matcher| !total_only.contains(matcher));
    for matcher in &total_only {
        // Only a label on which both are told apart by what they equal can be asked for both at once.
        let [other] = part_only.iter().filter(|other| other.name == matcher.name).collect::<Vec<_>>()[..]
        else {
            return None;
        };
        if !widen {
            let (one, other) = (as_regex(matcher)?, as_regex(other)?);
            superset = superset.with(&matcher.name, MatchOp::Regex, format!("{one}|{other}"));
        }
    }
    let mut labels: Vec<String> = part_only.iter().map(|matcher| matcher.name.clone()).collect();
    labels.sort();
    labels.dedup();
    Some(Merged { superset, labels, part: part_only, total: total_only })
}

fn as_regex(matcher: &Matcher) -> Option<String> {
    match matcher.op {
        MatchOp::Equal => Some(regex::escape(&matcher.value)),
        MatchOp::Regex => Some(format!("(?:{})", matcher.value)),
        MatchOp::NotEqual | MatchOp::NotRegex => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bad_is_total_with_a_status() {
        let total = Selector::metric("m").with("job", MatchOp::Equal, "a");
        let merged = merge(&total.clone().with("status", MatchOp::Regex, "5.."), &total, false).unwrap();
        assert_eq!(merged.superset, total);
        assert_eq!(merged.labels, ["status"]);
        assert!(merged.total.is_empty());
    }

    #[test]
    fn two_buckets_are_asked_together_or_all_of_them() {
        let buckets = Selector::metric("m_bucket");
        let part = buckets.clone().with("le", MatchOp::Regex, "1|1\\.0");
        let total = buckets.clone().with("le", MatchOp::Equal, "+Inf");
        let merged = merge(&part, &total, false).unwrap();
        assert_eq!(merged.superset.matchers[0].value, "\\+Inf|(?:1|1\\.0)");
        assert_eq!(merge(&part, &total, true).unwrap().superset, buckets);
    }

    #[test]
    fn other_metrics_and_other_parts_are_asked_apart() {
        let total = Selector::metric("m").with("path", MatchOp::Equal, "/a");
        assert_eq!(merge(&Selector::metric("n"), &total, false), None);
        assert_eq!(merge(&Selector::metric("m").with("status", MatchOp::Equal, "500"), &total, false), None);
        assert_eq!(merge(&Selector::metric("m").with("path", MatchOp::NotEqual, "/b"), &total, false), None);
    }
}
