//! Heads written by the description of their formats: what no server at hand writes, and what is broken.

use std::path::Path;

use nines::base::{Column, Labels, METRIC_NAME, ResetHint, is_stale, stale_marker};
use nines::promql::{CompiledMatchers, MatchOp, Matcher};
use nines::tsdb::{Fault, head, is_data, open};

use crate::support::logging::{
    Packing, Sample, chunk_file, deletions, float, float_histogram, markers, samples, samples_with_starts,
    segment, series, whole_histogram,
};
use crate::support::packing::xor;
use crate::support::tempdir::TempDir;

const UP: &[(&str, &str)] = &[(METRIC_NAME, "up"), ("job", "a")];
const H: &[(&str, &str)] = &[(METRIC_NAME, "h")];

/// A data folder of these files.
fn folder(files: &[(&str, Vec<u8>)]) -> TempDir {
    let dir = TempDir::new("head");
    for (name, bytes) in files {
        std::fs::create_dir_all(dir.path().join(name).parent().unwrap()).unwrap();
        dir.write(name, bytes);
    }
    dir
}

fn everything() -> CompiledMatchers {
    let all = Matcher { name: METRIC_NAME.into(), op: MatchOp::Regex, value: ".+".into() };
    CompiledMatchers::new(&[all]).unwrap()
}

/// All columns of a head that have samples.
fn columns(dir: &Path) -> Result<Vec<Column>, Vec<Fault>> {
    let head = head::read(dir)?;
    let places = head.find(&everything(), i64::MIN, i64::MAX).into_iter();
    let columns = places.map(|place| head.read(place, i64::MIN, i64::MAX)).collect::<Result<Vec<_>, _>>();
    let columns = columns.map_err(|fault| vec![fault])?;
    Ok(columns.into_iter().filter(|column| !column.is_empty()).collect())
}

/// The floats of the only series.
fn only(dir: &TempDir) -> Vec<(i64, f64)> {
    let columns = columns(dir.path()).unwrap();
    let [column] = columns.as_slice() else { panic!("{columns:?}") };
    column.times.iter().copied().zip(column.values.iter().copied()).collect()
}

fn floats(id: u64, all: &[(i64, f64)]) -> Vec<Sample> {
    all.iter().map(|(t, value)| (id, *t, 0, float(*value))).collect()
}

#[test]
fn every_record_and_packing_is_read() {
    for packing in [Packing::Plain, Packing::Snappy, Packing::Zstd] {
        let first = [series(&[(7, UP), (1 << 40, H)]), samples(2, &floats(7, &[(10, 1.0), (20, 2.0)]))];
        let starts =
            [(7, 30, 5, float(3.0)), (7, 40, 5, float(4.0)), (7, 50, 0, float(5.0)), (7, 60, 55, float(6.0))];
        let bounds = [0.5, 2.5];
        let h = 1 << 40;
        let second = [
            samples_with_starts(11, &starts),
            samples(7, &[(h, 10, 0, whole_histogram(2, 5, 1, 0.5, &[]))]),
            samples(9, &[(h, 20, 0, whole_histogram(1, 6, 0, 1.5, &bounds))]),
            samples(8, &[(h, 30, 0, float_histogram(2, 7.5, 0.5, 2.5, &[]))]),
            samples(10, &[(h, 40, 0, float_histogram(1, 8.5, 0.0, 3.5, &bounds))]),
            samples_with_starts(
                12,
                &[
                    (h, 50, 9, whole_histogram(2, 9, 1, 4.5, &[])),
                    (h, 60, 9, whole_histogram(1, 10, 0, 5.5, &bounds)),
                ],
            ),
            samples_with_starts(13, &[(h, 70, 9, float_histogram(2, 11.5, 1.0, 6.5, &[]))]),
            // The end of a series of histograms is logged as a float.
            samples(2, &[(h, 80, 0, float(stale_marker()))]),
            // Exemplars and metadata, whatever they hold.
            vec![4, 1, 2],
            vec![6, 1, 2],
        ];
        let dir = folder(&[
            ("wal/checkpoint.00000002/00000000", segment(&[vec![77]], packing)),
            ("wal/checkpoint.00000003/00000000", segment(&first, packing)),
            ("wal/checkpoint.00000009.tmp/00000000", segment(&[vec![77]], packing)),
            // What a checkpoint replaces is not read.
            ("wal/00000003", segment(&[vec![77]], packing)),
            ("wal/00000004", segment(&second, packing)),
            ("wal/00000005", Vec::new()),
        ]);
        let columns = columns(dir.path()).unwrap_or_else(|faults| panic!("{packing:?}: {faults:?}"));
        let [h, up] = columns.as_slice() else { panic!("{columns:?}") };
        assert_eq!(up.labels, UP.iter().copied().collect::<Labels>());
        assert_eq!(up.times, [10, 20, 30, 40, 50, 60]);
        assert_eq!(up.values, [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]);
        assert_eq!(up.starts, [0, 0, 5, 5, 0, 55]);
        let told: Vec<_> =
            h.histograms.iter().map(|h| (h.t, h.start, h.value.schema, h.value.count)).collect();
        let expected = [
            (10, 0, 3, 5.0),
            (20, 0, -53, 6.0),
            (30, 0, 3, 7.5),
            (40, 0, -53, 8.5),
            (50, 9, 3, 9.0),
            (60, 9, -53, 10.0),
            (70, 9, 3, 11.5),
        ];
        assert_eq!(told[..7], expected);
        assert!(h.histograms[7].t == 80 && is_stale(h.histograms[7].value.sum));
        let first = &h.histograms[0].value;
        assert_eq!((first.zero_count, first.sum, &*first.positive.spans), (1.0, 0.5, &[(2, 1)][..]));
        assert_eq!(first.positive.counts, [4.0]);
        assert_eq!(*h.histograms[1].value.bounds, bounds);
        assert_eq!(h.histograms[2].value.hint, ResetHint::Gauge);
    }
}

#[test]
fn chunk_files_come_first_and_late_samples_fill_in() {
    let order = xor(&[(10, 0, 1.0), (30, 0, 3.0)]);
    let (late, later) = (xor(&[(12, 0, 1.2), (20, 0, 2.0)]), xor(&[(11, 0, 1.1)]));
    let (chunks, places) =
        chunk_file(&[(7, 10, 30, 1, &order), (7, 12, 20, 0x81, &late), (7, 11, 11, 0x81, &later)]);
    let log = [series(&[(7, UP)]), samples(2, &floats(7, &[(10, 1.0), (30, 3.0), (20, 2.0), (40, 4.0)]))];
    let place = |n: usize| 1 << 32 | places[n];
    let of_late = [
        samples(2, &floats(7, &[(20, 9.0), (12, 9.0)])),
        markers(&[(7, place(1))]),
        samples(2, &floats(7, &[(11, 9.0)])),
        markers(&[(7, place(2))]),
        samples(2, &floats(7, &[(13, 1.3)])),
        // A chunk that is not there yet.
        markers(&[(7, place(2) + 50)]),
        samples(2, &floats(7, &[(5, 0.5)])),
    ];
    let all = [(5, 0.5), (10, 1.0), (11, 1.1), (12, 1.2), (13, 1.3), (20, 2.0), (30, 3.0), (40, 4.0)];
    // A file is made with zeros at its end; the next may be nothing but zeros.
    let padded = [chunks.clone(), vec![0; 5000]].concat();
    let dir = folder(&[
        ("chunks_head/000001", padded),
        ("chunks_head/000002", vec![0; 5000]),
        ("wal/00000000", segment(&log, Packing::Plain)),
        ("wbl/00000000", segment(&of_late, Packing::Snappy)),
    ]);
    assert_eq!(only(&dir), all);
    let mut head = head::read(dir.path()).unwrap();
    assert_eq!((head.extent(), head.remarks()), (Some((5, 40)), Vec::new()));
    head.set_valid_from(20);
    assert_eq!(head.read(0, i64::MIN, i64::MAX).unwrap().times, [5, 11, 12, 13, 20, 30, 40]);

    // Where the last file is broken, the logs hold the same.
    for at in [0, 4].into_iter().chain((8..chunks.len()).step_by(7)) {
        let mut broken = chunks.clone();
        broken[at] ^= 0x10;
        let dir = folder(&[
            ("chunks_head/000001", broken),
            ("wal/00000000", segment(&log, Packing::Plain)),
            ("wbl/00000000", segment(&of_late, Packing::Plain)),
        ]);
        let times: Vec<i64> = only(&dir).into_iter().map(|(t, _)| t).collect();
        assert_eq!(times, all.map(|(t, _)| t), "byte {at}");
        assert_eq!(head::read(dir.path()).unwrap().remarks().len(), 1, "byte {at}");
    }
}

#[test]
fn series_are_named_again_deleted_in_part_and_as_a_whole() {
    let log = [
        series(&[(7, UP), (8, H)]),
        samples(2, &floats(7, &[(10, 1.0), (20, 2.0)])),
        samples(2, &floats(8, &[(10, 1.0)])),
        // Forgotten and met again.
        series(&[(9, UP)]),
        samples(2, &floats(9, &[(30, 3.0), (40, 4.0)])),
        deletions(&[(9, 15, 30), (8, i64::MIN, i64::MAX)]),
        // What comes for a series that is gone, then another one of its labels.
        samples(2, &floats(8, &[(20, 2.0)])),
        series(&[(10, H)]),
        samples(2, &floats(10, &[(5, 0.5)])),
    ];
    let dir = folder(&[("wal/00000000", segment(&log, Packing::Plain))]);
    let columns = columns(dir.path()).unwrap();
    let told: Vec<_> = columns.iter().map(|column| (column.labels.metric(), &column.times[..])).collect();
    assert_eq!(told, [("h", &[5][..]), ("up", &[10, 40])]);
    assert_eq!(open(dir.path()).unwrap().coverage().head.unwrap().samples, 5);
}

#[test]
fn samples_without_a_series_are_told() {
    let log = [series(&[(7, UP)]), samples(2, &[(7, 10, 0, float(1.0)), (8, 20, 0, float(2.0))])];
    let dir = folder(&[("wal/00000000", segment(&log, Packing::Plain))]);
    let mut head = head::read(dir.path()).unwrap();
    assert_eq!(
        head.remarks(),
        ["1 samples in the head belong to series that its log does not name: left out"]
    );
    // Those are in blocks.
    head.set_valid_from(21);
    assert_eq!(head.remarks(), [] as [&str; 0]);
}

/// A log whose records have many sizes, some longer than a page.
fn long_log() -> Vec<Vec<u8>> {
    let mut records = vec![series(&[(7, UP), (8, H)])];
    for n in 0..40_i64 {
        let count = if n % 13 == 5 { 4000 } else { n * 7 + 1 };
        let all: Vec<(i64, f64)> = (0..count).map(|k| (n * 10_000 + k, (n * k) as f64)).collect();
        records.push(samples(2, &floats(7 + (n % 2) as u64, &all)));
    }
    records
}

fn count(dir: &Path) -> Result<usize, Vec<Fault>> {
    columns(dir).map(|columns| columns.iter().map(Column::len).sum())
}

#[test]
fn the_last_segment_may_end_anywhere_and_no_other() {
    let records = long_log();
    let whole = segment(&records, Packing::Plain);
    assert!(whole.len() > 3 << 15);
    let tail = segment(&[samples(2, &floats(7, &[(1 << 40, 1.0)]))], Packing::Plain);
    // How long the log is behind each record.
    let ends: Vec<usize> =
        (1..=records.len()).map(|n| segment(&records[..n], Packing::Plain).len()).collect();
    let mut last = 0;
    let lengths: std::collections::BTreeSet<usize> =
        (0..whole.len()).step_by(4801).chain(ends.iter().copied().step_by(3)).collect();
    for length in lengths {
        let torn = folder(&[("wal/00000000", whole[..length].to_vec()), ("wal/00000001", Vec::new())]);
        let now = count(torn.path()).unwrap_or_else(|faults| panic!("{length}: {faults:?}"));
        assert!(last <= now, "{length}");
        last = now;
        // A log goes on behind a whole record alone.
        let at_end = ends.contains(&length) || length == 0;
        let followed = folder(&[("wal/00000000", whole[..length].to_vec()), ("wal/00000001", tail.clone())]);
        match count(followed.path()) {
            Ok(more) => assert!(at_end && (length == 0 || more == now + 1), "{length}"),
            Err(faults) => {
                assert!(!at_end, "{length}: {faults:?}");
                assert!(faults[0].file.ends_with("wal/00000000") && faults[0].offset.is_some(), "{faults:?}");
            }
        }
    }
}

#[test]
fn a_changed_bit_is_found_wherever_it_is() {
    let records = long_log();
    let whole = segment(&records, Packing::Plain);
    let reference = columns(folder(&[("wal/00000000", whole.clone())]).path()).unwrap();
    let without_last = segment(&records[..records.len() - 1], Packing::Plain);
    let shorter = columns(folder(&[("wal/00000000", without_last.clone())]).path()).unwrap();
    let dir = folder(&[("wal/00000000", whole.clone())]);
    let places =
        (0..whole.len()).step_by(2903).chain(0..12).chain(without_last.len()..without_last.len() + 8);
    for at in places {
        for bit in [0, 3, 7] {
            let mut changed = whole.clone();
            changed[at] ^= 1 << bit;
            dir.write("wal/00000000", &changed);
            match columns(dir.path()) {
                Err(faults) => {
                    assert!(faults[0].to_string().contains("wal/00000000: byte "), "{faults:?}");
                }
                Ok(columns) => assert!(
                    columns == reference || (at >= without_last.len() && columns == shorter),
                    "byte {at} bit {bit}"
                ),
            }
        }
    }
}

#[test]
fn what_is_missing_or_unknown_is_named() {
    let log = || segment(&[series(&[(7, UP)])], Packing::Plain);
    let said = |files: &[(&str, Vec<u8>)]| {
        let dir = folder(files);
        let faults = head::read(dir.path()).unwrap_err();
        faults[0].to_string().replace(&format!("{}/", dir.path().display()), "")
    };
    let missing = said(&[("wal/00000000", log()), ("wal/00000002", log())]);
    assert!(missing.starts_with("wal: file 00000001 is missing\n  help: "), "{missing}");
    let missing = said(&[("wal/checkpoint.00000003/00000000", log()), ("wal/00000005", log())]);
    assert!(missing.starts_with("wal: file 00000004 is missing"), "{missing}");
    let newer = said(&[("wal/00000000", segment(&[series(&[(7, UP)]), vec![14, 1]], Packing::Plain))]);
    assert!(newer.starts_with("wal/00000000: byte 35: record of type 14, expected 1 to 13"), "{newer}");
    let torn = said(&[("wal/checkpoint.00000003/00000000", log()[..20].to_vec())]);
    assert!(torn.starts_with("wal/checkpoint.00000003/00000000: byte 0: cut off within a record"), "{torn}");
    let chunks = chunk_file(&[(7, 1, 2, 1, &xor(&[(1, 0, 1.0)]))]).0;
    let mut broken = chunks.clone();
    broken[30] ^= 1;
    let broken = said(&[("chunks_head/000001", broken), ("chunks_head/000002", chunks)]);
    assert!(broken.starts_with("chunks_head/000001: byte 8: "), "{broken}");
}

#[test]
fn a_snapshot_of_the_head_without_its_log_is_a_fault() {
    let dir = folder(&[("chunk_snapshot.000003.0000000512/00000000", Vec::new())]);
    assert!(is_data(dir.path()));
    let said = open(dir.path()).unwrap_err().iter().map(ToString::to_string).collect::<String>();
    assert!(
        said.contains("wal: the log is missing, but a snapshot of the head is there\n  help: "),
        "{said}"
    );
    std::fs::create_dir(dir.path().join("wal")).unwrap();
    assert_eq!(open(dir.path()).unwrap_err().len(), 1);
    dir.write("wal/00000003", "");
    assert_eq!(columns(dir.path()).unwrap(), []);
}
