//! The operators `</` and `>/`: observations on one side of a value, estimated.

use super::{Bucket, Histogram};

/// Which observations are kept.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Keep {
    /// Those below a value.
    Below(f64),
    /// Those above a value.
    Above(f64),
}

/// What is kept of one or more buckets.
#[derive(Default)]
struct Kept {
    count: f64,
    sum: f64,
    /// Whether anything was cut away.
    cut: bool,
}

impl Kept {
    /// Notes what is kept of a bucket, and where its observations lie in the middle.
    fn take(&mut self, of: f64, kept: f64, middle: f64) -> f64 {
        self.count += kept;
        self.sum += middle * kept;
        #[expect(clippy::float_cmp, reason = "any difference is a cut")]
        let cut = of != kept;
        self.cut |= cut;
        kept
    }
}

impl Histogram {
    /// Cuts away all observations but those to keep. Within a bucket that is cut they are taken to be spread as for a
    /// quantile; count and sum are then estimated from the buckets. Where nothing is cut, nothing changes.
    pub fn trim(&mut self, keep: Keep) {
        let mut kept = Kept::default();
        let custom = self.is_custom();
        let mut side = |buckets: &mut dyn Iterator<Item = Bucket>, positive: bool| -> Vec<f64> {
            let trimmed = |bucket: Bucket| {
                let (count, middle) =
                    if bucket.count == 0.0 { (0.0, 0.0) } else { bucket.trimmed(keep, positive, custom) };
                kept.take(bucket.count, count, middle)
            };
            buckets.map(trimmed).collect()
        };
        let positive = side(&mut self.positive_buckets(), true);
        let negative = side(&mut self.negative_buckets(), false);
        if self.zero_count > 0.0 {
            let holds = |counts: &[f64]| counts.iter().any(|count| *count != 0.0);
            let mut zero = self.zero_bucket();
            match (holds(&self.negative.counts), holds(&self.positive.counts)) {
                (true, false) => zero.upper = 0.0,
                (false, true) => zero.lower = 0.0,
                _ => {}
            }
            let (count, middle) = zero.trimmed(keep, true, true);
            self.zero_count = kept.take(self.zero_count, count, middle);
        }
        self.positive.counts = positive;
        self.negative.counts = negative;
        if kept.cut {
            self.count = kept.count;
            self.sum = kept.sum;
            self.compact();
        }
    }
}

impl Bucket {
    /// How many observations are kept, and the middle of what they spread over.
    fn trimmed(&self, keep: Keep, positive: bool, linear: bool) -> (f64, f64) {
        let (whole, nothing) = match keep {
            Keep::Below(value) => (self.upper <= value, self.lower >= value),
            Keep::Above(value) => (self.lower >= value, self.upper <= value),
        };
        if whole {
            return (self.count, middle(self.lower, self.upper, positive, linear));
        }
        if nothing {
            return (0.0, 0.0);
        }
        if self.lower == f64::NEG_INFINITY || self.upper == f64::INFINITY {
            return self.trimmed_without_end(keep);
        }
        match keep {
            Keep::Below(value) => {
                (self.count * self.share_below(value, linear), middle(self.lower, value, positive, linear))
            }
            Keep::Above(value) => (
                self.count - self.count * self.share_below(value, linear),
                middle(value, self.upper, positive, linear),
            ),
        }
    }

    /// The same for a bucket without a beginning or an end, with the value inside it: nobody knows where its
    /// observations lie. One that ends above zero is taken to begin at zero.
    fn trimmed_without_end(&self, keep: Keep) -> (f64, f64) {
        let from_zero = self.lower == f64::NEG_INFINITY && self.upper > 0.0 && self.upper.is_finite();
        match keep {
            Keep::Below(value) if from_zero && value > 0.0 => (self.count * value / self.upper, value / 2.0),
            Keep::Below(value) if self.lower == f64::NEG_INFINITY && self.upper <= 0.0 => (self.count, value),
            Keep::Above(value) if from_zero && value >= 0.0 => {
                (self.count * (1.0 - value / self.upper), f64::midpoint(value, self.upper))
            }
            Keep::Above(value) if self.lower > f64::NEG_INFINITY => (self.count, value),
            _ => (0.0, 0.0),
        }
    }
}

/// The middle of an interval: the arithmetic one, or on a logarithmic scale the geometric one.
fn middle(lower: f64, upper: f64, positive: bool, linear: bool) -> f64 {
    match (lower.is_infinite(), upper.is_infinite()) {
        (true, true) => 0.0,
        (true, false) if upper > 0.0 => upper / 2.0,
        (true, false) => upper,
        (false, true) => lower,
        (false, false) if linear => f64::midpoint(lower, upper),
        (false, false) => {
            let middle = (lower * upper).abs().sqrt();
            if positive { middle } else { -middle }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::Buckets;
    use super::*;

    fn histogram() -> Histogram {
        Histogram {
            count: 7.0,
            sum: 100.0,
            positive: Buckets::run(1, vec![1.0, 2.0, 4.0]),
            ..Histogram::default()
        }
    }

    #[test]
    fn whole_buckets_are_kept_or_dropped() {
        let mut below = histogram();
        below.trim(Keep::Below(4.0));
        assert_eq!((below.count, below.positive.counts.as_slice()), (3.0, [1.0, 2.0].as_slice()));
        let mut above = histogram();
        above.trim(Keep::Above(4.0));
        assert_eq!((above.count, above.sum), (4.0, 4.0 * 32_f64.sqrt()));
        let mut all = histogram();
        all.trim(Keep::Below(8.0));
        assert_eq!(all, histogram());
    }

    #[test]
    fn a_bucket_is_cut_on_a_logarithmic_scale() {
        let mut below = histogram();
        below.trim(Keep::Below(32_f64.sqrt()));
        assert!((below.count - 5.0).abs() < 1e-12);
    }

    #[test]
    fn custom_buckets_begin_at_zero_and_never_end() {
        let custom = Histogram {
            schema: Histogram::CUSTOM,
            count: 6.0,
            bounds: [4.0].into(),
            positive: Buckets::run(0, vec![4.0, 2.0]),
            ..Histogram::default()
        };
        let trimmed = |keep| {
            let mut trimmed = custom.clone();
            trimmed.trim(keep);
            (trimmed.count, trimmed.sum)
        };
        assert_eq!(trimmed(Keep::Below(1.0)), (1.0, 0.5));
        assert_eq!(trimmed(Keep::Above(1.0)), (5.0, 3.0 * 2.5 + 2.0 * 4.0));
        assert_eq!(trimmed(Keep::Above(9.0)), (2.0, 18.0));
        assert_eq!(trimmed(Keep::Below(9.0)), (4.0, 8.0));
    }
}
