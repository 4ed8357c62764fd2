//! What our own boards draw: the series that the rules record, and what is made of them.

use std::collections::{BTreeMap, BTreeSet};

use super::super::rules::{Rule, RuleSet};
use crate::base::Duration;
use crate::promql::{
    AggregateOp, BinaryOp, Expr, ExprKind, Group, Grouping, MatchOp, Matcher, Matching, Selector,
};

/// Which of the recorded series a picture is about.
pub(super) type Of<'a> = &'a [Matcher];

pub(super) const OBJECTIVE: &str = "slo:objective:ratio";
pub(super) const BUDGET: &str = "slo:error_budget:ratio";
pub(super) const LEFT: &str = "slo:error_budget:remaining_ratio";
pub(super) const DAYS: &str = "slo:time_window:days";
const RATIO: &str = "slo:sli_error:ratio_rate";

/// The names of the series that are recorded of each objective.
pub(super) struct Recorded<'a>(BTreeMap<&'a str, BTreeSet<&'a str>>);

impl<'a> Recorded<'a> {
    pub(super) fn of(rules: &'a RuleSet) -> Self {
        let mut names: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for rule in rules.groups.iter().flat_map(|group| &group.rules) {
            if let Rule::Record { record, labels, .. } = rule
                && let Some(id) = labels.get("slo_id")
            {
                names.entry(id).or_default().insert(record);
            }
        }
        Self(names)
    }

    /// Whether a series is recorded of an objective.
    pub(super) fn has(&self, id: &str, name: &str) -> bool {
        self.0.get(id).is_some_and(|names| names.contains(name))
    }
}

pub(super) fn matcher(name: &str, op: MatchOp, value: &str) -> Matcher {
    Matcher { name: name.to_owned(), op, value: value.to_owned() }
}

/// Series by name.
pub(super) fn series(name: &str, of: Of) -> Expr {
    Expr::selector(Selector { matchers: of.to_vec(), ..Selector::metric(name) })
}

/// Alerts that fire.
pub(super) fn firing(of: Of) -> Expr {
    let state = [matcher("alertstate", MatchOp::Equal, "firing")];
    series("ALERTS", &[&state, of].concat())
}

/// The name of the error ratio over a window.
pub(super) fn ratio(window: Duration) -> String {
    format!("{RATIO}{window}")
}

/// `left op right`, of which the right is the same whatever the budget is divided by.
pub(super) fn with_promise(left: Expr, op: BinaryOp, right: Expr) -> Expr {
    let matching = Matching {
        on: true,
        labels: vec!["slo_id".to_owned()],
        group: Some(Group::Left(Vec::new())),
        ..Matching::default()
    };
    left.binary_matching(op, matching, right)
}

/// How many times too fast the budget is spent over a window.
pub(super) fn burn(window: Duration, of: Of) -> Expr {
    with_promise(series(&ratio(window), of), BinaryOp::Div, series(BUDGET, of))
}

/// The share of good over the objective's own window: what is spent of the budget is known, and how large it is.
pub(super) fn attained(of: Of) -> Expr {
    let spent = Expr::number(1.0).binary(BinaryOp::Sub, series(LEFT, of));
    Expr::number(1.0).binary(BinaryOp::Sub, with_promise(spent, BinaryOp::Mul, series(BUDGET, of)))
}

/// What stands for forever, where a budget does not burn.
const FOREVER: Duration = Duration::days(3650);

/// In how many seconds nothing is left, at the pace of a window.
pub(super) fn exhausted_in(window: Duration, of: Of) -> Expr {
    let seconds = series(DAYS, of).binary(BinaryOp::Mul, Expr::number(Duration::days(1).as_secs()));
    let left = with_promise(series(LEFT, of), BinaryOp::Mul, seconds);
    let lasts = left.binary(BinaryOp::Div, burn(window, of));
    Expr::call("clamp", [lasts, Expr::number(0.0), Expr::number(FOREVER.as_secs())])
}

pub(super) fn aggregate(op: AggregateOp, expr: Expr) -> Expr {
    expr.aggregate_by::<&str>(op, &[])
}

/// How many there are, zero where there are none.
pub(super) fn counted(expr: Expr) -> Expr {
    let zero = Expr::call("vector", [Expr::number(0.0)]);
    aggregate(AggregateOp::Count, expr).binary(BinaryOp::Or, zero)
}

/// The largest few.
pub(super) fn largest(n: f64, expr: Expr) -> Expr {
    let grouping = Grouping { without: false, labels: Vec::new() };
    ExprKind::Aggregate {
        op: AggregateOp::Topk,
        param: Some(Box::new(Expr::number(n))),
        expr: Box::new(expr),
        grouping,
    }
    .into()
}
