//! The native dialect's indicators, one reader for each kind.

use super::decode::At;
use super::query::{self, Query};
use super::values;
use super::vars::Vars;
use crate::base::Duration;
use crate::diag::{Code, quote};
use crate::slo::{Empty, EventsSli, LatencySli, Polarity, Sli, SlicesSli, Unit, Window};

const KINDS: [&str; 3] = ["events", "latency", "slices"];

/// `{events: …}`, `{latency: …}` or `{slices: …}`.
pub(super) fn sli(at: &At, vars: &Vars, window: Option<Window>) -> Option<Sli> {
    let help = "write `events: {bad: …, total: …}`, `latency: {histogram: …, threshold: 1s}` or `slices: {good_when: …}`";
    at.fields(|f| match f.one_of(&KINDS, help)? {
        ("events", at) => events(&at, vars).map(Sli::Events),
        ("latency", at) => latency(&at, vars).map(Sli::Latency),
        (_, at) => slices(&at, vars, window).map(Sli::Slices),
    })
}

fn events(at: &At, vars: &Vars) -> Option<EventsSli> {
    at.fields(|f| {
        let part =
            f.one_of(&["good", "bad"], "write `bad:` with the query that counts the bad events, or `good:`");
        let total = f.required("total", "total: http_requests_total", |at| query::events(at, vars));
        let (which, part) = part?;
        let part = query::events(&part, vars);
        let polarity = if which == "good" { Polarity::Good } else { Polarity::Bad };
        Some(EventsSli { polarity, part: part?, total: total? })
    })
}

fn latency(at: &At, vars: &Vars) -> Option<LatencySli> {
    at.fields(|f| {
        let buckets = f.required("histogram", "histogram: http_request_duration_seconds", |at| {
            query::histogram(at, vars)
        });
        let units = [("seconds", Unit::Seconds), ("milliseconds", Unit::Milliseconds)];
        let unit = f.optional("unit", |at| values::one_of(at, &units)).unwrap_or(Unit::Seconds);
        let threshold = f.required("threshold", "threshold: 500ms", |at| threshold(at, vars, unit));
        let (threshold, written) = threshold?;
        Some(LatencySli { buckets: buckets?, threshold, written, unit })
    })
}

/// A length of time with its unit, such as `500ms` or `2.5s`; gives it in the histogram's unit, and as written.
fn threshold(at: &At, vars: &Vars, unit: Unit) -> Option<(f64, String)> {
    let filled = vars.fill(at)?;
    let text = filled.text.trim();
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

fn slices(at: &At, vars: &Vars, window: Option<Window>) -> Option<SlicesSli> {
    at.fields(|f| {
        let slice = f.find("slice").map_or(Some(Duration::minutes(1)), |at| slice(&at, window));
        let words = [("ignore", Empty::Ignore), ("good", Empty::Good), ("bad", Empty::Bad)];
        let empty = f.optional("empty", |at| values::one_of(at, &words)).unwrap_or_default();
        f.required("good_when", "good_when: queue_length <= 1000", |at| {
            let query = Query::read(at, vars, false)?;
            SlicesSli::new(query.expr.clone(), slice.unwrap_or_default(), empty).or_else(|| {
                query.say(
                    Code::NotAComparison,
                    "the condition is not a comparison",
                    "compare a value with a number, such as `queue_length <= 1000`; one comparison in each objective",
                )
            })
        })
        .filter(|_| slice.is_some())
    })
}

/// The length of a slice: it must fill the window without a rest.
fn slice(at: &At, window: Option<Window>) -> Option<Duration> {
    fitting(at, values::duration(at)?, window)
}

/// A length of slices, where they fill the window without a rest.
pub(super) fn fitting(at: &At, slice: Duration, window: Option<Window>) -> Option<Duration> {
    let divides = |whole: Duration| whole.as_millis() % slice.as_millis() == 0;
    let (message, help) = match window {
        _ if slice < Duration::seconds(1) => {
            ("a slice is at least `1s` long".to_owned(), "`1m` and `5m` are usual")
        }
        Some(window) if slice > window.nominal() => {
            (format!("a slice of {slice} is longer than its window of {window}"), "`1m` and `5m` are usual")
        }
        Some(Window::Rolling(length)) if !divides(length) => (
            format!("slices of {slice} do not fill a window of {length} without a rest"),
            "write a length that divides the window, such as `1m` or `5m`",
        ),
        Some(Window::Calendar { .. }) if !divides(Duration::hours(1)) => (
            format!("slices of {slice} do not fill every hour of a calendar window without a rest"),
            "write a length that divides an hour (a day can have 23), such as `1m` or `5m`",
        ),
        _ => return Some(slice),
    };
    at.say(at.fault(Code::Window, message).help(help))
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
