//! Paths as given to the files that are read.

use std::path::{Path, PathBuf};

use super::LOADERS;
use super::fault::Fault;
use super::input::{packed_endings, unpacked_name};

/// The files that the paths name: a file is itself, whatever its name; a folder is the files in it (not in folders within)
/// whose names have an ending known to a loader and do not begin with a dot, sorted by name.
pub(super) fn list(paths: &[PathBuf]) -> Result<Vec<PathBuf>, Vec<Fault>> {
    let (mut files, mut faults) = (Vec::new(), Vec::new());
    for path in paths {
        match within(path) {
            Ok(found) => files.extend(found),
            Err(fault) => faults.push(fault),
        }
    }
    if faults.is_empty() { Ok(files) } else { Err(faults) }
}

fn within(path: &Path) -> Result<Vec<PathBuf>, Fault> {
    let name = path.display().to_string();
    let unread = |e: std::io::Error| Fault::new(&name, format!("cannot be read: {e}"));
    if !path.metadata().map_err(unread)?.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let mut files = Vec::new();
    for entry in path.read_dir().map_err(unread)? {
        let entry = entry.map_err(unread)?;
        // A pipe or a device in a folder was not meant; what cannot be told is opened, and the fault said.
        let is_file = |path: &Path| path.metadata().map_or(true, |found| found.is_file());
        if is_known(&entry.file_name().to_string_lossy()) && is_file(&entry.path()) {
            files.push(entry.path());
        }
    }
    if files.is_empty() {
        return Err(Fault::new(&name, "folder has no data files").help(format!(
            "files that end in {} are read, each also packed ({}); a file of another name can be given by itself; \
             of Prometheus a data folder, a snapshot or a block",
            endings().join(" "),
            packed_endings().collect::<Vec<_>>().join(" ")
        )));
    }
    files.sort();
    Ok(files)
}

/// The endings of all formats, each once.
fn endings() -> Vec<&'static str> {
    let mut endings = Vec::new();
    for ending in LOADERS.iter().flat_map(|loader| loader.endings) {
        if !endings.contains(ending) {
            endings.push(ending);
        }
    }
    endings
}

fn is_known(name: &str) -> bool {
    !name.starts_with('.') && endings().iter().any(|ending| unpacked_name(name).ends_with(ending))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_known_by_their_ending() {
        for name in ["a.om", "a.openmetrics.gz", "a.b.prom.zst", "a.txt", "a.metrics"] {
            assert!(is_known(name), "{name}");
        }
        for name in ["truth.csv", "a.om.bz2", ".a.om", "om", "a.gz", "a.OM"] {
            assert!(!is_known(name), "{name}");
        }
    }
}
