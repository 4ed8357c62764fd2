//! How something may be measured: indicators built from metrics, for all presets.

use super::candidate::Way;
use super::metric::Metric;
use crate::base::Duration;
use crate::promql::{AggregateOp, BinaryOp, DurationExpr, Expr, ExprKind, MatchOp, Matcher, Selector};
use crate::report::words;
use crate::slo::{Empty, EventsSli, LatencySli, Polarity, Sli, SlicesSli, Unit};

/// The length of a slice: long enough for every usual scrape interval, short enough for most incidents.
const SLICE: Duration = Duration::minutes(5);

/// Queue lengths and the like, from strict to lax.
pub(super) const COUNTS: [f64; 17] =
    [10.0, 20.0, 50.0, 100.0, 200.0, 500.0, 1e3, 2e3, 5e3, 1e4, 2e4, 5e4, 1e5, 2e5, 5e5, 1e6, 1e7];

/// Where [`COUNTS`] has a thousand.
pub(super) const A_THOUSAND: usize = 6;

/// Ages and delays in seconds, from strict to lax.
pub(super) const SECONDS: [f64; 20] = [
    1.0,
    2.0,
    5.0,
    10.0,
    30.0,
    60.0,
    120.0,
    300.0,
    600.0,
    900.0,
    1800.0,
    3600.0,
    7200.0,
    14_400.0,
    21_600.0,
    43_200.0,
    93_600.0,
    172_800.0,
    691_200.0,
    2_764_800.0,
];

/// Where [`SECONDS`] has a minute.
pub(super) const A_MINUTE: usize = 5;

/// Where [`SECONDS`] has a day and two hours of grace.
pub(super) const A_DAY: usize = 16;

/// Shares of what there is, from strict to lax.
pub(super) const SHARES: [f64; 5] = [0.5, 0.7, 0.8, 0.9, 0.95];

/// Good or bad events among all, told by a label of one counter.
pub(super) fn told(total: &Selector, told: (Polarity, Matcher), description: String) -> Way {
    let (polarity, matcher) = told;
    let mut part = total.clone();
    part.matchers.push(matcher);
    let sli = EventsSli { polarity, part: Expr::selector(part), total: Expr::selector(total.clone()) };
    Way { sli: Sli::Events(sli), description }
}

/// Bad events of one counter among all of others.
pub(super) fn bad_among(bad: &Selector, all: &[Selector], description: String) -> Way {
    // Two counters are added up, so that both are counted; one is named.
    let counted = |selector: &Selector| match all {
        [_] => Expr::selector(selector.clone()),
        _ => grown(selector),
    };
    let total = all.iter().map(counted).reduce(|sum, next| sum.binary(BinaryOp::Add, next));
    let total = total.unwrap_or_else(|| Expr::selector(bad.clone()));
    let sli = EventsSli { polarity: Polarity::Bad, part: counted(bad), total };
    Way { sli: Sli::Events(sli), description }
}

/// `sum(increase(m[$window]))`
fn grown(selector: &Selector) -> Expr {
    let range = ExprKind::Range { selector: selector.clone(), range: DurationExpr::Window };
    Expr::call("increase", [range.into()]).aggregate_by::<&str>(AggregateOp::Sum, &[])
}

/// Whether a histogram measures time.
pub(super) fn measures_time(buckets: &Metric) -> bool {
    const TIME: [&str; 8] =
        ["seconds", "duration", "latency", "milliseconds", "ms", "time", "durations", "latencies"];
    buckets.has_word(&TIME) && !buckets.has_word(&["bytes", "size"]) && !buckets.boundaries.is_empty()
}

/// Faster than each boundary of a histogram; `say` makes a sentence of the longest time that is good.
pub(super) fn within(selector: &Selector, buckets: &Metric, say: impl Fn(&str) -> String) -> Vec<Way> {
    let in_milliseconds = buckets.has_word(&["milliseconds", "ms"]);
    let unit = if in_milliseconds { Unit::Milliseconds } else { Unit::Seconds };
    let way = |&boundary: &f64| {
        let written = written(boundary, unit);
        let description = say(&words::quantile(Some(boundary * unit.seconds())));
        let sli = LatencySli { buckets: selector.clone(), threshold: boundary, written, unit };
        Way { sli: Sli::Latency(sli), description }
    };
    buckets.boundaries.iter().filter(|boundary| **boundary > 0.0).map(way).collect()
}

/// The way of [`within`] that is usual: the first boundary that is no shorter than a length of time.
pub(super) fn usual_within(buckets: &Metric, seconds: f64) -> usize {
    let unit = if buckets.has_word(&["milliseconds", "ms"]) { 0.001 } else { 1.0 };
    let above_zero = buckets.boundaries.iter().filter(|boundary| **boundary > 0.0);
    above_zero.take_while(|boundary| **boundary * unit < seconds).count()
}

/// A boundary as a person writes it: `500ms`, `2.5s`.
fn written(boundary: f64, unit: Unit) -> String {
    match unit {
        Unit::Milliseconds if boundary >= 1000.0 && boundary % 1000.0 == 0.0 => {
            format!("{}s", boundary / 1000.0)
        }
        Unit::Milliseconds => format!("{boundary}ms"),
        Unit::Seconds if boundary >= 1.0 => format!("{boundary}s"),
        // Digits are moved, not multiplied, so that what is read is the boundary itself.
        Unit::Seconds => {
            let digits = format!("{boundary}");
            let fraction = digits.split_once('.').map_or("", |(_, fraction)| fraction);
            let fraction = format!("{fraction:0<3}");
            let (whole, rest) = fraction.split_at(3);
            let whole = whole.trim_start_matches('0');
            let whole = if whole.is_empty() { "0" } else { whole };
            if rest.is_empty() { format!("{whole}ms") } else { format!("{whole}.{rest}ms") }
        }
    }
}

/// Slices in which a value keeps to a bound, for each of several bounds.
pub(super) fn limits(value: &Expr, op: BinaryOp, bounds: &[f64], say: impl Fn(f64) -> String) -> Vec<Way> {
    let way = |&bound: &f64| {
        let condition = value.clone().binary(op, Expr::number(bound));
        let sli = SlicesSli::new(condition, SLICE, Empty::Ignore)?;
        Some(Way { sli: Sli::Slices(sli), description: say(bound) })
    };
    bounds.iter().filter_map(way).collect()
}

/// Slices in which one condition holds.
pub(super) fn holds(value: &Expr, op: BinaryOp, bound: f64, description: &str) -> Vec<Way> {
    limits(value, op, &[bound], |_| description.to_owned())
}

/// How long ago the last of these times was: `time() - max by (..) (m)`.
pub(super) fn age(times: Selector, by: &[&str]) -> Expr {
    let last = Expr::selector(times).aggregate_by(AggregateOp::Max, by);
    Expr::call("time", []).binary(BinaryOp::Sub, last)
}

/// The selection with one more condition.
pub(super) fn with(selector: Selector, label: &str, value: &str) -> Selector {
    selector.with(label, MatchOp::Equal, value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn boundaries_are_written_in_the_unit_that_fits() {
        for (boundary, unit, expected) in [
            (0.5, Unit::Seconds, "500ms"),
            (0.005, Unit::Seconds, "5ms"),
            (0.0025, Unit::Seconds, "2.5ms"),
            (0.000_05, Unit::Seconds, "0.05ms"),
            (0.1, Unit::Seconds, "100ms"),
            (1.0, Unit::Seconds, "1s"),
            (2.5, Unit::Seconds, "2.5s"),
            (300.0, Unit::Seconds, "300s"),
            (250.0, Unit::Milliseconds, "250ms"),
            (0.5, Unit::Milliseconds, "0.5ms"),
            (2500.0, Unit::Milliseconds, "2500ms"),
            (10_000.0, Unit::Milliseconds, "10s"),
        ] {
            assert_eq!(written(boundary, unit), expected);
        }
    }
}
