//! Questions in PromQL, for sources that are asked in it.

use super::Ask;
use crate::base::{Duration, TARGET};
use crate::promql::{AggregateOp, BinaryOp, DurationExpr, Expr, ExprKind, Matcher, Matching, Selector};

/// Samples that are further apart than this may be out of sight at a moment: a selector sees five minutes back.
const IN_SIGHT: Duration = Duration::minutes(4);

/// How long before a stretch a series that appears in it is looked for: longer than a target or its exporter fails.
const KNOWN_BEFORE: Duration = Duration::days(1);

/// Whose PromQL is spoken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    /// Prometheus and those that embed its engine: Thanos, Mimir, Cortex.
    Prometheus,
    /// VictoriaMetrics, whose `increase` counts from the sample before the range and does not extrapolate.
    VictoriaMetrics,
}

/// A question as a PromQL expression.
pub fn as_promql(ask: &Ask, engine: Engine) -> Expr {
    match ask {
        Ask::Value(expr) => expr.clone(),
        Ask::Increase { selector, by, over, cadence } => {
            let growth = match engine {
                Engine::Prometheus => {
                    born(selector, *over, *cadence).binary(BinaryOp::Or, increase(selector, *over, *cadence))
                }
                Engine::VictoriaMetrics => Expr::call("increase", [Expr::range(selector.clone(), *over)]),
            };
            growth.aggregate_by(AggregateOp::Sum, by)
        }
        Ask::Presence { selector, cadence, .. } => {
            seen(selector, Duration::ZERO, *cadence).aggregate_by::<&str>(AggregateOp::Count, &[])
        }
    }
}

/// `increase(m[over + cadence - 1ms]) * over / (over + cadence - 1ms)`.
///
/// The wider range also holds the last sample before the stretch, so that no increment between two samples falls
/// between two stretches; extrapolation fills the range and the factor takes it back. One millisecond less, so that a
/// sample on the closed edge of a Prometheus 2 range is not counted twice.
pub(super) fn increase(selector: &Selector, over: Duration, cadence: Duration) -> Expr {
    let range = over + cadence - Duration::millis(1);
    scaled(Expr::call("increase", [Expr::range(selector.clone(), range)]), over, range)
}

/// `expr * over / range`.
pub(super) fn scaled(expr: Expr, over: Duration, range: Duration) -> Expr {
    expr.binary(BinaryOp::Mul, Expr::number(over.as_secs()))
        .binary(BinaryOp::Div, Expr::number(range.as_secs()))
}

/// The last value of each series selected, so long before the time of evaluation.
fn seen(selector: &Selector, before: Duration, cadence: Duration) -> Expr {
    let selector = Selector { offset: selector.offset.plus(before), ..selector.clone() };
    if cadence <= IN_SIGHT {
        return Expr::selector(selector);
    }
    Expr::call("last_over_time", [Expr::range(selector, cadence * 2)])
}

/// `m unless m offset over unless (m offset 2·over or m offset (over + 1d)) <= m and on (job, instance) (m offset over or
/// up offset over == 1)`: the value of each series that did not exist when the stretch began, though its target was
/// already being scraped. Such a counter grew from zero, which `increase` cannot see. A target that was down does not
/// count as scraped: its series come back with all that they had counted before. Nor is a series newborn that was
/// known earlier and stands no lower now: it was only out of sight.
fn born(selector: &Selector, over: Duration, cadence: Duration) -> Expr {
    let at = |before: Duration| seen(selector, before, cadence);
    let before = at(over);
    let known = at(over * 2).binary(BinaryOp::Or, at(over + KNOWN_BEFORE));
    let known = known.binary(BinaryOp::Lte, at(Duration::ZERO));
    let mut up = Selector { offset: over.into(), ..Selector::metric("up") };
    let of_target = |matcher: &&Matcher| TARGET.contains(&matcher.name.as_str());
    up.matchers.extend(selector.matchers.iter().filter(of_target).cloned());
    let up = Expr::selector(up);
    let scraped = before.clone().binary(BinaryOp::Or, up.binary(BinaryOp::Eql, Expr::number(1.0)));
    let on_target = Matching {
        on: true,
        labels: TARGET.iter().map(|&label| label.to_owned()).collect(),
        ..Matching::default()
    };
    at(Duration::ZERO).binary(BinaryOp::Unless, before).binary(BinaryOp::Unless, known).binary_matching(
        BinaryOp::And,
        on_target,
        scraped,
    )
}

/// An expression with `$window` as one for a stretch of length `over`: a counter function widens its range by a cadence
/// and is scaled back as in [`increase`]; `rate` becomes `increase`, since events are counted; every other range
/// is the stretch itself, short of the closed edge.
///
/// Of native histograms the number that is taken from one is scaled back: Prometheus before 2.45 leaves a histogram as it
/// is that is multiplied. What lies in proportion (a fraction, a quantile) needs no scale.
pub(super) fn filled(expr: &Expr, over: Duration, cadence: Duration) -> Expr {
    let mut filled = expr.clone();
    filled.rewrite(&mut |kind| match kind {
        ExprKind::Call { function, args } if matches!(function.as_str(), "increase" | "rate") => {
            let arg = args.first().map(|arg| &arg.unparenthesised().kind);
            if let Some(ExprKind::Range { selector, range: DurationExpr::Window }) = arg {
                *kind = ExprKind::Paren(Box::new(increase(selector, over, cadence)));
            }
        }
        ExprKind::Call { function, args }
            if matches!(
                function.as_str(),
                "histogram_count"
                    | "histogram_sum"
                    | "histogram_fraction"
                    | "histogram_quantile"
                    | "histogram_avg"
            ) =>
        {
            let mut range = None;
            for arg in args {
                arg.rewrite(&mut |node| range = unscaled(node, over).or(range));
            }
            if let Some(range) =
                range.filter(|_| matches!(function.as_str(), "histogram_count" | "histogram_sum"))
            {
                let number = Expr::from(std::mem::replace(kind, ExprKind::Number(0.0)));
                *kind = ExprKind::Paren(Box::new(scaled(number, over, range)));
            }
        }
        _ => {}
    });
    filled.with_window(over - Duration::millis(1))
}

/// Takes the scale of [`increase`] away again, and gives the range that is left.
fn unscaled(node: &mut ExprKind, over: Duration) -> Option<Duration> {
    let ExprKind::Paren(inner) = node else { return None };
    let ExprKind::Binary { op: BinaryOp::Div, lhs, .. } = &inner.kind else { return None };
    let ExprKind::Binary { op: BinaryOp::Mul, lhs: growth, rhs: by, .. } = &lhs.kind else { return None };
    let ExprKind::Call { function, args } = &growth.kind else { return None };
    let ExprKind::Range { range, .. } = &args.first()?.kind else { return None };
    let range = range.fixed().filter(|range| *range > over)?;
    if function != "increase" || by.kind != ExprKind::Number(over.as_secs()) {
        return None;
    }
    *node = growth.kind.clone();
    Some(range)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::promql::{ParseOptions, parse};

    fn growth(engine: Engine) -> String {
        let ask = Ask::Increase {
            selector: Selector::metric("m"),
            by: vec!["code".to_owned()],
            over: Duration::minutes(5),
            cadence: Duration::seconds(30),
        };
        as_promql(&ask, engine).to_string()
    }

    #[test]
    fn prometheus_is_asked_one_scrape_wider_and_counts_births_from_zero() {
        let born = "m unless m offset 5m unless (m offset 10m or m offset 1d5m) <= m \
                    and on (job, instance) (m offset 5m or up offset 5m == 1)";
        let grown = "increase(m[5m29s999ms]) * 300 / 329.999";
        assert_eq!(growth(Engine::Prometheus), format!("sum by (code) ({born} or {grown})"));
    }

    #[test]
    fn an_engine_that_counts_exactly_is_asked_plainly() {
        assert_eq!(growth(Engine::VictoriaMetrics), "sum by (code) (increase(m[5m]))");
    }

    #[test]
    fn what_is_taken_from_a_histogram_is_scaled_not_the_histogram() {
        let written = |text: &str| {
            let expr = parse(text, &ParseOptions { window: true }).unwrap();
            filled(&expr, Duration::minutes(5), Duration::seconds(30)).to_string()
        };
        let grown = "increase(m[5m29s999ms])";
        for (text, expected) in [
            ("sum(rate(m[$window]))", format!("sum(({grown} * 300 / 329.999))")),
            (
                "histogram_count(sum(increase(m[$window])))",
                format!("(histogram_count(sum({grown})) * 300 / 329.999)"),
            ),
            (
                "histogram_fraction(0, 1, sum(rate(m[$window]))) * histogram_count(sum(rate(m[$window])))",
                format!(
                    "histogram_fraction(0, 1, sum({grown})) * (histogram_count(sum({grown})) * 300 / 329.999)"
                ),
            ),
        ] {
            assert_eq!(written(text), expected);
        }
    }
}
