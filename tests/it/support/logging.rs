//! Writes logs and chunk files of a head, from the description of their formats: the other side of what the library
//! reads. It stands by itself, so that unit tests within the library use it too.

#![allow(dead_code, reason = "each test needs a part of it")]

/// The size of a page in bytes.
const PAGE: usize = 32 << 10;

/// How a record is packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Packing {
    Plain,
    Snappy,
    Zstd,
}

/// A segment of a log with these records.
pub(crate) fn segment(records: &[Vec<u8>], packing: Packing) -> Vec<u8> {
    let mut bytes = Vec::new();
    for record in records {
        let (flag, packed) = match packing {
            Packing::Plain => (0, record.clone()),
            Packing::Snappy => (8, snap::raw::Encoder::new().compress_vec(record).expect("snappy")),
            Packing::Zstd => {
                let level = ruzstd::encoding::CompressionLevel::Fastest;
                (16, ruzstd::encoding::compress_to_vec(&record[..], level))
            }
        };
        let (mut rest, mut is_first) = (&packed[..], true);
        while is_first || !rest.is_empty() {
            let left = PAGE - bytes.len() % PAGE;
            if left < 7 {
                bytes.resize(bytes.len() + left, 0);
                continue;
            }
            let (part, behind) = rest.split_at(rest.len().min(left - 7));
            let kind = match (is_first, behind.is_empty()) {
                (true, true) => 1,
                (true, false) => 2,
                (false, false) => 3,
                (false, true) => 4,
            };
            bytes.push(kind | flag);
            bytes.extend((part.len() as u16).to_be_bytes());
            bytes.extend(crc32c::crc32c(part).to_be_bytes());
            bytes.extend(part);
            (rest, is_first) = (behind, false);
        }
    }
    bytes
}

pub(crate) fn uvarint(bytes: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        bytes.push(value as u8 | 0x80);
        value >>= 7;
    }
    bytes.push(value as u8);
}

pub(crate) fn varint(bytes: &mut Vec<u8>, value: i64) {
    uvarint(bytes, (value << 1 ^ value >> 63) as u64);
}

/// A record of series: number and labels.
pub(crate) fn series(series: &[(u64, &[(&str, &str)])]) -> Vec<u8> {
    let mut bytes = vec![1];
    for (id, labels) in series {
        bytes.extend(id.to_be_bytes());
        uvarint(&mut bytes, labels.len() as u64);
        for text in labels.iter().flat_map(|(name, value)| [name, value]) {
            uvarint(&mut bytes, text.len() as u64);
            bytes.extend(text.as_bytes());
        }
    }
    bytes
}

/// A sample of a series: its number, time, start, and value as a record holds it.
pub(crate) type Sample = (u64, i64, i64, Vec<u8>);

pub(crate) fn float(value: f64) -> Vec<u8> {
    value.to_bits().to_be_bytes().to_vec()
}

/// A record of samples of a type (2 floats, 7 to 10 histograms), without starts.
pub(crate) fn samples(kind: u8, samples: &[Sample]) -> Vec<u8> {
    let mut bytes = vec![kind];
    let Some((first, first_t, ..)) = samples.first() else { return bytes };
    bytes.extend(first.to_be_bytes());
    bytes.extend(first_t.to_be_bytes());
    for (id, t, _, value) in samples {
        varint(&mut bytes, *id as i64 - *first as i64);
        varint(&mut bytes, t - first_t);
        bytes.extend(value);
    }
    bytes
}

/// A record of samples of a type (11 floats, 12 and 13 histograms), with starts.
pub(crate) fn samples_with_starts(kind: u8, samples: &[Sample]) -> Vec<u8> {
    let mut bytes = vec![kind];
    let mut before: Option<&Sample> = None;
    for sample in samples {
        let (id, t, start, value) = sample;
        match before {
            None => {
                for number in [*id as i64, *t, *start] {
                    varint(&mut bytes, number);
                }
            }
            Some(last) => {
                varint(&mut bytes, *id as i64 - last.0 as i64);
                varint(&mut bytes, t - samples[0].1);
                if *start == 0 {
                    bytes.push(0);
                } else if *start == last.2 {
                    bytes.push(1);
                } else {
                    bytes.push(2);
                    varint(&mut bytes, start - samples[0].2);
                }
            }
        }
        bytes.extend(value);
        before = Some(sample);
    }
    bytes
}

/// A histogram with whole counts as a record holds it: one bucket at `index` with all but those in the zero bucket;
/// with `bounds` its buckets are custom.
pub(crate) fn whole_histogram(index: i64, count: u64, zero: u64, sum: f64, bounds: &[f64]) -> Vec<u8> {
    let mut bytes = vec![0];
    varint(&mut bytes, if bounds.is_empty() { 3 } else { -53 });
    bytes.extend(float(0.0));
    uvarint(&mut bytes, zero);
    uvarint(&mut bytes, count);
    bytes.extend(float(sum));
    uvarint(&mut bytes, 1);
    varint(&mut bytes, index);
    uvarint(&mut bytes, 1);
    uvarint(&mut bytes, 0);
    uvarint(&mut bytes, 1);
    varint(&mut bytes, (count - zero) as i64);
    uvarint(&mut bytes, 0);
    if !bounds.is_empty() {
        uvarint(&mut bytes, bounds.len() as u64);
        bytes.extend(bounds.iter().flat_map(|bound| float(*bound)));
    }
    bytes
}

/// The same with counts as floats.
pub(crate) fn float_histogram(index: i64, count: f64, zero: f64, sum: f64, bounds: &[f64]) -> Vec<u8> {
    let mut bytes = vec![3];
    varint(&mut bytes, if bounds.is_empty() { 3 } else { -53 });
    bytes.extend([0.0, zero, count, sum].into_iter().flat_map(float));
    uvarint(&mut bytes, 1);
    varint(&mut bytes, index);
    uvarint(&mut bytes, 1);
    uvarint(&mut bytes, 0);
    uvarint(&mut bytes, 1);
    bytes.extend(float(count - zero));
    uvarint(&mut bytes, 0);
    if !bounds.is_empty() {
        uvarint(&mut bytes, bounds.len() as u64);
        bytes.extend(bounds.iter().flat_map(|bound| float(*bound)));
    }
    bytes
}

/// A record of deletions: series and closed range of time.
pub(crate) fn deletions(ranges: &[(u64, i64, i64)]) -> Vec<u8> {
    let mut bytes = vec![3];
    for (id, from, to) in ranges {
        bytes.extend(id.to_be_bytes());
        varint(&mut bytes, *from);
        varint(&mut bytes, *to);
    }
    bytes
}

/// A record of markers: the late samples of a series until here are in the chunk at a place.
pub(crate) fn markers(markers: &[(u64, u64)]) -> Vec<u8> {
    let numbers = markers.iter().flat_map(|(id, place)| [id.to_be_bytes(), place.to_be_bytes()]);
    [5].into_iter().chain(numbers.flatten()).collect()
}

/// A chunk of a chunk file: series, first and last time, encoding (with the top bit for late ones), data.
pub(crate) type Chunk<'d> = (u64, i64, i64, u8, &'d [u8]);

/// A chunk file, and where in it each chunk begins.
pub(crate) fn chunk_file(chunks: &[Chunk<'_>]) -> (Vec<u8>, Vec<u64>) {
    let mut bytes = vec![0x01, 0x30, 0xbc, 0x91, 1, 0, 0, 0];
    let mut places = Vec::new();
    for (id, from, to, encoding, data) in chunks {
        let start = bytes.len();
        places.push(start as u64);
        bytes.extend(id.to_be_bytes());
        bytes.extend(from.to_be_bytes());
        bytes.extend(to.to_be_bytes());
        bytes.push(*encoding);
        uvarint(&mut bytes, data.len() as u64);
        bytes.extend(*data);
        let sum = crc32c::crc32c(&bytes[start..]);
        bytes.extend(sum.to_be_bytes());
    }
    (bytes, places)
}
