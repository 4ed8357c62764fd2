//! The zero bucket, when two histograms disagree about how wide it is.

use super::{Buckets, Count, Histogram};

impl<C: Count> Histogram<C> {
    /// Widens the zero buckets of both until they are the same and no bucket that holds something is cut.
    pub(super) fn share_zero_bucket(&mut self, other: &mut Self) {
        loop {
            if self.zero_threshold < other.zero_threshold {
                self.widen_zero_bucket(other.zero_threshold);
            } else if self.zero_threshold > other.zero_threshold {
                other.widen_zero_bucket(self.zero_threshold);
            } else {
                return;
            }
        }
    }

    fn widen_zero_bucket(&mut self, threshold: f64) {
        (self.zero_count, self.zero_threshold) = self.zero_bucket_for(threshold);
        self.positive = self.beyond_zero(&self.positive);
        self.negative = self.beyond_zero(&self.negative);
    }

    /// What a zero bucket of this (larger) threshold would hold, and its threshold: where that would cut a bucket that
    /// holds something, it is moved to the end of that bucket.
    pub(super) fn zero_bucket_for(&self, threshold: f64) -> (C, f64) {
        let mut threshold = threshold;
        loop {
            match self.within(threshold) {
                Ok(count) => return (count, threshold),
                Err(farther) => threshold = farther,
            }
        }
    }

    /// What lies within the threshold; or the end of a bucket that is cut by it.
    fn within(&self, threshold: f64) -> Result<C, f64> {
        let mut within = self.zero_count;
        if threshold <= self.zero_threshold {
            return Ok(within);
        }
        for side in [&self.positive, &self.negative] {
            for (index, count) in side.pairs() {
                if self.bound(index.wrapping_sub(1)) >= threshold {
                    break;
                }
                let upper = self.bound(index);
                if upper > threshold && !count.is_none() {
                    return Err(upper);
                }
                within = within.plus(count);
            }
        }
        Ok(within)
    }

    fn beyond_zero(&self, side: &Buckets<C>) -> Buckets<C> {
        let beyond = |(index, count): &(i32, C)| {
            !count.is_none() && self.bound(index.wrapping_sub(1)) >= self.zero_threshold
        };
        side.pairs().filter(beyond).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// (1, 2], (2, 4], (4, 8] and its mirror image's middle.
    fn histogram() -> Histogram {
        Histogram {
            count: 26.0,
            zero_threshold: 0.5,
            zero_count: 3.0,
            positive: Buckets::run(1, vec![1.0, 2.0, 4.0]),
            negative: Buckets::run(2, vec![16.0]),
            ..Histogram::default()
        }
    }

    #[test]
    fn a_wider_zero_bucket_takes_what_lies_in_it() {
        assert_eq!(histogram().zero_bucket_for(2.0), (4.0, 2.0));
        // 3 cuts (2, 4] on both sides.
        assert_eq!(histogram().zero_bucket_for(3.0), (22.0, 4.0));
    }

    #[test]
    fn a_sum_has_the_wider_one() {
        let mut sum = histogram();
        let wide = Histogram { count: 5.0, zero_threshold: 3.0, zero_count: 5.0, ..Histogram::default() };
        sum.add(&wide).unwrap();
        assert_eq!((sum.zero_threshold, sum.zero_count), (4.0, 27.0));
        assert_eq!(sum.positive.pairs().collect::<Vec<_>>(), [(3, 4.0)]);
        assert!(sum.negative.counts.is_empty());
        let mut other_way = wide;
        other_way.add(&histogram()).unwrap();
        assert_eq!(other_way, sum);
    }
}
