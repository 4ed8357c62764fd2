//! One month, known by construction, judged by every method and published contract: the numbers are worked out in
//! `docs/contracts.md` and hold to the last digit, from files and from a real server alike.

use std::fmt::Write as _;

use serde_json::Value;

use crate::numbers::{DAY, HOUR, Text, answered, on_both};
use crate::support::run::Outcome;

/// 2026-06-01T00:00:00Z; June has 30 days.
const JUNE: i64 = 1_780_272_000;
const DAYS: i64 = 30;
/// Where the samples begin, before the month does.
const LEAD: i64 = 6 * HOUR;
/// A scrape every so many seconds.
const SCRAPE: i64 = 15;

/// The tenth of June: nothing is answered from 03:00 to 04:00, and 4 % fails from 12:00 to 15:00.
const OUTAGE: std::ops::Range<i64> = 9 * DAY + 3 * HOUR..9 * DAY + 4 * HOUR;
const ERRORS: std::ops::Range<i64> = 9 * DAY + 12 * HOUR..9 * DAY + 15 * HOUR;

/// Requests since the last scrape, and how many of them failed, at so many seconds of the month: 1000 a minute from 06:00
/// to 18:00, 100 at night.
fn requests(second: i64) -> (i64, i64) {
    let is_day = (6 * HOUR..18 * HOUR).contains(&second.rem_euclid(DAY));
    let total = if is_day { 250 } else { 25 };
    let bad = match second {
        second if OUTAGE.contains(&second) => total,
        second if ERRORS.contains(&second) => total / 25,
        _ => 0,
    };
    (total, bad)
}

fn month() -> Text {
    let times = (JUNE - LEAD, JUNE + DAYS * DAY + HOUR, SCRAPE as usize);
    answered(times, |second| requests(second - JUNE)).named("maintenance", "gauge").series(
        "maintenance{job=\"a\",instance=\"1\"}",
        times,
        |s| {
            let second = s - LEAD;
            Some(i64::from((OUTAGE.start..OUTAGE.start + 600).contains(&second)))
        },
    )
}

const OBJECTIVE: &str = "  - name: requests
    objective: 99.9%
    window: {calendar: month}
    sli: {events: {bad: 'r_total{code=\"500\"}', total: r_total}}
    alerting: {page: false, ticket: false}
";

fn reported(run: &dyn Fn(&[&str]) -> Outcome) -> Outcome {
    let outcome = run(&["report", "--at", "2026-07-01T00:30Z", "--period", "2026-06", "--format", "json"]);
    assert!(outcome.code < 2, "{}", outcome.err);
    outcome
}

fn document(outcome: &Outcome) -> Value {
    serde_json::from_str(&outcome.out).unwrap()
}

/// The entry of a contract.
#[track_caller]
fn contract<'a>(report: &'a Value, name: &str) -> &'a Value {
    let all = report["slas"].as_array().unwrap();
    all.iter().find(|sla| sla["sla"] == name).unwrap_or_else(|| panic!("no contract {name}"))
}

#[track_caller]
fn is(actual: &Value, expected: f64) {
    let actual = actual.as_f64().unwrap_or_else(|| panic!("{actual} is no number"));
    assert!((actual - expected).abs() <= expected.abs() * 1e-9 + 1e-12, "{actual} is not {expected}");
}

/// The contracts of the document, each with what is written of it there.
fn documented() -> Vec<(String, String, Vec<String>)> {
    let document = include_str!("../../docs/contracts.md");
    let rows = document.lines().skip_while(|line| !line.starts_with("| contract |")).skip(2);
    let cells = |line: &str| {
        let cells = line.trim_matches('|').split('|').map(|cell| cell.trim().trim_matches('`').to_owned());
        cells.collect::<Vec<_>>()
    };
    rows.take_while(|line| line.starts_with('|'))
        .map(cells)
        .map(|cells| (cells[0].clone(), cells[1].clone(), cells[2..].to_vec()))
        .collect()
}

#[test]
fn the_month_is_what_the_document_works_out() {
    let rows = documented();
    assert!(rows.len() >= 12, "the table of the document is read");
    let mut spec = OBJECTIVE.to_owned();
    spec += "exclusions:
  - {id: upgrade, category: maintenance, reason: Upgrade, approved_by: Operations, announced: 2026-06-03T03:00Z, from: 2026-06-10T03:00Z, to: 2026-06-10T03:30Z}
  - {id: hotfix, category: maintenance, announced: 2026-06-10T13:30Z, from: 2026-06-10T13:00Z, to: 2026-06-10T14:00Z}
  - {id: provider, category: third-party, announced: 2026-06-01T00:00Z, from: 2026-06-10T03:20Z, to: 2026-06-10T04:00Z}
sla:\n";
    for (name, terms, _) in &rows {
        let _ = writeln!(
            spec,
            "  - {{name: {name}, slos: [requests], period: month, credits: [{{below: 99.9%, credit: 10%}}, {{below: 99.85%, credit: 25%}}, {{below: 99%, credit: 50%}}], target: 99.9%, {terms}}}"
        );
    }
    on_both(&spec, month(), |source, run| {
        let report = document(&reported(run));
        for (name, _, expected) in &rows {
            let sla = contract(&report, name);
            let told = |field: &Value| field.as_str().unwrap_or_else(|| panic!("{name}: {field}")).to_owned();
            let excluded = sla["time"]["excluded_s"].as_f64().unwrap() / 60.0;
            let found = [
                told(&sla["raw_display"]),
                format!("{excluded} m"),
                told(&sla["sli"]["display"]),
                told(&sla["status"]),
                told(&sla["credit"]["display"]),
            ];
            println!("{source} {name}: {found:?}");
            assert_eq!(found.as_slice(), expected.as_slice(), "{source} {name}");
        }
        let events = contract(&report, "events");
        is(&events["events"]["bad"], 13_200.0);
        is(&events["events"]["total"], 23_760_000.0);
        is(&contract(&report, "minutes")["events"]["bad"], 60.0);
        is(&contract(&report, "minutes")["events"]["total"], 43_200.0);
        is(&contract(&report, "mean")["events"]["bad"], 13.44);
        is(&contract(&report, "mean")["events"]["total"], 8640.0);
    });
}

#[test]
fn a_month_in_progress_is_projected_from_what_counts_of_it() {
    let spec = OBJECTIVE.to_owned()
        + "exclusions:
  - {id: upgrade, category: maintenance, announced: 2026-06-03T03:00Z, from: 2026-06-10T03:00Z, to: 2026-06-10T03:30Z}
sla:
  - {name: plain, slos: [requests], period: month, target: 99.9%, preset: atlassian, credits: [{below: 99.9%, credit: 10%}]}
  - {name: notice, slos: [requests], period: month, target: 99.9%, preset: atlassian, exclusions: {notice: 3d}, credits: [{below: 99.9%, credit: 10%}]}
  - {name: past, slos: [requests], period: month, target: 99.9%, effective: {to: 2026-06-01}}
  - {name: late, slos: [requests], period: month, target: 99.9%, effective: {from: 2026-06-11}}
";
    on_both(&spec, month(), |source, run| {
        let outcome = run(&["report", "--at", "2026-06-16T00:00Z", "--format", "json"]);
        let report = document(&outcome);
        println!("{source}: {}", report["summary"]["verdict"]);
        assert_eq!(outcome.code, 1);
        let plain = contract(&report, "plain");
        is(&plain["budget"]["total"], 43.2);
        assert_eq!(
            (&plain["status"], &plain["credit"]["display"]),
            (&"breached".into(), &"10 % of the bill so far".into())
        );
        // Thirty of the 21 600 minutes that passed do not count; of those to come all do. What was bad is more than is
        // allowed of what has passed, and less than of the whole month.
        let notice = contract(&report, "notice");
        is(&notice["budget"]["total"], 43.17);
        is(&notice["events"]["total"], 21_570.0);
        assert_eq!(
            (&notice["status"], &notice["credit"]["display"]),
            (&"at_risk".into(), &"none so far".into())
        );
        // A contract is told of where it is in force, and as far as it is.
        let named: Vec<&str> =
            report["slas"].as_array().unwrap().iter().filter_map(|sla| sla["sla"].as_str()).collect();
        assert_eq!(named, ["plain", "notice", "late"]);
        let late = contract(&report, "late");
        assert_eq!(late["window"]["from"], "2026-06-11T00:00:00Z");
        is(&late["events"]["bad"], 0.0);
    });
}

#[test]
fn what_is_not_selected_of_a_contract_is_said() {
    let other = OBJECTIVE.replace("name: requests", "name: others");
    let spec = format!(
        "{OBJECTIVE}{other}sla:\n  - {{name: both, slos: [requests, others], period: month, target: 99.9%}}\n"
    );
    on_both(&spec, month(), |source, run| {
        let told = |more: &[&str]| {
            let common = ["report", "--at", "2026-07-01T00:30Z", "--period", "2026-06", "--format", "json"];
            let report = document(&run(&[&common, more].concat()));
            (report["slas"].as_array().unwrap().len(), report["warnings"].clone())
        };
        assert_eq!(told(&[]), (2, serde_json::json!([])), "{source}");
        let warning = "s: the contract both covers s/others too, not selected and not judged here";
        assert_eq!(told(&["--slo", "s/requests"]), (1, serde_json::json!([warning])), "{source}");
    });
}
