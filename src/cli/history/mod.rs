//! `nines history`: days that are over, stored for longer than a server keeps its data.

mod append;
mod args;

use std::path::Path;

use anyhow::{Context as _, Result};

use super::args::Global;
use super::{generate, settings};
use crate::app::World;
use crate::app::history::{Candidates, changes, overrides_of};
use crate::app::store::{self, Refusal, Writer};
use crate::base::{Duration, Moment, Zone};
use crate::exit::Exit;
use crate::history::{Book, Log};
use crate::render;
use crate::report::{Decision, Report, ReportError, words};
use args::{ExportArgs, ExportFormat, FileArgs, HistoryCommand, ListArgs, ListFormat, PruneArgs, WaitArgs};

pub(super) use args::HistoryArgs;

pub(super) fn run(args: &HistoryArgs, global: &Global, world: &mut World<'_>) -> Exit {
    match &args.command {
        HistoryCommand::Append(args) => append::run(args, global, world),
        HistoryCommand::List(args) => list(args, global, world),
        HistoryCommand::Export(args) => export(args, global, world),
        HistoryCommand::Prune(args) => prune(args, global, world),
    }
}

/// Reads a history; warnings are said.
fn read(path: &Path, global: &Global, world: &mut World<'_>) -> Result<Log> {
    let mut warnings = Vec::new();
    let log = store::read(path, &mut warnings);
    say(&warnings, global, world);
    log
}

/// What a history holds for a report that counts it too.
pub(super) fn book(path: &Path, warnings: &mut Vec<String>) -> Result<Book> {
    store::read(path, warnings).map(|log| Book::of(&log)).context("--history")
}

fn say(warnings: &[String], global: &Global, world: &mut World<'_>) {
    for warning in warnings.iter().filter(|_| !global.quiet) {
        world.say(&format!("warning: {warning}"));
    }
}

/// Opens a history to write to it; where that is not possible, the reason has been said.
fn open(file: &FileArgs, wait: &WaitArgs, global: &Global, world: &mut World<'_>) -> Result<Writer, Exit> {
    let wait = match settings::duration("--wait", &wait.wait) {
        Ok(wait) => wait,
        Err(error) => return Err(world.refuse(&format!("{error:#}"))),
    };
    let mut warnings = Vec::new();
    let opened = Writer::open(&file.history, wait, world.now, &mut warnings);
    say(&warnings, global, world);
    opened.map_err(|refusal| match refusal {
        Refusal::Locked(why) => {
            world.say(&format!("error: {why}"));
            Exit::Undelivered
        }
        Refusal::Failed(error) => world.refuse(&format!("{error:#}")),
    })
}

/// How long a gate waits for somebody else who writes to the history.
const GATE_WAITS: Duration = Duration::seconds(10);

/// Writes the overrides of a gate to its history; nothing where there is none, or the gate was only tried. A gate that was
/// let pass by what cannot be written does not pass.
pub(super) fn record(report: &mut Report, history: Option<&Path>, global: &Global, world: &mut World<'_>) {
    let overrides = overrides_of(report, world.now);
    let Some(path) = history.filter(|_| !overrides.is_empty() && report.gate.dry_run.is_none()) else {
        return;
    };
    let needed = overrides.iter().any(|one| !one.let_pass.is_empty());
    let mut warnings = Vec::new();
    let opened = Writer::open(path, GATE_WAITS, world.now, &mut warnings);
    say(&warnings, global, world);
    let written = opened
        .map_err(|refusal| match refusal {
            Refusal::Locked(why) => anyhow::anyhow!(why),
            Refusal::Failed(error) => error,
        })
        .and_then(|mut writer| {
            let found = Candidates { overrides, ..Candidates::default() };
            let changes = changes(found, &Book::of(writer.log()), None);
            writer.append(&changes.records)
        });
    match written {
        Ok(()) => {}
        Err(error) if needed => {
            let message = format!("the override is not recorded, so it lets nothing pass: {error:#}");
            let stage = "record".to_owned();
            report.errors.push(ReportError { slo: None, stage, message, hint: None });
            report.gate.decision = Decision::Unknown;
            report.gate.exit_code = Exit::Undelivered.code();
        }
        Err(error) => {
            world.say(&format!("warning: the override, which nothing needed, is not recorded: {error:#}"));
        }
    }
}

/// Reads a date, as the midnight of UTC.
fn date(flag: &str, text: &str) -> Result<Moment> {
    let day = Zone::UTC.moment(text).filter(|day| Zone::UTC.format(*day, "%Y-%m-%d") == text.trim());
    day.with_context(|| format!("{flag} {text}: not a date; write 2026-11-16"))
}

fn list(args: &ListArgs, global: &Global, world: &mut World<'_>) -> Exit {
    let log = match read(&args.file.history, global, world) {
        Ok(log) => log,
        Err(error) => return world.refuse(&format!("{error:#}")),
    };
    let listing = render::history::listing(&Book::of(&log));
    match args.format {
        ListFormat::Table => world.print(render::history::table(&listing).as_bytes()),
        ListFormat::Json => match serde_json::to_string_pretty(&listing) {
            Ok(text) => world.print(format!("{text}\n").as_bytes()),
            Err(error) => world.refuse(&error.to_string()),
        },
    }
}

fn export(args: &ExportArgs, global: &Global, world: &mut World<'_>) -> Exit {
    let log = match read(&args.file.history, global, world) {
        Ok(log) => log,
        Err(error) => return world.refuse(&format!("{error:#}")),
    };
    let days = render::history::days(&log, &Book::of(&log), args.all);
    let text = match args.format {
        ExportFormat::Csv => render::history::csv(&days),
        ExportFormat::Json => render::history::json(&days, &Book::of(&log)),
        ExportFormat::Openmetrics if args.all => {
            return world.refuse("--all: of one day OpenMetrics can say only one thing; choose csv or json");
        }
        ExportFormat::Openmetrics => Ok(render::history::openmetrics(&days)),
    };
    match text {
        Ok(text) => generate::written(text, &args.out, global, world),
        Err(error) => world.refuse(&error.to_string()),
    }
}

fn prune(args: &PruneArgs, global: &Global, world: &mut World<'_>) -> Exit {
    if let Err(error) = date("--before", &args.before) {
        return world.refuse(&format!("{error:#}"));
    }
    if store::is_missing(&args.file.history) {
        return world.refuse(&format!("there is no history {}", args.file.history.display()));
    }
    let mut writer = match open(&args.file, &args.wait, global, world) {
        Ok(writer) => writer,
        Err(exit) => return exit,
    };
    let said = match writer.prune(args.before.trim(), world.now) {
        Ok(Some(pruned)) => format!(
            "took out {} of {} from {} to {}; the history says so",
            words::counted(pruned.records, "record"),
            words::counted(pruned.budgets, "budget"),
            pruned.first,
            pruned.last
        ),
        Ok(None) => format!("no day before {} is stored", args.before),
        Err(error) => {
            world.say(&format!("error: {error:#}"));
            return Exit::Undelivered;
        }
    };
    if !global.quiet {
        world.say(&said);
    }
    Exit::Passed
}
