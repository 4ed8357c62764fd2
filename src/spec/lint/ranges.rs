//! Stretches of time that are looked at, and those that are not.

use super::super::query::Query;
use super::Role;
use crate::base::{Duration, Span};
use crate::diag::Code;
use crate::promql::{DurationExpr, Expr, ExprKind, Places};
use crate::slo::Empty;

/// `[5m]` in a query over `$window`.
pub(super) fn fixed_range(query: &Query, role: Role) {
    if role.is_measure() && query.expr.uses_window() {
        outside_subqueries(&query.expr, &mut |expr, range| {
            let message =
                format!("this looks at {range} whatever window is asked for, beside what looks at `$window`");
            query.remark(
                Code::FixedRange,
                range_span(query, expr),
                &message,
                "over 30 days it would see the last of them alone; write `[$window]`",
            );
        });
    }
}

/// Every fixed range that is not looked at again and again by a subquery over the window.
fn outside_subqueries(expr: &Expr, visit: &mut impl FnMut(&Expr, Duration)) {
    match &expr.kind {
        ExprKind::Range { range, .. } | ExprKind::Subquery { range, .. } => {
            if let DurationExpr::Fixed(range) = range {
                visit(expr, *range);
            }
        }
        _ => expr.parts().for_each(|part| outside_subqueries(part, visit)),
    }
}

/// `rate(x[1m])` at the end of each slice of five minutes.
pub(super) fn unseen_part_of_slice(query: &Query, role: Role) {
    let Role::Slice { length, .. } = role else { return };
    outside_subqueries(&query.expr, &mut |expr, range| {
        if range < length {
            query.remark(
                Code::UnseenPartOfSlice,
                range_span(query, expr),
                &format!("a range of {range} leaves {} of every slice of {length} unseen", length - range),
                &format!("write `[{length}]`, or `slice: {range}`"),
            );
        }
    });
}

/// `absent(x)` where a number is needed.
pub(super) fn absent_as_value(query: &Query, role: Role) {
    let (message, help) = match role {
        Role::Events | Role::Ratio => (
            "gives 1 or nothing, and counts no events",
            "say what must be there as a condition: `slices: {good_when: up == 1, empty: bad}`",
        ),
        Role::Slice { empty: Empty::Ignore | Empty::Bad, .. } => (
            "gives nothing while the series are there, so no slice is ever measured as good",
            "say what must be there: `good_when: up == 1` with `empty: bad`; or call slices without a measurement good: `empty: good`",
        ),
        _ => return,
    };
    as_value(&query.expr, &mut |expr, function| {
        query.remark(Code::AbsentAsValue, expr.span, &format!("`{function}` {message}"), help);
    });
}

/// Calls of `absent` whose values count; behind `or` they stand in for something else.
fn as_value(expr: &Expr, visit: &mut impl FnMut(&Expr, &str)) {
    match &expr.kind {
        ExprKind::Call { function, .. } if function.starts_with("absent") => visit(expr, function),
        ExprKind::Binary { op, lhs, .. } if op.is_set() => as_value(lhs, visit),
        _ => expr.parts().for_each(|part| as_value(part, visit)),
    }
}

/// The brackets of a range or a subquery.
fn range_span(query: &Query, expr: &Expr) -> Span {
    let brackets = match &expr.kind {
        ExprKind::Subquery { expr: inner, .. } => {
            Places::of(query.text(), Span::new(inner.span.end, expr.span.end)).range
        }
        _ => Places::of(query.text(), expr.span).range,
    };
    brackets.unwrap_or(expr.span)
}
