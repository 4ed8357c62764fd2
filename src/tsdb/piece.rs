//! A part of a series that lies in one place: in a block, or in the head.

use super::Fault;
use super::block::{Block, ChunkMeta};
use super::samples::extend;
use crate::base::Column;

/// Samples of one series that ascend in time.
pub(super) enum Piece<'d> {
    /// Chunks of a series in a block, by its number there; each begins behind the one before.
    Packed(&'d Block, u32, Vec<ChunkMeta>),
    /// What the head has.
    Newest(Column),
}

impl<'d> Piece<'d> {
    /// A series' chunks in one block, as pieces: mostly one, unless chunks overlap.
    pub(super) fn of(block: &'d Block, series: u32, chunks: Vec<ChunkMeta>) -> impl Iterator<Item = Self> {
        let mut layers: Vec<Vec<ChunkMeta>> = Vec::new();
        for chunk in chunks {
            let fits = |layer: &&mut Vec<ChunkMeta>| layer.last().is_none_or(|last| last.to < chunk.from);
            match layers.iter_mut().find(fits) {
                Some(layer) => layer.push(chunk),
                None => layers.push(vec![chunk]),
            }
        }
        layers.into_iter().map(move |chunks| Self::Packed(block, series, chunks))
    }

    /// The times of its first and last sample, deleted ones included.
    pub(super) fn span(&self) -> Option<(i64, i64)> {
        match self {
            Self::Packed(_, _, chunks) => Some((chunks.first()?.from, chunks.last()?.to)),
            Self::Newest(column) => column.first().zip(column.last()),
        }
    }

    /// How many chunks it has to unpack.
    pub(super) fn chunks(&self) -> usize {
        match self {
            Self::Packed(_, _, chunks) => chunks.len(),
            Self::Newest(_) => 0,
        }
    }

    /// Appends the samples to a column. Room is made for `more` further chunks.
    ///
    /// # Errors
    /// A chunk that is broken.
    pub(super) fn append(&self, column: &mut Column, more: usize) -> Result<(), Fault> {
        match self {
            Self::Packed(block, series, chunks) => block.read(*series, chunks, more, column),
            Self::Newest(newest) => {
                extend(column, newest);
                Ok(())
            }
        }
    }
}
