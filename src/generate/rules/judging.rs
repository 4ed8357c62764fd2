//! How good a slice of the clock is: from 0 to 1, by the value at its end.

use crate::promql::{AggregateOp, BinaryOp, Expr, ExprKind, Matching};
use crate::slo::{Judge, Method, Polarity, Signal, Slo};

/// The value, which may hold `$window` for a slice, and how it is judged, where an objective judges slices.
pub(super) fn judged(slo: &Slo) -> Option<(Expr, Judge)> {
    match slo.sli.signal() {
        Signal::Slices { value, judge, .. } => Some((value, judge)),
        Signal::Events { polarity, part, total, .. } => {
            let judge = match slo.method {
                Method::Occurrences => return None,
                Method::Timeslices { target, .. } => match polarity {
                    Polarity::Good => Judge::Compares(BinaryOp::Gte, target.as_f64()),
                    Polarity::Bad => Judge::Compares(BinaryOp::Lte, target.complement().as_f64()),
                },
                Method::RatioTimeslices { .. } => Judge::Share(polarity),
            };
            Some((super::counting::share_of(&part, &total, &slo.by), judge))
        }
        Signal::Composite(_) => None,
    }
}

/// How good, by labels; nothing where it was not measured.
pub(super) fn good(value: &Expr, judge: Judge, by: &[String]) -> Expr {
    // Nothing is below -Inf but NaN, which is no measurement; compared as it is, it would count as bad.
    let measured = value.clone().binary(BinaryOp::Gte, Expr::number(f64::NEG_INFINITY));
    match judge {
        Judge::Compares(op, bound) => {
            let kind = ExprKind::Binary {
                op,
                lhs: Box::new(measured),
                rhs: Box::new(Expr::number(bound)),
                matching: Matching::default(),
                return_bool: true,
            };
            // Good is what is good in every element.
            Expr::from(kind).aggregate_by(AggregateOp::Min, by)
        }
        Judge::Share(polarity) => {
            let share = Expr::call("clamp", [measured, Expr::number(0.0), Expr::number(1.0)]);
            let good = match polarity {
                Polarity::Good => share,
                Polarity::Bad => Expr::number(1.0).binary(BinaryOp::Sub, share),
            };
            good.aggregate_by(AggregateOp::Avg, by)
        }
    }
}
