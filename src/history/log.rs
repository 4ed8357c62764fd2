//! A history as a file: a head, and records in batches that were written whole or not at all.
//!
//! Every line has its number, and how many lines of its batch follow. A batch counts once its last line is there: what
//! stands after the last whole batch is what a crash left, was never acknowledged, and is cut off by the next writer.
//! A line that is not as it was written and has good ones after it was changed by somebody, or by the disk.

use std::collections::BTreeSet;
use std::fmt;

use serde_json::{Map, Value, json};

use super::line::Line;
use super::record::{Pruned, Record};
use crate::base::Moment;

/// The name of this form, and the highest version of it that is understood.
const FORMAT: &str = "nines-history";
const VERSION: u64 = 1;

/// What a file holds.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Log {
    /// Its head; nothing where there is none yet.
    head: Option<Map<String, Value>>,
    /// Its records, oldest first.
    pub entries: Vec<Entry>,
    /// How many of its bytes count.
    pub whole: usize,
    /// What stands after them.
    pub tail: Option<Tail>,
    /// The number of the next line.
    pub next: u64,
}

impl Log {
    /// Whether nothing has been written yet, not even a head.
    pub fn is_new(&self) -> bool {
        self.head.is_none()
    }

    /// How many records are of a kind that this version does not know.
    pub fn unknown(&self) -> usize {
        self.entries.iter().filter(|entry| entry.record.is_none()).count()
    }
}

/// A record as it stands in the file.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// Its number.
    pub seq: u64,
    /// What it says; nothing where a later version wrote a kind that this one does not know.
    pub record: Option<Record>,
    fields: Map<String, Value>,
}

/// What a crash left at the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tail {
    /// The line at which it begins.
    pub line: usize,
    /// How many bytes it is.
    pub bytes: usize,
}

impl fmt::Display for Tail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { line, bytes } = self;
        write!(
            f,
            "{bytes} bytes from line {line} on are what a writer left that was stopped: they were never acknowledged and do not count; the next append cuts them off"
        )
    }
}

/// Why a file cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Broken {
    /// A line is not as it was written.
    Line {
        /// Which.
        line: usize,
        /// What is wrong with it.
        why: String,
    },
    /// It is something else.
    NotAHistory,
    /// A later version wrote it.
    Later(u64),
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Line { line, why } => write!(
                f,
                "line {line} is not as it was written: {why}; nothing is read from a history with a broken line: put back a copy of the file, or take away line {line} and all after it and append those days again"
            ),
            Self::NotAHistory => {
                write!(f, "this is not a history of nines; name another file, or one that is not there yet")
            }
            Self::Later(version) => write!(
                f,
                "it is in form {version} of a history, this version of nines knows form {VERSION}: use the version that wrote it, or a later one"
            ),
        }
    }
}

impl std::error::Error for Broken {}

/// Reads what a file holds.
///
/// # Errors
/// A broken line that is no crash's doing, another kind of file, or a later version's.
pub fn read(bytes: &[u8]) -> Result<Log, Broken> {
    let mut log = Log::default();
    // Lines of a batch that is not whole yet.
    let mut pending: Vec<Line> = Vec::new();
    let (mut at, mut whole_lines) = (0, 0);
    let mut number = 0;
    while let Some(length) = bytes[at..].iter().position(|&byte| byte == b'\n') {
        let rest = &bytes[at..];
        number += 1;
        let broken = |why: String| Broken::Line { line: number, why };
        let line = match Line::read(&rest[..length]) {
            Ok(line) => line,
            Err(_) if log.is_new() && !follows(&rest[length + 1..]) && !looks_begun(bytes) => {
                return Err(Broken::NotAHistory);
            }
            Err(why) if follows(&rest[length + 1..]) => return Err(broken(why)),
            Err(_) => break,
        };
        let expected = log.next + pending.len() as u64;
        if line.seq != expected {
            return Err(broken(format!("it has number {}, and {expected} should follow", line.seq)));
        }
        if pending.last().is_some_and(|last| last.left != line.left + 1) {
            return Err(broken("lines of its batch are missing".to_owned()));
        }
        let ends = line.left == 0;
        pending.push(line);
        at += length + 1;
        if ends {
            for line in pending.drain(..) {
                take(&mut log, line, number)?;
            }
            (log.whole, whole_lines) = (at, number);
        }
    }
    if log.is_new() && !bytes.is_empty() && !looks_begun(bytes) {
        return Err(Broken::NotAHistory);
    }
    if log.whole < bytes.len() {
        log.tail = Some(Tail { line: whole_lines + 1, bytes: bytes.len() - log.whole });
    }
    Ok(log)
}

/// Whether a good line follows.
fn follows(rest: &[u8]) -> bool {
    rest.split(|&byte| byte == b'\n').any(|line| Line::read(line).is_ok())
}

/// Whether a file without a head may be one that was being begun.
fn looks_begun(bytes: &[u8]) -> bool {
    let head = begin(Moment::from_millis(0));
    let fixed = head.split("\"created_at\"").next().unwrap_or_default().as_bytes();
    let length = fixed.len().min(bytes.len());
    fixed[..length] == bytes[..length]
}

fn take(log: &mut Log, line: Line, number: usize) -> Result<(), Broken> {
    let Line { seq, fields, .. } = line;
    log.next = seq + 1;
    let kind = fields.get("kind").and_then(Value::as_str).unwrap_or_default();
    if log.is_new() {
        if fields.get("format").and_then(Value::as_str) != Some(FORMAT) {
            return Err(Broken::NotAHistory);
        }
        match fields.get("version").and_then(Value::as_u64) {
            Some(VERSION) => {}
            later => return Err(Broken::Later(later.unwrap_or_default())),
        }
        log.head = Some(fields);
        return Ok(());
    }
    let known = Record::KINDS.contains(&kind);
    let record = known.then(|| serde_json::from_value(Value::Object(fields.clone()))).transpose();
    let record = record.map_err(|why| Broken::Line { line: number, why: why.to_string() })?;
    log.entries.push(Entry { seq, record, fields });
    Ok(())
}

/// The head of a new history.
pub fn begin(now: Moment) -> String {
    let head = json!({"format": FORMAT, "version": VERSION, "created_at": now});
    let fields = head.as_object().cloned().unwrap_or_default();
    Line { seq: 0, left: 0, fields }.write()
}

/// Records as the lines of one batch, the first of which has this number.
pub fn encode(records: &[Record], first: u64) -> String {
    let line = |(place, record): (usize, &Record)| {
        let fields = match serde_json::to_value(record) {
            Ok(Value::Object(fields)) => fields,
            // Nothing in a record is without a form in JSON.
            _ => Map::new(),
        };
        Line { seq: first + place as u64, left: (records.len() - place - 1) as u64, fields }.write()
    };
    records.iter().enumerate().map(line).collect()
}

/// The whole text of a history without the days before a date, with a note of what was taken out; nothing where there
/// are none. What this version does not know stays.
pub fn prune(log: &Log, before: &str, now: Moment) -> Option<(String, Pruned)> {
    let (mut text, mut next) = (String::new(), 0);
    let mut keep = |fields: &Map<String, Value>| {
        text += &Line { seq: next, left: 0, fields: fields.clone() }.write();
        next += 1;
    };
    keep(log.head.as_ref()?);
    let mut dates = BTreeSet::new();
    let mut budgets = BTreeSet::new();
    let mut records = 0;
    for entry in &log.entries {
        match &entry.record {
            Some(Record::Day(day)) if day.date.as_str() < before => {
                records += 1;
                dates.insert(&day.date);
                budgets.insert(&day.id);
            }
            _ => keep(&entry.fields),
        }
    }
    let (first, last) = (dates.first()?, dates.last()?);
    let pruned = Pruned {
        before: before.to_owned(),
        records,
        budgets: budgets.len(),
        first: (*first).clone(),
        last: (*last).clone(),
        at: now,
    };
    text += &encode(&[Record::Pruned(pruned.clone())], next);
    Some((text, pruned))
}
