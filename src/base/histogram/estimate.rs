//! What the buckets say about the observations in them.

use super::{Bucket, Histogram};
use crate::base::Kahan;

/// An estimated value.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Estimate {
    /// The value.
    pub value: f64,
    /// Whether observations of NaN, which are counted but in no bucket, change it.
    pub unplaced: Option<Unplaced>,
}

/// What observations of NaN do to an estimate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unplaced {
    /// The quantile falls on them: the result is NaN.
    Hit,
    /// They count as larger than all others, or as outside of every range.
    Skew,
}

impl From<f64> for Estimate {
    fn from(value: f64) -> Self {
        Self { value, unplaced: None }
    }
}

impl Histogram {
    /// The `q`-quantile: by exponential interpolation within exponential buckets, by linear interpolation within custom
    /// ones and the zero bucket. NaN without observations, infinite where `q` is not in 0..=1.
    pub fn quantile(&self, q: f64) -> Estimate {
        if q < 0.0 {
            return f64::NEG_INFINITY.into();
        }
        if q > 1.0 {
            return f64::INFINITY.into();
        }
        if self.count == 0.0 || q.is_nan() {
            return f64::NAN.into();
        }
        // From the nearer end, but never from above where observations of NaN may lie.
        let upwards = self.sum.is_nan() || q < 0.5;
        if upwards {
            self.ranked(q * self.count, upwards, self.buckets())
        } else {
            self.ranked((1.0 - q) * self.count, upwards, self.buckets().rev())
        }
    }

    /// The value of a rank among the buckets, counted in their order.
    fn ranked(&self, rank: f64, upwards: bool, mut buckets: impl Iterator<Item = Bucket>) -> Estimate {
        let mut bucket =
            Bucket { lower: 0.0, upper: 0.0, lower_inclusive: false, upper_inclusive: false, count: 0.0 };
        let mut count = 0.0;
        for next in buckets.by_ref() {
            bucket = next;
            count += bucket.count;
            if bucket.count != 0.0 && count >= rank {
                break;
            }
        }
        if self.is_custom() {
            if bucket.lower == f64::NEG_INFINITY {
                if bucket.upper <= 0.0 {
                    return bucket.upper.into();
                }
                bucket.lower = 0.0;
            } else if bucket.upper == f64::INFINITY {
                return bucket.lower.into();
            }
        } else if bucket.lower < 0.0 && bucket.upper > 0.0 {
            self.clip_at_zero(&mut bucket);
        }
        // Rounding may add up to more than was counted.
        count = count.min(self.count);
        if count < rank {
            return if self.sum.is_nan() {
                Estimate { value: f64::NAN, unplaced: Some(Unplaced::Hit) }
            } else {
                bucket.upper.into()
            };
        }
        let within = if upwards { rank - (count - bucket.count) } else { count - rank };
        let mut unplaced = None;
        if self.sum.is_nan() {
            // Counting on shows whether any observation is in no bucket. Prometheus counts with the bucket that the rank
            // was found in, so that the share found in that is taken of the last one (promql/quantile.go
            // HistogramQuantile): the estimate is off, but it is the same.
            for next in buckets {
                bucket = next;
                count += bucket.count;
            }
            if count < self.count {
                unplaced = Some(Unplaced::Skew);
            }
        }
        let share = within / bucket.count;
        let value = if self.is_custom() || bucket.lower <= 0.0 && bucket.upper >= 0.0 {
            bucket.lower + (bucket.upper - bucket.lower) * share
        } else {
            let (lower, upper) = (bucket.lower.abs().log2(), bucket.upper.abs().log2());
            if bucket.lower > 0.0 {
                (lower + (upper - lower) * share).exp2()
            } else {
                -(upper + (lower - upper) * (1.0 - share)).exp2()
            }
        };
        Estimate { value, unplaced }
    }

    /// The zero bucket reaches only to zero where no bucket lies beyond it on that side but one on the other.
    fn clip_at_zero(&self, bucket: &mut Bucket) {
        match (self.negative.counts.is_empty(), self.positive.counts.is_empty()) {
            (true, false) => bucket.lower = 0.0,
            (false, true) => bucket.upper = 0.0,
            _ => {}
        }
    }

    /// The share of observations between two values, interpolated like a quantile. NaN without observations.
    pub fn fraction(&self, lower: f64, upper: f64) -> Estimate {
        if self.count == 0.0 || lower.is_nan() || upper.is_nan() {
            return f64::NAN.into();
        }
        if lower >= upper {
            return 0.0.into();
        }
        let placed =
            if self.sum.is_nan() { self.buckets().map(|bucket| bucket.count).sum() } else { self.count };
        let unplaced = if placed < self.count { Some(Unplaced::Skew) } else { None };
        let below = |value| self.rank_of(value).map_or(placed, |rank| rank.min(placed));
        Estimate { value: (below(upper) - below(lower)) / self.count, unplaced }
    }

    /// How many observations lie below a value; nothing where it is beyond all buckets.
    fn rank_of(&self, value: f64) -> Option<f64> {
        let mut rank = 0.0;
        for mut bucket in self.buckets() {
            let around_zero = bucket.lower <= 0.0 && bucket.upper >= 0.0;
            if around_zero {
                self.clip_at_zero(&mut bucket);
            }
            if bucket.lower >= value {
                return Some(rank);
            }
            if bucket.upper > value {
                // In a bucket without a beginning all observations are taken to lie below.
                return Some(if bucket.lower == f64::NEG_INFINITY {
                    bucket.count
                } else {
                    rank + bucket.count * bucket.share_below(value, self.is_custom() || around_zero)
                });
            }
            rank += bucket.count;
        }
        None
    }

    /// The mean of the observations.
    pub fn mean(&self) -> f64 {
        self.sum / self.count
    }

    /// The variance, with every observation taken to be in the middle of its bucket: the arithmetic one of custom
    /// buckets, zero in the zero bucket, the geometric one elsewhere.
    pub fn variance(&self) -> f64 {
        let mean = self.mean();
        let mut squares = Kahan::default();
        for bucket in self.buckets().filter(|bucket| bucket.count != 0.0) {
            let middle = if self.is_custom() {
                f64::midpoint(bucket.upper, bucket.lower)
            } else if bucket.lower <= 0.0 && bucket.upper >= 0.0 {
                0.0
            } else {
                (bucket.upper * bucket.lower).sqrt().copysign(bucket.upper)
            };
            let delta = middle - mean;
            squares.add(bucket.count * delta * delta);
        }
        (squares.sum + squares.compensation) / self.count
    }
}

impl Bucket {
    /// The share of a bucket's width that is below a value in it, on a linear or a logarithmic scale.
    pub(super) fn share_below(&self, value: f64, linear: bool) -> f64 {
        if linear {
            return (value - self.lower) / (self.upper - self.lower);
        }
        let [lower, upper, value_log] = [self.lower, self.upper, value].map(|v| v.abs().log2());
        if value > 0.0 {
            (value_log - lower) / (upper - lower)
        } else {
            1.0 - (value_log - upper) / (lower - upper)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::Buckets;
    use super::*;

    fn near(a: f64, b: f64) -> bool {
        (a - b).abs() < 1e-12
    }

    #[test]
    fn exponential_buckets_are_interpolated_exponentially() {
        let histogram = Histogram {
            count: 4.0,
            sum: 6.0,
            positive: Buckets::run(1, vec![2.0, 2.0]),
            ..Histogram::default()
        };
        assert!(near(histogram.quantile(0.25).value, std::f64::consts::SQRT_2));
        assert!(near(histogram.quantile(0.75).value, 8_f64.sqrt()));
        assert!(near(histogram.fraction(std::f64::consts::SQRT_2, 4.0).value, 0.75));
        assert!(near(histogram.fraction(f64::NEG_INFINITY, 2.0).value, 0.5));
    }

    #[test]
    fn custom_buckets_are_interpolated_linearly() {
        let histogram = Histogram {
            schema: Histogram::CUSTOM,
            count: 4.0,
            sum: 6.0,
            bounds: [2.0, 4.0].into(),
            positive: Buckets::run(0, vec![2.0, 1.0, 1.0]),
            ..Histogram::default()
        };
        assert!(near(histogram.quantile(0.25).value, 1.0));
        assert!(near(histogram.quantile(0.625).value, 3.0));
        assert!(near(histogram.quantile(1.0).value, 4.0));
        assert!(near(histogram.fraction(3.0, 9.0).value, 0.125));
    }

    #[test]
    fn observations_of_nan_are_told() {
        let histogram = Histogram {
            count: 4.0,
            sum: f64::NAN,
            positive: Buckets::run(1, vec![2.0]),
            ..Histogram::default()
        };
        assert_eq!(histogram.quantile(0.9).unplaced, Some(Unplaced::Hit));
        assert_eq!(histogram.quantile(0.2).unplaced, Some(Unplaced::Skew));
        let all = histogram.fraction(f64::NEG_INFINITY, f64::INFINITY);
        assert_eq!(all, Estimate { value: 0.5, unplaced: Some(Unplaced::Skew) });
    }

    #[test]
    fn the_variance_is_that_of_the_middles() {
        let histogram = Histogram {
            count: 4.0,
            sum: 0.0,
            positive: Buckets::run(1, vec![2.0]),
            negative: Buckets::run(1, vec![2.0]),
            ..Histogram::default()
        };
        assert!(near(histogram.variance(), 2.0));
    }
}
