//! `nines history append`: measured or read first, then written in one batch, so that nobody waits for a source.

use anyhow::{Result, bail};

use super::args::AppendArgs;
use super::{date, open, say};
use crate::app::history::{Candidates, Changes, Which, changes, measure, of_report};
use crate::app::pipeline::Job;
use crate::app::{World, deploy, store};
use crate::base::{Interval, Share, Zone};
use crate::cli::args::Global;
use crate::cli::settings;
use crate::exit::Exit;
use crate::history::Book;
use crate::plan::{Detail, Period};
use crate::report::{Policy, words};

/// How many differing days are told.
const SHOWN: usize = 10;

pub(super) fn run(args: &AppendArgs, global: &Global, world: &mut World<'_>) -> Exit {
    let min_coverage = match Share::from_percent(args.min_coverage.trim().trim_end_matches('%')) {
        Ok(share) => share.as_f64(),
        Err(error) => return world.refuse(&format!("--min-coverage {}: {error}", args.min_coverage)),
    };
    let book = match stored(args, global, world) {
        Ok(book) => book,
        Err(error) => return world.refuse(&format!("{error:#}")),
    };
    let candidates = if args.report.is_empty() {
        measured(args, min_coverage, &book, global, world)
    } else {
        match from_reports(args, min_coverage, world) {
            Ok(candidates) => Ok(candidates),
            Err(error) => Err(world.refuse(&format!("{error:#}"))),
        }
    };
    let candidates = match candidates {
        Ok(candidates) => candidates,
        Err(exit) => return exit,
    };
    for line in candidates.left_out.iter().filter(|_| !global.quiet) {
        world.say(&format!("note: {line}"));
    }
    for line in &candidates.failed {
        world.say(&format!("error: {line}"));
    }
    let has_failed = !candidates.failed.is_empty();
    let has_nothing = candidates.days.is_empty() && candidates.overrides.is_empty();
    let was_asked = !candidates.left_out.is_empty();
    let exit = match write(args, candidates, &book, global, world) {
        Ok(exit) => exit,
        Err(exit) => return exit,
    };
    match () {
        () if has_failed => exit.and(Exit::SourceFailed),
        // Where days were stored before, one that has too little data is no news.
        () if has_nothing && was_asked && book.budgets.is_empty() => exit.and(Exit::NoData),
        () => exit,
    }
}

fn stored(args: &AppendArgs, global: &Global, world: &mut World<'_>) -> Result<Book> {
    if store::is_missing(&args.file.history) {
        return Ok(Book::default());
    }
    super::read(&args.file.history, global, world).map(|log| Book::of(&log))
}

fn measured(
    args: &AppendArgs,
    min_coverage: f64,
    book: &Book,
    global: &Global,
    world: &mut World<'_>,
) -> Result<Candidates, Exit> {
    let asked = which(args).and_then(|which| {
        let zone = args
            .timezone
            .as_deref()
            .map(|name| name.parse().map_err(|why| anyhow::anyhow!("--timezone: {why}")));
        let zone: Option<Zone> = zone.transpose()?;
        let when = settings::when(args.at.as_deref(), world.now, zone.unwrap_or(Zone::UTC))?;
        Ok((which, zone, when))
    });
    let (which, zone, when) = asked.map_err(|error| world.refuse(&format!("{error:#}")))?;
    let specs = settings::selected(&args.specs, global, world).map_err(|_| Exit::Usage)?;
    let mut job = Job {
        specs: specs.specs,
        spec_hash: specs.hash,
        when,
        period: Period::Own,
        zone,
        detail: Detail::Verdict,
        step: None,
        alerts: false,
        policy: Policy::default(),
        at_once: usize::from(args.source.concurrency),
        show_progress: global.shows_progress(world),
        warnings: Vec::new(),
        history: None,
    };
    let work = async {
        let opened = settings::open(&args.source, global, world, &mut job.warnings).await?;
        let source = opened.into_source(args.source.record.as_deref())?;
        let found = measure(&job, which, min_coverage, book, source.source(), world.now).await?;
        job.warnings.extend(source.faults());
        anyhow::Ok(found)
    };
    let found = crate::app::waiting(work)?;
    say(&job.warnings, global, world);
    found.map_err(|error| world.refuse(&format!("{error:#}")))
}

fn which(args: &AppendArgs) -> Result<Which> {
    let (Some(from), Some(to)) = (&args.from, &args.to) else { return Ok(Which::Missing(args.back)) };
    let dates = Interval { from: date("--from", from)?, to: date("--to", to)? };
    if dates.from >= dates.to {
        bail!("--from {from} --to {to}: there is no day from the one to before the other");
    }
    Ok(Which::Dates(dates))
}

fn from_reports(args: &AppendArgs, min_coverage: f64, world: &mut World<'_>) -> Result<Candidates> {
    let mut all = Candidates::default();
    for path in &args.report {
        let name = path.display().to_string();
        let report = deploy::saved(path, world.input)?;
        let found = of_report(&report, &name, min_coverage, world.now);
        all.days.extend(found.days);
        all.overrides.extend(found.overrides);
        all.left_out.extend(found.left_out);
    }
    Ok(all)
}

/// Writes what is new. Where something is refused, the rest is written all the same.
fn write(
    args: &AppendArgs,
    candidates: Candidates,
    book: &Book,
    global: &Global,
    world: &mut World<'_>,
) -> Result<Exit, Exit> {
    let reason = args.reason.as_deref();
    let changes = if args.dry_run {
        changes(candidates, book, reason)
    } else if candidates.days.is_empty() && candidates.overrides.is_empty() {
        Changes::default()
    } else {
        let mut writer = open(&args.file, &args.wait, global, world)?;
        // Somebody else may have written while this one measured.
        let changes = changes(candidates, &Book::of(writer.log()), reason);
        if let Err(error) = writer.append(&changes.records) {
            world.say(&format!("error: {error:#}"));
            return Err(Exit::Undelivered);
        }
        changes
    };
    if !global.quiet {
        world.say(&told(&changes, args));
    }
    for line in changes.differ.iter().take(SHOWN) {
        world.say(&format!("error: {line}"));
    }
    if changes.differ.is_empty() {
        return Ok(Exit::Passed);
    }
    let more = changes.differ.len().saturating_sub(SHOWN);
    let more = if more > 0 { format!(" ({more} more than are told here)") } else { String::new() };
    world.say(&format!(
        "error: stored days stay as they are{more}; where what is stored is not right, say so with --replace --reason TEXT"
    ));
    Ok(Exit::Undelivered)
}

fn told(changes: &Changes, args: &AppendArgs) -> String {
    let verb = if args.dry_run { "would store" } else { "stored" };
    let of = match changes.new {
        0 => String::new(),
        _ => format!(" of {}", words::counted(changes.budgets, "budget")),
    };
    let mut parts = vec![format!("{verb} {}{of}", words::counted(changes.new, "day"))];
    let mut part = |number: usize, what: &str| {
        if number > 0 {
            parts.push(format!("{number} {what}"));
        }
    };
    part(changes.replaced, "in the place of others");
    part(changes.overrides, if changes.overrides == 1 { "override of a gate" } else { "overrides of gates" });
    part(changes.same, "stored already");
    part(changes.differ.len(), "stored already with something else");
    format!("{}: {}", args.file.history.display(), parts.join(", "))
}
