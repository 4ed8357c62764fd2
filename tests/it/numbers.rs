//! Numbers with a known truth in corners of time and data, from local files and from a real server alike.

use std::fmt::Write as _;

use nines::base::{Duration, Moment};
use nines::budget::{Evaluation, evaluate};
use nines::diag::{Diagnostics, Files, Style};
use nines::plan::{Detail, Judged, Options, Period, compile};
use nines::slo::Spec;
use nines::source::{LocalSource, Source as _};

use crate::support::prometheus::{RealPrometheus, blocks_from_text};
use crate::support::run::{Outcome, nines};
use crate::support::server::{FakeServer, Reply};
use crate::support::tempdir::TempDir;

pub(crate) const AT: i64 = 1_763_596_800; // 2025-11-20T00:00:00Z
pub(crate) const HOUR: i64 = 3_600;
pub(crate) const DAY: i64 = 86_400;

/// OpenMetrics text of counters, each named once.
pub(crate) struct Text(pub(crate) String);

impl Text {
    /// Samples of one series every `step` seconds in `[from, to)`, seven seconds late, where `value` gives one for so
    /// many seconds after `from`.
    pub(crate) fn series(
        self,
        series: &str,
        times: (i64, i64, usize),
        value: impl Fn(i64) -> Option<i64>,
    ) -> Self {
        self.values(series, times, value)
    }

    /// The same with values of any form.
    pub(crate) fn values<V: std::fmt::Display>(
        mut self,
        series: &str,
        (from, to, step): (i64, i64, usize),
        value: impl Fn(i64) -> Option<V>,
    ) -> Self {
        for t in (from..to).step_by(step) {
            if let Some(value) = value(t - from) {
                writeln!(self.0, "{series} {value} {}", t + 7).unwrap();
            }
        }
        self
    }

    /// All of it, as a file.
    pub(crate) fn whole(self) -> String {
        self.0 + "# EOF\n"
    }

    pub(crate) fn named(mut self, name: &str, kind: &str) -> Self {
        writeln!(self.0, "# TYPE {name} {kind}").unwrap();
        self
    }
}

/// Counters of requests that were answered (`code="200"`) and that failed (`code="500"`); `since` tells for the seconds of
/// each scrape how many there were since the last, and how many of them failed.
pub(crate) fn answered(times: (i64, i64, usize), since: impl Fn(i64) -> (i64, i64)) -> Text {
    let (mut good, mut bad) = (vec![1_000_000], vec![1_000_000]);
    for second in (times.0..times.1).step_by(times.2) {
        let (total, failed) = since(second);
        good.push(good.last().unwrap() + total - failed);
        bad.push(bad.last().unwrap() + failed);
    }
    let at = |counts: Vec<i64>| move |s: i64| Some(counts[s as usize / times.2 + 1]);
    let series = |code: &str| format!("r_total{{job=\"a\",instance=\"1\",code=\"{code}\"}}");
    text().named("r", "counter").series(&series("200"), times, at(good)).series(
        &series("500"),
        times,
        at(bad),
    )
}

pub(crate) fn text() -> Text {
    Text(String::new())
}

/// Runs each check with a report of the specification on either source.
pub(crate) fn on_both(slos: &str, text: Text, check: impl Fn(&str, &dyn Fn(&[&str]) -> Outcome)) {
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

/// Samples every so many seconds, of two days that end 90 days before `AT`: 10 events a sample, then a burst of 50 bad
/// ones between two samples.
fn sparse(step: usize) -> (Text, f64) {
    let days = (AT - 92 * DAY, AT - 90 * DAY, step);
    let burst = DAY + DAY / 3;
    let grown = move |s: i64| Some(1_000_000 + s / step as i64 * 10);
    let text = text()
        .named("up", "gauge")
        .series("up{job=\"a\",instance=\"1\"}", days, |_| Some(1))
        .named("r", "counter")
        .series("r_total{job=\"a\",instance=\"1\",code=\"200\"}", days, grown)
        .series("r_total{job=\"a\",instance=\"1\",code=\"500\"}", days, move |s| {
            Some(if s < burst { 7 } else { 57 })
        });
    (text, (DAY / step as i64 * 10 + 50) as f64)
}

#[test]
fn samples_minutes_apart_are_counted_right_in_a_period_long_ago() {
    for step in [300, 600, 1800] {
        let (data, total) = sparse(step);
        let (from, to) = ((AT - 91 * DAY).to_string(), (AT - 90 * DAY).to_string());
        on_both(&slo("old", "1d", &codes("r_total")), data, |source, report| {
            let outcome = report(&["report", "--from", &from, "--to", &to, "--format", "json"]);
            let slo = outcome.slo("s/old");
            println!(
                "{source} every {step} s: {} {} {}",
                slo["status"], slo["events"], slo["coverage"]["ratio"]
            );
            near(&slo["events"]["bad"], 50.0);
            near(&slo["events"]["total"], total);
            near(&slo["coverage"]["ratio"], 1.0);
        });
    }
}

#[test]
fn steps_shorter_than_the_samples_count_right() {
    let days = (AT - 2 * DAY, AT, 60);
    let data = text()
        .named("r", "counter")
        .series("r_total{job=\"a\",instance=\"1\",code=\"200\"}", days, |s| Some(s / 6))
        .series("r_total{job=\"a\",instance=\"1\",code=\"500\"}", days, |s| Some(s / 6000));
    let at = AT.to_string();
    on_both(&slo("day", "1d", &codes("r_total")), data, |source, report| {
        for step in ["7s", "61s", "11m"] {
            let outcome = report(&["report", "--at", &at, "--step", step, "--format", "json"]);
            let slo = outcome.slo("s/day");
            println!("{source} in steps of {step}: {}", slo["events"]);
            near(&slo["events"]["total"], DAY as f64 / 6.0 + slo["events"]["bad"].as_f64().unwrap());
            assert!((number(&slo["events"]["bad"]) - 14.4).abs() < 1.0);
        }
    });
}

#[test]
fn a_series_that_was_out_of_sight_is_not_newborn() {
    let days = (AT - 3 * DAY, AT, 60);
    let seen = |s: i64| !(2 * DAY..2 * DAY + 900).contains(&(s - DAY / 2 + 300));
    let data = text()
        .named("up", "gauge")
        .series("up{job=\"a\",instance=\"1\"}", days, |_| Some(1))
        .named("r", "counter")
        .series("r_total{job=\"a\",instance=\"1\",code=\"200\"}", days, |s| {
            seen(s).then_some(1_000_000 + s / 6)
        })
        .series("r_total{job=\"a\",instance=\"1\",code=\"500\"}", days, |s| {
            seen(s).then_some(500_000 + s / 6000)
        });
    let at = AT.to_string();
    on_both(&slo("day", "1d", &codes("r_total")), data, |source, report| {
        let outcome = report(&["report", "--at", &at, "--format", "json"]);
        let slo = outcome.slo("s/day");
        println!("{source}: {} {}", slo["status"], slo["events"]);
        assert_eq!((outcome.code, slo["status"].as_str()), (0, Some("met")));
        // What grew out of sight may be missing, a hundredth of the day.
        assert!((number(&slo["events"]["total"]) - 14_414.4).abs() < 200.0);
    });
}

#[test]
fn a_server_that_does_not_say_how_far_apart_samples_are_is_not_believed() {
    let server = FakeServer::start(|request| match request.field("query") {
        Some(query) if query.contains("count_over_time") => {
            Reply::refused(422, "execution", "query touches too many series")
        }
        Some(_) if request.path.ends_with("query_range") => {
            let start: f64 = request.field("start").unwrap().parse().unwrap();
            Reply::data(&format!(
                "{{\"resultType\":\"matrix\",\"result\":[{{\"metric\":{{}},\"values\":[[{start},\"100\"]]}}]}}"
            ))
        }
        _ => Reply::one("100"),
    });
    let home = TempDir::new("pace");
    let slos = slo("day", "1d", &codes("r_total")).replace("99%", "99%, min_coverage: 0%");
    let spec = home.write("spec.yaml", format!("apiVersion: nines/v1\nservice: s\nslos:\n{slos}"));
    let spec = spec.display().to_string();
    let outcome = nines(["gate", "-f", &spec, "--prometheus-url", &server.url(), "--retries", "0"]);
    assert_eq!(outcome.code, 3, "{outcome:?}");
    assert!(outcome.out.contains("too many series"), "{outcome:?}");
}

#[test]
fn what_cannot_be_judged_does_not_pass() {
    let days = (AT - 3 * DAY, AT, 60);
    let before = (AT - 2 * DAY, AT - DAY - HOUR, 60);
    let grown = |s: i64| Some(s / 6);
    let data = text()
        .named("gone", "gauge")
        .series("gone{job=\"a\"}", before, |_| Some(1))
        .named("r", "counter")
        .series("r_total{job=\"a\",path=\"/old\",code=\"200\"}", before, grown)
        .series("r_total{job=\"a\",path=\"/\",code=\"200\"}", days, grown)
        .named("e", "counter")
        .series("e_total{job=\"a\",path=\"/\"}", days, |s| Some(s / 6000))
        .series("e_total{job=\"a\",path=\"/lost\"}", days, |s| Some(s / 60))
        .named("h", "histogram")
        .series("h_bucket{path=\"/\",le=\"1\"}", days, grown)
        .series("h_bucket{path=\"/\",le=\"+Inf\"}", days, grown)
        .series("h_bucket{path=\"/x\",le=\"0.5\"}", days, grown)
        .series("h_bucket{path=\"/x\",le=\"2\"}", days, grown)
        .series("h_bucket{path=\"/x\",le=\"+Inf\"}", days, grown);
    let by = |slo: String| slo.replace("99%", "99%, by: [path]");
    let slos = [
        slo("gone-good", "1d", "{slices: {good_when: gone == 1, empty: good}}"),
        slo("gone-bad", "1d", "{slices: {good_when: gone == 1, empty: bad}}"),
        slo("never", "1d", "{slices: {good_when: scalar(nowhere) == bool 1, empty: good}}"),
        by(slo("paths", "1d", &codes("r_total"))),
        by(slo("lost", "1d", "{events: {bad: e_total, total: r_total}}")),
        slo("nan", "1d", "{events: {bad: 'sum(increase(e_total[$window])) / 0', total: r_total}}"),
        slo("misspelt", "1d", "{events: {bad: eror_total, total: r_total}}"),
        by(slo("latency", "1d", "{latency: {histogram: h, threshold: 1s}}")),
    ];
    let at = AT.to_string();
    on_both(&slos.concat(), data, |source, run| {
        let status = |name: &str| {
            let report = run(&["report", "--at", &at, "--slo", name, "--format", "json"]);
            let gate = run(&["gate", "--at", &at, "--slo", name]);
            assert_eq!(report.code, gate.code, "{source} {name}: a gate judges as a report does");
            let slos = report.json()["slos"].as_array().unwrap().clone();
            // The number for all groups is no promise of its own.
            let told: Vec<String> = slos
                .iter()
                .filter(|slo| slo["overall_of"].is_null())
                .map(|slo| format!("{} {}", slo["id"].as_str().unwrap(), slo["status"].as_str().unwrap()))
                .collect();
            println!("{source} {told:?} {}", slos[0]["reason"]);
            (report.code, told.join(", "), slos[0]["warnings"].to_string())
        };
        let told = |name: &str| (status(name).0, status(name).1);
        assert_eq!(told("gone-good"), (4, "s/gone-good no_data".to_owned()));
        assert_eq!(told("gone-bad"), (1, "s/gone-bad breached".to_owned()));
        assert_eq!(told("never"), (4, "s/never no_data".to_owned()));
        // A group that was gone before the window began is no part of it.
        assert_eq!(told("paths"), (0, "s/paths{path=\"/\"} met".to_owned()));
        let lost = "s/lost{path=\"/lost\"} no_data, s/lost{path=\"/\"} met".to_owned();
        assert_eq!(told("lost"), (4, lost));
        assert_eq!(told("nan"), (4, "s/nan no_data".to_owned()));
        assert!(status("nan").2.contains("not finite"));
        assert_eq!(told("misspelt"), (0, "s/misspelt met".to_owned()));
        assert!(status("misspelt").2.contains("no series matched the bad events"));
        let latency = "s/latency{path=\"/x\"} error, s/latency{path=\"/\"} met".to_owned();
        assert_eq!(told("latency"), (3, latency));
    });
}

/// Objectives over the same and over other windows that share metrics, selections and labels.
fn sharing() -> Vec<Spec> {
    let by = |labels: &str, slo: String| slo.replace("99%", &format!("99%, by: [{labels}]"));
    let of = |part: &str, total: &str| {
        format!("{{events: {{bad: 'r_total{{{part}}}', total: 'r_total{{{total}}}'}}}}")
    };
    let slices =
        |when: &str, empty: &str| format!("{{slices: {{good_when: '{when}', slice: 5m, empty: {empty}}}}}");
    let month = "{calendar: month, timezone: Europe/Berlin}";
    let slos = [
        slo("a", "1d", &of("code=\"500\"", "")),
        slo("b", "3d", &of("code=\"500\"", "")),
        by("path", slo("c", "1d", &of("code=~\"5..\"", ""))),
        by("path, job", slo("d", "6h", &of("code!=\"200\"", ""))),
        slo("e", "{calendar: day}", &of("code=\"500\", path=\"/b\"", "path=\"/b\"")),
        slo("f", month, &of("code!~\"[23]..\"", "")),
        slo("g", "2h", &of("kind=\"x\"", "")),
        slo("h", "1d", "{events: {good: 'r_total{code=\"200\"}', total: 'r_total{code=~\"200|500\"}'}}"),
        slo("i", "1d", "{events: {bad: nowhere_total, total: r_total}}"),
        by(
            "path",
            slo(
                "j",
                "2d",
                "{events: {bad: 'r_total{code=\"500\"}', total: 'sum by (path) (increase(r_total[$window]))'}}",
            ),
        ),
        slo("k", "1d", "{latency: {histogram: h, threshold: 1s}}"),
        by("path", slo("l", "3d", "{latency: {histogram: h, threshold: 1s}}")),
        slo("m", "1d", "{latency: {histogram: h, threshold: 3s}}"),
        slo("n", "1d", &slices("gone == 1", "good")),
        slo("o", "3d", &slices("gone == 1", "good")),
        by("path", slo("p", "{calendar: day}", &slices("gone == 1", "bad"))),
    ];
    let mut files = Files::new();
    files.add("spec.yaml".to_owned(), format!("apiVersion: nines/v1\nservice: s\nslos:\n{}", slos.concat()));
    let mut faults = Diagnostics::new();
    let specs = nines::spec::read(&files, &mut faults);
    assert!(!faults.has_errors(), "{}", faults.to_text(&files, Style { color: false }));
    specs
}

/// Data in which series and groups come and go.
fn shared() -> Text {
    let at = |day: i64| AT + day * DAY;
    let mut data = text().named("r", "counter");
    for (path, from, to) in [("/a", -6, 0), ("/b", -6, -2), ("/c", -1, 0)] {
        for (code, every) in [("200", 1), ("302", 3), ("500", 17)] {
            let series = format!("r_total{{job=\"a\",instance=\"1\",path=\"{path}\",code=\"{code}\"}}");
            data = data.series(&series, (at(from), at(to), 300), |s| Some(s / 30 / every));
        }
    }
    data = data.named("h", "histogram");
    for (le, part) in [("0.5", 3), ("1", 2), ("3", 0), ("+Inf", 1)] {
        let series = |path| format!("h_bucket{{path=\"{path}\",le=\"{le}\"}}");
        // The boundary 3 was given up four days ago, and never was one of the other path.
        let to = if part == 0 { at(-4) } else { at(0) };
        data = data.series(&series("/a"), (at(-6), to, 300), |s| Some(s / 30 / part.max(1)));
        if part > 0 {
            data = data.series(&series("/b"), (at(-3), at(0), 300), |s| Some(s / 30 / part));
        }
    }
    data.named("gone", "gauge")
        .series("gone{path=\"/a\"}", (at(-6), at(-2), 300), |_| Some(1))
        .series("gone{path=\"/b\"}", (at(-6), at(0), 300), |s| (s % 7200 > 900).then_some(s / 300 % 9 / 8))
        .series("gone{path=\"/c\"}", (at(-6), at(-5), 300), |_| Some(1))
}

#[test]
fn a_shared_answer_judges_as_an_answer_of_ones_own() {
    let home = TempDir::new("shared");
    let file = home.write("data.om", shared().0 + "# EOF\n");
    let source = LocalSource::open(&[file], &mut Vec::new()).unwrap();
    let specs = sharing();
    let evaluated = |specs: &[Spec], options: &Options| -> Vec<(String, Evaluation)> {
        let plan = compile(specs, options, &|_| Ok(Some(Duration::minutes(5)))).unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let answers: Vec<_> =
            plan.queries.iter().map(|query| runtime.block_on(source.fetch(query))).collect();
        evaluate(&plan, &answers)
            .into_iter()
            .map(|evaluation| {
                let name = specs[0].slos[plan.tasks[evaluation.task].slo].name.clone();
                (name, Evaluation { task: 0, ..evaluation })
            })
            .collect()
    };
    let alone = |name: &str, options: &Options| {
        let mut specs = specs.clone();
        specs[0].slos.retain(|slo| slo.name == name);
        evaluated(&specs, options)
    };
    let verdicts = |evaluations: &[(String, Evaluation)]| -> Vec<String> {
        let outcome = |(name, it): &(String, Evaluation)| match &it.outcome {
            Ok(measured) => format!("{name}{} {:?} {:?}", it.group, measured.verdict, measured.events),
            Err(failure) => format!("{name}{} {failure:?}", it.group),
        };
        evaluations.iter().map(outcome).collect()
    };
    for (back, exact) in [(0, true), (7 * HOUR + 17 * 60, false), (DAY + 1, true)] {
        let mut in_short = None;
        for detail in [Detail::Verdict, Detail::FULL] {
            let at = Moment::from_secs(AT - back);
            let options = Options {
                at,
                period: Period::Own,
                zone: None,
                detail,
                exact,
                step: None,
                judged: Judged::All,
                by_day: false,
            };
            let together = evaluated(&specs, &options);
            for slo in &specs[0].slos {
                let of_it: Vec<_> = together.iter().filter(|(name, _)| *name == slo.name).cloned().collect();
                assert_eq!(of_it, alone(&slo.name, &options), "{} at {at}, {detail:?}", slo.name);
            }
            let told = verdicts(&together);
            assert_eq!(*in_short.get_or_insert_with(|| told.clone()), told, "at {at}");
        }
    }
}
