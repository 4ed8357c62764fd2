//! What is true of known data, from local files and from a real server alike.

use std::fmt::Write as _;

use crate::support::prometheus::{RealPrometheus, blocks_from_text};
use crate::support::run::{Outcome, SHOP, nines};
use crate::support::tempdir::TempDir;

const AT: i64 = 1_763_596_800; // 2025-11-20T00:00:00Z
const DAY: i64 = 86_400;
const SCRAPE: i64 = 60;

/// Text in which every counter grows as told, scraped once a minute.
struct Data(String);

impl Data {
    fn new() -> Self {
        Self(String::new())
    }

    /// One series from `from` to `to`, with the value that `value` gives so many scrapes after `from`.
    fn series(mut self, labels: &str, from: i64, to: i64, value: impl Fn(i64) -> i64) -> Self {
        for (i, t) in (from..to).step_by(SCRAPE as usize).enumerate() {
            // The scrapes of this target come seven seconds after the full minute.
            writeln!(self.0, "{labels} {} {}.007", value(i as i64), t + 7).unwrap();
        }
        self
    }

    fn counter(mut self, name: &str) -> Self {
        writeln!(self.0, "# TYPE {name} counter").unwrap();
        self
    }

    fn end(self) -> String {
        self.0 + "# EOF\n"
    }
}

fn data() -> String {
    let start = AT - 31 * DAY;
    let halfway = AT - 15 * DAY;
    let up = |from, to, data: Data| {
        data.series("clean_total{job=\"a\",instance=\"1\",code=\"200\"}", from, to, |i| i * 10)
    };
    let data = up(start, AT, Data::new().counter("clean"));
    data.counter("idle")
        .series("idle_total{job=\"a\",instance=\"1\",code=\"200\"}", start, AT, |_| 7)
        .counter("young")
        .series("young_total{job=\"a\",instance=\"1\",code=\"200\"}", halfway, AT, |i| i * 10)
        .counter("reset")
        // Restarts every 1,000 scrapes: 10 events per scrape, counted from zero again.
        .series("reset_total{job=\"a\",instance=\"1\",code=\"200\"}", start, AT, |i| (i % 1000) * 10)
        .series("reset_total{job=\"a\",instance=\"1\",code=\"500\"}", start, AT, |i| i % 1000)
        .counter("born")
        .series("born_total{job=\"a\",instance=\"1\",code=\"200\"}", start, AT, |i| i * 10)
        // The first error comes three days before the end, 5,000 of them within one scrape; then none.
        .series("born_total{job=\"a\",instance=\"1\",code=\"500\"}", AT - 3 * DAY, AT, |_| 5_000)
        .end()
}

fn spec() -> String {
    let mut spec = "apiVersion: nines/v1\nservice: s\nslos:\n".to_owned();
    for name in ["clean", "idle", "young", "reset", "born", "missing"] {
        writeln!(spec, "  - name: {name}\n    objective: 99%\n    window: 30d").unwrap();
        writeln!(
            spec,
            "    sli: {{events: {{bad: '{name}_total{{code=~\"5..\"}}', total: '{name}_total'}}}}"
        )
        .unwrap();
    }
    spec
}

/// Runs each check against both sources.
fn on_both(check: impl Fn(&str, &dyn Fn(&[&str]) -> Outcome)) {
    let home = TempDir::new("verdicts");
    let spec = home.write("spec.yaml", spec()).display().to_string();
    let file = home.write("data.om", data()).display().to_string();
    let blocks = blocks_from_text(data());
    let server = RealPrometheus::start(blocks.path());
    for source in [["--data", &file], ["--prometheus-url", &server.url]] {
        let run = |args: &[&str]| {
            let at = AT.to_string();
            let fixed = ["report", "-f", &spec, "--at", &at, "--format", "json"];
            nines(fixed.iter().chain(&source).chain(args).copied())
        };
        check(source[0], &run);
    }
}

fn number(value: &serde_json::Value) -> f64 {
    value.as_f64().unwrap_or_else(|| panic!("{value} is no number"))
}

#[track_caller]
fn near(actual: f64, expected: f64) {
    assert!((actual - expected).abs() <= expected.abs() * 1e-3, "{actual} is not within 0.1 % of {expected}");
}

#[test]
fn each_case_has_its_verdict_and_exit_code_on_both_sources() {
    on_both(|source, run| {
        let one = |name: &str| {
            let outcome = run(&["--slo", name]);
            let slo = outcome.slo(&format!("s/{name}"));
            println!("{source} {name}: {} {}", slo["status"], slo["reason"]);
            (outcome.code, slo)
        };
        let minutes = (30 * DAY / SCRAPE) as f64;

        let (code, clean) = one("clean");
        assert_eq!((code, clean["status"].as_str()), (0, Some("met")));
        assert_eq!(clean["sli"]["display"], "100 %", "no 5xx ever seen is 100 %, not missing");
        near(number(&clean["events"]["total"]), minutes * 10.0);
        assert_eq!(number(&clean["events"]["bad"]).to_string(), "0");

        let (code, idle) = one("idle");
        assert_eq!((code, idle["status"].as_str()), (4, Some("no_data")));
        assert!(idle["reason"].as_str().unwrap().contains("no traffic"));

        let (code, missing) = one("missing");
        assert_eq!((code, missing["status"].as_str()), (4, Some("no_data")));
        assert!(missing["reason"].as_str().unwrap().contains("no series"));

        let (code, young) = one("young");
        assert_eq!((code, young["status"].as_str()), (4, Some("no_data")), "15 days of data are not 30");
        assert!((number(&young["coverage"]["ratio"]) - 0.5).abs() < 0.01, "{}", young["coverage"]);

        let (code, reset) = one("reset");
        assert_eq!((code, reset["status"].as_str()), (1, Some("breached")));
        // Of every 1,000 scrapes one begins at zero and adds nothing.
        near(number(&reset["events"]["bad"]), minutes * 0.999);
        near(number(&reset["events"]["total"]), minutes * 0.999 * 11.0);

        let (code, born) = one("born");
        assert_eq!(
            (code, born["status"].as_str()),
            (1, Some("breached")),
            "a newborn error series began at zero"
        );
        near(number(&born["events"]["bad"]), 5_000.0);
        assert_eq!(born["incidents"].as_array().unwrap().len(), 1);

        // A known breach is never hidden by an unknown.
        assert_eq!(run(&[]).code, 1);
        assert_eq!(run(&["--fail-on", "never"]).code, 4);
        assert_eq!(run(&["--fail-on", "never", "--on-no-data", "pass"]).code, 0);
    });
}

#[test]
fn windows_across_a_clock_change_have_their_true_length() {
    let home = TempDir::new("zones");
    let window = |unit: &str| format!("{{calendar: {unit}, timezone: Europe/Berlin}}");
    let spec = spec().replacen("window: 30d", &format!("window: {}", window("month")), 1);
    let spec = home.write("spec.yaml", spec).display().to_string();
    let data = home.write("data.om", "# TYPE x counter\nx_total 1 1\n# EOF\n").display().to_string();
    for (at, hours) in [
        ("2026-04-01T00:00:00+02:00", 743),
        ("2026-11-01T00:00:00+01:00", 745),
        ("2026-06-01T00:00:00+02:00", 744),
    ] {
        let outcome =
            nines(["report", "-f", &spec, "--data", &data, "--slo", "clean", "--at", at, "--format", "json"]);
        let window = &outcome.slo("s/clean")["window"];
        let moment = |edge: &str| window[edge].as_str().unwrap().parse::<nines::base::Moment>().unwrap();
        assert_eq!((moment("to") - moment("from")).as_millis(), hours * 3_600_000, "{at}");
        assert_eq!(window["complete"], true);
        assert_eq!(outcome.code, 4);
    }
}

#[test]
fn a_month_in_progress_is_not_called_met() {
    let home = TempDir::new("progress");
    let spec = spec().replacen("window: 30d", "window: {calendar: month}", 1);
    let spec = home.write("spec.yaml", spec).display().to_string();
    let data = home.write("data.om", data()).display().to_string();
    let run = |at: &str, slo: &str, format: &str| {
        nines(["report", "-f", &spec, "--data", &data, "--slo", slo, "--at", at, "--format", format])
    };
    let outcome = run("2025-11-19", "clean", "json");
    let slo = outcome.slo("s/clean");
    assert_eq!((outcome.code, slo["status"].as_str()), (0, Some("in_progress")));
    assert_eq!(slo["window"]["complete"], false);
    assert!((number(&slo["window"]["elapsed_ratio"]) - 0.6).abs() < 1e-9);
    assert_eq!(outcome.json()["evaluation"]["complete"], false);
    let text = run("2025-11-19", "clean", "markdown").out.replace('\u{a0}', " ");
    assert!(
        text.contains("60 %") && text.contains("on track") && !text.contains("objectives are met"),
        "{text}"
    );
}

#[test]
fn what_a_source_remarks_stands_beside_the_verdict() {
    let home = TempDir::new("remarks");
    let (events, _) = SHOP.split_once("sli:").unwrap();
    let spec = format!("{events}sli: {{slices: {{good_when: 'quantile(2, m) >= 0'}}}}\n");
    let spec = home.write("spec.yaml", spec).display().to_string();
    let samples = (0..1440)
        .fold(String::new(), |text, minute| text + &format!("m 1 {}\n", 1_763_510_400 + 60 * minute));
    let data = home.write("data.om", format!("# TYPE m gauge\n{samples}# EOF\n")).display().to_string();
    let outcome = nines(["report", "-f", &spec, "--data", &data, "--at", "2025-11-20", "--format", "json"]);
    let slo = outcome.slo("shop/availability");
    assert_eq!(
        slo["warnings"],
        serde_json::json!(["quantile value should be between 0 and 1, got 2"]),
        "{slo:#}"
    );
    assert_eq!((outcome.code, slo["status"].as_str()), (0, Some("met")), "{slo:#}");
}

#[test]
fn a_threshold_off_the_buckets_is_an_error_that_names_the_nearest() {
    let home = TempDir::new("boundary");
    let (events, _) = SHOP.split_once("sli:").unwrap();
    let spec = format!("{events}sli: {{latency: {{histogram: d_seconds, threshold: 2s}}}}\n");
    let spec = home.write("spec.yaml", spec).display().to_string();
    let mut text = "# TYPE d_seconds histogram\n".to_owned();
    for le in ["1.0", "2.5", "+Inf"] {
        for minute in 0..1440 {
            writeln!(text, "d_seconds_bucket{{le=\"{le}\"}} {minute} {}", 1_763_510_400 + 60 * minute)
                .unwrap();
        }
    }
    text.push_str("# EOF\n");
    let file = home.write("data.om", &text).display().to_string();
    let blocks = blocks_from_text(&text);
    let server = RealPrometheus::start(blocks.path());
    for source in [["--data", &file], ["--prometheus-url", &server.url]] {
        for command in ["report", "gate"] {
            let at = ["-f", &spec, "--at", "2025-11-20", "-o", "json=-"];
            let outcome = nines([command].iter().chain(&at).chain(&source).copied());
            let slo = outcome.slo("shop/availability");
            assert_eq!((outcome.code, slo["status"].as_str()), (3, Some("error")), "{slo:#}");
            let reason =
                "the threshold 2s is not a bucket boundary of d_seconds; the nearest are 1s and 2.5s";
            assert_eq!(slo["reason"], reason);
        }
    }
}

/// A day of `part_total` and `all_total`, so many events in every five minutes.
fn a_day_of(part: u64, all: u64) -> String {
    let counter = |name: &str, events: u64| -> String {
        (0..=288).fold(String::new(), |text, n| {
            text + &format!("{name}_total {} {}\n", n * events, 1_763_510_400 + 300 * n)
        })
    };
    format!(
        "# TYPE part counter\n{}# TYPE all counter\n{}# EOF\n",
        counter("part", part),
        counter("all", all)
    )
}

fn judged(sli: &str, data: &str) -> serde_json::Value {
    let home = TempDir::new("judged");
    let (before, _) = SHOP.split_once("sli:").unwrap();
    let spec = home.write("spec.yaml", format!("{before}sli: {{events: {sli}}}\n")).display().to_string();
    let data = home.write("data.om", data).display().to_string();
    nines(["report", "-f", &spec, "--data", &data, "--at", "2025-11-20", "--format", "json"])
        .slo("shop/availability")
}

#[test]
fn a_part_beyond_all_is_limited_and_told() {
    for which in ["bad", "good"] {
        let slo = judged(&format!("{{{which}: part_total, total: all_total}}"), &a_day_of(7, 5));
        let (counted, total) = (&slo["events"][which], &slo["events"]["total"]);
        assert!(counted == total && number(total) > 1000.0, "{slo:#}");
        let told = slo["warnings"][0].as_str().unwrap_or_default();
        assert!(told.starts_with(&format!("{which} events exceeded all events")), "{slo:#}");
    }
}

#[test]
fn a_rate_over_the_window_counts_its_events() {
    let rates = "{bad: 'sum(rate(part_total[$window]))', total: 'sum(rate(all_total[$window]))'}";
    let slo = judged(rates, &a_day_of(1, 500));
    assert!((number(&slo["events"]["total"]) / (288.0 * 500.0) - 1.0).abs() < 0.01, "{slo:#}");
    assert!((number(&slo["sli"]["value"]) - 0.998).abs() < 1e-5, "{slo:#}");
}

#[test]
fn a_label_that_is_on_no_series_is_told() {
    let slo = judged("{bad: 'all_total{stauts=\"500\"}', total: all_total}", &a_day_of(1, 5));
    let told = slo["warnings"][0].as_str().unwrap_or_default();
    assert!(told.starts_with("no series has the label \"stauts\""), "{slo:#}");
}
