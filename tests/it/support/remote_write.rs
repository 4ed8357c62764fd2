//! Hands samples to a real Prometheus that takes remote writes: any times and kinds a test likes.

use nines::base::{Buckets, Column, Histogram, Labels, ResetHint};

use super::prometheus::{RealPrometheus, exchange};

/// Writes the samples of each column, column by column; whole numbers of histograms are sent as such.
///
/// # Panics
/// Where the server refuses.
pub(crate) fn write(server: &RealPrometheus, columns: &[Column]) {
    let mut request = Vec::new();
    for column in columns {
        message(&mut request, 1, &series(column));
    }
    let packed = snap::raw::Encoder::new().compress_vec(&request).expect("snappy");
    let headers = format!(
        "Content-Type: application/x-protobuf\r\nContent-Encoding: snappy\r\n\
         X-Prometheus-Remote-Write-Version: 0.1.0\r\nContent-Length: {}\r\n",
        packed.len()
    );
    let (status, body) = exchange("POST", &format!("{}/api/v1/write", server.url), &headers, &packed);
    assert!((200..300).contains(&status), "{status}: {body}\n{}", server.log());
}

fn series(column: &Column) -> Vec<u8> {
    let mut series = labels(&column.labels);
    for (t, value) in column.times.iter().zip(&column.values) {
        let mut sample = Vec::new();
        double(&mut sample, 1, *value);
        number(&mut sample, 2, *t as u64);
        message(&mut series, 2, &sample);
    }
    for sample in &column.histograms {
        let mut histogram = histogram(&sample.value);
        number(&mut histogram, 15, sample.t as u64);
        message(&mut series, 4, &histogram);
    }
    series
}

fn labels(labels: &Labels) -> Vec<u8> {
    let mut bytes = Vec::new();
    for (name, value) in labels.iter() {
        let mut label = Vec::new();
        message(&mut label, 1, name.as_bytes());
        message(&mut label, 2, value.as_bytes());
        message(&mut bytes, 1, &label);
    }
    bytes
}

fn histogram(histogram: &Histogram) -> Vec<u8> {
    let counts = histogram.positive.counts.iter().chain(&histogram.negative.counts).chain([&histogram.count]);
    let whole = counts.chain([&histogram.zero_count]).all(|count| count.fract() == 0.0);
    let mut bytes = Vec::new();
    if whole {
        number(&mut bytes, 1, histogram.count as u64);
    } else {
        double(&mut bytes, 2, histogram.count);
    }
    double(&mut bytes, 3, histogram.sum);
    number(&mut bytes, 4, zigzag(histogram.schema.into()));
    double(&mut bytes, 5, histogram.zero_threshold);
    if whole {
        number(&mut bytes, 6, histogram.zero_count as u64);
    } else {
        double(&mut bytes, 7, histogram.zero_count);
    }
    for (field, Buckets { spans, counts }) in [(8, &histogram.negative), (11, &histogram.positive)] {
        for (offset, length) in spans.iter() {
            let mut span = Vec::new();
            number(&mut span, 1, zigzag((*offset).into()));
            number(&mut span, 2, (*length).into());
            message(&mut bytes, field, &span);
        }
        let mut packed = Vec::new();
        if whole {
            let before = std::iter::once(&0.0).chain(counts);
            for (bucket, before) in counts.iter().zip(before) {
                varint(&mut packed, zigzag((bucket - before) as i64));
            }
            message(&mut bytes, field + 1, &packed);
        } else {
            packed.extend(counts.iter().flat_map(|count| count.to_le_bytes()));
            message(&mut bytes, field + 2, &packed);
        }
    }
    let hint = match histogram.hint {
        ResetHint::Unknown => 0,
        ResetHint::Reset => 1,
        ResetHint::NotReset => 2,
        ResetHint::Gauge => 3,
    };
    number(&mut bytes, 14, hint);
    bytes
}

fn zigzag(value: i64) -> u64 {
    (value << 1 ^ value >> 63) as u64
}

fn varint(bytes: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        bytes.push(value as u8 | 0x80);
        value >>= 7;
    }
    bytes.push(value as u8);
}

fn number(bytes: &mut Vec<u8>, field: u64, value: u64) {
    varint(bytes, field << 3);
    varint(bytes, value);
}

fn double(bytes: &mut Vec<u8>, field: u64, value: f64) {
    varint(bytes, field << 3 | 1);
    bytes.extend(value.to_le_bytes());
}

fn message(bytes: &mut Vec<u8>, field: u64, content: &[u8]) {
    varint(bytes, field << 3 | 2);
    varint(bytes, content.len() as u64);
    bytes.extend(content);
}
