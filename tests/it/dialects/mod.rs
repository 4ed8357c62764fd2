//! Specifications of other tools: each means what its twin in the native dialect means, and real files of those tools are
//! read, or refused for a reason that stands in `docs/corpora.md`.

mod any_text;
mod corpora;
mod data;
mod table;
mod together;
mod translated;
mod twins;

use std::path::{Path, PathBuf};

pub(crate) use corpora::corpora;

use nines::diag::{Diagnostics, Files, Style};
use nines::slo::Spec;

pub(crate) fn root(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

#[expect(clippy::disallowed_methods, reason = "tests read their own fixtures")]
pub(crate) fn text_of(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|why| panic!("cannot read {}: {why}", path.display()))
}

/// The specifications in a folder, in the order of their names.
pub(crate) fn files_in(folder: &Path) -> Vec<PathBuf> {
    let entries = folder.read_dir().unwrap_or_else(|why| panic!("cannot read {}: {why}", folder.display()));
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|end| end == "yaml" || end == "yml"));
    paths.sort();
    assert!(!paths.is_empty(), "{} has no specifications", folder.display());
    paths
}

pub(crate) fn name_of(path: &Path) -> String {
    path.file_name().unwrap().to_string_lossy().into_owned()
}

/// What was read of a text, and its faults.
fn read(text: &str) -> (Vec<Spec>, Diagnostics, Files) {
    read_files(&[text])
}

/// What was read of several files.
pub(crate) fn read_files(texts: &[&str]) -> (Vec<Spec>, Diagnostics, Files) {
    let mut files = Files::new();
    for (at, text) in texts.iter().enumerate() {
        files.add(format!("{}.yaml", at + 1), *text);
    }
    let mut faults = Diagnostics::new();
    let specs = nines::spec::read(&files, &mut faults);
    (specs, faults, files)
}

/// What was read of a text that must be without errors.
fn read_whole(text: &str) -> Vec<Spec> {
    let (specs, faults, files) = read(text);
    assert!(!faults.has_errors(), "{}\n{text}", faults.to_text(&files, Style::default()));
    specs
}
