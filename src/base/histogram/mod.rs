//! Native histograms: sparse buckets with counts as floats, and their algebra as Prometheus defines it
//! (`model/histogram`).
//!
//! Takes decoded counts, gives sums, differences, estimates and texts. Must not know chunks, series or queries.
//! To add an operation: its own file with an `impl Histogram`, and a law in `laws`.

mod add;
mod bounds;
mod buckets;
mod check;
mod count;
mod custom;
mod display;
mod estimate;
mod iterate;
#[cfg(test)]
mod laws;
mod reset;
mod trim;
mod zero;

use std::sync::Arc;

pub use add::{Joined, Mixed};
pub use buckets::{Buckets, Spans};
pub use check::InvalidHistogram;
pub use count::Count;
pub use estimate::{Estimate, Unplaced};
pub use iterate::Bucket;
pub use trim::Keep;

/// A native histogram: how many observations fell into each bucket.
///
/// Bucket `i` of an exponential schema `n` holds `(2^((i-1)·2^-n), 2^(i·2^-n)]`, its negative twin the mirror image;
/// what is nearer to zero than `zero_threshold` is in the zero bucket. With schema [`Histogram::CUSTOM`] bucket `i` ends
/// at `bounds[i]`, the last at `+Inf`, and there are neither a zero bucket nor negative ones.
///
/// Counts are plain numbers, or of type [`Kahan`](super::Kahan) while many histograms are added up.
#[derive(Debug, Clone)]
pub struct Histogram<C = f64> {
    /// How fine the buckets are: -4 to 8, or [`Histogram::CUSTOM`].
    pub schema: i32,
    /// Whether the counter was reset before this sample, where that is known.
    pub hint: ResetHint,
    /// Observations counted, those of NaN among them.
    pub count: C,
    /// Sum of the observations; the stale marker where the series ended.
    pub sum: C,
    /// Observations up to this far from zero go to the zero bucket; zero for custom buckets.
    pub zero_threshold: f64,
    /// Observations in the zero bucket.
    pub zero_count: C,
    /// The buckets above zero (all buckets where they are custom), upwards.
    pub positive: Buckets<C>,
    /// The buckets below zero, downwards.
    pub negative: Buckets<C>,
    /// Upper bounds of custom buckets, ascending, without `+Inf`; empty otherwise.
    pub bounds: Arc<[f64]>,
}

/// What a sample says about a reset of its counter before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ResetHint {
    /// It has to be found out.
    #[default]
    Unknown,
    /// It was reset.
    Reset,
    /// It was not.
    NotReset,
    /// It is no counter.
    Gauge,
}

impl Histogram {
    /// The schema of custom buckets.
    pub const CUSTOM: i32 = -53;
    /// The coarsest exponential schema.
    pub const COARSEST: i32 = -4;
    /// The finest exponential schema.
    pub const FINEST: i32 = 8;
}

impl<C> Histogram<C> {
    /// Whether its buckets are custom, not exponential.
    pub fn is_custom(&self) -> bool {
        self.schema == Histogram::CUSTOM
    }
}

/// Nothing observed, at schema 0.
impl Default for Histogram {
    fn default() -> Self {
        Self {
            schema: 0,
            hint: ResetHint::default(),
            count: 0.0,
            sum: 0.0,
            zero_threshold: 0.0,
            zero_count: 0.0,
            positive: Buckets::default(),
            negative: Buckets::default(),
            bounds: Arc::default(),
        }
    }
}

/// Equal as data, bit by bit; what is said about resets does not count.
impl PartialEq for Histogram {
    fn eq(&self, other: &Self) -> bool {
        let same = |a: f64, b: f64| a.to_bits() == b.to_bits();
        self.schema == other.schema
            && same(self.count, other.count)
            && same(self.sum, other.sum)
            && self.zero_threshold == other.zero_threshold
            && same(self.zero_count, other.zero_count)
            && (!self.is_custom() || self.bounds == other.bounds)
            && self.positive.same_as(&other.positive)
            && self.negative.same_as(&other.negative)
    }
}
