use super::{Counts, Polarity, Signal};
use crate::promql::{AggregateOp, BinaryOp, DurationExpr, Expr, ExprKind, Selector};

/// Good or bad events among all events. `part` and `total` are each a counter selector, or an expression with
/// `$window` that gives the number of events in it.
#[derive(Debug, Clone, PartialEq)]
pub struct EventsSli {
    /// Whether `part` counts the good or the bad events.
    pub polarity: Polarity,
    /// The good or the bad events.
    pub part: Expr,
    /// All events.
    pub total: Expr,
}

impl EventsSli {
    pub(super) fn signal(&self) -> Signal {
        Signal::Events {
            polarity: self.polarity,
            part: counts(&self.part),
            total: counts(&self.total),
            distribution: None,
        }
    }
}

/// A selector is counted by the growth of its series; so is a sum of `sum(increase(selector[$window]))`, which says
/// the same in other words. Everything else is evaluated as it stands, once per stretch of time.
fn counts(expr: &Expr) -> Counts {
    counters(expr).map_or_else(|| Counts::Expression(expr.clone()), Counts::Counters)
}

fn counters(expr: &Expr) -> Option<Vec<Selector>> {
    match &expr.kind {
        ExprKind::Selector(selector) => Some(vec![selector.clone()]),
        ExprKind::Paren(inner) => counters(inner),
        ExprKind::Aggregate { op: AggregateOp::Sum, expr, grouping, .. }
            if grouping.labels.is_empty() && !grouping.without =>
        {
            let ExprKind::Call { function, args } = &expr.unparenthesised().kind else { return None };
            let [ExprKind::Range { selector, range: DurationExpr::Window }] = [&args.first()?.kind] else {
                return None;
            };
            (function == "increase" && args.len() == 1).then(|| vec![selector.clone()])
        }
        ExprKind::Binary { op: BinaryOp::Add, lhs, rhs, matching, .. }
            if *matching == crate::promql::Matching::default() =>
        {
            // A bare selector inside an operation is a value, not a counter to be counted.
            let side = |side: &Expr| match side.unparenthesised().kind {
                ExprKind::Selector(_) => None,
                _ => counters(side),
            };
            let mut all = side(lhs)?;
            all.extend(side(rhs)?);
            Some(all)
        }
        _ => None,
    }
}
