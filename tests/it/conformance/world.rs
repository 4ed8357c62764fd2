//! What a script has loaded so far.

use nines::base::{Column, HistogramAt};
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
        self.store = MemStore::new(self.columns.clone());
    }
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
