//! The table of contents at the end of the index.

use super::super::super::file::Stored;
use super::super::super::{Cursor, Fault, verify};

const MAGIC: u32 = 0xbaaa_d700;
const HEADER: u64 = 5;
/// Six places and a checksum.
const LENGTH: u64 = 6 * 8 + 4;

/// Where the sections of the index are; zero where there is none.
#[derive(Debug, Clone, Copy)]
pub(super) struct Toc {
    pub(super) symbols: u64,
    label_indices: u64,
    pub(super) postings_table: u64,
    postings: u64,
    /// Where this table itself is.
    own: u64,
}

/// The version of an index by its first bytes.
pub(super) fn version(file: &Stored) -> Result<u8, Fault> {
    let head = file.read(0..HEADER.min(file.size()))?;
    let mut cursor = Cursor::new(&head);
    let found = cursor.be32().and_then(|magic| Ok((magic, cursor.u8()?)));
    let (magic, version) = found.map_err(|why| why.within(file.path(), 0))?;
    if magic != MAGIC {
        let what = format!("an index expected (it begins with {MAGIC:08x}), found {magic:08x}");
        return Err(Fault::new(file.path(), what).at(0));
    }
    if !(1..=3).contains(&version) {
        let what = format!("index of version {version}, only 1 to 3 are known");
        return Err(Fault::new(file.path(), what).at(4).help("the block is of a newer Prometheus"));
    }
    Ok(version)
}

impl Toc {
    pub(super) fn read(file: &Stored) -> Result<Self, Fault> {
        let Some(own) = file.size().checked_sub(LENGTH).filter(|own| *own >= HEADER) else {
            let what = format!("cut off: the file has {} bytes, too few for an index", file.size());
            return Err(Fault::new(file.path(), what));
        };
        let bytes = file.read(own..file.size())?;
        let mut cursor = Cursor::new(&bytes);
        let mut read = || {
            let mut places = [0; 6];
            for place in &mut places {
                *place = cursor.be64()?;
            }
            let at = cursor.at();
            verify(bytes.get(..at).unwrap_or_default(), cursor.be32()?, at)?;
            Ok(places)
        };
        let places = read().map_err(|why: super::Broken| why.within(file.path(), own))?;
        let [symbols, _series, label_indices, _label_table, postings, postings_table] = places;
        Ok(Self { symbols, label_indices, postings_table, postings, own })
    }

    /// Behind the last series.
    pub(super) fn series_end(&self) -> u64 {
        let behind = [self.label_indices, self.postings, self.postings_table];
        behind.into_iter().filter(|place| *place > 0).min().unwrap_or(self.own).min(self.own)
    }
}
