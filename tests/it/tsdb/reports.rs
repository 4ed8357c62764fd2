//! Reports from Prometheus's own data: the same as from text and, but for what its queries cannot tell, as from a server.

use std::path::Path;

use serde_json::Value;

use crate::support::blocks::{Block, Stored};
use crate::support::packing;
use crate::support::prometheus::{RealPrometheus, blocks_from_text, http_post};
use crate::support::run::{NOW, SHOP, nines};
use crate::support::tempdir::TempDir;

/// Two days up to now, a sample a minute, with failures, a reset and a hole.
fn text() -> String {
    let end = NOW.parse::<nines::base::Moment>().unwrap().as_millis() / 1000;
    let sample = |code: &'static str, per_minute: i64| {
        let minutes = (0..2880).filter(|minute| !(700..760).contains(minute));
        minutes.map(move |minute| {
            let since_reset = if minute < 2000 { minute } else { minute - 2000 };
            format!("r_total{{code=\"{code}\"}} {} {}", since_reset * per_minute, end - (2880 - minute) * 60)
        })
    };
    let lines: Vec<String> = sample("200", 997).chain(sample("500", 3)).collect();
    format!("# TYPE r counter\n{}\n# EOF\n", lines.join("\n"))
}

/// The report of a path, without where it came from and how long it took.
fn report(spec: &Path, data: &[&Path]) -> Value {
    let mut args = vec![
        "report".to_owned(),
        "-f".to_owned(),
        spec.display().to_string(),
        "-o".to_owned(),
        "json=-".to_owned(),
    ];
    args.extend(data.iter().map(|path| format!("--data={}", path.display())));
    let outcome = nines(args);
    let mut report = outcome.json();
    assert_eq!(report["slos"].as_array().map(Vec::len), Some(1), "{}", outcome.err);
    let evaluation = &mut report["evaluation"];
    assert_ne!(evaluation["duration_ms"].take(), Value::Null);
    for field in ["url", "origins"] {
        assert_ne!(evaluation["source"][field].take(), Value::Null, "{field}");
    }
    report
}

#[test]
fn from_text_blocks_snapshot_and_folder_they_are_one_and_the_same() {
    let home = TempDir::new("one-report");
    let spec = home.write("shop.yaml", SHOP);
    let plain = home.write("data.om", text());
    let expected = report(&spec, &[&plain]);

    let data = blocks_from_text(text());
    assert_eq!(report(&spec, &[data.path()]), expected);

    let blocks: Vec<_> = data.path().read_dir().unwrap().map(|entry| entry.unwrap().path()).collect();
    let blocks: Vec<&Path> = blocks.iter().map(AsRef::as_ref).collect();
    assert_eq!(report(&spec, &blocks), expected);
    // What is there twice counts once.
    assert_eq!(report(&spec, &[data.path(), &plain]), expected);

    let server = RealPrometheus::start_with(data.path(), &["--web.enable-admin-api"]);
    let (status, body) = http_post(&format!("{}/api/v1/admin/tsdb/snapshot", server.url), &[]);
    assert_eq!(status, 200, "{body}");
    let answer: Value = serde_json::from_str(&body).unwrap();
    let snapshot = data.path().join("snapshots").join(answer["data"]["name"].as_str().unwrap());
    assert_eq!(report(&spec, &[&snapshot]), expected);
    // The folder of the server that runs.
    assert_eq!(report(&spec, &[data.path()]), expected);
}

#[test]
fn it_says_which_blocks_it_read() {
    let home = TempDir::new("origins");
    let spec = home.write("shop.yaml", SHOP);
    let data = blocks_from_text(text());
    let outcome = nines([
        "report",
        "-f",
        spec.to_str().unwrap(),
        "--data",
        data.path().to_str().unwrap(),
        "-o",
        "json=-",
    ]);
    let report = outcome.json();
    let origins = report["evaluation"]["source"]["origins"].as_array().unwrap();
    assert!(!origins.is_empty() && origins.iter().all(|origin| origin["kind"] == "block"), "{origins:?}");
    let samples: u64 = origins.iter().map(|origin| origin["samples"].as_u64().unwrap()).sum();
    assert_eq!(samples, 2 * (2880 - 60));
    assert_eq!(report["evaluation"]["source"]["data"]["from"], "2026-11-18T10:00:00Z");
    assert_eq!(report["evaluation"]["source"]["data"]["to"], "2026-11-20T10:00:00Z");
}

#[test]
fn a_broken_block_is_an_error_of_the_whole_run() {
    let home = TempDir::new("broken-block");
    let spec = home.write("shop.yaml", SHOP);
    let chunk = (1, 1, 1, packing::xor(&[(1, 0, 1.0)]));
    let series = vec![Stored { labels: vec![("__name__", "r_total")], chunks: vec![chunk] }];
    let block = Block { series, ..Block::default() }.write(home.path());
    home.write(
        &format!("{}/index", Block::default().ulid),
        "no index at all, though long enough to be one of the kind",
    );
    let outcome = nines(["report", "-f", spec.to_str().unwrap(), "--data", block.to_str().unwrap()]);
    assert_ne!(outcome.code, 0);
    let said = format!(
        "{}/index: byte 0: an index expected (it begins with baaad700), found 6e6f2069",
        block.display()
    );
    assert!(outcome.err.contains(&said), "{}", outcome.err);
}
