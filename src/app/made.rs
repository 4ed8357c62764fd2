//! Generated files, held against what is there.
#![expect(clippy::disallowed_methods, reason = "the door to the disk, for files that were generated")]

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

/// A file that is not what it would be if it were made again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stale {
    /// It is not there.
    Missing(PathBuf),
    /// It differs; first in this line, counted from one.
    Differs(PathBuf, usize),
    /// It was made from a specification that is not there any more.
    Left(PathBuf),
}

impl std::fmt::Display for Stale {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Missing(path) => write!(f, "{}: is not there", path.display()),
            Self::Differs(path, line) => {
                write!(f, "{}:{line}: differs from what the specifications say", path.display())
            }
            Self::Left(path) => {
                write!(f, "{}: was generated, and no specification that is read makes it", path.display())
            }
        }
    }
}

/// What of some generated files is not as it is on disk. In `folder`, where one is given, generated files (told by `mark`
/// in their first line) that are not among them are stale too.
///
/// # Errors
/// A file or the folder that cannot be read.
pub fn stale(files: &[(PathBuf, Vec<u8>)], folder: Option<(&Path, &str)>) -> Result<Vec<Stale>> {
    let mut stale = Vec::new();
    for (path, bytes) in files {
        match fs::read(path) {
            Ok(found) if found == *bytes => {}
            Ok(found) => stale.push(Stale::Differs(path.clone(), first_difference(&found, bytes))),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                stale.push(Stale::Missing(path.clone()));
            }
            Err(error) => return Err(error).with_context(|| format!("cannot read {}", path.display())),
        }
    }
    if let Some((folder, mark)) = folder.filter(|(folder, _)| folder.is_dir()) {
        let said = || format!("cannot read {}", folder.display());
        let mut others = Vec::new();
        for entry in fs::read_dir(folder).with_context(said)? {
            let path = entry.with_context(said)?.path();
            if path.is_file() && !files.iter().any(|(made, _)| *made == path) {
                others.push(path);
            }
        }
        others.sort();
        for path in others {
            let bytes = fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
            if bytes.starts_with(mark.as_bytes()) {
                stale.push(Stale::Left(path));
            }
        }
    }
    Ok(stale)
}

fn first_difference(found: &[u8], made: &[u8]) -> usize {
    let mut lines = found.split(|byte| *byte == b'\n').zip(made.split(|byte| *byte == b'\n'));
    lines.position(|(found, made)| found != made).unwrap_or_else(|| {
        found.split(|byte| *byte == b'\n').count().min(made.split(|byte| *byte == b'\n').count())
    }) + 1
}
