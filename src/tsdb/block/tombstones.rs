//! `tombstones`: which samples were deleted but not yet removed.

use std::collections::BTreeMap;
use std::path::Path;

use super::super::file::read_whole;
use super::super::{Broken, Cursor, Fault, verify};

const MAGIC: u32 = 0x0130_ba30;
const VERSION: u8 = 1;
/// Magic and version; the checksum at the end has four bytes.
const HEADER: usize = 5;

/// A stretch of time in milliseconds, both ends included.
pub(in crate::tsdb) type Stretch = (i64, i64);

/// Deleted stretches by the series' number in the index, each list sorted.
#[derive(Debug, Default)]
pub(in crate::tsdb) struct Tombstones(BTreeMap<u64, Vec<Stretch>>);

impl Tombstones {
    /// Of the block in a folder; none where it has no such file.
    pub(in crate::tsdb) fn read(block: &Path) -> Result<Self, Fault> {
        let path = block.join("tombstones");
        if path.try_exists().is_ok_and(|found| !found) {
            return Ok(Self::default());
        }
        let bytes = read_whole(&path)?;
        Self::parse(&bytes).map_err(|why| why.within(&path, 0))
    }

    fn parse(bytes: &[u8]) -> Result<Self, Broken> {
        let mut cursor = Cursor::new(bytes);
        let (magic, version) = (cursor.be32()?, cursor.u8()?);
        if (magic, version) != (MAGIC, VERSION) {
            let what =
                format!("tombstones of version 1 expected ({MAGIC:08x} 01), found {magic:08x} {version:02x}");
            return Err(Broken::new(0, what));
        }
        let Some(length) = cursor.left().checked_sub(4) else {
            return Err(cursor.broken("cut off: no checksum"));
        };
        let stones = cursor.take(length)?;
        let at = cursor.at();
        verify(stones, cursor.be32()?, at)?;

        let mut stretches: BTreeMap<u64, Vec<Stretch>> = BTreeMap::new();
        let mut cursor = Cursor::new(stones);
        while cursor.left() > 0 {
            let shifted = |why: Broken| Broken { at: why.at + HEADER as u64, ..why };
            let series = cursor.uvarint().map_err(shifted)?;
            let stretch = (cursor.varint().map_err(shifted)?, cursor.varint().map_err(shifted)?);
            stretches.entry(series).or_default().push(stretch);
        }
        for stretches in stretches.values_mut() {
            stretches.sort_unstable();
        }
        Ok(Self(stretches))
    }

    /// Those of a series, sorted; they may overlap.
    pub(in crate::tsdb) fn of(&self, series: u64) -> &[Stretch] {
        self.0.get(&series).map_or(&[], Vec::as_slice)
    }
}
