//! A ratio taken apart into the events above and below its line, so that windows can be summed instead of averaged.

use super::{EventsSli, Polarity};
use crate::promql::{AggregateOp, BinaryOp, DurationExpr, Expr, ExprKind};

/// What a value over `$window` is, as far as sums over neighbouring windows go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Measure {
    /// Events: those of two windows add up to those of both together.
    Events,
    /// Events per second of the window.
    PerSecond,
    /// A plain number, by which events may be multiplied.
    Number,
    /// Zero, which may be added to anything.
    Zero,
}

/// The events behind a ratio over `$window`, which is the bad share or the good one; nothing where it is not one number of
/// events divided by another. `or vector(0)` behind a bad share (`or vector(1)` behind a good one) says that no events
/// are no bad events, which is what sums over windows say anyway.
pub fn quotient(ratio: &Expr, polarity: Polarity) -> Option<EventsSli> {
    match &ratio.unparenthesised().kind {
        ExprKind::Binary { op: BinaryOp::Sub, lhs, rhs, .. } if is_number(lhs, 1.0) => {
            quotient(rhs, polarity.opposite())
        }
        ExprKind::Binary { op: BinaryOp::Div, lhs, rhs, .. } => events(polarity, lhs, rhs),
        ExprKind::Binary { op: BinaryOp::Or, lhs, rhs, .. } => {
            let nothing_bad = if polarity == Polarity::Bad { 0.0 } else { 1.0 };
            is_number(rhs, nothing_bad).then(|| quotient(lhs, polarity))?
        }
        _ => None,
    }
}

/// Good or bad events among all, from expressions over `$window` that both count events, or both events per second (which
/// divided by each other are the same); nothing where they do not.
pub fn events(polarity: Polarity, part: &Expr, total: &Expr) -> Option<EventsSli> {
    let total = unguarded(total);
    let alike = match (measure(part)?, measure(total)?) {
        (Measure::Zero, Measure::Events | Measure::PerSecond) => true,
        (part, total) => part == total && matches!(part, Measure::Events | Measure::PerSecond),
    };
    alike.then(|| EventsSli { polarity, part: part.clone(), total: total.clone() })
}

/// A total without the `> 0` that keeps a division by nothing away.
fn unguarded(total: &Expr) -> &Expr {
    match &total.unparenthesised().kind {
        ExprKind::Binary { op: BinaryOp::Gtr | BinaryOp::Neq, lhs, rhs, return_bool: false, .. }
            if matches!(rhs.unparenthesised().kind, ExprKind::Number(0.0)) =>
        {
            lhs
        }
        _ => total,
    }
}

fn measure(expr: &Expr) -> Option<Measure> {
    match &expr.kind {
        ExprKind::Paren(inner) => measure(inner),
        ExprKind::Number(value) => Some(if *value == 0.0 { Measure::Zero } else { Measure::Number }),
        ExprKind::Aggregate { op: AggregateOp::Sum, expr, .. } => measure(expr),
        ExprKind::Call { function, args } => call(function, args),
        ExprKind::Binary { op, lhs, rhs, .. } => {
            let (lhs, rhs) = (measure(lhs)?, measure(rhs)?);
            match op {
                BinaryOp::Mul => match (lhs, rhs) {
                    (Measure::Number, other) | (other, Measure::Number) => Some(other),
                    (Measure::Zero, _) | (_, Measure::Zero) => Some(Measure::Zero),
                    _ => None,
                },
                BinaryOp::Div => (rhs == Measure::Number).then_some(lhs),
                BinaryOp::Add | BinaryOp::Sub | BinaryOp::Or => match (lhs, rhs) {
                    (Measure::Zero, other) | (other, Measure::Zero) => Some(other),
                    (lhs, rhs) => (lhs == rhs).then_some(lhs),
                },
                _ => None,
            }
        }
        _ => None,
    }
}

fn call(function: &str, args: &[Expr]) -> Option<Measure> {
    let over_window = || match &args.first()?.unparenthesised().kind {
        ExprKind::Range { range: DurationExpr::Window, .. }
        | ExprKind::Subquery { range: DurationExpr::Window, .. } => Some(()),
        _ => None,
    };
    match function {
        "rate" => over_window().map(|()| Measure::PerSecond),
        "increase" | "count_over_time" | "sum_over_time" | "changes" | "resets" => {
            over_window().map(|()| Measure::Events)
        }
        "histogram_count" | "histogram_sum" | "vector" | "label_replace" | "label_join" | "sort"
        | "sort_desc" => measure(args.first()?),
        // A share of the observations, which times their number is a number of them.
        "histogram_fraction" => measure(args.get(2)?).map(|_| Measure::Number),
        _ => None,
    }
}

fn is_number(expr: &Expr, wanted: f64) -> bool {
    match &expr.unparenthesised().kind {
        #[expect(clippy::float_cmp, reason = "a literal is what it is")]
        ExprKind::Number(value) => *value == wanted,
        ExprKind::Call { function, args } if function == "vector" => {
            args.first().is_some_and(|arg| is_number(arg, wanted))
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::promql::{ParseOptions, parse};

    fn read(text: &str) -> Expr {
        parse(text, &ParseOptions { window: true }).unwrap()
    }

    #[test]
    fn events_above_and_below_the_line_are_found() {
        for (ratio, polarity, part, total) in [
            (
                "sum(rate(bad[$window])) / sum(rate(all[$window]))",
                Polarity::Bad,
                "sum(rate(bad[$window]))",
                "sum(rate(all[$window]))",
            ),
            (
                "1 - (sum(increase(ok[$window])) / sum(increase(all[$window])))",
                Polarity::Good,
                "sum(increase(ok[$window]))",
                "sum(increase(all[$window]))",
            ),
            (
                "(sum(rate(a[$window])) or vector(0)) / (sum(rate(a[$window])) + sum(rate(b[$window])))",
                Polarity::Bad,
                "(sum(rate(a[$window])) or vector(0))",
                "(sum(rate(a[$window])) + sum(rate(b[$window])))",
            ),
            (
                "1 - sum(sum_over_time(up[$window])) / sum(count_over_time(up[$window]))",
                Polarity::Good,
                "sum(sum_over_time(up[$window]))",
                "sum(count_over_time(up[$window]))",
            ),
            (
                "1 - ((sum(rate(ok[$window])) / (sum(rate(all[$window])) > 0)) or on() vector(1))",
                Polarity::Good,
                "sum(rate(ok[$window]))",
                "sum(rate(all[$window]))",
            ),
            (
                "sum(rate(bad[$window])) / (sum(rate(all[$window])) != 0) or vector(0)",
                Polarity::Bad,
                "sum(rate(bad[$window]))",
                "sum(rate(all[$window]))",
            ),
        ] {
            let found = quotient(&read(ratio), Polarity::Bad).unwrap();
            assert_eq!(
                (found.polarity, found.part.to_string().as_str(), found.total.to_string().as_str()),
                (polarity, part, total)
            );
        }
    }

    #[test]
    fn what_does_not_add_up_over_windows_is_left_whole() {
        for ratio in [
            "avg(avg_over_time(satisfaction[$window]))",
            "1 - avg_over_time(up[$window])",
            "sum(rate(bad[$window])) / sum(increase(all[$window]))",
            "sum(rate(bad[5m])) / sum(rate(all[5m]))",
            "avg(rate(bad[$window])) / avg(rate(all[$window]))",
            "max(rate(bad[$window])) / sum(rate(all[$window]))",
            "sum(bad) / sum(all)",
            "sum(rate(bad[$window])) / 0",
            // Nothing there is all bad: only a slice can say that.
            "sum(rate(bad[$window])) / sum(rate(all[$window])) or vector(1)",
            "sum(rate(bad[$window])) / (sum(rate(all[$window])) > 5)",
            "sum(rate(bad[$window])) / (sum(rate(all[$window])) > bool 0)",
            "(sum(rate(a[$window])) / sum(rate(b[$window]))) / sum(rate(all[$window]))",
        ] {
            assert_eq!(quotient(&read(ratio), Polarity::Bad), None, "{ratio}");
        }
    }
}
