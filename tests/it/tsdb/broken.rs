//! Broken blocks: a fault that names the file, or the same samples; never a panic, never fewer samples.

use std::path::{Path, PathBuf};

use nines::tsdb::{self, Fault};

use super::{all, lines, told};
use crate::support::blocks::{Block, Stored};
use crate::support::packing::{self, Packed, Shared};
use crate::support::tempdir::TempDir;

fn block() -> Block {
    let shared = Shared { schema: 1, positive_spans: vec![(0, 3)], ..Shared::default() };
    let sample = |t: i64| Packed {
        t,
        start: 5,
        count: 6.0,
        sum: t as f64,
        positive: vec![1.0, 2.0, 3.0],
        ..Packed::default()
    };
    let samples: Vec<_> = (1..20).map(|i| sample(i * 100)).collect();
    let floats: Vec<_> = (1..30_i32).map(|i| (i64::from(i) * 60, 7, f64::from(i).sqrt())).collect();
    let end = floats[floats.len() - 1].0;
    let series = |name, chunk| Stored { labels: vec![("__name__", name), ("job", "x")], chunks: vec![chunk] };
    Block {
        series: vec![
            series("a", (100, 1900, 2, packing::histogram(&shared, &samples, false))),
            series("b", (100, 1900, 6, packing::float_histogram(&shared, &samples, true))),
            series("c", (60, end, 4, packing::xor2(&floats))),
            series("d", (60, end, 1, packing::xor(&floats))),
        ],
        tombstones: vec![(3, 100, 200), (2, 1000, 1100)],
        ..Block::default()
    }
}

/// All that is in a block, or what is wrong with it.
fn read(path: &Path) -> Result<String, Vec<Fault>> {
    let database = tsdb::open(path)?;
    let columns = all(&database).map_err(|fault| vec![fault])?;
    let histograms: Vec<_> = columns.iter().map(|column| (&column.starts, &column.histograms)).collect();
    Ok(format!("{:?}{histograms:?}", lines(&columns)))
}

const FILES: [&str; 4] = ["chunks/000001", "index", "tombstones", "meta.json"];

#[expect(clippy::disallowed_methods, reason = "a test's own folder")]
fn spoilt(
    path: &Path,
    spoil: impl Fn(&mut Vec<u8>),
    then: impl FnOnce(Result<String, Vec<Fault>>),
    file: &str,
) {
    let file = path.join(file);
    let whole = std::fs::read(&file).unwrap();
    let mut bytes = whole.clone();
    spoil(&mut bytes);
    std::fs::write(&file, &bytes).unwrap();
    then(read(path));
    std::fs::write(&file, &whole).unwrap();
}

fn written() -> (TempDir, PathBuf, String) {
    let dir = TempDir::new("broken");
    let path = block().write(dir.path());
    let whole = read(&path).unwrap_or_else(|faults| panic!("{}", told(&faults)));
    (dir, path, whole)
}

/// How many bytes a file has.
fn size(path: &Path, file: &str) -> usize {
    usize::try_from(path.join(file).metadata().unwrap().len()).unwrap()
}

#[test]
fn no_flipped_byte_goes_unseen() {
    let (_dir, path, whole) = written();
    for file in FILES {
        for at in 0..size(&path, file) {
            let check = |found: Result<String, Vec<Fault>>| match found {
                // Some bytes mean nothing: padding, statistics.
                Ok(found) => assert_eq!(found, whole, "{file}: byte {at}"),
                Err(faults) => assert!(told(&faults).contains(path.to_str().unwrap()), "{}", told(&faults)),
            };
            spoilt(&path, |bytes| bytes[at] ^= 0x55, check, file);
        }
    }
}

#[test]
fn no_cut_goes_unseen() {
    let (_dir, path, _) = written();
    for file in FILES {
        for left in 0..size(&path, file) {
            let check = |found: Result<String, Vec<Fault>>| {
                let faults = found.expect_err(&format!("{file} cut to {left} bytes"));
                let named = faults.iter().all(|fault| fault.file.starts_with(path.to_str().unwrap()));
                assert!(named, "{}", told(&faults));
            };
            spoilt(&path, |bytes| bytes.truncate(left), check, file);
        }
    }
}

#[test]
fn all_faults_are_told_at_once() {
    let (_dir, path, _) = written();
    for file in FILES.iter().take(3) {
        #[expect(clippy::disallowed_methods, reason = "a test's own folder")]
        std::fs::write(path.join(file), "no such file has ever been written").unwrap();
    }
    let said = told(&tsdb::open(&path).unwrap_err());
    for file in FILES.iter().take(3) {
        assert!(
            said.contains(&format!("{file}: byte 0: ")) || said.contains(&format!("{file}: cut off")),
            "{said}"
        );
    }
}

#[test]
fn a_broken_chunk_is_named_by_its_place() {
    let (_dir, path, _) = written();
    let check = |found: Result<String, Vec<Fault>>| {
        let said = told(&found.unwrap_err());
        assert!(said.contains("chunks/000001: byte "), "{said}");
        assert!(said.contains("checksum does not match: stored "), "{said}");
    };
    spoilt(&path, |bytes| bytes[30] ^= 1, check, "chunks/000001");
}

#[test]
fn a_missing_file_is_named() {
    let (_dir, path, _) = written();
    std::fs::remove_file(path.join("index")).unwrap();
    let said = told(&tsdb::open(&path).unwrap_err());
    assert!(said.contains("index: cannot be read: "), "{said}");

    let (_dir, path, _) = written();
    let chunks = path.join("chunks");
    std::fs::remove_file(chunks.join("000001")).unwrap();
    let said = told(&read(&path).unwrap_err());
    let expected =
        format!("{}: chunk file 000001 is missing, which the index names\n  help: ", chunks.display());
    assert!(said.starts_with(&expected), "{said}");
    std::fs::remove_dir(&chunks).unwrap();
    let said = told(&tsdb::open(&path).unwrap_err());
    assert!(said.starts_with(&format!("{}: cannot be read: ", chunks.display())), "{said}");
    assert!(said.contains("help: the block is not complete"), "{said}");
}

#[test]
fn missing_chunks_are_named_with_their_folder() {
    let (_dir, path, _) = written();
    let chunks = path.join("chunks");
    std::fs::remove_file(chunks.join("000001")).unwrap();
    let said = told(&read(&path).unwrap_err());
    assert!(said.contains(&format!("{}: chunk file 000001 is missing", chunks.display())), "{said}");
}

/// Chunks of floats are unpacked three at a time; each of them may be the broken one.
#[test]
fn the_broken_one_of_many_chunks_is_named() {
    const CHUNKS: i64 = 7;
    let samples = |chunk: i64| (0..40).map(move |i| (chunk * 1000 + i * 10, 0, i as f64)).collect::<Vec<_>>();
    for broken in 0..CHUNKS {
        for (spoilt, expected) in
            [("cut", "cut off"), ("order", "the index says that the chunk spans"), ("lonely", "")]
        {
            let (mut chunks, mut start, mut place) = (Vec::new(), 8, 0..0);
            for chunk in 0..CHUNKS {
                let mut data = packing::xor(&samples(chunk));
                let mut stretch = (chunk * 1000, chunk * 1000 + 390);
                if chunk == broken {
                    match spoilt {
                        "cut" => data.truncate(data.len() - 3),
                        "order" => stretch.1 -= 10,
                        _ => {
                            data = packing::xor(&samples(chunk)[..1]);
                            stretch.1 = stretch.0;
                        }
                    }
                }
                // Its length, the encoding and a checksum stand around it.
                let end = start + 1 + usize::from(data.len() > 127) + 1 + data.len() + 4;
                if chunk == broken {
                    place = start..end;
                }
                start = end;
                chunks.push((stretch.0, stretch.1, 1, data));
            }
            let dir = TempDir::new("many-chunks");
            let series = vec![Stored { labels: vec![("__name__", "m")], chunks }];
            let path = Block { series, ..Block::default() }.write(dir.path());
            let found = tsdb::open(&path).and_then(|database| all(&database).map_err(|fault| vec![fault]));
            if expected.is_empty() {
                let columns = found.unwrap_or_else(|faults| panic!("{}", told(&faults)));
                let times: Vec<i64> = (0..CHUNKS)
                    .flat_map(|chunk| samples(chunk).into_iter().take(if chunk == broken { 1 } else { 40 }))
                    .map(|(t, ..)| t)
                    .collect();
                assert_eq!(columns[0].times, times);
                continue;
            }
            let faults = found.map(|_| ()).unwrap_err();
            let text = told(&faults);
            let at: usize = text
                .split("byte ")
                .nth(1)
                .and_then(|rest| rest.split(|c: char| !c.is_ascii_digit()).next())
                .and_then(|digits| digits.parse().ok())
                .unwrap_or_else(|| panic!("no byte in {text}"));
            assert!(place.contains(&at), "{spoilt} {broken}: {text} is not in {place:?}");
            assert!(text.contains(expected) && text.contains("chunks/000001"), "{spoilt} {broken}: {text}");
        }
    }
}
