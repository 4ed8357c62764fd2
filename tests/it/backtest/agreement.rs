//! Prometheus's own tool evaluates the generated rules minute by minute over the history that a backtest sees, and its
//! alerts fire and resolve at the very evaluations that the backtest tells.

use std::fmt::Write as _;

use serde_json::Value;

use super::minutes_of;
use crate::numbers::AT;
use crate::support::prometheus::promtool;
use crate::support::run::nines;
use crate::support::tempdir::TempDir;

const DAY: i64 = 1440;
/// Minutes of history.
const LENGTH: i64 = 30 * 60;

/// By how many evaluations an edge may differ: before its version 3, Prometheus sees one sample more where a window
/// begins exactly on one, as all of them do here. Slices are recorded by a group of their own, and promtool evaluates
/// groups in any order: their ratios may see each slice an evaluation later.
fn tolerance(alert: &str) -> i64 {
    if alert.contains("s/lag") { 2 } else { 1 }
}

const SPEC: &str = r#"
apiVersion: nines/v1
service: s
defaults: {window: 30d}
slos:
  - name: all
    objective: 99.9%
    sli: {events: {bad: 'r_total{code="500"}', total: r_total}}
  - name: by-path
    objective: 99%
    by: [path]
    sli:
      events:
        good: 'sum by (path) (rate(r_total{code="200"}[$window]))'
        total: 'sum by (path) (rate(r_total[$window]))'
    alerting: {for: 3m, keep_firing_for: 20m, min_events: 5000}
  - name: lag
    objective: 99%
    sli: {slices: {good_when: 'lag <= 100', slice: 1m, empty: bad}}
"#;

/// What was bad by minute `m`, of `per_minute` requests.
fn bad_until(m: i64, path: &str) -> i64 {
    let during = |day: i64, minute: i64, length: i64| minutes_of(m * 60, (day * DAY + minute) * 60, length);
    match path {
        "/a" => {
            // A blip at night, an outage, slow burning for some hours, flapping, a brown-out.
            let flapping: i64 = (0..6).map(|i| during(0, 1100 + i * 10, 3) * 40).sum();
            let sharp = during(0, 240, 2) * 3 + during(0, 360, 9) * 60 + during(0, 1300, 45) * 4;
            sharp + during(0, 600, 300) + flapping
        }
        _ => during(0, 400, 30) * 12,
    }
}

/// All requests until minute `m`: fewer at night, none for an hour.
fn all_until(m: i64, path: &str) -> i64 {
    let idle = minutes_of(m * 60, 60 * 60, 60);
    let night = (0..=m / DAY).map(|day| minutes_of(m * 60, day * DAY * 60, 300)).sum::<i64>();
    let (busy, quiet) = if path == "/a" { (60, 50) } else { (20, 15) };
    // What is idle is at night.
    (m * busy) - night * quiet - idle * (busy - quiet)
}

/// High at times, and unknown for half an hour.
fn lag(m: i64) -> Option<i64> {
    let high = [(61, 25), (700, 9), (1030, 240), (1603, 61)];
    let high = high.iter().any(|&(from, length)| (from..from + length).contains(&m));
    (!(1000..1030).contains(&m)).then_some(if high { 500 } else { 3 })
}

/// Every series by its name, and its values minute by minute.
fn history() -> Vec<(String, Vec<Option<i64>>)> {
    let mut all = Vec::new();
    for path in ["/a", "/b"] {
        let series = |code: u32| format!("r_total{{job=\"a\",path=\"{path}\",code=\"{code}\"}}");
        let minutes = || 0..=LENGTH;
        let bad = |m: i64| bad_until(m, path);
        all.push((series(500), minutes().map(|m| Some(900_000 + bad(m))).collect()));
        all.push((series(200), minutes().map(|m| Some(900_000 + all_until(m, path) - bad(m))).collect()));
    }
    all.push(("lag{job=\"a\"}".to_owned(), (0..=LENGTH).map(lag).collect()));
    all
}

/// First and last minutes.
type Firings = Vec<(i64, Option<i64>)>;

/// The backtest of the history, told in minutes from its start.
fn replayed(spec: &str, home: &TempDir) -> Vec<(String, Firings)> {
    let start = AT - LENGTH * 60;
    let mut text = String::new();
    for (series, values) in history() {
        for (m, value) in values.iter().enumerate() {
            if let Some(value) = value {
                writeln!(text, "{series} {value} {}", start + m as i64 * 60).unwrap();
            }
        }
    }
    let data = home.write("data.om", text + "# EOF\n").display().to_string();
    let (at, over) = (AT.to_string(), format!("{LENGTH}m"));
    let told =
        nines(["backtest", "-f", spec, "--data", &data, "--at", &at, "--over", &over, "--format", "json"]);
    assert_eq!(told.code, 0, "{}", told.err);
    let json = told.json();
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let minute = |moment: &Value| {
        let at: nines::base::Moment = moment.as_str()?.parse().ok()?;
        Some((at.as_millis() / 1000 - start) / 60)
    };
    let mut all = Vec::new();
    for slo in list(&json["slos"]) {
        for budget in list(&slo["budgets"]) {
            let group = budget["group"].as_object().cloned().unwrap_or_default();
            let group: Vec<String> = group.iter().map(|(name, value)| format!(",{name}={value}")).collect();
            let group = group.concat();
            for tier in list(&budget["alerts"]) {
                let alert = format!("slo_id={},tier={}{group}", slo["id"], tier["tier"]);
                let firings = list(&tier["firings"]);
                let firings = firings.iter().map(|one| (minute(&one["from"]).unwrap(), minute(&one["to"])));
                all.push((alert, firings.collect()));
            }
        }
    }
    all
}

/// Checks of promtool: that an alert fires in these stretches and at no other time.
fn checks(alert: &str, firings: &[(i64, Option<i64>)]) -> String {
    let mut text = String::new();
    let selector = format!("ALERTS{{alertname=\"ErrorBudgetBurn\",alertstate=\"firing\",{alert}}}");
    let mut check = |minute: i64, expr: &str, fires: bool| {
        let samples = if fires { "[{labels: '{}', value: 1}]" } else { "[]" };
        writeln!(text, "  - {{expr: '{expr}', eval_time: {minute}m, exp_samples: {samples}}}").unwrap();
    };
    let now = format!("count({selector})");
    let tolerance = tolerance(alert);
    let mut before = -10;
    for (place, &(from, to)) in firings.iter().enumerate() {
        let to = to.unwrap_or(LENGTH + 1);
        let next = firings.get(place + 1).map_or(i64::MAX, |&(from, _)| from);
        if from - 1 - tolerance >= (before + tolerance).max(0) {
            check(from - 1 - tolerance, &now, false);
        }
        if to - from > 2 * tolerance {
            check(from + tolerance, &now, true);
            check(to - 1 - tolerance, &now, true);
        }
        if to + tolerance < (next - tolerance).min(LENGTH) {
            check(to + tolerance, &now, false);
        }
        before = to;
    }
    let minutes: i64 = firings.iter().map(|&(from, to)| to.unwrap_or(LENGTH + 1) - from).sum();
    let slack = 2 * tolerance * firings.len() as i64;
    let of_all = format!("count_over_time({selector}[10d])");
    if firings.is_empty() {
        check(LENGTH, &format!("count({of_all})"), false);
    } else {
        check(LENGTH, &format!("count({of_all} >= {} <= {})", minutes - slack, minutes + slack), true);
    }
    text
}

#[test]
fn prometheus_fires_when_the_backtest_says() {
    let home = TempDir::new("agreement");
    let spec = home.write("spec.yaml", SPEC).display().to_string();
    let alerts = replayed(&spec, &home);
    let rules = nines(["generate", "rules", "-f", &spec]);
    assert_eq!(rules.code, 0, "{}", rules.err);
    home.write("rules.yml", &rules.out);

    let mut test =
        "rule_files: [rules.yml]\nevaluation_interval: 1m\ntests:\n- interval: 1m\n  input_series:\n"
            .to_owned();
    for (series, values) in history() {
        let values: Vec<String> =
            values.iter().map(|value| value.map_or("_".to_owned(), |value| value.to_string())).collect();
        writeln!(test, "  - {{series: '{series}', values: '{}'}}", values.join(" ")).unwrap();
    }
    test += "  promql_expr_test:\n";
    let (mut fired, mut silent) = (0, 0);
    for (alert, firings) in &alerts {
        println!("{alert}: {firings:?}");
        fired += firings.len();
        silent += usize::from(firings.is_empty());
        test += &checks(alert, firings);
    }
    assert!(fired >= 20 && silent >= 2, "{fired} firings, {silent} silent alerts");
    let file = home.write("test.yml", test);
    let said = promtool(["test".as_ref(), "rules".as_ref(), file.as_os_str()]);
    assert!(said.is_ok(), "promtool test rules: {}", said.unwrap_err());
}
