//! Conditions on labels: patterns that are none, or that match everything or nothing.

use super::super::query::Query;
use super::Role;
use crate::base::Span;
use crate::diag::Code;
use crate::promql::{CompiledMatcher, ExprKind, MatchOp, Matcher, Places, Selector};

/// What a condition is odd for: the code, a message, and what to write.
type Oddity = (Code, String, String);

/// Every condition of every selector.
pub(super) fn patterns(query: &Query, role: Role) {
    query.expr.walk(&mut |expr| {
        let (ExprKind::Selector(selector) | ExprKind::Range { selector, .. }) = &expr.kind else { return };
        // What `info` takes in braces selects labels, not series.
        if selector.name.is_none()
            && selector.matchers.iter().all(|matcher| matcher.name != crate::base::METRIC_NAME)
        {
            return;
        }
        for (at, matcher) in selector.matchers.iter().enumerate() {
            let place = || Places::of(query.text(), expr.span).matchers.get(at).copied().unwrap_or(expr.span);
            let found = oddity(matcher, || query.is_written_as_one(place()));
            if let Some((code, message, help)) =
                found.filter(|(code, ..)| *code != Code::BoundaryAsText || role != Role::Named)
            {
                query.remark(code, place(), &message, &help);
            }
        }
        contradictions(query, selector, expr.span);
    });
}

fn oddity(matcher: &Matcher, written: impl Fn() -> bool) -> Option<Oddity> {
    match matcher.op {
        MatchOp::Equal if matcher.name == "le" => boundary(&matcher.value),
        MatchOp::Equal | MatchOp::NotEqual => None,
        MatchOp::Regex | MatchOp::NotRegex => anything(matcher)
            .or_else(|| class(matcher))
            .or_else(|| anchors(matcher))
            // Of a variable its value may become a pattern some day.
            .or_else(|| plain(matcher).filter(|_| written())),
    }
}

/// `.*` and the like.
fn anything(matcher: &Matcher) -> Option<Oddity> {
    let Matcher { name, op, value } = matcher;
    let value = value.trim_start_matches(['^', '(']).trim_end_matches(['$', ')']);
    let shown = shown(matcher);
    let (message, help) = match (op, value) {
        (MatchOp::Regex, ".*") => (
            format!("{shown} is met by every series, with or without the label"),
            format!("remove it; `{name}!=\"\"` asks for series that have the label"),
        ),
        (MatchOp::NotRegex, ".*") => (
            format!("{shown} is met by no series at all, so nothing is selected"),
            format!("remove it; `{name}=\"\"` asks for series without the label"),
        ),
        (MatchOp::NotRegex, ".+") => (
            format!("{shown} is met by those series alone that do not have the label"),
            format!("write `{name}=\"\"` if that is meant"),
        ),
        _ => return None,
    };
    Some((Code::MatchesAnything, message, help))
}

/// Patterns that were meant for something else: `5xx`, `api*`.
fn class(matcher: &Matcher) -> Option<Oddity> {
    let Matcher { name, op, value } = matcher;
    let op = op.word();
    let digit = value.get(..1).filter(|digit| ("1"..="5").contains(digit));
    if let Some(digit) = digit.filter(|_| value.get(1..).is_some_and(|rest| rest.eq_ignore_ascii_case("xx")))
    {
        return Some((
            Code::PatternAsText,
            format!("the pattern `{value}` matches the text `{value}` alone, not {digit}00 or {digit}03"),
            format!(
                "write `{name}{op}\"{digit}..\"`, or `{name}{}\"{value}\"` if the label has that text",
                equal_word(matcher.op)
            ),
        ));
    }
    let before = value.strip_suffix('*').filter(|before| !before.is_empty() && is_plain(before))?;
    let shorter = &before[..before.len() - before.chars().last()?.len_utf8()];
    Some((
        Code::PatternAsText,
        format!("the pattern `{value}` matches `{shorter}` and `{before}`, but not `{before}-1`"),
        format!(
            "`*` repeats the character before it; write `{name}{op}\"{before}.*\"` for what begins with `{before}`"
        ),
    ))
}

/// `^5..$`
fn anchors(matcher: &Matcher) -> Option<Oddity> {
    let Matcher { name, op, value } = matcher;
    let op = op.word();
    let begins = value.starts_with('^');
    let ends = value.ends_with('$') && !value.ends_with("\\$");
    if value.contains('|') || !(begins || ends) {
        return None;
    }
    let inner = value.strip_prefix('^').unwrap_or(value);
    let inner = if ends { inner.strip_suffix('$').unwrap_or(inner) } else { inner };
    if begins != ends && is_plain(inner) && !inner.is_empty() {
        let (wide, word) =
            if begins { (format!("{inner}.*"), "begins") } else { (format!(".*{inner}"), "ends") };
        return Some((
            Code::PatternAnchors,
            format!("the pattern `{value}` matches `{inner}` alone: a pattern always matches whole values"),
            format!("write `{name}{op}\"{wide}\"` for what {word} with `{inner}`"),
        ));
    }
    let anchor = if begins { '^' } else { '$' };
    Some((
        Code::PatternAnchors,
        format!("`{anchor}` says nothing in the pattern `{value}`: a pattern always matches whole values"),
        format!("write `{name}{op}\"{inner}\"`"),
    ))
}

/// A pattern that is a plain text.
fn plain(matcher: &Matcher) -> Option<Oddity> {
    let Matcher { name, op, value } = matcher;
    is_plain(value).then(|| {
        (
            Code::PatternAsText,
            format!("the pattern of {} is a plain text", shown(matcher)),
            format!(
                "write `{name}{}\"{value}\"`, which means the same and is looked up, not matched",
                equal_word(*op)
            ),
        )
    })
}

fn is_plain(pattern: &str) -> bool {
    !pattern.contains(|c: char| "\\.+*?()|[]{}^$\"".contains(c))
}

/// `le="1"`: the same bucket is called `1` by some and `1.0` by others.
fn boundary(value: &str) -> Option<Oddity> {
    let number: f64 = value.parse().ok().filter(|number: &f64| number.is_finite())?;
    // With a fraction or an exponent all spell it alike.
    if value.contains('e') || (number.fract() != 0.0 && value == number.to_string()) {
        return None;
    }
    let whole = number.to_string();
    let pattern = match whole.split_once('.') {
        None => format!("{whole}([.]0)?"),
        Some((whole, fraction)) => format!("{whole}[.]{fraction}0*"),
    };
    let other = if whole == value { format!("{whole}.0") } else { whole };
    Some((
        Code::BoundaryAsText,
        format!("`le=\"{value}\"` is compared as a text, and the same bucket may be called `{other}`"),
        format!(
            "Prometheus 3 stores every boundary with a point, others store what was exported; write `le=~\"{pattern}\"`, \
             or use the kind `latency`, which compares numbers"
        ),
    ))
}

/// Two conditions on one label that no value meets.
fn contradictions(query: &Query, selector: &Selector, span: Span) {
    for (at, equal) in
        selector.matchers.iter().enumerate().filter(|(_, matcher)| matcher.op == MatchOp::Equal)
    {
        let fails = |other: &&Matcher| {
            other.name == equal.name
                && *other != equal
                && CompiledMatcher::new(other).is_ok_and(|other| !other.matches(&equal.value))
        };
        let Some(other) = selector.matchers.iter().find(fails) else { continue };
        let place = Places::of(query.text(), span).matchers.get(at).copied().unwrap_or(span);
        query.remark(
            Code::MatchesAnything,
            place,
            &format!("no series meets both {} and {}, so nothing is selected", shown(equal), shown(other)),
            "remove one of the two",
        );
        return;
    }
}

/// A condition as it is written, between backticks.
pub(super) fn shown(matcher: &Matcher) -> String {
    crate::diag::quote(&format!("{}{}\"{}\"", matcher.name, matcher.op.word(), matcher.value))
}

fn equal_word(op: MatchOp) -> &'static str {
    if op == MatchOp::NotRegex { "!=" } else { "=" }
}
