//! A block's index, chunks, tombstones and `meta.json`; with checksums as they are, or made right so that what lies behind
//! them is reached.

use std::path::Path;
use std::sync::OnceLock;

use nines::promql::CompiledMatchers;
use nines::tsdb;

use super::Target;
use super::folder::{self, Files};
use super::seal::{be32, seal, uvarint};
use crate::support::blocks::{Block, Stored};
use crate::support::packing::{self, Packed, Shared};
use crate::support::tempdir::TempDir;

pub(super) const TARGET: Target = Target {
    name: "block",
    run,
    seeds,
    words: &[
        "\"version\":2",
        "\"minTime\":-9223372036854775808",
        "\"maxTime\":9223372036854775807",
        "{",
        "[",
        "null",
    ],
    memory: |length| (4 << 20) + 4096 * length,
};

/// In the order of their numbers in the first byte of an input.
const FILES: [&str; 4] = ["block/index", "block/chunks/000001", "block/tombstones", "block/meta.json"];
/// In the first byte of an input: whether checksums are made right.
const SEALED: u8 = 0x80;

fn files() -> &'static Files {
    static BLOCK: OnceLock<Files> = OnceLock::new();
    BLOCK.get_or_init(|| {
        let dir = TempDir::new("seed");
        let path = block().write(dir.path());
        #[expect(clippy::disallowed_methods, reason = "a test's own folder")]
        let read = |file: &'static str| (file, std::fs::read(path.join(&file["block/".len()..])).unwrap());
        FILES.map(read).to_vec()
    })
}

fn block() -> Block {
    let floats =
        |from: i64| -> Vec<_> { (from..from + 20).map(|i| (15_000 * i, 0, (i * i % 7) as f64)).collect() };
    let stretch = |from: i64, encoding, data| (15_000 * from, 15_000 * (from + 19), encoding, data);
    let shared = Shared { schema: 1, positive_spans: vec![(0, 2)], ..Shared::default() };
    let histogram = |i: i64| Packed {
        t: 15_000 * i,
        count: i as f64,
        positive: vec![1.0, (i - 1) as f64],
        ..Packed::default()
    };
    let histograms: Vec<_> = (1..5).map(histogram).collect();
    let series = [
        (
            vec![("__name__", "c"), ("job", "a")],
            vec![stretch(0, 1, packing::xor(&floats(0))), stretch(20, 4, packing::xor2(&floats(20)))],
        ),
        (vec![("__name__", "c"), ("job", "b")], vec![stretch(0, 1, packing::xor(&floats(0)))]),
        (vec![("__name__", "h")], vec![(15_000, 60_000, 2, packing::histogram(&shared, &histograms, false))]),
    ];
    let series = series.map(|(labels, chunks)| Stored { labels, chunks }).into_iter().collect();
    Block { series, tombstones: vec![(1, 0, 30_000)], ..Block::default() }
}

/// The first byte says which file and whether its checksums are made right, the others are the file.
fn run(data: &[u8]) {
    let Some((kind, content)) = data.split_first() else { return };
    let file = usize::from(kind & !SEALED) % FILES.len();
    let mut content = content.to_vec();
    if kind & SEALED != 0 {
        match file {
            0 => drop(seal_index(&mut content)),
            1 => drop(seal_chunks(&mut content)),
            2 => seal_tombstones(&mut content),
            _ => {}
        }
    }
    folder::with("block", files(), file, &content, |folder| look(&folder.join("block")));
}

fn look(block: &Path) {
    let named = |fault: &tsdb::Fault| {
        assert!(fault.file.contains("block"), "{fault} names another file");
        assert!(!fault.what.is_empty(), "{fault} does not say what is wrong");
    };
    let database = match tsdb::open(block) {
        Ok(database) => database,
        Err(faults) => {
            assert!(!faults.is_empty(), "neither a block nor a fault");
            return faults.iter().for_each(named);
        }
    };
    let all = CompiledMatchers::new(&[]).unwrap();
    match database.find(&all, i64::MIN, i64::MAX) {
        Ok(found) => {
            assert!(found.is_sorted_by(|a, b| a.labels < b.labels), "series out of order");
            for series in found {
                match database.read(&series, i64::MIN, i64::MAX) {
                    Ok(column) => assert!(column.times.is_sorted_by(|a, b| a < b), "samples out of order"),
                    Err(fault) => named(&fault),
                }
            }
        }
        Err(fault) => named(&fault),
    }
}

fn seeds() -> Vec<Vec<u8>> {
    let with = |kind: u8| files().iter().enumerate().map(move |(i, (_, content))| (kind | i as u8, content));
    with(0).chain(with(SEALED)).map(|(kind, content)| [&[kind], content.as_slice()].concat()).collect()
}

/// Makes the checksums of the sections right as far as they can be found.
fn seal_index(bytes: &mut [u8]) -> Option<()> {
    let toc = bytes.len().checked_sub(52)?;
    seal(bytes, toc, toc + 48)?;
    let place = |bytes: &[u8], entry: usize| be32(bytes, toc + 8 * entry + 4);
    let section = |bytes: &mut [u8], at: usize| -> Option<usize> {
        let end = at.checked_add(4)?.checked_add(be32(bytes, at)?)?;
        seal(bytes, at + 4, end)?;
        Some(end + 4)
    };
    let (symbols, mut series, mut postings) = (place(bytes, 0)?, place(bytes, 1)?, place(bytes, 4)?);
    let table = place(bytes, 5)?;
    // What cannot be followed in one section need not stop the others.
    let _ = section(bytes, symbols);
    let _ = section(bytes, table);
    while series < postings {
        let Some((length, start)) = uvarint(bytes, series) else { break };
        if seal(bytes, start, start + length).is_none() {
            break;
        }
        series = (start + length + 4).next_multiple_of(16);
    }
    while postings < table {
        postings = section(bytes, postings)?;
    }
    Some(())
}

fn seal_chunks(bytes: &mut [u8]) -> Option<()> {
    let mut at = 8;
    while at < bytes.len() {
        let (length, start) = uvarint(bytes, at)?;
        seal(bytes, start, start + 1 + length)?;
        at = start + 1 + length + 4;
    }
    Some(())
}

fn seal_tombstones(bytes: &mut [u8]) {
    if let Some(end) = bytes.len().checked_sub(4) {
        let _ = seal(bytes, 5, end);
    }
}
