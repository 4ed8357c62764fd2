//! The story of a run, top to bottom.

use std::path::PathBuf;

use anyhow::Context as _;

use super::deliver::{self, Output};
use super::{World, fetch, pending, progress};
use crate::base::{Duration, Interval, Moment, Zone};
use crate::budget;
use crate::exit::Exit;
use crate::plan::{self, Detail, Period};
use crate::render::Style;
use crate::report::{self, Policy, Report, SourceReport};
use crate::slo::{Spec, Window};
use crate::source::Source;

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
    /// What passes.
    pub policy: Policy,
    /// Questions under way at once.
    pub at_once: usize,
    /// Whether to show a bar.
    pub show_progress: bool,
    /// Remarks from reading.
    pub warnings: Vec<String>,
}

/// Evaluates: from specifications and a source to the report. Only here is waited.
pub async fn evaluate(job: &Job, source: &dyn Source, now: Moment) -> anyhow::Result<Report> {
    let info = source.describe();
    let rough = moment(job.when, info.data, now)?;
    let selectors = plan::cadence_selectors(&job.specs);
    // Where a period is asked for that is over, as it was then.
    let asked = job.period.stretch(Window::Rolling(CADENCE_LOOK), rough, job.zone);
    let until = asked.map_or(rough, |asked| asked.window.to.min(rough));
    let look = Interval::new(until - CADENCE_LOOK, until);
    let bar = progress::bar(selectors.len() as u64, job.show_progress);
    bar.set_message("looking");
    let found = fetch::cadences(&selectors, look, source, job.at_once, &|| bar.inc(1)).await;
    bar.finish_and_clear();
    let cadence = |selector: &_| {
        let place = selectors.iter().position(|known| known == selector);
        place.and_then(|place| found.get(place)).cloned().unwrap_or(Ok(None))
    };
    let slowest = found.iter().flatten().flatten().copied().max().unwrap_or(Duration::minutes(1));
    let at = match job.when {
        When::Settled => (rough - slowest * SETTLE_SCRAPES).floor(Duration::minutes(1)),
        _ => rough,
    };

    let options = plan::Options {
        at,
        period: job.period,
        zone: job.zone,
        detail: job.detail,
        exact: info.exact,
        step: job.step,
    };
    let plan = plan::compile(&job.specs, &options, &cadence).context("a window lies outside the calendar")?;

    let bar = progress::bar(plan.queries.len() as u64, job.show_progress);
    bar.set_message("asking");
    let started = std::time::Instant::now();
    let answers = fetch::all(&plan.queries, source, job.at_once, &|| bar.inc(1)).await;
    bar.finish_and_clear();

    let evaluations = budget::evaluate(&plan, &job.specs, &answers);
    let mut warnings = job.warnings.clone();
    warnings.extend(pending::of_reports(&job.specs));
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
    Ok(report::build(&context, &evaluations))
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

/// Delivers: the exit code is the report's, and nothing after it can make it better.
pub fn deliver(
    report: &Report,
    outputs: &[Output],
    style: &Style,
    world: &mut World<'_>,
) -> (Exit, Vec<PathBuf>) {
    deliver::all(report, outputs, style, world)
}
