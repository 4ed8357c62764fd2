//! What a server does when it starts: chunk files first, then the log, then the log of late samples.

use std::collections::{HashMap, HashSet};
use std::path::Path;
use std::sync::Arc;

use super::super::folder::has_head_snapshot;
use super::super::{Encoding, Fault};
use super::files::{self, Numbered};
use super::log::each_record;
use super::mapped::{MappedChunk, MappedChunks};
use super::record::{Entry, each_entry};
use crate::base::{Column, Histogram, HistogramAt, Labels, is_stale};

/// A sample that came after later ones.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Late {
    pub(super) t: i64,
    pub(super) start: i64,
    pub(super) value: Value,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Value {
    Float(f64),
    Histogram(Arc<Histogram>),
}

/// A series as the head holds it.
#[derive(Debug, Default)]
pub(super) struct HeadSeries {
    /// Chunks in files.
    pub(super) mapped: Vec<MappedChunk>,
    /// The samples of the log behind the last of these chunks; ascending.
    pub(super) fresh: Column,
    /// Chunks of late samples in files.
    pub(super) late_mapped: Vec<MappedChunk>,
    /// Late samples of the log that are not yet in a file, as they came.
    pub(super) late: Vec<Late>,
    /// Closed ranges of time whose samples are deleted.
    pub(super) deleted: Vec<(i64, i64)>,
    /// The time of the last sample that was in order.
    last: Option<i64>,
    ends_in_histogram: bool,
    /// Whether the series as a whole was deleted.
    is_gone: bool,
}

impl HeadSeries {
    fn add_chunk(&mut self, chunk: MappedChunk) {
        if chunk.is_late {
            self.late_mapped.push(chunk);
            return;
        }
        if self.last < Some(chunk.to) {
            self.last = Some(chunk.to);
            self.ends_in_histogram = !matches!(chunk.encoding, Encoding::Xor | Encoding::Xor2);
        }
        self.mapped.push(chunk);
    }

    /// Takes a sample of the log where it is the latest so far: all others are in chunk files, or late, and then in a
    /// log of their own.
    fn add(&mut self, t: i64, start: i64, value: Value) {
        if self.is_gone || self.last >= Some(t) {
            return;
        }
        self.last = Some(t);
        let value = match value {
            // The end of a series is logged as a float, whatever it held.
            Value::Float(sum) if is_stale(sum) && self.ends_in_histogram => {
                Value::Histogram(Arc::new(Histogram { sum, ..Histogram::default() }))
            }
            other => other,
        };
        match value {
            Value::Float(value) => {
                self.ends_in_histogram = false;
                if start != 0 {
                    self.fresh.starts.resize(self.fresh.times.len(), 0);
                }
                if start != 0 || !self.fresh.starts.is_empty() {
                    self.fresh.starts.push(start);
                }
                self.fresh.times.push(t);
                self.fresh.values.push(value);
            }
            Value::Histogram(value) => {
                self.ends_in_histogram = true;
                self.fresh.histograms.push(HistogramAt { t, start, value });
            }
        }
    }
}

/// Samples of series that the log does not name: how many, and the time of the last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Orphans {
    pub(super) samples: u64,
    pub(super) last: Option<i64>,
}

impl Orphans {
    fn add(&mut self, samples: u64, last: i64) {
        self.samples += samples;
        self.last = self.last.max(Some(last));
    }
}

/// All that was read of a head.
#[derive(Debug, Default)]
pub(super) struct Replay {
    pub(super) series: Vec<HeadSeries>,
    pub(super) chunks: MappedChunks,
    pub(super) orphans: Orphans,
    /// Places in `series` by the numbers of the log.
    ids: HashMap<u64, u32>,
    /// Places in `series` by labels.
    places: HashMap<Labels, u32>,
    /// Chunks whose series was not named yet, by the numbers of the log.
    waiting: HashMap<u64, Vec<MappedChunk>>,
    texts: HashSet<Arc<str>>,
}

/// Reads the head of a data folder.
///
/// # Errors
/// What is wrong in which file, for each file.
pub(super) fn replay(folder: &Path) -> Result<Replay, Vec<Fault>> {
    // In the order in which samples move: what leaves one place while it is read is found again in the next.
    let (chunks, mapped) = MappedChunks::read(&folder.join("chunks_head"))?;
    let mut replay = Replay { chunks, ..Replay::default() };
    for chunk in mapped {
        replay.waiting.entry(chunk.id).or_default().push(chunk);
    }
    let mut faults = Vec::new();
    let log = files::log(&folder.join("wal")).map_err(|fault| vec![fault])?;
    if log.checkpoint.is_empty() && log.segments.is_empty() && has_head_snapshot(folder) {
        let fault =
            Fault::new(&folder.join("wal"), "the log is missing, but a snapshot of the head is there");
        return Err(vec![
            fault.help("copy the data folder again, with its log: of the head only that is read"),
        ]);
    }
    for segment in log.checkpoint.iter().chain(&log.segments) {
        faults.extend(replay.segment(segment, Replay::add).err());
    }
    let late = files::numbered(&folder.join("wbl")).map_err(|fault| vec![fault])?;
    for segment in &late {
        faults.extend(replay.segment(segment, Replay::add_late).err());
    }
    if !faults.is_empty() {
        return Err(faults);
    }
    replay.finish();
    Ok(replay)
}

impl Replay {
    fn segment(&mut self, segment: &Numbered, add: fn(&mut Self, Entry)) -> Result<(), Fault> {
        each_record(segment, |record| each_entry(record, &mut |entry| add(self, entry)))
    }

    /// An entry of the log.
    fn add(&mut self, entry: Entry) {
        match entry {
            Entry::Series { id, labels } => self.name(id, &labels),
            Entry::Float { id, t, start, value } => match self.of(id) {
                Some(series) => series.add(t, start, Value::Float(value)),
                None => self.orphans.add(1, t),
            },
            Entry::Histogram { id, t, start, value } => match self.of(id) {
                Some(series) => series.add(t, start, Value::Histogram(Arc::new(value))),
                None => self.orphans.add(1, t),
            },
            Entry::Deletion { id, from: i64::MIN, to: i64::MAX } => self.end(id),
            Entry::Deletion { id, from, to } => {
                if let Some(series) = self.of(id) {
                    series.deleted.push((from, to));
                }
            }
            // Stands in the log of late samples alone.
            Entry::Mapped { .. } => {}
        }
    }

    /// An entry of the log of late samples.
    fn add_late(&mut self, entry: Entry) {
        let (id, late) = match entry {
            Entry::Float { id, t, start, value } => (id, Late { t, start, value: Value::Float(value) }),
            Entry::Histogram { id, t, start, value } => {
                (id, Late { t, start, value: Value::Histogram(Arc::new(value)) })
            }
            Entry::Mapped { id, place } => {
                // A chunk that was not yet in its file when that was read: its samples are here.
                if place <= self.chunks.last
                    && let Some(series) = self.of(id)
                {
                    series.late.clear();
                }
                return;
            }
            Entry::Series { .. } | Entry::Deletion { .. } => return,
        };
        match self.of(id) {
            Some(series) => series.late.push(late),
            None => self.orphans.add(1, late.t),
        }
    }

    fn of(&mut self, id: u64) -> Option<&mut HeadSeries> {
        self.series.get_mut(*self.ids.get(&id)? as usize)
    }

    /// A series gets a number. It may have had others before: then it was forgotten in between.
    fn name(&mut self, id: u64, labels: &Labels) {
        let place = if let Some(place) = self.places.get(labels) {
            *place
        } else {
            let texts = &mut self.texts;
            let labels = labels.iter().map(|(name, value)| (shared(texts, name), shared(texts, value)));
            let labels: Labels = labels.collect();
            let place = self.series.len() as u32;
            self.places.insert(labels.clone(), place);
            let fresh = Column { labels, ..Column::default() };
            self.series.push(HeadSeries { fresh, ..HeadSeries::default() });
            place
        };
        self.ids.insert(id, place);
        let waiting = self.waiting.remove(&id).unwrap_or_default();
        if let Some(series) = self.series.get_mut(place as usize) {
            for chunk in waiting {
                series.add_chunk(chunk);
            }
        }
    }

    /// A series as a whole is deleted; should one with its labels come again, it is another.
    fn end(&mut self, id: u64) {
        let Some(series) = self.of(id) else { return };
        series.is_gone = true;
        let labels = series.fresh.labels.clone();
        if self.places.get(&labels) == self.ids.get(&id) {
            self.places.remove(&labels);
        }
    }

    fn finish(&mut self) {
        for chunk in std::mem::take(&mut self.waiting).into_values().flatten() {
            self.orphans.add(u64::from(chunk.samples), chunk.to);
        }
        (self.ids, self.places, self.texts) = Default::default();
        self.series.retain(|series| !series.is_gone);
        self.series.sort_by(|a, b| a.fresh.labels.cmp(&b.fresh.labels));
        for series in &mut self.series {
            let Column { times, values, starts, histograms, .. } = &mut series.fresh;
            times.shrink_to_fit();
            values.shrink_to_fit();
            starts.shrink_to_fit();
            histograms.shrink_to_fit();
        }
    }
}

/// The same text, held once.
fn shared(texts: &mut HashSet<Arc<str>>, text: &str) -> Arc<str> {
    if let Some(known) = texts.get(text) {
        return Arc::clone(known);
    }
    let text: Arc<str> = text.into();
    texts.insert(Arc::clone(&text));
    text
}
