//! What a script has loaded so far.

use std::sync::Arc;

use nines::base::{Column, Histogram, HistogramAt, ResetHint, is_stale};
use nines::engine::MemStore;

use super::nhcb;
use super::script::{Cell, Load, Loaded};

pub(crate) struct World {
    columns: Vec<Column>,
    pub(crate) store: MemStore,
}

impl World {
    pub(crate) fn new() -> Self {
        Self { columns: Vec::new(), store: MemStore::new(Vec::new()) }
    }

    pub(crate) fn load(&mut self, load: &Load) {
        let columns: Vec<Column> = load.rows.iter().map(|loaded| column(loaded, load.step)).collect();
        if load.with_nhcb {
            self.columns.extend(nhcb::convert(&columns));
        }
        self.columns.extend(columns);
        let joined = MemStore::new(self.columns.clone());
        self.store = MemStore::new(joined.columns().iter().map(|column| stored(column)).collect());
    }
}

/// A series as Prometheus gives it back: of the reset hints it keeps what its chunks tell, for each holds a run of samples
/// without a reset between them, or of gauges.
fn stored(column: &Column) -> Column {
    let mut column = column.clone();
    let mut before: Option<HistogramAt> = None;
    for at in &mut column.histograms {
        let given = at.clone();
        let hint = match (given.value.hint, &before) {
            (ResetHint::Gauge, _) => ResetHint::Gauge,
            (ResetHint::Unknown | ResetHint::NotReset, Some(before))
                if joins(before, &given, &column.times) =>
            {
                ResetHint::NotReset
            }
            _ => ResetHint::Unknown,
        };
        Arc::make_mut(&mut at.value).hint = hint;
        before = Some(given);
    }
    column
}

/// Whether a histogram goes to the same chunk as the one before it; `floats` are when the series has floats.
#[expect(clippy::float_cmp, reason = "widths are the same or not")]
fn joins(before: &HistogramAt, at: &HistogramAt, floats: &[i64]) -> bool {
    let (old, new) = (&before.value, Histogram { hint: ResetHint::Unknown, ..(*at.value).clone() });
    let float_between = floats.partition_point(|t| *t < before.t) < floats.partition_point(|t| *t < at.t);
    old.hint != ResetHint::Gauge
        && !float_between
        && (is_stale(new.sum)
            || !is_stale(old.sum)
                && (old.schema, &old.bounds) == (new.schema, &new.bounds)
                && old.zero_threshold == new.zero_threshold
                && !new.resets_after(old))
}

fn column(loaded: &Loaded, step: i64) -> Column {
    let mut column = Column { labels: loaded.row.labels.clone(), ..Column::default() };
    for (i, cell) in loaded.row.cells.iter().enumerate() {
        let t = i as i64 * step;
        let start = loaded.starts.get(i).copied().flatten().map_or(0, |after| t + after);
        match cell {
            Cell::Blank => {}
            Cell::Float(value) => {
                column.times.push(t);
                column.values.push(*value);
                column.starts.push(start);
            }
            Cell::Histogram { value, .. } => {
                column.histograms.push(HistogramAt { t, start, value: value.clone() });
            }
        }
    }
    if loaded.starts.is_empty() {
        column.starts.clear();
    }
    column
}
