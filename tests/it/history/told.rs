//! `nines history` and reports that count what it stored, as people see them.

use std::path::PathBuf;

use nines::app::store::Writer;
use nines::base::Duration;

use crate::numbers::{AT, DAY, Text, text};
use crate::support::run::{Outcome, SHOP, nines};
use crate::support::tempdir::TempDir;

/// A service whose counters tell of days, counted from the first; each minute has 60 events, and in the first of these
/// hours of a day one of ten is bad.
pub(super) struct Shop {
    pub(super) home: TempDir,
    pub(super) spec: PathBuf,
}

impl Shop {
    pub(super) fn new(name: &str) -> Self {
        let home = TempDir::new(name);
        let spec = home.write("spec.yaml", SHOP.replace("window: 1d", "window: 7d"));
        Self { home, spec }
    }

    /// Data of some hours after twenty days before the end.
    pub(super) fn data(&self, name: &str, hours: std::ops::Range<i64>, bad_hours: i64) -> String {
        let begin = AT - 20 * DAY;
        let mut all: Text = text().named("r", "counter");
        for code in ["200", "500"] {
            let series = format!("r_total{{job=\"a\",instance=\"1\",code=\"{code}\"}}");
            let value = |s: i64| {
                let before = s / DAY * bad_hours * 60 + (s % DAY / 60).min(bad_hours * 60);
                let (minutes, failed) = (s / 60, before * 6);
                let count = if code == "500" { failed } else { minutes * 60 - failed };
                hours.contains(&(s / 3600)).then_some(count)
            };
            all = all.series(&series, (begin, AT, 60), value);
        }
        self.home.write(name, all.whole()).to_str().unwrap().to_owned()
    }

    fn history(&self) -> String {
        self.home.path().join("history.jsonl").to_str().unwrap().to_owned()
    }

    pub(super) fn run(&self, args: &[&str]) -> Outcome {
        let (spec, history) = (self.spec.to_str().unwrap(), self.history());
        let mut all = args.to_vec();
        all.extend(["--history", &history]);
        if !matches!(args, ["history", "list" | "export" | "prune", ..]) {
            all.extend(["--file", spec]);
        }
        nines(all)
    }

    pub(super) fn append(&self, data: &str, more: &[&str]) -> Outcome {
        self.run(&[&["history", "append", "--data", data, "--at", "end"], more].concat())
    }
}

#[test]
fn a_cron_job_stores_each_day_once() {
    let shop = Shop::new("cron");
    let first = shop.data("first.om", 60..300, 1);
    let outcome = shop.append(&first, &[]);
    assert_eq!(outcome.code, 0, "{}", outcome.err);
    // Hours 60 to 300: the third day begins in the middle, the tenth to twelfth are whole, the thirteenth ends in the middle.
    assert!(outcome.err.contains("stored 9 days"), "{}", outcome.err);
    assert!(outcome.err.contains("there is data for less than 90 % of them"), "{}", outcome.err);
    let again = shop.append(&first, &[]);
    assert!(again.err.contains("stored 0 days"), "{}", again.err);
    let later = shop.append(&shop.data("later.om", 250..480, 1), &[]);
    assert_eq!((later.code, later.err.contains("stored 8 days")), (0, true), "{}", later.err);
    let list = shop.run(&["history", "list"]);
    insta::assert_snapshot!("history_list", list.out);
    let csv = shop.run(&["history", "export"]).out;
    assert_eq!(csv.lines().count(), 18);
    assert!(csv.lines().nth(1).unwrap().starts_with("shop/availability,shop,availability,,2025-11-03,UTC,2025-11-03T00:00:00Z,2025-11-04T00:00:00Z,events,occurrences,,99%,"), "{csv}");
    let metrics = shop.run(&["history", "export", "--format", "openmetrics"]).out;
    assert!(
        metrics.contains(
            "nines_day_total{service=\"shop\",slo=\"availability\",date=\"2025-11-04\"} 86400 1762300799"
        ),
        "{metrics}"
    );
    let read_back = shop.home.write("days.om", &metrics);
    let data = nines(["data", read_back.to_str().unwrap()]);
    assert_eq!(data.code, 0, "{}", data.err);
}

#[test]
fn the_help_of_a_history() {
    for (name, args) in [
        ("help_of_history", &["history", "--help"][..]),
        ("help_of_history_append", &["history", "append", "--help"]),
    ] {
        insta::assert_snapshot!(name, nines(args.iter().copied()).out);
    }
}

#[test]
fn a_day_that_says_something_else_stays_unless_there_is_a_reason() {
    let shop = Shop::new("differs");
    let dates = ["--from", "2025-11-05", "--to", "2025-11-07"];
    assert_eq!(shop.append(&shop.data("a.om", 0..480, 1), &dates).code, 0);
    let same = shop.append(&shop.data("a.om", 0..480, 1), &dates);
    assert_eq!((same.code, same.err.contains("2 stored already")), (0, true), "{}", same.err);
    let other = shop.data("b.om", 0..480, 2);
    let refused = shop.append(&other, &dates);
    assert_eq!(refused.code, 5, "{}", refused.err);
    assert!(
        refused.err.contains("shop/availability 2025-11-05: stored are 360 bad of 86400 by occurrences"),
        "{}",
        refused.err
    );
    assert!(refused.err.contains("say so with --replace --reason TEXT"), "{}", refused.err);
    assert_eq!(shop.append(&other, &[&dates[..], &["--replace"]].concat()).code, 2, "without a reason");
    let replaced = shop.append(&other, &[&dates[..], &["--replace", "--reason", "late data"]].concat());
    assert_eq!(
        (replaced.code, replaced.err.contains("2 in the place of others")),
        (0, true),
        "{}",
        replaced.err
    );
    let json = shop.run(&["history", "export", "--format", "json", "--all"]).json();
    let bad: Vec<f64> =
        json["days"].as_array().unwrap().iter().map(|day| day["bad"].as_f64().unwrap()).collect();
    assert_eq!(bad, [360.0, 360.0, 720.0, 720.0], "the old ones are kept");
    assert_eq!(json["days"][3]["replaces"]["reason"], "late data");
    let pruned = shop.run(&["history", "prune", "--before", "2025-11-06"]);
    assert!(
        pruned.err.contains("took out 2 records of 1 budget from 2025-11-05 to 2025-11-05"),
        "{}",
        pruned.err
    );
    assert!(
        shop.run(&["history", "list"]).out.contains("2025-11-05 to 2025-11-05 were taken out"),
        "{}",
        pruned.err
    );
}

#[test]
fn a_report_tells_where_the_seam_is() {
    let shop = Shop::new("seam");
    assert_eq!(shop.append(&shop.data("old.om", 0..480, 1), &[]).code, 0);
    // A server that keeps less: data begins inside the fifteenth day.
    let recent = shop.data("recent.om", 14 * 24 + 7..480, 1);
    let report = |more: &[&str]| {
        let args = ["report", "--data", &recent, "--at", "2025-11-20", "--fail-on", "never"];
        shop.run(&[&args[..], more].concat())
    };
    let slo = report(&["-o", "json=-"]).slo("shop/availability");
    let history = &slo["history"];
    assert_eq!(history["days"], 2, "{history:#}");
    assert_eq!(history["from"], "2025-11-13T00:00:00Z");
    assert_eq!(history["seam"], "2025-11-15T00:00:00Z");
    assert_eq!(slo["coverage"]["ratio"], 1.0);
    assert_eq!(slo["events"]["bad"], 7.0 * 360.0);
    // The weeks before are known as far as days are stored.
    assert_eq!(slo["trend"].as_array().unwrap().len(), 1, "{:#}", slo["trend"]);
    assert_eq!(slo["previous"]["sli"], slo["sli"]["value"]);
    assert!(slo["series"]["history"].as_array().unwrap().len() >= 19);
    let page = report(&["--format", "markdown"]).out;
    let facts = page.split("### ").nth(1).unwrap().split("| Burn over").next().unwrap();
    let facts: Vec<&str> = facts.lines().filter(|line| !line.contains("Written in")).collect();
    insta::assert_snapshot!("history_report", facts.join("\n"));
    let terminal = report(&["--format", "terminal"]).out;
    let (_, told) = terminal.split_once("\nHistory\n").unwrap_or_else(|| panic!("{terminal}"));
    let (told, _) = told.split_once("\n\n").unwrap();
    insta::assert_snapshot!("history_terminal", told);
    // Without the history the same report has too little data.
    let args = [
        "report",
        "--data",
        &recent,
        "--at",
        "2025-11-20",
        "--file",
        shop.spec.to_str().unwrap(),
        "-o",
        "json=-",
    ];
    assert_eq!(nines(args).slo("shop/availability")["status"], "no_data");
    // A window that begins inside a stored day cannot count it.
    let noon = shop.run(&["report", "--data", &recent, "--at", "2025-11-19T12:00:00Z", "-o", "json=-"]);
    let remarks = noon.slo("shop/availability")["history"]["remarks"].to_string();
    assert!(
        remarks.contains("the window begins inside 2025-11-12, which is stored as a whole and not counted"),
        "{remarks}"
    );
}

#[test]
fn other_promises_are_said_and_other_methods_are_left_out() {
    let shop = Shop::new("others");
    assert_eq!(shop.append(&shop.data("old.om", 0..480, 1), &[]).code, 0);
    let recent = shop.data("recent.om", 15 * 24..480, 1);
    let with = |from: &str, to: &str| {
        let text = SHOP.replace("window: 1d", "window: 7d").replace(from, to);
        let spec = shop.home.write("other.yaml", text);
        let history = shop.history();
        let args = [
            "report",
            "--data",
            &recent,
            "--at",
            "2025-11-20",
            "--file",
            spec.to_str().unwrap(),
            "--history",
            &history,
        ];
        nines(args.iter().chain(&["-o", "json=-"])).slo("shop/availability")["history"].to_string()
    };
    let objective = with("objective: 99%", "objective: 98%");
    assert!(
        objective.contains("3 stored days are measured when the specifications had other texts"),
        "{objective}"
    );
    assert!(objective.contains("3 stored days are of a time when 99% was promised"), "{objective}");
    let method = with("objective: 99%", "objective: 99%\n    method: {timeslices: {slice: 5m, target: 95%}}");
    assert!(method.contains("7 stored days are counted by another method, and left out"), "{method}");
    assert!(method.contains("no day of the window is from the history"), "{method}");
}

#[test]
fn reports_over_a_day_and_overrides_are_stored_too() {
    let shop = Shop::new("reports");
    let data = shop.data("a.om", 0..480, 20);
    let file = |name: &str, args: &[&str]| {
        let spec = shop.spec.to_str().unwrap();
        let out = format!("json={}", shop.home.path().join(name).display());
        let all = [args, &["--file", spec, "--data", &data, "-o", &out]].concat();
        nines(all);
        shop.home.path().join(name).to_str().unwrap().to_owned()
    };
    let day = file("day.json", &["report", "--period", "2025-11-08"]);
    let gate = file(
        "gate.json",
        &["gate", "--at", "end", "--override", "hotfix for the outage", "--override-by", "ana"],
    );
    let outcome = shop.run(&["history", "append", "--report", &day, "--report", &gate]);
    assert_eq!(outcome.code, 0, "{}", outcome.err);
    assert!(outcome.err.contains("stored 1 day of 1 budget, 1 override of a gate"), "{}", outcome.err);
    assert!(outcome.err.contains("make a report for each day, with --period DATE"), "{}", outcome.err);
    let again = shop.run(&["history", "append", "--report", &day, "--report", &gate]);
    assert!(again.err.contains("stored 0 days, 1 stored already"), "{}", again.err);
    let list = shop.run(&["history", "list"]).out;
    assert!(
        list.contains("ana overrode a gate (applied, shop/availability): hotfix for the outage"),
        "{list}"
    );
    // What was measured of that day is the same.
    let measured = shop.append(&data, &["--from", "2025-11-08", "--to", "2025-11-09"]);
    assert!(measured.err.contains("1 stored already"), "{}", measured.err);
}

/// A gate that has a history writes down who lets it pass before it does; what cannot be written lets nothing pass.
#[test]
fn an_override_is_in_the_history_of_its_gate() {
    let shop = Shop::new("override");
    let data = shop.data("a.om", 0..480, 20);
    assert_eq!(shop.append(&data, &[]).code, 0);
    let gate = |more: &[&str]| {
        let common = ["gate", "--data", &data, "--at", "end", "--override", "P0 fix INC-12", "--by", "ana"];
        shop.run(&[&common, more].concat())
    };
    assert_eq!(shop.run(&["gate", "--data", &data, "--at", "end"]).code, 1);
    assert_eq!(gate(&["--dry-run"]).code, 0);
    let stored = || shop.run(&["history", "list", "--format", "json"]).json()["overrides"].clone();
    assert_eq!(stored(), serde_json::json!([]), "a gate that is only tried leaves no trace");
    let passed = gate(&["--expires", "2h"]);
    assert_eq!(passed.code, 0, "{}", passed.err);
    let overrides = stored();
    assert_eq!(overrides.as_array().unwrap().len(), 1, "{overrides:#}");
    assert_eq!((&overrides[0]["by"], &overrides[0]["reason"]), (&"ana".into(), &"P0 fix INC-12".into()));
    assert_eq!(overrides[0]["let_pass"], serde_json::json!(["shop/availability"]));
    // The same gate again is the same override.
    assert_eq!(gate(&["--expires", "2h"]).code, 0);
    assert_eq!(stored(), overrides);
    // A report that is judged again is written down too.
    let saved = shop.home.path().join("gate.json").display().to_string();
    shop.run(&["gate", "--data", &data, "--at", "end", "-o", &format!("json={saved}")]);
    let judged =
        ["gate", "--report", &saved, "--override", "again", "--by", "bob", "--history", &shop.history()];
    let again = nines(judged);
    assert_eq!((again.code, stored().as_array().unwrap().len()), (0, 2), "{}", again.err);
    // While somebody else writes, nothing is recorded, and nothing passes.
    let (path, now) = (PathBuf::from(shop.history()), "2026-11-20T10:00:00Z".parse().unwrap());
    let other = Writer::open(&path, Duration::ZERO, now, &mut Vec::new()).unwrap();
    let refused = gate(&[]);
    assert_eq!(refused.code, 5, "{}", refused.err);
    assert!(refused.err.contains("the override is not recorded, so it lets nothing pass"), "{}", refused.err);
    assert!(refused.out.contains("exit 5") && !refused.out.contains("exit 0"), "{}", refused.out);
    drop(other);
}

#[test]
fn a_source_that_begins_inside_a_day_never_makes_it_whole() {
    let shop = Shop::new("begins");
    // Slices of the clock: an empty one is good, so that nothing is missing by their own count.
    let spec = SHOP.replace(
        "sli: {events: {bad: 'r_total{code=~\"5..\"}', total: r_total}}",
        "sli: {slices: {good_when: 'sum(r_total) > 0', slice: 5m, empty: good}}",
    );
    shop.home.write("spec.yaml", spec);
    let data = shop.data("a.om", 34..100, 1);
    let outcome = shop.append(&data, &[]);
    assert!(outcome.err.contains("stored 2 days"), "{}", outcome.err);
    let list = shop.run(&["history", "list"]).out;
    // Hours 34 to 100: the second day begins at ten, the fifth ends at four.
    assert!(
        list.contains("2025-11-02") && list.contains("2025-11-03") && !list.contains("2025-11-01"),
        "{list}"
    );
}
