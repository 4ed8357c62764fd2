//! The file of a history: one writer at a time, and nothing acknowledged that a crash could take back.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{ErrorKind, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context as _, Result, bail};

use super::files;
use crate::base::{Duration, Moment};
use crate::history::{self, Log, Pruned, Record};

/// How often a lock is tried while somebody else holds it.
const TRY_EVERY: std::time::Duration = std::time::Duration::from_millis(20);

/// Why nothing was written.
#[derive(Debug)]
pub enum Refusal {
    /// Somebody else is writing; in words.
    Locked(String),
    /// The file cannot be read or written.
    Failed(anyhow::Error),
}

impl From<anyhow::Error> for Refusal {
    fn from(error: anyhow::Error) -> Self {
        Self::Failed(error)
    }
}

/// Reads a history.
///
/// # Errors
/// It is not there, is broken, or is something else.
pub fn read(path: &Path, warnings: &mut Vec<String>) -> Result<Log> {
    let place = files::place(path);
    let mut file =
        File::open(&place).with_context(|| format!("cannot read the history {}", path.display()))?;
    let log = read_from(&mut file, path)?;
    // While somebody writes, a batch that is not whole yet is no crash's doing.
    if let Some(tail) = log.tail.filter(|_| !is_locked(&place)) {
        warnings.push(format!("{}: {tail}", path.display()));
    }
    if log.unknown() > 0 {
        let unknown = log.unknown();
        warnings.push(format!(
            "{}: {unknown} records are of kinds that this version does not know, and are passed over",
            path.display()
        ));
    }
    Ok(log)
}

fn read_from(file: &mut File, path: &Path) -> Result<Log> {
    let mut bytes = Vec::new();
    let said = || format!("cannot read the history {}", path.display());
    file.seek(SeekFrom::Start(0)).with_context(said)?;
    file.read_to_end(&mut bytes).with_context(said)?;
    history::read(&bytes).with_context(|| path.display().to_string())
}

/// Where the lock of a history is: beside it, since pruning puts another file in its place.
fn lock_of(place: &Path) -> PathBuf {
    let name = place.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    place.with_file_name(format!("{name}.lock"))
}

fn is_locked(place: &Path) -> bool {
    let lock = File::open(lock_of(place));
    lock.is_ok_and(|lock| matches!(lock.try_lock_shared(), Err(TryLockError::WouldBlock)))
}

/// The one who may write to a history, as long as it lives.
#[derive(Debug)]
pub struct Writer {
    path: PathBuf,
    place: PathBuf,
    file: File,
    log: Log,
    // Held, and let go by the system whatever becomes of the process.
    _lock: File,
}

impl Writer {
    /// Opens a history to write, and makes it where it is not there. Waits so long for another writer to be done.
    ///
    /// # Errors
    /// Another writer is not done by then; or the file is broken or cannot be written.
    pub fn open(
        path: &Path,
        wait: Duration,
        now: Moment,
        warnings: &mut Vec<String>,
    ) -> std::result::Result<Self, Refusal> {
        let place = files::place(path);
        let lock = locked(&place, path, wait, now)?;
        let said = || format!("cannot write the history {}", path.display());
        let mut options = OpenOptions::new();
        let mut file =
            options.read(true).write(true).create(true).truncate(false).open(&place).with_context(said)?;
        let log = read_from(&mut file, path)?;
        let mut writer = Self { path: path.to_owned(), place, file, log, _lock: lock };
        if let Some(tail) = writer.log.tail.take() {
            writer.cut().with_context(said)?;
            warnings.push(format!(
                "{}: {} bytes from line {} on, which a writer left that was stopped, were cut off",
                writer.path.display(),
                tail.bytes,
                tail.line
            ));
        }
        if writer.log.is_new() {
            writer.write(&history::begin(now))?;
            writer.sync_folder().with_context(said)?;
            writer.log = read_from(&mut writer.file, path)?;
        }
        Ok(writer)
    }

    /// What the history holds.
    pub fn log(&self) -> &Log {
        &self.log
    }

    /// Appends records: when this returns they are on the disk, all of them; when it fails, none counts.
    ///
    /// # Errors
    /// The disk is full or fails.
    pub fn append(&mut self, records: &[Record]) -> Result<()> {
        if records.is_empty() {
            return Ok(());
        }
        self.write(&history::encode(records, self.log.next))?;
        self.log.next += records.len() as u64;
        Ok(())
    }

    /// Takes out the days before a date; nothing where there are none. The old file is there until the new one is whole.
    ///
    /// # Errors
    /// The disk is full or fails.
    pub fn prune(&mut self, before: &str, now: Moment) -> Result<Option<Pruned>> {
        self.log = read_from(&mut self.file, &self.path)?;
        let Some((text, pruned)) = history::prune(&self.log, before, now) else { return Ok(None) };
        files::write_whole(&[(self.place.clone(), text.into_bytes())])?;
        self.sync_folder().with_context(|| format!("cannot write the history {}", self.path.display()))?;
        let open = OpenOptions::new().read(true).write(true).open(&self.place);
        self.file = open.with_context(|| format!("cannot write the history {}", self.path.display()))?;
        self.log = read_from(&mut self.file, &self.path)?;
        Ok(Some(pruned))
    }

    /// Writes after what counts, and waits until the disk has it.
    fn write(&mut self, text: &str) -> Result<()> {
        let end = self.log.whole as u64;
        let written = self
            .file
            .seek(SeekFrom::Start(end))
            .and_then(|_| self.file.write_all(text.as_bytes()))
            .and_then(|()| self.file.sync_all());
        if let Err(why) = written {
            // What got there of it does not count; a reader would say so, the next writer cuts it off.
            let _ = self.cut();
            bail!("cannot write the history {}: {why}", self.path.display());
        }
        self.log.whole += text.len();
        Ok(())
    }

    fn cut(&mut self) -> std::io::Result<()> {
        self.file.set_len(self.log.whole as u64).and_then(|()| self.file.sync_all())
    }

    /// A new name in a folder is on the disk only when the folder is.
    fn sync_folder(&self) -> std::io::Result<()> {
        #[cfg(unix)]
        if let Some(folder) = self.place.parent() {
            let folder = if folder == Path::new("") { Path::new(".") } else { folder };
            return File::open(folder)?.sync_all();
        }
        Ok(())
    }
}

fn locked(place: &Path, path: &Path, wait: Duration, now: Moment) -> std::result::Result<File, Refusal> {
    let name = lock_of(place);
    let said = || format!("cannot lock the history {}: {}", path.display(), name.display());
    let open = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(&name);
    let mut lock = open.with_context(said)?;
    let until = Instant::now() + std::time::Duration::from_millis(wait.as_millis().max(0) as u64);
    loop {
        match lock.try_lock() {
            Ok(()) => break,
            Err(TryLockError::WouldBlock) if Instant::now() < until => std::thread::sleep(TRY_EVERY),
            Err(TryLockError::WouldBlock) => {
                let mut holder = String::new();
                let _ = lock.read_to_string(&mut holder);
                let holder = holder.trim();
                let by = if holder.is_empty() { String::new() } else { format!(" ({holder})") };
                return Err(Refusal::Locked(format!(
                    "somebody else{by} writes to the history {} and holds {}; waited {wait}: try again, or wait longer with --wait",
                    path.display(),
                    name.display()
                )));
            }
            Err(TryLockError::Error(why)) => {
                return Err(Refusal::Failed(anyhow::Error::new(why).context(said())));
            }
        }
    }
    // Only told to who is refused.
    let holder = format!("process {} since {now}\n", std::process::id());
    let _ = lock
        .set_len(0)
        .and_then(|()| lock.seek(SeekFrom::Start(0)))
        .and_then(|_| lock.write_all(holder.as_bytes()));
    Ok(lock)
}

/// Whether there is no file of this name.
pub fn is_missing(path: &Path) -> bool {
    matches!(fs::metadata(files::place(path)), Err(why) if why.kind() == ErrorKind::NotFound)
}
