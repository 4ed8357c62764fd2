//! Where brackets must stand so that a tree reads back as it is.

use super::super::ast::{BinaryOp, Expr, ExprKind};
use super::super::length::{Calculation, DurationExpr};
use super::length::has_operator;
use crate::base::Duration;

/// How tightly a sign binds: as a product.
pub(super) const SIGN: u8 = 5;

/// How tightly what stands at the top of a tree holds together.
fn tightness(expr: &Expr) -> u8 {
    match expr.kind {
        ExprKind::Binary { op, .. } => op.precedence(),
        ExprKind::Unary { .. } => SIGN,
        ExprKind::Number(value) if value.is_sign_negative() || value == f64::INFINITY => SIGN,
        ExprKind::Duration(length) if length < Duration::ZERO => SIGN,
        _ => u8::MAX,
    }
}

/// Whether it is a number, which takes a sign before it as its own.
fn is_number(expr: &Expr) -> bool {
    matches!(expr.kind, ExprKind::Number(_) | ExprKind::Duration(_))
}

/// Whether what a subquery evaluates needs brackets.
pub(super) fn in_subquery(inner: &Expr) -> bool {
    is_number(inner) || matches!(inner.kind, ExprKind::Unary { .. } | ExprKind::Binary { .. })
}

/// Whether what has a sign needs brackets.
pub(super) fn after_sign(inner: &Expr) -> bool {
    is_number(inner) || matches!(inner.kind, ExprKind::Binary { op, .. } if op.precedence() <= SIGN)
}

/// Whether the left side of an operator needs brackets.
pub(super) fn on_the_left(op: BinaryOp, side: &Expr) -> bool {
    let power = op == BinaryOp::Pow;
    let looser = tightness(side) < op.precedence() + u8::from(power);
    looser || (op.calculates_durations() && ends_open(side))
}

/// Whether the right side of an operator needs brackets.
pub(super) fn on_the_right(op: BinaryOp, side: &Expr) -> bool {
    let power = op == BinaryOp::Pow;
    // A sign may open the right side of anything.
    let signed = is_number(side) || matches!(side.kind, ExprKind::Unary { .. });
    !signed && tightness(side) < op.precedence() + u8::from(!power)
}

/// Whether it ends in an offset in brackets, which takes an operator behind it for a part of its calculation.
fn ends_open(expr: &Expr) -> bool {
    let open = |offset: &DurationExpr| match offset {
        DurationExpr::Calculated(calculated) => {
            has_operator(calculated) || matches!(calculated.calculation, Calculation::Paren(_))
        }
        _ => false,
    };
    match &expr.kind {
        ExprKind::Selector(selector) | ExprKind::Range { selector, .. } => open(&selector.offset),
        ExprKind::Subquery { offset, .. } => open(offset),
        ExprKind::Unary { expr, .. } | ExprKind::Binary { rhs: expr, .. } => ends_open(expr),
        _ => false,
    }
}
