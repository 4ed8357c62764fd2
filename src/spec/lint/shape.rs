//! Looking at trees.

use crate::promql::{BinaryOp, Expr, ExprKind, Selector, ValueType};

/// What is measured, without brackets, signs, numbers that scale it, and functions that round it.
pub(super) fn bare(expr: &Expr) -> &Expr {
    match &expr.kind {
        ExprKind::Paren(inner) | ExprKind::Unary { expr: inner, .. } => bare(inner),
        ExprKind::Call { function, args } if ROUNDING.contains(&function.as_str()) => {
            args.first().map_or(expr, bare)
        }
        ExprKind::Binary { op, lhs, rhs, .. } if is_arithmetic(*op) => {
            match (is_vector(lhs), is_vector(rhs)) {
                (true, false) => bare(lhs),
                (false, true) => bare(rhs),
                _ => expr,
            }
        }
        _ => expr,
    }
}

const ROUNDING: [&str; 7] = ["abs", "ceil", "clamp", "clamp_max", "clamp_min", "floor", "round"];

pub(super) fn is_arithmetic(op: BinaryOp) -> bool {
    matches!(op, BinaryOp::Add | BinaryOp::Sub | BinaryOp::Mul | BinaryOp::Div)
}

pub(super) fn is_vector(expr: &Expr) -> bool {
    expr.value_type() == ValueType::Vector
}

/// A call of one of some functions, and its first argument.
pub(super) fn call<'e>(expr: &'e Expr, functions: &[&str]) -> Option<(&'e str, &'e Expr)> {
    match &expr.kind {
        ExprKind::Call { function, args } if functions.contains(&function.as_str()) => {
            Some((function, args.first()?.unparenthesised()))
        }
        _ => None,
    }
}

/// The functions that measure how a counter grew.
pub(super) const GROWTH: [&str; 3] = ["rate", "increase", "irate"];

/// Whether growth of a counter is measured anywhere in it.
pub(super) fn has_growth(expr: &Expr) -> bool {
    let mut found = false;
    expr.walk(&mut |node| found |= call(node, &GROWTH).is_some());
    found
}

/// The one selector of something that is not aggregated: `rate(x[5m])`, `max_over_time(x[5m])`, `x`.
pub(super) fn one_series(expr: &Expr) -> Option<&Selector> {
    match &bare(expr).kind {
        ExprKind::Selector(selector) | ExprKind::Range { selector, .. } => Some(selector),
        ExprKind::Call { args, .. } => match args.as_slice() {
            [arg] => one_series(arg),
            _ => None,
        },
        _ => None,
    }
}

/// The two sides of a division, where growth is measured on both.
pub(super) fn ratio_of_growth(expr: &Expr) -> Option<(&Expr, &Expr)> {
    match &bare(expr).kind {
        ExprKind::Binary { op: BinaryOp::Div, lhs, rhs, .. } if has_growth(lhs) && has_growth(rhs) => {
            Some((lhs, rhs))
        }
        _ => None,
    }
}

/// Labels for people: `` `job`, `route` ``.
pub(super) fn list<'l>(labels: impl IntoIterator<Item = &'l String>) -> String {
    labels.into_iter().map(|label| format!("`{label}`")).collect::<Vec<_>>().join(", ")
}
