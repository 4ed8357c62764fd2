//! Queries that checks are made of, as syntax trees.

use crate::base::METRIC_NAME;
use crate::promql::{AggregateOp, DurationExpr, Expr, ExprKind, Grouping, MatchOp, Matcher, Selector};

/// `count(expr)`
pub(super) fn count(expr: Expr) -> Expr {
    expr.aggregate_by::<&str>(AggregateOp::Count, &[])
}

/// `sum(expr)`
pub(super) fn sum(expr: Expr) -> Expr {
    expr.aggregate_by::<&str>(AggregateOp::Sum, &[])
}

/// `count by (labels) (expr)`
pub(super) fn count_by<S: AsRef<str>>(expr: Expr, labels: &[S]) -> Expr {
    expr.aggregate_by(AggregateOp::Count, labels)
}

/// `count without (labels) (expr)`
pub(super) fn count_without(expr: Expr, labels: &[&str]) -> Expr {
    let labels = labels.iter().map(|&label| label.to_owned()).collect();
    aggregate(AggregateOp::Count, None, expr, Grouping { without: true, labels })
}

/// `quantile by (labels) (q, expr)`
pub(super) fn quantile_by(q: f64, expr: Expr, labels: &[&str]) -> Expr {
    let labels = labels.iter().map(|&label| label.to_owned()).collect();
    aggregate(AggregateOp::Quantile, Some(q), expr, Grouping { without: false, labels })
}

/// `topk(k, expr)`: a few series with all of their labels.
pub(super) fn some_of(k: u8, expr: Expr) -> Expr {
    aggregate(AggregateOp::Topk, Some(f64::from(k)), expr, Grouping::default())
}

fn aggregate(op: AggregateOp, param: Option<f64>, expr: Expr, grouping: Grouping) -> Expr {
    let param = param.map(|value| Box::new(Expr::number(value)));
    ExprKind::Aggregate { op, param, expr: Box::new(expr), grouping }.into()
}

/// The series selected, now: neither shifted nor fixed in time.
pub(super) fn bare(selector: &Selector) -> Selector {
    Selector { name: selector.name.clone(), matchers: selector.matchers.clone(), ..Selector::default() }
}

/// The only name that the selected series can have.
pub(super) fn metric(selector: &Selector) -> Option<&str> {
    let equal = |matcher: &&Matcher| matcher.name == METRIC_NAME && matcher.op == MatchOp::Equal;
    selector.name.as_deref().or_else(|| selector.matchers.iter().find(equal).map(|m| m.value.as_str()))
}

/// The conditions other than that on the metric's name.
pub(super) fn conditions(selector: &Selector) -> impl Iterator<Item = &Matcher> {
    selector.matchers.iter().filter(|matcher| matcher.name != METRIC_NAME)
}

/// The same selection without one of its conditions.
pub(super) fn without(selector: &Selector, left_out: &Matcher) -> Selector {
    let mut wider = bare(selector);
    wider.matchers.retain(|matcher| matcher != left_out);
    wider
}

/// A condition as it is written in braces.
pub(super) fn written(matcher: &Matcher) -> String {
    let text =
        Expr::selector(Selector { matchers: vec![matcher.clone()], ..Selector::default() }).to_string();
    text.trim_start_matches('{').trim_end_matches('}').to_owned()
}

/// Shows every selector of an expression, with its range where it has one, and what it stands in: `within` tells what the parts of a node stand in,
/// counted from 0 as they are written, where the node itself stands in something.
pub(super) fn selections<C: Copy>(
    expr: &Expr,
    place: C,
    within: &impl Fn(C, &ExprKind, usize) -> C,
    found: &mut impl FnMut(&Selector, Option<&DurationExpr>, C),
) {
    let parts: Vec<&Expr> = match &expr.kind {
        ExprKind::Selector(selector) => {
            found(selector, None, place);
            return;
        }
        ExprKind::Range { selector, range } => {
            found(selector, Some(range), place);
            return;
        }
        ExprKind::Number(_) | ExprKind::Duration(_) | ExprKind::String(_) => return,
        ExprKind::Subquery { expr, .. } | ExprKind::Unary { expr, .. } | ExprKind::Paren(expr) => vec![expr],
        ExprKind::Call { args, .. } => args.iter().collect(),
        ExprKind::Aggregate { param, expr, .. } => param.as_deref().into_iter().chain([&**expr]).collect(),
        ExprKind::Binary { lhs, rhs, .. } => vec![lhs, rhs],
    };
    for (nth, part) in parts.into_iter().enumerate() {
        selections(part, within(place, &expr.kind, nth), within, found);
    }
}
