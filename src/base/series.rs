use std::sync::Arc;

use super::{Histogram, Labels};

/// The bit pattern by which Prometheus marks that a series ended; it is a NaN, so compare bits.
const STALE_BITS: u64 = 0x7ff0_0000_0000_0002;

/// The value that marks that a series ended.
pub fn stale_marker() -> f64 {
    f64::from_bits(STALE_BITS)
}

/// Whether a value is the mark of a series' end (an ordinary NaN is not).
pub fn is_stale(value: f64) -> bool {
    value.to_bits() == STALE_BITS
}

/// One value of a series: a float, or a native histogram.
#[derive(Debug, Clone, PartialEq)]
pub enum Sample {
    /// A plain number.
    Float(f64),
    /// A native histogram, shared since it is large.
    Histogram(Arc<Histogram>),
}

impl Sample {
    /// The number, where it is one.
    pub fn float(&self) -> Option<f64> {
        match self {
            Self::Float(value) => Some(*value),
            Self::Histogram(_) => None,
        }
    }
}

/// A value at a time.
#[derive(Debug, Clone, PartialEq)]
pub struct Point {
    /// Milliseconds since 1970.
    pub t: i64,
    /// What was measured.
    pub value: Sample,
}

impl Point {
    /// A number at a time.
    pub fn float(t: i64, value: f64) -> Self {
        Self { t, value: Sample::Float(value) }
    }
}

/// A labelled sequence of points in the order of time.
#[derive(Debug, Clone, PartialEq)]
pub struct Series {
    /// Who it is.
    pub labels: Labels,
    /// Its points, oldest first.
    pub points: Vec<Point>,
}

/// Series, sorted by their labels.
pub type Matrix = Vec<Series>;
