//! Good or bad events beside all events.

use super::super::query::Query;
use super::names::name;
use super::patterns::shown;
use crate::base::{METRIC_NAME, Span};
use crate::diag::{Code, quote};
use crate::promql::{CompiledMatcher, ExprKind, MatchOp, Matcher, Places, Selector};
use crate::slo::Polarity;

/// The same query twice.
pub(super) fn same_events(part: &Query, total: &Query, polarity: Polarity) {
    if part.expr.unparenthesised() != total.expr.unparenthesised() {
        return;
    }
    let (word, always) = (polarity.word(), if polarity == Polarity::Bad { "0%" } else { "100%" });
    let fault = part.fault(
        Code::SameEvents,
        part.expr.span,
        &format!("the {word} events are all events, so the indicator is always {always}"),
    );
    let help =
        format!("add the condition that makes an event {word}, such as `status=~\"5..\"` for bad ones");
    part.remark_beside(fault, total, total.expr.span, "the same query", &help);
}

/// A selector and where it stands.
type Placed<'q> = (&'q Selector, Span);

fn selectors<'q>(query: &'q Query) -> Vec<Placed<'q>> {
    let mut found = Vec::new();
    query.expr.walk(&mut |expr| {
        if let ExprKind::Selector(selector) | ExprKind::Range { selector, .. } = &expr.kind {
            found.push((selector, expr.span));
        }
    });
    found
}

/// `errors{job="a"}` among `requests{job="a",handler="b"}`: what is counted as a part need not be one.
pub(super) fn not_a_subset(part: &Query, total: &Query, polarity: Polarity) {
    let all = selectors(total);
    for (selector, span) in selectors(part) {
        let Some(metric) = name(selector) else { continue };
        let mut same = all.iter().filter(|(other, _)| name(other) == Some(metric));
        // Of several it may be a part of any, or of all together.
        let (Some((whole, whole_span)), None) = (same.next(), same.next()) else { continue };
        let bucket = metric.ends_with("_bucket");
        let asked = whole.matchers.iter().enumerate();
        let mut asked = asked.filter(|(_, m)| m.name != METRIC_NAME && !(bucket && m.name == "le"));
        let Some((at, matcher, relation)) =
            asked.find_map(|(at, matcher)| match relation(selector, matcher) {
                Relation::Within => None,
                other => Some((at, matcher, other)),
            })
        else {
            continue;
        };
        let word = polarity.word();
        let (place, message) = match relation {
            Relation::Outside(own) => (
                Places::of(part.text(), span).matchers.get(own).copied().unwrap_or(span),
                format!("no {word} event is among all events, which ask for {}", shown(matcher)),
            ),
            _ => (
                span,
                format!("the {word} events are not all among all events, which ask for {}", shown(matcher)),
            ),
        };
        let asks = Places::of(total.text(), *whole_span).matchers.get(at).copied().unwrap_or(*whole_span);
        let fault = part.fault(Code::WiderThanAll, place, &message);
        let help = format!(
            "both must count the same requests, or there can be more {word} events than events; write {} in both, or in none",
            shown(matcher)
        );
        part.remark_beside(fault, total, asks, "all events ask for this", &help);
    }
}

/// How what a selector selects relates to a condition.
enum Relation {
    /// All of it meets the condition, or it cannot be told that not.
    Within,
    /// Not all of it does.
    Wider,
    /// None of it does: the selector has a condition that excludes it, the one with this number.
    Outside(usize),
}

fn relation(selector: &Selector, condition: &Matcher) -> Relation {
    if selector.matchers.contains(condition) {
        return Relation::Within;
    }
    let Ok(compiled) = CompiledMatcher::new(condition) else { return Relation::Within };
    let own = || selector.matchers.iter().enumerate().filter(|(_, own)| own.name == condition.name);
    // A label that nothing is asked of can have any value, if not for a condition that asks for nothing either.
    if own().next().is_none() {
        let asks_nothing = condition.op == MatchOp::Regex && condition.value == ".*";
        return if asks_nothing { Relation::Within } else { Relation::Wider };
    }
    for (at, own) in own() {
        if let Some(values) = values(own) {
            let met = values.iter().filter(|value| compiled.matches(value)).count();
            return match met {
                0 => Relation::Outside(at),
                some if some == values.len() => Relation::Within,
                _ => Relation::Wider,
            };
        }
    }
    // It is excluded by value: does the selector take that value?
    let excluded = (condition.op == MatchOp::NotEqual).then_some(condition.value.as_str());
    let takes =
        |value: &str| own().all(|(_, own)| CompiledMatcher::new(own).is_ok_and(|own| own.matches(value)));
    if excluded.is_some_and(takes) { Relation::Wider } else { Relation::Within }
}

/// The values that a condition asks for, where it lists them: `a`, `a|b`, `(a|b)`.
fn values(matcher: &Matcher) -> Option<Vec<&str>> {
    let listed = match matcher.op {
        MatchOp::Equal => return Some(vec![&matcher.value]),
        MatchOp::Regex => &matcher.value,
        MatchOp::NotEqual | MatchOp::NotRegex => return None,
    };
    let inner = listed.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')).unwrap_or(listed);
    let plain = |value: &str| !value.contains(|c: char| "\\.+*?()[]{}^$".contains(c));
    inner.split('|').map(|value| plain(value).then_some(value)).collect()
}

/// `x_bucket{a="1",le="0.5"}` beside `x_count`.
pub(super) fn buckets_and_count(part: &Query, total: &Query, _: Polarity) {
    let all = selectors(total);
    for (selector, span) in selectors(part) {
        let Some((base, end)) = series(selector) else { continue };
        let other_end = if end == "_bucket" { "_count" } else { "_bucket" };
        let mut others = all.iter().filter(|(other, _)| series(other) == Some((base, other_end)));
        let (Some((other, other_span)), None) = (others.next(), others.next()) else { continue };
        let lacks = |of: &Selector, matcher: &Matcher| {
            matcher.name != "le" && matcher.name != METRIC_NAME && !of.matchers.contains(matcher)
        };
        let alone = |own: &Selector, of: &Selector| own.matchers.iter().position(|m| lacks(of, m));
        let (query, place, matcher, beside) = if let Some(at) = alone(other, selector) {
            (total, (*other_span, at), &other.matchers[at], (part, span))
        } else if let Some(at) = alone(selector, other).filter(|at| !chooses_good(&selector.matchers[*at])) {
            (part, (span, at), &selector.matchers[at], (total, *other_span))
        } else {
            continue;
        };
        let place = Places::of(query.text(), place.0).matchers.get(place.1).copied().unwrap_or(place.0);
        let fault = query.fault(
            Code::BucketsAndCount,
            place,
            &format!("buckets and count of {} are asked for under different conditions", quote(base)),
        );
        let help = format!(
            "fast requests of some are divided by the requests of others; write {} in both, or in none",
            shown(matcher)
        );
        query.remark_beside(fault, beside.0, beside.1, "this does not ask for it", &help);
    }
}

/// The name of a histogram, and which of its series is selected.
fn series(selector: &Selector) -> Option<(&str, &'static str)> {
    let name = name(selector)?;
    ["_bucket", "_count"].into_iter().find_map(|end| Some((name.strip_suffix(end)?, end)))
}

/// Whether a condition asks that a request went well besides being fast, which is a usual definition of good.
fn chooses_good(matcher: &Matcher) -> bool {
    const GOOD: [&str; 6] = ["0", "2", "ok", "success", "true", "none"];
    let value = matcher.value.to_ascii_lowercase();
    let excludes = matches!(matcher.op, MatchOp::NotEqual | MatchOp::NotRegex);
    excludes
        || GOOD.iter().any(|good| value.trim_start_matches('(').starts_with(good))
        || (matcher.name.contains("error") && value == "false")
}
