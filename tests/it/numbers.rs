//! Numbers with a known truth in corners of time and data, from local files and from a real server alike.

use std::fmt::Write as _;

use crate::support::prometheus::{RealPrometheus, blocks_from_text};
use crate::support::run::{Outcome, nines};
use crate::support::tempdir::TempDir;

const AT: i64 = 1_763_596_800; // 2025-11-20T00:00:00Z
const DAY: i64 = 86_400;

/// OpenMetrics text of counters, each named once.
struct Text(String);

impl Text {
    /// Samples of one series every `step` seconds in `[from, to)`, seven seconds late, where `value` gives one for so
    /// many seconds after `from`.
    fn series(
        mut self,
        series: &str,
        (from, to, step): (i64, i64, usize),
        value: impl Fn(i64) -> Option<i64>,
    ) -> Self {
        for t in (from..to).step_by(step) {
            if let Some(value) = value(t - from) {
                writeln!(self.0, "{series} {value} {}", t + 7).unwrap();
            }
        }
        self
    }

    fn named(mut self, name: &str, kind: &str) -> Self {
        writeln!(self.0, "# TYPE {name} {kind}").unwrap();
        self
    }
}

fn text() -> Text {
    Text(String::new())
}

/// Runs each check with a report of the specification on either source.
fn on_both(slos: &str, text: Text, check: impl Fn(&str, &dyn Fn(&[&str]) -> Outcome)) {
    let text = text.0 + "# EOF\n";
    let home = TempDir::new("numbers");
    let spec = home.write("spec.yaml", format!("apiVersion: nines/v1\nservice: s\nslos:\n{slos}"));
    let file = home.write("data.om", &text);
    let blocks = blocks_from_text(&text);
    let server = RealPrometheus::start(blocks.path());
    let (spec, file) = (spec.display().to_string(), file.display().to_string());
    for source in [["--data", &file], ["--prometheus-url", &server.url]] {
        check(source[0], &|args| {
            nines(args[..1].iter().chain(&["-f", &spec]).chain(&source).chain(&args[1..]).copied())
        });
    }
}

fn slo(name: &str, window: &str, sli: &str) -> String {
    format!("  - {{name: {name}, objective: 99%, window: {window}, sli: {sli}}}\n")
}

fn codes(metric: &str) -> String {
    format!("{{events: {{bad: '{metric}{{code=\"500\"}}', total: {metric}}}}}")
}

fn number(value: &serde_json::Value) -> f64 {
    value.as_f64().unwrap_or_else(|| panic!("{value} is no number"))
}

#[track_caller]
fn near(actual: &serde_json::Value, expected: f64) {
    let actual = number(actual);
    assert!((actual - expected).abs() <= expected.abs() * 1e-3, "{actual} is not within 0.1 % of {expected}");
}

#[test]
fn a_window_is_covered_from_its_first_minutes() {
    let every = (AT - DAY, AT + DAY, 60);
    let data =
        text().named("r", "counter").series("r_total{job=\"a\",instance=\"1\"}", every, |s| Some(s / 6));
    on_both(&slo("day", "{calendar: day}", &codes("r_total")), data, |source, report| {
        for minutes in [2, 7, 19, 31] {
            let at = (AT + minutes * 60).to_string();
            let outcome = report(&["report", "--at", &at, "--format", "json"]);
            let slo = outcome.slo("s/day");
            println!("{source} after {minutes} min: {} {}", slo["status"], slo["reason"]);
            assert_eq!((outcome.code, slo["status"].as_str()), (0, Some("in_progress")));
            near(&slo["coverage"]["ratio"], 1.0);
            near(&slo["events"]["total"], minutes as f64 * 10.0);
        }
    });
}
