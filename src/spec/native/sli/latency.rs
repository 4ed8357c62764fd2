//! Latency: events faster than a threshold among all, from a histogram.

use super::Around;
use crate::base::Duration;
use crate::diag::{Code, quote};
use crate::promql::{AggregateOp, BinaryOp, DurationExpr, Expr, ExprKind, Selector};
use crate::slo::{EventsSli, LatencySli, Polarity, Sli, Unit};
use crate::spec::decode::At;
use crate::spec::{query, values};

pub(super) fn latency(at: &At, around: &Around) -> Option<Sli> {
    at.fields(|f| {
        let native = f.optional("native", values::truth).unwrap_or_default();
        let histogram = f.required("histogram", "histogram: http_request_duration_seconds", |at| {
            if native { query::native_histogram(at) } else { query::histogram(at) }
        });
        let units = [("seconds", Unit::Seconds), ("milliseconds", Unit::Milliseconds)];
        let unit = f.optional("unit", |at| values::one_of(at, &units)).unwrap_or(Unit::Seconds);
        let threshold = f.required("threshold", "threshold: 500ms", |at| threshold(at, unit));
        let (histogram, (threshold, written)) = (histogram?, threshold?);
        Some(if native {
            Sli::Events(of_native(histogram, threshold, around.by))
        } else {
            Sli::Latency(LatencySli { buckets: histogram, threshold, written, unit })
        })
    })
}

/// The share below the threshold times the number of all, so that windows are summed and not averaged. Where nothing was
/// observed, the share is no number and is left out: no events are none.
fn of_native(histogram: Selector, threshold: f64, by: &[String]) -> EventsSli {
    let range = Expr::from(ExprKind::Range { selector: histogram, range: DurationExpr::Window });
    let grown = Expr::call("increase", [range]).aggregate_by(AggregateOp::Sum, by);
    let total = Expr::call("histogram_count", [grown.clone()]);
    let share = Expr::call("histogram_fraction", [Expr::number(0.0), Expr::number(threshold), grown]);
    let known = Expr::from(ExprKind::Paren(Box::new(share.binary(BinaryOp::Gte, Expr::number(0.0)))));
    EventsSli { polarity: Polarity::Good, part: known.binary(BinaryOp::Mul, total.clone()), total }
}

/// A length of time with its unit, such as `500ms` or `2.5s`; gives it in the histogram's unit, and as written.
fn threshold(at: &At, unit: Unit) -> Option<(f64, String)> {
    let text = at.text()?.trim();
    match in_unit(text, unit) {
        Some(value) if value > 0.0 => Some((value, text.to_owned())),
        Some(_) => {
            let fault = at.fault(Code::Duration, format!("{} is not longer than nothing", quote(text)));
            at.say(fault.help("write the longest time that is still good, such as `500ms`"))
        }
        None if text.parse::<f64>().is_ok() => {
            let fault = at.fault(Code::Duration, format!("the threshold {} has no unit", quote(text)));
            at.say(fault.help(format!("write `{text}s` or `{text}ms`")))
        }
        None => at.say(values::not_a_duration(at, text, "`500ms`, `2.5s` or `1m`")),
    }
}

/// Moves the decimal point instead of multiplying, so that `1.001s` is exactly 1001 milliseconds.
fn in_unit(text: &str, unit: Unit) -> Option<f64> {
    let (number, power) = if let Some(number) = text.strip_suffix("ms") {
        (number, -3)
    } else {
        (text.strip_suffix('s').unwrap_or_default(), 0)
    };
    let decimal = number.chars().all(|c| c.is_ascii_digit() || c == '.')
        && number.starts_with(|c: char| c.is_ascii_digit());
    let (number, power) = if decimal {
        (number.to_owned(), power)
    } else {
        (text.parse::<Duration>().ok()?.as_millis().to_string(), -3)
    };
    let shift = match unit {
        Unit::Seconds => power,
        Unit::Milliseconds => power + 3,
    };
    format!("{number}e{shift}").parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thresholds_are_exact_in_either_unit() {
        for (text, seconds, milliseconds) in [
            ("500ms", 0.5, 500.0),
            ("1s", 1.0, 1000.0),
            ("2.5s", 2.5, 2500.0),
            ("1.001s", 1.001, 1001.0),
            ("0.29s", 0.29, 290.0),
            ("1m30s", 90.0, 90_000.0),
            ("2.5ms", 0.0025, 2.5),
        ] {
            assert_eq!(in_unit(text, Unit::Seconds), Some(seconds), "{text}");
            assert_eq!(in_unit(text, Unit::Milliseconds), Some(milliseconds), "{text}");
        }
        for bad in ["", "1", "s", "ms", "1.5m", "1e3s", "1.2.3s", ".5s"] {
            assert_eq!(in_unit(bad, Unit::Seconds), None, "{bad}");
        }
    }
}
