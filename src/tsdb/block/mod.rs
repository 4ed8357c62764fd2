//! One block: the series of some hours, days or weeks, written once and never changed.

mod index;
mod meta;
mod segments;
mod tombstones;
mod unpack;

use std::path::{Path, PathBuf};

use super::Fault;
use crate::base::{Column, Labels};
use crate::promql::{CompiledMatcher, CompiledMatchers};
use index::{Index, select};
use segments::Segments;
use tombstones::{Stretch, Tombstones};
use unpack::Unpacker;

pub(super) use meta::Meta;
pub(super) use segments::ChunkMeta;

/// A block, all of whose files are open: it stays readable when a server removes it.
#[derive(Debug)]
pub(super) struct Block {
    pub(super) path: PathBuf,
    pub(super) meta: Meta,
    index: Index,
    segments: Segments,
    tombstones: Tombstones,
}

impl Block {
    /// Opens the block in a folder.
    ///
    /// # Errors
    /// Everything that is wrong with its files, but for what only shows when series are read.
    pub(super) fn open(path: &Path) -> Result<Self, Vec<Fault>> {
        // What is no block of samples needs no look at its index.
        let meta = Meta::read(path).map_err(|why| vec![why])?;
        let (index, segments, tombstones) = (Index::open(path), Segments::open(path), Tombstones::read(path));
        match (index, segments, tombstones) {
            (Ok(index), Ok(segments), Ok(tombstones)) => {
                Ok(Self { path: path.to_owned(), meta, index, segments, tombstones })
            }
            (index, segments, tombstones) => {
                let faults = [index.err(), segments.err(), tombstones.err()];
                Err(faults.into_iter().flatten().collect())
            }
        }
    }

    /// Whether it may have a sample in `[from, to]`.
    pub(super) fn overlaps(&self, from: i64, to: i64) -> bool {
        self.meta.min_time <= to && from < self.meta.max_time
    }

    /// Calls `each` with the labels and the number of every series that meets the conditions and may have a sample in
    /// `[from, to]`.
    pub(super) fn find(
        &self,
        matchers: &CompiledMatchers,
        from: i64,
        to: i64,
        mut each: impl FnMut(Labels, u32),
    ) -> Result<(), Fault> {
        if !self.overlaps(from, to) {
            return Ok(());
        }
        // Labels that the block gives to all its series hide those of the same name.
        let external: Vec<(&str, &str)> = self.meta.external_labels().collect();
        let mut own: Vec<&CompiledMatcher> = Vec::new();
        for matcher in matchers.iter() {
            match external.iter().find(|(name, _)| *name == matcher.name()) {
                Some((_, value)) if !matcher.matches(value) => return Ok(()),
                Some(_) => {}
                None => own.push(matcher),
            }
        }
        let mut reader = self.index.reader();
        for number in select(&self.index, &own)? {
            let series = reader.series(number)?;
            let labels =
                external.iter().fold(series.labels, |labels, (name, value)| labels.with(name, value));
            let stretches = self.tombstones.of(u64::from(number));
            let is_wanted = |chunk: &ChunkMeta| {
                chunk.from <= to
                    && chunk.to >= from
                    && !covers(stretches, chunk.from.max(from), chunk.to.min(to))
            };
            if matchers.matches(&labels) && series.chunks.iter().any(is_wanted) {
                each(labels, number);
            }
        }
        Ok(())
    }

    /// The chunks of a series that may have a sample in `[from, to]`, in the order of the index.
    pub(super) fn chunks(&self, series: u32, from: i64, to: i64) -> Result<Vec<ChunkMeta>, Fault> {
        let mut chunks = self.index.reader().chunks(series)?;
        let stretches = self.tombstones.of(u64::from(series));
        chunks
            .retain(|chunk| chunk.from <= to && chunk.to >= from && !covers(stretches, chunk.from, chunk.to));
        Ok(chunks)
    }

    /// Appends the samples of a series' chunks to a column, but for those that were deleted. Room is made for `more`
    /// further chunks.
    pub(super) fn read(
        &self,
        series: u32,
        chunks: &[ChunkMeta],
        more: usize,
        into: &mut Column,
    ) -> Result<(), Fault> {
        let deleted = self.tombstones.of(u64::from(series));
        let mut unpacker = Unpacker::new(deleted, chunks.len() + more, into);
        let read = self.segments.read(chunks, |chunk| unpacker.take(chunk));
        // What waits lies before what could not be read.
        unpacker.finish().and(read)
    }

    /// The times of its first and last sample that were not deleted.
    pub(super) fn extent(&self) -> Result<Option<(i64, i64)>, Fault> {
        let mut extent: Option<(i64, i64)> = None;
        let mut reader = self.index.reader();
        for number in select(&self.index, &[])? {
            let stretches = self.tombstones.of(u64::from(number));
            for chunk in reader.chunks(number)? {
                let (first, last) = if stretches.is_empty() {
                    (chunk.from, chunk.to)
                } else {
                    let mut column = Column::default();
                    self.read(number, &[chunk], 0, &mut column)?;
                    let (Some(first), Some(last)) = (column.first(), column.last()) else { continue };
                    (first, last)
                };
                extent = Some(extent.map_or((first, last), |known| (known.0.min(first), known.1.max(last))));
            }
        }
        Ok(extent)
    }
}

/// Whether sorted stretches, which may overlap, leave nothing of `[from, to]`.
fn covers(stretches: &[Stretch], from: i64, to: i64) -> bool {
    let mut next = from;
    for (start, end) in stretches {
        if *start > next {
            break;
        }
        if *end >= to {
            return true;
        }
        next = next.max(end.saturating_add(1));
    }
    false
}
