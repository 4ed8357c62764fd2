//! A folder of files of which one is replaced.

use std::cell::RefCell;
use std::path::Path;

use crate::support::tempdir::TempDir;

/// Files by their path in the folder.
pub(super) type Files = Vec<(&'static str, Vec<u8>)>;

thread_local! {
    /// The folder last used, the name of what is in it, and which of its files was replaced.
    static FOLDER: RefCell<Option<(TempDir, &'static str, Option<usize>)>> = const { RefCell::new(None) };
}

/// Calls `look` with a folder that holds the files, with `content` in the place of one of them.
pub(super) fn with(
    name: &'static str,
    files: &Files,
    replaced: usize,
    content: &[u8],
    look: impl FnOnce(&Path),
) {
    FOLDER.with_borrow_mut(|folder| {
        if folder.as_ref().is_none_or(|(_, of, _)| *of != name) {
            let dir = TempDir::new(name);
            for (file, content) in files {
                write(dir.path(), file, content);
            }
            *folder = Some((dir, name, None));
        }
        let Some((dir, _, last)) = folder else { return };
        if let Some((file, content)) = last.take().and_then(|last| files.get(last)) {
            write(dir.path(), file, content);
        }
        write(dir.path(), files[replaced].0, content);
        *last = Some(replaced);
        look(dir.path());
    });
}

#[expect(clippy::disallowed_methods, reason = "a test's own folder")]
fn write(folder: &Path, file: &str, content: &[u8]) {
    let path = folder.join(file);
    path.parent().map(std::fs::create_dir_all).transpose().unwrap();
    std::fs::write(path, content).unwrap();
}
