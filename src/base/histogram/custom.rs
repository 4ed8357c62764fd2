//! Custom buckets whose bounds differ.

use std::sync::Arc;

use super::{Buckets, Count, Histogram};

impl<C: Count> Histogram<C> {
    /// Adds one with other bounds: both are brought to the bounds that they share.
    pub(super) fn add_custom(&mut self, other: &Self) {
        let shared = shared_bounds(&self.bounds, &other.bounds);
        let mut counts = vec![C::default(); shared.len() + 1];
        for histogram in [&*self, other] {
            for (index, count) in histogram.positive.pairs() {
                let place = match usize::try_from(index).ok().and_then(|index| histogram.bounds.get(index)) {
                    Some(bound) => shared.partition_point(|shared| shared < bound),
                    None => shared.len(),
                };
                if let Some(sum) = counts.get_mut(place) {
                    *sum = sum.plus(count);
                }
            }
        }
        let indexed = (0_i32..).zip(counts).filter(|(_, count)| !count.is_none());
        self.positive = indexed.collect::<Buckets<C>>();
        self.bounds = shared;
    }
}

/// The bounds that are in both; each ascends.
pub(super) fn shared_bounds(a: &[f64], b: &[f64]) -> Arc<[f64]> {
    a.iter().copied().filter(|bound| b.get(b.partition_point(|other| other < bound)) == Some(bound)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn custom(bounds: &[f64], counts: &[f64]) -> Histogram {
        Histogram {
            schema: Histogram::CUSTOM,
            count: counts.iter().sum(),
            bounds: bounds.into(),
            positive: Buckets::run(0, counts.to_vec()),
            ..Histogram::default()
        }
    }

    #[test]
    fn a_sum_has_the_bounds_that_both_have() {
        let mut sum = custom(&[1.0, 2.0, 4.0], &[1.0, 2.0, 4.0, 8.0]);
        let joined = sum.add(&custom(&[2.0, 3.0, 4.0], &[10.0, 20.0, 40.0, 80.0])).unwrap();
        assert!(joined.bounds_reconciled);
        assert_eq!(*sum.bounds, [2.0, 4.0]);
        assert_eq!(sum.positive.counts, [13.0, 64.0, 88.0]);
        let nothing_shared = sum.add(&custom(&[7.0], &[0.0, 1.0])).unwrap();
        assert!(nothing_shared.bounds_reconciled && sum.bounds.is_empty());
        assert_eq!(sum.positive.counts, [166.0]);
    }
}
