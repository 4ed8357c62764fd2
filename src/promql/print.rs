//! Tree to text.
//!
//! Takes any tree, also one that was built and not read, gives the text that reads back as that tree: brackets stand
//! where the order of operators needs them, names and values are quoted where they must be, so that no label's value can
//! ever change what a query means. The form is that of Prometheus. To add a node: its form here, and its place in
//! `needs_brackets` where it is made of operators.

use std::fmt::{self, Display, Formatter};

use super::ast::{
    At, BinaryOp, Edges, Expr, ExprKind, Fill, Group, Grouping, MatchOp, Matcher, Matching, Selector, UnaryOp,
};
use super::length::{Calculated, Calculation, DurationExpr};
use super::quote::{NO_LISTED_LABEL, Quoted, is_one_of, is_plain_label, is_plain_metric};
use crate::base::{Duration, METRIC_NAME};

/// How tightly a sign binds: as a product.
const SIGN: u8 = 5;

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
                let operators = matches!(
                    expr.kind,
                    ExprKind::Number(_)
                        | ExprKind::Duration(_)
                        | ExprKind::Unary { .. }
                        | ExprKind::Binary { .. }
                );
                bracketed(expr, operators, f)?;
                write!(f, "[{range}:")?;
                if let Some(step) = step {
                    step.fmt(f)?;
                }
                f.write_str("]")?;
                fixed_at(*at, f)?;
                shifted(offset, f)
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
                // A number would take the sign as its own.
                let number = matches!(expr.kind, ExprKind::Number(_) | ExprKind::Duration(_));
                let looser = matches!(expr.kind, ExprKind::Binary { op, .. } if op.precedence() <= SIGN);
                bracketed(expr, number || looser, f)
            }
            ExprKind::Binary { op, lhs, rhs, matching, return_bool } => {
                let power = *op == BinaryOp::Pow;
                let looser = tightness(lhs) < op.precedence() + u8::from(power);
                bracketed(lhs, looser || (op.calculates_durations() && ends_open(lhs)), f)?;
                let bool = if *return_bool { " bool" } else { "" };
                write!(f, " {}{bool}{matching} ", op.word())?;
                // A sign may open the right side of anything.
                let signed =
                    matches!(rhs.kind, ExprKind::Number(_) | ExprKind::Duration(_) | ExprKind::Unary { .. });
                let looser = tightness(rhs) < op.precedence() + u8::from(!power);
                bracketed(rhs, !signed && looser, f)
            }
            ExprKind::Paren(inner) => bracketed(inner, true, f),
        }
    }
}

/// How tightly what stands at the top of a tree holds together.
fn tightness(expr: &Expr) -> u8 {
    match expr.kind {
        ExprKind::Binary { op, .. } => op.precedence(),
        ExprKind::Unary { .. } => SIGN,
        ExprKind::Number(value) if value.is_sign_negative() || value == f64::INFINITY => SIGN,
        ExprKind::Duration(length) if length < Duration::ZERO => SIGN,
        _ => u8::MAX,
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
    f.write_str(match edges {
        Edges::Sampled => "",
        Edges::Anchored => " anchored",
        Edges::Smoothed => " smoothed",
    })
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

/// Whether an operator stands outside all brackets.
fn has_operator(calculated: &Calculated) -> bool {
    match &calculated.calculation {
        Calculation::Binary(..) => true,
        Calculation::Unary(_, inner) => has_operator(inner),
        _ => false,
    }
}

/// Whether it ends in an offset in brackets, which takes an operator behind it for a part of its calculation.
fn ends_open(expr: &Expr) -> bool {
    let open = |offset: &DurationExpr| match offset {
        DurationExpr::Calculated(calculated) => {
            has_operator(calculated) || matches!(calculated.calculation, Calculation::Paren(_))
        }
        _ => false,
    };
    match &expr.kind {
        ExprKind::Selector(selector) | ExprKind::Range { selector, .. } => open(&selector.offset),
        ExprKind::Subquery { offset, .. } => open(offset),
        ExprKind::Unary { expr, .. } | ExprKind::Binary { rhs: expr, .. } => ends_open(expr),
        _ => false,
    }
}

/// ` offset 5m`
fn shifted(offset: &DurationExpr, f: &mut Formatter<'_>) -> fmt::Result {
    match offset {
        DurationExpr::Fixed(Duration::ZERO) => Ok(()),
        // Operators would be read as those of the selector.
        DurationExpr::Calculated(calculated) if has_operator(calculated) => {
            write!(f, " offset ({calculated})")
        }
        DurationExpr::Fixed(_) | DurationExpr::Window | DurationExpr::Calculated(_) => {
            write!(f, " offset {offset}")
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

impl Display for DurationExpr {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Fixed(duration) => duration.fmt(f),
            Self::Window => f.write_str("$window"),
            Self::Calculated(calculated) => calculated.fmt(f),
        }
    }
}

impl Display for Calculated {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let tightness = |part: &Self| match &part.calculation {
            Calculation::Binary(op, ..) => op.precedence(),
            Calculation::Unary(..) => SIGN,
            Calculation::Number(value) if value.is_sign_negative() => SIGN,
            Calculation::Duration(length) if *length < Duration::ZERO => SIGN,
            _ => u8::MAX,
        };
        match &self.calculation {
            Calculation::Number(value) => number(*value, f),
            Calculation::Duration(length) => length.fmt(f),
            Calculation::Window => f.write_str("$window"),
            Calculation::Step => f.write_str("step()"),
            Calculation::Range => f.write_str("range()"),
            Calculation::Unary(op, inner) => {
                f.write_str(op.word())?;
                // A number would take the sign as its own.
                let number = matches!(inner.calculation, Calculation::Number(_) | Calculation::Duration(_));
                operand(inner, number || tightness(inner) <= SIGN, f)
            }
            Calculation::Binary(op, left, right) => {
                let power = u8::from(*op == BinaryOp::Pow);
                operand(left, tightness(left) < op.precedence() + power, f)?;
                write!(f, " {} ", op.word())?;
                // A sign may open the right side of anything.
                let looser = tightness(right) != SIGN || matches!(right.calculation, Calculation::Binary(..));
                operand(right, looser && tightness(right) < op.precedence() + 1 - power, f)
            }
            Calculation::MinOf(left, right) => write!(f, "min_of({left}, {right})"),
            Calculation::MaxOf(left, right) => write!(f, "max_of({left}, {right})"),
            Calculation::Paren(inner) => operand(inner, true, f),
        }
    }
}

fn operand(part: &Calculated, brackets: bool, f: &mut Formatter<'_>) -> fmt::Result {
    if brackets { write!(f, "({part})") } else { part.fmt(f) }
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
