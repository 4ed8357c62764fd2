//! Data files to series.
//!
//! Takes paths of files and folders, gives every series in them, each sorted by time, or the faults found. Files are
//! text, plain or packed with gzip or zstd, and are read side by side. Must not know queries.
//! To add a format: its file here with a [`Loader`] and a line in [`LOADERS`].
//!
//! Seconds or milliseconds? [OpenMetrics](openmetrics) has seconds, [Prometheus text](prometheus) and
//! [dumps](dump) have milliseconds. A file is taken for OpenMetrics when its name ends in `.om` or `.openmetrics`, when
//! `# UNIT` or `# EOF` stands before its first sample, or when its first timestamp has a fraction or is below 10¹¹ (which as
//! milliseconds would be before March 1973, and as seconds is before the year 5138). It must then end with `# EOF`
//! and every timestamp must be below 10¹¹; in the other formats every timestamp must be at least that. So no
//! file is read in the wrong unit: it is refused.

mod dialect;
mod dump;
mod fault;
mod files;
mod input;
mod merge;
mod number;
mod openmetrics;
mod page;
mod prometheus;
mod series;
mod text;
mod zstd;

use std::path::{Path, PathBuf};

use self::dialect::FIRST_MILLIS;
use self::fault::Fault;
use self::input::{Input, unpacked_name};
use self::merge::Run;
pub use self::page::Page;
use crate::base::{Column, side_by_side};

/// A file format.
struct Loader {
    /// How names of its files end, without the ending of a packed file.
    endings: &'static [&'static str],
    /// Whether it is the format of a file that begins so.
    claims: fn(&Head) -> bool,
    /// Reads a file; remarks go to the list.
    read: fn(&mut Input, &mut Vec<String>) -> Result<Vec<Run>, Fault>,
}

/// The formats, in the order in which they are asked; the last claims everything.
const LOADERS: &[Loader] = &[openmetrics::LOADER, dump::LOADER, prometheus::LOADER];

/// What is known of a file before its format is.
struct Head<'a> {
    /// The file's name.
    file: &'a str,
    /// Whether `# UNIT` or `# EOF` stands before the first sample.
    open_metrics_comment: bool,
    /// The first line that is neither blank nor a comment.
    first: Option<&'a [u8]>,
}

impl<'a> Head<'a> {
    fn new(file: &'a str, lines: &'a [u8]) -> Self {
        let mut head = Self { file, open_metrics_comment: false, first: None };
        for line in lines.split(|&byte| byte == b'\n').map(<[u8]>::trim_ascii) {
            match line {
                b"" => {}
                [b'#', ..] => head.open_metrics_comment |= line == b"# EOF" || line.starts_with(b"# UNIT "),
                sample => {
                    head.first = Some(sample);
                    break;
                }
            }
        }
        head
    }

    fn has_ending(&self, endings: &[&str]) -> bool {
        endings.iter().any(|ending| unpacked_name(self.file).ends_with(ending))
    }

    /// Whether the first timestamp can only be seconds.
    fn in_seconds(&self) -> bool {
        let timestamp = self.first.and_then(|line| {
            let fields = line.get(series::end(line)?..)?.split(u8::is_ascii_whitespace);
            str::from_utf8(fields.filter(|field| !field.is_empty()).nth(1)?).ok()
        });
        timestamp.is_some_and(|text| match text.parse::<i64>() {
            Ok(number) => number < FIRST_MILLIS,
            Err(_) => text.parse::<f64>().is_ok(),
        })
    }
}

/// Every series in the files and folders, sorted by labels. Remarks that a reader should see go to `notes`.
///
/// # Errors
/// All faults found, one per file at most.
pub(super) fn load(paths: &[PathBuf], notes: &mut Vec<String>) -> Result<Vec<Column>, Vec<Fault>> {
    let files = files::list(paths)?;
    let (mut runs, mut faults) = (Vec::new(), Vec::new());
    for (result, remarks) in side_by_side(&files, |path| load_file(path)) {
        match result {
            Ok(found) => runs.extend(found),
            Err(fault) => faults.push(fault),
        }
        notes.extend(remarks);
    }
    if faults.is_empty() { Ok(merge::merge(runs, notes)) } else { Err(faults) }
}

/// Every series in a file that is already in memory.
///
/// # Errors
/// The fault found.
pub(super) fn load_bytes(name: &str, bytes: &[u8], notes: &mut Vec<String>) -> Result<Vec<Column>, Fault> {
    let bytes = std::io::Cursor::new(bytes.to_vec());
    let mut input = Input::of_bytes(name.to_owned(), Box::new(bytes))?;
    Ok(merge::merge(read(&mut input, notes)?, notes))
}

type Loaded = (Result<Vec<Run>, Fault>, Vec<String>);

fn load_file(path: &Path) -> Loaded {
    let mut notes = Vec::new();
    let result = Input::open(path).and_then(|mut input| read(&mut input, &mut notes));
    (result, notes)
}

fn read(input: &mut Input, notes: &mut Vec<String>) -> Result<Vec<Run>, Fault> {
    let file = input.file.clone();
    while Head::new(&file, input.lines()?).first.is_none() && input.more()? {}
    let head = Head::new(&file, input.lines()?);
    let loader = LOADERS.iter().find(|loader| (loader.claims)(&head)).unwrap_or(&prometheus::LOADER);
    (loader.read)(input, notes)
}

#[cfg(test)]
mod tests;
