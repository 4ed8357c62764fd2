//! Alerts over the past: what is known by construction, from files and from a server alike, and whether Prometheus
//! itself fires when it is said to.

mod agreement;

use nines::render::Style;
use nines::report::Backtest;
use serde_json::Value;

use crate::numbers::{AT, DAY, Text, on_both, text};
use crate::support::run::{Outcome, nines};
use crate::support::server::FakeServer;
use crate::support::tempdir::TempDir;

/// Ten days, a scrape a minute, 100 requests a minute. Half of those of one hour fail, and one in ten of those of
/// three minutes.
fn requests() -> Text {
    let times = (AT - 10 * DAY, AT, 60);
    let bad = |s: i64| minutes_of(s, 8 * DAY, 60) * 50 + minutes_of(s, 9 * DAY, 3) * 10;
    text()
        .named("r", "counter")
        .series("r_total{job=\"a\",code=\"200\"}", times, move |s| Some(1_000_000 + s / 60 * 100 - bad(s)))
        .series("r_total{job=\"a\",code=\"500\"}", times, move |s| Some(1_000_000 + bad(s)))
}

/// How many of the minutes that begin at `from` are over at `s`.
fn minutes_of(s: i64, from: i64, minutes: i64) -> i64 {
    ((s - from) / 60).clamp(0, minutes)
}

fn slo(name: &str, objective: &str, more: &str) -> String {
    format!(
        "  - name: {name}\n    objective: {objective}\n    window: 30d\n    sli: {{events: {{bad: 'r_total{{code=\"500\"}}', total: r_total}}}}\n    {more}\n"
    )
}

fn backtest(run: &dyn Fn(&[&str]) -> Outcome, more: &[&str]) -> Outcome {
    let at = AT.to_string();
    let fixed = ["backtest", "--at", &at, "--over", "7d", "--format", "json"];
    run(&[&fixed[..], more].concat())
}

/// Minutes from the start of the data to a moment.
fn minute(moment: &Value) -> i64 {
    let at: nines::base::Moment =
        moment.as_str().unwrap_or_else(|| panic!("{moment} is no time")).parse().unwrap();
    (at.as_millis() / 1000 - (AT - 10 * DAY)) / 60
}

#[track_caller]
fn near(actual: &Value, expected: f64, by: f64) {
    let actual = actual.as_f64().unwrap_or_else(|| panic!("{actual} is no number"));
    assert!((actual - expected).abs() <= by, "{actual} is not within {by} of {expected}");
}

#[test]
fn an_outage_is_told_when_its_long_window_says_so() {
    on_both(&slo("api", "99.9%", ""), requests(), |source, run| {
        let told = backtest(run, &[]);
        assert_eq!(told.code, 0, "{}", told.err);
        let slo = told.slo("s/api");
        let budget = &slo["budgets"][0];
        println!("{source}: {budget:#}");
        // Samples are seven seconds late, and an evaluation sees 59 of the last 60 minutes' growth: 100 of 5900 are
        // 1.69 % > 1.44 %. A server is asked for two minutes at a time, and so may tell a minute earlier or later.
        let begins = 8 * DAY / 60;
        let slack = if source == "--data" { 0.0 } else { 1.0 };
        let page = &budget["alerts"][0];
        assert_eq!(page["tier"], "page-fast");
        near(&Value::from(minute(&page["firings"][0]["from"])), begins as f64 + 3.0, slack);
        // The short window sees four minutes' growth, so it forgets the last bad minute after as many.
        near(&Value::from(minute(&page["firings"][0]["to"])), begins as f64 + 65.0, slack);
        let incidents = budget["incidents"].as_array().unwrap();
        assert_eq!(incidents.len(), 1, "the three minutes took less than 2 % of the budget");
        near(&Value::from(minute(&incidents[0]["from"])), begins as f64 + 1.0, slack);
        near(&Value::from(minute(&incidents[0]["to"])), begins as f64 + 61.0, slack);
        // 3000 bad of the 4320 that 30 days at this pace allow.
        near(&incidents[0]["budget_ratio"], 3000.0 / 4320.0, 0.02);
        near(&incidents[0]["told"]["budget_ratio"], 100.0 / 4320.0, 1e-9 + slack * 0.013);
        assert_eq!(incidents[0]["told"]["tier"], "page-fast");
        let figures = &slo["candidates"][0]["figures"];
        assert_eq!((figures["pages"].as_u64(), figures["missed"].as_u64()), (Some(1), Some(0)));
        near(&figures["pages_per_week"], 1.0, 0.01);
    });
}

#[test]
fn windows_and_objectives_are_compared_and_one_is_recommended() {
    on_both(&slo("api", "99.9%", ""), requests(), |source, run| {
        let told = backtest(run, &["--windows", "6h/30m:300", "--objective", "90,99"]);
        assert_eq!(told.code, 0, "{}", told.err);
        let slo = told.slo("s/api");
        println!("{source}: {:#}", slo["recommendation"]);
        let all = slo["candidates"].as_array().unwrap();
        let of = |candidate: &Value| {
            (
                candidate["name"].as_str().unwrap().to_owned(),
                candidate["kept"].as_bool().unwrap(),
                candidate["figures"]["missed"].as_u64().unwrap(),
            )
        };
        let expected = [
            ("in use", false, 0),
            ("6h/30m:300", false, 1),
            // There, nothing burned 2 % of the budget.
            ("90 %", true, 0),
            ("90 %, 6h/30m:300", true, 0),
            ("99 %", true, 0),
            ("99 %, 6h/30m:300", true, 1),
        ];
        let found: Vec<_> = all.iter().map(of).collect();
        let expected: Vec<_> =
            expected.iter().map(|&(name, kept, missed)| (name.to_owned(), kept, missed)).collect();
        assert_eq!(found, expected);
        assert_eq!(slo["recommendation"]["candidate"], 4);
    });
}

#[test]
fn a_history_without_an_incident_recommends_nothing() {
    let quiet = text().named("r", "counter").series(
        "r_total{job=\"a\",code=\"200\"}",
        (AT - 10 * DAY, AT, 60),
        |s| Some(1_000_000 + s / 60 * 100),
    );
    on_both(&slo("api", "99.9%", ""), quiet, |_, run| {
        let told = backtest(run, &["--objective", "99"]);
        assert_eq!(told.code, 0, "{}", told.err);
        let slo = told.slo("s/api");
        assert_eq!(slo["recommendation"]["candidate"], Value::Null);
        let text = slo["recommendation"]["text"].as_str().unwrap();
        assert!(text.starts_with("Nothing is recommended: no incident"), "{text}");
    });
}

#[test]
fn too_little_history_recommends_nothing_and_none_is_no_data() {
    let short =
        text().named("r", "counter").series("r_total{job=\"a\",code=\"200\"}", (AT - DAY, AT, 60), |s| {
            Some(1_000_000 + s / 60 * 100)
        });
    let slos = slo("api", "99.9%", "") + &slo("none", "99.9%", "").replace("r_total", "gone_total");
    on_both(&slos, short, |_, run| {
        let told = backtest(run, &["--objective", "99"]);
        assert_eq!(told.code, 4, "{}", told.err);
        let api = told.slo("s/api");
        let text = api["recommendation"]["text"].as_str().unwrap();
        assert!(text.contains("there is data for 14"), "{text}");
        assert_eq!(told.slo("s/none")["status"], "no_data");
    });
}

#[test]
fn a_source_that_does_not_answer_is_told_and_fails() {
    let home = TempDir::new("backtest");
    let spec = home
        .write("spec.yaml", format!("apiVersion: nines/v1\nservice: s\nslos:\n{}", slo("api", "99%", "")));
    let spec = spec.display().to_string();
    let url = FakeServer::closed();
    let told =
        nines(["backtest", "-f", &spec, "--prometheus-url", &url, "--retries", "0", "--format", "json"]);
    assert_eq!(told.code, 3, "{}", told.err);
    assert_eq!(told.slo("s/api")["status"], "error");
    assert!(told.err.contains("error: s/api: source unreachable"), "{}", told.err);
    assert_eq!(told.json()["summary"]["exit_code"], 3);
}

#[test]
fn plain_alerts_fire_by_what_they_give() {
    let hours = (AT - 2 * DAY, AT, 60);
    let gauge = |name: &str, high: i64| {
        (format!("q{{job=\"a\",name=\"{name}\"}}"), move |s: i64| {
            Some(if minutes_of(s, DAY, high) > 0 && s < DAY + high * 60 { 9 } else { 1 })
        })
    };
    let ((long, of_long), (short, of_short)) = (gauge("long", 90), gauge("short", 3));
    let data = text().named("q", "gauge").series(&long, hours, of_long).series(&short, hours, of_short);
    let slos = "  - {name: a, objective: 99%, window: 7d, sli: {slices: {good_when: 'max(q) <= 5', slice: 1m}}}\n\
                alerts:\n  - {name: Long, expr: 'q > 5', for: 5m, severity: page}\n  - {name: Never, expr: 'q > 100'}\n";
    on_both(slos, data, |source, run| {
        let at = AT.to_string();
        let told = run(&["backtest", "--at", &at, "--over", "36h", "--format", "json"]);
        assert_eq!(told.code, 0, "{}", told.err);
        let alerts = &told.json()["alerts"];
        println!("{source}: {alerts:#}");
        assert_eq!((&alerts[0]["fired"], &alerts[1]["fired"]), (&Value::from(1), &Value::from(0)));
        assert_eq!(alerts[0]["instances"][0]["labels"]["name"], "long");
        let firing = &alerts[0]["instances"][0]["firings"][0];
        let length = minute(&firing["to"]) - minute(&firing["from"]);
        // 89 minutes are above, seven seconds late; five of them pass first.
        assert!((83..=85).contains(&length), "{firing}");
    });
}

#[test]
fn what_cannot_be_meant_is_refused_with_what_can() {
    for (args, said) in [
        (["--windows", "1h:3"], "1h/5m:14.4"),
        (["--objective", "101"], "--objective 101"),
        (["--over", "0m"], "--over 0m"),
        (["--step", "31d"], "longer than --over"),
        (["--step", "1ms"], "once a second"),
        (["--incident", "x"], "--incident x"),
    ] {
        let told = nines(["backtest", "--data", "fixtures/data", args[0], args[1]]);
        assert_eq!(told.code, 2, "{args:?}");
        assert!(told.err.contains(said), "{args:?}: {}", told.err);
    }
}

/// A backtest of one objective and a plain alert, two ways to alert, without what differs from run to run.
fn small() -> Backtest {
    let spec = slo("api", "99.9%", "")
        + "alerts:\n  - {name: Failing, expr: 'sum(rate(r_total{code=\"500\"}[5m])) / sum(rate(r_total[5m])) > 0.05', for: 2m, severity: page}\n";
    let home = TempDir::new("small");
    let spec = home.write("spec.yaml", format!("apiVersion: nines/v1\nservice: s\nslos:\n{spec}"));
    let data = home.write("data.om", requests().0 + "# EOF\n");
    let (spec, data) = (spec.display().to_string(), data.display().to_string());
    let told = backtest(&|args| nines(args), &["-f", &spec, "--data", &data, "--objective", "99"]);
    assert_eq!(told.code, 0, "{}", told.err);
    let mut small: Backtest = serde_json::from_str(&told.out).unwrap();
    small.evaluation.source.url = "data.om".to_owned();
    small.evaluation.source.origins.clear();
    (small.evaluation.duration_ms, small.evaluation.spec_hash) = (1, "hash".to_owned());
    small.slos.iter_mut().for_each(|slo| slo.defined_at = Some("spec.yaml:4".to_owned()));
    small
}

fn table(width: usize) -> String {
    nines::render::backtest(&small(), &Style { width, ..Style::default() })
}

#[test]
fn the_table_of_100_columns() {
    insta::assert_snapshot!(table(100));
}

#[test]
fn the_table_is_folded_where_it_is_narrow() {
    for width in [80, 60] {
        let text = table(width);
        assert!(text.lines().all(|line| line.chars().count() <= width), "{width}: {text}");
        insta::assert_snapshot!(format!("the_table_of_{width}_columns"), text);
    }
}

#[test]
fn the_document() {
    insta::assert_snapshot!(serde_json::to_string_pretty(&small()).unwrap());
}

#[test]
fn the_page() {
    insta::assert_snapshot!(nines::render::backtest_page(&small(), &Style::default()).unwrap());
}

/// The report tells the same of alerts as the backtest does, whatever the window, in every format that can.
#[test]
fn a_report_tells_which_alerts_would_have_fired() {
    let slos = slo("api", "99.9%", "") + &slo("week", "99.9%", "").replace("30d", "7d");
    on_both(&slos, requests(), |source, run| {
        let at = AT.to_string();
        let report = run(&["report", "--at", &at, "--alerts", "--format", "json"]);
        let week = report.slo("s/week");
        let replayed = backtest(run, &["--slo", "s/week"]).slo("s/week");
        assert!(
            week["alerts"]["budget"]["incidents"].as_array().is_some_and(|all| !all.is_empty()),
            "{week:#}"
        );
        assert_eq!(week["alerts"]["budget"], replayed["budgets"][0], "{source}");
        assert_eq!(week["alerts"]["tiers"], replayed["candidates"][0]["alerts"], "{source}");
        assert_eq!(week["alerts"]["unmeasured"], replayed["unmeasured"], "{source}");
        assert_eq!(report.slo("s/api")["alerts"]["from"], report.slo("s/api")["window"]["from"]);
        let plain = run(&["report", "--at", &at, "--format", "json"]);
        assert!(plain.slo("s/week").get("alerts").is_none(), "nobody asked for them");
        let html = run(&["report", "--at", &at, "--alerts", "--format", "html"]).out;
        for part in
            ["Alerts in this window", "Incidents and alerts: s/week", ">page-fast<", "page-fast after"]
        {
            assert!(html.contains(part), "{part} is not in the page");
        }
        let markdown = run(&["report", "--at", &at, "--alerts", "--format", "markdown"]).out;
        if source == "--data" {
            let start = markdown.find("#### Alerts in this window").unwrap();
            let end = markdown[start..].find("<details>").unwrap();
            insta::assert_snapshot!("alerts_in_a_report", &markdown[start..start + end]);
        }
    });
}

/// Options for the five systems' data.
fn systems(more: &[&str]) -> Outcome {
    let at = "2026-11-16T00:00:00Z";
    let fixed = ["backtest", "-f", "slo-specs", "--data", "fixtures/data", "--at", at];
    nines(fixed.iter().chain(more).copied())
}

#[test]
fn the_table_for_people() {
    let told = systems(&["--service", "ecap", "--objective", "99,99.5"]);
    assert_eq!(told.code, 0, "{}", told.err);
    assert!(
        told.out.lines().all(|line| line.chars().count() <= 100 || line.contains(" of ")),
        "{}",
        told.out
    );
    insta::assert_snapshot!(told.out);
}

#[test]
fn sloths_windows_are_read_from_a_file() {
    let home = TempDir::new("windows");
    let rule = |name: &str, percent: u32, short: &str, long: &str| {
        format!("    {name}: {{errorBudgetPercent: {percent}, shortWindow: {short}, longWindow: {long}}}\n")
    };
    let file = home.write(
        "brisk.yaml",
        format!(
            "apiVersion: sloth.slok.dev/v1\nkind: AlertWindows\nspec:\n  sloPeriod: 30d\n  page:\n{}{}  ticket:\n{}{}",
            rule("quick", 1, "5m", "30m"),
            rule("slow", 3, "30m", "3h"),
            rule("quick", 10, "2h", "1d"),
            rule("slow", 10, "6h", "3d")
        ),
    );
    let told = systems(&[
        "--slo",
        "ecap/api-availability",
        "--windows",
        &file.display().to_string(),
        "--format",
        "json",
    ]);
    assert_eq!(told.code, 0, "{}", told.err);
    let candidate = &told.slo("ecap/api-availability")["candidates"][1];
    assert_eq!(
        (&candidate["name"], &candidate["alerts"][0]["long"]),
        (&Value::from("brisk"), &Value::from("30m"))
    );
    near(&candidate["alerts"][0]["factor"], 14.4, 1e-9);
    let broken = home
        .write("broken.yaml", "apiVersion: sloth.slok.dev/v1\nkind: AlertWindows\nspec: {sloPeriod: 30d}\n");
    let refused = systems(&["--windows", &broken.display().to_string()]);
    assert_eq!(refused.code, 2);
    assert!(refused.err.contains("page"), "{}", refused.err);
}

#[test]
#[expect(clippy::disallowed_methods, reason = "reads what was written")]
fn the_page_holds_everything_in_one_file() {
    let home = TempDir::new("page");
    let path = home.path().join("alerts.html").display().to_string();
    let told = systems(&["--service", "ecap", "--objective", "99", "--format", "html", "--out", &path]);
    assert_eq!(told.code, 0, "{}", told.err);
    let page = std::fs::read_to_string(&path).unwrap();
    for outside in ["<script", "http://", "https://", "NaN", "inf ", " src="] {
        assert!(!page.contains(outside), "{outside} is in the page");
    }
    assert_eq!(page.matches("<svg class=\"chart\"").count(), page.matches("</svg>").count());
    for part in ["Incidents and alerts: ecap/api-availability", "page-fast", "Ways to alert", "(recommended)"]
    {
        assert!(page.contains(part), "{part} is not in the page");
    }
}
