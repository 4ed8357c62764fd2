//! Evaluations to the report document.

use std::collections::{BTreeMap, BTreeSet};

use super::contracts;
use super::exclusions::{exclusions, remarks as remarks_on};
use super::history::{history, strip, trend};
use super::reason::{counts, reason, sli, status, verdict};
use super::words::{self, Spend};
use super::{
    BreakdownReport, BudgetReport, BurnReport, CoverageReport, CurvePoint, DayReport, EvaluationInfo,
    EventsReport, ExhaustionReport, ForecastReport, IncidentReport, LatencyReport, LinkReport, MemberReport,
    Needs, Policy, PreviousReport, QueryReport, Report, ReportError, SeriesReport, SlaReport, SliReport,
    SloName, SloReport, SourceReport, Status, Summary, TimeReport, Tool, WindowReport,
};
use crate::base::{Duration, Labels, Moment, Zone, ratio};
use crate::budget::{Evaluation, Events, Failure, Measured, Part, Previous};
use crate::plan::{Answer, Answered, Plan, Task};
use crate::slo::{Judge, Link, Method, Signal, Sla, Slo, Spec};

/// What a report is made of, beside the evaluations.
#[derive(Debug, Clone)]
pub struct Context<'a> {
    /// The specifications that the plan was compiled from.
    pub specs: &'a [Spec],
    /// What was asked.
    pub plan: &'a Plan,
    /// What was answered.
    pub answers: &'a [Answer],
    /// Where the answers came from.
    pub source: SourceReport,
    /// Whether that source counts exactly.
    pub exact: bool,
    /// What passes.
    pub policy: &'a Policy,
    /// The moment of evaluation.
    pub at: Moment,
    /// When the report is made.
    pub now: Moment,
    /// The zone in which times are shown.
    pub zone: Zone,
    /// How long asking took, in milliseconds.
    pub duration_ms: u64,
    /// A hash of the specifications' texts.
    pub spec_hash: String,
    /// Remarks from reading data and specifications.
    pub warnings: Vec<String>,
}

/// Builds the document: the worst objective first.
pub fn build(context: &Context<'_>, evaluations: &[Evaluation]) -> Report {
    let (by_contract, as_they_stand): (Vec<&Evaluation>, Vec<&Evaluation>) =
        evaluations.iter().partition(|evaluation| contract_of(context, evaluation).is_some());
    let mut slos: Vec<SloReport> =
        as_they_stand.iter().filter_map(|evaluation| entry(context, evaluation)).collect();
    let slas: Vec<SlaReport> =
        by_contract.iter().filter_map(|evaluation| contract(context, evaluation)).collect();
    for slo in &mut slos {
        slo.sla = contracts::brief(&slas, &slo.service, &slo.slo).filter(|_| slo.is_whole());
    }
    // Where nothing may be bad, anything bad is more than every overspent budget.
    let left = |slo: &SloReport| {
        let known = |budget: &BudgetReport| {
            budget.remaining_ratio.or((budget.spent > 0.0).then_some(f64::NEG_INFINITY))
        };
        slo.budget.as_ref().and_then(known).unwrap_or(f64::MAX)
    };
    slos.sort_by(|a, b| {
        b.status.cmp(&a.status).then(left(a).total_cmp(&left(b))).then_with(|| a.id.cmp(&b.id))
    });

    // The number for all groups stands beside their budgets; it is no promise of its own.
    let judged: Vec<&SloReport> = slos.iter().filter(|slo| slo.is_budget()).collect();
    let worst = judged.first().copied();
    let counted = counts(judged.iter().map(|slo| slo.status));
    let previous =
        counts(judged.iter().filter_map(|slo| slo.previous.as_ref()).map(|previous| previous.status));
    let errors = evaluations.iter().filter_map(|evaluation| error(context, evaluation)).collect();
    let windows = || context.plan.tasks.iter().map(|task| task.stretch.window);
    Report {
        schema_version: 1,
        tool: Tool { name: "nines".to_owned(), version: env!("CARGO_PKG_VERSION").to_owned() },
        generated_at: context.now,
        evaluation: EvaluationInfo {
            at: context.at,
            from: windows().map(|window| window.from).min().unwrap_or(context.at),
            to: windows().map(|window| window.to).max().unwrap_or(context.at),
            timezone: context.zone.to_string(),
            complete: windows().all(|window| window.to <= context.at),
            method: method(context.exact),
            source: context.source.clone(),
            queries: context.plan.queries.len(),
            samples_read: samples_read(context.answers),
            duration_ms: context.duration_ms,
            spec_hash: context.spec_hash.clone(),
        },
        summary: Summary {
            status: worst.map_or(Status::NoData, |slo| slo.status).max(contracts::worst(&slas)),
            verdict: [Some(verdict(&counted, worst)), contracts::broken(&slas)]
                .into_iter()
                .flatten()
                .collect::<Vec<_>>()
                .join(" "),
            counts: counted,
            worst: worst.map(|slo| SloName { service: slo.service.clone(), slo: slo.slo.clone() }),
            previous: (previous.total > previous.no_data).then_some(previous),
        },
        gate: context.policy.judge(&judged, &slas, context.now),
        slos,
        slas,
        errors,
        warnings: context.warnings.iter().cloned().chain(contracts::in_part(context.specs)).collect(),
    }
}

fn method(exact: bool) -> String {
    let counted = if exact {
        "events counted exactly from every stored sample, counter resets included"
    } else {
        "events estimated by the server: increase over buckets one scrape wider, scaled back"
    };
    format!(
        "sum of good ÷ sum of total over the window; {counted}; slices judged at their end; windows are half-open"
    )
}

pub(super) fn samples_read(answers: &[Answer]) -> Option<u64> {
    let known = answers.iter().flatten().filter_map(|answered| answered.samples_read);
    known.fold(None, |sum, read| Some(sum.unwrap_or(0) + read))
}

/// `service/slo`, with the group's labels where it has any.
fn id(spec: &Spec, slo: &Slo, group: &Labels) -> String {
    let name = spec.id(slo);
    if group.is_empty() { name } else { format!("{name}{group}") }
}

fn parts<'a>(context: &Context<'a>, evaluation: &Evaluation) -> Option<(&'a Task, &'a Spec, &'a Slo)> {
    let task = context.plan.tasks.get(evaluation.task)?;
    let spec = context.specs.get(task.spec)?;
    Some((task, spec, &task.terms))
}

/// The contract by which something was judged; none where it was judged as it stands.
fn contract_of<'a>(context: &Context<'a>, evaluation: &Evaluation) -> Option<&'a Sla> {
    let (task, spec, _) = parts(context, evaluation)?;
    spec.slas.get(task.contract?)
}

fn contract(context: &Context<'_>, evaluation: &Evaluation) -> Option<SlaReport> {
    let (task, ..) = parts(context, evaluation)?;
    let sla = contract_of(context, evaluation)?;
    Some(contracts::contract(sla, task, evaluation, entry(context, evaluation)?))
}

fn error(context: &Context<'_>, evaluation: &Evaluation) -> Option<ReportError> {
    let (_, spec, slo) = parts(context, evaluation)?;
    let failure = evaluation.outcome.as_ref().err()?;
    let (stage, hint) = stage(failure);
    let contract = contract_of(context, evaluation).map(|sla| format!(" ({})", sla.name)).unwrap_or_default();
    Some(ReportError {
        slo: Some(id(spec, slo, &evaluation.group) + &contract),
        stage: stage.to_owned(),
        message: failure.to_string(),
        hint: hint.map(str::to_owned),
    })
}

/// Where something failed, and what can be done about it.
fn stage(failure: &Failure) -> (&'static str, Option<&'static str>) {
    match failure {
        Failure::NoAnswer(_) => ("fetch", None),
        Failure::OffBoundary { .. } => {
            ("evaluate", Some("choose a threshold that is a bucket boundary, or add one to the histogram"))
        }
        Failure::TooManyGroups { .. } => (
            "evaluate",
            Some(
                "divide by a label with fewer values, select fewer, or allow more with `by: {labels: […], limit: …}`",
            ),
        ),
        Failure::Member { why, .. } => stage(why),
        Failure::Matcher(_) | Failure::NotMeasured(_) => ("evaluate", None),
    }
}

fn entry(context: &Context<'_>, evaluation: &Evaluation) -> Option<SloReport> {
    let (task, spec, slo) = parts(context, evaluation)?;
    let window = task.stretch.window;
    let complete = window.to <= context.at;
    let elapsed_ratio = ratio(task.elapsed.length().as_secs(), window.length().as_secs()).unwrap_or(0.0);
    let is_slices = task.slice().is_some();
    let mut report = SloReport {
        id: id(spec, slo, &evaluation.group),
        service: spec.service.clone(),
        slo: slo.name.clone(),
        description: slo.description.clone(),
        group: label_map(&evaluation.group),
        overall_of: evaluation.overall,
        labels: spec.labels_of(slo),
        owner: spec.owner.clone(),
        kind: slo.sli.kind().to_owned(),
        method: method_of(slo).to_owned(),
        objective: slo.objective.as_f64(),
        objective_display: slo.objective.to_string(),
        window: WindowReport {
            r#type: task.stretch.kind.to_owned(),
            display: task.stretch.display.clone(),
            from: window.from,
            to: window.to,
            timezone: task.stretch.zone.to_string(),
            complete,
            elapsed_ratio,
        },
        sli: SliReport { value: None, raw: None, display: words::NO_DATA.to_owned() },
        events: None,
        time: None,
        coverage: CoverageReport { ratio: None, gaps: Vec::new() },
        budget: None,
        burn: Vec::new(),
        exhaustion: None,
        forecast: None,
        latency: None,
        breakdown: Vec::new(),
        offenders: Vec::new(),
        series: SeriesReport::default(),
        incidents: Vec::new(),
        alerts: None,
        previous: None,
        trend: Vec::new(),
        history: None,
        sla: None,
        exclusions: Vec::new(),
        members: Vec::new(),
        links: links(&spec.links),
        queries: queries(context, task),
        gate: slo.gate.as_ref().map(|gate| Needs::of(gate, &spec.file)),
        comparison: None,
        status: Status::Error,
        reason: String::new(),
        warnings: remarks(context, task),
        defined_at: slo.line.map(|line| format!("{}:{line}", spec.file)),
    };
    match &evaluation.outcome {
        Ok(measured) => fill(&mut report, measured, task, spec, is_slices),
        Err(failure) => report.reason = failure.to_string(),
    }
    Some(report)
}

/// What was measured. Without a verdict there is no budget to tell, only what was counted.
fn fill(report: &mut SloReport, measured: &Measured, task: &Task, spec: &Spec, is_slices: bool) {
    let Measured { events, raw, budget, .. } = measured;
    let slo = &task.terms;
    report.status = status(&measured.verdict);
    report.reason = reason(measured, slo, report.window.elapsed_ratio);
    report.warnings.extend(measured.warnings.iter().cloned());
    report.coverage =
        CoverageReport { ratio: Some(measured.coverage.ratio), gaps: measured.coverage.gaps.clone() };
    report.exclusions = exclusions(spec, &measured.exclusions, task.excluded_cap);
    report.warnings.extend(remarks_on(&report.exclusions));
    report.trend = measured.trend.iter().map(|before| trend(before, slo)).collect();
    if let Some(joined) = &measured.joined {
        report.history = Some(history(joined, task));
        report.series.history = strip(joined);
    }
    report.members = measured
        .members
        .iter()
        .map(|member| MemberReport {
            slo: member.slo.clone(),
            weight: member.weight,
            sli: member.sli,
            bad_share: member.bad_share,
        })
        .collect();
    if report.status == Status::NoData && events.total <= 0.0 {
        return;
    }
    let good_share = ratio(events.good(), events.total);
    let raw_share = ratio(raw.good(), raw.total);
    report.sli = SliReport { value: good_share, raw: raw_share, display: sli(*events, slo.objective) };
    report.events = Some(EventsReport { good: events.good(), bad: events.bad, total: events.total });
    let window_s = task.stretch.window.length().as_secs();
    let slice_s = task.slice().map(Duration::as_secs);
    let bad_share = ratio(events.bad, events.total).unwrap_or(0.0);
    let counts_s = (task.elapsed.length() - measured.excluded).as_secs();
    let bad_s = slice_s.map_or(bad_share * counts_s, |slice| events.bad * slice);
    let excluded_s = measured.excluded.as_secs();
    report.time = Some(TimeReport { bad_s, excluded_s, total_s: window_s });
    let spend = match slice_s {
        Some(slice) => Spend::Time { bad_s: budget.spent * slice, allowed_s: budget.total * slice },
        None => Spend::Events { bad: budget.spent, allowed: budget.total },
    };
    report.budget = Some(BudgetReport {
        unit: if is_slices { "slices" } else { "events" }.to_owned(),
        total: budget.total,
        spent: budget.spent,
        remaining: budget.remaining(),
        remaining_ratio: budget.remaining_ratio(),
        display: words::budget(spend),
    });
    report.burn = measured
        .burns
        .iter()
        .map(|burn| BurnReport {
            window: burn.window.to_string(),
            rate: burn.rate,
            threshold: burn.threshold,
            firing: burn.firing,
        })
        .collect();
    report.exhaustion = measured.exhaustion.map(|exhaustion| ExhaustionReport {
        at: task.elapsed.to + exhaustion.after,
        seconds: exhaustion.after.as_secs(),
    });
    report.forecast = measured.forecast.map(|forecast| ForecastReport {
        at: forecast.at,
        days: forecast.days,
        remaining_ratio: forecast.remaining_ratio,
        low: forecast.low,
        high: forecast.high,
        display: words::forecast(forecast.remaining_ratio, forecast.low, forecast.high),
    });
    report.latency = measured.quantiles.map(|q| LatencyReport { p50: q.p50, p95: q.p95, p99: q.p99 });
    // The budget may count slices; the parts are events.
    let mut whole = Events::default();
    measured.parts.iter().for_each(|part| whole += part.events);
    let part = |whole: Events| {
        move |part: &Part| BreakdownReport {
            labels: label_map(&part.labels),
            sli: ratio(part.events.good(), part.events.total),
            bad_share: ratio(part.events.bad, whole.bad),
            traffic_share: ratio(part.events.total, whole.total),
        }
    };
    report.breakdown = measured.parts.iter().map(part(whole)).collect();
    report.offenders = measured.offenders.iter().map(part(*events)).collect();
    report.series = SeriesReport { history: std::mem::take(&mut report.series.history), ..series(measured) };
    report.incidents = measured
        .incidents
        .iter()
        .map(|incident| IncidentReport {
            from: incident.interval.from,
            to: incident.interval.to,
            bad: incident.events.bad,
            total: incident.events.total,
            budget_ratio: incident.budget_ratio,
            peak_burn: incident.peak_burn,
            links: Vec::new(),
        })
        .collect();
    if report.status == Status::NoData {
        report.budget = None;
        report.exhaustion = None;
        report.forecast = None;
    }
    report.previous = measured.previous.as_ref().map(|before| previous(before, slo, good_share));
}

/// What the budget counts, in the words of the specification.
pub fn method_of(slo: &Slo) -> &'static str {
    match slo.sli.signal() {
        _ if slo.method != Method::Occurrences => slo.method.word(),
        Signal::Slices { judge: Judge::Share(_), .. } | Signal::Composite(_) => "ratio_timeslices",
        Signal::Slices { .. } => "timeslices",
        Signal::Events { .. } => slo.method.word(),
    }
}

fn series(measured: &Measured) -> SeriesReport {
    let points = |curve: &[(Moment, Option<f64>)]| {
        curve.iter().map(|&(t, value)| CurvePoint { t, value }).collect::<Vec<_>>()
    };
    let day = |day: &crate::budget::Day| DayReport {
        date: day.date.clone(),
        good: day.events.good(),
        bad: day.events.bad,
        total: day.events.total,
        budget_spent_ratio: measured.budget.share_of(day.events.bad),
    };
    SeriesReport {
        daily: measured.curves.days.iter().map(day).collect(),
        burn: points(&measured.curves.burn),
        budget: points(&measured.curves.budget),
        history: Vec::new(),
    }
}

/// A window before, beside nothing.
pub(super) fn trend_of(before: &Previous, slo: &Slo) -> PreviousReport {
    previous(before, slo, None)
}

fn previous(before: &Previous, slo: &Slo, now: Option<f64>) -> PreviousReport {
    let status = status(&before.verdict);
    // A share from too little data is not compared with.
    let share = ratio(before.events.good(), before.events.total).filter(|_| status != Status::NoData);
    PreviousReport {
        from: before.window.from,
        to: before.window.to,
        status,
        sli: share,
        sli_display: if share.is_some() {
            sli(before.events, slo.objective)
        } else {
            words::NO_DATA.to_owned()
        },
        events: (before.events.total > 0.0).then_some(EventsReport {
            good: before.events.good(),
            bad: before.events.bad,
            total: before.events.total,
        }),
        remaining_ratio: before.budget.remaining_ratio().filter(|_| share.is_some()),
        delta_pp: share.zip(now).map(|(before, now)| (now - before) * 100.0),
    }
}

/// The answers that a task was given, each with what it was asked for.
fn answered<'a>(
    context: &'a Context<'_>,
    task: &'a Task,
) -> impl Iterator<Item = (&'static str, &'a Answered)> {
    let given = |id: &usize| context.answers.get(*id)?.as_ref().ok();
    task.asked
        .iter()
        .flat_map(move |(name, ids)| ids.iter().filter_map(given).map(|answered| (*name, answered)))
}

fn queries(context: &Context<'_>, task: &Task) -> Vec<QueryReport> {
    let mut queries: Vec<QueryReport> = Vec::new();
    for (name, answered) in answered(context, task) {
        let query = QueryReport { name: name.to_owned(), promql: answered.promql.clone() };
        if !queries.contains(&query) {
            queries.push(query);
        }
    }
    queries
}

/// What the source remarked on its answers.
fn remarks(context: &Context<'_>, task: &Task) -> Vec<String> {
    let remarks: BTreeSet<&String> =
        answered(context, task).flat_map(|(_, answered)| &answered.infos).collect();
    remarks.into_iter().cloned().collect()
}

fn links(links: &[Link]) -> Vec<LinkReport> {
    links.iter().map(|link| LinkReport { rel: link.rel.clone(), href: link.href.clone() }).collect()
}

pub(super) fn label_map(labels: &Labels) -> BTreeMap<String, String> {
    labels.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}
