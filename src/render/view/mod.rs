//! A report as strings, for templates.
//!
//! Takes the document, gives values that a template can put in place as they are: words of
//! [`words`](crate::report::words), harmless text, never a raw float. Must not know a markup.
//! To tell a reader more: one field here, one place in each template.

mod alerts;
mod contract;
mod kpi;
mod slo;

use std::collections::BTreeMap;

use serde::Serialize;

use kpi::Kpi;

use super::Style;
use super::gate::{self, GateView};
use super::text::{glued, one_line};
use crate::base::{Duration, Interval, Moment, Zone, ratio};
use crate::report::{IncidentReport, LinkReport, Report, SloReport, Status, WindowReport, words};

pub(super) use contract::ContractView;
use contract::ExclusionView;
use slo::Incident;
pub(super) use slo::{Fact, SloView, budget_left, burn_short, group, known_budget, name};

/// The report.
#[derive(Debug, Serialize)]
pub(super) struct View {
    pub(super) title: String,
    scope: String,
    /// Every period in one line.
    period: String,
    /// The periods that windows cover, each once.
    periods: Vec<String>,
    /// The zone in which times are shown.
    zone: String,
    generated: String,
    status: StatusView,
    verdict: String,
    tally: String,
    gate: GateView,
    kpis: Vec<Kpi>,
    /// The incidents that spent most, of all objectives.
    spenders: Vec<Spender>,
    changes: Vec<Change>,
    pub(super) slos: Vec<SloView>,
    /// What the contracts come to.
    contracts: Vec<ContractView>,
    errors: Vec<ErrorView>,
    warnings: Vec<String>,
    /// How the numbers came to be.
    method: Vec<Fact>,
    method_sentence: String,
    tool: String,
}

/// A status.
#[derive(Debug, Clone, Serialize)]
pub(super) struct StatusView {
    key: &'static str,
    symbol: &'static str,
    word: &'static str,
}

impl From<Status> for StatusView {
    fn from(status: Status) -> Self {
        Self { key: words::key(status), symbol: words::symbol(status), word: words::word(status) }
    }
}

/// An incident beside those of other objectives.
#[derive(Debug, Serialize)]
struct Spender {
    slo: String,
    anchor: String,
    #[serde(flatten)]
    incident: Incident,
}

/// An objective whose status is not what it was.
#[derive(Debug, Serialize)]
struct Change {
    slo: String,
    anchor: String,
    before: StatusView,
    now: StatusView,
    word: &'static str,
}

#[derive(Debug, Serialize)]
struct ErrorView {
    slo: String,
    stage: String,
    message: String,
    hint: Option<String>,
}

/// An address that is safe to follow, or a name alone.
#[derive(Debug, Clone, Serialize)]
pub(super) struct LinkView {
    rel: String,
    href: Option<String>,
}

impl From<&LinkReport> for LinkView {
    fn from(link: &LinkReport) -> Self {
        // `javascript:` and its kin have no business in a report.
        let harmless = ["https://", "http://", "mailto:"].iter().any(|scheme| link.href.starts_with(scheme));
        Self { rel: one_line(&link.rel), href: harmless.then(|| one_line(&link.href)) }
    }
}

/// The view of a whole report.
pub(super) fn view(report: &Report, style: &Style) -> View {
    let zone = style.timezone;
    let anchors = anchors(&report.slos);
    let evaluation = &report.evaluation;
    let periods: Vec<String> = periods(report, zone).iter().map(|period| glued(period)).collect();
    View {
        title: title(report, style),
        scope: scope(report),
        period: periods.join("; "),
        periods,
        zone: zone.to_string(),
        generated: moment(report.generated_at, zone),
        status: report.summary.status.into(),
        verdict: glued(&one_line(&report.summary.verdict)),
        tally: tally(report),
        gate: gate::view(report, zone),
        kpis: kpi::kpis(report),
        spenders: spenders(report)
            .into_iter()
            .take(5)
            .map(|(index, incident)| Spender {
                slo: name(&report.slos[index]),
                anchor: anchors[index].clone(),
                incident: Incident::of(incident, zone),
            })
            .collect(),
        changes: changes(report, &anchors),
        slos: report.slos.iter().zip(&anchors).map(|(slo, anchor)| slo::view(slo, anchor, zone)).collect(),
        contracts: report.slas.iter().map(|sla| ContractView::of(sla, zone)).collect(),
        errors: report
            .errors
            .iter()
            .map(|error| ErrorView {
                slo: one_line(error.slo.as_deref().unwrap_or("all")),
                stage: one_line(&error.stage),
                message: one_line(&error.message),
                hint: error.hint.as_deref().map(one_line),
            })
            .collect(),
        warnings: report.warnings.iter().map(|warning| one_line(warning)).collect(),
        method: method(report, zone),
        method_sentence: one_line(&evaluation.method),
        tool: format!("{} {}", one_line(&report.tool.name), one_line(&report.tool.version)),
    }
}

/// The heading: as given, or from the services.
pub(super) fn title(report: &Report, style: &Style) -> String {
    match &style.title {
        Some(title) => one_line(title),
        None if report.slos.is_empty() => "SLO report".to_owned(),
        None => format!("SLO report: {}", scope(report)),
    }
}

/// The periods that windows cover, each once, in its own zone; of several, each with how many objectives have it, that
/// of most first. One stretch from the earliest start to the latest end would be the period of none.
pub(super) fn periods(report: &Report, zone: Zone) -> Vec<String> {
    const SHOWN: usize = 4;
    let mut found: Vec<(&WindowReport, usize)> = Vec::new();
    for slo in report.budgets() {
        let window = &slo.window;
        let same = |known: &WindowReport| {
            (known.from, known.to, &known.timezone) == (window.from, window.to, &window.timezone)
        };
        match found.iter_mut().find(|(known, _)| same(known)) {
            Some((_, objectives)) => *objectives += 1,
            None => found.push((window, 1)),
        }
    }
    found.sort_by_key(|(_, objectives)| std::cmp::Reverse(*objectives));
    if let [(only, _)] = found[..] {
        return vec![slo::period(only, zone)];
    }
    if found.is_empty() {
        let evaluation = &report.evaluation;
        let span = Interval::new(evaluation.from, evaluation.to);
        return vec![words::period(span, zone, evaluation.complete, None)];
    }
    // Rather one line more than a line that says only that there is one more.
    let shown = if found.len() > SHOWN { SHOWN - 1 } else { SHOWN };
    let mut told: Vec<String> = found
        .iter()
        .take(shown)
        .map(|(window, n)| {
            let noun = if *n == 1 { "objective" } else { "objectives" };
            format!("{}: {n} {noun}", slo::period(window, zone))
        })
        .collect();
    if found.len() > shown {
        told.push(format!("and {} other windows", found.len() - shown));
    }
    told
}

/// The services, each once, in the order of the report.
fn scope(report: &Report) -> String {
    const SHOWN: usize = 5;
    let mut services: Vec<&str> = Vec::new();
    for slo in &report.slos {
        if !services.contains(&slo.service.as_str()) {
            services.push(&slo.service);
        }
    }
    // Rather one name more than that there is one more.
    let more = if services.len() > SHOWN { services.len() + 1 - SHOWN } else { 0 };
    services.truncate(services.len() - more);
    let shown = one_line(&services.join(", "));
    if more == 0 { shown } else { format!("{shown} and {more} more") }
}

/// How many objectives have which status: `2 breached, 1 at risk, 5 met of 8`.
pub(super) fn tally(report: &Report) -> String {
    let counts = report.summary.counts;
    let parts: Vec<String> = [
        (Status::Breached, counts.breached),
        (Status::AtRisk, counts.at_risk),
        (Status::InProgress, counts.in_progress),
        (Status::Error, counts.error),
        (Status::NoData, counts.no_data),
        (Status::Met, counts.met),
    ]
    .into_iter()
    .filter(|(_, count)| *count > 0)
    .map(|(status, count)| format!("{count} {}", words::word(status)))
    .collect();
    if parts.is_empty() {
        return "no objectives".to_owned();
    }
    let noun = if counts.total == 1 { "objective" } else { "objectives" };
    format!("{} of {} {noun}", parts.join(", "), counts.total)
}

/// Incidents of all objectives, those that spent most first. Where nothing may be bad, an incident outweighs all.
pub(super) fn spenders(report: &Report) -> Vec<(usize, &IncidentReport)> {
    let mut all: Vec<(usize, &IncidentReport)> = report
        .slos
        .iter()
        .enumerate()
        .filter(|(_, slo)| slo.is_budget())
        .flat_map(|(index, slo)| slo.incidents.iter().map(move |incident| (index, incident)))
        .collect();
    let weight = |incident: &IncidentReport| incident.budget_ratio.unwrap_or(f64::INFINITY);
    all.sort_by(|(_, a), (_, b)| weight(b).total_cmp(&weight(a)).then(a.from.cmp(&b.from)));
    all
}

/// An incident's share of the budget; `more than all` where nothing may be bad.
pub(super) fn incident_share(incident: &IncidentReport) -> String {
    match incident.budget_ratio {
        None if incident.bad > 0.0 => "more than all".to_owned(),
        ratio => words::part(ratio),
    }
}

/// The share of a budget that each day spends at an even pace: a day's share of the window.
pub(super) fn even_day(slo: &SloReport) -> f64 {
    let window = Interval::new(slo.window.from, slo.window.to).length();
    ratio(Duration::days(1).as_secs(), window.as_secs()).map_or(1.0, |share| share.min(1.0))
}

/// A moment to the minute, with its zone.
pub(super) fn moment(at: Moment, zone: Zone) -> String {
    format!("{} {zone}", words::minute(at, zone))
}

/// The most changes that are listed: the worst now come first.
const MOST_CHANGES: usize = 12;

/// What was known before and is different now. That nothing was known before is no change.
fn changes(report: &Report, anchors: &[String]) -> Vec<Change> {
    let known = |status| !matches!(status, Status::NoData | Status::Error);
    report
        .slos
        .iter()
        .zip(anchors)
        .filter_map(|(slo, anchor)| {
            let before = slo.previous.as_ref().filter(|_| slo.is_budget())?.status;
            (before != slo.status && known(before)).then(|| Change {
                slo: name(slo),
                anchor: anchor.clone(),
                before: before.into(),
                now: slo.status.into(),
                word: if slo.status < before { "improved" } else { "worsened" },
            })
        })
        .take(MOST_CHANGES)
        .collect()
}

fn method(report: &Report, zone: Zone) -> Vec<Fact> {
    let evaluation = &report.evaluation;
    let source = &evaluation.source;
    let samples = evaluation
        .samples_read
        .map_or(String::new(), |n| format!(", {} samples read", words::count(n as f64)));
    let data = source.data.map(|data| {
        let origins = words::origins(&source.origins);
        let origins = if origins.is_empty() { origins } else { format!(", {origins}") };
        let length = words::duration(data.length().as_secs());
        Fact::new(
            "Data",
            &format!("{} → {} ({length}{origins})", moment(data.from, zone), moment(data.to, zone)),
        )
    });
    let mut facts = vec![
        Fact::new("Counting", &evaluation.method),
        Fact::new("Source", &format!("{} ({}, {})", source.url, source.engine, source.kind)),
    ];
    facts.extend(data);
    facts.extend([
        Fact::new("Evaluated at", &moment(evaluation.at, zone)),
        Fact::new(
            "Queries",
            &format!(
                "{}{samples}, {}",
                words::count(evaluation.queries as f64),
                words::duration(evaluation.duration_ms as f64 / 1000.0)
            ),
        ),
        Fact::new("Specifications", &format!("hash {}", evaluation.spec_hash)),
    ]);
    facts
}

/// A name for each objective that an address can hold, each once.
fn anchors(slos: &[SloReport]) -> Vec<String> {
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    slos.iter()
        .map(|slo| {
            let slug: Vec<String> = slo
                .id
                .split(|c: char| !c.is_ascii_alphanumeric())
                .filter(|part| !part.is_empty())
                .map(str::to_ascii_lowercase)
                .collect();
            let slug = format!("slo-{}", slug.join("-"));
            let times = seen.entry(slug.clone()).or_default();
            *times += 1;
            // A double dash occurs in no slug, so a numbered name meets no other.
            if *times == 1 { slug } else { format!("{slug}--{times}") }
        })
        .collect()
}
