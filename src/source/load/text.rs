//! Formats of one sample per line: `name{label="value"} value timestamp`.
//!
//! They differ in a [`Dialect`]. A line whose series part equals that of the line before, or of the line that followed
//! it last time, is read without looking at the series again; every other line takes the thorough way, which words faults.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::dialect::{Dialect, Nan};
use super::fault::{Fault, LineFault, quoted};
use super::input::Input;
use super::merge::Run;
use super::number;
use super::series::{self, blanks};
use crate::base::{Labels, stale_marker};

/// Reads a file. Remarks go to `notes`.
pub(super) fn read(input: &mut Input, dialect: &Dialect, notes: &mut Vec<String>) -> Result<Vec<Run>, Fault> {
    let mut scan = Scan::new(dialect, input.file.clone());
    loop {
        let lines = input.lines()?;
        if lines.is_empty() {
            return scan.finish(notes);
        }
        scan.lines(lines)?;
        input.consume();
    }
}

struct Scan<'d> {
    dialect: &'d Dialect,
    file: String,
    /// Lines read so far.
    line: u64,
    /// Series by how lines write them. One series may be written in several ways.
    known: HashMap<Arc<[u8]>, usize>,
    written: Vec<Arc<[u8]>>,
    runs: Vec<Run>,
    /// For each series, the one that followed it last.
    follower: Vec<usize>,
    /// The series of the last sample.
    current: usize,
    /// Names and values of labels, each held once.
    texts: HashSet<Arc<str>>,
    ended: bool,
    metadata: bool,
    nans: u64,
}

impl<'d> Scan<'d> {
    fn new(dialect: &'d Dialect, file: String) -> Self {
        Self {
            dialect,
            file,
            line: 0,
            known: HashMap::new(),
            written: Vec::new(),
            runs: Vec::new(),
            follower: Vec::new(),
            current: 0,
            texts: HashSet::new(),
            ended: false,
            metadata: false,
            nans: 0,
        }
    }

    fn lines(&mut self, mut rest: &[u8]) -> Result<(), Fault> {
        while !rest.is_empty() {
            self.line += 1;
            if let Some(after) = self.quick(rest) {
                rest = after;
                continue;
            }
            let Some(end) = rest.iter().position(|&byte| byte == b'\n') else {
                return self.unfinished(rest);
            };
            self.thorough(&rest[..end]).map_err(|fault| fault.on(&self.file, self.line, &rest[..end]))?;
            rest = &rest[end + 1..];
        }
        Ok(())
    }

    /// Reads a line in its usual form of a series already seen, gives what comes after it; nothing where the line needs
    /// the thorough way.
    #[inline]
    fn quick<'t>(&mut self, line: &'t [u8]) -> Option<&'t [u8]> {
        if self.ended {
            return None;
        }
        let mut id = self.current;
        let mut after =
            line.strip_prefix(self.written.get(id)?.as_ref()).and_then(|rest| rest.strip_prefix(b" "));
        if after.is_none() {
            id = self.follower[id];
            after = line.strip_prefix(self.written[id].as_ref())?.strip_prefix(b" ");
        }
        let (value, after) = number::short_decimal(after?).or_else(|| number::short_word(after?))?;
        let after = after.strip_prefix(b" ")?;
        let (ms, after) = self.dialect.clock.short_timestamp(after)?;
        let after = after.strip_prefix(b"\n")?;
        self.record(id, ms, value);
        Some(after)
    }

    #[inline]
    fn record(&mut self, id: usize, ms: i64, value: f64) {
        self.nans += u64::from(value.is_nan());
        self.follower[self.current] = id;
        self.current = id;
        self.runs[id].push(ms, value);
    }

    fn thorough(&mut self, line: &[u8]) -> Result<(), LineFault> {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let text = str::from_utf8(line).map_err(|e| {
            LineFault::new(e.valid_up_to(), "not UTF-8").help("give text; packed files are `.gz` or `.zst`")
        })?;
        let lead = blanks(line);
        match &text[lead..] {
            "" => Ok(()),
            comment if comment.starts_with('#') => self.comment(comment),
            _ if self.ended => Err(LineFault::new(lead, "text follows `# EOF`")
                .help("if files were joined, keep them apart; `--data` may be given several times")),
            sample => self.sample(sample),
        }
        .map_err(|fault| LineFault { at: fault.at + lead, ..fault })
    }

    fn comment(&mut self, comment: &str) -> Result<(), LineFault> {
        if comment.trim_end() == "# EOF" {
            if !self.dialect.open_metrics {
                let what = "`# EOF` ends an OpenMetrics file, whose timestamps are seconds; those here are milliseconds";
                return Err(LineFault::new(0, what).help("write seconds, or take this line away"));
            }
            self.ended = true;
        }
        self.metadata |= ["# TYPE ", "# HELP ", "# UNIT "].iter().any(|mark| comment.starts_with(mark));
        Ok(())
    }

    fn sample(&mut self, line: &str) -> Result<(), LineFault> {
        let id = self.series(line)?;
        let mut fields = Fields { line, at: self.written[id].len() };
        let Some((at, field)) = fields.next() else {
            return Err(LineFault::new(
                fields.at,
                format!("sample has no value: {}", quoted(line.as_bytes())),
            ));
        };
        let value = number::value(field.as_bytes()).ok_or_else(|| not_a_value(at, field))?;
        let after_value = fields.at;
        let Some((at, field)) = fields.next().filter(|(_, field)| *field != "#") else {
            return Err(LineFault::new(after_value, format!("sample has no timestamp: {}", quoted(line.as_bytes())))
                .help("a scrape has no history; give samples with timestamps, as `promtool tsdb dump-openmetrics` writes them"));
        };
        let ms = self.dialect.timestamp(at, field)?;
        if let Some((at, field)) = fields.next()
            && !(self.dialect.open_metrics && line[at..].starts_with("# {"))
        {
            let what = format!(
                "expected the end of the line after the timestamp, found {}",
                quoted(field.as_bytes())
            );
            return Err(LineFault::new(at, what));
        }
        self.record(id, ms, value);
        Ok(())
    }

    /// The series that a line is of.
    fn series(&mut self, line: &str) -> Result<usize, LineFault> {
        let end = series::end(line.as_bytes());
        if let Some(&id) = end.and_then(|end| self.known.get(&line.as_bytes()[..end])) {
            return Ok(id);
        }
        let labels = series::labels(line, self.dialect.escapes)?;
        let labels: Labels = labels.iter().map(|(name, value)| (self.text(name), self.text(value))).collect();
        let written: Arc<[u8]> = line.as_bytes()[..end.unwrap_or(line.len())].into();
        let id = self.runs.len();
        self.known.insert(Arc::clone(&written), id);
        self.written.push(written);
        self.runs.push(Run::new(labels));
        self.follower.push(id);
        Ok(id)
    }

    fn text(&mut self, text: &str) -> Arc<str> {
        if let Some(held) = self.texts.get(text) {
            return Arc::clone(held);
        }
        let held: Arc<str> = text.into();
        self.texts.insert(Arc::clone(&held));
        held
    }

    /// The file's last line, which no line feed ends.
    fn unfinished(&mut self, line: &[u8]) -> Result<(), Fault> {
        if self.dialect.open_metrics && line == b"# EOF" {
            self.ended = true;
            return Ok(());
        }
        Err(self.cut_off(&format!("its last line {} has no line feed", quoted(line))))
    }

    fn cut_off(&self, why: &str) -> Fault {
        Fault::new(&self.file, format!("file is cut off: {why}"))
            .line(self.line)
            .help("make or copy the file again")
    }

    fn finish(mut self, notes: &mut Vec<String>) -> Result<Vec<Run>, Fault> {
        if self.line == 0 {
            return Err(Fault::new(&self.file, "file is empty").help("make or copy the file again"));
        }
        if self.dialect.open_metrics && !self.ended {
            return Err(self.cut_off("it is read as OpenMetrics and does not end with `# EOF`"));
        }
        if self.runs.is_empty() {
            if !self.dialect.open_metrics {
                return Err(Fault::new(&self.file, "holds no samples"));
            }
            notes.push(format!("{}: holds no samples", self.file));
        }
        let stale = match self.dialect.nan {
            Nan::Kept => false,
            Nan::Stale => true,
            Nan::StaleWithoutMetadata => !self.metadata,
        };
        if stale && self.nans > 0 {
            for value in self.runs.iter_mut().flat_map(|run| &mut run.values).filter(|value| value.is_nan()) {
                *value = stale_marker();
            }
            notes.push(format!(
                "{}: {} NaN read as the ends of series, which `promtool tsdb dump` prints so",
                self.file, self.nans
            ));
        }
        Ok(self.runs)
    }
}

fn not_a_value(at: usize, field: &str) -> LineFault {
    if field.starts_with('{') {
        return LineFault::new(at, "native histograms are not read from text")
            .help("give the classic buckets (`_bucket`, `_sum`, `_count`)");
    }
    LineFault::new(at, format!("value {} is not a number", quoted(field.as_bytes())))
}

/// What stands between blanks, with the byte where it begins.
struct Fields<'a> {
    line: &'a str,
    at: usize,
}

impl<'a> Iterator for Fields<'a> {
    type Item = (usize, &'a str);

    fn next(&mut self) -> Option<Self::Item> {
        let start = self.at + blanks(&self.line.as_bytes()[self.at..]);
        let rest = &self.line[start..];
        let field = &rest[..rest.find([' ', '\t']).unwrap_or(rest.len())];
        self.at = start + field.len();
        (!field.is_empty()).then_some((start, field))
    }
}
