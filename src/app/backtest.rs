//! The story of a backtest: what must be counted for all ways to alert is asked once, and each is replayed over it.

use super::pipeline::{Cadences, When, moment};
use super::{fetch, progress};
use crate::base::{Duration, Interval, Moment, Share, Zone};
use crate::budget::backtest::{Frame, replay, replay_plain};
use crate::plan::{self, Ask, Detail, Eval, NoAnswer, Options, Period, Query};
use crate::report::{Alternative, Backtest, Plain, Replaying, SourceReport, Subject, words};
use crate::slo::{Alerting, BurnRule, Slo, Spec};
use crate::source::Source;

/// A moment of evaluation is given the time of so many scrapes to settle.
const SETTLE: Duration = Duration::minutes(2);

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
    let info = source.describe();
    let at = match job.when {
        When::Settled => now - SETTLE,
        when => moment(when, info.data, now)?,
    };
    let to = at.floor(job.step);
    let frame = Frame { over: Interval::new(to - job.over, to), step: job.step, least: job.least };
    let slos = || job.specs.iter().flat_map(|spec| spec.slos.iter().map(move |slo| (spec, slo)));
    let ways: Vec<Vec<Alternative>> = slos().map(|(_, slo)| job.ways(slo)).collect();
    let all: Vec<Slo> = ways.iter().flatten().map(|way| way.slo.clone()).collect();
    let asked = frame.asked(&all);

    let cadences = Cadences::ask(&job.specs, to, source, job.at_once, job.show_progress).await;
    let options = Options {
        at: asked.to,
        period: Period::Between(asked),
        zone: None,
        detail: Detail::Verdict,
        exact: info.exact,
        step: Some(job.step),
        contracts: false,
        by_day: false,
    };
    // A period between two moments has a place in every calendar.
    let plan = plan::compile(&job.specs, &options, &|selector| cadences.of(selector)).unwrap_or_default();
    let plain: Vec<_> =
        job.specs.iter().flat_map(|spec| spec.alerts.iter().map(move |alert| (spec, alert))).collect();
    let evaluated = Eval::Range { start: frame.over.from, end: frame.over.to, step: job.step };
    let asks = plain.iter().map(|(_, alert)| Query { ask: Ask::Value(alert.expr.clone()), eval: evaluated });
    let queries: Vec<Query> = plan.queries.iter().cloned().chain(asks).collect();

    let bar = progress::bar(queries.len() as u64, job.show_progress);
    bar.set_message("asking");
    let started = std::time::Instant::now();
    let answers = fetch::all(&queries, source, job.at_once, &|| bar.inc(1)).await;
    bar.finish_and_clear();
    let duration_ms = started.elapsed().as_millis() as u64;

    let subjects: Vec<Subject<'_>> = plan
        .tasks
        .iter()
        .zip(slos())
        .zip(&ways)
        .map(|((task, (spec, slo)), ways)| {
            let slos: Vec<Slo> = ways.iter().map(|way| way.slo.clone()).collect();
            Subject { spec, slo, ways, outcome: replay(task, slo, &slos, &frame, &answers) }
        })
        .collect();
    let plain: Vec<Plain<'_>> = plain
        .into_iter()
        .zip(answers.iter().skip(plan.queries.len()))
        .map(|((spec, alert), answer)| {
            let outcome = answer.as_ref().map(|answered| replay_plain(alert, &answered.matrix, &frame));
            Plain { spec, alert, outcome: outcome.map_err(NoAnswer::clone) }
        })
        .collect();
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
