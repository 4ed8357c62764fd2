//! `nines query` prints what a server's HTTP API would, byte for byte.

use crate::support::prometheus::http_post;
use crate::support::run::{Outcome, nines};
use crate::support::simulated::{END, ODD, Simulated};
use crate::support::tempdir::TempDir;

/// Queries whose answers have an order, or one element.
const QUERIES: &[&str] = &[
    "1",
    "-0.0000001",
    "1e21 + 0.5",
    "123456789012345680000",
    "1/0",
    "0/0",
    "\"a <b> & \\\"c\\\" \\n ü 😀\"",
    "time()",
    "odd_label",
    "odd",
    "odd[2m]",
    "odd{case=\"tiny\"}",
    "odd{case=~\"huge|tiny|wobbly\"}[3m]",
    "vector(1e-7) ",
    "vector(NaN)",
    "nosuch",
    "nosuch[5m]",
    "sum(odd{case=\"wobbly\"})",
    "rate(odd{case=\"seldom\"}[30m])",
    "increase(odd_bucket{case=\"twice\",le=\"1\"}[10m] offset 1m)",
    "sort_desc(odd{case=~\"zero|constant|once|seldom\"})",
    "absent(nosuch{a=\"<\"})",
    "max_over_time(odd{case=\"inf\"}[10m:30s])",
    "label_replace(odd{case=\"zero\"}, \"x\", \"<$1>\", \"case\", \"(.*)\")",
];

/// Queries that are refused, where the words are ours to choose: type of error and status are compared.
const REFUSED: &[&str] = &[
    "sum(",
    "odd{",
    "rate(odd)",
    "odd + on() odd",
    "label_replace(odd, \"0\", \"\", \"\", \"\")",
    "mad_over_time(odd[5m])",
];

/// The arguments of `nines` and the path and form of the server for the same times.
fn times(range: bool) -> (Vec<String>, &'static str, Vec<(&'static str, String)>) {
    let (start, end, step) = ((END - 600).to_string(), format!("{}.5", END - 1), "77.7");
    if range {
        let args = ["--start", &start, "--end", &end, "--step", "77s700ms"].map(str::to_owned).to_vec();
        (args, "query_range", vec![("start", start), ("end", end), ("step", step.to_owned())])
    } else {
        (vec!["--time".to_owned(), end.clone()], "query", vec![("time", end)])
    }
}

#[test]
fn answers_are_the_servers_to_the_byte() {
    let simulated = Simulated::shared();
    let data = simulated.texts().join(ODD).display().to_string();
    let mut wrong = Vec::new();
    for range in [false, true] {
        let (args, path, form) = times(range);
        for query in QUERIES.iter().chain(REFUSED) {
            let mut command = vec!["query", "--data", &data, "--compat", "prom2"];
            command.extend(args.iter().map(String::as_str).chain(["--", query]));
            let ours = nines(command);
            let form: Vec<(&str, &str)> =
                form.iter().map(|(key, value)| (*key, value.as_str())).chain([("query", *query)]).collect();
            let (status, theirs) = http_post(&format!("{}/api/v1/{path}", simulated.server.url), &form);
            let (here, there) = match status {
                200 => (ours.out.trim_end().to_owned(), theirs.trim_end().to_owned()),
                _ => (kind(&ours.out), kind(&theirs)),
            };
            let code = match status {
                200 => 0,
                400 => 2,
                _ => 3,
            };
            if here != there || ours.code != code {
                wrong.push(format!(
                    "{query} ({path})\n  here {}: {here}\n  there {status}: {there}",
                    ours.code
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{} wrong\n{}", wrong.len(), wrong.join("\n"));
}

/// Sums over all series of a month, in the order in which the server adds.
#[test]
fn a_months_growth_is_the_servers_to_the_bit_from_blocks_and_from_text() {
    let simulated = Simulated::shared();
    let end = END.to_string();
    for query in [
        "sum(increase(http_requests_total[30d]))",
        "sum(increase(http_request_duration_seconds_bucket[30d]))",
        "sum(rate(http_request_duration_seconds_sum[30d]))",
        "sum(increase(service_health_checks_total[30d])) / sum(increase(http_requests_total[30d]))",
    ] {
        let url = format!("{}/api/v1/query", simulated.server.url);
        let (status, there) = http_post(&url, &[("query", query), ("time", &end)]);
        assert_eq!(status, 200, "{query}: {there}");
        for data in [simulated.blocks(), simulated.texts()] {
            let data = data.display().to_string();
            let here = nines(["query", "--data", &data, "--compat", "prom2", "--time", &end, "--", query]);
            assert_eq!((here.code, here.out.trim_end()), (0, there.trim_end()), "{query} from {data}");
        }
    }
}

/// The status and the type of an error.
fn kind(answer: &str) -> String {
    let answer: serde_json::Value =
        serde_json::from_str(answer).unwrap_or_else(|why| panic!("{why}: {answer}"));
    assert!(!answer["error"].as_str().unwrap().is_empty());
    format!("{} {}", answer["status"], answer["errorType"])
}

/// Runs a query at the end of a little data.
fn query(args: &[&str]) -> Outcome {
    let home = TempDir::new("query");
    let text = "# TYPE m gauge\nm{a=\"x\"} 1 1000\nm{a=\"x\"} 3 1060\nm{a=\"y\"} 5 1060\n# EOF\n";
    let data = home.write("m.om", text).display().to_string();
    nines(["query", "--data", &data, "--time", "1060"].into_iter().chain(args.iter().copied()))
}

#[test]
fn every_fault_is_shown_with_its_place() {
    let outcome = query(&["sum(rate(m) + nosuch(m)) + \"a\""]);
    assert_eq!(outcome.code, 2);
    assert_eq!(outcome.err.matches('^').count().min(3), 3, "{}", outcome.err);
    assert!(outcome.out.starts_with(
        "{\"status\":\"error\",\"errorType\":\"bad_data\",\"error\":\"invalid parameter \\\"query\\\": 1:"
    ));
}

#[test]
fn flags_say_how_to_evaluate() {
    let value = |args: &[&str]| query(args).json()["data"]["result"][0]["value"][1].clone();
    assert_eq!(value(&["sum_over_time(m{a=\"x\"}[1m])"]), "3");
    assert_eq!(value(&["--compat", "prom2", "sum_over_time(m{a=\"x\"}[1m])"]), "4");
    assert_eq!(value(&["--lookback-delta", "2m", "m{a=\"x\"} offset 1s"]), "1");
    assert!(value(&["--lookback-delta", "30s", "m{a=\"x\"} offset 1s"]).is_null());
    assert_eq!(value(&["--default-subquery-step", "20s", "count_over_time(m{a=\"y\"}[1m:] @ 1100)"]), "3");
    let limited = query(&["--max-samples", "1", "sum(m)"]);
    assert_eq!((limited.code, &limited.json()["errorType"]), (3, &"execution".into()), "{}", limited.err);
    let off = query(&["mad_over_time(m[1m])"]);
    assert_eq!(off.code, 2, "{}", off.err);
    assert!(off.err.contains("--enable-feature promql-experimental-functions"), "{}", off.err);
    assert_eq!(
        value(&["--enable-feature", "promql-experimental-functions", "mad_over_time(m{a=\"x\"}[2m])"]),
        "1"
    );
}

#[test]
fn limits_are_named_by_their_flags() {
    let held = query(&["--max-samples", "1", "sum(m)"]);
    assert!(held.err.contains("--max-samples"), "{}", held.err);
    let long = "sum_over_time((m + m)[10y:10s])";
    let late = query(&["--timeout", "1ms", "--max-samples", "9000000000", long]);
    assert_eq!((late.code, &late.json()["errorType"]), (3, &"timeout".into()), "{}", late.err);
    assert!(late.err.contains("longer than --timeout 1ms"), "{}", late.err);
}

#[test]
fn faults_are_coloured_where_that_is_asked_for() {
    assert!(query(&["--color", "always", "m +"]).err.contains("\u{1b}["));
    assert!(!query(&["--no-color", "m +"]).err.contains('\u{1b}'));
}

#[test]
fn one_answer_is_not_recorded() {
    let refused = query(&["--record", "answers", "m"]);
    assert_eq!((refused.code, refused.out.as_str()), (2, ""));
    assert!(refused.err.contains("--record"), "{}", refused.err);
}

#[test]
fn a_server_that_knows_the_query_is_wrong_is_no_failed_source() {
    let simulated = Simulated::shared();
    let ask = |query: &str| nines(["query", "--prometheus-url", &simulated.server.url, query]).code;
    // 2.42 does not know the one; the other can be asked, but has no value.
    assert_eq!((ask("limitk(1, odd)"), ask("label_replace(odd, \"0\", \"\", \"\", \"\")")), (2, 3));
}

#[test]
fn remarks_stand_beside_the_answer() {
    let json = query(&["rate(m[2m])"]).json();
    let infos = json["infos"].as_array().unwrap();
    assert!(infos[0].as_str().unwrap().starts_with("PromQL info: metric might not be a counter"), "{json}");
    assert!(infos[0].as_str().unwrap().ends_with("(1:6)"), "{json}");
    assert!(json.get("warnings").is_none());
}
