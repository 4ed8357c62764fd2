//! What is packed by the description of the format comes out as it went in; what is broken is a fault.

use proptest::prelude::*;

use super::floats::Difference;
use super::*;
use crate::base::{Buckets, Histogram, HistogramAt, ResetHint, stale_marker};

#[path = "../../../tests/it/support/packing.rs"]
mod packing;
use packing::{Float, Packed, Shared};

fn decoded(encoding: Encoding, data: &[u8]) -> Result<Column, Broken> {
    let mut column = Column::default();
    decode(encoding, data, &mut column).map(|()| column)
}

/// Floats with their bits, so that a NaN equals itself.
fn floats(column: &Column) -> Vec<(i64, i64, u64)> {
    let starts = column.starts.iter().copied().chain(std::iter::repeat(0));
    let samples = column.times.iter().zip(&column.values).zip(starts);
    samples.map(|((t, value), start)| (*t, start, value.to_bits())).collect()
}

fn value() -> impl Strategy<Value = f64> {
    prop_oneof![
        3 => (0_i32..1000).prop_map(f64::from),
        2 => any::<f64>(),
        1 => Just(stale_marker()),
        1 => Just(f64::from_bits(0x7ff8_0000_0000_0001)),
    ]
}

fn step() -> impl Strategy<Value = i64> {
    prop_oneof![4 => Just(15_000), 3 => 14_990_i64..15_010, 2 => 1_i64..1_000_000, 1 => 1_i64..1 << 40]
}

fn samples() -> impl Strategy<Value = Vec<Float>> {
    let start = prop_oneof![3 => Just(0), 2 => Just(500_i64), 1 => any::<i64>()];
    let sample = (step(), start, value());
    (any::<i32>(), prop::collection::vec(sample, 0..300), 0_usize..200).prop_map(|(t, samples, known)| {
        let mut t = i64::from(t);
        let samples = samples.into_iter().enumerate().map(|(place, (step, start, value))| {
            t += step;
            (t, if place < known { 0 } else { start }, value)
        });
        samples.collect()
    })
}

fn histograms() -> impl Strategy<Value = (Shared, Vec<Packed>)> {
    let spans = || prop::collection::vec((0_i32..9, 0_u32..4), 0..4);
    let shared =
        (-4_i32..=8, prop_oneof![Just(0.0), Just(2_f64.powi(-128)), Just(0.3)], spans(), spans(), 0_u8..4);
    let shared = shared.prop_map(|(schema, zero_threshold, positive_spans, negative_spans, reset)| Shared {
        schema,
        zero_threshold,
        positive_spans,
        negative_spans,
        bounds: Vec::new(),
        reset,
    });
    (shared, any::<i32>()).prop_flat_map(|(shared, first)| {
        let buckets = |spans: &[(i32, u32)]| {
            let count = spans.iter().map(|(_, length)| *length as usize).sum::<usize>();
            prop::collection::vec((0_u32..1 << 30).prop_map(f64::from), count)
        };
        let sample = (
            (step(), prop_oneof![Just(0), 1_i64..1 << 41]),
            ((0_u32..1 << 30).prop_map(f64::from), (0_u32..99).prop_map(f64::from), value()),
            (buckets(&shared.positive_spans), buckets(&shared.negative_spans)),
        );
        let samples = prop::collection::vec(sample, 1..140).prop_map(move |samples| {
            let mut t = i64::from(first);
            let sample = |((step, start), (count, zero_count, sum), (positive, negative))| {
                t += step;
                Packed { t, start, count, zero_count, sum, positive, negative }
            };
            samples.into_iter().map(sample).collect()
        });
        (Just(shared), samples)
    })
}

fn expected(shared: &Shared, samples: &[Packed], with_starts: bool) -> Vec<HistogramAt> {
    let buckets =
        |spans: &[(i32, u32)], counts: &[f64]| Buckets { spans: spans.into(), counts: counts.into() };
    let histogram = |(place, sample): (usize, &Packed)| {
        let hint = match (shared.reset, place) {
            (3, _) => ResetHint::Gauge,
            (_, 0) => ResetHint::Unknown,
            _ => ResetHint::NotReset,
        };
        let value = if crate::base::is_stale(sample.sum) {
            Histogram { sum: sample.sum, ..Histogram::default() }
        } else {
            Histogram {
                schema: shared.schema,
                hint,
                count: sample.count,
                sum: sample.sum,
                zero_threshold: shared.zero_threshold,
                zero_count: sample.zero_count,
                positive: buckets(&shared.positive_spans, &sample.positive),
                negative: buckets(&shared.negative_spans, &sample.negative),
                bounds: shared.bounds.as_slice().into(),
            }
        };
        HistogramAt { t: sample.t, start: if with_starts { sample.start } else { 0 }, value: value.into() }
    };
    samples.iter().enumerate().map(histogram).collect()
}

/// With sums as bits, so that a NaN equals itself.
fn comparable(histograms: &[HistogramAt]) -> Vec<String> {
    histograms.iter().map(|h| format!("{h:?} {:x}", h.value.sum.to_bits())).collect()
}

fn packed(shared: &Shared, samples: &[Packed]) -> [(Encoding, Vec<u8>, bool); 4] {
    [
        (Encoding::Histogram, packing::histogram(shared, samples, false), false),
        (Encoding::FloatHistogram, packing::float_histogram(shared, samples, false), false),
        (Encoding::HistogramStart, packing::histogram(shared, samples, true), true),
        (Encoding::FloatHistogramStart, packing::float_histogram(shared, samples, true), true),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn floats_come_out_as_they_went_in(given in samples()) {
        let without: Vec<_> = given.iter().map(|(t, _, value)| (*t, 0, value.to_bits())).collect();
        let with: Vec<_> = given.iter().map(|(t, start, value)| (*t, *start, value.to_bits())).collect();
        prop_assert_eq!(floats(&decoded(Encoding::Xor, &packing::xor(&given)).unwrap()), without);
        prop_assert_eq!(floats(&decoded(Encoding::Xor2, &packing::xor2(&given)).unwrap()), with);
    }

    #[test]
    fn three_at_once_are_as_one_by_one(
        three in prop::collection::vec(samples(), 3..=3),
        flipped in prop::option::of((0_usize..3, any::<prop::sample::Index>())),
        used in 0_usize..400,
    ) {
        let mut chunks: Vec<_> = three.iter().map(|samples| packing::xor(samples)).collect();
        if let Some((chunk, at)) = flipped {
            let bit = at.index(chunks[chunk].len() * 8);
            chunks[chunk][bit / 8] ^= 1 << (bit % 8);
        }
        let known = decoded(Encoding::Xor2, &packing::xor2(&[(2, 1, 1.0)])).unwrap();
        let (mut apart, mut together) = (known.clone(), known.clone());
        let counts: Result<Vec<_>, _> = chunks
            .iter()
            .map(|chunk| {
                let before = apart.times.len();
                decode(Encoding::Xor, chunk, &mut apart).map(|()| apart.times.len() - before)
            })
            .collect();
        // Rows that held other differences before.
        let mut rows = vec![[Difference::default(); 3]; used];
        let found = decode_three([&chunks[0], &chunks[1], &chunks[2]], &mut rows, &mut together);
        if let Some(counts) = counts.ok().filter(|counts| counts.iter().all(|count| *count > 1)) {
            prop_assert_eq!(found.map(Vec::from), Some(counts));
            prop_assert_eq!(floats(&together), floats(&apart));
        } else {
            prop_assert_eq!(found, None);
            prop_assert_eq!(floats(&together), floats(&known));
        }
    }

    #[test]
    fn histograms_come_out_as_they_went_in((shared, given) in histograms()) {
        for (encoding, data, with_starts) in packed(&shared, &given) {
            let column = decoded(encoding, &data).unwrap();
            prop_assert_eq!(
                comparable(&column.histograms),
                comparable(&expected(&shared, &given, with_starts)),
                "{:?}", encoding
            );
            prop_assert_eq!(usize::from(super::samples(encoding, &data).unwrap()), given.len());
        }
    }

    #[test]
    fn cut_off_it_is_a_fault(floats in samples(), (shared, given) in histograms(), cut in 1_usize..200) {
        let mut chunks = packed(&shared, &given).map(|(encoding, data, _)| (encoding, data)).to_vec();
        chunks.push((Encoding::Xor, packing::xor(&floats)));
        chunks.push((Encoding::Xor2, packing::xor2(&floats)));
        for (encoding, data) in chunks {
            let left = data.len().saturating_sub(cut);
            let why = decoded(encoding, &data[..left]).unwrap_err();
            prop_assert!(why.at <= left as u64, "{:?}: {:?} of {}", encoding, why, left);
        }
    }

    #[test]
    fn no_bytes_make_it_panic(data in prop::collection::vec(any::<u8>(), 0..200), number in 1_u8..7) {
        let _ = decoded(Encoding::of(number).unwrap(), &data);
    }

    #[test]
    fn no_flipped_bit_makes_it_panic((shared, given) in histograms(), floats in samples(), at in any::<prop::sample::Index>()) {
        let mut chunks = packed(&shared, &given).map(|(encoding, data, _)| (encoding, data)).to_vec();
        chunks.push((Encoding::Xor, packing::xor(&floats)));
        chunks.push((Encoding::Xor2, packing::xor2(&floats)));
        for (encoding, mut data) in chunks {
            let bit = at.index(data.len() * 8);
            data[bit / 8] ^= 1 << (bit % 8);
            let _ = decoded(encoding, &data);
        }
    }
}

#[test]
fn custom_buckets_keep_their_bounds() {
    let shared = Shared {
        schema: Histogram::CUSTOM,
        positive_spans: vec![(0, 2), (1, 1)],
        bounds: vec![-1.5, 0.005, 0.1, 0.123_456_789, 33_554.43, 1e9],
        ..Shared::default()
    };
    let sample = Packed { t: 1, count: 6.0, sum: 2.5, positive: vec![1.0, 2.0, 3.0], ..Packed::default() };
    for (encoding, data, with_starts) in packed(&shared, std::slice::from_ref(&sample)) {
        let column = decoded(encoding, &data).unwrap();
        assert_eq!(column.histograms, expected(&shared, std::slice::from_ref(&sample), with_starts));
    }
    let few = Shared { bounds: vec![1.0], ..shared };
    let why = decoded(Encoding::Histogram, &packing::histogram(&few, &[sample], false)).unwrap_err();
    assert_eq!(why.what, "4 buckets, but 1 bounds between them");
}

#[test]
fn announced_sizes_are_not_trusted() {
    let mut bits = packing::Bits::default();
    bits.write(1, 16);
    bits.write(0, 16);
    bits.varbit_int(0);
    bits.varbit_uint(1);
    bits.varbit_uint(u64::from(u32::MAX));
    bits.varbit_int(0);
    let why = decoded(Encoding::Histogram, &bits.bytes).unwrap_err();
    assert!(why.what.starts_with("cut off: 4294967295 buckets announced"), "{why:?}");
    assert_eq!(
        decoded(Encoding::Histogram, &[0, 1, 0, 0, 0xe3, 0x08]).unwrap_err().what,
        "histogram schema 97 is unknown"
    );
}

#[test]
fn start_timestamps_begin_where_the_first_is_known() {
    let mut column = Column::default();
    decode(Encoding::Xor, &packing::xor(&[(1, 0, 1.0)]), &mut column).unwrap();
    assert!(column.starts.is_empty());
    decode(Encoding::Xor2, &packing::xor2(&[(2, 1, 1.0), (3, 1, 1.0)]), &mut column).unwrap();
    decode(Encoding::Xor, &packing::xor(&[(4, 0, 1.0)]), &mut column).unwrap();
    assert_eq!(column.starts, [0, 1, 1, 0]);
}
