//! Blocks written here, from the description of the format.

use nines::base::{Buckets, Histogram, ResetHint};
use nines::promql::MatchOp;

use super::{all, lines, matchers, open};
use crate::support::blocks::{Block, Chunk, Stored};
use crate::support::packing::{self, Packed, Shared};
use crate::support::tempdir::TempDir;

/// A chunk of floats.
fn floats(samples: &[(i64, f64)]) -> Chunk {
    let packed: Vec<_> = samples.iter().map(|(t, value)| (*t, 0, *value)).collect();
    (samples[0].0, samples[samples.len() - 1].0, 1, packing::xor(&packed))
}

fn series(labels: &[(&'static str, &'static str)], chunks: Vec<Chunk>) -> Stored {
    Stored { labels: labels.to_vec(), chunks }
}

fn three() -> Vec<Stored> {
    vec![
        series(&[("__name__", "a")], vec![floats(&[(1, 1.0), (2, 2.0)]), floats(&[(5, 3.0)])]),
        series(&[("__name__", "b"), ("job", "x")], vec![floats(&[(1, 4.0)])]),
        series(&[("__name__", "b"), ("job", "y")], vec![floats(&[(9, 5.0)])]),
    ]
}

#[test]
fn every_index_version_is_read() {
    for version in 1..=3 {
        let dir = TempDir::new("index-versions");
        let block = Block { version, series: three(), ..Block::default() }.write(dir.path());
        let database = open(&block);
        let expected = [r"a 1:1 2:2 5:3", r#"b{job="x"} 1:4"#, r#"b{job="y"} 9:5"#];
        assert_eq!(lines(&all(&database).unwrap()), expected, "version {version}");
        assert_eq!(database.extent().unwrap(), Some((1, 9)));
        for (asked, found) in [
            (&[("__name__", MatchOp::Equal, "b")][..], &["b/x", "b/y"][..]),
            (&[("job", MatchOp::Equal, "")], &["a/"]),
            (&[("job", MatchOp::NotEqual, "")], &["b/x", "b/y"]),
            (&[("job", MatchOp::NotEqual, "x")], &["a/", "b/y"]),
            (&[("job", MatchOp::Regex, "x|z")], &["b/x"]),
            (&[("job", MatchOp::Regex, "x|")], &["a/", "b/x"]),
            (&[("job", MatchOp::NotRegex, "x|")], &["b/y"]),
            (&[("job", MatchOp::NotRegex, ".+")], &["a/"]),
            (&[("job", MatchOp::Regex, ".*"), ("__name__", MatchOp::NotEqual, "a")], &["b/x", "b/y"]),
            (&[("__name__", MatchOp::Equal, "b"), ("job", MatchOp::Equal, "y")], &["b/y"]),
            (&[("__name__", MatchOp::Equal, "b"), ("job", MatchOp::Equal, "z")], &[]),
            (&[("other", MatchOp::Regex, ".+")], &[]),
        ] {
            let found_now = database.find(&matchers(asked), i64::MIN, i64::MAX).unwrap();
            let found_now: Vec<String> = found_now
                .iter()
                .map(|s| format!("{}/{}", s.labels.metric(), s.labels.value("job")))
                .collect();
            assert_eq!(found_now, found, "version {version}: {asked:?}");
        }
    }
}

#[test]
fn only_chunks_that_overlap_are_found_and_read() {
    let dir = TempDir::new("overlap");
    let database = open(&Block { series: three(), ..Block::default() }.write(dir.path()));
    let read = |from, to| {
        let found = database.find(&matchers(&[]), from, to).unwrap();
        lines(&found.iter().map(|series| database.read(series, from, to).unwrap()).collect::<Vec<_>>())
    };
    assert_eq!(read(2, 4), ["a 1:1 2:2"]);
    assert_eq!(read(3, 5), ["a 5:3"]);
    assert_eq!(read(6, 8), [] as [&str; 0]);
    assert_eq!(read(9, 100), [r#"b{job="y"} 9:5"#]);
}

#[test]
fn deleted_samples_are_left_out_ends_included() {
    let dir = TempDir::new("tombstones");
    let tombstones = vec![(0, 2, 4), (0, 1, 1), (2, 0, 100), (1, 2, 3)];
    let database = open(&Block { series: three(), tombstones, ..Block::default() }.write(dir.path()));
    let found = database.find(&matchers(&[]), i64::MIN, i64::MAX).unwrap();
    let columns: Vec<_> =
        found.iter().map(|series| database.read(series, i64::MIN, i64::MAX).unwrap()).collect();
    assert_eq!(lines(&columns), ["a 5:3", r#"b{job="x"} 1:4"#]);
    assert_eq!(database.extent().unwrap(), Some((1, 5)));
}

#[test]
fn histograms_and_start_timestamps_come_out_of_a_block() {
    let shared = Shared { schema: 0, positive_spans: vec![(0, 2)], ..Shared::default() };
    let sample = |t: i64, count: f64| Packed {
        t,
        start: 500,
        count,
        sum: 2.5,
        positive: vec![1.0, count - 1.0],
        ..Packed::default()
    };
    let samples = [sample(1000, 3.0), sample(2000, 5.0)];
    let chunks = [
        (2, packing::histogram(&shared, &samples, false), 0),
        (3, packing::float_histogram(&shared, &samples, false), 0),
        (5, packing::histogram(&shared, &samples, true), 500),
        (6, packing::float_histogram(&shared, &samples, true), 500),
    ];
    for (encoding, data, start) in chunks {
        let dir = TempDir::new("histograms");
        let series = vec![series(&[("__name__", "h")], vec![(1000, 2000, encoding, data)])];
        let columns = all(&open(&Block { series, ..Block::default() }.write(dir.path()))).unwrap();
        let [first, second] = columns[0].histograms.as_slice() else { panic!("{columns:?}") };
        let expected = Histogram {
            hint: ResetHint::NotReset,
            count: 5.0,
            sum: 2.5,
            positive: Buckets::run(0, vec![1.0, 4.0]),
            ..Histogram::default()
        };
        assert_eq!((first.t, first.start, first.value.count), (1000, start, 3.0), "encoding {encoding}");
        assert_eq!((second.t, second.start, &*second.value), (2000, start, &expected), "encoding {encoding}");
    }
    let dir = TempDir::new("starts");
    let chunk = (1, 2, 4, packing::xor2(&[(1, 0, 7.0), (2, 1, 8.0)]));
    let series = vec![series(&[("__name__", "f")], vec![chunk])];
    let columns = all(&open(&Block { series, ..Block::default() }.write(dir.path()))).unwrap();
    assert_eq!((columns[0].times.as_slice(), columns[0].starts.as_slice()), (&[1, 2][..], &[0, 1][..]));
}

#[test]
fn blocks_that_overlap_are_merged_by_time() {
    let dir = TempDir::new("overlapping");
    let block = |ulid, compaction, samples: &[(i64, f64)]| Block {
        ulid,
        compaction,
        series: vec![series(&[("__name__", "m")], vec![floats(samples)])],
        ..Block::default()
    };
    block("01M7WJYY46BNYT7SEJAN7P9EN6", "", &[(10, 1.0), (20, 2.0), (30, 3.0)]).write(dir.path());
    block("01M7WJZ4QZVH78W10V433GR4HX", r#","hints":["from-out-of-order"]"#, &[(15, 4.0), (25, 5.0)])
        .write(dir.path());
    block("01M7WJZ8B8Z1J1C98DPDT9CW58", "", &[(40, 6.0)]).write(dir.path());
    let database = open(dir.path());
    assert_eq!(lines(&all(&database).unwrap()), ["m 10:1 15:4 20:2 25:5 30:3 40:6"]);
    let blocks = database.coverage().blocks;
    let told: Vec<_> = blocks.iter().map(|block| (block.from, block.to, block.is_out_of_order)).collect();
    assert_eq!(told, [(10, 31, false), (15, 26, true), (40, 41, false)]);
}

#[test]
fn chunks_of_one_block_that_overlap_are_merged_by_time() {
    let dir = TempDir::new("overlapping-chunks");
    let chunks = vec![floats(&[(10, 1.0), (30, 3.0)]), floats(&[(20, 2.0), (40, 4.0)]), floats(&[(50, 5.0)])];
    let series = vec![series(&[("__name__", "m")], chunks)];
    let database = open(&Block { series, ..Block::default() }.write(dir.path()));
    assert_eq!(lines(&all(&database).unwrap()), ["m 10:1 20:2 30:3 40:4 50:5"]);
}
