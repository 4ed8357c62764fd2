//! Trees changed node by node.

use super::{DurationExpr, Expr, ExprKind};
use crate::base::Duration;

impl Expr {
    /// Lets `change` have every node, the innermost first.
    pub fn rewrite(&mut self, change: &mut impl FnMut(&mut ExprKind)) {
        match &mut self.kind {
            ExprKind::Number(_)
            | ExprKind::Duration(_)
            | ExprKind::String(_)
            | ExprKind::Selector(_)
            | ExprKind::Range { .. } => {}
            ExprKind::Subquery { expr, .. } | ExprKind::Unary { expr, .. } | ExprKind::Paren(expr) => {
                expr.rewrite(change);
            }
            ExprKind::Call { args, .. } => args.iter_mut().for_each(|arg| arg.rewrite(change)),
            ExprKind::Aggregate { param, expr, .. } => {
                if let Some(param) = param {
                    param.rewrite(change);
                }
                expr.rewrite(change);
            }
            ExprKind::Binary { lhs, rhs, .. } => {
                lhs.rewrite(change);
                rhs.rewrite(change);
            }
        }
        change(&mut self.kind);
    }

    /// The same query with `window` wherever it says `$window`.
    #[must_use]
    pub fn with_window(&self, window: Duration) -> Self {
        let fill = |length: &mut DurationExpr| *length = length.with_window(window);
        let mut filled = self.clone();
        filled.rewrite(&mut |node| match node {
            ExprKind::Selector(selector) => fill(&mut selector.offset),
            ExprKind::Range { selector, range } => {
                fill(&mut selector.offset);
                fill(range);
            }
            ExprKind::Subquery { range, step, offset, .. } => {
                fill(offset);
                fill(range);
                step.iter_mut().for_each(fill);
            }
            _ => {}
        });
        filled
    }
}

#[cfg(test)]
mod tests {
    use crate::base::Duration;
    use crate::promql::{AggregateOp, BinaryOp, DurationExpr, Expr, ExprKind, Selector};

    #[test]
    fn fills_a_window_wherever_it_stands() {
        let query = |range: DurationExpr| {
            let part = |range| Expr::from(ExprKind::Range { selector: Selector::metric("m"), range });
            let rate = Expr::call("rate", [part(range.clone())]).aggregate_by(AggregateOp::Sum, &["job"]);
            let sub = ExprKind::Subquery {
                expr: Box::new(rate.clone()),
                range,
                step: Some(DurationExpr::Fixed(Duration::minutes(1))),
                offset: DurationExpr::default(),
                at: None,
            };
            let most = Expr::call("max_over_time", [sub.into()]);
            let fixed = part(DurationExpr::Fixed(Duration::hours(1)));
            Expr::from(ExprKind::Paren(Box::new(rate.binary(BinaryOp::Div, most))))
                .binary(BinaryOp::Sub, Expr::call("count_over_time", [fixed]))
        };
        let day = Duration::days(1);
        assert_eq!(query(DurationExpr::Window).with_window(day), query(DurationExpr::Fixed(day)));
    }
}
