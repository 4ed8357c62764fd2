use super::{Buckets, Histogram, bounds};

/// A bucket with its bounds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bucket {
    /// Where it starts.
    pub lower: f64,
    /// Where it ends.
    pub upper: f64,
    /// Whether an observation of exactly `lower` is in it.
    pub lower_inclusive: bool,
    /// Whether an observation of exactly `upper` is in it.
    pub upper_inclusive: bool,
    /// How many observations it holds.
    pub count: f64,
}

impl<C> Histogram<C> {
    /// How far from zero bucket `index` ends.
    pub(super) fn bound(&self, index: i32) -> f64 {
        if self.is_custom() {
            bounds::custom(index, &self.bounds)
        } else {
            bounds::exponential(index, self.schema)
        }
    }
}

impl Histogram {
    fn bucket(&self, lower: f64, upper: f64, index: i32, count: f64) -> Bucket {
        let (lower_inclusive, upper_inclusive) =
            if self.is_custom() { (index == 0, true) } else { (lower < 0.0, upper > 0.0) };
        Bucket { lower, upper, lower_inclusive, upper_inclusive, count }
    }

    /// The buckets above zero, upwards, as they are stored.
    pub fn positive_buckets(&self) -> impl DoubleEndedIterator<Item = Bucket> {
        pairs(&self.positive).map(|(index, count)| {
            self.bucket(self.bound(index.wrapping_sub(1)), self.bound(index), index, count)
        })
    }

    /// The buckets below zero, downwards, as they are stored.
    pub fn negative_buckets(&self) -> impl DoubleEndedIterator<Item = Bucket> {
        pairs(&self.negative).map(|(index, count)| {
            self.bucket(-self.bound(index), -self.bound(index.wrapping_sub(1)), index, count)
        })
    }

    /// The zero bucket.
    pub fn zero_bucket(&self) -> Bucket {
        Bucket {
            lower: -self.zero_threshold,
            upper: self.zero_threshold,
            lower_inclusive: true,
            upper_inclusive: true,
            count: self.zero_count,
        }
    }

    /// All buckets, upwards: the zero bucket where it holds something, and the others, which end where it begins.
    pub fn buckets(&self) -> impl DoubleEndedIterator<Item = Bucket> {
        let threshold = self.zero_threshold;
        let beside_zero = move |mut bucket: Bucket| {
            if bucket.upper < 0.0 && bucket.upper > -threshold {
                bucket.upper = -threshold;
            } else if bucket.lower > 0.0 && bucket.lower < threshold {
                bucket.lower = threshold;
            }
            bucket
        };
        let zero = if self.zero_count > 0.0 { Some(self.zero_bucket()) } else { None };
        let (negative, positive) = (self.negative_buckets().rev(), self.positive_buckets());
        negative.map(beside_zero).chain(zero).chain(positive.map(beside_zero))
    }
}

/// Indices and counts, from either end.
fn pairs(buckets: &Buckets) -> std::vec::IntoIter<(i32, f64)> {
    buckets.pairs().collect::<Vec<_>>().into_iter()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn buckets_ascend_through_zero() {
        let histogram = Histogram {
            zero_threshold: 1.5,
            zero_count: 7.0,
            positive: Buckets::run(1, vec![1.0, 2.0]),
            negative: Buckets::run(1, vec![3.0]),
            ..Histogram::default()
        };
        let shape: Vec<_> = histogram.buckets().map(|b| (b.lower, b.upper, b.count)).collect();
        assert_eq!(shape, [(-2.0, -1.5, 3.0), (-1.5, 1.5, 7.0), (1.5, 2.0, 1.0), (2.0, 4.0, 2.0)]);
        let mut backwards: Vec<_> = histogram.buckets().rev().map(|b| (b.lower, b.upper, b.count)).collect();
        backwards.reverse();
        assert_eq!(shape, backwards);
    }
}
