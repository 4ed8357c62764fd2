//! Counters that are no counters, and counters that are taken for something else.

use super::super::query::Query;
use super::Role;
use super::names::{counts_events, is_counter, is_gauge, name, recorded_as};
use super::shape::{GROWTH, bare, call};
use crate::base::Span;
use crate::diag::{Code, quote};
use crate::promql::{BinaryOp, DurationExpr, Expr, ExprKind, Places, Selector};

/// `rate(sum(x)[5m:])`, `rate(job:x:sum[5m])`.
pub(super) fn rate_of_sum(query: &Query, _: Role) {
    query.expr.walk(&mut |expr| {
        let Some((function, arg)) = call(expr, &GROWTH) else { return };
        let of = match &arg.kind {
            ExprKind::Subquery { expr: inner, .. } => no_counter(inner).map(|what| format!("a `{what}`")),
            ExprKind::Range { selector, .. } => name(selector).and_then(|name| {
                Some(format!("{}, which is recorded as `{}`", quote(name), recorded_as(name)?))
            }),
            _ => None,
        };
        if let Some(of) = of {
            query.remark(
                Code::RateOfSum,
                expr.span,
                &format!("`{function}` is taken of {of}, and that is no counter"),
                "a sum falls when one of its counters restarts, and a fall is read as a restart of them all: \
                 what the others ever counted is counted again; take the rate first: `sum(rate(…[…]))`",
            );
        }
    });
}

/// What makes something else than a counter of what a subquery looks at.
fn no_counter(inner: &Expr) -> Option<&'static str> {
    let mut found = None;
    inner.walk(&mut |expr| {
        let made = match &expr.kind {
            ExprKind::Aggregate { op, .. } => Some(op.word()),
            ExprKind::Call { function, .. } => {
                GROWTH.into_iter().chain(["delta", "deriv"]).find(|growth| growth == function)
            }
            _ => None,
        };
        found = found.or(made);
    });
    found
}

/// `rate(process_resident_memory_bytes[5m])`; a gauge as a counter of events.
pub(super) fn rate_of_gauge(query: &Query, role: Role) {
    if let (Role::Events, ExprKind::Selector(selector)) = (role, &query.expr.unparenthesised().kind)
        && let Some(gauge) = name(selector).filter(|name| is_gauge(name))
    {
        let message = format!("{} is no counter by its name, and events are counted by growth", quote(gauge));
        let bound = if gauge.ends_with("up") { "== 1" } else { "<= …" };
        let help = format!(
            "every fall would count as a restart from zero; judge it over time: `slices: {{good_when: {gauge} {bound}}}`"
        );
        query.remark(Code::RateOfGauge, name_span(query, query.expr.unparenthesised().span), &message, &help);
    }
    growth_of_gauge(query, &query.expr);
}

fn growth_of_gauge(query: &Query, expr: &Expr) {
    // What has no suffix of a counter may be a native histogram there.
    let of_histograms = |function: &str| function.starts_with("histogram_");
    if let ExprKind::Call { function, .. } = &expr.kind
        && of_histograms(function)
    {
        return;
    }
    if let Some((function, arg)) = call(expr, &GROWTH)
        && let ExprKind::Range { selector, .. } = &arg.kind
        && let Some(gauge) = name(selector).filter(|name| is_gauge(name))
    {
        let message = format!("`{function}` is taken of {}, which is no counter by its name", quote(gauge));
        let help = "every fall of a gauge is read as a restart from zero; `delta` and `deriv` tell how it changes, \
                    `avg_over_time` how high it stood";
        query.remark(Code::RateOfGauge, expr.span, &message, help);
    }
    expr.parts().for_each(|part| growth_of_gauge(query, part));
}

/// `errors_total > 100`, `delta(errors_total[5m])`, `histogram_quantile(0.9, x_bucket)`.
pub(super) fn raw_counter(query: &Query, _: Role) {
    query.expr.walk(&mut |expr| match &expr.kind {
        ExprKind::Binary { op, lhs, rhs, .. } if op.is_comparison() => compared(query, [lhs, rhs]),
        ExprKind::Call { function, args } if function == "histogram_quantile" => {
            let buckets = args.get(1).and_then(raw).filter(|(_, name)| name.ends_with("_bucket"));
            if let Some((buckets, name)) = buckets {
                let message = "the quantile is one of all that was observed since each process started";
                let help = format!("take how the buckets grew: `rate({name}[5m])`");
                query.remark(Code::RawCounter, name_span(query, buckets.span), message, &help);
            }
        }
        ExprKind::Call { function, .. } => over_time(query, expr, function),
        _ => {}
    });
}

/// A counter that is compared with something else than a counter, at no other time.
fn compared(query: &Query, sides: [&Expr; 2]) {
    let shifted = |side: &Expr| side.selectors().iter().any(|selector| is_shifted(selector));
    if sides.iter().any(|side| shifted(side)) {
        return;
    }
    let ([Some((counter, name)), None] | [None, Some((counter, name))]) = sides.map(raw) else { return };
    query.remark(
        Code::RawCounter,
        name_span(query, counter.span),
        &format!("{} is a counter by its name, and compared as it stands", quote(name)),
        &format!(
            "it counts since its process started, so once above a bound it stays there until a restart; \
             compare its growth: `increase({name}[5m])`"
        ),
    );
}

fn is_shifted(selector: &Selector) -> bool {
    selector.offset != DurationExpr::default() || selector.at.is_some()
}

/// The counter whose present value this is, with its name: itself, aggregated, or calculated with.
fn raw(expr: &Expr) -> Option<(&Expr, &str)> {
    let expr = bare(expr);
    match &expr.kind {
        ExprKind::Selector(selector) => {
            name(selector).filter(|name| counts_events(name)).map(|name| (expr, name))
        }
        ExprKind::Aggregate { op, expr, .. } if !matches!(op.word(), "count" | "group" | "count_values") => {
            raw(expr)
        }
        // The difference of two counters may be something else: what is still under way.
        ExprKind::Binary { op: BinaryOp::Add | BinaryOp::Div, lhs, rhs, .. } => {
            raw(lhs).filter(|_| raw(rhs).is_some())
        }
        _ => None,
    }
}

/// Functions that look at how high something stood, or at how a gauge changed.
fn over_time(query: &Query, expr: &Expr, function: &str) {
    const INSTEAD: [(&str, &str); 5] = [
        ("avg_over_time", "rate"),
        ("delta", "increase"),
        ("deriv", "rate"),
        ("idelta", "increase"),
        ("sum_over_time", "increase"),
    ];
    let Some((_, instead)) = INSTEAD.iter().find(|(name, _)| *name == function) else { return };
    let Some((_, arg)) = call(expr, &[function]) else { return };
    let ExprKind::Range { selector, .. } = &arg.kind else { return };
    let Some(name) = name(selector).filter(|name| is_counter(name)) else { return };
    let why = if function.ends_with("_over_time") {
        "it would be made of what the counter stood at, not of what it counted"
    } else {
        "it does not know that a fall is a restart"
    };
    query.remark(
        Code::RawCounter,
        expr.span,
        &format!("`{function}` is taken of {}, which is a counter by its name", quote(name)),
        &format!("{why}; write `{instead}({name}[…])`"),
    );
}

/// `irate(x_total[5m])`.
pub(super) fn instant_rate(query: &Query, _: Role) {
    query.expr.walk(&mut |expr| {
        if let Some((function, _)) = call(expr, &["irate", "idelta"]) {
            let instead = if function == "irate" { "rate" } else { "delta" };
            query.remark(
                Code::InstantRate,
                expr.span,
                &format!("`{function}` looks at no more than the last two samples of its range"),
                &format!(
                    "of five minutes with a scrape every 30 s it leaves nine tenths unseen; write `{instead}`"
                ),
            );
        }
    });
}

/// The name in a selector, or all of the selector.
fn name_span(query: &Query, selector: Span) -> Span {
    Places::of(query.text(), selector).name.unwrap_or(selector)
}
