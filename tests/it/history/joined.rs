//! A report from a history of days is the report from the data of the same days.

use std::fmt::Write as _;
use std::path::Path;

use nines::base::Moment;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::Value;

use crate::numbers::{AT, DAY, text};
use crate::support::run::nines;
use crate::support::tempdir::TempDir;

/// Five days of data, of which the three in the middle are reported.
const BEGIN: i64 = AT - 5 * DAY;
const SCRAPE: i64 = 300;

/// What is drawn: bad scrapes, scrapes that failed, exclusions (in minutes), each with its length; on which day a third
/// path is there; after how many scrapes another source begins to tell.
#[derive(Debug, Clone)]
struct Drawn {
    bad: Vec<(i64, i64)>,
    lost: Vec<(i64, i64)>,
    excluded: Vec<(i64, i64)>,
    third: i64,
    cut: i64,
    empty: &'static str,
}

/// The data from so many scrapes on.
fn data(drawn: &Drawn, from: i64) -> String {
    let within = |stretches: &[(i64, i64)], at: i64| {
        stretches.iter().any(|(from, length)| (*from..from + length).contains(&at))
    };
    let mut all = text().named("r", "counter");
    for (place, path) in ["/a", "/b", "/c"].into_iter().enumerate() {
        for code in ["200", "500"] {
            let series = format!("r_total{{job=\"a\",instance=\"1\",path=\"{path}\",code=\"{code}\"}}");
            let mut count = 1000;
            let mut values = Vec::new();
            for at in 0..5 * DAY / SCRAPE {
                let events = 100 + at % 7 * 10 * (place as i64 + 1);
                let failed = if within(&drawn.bad, at) { events / 3 } else { 0 };
                count += if code == "500" { failed } else { events - failed };
                let is_there = path != "/c" || at * SCRAPE / DAY == drawn.third;
                values.push(Some(count).filter(|_| is_there && at >= from && !within(&drawn.lost, at)));
            }
            all = all.series(&series, (BEGIN, BEGIN + 5 * DAY, 300), |s| values[(s / SCRAPE) as usize]);
        }
    }
    all.whole()
}

fn spec(drawn: &Drawn) -> String {
    let mut text = "apiVersion: nines/v1\nservice: s\nslos:\n".to_owned();
    let Drawn { empty, .. } = drawn;
    for (method_name, method) in [
        ("events", "occurrences".to_owned()),
        ("slices", format!("{{timeslices: {{slice: 10m, target: 90%, empty: {empty}}}}}")),
        ("mean", "{ratio_timeslices: {slice: 20m}}".to_owned()),
    ] {
        for (by_name, by) in [("all", ""), ("by", "by: [path], ")] {
            let _ = writeln!(
                text,
                "  - {{name: {method_name}-{by_name}, objective: 99%, window: 3d, method: {method}, {by}sli: {{events: {{bad: 'r_total{{code=\"500\"}}', total: r_total}}}}}}"
            );
        }
    }
    let _ = writeln!(
        text,
        "  - {{name: up, objective: 99%, window: 3d, sli: {{slices: {{good_when: 'sum(r_total) > 0', slice: 5m, empty: {empty}}}}}}}"
    );
    if !drawn.excluded.is_empty() {
        text += "exclusions:\n";
    }
    for (place, (from, length)) in drawn.excluded.iter().enumerate() {
        let at = |minutes: i64| Moment::from_secs(BEGIN + minutes * 60);
        let _ = writeln!(text, "  - {{id: e{place}, from: {}, to: {}}}", at(*from), at(from + length));
    }
    text
}

fn date(day: i64) -> String {
    Moment::from_secs(BEGIN + day * DAY).to_string()[..10].to_owned()
}

fn drawn() -> impl Strategy<Value = Drawn> {
    let scrapes = 5 * DAY / SCRAPE;
    let stretches =
        |most: i64, longest: i64, count: usize| prop::collection::vec((0..most, 1..longest), 0..count);
    // At the beginning of days too, where the seam is then.
    let cut = prop_oneof![0..scrapes, (0i64..5).prop_map(|day| day * DAY / SCRAPE), Just(scrapes - 10)];
    (
        stretches(scrapes, 40, 8),
        stretches(scrapes, 100, 3),
        prop_oneof![stretches(5 * 24 * 60, 400, 5), Just(vec![(24 * 60, 26 * 60)])],
        0i64..5,
        cut,
        prop_oneof![Just("ignore"), Just("good"), Just("bad")],
    )
        .prop_map(|(bad, lost, excluded, third, cut, empty)| Drawn {
            bad,
            lost,
            excluded,
            third,
            cut,
            empty,
        })
}

fn report(data: &Path, spec: &Path, more: &[&str]) -> Vec<Value> {
    let [data, spec] = [data, spec].map(|path| path.to_str().unwrap());
    let (from, to, end) = (date(1), date(4), date(5));
    let args = [
        "report", "--file", spec, "--data", data, "--at", &end, "--from", &from, "--to", &to, "-o", "json=-",
    ];
    let outcome = nines(args.iter().chain(more));
    let mut slos = outcome.json()["slos"].as_array().unwrap().clone();
    slos.sort_by_key(|slo| slo["id"].to_string() + &slo["overall_of"].to_string());
    slos
}

/// Numbers that come to the same by different sums.
fn near(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Number(one), Value::Number(other)) => {
            let (one, other) = (one.as_f64().unwrap(), other.as_f64().unwrap());
            (one - other).abs() <= 1e-9 * (1.0 + one.abs().max(other.abs()))
        }
        (Value::Array(one), Value::Array(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| near(one, other))
        }
        // Words round what is the same but for the order of a sum.
        (Value::Object(one), Value::Object(other)) => {
            let same = |(name, value): (&String, &Value)| {
                name == "display" || other.get(name).is_some_and(|other| near(value, other))
            };
            one.len() == other.len() && one.iter().all(same)
        }
        (one, other) => one == other,
    }
}

/// What a report must say alike of the same days.
const ALIKE: [&str; 11] = [
    "id",
    "overall_of",
    "status",
    "sli",
    "events",
    "time",
    "budget",
    "coverage",
    "exclusions",
    "objective",
    "window",
];

fn holds(drawn: &Drawn) -> Result<(), TestCaseError> {
    let home = TempDir::new("joined");
    let spec = home.write("spec.yaml", spec(drawn));
    let whole = home.write("whole.om", data(drawn, 0));
    let part = home.write("part.om", data(drawn, drawn.cut));
    let history = home.path().join("history.jsonl");
    let [spec_name, whole_name, history_name] =
        [&spec, &whole, &history].map(|path| path.to_str().unwrap().to_owned());
    let (from, to) = (date(0), date(5));
    let stored = nines([
        "history",
        "append",
        "--history",
        &history_name,
        "--file",
        &spec_name,
        "--data",
        &whole_name,
        "--from",
        &from,
        "--to",
        &to,
        "--min-coverage",
        "0%",
    ]);
    prop_assert!(stored.code == 0, "{}", stored.err);
    let from_data = report(&whole, &spec, &[]);
    let joined = report(&part, &spec, &["--history", &history_name]);
    let ids = |slos: &[Value]| slos.iter().map(|slo| slo["id"].to_string()).collect::<Vec<_>>();
    prop_assert_eq!(ids(&from_data), ids(&joined));
    for (data, joined) in from_data.iter().zip(&joined) {
        for field in ALIKE {
            // A slice of which a part is excluded is looked at as a whole where it is measured, and in part from memory.
            let share = |slo: &Value| slo["coverage"]["ratio"].as_f64().unwrap_or(0.0);
            let is_near_share = field == "coverage" && (share(data) - share(joined)).abs() < 1e-3;
            prop_assert!(
                is_near_share || near(&data[field], &joined[field]),
                "{} of {}\nfrom data {}\njoined    {}\n{}",
                field,
                data["id"],
                data[field],
                joined[field],
                joined["history"]
            );
        }
    }
    Ok(())
}

#[test]
fn a_report_from_history_is_the_report_from_data() {
    let config = Config { cases: 40, failure_persistence: None, ..Config::default() };
    TestRunner::new(config).run(&drawn(), |drawn| holds(&drawn)).unwrap_or_else(|error| panic!("{error}"));
}
