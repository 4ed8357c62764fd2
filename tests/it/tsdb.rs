//! Prometheus's data on disk: blocks written by promtool and a server, and by the tests where these do not write a thing.

mod broken;
mod folders;
mod overlapping;
mod reports;
mod written;

use std::path::Path;

use nines::base::Column;
use nines::promql::{CompiledMatchers, MatchOp, Matcher};
use nines::tsdb::{self, Database, Fault};

/// Opens what must open.
fn open(path: &Path) -> Database {
    tsdb::open(path).unwrap_or_else(|faults| panic!("{}", told(&faults)))
}

fn told(faults: &[Fault]) -> String {
    faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

fn matchers(matchers: &[(&str, MatchOp, &str)]) -> CompiledMatchers {
    let matcher = |(name, op, value): &(&str, MatchOp, &str)| Matcher {
        name: (*name).into(),
        op: *op,
        value: (*value).into(),
    };
    CompiledMatchers::new(&matchers.iter().map(matcher).collect::<Vec<_>>()).unwrap()
}

/// Every series with its samples.
fn all(database: &Database) -> Result<Vec<Column>, Fault> {
    let found = database.find(&matchers(&[]), i64::MIN, i64::MAX)?;
    found.iter().map(|series| database.read(series, i64::MIN, i64::MAX)).collect()
}

/// One line for each series: its labels, and time and value of each float.
fn lines(columns: &[Column]) -> Vec<String> {
    let line = |column: &Column| {
        let samples = column.times.iter().zip(&column.values).map(|(t, value)| format!(" {t}:{value}"));
        format!("{}{}", column.labels, samples.collect::<String>())
    };
    columns.iter().map(line).collect()
}
