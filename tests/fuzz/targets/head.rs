//! What a server holds outside its blocks: its log, its chunk files and its log of late samples; with checksums as they
//! are, or made right so that what lies behind them is reached.

use std::path::Path;
use std::sync::OnceLock;

use nines::promql::CompiledMatchers;
use nines::tsdb::{Fault, head};

use super::Target;
use super::folder::{self, Files};
use super::seal::{seal, uvarint};
use crate::support::blocks::checksum;
use crate::support::packing::{self, Bits};

pub(super) const TARGET: Target =
    Target { name: "head", run, seeds, words: &[], memory: |length| (4 << 20) + 4096 * length };

/// In the order of their numbers in the first byte of an input.
const FILES: [&str; 3] = ["head/wal/00000000", "head/chunks_head/000001", "head/wbl/00000000"];
/// In the first byte of an input: whether checksums are made right.
const SEALED: u8 = 0x80;
/// A log is cut into pages of so many bytes.
const PAGE: usize = 32 << 10;

fn files() -> &'static Files {
    static HEAD: OnceLock<Files> = OnceLock::new();
    HEAD.get_or_init(|| {
        let log =
            [series(), samples(2, &[(1, 60_000, 1.0), (2, 60_000, 2.0), (1, 75_000, 3.0)]), histograms()];
        let late = [mark(), samples(2, &[(1, 10_000, 9.0)])];
        let contents = [
            log.iter().flat_map(|record| fragment(record)).collect(),
            chunk_file(),
            late.iter().flat_map(|record| fragment(record)).collect(),
        ];
        FILES.into_iter().zip(contents).collect()
    })
}

/// A record in one piece: what piece it is, its length, its checksum, itself.
fn fragment(record: &[u8]) -> Vec<u8> {
    [&[1], &(record.len() as u16).to_be_bytes()[..], &checksum(record), record].concat()
}

fn with_bits(mut record: Vec<u8>, write: impl FnOnce(&mut Bits)) -> Vec<u8> {
    let mut bits = Bits::default();
    write(&mut bits);
    record.extend(bits.bytes);
    record
}

fn series() -> Vec<u8> {
    let labels = [
        (1_u64, ["__name__", "c", "job", "a"]),
        (2, ["__name__", "c", "job", "b"]),
        (3, ["__name__", "h", "job", "a"]),
    ];
    labels.into_iter().fold(vec![1], |mut record, (reference, words)| {
        record.extend(reference.to_be_bytes());
        record.push(2);
        for word in words {
            record.push(word.len() as u8);
            record.extend(word.bytes());
        }
        record
    })
}

fn samples(kind: u8, samples: &[(u64, i64, f64)]) -> Vec<u8> {
    let (first, time, _) = samples[0];
    let record = [&[kind], &first.to_be_bytes()[..], &time.to_be_bytes()].concat();
    samples.iter().fold(record, |record, (reference, t, value)| {
        with_bits(record, |bits| {
            bits.varint(*reference as i64 - first as i64);
            bits.varint(t - time);
            bits.write(value.to_bits(), 64);
        })
    })
}

/// One histogram with whole counts.
fn histograms() -> Vec<u8> {
    let record = [&[7], &3_u64.to_be_bytes()[..], &60_000_i64.to_be_bytes()].concat();
    with_bits(record, |bits| {
        bits.varint(0);
        bits.varint(0);
        bits.write(0, 8);
        bits.varint(1);
        bits.write(0.001_f64.to_bits(), 64);
        bits.uvarint(1);
        bits.uvarint(4);
        bits.write(2.5_f64.to_bits(), 64);
        bits.uvarint(1);
        bits.varint(-1);
        bits.uvarint(2);
        bits.uvarint(0);
        bits.uvarint(2);
        bits.varint(1);
        bits.varint(1);
        bits.uvarint(0);
    })
}

/// That late samples of a series went to a chunk.
fn mark() -> Vec<u8> {
    [&[5], &1_u64.to_be_bytes()[..], &((1_u64 << 32) | 8).to_be_bytes()].concat()
}

fn chunk_file() -> Vec<u8> {
    let floats: Vec<_> = (0..4).map(|i| (15_000 * i, 0, i as f64)).collect();
    let mut file = vec![0x01, 0x30, 0xbc, 0x91, 1, 0, 0, 0];
    for (reference, encoding, data) in [(1_u64, 1_u8, packing::xor(&floats)), (2, 4, packing::xor2(&floats))]
    {
        let mut chunk = [reference.to_be_bytes(), 0_i64.to_be_bytes(), 45_000_i64.to_be_bytes()].concat();
        chunk.extend([encoding, data.len() as u8]);
        chunk.extend(&data);
        let sum = checksum(&chunk);
        file.extend(chunk);
        file.extend(sum);
    }
    file
}

/// The first byte says which file and whether its checksums are made right, the others are the file.
fn run(data: &[u8]) {
    let Some((kind, content)) = data.split_first() else { return };
    let file = usize::from(kind & !SEALED) % FILES.len();
    let mut content = content.to_vec();
    if kind & SEALED != 0 {
        // As far as they can be found.
        let _ = if file == 1 { seal_chunks(&mut content) } else { seal_log(&mut content) };
    }
    folder::with("head", files(), file, &content, |folder| look(&folder.join("head")));
}

fn look(folder: &Path) {
    let named = |fault: &Fault| {
        assert!(fault.file.contains("head"), "{fault} names another file");
        assert!(!fault.what.is_empty(), "{fault} does not say what is wrong");
    };
    let head = match head::read(folder) {
        Ok(head) => head,
        Err(faults) => {
            assert!(!faults.is_empty(), "neither a head nor a fault");
            return faults.iter().for_each(named);
        }
    };
    for place in head.find(&CompiledMatchers::new(&[]).unwrap(), i64::MIN, i64::MAX) {
        match head.read(place, i64::MIN, i64::MAX) {
            Ok(column) => assert!(column.times.is_sorted_by(|a, b| a < b), "samples out of order"),
            Err(fault) => named(&fault),
        }
    }
}

fn seeds() -> Vec<Vec<u8>> {
    let with = |kind: u8| files().iter().enumerate().map(move |(i, (_, content))| (kind | i as u8, content));
    with(0).chain(with(SEALED)).map(|(kind, content)| [&[kind], content.as_slice()].concat()).collect()
}

fn seal_log(bytes: &mut [u8]) -> Option<()> {
    let mut at = 0;
    while at < bytes.len() {
        if *bytes.get(at)? == 0 {
            at = (at + 1).next_multiple_of(PAGE);
            continue;
        }
        let length = u16::from_be_bytes(bytes.get(at + 1..at + 3)?.try_into().ok()?);
        let end = at + 7 + usize::from(length);
        let sum = checksum(bytes.get(at + 7..end)?);
        bytes.get_mut(at + 3..at + 7)?.copy_from_slice(&sum);
        at = end;
    }
    Some(())
}

fn seal_chunks(bytes: &mut [u8]) -> Option<()> {
    let mut at = 8;
    while at < bytes.len() {
        let (length, start) = uvarint(bytes, at + 25)?;
        seal(bytes, at, start + length)?;
        at = start + length + 4;
    }
    Some(())
}
