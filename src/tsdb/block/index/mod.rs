//! `index`: which series there are, where their chunks are, and which series have which label.

mod postings;
mod symbols;
mod table;
mod toc;

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

use super::super::file::{Stored, Window};
use super::super::{Broken, Cursor, Fault, verify};
use super::segments::ChunkMeta;
use crate::base::Labels;
use symbols::Symbols;
use table::Table;
use toc::Toc;

pub(super) use postings::select;

/// Series lie at multiples of this, so that their numbers fit into four bytes.
const ALIGNED: u64 = 16;

/// How many bytes of series are read at once: neighbours are mostly asked for together.
const AHEAD: u64 = 32 << 10;

/// A block's index. Its symbols and the table of its postings are held, series and postings are read when asked for.
#[derive(Debug)]
pub(in crate::tsdb) struct Index {
    file: Stored,
    version: u8,
    toc: Toc,
    symbols: Symbols,
    table: Table,
}

impl Index {
    /// Opens that of the block in a folder.
    pub(in crate::tsdb) fn open(block: &Path) -> Result<Self, Fault> {
        let file = Stored::open(&block.join("index"))?;
        let version = toc::version(&file)?;
        let toc = Toc::read(&file)?;
        let symbols = Symbols::read(&file, toc.symbols, version)?;
        let table = Table::read(&file, toc.postings_table)?;
        Ok(Self { file, version, toc, symbols, table })
    }

    /// A place from which series are read.
    pub(in crate::tsdb) fn reader(&self) -> Reader<'_> {
        Reader { index: self, window: Window::new(&self.file, AHEAD), texts: HashMap::new() }
    }

    /// In the file, by a series' number.
    fn place(&self, series: u32) -> u64 {
        u64::from(series) * if self.version == 1 { 1 } else { ALIGNED }
    }

    /// A section at a byte: its length in four bytes, itself, its checksum. Gives itself.
    fn section(&self, at: u64, what: &str) -> Result<Vec<u8>, Fault> {
        section(&self.file, at, what)
    }
}

fn section(file: &Stored, at: u64, what: &str) -> Result<Vec<u8>, Fault> {
    let within = |why: Broken| why.within(file.path(), at);
    let head = file.read(at..at.saturating_add(4))?;
    let length = u64::from(Cursor::new(&head).be32().map_err(within)?);
    let start = at.saturating_add(4);
    let end = start.saturating_add(length);
    if end.saturating_add(4) > file.size() {
        let what = format!("cut off: {what} of {length} bytes expected, the file has {}", file.size());
        return Err(Fault::new(file.path(), what).at(at));
    }
    let mut bytes = file.read(start..end + 4)?;
    let stored = bytes.split_off(length as usize);
    let stored = Cursor::new(&stored).be32().map_err(within)?;
    verify(&bytes, stored, length as usize).map_err(|why| why.within(file.path(), start))?;
    Ok(bytes)
}

/// Reads series. It keeps the texts that it met, since series share most of them.
pub(in crate::tsdb) struct Reader<'i> {
    index: &'i Index,
    window: Window<'i>,
    texts: HashMap<u32, Arc<str>>,
}

impl Reader<'_> {
    /// The labels of a series, and the place of its chunks behind them.
    pub(in crate::tsdb) fn series(&mut self, series: u32) -> Result<Series, Fault> {
        let at = self.index.place(series);
        let (entry, start) = entry(&mut self.window, at, self.index.toc.series_end())?;
        let path = self.index.file.path();
        let mut cursor = Cursor::new(entry);
        let mut labels = || {
            let count = cursor.length()?;
            let mut labels = Vec::with_capacity(count.min(64));
            for _ in 0..count {
                let name = text(&mut self.texts, &self.index.symbols, &mut cursor)?;
                labels.push((name, text(&mut self.texts, &self.index.symbols, &mut cursor)?));
            }
            Ok(labels.into_iter().collect::<Labels>())
        };
        let labels = labels().map_err(|why: Broken| why.within(path, start))?;
        let chunks = chunks(&mut cursor).map_err(|why| why.within(path, start))?;
        Ok(Series { labels, chunks })
    }

    /// The chunks of a series, without its labels.
    pub(in crate::tsdb) fn chunks(&mut self, series: u32) -> Result<Vec<ChunkMeta>, Fault> {
        let at = self.index.place(series);
        let (entry, start) = entry(&mut self.window, at, self.index.toc.series_end())?;
        let mut cursor = Cursor::new(entry);
        let mut chunks = || {
            for _ in 0..cursor.length()? {
                cursor.uvarint()?;
                cursor.uvarint()?;
            }
            chunks(&mut cursor)
        };
        chunks().map_err(|why| why.within(self.index.file.path(), start))
    }
}

/// A series as the index has it.
#[derive(Debug)]
pub(in crate::tsdb) struct Series {
    pub(in crate::tsdb) labels: Labels,
    /// In the order of the index: by time, unless some came out of order.
    pub(in crate::tsdb) chunks: Vec<ChunkMeta>,
}

/// The entry of a series, and where it begins.
fn entry<'w>(window: &'w mut Window<'_>, at: u64, end: u64) -> Result<(&'w [u8], u64), Fault> {
    const LENGTH: u64 = 5;
    let file = window.file();
    if at >= end {
        let what = format!("a series is said to be at byte {at}, but series end at byte {end}");
        return Err(Fault::new(file.path(), what));
    }
    let within = |why: Broken| why.within(file.path(), at);
    let mut cursor = Cursor::new(window.up_to(at, LENGTH)?);
    let length = cursor.uvarint().map_err(within)?;
    let start = cursor.at() as u64;
    let whole = length.saturating_add(start + 4);
    if whole > file.size().saturating_sub(at) {
        let what = format!("cut off: a series of {length} bytes expected, the file has {}", file.size());
        return Err(Fault::new(file.path(), what).at(at));
    }
    let mut cursor = Cursor::new(window.up_to(at, whole)?);
    cursor.take(start as usize).map_err(within)?;
    let entry = cursor.take(length as usize).map_err(within)?;
    let sum = cursor.at();
    verify(entry, cursor.be32().map_err(within)?, sum).map_err(within)?;
    Ok((entry, at + start))
}

fn text(
    texts: &mut HashMap<u32, Arc<str>>,
    symbols: &Symbols,
    cursor: &mut Cursor<'_>,
) -> Result<Arc<str>, Broken> {
    let at = cursor.at();
    let number = cursor.uvarint()?;
    let number =
        u32::try_from(number).map_err(|_| Broken::new(at, format!("there is no symbol {number}")))?;
    if let Some(text) = texts.get(&number) {
        return Ok(Arc::clone(text));
    }
    let Some(text) = symbols.get(number) else {
        return Err(Broken::new(at, format!("there is no symbol {number}")));
    };
    let text: Arc<str> = Arc::from(text);
    texts.insert(number, Arc::clone(&text));
    Ok(text)
}

/// The first chunk's times and place, then how each differs from the one before.
fn chunks(cursor: &mut Cursor<'_>) -> Result<Vec<ChunkMeta>, Broken> {
    // Each takes three bytes at least.
    let count = cursor.length()?;
    let mut chunks = Vec::with_capacity(count.min(cursor.left() / 3));
    let mut last = ChunkMeta { from: 0, to: 0, reference: 0 };
    for place in 0..count {
        let at = cursor.at();
        let from = if place == 0 { cursor.varint()? } else { last.to.wrapping_add(cursor.uvarint()? as i64) };
        let to = from.wrapping_add(cursor.uvarint()? as i64);
        let reference =
            if place == 0 { cursor.uvarint()? } else { last.reference.wrapping_add(cursor.varint()? as u64) };
        if to < from {
            return Err(Broken::new(
                at,
                format!("a chunk is said to end at {to}, before it begins at {from}"),
            ));
        }
        last = ChunkMeta { from, to, reference };
        chunks.push(last);
    }
    Ok(chunks)
}
