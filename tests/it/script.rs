//! Reads test scripts of PromQL: `load` gives series, `eval` a query and what it must give.

use std::str::FromStr;

use nines::base::{Duration, Labels, METRIC_NAME, stale_marker};
use nines::promql::{ExprKind, ParseOptions, parse};

/// A command of a script.
pub(crate) enum Command {
    /// Forgets all series.
    Clear,
    /// More series.
    Load(Vec<Loaded>),
    /// A query.
    Eval(Case),
}

/// A series to load; without samples where it holds what the evaluator does not know.
pub(crate) struct Loaded {
    pub(crate) labels: Labels,
    pub(crate) samples: Option<Vec<(i64, f64)>>,
}

/// A query and what it must give.
pub(crate) struct Case {
    pub(crate) line: usize,
    pub(crate) expr: String,
    pub(crate) from: i64,
    pub(crate) to: i64,
    /// Zero for an instant query.
    pub(crate) step: i64,
    pub(crate) fails: bool,
    pub(crate) ordered: bool,
    pub(crate) expected: Expected,
    /// Whether a warning, an info must (or must not) come.
    pub(crate) warns: Option<bool>,
    pub(crate) informs: Option<bool>,
}

pub(crate) enum Expected {
    Scalar(f64),
    String(String),
    /// One value per step and series; nothing where there is no point.
    Series(Vec<(Labels, Vec<Option<f64>>)>),
    /// The same, of an instant query whose result has many points: from, step.
    Range(i64, i64, Vec<(Labels, Vec<Option<f64>>)>),
    /// Values that the evaluator does not know.
    Unknown,
}

/// Reads a script.
pub(crate) fn read(text: &str) -> Vec<Command> {
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    let is_blank = |line: &&str| line.is_empty() || line.starts_with('#');
    let mut commands = Vec::new();
    let mut at = 0;
    while at < lines.len() {
        let head = lines[at];
        let length = lines[at..].iter().position(is_blank).unwrap_or(lines.len() - at);
        let word = head.split_whitespace().next().unwrap_or_default().to_lowercase();
        if is_blank(&head) {
            at += 1;
        } else if word == "clear" {
            commands.push(Command::Clear);
            at += 1;
        } else if word.starts_with("load") {
            commands.push(Command::Load(load(head, &lines[at + 1..at + length])));
            at += length;
        } else if word.starts_with("eval") {
            let (case, used) = eval(at + 1, head, &lines[at + 1..at + length]);
            commands.push(Command::Eval(case));
            at += used + 1;
        } else {
            panic!("line {}: {head:?} is no command", at + 1);
        }
    }
    commands
}

fn duration(text: &str) -> i64 {
    Duration::from_str(text).map_or_else(
        |_| (text.parse::<f64>().unwrap_or_else(|_| panic!("{text:?} is no duration")) * 1000.0) as i64,
        Duration::as_millis,
    )
}

fn load(head: &str, lines: &[&str]) -> Vec<Loaded> {
    let mut words = head.split_whitespace();
    let with_histograms = words.next() == Some("load_with_nhcb");
    let step = duration(words.next().unwrap());
    let mut loaded: Vec<Loaded> = Vec::new();
    let mut push = |series: Loaded| match loaded.iter_mut().find(|other| other.labels == series.labels) {
        // What the evaluator does not know about a series stays so.
        Some(other) if other.samples.is_none() => {}
        Some(other) => *other = series,
        None => loaded.push(series),
    };
    for line in lines {
        let (labels, rest) = split_series(line);
        if let Some(base) = labels.metric().strip_suffix("_bucket").filter(|_| with_histograms) {
            push(Loaded { labels: labels.with(METRIC_NAME, base).with("le", ""), samples: None });
        }
        if rest.starts_with("@st") {
            push(Loaded { labels, samples: None });
            continue;
        }
        let at = |(i, value): (usize, Option<f64>)| Some((i as i64 * step, value?));
        let samples = values(rest).map(|values| values.into_iter().enumerate().filter_map(at).collect());
        push(Loaded { labels, samples });
    }
    loaded
}

/// The labels at the start of a line, and the rest.
fn split_series(line: &str) -> (Labels, &str) {
    let (mut quoted, mut in_braces, mut end) = (None, false, line.len());
    for (i, c) in line.char_indices() {
        match (quoted, c) {
            (Some(quote), _) => quoted = (c != quote).then_some(quote),
            (None, '"' | '\'' | '`') => quoted = Some(c),
            (None, '{') => in_braces = true,
            (None, '}') => {
                end = i + 1;
                break;
            }
            (None, c) if (c.is_whitespace() || c == '@') && !in_braces => {
                end = i;
                break;
            }
            _ => {}
        }
    }
    let (series, rest) = line.split_at(end);
    (labels(series), rest.trim())
}

fn labels(series: &str) -> Labels {
    let bare = series.trim_end_matches("{}");
    if bare.is_empty() {
        return Labels::new();
    }
    let expr = parse(bare, &ParseOptions::default()).unwrap_or_else(|why| panic!("{series:?}: {why:?}"));
    let ExprKind::Selector(selector) = expr.kind else { panic!("{series:?} is no series") };
    selector.all_matchers().into_iter().map(|m| (m.name, m.value)).collect()
}

/// The values of a series; nothing where one is a histogram.
fn values(text: &str) -> Option<Vec<Option<f64>>> {
    if text.contains("{{") {
        return None;
    }
    let mut values = Vec::new();
    for item in text.split_whitespace() {
        let (head, times) = match item.rsplit_once('x') {
            Some((head, times)) => (head, times.parse::<usize>().ok()),
            None => (item, None),
        };
        match (head, times) {
            ("_", times) => values.extend(std::iter::repeat_n(None, times.unwrap_or(1))),
            ("stale", _) => values.push(Some(stale_marker())),
            (head, times) => {
                let (mut value, growth) = match number(head) {
                    Some(value) => (value, 0.0),
                    None => sequence(head).unwrap_or_else(|| panic!("{item:?} is no value")),
                };
                values.push(Some(value));
                for _ in 0..times.unwrap_or(0) {
                    value += growth;
                    values.push(Some(value));
                }
            }
        }
    }
    Some(values)
}

/// `first+step` or `first-step`.
fn sequence(text: &str) -> Option<(f64, f64)> {
    let mut signs = text.char_indices().skip(1).filter(|(_, c)| matches!(c, '+' | '-'));
    signs.find_map(|(i, _)| Some((number(&text[..i])?, number(&text[i..])?)))
}

fn number(text: &str) -> Option<f64> {
    let (negative, digits) = text.strip_prefix('-').map_or((false, text), |digits| (true, digits));
    if let Some(hex) = digits.strip_prefix("0x") {
        let value = i64::from_str_radix(hex, 16).ok()? as f64;
        return Some(if negative { -value } else { value });
    }
    text.parse().ok()
}

/// Reads an `eval` and the lines that belong to it; gives how many those were.
fn eval(line: usize, head: &str, lines: &[&str]) -> (Case, usize) {
    let (command, rest) = head.split_once(char::is_whitespace).unwrap();
    let (kind, rest) = rest.trim().split_once(char::is_whitespace).unwrap();
    let mut rest = rest.trim();
    let mut argument = |word: &str| -> Option<i64> {
        let after = rest.strip_prefix(word)?.strip_prefix(char::is_whitespace)?.trim_start();
        let (value, after) = after.split_once(char::is_whitespace)?;
        rest = after.trim_start();
        Some(duration(value))
    };
    let (from, to, step) = if kind == "instant" {
        let at = argument("at").unwrap_or(0);
        (at, at, 0)
    } else {
        (argument("from").unwrap(), argument("to").unwrap(), argument("step").unwrap())
    };
    let mut case = Case {
        line,
        expr: rest.to_owned(),
        from,
        to,
        step,
        fails: command == "eval_fail",
        ordered: command == "eval_ordered",
        expected: Expected::Series(Vec::new()),
        warns: (command == "eval_warn").then_some(true),
        informs: (command == "eval_info").then_some(true),
    };
    let mut range = None;
    let mut series = Vec::new();
    for (used, line) in lines.iter().enumerate() {
        if let Some(expected) = line.strip_prefix("expect ") {
            let expected = expected.trim();
            let word = expected.split_whitespace().next().unwrap_or_default();
            match word {
                "fail" => case.fails = true,
                "ordered" => case.ordered = true,
                "warn" => case.warns = Some(true),
                "no_warn" => case.warns = Some(false),
                "info" => case.informs = Some(true),
                "no_info" => case.informs = Some(false),
                "string" => case.expected = Expected::String(unquoted(expected["string".len()..].trim())),
                "range" => {
                    let words: Vec<&str> = expected.split_whitespace().collect();
                    range = Some((duration(words[3]), duration(words[7])));
                }
                _ => panic!("{line:?} is no expectation"),
            }
        } else if line.starts_with("expected_fail") {
            case.fails = true;
        } else if let Some(value) = number(line) {
            case.expected = Expected::Scalar(value);
            return (case, used + 1);
        } else {
            let (labels, rest) = split_series(line);
            match values(rest) {
                Some(values) => series.push((labels, values)),
                None => case.expected = Expected::Unknown,
            }
        }
    }
    if let Expected::Series(_) = case.expected {
        case.expected = match range {
            Some((from, step)) => Expected::Range(from, step, series),
            None => Expected::Series(series),
        };
    }
    (case, lines.len())
}

fn unquoted(text: &str) -> String {
    let expr = parse(text, &ParseOptions::default()).unwrap();
    let ExprKind::String(text) = expr.kind else { panic!("{text:?} is no text") };
    text
}
