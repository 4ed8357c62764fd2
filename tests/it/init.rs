//! What is proposed for what there is: from the simulated systems, a real server, and pages of real exporters.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use proptest::prelude::*;

use crate::support::prometheus::{RealPrometheus, http_get};
use crate::support::run::{Outcome, nines, nines_with};
use crate::support::server::{FakeServer, Reply};
use crate::support::simulated::{Simulated, fixtures};
use crate::support::tempdir::TempDir;

/// The end of the data in `fixtures/data`.
const AT: &str = "2026-11-16T00:00:00Z";

fn page(name: &str) -> String {
    let path: PathBuf = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/pages").join(name);
    path.display().to_string()
}

/// What was proposed, which must be valid without a remark.
fn valid(outcome: &Outcome) -> String {
    assert_eq!(outcome.code, 0, "{}", outcome.err);
    let checked = nines_with(["validate", "-"], &[], &outcome.out);
    assert_eq!((checked.code, checked.err.as_str()), (0, ""), "{}\n{}", checked.out, outcome.out);
    assert_eq!(checked.out.lines().count(), 1, "{}", checked.out);
    outcome.out.clone()
}

fn without_comments(text: &str) -> String {
    text.lines().filter(|line| !line.trim_start().starts_with('#')).fold(String::new(), |mut text, line| {
        _ = writeln!(text, "{line}");
        text
    })
}

#[test]
fn the_five_systems_get_objectives_that_are_mostly_met() {
    let data = fixtures().display().to_string();
    let proposed = nines(["init", "--data", &data]);
    let text = valid(&proposed);
    insta::assert_snapshot!("systems", text.replace(&data, "fixtures/data"));
    insta::assert_snapshot!("systems_left_out", proposed.err);

    let report = ["report", "-f", "-", "--data", &data, "--at", "end", "--format", "json"];
    let report = nines_with(report, &[], &text).json();
    let slos = report["slos"].as_array().unwrap();
    assert!(slos.len() > 25, "{}", slos.len());
    let status =
        |wanted: &[&str]| slos.iter().filter(|slo| wanted.contains(&slo["status"].as_str().unwrap())).count();
    assert_eq!(status(&["error", "no_data"]), 0, "{report:#}");
    // Nine of ten past windows met each: one in ten of the present ones may not.
    assert!(status(&["breached"]) * 10 <= slos.len(), "{report:#}");
    let warned: Vec<_> = slos.iter().filter(|slo| !slo["warnings"].as_array().unwrap().is_empty()).collect();
    assert!(warned.is_empty(), "{warned:?}");

    let told = nines_with(["explain", "-f", "-", "--at", AT], &[], &text);
    assert_eq!(told.code, 0, "{}", told.err);
    assert!(
        told.out.contains("Page when the budget burns more than 3.36× as fast as an even pace over both")
    );
    assert!(told.out.contains("Ticket when the budget burns faster than an even pace over both"));
    // What each means; the alerts of all are the same, and the questions are long.
    let sentences = |objective: &str| -> String {
        let of_it = objective.lines().take_while(|line| !line.starts_with("  Asks"));
        let of_it = of_it.filter(|line| !line.starts_with("  Page") && !line.starts_with("  Ticket"));
        of_it.collect::<Vec<_>>().join("\n")
    };
    let sentences: Vec<String> = told.out.split("\n\n").map(sentences).collect();
    insta::assert_snapshot!("systems_explained", sentences.join("\n\n"));
}

#[test]
fn a_real_server_gives_the_same_file() {
    let simulated = Simulated::shared();
    let from_server = valid(&nines(["init", "--prometheus-url", &simulated.server.url, "--at", AT]));
    let texts = simulated.texts().display().to_string();
    let from_text = valid(&nines(["init", "--data", &texts, "--at", AT]));
    assert_eq!(without_comments(&from_server), without_comments(&from_text));
    let of_past = |text: &str| text.matches("# met in ").count();
    assert_eq!(of_past(&from_server), of_past(&from_text));
    assert!(of_past(&from_text) > 20, "{from_text}");
}

#[test]
fn a_server_tells_of_itself_on_its_page() {
    let data = TempDir::new("own-page");
    let server = RealPrometheus::start(data.path());
    for _ in 0..100 {
        server.query("up", 1_793_000_000.0);
    }
    let (status, page) = http_get(&format!("{}/metrics", server.url));
    assert_eq!(status, 200);
    let proposed = nines_with(["init", "--metrics", "-", "--service", "prometheus"], &[], &page);
    let text = valid(&proposed);
    for part in [
        "service: prometheus\n",
        "bad: prometheus_http_requests_total{job=\"prometheus\",code=~\"5..\"}\n",
        "histogram: 'prometheus_http_request_duration_seconds{job=\"prometheus\"}'",
        "bad: prometheus_tsdb_compactions_failed_total{job=\"prometheus\"}\n",
        "total: prometheus_tsdb_compactions_total{job=\"prometheus\"}\n",
        "description: Tsdb compactions succeed\n",
    ] {
        assert!(text.contains(part), "{part:?} is not in\n{text}");
    }
    assert!(!text.contains("go_") && !text.contains("process_"), "{text}");
    assert!(proposed.err.contains("left out, no label tells good from bad"), "{}", proposed.err);
}

/// What a preset proposes for a page, alone and among all of them.
fn preset(name: &str, file: &str) {
    let alone = valid(&nines(["init", "--metrics", &page(file), "--preset", name, "--service", "shop"]));
    let all = valid(&nines(["init", "--metrics", &page(file), "--service", "shop"]));
    assert_eq!(alone, all, "{file}");
    let explained = nines_with(["explain", "-f", "-"], &[], &alone);
    assert_eq!(explained.code, 0, "{}", explained.err);
    insta::assert_snapshot!(name, alone.replace(&page(file), file));
}

#[test]
fn a_preset_for_http() {
    preset("http", "http-go.prom");
}

#[test]
fn a_preset_for_grpc() {
    preset("grpc", "grpc-go.prom");
}

#[test]
fn a_preset_for_kafka() {
    preset("kafka", "kafka_exporter.prom");
}

#[test]
fn a_preset_for_databases() {
    preset("database", "postgres_exporter.prom");
}

#[test]
fn a_preset_for_caches() {
    preset("cache", "redis_exporter.prom");
}

#[test]
fn a_preset_for_batches() {
    preset("batch", "batch.prom");
}

#[test]
fn a_preset_for_probes() {
    preset("blackbox", "blackbox_exporter.prom");
}

#[test]
fn a_preset_for_all_other_work() {
    preset("work", "work.prom");
}

#[test]
fn a_page_without_a_name_says_so() {
    let proposed =
        nines(["init", "--metrics", &page("http-go.prom"), "--preset", "http", "--preset", "grpc"]);
    let text = valid(&proposed);
    assert!(text.contains("# Name the service"), "{text}");
    assert!(text.contains("service: my-service\n"), "{text}");
    assert!(text.contains("total: http_requests_total\n"), "{text}");
    assert_eq!(proposed.err, "proposed 2 objectives of 1 service; looked at 9 metrics\n");
}

#[test]
fn objectives_of_one_service_have_names_of_their_own() {
    let histogram = |name: &str| format!("{name}_bucket{{le=\"1\"}} 5\n{name}_bucket{{le=\"+Inf\"}} 5\n");
    let page =
        histogram("render_duration_seconds") + &histogram("render_seconds") + &histogram("parse_seconds");
    let text = valid(&nines_with(["init", "--metrics", "-"], &[], &page));
    let names: Vec<&str> = text.lines().filter_map(|line| line.trim().strip_prefix("- name: ")).collect();
    assert_eq!(names, ["parse-latency", "render-latency", "render-latency-2"]);
}

/// Two services with a sample every `apart` minutes for `days`, up to [`AT`]: 100 requests a minute, of which of the
/// first one `bad` of each 10,000 fail.
fn history(home: &TempDir, days: i64, apart: usize, bad: i64) -> String {
    let end = 1_794_787_200;
    let mut text = "# TYPE r counter\n".to_owned();
    let mut series = |labels: &str, value: &dyn Fn(i64) -> i64| {
        for minute in (0..days * 1440).step_by(apart) {
            let at = end - (days * 1440 - minute) * 60;
            writeln!(text, "r_total{{{labels}}} {} {at}", value(minute)).unwrap();
        }
    };
    series(r#"job="api",code="200""#, &|minute| minute * 100 - minute * bad / 100);
    series(r#"job="api",code="500""#, &|minute| minute * bad / 100);
    series(r#"job="web",status="success""#, &|minute| minute * 3);
    text += "# EOF\n";
    home.write("history.om", text).display().to_string()
}

#[test]
fn with_too_little_history_an_objective_is_no_more_than_usual() {
    let home = TempDir::new("little-history");
    let text = valid(&nines(["init", "--data", &history(&home, 2, 1, 30)]));
    assert!(
        text.contains("# not from history: 2 d of data is no whole window of 7d; 99.7002 % was good in it"),
        "{text}"
    );
    assert!(text.contains("objective: 99.5%"), "{text}");
    assert!(text.contains(r#"good: r_total{job="web",status="success"}"#), "{text}");
    let text = valid(&nines(["init", "--data", &history(&home, 2, 1, 0), "--service", "api"]));
    assert!(text.contains("objective: 99.9%") && !text.contains("web"), "{text}");
}

#[test]
fn windows_are_as_long_as_is_asked_or_known() {
    let home = TempDir::new("windows");
    let data = history(&home, 9, 1, 30);
    let text = valid(&nines(["init", "--data", &data, "--service", "api"]));
    assert!(text.contains("# met in 3 of 3 past windows of 7d; lowest 99.7000 %"), "{text}");
    let text = valid(&nines(["init", "--data", &data, "--service", "api", "--window", "1d"]));
    assert!(text.contains("# met in 9 of 9 past windows of 1d; lowest 99.7000 %"), "{text}");
    assert!(text.contains("window: 1d\n"), "{text}");
    let text = valid(&nines(["init", "--data", &history(&home, 61, 10, 30), "--service", "api"]));
    assert!(text.contains("# met in 31 of 31 past windows of 30d; lowest 99.7000 %"), "{text}");
    let refused = nines(["init", "--data", &data, "--window", "90m"]);
    assert_eq!(refused.code, 2);
    assert!(refused.err.contains("--window 90m: write whole days"), "{}", refused.err);
}

#[test]
fn what_was_recorded_gives_the_same_file() {
    let home = TempDir::new("init-record");
    let (data, folder) = (history(&home, 9, 5, 30), home.path().join("answers").display().to_string());
    let recorded = valid(&nines(["init", "--data", &data, "--at", AT, "--record", &folder]));
    let replayed = valid(&nines(["init", "--offline", &folder, "--at", AT]));
    assert_eq!(without_comments(&replayed), without_comments(&recorded));
    assert!(replayed.contains("# met in 3 of 3 past windows of 7d"), "{replayed}");
}

/// A server that knows one counter, and answers about its past only where it may.
fn one_counter(tells_of_the_past: bool) -> FakeServer {
    FakeServer::start(move |request| {
        if !request.path.contains("/query") {
            return Reply::data(r#"{"version":"2.42.0+ds","revision":"x"}"#);
        }
        let query = request.field("query").unwrap_or_default();
        let series = |labels: &str| format!(r#"{{"metric":{{{labels}}},"values":[[1794700800,"1"]]}}"#);
        let result = if query.starts_with("count by (__name__) ") {
            series(r#""__name__":"http_requests_total""#)
        } else if query.starts_with("count by (__name__, ") {
            series(r#""__name__":"http_requests_total","job":"api","code":"200""#)
        } else if tells_of_the_past {
            String::new()
        } else {
            return Reply::refused(422, "execution", "too many samples");
        };
        Reply::data(&format!(r#"{{"resultType":"matrix","result":[{result}]}}"#))
    })
}

#[test]
fn a_source_that_does_not_tell_of_the_past_has_failed() {
    let server = one_counter(false);
    let outcome = nines(["init", "--prometheus-url", &server.url(), "--at", AT]);
    assert_eq!((outcome.code, outcome.out.as_str()), (3, ""), "{outcome:?}");
    assert!(outcome.err.contains("error: the past of 1 objective could not be asked"), "{}", outcome.err);
    assert!(outcome.err.contains("too many samples"), "{}", outcome.err);
    let server = one_counter(true);
    let outcome = nines(["init", "--prometheus-url", &server.url(), "--at", AT]);
    assert_eq!((outcome.code, outcome.out.as_str()), (2, ""), "{outcome:?}");
    assert!(
        outcome.err.contains("left out, no data, or nothing counted, in the last 7d: api/availability"),
        "{}",
        outcome.err
    );
}

#[test]
fn a_file_is_never_replaced_unless_that_is_asked() {
    let home = TempDir::new("init-out");
    let out = home.write("specs.yaml", "mine\n").display().to_string();
    let read = || nines(["validate", &out]).code;
    let refused = nines(["init", "--metrics", &page("http-go.prom"), "--out", &out]);
    assert_eq!((refused.code, refused.out.as_str()), (2, ""));
    assert!(refused.err.contains("exists; give another --out, or --force"), "{}", refused.err);
    assert_eq!(read(), 2);
    let wrote = nines(["init", "--metrics", &page("http-go.prom"), "--out", &out, "--force", "-q"]);
    assert_eq!((wrote.code, wrote.out.as_str(), wrote.err.as_str()), (0, "", ""));
    assert_eq!(read(), 0);
}

#[test]
fn what_cannot_be_proposed_is_said() {
    let home = TempDir::new("init-nothing");
    let data = history(&home, 2, 1, 0);
    let refused = |args: &[&str], input: &str, code: u8, says: &str| {
        let outcome = nines_with(args.iter().copied(), &[], input);
        assert_eq!((outcome.code, outcome.out.as_str()), (code, ""), "{outcome:?}");
        assert!(outcome.err.contains(says), "{says:?} is not said in: {}", outcome.err);
    };
    refused(&["init"], "", 2, "no source: give --prometheus-url URL, or --data PATH");
    refused(&["init", "--data", &data, "--service", "wep"], "", 2, "did you mean web?");
    refused(&["init", "--data", &data, "--at", "2020-01-01"], "", 2, "there are no metrics");
    refused(
        &["init", "--data", &data, "--preset", "kafka"],
        "",
        2,
        "no objective can be proposed: of 1 metric",
    );
    refused(&["init", "--data", &data, "--preset", "ftp"], "", 2, "possible values: blackbox, grpc, http");
    refused(&["init", "--metrics", "-"], "<html>\n", 2, "standard input:1:1: ");
    refused(&["init", "--metrics", "-", "--no-input"], "", 2, "which --no-input forbids");
    refused(&["init", "--metrics", "-", "--data", &data], "", 2, "cannot be used with");
    refused(
        &["init", "--metrics", "-"],
        "up 1\nx_total 1\n",
        2,
        "left out, no label tells good from bad: my-service/x_total",
    );
    let nobody = ["init", "--prometheus-url", "http://127.0.0.1:1", "--retries", "0"];
    refused(&nobody, "", 3, "unreachable");
}

/// Metrics that presets may know, with labels that may tell, and values that nobody expects.
fn sample() -> impl Strategy<Value = String> {
    const WORDS: &[&str] = &[
        "http",
        "grpc",
        "server",
        "request",
        "requests",
        "kafka",
        "consumergroup",
        "lag",
        "queue",
        "length",
        "pg",
        "database",
        "query",
        "errors",
        "failed",
        "cache",
        "hits",
        "misses",
        "hit",
        "job",
        "jobs",
        "last",
        "success",
        "timestamp",
        "delay",
        "seconds",
        "milliseconds",
        "duration",
        "count",
        "sum",
        "up",
        "breaker",
        "x",
    ];
    const KNOWN: &[&str] = &[
        "probe_success",
        "probe_duration_seconds",
        "kube_job_failed",
        "pg_up",
        "redis_keyspace_hits_total",
        "redis_keyspace_misses_total",
        "pg_stat_activity_count",
        "pg_settings_max_connections",
        "pg_stat_database_xact_commit",
        "pg_stat_database_xact_rollback",
        "push_time_seconds",
    ];
    const LABELS: &[&str] = &[
        "job",
        "namespace",
        "code",
        "status",
        "grpc_code",
        "result",
        "state",
        "le",
        "group",
        "topic",
        "cronjob",
        "service",
        "condition",
        "success",
        "error",
        "path",
    ];
    const VALUES: &[&str] = &[
        "200", "5xx", "OK", "Internal", "success", "failed", "hit", "miss", "idle", "open", "true", "0.5",
        "1.0", "+Inf", "1e-5", "3e9", "-1", "a",
    ];
    let ends = &["", "_total", "_bucket", "_count", "_seconds_bucket"][..];
    let composed = (prop::collection::vec(prop::sample::select(WORDS), 1..4), prop::sample::select(ends))
        .prop_map(|(words, end)| words.join("_") + end);
    let name = prop_oneof![4 => composed, 1 => prop::sample::select(KNOWN).prop_map(str::to_owned)];
    let value = prop_oneof![
        6 => prop::sample::select(VALUES).prop_map(str::to_owned),
        1 => "[ -~é\u{85}]{0,12}".prop_map(|text| text.replace('\\', "\\\\").replace('"', "\\\"")),
    ];
    let labels = prop::collection::btree_map(prop::sample::select(LABELS), value, 0..4);
    (name, labels, 0u32..2000).prop_map(|(name, labels, value)| {
        let labels: Vec<String> = labels.iter().map(|(name, value)| format!("{name}=\"{value}\"")).collect();
        format!("{name}{{{}}} {value}\n", labels.join(","))
    })
}

proptest! {
    #[test]
    fn whatever_a_page_shows_what_is_proposed_is_valid(samples in prop::collection::vec(sample(), 1..60)) {
        let outcome = nines_with(["init", "--metrics", "-"], &[], &samples.concat());
        let nothing = outcome.err.contains("no objective can be proposed");
        prop_assert_eq!(outcome.code, if nothing { 2 } else { 0 }, "{}", outcome.err);
        if !nothing {
            valid(&outcome);
        }
    }
}
