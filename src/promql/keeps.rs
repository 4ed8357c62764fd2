//! Which labels the elements of an expression can have, as far as the text alone tells.
//!
//! Takes a tree, gives [`Keeps`]. What labels the series have is not known here, only which of them get through. The name of
//! the metric counts as no label. To add a function that makes or drops labels: its line in `call`.

use std::collections::BTreeSet;

use super::ast::{AggregateOp, BinaryOp, Expr, ExprKind, Group, Grouping, MatchOp, Matching, Selector};
use super::types::ValueType;

/// The labels that elements can have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Keeps {
    /// At most these.
    Only(BTreeSet<String>),
    /// Whatever its series have, but for these.
    AllBut(BTreeSet<String>),
}

impl Keeps {
    fn nothing() -> Self {
        Self::Only(BTreeSet::new())
    }

    fn all() -> Self {
        Self::AllBut(BTreeSet::new())
    }

    /// Whether an element can have the label.
    pub fn may_have(&self, label: &str) -> bool {
        match self {
            Self::Only(labels) => labels.contains(label),
            Self::AllBut(labels) => !labels.contains(label),
        }
    }

    /// The same without these labels.
    #[must_use]
    pub fn without(self, dropped: &[String]) -> Self {
        match self {
            Self::Only(labels) => {
                Self::Only(labels.into_iter().filter(|label| !dropped.contains(label)).collect())
            }
            Self::AllBut(labels) => Self::AllBut(labels.into_iter().chain(dropped.iter().cloned()).collect()),
        }
    }

    /// At most these labels of it.
    #[must_use]
    pub fn among(self, kept: &[String]) -> Self {
        Self::Only(kept.iter().filter(|label| self.may_have(label)).cloned().collect())
    }

    fn with(self, made: impl IntoIterator<Item = String>) -> Self {
        match self {
            Self::Only(mut labels) => {
                labels.extend(made);
                Self::Only(labels)
            }
            Self::AllBut(mut labels) => {
                made.into_iter().for_each(|label| _ = labels.remove(&label));
                Self::AllBut(labels)
            }
        }
    }

    /// What elements have that are in both.
    fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Only(labels), other) | (other, Self::Only(labels)) => {
                Self::Only(labels.into_iter().filter(|label| other.may_have(label)).collect())
            }
            (Self::AllBut(left), Self::AllBut(right)) => Self::AllBut(&left | &right),
        }
    }

    /// What elements have that are in either.
    fn or(self, other: Self) -> Self {
        match (self, other) {
            (Self::Only(left), Self::Only(right)) => Self::Only(&left | &right),
            (Self::Only(labels), Self::AllBut(dropped)) | (Self::AllBut(dropped), Self::Only(labels)) => {
                Self::AllBut(dropped.into_iter().filter(|label| !labels.contains(label)).collect())
            }
            (Self::AllBut(left), Self::AllBut(right)) => Self::AllBut(&left & &right),
        }
    }
}

impl Expr {
    /// Which labels its elements can have.
    pub fn keeps(&self) -> Keeps {
        match &self.kind {
            ExprKind::Number(_) | ExprKind::Duration(_) | ExprKind::String(_) => Keeps::nothing(),
            ExprKind::Selector(_) | ExprKind::Range { .. } => Keeps::all(),
            ExprKind::Subquery { expr, .. } | ExprKind::Unary { expr, .. } | ExprKind::Paren(expr) => {
                expr.keeps()
            }
            ExprKind::Call { function, args } => call(function, args),
            ExprKind::Aggregate { op, param, expr, grouping } => {
                aggregate(*op, param.as_deref(), expr.keeps(), grouping)
            }
            ExprKind::Binary { op, lhs, rhs, matching, .. } => binary(*op, lhs, rhs, matching),
        }
    }
}

fn call(function: &str, args: &[Expr]) -> Keeps {
    let text = |at: usize| match args.get(at).map(|arg| &arg.unparenthesised().kind) {
        Some(ExprKind::String(text)) => Some(text.clone()),
        _ => None,
    };
    let vectors = args.iter().filter(|arg| matches!(arg.value_type(), ValueType::Vector | ValueType::Matrix));
    let Some(inner) = vectors.map(Expr::keeps).next() else { return Keeps::nothing() };
    match function {
        "scalar" => Keeps::nothing(),
        "label_replace" | "label_join" => inner.with(text(1)),
        "histogram_quantile" | "histogram_fraction" => inner.without(&["le".to_owned()]),
        "histogram_quantiles" => inner.without(&["le".to_owned()]).with(text(1)),
        "absent" | "absent_over_time" => absent(args),
        "info" => Keeps::all(),
        _ => inner,
    }
}

/// What is said to be absent has the labels that its selector asks for by value.
fn absent(args: &[Expr]) -> Keeps {
    let labels = |selector: &Selector| {
        let equal = selector.matchers.iter().filter(|matcher| matcher.op == MatchOp::Equal);
        Keeps::Only(equal.map(|matcher| matcher.name.clone()).collect())
    };
    match args.first().map(|arg| &arg.unparenthesised().kind) {
        Some(ExprKind::Selector(selector) | ExprKind::Range { selector, .. }) => labels(selector),
        _ => Keeps::nothing(),
    }
}

fn aggregate(op: AggregateOp, param: Option<&Expr>, inner: Keeps, grouping: &Grouping) -> Keeps {
    let chosen = [AggregateOp::Topk, AggregateOp::Bottomk, AggregateOp::Limitk, AggregateOp::LimitRatio];
    if chosen.contains(&op) {
        return inner;
    }
    let kept = if grouping.without { inner.without(&grouping.labels) } else { inner.among(&grouping.labels) };
    match param.map(|param| &param.unparenthesised().kind) {
        Some(ExprKind::String(label)) => kept.with([label.clone()]),
        _ => kept,
    }
}

fn binary(op: BinaryOp, lhs: &Expr, rhs: &Expr, matching: &Matching) -> Keeps {
    let (left, right) = (lhs.keeps(), rhs.keeps());
    let is_scalar = |side: &Expr| side.value_type() != ValueType::Vector;
    match (op, &matching.group) {
        _ if is_scalar(lhs) => right,
        _ if is_scalar(rhs) => left,
        (BinaryOp::And | BinaryOp::Unless, _) => left,
        (BinaryOp::Or, _) => left.or(right),
        (_, Some(Group::Left(included))) => left.with(included.iter().cloned()),
        (_, Some(Group::Right(included))) => right.with(included.iter().cloned()),
        // An element that finds none on the other side is there all the same where something is filled in.
        _ if !matching.fill.is_none() => matching.compared(left).or(matching.compared(right)),
        _ => matching.compared(left).and(matching.compared(right)),
    }
}

impl Matching {
    /// Of the labels that elements of one side can have, those by which they find elements of the other.
    pub fn compared(&self, side: Keeps) -> Keeps {
        if self.on { side.among(&self.labels) } else { side.without(&self.labels) }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{ParseOptions, parse};
    use super::*;

    #[test]
    fn labels_get_through_or_do_not() {
        for (text, kept) in [
            ("x", "all"),
            ("-(rate(x[5m]))", "all"),
            ("max_over_time(sum by (a) (x)[1h:])", "a"),
            ("sum(x)", ""),
            ("sum by (a, b) (sum by (b, c) (x))", "b"),
            ("sum without (a) (x)", "all but a"),
            ("sum without (a) (sum by (a, b) (x))", "b"),
            ("sum by (a, b) (sum without (a) (x))", "b"),
            ("topk by (a) (3, x)", "all"),
            ("quantile by (a) (0.5, x)", "a"),
            ("count_values by (a) (\"v\", x)", "a v"),
            ("vector(1)", ""),
            ("time() + 1", ""),
            ("hour()", ""),
            ("hour(x)", "all"),
            ("scalar(x)", ""),
            ("absent(x{a=\"1\",b=~\"2\"})", "a"),
            ("absent(sum(x))", ""),
            ("label_replace(sum(x), \"a\", \"$1\", \"b\", \"(.*)\")", "a"),
            ("label_replace(sum without (a) (x), \"a\", \"$1\", \"b\", \"(.*)\")", "all"),
            ("histogram_quantile(0.9, sum by (a, le) (x))", "a"),
            ("histogram_quantile(0.9, x)", "all but le"),
            ("2 * sum by (a) (x)", "a"),
            ("sum by (a) (x) > 2", "a"),
            ("sum by (a) (x) > scalar(y)", "a"),
            ("sum by (a) (x) / sum by (b) (y)", ""),
            ("x / y", "all"),
            ("sum without (a) (x) / sum without (b) (y)", "all but a b"),
            ("sum by (a) (x) / y", "a"),
            ("x / on (a) y", "a"),
            ("x / ignoring (a) y", "all but a"),
            ("sum by (a) (x) / on (a) group_left (c) y", "a c"),
            ("sum by (a) (x) * on (b) group_right y", "all"),
            ("sum by (a) (x) + fill (0) sum by (b) (y)", "a b"),
            ("sum by (a) (x) and y", "a"),
            ("sum by (a) (x) unless on () y", "a"),
            ("sum by (a) (x) or sum by (b) (y)", "a b"),
            ("sum by (a) (x) or y", "all"),
            ("sum without (a, b) (x) or sum by (b) (x)", "all but a"),
            ("sum without (a, b) (x) or sum without (b, c) (x)", "all but b"),
        ] {
            let said = match parse(text, &ParseOptions::default()).expect(text).keeps() {
                Keeps::Only(labels) => labels.into_iter().collect::<Vec<_>>().join(" "),
                Keeps::AllBut(labels) if labels.is_empty() => "all".to_owned(),
                Keeps::AllBut(labels) => {
                    format!("all but {}", labels.into_iter().collect::<Vec<_>>().join(" "))
                }
            };
            assert_eq!(said, kept, "{text}");
        }
    }
}
