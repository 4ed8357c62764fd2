//! Going over the nodes of a tree.

use super::ast::{Expr, ExprKind, Selector};
use super::length::DurationExpr;

impl Expr {
    /// Shows every node to `visit`, a node before its parts and those in the order of the text.
    pub fn walk<'e>(&'e self, visit: &mut impl FnMut(&'e Self)) {
        visit(self);
        self.parts().for_each(|part| part.walk(visit));
    }

    /// The nodes right below it, in the order of the text.
    pub fn parts(&self) -> impl Iterator<Item = &Self> {
        let (few, many): ([Option<&Self>; 2], &[Self]) = match &self.kind {
            ExprKind::Number(_)
            | ExprKind::Duration(_)
            | ExprKind::String(_)
            | ExprKind::Selector(_)
            | ExprKind::Range { .. } => ([None, None], &[]),
            ExprKind::Subquery { expr, .. } | ExprKind::Unary { expr, .. } | ExprKind::Paren(expr) => {
                ([Some(expr), None], &[])
            }
            ExprKind::Call { args, .. } => ([None, None], args),
            ExprKind::Aggregate { param, expr, .. } => ([param.as_deref(), Some(expr)], &[]),
            ExprKind::Binary { lhs, rhs, .. } => ([Some(lhs), Some(rhs)], &[]),
        };
        few.into_iter().flatten().chain(many)
    }

    /// Every selector in the tree, those of ranges among them, in the order of the text.
    pub fn selectors(&self) -> Vec<&Selector> {
        let mut found = Vec::new();
        self.walk(&mut |expr| {
            if let ExprKind::Selector(selector) | ExprKind::Range { selector, .. } = &expr.kind {
                found.push(selector);
            }
        });
        found
    }

    /// Whether `$window` stands anywhere in the tree.
    pub fn uses_window(&self) -> bool {
        let mut uses = false;
        self.walk(&mut |expr| {
            uses |= match &expr.kind {
                ExprKind::Selector(selector) => selector.offset.uses_window(),
                ExprKind::Range { selector, range } => selector.offset.uses_window() || range.uses_window(),
                ExprKind::Subquery { range, step, offset, .. } => {
                    let step = step.as_ref().is_some_and(DurationExpr::uses_window);
                    step || range.uses_window() || offset.uses_window()
                }
                _ => false,
            };
        });
        uses
    }
}

#[cfg(test)]
mod tests {
    use super::super::{ParseOptions, parse};

    #[test]
    fn finds_selectors_and_the_window() {
        let read = |text| parse(text, &ParseOptions { window: true }).unwrap();
        let query = read("topk(scalar(k), -a{x=\"y\"}) + (rate(b[5m]) / max_over_time(sum(c)[1h:]))");
        let names: Vec<_> = query.selectors().into_iter().filter_map(|s| s.name.as_deref()).collect();
        assert_eq!(names, ["k", "a", "b", "c"]);
        assert!(!query.uses_window());
        for text in ["rate(a[$window])", "1 - sum_over_time(a[$window:1m])", "avg_over_time(a[1h:$window])"] {
            let query = read(text);
            assert!(query.uses_window(), "{text}");
            assert_eq!(query.to_string(), text);
        }
    }
}
