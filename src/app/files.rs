//! The door to the disk: reading specifications and templates, writing whole files or none.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};

/// Endings of specification files.
const SPEC_ENDINGS: [&str; 2] = ["yaml", "yml"];

/// The largest file that is read as text. What a specification may have of it is said by its reader.
const LARGEST_TEXT: u64 = 4 << 20;

/// What a file holds, with the name by which the user knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text {
    /// The path, or `<stdin>`.
    pub name: String,
    /// Its content, which is text if it is a specification.
    pub bytes: Vec<u8>,
}

/// Reads a file as text.
pub fn read_text(path: &Path) -> Result<String> {
    let bytes = read_bytes(path)?;
    String::from_utf8(bytes).ok().with_context(|| format!("{}: not UTF-8 text", path.display()))
}

fn read_bytes(path: &Path) -> Result<Vec<u8>> {
    let said = || format!("cannot read {}", path.display());
    bounded(&mut fs::File::open(path).with_context(said)?, &path.display().to_string())
}

/// Reads to the end, unless that is further than any specification goes: a device has no size to ask for.
fn bounded(source: &mut dyn Read, name: &str) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    source.take(LARGEST_TEXT + 1).read_to_end(&mut bytes).with_context(|| format!("cannot read {name}"))?;
    if bytes.len() as u64 > LARGEST_TEXT {
        bail!("{name}: holds more than the {} MiB that are read", LARGEST_TEXT >> 20);
    }
    Ok(bytes)
}

/// The most that is read from standard input where it is not a specification.
const LARGEST_INPUT: u64 = 256 << 20;

/// Reads what this program wrote; `-` is standard input.
pub fn saved(path: &Path, input: &mut dyn Read) -> Result<Vec<u8>> {
    if path == Path::new("-") {
        return self::input(input);
    }
    let said = || format!("cannot read {}", path.display());
    let mut bytes = Vec::new();
    fs::File::open(path)
        .and_then(|file| file.take(LARGEST_INPUT + 1).read_to_end(&mut bytes))
        .with_context(said)?;
    if bytes.len() as u64 > LARGEST_INPUT {
        bail!("{}: holds more than the {} MiB that are read", path.display(), LARGEST_INPUT >> 20);
    }
    Ok(bytes)
}

/// Reads standard input to its end.
pub fn input(input: &mut dyn Read) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    input.take(LARGEST_INPUT + 1).read_to_end(&mut bytes).context("cannot read standard input")?;
    if bytes.len() as u64 > LARGEST_INPUT {
        bail!("standard input: holds more than the {} MiB that are read", LARGEST_INPUT >> 20);
    }
    Ok(bytes)
}

/// Reads specifications: files as named, folders with all they hold, what patterns match, `-` for standard input. Sorted
/// within a folder and within a pattern.
pub fn specifications(paths: &[PathBuf], input: &mut dyn Read) -> Result<Vec<Text>> {
    let mut texts = Vec::new();
    let paths = paths.iter().map(|path| matched(path)).collect::<Result<Vec<_>>>()?;
    for path in &paths.concat() {
        if path == Path::new("-") {
            let bytes = bounded(input, "standard input")?;
            texts.push(Text { name: "<stdin>".to_owned(), bytes });
            continue;
        }
        if path.is_dir() {
            let found = below(path, &mut BTreeSet::new())?;
            if found.is_empty() {
                bail!(
                    "{}: no specification in this folder (files that end in .yaml or .yml)",
                    path.display()
                );
            }
            for file in found {
                texts.push(Text { name: file.display().to_string(), bytes: read_bytes(&file)? });
            }
        } else {
            texts.push(Text { name: path.display().to_string(), bytes: read_bytes(path)? });
        }
    }
    let mut seen = BTreeSet::new();
    texts.retain(|text| seen.insert(text.name.clone()));
    Ok(texts)
}

/// What a pattern such as `slos/**/*.yaml` matches, for shells that leave patterns alone; a path without signs of a
/// pattern, or one that exists, is itself.
fn matched(path: &Path) -> Result<Vec<PathBuf>> {
    let Some(pattern) = path.to_str().filter(|text| text.contains(['*', '?', '[']) && !path.exists()) else {
        return Ok(vec![path.to_owned()]);
    };
    // As a shell has it: a star does not leave its folder, nor match what is hidden.
    let options = glob::MatchOptions {
        require_literal_separator: true,
        require_literal_leading_dot: true,
        ..glob::MatchOptions::default()
    };
    let found =
        glob::glob_with(pattern, options).with_context(|| format!("{pattern}: not a pattern for files"))?;
    let found =
        found.collect::<Result<Vec<PathBuf>, _>>().with_context(|| format!("cannot look for {pattern}"))?;
    if found.is_empty() {
        bail!("{pattern}: no file matches this pattern");
    }
    Ok(found)
}

/// The specification files in a folder and the folders in it, each of these once however many links lead to it.
fn below(folder: &Path, visited: &mut BTreeSet<PathBuf>) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let real =
        fs::canonicalize(folder).with_context(|| format!("cannot read the folder {}", folder.display()))?;
    if !visited.insert(real) {
        return Ok(found);
    }
    let entries =
        fs::read_dir(folder).with_context(|| format!("cannot read the folder {}", folder.display()))?;
    for entry in entries {
        let path = entry.with_context(|| format!("cannot read the folder {}", folder.display()))?.path();
        let hidden = path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'));
        if hidden {
            continue;
        }
        if path.is_dir() {
            found.extend(below(&path, visited)?);
        } else if path.extension().is_some_and(|ending| SPEC_ENDINGS.iter().any(|known| ending == *known))
            && !is_special(&path)
        {
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

/// Where a path leads: behind every link, also behind one whose goal is not there yet.
pub(super) fn place(path: &Path) -> PathBuf {
    const MOST_LINKS: usize = 40;
    let mut place = path.to_owned();
    for _ in 0..MOST_LINKS {
        let Ok(goal) = fs::read_link(&place) else { break };
        place.set_file_name(goal);
    }
    let folder = place.parent().filter(|folder| *folder != Path::new("")).unwrap_or(Path::new("."));
    match (fs::canonicalize(folder), place.file_name()) {
        (Ok(folder), Some(name)) => folder.join(name),
        _ => place,
    }
}

/// Makes a folder, and those above it, where they are not there.
pub fn make_folder(folder: &Path) -> Result<()> {
    fs::create_dir_all(folder).with_context(|| format!("cannot make the folder {}", folder.display()))
}

/// Writes files so that each appears whole or not at all: all are written beside their places first, then moved there.
/// A link stays a link, and a file that was there keeps its permissions.
pub fn write_whole(files: &[(PathBuf, Vec<u8>)]) -> Result<()> {
    let (special, plain): (Vec<_>, Vec<_>) = files.iter().partition(|(path, _)| is_special(path));
    let mut places = BTreeSet::new();
    if let Some((path, _)) = plain.iter().find(|(path, _)| !places.insert(place(path))) {
        bail!("two outputs go to {}; one would take the place of the other", path.display());
    }
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
    fn new(path: &Path, bytes: &[u8]) -> Result<Self> {
        let said = || format!("cannot write {}", path.display());
        let place = place(path);
        let name = place.file_name().with_context(said)?.to_string_lossy();
        let beside = place.with_file_name(format!(".{name}.{}.part", std::process::id()));
        // What a killed process of the same number left, or a link that someone else laid there.
        let _ = fs::remove_file(&beside);
        let mut file =
            fs::OpenOptions::new().write(true).create_new(true).open(&beside).with_context(said)?;
        let staged = Self { beside, place, moved: false };
        if let Ok(before) = fs::metadata(&staged.place) {
            file.set_permissions(before.permissions()).with_context(said)?;
        }
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

#[cfg(unix)]
#[cfg(test)]
mod tests {
    use std::os::unix::fs::{PermissionsExt as _, symlink};

    use super::*;

    /// An empty folder; the names of tests differ.
    fn folder(name: &str) -> PathBuf {
        let folder = std::env::temp_dir().join(format!("nines-files-{}-{name}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).unwrap();
        folder
    }

    fn read(path: &Path) -> String {
        read_text(path).unwrap()
    }

    #[test]
    fn a_link_is_written_through_and_permissions_stay() {
        let folder = folder("links");
        let at = |name: &str| folder.join(name);
        write_whole(&[(at("goal"), b"old".to_vec())]).unwrap();
        fs::set_permissions(at("goal"), fs::Permissions::from_mode(0o600)).unwrap();
        symlink("goal", at("link")).unwrap();
        symlink("link", at("link-to-link")).unwrap();
        symlink("later", at("dangling")).unwrap();
        write_whole(&[(at("link-to-link"), b"new".to_vec()), (at("dangling"), b"made".to_vec())]).unwrap();
        assert_eq!((read(&at("goal")), read(&at("later"))), ("new".to_owned(), "made".to_owned()));
        for name in ["link", "link-to-link", "dangling"] {
            assert!(fs::symlink_metadata(at(name)).unwrap().is_symlink(), "{name}");
        }
        assert_eq!(fs::metadata(at("goal")).unwrap().permissions().mode() & 0o777, 0o600);
        let error = write_whole(&[(at("goal"), b"a".to_vec()), (at("link"), b"b".to_vec())]).unwrap_err();
        assert!(error.to_string().contains("two outputs go to"), "{error}");
        assert_eq!(read(&at("goal")), "new");
        fs::remove_dir_all(&folder).unwrap();
    }

    #[test]
    fn a_folder_with_links_in_a_circle_is_read_once() {
        let folder = folder("circle");
        write_whole(&[(folder.join("a.yaml"), b"x".to_vec())]).unwrap();
        for name in ["one", "two", "three"] {
            symlink(".", folder.join(name)).unwrap();
        }
        symlink("/dev/zero", folder.join("device.yaml")).unwrap();
        let texts = specifications(std::slice::from_ref(&folder), &mut std::io::empty()).unwrap();
        assert_eq!(texts.iter().map(|text| text.bytes.as_slice()).collect::<Vec<_>>(), [b"x"]);
        symlink("nowhere", folder.join("broken.yaml")).unwrap();
        let error = specifications(std::slice::from_ref(&folder), &mut std::io::empty()).unwrap_err();
        assert!(format!("{error:#}").contains("broken.yaml"), "{error:#}");
        fs::remove_dir_all(&folder).unwrap();
    }

    #[test]
    fn a_pattern_is_what_it_matches() {
        let folder = folder("patterns");
        let inner = folder.join("team/a");
        fs::create_dir_all(&inner).unwrap();
        fs::create_dir_all(folder.join(".git")).unwrap();
        for name in ["x.yaml", "y.yml", "team/a/z.yaml", "team/[b].yaml", ".git/h.yaml", "team/.h.yaml"] {
            write_whole(&[(folder.join(name), name.as_bytes().to_vec())]).unwrap();
        }
        let found = |patterns: &[&str]| {
            let paths: Vec<PathBuf> = patterns.iter().map(|pattern| folder.join(pattern)).collect();
            let texts = specifications(&paths, &mut std::io::empty());
            texts.map(|texts| {
                texts.into_iter().map(|text| String::from_utf8(text.bytes).unwrap()).collect::<Vec<_>>()
            })
        };
        assert_eq!(found(&["**/*.yaml"]).unwrap(), ["team/[b].yaml", "team/a/z.yaml", "x.yaml"]);
        assert_eq!(found(&["*.y*ml"]).unwrap(), ["x.yaml", "y.yml"]);
        // What it matches twice is read once; a folder that it matches is read as a folder.
        assert_eq!(
            found(&["x.yaml", "?.yaml", "te*"]).unwrap(),
            ["x.yaml", "team/[b].yaml", "team/a/z.yaml"]
        );
        // A file of that very name is meant.
        assert_eq!(found(&["team/[b].yaml"]).unwrap(), ["team/[b].yaml"]);
        let error = found(&["x.yaml", "teams/**/*.yaml"]).unwrap_err().to_string();
        assert!(error.ends_with("teams/**/*.yaml: no file matches this pattern"), "{error}");
        let error = format!("{:#}", found(&["a***"]).unwrap_err());
        assert!(error.contains("not a pattern for files"), "{error}");
        fs::remove_dir_all(&folder).unwrap();
    }

    #[test]
    fn what_has_no_end_is_refused_and_never_cut() {
        let error = read_text(Path::new("/dev/zero")).unwrap_err();
        assert!(error.to_string().contains("more than the 4 MiB"), "{error}");
        let error = specifications(&[PathBuf::from("-")], &mut std::io::repeat(b' ')).unwrap_err();
        assert!(error.to_string().contains("standard input: holds more than"), "{error}");
    }
}
