//! What a real server runs, held against the specifications.

use crate::support::prometheus::RealPrometheus;
use crate::support::run::{Outcome, nines};
use crate::support::tempdir::TempDir;

const CONFIG: &str = "rule_files: [RULES]\n";

fn diff(server: &RealPrometheus, more: &[&str]) -> Outcome {
    nines([&["rules", "diff", "-f", "slo-specs/ecap.yaml", "--prometheus-url", &server.url], more].concat())
}

/// A server that runs the rules of one system, after a change.
fn running(dir: &TempDir, change: impl FnOnce(String) -> String) -> RealPrometheus {
    let rules = nines(["generate", "rules", "-f", "slo-specs/ecap.yaml"]).out;
    let file = dir.write("rules.yaml", change(rules));
    let data = dir.path().join("data");
    std::fs::create_dir_all(&data).unwrap();
    let config = CONFIG.replace("RULES", file.to_str().unwrap());
    RealPrometheus::start_configured(&data, &config, &[])
}

#[test]
fn rules_as_they_were_written_do_not_differ() {
    let dir = TempDir::new("drift-none");
    let server = running(&dir, |rules| rules);
    let outcome = diff(&server, &[]);
    assert_eq!((outcome.code, outcome.out.as_str()), (0, ""), "{outcome:?}");
    assert!(outcome.err.contains("all as the specifications say"), "{}", outcome.err);
    // In another manner none of them is there.
    let outcome = diff(&server, &["--style", "sloth"]);
    assert_eq!(outcome.code, 1);
    assert!(outcome.out.starts_with("missing: group sloth-slo-sli-recordings-ecap-"), "{}", outcome.out);
    assert!(outcome.out.contains("left: group ecap/api-availability, which no specification makes"));
}

#[test]
fn every_difference_is_told() {
    let dir = TempDir::new("drift");
    let change = |rules: String| {
        let rules = rules.replacen("(14.4 * 0.001)", "(20 * 0.001)", 1);
        let rules = rules.replacen("for: 10m", "for: 20m", 1);
        let rules = rules.replacen("record: slo:time_window:days", "record: slo:time_window:weeks", 1);
        let rules = rules.replacen("interval: 5m", "interval: 10m", 1);
        let rules = rules.replacen("name: ecap/alerts", "name: ecap/plain", 1);
        let rules = rules.replacen("is not measured any more", "is gone", 1);
        rules + "  - name: others\n    rules:\n      - {record: x, expr: vector(1)}\n"
    };
    let server = running(&dir, change);
    let outcome = diff(&server, &[]);
    assert_eq!(outcome.code, 1, "{outcome:?}");
    insta::assert_snapshot!(outcome.out + &outcome.err);
}

#[test]
fn a_server_that_does_not_answer_is_no_server_without_rules() {
    let outcome = nines([
        "rules",
        "diff",
        "-f",
        "slo-specs",
        "--prometheus-url",
        "http://127.0.0.1:9",
        "--retries",
        "0",
    ]);
    assert_eq!(outcome.code, 3, "{outcome:?}");
    assert!(outcome.err.contains("the server did not tell its rules"), "{}", outcome.err);
    let outcome = nines(["rules", "diff", "-f", "slo-specs", "--data", "fixtures/data"]);
    assert_eq!(outcome.code, 2, "{outcome:?}");
}
