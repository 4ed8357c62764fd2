//! Reads test scripts of PromQL: `load` gives series, `eval` a query and what it must give.
//!
//! A script that cannot be read is the writer's fault: reading panics with the line.

mod expect;
mod histogram;
mod series;

use regex::Regex;

use nines::base::Labels;

pub(crate) use expect::{Remarks, Text};
pub(crate) use series::{Cell, Row};

/// A command of a script.
pub(crate) enum Command {
    /// Forgets all series.
    Clear,
    /// More series.
    Load(Load),
    /// A query.
    Eval(Box<Case>),
}

/// Series to load: the first cell of each is at zero, the others follow a step apart.
pub(crate) struct Load {
    /// Milliseconds.
    pub(crate) step: i64,
    /// Whether classic histograms are loaded a second time, as native ones with custom buckets.
    pub(crate) with_nhcb: bool,
    pub(crate) rows: Vec<Loaded>,
}

/// A series to load.
pub(crate) struct Loaded {
    pub(crate) row: Row,
    /// When the counter started, in milliseconds after each cell; empty where nothing is known.
    pub(crate) starts: Vec<Option<i64>>,
}

/// A query and what it must give. Times are milliseconds.
pub(crate) struct Case {
    /// Its line in the script, the first is 1.
    pub(crate) line: usize,
    pub(crate) expr: String,
    pub(crate) time: Time,
    /// What the error must be, where there must be one.
    pub(crate) fails: Option<Text>,
    pub(crate) ordered: bool,
    pub(crate) warnings: Remarks,
    pub(crate) infos: Remarks,
    pub(crate) expected: Expected,
}

/// When a case is evaluated.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Time {
    Instant(i64),
    Range(Steps),
}

/// Evenly spaced times, both ends included.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Steps {
    pub(crate) from: i64,
    pub(crate) to: i64,
    pub(crate) step: i64,
}

/// The values of a case.
pub(crate) enum Expected {
    Scalar(f64),
    String(String),
    /// One cell per step.
    Series(Vec<Row>),
    /// The same, of an instant query whose result has points at these times.
    Range(Steps, Vec<Row>),
}

/// Reads a script.
pub(crate) fn read(text: &str) -> Vec<Command> {
    let bare = |line| if str::starts_with(line, '#') { "" } else { line };
    let lines: Vec<&str> = text.lines().map(|line| bare(line.trim())).collect();
    let mut commands = Vec::new();
    let mut at = 0;
    while at < lines.len() {
        let head = lines[at];
        let block = lines[at + 1..].split(|line| line.is_empty()).next().unwrap_or_default();
        let word = head.split_whitespace().next().unwrap_or_default().to_lowercase();
        at += 1 + match word.as_str() {
            "" => 0,
            "clear" => {
                commands.push(Command::Clear);
                0
            }
            word if word.starts_with("load") => {
                commands.push(Command::Load(load(head, block)));
                block.len()
            }
            word if word.starts_with("eval") => {
                let (case, used) = eval(at + 1, head, block);
                commands.push(Command::Eval(Box::new(case)));
                used
            }
            _ => panic!("line {}: {head:?} is no command", at + 1),
        };
    }
    commands
}

fn captures<'a, const N: usize>(pattern: &str, text: &'a str) -> Option<[&'a str; N]> {
    let found = Regex::new(pattern).unwrap().captures(text)?;
    Some(std::array::from_fn(|i| found.get(i + 1).map_or("", |group| group.as_str())))
}

fn load(head: &str, block: &[&str]) -> Load {
    let [form, step] = captures(r"^load(_with_nhcb)?\s+(\S+)$", head)
        .unwrap_or_else(|| panic!("{head:?} is not: load[_with_nhcb] STEP"));
    let mut rows: Vec<Loaded> = Vec::new();
    let mut starts: Option<(Labels, Vec<Option<i64>>)> = None;
    for line in block {
        let (labels, rest) = series::labels(line);
        if let Some(text) = rest.strip_prefix("@st") {
            assert!(starts.is_none(), "{line:?} follows another @st line");
            starts = Some((labels, series::starts(text)));
            continue;
        }
        let row = series::row(line);
        let starts = starts.take().map_or_else(Vec::new, |(of, starts)| {
            assert_eq!(of, row.labels, "the @st line is of another series");
            assert_eq!(starts.len(), row.cells.len(), "{line:?} and its @st line differ in length");
            starts
        });
        // Of a series given twice in one load the later counts.
        rows.retain(|loaded| loaded.row.labels != row.labels);
        rows.push(Loaded { row, starts });
    }
    assert!(starts.is_none(), "the last @st line of {head:?} has no series");
    Load { step: series::duration(step), with_nhcb: !form.is_empty(), rows }
}

/// Reads an `eval` and the lines that belong to it; gives how many those were.
fn eval(line: usize, head: &str, block: &[&str]) -> (Case, usize) {
    let instant = captures(r"^eval(?:_(fail|warn|ordered|info))?\s+instant\s+(?:at\s+(.+?))?\s+(.+)$", head);
    let range = r"^eval(?:_(fail|warn|info))?\s+range\s+from\s+(.+)\s+to\s+(.+)\s+step\s+(.+?)\s+(.+)$";
    let (form, time, expr) = if let Some([form, at, expr]) = instant {
        (form, Time::Instant(series::duration(at)), expr)
    } else {
        let found = captures(range, head);
        let [form, from, to, step, expr] =
            found.unwrap_or_else(|| panic!("line {line}: {head:?} is no eval"));
        (form, Time::Range(steps([from, to, step])), expr)
    };
    let mut case = Case {
        line,
        expr: expr.to_owned(),
        time,
        fails: (form == "fail").then_some(Text::Any),
        ordered: form == "ordered",
        warnings: Remarks { some: form == "warn", ..Remarks::default() },
        infos: Remarks { some: form == "info", ..Remarks::default() },
        expected: Expected::Series(Vec::new()),
    };
    let (mut range, mut rows) = (None, Vec::new());
    for (used, text) in block.iter().enumerate() {
        if let Some(text) = text.strip_prefix("expected_fail_message") {
            case.fails = Some(Text::Exactly(text.trim().to_owned()));
            return (case, used + 1);
        }
        if let Some(pattern) = text.strip_prefix("expected_fail_regexp") {
            case.fails = Some(Text::like(pattern));
            return (case, used + 1);
        }
        if let Some(text) = text.strip_prefix("expect ") {
            let (word, text) = text.trim().split_once(char::is_whitespace).unwrap_or((text.trim(), ""));
            match word {
                "fail" => case.fails = Some(Text::read(text)),
                "warn" => case.warnings.wanted.push(Text::read(text)),
                "info" => case.infos.wanted.push(Text::read(text)),
                "no_warn" => case.warnings.none = true,
                "no_info" => case.infos.none = true,
                "ordered" => case.ordered = true,
                "string" => case.expected = Expected::String(series::unquoted(text)),
                "range" => {
                    let words = captures(r"^vector\s+from\s+(.+)\s+to\s+(.+)\s+step\s+(.+)$", text);
                    range = Some(steps(words.unwrap_or_else(|| panic!("line {line}: {text:?} is no range"))));
                }
                _ => panic!("line {line}: {text:?} is no expectation"),
            }
        } else if let Some(value) = series::number(text) {
            case.expected = Expected::Scalar(value);
            return (case, used + 1);
        } else {
            rows.push(series::row(text));
        }
    }
    if let Expected::Series(_) = case.expected {
        case.expected = match range {
            Some(range) => Expected::Range(range, rows),
            None => Expected::Series(rows),
        };
    }
    (case, block.len())
}

fn steps(texts: [&str; 3]) -> Steps {
    let [from, to, step] = texts.map(series::duration);
    Steps { from, to, step }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_a_script() {
        let commands = read(
            "# A comment.\nload 1m\n  m 1 2\n  m 3\n  n@st -1s\n  n 4\n\n\
             eval instant at 5m m\n\nload_with_nhcb 30s\n  x_bucket{le=\"1\"} 1\n\nclear\n\
             eval_fail instant at 1m f(m)\n  expected_fail_message no f\neval range from 0 to 1m step 30s m\n  m 1 _ 2\n",
        );
        let [
            Command::Load(first),
            Command::Eval(fixed),
            Command::Load(second),
            Command::Clear,
            Command::Eval(fails),
            Command::Eval(range),
        ] = commands.as_slice()
        else {
            panic!("{} commands", commands.len())
        };
        // Of `m`, given twice, the later counts.
        assert_eq!(first.rows.len(), 2);
        assert_eq!(first.rows[0].row.cells, [Cell::Float(3.0)]);
        assert_eq!(first.rows[1].starts, [Some(-1000)]);
        assert!(matches!(fixed.time, Time::Instant(300_000)));
        assert!(second.with_nhcb);
        assert!(fails.fails.as_ref().is_some_and(|text| text.allows("no f") && !text.allows("no f.")));
        assert!(matches!(range.time, Time::Range(Steps { from: 0, to: 60_000, step: 30_000 })));
    }

    #[test]
    fn reads_expectations() {
        let commands = read(
            "eval instant at 1m m\n  expect warn msg: a (1:1)\n  expect warn regex: b+\n  expect no_info\n  expect ordered\n\
             \neval instant at 1m m[1m]\n  expect range vector from 10s to 1m step 10s\n  m 1 2\n",
        );
        let [Command::Eval(first), Command::Eval(second)] = commands.as_slice() else { panic!() };
        let check = |said: &[&str]| {
            let said: Vec<String> = said.iter().map(|&said| said.to_owned()).collect();
            first.warnings.check("warning", &said).is_ok()
        };
        assert!(check(&["a (1:1)", "xbb"]));
        assert!(!check(&["a (1:1)"]), "the second is missing");
        assert!(!check(&["a (1:1)", "b", "c"]), "the third is not expected");
        assert!(first.infos.check("info", &["x".to_owned()]).is_err());
        assert!(first.ordered);
        assert!(
            matches!(&second.expected, Expected::Range(Steps { from: 10_000, .. }, rows) if rows.len() == 1)
        );
    }
}
