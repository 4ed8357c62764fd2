//! Specifications of other tools over data whose every event is known.

use std::fmt::Write as _;

use crate::support::run::nines;
use crate::support::tempdir::TempDir;

const AT: i64 = 1_763_596_800; // 2025-11-20T00:00:00Z
const STEP: i64 = 300;
/// Samples in the seven days before `AT`; two more stand before them.
const SAMPLES: i64 = 7 * 86_400 / STEP;

/// A series with a value for each sample, seven seconds after its step.
fn series(text: &mut String, series: &str, value: impl Fn(i64) -> i64) {
    let from = AT - (SAMPLES + 2) * STEP;
    for sample in 0..SAMPLES + 2 {
        writeln!(text, "{series} {} {}", value(sample), from + sample * STEP + 7).unwrap();
    }
}

fn data() -> String {
    let mut text = "# TYPE r counter\n".to_owned();
    series(&mut text, "r_total{route=\"/a\",code=\"200\"}", |n| n * 90);
    series(&mut text, "r_total{route=\"/a\",code=\"500\"}", |n| n);
    // The process starts anew, and what it would have counted next is lost.
    series(
        &mut text,
        "r_total{route=\"/b\",code=\"200\"}",
        |n| if n < 1000 { n * 9 } else { (n - 1000) * 9 },
    );
    series(&mut text, "r_total{route=\"/b\",code=\"503\"}", |n| n / 4 * 2);
    text.push_str("# TYPE h histogram\n");
    series(&mut text, "h_bucket{le=\"0.5\"}", |n| n * 3);
    series(&mut text, "h_bucket{le=\"+Inf\"}", |n| n * 4);
    text.push_str("# TYPE probe_success gauge\n");
    series(&mut text, "probe_success{target=\"a\"}", |n| i64::from(!(100..110).contains(&n)));
    series(&mut text, "probe_success{target=\"b\"}", |_| 1);
    text + "# EOF\n"
}

/// Good, bad and all events of every budget in a report over `data`.
fn counted(spec: &str) -> Vec<(String, f64, f64, f64)> {
    let home = TempDir::new("dialects");
    let (spec, file) = (home.write("spec.yaml", spec), home.write("data.om", data()));
    let (spec, file) = (spec.display().to_string(), file.display().to_string());
    let at = AT.to_string();
    let report =
        ["report", "-f", &spec, "--data", &file, "--at", &at, "--format", "json", "--fail-on", "never"];
    let outcome = nines(report);
    let number = |slo: &serde_json::Value, of: &str| slo["events"][of].as_f64().unwrap();
    let slos = outcome.json()["slos"].as_array().cloned().unwrap();
    let told = |slo: &serde_json::Value| {
        let id = slo["id"].as_str().unwrap().to_owned();
        (id, number(slo, "good"), number(slo, "bad"), number(slo, "total"))
    };
    let mut counted: Vec<(String, f64, f64, f64)> = slos.iter().map(told).collect();
    counted.sort_by(|one, other| one.0.cmp(&other.0));
    counted
}

/// All growth of a series that grows by `each` from sample to sample.
fn grown(each: i64) -> f64 {
    (SAMPLES * each) as f64
}

fn events(id: &str, bad: f64, total: f64) -> (String, f64, f64, f64) {
    (id.to_owned(), total - bad, bad, total)
}

#[test]
fn sloths_indicators_count_every_event() {
    let found = counted(
        "version: prometheus/v1
service: checkout
slos:
  - name: availability
    objective: 99.9
    sli:
      events:
        error_query: sum(rate(r_total{code=~\"5..\"}[{{.window}}])) or vector(0)
        total_query: sum(rate(r_total[{{.window}}]))
    alerting: {name: Errors}
  - name: by-route
    objective: 99.9
    sli:
      raw:
        error_ratio_query: >-
          sum by (route) (rate(r_total{code=~\"5..\"}[{{.window}}])) / (sum by (route) (rate(r_total[{{.window}}])) > 0)
    alerting: {name: Errors}
  - name: probes
    objective: 90
    sli:
      events:
        error_query: sum_over_time(count(probe_success == 0)[{{.window}}:]) or vector(0)
        total_query: sum_over_time(count(probe_success)[{{.window}}:])
    alerting: {name: Probes}
---
apiVersion: sloth.slok.dev/v1
kind: AlertWindows
spec:
  sloPeriod: 7d
  page:
    quick: {errorBudgetPercent: 8, shortWindow: 5m, longWindow: 1h}
    slow: {errorBudgetPercent: 12.5, shortWindow: 30m, longWindow: 6h}
  ticket:
    quick: {errorBudgetPercent: 20, shortWindow: 2h, longWindow: 1d}
    slow: {errorBudgetPercent: 42, shortWindow: 6h, longWindow: 3d}
",
    );
    // Two every fourth sample, and nine lost when the process started anew.
    let (of_a, of_b) = (grown(1), grown(1) / 2.0);
    let (all_a, all_b) = (grown(91), grown(9) - 9.0 + of_b);
    let expected = [
        events("checkout/availability", of_a + of_b, all_a + all_b),
        events("checkout/by-route", of_a + of_b, all_a + all_b),
        events("checkout/by-route{route=\"/a\"}", of_a, all_a),
        events("checkout/by-route{route=\"/b\"}", of_b, all_b),
        // A look every minute, five of them for each sample.
        events("checkout/probes", 50.0, grown(10)),
    ];
    assert_eq!(found, expected);
}

#[test]
fn pyrras_indicators_count_every_event() {
    let object = |name: &str, indicator: &str| {
        format!(
            "---
apiVersion: pyrra.dev/v1alpha1
kind: ServiceLevelObjective
metadata: {{name: {name}, namespace: shop}}
spec:
  target: '99'
  window: 1w
  indicator:
    {indicator}
"
        )
    };
    let found = counted(
        &[
            object(
                "errors",
                "ratio: {errors: {metric: 'r_total{code=~\"5..\"}'}, total: {metric: r_total}, grouping: [route]}",
            ),
            object(
                "latency",
                "latency: {success: {metric: 'h_bucket{le=\"0.50\"}'}, total: {metric: h_count}}",
            ),
            object("probes", "bool_gauge: {metric: probe_success, grouping: [target]}"),
        ]
        .concat(),
    );
    let (of_a, of_b) = (grown(1), grown(1) / 2.0);
    let (all_a, all_b) = (grown(91), grown(9) - 9.0 + of_b);
    let expected = [
        events("shop/errors", of_a + of_b, all_a + all_b),
        events("shop/errors{route=\"/a\"}", of_a, all_a),
        events("shop/errors{route=\"/b\"}", of_b, all_b),
        events("shop/latency", grown(1), grown(4)),
        events("shop/probes", 10.0, grown(2)),
        events("shop/probes{target=\"a\"}", 10.0, grown(1)),
        events("shop/probes{target=\"b\"}", 0.0, grown(1)),
    ];
    assert_eq!(found, expected);
}
