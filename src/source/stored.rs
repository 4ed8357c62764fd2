//! What lies at the paths given, as one store: text in memory, blocks on disk.

use std::collections::VecDeque;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use super::load;
use crate::base::{Column, Labels, Moment};
use crate::engine::{Found, MemStore, Store, StoreError};
use crate::promql::{CompiledMatchers, Matcher};
use crate::report::Origin;
use crate::tsdb::{self, BlockCoverage, Database, Fault, SeriesRef};

/// Data that was found, and what is known of it before a query is asked.
pub(super) struct Stored {
    pub(super) store: Box<dyn Store>,
    /// The times of the first and the last sample, in milliseconds.
    pub(super) extent: Option<(i64, i64)>,
    pub(super) origins: Vec<Origin>,
}

/// Opens blocks, snapshots and data folders of Prometheus, and reads all else as text. Of a sample that is at several
/// paths, text comes first, then the path given first.
///
/// # Errors
/// Every file that cannot be read, each with place, reason and what to do, one below the other.
pub(super) fn open(paths: &[PathBuf], warnings: &mut Vec<String>) -> anyhow::Result<Stored> {
    let (databases, texts): (Vec<PathBuf>, Vec<PathBuf>) =
        paths.iter().cloned().partition(|path| tsdb::is_data(path));
    let mut faults = Vec::new();
    let mut members = Vec::new();
    if !texts.is_empty() {
        match load::load(&texts, warnings) {
            Ok(columns) => {
                members.push(in_memory(columns, texts.iter().map(|path| path.display().to_string())));
            }
            Err(found) => faults.extend(found.iter().map(ToString::to_string)),
        }
    }
    for path in &databases {
        let stored = tsdb::open(path)
            .and_then(|database| on_disk(path, database, warnings).map_err(|fault| vec![fault]));
        match stored {
            Ok(stored) => members.push(stored),
            Err(found) => faults.extend(found.iter().map(ToString::to_string)),
        }
    }
    if faults.is_empty() { Ok(joined(members)) } else { Err(anyhow::Error::msg(faults.join("\n"))) }
}

/// Series that were read from these texts.
pub(super) fn in_memory(columns: Vec<Column>, names: impl Iterator<Item = String>) -> Stored {
    let store = MemStore::new(columns);
    Stored { extent: store.extent(), store: Box::new(store), origins: names.map(text).collect() }
}

fn on_disk(path: &Path, database: Database, warnings: &mut Vec<String>) -> Result<Stored, Fault> {
    let coverage = database.coverage();
    warnings.extend(
        coverage.skipped.iter().map(|block| format!("{}: not read: {}", block.path.display(), block.why)),
    );
    warnings.extend(coverage.head.iter().flat_map(|head| head.remarks.iter().cloned()));
    let newest = coverage.head.iter().map(|head| Origin {
        path: path.join("wal").display().to_string(),
        kind: "head".to_owned(),
        from: Some(Moment::from_millis(head.from)),
        to: Some(Moment::from_millis(head.to)),
        series: Some(head.series),
        samples: Some(head.samples),
        chunks: None,
        level: None,
    });
    let origins = coverage.blocks.iter().map(block).chain(newest).collect();
    Ok(Stored { extent: database.extent()?, store: Box::new(OnDisk::new(database)), origins })
}

/// Text says nothing of itself; what is in it is known when it is read.
fn text(path: String) -> Origin {
    Origin {
        path,
        kind: "text".to_owned(),
        from: None,
        to: None,
        series: None,
        samples: None,
        chunks: None,
        level: None,
    }
}

fn block(block: &BlockCoverage) -> Origin {
    Origin {
        path: block.path.display().to_string(),
        kind: "block".to_owned(),
        from: Some(Moment::from_millis(block.from)),
        to: Some(Moment::from_millis(block.to.saturating_sub(1))),
        series: Some(block.series),
        samples: Some(block.samples),
        chunks: Some(block.chunks),
        level: Some(block.level),
    }
}

fn joined(mut members: Vec<Stored>) -> Stored {
    if members.len() == 1
        && let Some(only) = members.pop()
    {
        return only;
    }
    let extents = members.iter().filter_map(|member| member.extent);
    let extent = extents.reduce(|a, b| (a.0.min(b.0), a.1.max(b.1)));
    let (mut stores, mut origins) = (Vec::new(), Vec::new());
    for member in members {
        stores.push(member.store);
        origins.extend(member.origins);
    }
    Stored { store: Box::new(Joined(stores)), extent, origins }
}

/// Blocks as a store: a series is read when it is asked for.
struct OnDisk {
    database: Database,
    /// The columns given last: once nobody else holds one, its room is used again.
    given: Mutex<VecDeque<Arc<Column>>>,
}

/// How many columns are kept: some for each of the threads that read.
const KEPT: usize = 8;

impl OnDisk {
    fn new(database: Database) -> Self {
        Self { database, given: Mutex::default() }
    }

    /// A column that is free, or a new one.
    fn free(&self) -> Column {
        let mut given = self.given.lock().unwrap_or_else(PoisonError::into_inner);
        let free = given.iter().position(|column| Arc::strong_count(column) == 1);
        free.and_then(|free| given.remove(free)).and_then(Arc::into_inner).unwrap_or_default()
    }

    fn keep(&self, column: &Arc<Column>) {
        let mut given = self.given.lock().unwrap_or_else(PoisonError::into_inner);
        given.truncate(KEPT - 1);
        given.push_front(Arc::clone(column));
    }
}

impl From<Fault> for StoreError {
    fn from(fault: Fault) -> Self {
        Self(fault.to_string())
    }
}

impl Store for OnDisk {
    fn find(&self, matchers: &[Matcher], from: i64, to: i64) -> Result<Vec<Found>, StoreError> {
        let found = self.database.find(&CompiledMatchers::new(matchers)?, from, to)?;
        let found =
            found.into_iter().map(|series| Found { labels: series.labels.clone(), key: Arc::new(series) });
        Ok(found.collect())
    }

    fn read(&self, found: &Found, from: i64, to: i64) -> Result<Arc<Column>, StoreError> {
        let series = found.key.downcast_ref::<SeriesRef>().ok_or_else(|| foreign(&found.labels))?;
        let mut column = self.free();
        self.database.read_into(series, from, to, &mut column)?;
        let column = Arc::new(column);
        self.keep(&column);
        Ok(column)
    }
}

/// Several stores as one. A series that several have is merged by time.
struct Joined(Vec<Box<dyn Store>>);

/// The same series in several stores, by their places.
type Parts = Vec<(usize, Found)>;

impl Store for Joined {
    fn find(&self, matchers: &[Matcher], from: i64, to: i64) -> Result<Vec<Found>, StoreError> {
        let mut all: Parts = Vec::new();
        for (place, store) in self.0.iter().enumerate() {
            all.extend(store.find(matchers, from, to)?.into_iter().map(|found| (place, found)));
        }
        all.sort_by(|(_, a), (_, b)| a.labels.cmp(&b.labels));
        let mut series: Vec<(Labels, Parts)> = Vec::new();
        for part in all {
            match series.last_mut() {
                Some((labels, parts)) if *labels == part.1.labels => parts.push(part),
                _ => series.push((part.1.labels.clone(), vec![part])),
            }
        }
        Ok(series.into_iter().map(|(labels, parts)| Found { labels, key: Arc::new(parts) }).collect())
    }

    fn read(&self, found: &Found, from: i64, to: i64) -> Result<Arc<Column>, StoreError> {
        let parts = found.key.downcast_ref::<Parts>().ok_or_else(|| foreign(&found.labels))?;
        let mut columns = Vec::with_capacity(parts.len());
        for (place, part) in parts {
            let store = self.0.get(*place).ok_or_else(|| foreign(&found.labels))?;
            columns.push(store.read(part, from, to)?);
        }
        match columns.as_slice() {
            [only] => Ok(Arc::clone(only)),
            _ => Ok(Arc::new(tsdb::chained(&columns))),
        }
    }
}

fn foreign(labels: &Labels) -> StoreError {
    StoreError(format!("{labels} was found in another store"))
}
