//! Windows in progress, windows that are over, and the moment at which a window ends where nobody says it.

use std::fmt::Write as _;

use nines::base::{Duration, Moment};

use crate::support::run::{NOW, Outcome, SHOP, nines};
use crate::support::tempdir::TempDir;

const STEP: Duration = Duration::minutes(5);
/// Events of all kinds in each step.
const EVENTS: i64 = 1000;

fn moment(text: &str) -> Moment {
    text.parse().unwrap()
}

/// A counter of [`EVENTS`] in every step, of which so many are bad in the step that ends at a time.
fn counter(from: Moment, to: Moment, bad: impl Fn(Moment) -> i64) -> String {
    let mut text = "# TYPE r counter\n".to_owned();
    for code in ["200", "500"] {
        let (mut at, mut count) = (from, 0);
        while at <= to {
            let _ = writeln!(text, "r_total{{code=\"{code}\"}} {count} {}", at.as_millis() / 1000);
            at = at + STEP;
            count += if code == "500" { bad(at) } else { EVENTS - bad(at) };
        }
    }
    text + "# EOF\n"
}

/// The report on the objective of 99 % with another window.
fn report(window: &str, data: &str, flags: &[&str]) -> Outcome {
    let home = TempDir::new("windows");
    let spec = SHOP.replace("window: 1d", &format!("window: {window}"));
    let spec = home.write("spec.yaml", spec).display().to_string();
    let data = home.write("data.om", data).display().to_string();
    let args = ["report", "-f", &spec, "--data", &data, "--format", "json"];
    nines(args.into_iter().chain(flags.iter().copied()))
}

fn status(outcome: &Outcome) -> (u8, String) {
    let slo = outcome.slo("shop/availability");
    (outcome.code, slo["status"].as_str().unwrap().to_owned())
}

#[test]
fn a_month_in_progress_is_judged_by_the_budget_of_the_whole_month() {
    // 18 of 30 days have passed, so the budget is 1 % of 18 days' events divided by 0.6.
    let at = "2026-11-19T00:00:00Z";
    let run = |bad: i64| {
        let data = counter(moment("2026-10-31T23:00:00Z"), moment(at), |_| bad);
        report("{calendar: month}", &data, &["--at", at])
    };
    let ahead = run(12);
    assert_eq!(status(&ahead), (0, "at_risk".to_owned()), "{}", ahead.out);
    let slo = ahead.slo("shop/availability");
    assert!(
        slo["reason"].as_str().unwrap().contains("more was bad so far than the objective allows"),
        "{slo}"
    );
    let total = slo["budget"]["total"].as_f64().unwrap();
    let expected = 0.01 * (18 * 24 * 12 * EVENTS) as f64 / 0.6;
    assert!((total / expected - 1.0).abs() < 0.001, "{total} is not {expected}");

    let broken = run(20);
    assert_eq!(status(&broken), (1, "breached".to_owned()), "{}", broken.out);
}

#[test]
fn how_fast_a_finished_period_burned_at_its_end_warns_of_nothing() {
    let (from, to) = ("2026-11-01T00:00:00Z", "2026-11-11T00:00:00Z");
    let last_day = moment("2026-11-10T00:00:00Z");
    // 5 % of the last of ten days is half of the budget, spent at five times the even pace.
    let bad = |at: Moment| if at > last_day { 50 } else { 0 };
    let data = counter(moment(from) - STEP, moment(to) + STEP, bad);
    let rolling = report("10d", &data, &["--at", to]);
    assert_eq!(status(&rolling), (0, "at_risk".to_owned()), "{}", rolling.out);
    let period = format!("{from}/{to}");
    let finished = report("10d", &data, &["--at", to, "--period", &period]);
    assert_eq!(status(&finished), (0, "met".to_owned()), "{}", finished.out);
}

#[test]
fn without_a_time_the_last_two_scrapes_are_given_time_to_settle() {
    let now = moment(NOW);
    let data = counter(now - Duration::days(2), now, |_| 0);
    let outcome = report("1d", &data, &[]);
    assert_eq!(outcome.json()["evaluation"]["at"], (now - STEP * 2).to_string());
    assert_eq!(status(&outcome), (0, "met".to_owned()));
}

#[test]
fn a_period_that_lies_ahead_has_not_begun() {
    let now = moment(NOW);
    let data = counter(now - Duration::days(2), now, |_| 0);
    let outcome = report("1d", &data, &["--at", NOW, "--period", "2026-12"]);
    assert_eq!(status(&outcome), (4, "no_data".to_owned()));
    assert_eq!(outcome.slo("shop/availability")["reason"], "no data: the window has not begun");
}

#[test]
fn windows_before_are_told_as_far_as_the_data_reaches() {
    let at = moment("2026-11-19T00:00:00Z");
    // Each day before the end has one bad more in every step than the one after it.
    let bad_in = |step: Moment| (at - step).as_millis() / 86_400_000;
    let data = counter(at - Duration::days(23), at, bad_in);
    let run = |more: &[&str]| {
        let outcome = report("7d", &data, &[&["--at", "2026-11-19"], more].concat());
        outcome.slo("shop/availability")
    };
    let told = run(&["--trend", "12"]);
    let windows = told["trend"].as_array().unwrap();
    // What is sampled at the first moment of a window is in it, and at its end is not.
    let bad = |n: i64| {
        let from = at - Duration::days((n + 1) * 7);
        let steps = (0..7 * 288).map(|step| bad_in(from + STEP * step));
        steps.sum::<i64>() as f64 / (7 * 288 * EVENTS) as f64
    };
    // Of the third there are two days: too little to judge.
    assert_eq!(windows.len(), 2, "{windows:#?}");
    for (n, window) in windows.iter().enumerate() {
        let sli = window["sli"].as_f64().unwrap();
        let expected = 1.0 - bad(n as i64 + 1);
        assert!((sli - expected).abs() < 1e-12, "{n}: {sli} is not {expected}");
    }
    assert_eq!(windows[0]["to"], told["window"]["from"]);
    assert_eq!(windows[1]["to"], windows[0]["from"]);
    assert_eq!(told["previous"]["sli"], windows[0]["sli"]);
    // What is asked about before changes nothing of the window.
    let one = run(&[]);
    assert!(one["trend"].is_null());
    for field in ["sli", "events", "budget", "burn", "coverage", "previous", "status", "incidents"] {
        assert_eq!(one[field], told[field], "{field}");
    }
    assert!(run(&["--trend", "0"])["previous"].is_null());
    let home = TempDir::new("trend");
    let spec = home.write("spec.yaml", SHOP.replace("window: 1d", "window: 7d")).display().to_string();
    let data = home.write("data.om", &data).display().to_string();
    let page = nines([
        "report",
        "-f",
        &spec,
        "--data",
        &data,
        "--at",
        "2026-11-19",
        "--trend",
        "2",
        "--format",
        "terminal",
    ])
    .out;
    assert!(page.contains("Windows before, the latest first"), "{page}");
}
