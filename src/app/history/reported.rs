//! Days and overrides that are taken from the documents of reports.

use super::Candidates;
use super::counting::REPORT;
use crate::base::{CalendarUnit, Interval, Moment, Stretches, Zone};
use crate::budget::Events;
use crate::history::{Counts, Coverage, Day, Excluded, Origin, Override};
use crate::report::{Covers, Decision, OverrideState, Report, SloReport, words};

/// The days that a report's document tells of, and the override of its gate. Only a report over one whole day tells all
/// that must be remembered of it; what a longer one says of a day is no more than a curve.
pub fn of_report(report: &Report, name: &str, min_coverage: f64, now: Moment) -> Candidates {
    let mut all = Candidates::default();
    let origin = Origin {
        kind: REPORT.to_owned(),
        url: report.evaluation.source.url.clone(),
        engine: report.evaluation.source.engine.clone(),
    };
    let mut longer = 0;
    for slo in &report.slos {
        let zone: Zone = slo.window.timezone.parse().unwrap_or(Zone::UTC);
        let day = Interval::new(slo.window.from, slo.window.to);
        if !slo.window.complete || CalendarUnit::Day.around(day.from, zone) != Some(day) {
            longer += 1;
            continue;
        }
        let enough = slo.events.filter(|_| slo.coverage.ratio.is_some_and(|ratio| ratio >= min_coverage));
        match enough {
            Some(events) => {
                let events = Events { bad: events.bad, total: events.total };
                all.days.push(from_report(report, slo, zone, day, events, &origin, now));
            }
            None if slo.is_whole() => all.left_out.push(format!(
                "{}: {} is not stored: {}",
                slo.id,
                zone.format(day.from, "%Y-%m-%d"),
                slo.reason
            )),
            None => {}
        }
    }
    if longer > 0 {
        all.left_out.push(format!(
            "{name}: {} not over one whole day, and days are not taken from them: make a report for each day, with --period DATE",
            words::are(longer, "objective")
        ));
    }
    all.overrides = overrides_of(report, now);
    all
}

/// The overrides of a gate that were typed, or let something pass.
pub fn overrides_of(report: &Report, now: Moment) -> Vec<Override> {
    let gate = &report.gate;
    let applied = gate.overrides.iter().filter(|one| one.state == OverrideState::Applied);
    let mut found: Vec<_> = gate.r#override.iter().collect();
    found.extend(applied.filter(|one| Some(*one) != gate.r#override.as_ref()));
    let pattern = |of: &Option<String>| of.clone().unwrap_or_else(|| "*".to_owned());
    let one = |found: &crate::report::Override| {
        let rule = &found.rule;
        let covers = Covers::WORDS.iter().filter(|(_, covers)| rule.covers.contains(covers));
        Override {
            at: report.evaluation.at,
            by: rule.by.clone(),
            reason: rule.reason.clone(),
            expires: rule.expires,
            scope: format!("{}/{}", pattern(&rule.service), pattern(&rule.slo)),
            covers: covers.map(|(word, _)| (*word).to_owned()).collect(),
            state: match found.state {
                OverrideState::Applied => "applied",
                OverrideState::Unused => "unused",
                OverrideState::Expired => "expired",
                OverrideState::NotBegun => "not_begun",
            }
            .to_owned(),
            let_pass: found.let_pass.clone(),
            decision: decision(gate.decision).to_owned(),
            spec_hash: report.evaluation.spec_hash.clone(),
            recorded_at: now,
        }
    };
    found.into_iter().map(one).collect()
}

fn decision(decision: Decision) -> &'static str {
    match decision {
        Decision::Pass => "pass",
        Decision::Warn => "warn",
        Decision::Fail => "fail",
        Decision::Unknown => "unknown",
    }
}

fn from_report(
    report: &Report,
    slo: &SloReport,
    zone: Zone,
    day: Interval,
    events: Events,
    origin: &Origin,
    now: Moment,
) -> Day {
    let excluded: Vec<Excluded> = slo
        .exclusions
        .iter()
        .filter(|one| !one.intervals.is_empty())
        .map(|one| Excluded {
            id: one.id.clone(),
            times: one.intervals.clone(),
            bad: one.events.bad,
            total: one.events.total,
        })
        .collect();
    let out = Stretches::of(excluded.iter().flat_map(|one| one.times.iter().copied())).length();
    let looked_s = (day.length() - out).as_secs();
    let raw = excluded.is_empty().then_some(Counts { bad: events.bad, total: events.total });
    Day {
        id: slo.id.clone(),
        service: slo.service.clone(),
        slo: slo.slo.clone(),
        contract: None,
        group: slo.group.clone(),
        sli: slo.kind.clone(),
        method: slo.method.clone(),
        slices: None,
        clause: None,
        zone: zone.to_string(),
        date: zone.format(day.from, "%Y-%m-%d"),
        from: day.from,
        to: day.to,
        good: events.good(),
        bad: events.bad,
        total: events.total,
        unseen: false,
        events: None,
        raw,
        excluded_s: out.as_secs(),
        excluded,
        coverage: Coverage {
            ratio: slo.coverage.ratio,
            looked_s,
            covered_s: looked_s * slo.coverage.ratio.unwrap_or(0.0),
            unusable_s: 0.0,
            gaps: slo.coverage.gaps.clone(),
        },
        objective: slo.objective_display.clone(),
        spec_hash: report.evaluation.spec_hash.clone(),
        source: origin.clone(),
        tool: report.tool.version.clone(),
        recorded_at: now,
        replaces: None,
    }
}
