//! `nines report` and `nines gate`: the same run, told at length or in a line each.

use std::path::Path;

use anyhow::{Result, bail};

use super::args::{GateArgs, Global, OutputArgs, ReportArgs, SourceArgs, SpecArgs, TimeArgs};
use super::policy::{self, DeployArgs, WrittenPolicyArgs};
use super::settings::{self, Times};
use crate::app::deliver::{self, Format, Output};
use crate::app::pipeline::{self, Job};
use crate::app::{World, deploy, files};
use crate::base::{Moment, Zone};
use crate::exit::Exit;
use crate::plan::Detail;
use crate::render::{Style, by_name};
use crate::report::{Policy, Report, ReportError};

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
        written: &args.policy.written,
        deploy: None,
        policy: settings::policy(&args.policy),
        detail: Detail::Full { before: args.trend },
        alerts: args.alerts,
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
    let policy = match args.deploy.over(settings::policy(&args.policy), world.now) {
        Ok(policy) => policy,
        Err(error) => return world.refuse(&format!("{error:#}")),
    };
    if let Some(path) = &args.deploy.report {
        return match judged_again(path, args, policy, global, world) {
            Ok(mut report) => {
                super::history::record(&mut report, args.memory.history.as_deref(), global, world);
                tell(&report, &outputs, &style, global, world)
            }
            Err(error) => world.refuse(&format!("{error:#}")),
        };
    }
    let run = Run {
        specs: &args.specs,
        source: &args.source,
        history: args.memory.history.as_deref(),
        time: &args.time,
        written: &args.policy.written,
        deploy: Some(&args.deploy),
        policy,
        detail: if args.output.is_empty() { Detail::Verdict } else { Detail::FULL },
        alerts: false,
    };
    run.run(&outputs, &style, global, world)
}

/// A saved report, judged by the policy that is named, else by the one that it was judged by.
fn judged_again(
    path: &Path,
    args: &GateArgs,
    mut policy: Policy,
    global: &Global,
    world: &mut World<'_>,
) -> Result<Report> {
    let mut report = deploy::saved(path, world.input)?;
    let named = &args.policy.written;
    if let Some(file) = &named.policy {
        let (read, known, faults) = settings::read(std::slice::from_ref(file), global, world)?;
        if faults.has_errors() {
            let color = world.color_err(global.color());
            world.say(&super::faults::told(&faults, &known, "", crate::diag::Style { color }, global));
            bail!("the policy has faults");
        }
        policy.written = policy::written(&read.beside, named)?;
    } else if let Some(known) = &report.gate.policy {
        let environment = policy.environment.as_deref().or(known.environment.as_deref());
        policy::fits(Some(&known.written), environment)?;
    } else {
        policy::fits(None, named.environment.as_deref())?;
    }
    if let Some(baseline) = &args.deploy.baseline {
        report.compare_with(&deploy::saved(baseline, world.input)?);
    }
    let known = report.gate.policy.clone();
    let judging =
        Policy { written: policy.written.clone().or(known.map(|known| known.written)), ..policy.clone() };
    let limited = report.budgets().any(|slo| judging.needs(slo.into(), slo.gate.as_ref()).compares());
    if args.deploy.compares() && !limited {
        bail!("{}", policy::NO_LIMIT);
    }
    report.judge(&policy, world.now);
    Ok(report)
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
    written: &'a WrittenPolicyArgs,
    deploy: Option<&'a DeployArgs>,
    policy: Policy,
    detail: Detail,
    alerts: bool,
}

impl Run<'_> {
    fn run(&self, outputs: &[Output], style: &Style, global: &Global, world: &mut World<'_>) -> Exit {
        let times = match settings::times(self.time, world.now) {
            Ok(times) => times,
            Err(error) => return world.refuse(&format!("{error:#}")),
        };
        let mut warnings = Vec::new();
        let history = match self.history.map(|path| super::history::book(path, &mut warnings)).transpose() {
            Ok(history) => history,
            Err(error) => return world.refuse(&format!("{error:#}")),
        };
        let more = self.written.policy.as_slice();
        let Ok(specs) = settings::selected_with(self.specs, more, times.zone, global, world) else {
            return Exit::Usage;
        };
        let (mut specs, beside, spec_hash) = (specs.specs, specs.beside, specs.hash);
        let policy = match policy::written(&beside, self.written) {
            Ok(written) => Policy { written, ..self.policy.clone() },
            Err(error) => return world.refuse(&format!("{error:#}")),
        };
        let limited = deploy::prepare(&mut specs, &policy);
        let compared = match self.compared(&times, world) {
            Ok(compared) if compared.is_some() && !limited => return world.refuse(policy::NO_LIMIT),
            Ok(compared) => compared,
            Err(error) => return world.refuse(&format!("{error:#}")),
        };
        let job = Job {
            specs,
            spec_hash,
            when: times.when,
            period: times.period,
            zone: times.zone,
            detail: self.detail,
            step: times.step,
            alerts: self.alerts,
            policy,
            at_once: usize::from(self.source.concurrency),
            show_progress: global.shows_progress(world),
            warnings,
            history,
        };
        match crate::app::waiting(self.evaluate(job, compared, global, world)) {
            Ok(Ok(mut report)) => {
                // Who lets a gate pass is written down before it does.
                let history = self.history.filter(|_| self.deploy.is_some());
                super::history::record(&mut report, history, global, world);
                tell(&report, outputs, style, global, world)
            }
            Ok(Err(error)) => world.refuse(&format!("{error:#}")),
            Err(exit) => exit,
        }
    }

    /// What the objectives are compared with.
    fn compared(&self, times: &Times, world: &mut World<'_>) -> Result<Option<Compared>> {
        let Some(deploy) = self.deploy else { return Ok(None) };
        if let Some(path) = &deploy.baseline {
            return Ok(Some(Compared::With(Box::new(deploy::saved(path, world.input)?))));
        }
        let since = deploy.since.as_deref();
        let since = since.map(|text| settings::moment("--since", text, times.zone.unwrap_or(Zone::UTC)));
        Ok(since.transpose()?.map(Compared::Since))
    }

    async fn evaluate(
        &self,
        mut job: Job,
        compared: Option<Compared>,
        global: &Global,
        world: &World<'_>,
    ) -> Result<Report> {
        let opened = settings::open(self.source, global, world, &mut job.warnings).await?;
        let asked = opened.into_source(self.source.record.as_deref())?;
        let mut report = pipeline::evaluate(&job, asked.source(), world.now).await?;
        match compared {
            Some(Compared::Since(since)) => {
                deploy::since(&mut report, &job, since, asked.source(), world.now).await?;
            }
            Some(Compared::With(baseline)) => {
                report.compare_with(&baseline);
                report.judge(&job.policy, world.now);
            }
            None => {}
        }
        report.warnings.extend(asked.faults());
        Ok(report)
    }
}

/// What objectives are compared with.
enum Compared {
    /// As long a time before a deploy.
    Since(Moment),
    /// A report that was saved.
    With(Box<Report>),
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
