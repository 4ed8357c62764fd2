//! Exclusions from files of their own: `kind: Exclusions` and calendars as people export them.

use std::path::{Path, PathBuf};

use insta::assert_snapshot;
use nines::base::{Interval, Moment, Zone};
use nines::diag::{Diagnostics, Files, Style};
use nines::slo::Spec;
use nines::spec::{Environment, read_in_zone};
use serde_json::Value;

use crate::numbers::{HOUR, Text, answered, on_both};
use crate::support::run::{NOW, Outcome, SHOP, nines};
use crate::support::tempdir::TempDir;

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/exclusions").join(name)
}

#[expect(clippy::disallowed_methods, reason = "a test reads its own fixtures")]
fn fixture_text(name: &str) -> String {
    std::fs::read_to_string(fixture(name)).unwrap()
}

fn read(name: &str, text: &str, zone: Option<Zone>) -> (Vec<Spec>, String) {
    let mut files = Files::new();
    files.add("shop.yaml", SHOP);
    files.add(name, text);
    let mut faults = Diagnostics::new();
    let (specs, _) = read_in_zone(&files, Environment::EMPTY, zone, &mut faults);
    (specs, faults.to_text(&files, Style::default()))
}

/// When each exclusion is in a month, with what is said of it.
fn told(specs: &[Spec], from: &str, to: &str) -> String {
    let within = Interval::new(from.parse().unwrap(), to.parse().unwrap());
    let mut lines = Vec::new();
    for one in &specs[0].exclusions {
        let said = |text: &Option<String>| text.clone().unwrap_or_default();
        let announced = one.announced.map(|at| at.to_string()).unwrap_or_default();
        lines.push(format!(
            "{} | {} | {} | {} | {announced}",
            one.id,
            said(&one.category),
            said(&one.reason),
            said(&one.approved_by)
        ));
        let times = one.when.times(within).unwrap();
        lines.extend(times.iter().map(|time| format!("  {} to {}", time.from, time.to)));
    }
    lines.join("\n")
}

#[test]
fn calendars_are_read_as_they_are_exported() {
    for name in ["google.ics", "outlook.ics"] {
        let (specs, said) = read(name, &fixture_text(name), None);
        let told = told(&specs, "2026-02-28T23:00Z", "2026-04-30T22:00Z");
        assert_snapshot!(format!("{name}.calendar").replace('.', "-"), format!("{told}\n\n{said}"));
        assert!(specs[0].exclusions.iter().all(|one| one.file.as_deref() == Some(name)));
    }
}

#[test]
fn every_invalid_calendar_says_what_is_wrong_and_where() {
    for name in ["events", "cut-off", "no-line", "nested", "other", "zone"] {
        let (_, said) = read(&format!("{name}.ics"), &fixture_text(&format!("invalid/{name}.ics")), None);
        assert!(said.contains("error"), "{name}: {said}");
        assert_snapshot!(format!("invalid-{name}"), said);
    }
}

#[test]
fn floating_times_are_in_the_zone_that_is_named() {
    let calendar = "BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:a\nDTSTART:20260701T020000\nDURATION:PT1H\nEND:VEVENT\nEND:VCALENDAR\n";
    let first = |text: &str, zone: Option<&str>| {
        let (specs, said) = read("a.ics", text, zone.map(|name| name.parse().unwrap()));
        let within =
            Interval::new("2026-06-01T00:00Z".parse().unwrap(), "2026-08-01T00:00Z".parse().unwrap());
        let found =
            specs[0].exclusions.first().map(|one| one.when.times(within).unwrap()[0].from.to_string());
        found.ok_or(said)
    };
    assert_eq!(first(calendar, Some("Asia/Kathmandu")).unwrap(), "2026-06-30T20:15:00Z");
    // What the file says of itself is nearer.
    let own = calendar.replace("BEGIN:VEVENT", "X-WR-TIMEZONE:America/New_York\nBEGIN:VEVENT");
    assert_eq!(first(&own, Some("Asia/Kathmandu")).unwrap(), "2026-07-01T06:00:00Z");
    let said = first(calendar, None).unwrap_err();
    assert!(said.contains("a.ics:4:1") && said.contains("--timezone"), "{said}");
}

/// 2026-02-28T23:00:00Z: March in Berlin has 743 hours.
const MARCH: i64 = 1_772_319_600;
const HOURS: i64 = 743;
const SCRAPE: i64 = 30;
/// Where the samples begin, before the month does.
const LEAD: i64 = 6 * HOUR;

/// Sundays at 01:30 UTC for 45 minutes: 02:30 in Berlin, on the 29th too, when the clock jumps from 02:00 to 03:00 and
/// 02:30 is 03:30.
fn is_maintained(second: i64) -> bool {
    let into_day = (second - 1800 - 2 * HOUR).rem_euclid(7 * 24 * HOUR);
    // The month begins on a Sunday.
    (0..45 * 60).contains(&into_day) && second >= 0
}

/// One request a second; all fail on Sundays while there is maintenance.
fn month() -> Text {
    let times = (MARCH - LEAD, MARCH + HOURS * HOUR + HOUR, SCRAPE as usize);
    answered(times, |second| (SCRAPE, if is_maintained(second - MARCH) { SCRAPE } else { 0 }))
        .named("maintenance", "gauge")
        .series("maintenance{job=\"a\",instance=\"1\"}", times, |s| Some(i64::from(is_maintained(s - LEAD))))
}

fn objective(name: &str) -> String {
    format!(
        "  - {{name: {name}, description: a, objective: 99.9%, window: {{calendar: month, timezone: Europe/Berlin}}, \
         sli: {{events: {{bad: 'r_total{{code=\"500\"}}', total: r_total}}}}, alerting: {{page: false, ticket: false}}}}\n"
    )
}

const SUNDAYS: &str =
    "recurring: {rrule: FREQ=WEEKLY, from: 2026-01-04T02:30, timezone: Europe/Berlin, duration: 45m}";

fn calendar(created: &str) -> String {
    format!(
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:sundays\r\nDTSTAMP:20260501T000000Z\r\nCREATED:{created}\r\n\
         SUMMARY:Weekly work\r\nCATEGORIES:Maintenance\r\nORGANIZER;CN=Operations:mailto:o@example.com\r\n\
         DTSTART;TZID=Europe/Berlin:20260104T023000\r\nDURATION:PT45M\r\nRRULE:FREQ=WEEKLY\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    )
}

fn report(run: &dyn Fn(&[&str]) -> Outcome, more: &[&str]) -> Outcome {
    let common = ["report", "--at", "2026-04-01T00:30Z", "--period", "2026-03", "--format", "json"];
    let outcome = run(&[&common, more].concat());
    assert!(outcome.code < 2, "{}", outcome.err);
    outcome
}

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap_or_else(|| panic!("{value} is no number"))
}

#[track_caller]
fn is(value: &Value, expected: f64) {
    assert!((number(value) - expected).abs() <= expected.abs() * 1e-9 + 1e-9, "{value} is not {expected}");
}

#[test]
fn one_exclusion_gives_the_same_numbers_from_a_specification_a_file_and_a_calendar() {
    let home = TempDir::new("exclusions");
    let file = home.write(
        "maintenance.yaml",
        format!(
            "apiVersion: nines/v1\nkind: Exclusions\nexclusions:\n  - {{id: of-file, services: [s], slos: [other], category: maintenance, \
             reason: Weekly work, approved_by: Operations, announced: 2026-02-01T00:00Z, {SUNDAYS}}}\n"
        ),
    );
    let early = home.write("early.ics", calendar("20260201T000000Z"));
    let late = home.write("late.ics", calendar("20260315T000000Z"));
    let path = |path: &Path| path.display().to_string();
    let (file, early, late) = (path(&file), path(&early), path(&late));
    let spec = format!(
        "{}{}exclusions:\n  - {{id: of-spec, slos: [own], category: maintenance, reason: Weekly work, approved_by: Operations, \
         announced: 2026-02-01T00:00Z, {SUNDAYS}}}\n",
        objective("own"),
        objective("other")
    );
    on_both(&spec, month(), |source, run| {
        let plain = report(run, &[]);
        let (own, unexcluded) = (plain.slo("s/own"), plain.slo("s/other"));
        let (bad, total) = (5.0 * 45.0 * 60.0, HOURS as f64 * 3600.0);
        is(&unexcluded["events"]["bad"], bad);
        is(&unexcluded["events"]["total"], total);
        is(&own["events"]["bad"], 0.0);
        is(&own["events"]["total"], total - bad);
        is(&own["time"]["excluded_s"], bad);
        let from_file = report(run, &["--exclusions", &file]).slo("s/other");
        let from_calendar = report(run, &["--exclusions", &early]).slo("s/other");
        let twice = report(run, &["--exclusions", &late, "--exclusions", &file]).slo("s/other");
        println!("{source}: {} {}", own["sli"], own["exclusions"]);
        // A gate and a look at the ground read the same file.
        let gate = |more: &[&str]| {
            let common = ["gate", "--at", "2026-04-01T00:30Z", "--period", "2026-03", "--slo", "s/other"];
            run(&[&common, more].concat())
        };
        assert_eq!(gate(&[]).code, 1, "{source}");
        let passed = gate(&["--exclusions", &file]);
        assert_eq!(passed.code, 0, "{source}: {}{}", passed.out, passed.err);
        let doctor = |more: &[&str]| run(&[&["doctor", "--at", "2026-04-01T00:30Z"], more].concat());
        assert_eq!(doctor(&["--exclusions", &file]).code, doctor(&[]).code, "{source}");
        assert_eq!(doctor(&["--exclusions", "no-such.ics"]).code, 2, "{source}");
        for (slo, id, name) in
            [(&from_file, "of-file", &file), (&from_calendar, "sundays", &early), (&twice, "sundays", &late)]
        {
            for field in ["sli", "events", "time", "coverage", "budget", "status"] {
                assert_eq!(slo[field], own[field], "{source} {id} {field}");
            }
            let told = |slo: &Value, id: &str| {
                let all = slo["exclusions"].as_array().unwrap().clone();
                all.into_iter().find(|one| one["id"] == id).unwrap_or_else(|| panic!("no {id}"))
            };
            let (mut one, mut expected) = (told(slo, id), told(&own, "of-spec"));
            assert_eq!(one["file"], **name);
            assert_eq!(one["late"], name == &late, "{source} {id}");
            assert_eq!(one["intervals"].as_array().unwrap().len(), 5);
            for field in ["id", "file", "late", "announced"] {
                one.as_object_mut().unwrap().remove(field);
                expected.as_object_mut().unwrap().remove(field);
            }
            assert_eq!(one, expected, "{source} {id}");
        }
    });
}

/// What happened is told of the exclusion in which it did, though one goes over into the next in the middle of any bucket.
#[test]
fn exclusions_that_meet_share_what_happened() {
    let one = |id: &str, from: &str, to: &str| {
        format!("  - {{id: {id}, from: 2026-03-10T{from}Z, to: 2026-03-10T{to}Z}}\n")
    };
    let spec = objective("a")
        + "exclusions:\n"
        + &one("first", "10:00", "10:07")
        + &one("second", "10:07", "11:16:30")
        + &one("inside", "10:30", "10:40");
    on_both(&spec, month(), |source, run| {
        let told = report(run, &[]).slo("s/a")["exclusions"].as_array().unwrap().clone();
        let events = |id: &str| {
            let one = told.iter().find(|one| one["id"] == id).unwrap();
            (number(&one["excluded_s"]), number(&one["events"]["total"]))
        };
        println!("{source}: {told:?}");
        // A request a second.
        for (id, seconds) in [("first", 420.0), ("second", 4170.0)] {
            let (excluded_s, total) = events(id);
            let is_so = (excluded_s - seconds).abs() < 1e-9 && (total - seconds).abs() < 1e-6;
            assert!(is_so, "{source} {id}: {excluded_s} s, {total} requests");
        }
    });
}

#[test]
fn a_contract_wants_notice_of_a_condition_wherever_it_stands() {
    let home = TempDir::new("exclusions-while");
    let condition = "while: maintenance == 1";
    let in_file = |announced: &str| {
        format!(
            "apiVersion: nines/v1\nkind: Exclusions\nexclusions:\n  - {{id: mode, services: '*', {announced}{condition}}}\n"
        )
    };
    let announced =
        home.write("announced.yaml", in_file("announced: 2026-02-01T00:00Z, ")).display().to_string();
    let silent = home.write("silent.yaml", in_file("")).display().to_string();
    let contract = |name: &str, notice: &str| {
        format!(
            "  - {{name: {name}, slos: [a], target: 99.9%, period: month, timezone: Europe/Berlin, method: occurrences, \
             exclusions: {{notice: {notice}}}}}\n"
        )
    };
    let spec =
        format!("{}sla:\n{}{}", objective("a"), contract("three-days", "3d"), contract("month", "30d"));
    on_both(&spec, month(), |source, run| {
        let excluded = |file: &str, contract: &str| {
            let report = report(run, &["--exclusions", file]).json();
            let slas = report["slas"].as_array().unwrap();
            let sla = slas.iter().find(|sla| sla["sla"] == contract).unwrap().clone();
            println!("{source} {contract}: {}", sla["time"]);
            sla
        };
        let sla = excluded(&announced, "three-days");
        is(&sla["time"]["excluded_s"], 5.0 * 45.0 * 60.0);
        is(&sla["events"]["bad"], 0.0);
        // Announced 28 days before the first of them.
        let sla = excluded(&announced, "month");
        is(&sla["time"]["excluded_s"], 4.0 * 45.0 * 60.0);
        is(&sla["events"]["bad"], 45.0 * 60.0);
        let sla = excluded(&silent, "three-days");
        is(&sla["time"]["excluded_s"], 0.0);
        assert!(sla.to_string().contains("it is not said when it was announced"), "{sla:#}");
    });
}

/// A run over a little data.
fn run_with(exclusions: &str, name: &str, spec: &str, more: &[&str]) -> Outcome {
    let home = TempDir::new("exclusions-run");
    let spec = home.write("spec.yaml", spec).display().to_string();
    let at = NOW.parse::<Moment>().unwrap().as_millis() / 1000;
    let lines = (0..120).map(|n| format!("r_total{{code=\"200\"}} {} {}\n", n * 60, at - 7200 + n * 60));
    let data = home.write("data.om", format!("# TYPE r counter\n{}# EOF\n", lines.collect::<String>()));
    let file = home.write(name, exclusions).display().to_string();
    let data = data.display().to_string();
    nines(
        [&["report", "-f", &spec, "--data", &data, "--exclusions", &file, "--format", "json"], more].concat(),
    )
}

#[test]
fn an_exclusion_that_cannot_be_followed_fails_its_objective_and_no_other() {
    let spec = format!(
        "{SHOP}  - {{name: other, description: b, objective: 99%, window: 1d, sli: {{events: {{bad: 'r_total{{code=~\"5..\"}}', total: r_total}}}}}}\n\
         \x20 - {{name: quarter, description: c, objective: 99%, window: 90d, sli: {{events: {{bad: 'r_total{{code=~\"5..\"}}', total: r_total}}}}}}\n"
    );
    let file = "apiVersion: nines/v1\nkind: Exclusions\nexclusions:\n  - {id: minutely, services: [shop], slos: [availability, quarter], \
                recurring: {rrule: FREQ=MINUTELY, from: '1990-01-01T00:00', duration: 1s}}\n";
    let outcome = run_with(file, "dense.yaml", &spec, &["--at", "end"]);
    assert_eq!(outcome.code, 3, "{}", outcome.err);
    let slo = outcome.slo("shop/quarter");
    assert_eq!(slo["status"], "error");
    let why = "the exclusion minutely cannot be followed: it comes more than 65535 times";
    assert!(outcome.err.contains(why), "{}", outcome.err);
    assert_ne!(outcome.slo("shop/other")["status"], "error");
    // A day of minutes can be followed, though its first was long ago.
    assert_ne!(outcome.slo("shop/availability")["status"], "error");
}

#[test]
fn what_is_no_file_of_exclusions_is_refused() {
    let other = SHOP.replace("shop", "other");
    let outcome = run_with(&other, "other.yaml", SHOP, &[]);
    assert_eq!(outcome.code, 2);
    assert!(
        outcome.err.contains("holds no document of `kind: Exclusions`, and is no calendar"),
        "{}",
        outcome.err
    );
    let outcome = run_with("<html>\n", "sign-in.ics", SHOP, &[]);
    assert_eq!(outcome.code, 2);
    assert!(outcome.err.contains("sign-in.ics:1:1"), "{}", outcome.err);
    let unknown = "apiVersion: nines/v1\nkind: Exclusions\nexclusions:\n  - {id: a, services: [shpo], from: 2026-10-01T22:00Z, to: 2026-10-02T00:00Z}\n";
    let outcome = run_with(unknown, "unknown.yaml", SHOP, &[]);
    assert_eq!(outcome.code, 2);
    assert!(outcome.err.contains("N0221") && outcome.err.contains("did you mean `shop`?"), "{}", outcome.err);
}

#[test]
fn floating_times_are_in_the_zone_of_the_report() {
    let calendar = "BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:a\nDTSTART:20261120T100000\nDURATION:PT30M\nEND:VEVENT\nEND:VCALENDAR\n";
    let outcome =
        run_with(calendar, "a.ics", SHOP, &["--at", "2026-11-20T10:00:00Z", "--timezone", "Europe/Berlin"]);
    let exclusion = outcome.slo("shop/availability")["exclusions"][0].clone();
    assert_eq!(exclusion["intervals"][0]["from"], "2026-11-20T09:00:00Z", "{exclusion}");
    let outcome = run_with(calendar, "a.ics", SHOP, &[]);
    assert_eq!(outcome.code, 2);
    assert!(outcome.err.contains("does not say in which time zone"), "{}", outcome.err);
}
