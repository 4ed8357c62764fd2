use super::{Counts, Polarity, Signal};
use crate::promql::{AggregateOp, BinaryOp, DurationExpr, Expr, ExprKind, Matching, Selector};

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
        let (polarity, part) = match without(&self.total, &self.part) {
            Some(rest) => (self.polarity.opposite(), rest),
            None => (self.polarity, &self.part),
        };
        Signal::Events { polarity, part: counts(part), total: counts(&self.total), distribution: None }
    }
}

/// What is taken from the total, where a part is all events but some: `total - some`.
fn without<'a>(total: &Expr, part: &'a Expr) -> Option<&'a Expr> {
    match &part.unparenthesised().kind {
        ExprKind::Binary { op: BinaryOp::Sub, lhs, rhs, matching, .. }
            if *matching == Matching::default()
                && lhs.unparenthesised().to_string() == total.unparenthesised().to_string() =>
        {
            Some(rhs)
        }
        _ => None,
    }
}

/// A selector is counted by the growth of its series; so is a sum of `sum(increase(selector[$window]))`, which says
/// the same in other words (and `rate` for `increase`, where part and total are both per second), and what has
/// `or vector(0)` behind it, since what was never counted is no events. A growth that is not summed is summed here, as all
/// that is counted is. Everything else is evaluated as it stands, once per stretch of time.
fn counts(expr: &Expr) -> Counts {
    let counters = growth(expr).map(|selector| vec![selector.clone()]).or_else(|| counters(expr));
    counters.map_or_else(|| Counts::Expression(expr.clone()), Counts::Counters)
}

/// What grows in `increase(selector[$window])`.
fn growth(expr: &Expr) -> Option<&Selector> {
    let ExprKind::Call { function, args } = &expr.unparenthesised().kind else { return None };
    match &args[..] {
        [Expr { kind: ExprKind::Range { selector, range: DurationExpr::Window }, .. }]
            if matches!(function.as_str(), "increase" | "rate") =>
        {
            Some(selector)
        }
        _ => None,
    }
}

fn counters(expr: &Expr) -> Option<Vec<Selector>> {
    match &expr.kind {
        ExprKind::Selector(selector) => Some(vec![selector.clone()]),
        ExprKind::Paren(inner) => counters(inner),
        ExprKind::Aggregate { op: AggregateOp::Sum, expr, grouping, .. }
            if grouping.labels.is_empty() && !grouping.without =>
        {
            growth(expr).map(|selector| vec![selector.clone()])
        }
        ExprKind::Binary { op: BinaryOp::Or, lhs, rhs, .. } if is_zero(rhs) => {
            match lhs.unparenthesised().kind {
                ExprKind::Selector(_) => None,
                _ => counters(lhs),
            }
        }
        ExprKind::Binary { op: BinaryOp::Add, lhs, rhs, matching, .. }
            if *matching == Matching::default() =>
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

/// `vector(0)`.
fn is_zero(expr: &Expr) -> bool {
    match &expr.unparenthesised().kind {
        ExprKind::Call { function, args } if function == "vector" => {
            args.first().is_some_and(|arg| matches!(arg.kind, ExprKind::Number(value) if value == 0.0))
        }
        _ => false,
    }
}
