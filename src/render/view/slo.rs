use std::collections::BTreeMap;

use serde::Serialize;

use super::super::chart::Figure;
use super::super::text::{block, glued, one_line};
use super::alerts::AlertsView;
use super::{ExclusionView, LinkView, StatusView, incident_share, moment};
use crate::base::{Interval, Zone};
use crate::promql::{ParseOptions, parse};
use crate::report::{
    BreakdownReport, BudgetReport, BurnReport, IncidentReport, PreviousReport, SloReport, Status,
    TrendReport, WindowReport, words,
};

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
    /// The groups in which most was bad.
    offenders: Vec<Part>,
    /// The objectives that it is made of.
    members: Vec<Member>,
    exclusions: Vec<ExclusionView>,
    incidents: Vec<Incident>,
    /// Whether any incident has a link.
    incident_links: bool,
    /// Which alerts would have fired, where that was asked for.
    pub(crate) alerts: Option<AlertsView>,
    previous: Option<Previous>,
    /// The windows before, the latest first, where a history tells of them or they were asked for.
    trend: Vec<Previous>,
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

#[derive(Debug, Serialize)]
struct Member {
    slo: String,
    weight: String,
    sli: String,
    bad_share: String,
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
    /// Whether there was enough data to say.
    known: bool,
}

#[derive(Debug, Serialize)]
struct Query {
    name: String,
    promql: String,
}

/// The labels of a group or a part: `stage=enrich, zone=a`; empty where there are none.
pub(crate) fn group(labels: &BTreeMap<String, String>) -> String {
    one_line(&words::group(labels))
}

/// Service and objective, and the group where there is one.
pub(crate) fn name(slo: &SloReport) -> String {
    let name = words::name(&slo.service, &slo.slo, &slo.group);
    one_line(&match slo.overall_of {
        Some(groups) => format!("{name} (all {groups})"),
        None => name,
    })
}

/// The budget of an objective that was judged. Of one with too little data nobody knows what is left.
pub(crate) fn known_budget(slo: &SloReport) -> Option<&BudgetReport> {
    slo.budget.as_ref().filter(|_| !matches!(slo.status, Status::NoData | Status::Error))
}

/// What is left of the budget, short.
pub(crate) fn budget_left(slo: &SloReport) -> String {
    known_budget(slo).map_or(words::NONE.to_owned(), |budget| {
        words::budget_left(budget.remaining_ratio, budget.spent > 0.0)
    })
}

/// The period that a window covers, in the window's own zone: days of a calendar begin at its midnight.
pub(crate) fn period(window: &WindowReport, zone: Zone) -> String {
    let own = window.timezone.parse().unwrap_or(zone);
    let span = Interval::new(window.from, window.to);
    words::period(span, own, window.complete, Some(window.elapsed_ratio))
}

/// The view of one objective. `anchor` is its name in addresses.
pub(super) fn view(slo: &SloReport, anchor: &str, zone: Zone) -> SloView {
    let (bad, total) = slo.events.map_or((words::NONE.to_owned(), words::NONE.to_owned()), |e| {
        (words::count(e.bad), words::count(e.total))
    });
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
        budget: known_budget(slo).map_or(words::NONE.to_owned(), |budget| one_line(&budget.display)),
        budget_left: budget_left(slo),
        budget_fill: known_budget(slo)
            .map(|budget| budget.remaining_ratio.unwrap_or(if budget.spent > 0.0 { 0.0 } else { 1.0 }))
            .filter(|ratio| ratio.is_finite())
            .map(|ratio| format!("{:.0}", ratio.clamp(0.0, 1.0) * 100.0)),
        burn: if slo.burn.iter().any(|burn| burn.rate.is_some()) {
            slo.burn.iter().map(burn).collect()
        } else {
            Vec::new()
        },
        burn_short: burn_short(slo),
        window: one_line(&slo.window.display),
        facts: facts(slo, zone),
        latency: latency(slo),
        breakdown: parts(&slo.breakdown),
        offenders: parts(&slo.offenders),
        members: slo
            .members
            .iter()
            .map(|member| Member {
                slo: one_line(&member.slo),
                weight: words::count(member.weight),
                sli: member.sli.map_or(words::NONE.to_owned(), |sli| words::sli(sli, 1.0 - sli, 2)),
                bad_share: words::part(member.bad_share),
            })
            .collect(),
        exclusions: slo.exclusions.iter().map(|one| ExclusionView::of(one, zone)).collect(),
        incidents: slo.incidents.iter().map(|incident| Incident::of(incident, zone)).collect(),
        incident_links: slo.incidents.iter().any(|incident| !incident.links.is_empty()),
        alerts: slo.alerts.as_ref().map(|alerts| AlertsView::of(alerts, zone)),
        previous: slo.previous.as_ref().map(|before| {
            let PreviousReport { from, to, status, sli_display, remaining_ratio, .. } = before;
            let known = before.sli.is_some();
            let change = words::delta_pp(before.delta_pp);
            let window = Interval::new(*from, *to);
            previous(slo, zone, window, *status, sli_display, *remaining_ratio, known, change)
        }),
        trend: slo
            .trend
            .iter()
            .map(|before| {
                let TrendReport { from, to, status, sli_display, remaining_ratio, sli } = before;
                let change = sli.zip(slo.sli.value).map(|(before, now)| (now - before) * 100.0);
                let window = Interval::new(*from, *to);
                let change = words::delta_pp(change);
                let known = sli.is_some();
                let row = previous(slo, zone, window, *status, sli_display, *remaining_ratio, known, change);
                Previous { period: short_period(window, slo.window.timezone.parse().unwrap_or(zone)), ..row }
            })
            .collect(),
        coverage: words::coverage(slo.coverage.ratio),
        gaps: slo.coverage.gaps.iter().map(|gap| glued(&words::stretch(*gap, zone))).collect(),
        links: slo.links.iter().map(LinkView::from).collect(),
        queries: slo
            .queries
            .iter()
            .map(|query| Query { name: one_line(&query.name), promql: block(&over_lines(&query.promql)) })
            .collect(),
        warnings: slo.warnings.iter().chain(remarks(slo)).map(|warning| one_line(warning)).collect(),
        figures: Vec::new(),
        spark: String::new(),
    }
}

/// A period by its dates alone where it begins and ends at midnights.
fn short_period(window: Interval, zone: Zone) -> String {
    let minute = |at| words::minute(at, zone);
    let date = |text: &str| text.strip_suffix(" 00:00").map(str::to_owned);
    let (from, to) = (minute(window.from), minute(window.to));
    let (from, to) = date(&from).zip(date(&to)).unwrap_or((from, to));
    glued(&format!("{from} → {to}"))
}

#[expect(clippy::too_many_arguments, reason = "one window before, from either of two places in the document")]
fn previous(
    slo: &SloReport,
    zone: Zone,
    window: Interval,
    status: Status,
    sli: &str,
    remaining_ratio: Option<f64>,
    known: bool,
    change: String,
) -> Previous {
    Previous {
        period: words::period(window, slo.window.timezone.parse().unwrap_or(zone), true, None),
        status: status.into(),
        sli: one_line(sli),
        budget_left: remaining_ratio
            .map_or(words::NONE.to_owned(), |ratio| words::budget_left(Some(ratio), ratio < 1.0)),
        known,
        change,
    }
}

fn parts(parts: &[BreakdownReport]) -> Vec<Part> {
    let part = |part: &BreakdownReport| Part {
        labels: group(&part.labels),
        sli: part.sli.map_or(words::NONE.to_owned(), |sli| {
            words::sli(sli, if part.bad_share.unwrap_or(0.0) > 0.0 { 1.0 } else { 0.0 }, 2)
        }),
        bad_share: words::part(part.bad_share),
        traffic_share: words::part(part.traffic_share),
    };
    parts.iter().map(part).collect()
}

/// A long query with lines of its own for its parts, and the remark behind it; what is no query stays as it is.
fn over_lines(query: &str) -> String {
    let Ok(expr) = parse(query, &ParseOptions::default()) else { return query.to_owned() };
    let remark = query.get(expr.span.end..).unwrap_or_default();
    expr.pretty() + remark
}

fn burn(burn: &BurnReport) -> BurnView {
    BurnView {
        window: one_line(&burn.window),
        rate: words::burn(burn.rate),
        threshold: burn.threshold.map_or(words::NONE.to_owned(), words::threshold),
        state: match (burn.rate, burn.threshold) {
            _ if burn.firing => "firing",
            (None, _) => words::NO_DATA,
            // Over it, but the short window beside this one has calmed down.
            (Some(rate), Some(threshold)) if rate >= threshold => "easing",
            (_, Some(_)) => "quiet",
            (_, None) => words::NONE,
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

/// What is to be known of days from a history.
fn remarks(slo: &SloReport) -> &[String] {
    slo.history.as_ref().map(|history| history.remarks.as_slice()).unwrap_or_default()
}

fn facts(slo: &SloReport, zone: Zone) -> Vec<Fact> {
    let mut facts = vec![
        Fact::new(
            "Objective",
            &format!("{} over {}", words::objective_spaced(&slo.objective_display), slo.window.display),
        ),
        Fact::new("Measured", &slo.sli.display),
    ];
    let excluded = slo.time.is_some_and(|time| time.excluded_s > 0.0);
    if let Some(raw) = slo.sli.raw.filter(|_| excluded) {
        let decimals =
            slo.objective_display.trim_end_matches('%').split_once('.').map_or(0, |(_, d)| d.len());
        let raw = words::sli(raw, 1.0 - raw, decimals);
        facts.push(Fact::new("Before exclusions", &raw));
    }
    let mut add = |label, value: Option<String>| facts.extend(value.map(|value| Fact::new(label, &value)));
    let noun = if slo.kind == "slices" { "slices" } else { "events" };
    add(
        "Counts",
        slo.events.map(|e| format!("{} bad of {} {noun}", words::count(e.bad), words::count(e.total))),
    );
    add("Error budget", known_budget(slo).map(|budget| budget.display.clone()));
    add("As time", slo.time.map(|time| format!("{} bad", words::duration(time.bad_s))));
    add(
        "Taken out",
        slo.time.filter(|time| time.excluded_s > 0.0).map(|time| words::duration(time.excluded_s)),
    );
    add(
        "Budget ends",
        slo.exhaustion.filter(|_| known_budget(slo).is_some()).map(|end| {
            if end.seconds > 0.0 {
                format!("{} at the present burn ({})", moment(end.at, zone), words::duration(end.seconds))
            } else {
                "already spent".to_owned()
            }
        }),
    );
    add(
        "At the window's end",
        slo.forecast.as_ref().map(|told| format!("{} (from {} days)", told.display, told.days)),
    );
    add("Window", Some(period(&slo.window, zone)));
    add("Data", slo.coverage.ratio.map(|ratio| format!("{} of the window", words::coverage(Some(ratio)))));
    add("History", slo.history.as_ref().map(|history| history.display.clone()));
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

#[cfg(test)]
mod tests {
    use super::over_lines;

    #[test]
    fn long_queries_are_shown_over_lines() {
        let long = format!(
            "sum(rate(errors_total{{job=\"{0}\"}}[5m])) / sum(rate(all_total{{job=\"{0}\"}}[5m]))",
            "a".repeat(30)
        );
        let parted = over_lines(&long);
        assert_eq!(parted.lines().count(), 3, "{parted}");
        assert_eq!(over_lines("sum( x )"), "sum(x)");
        assert_eq!(over_lines("no query"), "no query");
        assert_eq!(over_lines("sum(x) # counted"), "sum(x) # counted");
        assert_eq!(over_lines("a # one\n+ b # two"), "a + b # two");
    }
}
