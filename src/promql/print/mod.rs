//! Tree to text.
//!
//! Takes any tree, also one that was built and not read, gives the text that reads back as that tree: brackets stand
//! where the order of operators needs them, names and values are quoted where they must be, so that no label's value can
//! ever change what a query means. The form is that of Prometheus. To add a node: its form here, and its place in
//! `brackets` where it is made of operators.

mod brackets;
mod length;
mod pretty;

use std::fmt::{self, Display, Formatter};

use super::ast::{
    At, Edges, Expr, ExprKind, Fill, Group, Grouping, MatchOp, Matcher, Matching, Selector, UnaryOp,
};
use super::length::DurationExpr;
use super::quote::{NO_LISTED_LABEL, Quoted, is_one_of, is_plain_label, is_plain_metric};
use crate::base::METRIC_NAME;
use length::shifted;

impl Display for Expr {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match &self.kind {
            ExprKind::Number(value) => number(*value, f),
            ExprKind::Duration(length) => length.fmt(f),
            ExprKind::String(text) => Quoted(text).fmt(f),
            ExprKind::Selector(selector) => {
                series(selector, f)?;
                fixed_at(selector.at, f)?;
                edges(selector.edges, f)?;
                shifted(&selector.offset, f)
            }
            ExprKind::Range { selector, range } => {
                series(selector, f)?;
                write!(f, "[{range}]")?;
                edges(selector.edges, f)?;
                fixed_at(selector.at, f)?;
                shifted(&selector.offset, f)
            }
            ExprKind::Subquery { expr, range, step, offset, at } => {
                bracketed(expr, brackets::in_subquery(expr), f)?;
                Steps { range, step: step.as_ref(), offset, at: *at }.fmt(f)
            }
            ExprKind::Call { function, args } => {
                write!(f, "{function}(")?;
                separated(args, ", ", f, Display::fmt)?;
                f.write_str(")")
            }
            ExprKind::Aggregate { op, param, expr, grouping } => {
                write!(f, "{}{grouping}(", op.word())?;
                if let Some(param) = param {
                    write!(f, "{param}, ")?;
                }
                write!(f, "{expr})")
            }
            ExprKind::Unary { op, expr } => {
                f.write_str(op.word())?;
                bracketed(expr, brackets::after_sign(expr), f)
            }
            ExprKind::Binary { op, lhs, rhs, matching, return_bool } => {
                bracketed(lhs, brackets::on_the_left(*op, lhs), f)?;
                let bool = if *return_bool { " bool" } else { "" };
                write!(f, " {}{bool}{matching} ", op.word())?;
                bracketed(rhs, brackets::on_the_right(*op, rhs), f)
            }
            ExprKind::Paren(inner) => bracketed(inner, true, f),
        }
    }
}

/// What stands behind the expression of a subquery.
struct Steps<'e> {
    range: &'e DurationExpr,
    step: Option<&'e DurationExpr>,
    offset: &'e DurationExpr,
    at: Option<At>,
}

impl Display for Steps<'_> {
    /// `[1h:5m] @ end() offset 5m`
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "[{}:", self.range)?;
        if let Some(step) = self.step {
            step.fmt(f)?;
        }
        f.write_str("]")?;
        fixed_at(self.at, f)?;
        shifted(self.offset, f)
    }
}

fn bracketed(expr: &Expr, needed: bool, f: &mut Formatter<'_>) -> fmt::Result {
    if needed { write!(f, "({expr})") } else { expr.fmt(f) }
}

fn number(value: f64, f: &mut Formatter<'_>) -> fmt::Result {
    if value.is_nan() {
        f.write_str("NaN")
    } else if value.is_infinite() {
        f.write_str(if value > 0.0 { "+Inf" } else { "-Inf" })
    } else {
        write!(f, "{value}")
    }
}

/// What is selected, without the time it is selected at.
fn series(selector: &Selector, f: &mut Formatter<'_>) -> fmt::Result {
    let Selector { name, matchers, .. } = selector;
    // Beside a condition on the name, the name itself may not stand before the braces.
    let conditional = matchers.iter().any(|matcher| matcher.name == METRIC_NAME);
    let outside = name.as_deref().filter(|name| !conditional && is_plain_metric(name));
    let inside = name.as_deref().filter(|_| outside.is_none());
    f.write_str(outside.unwrap_or_default())?;
    if matchers.is_empty() && outside.is_some() {
        return Ok(());
    }
    f.write_str("{")?;
    if let Some(name) = inside {
        write!(f, "{}{}", Quoted(name), if matchers.is_empty() { "" } else { "," })?;
    }
    separated(matchers, ",", f, Display::fmt)?;
    f.write_str("}")
}

/// ` anchored`
fn edges(edges: Edges, f: &mut Formatter<'_>) -> fmt::Result {
    edges.word().map_or(Ok(()), |word| write!(f, " {word}"))
}

/// ` @ end()`
fn fixed_at(at: Option<At>, f: &mut Formatter<'_>) -> fmt::Result {
    match at {
        None => Ok(()),
        Some(At::Start) => f.write_str(" @ start()"),
        Some(At::End) => f.write_str(" @ end()"),
        Some(At::Moment(moment)) => {
            let millis = moment.as_millis();
            let (sign, millis) = (if millis < 0 { "-" } else { "" }, millis.unsigned_abs());
            write!(f, " @ {sign}{}.{:03}", millis / 1000, millis % 1000)
        }
    }
}

fn separated<T>(
    items: &[T],
    separator: &str,
    f: &mut Formatter<'_>,
    print: impl Fn(&T, &mut Formatter<'_>) -> fmt::Result,
) -> fmt::Result {
    for (i, item) in items.iter().enumerate() {
        f.write_str(if i > 0 { separator } else { "" })?;
        print(item, f)?;
    }
    Ok(())
}

/// ` (job, "my.label")`
fn labels(labels: &[String], f: &mut Formatter<'_>) -> fmt::Result {
    f.write_str(" (")?;
    separated(labels, ", ", f, |label, f| {
        if is_plain_label(label) && !is_one_of(label, NO_LISTED_LABEL) {
            f.write_str(label)
        } else {
            Quoted(label).fmt(f)
        }
    })?;
    f.write_str(")")
}

impl Display for Matcher {
    /// `job="api"`
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        if is_plain_label(&self.name) {
            f.write_str(&self.name)?;
        } else {
            Quoted(&self.name).fmt(f)?;
        }
        write!(f, "{}{}", self.op.word(), Quoted(&self.value))
    }
}

impl MatchOp {
    /// As the language spells it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Equal => "=",
            Self::NotEqual => "!=",
            Self::Regex => "=~",
            Self::NotRegex => "!~",
        }
    }
}

impl UnaryOp {
    /// As the language spells it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Plus => "+",
            Self::Minus => "-",
        }
    }
}

impl Display for Fill {
    /// ` fill_left (0) fill_right (1)`, ` fill (0)` where both are the same.
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let value = |word: &str, value: f64, f: &mut Formatter<'_>| {
            write!(f, " {word} (")?;
            number(value, f)?;
            f.write_str(")")
        };
        match (self.left, self.right) {
            (Some(left), Some(right)) if left.to_bits() == right.to_bits() => value("fill", left, f),
            (left, right) => {
                left.map_or(Ok(()), |left| value("fill_left", left, f))?;
                right.map_or(Ok(()), |right| value("fill_right", right, f))
            }
        }
    }
}

impl Display for Grouping {
    /// ` by (job) `, or nothing where no label is kept.
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        if !self.without && self.labels.is_empty() {
            return Ok(());
        }
        f.write_str(if self.without { " without" } else { " by" })?;
        labels(&self.labels, f)?;
        f.write_str(" ")
    }
}

impl Display for Matching {
    /// ` on (job) group_left (team)`, or nothing where nothing is said.
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        if self.on || !self.labels.is_empty() || self.group.is_some() {
            f.write_str(if self.on { " on" } else { " ignoring" })?;
            labels(&self.labels, f)?;
        }
        match &self.group {
            None => {}
            Some(Group::Left(include)) => {
                f.write_str(" group_left")?;
                labels(include, f)?;
            }
            Some(Group::Right(include)) => {
                f.write_str(" group_right")?;
                labels(include, f)?;
            }
        }
        self.fill.fmt(f)
    }
}
