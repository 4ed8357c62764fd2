//! Events of `$window`, whatever is counted and whatever was never seen.

use crate::promql::{AggregateOp, BinaryOp, DurationExpr, Expr, ExprKind, Selector};
use crate::slo::Counts;

/// The label that keeps the terms of a sum apart until they are added.
pub(super) const TERM: &str = "slo_term";

/// Events within `$window`, by labels.
pub(super) fn counted(counts: &Counts, by: &[String]) -> Expr {
    let sum = |expr: Expr| expr.aggregate_by(AggregateOp::Sum, by);
    let term = |selector: &Selector| {
        let range = ExprKind::Range { selector: selector.clone(), range: DurationExpr::Window };
        sum(Expr::call("increase", [range.into()]))
    };
    match counts {
        Counts::Expression(expr) => sum(events_of(expr)),
        Counts::Counters(selectors) => match selectors.as_slice() {
            [selector] => term(selector),
            several => several
                .iter()
                .enumerate()
                .map(|(i, selector)| tagged(term(selector), i))
                .reduce(|all, next| all.binary(BinaryOp::Or, next))
                .map_or_else(|| Expr::call("vector", [Expr::number(0.0)]), sum),
        },
    }
}

/// `part or 0 * total`: a series that never existed counts zero events in every group that has any.
pub(super) fn or_zero(part: Expr, total: &Expr) -> Expr {
    part.binary(BinaryOp::Or, Expr::number(0.0).binary(BinaryOp::Mul, total.clone()))
}

/// A part of all events; nothing where there are none, rather than a NaN that would spoil every sum it meets.
pub(super) fn share(part: Expr, total: Expr) -> Expr {
    part.binary(BinaryOp::Div, total.binary(BinaryOp::Gtr, Expr::number(0.0)))
}

/// The good or the bad events of `$window` among all, by labels.
pub(super) fn share_of(part: &Counts, total: &Counts, by: &[String]) -> Expr {
    let total = counted(total, by);
    share(or_zero(counted(part, by), &total), total)
}

/// Events are counted, so `rate` over `$window` is read as `increase`: good by the one and total by the other would
/// otherwise differ by the window's seconds.
fn events_of(expr: &Expr) -> Expr {
    let over_window = |arg: &Expr| {
        matches!(arg.unparenthesised().kind, ExprKind::Range { range: DurationExpr::Window, .. })
    };
    let mut counted = expr.clone();
    counted.rewrite(&mut |node| {
        if let ExprKind::Call { function, args } = node
            && function == "rate"
            && args.iter().all(over_window)
        {
            "increase".clone_into(function);
        }
    });
    counted
}

/// `a + b` is nothing where `b` is; a sum of `a or b` is not, once the two are told apart by a label.
fn tagged(expr: Expr, term: usize) -> Expr {
    let text = |text: &str| Expr::from(ExprKind::String(text.to_owned()));
    Expr::call("label_replace", [expr, text(TERM), text(&term.to_string()), text(""), text("")])
}
