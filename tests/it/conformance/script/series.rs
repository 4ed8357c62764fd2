//! A line of a series: who it is, then one item or run of items per step.

use std::str::FromStr;
use std::sync::Arc;

use nines::base::{Duration, Histogram, Labels, METRIC_NAME, stale_marker};
use nines::promql::{ExprKind, ParseOptions, parse};

use super::histogram;

/// What a series holds at one step.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Cell {
    Blank,
    Float(f64),
    Histogram {
        value: Arc<Histogram>,
        /// Whether the script says what its reset hint is: one that it does not say may be any.
        hinted: bool,
    },
}

/// A series with its cells, step by step.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    pub(crate) labels: Labels,
    pub(crate) cells: Vec<Cell>,
}

/// Reads `metric{label="value"} 1 2+3x4 _x5 stale {{sum:1 count:2}}`.
pub(crate) fn row(line: &str) -> Row {
    let (labels, rest) = labels(line);
    Row { labels, cells: cells(rest) }
}

/// The labels at the start of a line, and the rest.
pub(crate) fn labels(line: &str) -> (Labels, &str) {
    let bare = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | ':' | '.');
    let (name, mut rest) = line.split_at(line.find(|c| !bare(c)).unwrap_or(line.len()));
    let mut pairs = vec![(METRIC_NAME.to_owned(), name.to_owned())];
    if let Some(inside) = rest.strip_prefix('{').filter(|inside| !inside.starts_with('{')) {
        rest = inside.trim_start();
        while !rest.starts_with('}') {
            let (name, after) = word(rest, bare);
            let pair = match after.trim_start().strip_prefix('=') {
                // A text alone is the metric's name.
                None => {
                    rest = after.trim_start();
                    (METRIC_NAME.to_owned(), name)
                }
                Some(after) => {
                    let (value, after) = word(after.trim_start(), bare);
                    rest = after.trim_start();
                    (name, value)
                }
            };
            pairs.push(pair);
            rest = rest.strip_prefix(',').unwrap_or(rest).trim_start();
            assert!(!rest.is_empty(), "{line:?} has no closing brace");
        }
        rest = &rest[1..];
    }
    pairs.retain(|(_, value)| !value.is_empty());
    (pairs.into_iter().collect(), rest)
}

/// A bare or quoted word, and what follows it.
fn word(text: &str, bare: impl Fn(char) -> bool) -> (String, &str) {
    let Some(quote) = text.chars().next().filter(|c| matches!(c, '"' | '\'' | '`')) else {
        let (word, rest) = text.split_at(text.find(|c| !bare(c)).unwrap_or(text.len()));
        assert!(!word.is_empty(), "{text:?} starts with no word");
        return (word.to_owned(), rest);
    };
    let mut escaped = false;
    let end = text.char_indices().skip(1).find(|(_, c)| {
        let ends = *c == quote && !escaped;
        escaped = *c == '\\' && !escaped && quote != '`';
        ends
    });
    let (end, _) = end.unwrap_or_else(|| panic!("{text:?} has no closing quote"));
    (unquoted(&text[..=end]), &text[end + 1..])
}

/// What a quoted text says.
pub(crate) fn unquoted(text: &str) -> String {
    let expr = parse(text, &ParseOptions::default()).unwrap_or_else(|why| panic!("{text:?}: {why:?}"));
    let ExprKind::String(text) = expr.kind else { panic!("{text:?} is no text") };
    text
}

fn cells(text: &str) -> Vec<Cell> {
    let mut cells = Vec::new();
    let mut rest = text.trim_start();
    while !rest.is_empty() {
        rest = if rest.starts_with("{{") {
            histogram::run(rest, &mut cells)
        } else {
            let (item, after) = rest.split_at(rest.find(char::is_whitespace).unwrap_or(rest.len()));
            float_run(item, &mut cells);
            after
        };
        rest = rest.trim_start();
    }
    cells
}

/// `_`, `_x3`, `stale`, `1`, `1x3`, `1+2x3`, `1-2x3`.
fn float_run(item: &str, cells: &mut Vec<Cell>) {
    let (head, times) = match item.rsplit_once('x') {
        Some((head, times)) => (head, Some(count(times, item))),
        None => (item, None),
    };
    match (head, times) {
        ("_", times) => cells.extend(std::iter::repeat_n(Cell::Blank, times.unwrap_or(1))),
        ("stale", times) => {
            cells.extend(std::iter::repeat_n(Cell::Float(stale_marker()), times.unwrap_or(0) + 1));
        }
        (head, times) => {
            let (mut value, growth) = match head.parse() {
                Ok(value) => (value, 0.0),
                Err(_) => sequence(head).unwrap_or_else(|| panic!("{item:?} is no value")),
            };
            for _ in 0..=times.unwrap_or(0) {
                cells.push(Cell::Float(value));
                value += growth;
            }
        }
    }
}

/// How often an item is repeated.
pub(crate) fn count(text: &str, item: &str) -> usize {
    text.parse().unwrap_or_else(|_| panic!("{item:?}: {text:?} is no count"))
}

/// `first+step` or `first-step`.
fn sequence(text: &str) -> Option<(f64, f64)> {
    let mut signs = text.char_indices().skip(1).filter(|(_, c)| matches!(c, '+' | '-'));
    signs.find_map(|(i, _)| Some((text[..i].parse().ok()?, text[i..].parse().ok()?)))
}

/// A line that is only a number: decimal, hexadecimal, octal, infinite or not a number.
pub(crate) fn number(text: &str) -> Option<f64> {
    let (negative, digits) = text.strip_prefix('-').map_or((false, text), |digits| (true, digits));
    if let Some(hex) = digits.strip_prefix("0x").or(digits.strip_prefix("0X")) {
        let value = i64::from_str_radix(hex, 16).ok()? as f64;
        return Some(if negative { -value } else { value });
    }
    if digits.len() > 1 && digits.starts_with('0') && digits.bytes().all(|b| (b'0'..=b'7').contains(&b)) {
        let value = i64::from_str_radix(digits, 8).ok()? as f64;
        return Some(if negative { -value } else { value });
    }
    text.parse().ok()
}

/// When the counter of each sample started, in milliseconds after the sample: `_`, `_x2`, `-30s`, `-30sx3`, `-30s-1mx3`.
pub(crate) fn starts(text: &str) -> Vec<Option<i64>> {
    let mut starts = Vec::new();
    for item in text.split_whitespace() {
        let (head, times) = match item.rsplit_once('x') {
            Some((head, times)) => (head, Some(count(times, item))),
            None => (item, None),
        };
        if head == "_" {
            starts.extend(std::iter::repeat_n(None, times.unwrap_or(1)));
            continue;
        }
        let sign = head.char_indices().skip(1).find(|(_, c)| matches!(c, '+' | '-'));
        let (first, growth) = sign.map_or((head, "0s"), |(i, _)| head.split_at(i));
        let (mut value, growth) = (signed_duration(first), signed_duration(growth));
        for _ in 0..=times.unwrap_or(0) {
            starts.push(Some(value));
            value += growth;
        }
    }
    starts
}

fn signed_duration(text: &str) -> i64 {
    match text.strip_prefix('-') {
        Some(text) => -duration(text),
        None => duration(text.strip_prefix('+').unwrap_or(text)),
    }
}

/// Milliseconds of `5m` or `0`.
pub(crate) fn duration(text: &str) -> i64 {
    if text == "0" {
        return 0;
    }
    Duration::from_str(text).unwrap_or_else(|why| panic!("{text:?} is no duration: {why}")).as_millis()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn floats(text: &str) -> Vec<Option<f64>> {
        let float = |cell: &Cell| match cell {
            Cell::Blank => None,
            Cell::Float(value) => Some(*value),
            Cell::Histogram { .. } => panic!("{text} is no float"),
        };
        row(text).cells.iter().map(float).collect()
    }

    #[test]
    fn reads_runs_of_values() {
        assert_eq!(floats("m 1 _ _x2 -3"), [Some(1.0), None, None, None, Some(-3.0)]);
        assert_eq!(floats("m 1+2x2 1e1-1x1"), [1.0, 3.0, 5.0, 10.0, 9.0].map(Some));
        assert_eq!(floats("m 7x2 -Inf"), [7.0, 7.0, 7.0, f64::NEG_INFINITY].map(Some));
        assert_eq!(floats("m stale")[0].map(f64::to_bits), Some(stale_marker().to_bits()));
    }

    #[test]
    fn reads_labels() {
        let shown = |text| labels(text).0.to_string();
        assert_eq!(shown(r#"m{a="x y", b='"',} 1"#), r#"m{a="x y", b="\""}"#);
        assert_eq!(shown(r#"{"a.b", c="\x41"} 1"#), r#"a.b{c="A"}"#);
        assert_eq!(shown(r#"{__name__="m"} 1"#), "m");
        assert_eq!(shown("{} 1"), "{}");
        assert_eq!(labels("m{}@st 1"), (labels("m").0, "@st 1"));
        assert_eq!(labels("{{sum:1}}").1, "{{sum:1}}");
    }

    #[test]
    fn reads_starts() {
        assert_eq!(starts("_ -1m 0-30sx1 _x2"), [None, Some(-60_000), Some(0), Some(-30_000), None, None]);
    }

    #[test]
    fn reads_numbers_alone() {
        assert_eq!(
            ["0x1F", "-0x10", "017", "1e3", "Inf", "nan?"].map(number),
            [Some(31.0), Some(-16.0), Some(15.0), Some(1000.0), Some(f64::INFINITY), None]
        );
    }
}
