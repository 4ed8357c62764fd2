//! `chunks/`: the packed samples, in files of up to half a gigabyte.

use std::path::{Path, PathBuf};

use super::super::file::{Stored, Window, unread};
use super::super::{Broken, Cursor, Encoding, Fault, verify};

const MAGIC: u32 = 0x85bd_40dd;
const VERSION: u8 = 1;
const HEADER: u64 = 8;

const INCOMPLETE: &str = "the block is not complete: take it from a snapshot or a backup";

/// The most bytes that a chunk's length takes.
const LENGTH: u64 = 5;

/// Where a chunk is and which time it spans (in milliseconds, both ends included).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::tsdb) struct ChunkMeta {
    pub(in crate::tsdb) from: i64,
    pub(in crate::tsdb) to: i64,
    /// The number of its file (from 0) above, the byte in it below.
    pub(in crate::tsdb) reference: u64,
}

impl ChunkMeta {
    fn segment(self) -> usize {
        (self.reference >> 32) as usize
    }

    fn offset(self) -> u64 {
        self.reference & 0xffff_ffff
    }
}

/// A chunk as it was found.
#[derive(Debug, Clone, Copy)]
pub(super) struct Packed<'s, 'd> {
    /// What the index says of it.
    pub(super) meta: ChunkMeta,
    pub(super) encoding: Encoding,
    pub(super) data: &'d [u8],
    /// Where these begin: a file and a byte in it.
    pub(super) place: (&'s Path, u64),
}

/// The files of a block's chunks, in order.
#[derive(Debug)]
pub(in crate::tsdb) struct Segments {
    folder: PathBuf,
    files: Vec<Stored>,
}

impl Segments {
    /// Opens those of the block in a folder.
    pub(in crate::tsdb) fn open(block: &Path) -> Result<Self, Fault> {
        let folder = block.join("chunks");
        let mut paths = Vec::new();
        for entry in folder.read_dir().map_err(|why| unread(&folder, &why).help(INCOMPLETE))? {
            let entry = entry.map_err(|why| unread(&folder, &why))?;
            // Whatever else lies there is none of ours.
            if let Some(number) = entry.file_name().to_str().and_then(|name| name.parse::<u64>().ok()) {
                paths.push((number, entry.path()));
            }
        }
        paths.sort();
        // References count files, so that one that is missing would shift all behind it.
        if let Some((expected, (_, path))) =
            (1..).zip(&paths).find(|(expected, (number, _))| expected != number)
        {
            let what = format!("chunk file {expected:06} is missing before it");
            return Err(Fault::new(path, what).help(INCOMPLETE));
        }
        let files = paths.iter().map(|(_, path)| open(path)).collect::<Result<_, _>>()?;
        Ok(Self { folder, files })
    }

    /// Calls `each` with every chunk, in the order given. A chunk whose checksum does not match is a fault.
    pub(super) fn read<'s>(
        &'s self,
        chunks: &[ChunkMeta],
        mut each: impl FnMut(&Packed<'s, '_>) -> Result<(), Fault>,
    ) -> Result<(), Fault> {
        let mut window: Option<(usize, Window<'_>)> = None;
        for (place, chunk) in chunks.iter().enumerate() {
            let number = chunk.segment();
            let window = match &mut window {
                Some((held, window)) if *held == number => window,
                slot => {
                    let window =
                        Window::new(self.segment(chunk)?, stretch(chunks.get(place..).unwrap_or_default()));
                    &mut slot.insert((number, window)).1
                }
            };
            let file = window.file();
            let (encoding, data, at) = locate(window, chunk.offset())?;
            let encoding = Encoding::of(encoding).ok_or_else(|| {
                let what = format!("chunk encoding {encoding} is unknown");
                Fault::new(file.path(), what).at(at - 1).help("the block is of a newer Prometheus")
            })?;
            each(&Packed { meta: *chunk, encoding, data, place: (file.path(), at) })?;
        }
        Ok(())
    }

    fn segment(&self, chunk: &ChunkMeta) -> Result<&Stored, Fault> {
        self.files.get(chunk.segment()).ok_or_else(|| {
            let what = format!("chunk file {:06} is missing, which the index names", chunk.segment() + 1);
            Fault::new(&self.folder, what).help(INCOMPLETE)
        })
    }
}

/// How many bytes to read at once for chunks that mostly lie one behind the other.
fn stretch(chunks: &[ChunkMeta]) -> u64 {
    const LAST: u64 = 4 << 10;
    // Less than what processors keep near, beside the samples.
    const MOST: u64 = 128 << 10;
    let Some(first) = chunks.first() else { return LAST };
    let same = chunks.iter().take_while(|chunk| chunk.segment() == first.segment());
    let last = same.last().map_or(0, |last| last.offset());
    (last.saturating_sub(first.offset()) + LAST).min(MOST)
}

/// The encoding of the chunk at a byte, its data, and where these begin.
fn locate<'w>(window: &'w mut Window<'_>, offset: u64) -> Result<(u8, &'w [u8], u64), Fault> {
    let file = window.file();
    let within = |why: Broken| why.within(file.path(), offset);
    let head = window.up_to(offset, LENGTH)?;
    let mut cursor = Cursor::new(head);
    let length = cursor.uvarint().map_err(within)?;
    let start = cursor.at() as u64;
    // Encoding before and checksum behind.
    let whole = length.saturating_add(5 + start);
    if offset < HEADER || whole > file.size().saturating_sub(offset) {
        let what = format!("cut off: a chunk of {length} bytes expected, the file has {}", file.size());
        return Err(Fault::new(file.path(), what).at(offset));
    }
    let mut cursor = Cursor::new(window.up_to(offset, whole)?);
    cursor.take(start as usize).map_err(within)?;
    let summed = cursor.take(length as usize + 1).map_err(within)?;
    let at = cursor.at();
    verify(summed, cursor.be32().map_err(within)?, at).map_err(within)?;
    let Some((encoding, data)) = summed.split_first() else {
        return Err(Fault::new(file.path(), "a chunk without encoding").at(offset));
    };
    Ok((*encoding, data, offset + start + 1))
}

fn open(path: &Path) -> Result<Stored, Fault> {
    let file = Stored::open(path)?;
    let header = file.read(0..HEADER.min(file.size()))?;
    let mut cursor = Cursor::new(&header);
    let found =
        cursor.be32().and_then(|magic| Ok((magic, cursor.u8()?))).map_err(|why| why.within(path, 0))?;
    if found != (MAGIC, VERSION) {
        let (magic, version) = found;
        let what =
            format!("a chunk file of version 1 expected ({MAGIC:08x} 01), found {magic:08x} {version:02x}");
        return Err(Fault::new(path, what).at(0));
    }
    Ok(file)
}
