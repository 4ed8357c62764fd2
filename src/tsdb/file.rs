//! The door to disk: files that are only read, at any place, by several threads at once.
//!
//! They are read, not mapped into memory: a mapped page stays resident and a month of chunks would be too, while what is
//! read is gone as soon as it is decoded; and a mapped file that shrinks ends the program.

use std::fs::File;
use std::io;
use std::mem::take;
use std::ops::Range;
use std::path::{Path, PathBuf};

use super::Fault;

/// A file that is open, and so readable even after it is removed.
#[derive(Debug)]
pub(super) struct Stored {
    path: PathBuf,
    file: File,
    size: u64,
}

impl Stored {
    pub(super) fn open(path: &Path) -> Result<Self, Fault> {
        let opened = File::open(path).and_then(|file| file.metadata().map(|found| (file, found.len())));
        let (file, size) = opened.map_err(|why| unread(path, &why))?;
        Ok(Self { path: path.to_owned(), file, size })
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// In bytes, when it was opened.
    pub(super) fn size(&self) -> u64 {
        self.size
    }

    /// The bytes of a range. Memory is taken only for what the file has.
    pub(super) fn read(&self, range: Range<u64>) -> Result<Vec<u8>, Fault> {
        let mut bytes = Vec::new();
        self.read_over(range, &mut bytes)?;
        Ok(bytes)
    }

    /// The same in place of other bytes, whose memory is used again.
    fn read_over(&self, range: Range<u64>, bytes: &mut Vec<u8>) -> Result<(), Fault> {
        let length = usize::try_from(range.end.saturating_sub(range.start));
        let (Ok(length), true) = (length, range.end <= self.size) else {
            let what = format!("cut off: bytes up to {} expected, the file has {}", range.end, self.size);
            return Err(Fault::new(&self.path, what).at(range.start));
        };
        if bytes.capacity() < length {
            *bytes = vec![0; length];
        }
        bytes.resize(length, 0);
        self.fill(bytes, range.start).map_err(|why| unread(&self.path, &why).at(range.start))
    }

    fn fill(&self, mut bytes: &mut [u8], mut offset: u64) -> io::Result<()> {
        while !bytes.is_empty() {
            match read_at(&self.file, bytes, offset) {
                Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
                Ok(count) => {
                    bytes = bytes.get_mut(count..).unwrap_or_default();
                    offset += count as u64;
                }
                Err(why) if why.kind() == io::ErrorKind::Interrupted => {}
                Err(why) => return Err(why),
            }
        }
        Ok(())
    }
}

#[cfg(unix)]
fn read_at(file: &File, bytes: &mut [u8], offset: u64) -> io::Result<usize> {
    std::os::unix::fs::FileExt::read_at(file, bytes, offset)
}

#[cfg(windows)]
fn read_at(file: &File, bytes: &mut [u8], offset: u64) -> io::Result<usize> {
    std::os::windows::fs::FileExt::seek_read(file, bytes, offset)
}

/// All bytes of a small file.
pub(super) fn read_whole(path: &Path) -> Result<Vec<u8>, Fault> {
    let file = Stored::open(path)?;
    file.read(0..file.size())
}

/// That a file or folder cannot be read, and why.
pub(super) fn unread(path: &Path, why: &io::Error) -> Fault {
    Fault::new(path, format!("cannot be read: {why}"))
}

/// Parts of a file that lie close together, read a stretch at a time.
#[derive(Debug)]
pub(super) struct Window<'f> {
    file: &'f Stored,
    /// The bytes that are held, and where they begin.
    held: Vec<u8>,
    start: u64,
    /// How far to read when something is not held.
    ahead: u64,
}

impl<'f> Window<'f> {
    /// Nothing is read yet; later at least `ahead` bytes at a time.
    pub(super) fn new(file: &'f Stored, ahead: u64) -> Self {
        Self { file, held: Vec::new(), start: 0, ahead }
    }

    pub(super) fn file(&self) -> &'f Stored {
        self.file
    }

    /// The bytes from `offset`, as many as `length` or as the file has.
    pub(super) fn up_to(&mut self, offset: u64, length: u64) -> Result<&[u8], Fault> {
        let end = offset.saturating_add(length).min(self.file.size);
        if offset < self.start || end > self.start + self.held.len() as u64 {
            let end = offset.saturating_add(length.max(self.ahead)).min(self.file.size);
            // Nothing is held until all was read.
            let mut held = take(&mut self.held);
            self.file.read_over(offset..end.max(offset), &mut held)?;
            (self.held, self.start) = (held, offset);
        }
        let from = (offset - self.start) as usize;
        let to = from + end.saturating_sub(offset) as usize;
        Ok(self.held.get(from..to).unwrap_or_default())
    }
}
