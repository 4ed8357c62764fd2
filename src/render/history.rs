//! A history of days for people and for other programs.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde::Serialize;

use super::RenderError;
use super::text::one_line;
use crate::base::{Duration, Interval, Moment, Stretches};
use crate::history::{Book, Day, Holding, Log, Override, Pruned, Record};
use crate::report::words;

/// What is stored.
#[derive(Debug, Serialize)]
pub struct Listing {
    budgets: Vec<Budget>,
    overrides: Vec<Override>,
    pruned: Vec<Pruned>,
}

/// What is stored of one budget.
#[derive(Debug, Serialize)]
struct Budget {
    id: String,
    service: String,
    slo: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    contract: Option<String>,
    group: BTreeMap<String, String>,
    first: String,
    last: String,
    days: usize,
    /// Stretches of days between the first and the last that are not stored.
    holes: Vec<Hole>,
    /// Records that others took the place of.
    replaced: usize,
    good: f64,
    bad: f64,
    total: f64,
    /// The hash of the specifications of the last day.
    spec_hash: String,
}

/// Days that are not stored.
#[derive(Debug, Serialize)]
struct Hole {
    from: Moment,
    to: Moment,
}

/// What a history holds, in short.
pub fn listing(book: &Book) -> Listing {
    let budget = |days: &Holding| {
        let (first, last) = (days.values().next()?, days.values().next_back()?);
        let day = &last.day;
        let stored = Stretches::of(days.values().map(|kept| Interval::new(kept.day.from, kept.day.to)));
        let stored: Vec<Interval> = stored.iter().collect();
        let holes = stored.windows(2).map(|pair| Hole { from: pair[0].to, to: pair[1].from });
        let sum = |of: fn(&Day) -> f64| days.values().map(|kept| of(&kept.day)).sum();
        Some(Budget {
            id: day.id.clone(),
            service: day.service.clone(),
            slo: day.slo.clone(),
            contract: day.contract.clone(),
            group: day.group.clone(),
            first: first.day.date.clone(),
            last: day.date.clone(),
            days: days.len(),
            holes: holes.collect(),
            replaced: days.values().map(|kept| kept.earlier.len()).sum(),
            good: sum(|day| day.good),
            bad: sum(|day| day.bad),
            total: sum(|day| day.total),
            spec_hash: day.spec_hash.clone(),
        })
    };
    Listing {
        budgets: book.budgets.values().filter_map(budget).collect(),
        overrides: book.overrides.clone(),
        pruned: book.pruned.clone(),
    }
}

/// The same as lines for a terminal.
pub fn table(listing: &Listing) -> String {
    let mut lines = Vec::new();
    if listing.budgets.is_empty() {
        lines.push("no days are stored".to_owned());
    } else {
        let row = |budget: &Budget| {
            let missing: Duration =
                budget.holes.iter().map(|hole| hole.to - hole.from).fold(Duration::ZERO, std::ops::Add::add);
            // Days of a zone differ by the hours of its clock changes.
            let missing = (missing.as_secs() / 86_400.0).round() as usize;
            vec![
                one_line(&budget.id),
                budget.first.clone(),
                budget.last.clone(),
                words::count(budget.days as f64),
                if missing == 0 { words::NONE.to_owned() } else { words::counted(missing, "day") },
                words::count(budget.replaced as f64),
                words::count(budget.bad),
                words::count(budget.total),
            ]
        };
        let titles = ["Objective", "First", "Last", ">Days", ">Holes", ">Replaced", ">Bad", ">Total"];
        let table = super::inventory::table(&titles, listing.budgets.iter().map(row));
        lines.extend(table.iter().flat_map(comfy_table::Table::lines).map(|line| line.trim_end().to_owned()));
    }
    lines.extend(listing.overrides.iter().map(|said| {
        format!(
            "{}: {} overrode a gate ({}, {}): {}",
            said.at,
            one_line(&said.by),
            one_line(&said.state),
            if said.let_pass.is_empty() {
                words::NONE.to_owned()
            } else {
                one_line(&said.let_pass.join(", "))
            },
            one_line(&said.reason)
        )
    }));
    lines.extend(listing.pruned.iter().map(|note| {
        format!(
            "{}: {} to {} were taken out ({})",
            note.at,
            note.first,
            note.last,
            words::counted(note.records, "record")
        )
    }));
    lines.join("\n") + "\n"
}

/// The days of a history: as they hold, or all records in the order written.
pub fn days(log: &Log, book: &Book, all: bool) -> Vec<Day> {
    if all {
        let day = |record: &Record| if let Record::Day(day) = record { Some((**day).clone()) } else { None };
        return log.entries.iter().filter_map(|entry| day(entry.record.as_ref()?)).collect();
    }
    book.budgets.values().flat_map(|days| days.values().map(|kept| kept.day.clone())).collect()
}

/// Days as a document.
///
/// # Errors
/// Never for days that were read.
pub fn json(days: &[Day], book: &Book) -> Result<String, RenderError> {
    #[derive(Serialize)]
    struct Document<'a> {
        schema_version: u32,
        days: &'a [Day],
        overrides: &'a [Override],
        pruned: &'a [Pruned],
    }
    let document = Document { schema_version: 1, days, overrides: &book.overrides, pruned: &book.pruned };
    let text = serde_json::to_string_pretty(&document);
    text.map(|text| text + "\n")
        .map_err(|why| RenderError::Encode { format: "json", message: why.to_string() })
}

/// Days as a table for spreadsheets: the names of the records, empty where unknown.
///
/// # Errors
/// Never for days that were read.
pub fn csv(days: &[Day]) -> Result<String, RenderError> {
    let fault = |message: String| RenderError::Encode { format: "csv", message };
    let mut out = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    out.write_record(COLUMNS.iter().map(|(name, _)| *name)).map_err(|error| fault(error.to_string()))?;
    for day in days {
        let cells = COLUMNS.iter().map(|(_, cell)| super::csv::text(&cell(day)));
        out.write_record(cells).map_err(|error| fault(error.to_string()))?;
    }
    let bytes = out.into_inner().map_err(|error| fault(error.to_string()))?;
    String::from_utf8(bytes).map_err(|error| fault(error.to_string()))
}

type Cell = fn(&Day) -> String;

const COLUMNS: &[(&str, Cell)] = &[
    ("id", |day| day.id.clone()),
    ("service", |day| day.service.clone()),
    ("slo", |day| day.slo.clone()),
    ("group", |day| {
        day.group.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join(",")
    }),
    ("date", |day| day.date.clone()),
    ("zone", |day| day.zone.clone()),
    ("from", |day| day.from.to_string()),
    ("to", |day| day.to.to_string()),
    ("sli", |day| day.sli.clone()),
    ("method", |day| day.method.clone()),
    ("slices", |day| day.slices.clone().unwrap_or_default()),
    ("objective", |day| day.objective.clone()),
    ("good", |day| day.good.to_string()),
    ("bad", |day| day.bad.to_string()),
    ("total", |day| day.total.to_string()),
    ("raw_bad", |day| day.raw.map_or(String::new(), |raw| raw.bad.to_string())),
    ("raw_total", |day| day.raw.map_or(String::new(), |raw| raw.total.to_string())),
    ("excluded_s", |day| day.excluded_s.to_string()),
    ("coverage_ratio", |day| day.coverage.ratio.map_or(String::new(), |ratio| ratio.to_string())),
    ("spec_hash", |day| day.spec_hash.clone()),
    ("source_kind", |day| day.source.kind.clone()),
    ("recorded_at", |day| day.recorded_at.to_string()),
    ("replaces_reason", |day| {
        day.replaces.as_ref().map_or(String::new(), |replaced| replaced.reason.clone())
    }),
    ("contract", |day| day.contract.clone().unwrap_or_default()),
];

/// A gauge's name, what it tells, and its value of a day.
type Gauge = (&'static str, &'static str, fn(&Day) -> Option<f64>);

/// Days as gauges at the last instant of each, for whoever keeps series.
pub fn openmetrics(days: &[Day]) -> String {
    let gauges: [Gauge; 4] = [
        ("nines_day_good", "Good events or slices of a day.", |day| Some(day.good)),
        ("nines_day_total", "All events or slices of a day.", |day| Some(day.total)),
        ("nines_day_excluded_seconds", "Time of a day that was taken out by agreement.", |day| {
            Some(day.excluded_s)
        }),
        ("nines_day_coverage_ratio", "The share of a day with data.", |day| day.coverage.ratio),
    ];
    let escaped = |text: &str| text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n");
    let mut text = String::new();
    for (name, help, value) in gauges {
        let _ = writeln!(text, "# TYPE {name} gauge\n# HELP {name} {help}");
        for day in days {
            let Some(value) = value(day) else { continue };
            let own =
                [("service", day.service.as_str()), ("slo", day.slo.as_str()), ("date", day.date.as_str())];
            let group = day.group.iter().map(|(name, value)| (format!("slo_{name}"), value.as_str()));
            let contract = day.contract.iter().map(|name| ("contract".to_owned(), name.as_str()));
            let labels = own.into_iter().map(|(name, value)| (name.to_owned(), value));
            let labels = labels.chain(contract).chain(group);
            let labels: Vec<String> =
                labels.map(|(name, value)| format!("{name}=\"{}\"", escaped(value))).collect();
            let at = (day.to - Duration::seconds(1)).as_millis() / 1000;
            let _ = writeln!(text, "{name}{{{}}} {value} {at}", labels.join(","));
        }
    }
    text + "# EOF\n"
}
