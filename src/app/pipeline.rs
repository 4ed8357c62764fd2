//! The story of a run, top to bottom.

use std::path::PathBuf;

use anyhow::Context as _;

use super::deliver::{self, Output};
use super::{World, alerts, fetch, history, progress};
use crate::base::{Duration, Interval, Moment, Zone};
use crate::budget;
use crate::exit::Exit;
use crate::history::Book;
use crate::plan::{self, Detail, NoAnswer, Period};
use crate::promql::Selector;
use crate::render::Style;
use crate::report::{self, Policy, Report, SourceReport};
use crate::slo::{Spec, Window};
use crate::source::{Source, SourceInfo};

/// How far back the spacing of samples is looked for where a window does not tell.
const CADENCE_LOOK: Duration = Duration::days(30);

/// The end of data is taken down to a multiple of the finest bucket, so that slices and hours keep their place on the clock.
const FINEST: Duration = Duration::minutes(5);

/// A moment of evaluation is given the time of so many scrapes to settle.
const SETTLE_SCRAPES: i64 = 2;

/// When to evaluate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// Now, less the time of two scrapes.
    Settled,
    /// At this moment.
    At(Moment),
    /// At the end of the data.
    EndOfData,
}

/// What a run is to do.
#[derive(Clone)]
pub struct Job {
    /// The specifications, already selected.
    pub specs: Vec<Spec>,
    /// The hash of their texts.
    pub spec_hash: String,
    /// When to evaluate.
    pub when: When,
    /// Over which time.
    pub period: Period,
    /// The zone that the user asks for.
    pub zone: Option<Zone>,
    /// How much to ask.
    pub detail: Detail,
    /// The bucket length that the user asks for.
    pub step: Option<Duration>,
    /// Whether to tell which alerts would have fired.
    pub alerts: bool,
    /// What passes.
    pub policy: Policy,
    /// Questions under way at once.
    pub at_once: usize,
    /// Whether to show a bar.
    pub show_progress: bool,
    /// Remarks from reading.
    pub warnings: Vec<String>,
    /// What is remembered of days, where that is to be counted too.
    pub history: Option<Book>,
}

/// Evaluates: from specifications and a source to the report. Only here is waited.
pub async fn evaluate(job: &Job, source: &dyn Source, now: Moment) -> anyhow::Result<Report> {
    let info = source.describe();
    let (at, cadences) = settled(job, source, &info, now).await?;
    let options = plan::Options {
        at,
        period: job.period,
        zone: job.zone,
        detail: job.detail,
        exact: info.exact,
        step: job.step,
        judged: plan::Judged::All,
        by_day: job.history.is_some(),
    };
    let plan = plan::compile(&job.specs, &options, &|selector| cadences.of(selector))
        .context("a window lies outside the calendar")?;

    let bar = progress::bar(plan.queries.len() as u64, job.show_progress);
    bar.set_message("asking");
    let started = std::time::Instant::now();
    let answers = fetch::all(&plan.queries, source, job.at_once, &|| bar.inc(1)).await;
    bar.finish_and_clear();

    let memories =
        job.history.as_ref().map(|book| history::memories(book, &job.specs, &plan, &job.spec_hash));
    let evaluations = budget::evaluate_with(&plan, &answers, &memories.unwrap_or_default());
    let mut warnings = job.warnings.clone();
    if job.history.is_some() {
        warnings.extend(history::not_joined(&job.specs));
    }
    if let Some(data) = info.data.filter(|data| job.when == When::Settled && data.to < at) {
        warnings.push(format!("the data ends at {}; evaluate there with --at end", data.to));
    }
    let context = report::Context {
        specs: &job.specs,
        plan: &plan,
        answers: &answers,
        source: SourceReport {
            kind: info.kind.to_owned(),
            url: info.url,
            engine: info.engine,
            data: info.data,
            origins: info.origins,
        },
        exact: info.exact,
        policy: &job.policy,
        at,
        now,
        zone: job.zone.unwrap_or(Zone::UTC),
        duration_ms: started.elapsed().as_millis() as u64,
        spec_hash: job.spec_hash.clone(),
        warnings,
    };
    let mut report = report::build(&context, &evaluations);
    if job.alerts {
        alerts::add(&mut report, job, &plan, &cadences, source, now).await?;
    }
    Ok(report)
}

/// The moment that is meant, before anything is given time to settle.
pub fn moment(when: When, data: Option<Interval>, now: Moment) -> anyhow::Result<Moment> {
    Ok(match (when, data) {
        (When::At(at), _) => at,
        (When::EndOfData, Some(data)) => data.to.floor(FINEST),
        (When::EndOfData, None) => anyhow::bail!("--at end: only local data has an end; give a time"),
        (When::Settled, _) => now,
    })
}

/// When a job is evaluated, and how far apart the samples of what it counts are.
pub(super) async fn settled(
    job: &Job,
    source: &dyn Source,
    info: &SourceInfo,
    now: Moment,
) -> anyhow::Result<(Moment, Cadences)> {
    let rough = moment(job.when, info.data, now)?;
    // Where a period is asked for that is over, as it was then.
    let asked = job.period.stretch(Window::Rolling(CADENCE_LOOK), rough, job.zone);
    let until = asked.map_or(rough, |asked| asked.window.to.min(rough));
    let cadences = Cadences::ask(&job.specs, until, source, job.at_once, job.show_progress).await;
    let at = match job.when {
        When::Settled => (rough - cadences.slowest() * SETTLE_SCRAPES).floor(Duration::minutes(1)),
        _ => rough,
    };
    Ok((at, cadences))
}

/// How far apart the samples are of each selection that is counted.
pub(super) struct Cadences(Vec<(Selector, Result<Option<Duration>, NoAnswer>)>);

impl Cadences {
    /// Asks a source, as it was until some time.
    pub(super) async fn ask(
        specs: &[Spec],
        until: Moment,
        source: &dyn Source,
        at_once: usize,
        show_progress: bool,
    ) -> Self {
        let selectors = plan::cadence_selectors(specs);
        let look = Interval::new(until - CADENCE_LOOK, until);
        let bar = progress::bar(selectors.len() as u64, show_progress);
        bar.set_message("looking");
        let found = fetch::cadences(&selectors, look, source, at_once, &|| bar.inc(1)).await;
        bar.finish_and_clear();
        Self(selectors.into_iter().zip(found).collect())
    }

    /// That of a selection; nothing where it is not known.
    pub(super) fn of(&self, selector: &Selector) -> Result<Option<Duration>, NoAnswer> {
        let known = self.0.iter().find(|(known, _)| known == selector);
        known.map_or(Ok(None), |(_, found)| found.clone())
    }

    fn slowest(&self) -> Duration {
        let found = self.0.iter().filter_map(|(_, found)| found.as_ref().ok().copied().flatten());
        found.max().unwrap_or(Duration::minutes(1))
    }
}

/// Delivers: the exit code is the report's, and nothing after it can make it better.
pub fn deliver(
    report: &Report,
    outputs: &[Output],
    style: &Style,
    world: &mut World<'_>,
) -> (Exit, Vec<PathBuf>) {
    deliver::all(report, outputs, style, world)
}
