//! Packed samples of every encoding, past the checksum that guards them in a file.

use nines::base::{Buckets, Column, Histogram};
use nines::tsdb::{Encoding, decode, samples};

use super::Target;
use crate::support::packing::{self, Packed, Shared};

pub(super) const TARGET: Target = Target {
    name: "chunks",
    run,
    seeds,
    words: &[],
    // A bit may be a bucket of a histogram, five bits a histogram.
    memory: |length| (64 << 10) + 2048 * length,
};

/// The first byte says which encoding, the others are the chunk.
fn run(data: &[u8]) {
    let Some((number, data)) = data.split_first() else { return };
    let Some(encoding) = Encoding::of(number % 8) else { return };
    let mut column = Column::default();
    match decode(encoding, data, &mut column) {
        Ok(()) => {
            assert_eq!(
                samples(encoding, data).map(usize::from),
                Ok(column.len()),
                "not as many samples as promised"
            );
            assert_eq!(column.times.len(), column.values.len(), "times without values");
            assert!([0, column.times.len()].contains(&column.starts.len()), "starts of some samples only");
            for histogram in &column.histograms {
                for Buckets { spans, counts } in [&histogram.value.positive, &histogram.value.negative] {
                    let places: usize = spans.iter().map(|(_, length)| *length as usize).sum();
                    assert_eq!(places, counts.len(), "spans {spans:?} of {counts:?}");
                }
            }
        }
        Err(why) => {
            assert!(!why.what.is_empty() && why.at <= data.len() as u64, "{why:?} of {} bytes", data.len());
        }
    }
}

fn seeds() -> Vec<Vec<u8>> {
    let float = |i: i64| {
        (1_700_000_000_000 + 15_000 * i + i % 3, i64::from(i > 9) * 1_699_999_999_000, (i * i % 17) as f64)
    };
    let floats: Vec<_> = (0..24).map(float).collect();
    let exponential = Shared {
        schema: 3,
        zero_threshold: 0.001,
        positive_spans: vec![(-2, 2), (3, 1)],
        negative_spans: vec![(0, 2)],
        reset: 2,
        ..Shared::default()
    };
    let custom = Shared {
        schema: Histogram::CUSTOM,
        positive_spans: vec![(0, 3)],
        bounds: vec![0.005, 0.1, 2.5, 33_554.43],
        ..Shared::default()
    };
    let histogram = |negative: usize, i: i64| Packed {
        t: 1_700_000_000_000 + 15_000 * i,
        start: 1_699_999_000_000,
        count: (20 * i) as f64,
        zero_count: i as f64,
        sum: 0.5 * i as f64,
        positive: vec![i as f64, (2 * i) as f64, 7.0],
        negative: vec![i as f64; negative],
    };
    let mut seeds = vec![(1, packing::xor(&floats)), (4, packing::xor2(&floats))];
    for (shared, negative) in [(&exponential, 2), (&custom, 0)] {
        let samples: Vec<_> = (0..12).map(|i| histogram(negative, i)).collect();
        seeds.push((2, packing::histogram(shared, &samples, false)));
        seeds.push((3, packing::float_histogram(shared, &samples, false)));
        seeds.push((5, packing::histogram(shared, &samples, true)));
        seeds.push((6, packing::float_histogram(shared, &samples, true)));
    }
    seeds.into_iter().map(|(encoding, chunk)| [vec![encoding], chunk].concat()).collect()
}
