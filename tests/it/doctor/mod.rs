//! What the doctor finds, and of what it keeps silent: in files, on a real server, and where nobody answers.

mod clinic;

use std::collections::BTreeSet;
use std::path::Path;

use nines::diag::Code;
use nines::doctor::CHECKS;
use serde_json::Value;

use crate::support::prometheus::{RealPrometheus, blocks_from_text};
use crate::support::run::{Outcome, nines};
use crate::support::server::{FakeServer, Reply, Request};
use crate::support::simulated::{Simulated, fixtures};
use crate::support::tempdir::TempDir;
use clinic::{AT, CASES, Case, MOMENT};

/// Runs the doctor over the objectives of some cases.
fn doctor<'a>(
    cases: impl IntoIterator<Item = &'static Case>,
    more: impl IntoIterator<Item = &'a str>,
) -> Outcome {
    let home = TempDir::new("doctor");
    let spec = home.write("clinic.yaml", clinic::spec(cases)).display().to_string();
    let more: Vec<&str> = more.into_iter().collect();
    let at = if more.contains(&"--at") { None } else { Some(["--at", AT]) };
    let args = ["doctor", "-f", &spec, "--format", "json"].into_iter().chain(at.into_iter().flatten());
    nines(args.chain(more.iter().copied()))
}

fn named(names: &'static [&'static str]) -> impl Iterator<Item = &'static Case> {
    CASES.iter().filter(|case| names.contains(&case.name))
}

fn list<'a>(report: &'a Value, key: &str) -> impl Iterator<Item = &'a Value> {
    report[key].as_array().unwrap_or_else(|| panic!("no {key} in {report:#}")).iter()
}

/// What was found of an objective, or of the source: severity, code, what and what to do.
fn found<'a>(report: &'a Value, slo: Option<&str>) -> Vec<(&'a str, &'a str, String)> {
    let findings = list(report, "findings").filter(|finding| finding["slo"].as_str() == slo);
    findings
        .map(|finding| {
            let text = |key: &str| finding[key].as_str().unwrap();
            (text("severity"), text("code"), format!("{}; {}", text("found"), text("help")))
        })
        .collect()
}

/// What is not as the cases say.
fn wrong(report: &Value, cases: impl IntoIterator<Item = &'static Case>) -> Vec<String> {
    let mut wrong = Vec::new();
    for case in cases {
        let found = found(report, Some(case.name));
        let as_told = found.len() == case.finds.len()
            && found.iter().zip(case.finds).all(|((severity, code, text), (grave, id, part))| {
                severity == grave && code == id && text.contains(part)
            });
        if !as_told {
            wrong.push(format!("{}: expected {:?}\n    found {found:#?}", case.name, case.finds));
        }
    }
    wrong
}

fn local() -> (TempDir, String) {
    let home = TempDir::new("clinic");
    let data = home.write("clinic.om", clinic::data()).display().to_string();
    (home, data)
}

#[test]
fn files_are_examined() {
    let (_home, data) = local();
    let cases = || CASES.iter().chain([MOMENT]);
    let outcome = doctor(cases(), ["--data", &data]);
    assert_eq!(outcome.code, 1, "{}", outcome.err);
    let wrong = wrong(&outcome.json(), cases());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_server_is_examined_and_the_same_is_found() {
    let data = blocks_from_text(clinic::data());
    let server = RealPrometheus::start(data.path());
    let outcome = doctor(CASES, ["--prometheus-url", &server.url]);
    assert_eq!(outcome.code, 1, "{}", outcome.err);
    let report = outcome.json();
    let wrong = wrong(&report, CASES);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    // Debian's Prometheus is of the old line, and the clock of this test stands still.
    let codes: Vec<&str> = found(&report, None).into_iter().map(|(_, code, _)| code).collect();
    assert!(
        codes.contains(&"N0626") && codes.iter().all(|code| ["N0623", "N0626"].contains(code)),
        "{codes:?}"
    );
}

#[test]
fn of_healthy_data_every_check_keeps_silent() {
    let (_home, data) = local();
    let outcome = doctor(named(&["availability", "latency", "lag"]), ["--data", &data, "--strict", "-q"]);
    assert_eq!((outcome.code, outcome.err.as_str()), (0, ""), "{}", outcome.out);
    let report = outcome.json();
    assert_eq!(list(&report, "findings").count() + list(&report, "not_checked").count(), 0, "{report:#}");
    let mut passed = BTreeSet::new();
    for objective in list(&report, "objectives") {
        for check in list(objective, "checks") {
            assert_eq!(check["state"], "passed");
            passed.insert(check["check"].as_str().unwrap());
        }
    }
    // Those of the source are no objective's, and files have no clock.
    passed.extend(["engine", "clock", "extent"]);
    assert_eq!(passed, CHECKS.iter().map(|check| check.name).collect());
    assert_eq!(report["summary"]["checks"], 2 + 7 + 9 + 8);
}

/// A server of this version and clock that answers every query with nothing.
fn empty(version: &'static str, clock: &'static str) -> FakeServer {
    FakeServer::start(move |request: &Request| {
        if request.path.ends_with("/buildinfo") {
            return Reply::data(&format!(r#"{{"version":"{version}","revision":"x"}}"#));
        }
        match (request.field("query"), request.path.ends_with("_range")) {
            (Some("time()"), _) => {
                Reply::data(&format!(r#"{{"resultType":"scalar","result":[{clock},"{clock}"]}}"#))
            }
            (_, true) => Reply::data(r#"{"resultType":"matrix","result":[]}"#),
            (_, false) => Reply::data(r#"{"resultType":"vector","result":[]}"#),
        }
    })
}

/// 2026-11-20T10:00:00Z, where every test's clock stands.
const NOW: &str = "1795168800";

#[test]
fn a_clock_that_is_wrong_and_a_server_that_is_old() {
    let of_source = |server: &FakeServer| {
        let outcome = doctor(named(&["availability"]), ["--prometheus-url", &server.url()]);
        let report = outcome.json();
        found(&report, None)
            .into_iter()
            .map(|(severity, code, text)| format!("{severity} {code} {text}"))
            .collect::<Vec<_>>()
    };
    assert_eq!(of_source(&empty("3.1.0", NOW)), [] as [&str; 0]);
    let old = of_source(&empty("2.19.0", NOW));
    assert!(
        old.len() == 1 && old[0].starts_with("warning N0625 Prometheus 2.19.0 is older than 2.26"),
        "{old:?}"
    );
    for (clock, says) in [("1795168680", "behind the one here"), ("1795168920.5", "ahead of the one here")] {
        let told = of_source(&empty("3.1.0", clock));
        assert!(
            told.len() == 1 && told[0].starts_with("warning N0623") && told[0].contains(says),
            "{told:?}"
        );
    }
    let near = of_source(&empty("3.1.0", "1795168780"));
    assert_eq!(near, [] as [&str; 0], "twenty seconds are no skew");
}

#[test]
fn data_that_ends_too_early() {
    let (_home, data) = local();
    let home = TempDir::new("doctor");
    let spec = home.write("clinic.yaml", clinic::spec(named(&["availability"]))).display().to_string();
    let run = |at: &str| nines(["doctor", "-f", &spec, "--data", &data, "--format", "json", "--at", at]);
    let outcome = run("2026-11-16T06:00:00Z");
    let report = outcome.json();
    let told = found(&report, None);
    assert_eq!((told.len(), told[0].0, told[0].1), (1, "warning", "N0627"), "{told:?}");
    assert!(told[0].2.contains("before the moment of evaluation"), "{told:?}");
    assert_eq!(outcome.code, 0);
    // Without --at it is now, and the window is empty: one finding, and no other that follows from it.
    let outcome = run("now");
    let report = outcome.json();
    assert_eq!(outcome.code, 1, "{report:#}");
    let all: Vec<&Value> = list(&report, "findings").collect();
    assert!(all.len() == 1 && all[0]["severity"] == "error" && all[0]["code"] == "N0627", "{report:#}");
    assert!(list(&report, "not_checked").all(|skipped| skipped["reason"] == "no data in the window"));
    assert!(
        list(&report, "objectives")
            .all(|one| list(one, "checks").all(|check| check["state"] == "not_checked"))
    );
}

#[test]
fn a_check_that_is_not_made_does_not_pass() {
    let url = FakeServer::closed();
    let args = ["--prometheus-url", &url, "--retries", "0", "--timeout", "500ms"];
    let outcome = doctor(named(&["availability", "latency"]), args);
    assert_eq!(outcome.code, 3, "{}", outcome.out);
    let report = outcome.json();
    assert_eq!((&report["summary"]["checks"], &report["summary"]["not_checked"]), (&0.into(), &18.into()));
    for skipped in list(&report, "not_checked") {
        assert!(skipped["source_failed"] == true, "{skipped}");
        assert!(skipped["reason"].as_str().unwrap().contains("unreachable"), "{skipped}");
    }
    assert_eq!(list(&report, "findings").count(), 0);
    assert!(
        list(&report, "objectives")
            .all(|one| list(one, "checks").all(|check| check["state"] == "not_checked"))
    );
}

#[test]
fn what_is_found_wins_over_what_was_not_answered() {
    // Nothing exists, and one question is refused.
    let server = |refuses: &'static str| {
        let inner = empty("3.1.0", NOW);
        let url = inner.url();
        (
            inner,
            FakeServer::start(move |request: &Request| {
                if request.field("query").is_some_and(|query| query.contains(refuses)) {
                    return Reply::refused(422, "execution", "too many samples");
                }
                if request.path.ends_with("/buildinfo") {
                    return Reply::data(r#"{"version":"3.1.0","revision":"x"}"#);
                }
                let form: Vec<(&str, &str)> =
                    request.fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
                let (status, body) =
                    crate::support::prometheus::http_post(&format!("{url}{}", request.path), &form);
                Reply::status(status, body)
            }),
        )
    };
    let (_inner, refusing) = server("count(r_total)");
    let outcome = doctor(named(&["value", "metric"]), ["--prometheus-url", &refusing.url()]);
    let report = outcome.json();
    assert_eq!(outcome.code, 1, "{report:#}");
    let failed = list(&report, "not_checked").filter(|skipped| skipped["source_failed"] == true);
    assert!(failed.count() > 0 && !found(&report, Some("metric")).is_empty(), "{report:#}");
    let outcome = doctor(named(&["value"]), ["--prometheus-url", &refusing.url()]);
    assert_eq!(outcome.code, 3, "{}", outcome.out);
    let text = &outcome.json()["not_checked"][0]["reason"];
    assert!(text.as_str().unwrap().contains("too many samples"), "{text}");
}

#[test]
fn warnings_fail_where_that_is_wanted() {
    let (_home, data) = local();
    let warned = || named(&["counter-read", "gap-short"]);
    assert_eq!(doctor(warned(), ["--data", &data]).code, 0);
    assert_eq!(doctor(warned(), ["--data", &data, "--strict"]).code, 1);
    // A note never does.
    assert_eq!(doctor(named(&["spelt"]), ["--data", &data, "--strict"]).code, 0);
}

#[test]
fn wrong_uses_and_wrong_specifications() {
    let (home, data) = local();
    let wrong =
        home.write("wrong.yaml", clinic::spec(named(&["lag"])).replace("1d", "1x")).display().to_string();
    let spec = home.write("right.yaml", clinic::spec(named(&["lag"]))).display().to_string();
    for (args, says) in [
        (vec!["-f", &wrong, "--data", &data], "N0202"),
        (vec!["-f", &spec], "no source"),
        (vec!["-f", &spec, "--data", &data, "--at", "someday"], "--at someday"),
        (
            vec!["-f", &spec, "--prometheus-url", "http://127.0.0.1:9", "--retries", "0", "--at", "end"],
            "--at end",
        ),
        (vec!["-f", &spec, "--data", &data, "--slo", "lagg"], "did you mean lag?"),
    ] {
        let outcome = nines(["doctor"].into_iter().chain(args));
        assert_eq!(outcome.code, 2, "{outcome:?}");
        assert!(outcome.err.contains(says) && outcome.out.is_empty(), "{outcome:?}");
    }
}

/// The shipped data is scraped every two minutes, which is seldom for a burn rate over five. Nothing else is wrong.
fn only_scrapes_are_few(report: &Value) {
    for finding in list(report, "findings").filter(|finding| finding["slo"] != Value::Null) {
        assert_eq!(
            (&finding["code"], &finding["severity"]),
            (&"N0618".into(), &"warning".into()),
            "{finding:#}"
        );
        assert!(finding["found"].as_str().unwrap().contains("the samples are 2 m apart"), "{finding:#}");
    }
    assert_eq!(list(report, "not_checked").count(), 0);
    assert!(
        report["summary"]["findings"]["warning"].as_u64().is_some_and(|warnings| warnings >= 26),
        "{report:#}"
    );
}

#[test]
fn the_shipped_specifications_fit_the_shipped_data() {
    let data = fixtures().display().to_string();
    let run = |source: [&str; 2]| {
        let outcome =
            nines(["doctor", "-f", "slo-specs", "--at", AT, "--format", "json"].into_iter().chain(source));
        assert_eq!(outcome.code, 0, "{}", outcome.out);
        outcome.json()
    };
    let local = run(["--data", &data]);
    only_scrapes_are_few(&local);
    assert_eq!(found(&local, None), []);

    let simulated = Simulated::shared();
    let remote = run(["--prometheus-url", &simulated.server.url]);
    only_scrapes_are_few(&remote);
    let stored = nines(["data", &data, "--format", "json"]).json()["samples"]["floats"].as_f64().unwrap();
    let read = remote["source"]["samples_read"].as_f64().unwrap();
    println!(
        "{} questions, {read} samples read of {stored} stored: {:.3}",
        remote["source"]["questions"],
        read / stored
    );
    // As its manual says.
    assert!(read < stored / 10.0, "{read} samples read of {stored}");
}

#[test]
fn answers_that_were_recorded_are_examined_again() {
    let (home, data) = local();
    let kept = home.path().join("kept").display().to_string();
    let spec = clinic::spec(named(&["availability", "value", "late", "boundary"]));
    let spec = home.write("clinic.yaml", spec).display().to_string();
    let run = |source: [&str; 2], more: &[&str]| {
        let fixed = ["doctor", "-f", &spec, "--at", AT, "--format", "json", source[0], source[1]];
        nines(fixed.iter().chain(more))
    };
    let first = run(["--data", &data], &["--record", &kept]);
    let again = run(["--offline", &kept], &[]);
    assert_eq!((again.code, &again.err), (1, &first.err));
    assert_eq!(again.json()["findings"], first.json()["findings"]);
}

#[test]
fn it_is_told_as_text() {
    let (_home, data) = local();
    let home = TempDir::new("doctor");
    let cases = named(&[
        "availability",
        "label",
        "value-of-errors",
        "boundary",
        "scrapes",
        "spelt",
        "by-lost",
        "late",
        "gap-short",
        "value",
    ]);
    let spec = home.write("clinic.yaml", clinic::spec(cases)).display().to_string();
    let args = ["doctor", "-f", &spec, "--data", &data, "--at", AT];
    let outcome = nines(args);
    let folder = home.path().display().to_string();
    let shown = outcome
        .out
        .replace(&folder, "DIR")
        .replace(Path::new(&data).parent().unwrap().to_str().unwrap(), "DATA");
    insta::with_settings!({ snapshot_path => "../snapshots" }, { insta::assert_snapshot!(shown) });
    // Colour is laid over it and says nothing by itself.
    let painted = nines(args.into_iter().chain(["--color", "always"])).out;
    let codes = regex::Regex::new("\u{1b}\\[[0-9;]*m").unwrap();
    assert!(painted.contains('\u{1b}'));
    assert_eq!(codes.replace_all(&painted, ""), outcome.out);
}

#[test]
fn a_server_that_is_down_is_told_once() {
    let home = TempDir::new("doctor");
    let spec = home.write("clinic.yaml", clinic::spec(CASES)).display().to_string();
    let url = FakeServer::closed();
    let outcome = nines(["doctor", "-f", &spec, "--at", AT, "--prometheus-url", &url, "--retries", "0"]);
    assert_eq!(outcome.code, 3, "{}", outcome.out);
    assert_eq!(outcome.out.matches("unreachable").count(), 1, "{}", outcome.out);
    assert!(!outcome.out.contains('✓'), "{}", outcome.out);
    assert!(outcome.out.contains("every check of clinic/availability, clinic/latency"), "{}", outcome.out);
}

#[test]
fn every_code_is_raised_and_has_a_page() {
    let (_home, data) = local();
    let of_all = doctor(CASES, ["--data", &data]);
    let of_now = doctor(named(&["lag"]), ["--data", &data, "--at", "now"]);
    let ask = |server: &FakeServer| doctor(named(&["lag"]), ["--prometheus-url", &server.url()]);
    let (old, late) = (ask(&empty("2.19.0", NOW)), ask(&empty("2.42.0", "1795160000")));
    let mut raised = BTreeSet::new();
    for outcome in [of_all, of_now, old, late] {
        let report = outcome.json();
        raised.extend(list(&report, "findings").map(|finding| finding["code"].as_str().unwrap().to_owned()));
    }
    let all = Code::ALL.iter().map(|code| code.id()).filter(|id| id.starts_with("N06"));
    assert_eq!(raised, all.clone().map(str::to_owned).collect());
    for id in all {
        let page = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("docs/faults/{id}.md"));
        assert!(page.exists(), "no page {}", page.display());
    }
}

#[test]
fn the_manual_names_every_check_and_every_field() {
    let help = nines(["doctor", "--help"]).out;
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/doctor.md");
    #[expect(clippy::disallowed_methods, reason = "a test reads the project's own manual")]
    let manual = std::fs::read_to_string(page).unwrap();
    for check in CHECKS {
        let codes: Vec<&str> = check.codes.iter().map(|code| code.id()).collect();
        let row = format!("| `{}` | {} | {} | {} |", check.name, check.about, check.asks, codes.join(", "));
        assert!(manual.contains(&row), "docs/doctor.md lacks the row\n{row}");
        assert!(help.contains(check.name), "{help}");
    }
    let report = doctor(named(&["value"]), ["--prometheus-url", &empty("2.42.0", NOW).url()]).json();
    let mut parts = vec![&report, &report["source"], &report["summary"], &report["summary"]["findings"]];
    parts.extend(["findings", "not_checked", "objectives"].map(|key| &report[key][0]));
    parts.push(&report["objectives"][0]["checks"][0]);
    for field in parts.into_iter().flat_map(|part| part.as_object().unwrap().keys()) {
        let told = [format!("`{field}`"), format!("`{field}[]`")].iter().any(|form| manual.contains(form));
        assert!(told, "docs/doctor.md lacks {field}");
    }
}
