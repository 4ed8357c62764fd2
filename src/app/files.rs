//! The door to the disk: reading specifications and templates, writing whole files or none.

use std::collections::BTreeMap;
use std::fs;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};

/// Endings of specification files.
const SPEC_ENDINGS: [&str; 2] = ["yaml", "yml"];

/// The largest specification file that is read.
const LARGEST_SPEC: u64 = 16 << 20;

/// A text with the name by which the user knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text {
    /// The path, or `<stdin>`.
    pub name: String,
    /// Its content.
    pub text: String,
}

/// Reads a file as text.
pub fn read_text(path: &Path) -> Result<String> {
    let bytes = read_bytes(path)?;
    String::from_utf8(bytes).ok().with_context(|| format!("{}: not UTF-8 text", path.display()))
}

#[expect(clippy::disallowed_methods, reason = "this is the door to the disk")]
fn read_bytes(path: &Path) -> Result<Vec<u8>> {
    let size = fs::metadata(path).with_context(|| format!("cannot read {}", path.display()))?.len();
    if size > LARGEST_SPEC {
        bail!("{}: {size} bytes are more than the {LARGEST_SPEC} that are read", path.display());
    }
    fs::read(path).with_context(|| format!("cannot read {}", path.display()))
}

/// Reads specifications: files as named, folders with all they hold, `-` for standard input. Sorted within a folder.
pub fn specifications(paths: &[PathBuf], input: &mut dyn Read) -> Result<Vec<Text>> {
    let mut texts = Vec::new();
    for path in paths {
        if path == Path::new("-") {
            let mut text = String::new();
            input
                .take(LARGEST_SPEC)
                .read_to_string(&mut text)
                .context("cannot read standard input as UTF-8 text")?;
            texts.push(Text { name: "<stdin>".to_owned(), text });
            continue;
        }
        if path.is_dir() {
            let found = below(path)?;
            if found.is_empty() {
                bail!(
                    "{}: no specification in this folder (files that end in .yaml or .yml)",
                    path.display()
                );
            }
            for file in found {
                texts.push(Text { name: file.display().to_string(), text: read_text(&file)? });
            }
        } else {
            texts.push(Text { name: path.display().to_string(), text: read_text(path)? });
        }
    }
    let mut seen = std::collections::BTreeSet::new();
    texts.retain(|text| seen.insert(text.name.clone()));
    Ok(texts)
}

fn below(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let entries =
        fs::read_dir(folder).with_context(|| format!("cannot read the folder {}", folder.display()))?;
    for entry in entries {
        let path = entry.with_context(|| format!("cannot read the folder {}", folder.display()))?.path();
        let hidden = path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'));
        if hidden {
            continue;
        }
        if path.is_dir() {
            found.extend(below(&path)?);
        } else if path.extension().is_some_and(|ending| SPEC_ENDINGS.iter().any(|known| ending == *known)) {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

/// Reads a folder of templates: file names and texts.
pub fn templates(folder: &Path) -> Result<BTreeMap<String, String>> {
    let mut templates = BTreeMap::new();
    let entries =
        fs::read_dir(folder).with_context(|| format!("cannot read the folder {}", folder.display()))?;
    for entry in entries {
        let path = entry.with_context(|| format!("cannot read the folder {}", folder.display()))?.path();
        if let Some(name) =
            path.file_name().filter(|_| path.extension().is_some_and(|ending| ending == "tera"))
        {
            templates.insert(name.to_string_lossy().into_owned(), read_text(&path)?);
        }
    }
    if templates.is_empty() {
        bail!("{}: no template in this folder (files that end in .tera)", folder.display());
    }
    Ok(templates)
}

/// Fails where a file could not be written, before any long work.
pub fn probe(path: &Path) -> Result<()> {
    if path.is_dir() {
        bail!("cannot write {}: it is a folder", path.display());
    }
    if let Some(folder) = path.parent().filter(|folder| *folder != Path::new("") && !folder.exists()) {
        bail!("cannot write {}: there is no folder {}", path.display(), folder.display());
    }
    if !is_special(path) {
        Staged::new(path, b"")?;
    }
    Ok(())
}

/// Whether a path is a device, a pipe or the like: it is written to, never replaced.
pub(super) fn is_special(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|found| !found.is_file())
}

/// Writes files so that each appears whole or not at all: all are written beside their places first, then moved there.
pub fn write_whole(files: &[(PathBuf, Vec<u8>)]) -> Result<()> {
    let (special, plain): (Vec<_>, Vec<_>) = files.iter().partition(|(path, _)| is_special(path));
    let staged = plain.iter().map(|(path, bytes)| Staged::new(path, bytes)).collect::<Result<Vec<_>>>()?;
    for (path, bytes) in special {
        let said = || format!("cannot write {}", path.display());
        let mut file = fs::OpenOptions::new().write(true).open(path).with_context(said)?;
        file.write_all(bytes).with_context(said)?;
    }
    staged.into_iter().try_for_each(Staged::move_into_place)
}

/// A file beside its place; taken away again unless it is moved there.
struct Staged {
    beside: PathBuf,
    place: PathBuf,
    moved: bool,
}

impl Staged {
    fn new(place: &Path, bytes: &[u8]) -> Result<Self> {
        let said = || format!("cannot write {}", place.display());
        let name = place.file_name().with_context(said)?.to_string_lossy();
        let beside = place.with_file_name(format!(".{name}.{}.part", std::process::id()));
        let mut file = fs::OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(true)
            .open(&beside)
            .with_context(said)?;
        let staged = Self { beside, place: place.to_owned(), moved: false };
        file.write_all(bytes).and_then(|()| file.sync_all()).with_context(said)?;
        Ok(staged)
    }

    fn move_into_place(mut self) -> Result<()> {
        fs::rename(&self.beside, &self.place)
            .with_context(|| format!("cannot write {}", self.place.display()))?;
        self.moved = true;
        Ok(())
    }
}

impl Drop for Staged {
    fn drop(&mut self) {
        if !self.moved {
            let _ = fs::remove_file(&self.beside);
        }
    }
}
