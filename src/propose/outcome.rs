//! The labels that tell good from bad, and what their values mean.

use super::metric::Metric;
use crate::promql::{MatchOp, Matcher};
use crate::slo::Polarity;

/// Labels whose values may tell good from bad.
pub(super) const LABELS: &[&str] = &[
    "code",
    "envoy_response_code_class",
    "error",
    "grpc_code",
    "grpc_status",
    "http_code",
    "http_response_status_code",
    "http_status",
    "http_status_code",
    "outcome",
    "response_code",
    "result",
    "rpc_grpc_status_code",
    "state",
    "status",
    "status_class",
    "status_code",
    "success",
];

/// Labels that hold the status of a response over HTTP, from the most telling one.
const HTTP: [&str; 10] = [
    "http_response_status_code",
    "http_status_code",
    "http_status",
    "http_code",
    "status_code",
    "response_code",
    "envoy_response_code_class",
    "status_class",
    "code",
    "status",
];

/// Labels that hold the status of a call over gRPC.
const GRPC: [&str; 4] = ["grpc_code", "rpc_grpc_status_code", "grpc_status", "code"];

/// Labels that hold an outcome in a word.
const OUTCOME: [&str; 6] = ["result", "outcome", "status", "success", "error", "state"];

const GOOD: [&str; 22] = [
    "accepted",
    "complete",
    "completed",
    "delivered",
    "done",
    "finished",
    "healthy",
    "hit",
    "ok",
    "pass",
    "passed",
    "processed",
    "sent",
    "succeed",
    "succeeded",
    "success",
    "successful",
    "up",
    "valid",
    "2xx",
    "committed",
    "allowed",
];

const BAD: [&str; 22] = [
    "aborted",
    "crashed",
    "dead",
    "dropped",
    "err",
    "error",
    "errored",
    "errors",
    "exception",
    "fail",
    "failed",
    "failure",
    "failures",
    "fatal",
    "internal_error",
    "lost",
    "panic",
    "timed_out",
    "timeout",
    "unavailable",
    "unhealthy",
    "down",
];

/// The codes of gRPC that are the server's fault, as a client of HTTP would see them as 5xx.
const GRPC_BAD: [(&str, &str); 6] = [
    ("Unknown", "2"),
    ("DeadlineExceeded", "4"),
    ("Unimplemented", "12"),
    ("Internal", "13"),
    ("Unavailable", "14"),
    ("DataLoss", "15"),
];

const GRPC_OTHERS: [(&str, &str); 11] = [
    ("OK", "0"),
    ("Canceled", "1"),
    ("InvalidArgument", "3"),
    ("NotFound", "5"),
    ("AlreadyExists", "6"),
    ("PermissionDenied", "7"),
    ("ResourceExhausted", "8"),
    ("FailedPrecondition", "9"),
    ("Aborted", "10"),
    ("OutOfRange", "11"),
    ("Unauthenticated", "16"),
];

/// What tells good events from others.
pub(super) type Told = (Polarity, Matcher);

/// Whether a metric has a label that could tell.
pub(super) fn has_words(metric: &Metric) -> bool {
    OUTCOME.iter().any(|label| metric.labels.contains_key(*label))
}

/// What tells the responses over HTTP that are a server's fault.
pub(super) fn http(metric: &Metric) -> Option<Matcher> {
    HTTP.iter().find_map(|&label| {
        let values = metric.labels.get(label)?;
        let of = |form: fn(&str) -> bool| values.iter().filter(|value| form(value)).count();
        let code = of(|value| {
            value.len() == 3 && value.starts_with(is_class) && value.bytes().all(|b| b.is_ascii_digit())
        });
        let class = of(|value| {
            value.len() == 3 && value.starts_with(is_class) && value[1..].eq_ignore_ascii_case("xx")
        });
        let digit = of(|value| value.len() == 1 && value.starts_with(is_class));
        let digit = if label.ends_with("class") { digit } else { 0 };
        if (code + class + digit) * 2 < values.len() || values.is_empty() {
            return None;
        }
        let upper = values.iter().any(|value| value.ends_with("XX"));
        let (op, value) = match (code, class) {
            (0, 0) => (MatchOp::Equal, "5"),
            (0, _) if upper => (MatchOp::Equal, "5XX"),
            (0, _) => (MatchOp::Equal, "5xx"),
            _ => (MatchOp::Regex, "5.."),
        };
        Some(Matcher { name: label.to_owned(), op, value: value.to_owned() })
    })
}

fn is_class(c: char) -> bool {
    ('1'..='5').contains(&c)
}

/// What tells the calls over gRPC that are a server's fault, in the spelling that is in use.
pub(super) fn grpc(metric: &Metric) -> Option<Matcher> {
    let plain = |text: &str| text.replace('_', "").to_ascii_lowercase();
    GRPC.iter().find_map(|&label| {
        let values = metric.labels.get(label)?;
        let is_code = |value: &&String| {
            let mut codes = GRPC_BAD.iter().chain(&GRPC_OTHERS);
            codes.any(|(name, number)| plain(name) == plain(value) || *number == value.as_str())
        };
        let numbers = values.iter().all(|value| value.bytes().all(|b| b.is_ascii_digit()));
        // A number alone is told from others only by its label.
        if values.is_empty() || !values.iter().all(|value| is_code(&value)) || (numbers && label == "code") {
            return None;
        }
        // Java's exporter calls the label `code` and spells as the protocol does; Go's spells as its package does.
        let upper = values
            .iter()
            .any(|value| !value.contains(char::is_lowercase) && (value.len() > 2 || label == "code"));
        let lower = values
            .iter()
            .any(|value| value.contains(char::is_lowercase) && !value.contains(char::is_uppercase));
        let spelt = |(name, number): &(&str, &str)| match (numbers, upper, lower) {
            (true, ..) => (*number).to_owned(),
            (_, true, _) => snake(name).to_ascii_uppercase(),
            (_, _, true) => snake(name),
            _ => (*name).to_owned(),
        };
        let value = GRPC_BAD.iter().map(spelt).collect::<Vec<_>>().join("|");
        Some(Matcher { name: label.to_owned(), op: MatchOp::Regex, value })
    })
}

/// `DeadlineExceeded` is `deadline_exceeded`.
fn snake(name: &str) -> String {
    let mut snake = String::new();
    for c in name.chars() {
        if c.is_uppercase() && !snake.is_empty() {
            snake.push('_');
        }
        snake.push(c.to_ascii_lowercase());
    }
    snake
}

/// What tells events by a word of their outcome: the bad ones where words for them are known; else the good ones, unless
/// there are others that are neither.
pub(super) fn words(metric: &Metric) -> Option<Told> {
    OUTCOME.iter().find_map(|&label| {
        let values = metric.labels.get(label)?;
        let meaning = |value: &str| meaning(label, value);
        let of = |polarity| values.iter().filter(move |value| meaning(value) == Some(polarity)).cloned();
        let (good, bad): (Vec<String>, Vec<String>) =
            (of(Polarity::Good).collect(), of(Polarity::Bad).collect());
        let (polarity, values) = match (good.len(), bad.len()) {
            (_, 1..) => (Polarity::Bad, bad),
            (all, 0) if all > 0 && all == values.len() => (Polarity::Good, good),
            _ => return None,
        };
        Some((polarity, one_of(label, &values)))
    })
}

/// What tells hits from misses.
pub(super) fn hits(metric: &Metric) -> Option<Told> {
    OUTCOME.iter().chain(&["type", "hit"]).find_map(|&label| {
        let values = metric.labels.get(label)?;
        let (hit, miss) = (values.contains("hit"), values.contains("miss"));
        (hit || miss).then(|| {
            let (polarity, value) = if hit { (Polarity::Good, "hit") } else { (Polarity::Bad, "miss") };
            (polarity, one_of(label, &[value.to_owned()]))
        })
    })
}

fn meaning(label: &str, value: &str) -> Option<Polarity> {
    let word = value.to_ascii_lowercase().replace('-', "_");
    match (label, word.as_str()) {
        ("success", "true" | "1" | "yes") | ("error", "false" | "0" | "no" | "none") => Some(Polarity::Good),
        ("success", "false" | "0" | "no") | ("error", "true" | "1" | "yes") => Some(Polarity::Bad),
        (_, word) if GOOD.contains(&word) => Some(Polarity::Good),
        (_, word) if BAD.contains(&word) => Some(Polarity::Bad),
        _ => None,
    }
}

fn one_of(label: &str, values: &[String]) -> Matcher {
    let (op, value) = match values {
        [only] => (MatchOp::Equal, only.clone()),
        several => (MatchOp::Regex, several.join("|")),
    };
    Matcher { name: label.to_owned(), op, value }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn metric(label: &str, values: &[&str]) -> Metric {
        let mut metric = Metric::new("x_total");
        for value in values {
            metric.add_value(label, value);
        }
        metric
    }

    fn said(matcher: Option<Matcher>) -> String {
        matcher.map_or("none".to_owned(), |matcher| matcher.to_string())
    }

    #[test]
    fn statuses_of_responses() {
        for (label, values, expected) in [
            ("code", &["200", "404", "503"][..], r#"code=~"5..""#),
            ("status", &["200"], r#"status=~"5..""#),
            ("status", &["2xx", "5xx"], r#"status="5xx""#),
            ("code", &["2XX", "other"], r#"code="5XX""#),
            ("envoy_response_code_class", &["2", "4"], r#"envoy_response_code_class="5""#),
            ("status", &["success", "failed"], "none"),
            ("code", &["1", "2"], "none"),
            ("code", &["200", "a", "b"], "none"),
        ] {
            assert_eq!(said(http(&metric(label, values))), expected, "{values:?}");
        }
    }

    #[test]
    fn codes_of_calls_keep_their_spelling() {
        for (label, values, expected) in [
            (
                "grpc_code",
                &["OK", "Internal"][..],
                "Unknown|DeadlineExceeded|Unimplemented|Internal|Unavailable|DataLoss",
            ),
            ("grpc_code", &["OK"], "Unknown|DeadlineExceeded|Unimplemented|Internal|Unavailable|DataLoss"),
            (
                "code",
                &["OK", "NOT_FOUND"],
                "UNKNOWN|DEADLINE_EXCEEDED|UNIMPLEMENTED|INTERNAL|UNAVAILABLE|DATA_LOSS",
            ),
            (
                "code",
                &["ok", "not_found"],
                "unknown|deadline_exceeded|unimplemented|internal|unavailable|data_loss",
            ),
            ("code", &["OK"], "UNKNOWN|DEADLINE_EXCEEDED|UNIMPLEMENTED|INTERNAL|UNAVAILABLE|DATA_LOSS"),
            ("rpc_grpc_status_code", &["0", "5"], "2|4|12|13|14|15"),
        ] {
            let matcher = grpc(&metric(label, values)).unwrap();
            assert_eq!((matcher.name.as_str(), matcher.value.as_str()), (label, expected), "{values:?}");
        }
        for (label, values) in [("code", &["0", "5"][..]), ("code", &["200"]), ("code", &["OK", "nearly"])] {
            assert_eq!(said(grpc(&metric(label, values))), "none", "{values:?}");
        }
    }

    #[test]
    fn words_for_good_and_bad() {
        for (label, values, expected) in [
            ("status", &["completed", "failed"][..], Some((Polarity::Bad, r#"status="failed""#))),
            ("result", &["ok", "error", "timeout"], Some((Polarity::Bad, r#"result=~"error|timeout""#))),
            ("status", &["success"], Some((Polarity::Good, r#"status="success""#))),
            ("status", &["success", "skipped"], None),
            ("result", &["valid", "invalid", "error"], Some((Polarity::Bad, r#"result="error""#))),
            ("success", &["true", "false"], Some((Polarity::Bad, r#"success="false""#))),
            ("error", &["none"], Some((Polarity::Good, r#"error="none""#))),
            ("state", &["idle", "active"], None),
        ] {
            let found =
                words(&metric(label, values)).map(|(polarity, matcher)| (polarity, matcher.to_string()));
            let expected = expected.map(|(polarity, matcher)| (polarity, matcher.to_owned()));
            assert_eq!(found, expected, "{values:?}");
        }
    }
}
