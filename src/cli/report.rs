//! `nines report` and `nines gate`: the same run, told at length or in a line each.

use std::path::Path;

use anyhow::Result;

use super::args::{GateArgs, Global, OutputArgs, PolicyArgs, ReportArgs, SourceArgs, SpecArgs, TimeArgs};
use super::settings;
use crate::app::deliver::{self, Format, Output};
use crate::app::pipeline::{self, Job};
use crate::app::{World, files};
use crate::base::Zone;
use crate::exit::Exit;
use crate::plan::Detail;
use crate::render::{Style, by_name};
use crate::report::{Override, Policy, Report, ReportError};

/// Runs `nines report`.
pub(super) fn report(args: &ReportArgs, global: &Global, world: &mut World<'_>) -> Exit {
    let outputs = match outputs(&args.output, world) {
        Ok(outputs) => outputs,
        Err(error) => return world.refuse(&format!("{error:#}")),
    };
    let style = match style(&args.output, &args.time, global, world) {
        Ok(style) => style,
        Err(error) => return world.refuse(&format!("{error:#}")),
    };
    let run = Run {
        specs: &args.specs,
        source: &args.source,
        history: args.memory.history.as_deref(),
        time: &args.time,
        policy: settings::policy(&args.policy),
        detail: Detail::Full,
    };
    run.run(&outputs, &style, global, world)
}

/// Runs `nines gate`.
pub(super) fn gate(args: &GateArgs, global: &Global, world: &mut World<'_>) -> Exit {
    let parsed = args.output.iter().map(|text| Output::parse(text)).collect::<Result<Vec<_>>>();
    let mut outputs = match parsed.and_then(|outputs| deliver::probe(&outputs).map(|()| outputs)) {
        Ok(outputs) => outputs,
        Err(error) => return world.refuse(&format!("{error:#}")),
    };
    if outputs.iter().all(|output| output.path.is_some())
        && let Some(lines) = by_name("lines")
    {
        outputs.push(Output { format: Format(lines), path: None });
    }
    let style = Style {
        color: world.color_out(global.color()),
        width: world.width.unwrap_or(100),
        ..Style::default()
    };
    let run = Run {
        specs: &args.specs,
        source: &args.source,
        history: args.memory.history.as_deref(),
        time: &args.time,
        policy: gate_policy(&args.policy, args),
        detail: if args.output.is_empty() { Detail::Verdict } else { Detail::Full },
    };
    run.run(&outputs, &style, global, world)
}

fn gate_policy(args: &PolicyArgs, gate: &GateArgs) -> Policy {
    let r#override = gate.r#override.clone().zip(gate.override_by.clone());
    Policy { r#override: r#override.map(|(reason, by)| Override { by, reason }), ..settings::policy(args) }
}

/// What is written where. Without a word about it: standard output, for people on a terminal and Markdown elsewhere.
fn outputs(args: &OutputArgs, world: &World<'_>) -> Result<Vec<Output>> {
    let mut outputs = args.output.iter().map(|text| Output::parse(text)).collect::<Result<Vec<_>>>()?;
    let usual = if world.out_is_terminal { "terminal" } else { "markdown" };
    if (args.output.is_empty() || args.format.is_some())
        && let Some(format) = by_name(args.format.as_deref().unwrap_or(usual))
    {
        outputs.push(Output { format: Format(format), path: None });
    }
    deliver::probe(&outputs)?;
    Ok(outputs)
}

fn style(args: &OutputArgs, time: &TimeArgs, global: &Global, world: &World<'_>) -> Result<Style> {
    let zone = time.timezone.as_deref().and_then(|name| name.parse().ok()).unwrap_or(Zone::UTC);
    Ok(Style {
        width: world.width.unwrap_or(100),
        color: world.color_out(global.color()),
        templates: args.template.as_deref().map(files::templates).transpose()?.unwrap_or_default(),
        timezone: zone,
        title: args.title.clone(),
        ..Style::default()
    })
}

struct Run<'a> {
    specs: &'a SpecArgs,
    source: &'a SourceArgs,
    history: Option<&'a Path>,
    time: &'a TimeArgs,
    policy: Policy,
    detail: Detail,
}

impl Run<'_> {
    fn run(&self, outputs: &[Output], style: &Style, global: &Global, world: &mut World<'_>) -> Exit {
        let times = match settings::times(self.time, world.now) {
            Ok(times) => times,
            Err(error) => return world.refuse(&format!("{error:#}")),
        };
        let Ok(specs) = settings::selected(self.specs, global, world) else { return Exit::Usage };
        let mut warnings = Vec::new();
        let history = match self.history.map(|path| super::history::book(path, &mut warnings)).transpose() {
            Ok(history) => history,
            Err(error) => return world.refuse(&format!("{error:#}")),
        };
        let job = Job {
            specs: specs.specs,
            spec_hash: specs.hash,
            when: times.when,
            period: times.period,
            zone: times.zone,
            detail: self.detail,
            step: times.step,
            policy: self.policy.clone(),
            at_once: usize::from(self.source.concurrency),
            show_progress: global.shows_progress(world),
            warnings,
            history,
        };
        match crate::app::waiting(self.evaluate(job, global, world)) {
            Ok(Ok(report)) => tell(&report, outputs, style, global, world),
            Ok(Err(error)) => world.refuse(&format!("{error:#}")),
            Err(exit) => exit,
        }
    }

    async fn evaluate(&self, mut job: Job, global: &Global, world: &World<'_>) -> Result<Report> {
        let opened = settings::open(self.source, global, world, &mut job.warnings).await?;
        let asked = opened.into_source(self.source.record.as_deref())?;
        let mut report = pipeline::evaluate(&job, asked.source(), world.now).await?;
        report.warnings.extend(asked.faults());
        Ok(report)
    }
}

fn tell(report: &Report, outputs: &[Output], style: &Style, global: &Global, world: &mut World<'_>) -> Exit {
    if !global.quiet {
        for warning in &report.warnings {
            world.say(&format!("warning: {warning}"));
        }
    }
    if global.verbose > 0 && !global.quiet {
        let evaluation = &report.evaluation;
        let samples = evaluation.samples_read.map_or(String::new(), |n| format!(", {n} samples read"));
        world.say(&format!(
            "evaluated at {} from {} ({}): {} queries{samples}, {} ms",
            evaluation.at,
            evaluation.source.url,
            evaluation.source.engine,
            evaluation.queries,
            evaluation.duration_ms
        ));
    }
    let (exit, written) = pipeline::deliver(report, outputs, style, world);
    if !global.quiet && !written.is_empty() {
        let names: Vec<String> = written.iter().map(|path| path.display().to_string()).collect();
        world.say(&format!("wrote {}", names.join(", ")));
    }
    for line in faults(&report.errors) {
        world.say(&line);
    }
    exit
}

/// What failed, a line for each reason: a server that is down is told once, not once for every objective.
fn faults(errors: &[ReportError]) -> Vec<String> {
    const SHOWN: usize = 5;
    let mut reasons: Vec<(&ReportError, usize)> = Vec::new();
    for error in errors {
        match reasons.iter_mut().find(|(known, _)| known.message == error.message) {
            Some((_, objectives)) => *objectives += 1,
            None => reasons.push((error, 1)),
        }
    }
    let line = |(error, objectives): &(&ReportError, usize)| {
        let slo = error.slo.as_deref().unwrap_or("all");
        let more = if *objectives > 1 { format!(" and {} more", objectives - 1) } else { String::new() };
        let hint = error.hint.as_deref().map(|hint| format!(" ({hint})")).unwrap_or_default();
        format!("error: {slo}{more}: {}{hint}", error.message)
    };
    let mut lines: Vec<String> = reasons.iter().take(SHOWN).map(line).collect();
    if reasons.len() > SHOWN {
        let unsaid: usize = reasons.iter().skip(SHOWN).map(|(_, objectives)| objectives).sum();
        lines.push(format!("error: and {unsaid} more objectives that could not be measured"));
    }
    lines
}
