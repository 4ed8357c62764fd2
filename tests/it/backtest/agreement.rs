//! Prometheus's own tool evaluates the generated rules minute by minute over the history that a backtest sees, and its
//! alerts fire and resolve at the very evaluations that the backtest tells.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::{Display, Write as _};

use nines::base::{Duration, Moment};
use nines::slo::Spec;
use serde_json::Value;

use super::minutes_of;
use crate::numbers::AT;
use crate::support::prometheus::promtool;
use crate::support::run::nines;
use crate::support::tempdir::TempDir;

const DAY: i64 = 1440;
/// Minutes of history.
const LENGTH: i64 = 30 * 60;

/// Minutes of history before the time looked at: as long as the longest windows of objectives whose budgets are spent.
const BEFORE: i64 = 6 * 60;

/// By how many minutes an edge may differ: by one evaluation, since before its version 3 Prometheus sees one sample more
/// where a window begins exactly on one, as all of them do here. Slices are recorded by a group of their own, and
/// promtool evaluates groups in any order: their ratios may see each slice an evaluation later. Whether a budget is spent
/// is looked at every five minutes, but by promtool, which evaluates every group each minute.
fn tolerance(alert: &str) -> i64 {
    let has = |slos: &[&str]| slos.iter().any(|slo| alert.contains(slo));
    let slice = if has(&["s/sliced", "s/shares"]) { 2 } else { i64::from(has(&["s/lag", "s/wait"])) };
    slice + if alert.contains("ErrorBudgetExhausted") { 5 } else { 1 }
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
  - name: wait-by-path
    objective: 95%
    window: 6h
    by: [path]
    sli: {slices: {good_when: 'wait <= 100', slice: 1m}}
  - name: spent
    objective: 98%
    window: 6h
    sli: {events: {bad: 'r_total{code="500"}', total: r_total}}
  - name: spent-by-path
    objective: 96%
    window: 4h
    by: [path]
    sli: {events: {bad: 'r_total{code="500"}', total: r_total}}
  - name: sliced
    objective: 97%
    window: 6h
    method: {timeslices: {slice: 2m, target: 90%}}
    sli: {events: {bad: 'r_total{code="500"}', total: r_total}}
  - name: shares
    objective: 97%
    window: 5h
    by: [path]
    method: {ratio_timeslices: {slice: 2m}}
    sli: {events: {good: 'r_total{code="200"}', total: r_total}}
  - name: gone
    objective: 99%
    sli: {events: {bad: 'q_total{code="500"}', total: q_total}}
  - name: silent
    objective: 99%
    sli: {events: {bad: 'q_total{code="500"}', total: q_total}}
    alerting: {page: false, ticket: false}
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

/// High at times on either path.
fn wait(m: i64, path: &str) -> i64 {
    let high: &[(i64, i64)] = if path == "/a" { &[(500, 40), (1203, 9)] } else { &[(902, 17)] };
    if high.iter().any(|&(from, length)| (from..from + length).contains(&m)) { 500 } else { 3 }
}

/// Grows evenly, is not there for a while, and is gone in the end.
fn gone(m: i64) -> Option<i64> {
    (!(700..760).contains(&m) && m < LENGTH - 20).then_some(5_000 + m * 7)
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
    for path in ["/a", "/b"] {
        let waits = (0..=LENGTH).map(|m| Some(wait(m, path)));
        all.push((format!("wait{{job=\"a\",path=\"{path}\"}}"), waits.collect()));
    }
    all.push(("q_total{job=\"a\",code=\"200\"}".to_owned(), (0..=LENGTH).map(gone).collect()));
    all.push(("lag{job=\"a\"}".to_owned(), (0..=LENGTH).map(lag).collect()));
    all
}

/// First and last minutes.
type Firings = Vec<(i64, Option<i64>)>;

/// An alert as Prometheus names it, with how long its objective's window is, and when it fires.
struct Alert {
    selector: String,
    window: String,
    firings: Firings,
}

/// The backtest of the last `over` minutes of the history, told in minutes from its start.
fn replayed(spec: &str, data: &str, over: i64) -> Vec<Alert> {
    let start = AT - LENGTH * 60;
    let (at, over) = (AT.to_string(), format!("{over}m"));
    let told =
        nines(["backtest", "-f", spec, "--data", data, "--at", &at, "--over", &over, "--format", "json"]);
    assert_eq!(told.code, 0, "{}", told.err);
    let json = told.json();
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let minute = |moment: &Value| {
        let at: Moment = moment.as_str()?.parse().ok()?;
        Some((at.as_millis() / 1000 - start) / 60)
    };
    let firings = |tier: &Value| {
        list(&tier["firings"]).iter().map(|one| (minute(&one["from"]).unwrap(), minute(&one["to"]))).collect()
    };
    let mut all = Vec::new();
    for slo in list(&json["slos"]) {
        let mut add = |tier: &Value, group: &str| {
            let name = match tier["tier"].as_str().unwrap() {
                "exhausted" => "ErrorBudgetExhausted",
                "absent" => "ErrorBudgetUnmeasured",
                _ => "ErrorBudgetBurn",
            };
            let selector = format!("alertname=\"{name}\",slo_id={},tier={}{group}", slo["id"], tier["tier"]);
            let window = slo["window"].as_str().unwrap().to_owned();
            all.push(Alert { selector, window, firings: firings(tier) });
        };
        for budget in list(&slo["budgets"]) {
            let group = budget["group"].as_object().cloned().unwrap_or_default();
            let group: Vec<String> = group.iter().map(|(name, value)| format!(",{name}={value}")).collect();
            for tier in list(&budget["alerts"]) {
                add(&tier, &group.concat());
            }
        }
        if !slo["unmeasured"].is_null() {
            add(&slo["unmeasured"], "");
        }
    }
    all
}

/// Checks of promtool: that an alert fires in these stretches and at no other time of the last minutes.
fn checks(alert: &str, firings: &[(i64, Option<i64>)], start: i64, length: i64) -> String {
    let mut text = String::new();
    let selector = format!("ALERTS{{alertstate=\"firing\",{alert}}}");
    let mut check = |minute: i64, expr: &str, fires: bool| {
        let samples = if fires { "[{labels: '{}', value: 1}]" } else { "[]" };
        writeln!(text, "  - {{expr: '{expr}', eval_time: {minute}m, exp_samples: {samples}}}").unwrap();
    };
    let now = format!("count({selector})");
    let tolerance = tolerance(alert);
    // Where it fires already, nobody knows since when.
    let clipped = firings.iter().map(|&(from, to)| (from.max(start), to.unwrap_or(length + 1)));
    let clipped: Vec<(i64, i64)> = clipped.collect();
    let mut before = start - 10;
    for (place, &(from, to)) in clipped.iter().enumerate() {
        let next = clipped.get(place + 1).map_or(i64::MAX, |&(from, _)| from);
        if from - 1 - tolerance >= (before + tolerance).max(start) {
            check(from - 1 - tolerance, &now, false);
        }
        if to - from > 2 * tolerance {
            check(from + tolerance, &now, true);
            check((to - 1 - tolerance).min(length), &now, true);
        }
        if to + tolerance < (next - tolerance).min(length) {
            check(to + tolerance, &now, false);
        }
        before = to;
    }
    let minutes: i64 = clipped.iter().map(|&(from, to)| to - from).sum();
    let slack = 2 * tolerance * firings.len() as i64;
    let of_all = format!("count_over_time({selector}[{}m])", length - start);
    if firings.is_empty() {
        check(length, &format!("count({of_all})"), false);
    } else {
        check(length, &format!("count({of_all} >= {} <= {})", minutes - slack, minutes + slack), true);
    }
    text
}

/// The history as text, and as promtool reads it.
fn written<V: Display>(home: &TempDir, history: &[(String, Vec<Option<V>>)], start: i64) -> (String, String) {
    let (mut text, mut series) = (String::new(), String::new());
    for (name, values) in history {
        for (m, value) in values.iter().enumerate() {
            if let Some(value) = value {
                writeln!(text, "{name} {value} {}", start + m as i64 * 60).unwrap();
            }
        }
        let values: Vec<String> =
            values.iter().map(|value| value.as_ref().map_or("_".to_owned(), ToString::to_string)).collect();
        writeln!(series, "  - {{series: '{name}', values: '{}'}}", values.join(" ")).unwrap();
    }
    (home.write("data.om", text + "# EOF\n").display().to_string(), series)
}

/// Has promtool check what the rules of a specification do over a history.
#[track_caller]
fn promtool_agrees(home: &TempDir, spec: &str, series: &str, checks: &str) {
    let rules = nines(["generate", "rules", "-f", spec]);
    assert_eq!(rules.code, 0, "{}", rules.err);
    home.write("rules.yml", &rules.out);
    let test = format!(
        "rule_files: [rules.yml]\nevaluation_interval: 1m\ntests:\n- interval: 1m\n  input_series:\n{series}  promql_expr_test:\n{checks}"
    );
    let file = home.write("test.yml", test);
    let said = promtool(["test".as_ref(), "rules".as_ref(), file.as_os_str()]);
    assert!(said.is_ok(), "promtool test rules: {}", said.unwrap_err());
}

#[test]
fn prometheus_fires_when_the_backtest_says() {
    let home = TempDir::new("agreement");
    let spec = home.write("spec.yaml", SPEC).display().to_string();
    let (data, series) = written(&home, &history(), AT - LENGTH * 60);
    // Until there is data for a whole window, a server may say that a budget is spent where a backtest does not know.
    let is_spent = |alert: &Alert| alert.selector.contains("ErrorBudgetExhausted");
    let mut alerts = replayed(&spec, &data, LENGTH);
    alerts.retain(|alert| !is_spent(alert));
    let mut spent = replayed(&spec, &data, LENGTH - BEFORE);
    spent.retain(|alert| is_spent(alert) && alert.window != "30d");
    let mut text = String::new();
    let mut counts = BTreeMap::new();
    for (alerts, start) in [(&alerts, 0), (&spent, BEFORE)] {
        for Alert { selector, firings, .. } in alerts {
            println!("{selector}: {firings:?}");
            assert!(!selector.contains("s/silent"), "nobody wants to be told: {selector}");
            let name = selector.split(',').next().unwrap_or_default();
            let (fired, silent) = counts.entry(name).or_insert((0, 0));
            (*fired, *silent) = (*fired + firings.len(), *silent + usize::from(firings.is_empty()));
            text += &checks(selector, firings, start, LENGTH);
        }
    }
    let expected = [("Burn", (30, 2)), ("Exhausted", (5, 1)), ("Unmeasured", (3, 3))];
    for (name, (fired, silent)) in expected {
        let found = counts[format!("alertname=\"ErrorBudget{name}\"").as_str()];
        assert!(found.0 >= fired && found.1 >= silent, "{name}: {found:?} fired and silent");
    }
    promtool_agrees(&home, &spec, &series, &text);
}

/// What the data of a system held minute by minute of the series that its plain alerts are about.
fn held(service: &str, spec: &Spec, from: Moment, minutes: i64) -> Vec<(String, Vec<Option<String>>)> {
    let selectors = spec.alerts.iter().flat_map(|alert| alert.expr.selectors());
    let names: BTreeSet<&str> = selectors.filter_map(|selector| selector.name.as_deref()).collect();
    let names: Vec<&str> = names.into_iter().collect();
    let data = format!("fixtures/data/{service}.om.zst");
    let (start, end) = (from.to_string(), (from + Duration::minutes(minutes)).to_string());
    let query = format!("{{__name__=~\"{}\"}}", names.join("|"));
    let told = nines(["query", "--data", &data, &query, "--start", &start, "--end", &end, "--step", "1m"]);
    assert_eq!(told.code, 0, "{}", told.err);
    let told = told.json();
    let series = told["data"]["result"].as_array().unwrap().iter().map(|series| {
        let mut metric = series["metric"].as_object().unwrap().clone();
        let name = metric.remove("__name__").unwrap();
        let labels: Vec<String> = metric.iter().map(|(label, value)| format!("{label}={value}")).collect();
        let mut values = vec![None; usize::try_from(minutes).unwrap() + 1];
        for value in series["values"].as_array().unwrap() {
            let minute = (value[0].as_i64().unwrap() * 1000 - from.as_millis()) / 60_000;
            values[usize::try_from(minute).unwrap()] = Some(value[1].as_str().unwrap().to_owned());
        }
        (format!("{}{{{}}}", name.as_str().unwrap(), labels.join(",")), values)
    });
    series.collect()
}

/// The plain alerts of the five systems over their own history, where one of each fires.
#[test]
fn prometheus_fires_plain_alerts_when_the_backtest_says() {
    // An hour and a half before what is looked at is for rates over an hour.
    const BEFORE: i64 = 90;
    const OVER: i64 = 180;
    let looked_at = [
        ("api-gateway", "2026-11-09T11:00:00Z", &["CircuitBreakerOpen", "CodeGenerationFailures"][..]),
        ("ecap", "2026-10-30T16:00:00Z", &["HighErrorRate"]),
        ("ecompulse", "2026-11-02T17:00:00Z", &["HighErrorRate"]),
        ("expense-tracker", "2026-10-25T01:00:00Z", &["APIEndpointDown"]),
        ("shadower-analytics", "2026-10-29T09:30:00Z", &["HighErrorRate"]),
    ];
    let specs = crate::plain_alerts::specs();
    for (service, at, expected) in looked_at {
        let spec = specs.iter().find(|spec| spec.service == service).unwrap();
        let from = at.parse::<Moment>().unwrap() - Duration::minutes(BEFORE);
        let home = TempDir::new("plain-agreement");
        let (data, series) =
            written(&home, &held(service, spec, from, BEFORE + OVER), from.as_millis() / 1000);
        let file = format!("slo-specs/{service}.yaml");
        let end = (from + Duration::minutes(BEFORE + OVER)).to_string();
        let over = format!("{OVER}m");
        let told = nines([
            "backtest", "-f", &file, "--data", &data, "--at", &end, "--over", &over, "--compat", "prom2",
            "--format", "json",
        ]);
        let json = told.json();
        let (mut text, mut fired, mut silent) = (String::new(), BTreeSet::new(), 0);
        for alert in json["alerts"].as_array().unwrap() {
            assert_eq!(alert["error"], Value::Null, "{service}: {alert}");
            // What looks back a day has no history here.
            if alert["expr"].as_str().unwrap().contains("offset") {
                continue;
            }
            let minute =
                |moment: &Value| Some((moment.as_str()?.parse::<Moment>().ok()? - from).as_millis() / 60_000);
            let name = format!("alertname={},slo_service=\"{service}\"", alert["name"]);
            let instances = alert["instances"].as_array().unwrap();
            silent += usize::from(instances.is_empty());
            if instances.is_empty() {
                text += &checks(&name, &[], BEFORE, BEFORE + OVER);
            }
            for instance in instances {
                fired.insert(alert["name"].as_str().unwrap());
                let labels = instance["labels"].as_object().unwrap().iter();
                let labels: Vec<String> = labels.map(|(label, value)| format!(",{label}={value}")).collect();
                let labels = labels.concat();
                let firings = instance["firings"].as_array().unwrap().iter();
                let firings: Firings =
                    firings.map(|one| (minute(&one["from"]).unwrap(), minute(&one["to"]))).collect();
                println!("{name}{labels}: {firings:?}");
                text += &checks(&format!("{name}{labels}"), &firings, BEFORE, BEFORE + OVER);
            }
        }
        assert!(expected.iter().all(|name| fired.contains(name)), "{service}: only {fired:?} fired");
        assert!(silent > 0, "{service}: every alert fired");
        promtool_agrees(&home, &file, &series, &text);
    }
}
