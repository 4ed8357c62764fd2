use std::collections::BTreeMap;
use std::io::{self, Write};

use super::Options;
use crate::base::Duration;

/// The grain of the simulation.
pub(super) const TICK: Duration = Duration::seconds(10);

/// Ticks in an hour, the grain of the truth.
const HOUR: usize = 360;

/// What happened, by hour.
pub(super) struct Truth {
    hours: usize,
    rows: BTreeMap<(String, String), usize>,
    cells: Vec<Vec<u64>>,
    /// The ticks that were bad, so that two instances do not make the same seconds bad twice.
    ticks: Vec<Vec<bool>>,
}

impl Truth {
    pub(super) fn new(options: &Options) -> Self {
        let ticks = (options.length.as_millis() / TICK.as_millis()) as usize;
        Self { hours: ticks.div_ceil(HOUR), rows: BTreeMap::new(), cells: Vec::new(), ticks: Vec::new() }
    }

    /// The row of a metric with its labels.
    pub(super) fn row(&mut self, metric: &str, labels: &str) -> usize {
        *self.rows.entry((metric.to_owned(), labels.to_owned())).or_insert_with(|| {
            self.cells.push(vec![0; self.hours]);
            self.ticks.push(Vec::new());
            self.cells.len() - 1
        })
    }

    /// An event happened in a tick.
    pub(super) fn count(&mut self, row: usize, tick: usize) {
        self.cells[row][tick / HOUR] += 1;
    }

    /// A condition was bad through a tick; however many instances say so, its seconds count once.
    pub(super) fn bad(&mut self, row: usize, tick: usize) {
        let ticks = &mut self.ticks[row];
        ticks.resize(ticks.len().max(tick + 1), false);
        if !std::mem::replace(&mut ticks[tick], true) {
            self.cells[row][tick / HOUR] += (TICK.as_millis() / 1000) as u64;
        }
    }

    /// Writes `hour,metric,labels,events`, by metric, labels and hour; gives the number of rows.
    pub(super) fn write(&self, options: &Options, out: &mut dyn Write) -> io::Result<usize> {
        let mut out = io::BufWriter::new(out);
        let mut written = 0;
        writeln!(out, "hour,metric,labels,events")?;
        for ((metric, labels), &row) in &self.rows {
            let labels = labels.replace('"', "\"\"");
            for (hour, &events) in self.cells[row].iter().enumerate().filter(|(_, events)| **events > 0) {
                let hour = options.start + Duration::hours(hour as i64);
                writeln!(out, "{hour},{metric},\"{labels}\",{events}")?;
                written += 1;
            }
        }
        out.flush()?;
        Ok(written)
    }
}
