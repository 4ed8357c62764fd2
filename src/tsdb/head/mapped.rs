//! Chunk files of a head: chunks that were full, each with its series and time.

use std::io::Read as _;
use std::path::{Path, PathBuf};

use super::super::samples::check_order;
use super::super::{Broken, Cursor, Encoding, Fault, decode, samples, verify};
use super::files::{self, Numbered};
use crate::base::Column;

const MAGIC: u32 = 0x0130_bc91;
const VERSION: u8 = 1;

/// Magic number, version and padding, in bytes.
const FILE_HEADER: usize = 8;

/// In the byte of the encoding: a chunk of late samples.
const LATE: u8 = 0x80;

/// A file of chunks, as far as it holds any.
#[derive(Debug)]
struct ChunkFile {
    path: PathBuf,
    bytes: Vec<u8>,
}

/// A chunk in one of the files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct MappedChunk {
    /// The number by which the log knows its series.
    pub(super) id: u64,
    /// The number of its file in the upper half, its first byte there in the lower.
    pub(super) place: u64,
    /// The time of its first sample.
    pub(super) from: i64,
    /// The time of its last sample.
    pub(super) to: i64,
    pub(super) encoding: Encoding,
    /// Whether its samples came after later ones.
    pub(super) is_late: bool,
    pub(super) samples: u16,
    /// Which of the files that were read it is in, and where its data are.
    file: u32,
    start: u32,
    length: u32,
}

/// All chunk files of a head.
#[derive(Debug, Default)]
pub(super) struct MappedChunks {
    files: Vec<ChunkFile>,
    /// The place of the last chunk; zero where there is none.
    pub(super) last: u64,
    /// Where the last file ends in a broken chunk, why. Its samples are in the log.
    pub(super) torn: Option<Fault>,
}

impl MappedChunks {
    /// Reads the chunk files of a folder, and gives what chunks there are in the order in which they were written. A
    /// chunk of the last file that is broken ends it: a server writes these files without care, since the log holds
    /// the same samples.
    ///
    /// # Errors
    /// What is wrong in which file, for each file.
    pub(super) fn read(folder: &Path) -> Result<(Self, Vec<MappedChunk>), Vec<Fault>> {
        let numbered = files::numbered(folder).map_err(|fault| vec![fault])?;
        let (mut all, mut chunks, mut faults) = (Self::default(), Vec::new(), Vec::new());
        for file in &numbered {
            match all.read_file(file, &mut chunks) {
                Ok(()) => {}
                Err(fault) if file.is_last => all.torn = Some(fault),
                Err(fault) => faults.push(fault),
            }
        }
        all.last = chunks.last().map_or(0, |chunk| chunk.place);
        if faults.is_empty() { Ok((all, chunks)) } else { Err(faults) }
    }

    fn read_file(&mut self, numbered: &Numbered, chunks: &mut Vec<MappedChunk>) -> Result<(), Fault> {
        let Numbered { number, path, .. } = numbered;
        let unreadable = |why| Fault::new(path, format!("cannot be read: {why}"));
        let mut bytes = Vec::new();
        // Places have four bytes; a server begins a new file at 128 MiB.
        (&numbered.file).take(1 << 32).read_to_end(&mut bytes).map_err(unreadable)?;
        if u32::try_from(bytes.len()).is_err() {
            return Err(Fault::new(path, "longer than the 4 GiB that a chunk file can have"));
        }
        let mut cursor = Cursor::new(&bytes);
        let mut end = 0;
        let read = (|| {
            // A file that was just made, or whose making was cut short, is empty or holds zeros.
            if bytes.iter().all(|byte| *byte == 0) {
                return Ok(());
            }
            header(&mut cursor).map_err(|broken| broken.within(path, 0))?;
            end = cursor.at();
            let file = self.files.len() as u32;
            while let Some(chunk) = chunk(&mut cursor).map_err(|broken| broken.within(path, 0))? {
                chunks.push(MappedChunk { file, place: number << 32 | end as u64, ..chunk });
                end = cursor.at();
            }
            Ok(())
        })();
        bytes.truncate(end);
        bytes.shrink_to_fit();
        self.files.push(ChunkFile { path: path.clone(), bytes });
        read
    }

    /// Appends the samples of a chunk.
    ///
    /// # Errors
    /// Its data are broken, or are not those of its time.
    pub(super) fn decode(&self, chunk: &MappedChunk, into: &mut Column) -> Result<(), Fault> {
        let Some(file) = self.files.get(chunk.file as usize) else { return Ok(()) };
        let (start, length) = (chunk.start as usize, chunk.length as usize);
        let data = file.bytes.get(start..start + length).unwrap_or_default();
        let (floats, histograms) = (into.times.len(), into.histograms.len());
        decode(chunk.encoding, data, into).map_err(|broken| broken.within(&file.path, start as u64))?;
        check_order(into, floats, histograms, (chunk.from, chunk.to))
            .map_err(|what| Fault::new(&file.path, what).at(start as u64))
    }
}

fn header(cursor: &mut Cursor<'_>) -> Result<(), Broken> {
    let magic = cursor.be32()?;
    if magic != MAGIC {
        return Err(
            cursor.broken(format!("no chunk file of a head: begins with {magic:08x}, not {MAGIC:08x}"))
        );
    }
    let version = cursor.u8()?;
    if version != VERSION {
        return Err(cursor.broken(format!("chunk file of version {version}, expected {VERSION}")));
    }
    cursor.take(FILE_HEADER - cursor.at()).map(|_| ())
}

/// The next chunk, checked; nothing where only the zeros follow that a file is made with.
fn chunk(cursor: &mut Cursor<'_>) -> Result<Option<MappedChunk>, Broken> {
    let (begin, all) = (cursor.at(), cursor.rest());
    if all.iter().all(|byte| *byte == 0) {
        return Ok(None);
    }
    let id = cursor.be64()?;
    let (from, to) = (cursor.be64()? as i64, cursor.be64()? as i64);
    let kind = cursor.u8()?;
    let length = cursor.length()?;
    let start = cursor.at();
    let data = cursor.take(length)?;
    let checked = all.get(..cursor.at() - begin).unwrap_or_default();
    let checksum = cursor.be32()?;
    verify(checked, checksum, begin)?;
    let Some(encoding) = Encoding::of(kind & !LATE) else {
        return Err(Broken::new(begin, format!("chunk of encoding {}, expected 1 to 6", kind & !LATE)));
    };
    let samples = samples(encoding, data)?;
    let is_late = kind & LATE != 0;
    let (start, length) = (start as u32, length as u32);
    Ok(Some(MappedChunk { id, place: 0, from, to, encoding, is_late, samples, file: 0, start, length }))
}
