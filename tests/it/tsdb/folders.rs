//! Folders: what is read of them and what is not.

use std::path::Path;

use nines::tsdb;

use super::{all, lines, open, told};
use crate::support::blocks::{Block, Stored};
use crate::support::packing;
use crate::support::prometheus::{RealPrometheus, blocks_from_text, http_post};
use crate::support::run::nines;
use crate::support::tempdir::TempDir;

fn one(ulid: &'static str, labels: &[(&'static str, &'static str)], t: i64, value: f64) -> Block {
    let chunk = (t, t, 1, packing::xor(&[(t, 0, value)]));
    Block { ulid, series: vec![Stored { labels: labels.to_vec(), chunks: vec![chunk] }], ..Block::default() }
}

const A: &str = "01M7WJYY46BNYT7SEJAN7P9EN6";
const B: &str = "01M7WJZ4QZVH78W10V433GR4HX";
const UP: &[(&str, &str)] = &[("__name__", "up")];

#[test]
fn leftovers_and_what_is_no_block_are_not_read() {
    let dir = TempDir::new("leftovers");
    one(A, UP, 10, 1.0).write(dir.path());
    let compaction = r#","parents":[{"ulid":"01M7WJYY46BNYT7SEJAN7P9EN6","minTime":0,"maxTime":1}]"#;
    Block { compaction, ..one(B, UP, 10, 2.0) }.write(dir.path());
    Block { compaction: r#","deletable":true"#, ..one("01M7WJZ8B8Z1J1C98DPDT9CW58", UP, 30, 3.0) }
        .write(dir.path());
    for name in ["01M7WJZ8B8Z1J1C98DPDT9CW59.tmp-for-creation", "lost+found", "queries.active.d"] {
        std::fs::create_dir(dir.path().join(name)).unwrap();
    }
    dir.write("lock", "");
    let database = open(dir.path());
    assert_eq!(lines(&all(&database).unwrap()), ["up 10:2"]);
    let skipped: Vec<_> = database.coverage().skipped.into_iter().map(|skipped| skipped.why).collect();
    assert_eq!(
        skipped,
        ["it was compacted into another block that is there too", "it is marked as to be removed"]
    );
}

#[test]
fn what_is_left_of_a_removed_block_does_no_harm_where_another_holds_all_of_it() {
    let dir = TempDir::new("half-removed");
    let path = one(A, UP, 10, 1.0).write(dir.path());
    std::fs::remove_file(path.join("meta.json")).unwrap();
    let said = told(&tsdb::open(dir.path()).unwrap_err());
    assert!(said.starts_with(&format!("{}: cannot be read: ", path.join("meta.json").display())), "{said}");
    let compaction = r#","parents":[{"ulid":"01M7WJYY46BNYT7SEJAN7P9EN6","minTime":0,"maxTime":1}]"#;
    Block { compaction, ..one(B, UP, 10, 2.0) }.write(dir.path());
    let database = open(dir.path());
    assert_eq!(lines(&all(&database).unwrap()), ["up 10:2"]);
    assert_eq!(database.coverage().skipped[0].path, path);

    let told = nines(["data", dir.path().to_str().unwrap()]);
    let skipped = format!("warning: {}: not read: it was compacted", path.display());
    assert!(told.code == 0 && told.out.contains(&skipped), "{}{}", told.out, told.err);
}

#[test]
#[cfg(unix)]
fn a_block_that_cannot_be_looked_at_is_not_left_out() {
    let dir = TempDir::new("dangling");
    let elsewhere = TempDir::new("elsewhere");
    std::os::unix::fs::symlink(one(A, UP, 10, 1.0).write(elsewhere.path()), dir.path().join(A)).unwrap();
    assert_eq!(lines(&all(&open(dir.path())).unwrap()), ["up 10:1"]);
    std::os::unix::fs::symlink("/nonexistent/block", dir.path().join(B)).unwrap();
    let said = told(&tsdb::open(dir.path()).unwrap_err());
    assert!(said.contains(&format!("{B}/meta.json: cannot be read: ")), "{said}");
    // What is no folder is no block.
    std::fs::remove_file(dir.path().join(B)).unwrap();
    dir.write(B, "notes");
    assert_eq!(open(dir.path()).coverage().blocks.len(), 1);
}

#[test]
fn blocks_of_thanos_have_the_labels_of_their_cluster() {
    let dir = TempDir::new("thanos");
    let labels = &[("__name__", "up"), ("cluster", "own")];
    let meta = r#","thanos":{"labels":{"cluster":"eu","__org_id__":"7"},"downsample":{"resolution":0}}"#;
    Block { meta, ..one(A, labels, 10, 1.0) }.write(dir.path());
    let meta = r#","thanos":{"labels":{"cluster":"us"}}"#;
    Block { meta, ..one(B, UP, 20, 2.0) }.write(dir.path());
    let database = open(dir.path());
    assert_eq!(lines(&all(&database).unwrap()), [r#"up{cluster="eu"} 10:1"#, r#"up{cluster="us"} 20:2"#]);
    let eu = super::matchers(&[("cluster", nines::promql::MatchOp::Equal, "eu")]);
    assert_eq!(database.find(&eu, 0, 100).unwrap().len(), 1);
}

#[test]
fn downsampled_blocks_are_refused() {
    let dir = TempDir::new("downsampled");
    let meta = r#","thanos":{"labels":{},"downsample":{"resolution":300000}}"#;
    let path = Block { meta, ..one(A, UP, 10, 1.0) }.write(dir.path());
    let faults = tsdb::open(dir.path()).unwrap_err();
    let file = path.join("meta.json");
    assert_eq!(
        told(&faults),
        format!(
            "{}: downsampled block (one value every 300000 ms), which holds no samples\n  \
             help: give the raw blocks: those whose meta.json has \"resolution\": 0",
            file.display()
        )
    );
}

#[test]
fn paths_are_told_apart_by_looking_inside() {
    let dir = TempDir::new("kinds");
    let block = one(A, UP, 10, 1.0).write(dir.path());
    let text = dir.write("a.om", "# EOF\n");
    let empty = TempDir::new("empty");
    let started = TempDir::new("started");
    std::fs::create_dir(started.path().join("wal")).unwrap();
    for (path, is_data) in
        [(dir.path(), true), (&block, true), (&text, false), (empty.path(), false), (started.path(), true)]
    {
        assert_eq!(tsdb::is_data(path), is_data, "{}", path.display());
    }
}

/// Counters over nine hours, with a gap and a reset: code, minute, count.
fn counts() -> Vec<(&'static str, i64, f64)> {
    let minutes = || (0..540).filter(|minute| !(100..130).contains(minute));
    let count = |minute: i64| if minute < 300 { minute * 7 } else { minute - 300 } as f64 + 0.5;
    ["200", "500"]
        .into_iter()
        .flat_map(|code| minutes().map(move |minute| (code, minute, count(minute))))
        .collect()
}

/// The counters as text, and values that are not plain.
fn text() -> String {
    let line =
        |(code, minute, count)| format!("r_total{{code=\"{code}\"}} {count} {}", 1_793_000_000 + minute * 60);
    let lines: Vec<String> = counts().into_iter().map(line).collect();
    format!(
        "# TYPE r counter\n{}\n# TYPE g gauge\ng -Inf 1793000000.123\ng NaN 1793000060\ng 1e-300 1793000120\n# EOF\n",
        lines.join("\n")
    )
}

#[test]
fn what_promtool_wrote_is_read_and_so_is_a_snapshot() {
    let data = blocks_from_text(text());
    let database = open(data.path());
    let columns = all(&database).unwrap();
    let series = |code: &str| {
        let samples = counts().into_iter().filter(|(of, ..)| *of == code);
        let samples =
            samples.map(|(_, minute, count)| format!("{}:{count}", 1_793_000_000_000 + minute * 60_000));
        format!("r_total{{code=\"{code}\"}} {}", samples.collect::<Vec<_>>().join(" "))
    };
    let gauge = format!("g 1793000000123:-inf 1793000060000:NaN 1793000120000:{}", 1e-300);
    let expected = [gauge, series("200"), series("500")];
    assert_eq!(lines(&columns), expected);
    let told: u64 = database.coverage().blocks.iter().map(|block| block.samples).sum();
    assert_eq!(told, columns.iter().map(|column| column.len() as u64).sum::<u64>());

    let server = RealPrometheus::start_with(data.path(), &["--web.enable-admin-api"]);
    let (status, body) = http_post(&format!("{}/api/v1/admin/tsdb/snapshot", server.url), &[]);
    assert_eq!(status, 200, "{body}");
    let answer: serde_json::Value = serde_json::from_str(&body).unwrap();
    let snapshot = data.path().join("snapshots").join(answer["data"]["name"].as_str().unwrap());
    assert_eq!(lines(&all(&open(&snapshot)).unwrap()), expected);
    // And the folder of the server that runs.
    assert_eq!(lines(&all(&open(data.path())).unwrap()), expected);
}

#[test]
fn what_a_server_deleted_is_gone_for_both() {
    let data = blocks_from_text(text());
    let server = RealPrometheus::start_with(data.path(), &["--web.enable-admin-api"]);
    let form = [("match[]", r#"r_total{code="500"}"#), ("start", "1793003000"), ("end", "1793006000")];
    let (status, body) = http_post(&format!("{}/api/v1/admin/tsdb/delete_series", server.url), &form);
    assert_eq!(status, 204, "{body}");
    let answer = server.query(r#"r_total{code="500"}[1d]"#, 1_793_050_000.0);
    let values = answer["result"][0]["values"].as_array().unwrap();
    let columns = all(&open(data.path())).unwrap();
    let column = columns.iter().find(|column| column.labels.value("code") == "500").unwrap();
    assert_eq!(column.times.len(), values.len());
    assert!(column.times.len() < 500, "{}", column.times.len());
    for ((t, value), expected) in column.times.iter().zip(&column.values).zip(values) {
        assert_eq!(
            (*t as f64 / 1000.0, value.to_string().as_str()),
            (expected[0].as_f64().unwrap(), expected[1].as_str().unwrap())
        );
    }
}

#[test]
fn a_folder_that_is_not_there_is_a_fault() {
    let faults = tsdb::open(Path::new("/nonexistent/data")).unwrap_err();
    assert!(told(&faults).starts_with("/nonexistent/data: cannot be read: "), "{}", told(&faults));
}
