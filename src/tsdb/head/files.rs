//! The numbered files of a folder, opened as they stand at one moment.

use std::fs::{self, File};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::super::Fault;

/// How often a folder that changes while it is opened is looked at again, and how long is waited in between. A server
/// changes its folders every few minutes at most.
const ATTEMPTS: usize = 50;
const PAUSE: Duration = Duration::from_millis(20);

/// What the name of a checkpoint begins with; behind it stands the last segment that it replaces.
const CHECKPOINT: &str = "checkpoint.";

/// One of several files that continue each other.
#[derive(Debug)]
pub(super) struct Numbered {
    pub(super) number: u64,
    pub(super) path: PathBuf,
    pub(super) file: File,
    /// Whether it is the one that a server may be writing to: the last that is not empty.
    pub(super) is_last: bool,
}

/// A log: what its last checkpoint kept of earlier segments, and the segments since.
#[derive(Debug, Default)]
pub(super) struct LogFiles {
    pub(super) checkpoint: Vec<Numbered>,
    pub(super) segments: Vec<Numbered>,
}

/// The files of `folder` that are named by a number, in their order; none where there is no such folder.
pub(super) fn numbered(folder: &Path) -> Result<Vec<Numbered>, Fault> {
    steadily(folder, || open_numbered(folder, 0), |files| files.iter().map(|file| file.number).collect())
}

/// The files of a log with checkpoints; none where there is no such folder.
pub(super) fn log(folder: &Path) -> Result<LogFiles, Fault> {
    let open = || {
        let last = entries(folder)?.iter().filter_map(|name| number(name.strip_prefix(CHECKPOINT)?)).max();
        let Some(last) = last else {
            return Ok(LogFiles { checkpoint: Vec::new(), segments: open_numbered(folder, 0)? });
        };
        let named = entries(folder)?;
        let name = named.iter().find(|name| name.strip_prefix(CHECKPOINT).and_then(number) == Some(last));
        let Some(name) = name else { return Err(Trouble::Changed) };
        let mut checkpoint = open_numbered(&folder.join(name), 0)?;
        // A checkpoint is written whole before it gets its name.
        for file in &mut checkpoint {
            file.is_last = false;
        }
        let segments = open_numbered(folder, last + 1)?;
        match segments.first() {
            Some(first) if first.number > last + 1 => Err(Trouble::Missing(folder.to_owned(), last + 1)),
            _ => Ok(LogFiles { checkpoint, segments }),
        }
    };
    let names = |files: &LogFiles| {
        files.checkpoint.iter().chain(&files.segments).map(|file| file.path.clone()).collect()
    };
    steadily(folder, open, names)
}

/// Why files could not be opened together.
enum Trouble {
    Io(PathBuf, io::Error),
    /// Between two files one is missing.
    Missing(PathBuf, u64),
    /// What was there a moment ago is not any more.
    Changed,
}

/// Opens until two attempts in a row find the same: an attempt may have met a server in the middle of a change.
fn steadily<T, N: PartialEq>(
    folder: &Path,
    open: impl Fn() -> Result<T, Trouble>,
    names: impl Fn(&T) -> Vec<N>,
) -> Result<T, Fault> {
    let mut before = open();
    for _ in 0..ATTEMPTS {
        let now = open();
        match (&before, now) {
            (Ok(old), Ok(new)) if names(old) == names(&new) => return Ok(new),
            (Err(Trouble::Io(path, why)), Err(Trouble::Io(..))) if why.kind() != ErrorKind::NotFound => {
                return Err(Fault::new(path, format!("cannot be read: {why}")));
            }
            (_, now) => before = now,
        }
        std::thread::sleep(PAUSE);
    }
    Err(match before {
        Err(Trouble::Missing(folder, number)) => Fault::new(&folder, format!("file {number:08} is missing"))
            .help("copy the folder again, all of it, while its server is stopped"),
        Err(Trouble::Io(path, why)) => Fault::new(&path, format!("cannot be read: {why}")),
        Ok(_) | Err(Trouble::Changed) => {
            Fault::new(folder, format!("changed {ATTEMPTS} times while it was opened"))
                .help("read it again, or read a copy of it")
        }
    })
}

/// The names in a folder that can be read as text, sorted.
fn entries(folder: &Path) -> Result<Vec<String>, Trouble> {
    let trouble = |why| Trouble::Io(folder.to_owned(), why);
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(why) if why.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        Err(why) => return Err(trouble(why)),
    };
    let names = entries.map(|entry| Ok(entry.map_err(trouble)?.file_name().into_string().ok()));
    let mut names: Vec<String> = names.filter_map(Result::transpose).collect::<Result<_, _>>()?;
    names.sort_unstable();
    Ok(names)
}

/// A number in digits alone.
fn number(name: &str) -> Option<u64> {
    name.bytes().all(|byte| byte.is_ascii_digit()).then(|| name.parse().ok())?
}

fn open_numbered(folder: &Path, first: u64) -> Result<Vec<Numbered>, Trouble> {
    let names = entries(folder)?;
    let mut found: Vec<(u64, &String)> =
        names.iter().filter_map(|name| Some((number(name)?, name))).filter(|(n, _)| *n >= first).collect();
    found.sort_unstable();
    let gap = found.windows(2).find(|two| matches!(two, [(a, _), (b, _)] if *b != a + 1));
    if let Some([(before, _), ..]) = gap {
        return Err(Trouble::Missing(folder.to_owned(), before + 1));
    }
    let mut files = Vec::with_capacity(found.len());
    for (number, name) in found {
        let path = folder.join(name);
        let file = File::open(&path).map_err(|why| Trouble::Io(path.clone(), why))?;
        files.push(Numbered { number, path, file, is_last: false });
    }
    // A server that starts begins a new segment behind one that it may have left torn.
    let mut last = None;
    for (place, file) in files.iter().enumerate() {
        let length = file.file.metadata().map_err(|why| Trouble::Io(file.path.clone(), why))?.len();
        if length > 0 {
            last = Some(place);
        }
    }
    for (place, file) in files.iter_mut().enumerate() {
        file.is_last = last.is_none_or(|last| place >= last);
    }
    Ok(files)
}
