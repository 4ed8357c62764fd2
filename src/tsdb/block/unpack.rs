//! The chunks of one series, one behind the other, made into one column.

use std::mem::take;
use std::path::Path;

use super::super::samples::{check_order, is_within, remove};
use super::super::{Broken, Encoding, Fault, Rows, decode, decode_three};
use super::segments::{ChunkMeta, Packed};
use super::tombstones::Stretch;
use crate::base::Column;

/// As many samples room is made for at most, since what is announced may not come.
const ROOM: usize = 1 << 22;

/// Appends the samples of chunks to a column, but for those that were deleted. Chunks of floats wait until there are three,
/// which together take less time.
pub(super) struct Unpacker<'c, 's> {
    deleted: &'c [Stretch],
    into: &'c mut Column,
    /// How many chunks will come, until room was made for them.
    coming: usize,
    /// Two at most.
    waiting: Vec<Waiting<'s>>,
    /// The data of those that wait, one behind the other: what comes next may take the place that they were read to.
    data: Vec<u8>,
    rows: Rows,
}

/// A chunk that waits.
struct Waiting<'s> {
    meta: ChunkMeta,
    place: (&'s Path, u64),
    /// Where its data end.
    end: usize,
}

impl<'c, 's> Unpacker<'c, 's> {
    /// So many chunks will come, some perhaps to another unpacker of the same column.
    pub(super) fn new(deleted: &'c [Stretch], coming: usize, into: &'c mut Column) -> Self {
        Self { deleted, into, coming, waiting: Vec::new(), data: Vec::new(), rows: Rows::new() }
    }

    /// Takes the next chunk.
    ///
    /// # Errors
    /// It is broken, or one that waited.
    pub(super) fn take(&mut self, chunk: &Packed<'s, '_>) -> Result<(), Fault> {
        let is_float = chunk.encoding == Encoding::Xor;
        if is_float && self.waiting.len() < 2 {
            self.data.extend_from_slice(chunk.data);
            self.waiting.push(Waiting { meta: chunk.meta, place: chunk.place, end: self.data.len() });
            return Ok(());
        }
        if is_float && self.three(chunk).is_some() {
            self.waiting.clear();
            self.data.clear();
            return Ok(());
        }
        // One by one, so that what is wrong is told of the first that is.
        self.finish()?;
        self.one(chunk)
    }

    /// No more chunks come.
    ///
    /// # Errors
    /// One that waited is broken.
    pub(super) fn finish(&mut self) -> Result<(), Fault> {
        let (data, mut start) = (take(&mut self.data), 0);
        for Waiting { meta, place, end } in take(&mut self.waiting) {
            let data = data.get(start..end).unwrap_or_default();
            self.one(&Packed { meta, encoding: Encoding::Xor, data, place })?;
            start = end;
        }
        Ok(())
    }

    fn one(&mut self, chunk: &Packed<'_, '_>) -> Result<(), Fault> {
        let (floats, histograms) = (self.into.times.len(), self.into.histograms.len());
        let within = |why: Broken| why.within(chunk.place.0, chunk.place.1);
        decode(chunk.encoding, chunk.data, self.into).map_err(within)?;
        self.make_room(floats, 1);
        check_order(self.into, floats, histograms, (chunk.meta.from, chunk.meta.to))
            .map_err(|what| within(Broken::new(0, what)))?;
        if self.touches(&chunk.meta) {
            let deleted = |t| self.deleted.iter().any(|(from, to)| (from..=to).contains(&&t));
            remove(self.into, floats, histograms, deleted);
        }
        Ok(())
    }

    /// The two chunks that wait and the one behind them, if all is well with them and nothing was deleted.
    fn three(&mut self, chunk: &Packed<'_, '_>) -> Option<()> {
        let [first, second] = self.waiting.as_slice() else { return None };
        let metas = [first.meta, second.meta, chunk.meta];
        if metas.iter().any(|meta| self.touches(meta)) {
            return None;
        }
        let (before, behind) = self.data.split_at_checked(first.end)?;
        let floats = self.into.times.len();
        let counts = decode_three([before, behind, chunk.data], &mut self.rows, self.into)?;
        let mut times = self.into.times.get(floats..)?;
        for (count, meta) in counts.into_iter().zip(metas) {
            let (own, others) = times.split_at_checked(count)?;
            if !is_within(own, (meta.from, meta.to)) {
                self.into.times.truncate(floats);
                self.into.values.truncate(floats);
                self.into.starts.truncate(floats);
                return None;
            }
            times = others;
        }
        self.make_room(floats, 3);
        Some(())
    }

    /// Whether some of a chunk may have been deleted.
    fn touches(&self, chunk: &ChunkMeta) -> bool {
        self.deleted.iter().any(|(from, to)| *from <= chunk.to && *to >= chunk.from)
    }

    /// Chunks of a series are mostly alike: behind the first, room for all of them at once, in all blocks.
    fn make_room(&mut self, floats: usize, chunks: usize) {
        let more = take(&mut self.coming).saturating_sub(chunks);
        let room = ((self.into.times.len() - floats) / chunks).saturating_mul(more).min(ROOM);
        // A little more, since one that is too small would have all copied.
        let room = room + room / 8;
        self.into.times.reserve(room);
        self.into.values.reserve(room);
    }
}
