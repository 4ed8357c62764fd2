use super::{Judge, Signal};
use crate::base::Duration;
use crate::promql::{BinaryOp, Expr, ExprKind};

/// Slices of time in which a condition holds among all slices: lag at most 1000, 95th percentile below a second.
#[derive(Debug, Clone, PartialEq)]
pub struct SlicesSli {
    /// The condition as written: a comparison.
    pub good_when: Expr,
    /// Left of the comparison (or right, turned round).
    pub value: Expr,
    /// How it is compared.
    pub op: BinaryOp,
    /// With what.
    pub bound: f64,
    /// The length of a slice.
    pub slice: Duration,
    /// What an unmeasured slice is.
    pub empty: Empty,
}

/// What a slice without a measurement is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Empty {
    /// Good.
    Good,
    /// Bad.
    Bad,
    /// Neither: it lowers the coverage.
    #[default]
    Ignore,
}

impl SlicesSli {
    /// Reads a condition; nothing where the expression is not a comparison. With a number on one side the other side is
    /// the value. With expressions on both, their difference is compared with zero, so that every sample is read once
    /// and a NaN on either side leaves the slice unmeasured.
    pub fn new(good_when: Expr, slice: Duration, empty: Empty) -> Option<Self> {
        let ExprKind::Binary { op, lhs, rhs, matching, .. } = &good_when.unparenthesised().kind else {
            return None;
        };
        if !op.is_comparison() {
            return None;
        }
        let (value, op, bound) = match (number(lhs), number(rhs)) {
            (_, Some(bound)) => (lhs.as_ref().clone(), *op, bound),
            (Some(bound), None) => (rhs.as_ref().clone(), turned(*op), bound),
            (None, None) => {
                let difference = lhs.as_ref().clone().binary_matching(
                    BinaryOp::Sub,
                    matching.clone(),
                    rhs.as_ref().clone(),
                );
                (difference, *op, 0.0)
            }
        };
        let value = value.unparenthesised().clone();
        Some(Self { good_when, value, op, bound, slice, empty })
    }

    pub(super) fn signal(&self) -> Signal {
        Signal::Slices {
            value: self.value.clone(),
            judge: Judge::Compares(self.op, self.bound),
            slice: self.slice,
            empty: self.empty,
        }
    }
}

fn number(expr: &Expr) -> Option<f64> {
    match &expr.unparenthesised().kind {
        ExprKind::Number(value) => Some(*value),
        ExprKind::Duration(length) => Some(length.as_secs()),
        ExprKind::Unary { op, expr } => number(expr).map(|value| match op {
            crate::promql::UnaryOp::Minus => -value,
            crate::promql::UnaryOp::Plus => value,
        }),
        _ => None,
    }
}

fn turned(op: BinaryOp) -> BinaryOp {
    match op {
        BinaryOp::Gtr => BinaryOp::Lss,
        BinaryOp::Lss => BinaryOp::Gtr,
        BinaryOp::Gte => BinaryOp::Lte,
        BinaryOp::Lte => BinaryOp::Gte,
        other => other,
    }
}
