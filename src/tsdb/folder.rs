//! Which blocks a folder holds.

use std::fs::DirEntry;
use std::path::{Path, PathBuf};

use super::Fault;
use super::file::unread;

/// Folders beside the blocks of a server's data folder.
const BESIDE: [&str; 3] = ["wal", "chunks_head", "wbl"];

/// What the names of folders begin with in which a server that stops keeps its head, to start faster.
const SNAPSHOT: &str = "chunk_snapshot.";

/// Whether a path is a block, a snapshot, or a data folder: something that [`open`](super::open) reads.
pub fn is_data(path: &Path) -> bool {
    is_block(path)
        || BESIDE.iter().any(|name| path.join(name).is_dir())
        || has(path, |entry, name| (names_block(name) && !is_file(entry)) || is_snapshot(entry, name))
}

/// Whether a folder holds what a server keeps of its head beside the log.
pub(super) fn has_head_snapshot(path: &Path) -> bool {
    has(path, is_snapshot)
}

fn is_snapshot(entry: &DirEntry, name: &str) -> bool {
    name.starts_with(SNAPSHOT) && entry.path().is_dir()
}

fn has(path: &Path, is_wanted: impl Fn(&DirEntry, &str) -> bool) -> bool {
    path.read_dir().is_ok_and(|entries| {
        entries.flatten().any(|entry| is_wanted(&entry, &entry.file_name().to_string_lossy()))
    })
}

/// Whether it is known that this is no folder. What cannot be looked at, be it a link to nowhere, may be a block.
fn is_file(entry: &DirEntry) -> bool {
    entry.path().metadata().is_ok_and(|found| !found.is_dir())
}

pub(super) fn is_block(path: &Path) -> bool {
    path.join("meta.json").is_file()
}

/// The folders of the blocks at a path, which is one itself or holds some, sorted by name. What else is there is none of
/// ours: what a server is about to make or to remove, its log, its lock.
pub(super) fn blocks(path: &Path) -> Result<Vec<PathBuf>, Fault> {
    if is_block(path) {
        return Ok(vec![path.to_owned()]);
    }
    let mut blocks = Vec::new();
    for entry in path.read_dir().map_err(|why| unread(path, &why))? {
        let entry = entry.map_err(|why| unread(path, &why))?;
        if names_block(&entry.file_name().to_string_lossy()) && !is_file(&entry) {
            blocks.push(entry.path());
        }
    }
    blocks.sort();
    Ok(blocks)
}

/// Whether a name is a ULID: 26 digits of Crockford's base 32, of which the first has three bits.
fn names_block(name: &str) -> bool {
    let is_digit = |byte: u8| {
        let byte = byte.to_ascii_uppercase();
        byte.is_ascii_digit() || (byte.is_ascii_uppercase() && !b"ILOU".contains(&byte))
    };
    name.len() == 26
        && name.as_bytes().first().is_some_and(|first| (b'0'..=b'7').contains(first))
        && name.bytes().all(is_digit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_are_told_by_their_names() {
        assert!(names_block("01M7WJYY46BNYT7SEJAN7P9EN6"));
        for name in [
            "01M7WJYY46BNYT7SEJAN7P9EN6.tmp-for-creation",
            "81M7WJYY46BNYT7SEJAN7P9EN6",
            "01M7WJYY46BNYT7SEJAN7P9ENU",
            "wal",
            "",
        ] {
            assert!(!names_block(name), "{name}");
        }
    }
}
