use std::fmt;
use std::sync::Arc;

use super::{Buckets, Count, Histogram, ResetHint};

/// Exponential buckets met custom ones: they cannot be added, subtracted or compared over time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mixed;

impl fmt::Display for Mixed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("exponential buckets do not go together with custom buckets")
    }
}

impl std::error::Error for Mixed {}

/// What is worth knowing about a sum or a difference.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Joined {
    /// One side says that its counter was reset, the other that it was not.
    pub hints_collide: bool,
    /// The custom bounds differed; the result has those that both had.
    pub bounds_reconciled: bool,
}

impl<C: Count> Histogram<C> {
    /// Adds another, at the coarser of the two schemas and with a zero bucket that takes in both.
    ///
    /// # Errors
    /// Exponential buckets and custom ones.
    pub fn add(&mut self, other: &Histogram) -> Result<Joined, Mixed> {
        self.combine(other, 1.0)
    }

    /// Subtracts another; buckets may become negative.
    ///
    /// # Errors
    /// Exponential buckets and custom ones.
    pub fn sub(&mut self, other: &Histogram) -> Result<Joined, Mixed> {
        self.combine(other, -1.0)
    }

    fn combine(&mut self, other: &Histogram, sign: f64) -> Result<Joined, Mixed> {
        if self.is_custom() != other.is_custom() {
            return Err(Mixed);
        }
        let hints_collide = self.join_hint(other.hint);
        let bounds_reconciled = self.is_custom() && self.bounds != other.bounds;
        self.count = self.count.plus(C::of(sign * other.count));
        self.sum = self.sum.plus(C::of(sign * other.sum));
        if self.has_layout_of(other) {
            self.zero_count = self.zero_count.plus(C::of(sign * other.zero_count));
            self.positive.add_in_place(&other.positive, sign);
            self.negative.add_in_place(&other.negative, sign);
        } else if bounds_reconciled {
            self.add_custom(&other.map(|count| C::of(sign * count)));
        } else {
            self.add_aligned(other.map(|count| C::of(sign * count)));
        }
        Ok(Joined { hints_collide, bounds_reconciled })
    }

    /// Whether bucket meets bucket, and none of them lies in the zero bucket.
    #[expect(clippy::float_cmp, reason = "thresholds are the same or not")]
    fn has_layout_of(&self, other: &Histogram) -> bool {
        let beyond_zero = |buckets: &Buckets| {
            buckets.spans.first().is_none_or(|(first, _)| self.bound(*first) > self.zero_threshold)
        };
        self.schema == other.schema
            && self.zero_threshold == other.zero_threshold
            && self.positive.spans == other.positive.spans
            && self.negative.spans == other.negative.spans
            && (if self.is_custom() {
                self.bounds == other.bounds
            } else {
                beyond_zero(&other.positive) && beyond_zero(&other.negative)
            })
    }

    fn add_aligned(&mut self, mut other: Self) {
        self.share_zero_bucket(&mut other);
        self.zero_count = self.zero_count.plus(other.zero_count);
        let schema = self.schema.min(other.schema);
        self.reduce_to(schema);
        other.reduce_to(schema);
        let threshold = self.zero_threshold;
        let in_zero_bucket = |(index, _): &(i32, C)| !other.is_custom() && other.bound(*index) <= threshold;
        self.positive = self.positive.merged(other.positive.pairs().skip_while(in_zero_bucket));
        self.negative = self.negative.merged(other.negative.pairs().skip_while(in_zero_bucket));
    }

    /// Makes the buckets coarser; a schema that is finer or custom changes nothing.
    pub fn reduce_to(&mut self, schema: i32) {
        if self.is_custom() || schema == Histogram::CUSTOM || schema >= self.schema {
            return;
        }
        let steps = self.schema.abs_diff(schema);
        self.positive = self.positive.coarser(steps);
        self.negative = self.negative.coarser(steps);
        self.schema = schema;
    }

    /// The hint of a sum; returns whether the two cannot both be true.
    fn join_hint(&mut self, other: ResetHint) -> bool {
        use ResetHint::{Gauge, Unknown};
        let (hint, collide) = match (self.hint, other) {
            (own, other) if own == other => (own, false),
            (Gauge, _) | (_, Gauge) => (Gauge, false),
            (Unknown, _) | (_, Unknown) => (Unknown, false),
            _ => (Unknown, true),
        };
        self.hint = hint;
        collide
    }

    /// Multiplies every count and the sum; by less than zero a counter becomes a gauge.
    pub fn mul(&mut self, factor: f64) {
        self.rescale(factor, |value| value * factor);
    }

    /// Divides every count and the sum; by zero no bucket is left.
    pub fn div(&mut self, divisor: f64) {
        self.rescale(divisor, |value| value / divisor);
        if divisor == 0.0 {
            self.positive = Buckets::default();
            self.negative = Buckets::default();
        }
    }

    fn rescale(&mut self, by: f64, f: impl Fn(f64) -> f64) {
        let own = [&mut self.count, &mut self.sum, &mut self.zero_count];
        for count in own.into_iter().chain(&mut self.positive.counts).chain(&mut self.negative.counts) {
            *count = count.scaled(&f);
        }
        if by < 0.0 {
            self.hint = ResetHint::Gauge;
        }
    }

    /// Leaves out buckets that hold nothing.
    pub fn compact(&mut self) {
        self.positive.compact();
        self.negative.compact();
    }

    /// The same histogram with every count, and the sum, changed by the same function.
    #[must_use]
    pub fn map<D>(&self, f: impl Fn(C) -> D) -> Histogram<D> {
        Histogram {
            schema: self.schema,
            hint: self.hint,
            count: f(self.count),
            sum: f(self.sum),
            zero_threshold: self.zero_threshold,
            zero_count: f(self.zero_count),
            positive: self.positive.map(&f),
            negative: self.negative.map(&f),
            bounds: Arc::clone(&self.bounds),
        }
    }

    /// With plain counts.
    #[must_use]
    pub fn total(&self) -> Histogram {
        self.map(Count::total)
    }

    /// Whether the sum or a count is infinite.
    pub fn overflows(&self) -> bool {
        let infinite = |count: &C| count.total().is_infinite();
        [self.count, self.sum, self.zero_count].iter().any(infinite)
            || self.positive.counts.iter().chain(&self.negative.counts).any(infinite)
    }
}

impl Histogram {
    /// The same histogram in counts of another type, to add more to it.
    #[must_use]
    pub fn counted<C: Count>(&self) -> Histogram<C> {
        self.map(C::of)
    }
}

impl<C: Count> Buckets<C> {
    /// Adds, bucket by bucket, another that has the same runs.
    fn add_in_place(&mut self, other: &Buckets, sign: f64) {
        for (own, other) in self.counts.iter_mut().zip(&other.counts) {
            *own = own.plus(C::of(sign * other));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hint_survives_only_what_agrees_with_it() {
        use ResetHint::{Gauge, NotReset, Reset, Unknown};
        let join = |a, b| {
            let mut histogram = Histogram { hint: a, ..Histogram::default() };
            let joined = histogram.add(&Histogram { hint: b, ..Histogram::default() }).unwrap();
            (histogram.hint, joined.hints_collide)
        };
        assert_eq!(join(Reset, Reset), (Reset, false));
        assert_eq!(join(Reset, Gauge), (Gauge, false));
        assert_eq!(join(NotReset, Unknown), (Unknown, false));
        assert_eq!(join(NotReset, Reset), (Unknown, true));
    }

    #[test]
    fn division_by_zero_leaves_no_bucket() {
        let mut histogram =
            Histogram { count: 3.0, sum: 0.0, positive: Buckets::run(0, vec![3.0]), ..Histogram::default() };
        histogram.div(0.0);
        assert!(histogram.count.is_infinite() && histogram.sum.is_nan());
        assert!(histogram.positive.counts.is_empty());
    }

    #[test]
    fn exponential_and_custom_buckets_do_not_mix() {
        let custom = Histogram { schema: Histogram::CUSTOM, ..Histogram::default() };
        assert_eq!(Histogram::default().add(&custom), Err(Mixed));
        assert_eq!(custom.clone().sub(&Histogram::default()), Err(Mixed));
    }
}
