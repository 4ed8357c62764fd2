//! What budgets count and how objectives are divided and joined: numbers known by construction, from files and from a
//! real server alike.

use serde_json::Value;

use crate::numbers::{AT, DAY, HOUR, Text, on_both, text};
use crate::support::blocks::{Block, Stored};
use crate::support::packing::{self, Packed, Shared};
use crate::support::prometheus::RealPrometheus;
use crate::support::run::Outcome;
use crate::support::tempdir::TempDir;

/// Two days of two paths, a scrape a minute, 100 requests a minute and path. On `/a` the last day has a quiet hour in
/// which ten requests a minute are left and five of them fail; on `/b` one of 100 fails always.
fn requests() -> Text {
    let days = (AT - 2 * DAY, AT, 60);
    let quiet = |s: i64| ((s - DAY - 6 * HOUR) / 60 + 1).clamp(0, 60);
    let series = |path: &str, code: &str| format!("r_total{{job=\"a\",path=\"{path}\",code=\"{code}\"}}");
    text()
        .named("r", "counter")
        .series(&series("/a", "200"), days, move |s| Some(1_000_000 + s / 60 * 100 - quiet(s) * 95))
        .series(&series("/a", "500"), days, move |s| Some(1_000_000 + quiet(s) * 5))
        .series(&series("/b", "200"), days, |s| Some(1_000_000 + s / 60 * 99))
        .series(&series("/b", "500"), days, |s| Some(1_000_000 + s / 60))
}

fn slo(name: &str, path: &str, more: &str) -> String {
    let path = if path.is_empty() { String::new() } else { format!("path=\"{path}\"") };
    format!(
        "  - name: {name}\n    objective: 99%\n    window: 1d\n    sli: {{events: {{bad: 'r_total{{code=\"500\",{path}}}', total: 'r_total{{{path}}}'}}}}\n    {more}\n"
    )
}

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap_or_else(|| panic!("{value} is no number"))
}

/// To the last digit, but for the noise of floats in what a server extrapolates.
#[track_caller]
fn is(actual: &Value, expected: f64) {
    let actual = number(actual);
    assert!((actual - expected).abs() <= expected.abs() * 1e-9, "{actual} is not {expected}");
}

fn reported(run: &dyn Fn(&[&str]) -> Outcome) -> Outcome {
    run(&["report", "--at", &AT.to_string(), "--format", "json", "--fail-on", "never"])
}

#[test]
fn a_quiet_hour_weighs_as_the_method_says() {
    let slos = [
        slo("occurrences", "/a", ""),
        slo("timeslices", "/a", "method: {timeslices: {slice: 5m, target: 95%}}"),
        slo("ratio", "/a", "method: {ratio_timeslices: {slice: 5m}}"),
        slo("lenient", "/b", "method: {timeslices: {slice: 1h, target: 99%}}"),
        slo("strict", "/b", "method: {timeslices: {slice: 1h, target: 99.5%}}"),
        slo("even", "/b", "method: {ratio_timeslices: {slice: 15m}}"),
    ];
    on_both(&slos.concat(), requests(), |source, run| {
        let report = reported(run);
        let told = |name: &str, unit: &str, bad: f64, total: f64, status: &str| {
            let slo = report.slo(&format!("s/{name}"));
            println!("{source} {name}: {} {} {}", slo["status"], slo["events"], slo["reason"]);
            is(&slo["events"]["bad"], bad);
            is(&slo["events"]["total"], total);
            is(&slo["sli"]["value"], 1.0 - bad / total);
            is(&slo["budget"]["total"], total * 0.01);
            assert_eq!((slo["budget"]["unit"].as_str(), slo["status"].as_str()), (Some(unit), Some(status)));
            slo
        };
        // Sixty quiet minutes of ten requests among 23 hours of a hundred.
        let all = 60.0 * 10.0 + 23.0 * 60.0 * 100.0;
        told("occurrences", "events", 300.0, all, "met");
        // Twelve of 288 slices.
        let slices = told("timeslices", "slices", 12.0, 288.0, "breached");
        is(&slices["time"]["bad_s"], 3600.0);
        assert_eq!(slices["method"], "timeslices");
        // All that was bad was bad in one part of the events, whatever the budget counts.
        let breakdown = slices["breakdown"].as_array().unwrap();
        is(&breakdown.iter().find(|part| part["labels"]["code"] == "500").unwrap()["bad_share"], 1.0);
        is(
            &breakdown.iter().find(|part| part["labels"]["code"] == "500").unwrap()["traffic_share"],
            300.0 / all,
        );
        let ratio = told("ratio", "slices", 6.0, 288.0, "breached");
        is(&ratio["time"]["bad_s"], 1800.0);
        // A slice that is just as good as it must be is good.
        told("lenient", "slices", 0.0, 24.0, "met");
        told("strict", "slices", 24.0, 24.0, "breached");
        let even = told("even", "slices", 0.96, 96.0, "at_risk");
        assert!(number(&even["budget"]["remaining_ratio"]).abs() < 1e-9);
    });
}

#[test]
fn each_counter_is_read_at_its_own_pace() {
    let days = (AT - 2 * DAY, AT, 60);
    let hourly = (AT - 2 * DAY, AT, 3600);
    // Twice a day there is a job that lives for ten minutes and fails once a minute.
    let lives = |s: i64| {
        let (day, since) = ((s + 6 * HOUR) / (12 * HOUR), (s + 6 * HOUR) % (12 * HOUR));
        (since < 600).then_some(1_000_000 + day * 9 + since / 60)
    };
    let data = text()
        .named("r", "counter")
        // Ten times as busy before the window. At its edges nothing happens, so that counts are exact, unless they are read
        // much wider than their samples lie apart.
        .series("r_total{job=\"a\"}", days, |s| {
            Some(1_000_000 + 10 * s.min(DAY - 600) + (s - DAY - 600).clamp(0, DAY - 1200))
        })
        .named("rare", "counter")
        .series("rare_total{job=\"a\"}", days, lives)
        .named("pushed", "counter")
        .series("pushed_total{job=\"b\"}", hourly, |s| Some(1_000_000 + s / HOUR * 7));
    let slo = |name: &str| {
        format!(
            "  - name: {name}\n    objective: 99%\n    window: 1d\n    sli: {{events: {{bad: {name}_total, total: r_total}}}}\n"
        )
    };
    on_both(&(slo("rare") + &slo("pushed")), data, |source, run| {
        let report = reported(run);
        for (name, bad, tolerance) in [("rare", 18.0, 0.1), ("pushed", 24.0 * 7.0, 1e-9)] {
            let slo = report.slo(&format!("s/{name}"));
            println!("{source} {name}: {} {} {}", slo["status"], slo["events"], slo["reason"]);
            is(&slo["events"]["total"], (DAY - 1200) as f64);
            let told = number(&slo["events"]["bad"]);
            assert!((told - bad).abs() <= bad * tolerance, "{source} {name}: {told} bad events, not {bad}");
            assert_eq!(slo["status"], "met");
        }
    });
}

#[test]
fn an_empty_slice_is_what_the_method_says() {
    // Two hours without a request, in which the counters stand still.
    let days = (AT - 2 * DAY, AT, 60);
    let grown = |s: i64| (s - (s - DAY - HOUR + 60).clamp(0, 2 * HOUR)) / 60;
    let data = text()
        .named("r", "counter")
        .series("r_total{job=\"a\",code=\"200\"}", days, move |s| Some(1_000_000 + grown(s) * 100))
        .series("r_total{job=\"a\",code=\"500\"}", days, |_| Some(1_000_000));
    let slos: Vec<String> = ["good", "bad", "ignore"]
        .iter()
        .map(|empty| {
            slo(empty, "", &format!("method: {{timeslices: {{slice: 5m, target: 99%, empty: {empty}}}}}"))
        })
        .collect();
    on_both(&slos.concat(), data, |source, run| {
        let report = reported(run);
        for (name, bad, total, status) in
            [("good", 0.0, 288.0, "met"), ("bad", 24.0, 288.0, "breached"), ("ignore", 0.0, 264.0, "met")]
        {
            let slo = report.slo(&format!("s/{name}"));
            println!("{source} {name}: {} {}", slo["events"], slo["coverage"]["ratio"]);
            is(&slo["events"]["bad"], bad);
            is(&slo["events"]["total"], total);
            assert_eq!(slo["status"], status);
            assert!(number(&slo["coverage"]["ratio"]) > 0.99);
        }
    });
}

#[test]
fn few_events_are_few_events_in_slices_too() {
    let slices = "method: {timeslices: {slice: 5m, target: 95%}}\n    min_events:";
    let slos =
        [slo("few", "/b", &format!("{slices} 1000000")), slo("enough", "/b", &format!("{slices} 144000"))];
    on_both(&slos.concat(), requests(), |_, run| {
        let report = reported(run);
        let few = report.slo("s/few");
        assert_eq!(few["status"], "no_data");
        assert_eq!(few["reason"], "no data (144 000 events, minimum 1 000 000)");
        assert_eq!(report.slo("s/enough")["status"], "met");
    });
}

#[test]
fn slices_that_are_shorter_than_the_samples_are_an_error() {
    on_both(&slo("short", "/a", "method: {ratio_timeslices: {slice: 30s}}"), requests(), |source, run| {
        let report = run(&["report", "--at", &AT.to_string(), "--format", "json"]);
        let slo = report.slo("s/short");
        println!("{source}: {}", slo["reason"]);
        assert_eq!((report.code, slo["status"].as_str()), (3, Some("error")));
        assert_eq!(slo["reason"], "slices of 30s are too short for samples that are 1m apart");
    });
}

#[test]
fn a_ratio_is_the_mean_of_its_slices() {
    // 0.9, and for two hours 0.5; in the last hour nothing was measured.
    let days = (AT - 2 * DAY, AT, 60);
    let score = |s: i64| match s - DAY {
        s if (0..2 * HOUR).contains(&s) => Some("0.5"),
        s if s >= 23 * HOUR => None,
        _ => Some("0.9"),
    };
    let data = text().named("score", "gauge").values("score{job=\"a\"}", days, score);
    let ratio = |name: &str, sli: &str| {
        format!("  - {{name: {name}, objective: 80%, window: 1d, sli: {{ratio: {sli}}}}}\n")
    };
    let good = "good: 'avg(avg_over_time(score[$window]))', slice: 10m";
    let slos = [
        ratio("ignore", &format!("{{{good}}}")),
        ratio("empty-bad", &format!("{{{good}, empty: bad}}")),
        ratio("bad", "{bad: '1 - avg(avg_over_time(score[$window]))', slice: 30m, empty: good}"),
    ];
    on_both(&slos.concat(), data, |source, run| {
        let report = reported(run);
        for (name, bad, total, status) in [
            // 12 slices of 0.5, 126 of 0.1, and the six of the last hour, in which the whole budget of an hour burns.
            ("ignore", 18.6, 138.0, "met"),
            ("empty-bad", 24.6, 144.0, "at_risk"),
            ("bad", 6.2, 48.0, "met"),
        ] {
            let slo = report.slo(&format!("s/{name}"));
            println!("{source} {name}: {} {} {}", slo["events"], slo["coverage"]["ratio"], slo["reason"]);
            is(&slo["events"]["bad"], bad);
            is(&slo["events"]["total"], total);
            assert_eq!(
                (slo["method"].as_str(), slo["status"].as_str()),
                (Some("ratio_timeslices"), Some(status))
            );
        }
        is(&report.slo("s/ignore")["coverage"]["ratio"], 138.0 / 144.0);
    });
}

#[test]
fn several_promises_of_one_indicator_are_objectives_of_their_own() {
    let slos = slo("a", "/a", "").replace(
        "objective: 99%\n    window: 1d",
        "window: 1d\n    objectives: [{objective: 99.9%}, {objective: 99%, name: easy}, {objective: 99.5%, window: 12h}]",
    );
    on_both(&slos, requests(), |source, run| {
        let report = reported(run);
        let all = 60.0 * 10.0 + 23.0 * 60.0 * 100.0;
        for (name, objective, total, bad, status) in [
            ("a-1d", "99.9%", all, 300.0, "breached"),
            ("a-easy", "99%", all, 300.0, "met"),
            ("a-12h", "99.5%", 12.0 * 6000.0, 0.0, "met"),
        ] {
            let slo = report.slo(&format!("s/{name}"));
            println!("{source} {name}: {} {}", slo["status"], slo["events"]);
            is(&slo["events"]["total"], total);
            is(&slo["events"]["bad"], bad);
            let told = (slo["objective_display"].as_str(), slo["status"].as_str());
            assert_eq!(told, (Some(objective), Some(status)));
        }
        let only = run(&["gate", "--at", &AT.to_string(), "--slo", "a-easy"]);
        assert_eq!(only.code, 0, "{only:?}");
    });
}

#[test]
fn the_number_for_all_is_the_sum_of_the_groups() {
    let sliced = "by: [path]\n    method: {timeslices: {slice: 5m, target: 95%}}";
    let slos = [slo("paths", "", "by: [path]"), slo("sliced", "", sliced)];
    on_both(&slos.concat(), requests(), |source, run| {
        let report = reported(run);
        let events = |id: &str| {
            let events = report.slo(id)["events"].clone();
            (number(&events["bad"]), number(&events["total"]))
        };
        let (a, b, all) = (events("s/paths{path=\"/a\"}"), events("s/paths{path=\"/b\"}"), events("s/paths"));
        println!("{source}: {a:?} + {b:?} = {all:?}");
        is(&Value::from(all.0), a.0 + b.0);
        is(&Value::from(all.1), a.1 + b.1);
        is(&Value::from(all.0), 300.0 + 1440.0);
        let whole = report.slo("s/paths");
        assert_eq!(whole["overall_of"], 2);
        // Who spent most of it, the worst first, each with its share of what was bad and of the traffic.
        let offenders = whole["offenders"].as_array().unwrap();
        let paths: Vec<&Value> = offenders.iter().map(|one| &one["labels"]["path"]).collect();
        let mut expected = [("/a", a), ("/b", b)];
        expected.sort_by(|(_, one), (_, other)| other.0.total_cmp(&one.0));
        assert_eq!(paths, expected.map(|(path, _)| path), "{source}");
        for (offender, (_, (bad, total))) in offenders.iter().zip(expected) {
            is(&offender["bad_share"], bad / all.0);
            is(&offender["traffic_share"], total / all.1);
            is(&offender["sli"], 1.0 - bad / total);
        }
        assert!(report.slo("s/paths{path=\"/a\"}")["offenders"].is_null(), "a group has none of its own");
        // Of slices: those in which the events of both paths together were too bad. In the quiet hour six of 110 failed.
        assert_eq!(events("s/sliced{path=\"/a\"}"), (12.0, 288.0));
        assert_eq!(events("s/sliced{path=\"/b\"}"), (0.0, 288.0));
        assert_eq!(events("s/sliced"), (12.0, 288.0));
    });
}

#[test]
fn more_groups_than_allowed_are_an_error_and_never_a_cut() {
    let slos = [
        slo("few", "", "by: {labels: [path], limit: 1}"),
        slo("enough", "", "by: {labels: [path], limit: 2}"),
    ];
    on_both(&slos.concat(), requests(), |source, run| {
        let at = AT.to_string();
        let report = run(&["report", "--at", &at, "--slo", "few", "--format", "json"]);
        let slo = report.slo("s/few");
        println!("{source}: {}", slo["reason"]);
        assert_eq!((report.code, slo["status"].as_str()), (3, Some("error")));
        assert_eq!(slo["reason"], "`by: path` has 2 values, more than the 1 that are allowed");
        assert!(report.json()["errors"][0]["hint"].as_str().unwrap().contains("limit"), "{report:?}");
        let enough = run(&["report", "--at", &at, "--slo", "enough", "--format", "json"]);
        assert_eq!(enough.json()["slos"].as_array().unwrap().len(), 3, "{enough:?}");
    });
}

#[test]
fn objectives_are_joined_slice_by_slice() {
    let composite = |name: &str, how: &str, method: &str| {
        let weight = if how == "weighted" { ", weight: 2" } else { "" };
        format!(
            "  - {{name: {name}, objective: 99%, window: 1d, {method} sli: {{composite: {{combine: {how}, members: [{{slo: a{weight}}}, {{slo: b}}]}}}}}}\n"
        )
    };
    let slos = [
        slo("a", "/a", ""),
        slo("b", "/b", ""),
        composite("mean", "weighted", ""),
        composite("worst", "all", ""),
        composite("best", "any", ""),
        composite("chain", "serial", ""),
        composite("slices", "all", "method: {timeslices: {slice: 5m, target: 95%}},"),
        composite("hours", "all", "method: {timeslices: {slice: 1h, target: 95%, consecutive: 2}},"),
    ];
    on_both(&slos.concat(), requests(), |source, run| {
        let report = reported(run);
        let told = |name: &str, bad: f64, total: f64| {
            let slo = report.slo(&format!("s/{name}"));
            println!("{source} {name}: {} {} {}", slo["status"], slo["events"], slo["members"]);
            is(&slo["events"]["bad"], bad);
            is(&slo["events"]["total"], total);
            slo
        };
        // Of 288 slices 12 are half bad on `/a`; on `/b` each is bad to a hundredth.
        let mean = told("mean", (2.0 * 12.0 * 0.5 + 288.0 * 0.01) / 3.0, 288.0);
        told("worst", 12.0 * 0.5 + 276.0 * 0.01, 288.0);
        told("best", 12.0 * 0.01, 288.0);
        told("chain", 12.0 * (1.0 - 0.5 * 0.99) + 276.0 * 0.01, 288.0);
        told("slices", 12.0, 288.0);
        // One hour alone is none of two in a row.
        told("hours", 0.0, 24.0);
        let member = |at: usize| &mean["members"][at];
        assert_eq!((member(0)["slo"].as_str(), member(1)["slo"].as_str()), (Some("a"), Some("b")));
        is(&member(0)["sli"], 1.0 - 6.0 / 288.0);
        is(&member(0)["bad_share"], 12.0 / 14.88);
        is(&member(1)["bad_share"], 2.88 / 14.88);
    });
}

#[test]
fn a_composite_is_measured_though_its_members_are_not_selected() {
    let composite = "  - {name: both, objective: 90%, window: 1d, sli: {composite: {members: [{slo: a}, {slo: b}, {slo: gone}]}}}\n  \
           - {name: two, objective: 90%, window: 1d, sli: {composite: {members: [{slo: a}, {slo: b}]}}}\n";
    let gone = slo("gone", "/gone", "");
    let slos = [slo("a", "/a", ""), slo("b", "/b", ""), gone, composite.to_owned()];
    on_both(&slos.concat(), requests(), |_, run| {
        let at = AT.to_string();
        let one = |name: &str| {
            let report = run(&["report", "--at", &at, "--slo", name, "--format", "json"]);
            let slo = report.slo(&format!("s/{name}")).clone();
            (report.code, slo["status"].as_str().unwrap().to_owned())
        };
        assert_eq!(one("two"), (0, "met".to_owned()));
        // A member of which nothing is known leaves nothing known of the whole.
        assert_eq!(one("both"), (4, "no_data".to_owned()));
    });
}

#[test]
fn slices_and_ratios_may_be_judged_in_longer_slices() {
    let queue = |name: &str, method: &str| {
        format!(
            "  - {{name: {name}, objective: 99%, window: 1d, {method} sli: {{slices: {{good_when: queue < 5, slice: 1m}}}}}}\n"
        )
    };
    let ratio = |name: &str, method: &str| {
        format!(
            "  - {{name: {name}, objective: 99%, window: 1d, {method} sli: {{ratio: {{bad: 'max(avg_over_time(queue[$window])) / 10', slice: 1m}}}}}}\n"
        )
    };
    let timeslices = |more: &str| format!("method: {{timeslices: {{slice: 10m, target: 85%{more}}}}},");
    let slos = [
        queue("plain", ""),
        queue("longer", &timeslices("")),
        queue("runs", &timeslices(", consecutive: 2")),
        queue("mean", "method: {ratio_timeslices: {slice: 10m}},"),
        ratio("r-plain", ""),
        ratio("r-longer", &timeslices("")),
        ratio("r-mean", "method: {ratio_timeslices: {slice: 10m}},"),
    ];
    // One of ten minutes is over the limit all day long; from 12:00 to 12:30 five of ten are.
    let queue = |s: i64| {
        let minute = s / 60 - 1440;
        let long = (720..750).contains(&minute);
        Some(if minute.rem_euclid(10) < if long { 5 } else { 1 } { 8 } else { 0 })
    };
    let data = text().named("queue", "gauge").series("queue{job=\"a\"}", (AT - 2 * DAY, AT, 60), queue);
    on_both(&slos.concat(), data, |source, run| {
        let report = reported(run);
        let told = |name: &str, bad: f64, total: f64| {
            let slo = report.slo(&format!("s/{name}"));
            println!("{source} {name}: {} {}", slo["status"], slo["events"]);
            is(&slo["events"]["bad"], bad);
            is(&slo["events"]["total"], total);
        };
        told("plain", 144.0 + 12.0, 1440.0);
        told("longer", 3.0, 144.0);
        told("runs", 3.0, 144.0);
        told("mean", 141.0 * 0.1 + 3.0 * 0.5, 144.0);
        told("r-plain", 0.8 * 156.0, 1440.0);
        told("r-longer", 3.0, 144.0);
        told("r-mean", 0.8 * (141.0 * 0.1 + 3.0 * 0.5), 144.0);
    });
}

/// Two days of a native histogram, ten observations a minute, of which eight took up to a second and two longer.
fn native_histogram(folder: &std::path::Path) {
    // Bucket 0 is up to one, bucket 1 up to two.
    let shared = Shared { schema: 0, positive_spans: vec![(0, 2)], ..Shared::default() };
    let sample = |minute: i64| Packed {
        t: (AT - 2 * DAY + minute * 60 + 7) * 1000,
        count: 1_000_000.0 + 10.0 * minute as f64,
        sum: 1_000_000.0 + 9.0 * minute as f64,
        positive: vec![800_000.0 + 8.0 * minute as f64, 200_000.0 + 2.0 * minute as f64],
        ..Packed::default()
    };
    let samples: Vec<Packed> = (0..2 * 1440).map(sample).collect();
    let chunk = |samples: &[Packed]| {
        let (first, last) = (samples[0].t, samples[samples.len() - 1].t);
        (first, last, 2, packing::histogram(&shared, samples, false))
    };
    let series = vec![Stored {
        labels: vec![("__name__", "duration_seconds"), ("job", "a")],
        chunks: samples.chunks(120).map(chunk).collect(),
    }];
    Block { series, ..Block::default() }.write(folder);
}

#[test]
fn a_native_histogram_is_counted_at_a_threshold() {
    let data = TempDir::new("native");
    native_histogram(data.path());
    let copy = TempDir::new("native-server");
    native_histogram(copy.path());
    let server = RealPrometheus::start_with(copy.path(), &["--enable-feature=native-histograms"]);
    let spec = data.write(
        "spec.yaml",
        "apiVersion: nines/v1\nservice: s\nslos:\n  - name: fast\n    objective: 60%\n    window: 1d\n    \
         sli: {latency: {histogram: duration_seconds, threshold: 1s, native: true}}\n",
    );
    let (spec, block, at) = (
        spec.display().to_string(),
        data.path().join(Block::default().ulid).display().to_string(),
        AT.to_string(),
    );
    for source in [["--data", &block], ["--prometheus-url", &server.url]] {
        let common = ["report", "-f", &spec, "--at", &at, "--format", "json", "--fail-on", "never"];
        let slo = crate::support::run::nines([&common[..], &source].concat()).slo("s/fast");
        println!("{}: {} {} {}", source[0], slo["status"], slo["events"], slo["reason"]);
        for (what, expected) in [("total", 14_400.0), ("bad", 2_880.0)] {
            let told = number(&slo["events"][what]);
            assert!(
                (told - expected).abs() <= expected * 1e-3,
                "{}: {told} {what}, not {expected}",
                source[0]
            );
        }
        assert_eq!(slo["status"], "met");
    }
}
