//! The head: what a server, running or stopped, holds outside its blocks.
//!
//! Takes a data folder; reads its log (`wal`, from the last checkpoint on), chunk files (`chunks_head`) and log of late
//! samples (`wbl`), and gives series and samples as a server that starts there would see them. Reads only, locks
//! nothing, and may be used while a server writes: then it sees every sample that was flushed. Chunk snapshots
//! (`chunk_snapshot.N.M`) are not read: they only spare a server the log, which holds all that is in them.
//! Must not know blocks. To add a type of record: its line in `record`.

mod files;
mod histogram;
mod log;
mod mapped;
mod record;
mod replay;
mod unpack;

use std::collections::BTreeMap;
use std::path::Path;

use self::mapped::MappedChunk;
use self::replay::{HeadSeries, Replay, Value, replay};
use super::Fault;
use super::samples::{chained, remove};
use crate::base::{Column, HistogramAt, Labels, METRIC_NAME};
use crate::promql::CompiledMatchers;

/// What a head holds, in memory: chunks packed as they were, newer samples as they are.
#[derive(Debug, Default)]
pub struct Head {
    replay: Replay,
    /// Places of series by metric name.
    by_name: BTreeMap<String, Vec<usize>>,
    valid_from: Option<i64>,
}

/// Reads the head of a data folder; an empty one where there is none. Where a server runs, read its head before its
/// blocks are listed: what it moves into a block in between is then seen twice, and never not at all.
///
/// # Errors
/// What is wrong in which file, for each file. The end of the last segment of a log may be torn.
pub fn read(folder: &Path) -> Result<Head, Vec<Fault>> {
    let replay = replay(folder)?;
    let mut by_name: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (place, series) in replay.series.iter().enumerate() {
        by_name.entry(series.fresh.labels.metric().to_owned()).or_default().push(place);
    }
    Ok(Head { replay, by_name, valid_from: None })
}

impl Head {
    /// Leaves out samples before `t` (milliseconds since 1970), but for late ones: the blocks hold them, so `t` is the
    /// end of the last block that was not made of late samples or of some series only.
    pub fn set_valid_from(&mut self, t: i64) {
        self.valid_from = Some(t);
    }

    /// How many series there are.
    pub fn series(&self) -> usize {
        self.replay.series.len()
    }

    /// How many samples there are at most: deleted ones and those that are there twice are counted.
    pub fn samples(&self) -> u64 {
        self.replay.series.iter().map(|series| self.counted(series)).sum()
    }

    /// The times of the first and the last sample, in milliseconds since 1970; those of deleted samples at worst.
    pub fn extent(&self) -> Option<(i64, i64)> {
        let extents = || self.replay.series.iter().filter_map(|series| self.extent_of(series));
        Some((extents().map(|(from, _)| from).min()?, extents().map(|(_, to)| to).max()?))
    }

    /// The labels of a series by its place, as [`Head::find`] gives it.
    pub fn labels(&self, place: usize) -> Option<&Labels> {
        Some(&self.replay.series.get(place)?.fresh.labels)
    }

    /// What a reader should know about this head.
    pub fn remarks(&self) -> Vec<String> {
        let torn = self.replay.chunks.torn.iter().map(|fault| {
            format!("{fault}: the rest of the file is not read, since the log holds the same samples")
        });
        let orphans = self.replay.orphans;
        let lost = orphans.last.filter(|last| self.valid_from.is_none_or(|from| *last >= from)).map(|_| {
            format!(
                "{} samples in the head belong to series that its log does not name: left out",
                orphans.samples
            )
        });
        torn.chain(lost).collect()
    }

    /// The places of the series that meet every matcher and may have a sample in `[from, to]`, sorted by labels.
    pub fn find(&self, matchers: &CompiledMatchers, from: i64, to: i64) -> Vec<usize> {
        let chosen = |place: &usize| {
            self.replay.series.get(*place).is_some_and(|series| {
                self.extent_of(series).is_some_and(|(first, last)| first <= to && from <= last)
                    && matchers.matches(&series.fresh.labels)
            })
        };
        let named = matchers.iter().find(|m| m.name() == METRIC_NAME).and_then(|m| m.equal_to());
        match named {
            Some(name) => self.by_name.get(name).into_iter().flatten().copied().filter(chosen).collect(),
            None => (0..self.series()).filter(chosen).collect(),
        }
    }

    /// The samples of a series, by its place. They may reach beyond `[from, to]`; within it they are complete. Of two
    /// samples at one time one is given.
    ///
    /// # Errors
    /// A chunk is broken though its checksum is right.
    pub fn read(&self, place: usize, from: i64, to: i64) -> Result<Column, Fault> {
        let Some(series) = self.replay.series.get(place) else { return Ok(Column::default()) };
        let valid_from = self.valid_from.unwrap_or(i64::MIN);
        let mut columns = vec![Column { labels: series.fresh.labels.clone(), ..Column::default() }];
        for chunk in series.mapped.iter().filter(|chunk| chunk.from <= to && chunk.to >= from.max(valid_from))
        {
            self.decode(chunk, &mut columns)?;
        }
        columns.push(series.fresh.clone());
        if self.valid_from.is_some() {
            for column in &mut columns {
                remove(column, 0, 0, |t| t < valid_from);
            }
        }
        if !series.late_mapped.is_empty() || !series.late.is_empty() {
            // Never behind samples that came in order.
            columns.push(Column::default());
            for chunk in series.late_mapped.iter().filter(|chunk| chunk.from <= to && chunk.to >= from) {
                self.decode(chunk, &mut columns)?;
            }
            columns.push(late(series));
        }
        let mut column = joined(columns);
        if !series.deleted.is_empty() {
            let is_deleted = |t: i64| series.deleted.iter().any(|(from, to)| (*from..=*to).contains(&t));
            remove(&mut column, 0, 0, is_deleted);
        }
        Ok(column)
    }

    /// Appends the samples of a chunk to the last column, or begins another where they are not behind its samples.
    fn decode(&self, chunk: &MappedChunk, columns: &mut Vec<Column>) -> Result<(), Fault> {
        if let Some(last) = columns.last_mut()
            && last.last() < Some(chunk.from)
        {
            return self.replay.chunks.decode(chunk, last);
        }
        let mut column = Column::default();
        self.replay.chunks.decode(chunk, &mut column)?;
        columns.push(column);
        Ok(())
    }

    fn counted(&self, series: &HeadSeries) -> u64 {
        let valid_from = self.valid_from.unwrap_or(i64::MIN);
        let mapped = series.mapped.iter().filter(|chunk| chunk.to >= valid_from);
        let chunks = mapped.chain(&series.late_mapped).map(|chunk| u64::from(chunk.samples));
        let old = series.fresh.times.partition_point(|t| *t < valid_from)
            + series.fresh.histograms.partition_point(|sample| sample.t < valid_from);
        chunks.sum::<u64>() + (series.fresh.len() - old + series.late.len()) as u64
    }

    fn extent_of(&self, series: &HeadSeries) -> Option<(i64, i64)> {
        let valid_from = self.valid_from.unwrap_or(i64::MIN);
        let mapped = series.mapped.iter().map(|chunk| (chunk.from, chunk.to));
        let fresh = series.fresh.first().zip(series.fresh.last());
        let in_order = mapped.chain(fresh).filter(|(_, last)| *last >= valid_from);
        let in_order = in_order.map(|(first, last)| (first.max(valid_from), last));
        let late_mapped = series.late_mapped.iter().map(|chunk| (chunk.from, chunk.to));
        let late = series.late.iter().map(|late| (late.t, late.t));
        in_order.chain(late_mapped).chain(late).reduce(|a, b| (a.0.min(b.0), a.1.max(b.1)))
    }
}

/// Columns of one series in one; the labels are those of the first.
fn joined(mut columns: Vec<Column>) -> Column {
    let first = columns.first().map(|column| column.labels.clone()).unwrap_or_default();
    columns.retain(|column| !column.is_empty());
    let column = match columns.as_mut_slice() {
        [only] => std::mem::take(only),
        _ => chained(&columns),
    };
    Column { labels: first, ..column }
}

/// The late samples that are in no chunk, in the order of time; of one time the first that came.
fn late(series: &HeadSeries) -> Column {
    let mut samples: Vec<&replay::Late> = series.late.iter().collect();
    samples.sort_by_key(|late| late.t);
    samples.dedup_by_key(|late| late.t);
    let mut column = Column::default();
    let starts = samples.iter().any(|late| late.start != 0);
    for late in samples {
        match &late.value {
            Value::Float(value) => {
                column.times.push(late.t);
                column.values.push(*value);
                if starts {
                    column.starts.push(late.start);
                }
            }
            Value::Histogram(value) => {
                column.histograms.push(HistogramAt { t: late.t, start: late.start, value: value.clone() });
            }
        }
    }
    column
}
