//! Counts that are one plain selector, for tools that know nothing else.

use crate::promql::{MatchOp, Matcher, Selector};
use crate::slo::Counts;

/// The one counter that is counted, where it is one.
pub(super) fn only(counts: &Counts) -> Option<&Selector> {
    match counts {
        Counts::Counters(selectors) => match selectors.as_slice() {
            [only] => Some(only),
            _ => None,
        },
        Counts::Expression(_) => None,
    }
}

/// What is in the total and not in the part, where one matcher tells them apart.
pub(super) fn rest(part: &Selector, total: &Selector) -> Option<Selector> {
    let more: Vec<&Matcher> = part.matchers.iter().filter(|m| !total.matchers.contains(m)).collect();
    let ([matcher], true) = (more.as_slice(), total.matchers.iter().all(|m| part.matchers.contains(m)))
    else {
        return None;
    };
    let op = match matcher.op {
        MatchOp::Equal => MatchOp::NotEqual,
        MatchOp::NotEqual => MatchOp::Equal,
        MatchOp::Regex => MatchOp::NotRegex,
        MatchOp::NotRegex => MatchOp::Regex,
    };
    (part.name == total.name).then(|| total.clone().with(&matcher.name, op, matcher.value.clone()))
}
