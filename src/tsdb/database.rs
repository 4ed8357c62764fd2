//! All blocks of a folder as one.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use super::block::Block;
use super::head::{self, Head};
use super::heap::Heap;
use super::overlaid::overlaid;
use super::piece::Piece;
use super::{Fault, folder};
use crate::base::{Column, Labels};
use crate::promql::CompiledMatchers;

/// How often a folder is listed again when its blocks vanish: a server compacts every few minutes, not seconds.
const ATTEMPTS: usize = 5;

/// Stored series that can be found by their labels and read one by one.
#[derive(Debug)]
pub struct Database {
    /// Sorted by their first time.
    blocks: Vec<Block>,
    skipped: Vec<Skipped>,
    /// What is in no block yet.
    head: Head,
}

/// A series that was found but not yet read.
#[derive(Debug, Clone)]
pub struct SeriesRef {
    /// Who it is, the metric's name included.
    pub labels: Labels,
    parts: Vec<Part>,
}

/// Where a series has samples.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Part {
    /// In a block (its place in the database's list), by its number there.
    Block(usize, u32),
    /// In the head, by its place there.
    Head(usize),
}

/// What a database holds.
#[derive(Debug, Clone, PartialEq)]
pub struct Coverage {
    /// Sorted by their first time.
    pub blocks: Vec<BlockCoverage>,
    /// Blocks that are there but not read.
    pub skipped: Vec<Skipped>,
    /// What is in no block yet; nothing where all is.
    pub head: Option<HeadCoverage>,
}

/// What the head holds: log and chunk files of a data folder.
#[derive(Debug, Clone, PartialEq)]
pub struct HeadCoverage {
    /// The time of its first sample, in milliseconds since 1970.
    pub from: i64,
    /// The time of its last sample.
    pub to: i64,
    /// How many series it has.
    pub series: u64,
    /// How many samples at most: deleted ones and those that are there twice are counted.
    pub samples: u64,
    /// What a reader should know about it.
    pub remarks: Vec<String>,
}

/// What one block holds, as it says of itself.
#[derive(Debug, Clone, PartialEq)]
pub struct BlockCoverage {
    /// Its folder.
    pub path: PathBuf,
    /// Its name.
    pub ulid: String,
    /// Its samples lie in `[from, to)`, in milliseconds since 1970.
    pub from: i64,
    /// Behind its last sample.
    pub to: i64,
    /// How many series it has.
    pub series: u64,
    /// How many samples, deleted ones included.
    pub samples: u64,
    /// How many chunks.
    pub chunks: u64,
    /// How often its samples were compacted.
    pub level: u32,
    /// Whether it was made of samples that came out of order.
    pub is_out_of_order: bool,
    /// Labels that all its series get.
    pub external_labels: Labels,
}

/// A block that is there but not read, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Skipped {
    /// Its folder.
    pub path: PathBuf,
    /// In words.
    pub why: String,
}

/// Opens a block, a snapshot or a data folder. All files are opened at once: what a server removes later stays readable.
///
/// Blocks of Thanos and Mimir are read too, if they hold raw samples. Their series get the external labels that
/// `meta.json` names in its `thanos` object, which hide labels of the same name, as they do when Thanos answers:
/// otherwise series of two clusters would become one. Labels that begin with two underscores are not added.
///
/// # Errors
/// Everything that is wrong, file by file.
pub fn open(path: &Path) -> Result<Database, Vec<Fault>> {
    // Before the blocks are listed: what a server moves into a block in between is then there twice, not missing.
    let mut head = if folder::is_block(path) { Ok(Head::default()) } else { head::read(path) };
    let mut listed = folder::blocks(path).map_err(|why| vec![why])?;
    for attempt in 1.. {
        let mut faults = match (open_all(&listed), head) {
            (Ok(database), Ok(head)) => return Ok(database.with_head(head)),
            (Ok(_), Err(faults)) => return Err(faults),
            (Err(faults), found) => {
                head = found;
                faults
            }
        };
        // A block that is no longer there was compacted into another in the meantime.
        let again = folder::blocks(path).map_err(|why| vec![why])?;
        if again == listed || attempt == ATTEMPTS {
            faults.extend(head.err().into_iter().flatten());
            return Err(faults);
        }
        listed = again;
    }
    Err(Vec::new())
}

const REPLACED: &str = "it was compacted into another block that is there too";

fn open_all(paths: &[PathBuf]) -> Result<Database, Vec<Fault>> {
    let (mut blocks, mut broken) = (Vec::new(), Vec::new());
    for path in paths {
        match Block::open(path) {
            Ok(block) => blocks.push(block),
            Err(faults) => broken.push((path, faults)),
        }
    }
    let replaced: BTreeSet<String> = blocks
        .iter()
        .flat_map(|block| block.meta.compaction.parents.iter())
        .map(|parent| parent.ulid.clone())
        .collect();
    let mut skipped = Vec::new();
    // What is left of a removal that was cut short does no harm where all of it is in another block.
    broken.retain(|(path, _)| {
        let is_replaced =
            path.file_name().and_then(OsStr::to_str).is_some_and(|name| replaced.contains(name));
        if is_replaced {
            skipped.push(Skipped { path: (*path).clone(), why: REPLACED.to_owned() });
        }
        !is_replaced
    });
    if !broken.is_empty() {
        return Err(broken.into_iter().flat_map(|(_, faults)| faults).collect());
    }
    blocks.retain(|block| {
        let why = if block.meta.compaction.deletable {
            "it is marked as to be removed"
        } else if replaced.contains(&block.meta.ulid) {
            REPLACED
        } else {
            return true;
        };
        skipped.push(Skipped { path: block.path.clone(), why: why.to_owned() });
        false
    });
    blocks.sort_by(|a, b| (a.meta.min_time, &a.meta.ulid).cmp(&(b.meta.min_time, &b.meta.ulid)));
    Ok(Database { blocks, skipped, head: Head::default() })
}

impl Database {
    fn with_head(mut self, mut head: Head) -> Self {
        let whole = self.blocks.iter().filter(|block| block.meta.holds_all());
        if let Some(end) = whole.map(|block| block.meta.max_time).max() {
            head.set_valid_from(end);
        }
        self.head = head;
        self
    }

    /// The series that meet every condition and may have a sample in `[from, to]` (milliseconds since 1970, both ends
    /// included), sorted by labels, each once. Of their samples nothing is read.
    ///
    /// # Errors
    /// An index that is broken where it was read.
    pub fn find(&self, matchers: &CompiledMatchers, from: i64, to: i64) -> Result<Vec<SeriesRef>, Fault> {
        // The server asks its head first.
        let head = self.head.find(matchers, from, to).into_iter();
        let head = head.filter_map(|place| Some((self.head.labels(place)?.clone(), Part::Head(place))));
        let mut lists = vec![head.collect::<Vec<_>>()];
        for (place, block) in self.blocks.iter().enumerate() {
            let mut found = Vec::new();
            block.find(matchers, from, to, |labels, number| {
                found.push((labels, Part::Block(place, number)));
            })?;
            // Labels that a block gives to all its series may change their order.
            found.sort();
            lists.push(found);
        }
        lists.retain(|found| !found.is_empty());
        Ok(grouped(lists))
    }

    /// The samples of a series found in this database. Only chunks that overlap `[from, to]` are read, these whole, so that
    /// there may be samples beyond it.
    ///
    /// # Errors
    /// A chunk that is broken.
    pub fn read(&self, series: &SeriesRef, from: i64, to: i64) -> Result<Column, Fault> {
        let mut column = Column::default();
        self.read_into(series, from, to, &mut column)?;
        Ok(column)
    }

    /// The same into a column whose samples are lost but whose room is used again: to take fresh memory for each of many
    /// series costs as much as to unpack them.
    ///
    /// # Errors
    /// A chunk that is broken.
    pub fn read_into(
        &self,
        series: &SeriesRef,
        from: i64,
        to: i64,
        column: &mut Column,
    ) -> Result<(), Fault> {
        let mut pieces = Vec::with_capacity(series.parts.len());
        for part in &series.parts {
            match part {
                Part::Head(place) => pieces.push(Piece::Newest(self.head.read(*place, from, to)?)),
                Part::Block(place, number) => {
                    let Some(block) = self.blocks.get(*place).filter(|block| block.overlaps(from, to)) else {
                        continue;
                    };
                    pieces.extend(Piece::of(block, *number, block.chunks(*number, from, to)?));
                }
            }
        }
        pieces.retain(|piece| piece.span().is_some());
        column.clear();
        column.labels.clone_from(&series.labels);
        let mut in_time: Vec<&Piece<'_>> = pieces.iter().collect();
        in_time.sort_by_key(|piece| piece.span());
        let mut more: usize = pieces.iter().map(Piece::chunks).sum();
        if in_time.is_sorted_by(|a, b| a.span().map(|(_, to)| to) < b.span().map(|(from, _)| from)) {
            for piece in in_time {
                more -= piece.chunks();
                piece.append(column, more)?;
            }
            return Ok(());
        }
        let mut columns = Vec::with_capacity(pieces.len());
        for piece in &pieces {
            let mut part = Column { labels: series.labels.clone(), ..Column::default() };
            piece.append(&mut part, 0)?;
            columns.push(part);
        }
        *column = overlaid(&columns, from);
        Ok(())
    }

    /// The times of the first and the last sample, in milliseconds since 1970, deleted ones left
    /// out where they are in blocks.
    ///
    /// # Errors
    /// An index that is broken where it was read.
    pub fn extent(&self) -> Result<Option<(i64, i64)>, Fault> {
        let mut extent: Option<(i64, i64)> = self.head.extent();
        // The last and the first, so that those between need no look.
        let others = self.blocks.len().saturating_sub(1);
        for block in self.blocks.iter().skip(others).chain(self.blocks.iter().take(others)) {
            // What a block says of itself is often wider than its samples, never narrower.
            if extent.is_some_and(|(first, last)| first <= block.meta.min_time && block.meta.max_time <= last)
            {
                continue;
            }
            if let Some((first, last)) = block.extent()? {
                extent = Some(extent.map_or((first, last), |known| (known.0.min(first), known.1.max(last))));
            }
        }
        Ok(extent)
    }

    /// What it holds, block by block.
    pub fn coverage(&self) -> Coverage {
        let block = |block: &Block| BlockCoverage {
            path: block.path.clone(),
            ulid: block.meta.ulid.clone(),
            from: block.meta.min_time,
            to: block.meta.max_time,
            series: block.meta.stats.series,
            samples: block.meta.stats.samples,
            chunks: block.meta.stats.chunks,
            level: block.meta.compaction.level,
            is_out_of_order: block.meta.is_out_of_order(),
            external_labels: block.meta.external_labels().collect(),
        };
        let head = self.head.extent().map(|(from, to)| HeadCoverage {
            from,
            to,
            series: self.head.series() as u64,
            samples: self.head.samples(),
            remarks: self.head.remarks(),
        });
        Coverage { blocks: self.blocks.iter().map(block).collect(), skipped: self.skipped.clone(), head }
    }
}

/// The series of several lists, each sorted by labels, with their parts. The parts of a series are in the order in which
/// Prometheus walks through them (`storage/merge.go`, genericMergeSeriesSet).
fn grouped(lists: Vec<Vec<(Labels, Part)>>) -> Vec<SeriesRef> {
    let mut lists: Vec<_> = lists.into_iter().map(Vec::into_iter).collect();
    let mut series = Vec::new();
    let mut next = Heap::new();
    let mut taken: Vec<usize> = (0..lists.len()).collect();
    loop {
        for list in taken.drain(..) {
            if let Some((labels, part)) = lists.get_mut(list).and_then(Iterator::next) {
                next.push(labels, (list, part));
            }
        }
        let Some((labels, (list, part))) = next.pop() else { return series };
        taken.push(list);
        let mut parts = vec![part];
        while next.first() == Some(&labels)
            && let Some((_, (list, part))) = next.pop()
        {
            taken.push(list);
            parts.push(part);
        }
        series.push(SeriesRef { labels, parts });
    }
}
