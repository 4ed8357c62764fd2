//! `nines explain`: an objective in plain sentences, what it asks, and what a run would cost a server.

use std::fmt::Write as _;

use anyhow::{Context as _, Result};

use super::args::{ExplainArgs, Global};
use super::settings;
use crate::app::World;
use crate::app::pipeline::When;
use crate::base::{Duration, Zone};
use crate::exit::Exit;
use crate::plan::{self, Detail, Engine, Eval, Options, Plan, Query, Task, as_promql};
use crate::promql::{BinaryOp, Expr, Selector};
use crate::report::words;
use crate::slo::{Counts, Distribution, Judge, Method, Polarity, Signal, Slo, Spec};

pub(super) fn run(args: &ExplainArgs, global: &Global, world: &mut World<'_>) -> Exit {
    let Ok(specs) = settings::selected(&args.specs, global, world) else { return Exit::Usage };
    match explained(&specs.specs, args, world) {
        Ok(text) => world.print(text.as_bytes()),
        Err(error) => world.refuse(&format!("{error:#}")),
    }
}

fn explained(specs: &[Spec], args: &ExplainArgs, world: &World<'_>) -> Result<String> {
    let times = settings::times(&args.time, world.now)?;
    let cadence = settings::duration("--scrape-interval", &args.scrape_interval)?;
    let at = match times.when {
        When::At(at) => at,
        When::EndOfData => anyhow::bail!("--at end: no data is read here, so it has no end; give a time"),
        When::Settled => (world.now - cadence * 2).floor(Duration::minutes(1)),
    };
    let options = Options {
        at,
        period: times.period,
        zone: times.zone,
        detail: Detail::FULL,
        exact: false,
        step: times.step,
        judged: plan::Judged::All,
        by_day: false,
    };
    let plan = plan::compile(specs, &options, &|_| Ok(Some(cadence)))
        .context("a window lies outside the calendar")?;
    let mut text = String::new();
    for task in &plan.tasks {
        let Some((spec, slo)) = specs.get(task.spec).and_then(|spec| Some((spec, spec.slos.get(task.slo)?)))
        else {
            continue;
        };
        objective(&mut text, spec, slo, task)?;
        questions(&mut text, &plan, task)?;
        text.push('\n');
    }
    let evaluations: usize = plan.queries.iter().map(|query| query.eval.len()).sum();
    writeln!(
        text,
        "In all: {}, {} with {} evaluations, of samples {cadence} apart, each stored sample read about once.",
        super::validate::counted(plan.tasks.len(), "objective"),
        super::validate::counted(plan.queries.len(), "question"),
        words::count(evaluations as f64),
    )?;
    Ok(text)
}

fn objective(text: &mut String, spec: &Spec, slo: &Slo, task: &Task) -> Result<()> {
    let place = slo.line.map(|line| format!("  {}:{line}", spec.file)).unwrap_or_default();
    writeln!(text, "{}{place}", spec.id(slo))?;
    if let Some(description) = &slo.description {
        writeln!(text, "  {description}")?;
    }
    let allowed = slo.objective.complement();
    let window = task.stretch.window;
    let (what, one) = match slo.sli.signal() {
        Signal::Events { .. } => ("events", "event"),
        Signal::Slices { .. } => ("slices", "slice"),
        Signal::Composite(_) => ("members", "member"),
    };
    let period = words::period(window, task.stretch.zone, true, None);
    let period = period.split(" (").next().unwrap_or_default();
    writeln!(
        text,
        "  Promise: {} of {what} are good over {} (now {period}).",
        words::objective(slo.objective),
        task.stretch.display,
    )?;
    match slo.sli.signal() {
        Signal::Events {
            distribution: Some(Distribution { buckets, threshold, seconds_per_unit }), ..
        } => {
            let time = words::quantile(Some(threshold * seconds_per_unit));
            writeln!(text, "  Good: each observation of {} that is at most {time}", histogram(buckets))?;
            writeln!(text, "  All: each observation of it")?;
        }
        Signal::Events { polarity, part, total, .. } => {
            let word = if polarity == Polarity::Good { "Good" } else { "Bad" };
            writeln!(text, "  {word}: {}", counted(&part))?;
            writeln!(text, "  All: {}", counted(&total))?;
        }
        Signal::Slices { value, judge: Judge::Compares(op, bound), slice, .. } => {
            writeln!(text, "  A slice of {slice} is good when at its end every element of")?;
            writeln!(text, "    {value}")?;
            writeln!(text, "  is {}{bound}.", compared(op))?;
        }
        Signal::Slices { value, judge: Judge::Share(polarity), slice, .. } => {
            writeln!(text, "  The {} share of a slice of {slice} is, over its time,", polarity.word())?;
            writeln!(text, "    {value}")?;
            writeln!(text, "  and slices count alike, whatever their traffic.")?;
        }
        Signal::Composite(_) => writeln!(text, "  Taken together of other objectives.")?,
    }
    match &slo.by[..] {
        [] => {}
        [label] => writeln!(text, "  Each value of {label} has a budget of its own.")?,
        labels => writeln!(text, "  Each combination of {} has a budget of its own.", labels.join(" and "))?,
    }
    if !slo.by.is_empty() {
        writeln!(text, "  The number for all stands beside them; more than {} are refused.", slo.max_groups)?;
    }
    match slo.method {
        Method::Occurrences => {}
        Method::Timeslices { slice, target, .. } => writeln!(
            text,
            "  Counted in slices of {slice}: one is good when {} of its events are.",
            words::objective(target)
        )?,
        Method::RatioTimeslices { slice, .. } => {
            writeln!(text, "  Counted in slices of {slice}, each as bad as its share of bad events.")?;
        }
    }
    if allowed.as_f64() > 0.0 {
        let (share, time) = (words::objective(allowed), allowed.as_f64() * window.length().as_secs());
        let time = words::duration(time);
        match slo.sli.signal() {
            Signal::Events { .. } => writeln!(
                text,
                "  Budget: {share} of {what} may be bad; at steady traffic that is {time} of full outage.",
            )?,
            Signal::Slices { .. } | Signal::Composite(_) => {
                writeln!(text, "  Budget: {share} of {what} may be bad, which is {time}.")?;
            }
        }
    } else {
        writeln!(text, "  Budget: none; a single bad {one} breaks the promise.")?;
    }
    let length = slo.window.nominal();
    for rule in slo.alerting.active().filter(|rule| rule.long < length && allowed.as_f64() > 0.0) {
        let threshold = rule.threshold(length);
        let pace = if threshold > 1.0 {
            format!("more than {} as fast as an even pace", words::threshold(threshold))
        } else {
            "faster than an even pace".to_owned()
        };
        writeln!(
            text,
            "  {} when the budget burns {pace} over both the last {} and the last {}.",
            if rule.severity.word() == "page" { "Page" } else { "Ticket" },
            rule.long,
            rule.short,
        )?;
    }
    Ok(())
}

/// A histogram by its base name.
fn histogram(mut buckets: Selector) -> Expr {
    if let Some(base) = buckets.name.as_deref().and_then(|name| name.strip_suffix("_bucket")) {
        buckets.name = Some(base.to_owned());
    }
    Expr::selector(buckets)
}

/// A comparison in words, with the space behind them.
fn compared(op: BinaryOp) -> &'static str {
    match op {
        BinaryOp::Lss => "less than ",
        BinaryOp::Lte => "at most ",
        BinaryOp::Gtr => "more than ",
        BinaryOp::Gte => "at least ",
        BinaryOp::Neq => "not ",
        _ => "",
    }
}

fn counted(counts: &Counts) -> String {
    match counts {
        Counts::Counters(selectors) => {
            let texts: Vec<String> =
                selectors.iter().map(|selector| Expr::selector(selector.clone()).to_string()).collect();
            format!("the growth of {}", texts.join(" and of "))
        }
        Counts::Expression(expr) => expr.to_string(),
    }
}

fn questions(text: &mut String, plan: &Plan, task: &Task) -> Result<()> {
    for (name, ids) in &task.asked {
        writeln!(text, "  Asks for {name}:")?;
        for query in ids.iter().filter_map(|&id| plan.queries.get(id)) {
            for line in as_promql(&query.ask, Engine::Prometheus).pretty().lines() {
                writeln!(text, "    {line}")?;
            }
            writeln!(text, "      {}", when(query))?;
        }
    }
    Ok(())
}

fn when(query: &Query) -> String {
    let minute = |at| words::minute(at, Zone::UTC);
    match query.eval {
        Eval::Instant(at) => format!("once, at {}", minute(at)),
        Eval::Range { start, end, step } => {
            format!("{} times, every {step} from {} to {} UTC", query.eval.len(), minute(start), minute(end))
        }
    }
}
