use std::collections::BTreeMap;

use serde::Serialize;

use super::super::chart::Figure;
use super::super::text::{block, glued, one_line};
use super::{LinkView, StatusView, incident_share, moment};
use crate::base::{Interval, Zone};
use crate::report::{BurnReport, IncidentReport, SloReport, words};

/// One objective.
#[derive(Debug, Serialize)]
pub(crate) struct SloView {
    anchor: String,
    service: String,
    slo: String,
    /// Service, objective and group.
    name: String,
    group: String,
    description: Option<String>,
    status: StatusView,
    reason: String,
    objective: String,
    sli: String,
    bad: String,
    total: String,
    budget: String,
    budget_left: String,
    /// How much of a bar to fill with what is left: a whole number of percent, as text.
    budget_fill: Option<String>,
    burn: Vec<BurnView>,
    /// Burn over an hour and over six.
    burn_short: String,
    window: String,
    facts: Vec<Fact>,
    latency: Vec<Fact>,
    breakdown: Vec<Part>,
    incidents: Vec<Incident>,
    previous: Option<Previous>,
    coverage: String,
    gaps: Vec<String>,
    links: Vec<LinkView>,
    queries: Vec<Query>,
    warnings: Vec<String>,
    /// Drawings, where the format has any; filled by it.
    pub(crate) figures: Vec<Figure>,
    /// What each day spent, small; filled by the format.
    pub(crate) spark: String,
}

/// Something to know, with its name.
#[derive(Debug, Serialize)]
pub(crate) struct Fact {
    label: &'static str,
    value: String,
}

impl Fact {
    pub(crate) fn new(label: &'static str, value: &str) -> Self {
        Self { label, value: glued(&one_line(value)) }
    }
}

#[derive(Debug, Serialize)]
struct BurnView {
    window: String,
    rate: String,
    threshold: String,
    state: &'static str,
}

#[derive(Debug, Serialize)]
struct Part {
    labels: String,
    sli: String,
    bad_share: String,
    traffic_share: String,
}

/// A stretch in which the budget burned.
#[derive(Debug, Serialize)]
pub(super) struct Incident {
    when: String,
    bad: String,
    total: String,
    share: String,
    peak: String,
    links: Vec<LinkView>,
}

impl Incident {
    pub(super) fn of(incident: &IncidentReport, zone: Zone) -> Self {
        Self {
            when: glued(&words::stretch(Interval::new(incident.from, incident.to), zone)),
            bad: words::count(incident.bad),
            total: words::count(incident.total),
            share: incident_share(incident),
            peak: words::burn(incident.peak_burn),
            links: incident.links.iter().map(LinkView::from).collect(),
        }
    }
}

#[derive(Debug, Serialize)]
struct Previous {
    period: String,
    status: StatusView,
    sli: String,
    budget_left: String,
    change: String,
}

#[derive(Debug, Serialize)]
struct Query {
    name: String,
    promql: String,
}

/// The labels of a group or a part: `stage=enrich, zone=a`; empty where there are none.
pub(crate) fn group(labels: &BTreeMap<String, String>) -> String {
    let pairs: Vec<String> = labels.iter().map(|(name, value)| format!("{name}={value}")).collect();
    one_line(&pairs.join(", "))
}

/// Service and objective, and the group where there is one.
pub(super) fn name(slo: &SloReport) -> String {
    let name = one_line(&format!("{}/{}", slo.service, slo.slo));
    if slo.group.is_empty() { name } else { format!("{name} ({})", group(&slo.group)) }
}

/// The view of one objective. `anchor` is its name in addresses.
pub(super) fn view(slo: &SloReport, anchor: &str, zone: Zone) -> SloView {
    let (bad, total) = slo.events.map_or((words::NONE.to_owned(), words::NONE.to_owned()), |e| {
        (words::count(e.bad), words::count(e.total))
    });
    let left = slo.budget.as_ref().map(|budget| (budget.remaining_ratio, budget.spent > 0.0));
    SloView {
        anchor: anchor.to_owned(),
        service: one_line(&slo.service),
        slo: one_line(&slo.slo),
        name: name(slo),
        group: group(&slo.group),
        description: slo.description.as_deref().map(one_line),
        status: slo.status.into(),
        reason: glued(&one_line(&slo.reason)),
        objective: words::objective_spaced(&slo.objective_display),
        sli: one_line(&slo.sli.display),
        bad,
        total,
        budget: slo.budget.as_ref().map_or(words::NONE.to_owned(), |budget| one_line(&budget.display)),
        budget_left: left
            .map_or(words::NONE.to_owned(), |(ratio, any_bad)| words::budget_left(ratio, any_bad)),
        budget_fill: left
            .map(|(ratio, any_bad)| ratio.unwrap_or(if any_bad { 0.0 } else { 1.0 }))
            .filter(|ratio| ratio.is_finite())
            .map(|ratio| format!("{:.0}", ratio.clamp(0.0, 1.0) * 100.0)),
        burn: slo.burn.iter().map(burn).collect(),
        burn_short: burn_short(slo),
        window: one_line(&slo.window.display),
        facts: facts(slo, zone),
        latency: latency(slo),
        breakdown: slo
            .breakdown
            .iter()
            .map(|part| Part {
                labels: group(&part.labels),
                sli: part.sli.map_or(words::NONE.to_owned(), |sli| {
                    words::sli(sli, if part.bad_share.unwrap_or(0.0) > 0.0 { 1.0 } else { 0.0 }, 2)
                }),
                bad_share: words::part(part.bad_share),
                traffic_share: words::part(part.traffic_share),
            })
            .collect(),
        incidents: slo.incidents.iter().map(|incident| Incident::of(incident, zone)).collect(),
        previous: slo.previous.as_ref().map(|previous| Previous {
            period: words::period(Interval::new(previous.from, previous.to), zone, true, None),
            status: previous.status.into(),
            sli: one_line(&previous.sli_display),
            budget_left: previous
                .remaining_ratio
                .map_or(words::NONE.to_owned(), |ratio| words::budget_left(Some(ratio), ratio < 1.0)),
            change: words::delta_pp(previous.delta_pp),
        }),
        coverage: words::coverage(slo.coverage.ratio),
        gaps: slo.coverage.gaps.iter().map(|gap| glued(&words::stretch(*gap, zone))).collect(),
        links: slo.links.iter().map(LinkView::from).collect(),
        queries: slo
            .queries
            .iter()
            .map(|query| Query { name: one_line(&query.name), promql: block(&query.promql) })
            .collect(),
        warnings: slo.warnings.iter().map(|warning| one_line(warning)).collect(),
        figures: Vec::new(),
        spark: String::new(),
    }
}

fn burn(burn: &BurnReport) -> BurnView {
    BurnView {
        window: one_line(&burn.window),
        rate: words::burn(burn.rate),
        threshold: burn.threshold.map_or(words::NONE.to_owned(), words::threshold),
        state: if burn.firing {
            "firing"
        } else if burn.rate.is_none() {
            words::NO_DATA
        } else if burn.threshold.is_some() {
            "quiet"
        } else {
            words::NONE
        },
    }
}

/// Burn over an hour and over six hours: `0.4×/1.2×`.
pub(crate) fn burn_short(slo: &SloReport) -> String {
    let over = |window: &str| slo.burn.iter().find(|burn| burn.window == window).and_then(|burn| burn.rate);
    match (over("1h"), over("6h")) {
        (None, None) => words::NONE.to_owned(),
        (hour, hours) => format!("{}/{}", words::burn(hour), words::burn(hours)),
    }
}

fn facts(slo: &SloReport, zone: Zone) -> Vec<Fact> {
    let span = Interval::new(slo.window.from, slo.window.to);
    let period = words::period(span, zone, slo.window.complete, Some(slo.window.elapsed_ratio));
    let mut facts = vec![
        Fact::new(
            "Objective",
            &format!("{} over {}", words::objective_spaced(&slo.objective_display), slo.window.display),
        ),
        Fact::new("Measured", &slo.sli.display),
    ];
    let mut add = |label, value: Option<String>| facts.extend(value.map(|value| Fact::new(label, &value)));
    let noun = if slo.kind == "slices" { "slices" } else { "events" };
    add(
        "Counts",
        slo.events.map(|e| format!("{} bad of {} {noun}", words::count(e.bad), words::count(e.total))),
    );
    add("Error budget", slo.budget.as_ref().map(|budget| budget.display.clone()));
    add("As time", slo.time.map(|time| format!("{} bad", words::duration(time.bad_s))));
    add(
        "Taken out",
        slo.time.filter(|time| time.excluded_s > 0.0).map(|time| words::duration(time.excluded_s)),
    );
    add(
        "Budget ends",
        slo.exhaustion.map(|end| {
            if end.seconds > 0.0 {
                format!("{} at the present burn ({})", moment(end.at, zone), words::duration(end.seconds))
            } else {
                "already spent".to_owned()
            }
        }),
    );
    add("Window", Some(period));
    add("Data", slo.coverage.ratio.map(|ratio| format!("{} of the window", words::coverage(Some(ratio)))));
    add("Counted by", Some(format!("{}, {}", slo.kind, slo.method)));
    add("Owner", slo.owner.clone());
    add("Labels", (!slo.labels.is_empty()).then(|| group(&slo.labels)));
    add("Written in", slo.defined_at.clone());
    facts
}

fn latency(slo: &SloReport) -> Vec<Fact> {
    let Some(latency) = slo.latency else { return Vec::new() };
    [("p50", latency.p50), ("p95", latency.p95), ("p99", latency.p99)]
        .into_iter()
        .map(|(label, seconds)| Fact::new(label, &words::quantile(seconds)))
        .collect()
}
