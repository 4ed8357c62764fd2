//! The story of a backtest: what must be counted for all ways to alert is asked once, and each is replayed over it.

use super::pipeline::{Cadences, When, moment};
use super::{fetch, progress};
use crate::base::{Duration, Interval, Moment, Share, Zone};
use crate::budget::backtest::{Condition, Frame, begins, replay};
use crate::plan::{self, Detail, NoAnswer, Options, Period};
use crate::promql::Expr;
use crate::report::{Alternative, Backtest, Fired, Plain, Replaying, SourceReport, Subject, words};
use crate::slo::{Alerting, BurnRule, Slo, Spec, UNMEASURED_FOR};
use crate::source::Source;

/// A moment of evaluation is given the time of so many scrapes to settle.
const SETTLE: Duration = Duration::minutes(2);

/// The most evaluations that are replayed.
pub const MOST_STEPS: i64 = 1_000_000;

/// What is to be replayed.
pub struct Replayed {
    /// The specifications, already selected.
    pub specs: Vec<Spec>,
    /// The hash of their texts.
    pub spec_hash: String,
    /// The end of the time looked at.
    pub when: When,
    /// Its length.
    pub over: Duration,
    /// How often rules are evaluated.
    pub step: Duration,
    /// The share of a budget from which on an incident is one.
    pub least: f64,
    /// Windows of alerts beside those in use, by their names.
    pub catalogues: Vec<(String, Vec<BurnRule>)>,
    /// Objectives beside those in use.
    pub objectives: Vec<Share>,
    /// The zone in which times are shown.
    pub zone: Zone,
    /// Questions under way at once.
    pub at_once: usize,
    /// Whether to show a bar.
    pub show_progress: bool,
    /// Remarks.
    pub warnings: Vec<String>,
}

/// Replays: from specifications and a source to what came of every way to alert. Only here is waited.
pub async fn run(job: &Replayed, source: &dyn Source, now: Moment) -> anyhow::Result<Backtest> {
    let at = match job.when {
        When::Settled => now - SETTLE,
        when => moment(when, source.describe().data, now)?,
    };
    let to = at.floor(job.step);
    let cadences = Cadences::ask(&job.specs, to, source, job.at_once, job.show_progress).await;
    replayed(job, Interval::new(to - job.over, to), &cadences, source, now).await
}

/// The same over a stretch of time, where it is known how far apart samples are.
pub(super) async fn replayed(
    job: &Replayed,
    over: Interval,
    cadences: &Cadences,
    source: &dyn Source,
    now: Moment,
) -> anyhow::Result<Backtest> {
    let info = source.describe();
    let to = over.to;
    let mut frame = Frame { over, step: job.step, least: job.least, begins: over.from };
    let slos = || job.specs.iter().flat_map(|spec| spec.slos.iter().map(move |slo| (spec, slo)));
    let ways: Vec<Vec<Alternative>> = slos().map(|(_, slo)| job.ways(slo)).collect();
    let all: Vec<Slo> = ways.iter().flatten().map(|way| way.slo.clone()).collect();
    let asked = frame.asked(&all);

    if asked.length().as_millis() / job.step.as_millis().max(1) > MOST_STEPS {
        let (length, step) = (asked.length(), job.step);
        anyhow::bail!(
            "with what the longest window needs before, {length} in steps of {step} is more than a million evaluations; \
             take a longer --step"
        );
    }
    let options = Options {
        at: asked.to,
        period: Period::Between(asked),
        zone: None,
        detail: Detail::Verdict,
        exact: info.exact,
        step: Some(job.step),
        judged: plan::Judged::Objectives,
        by_day: false,
    };
    // A period between two moments has a place in every calendar.
    let plan = plan::compile(&job.specs, &options, &|selector| cadences.of(selector)).unwrap_or_default();
    let plain = || job.specs.iter().flat_map(|spec| spec.alerts.iter().map(move |alert| (spec, alert)));
    let unmeasured: Vec<Option<Expr>> = slos().map(|(_, slo)| slo.unmeasured()).collect();
    let plain_conditions = plain().map(|(_, alert)| Condition::of(alert));
    let conditions: Vec<Condition<'_>> =
        unmeasured.iter().flatten().map(nothing_measured).chain(plain_conditions).collect();
    let mut queries = plan.queries.clone();
    // Objectives about the same series ask the same.
    let places: Vec<usize> = conditions
        .iter()
        .map(|condition| {
            let query = condition.query(&frame);
            queries.iter().position(|known| *known == query).unwrap_or_else(|| {
                queries.push(query);
                queries.len() - 1
            })
        })
        .collect();

    let bar = progress::bar(queries.len() as u64, job.show_progress);
    bar.set_message("asking");
    let started = std::time::Instant::now();
    let answers = fetch::all(&queries, source, job.at_once, &|| bar.inc(1)).await;
    bar.finish_and_clear();
    let duration_ms = started.elapsed().as_millis() as u64;

    frame.begins = begins(&plan.queries, &answers).unwrap_or(asked.from).max(asked.from);
    let mut fired = conditions.iter().zip(&places).map(|(condition, place)| match answers.get(*place) {
        Some(Ok(answered)) => Ok(condition.replay(&answered.matrix, &frame)),
        Some(Err(why)) => Err(why.clone()),
        None => Err(NoAnswer::Malformed("the question was never asked".to_owned())),
    });
    let unmeasured: Vec<Option<Fired>> =
        unmeasured.iter().map(|expr| expr.as_ref().and_then(|_| fired.next())).collect();
    let subjects: Vec<Subject<'_>> = plan
        .tasks
        .iter()
        .zip(slos())
        .zip(ways.iter().zip(unmeasured))
        .map(|((task, (spec, slo)), (ways, unmeasured))| {
            let slos: Vec<Slo> = ways.iter().map(|way| way.slo.clone()).collect();
            Subject { spec, slo, ways, outcome: replay(task, slo, &slos, &frame, &answers), unmeasured }
        })
        .collect();
    let plain: Vec<Plain<'_>> =
        plain().zip(fired).map(|((spec, alert), outcome)| Plain { spec, alert, outcome }).collect();
    let mut warnings = job.warnings.clone();
    if let Some(data) = info.data.filter(|data| data.to < to || data.from > frame.over.from) {
        warnings.push(format!("data is there from {} to {} only", data.from, data.to));
    }
    let replaying = Replaying {
        frame,
        zone: job.zone,
        answers: &answers,
        source: SourceReport {
            kind: info.kind.to_owned(),
            url: info.url,
            engine: info.engine,
            data: info.data,
            origins: info.origins,
        },
        now,
        duration_ms,
        spec_hash: job.spec_hash.clone(),
        warnings,
    };
    Ok(Backtest::of(replaying, &subjects, &plain))
}

/// The condition that nothing is measured of an objective.
fn nothing_measured(expr: &Expr) -> Condition<'_> {
    Condition { expr, r#for: Some(UNMEASURED_FOR), keep_firing_for: None }
}

impl Replayed {
    /// The ways to alert on an objective: as it says itself, then every other objective with every other windows.
    fn ways(&self, slo: &Slo) -> Vec<Alternative> {
        let mut ways = vec![Alternative { name: "in use".to_owned(), slo: slo.clone() }];
        let objectives = std::iter::once(None).chain(self.objectives.iter().map(Some));
        for objective in objectives {
            let catalogues = std::iter::once(None).chain(self.catalogues.iter().map(Some));
            for catalogue in catalogues {
                let mut changed = slo.clone();
                let mut names = Vec::new();
                if let Some(&objective) = objective {
                    changed.objective = objective;
                    names.push(words::objective(objective));
                }
                if let Some((name, windows)) = catalogue {
                    changed.alerting = Alerting { windows: windows.clone(), ..slo.alerting.clone() };
                    names.push(name.clone());
                }
                if !ways.iter().any(|way| way.slo == changed) {
                    ways.push(Alternative { name: names.join(", "), slo: changed });
                }
            }
        }
        ways
    }
}
