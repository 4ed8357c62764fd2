//! What must hold for every histogram.

use std::sync::Arc;

use proptest::prelude::*;

use super::{Buckets, Histogram, Keep};
use crate::base::Kahan;

/// Buckets with whole counts, a few of them empty.
fn side() -> impl Strategy<Value = Buckets> {
    let pair = (0_i32..4, 0_u32..20);
    (-12_i32..12, prop::collection::vec(pair, 0..8)).prop_map(|(first, pairs)| {
        let mut index = first;
        let indexed = pairs.into_iter().map(|(gap, count)| {
            index += gap + 1;
            (index, f64::from(count))
        });
        indexed.collect()
    })
}

fn counted(buckets: &Buckets) -> f64 {
    buckets.counts.iter().sum()
}

fn exponential() -> impl Strategy<Value = Histogram> {
    let threshold = prop::sample::select(vec![0.0, 0.001, 0.5, 1.0, 3.0]);
    (-2..=4_i32, threshold, 0_u32..9, side(), side(), -50.0..50.0_f64).prop_map(
        |(schema, zero_threshold, zero_count, positive, negative, sum)| {
            let bare = Histogram { schema, zero_threshold, ..Histogram::default() };
            // No bucket begins within the zero bucket, as in what is stored.
            let beyond = |side: &Buckets| -> Buckets {
                side.pairs().filter(|(index, _)| bare.bound(index - 1) >= zero_threshold).collect()
            };
            let (positive, negative) = (beyond(&positive), beyond(&negative));
            let zero_count = f64::from(zero_count);
            let count = zero_count + counted(&positive) + counted(&negative);
            Histogram { count, sum, zero_count, positive, negative, ..bare }
        },
    )
}

fn custom() -> impl Strategy<Value = Histogram> {
    let bounds = prop::collection::btree_set(-6_i32..12, 0..6);
    (bounds, prop::collection::vec(0_u32..20, 7)).prop_map(|(bounds, counts)| {
        let bounds: Arc<[f64]> = bounds.into_iter().map(f64::from).collect();
        let counts = counts.into_iter().take(bounds.len() + 1).map(f64::from).collect();
        let positive = Buckets::run(0, counts);
        let count = counted(&positive);
        Histogram { schema: Histogram::CUSTOM, count, sum: count, bounds, positive, ..Histogram::default() }
    })
}

fn any() -> impl Strategy<Value = Histogram> {
    prop_oneof![exponential(), custom()]
}

/// Two of the same kind.
fn pair() -> impl Strategy<Value = (Histogram, Histogram)> {
    prop_oneof![(exponential(), exponential()), (custom(), custom())]
}

fn sum(a: &Histogram, b: &Histogram) -> Histogram {
    let mut sum = a.clone();
    sum.add(b).unwrap();
    sum.compact();
    sum
}

fn reduced(histogram: &Histogram, schema: i32) -> Histogram {
    let mut reduced = histogram.clone();
    reduced.reduce_to(schema);
    reduced.compact();
    reduced
}

/// Whole counts are the same to the bit.
fn same(a: f64, b: f64) -> bool {
    a.to_bits() == b.to_bits()
}

proptest! {
    // Counts are whole, so that no sum of them is rounded.
    #[test]
    fn addition_commutes_and_keeps_every_observation((a, b) in pair()) {
        let (left, right) = (sum(&a, &b), sum(&b, &a));
        prop_assert_eq!(&left, &right);
        prop_assert_eq!(left.check(), Ok(()));
        let held = left.zero_count + counted(&left.positive) + counted(&left.negative);
        prop_assert!(same(held, a.count + b.count));
    }

    #[test]
    fn subtraction_undoes_addition((a, b) in pair()) {
        let mut back = sum(&a, &b);
        back.sub(&b).unwrap();
        back.compact();
        // What is left of `a`, seen with the buckets that the sum has.
        let mut expected = a.clone();
        expected.sub(&b).unwrap();
        expected.add(&b).unwrap();
        expected.compact();
        prop_assert!(same(back.count, a.count));
        prop_assert_eq!(back.positive.pairs().collect::<Vec<_>>(), expected.positive.pairs().collect::<Vec<_>>());
        prop_assert_eq!(back.negative.pairs().collect::<Vec<_>>(), expected.negative.pairs().collect::<Vec<_>>());
        prop_assert!(same(back.zero_count, expected.zero_count));
    }

    #[test]
    fn reducing_then_adding_is_adding_then_reducing(a in exponential(), b in exponential(), schema in -4..=4_i32) {
        let (a, b) = (Histogram { zero_threshold: 0.0, ..a }, Histogram { zero_threshold: 0.0, ..b });
        let schema = schema.min(a.schema).min(b.schema);
        prop_assert_eq!(sum(&reduced(&a, schema), &reduced(&b, schema)), reduced(&sum(&a, &b), schema));
    }

    #[test]
    fn compensated_addition_of_whole_counts_is_addition((a, b) in pair()) {
        let mut compensated: Histogram<Kahan> = a.counted();
        compensated.add(&b).unwrap();
        compensated.compact();
        let total = compensated.total();
        let plain = sum(&a, &b);
        prop_assert!((total.sum - plain.sum).abs() <= 1e-12);
        prop_assert_eq!(Histogram { sum: plain.sum, ..total }, plain);
    }

    #[test]
    fn compacting_keeps_every_bucket_that_holds_something(a in any()) {
        let mut compact = a.clone();
        compact.compact();
        let filled = |histogram: &Histogram| {
            histogram.positive.pairs().filter(|(_, count)| *count != 0.0).collect::<Vec<_>>()
        };
        prop_assert_eq!(filled(&compact), compact.positive.pairs().collect::<Vec<_>>());
        prop_assert_eq!(filled(&compact), filled(&a));
        prop_assert!(compact.positive.spans.iter().skip(1).all(|(skipped, length)| *skipped > 0 && *length > 0));
    }

    #[test]
    fn a_quantile_rises_with_its_rank(a in any(), q in 0.0..=1.0_f64, r in 0.0..=1.0_f64) {
        prop_assume!(a.count > 0.0);
        let (low, high) = (a.quantile(q.min(r)).value, a.quantile(q.max(r)).value);
        prop_assert!(low <= high + 1e-9 * high.abs(), "{low} > {high}");
    }

    #[test]
    fn every_observation_is_somewhere(a in any(), at in -20.0..20.0_f64) {
        prop_assume!(a.count > 0.0);
        let whole = a.fraction(f64::NEG_INFINITY, f64::INFINITY).value;
        prop_assert!((whole - 1.0).abs() < 1e-12, "{whole}");
        let parts = a.fraction(f64::NEG_INFINITY, at).value + a.fraction(at, f64::INFINITY).value;
        prop_assert!((parts - 1.0).abs() < 1e-12, "{parts}");
    }

    #[test]
    fn a_counter_that_only_grew_was_not_reset((a, b) in pair()) {
        // A zero bucket that ends within a coarser bucket hides what lies there.
        let b = Histogram { schema: a.schema, ..b };
        prop_assert!(!sum(&a, &b).resets_after(&a));
        prop_assert!(!a.resets_after(&a));
    }

    #[test]
    fn what_is_trimmed_below_and_above_makes_the_whole(a in exponential(), at in -20.0..20.0_f64) {
        let trimmed = |keep| {
            let mut trimmed = a.clone();
            trimmed.trim(keep);
            trimmed.count
        };
        let parts = trimmed(Keep::Below(at)) + trimmed(Keep::Above(at));
        prop_assert!((parts - a.count).abs() < 1e-9, "{parts} of {}", a.count);
    }
}
