//! Alerts over the past to their document.

mod advice;
mod document;
mod plain;
mod within;

pub use document::*;

use super::build::{label_map, samples_read};
use super::{CoverageReport, ReportError, SourceReport, Tool, words};
use crate::base::{Labels, Moment, Zone, ratio};
use crate::budget::Failure;
use crate::budget::backtest::{
    About, Candidate, Detection, Figures, Firing, Frame, Past, Replayed, Way, advise, alerts_of,
};
use crate::exit::Exit;
use crate::plan::{Answer, NoAnswer};
use crate::slo::{AlertRule, BurnAlert, Slo, Spec};

/// A way to alert on an objective.
#[derive(Debug, Clone, PartialEq)]
pub struct Alternative {
    /// `in use`, or what is changed: `99.5 %, workbook`.
    pub name: String,
    /// The objective with that changed.
    pub slo: Slo,
}

/// An objective replayed.
#[derive(Debug)]
pub struct Subject<'a> {
    /// Its service.
    pub spec: &'a Spec,
    /// What the specification says.
    pub slo: &'a Slo,
    /// The ways to alert that were replayed, the one in use first.
    pub ways: &'a [Alternative],
    /// What came of it.
    pub outcome: Result<Vec<Past>, Failure>,
    /// When nothing was measured of it; nothing where nobody is told.
    pub unmeasured: Option<Fired>,
}

/// When an alert fired by its condition, by the labels of what that gave.
pub type Fired = Result<Vec<(Labels, Vec<Firing>)>, NoAnswer>;

/// A plain alert replayed.
#[derive(Debug)]
pub struct Plain<'a> {
    /// Its service.
    pub spec: &'a Spec,
    /// The alert.
    pub alert: &'a AlertRule,
    /// When it fired.
    pub outcome: Fired,
}

/// What a backtest is made of, beside what was replayed.
#[derive(Debug)]
pub struct Replaying<'a> {
    /// The time looked at, and how.
    pub frame: Frame,
    /// The zone in which times are shown.
    pub zone: Zone,
    /// What was answered.
    pub answers: &'a [Answer],
    /// Where the answers came from.
    pub source: SourceReport,
    /// When it is made.
    pub now: Moment,
    /// How long asking took, in milliseconds.
    pub duration_ms: u64,
    /// A hash of the specifications' texts.
    pub spec_hash: String,
    /// Remarks.
    pub warnings: Vec<String>,
}

impl Backtest {
    /// Builds the document.
    pub fn of(replaying: Replaying<'_>, subjects: &[Subject<'_>], plain: &[Plain<'_>]) -> Self {
        let slos: Vec<SloBacktest> = subjects.iter().map(|subject| entry(subject, &replaying)).collect();
        let over = replaying.frame.over;
        let alerts: Vec<PlainBacktest> = plain.iter().map(|alert| plain::told(alert, &slos, over)).collect();
        let of = |slo: &&SloBacktest| slo.status == Replay::Error;
        let mut errors: Vec<ReportError> = slos.iter().filter(of).map(error).collect();
        let unmeasured = slos.iter().filter_map(|slo| Some((&slo.id, slo.unmeasured.as_ref()?)));
        let unmeasured = unmeasured.map(|(id, alert)| (format!("{id} ({})", alert.tier), &alert.error));
        let plain = alerts.iter().map(|alert| (format!("{}/{}", alert.service, alert.name), &alert.error));
        errors.extend(unmeasured.chain(plain).filter_map(|(name, error)| {
            let (stage, message) = ("fetch".to_owned(), error.clone()?);
            Some(ReportError { slo: Some(name), stage, message, hint: None })
        }));
        let summary = summary(&slos, subjects, !errors.is_empty());
        let Frame { over, step, least, .. } = replaying.frame;
        Self {
            schema_version: 1,
            tool: Tool { name: "nines".to_owned(), version: env!("CARGO_PKG_VERSION").to_owned() },
            generated_at: replaying.now,
            evaluation: BacktestInfo {
                from: over.from,
                to: over.to,
                timezone: replaying.zone.to_string(),
                step_s: step.as_secs(),
                least_budget_ratio: least,
                method: format!(
                    "alerts as `nines generate rules` writes them, evaluated every {step} by rules that were there long \
                     before; a page is a stretch in which any page alert of a budget fires; an incident is a \
                     stretch that burned at least {} of a budget",
                    words::part(Some(least))
                ),
                source: replaying.source,
                queries: replaying.answers.len(),
                samples_read: samples_read(replaying.answers),
                duration_ms: replaying.duration_ms,
                spec_hash: replaying.spec_hash,
            },
            summary,
            slos,
            alerts,
            errors,
            warnings: replaying.warnings,
        }
    }
}

fn error(slo: &SloBacktest) -> ReportError {
    ReportError {
        slo: Some(slo.id.clone()),
        stage: "replay".to_owned(),
        message: slo.reason.clone().unwrap_or_default(),
        hint: None,
    }
}

fn summary(slos: &[SloBacktest], subjects: &[Subject<'_>], any_error: bool) -> BacktestSummary {
    let count = |status| slos.iter().filter(|slo| slo.status == status).count();
    let (replayed, no_data) = (count(Replay::Replayed), count(Replay::NoData));
    let in_use: Vec<Past> =
        subjects.iter().filter_map(|subject| subject.outcome.as_ref().ok()).flatten().cloned().collect();
    let figures = Candidate::of(crate::base::Share::ZERO, &in_use, 0).figures;
    let unmeasured: usize =
        slos.iter().filter_map(|slo| slo.unmeasured.as_ref()).map(|alert| alert.fired).sum();
    let exit = if any_error { Exit::SourceFailed } else { Exit::Passed };
    let exit = exit.and(if no_data > 0 || slos.is_empty() { Exit::NoData } else { Exit::Passed });
    BacktestSummary {
        replayed,
        no_data,
        error: count(Replay::Error),
        verdict: advice::verdict(&figures, replayed, slos.len()),
        figures: FiguresReport { tickets: figures.tickets + unmeasured, ..self::figures(&figures) },
        exit_code: exit.code(),
    }
}

fn entry(subject: &Subject<'_>, replaying: &Replaying<'_>) -> SloBacktest {
    let Subject { spec, slo, ways, outcome, unmeasured } = subject;
    let mut entry = SloBacktest {
        id: spec.id(slo),
        service: spec.service.clone(),
        slo: slo.name.clone(),
        status: Replay::Replayed,
        reason: None,
        window: slo.window.to_string(),
        candidates: Vec::new(),
        recommendation: None,
        budgets: Vec::new(),
        unmeasured: unmeasured.as_ref().map(|fired| plain::unmeasured(slo, fired, replaying.frame.over)),
        defined_at: slo.line.map(|line| format!("{}:{line}", spec.file)),
    };
    let pasts = match outcome {
        Ok(pasts) => pasts,
        Err(failure) => {
            entry.status = Replay::Error;
            entry.reason = Some(failure.to_string());
            return entry;
        }
    };
    if !pasts.iter().any(|past| past.found) {
        entry.status = Replay::NoData;
        entry.reason = Some("no data: no series told anything in the time looked at".to_owned());
        return entry;
    }
    let candidates: Vec<Candidate> =
        ways.iter().enumerate().map(|(place, way)| Candidate::of(way.slo.objective, pasts, place)).collect();
    let covered = pasts.iter().map(|past| past.coverage.ratio).fold(1.0, f64::min);
    let advice = advise(&candidates, covered >= slo.min_coverage.as_f64());
    entry.recommendation = Some(advice::told(advice, ways, &candidates, covered, slo));
    entry.candidates = ways
        .iter()
        .zip(&candidates)
        .enumerate()
        .map(|(place, (way, candidate))| self::candidate(place, way, candidate, pasts, replaying))
        .collect();
    if let Some(alert) = &entry.unmeasured {
        entry.candidates.iter_mut().for_each(|candidate| candidate.figures.tickets += alert.fired);
    }
    entry.budgets = pasts.iter().filter_map(budget).collect();
    entry
}

fn candidate(
    place: usize,
    way: &Alternative,
    candidate: &Candidate,
    pasts: &[Past],
    replaying: &Replaying<'_>,
) -> CandidateReport {
    let fired = |index: usize| {
        let of = pasts.iter().filter_map(|past| past.ways.get(place)?.alerts.get(index));
        of.map(|replayed| begun(replayed, replaying.frame.over.from)).sum()
    };
    let alert = |(index, (_, alert)): (usize, (About, BurnAlert))| AlertReport {
        severity: alert.rule.severity.word().to_owned(),
        long: alert.rule.long.to_string(),
        short: alert.rule.short.to_string(),
        factor: alert.factor,
        tier: alert.tier,
        fired: fired(index),
    };
    let events = candidate.figures.events;
    let sli = ratio(events.good(), events.total);
    CandidateReport {
        name: way.name.clone(),
        in_use: place == 0,
        objective: way.slo.objective.as_f64(),
        objective_display: words::objective(way.slo.objective),
        alerts: alerts_of(&way.slo).enumerate().map(alert).collect(),
        kept: sli.map(|_| candidate.figures.kept),
        sli,
        sli_display: sli.map_or(words::NO_DATA.to_owned(), |sli| {
            words::sli(sli, events.bad, way.slo.objective.decimals())
        }),
        figures: figures(&candidate.figures),
    }
}

/// How often an alert began to fire from a moment on.
fn begun(replayed: &Replayed, from: Moment) -> usize {
    replayed.firings.iter().filter(|(firing, _)| firing.from >= from).count()
}

fn figures(figures: &Figures) -> FiguresReport {
    FiguresReport {
        pages: figures.pages,
        pages_per_week: figures.pages_per_week,
        tickets: figures.tickets,
        incidents: figures.incidents,
        missed: figures.missed,
        missed_budget_ratio: figures.missed_budget,
        stray: figures.stray,
        gone_median: figures.gone_median,
        gone_most: figures.gone_most,
        delay_median_s: figures.delay_median.map(crate::base::Duration::as_secs),
        delay_most_s: figures.delay_most.map(crate::base::Duration::as_secs),
    }
}

fn budget(past: &Past) -> Option<BudgetBacktest> {
    let way: &Way = past.ways.first()?;
    let tier =
        |place: usize| way.alerts.get(place).map_or_else(String::new, |replayed| replayed.alert.tier.clone());
    let detection = |detection: &Detection| DetectionReport {
        tier: tier(detection.alert),
        at: detection.at,
        delay_s: detection.delay.as_secs(),
        budget_ratio: detection.budget_gone,
        already: detection.already,
    };
    let firings = |replayed: &Replayed| TierFirings {
        tier: replayed.alert.tier.clone(),
        firings: replayed
            .firings
            .iter()
            .map(|(firing, incident)| FiringReport { incident: *incident, ..plain::firing(firing) })
            .collect(),
    };
    Some(BudgetBacktest {
        group: label_map(&past.group),
        coverage: CoverageReport { ratio: Some(past.coverage.ratio), gaps: past.coverage.gaps.clone() },
        alerts: way.alerts.iter().map(firings).collect(),
        incidents: way
            .incidents
            .iter()
            .map(|told| IncidentBacktest {
                from: told.incident.interval.from,
                to: told.incident.interval.to,
                bad: told.incident.events.bad,
                total: told.incident.events.total,
                budget_ratio: told.incident.budget_ratio,
                peak_burn: told.incident.peak_burn,
                told: told.told.as_ref().map(detection),
                paged: told.paged.as_ref().map(detection),
            })
            .collect(),
        figures: figures(&way.figures),
    })
}
