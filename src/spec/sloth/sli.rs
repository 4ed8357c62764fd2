//! Sloth's three kinds of indicators: two queries that count, one that gives a ratio, or a plugin that makes the latter.

use super::super::decode::At;
use super::super::lint;
use super::words::Words;
use super::{plugins, template};
use crate::base::Duration;
use crate::diag::Code;
use crate::promql::{AggregateOp, BinaryOp, DurationExpr, Expr, ExprKind, Grouping};
use crate::slo::sli::{events, quotient};
use crate::slo::{Counts, Empty, EventsSli, Polarity, RatioSli, Signal, Sli, SlothSli};

/// An indicator.
pub(super) struct Measured {
    pub(super) sli: Sli,
    /// The labels by whose values its queries are divided.
    pub(super) by: Vec<String>,
    /// The queries as Sloth takes them.
    pub(super) written: Option<SlothSli>,
}

/// `{events: …}`, `{raw: …}` or `{plugin: …}`. Where its queries count no events, the ratio's mean over slices is meant.
pub(super) fn sli(at: &At, words: &Words, slice: Duration) -> Option<Measured> {
    let help = "write `events:` with the queries that count the bad events and all events";
    at.fields(|f| match f.one_of(&["events", "raw", "plugin"], help)? {
        ("events", at) => counted(&at, words, slice),
        ("raw", at) => raw(&at, words, slice),
        (_, at) => plugins::read(&at).map(|sli| Measured { written: made(&sli), sli, by: Vec::new() }),
    })
}

fn counted(at: &At, words: &Words, slice: Duration) -> Option<Measured> {
    let ((error_span, error), (total_span, total)) = at.fields(|f| {
        let error = f.required(words.error_query.0, words.error_query.1, |at| Some(at.clone()));
        let total = f.required(words.total_query.0, words.total_query.1, |at| Some(at.clone()));
        let (error_at, total_at) = (error.as_ref(), total.as_ref());
        let (error, total) = (error_at.and_then(template::query), total_at.and_then(template::query));
        let (error, total) = (error?, total?);
        if error.expr != total.expr {
            lint::events(&error, &total, Polarity::Bad);
        }
        Some(((error_at?.node.span, error.expr), (total_at?.node.span, total.expr)))
    })?;
    let fault = |code, message: String| {
        at.fault_at(code, error_span, message).also(at.file(), total_span, "all events")
    };
    if error == total {
        let fault = fault(Code::SameQuery, "both queries are the same: every event would be bad".to_owned());
        return at.say(fault.help(format!("let `{}` count the bad events alone", words.error_query.0)));
    }
    let (of_error, of_total) = (divided_by(&error), divided_by(&total));
    if let (Some(of_error), Some(of_total)) = (&of_error, &of_total)
        && of_error != of_total
    {
        let listed = |labels: &[String]| match labels {
            [] => "no label".to_owned(),
            labels => labels.iter().map(|label| format!("`{label}`")).collect::<Vec<_>>().join(" and "),
        };
        let (of_error, of_total) = (listed(of_error), listed(of_total));
        let message = format!("bad events are grouped by {of_error}, all events by {of_total}");
        let fault = fault(Code::GroupedApart, message);
        return at.say(fault.help("group both alike: what has other labels cannot be divided"));
    }
    let by = of_error.or(of_total).unwrap_or_default();
    let written = Some(SlothSli::Events { error: error.clone(), total: total.clone() });
    let sli = match events(Polarity::Bad, &error, &total) {
        Some(sli) => Sli::Events(undivided(sli, &by)),
        None => mean(at, error.binary(BinaryOp::Div, total), slice),
    };
    Some(Measured { sli, by, written })
}

fn raw(at: &At, words: &Words, slice: Duration) -> Option<Measured> {
    let (name, example) = words.error_ratio_query;
    let ratio = at.fields(|f| f.required(name, example, |at| template::query(at).map(|query| query.expr)))?;
    let by = divided_by(&ratio).unwrap_or_default();
    let written = Some(SlothSli::Raw(ratio.clone()));
    let sli = match quotient(&ratio, Polarity::Bad) {
        Some(sli) => Sli::Events(undivided(sli, &by)),
        None => mean(at, ratio, slice),
    };
    Some(Measured { sli, by, written })
}

/// The ratio that a plugin makes.
fn made(sli: &Sli) -> Option<SlothSli> {
    let Signal::Events { polarity, part, total, .. } = sli.signal() else { return None };
    let share = rate(&part)?.binary(BinaryOp::Div, rate(&total)?);
    Some(SlothSli::Raw(match polarity {
        Polarity::Bad => share,
        Polarity::Good => Expr::number(1.0).binary(BinaryOp::Sub, share.in_brackets()),
    }))
}

fn rate(counts: &Counts) -> Option<Expr> {
    match counts {
        Counts::Expression(expr) => Some(expr.clone()),
        Counts::Counters(selectors) => {
            let [selector] = selectors.as_slice() else { return None };
            let range = ExprKind::Range { selector: selector.clone(), range: DurationExpr::Window };
            Some(Expr::call("rate", [range.into()]).aggregate_by::<&str>(AggregateOp::Sum, &[]))
        }
    }
}

/// What Sloth takes every indicator for.
fn mean(at: &At, ratio: Expr, slice: Duration) -> Sli {
    let message =
        format!("the queries count no events: judged is the mean of their {slice} ratios, as by Sloth");
    let fault = at.fault(Code::MeanOfRatios, message);
    at.say::<()>(fault.help(
        "divide one `sum(rate(…))` by another where there are counters: a quiet hour then weighs little",
    ));
    Sli::Ratio(RatioSli { polarity: Polarity::Bad, ratio, slice, empty: Empty::Ignore })
}

/// The labels by which the elements of a query differ, sorted; nothing where that depends on the data.
fn divided_by(expr: &Expr) -> Option<Vec<String>> {
    match &expr.unparenthesised().kind {
        ExprKind::Number(_) | ExprKind::Duration(_) => Some(Vec::new()),
        ExprKind::Aggregate { grouping, .. } if !grouping.without => {
            let mut labels = grouping.labels.clone();
            labels.sort();
            labels.dedup();
            Some(labels)
        }
        ExprKind::Call { function, args } if matches!(function.as_str(), "vector" | "scalar" | "time") => {
            args.iter().all(|arg| divided_by(arg).is_some()).then(Vec::new)
        }
        ExprKind::Unary { expr, .. } => divided_by(expr),
        ExprKind::Binary { op, lhs, rhs, matching, .. } => match (divided_by(lhs)?, divided_by(rhs)?) {
            // Numbers, and what stands for nothing, have no labels of their own.
            (labels, none) if is_number(rhs) || (*op == BinaryOp::Or && none.is_empty()) => Some(labels),
            (_, labels) if is_number(lhs) => Some(labels),
            (lhs, rhs) => (lhs == rhs && matching.group.is_none()).then_some(lhs),
        },
        _ => None,
    }
}

fn is_number(expr: &Expr) -> bool {
    match &expr.unparenthesised().kind {
        ExprKind::Number(_) | ExprKind::Duration(_) => true,
        ExprKind::Call { function, .. } => matches!(function.as_str(), "vector" | "scalar" | "time"),
        _ => false,
    }
}

/// The same events without their grouping, where they then are counters: what divides the budget groups them anyway.
fn undivided(sli: EventsSli, by: &[String]) -> EventsSli {
    let plain = |expr: &Expr| {
        let mut plain = expr.clone();
        plain.rewrite(&mut |kind| {
            if let ExprKind::Aggregate { op: AggregateOp::Sum, grouping, .. } = kind {
                *grouping = Grouping::default();
            }
        });
        plain
    };
    if by.is_empty() {
        return sli;
    }
    let plain = EventsSli { part: plain(&sli.part), total: plain(&sli.total), ..sli };
    match Sli::Events(plain.clone()).signal() {
        Signal::Events { part: Counts::Counters(_), total: Counts::Counters(_), .. } => plain,
        _ => sli,
    }
}
