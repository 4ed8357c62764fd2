//! What a run tells people: the worst first, periods that are true, each failure once.

use std::fmt::Write as _;

use crate::support::run::{Outcome, nines};
use crate::support::server::FakeServer;
use crate::support::tempdir::TempDir;

const AT: i64 = 1_795_132_800; // 2026-11-20T00:00:00Z
const DAY: i64 = 86_400;

/// An objective with bad share a hundredth on two routes.
fn objective(name: &str, percent: &str, window: &str, more: &str) -> String {
    format!(
        "  - {{name: {name}, description: Answers, objective: {percent}, window: {window}, {more} sli: {{events: \
         {{bad: 'r_total{{code=~\"5..\"}}', total: r_total}}}}}}\n"
    )
}

/// `days` days of data before the end, each route with one bad in a hundred.
fn data(days: i64) -> String {
    let mut text = "# TYPE r counter\n".to_owned();
    for (route, code, step) in [("a", "200", 99), ("a", "500", 1), ("b", "200", 198)] {
        for i in 0..days * 1440 {
            let at = AT - days * DAY + i * 60 + 7;
            writeln!(text, "r_total{{route=\"{route}\",code=\"{code}\"}} {} {at}", i * step).unwrap();
        }
    }
    text + "# EOF\n"
}

fn told(objectives: &[String], days: i64, args: &[&str]) -> Outcome {
    let home = TempDir::new("told");
    let spec = format!("apiVersion: nines/v1\nservice: shop\nslos:\n{}", objectives.concat());
    let spec = home.write("spec.yaml", spec).display().to_string();
    let data = home.write("data.om", data(days)).display().to_string();
    let fixed = ["report", "-f", &spec, "--data", &data, "--at", "2026-11-20"];
    nines(fixed.iter().chain(args).copied())
}

#[test]
fn what_may_never_be_bad_is_the_worst_once_it_was() {
    let objectives = [objective("most", "99.9%", "1d", ""), objective("all", "100%", "1d", "")];
    let outcome = told(&objectives, 2, &["--format", "json"]);
    let report = outcome.json();
    assert_eq!(report["slos"][0]["id"], "shop/all", "{report:#}");
    assert_eq!(report["summary"]["verdict"], "2 of 2 objectives breached; worst: shop/all.");
}

#[test]
fn a_verdict_names_a_group_as_people_do() {
    let outcome = told(&[objective("part", "99.9%", "1d", "by: [route],")], 2, &["--format", "json"]);
    let report = outcome.json();
    assert_eq!(report["summary"]["verdict"], "1 of 2 objectives breached; worst: shop/part (route=a).");
    let outcome = told(&[objective("only", "99.9%", "1d", "")], 2, &["--format", "json"]);
    assert_eq!(outcome.json()["summary"]["verdict"], "shop/only is breached.");
}

#[test]
fn each_period_is_told_in_its_own_zone() {
    let month = objective("month", "98%", "{calendar: day, timezone: Asia/Tokyo}", "");
    let objectives = [month, objective("x", "98%", "1d", ""), objective("y", "98%", "1d", "")];
    for format in ["terminal", "markdown", "html"] {
        let text = told(&objectives, 2, &["--format", format]).out.replace('\u{a0}', " ");
        let rolling = "2026-11-19 00:00 → 2026-11-20 00:00 UTC (1 d, complete): 2 objectives";
        let day =
            "2026-11-20 00:00 → 2026-11-21 00:00 Asia/Tokyo (1 d, in progress, 37 % elapsed): 1 objective";
        assert!(text.contains(rolling) && text.contains(day), "{format}: {text}");
        assert!(!text.contains("(1 d 15 h"), "{format}: {text}");
    }
}

#[test]
fn a_budget_is_not_drawn_where_nothing_was_measured() {
    let objectives = [objective("x", "98%", "4d", "")];
    let outcome = told(&objectives, 2, &["--format", "json"]);
    let slo = outcome.slo("shop/x");
    assert_eq!(slo["status"], "no_data");
    let points = slo["series"]["budget"].as_array().unwrap();
    assert_eq!(points[points.len() / 4]["value"], serde_json::Value::Null, "{points:?}");
    assert!(points[points.len() * 3 / 4]["value"].is_number(), "{points:?}");
    // What is left of a budget that could not be judged is not told either.
    let text = told(&objectives, 2, &["--format", "terminal"]).out;
    let row = text.lines().find(|line| line.starts_with("shop/x")).unwrap().to_owned();
    assert!(row.contains("  –  "), "{text}");
}

#[test]
fn a_server_that_is_down_is_told_once_even_quietly() {
    let home = TempDir::new("down");
    let objectives = [objective("x", "98%", "1d", ""), objective("y", "99%", "1d", "")].concat();
    let spec = home.write("spec.yaml", format!("apiVersion: nines/v1\nservice: shop\nslos:\n{objectives}"));
    let (spec, url) = (spec.display().to_string(), FakeServer::closed());
    for more in [&[][..], &["-q"]] {
        let fixed =
            ["report", "-f", &spec, "--prometheus-url", &url, "--retries", "0", "--format", "terminal"];
        let outcome = nines(fixed.iter().chain(more).copied());
        assert_eq!(outcome.code, 3);
        assert_eq!(outcome.err.lines().count(), 1, "{}", outcome.err);
        assert!(outcome.err.starts_with("error: shop/x and 1 more: source unreachable"), "{}", outcome.err);
        assert_eq!(outcome.out.matches("source unreachable").count(), 1, "{}", outcome.out);
        assert!(outcome.out.contains("2 of 2 objectives could not be measured."), "{}", outcome.out);
    }
}
