//! Folders that live as long as a test.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

/// A new, empty folder, removed with everything in it when dropped.
pub(crate) struct TempDir(PathBuf);

impl TempDir {
    /// The name is a hint for whoever looks at a folder that a killed test left behind.
    pub(crate) fn new(name: &str) -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("nines-it-{}-{count}-{name}", std::process::id()));
        // A folder of an earlier process with the same id.
        let _ = std::fs::remove_dir_all(&path);
        std::fs::create_dir_all(&path).unwrap_or_else(|why| panic!("cannot make {}: {why}", path.display()));
        Self(path)
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    /// Writes a file in the folder.
    #[expect(clippy::disallowed_methods, reason = "a test's own folder")]
    pub(crate) fn write(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.0.join(name);
        std::fs::write(&path, content).unwrap_or_else(|why| panic!("cannot write {}: {why}", path.display()));
        path
    }
}

impl Drop for TempDir {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

#[test]
fn a_temporary_folder_goes_away_with_what_is_in_it() {
    let dir = TempDir::new("self-test");
    let file = dir.write("a", "b");
    assert!(file.exists());
    let path = dir.path().to_owned();
    drop(dir);
    assert!(!path.exists());
}
