//! `nines backtest`: alerts over the past.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};

use super::args::{BacktestArgs, BacktestFormat, Global};
use super::faults::told;
use super::generate::written;
use super::settings;
use crate::app::backtest::{self, MOST_STEPS, Replayed};
use crate::app::{World, files};
use crate::base::{Duration, Share, Zone};
use crate::diag::{Diagnostics, Files, Style as FaultStyle};
use crate::exit::Exit;
use crate::render::{self, Style};
use crate::report::Backtest;
use crate::slo::{BURN_POLICY, BurnRule};
use crate::spec::{Environment, WINDOWS_WRITTEN, windows_in_line, windows_of_files};

pub(super) fn run(args: &BacktestArgs, global: &Global, world: &mut World<'_>) -> Exit {
    let asked = match Asked::of(args, global, world) {
        Ok(asked) => asked,
        Err(error) => return world.refuse(&format!("{error:#}")),
    };
    if args.out != Path::new("-")
        && let Err(error) = files::probe(&args.out)
    {
        return world.refuse(&format!("{error:#}"));
    }
    let Ok(specs) = settings::selected(&args.specs, global, world) else { return Exit::Usage };
    let zone = asked.zone;
    let job = Replayed {
        specs: specs.specs,
        spec_hash: specs.hash,
        when: asked.when,
        over: asked.over,
        step: asked.step,
        least: asked.least.as_f64(),
        catalogues: asked.catalogues,
        objectives: asked.objectives,
        zone,
        at_once: usize::from(args.source.concurrency),
        show_progress: global.shows_progress(world),
        warnings: Vec::new(),
    };
    match crate::app::waiting(replayed(job, args, global, world)) {
        Ok(Ok(backtest)) => tell(&backtest, args, zone, global, world),
        Ok(Err(error)) => world.refuse(&format!("{error:#}")),
        Err(exit) => exit,
    }
}

async fn replayed(
    mut job: Replayed,
    args: &BacktestArgs,
    global: &Global,
    world: &World<'_>,
) -> Result<Backtest> {
    let opened = settings::open(&args.source, global, world, &mut job.warnings).await?;
    let asked = opened.into_source(args.source.record.as_deref())?;
    let mut backtest = backtest::run(&job, asked.source(), world.now).await?;
    backtest.warnings.extend(asked.faults());
    Ok(backtest)
}

/// What is meant by what was typed.
struct Asked {
    when: crate::app::pipeline::When,
    zone: Zone,
    over: Duration,
    step: Duration,
    least: Share,
    catalogues: Vec<(String, Vec<BurnRule>)>,
    objectives: Vec<Share>,
}

impl Asked {
    fn of(args: &BacktestArgs, global: &Global, world: &mut World<'_>) -> Result<Self> {
        let zone: Option<Result<Zone, String>> = args.timezone.as_deref().map(str::parse);
        let zone =
            zone.transpose().map_err(|error| anyhow::anyhow!("--timezone: {error}"))?.unwrap_or(Zone::UTC);
        let (over, step) =
            (settings::duration("--over", &args.over)?, settings::duration("--step", &args.step)?);
        if step < Duration::seconds(1) {
            bail!("--step {step}: rules are evaluated once a second at most");
        }
        if step > over {
            bail!("--step {step} is longer than --over {over}");
        }
        if over.as_millis() / step.as_millis() > MOST_STEPS {
            bail!(
                "--over {over} in steps of {step} is more than a million evaluations; take a longer --step"
            );
        }
        let share = |flag: &str, text: &str| {
            Share::from_percent(text).map_err(|error| anyhow::anyhow!("{flag} {text}: {error}"))
        };
        let objectives: Vec<Share> =
            args.objective.iter().map(|text| share("--objective", text)).collect::<Result<_>>()?;
        if objectives.iter().any(|&objective| objective <= Share::ZERO) {
            bail!("--objective 0: an objective is above 0 %");
        }
        let catalogues =
            args.windows.iter().map(|text| catalogue(text, global, world)).collect::<Result<_>>()?;
        Ok(Self {
            when: settings::when(args.at.as_deref(), world.now, zone)?,
            zone,
            over,
            step,
            least: share("--incident", &args.incident)?,
            catalogues,
            objectives,
        })
    }
}

/// Windows and what to call them.
fn catalogue(text: &str, global: &Global, world: &mut World<'_>) -> Result<(String, Vec<BurnRule>)> {
    if text == "workbook" {
        return Ok((text.to_owned(), BURN_POLICY.to_vec()));
    }
    let path = PathBuf::from(text);
    if !path.is_file() {
        let rules = windows_in_line(text).map_err(|why| {
            anyhow::anyhow!("--windows {text}: there is no such file, and as windows, {why}\n{WINDOWS_WRITTEN}, or `workbook`")
        })?;
        return Ok((text.to_owned(), rules));
    }
    let mut known = Files::new();
    known.add(text.to_owned(), files::read_text(&path).context("--windows")?);
    let mut faults = Diagnostics::new();
    let rules = windows_of_files(&known, Environment(world.vars), &mut faults);
    if faults.has_errors() {
        let style = FaultStyle { color: world.color_err(global.color()) };
        world.say(&told(&faults, &known, "", style, global));
        bail!("--windows {text}: the file cannot be read");
    }
    if rules.is_empty() {
        bail!("--windows {text}: the file holds no windows; it is one with kind: AlertWindows");
    }
    let name = path.file_stem().map_or_else(|| text.to_owned(), |stem| stem.to_string_lossy().into_owned());
    Ok((name, rules))
}

fn tell(
    backtest: &Backtest,
    args: &BacktestArgs,
    zone: Zone,
    global: &Global,
    world: &mut World<'_>,
) -> Exit {
    if !global.quiet {
        for warning in &backtest.warnings {
            world.say(&format!("warning: {warning}"));
        }
    }
    if global.verbose > 0 && !global.quiet {
        let evaluation = &backtest.evaluation;
        let samples = evaluation.samples_read.map_or(String::new(), |n| format!(", {n} samples read"));
        world.say(&format!(
            "replayed from {} ({}): {} queries{samples}, {} ms",
            evaluation.source.url, evaluation.source.engine, evaluation.queries, evaluation.duration_ms
        ));
    }
    let to_stdout = args.out == Path::new("-");
    let style = Style {
        color: to_stdout && world.color_out(global.color()),
        width: world.width.unwrap_or(100),
        timezone: zone,
        ..Style::default()
    };
    let text = match args.format {
        BacktestFormat::Table => Ok(render::backtest(backtest, &style)),
        BacktestFormat::Json => {
            serde_json::to_string_pretty(backtest).map(|text| text + "\n").map_err(anyhow::Error::from)
        }
        BacktestFormat::Html => render::backtest_page(backtest, &style).map_err(anyhow::Error::from),
    };
    let delivered = match text {
        Ok(text) => written(text, &args.out, global, world),
        Err(error) => {
            world.say(&format!("error: {error:#}"));
            Exit::Undelivered
        }
    };
    if !to_stdout || args.format != BacktestFormat::Table {
        for error in &backtest.errors {
            world.say(&format!("error: {}: {}", error.slo.as_deref().unwrap_or("all"), error.message));
        }
    }
    backtest.exit().and(delivered)
}
