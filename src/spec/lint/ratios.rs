//! Ratios of what does not belong together, and operators whose sides never meet.

use super::super::query::Query;
use super::Role;
use super::names::{is_scraped, name};
use super::shape::{bare, call, has_growth, is_arithmetic, is_vector, list, one_series, ratio_of_growth};
use crate::diag::{Code, quote};
use crate::promql::{AggregateOp, BinaryOp, Expr, ExprKind, Keeps, MatchOp, Matcher, Matching, Selector};

/// `rate(x{status="500"}[5m]) / rate(x[5m])`: each series divided by itself; in an indicator also one ratio for each series.
pub(super) fn unaggregated(query: &Query, role: Role) {
    query.expr.walk(&mut |expr| {
        let ExprKind::Binary { op: BinaryOp::Div, lhs, rhs, matching, .. } = &expr.kind else { return };
        let (Some(left), Some(right)) = (one_series(lhs), one_series(rhs)) else { return };
        let Some(above) = name(left) else { return };
        let compared = |label: &String| matching.on == matching.labels.contains(label);
        let differing: Vec<String> = differing(left, right).into_iter().filter(compared).collect();
        let (message, why) = if Some(above) == name(right) && !differing.is_empty() {
            let exclude = |label: &String| excludes(equal_to(left, label), equal_to(right, label));
            if differing.iter().any(exclude) {
                let message =
                    format!("no series of {} is on both sides, so the ratio is empty", quote(above));
                (message, "series find each other by their labels, and those differ")
            } else {
                let message = format!("each series of {} is divided by itself", quote(above));
                (message, "that gives 1 where both sides have it, and nothing where only one has")
            }
        } else if role.is_measure() && has_growth(lhs) && has_growth(rhs) {
            let message = "this is a ratio for each series, not one of them all".to_owned();
            (message, "a series with one request weighs as much as one with a million")
        } else {
            return;
        };
        let text = |side: &Expr| &query.text()[side.unparenthesised().span.range()];
        let sums = format!("sum({}) / sum({})", text(lhs), text(rhs));
        let sums =
            if sums.len() > 140 || sums.contains('\n') { "sum(…) / sum(…)".to_owned() } else { sums };
        query.remark(Code::UnaggregatedRatio, expr.span, &message, &format!("{why}; write `{sums}`"));
    });
}

/// The labels on which two selectors put different conditions.
fn differing(left: &Selector, right: &Selector) -> Vec<String> {
    let lacks = |selector: &Selector, matcher: &&Matcher| {
        matcher.name != crate::base::METRIC_NAME && !selector.matchers.contains(*matcher)
    };
    let left_alone = left.matchers.iter().filter(|matcher| lacks(right, matcher));
    let right_alone = right.matchers.iter().filter(|matcher| lacks(left, matcher));
    left_alone.chain(right_alone).map(|matcher| matcher.name.clone()).collect()
}

fn equal_to<'s>(selector: &'s Selector, label: &str) -> Option<&'s str> {
    let equal = |matcher: &&Matcher| matcher.name == label && matcher.op == MatchOp::Equal;
    selector.matchers.iter().find(equal).map(|matcher| matcher.value.as_str())
}

fn excludes(left: Option<&str>, right: Option<&str>) -> bool {
    matches!((left, right), (Some(left), Some(right)) if left != right)
}

/// `sum by (route) (x) / sum(y)`, `sum(x) / y`: elements find each other by all of their labels.
pub(super) fn sides_that_never_match(query: &Query, _: Role) {
    query.expr.walk(&mut |expr| {
        let ExprKind::Binary { op, lhs, rhs, matching, .. } = &expr.kind else { return };
        let by_labels = is_arithmetic(*op)
            || op.is_comparison()
            || matches!(op, BinaryOp::And | BinaryOp::Unless | BinaryOp::Mod | BinaryOp::Pow);
        let plain = matching.group.is_none() && matching.fill.is_none();
        if !by_labels || !plain || !is_vector(lhs) || !is_vector(rhs) {
            return;
        }
        let (left, right) = (lhs.keeps(), rhs.keeps());
        let never = match (&left, &right) {
            (Keeps::Only(_), Keeps::Only(_)) => {
                matching.compared(left.clone()) != matching.compared(right.clone())
            }
            (Keeps::Only(_), Keeps::AllBut(_)) => lacks_target(&left, &right, rhs, matching),
            (Keeps::AllBut(_), Keeps::Only(_)) => lacks_target(&right, &left, lhs, matching),
            (Keeps::AllBut(_), Keeps::AllBut(_)) => false,
        };
        if !never {
            return;
        }
        let op = op.word();
        let what = match op {
            "unless" => "so `unless` takes nothing away",
            _ => "so nothing is left",
        };
        let message = format!("left of `{op}` is {}, right of it {}, {what}", said(&left), said(&right));
        query.remark(Code::SidesNeverMatch, expr.span, &message, &mended(op, &left, &right));
    });
}

/// Whether one side surely has a label of its target that the other has not.
fn lacks_target(only: &Keeps, all: &Keeps, of_all: &Expr, matching: &Matching) -> bool {
    let selectors = of_all.selectors();
    let mut remade = false;
    of_all
        .walk(&mut |node| remade |= call(node, &["label_replace", "label_join", "info", "absent"]).is_some());
    let compared = |label: &&str| matching.on == matching.labels.iter().any(|other| other == label);
    !selectors.is_empty()
        && !remade
        && selectors.into_iter().all(is_scraped)
        && crate::base::TARGET
            .iter()
            .filter(|label| compared(label))
            .any(|label| all.may_have(label) && !only.may_have(label))
}

fn said(keeps: &Keeps) -> String {
    match keeps {
        Keeps::Only(labels) if labels.is_empty() => "no label".to_owned(),
        Keeps::Only(labels) if labels.len() == 1 => format!("the label {}", list(labels)),
        Keeps::Only(labels) => format!("a choice of labels, {}", list(labels)),
        Keeps::AllBut(_) => "every label of its series".to_owned(),
    }
}

fn mended(op: &str, left: &Keeps, right: &Keeps) -> String {
    let labels = |keeps: &Keeps| match keeps {
        Keeps::Only(labels) => labels.iter().cloned().collect::<Vec<_>>().join(", "),
        Keeps::AllBut(_) => String::new(),
    };
    let within = |inner: &Keeps, outer: &Keeps| match inner {
        Keeps::Only(labels) => labels.iter().all(|label| outer.may_have(label)),
        Keeps::AllBut(_) => false,
    };
    let set = matches!(op, "and" | "unless");
    let (on, group) = if within(right, left) {
        (labels(right), if set { "" } else { " group_left ()" })
    } else if within(left, right) {
        (labels(left), if set { "" } else { " group_right ()" })
    } else {
        return "elements find each other by all of their labels; aggregate both sides by the same"
            .to_owned();
    };
    format!("aggregate both sides by the same labels, or write `{op} on ({on}){group}`")
}

/// `avg(a / b)`, `avg(rate(a[5m])) / avg(rate(b[5m]))`, `avg_over_time((a / b)[30d:])`.
pub(super) fn averaged_ratios(query: &Query, _: Role) {
    query.expr.walk(&mut |expr| {
        let sums = "divide sums: `sum(rate(a[…])) / sum(rate(b[…]))`";
        let said = match &expr.kind {
            ExprKind::Aggregate { op: AggregateOp::Avg, expr, .. } => ratio_of_growth(expr).map(|_| {
                let message = "a mean of ratios weighs a series with one request like one with a million";
                let example = "of 1000 requests with 1 error and of 10 with 5 errors 0.6 % are errors, but 25 % as a mean";
                (message, example)
            }),
            ExprKind::Binary { op: BinaryOp::Div, lhs, rhs, .. } => {
                let averaged = mean(lhs) && mean(rhs) && !of_one_summary(lhs, rhs);
                averaged.then_some((
                    "means divided by each other are no ratio where their sides have different numbers of series",
                    "3 instances with requests of which 1 has errors give a mean of errors that is thrice as high",
                ))
            }
            _ => call(expr, &["avg_over_time"])
                .filter(|(_, arg)| is_ratio_over_time(arg))
                .map(|_| (
                    "a mean of ratios over time weighs a quiet minute like a busy one",
                    "18 hours at 1000 requests/s with 0.05 % errors and 6 at 10/s with 5 % are 0.07 % errors, but 1.3 % as a mean",
                )),
        };
        if let Some((message, example)) = said {
            query.remark(Code::AveragedRatios, expr.span, message, &format!("{example}; {sums}"));
        }
    });
}

fn mean(expr: &Expr) -> bool {
    matches!(&bare(expr).kind, ExprKind::Aggregate { op: AggregateOp::Avg, expr, .. } if has_growth(expr))
}

/// Whether these are the sum and the count of one summary or histogram, which have the same series.
fn of_one_summary(above: &Expr, below: &Expr) -> bool {
    let base = |expr: &Expr, end: &str| {
        let selectors = expr.selectors();
        let only = selectors.first().filter(|_| selectors.len() == 1)?;
        Some((name(only)?.strip_suffix(end)?.to_owned(), only.matchers.clone()))
    };
    base(above, "_sum").is_some_and(|above| Some(above) == base(below, "_count"))
}

fn is_ratio_over_time(arg: &Expr) -> bool {
    /// What a ratio is of, where its weight is a number of events.
    const OF_EVENTS: [&str; 5] = ["error", "sli", "success", "fail", "availability"];
    match &arg.kind {
        ExprKind::Subquery { expr, .. } => ratio_of_growth(expr).is_some(),
        ExprKind::Range { selector, .. } => name(selector).is_some_and(|name| {
            let (of, operations) = name.rsplit_once(':').unwrap_or_default();
            operations.starts_with("ratio") && OF_EVENTS.iter().any(|word| of.contains(word))
        }),
        _ => false,
    }
}

/// `sum by (route) (x) or vector(0)`.
pub(super) fn zero_without_labels(query: &Query, _: Role) {
    query.expr.walk(&mut |expr| {
        let ExprKind::Binary { op: BinaryOp::Or, lhs, rhs, matching, .. } = &expr.kind else { return };
        let Some((_, number)) = call(rhs.unparenthesised(), &["vector"]) else { return };
        let labels = match lhs.keeps() {
            Keeps::Only(labels) if !labels.is_empty() => list(&labels),
            Keeps::AllBut(_) if lhs.selectors().into_iter().all(is_scraped) => "the labels of series".to_owned(),
            _ => return,
        };
        if *matching != Matching::default() {
            return;
        }
        let number = &query.text()[number.span.range()];
        query.remark(
            Code::ZeroWithoutLabels,
            rhs.unparenthesised().span,
            &format!("this has no labels: beside elements with {labels} it is one more, always {number}"),
            "a group in which nothing was counted stays missing; take a zero for each group from what is always there: \
             `… or 0 * sum by (…) (…)`",
        );
    });
}
