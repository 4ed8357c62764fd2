//! `nines doctor`: what is wrong between specifications and the data that they are about.

use std::fmt::Write as _;
use std::time::Instant;

use anyhow::Result;

use super::args::{DoctorArgs, DoctorFormat, Global};
use super::settings;
use crate::app::checkup::{self, Examine};
use crate::app::{World, waiting};
use crate::base::Zone;
use crate::doctor::{CHECKS, Checkup};
use crate::exit::Exit;
use crate::render::{self, Style};

const COST: &str = "\
What it costs: the questions are few and coarse, asked once however many objectives need them, and none goes \
further back than the objective's own window. Over 30 days a server looks each series up some 240 times and reads \
about a tenth of its samples; `nines report` reads all of them once.

Exit codes:
  0  nothing worse than a warning    1  an error was found (with --strict: or a warning)
  2  wrong usage or specification    3  the source did not answer a question

Examples:
  nines doctor --prometheus-url http://localhost:9090
  nines doctor --data fixtures/data --at end --service ecap
  nines doctor --prometheus-url http://localhost:9090 --format json --strict";

/// What is checked, what it costs, how it ends.
pub(super) fn after_help() -> String {
    let width = CHECKS.iter().map(|check| check.name.len()).max().unwrap_or(0);
    let mut text = "Checks:\n".to_owned();
    for check in CHECKS {
        // Writing to a String cannot fail.
        let _ = writeln!(text, "  {:<width$}  {}", check.name, check.about);
    }
    format!("{text}\n{COST}")
}

pub(super) fn run(args: &DoctorArgs, global: &Global, world: &mut World<'_>) -> Exit {
    let started = Instant::now();
    let when = match settings::when(args.at.as_deref(), world.now, Zone::UTC) {
        Ok(when) => when,
        Err(error) => return world.refuse(&format!("{error:#}")),
    };
    let Ok(specs) = settings::selected(&args.specs, global, world) else { return Exit::Usage };
    let job = Examine {
        specs: specs.specs,
        when,
        at_once: usize::from(args.source.concurrency),
        show_progress: global.shows_progress(world),
        strict: args.strict,
        started,
    };
    let mut warnings = Vec::new();
    match waiting(examined(&job, args, global, world, &mut warnings)) {
        Ok(Ok(checkup)) => tell(&checkup, &warnings, args, global, world),
        Ok(Err(error)) => world.refuse(&format!("{error:#}")),
        Err(exit) => exit,
    }
}

async fn examined(
    job: &Examine,
    args: &DoctorArgs,
    global: &Global,
    world: &World<'_>,
    warnings: &mut Vec<String>,
) -> Result<Checkup> {
    let opened = settings::open(&args.source, global, world, warnings).await?;
    let asked = opened.into_source(args.source.record.as_deref())?;
    let checkup = checkup::examine(job, asked.source(), world.now).await?;
    warnings.extend(asked.faults());
    Ok(checkup)
}

fn tell(
    checkup: &Checkup,
    warnings: &[String],
    args: &DoctorArgs,
    global: &Global,
    world: &mut World<'_>,
) -> Exit {
    if !global.quiet {
        for warning in warnings {
            world.say(&format!("warning: {warning}"));
        }
    }
    if global.verbose > 0 && !global.quiet {
        let source = &checkup.source;
        let samples = source.samples_read.map_or(String::new(), |n| format!(", {n} samples read"));
        let questions = source.questions;
        world.say(&format!("examined at {}: {questions} questions asked{samples}", checkup.at));
    }
    let text = match args.format {
        DoctorFormat::Text => {
            let style = Style {
                color: world.color_out(global.color()),
                width: world.width.unwrap_or(100),
                ..Style::default()
            };
            render::checkup(checkup, &style)
        }
        DoctorFormat::Json => match serde_json::to_string_pretty(checkup) {
            Ok(text) => text + "\n",
            Err(error) => {
                world.say(&format!("error: {error}"));
                return Exit::Undelivered;
            }
        },
    };
    let printed = world.print(text.as_bytes());
    checkup.exit().and(printed)
}
