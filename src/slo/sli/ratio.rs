use super::{Empty, Judge, Polarity, Signal};
use crate::base::Duration;
use crate::promql::Expr;

/// A ratio that cannot be taken apart into events, as the mean over slices of time: each slice is as bad as its ratio
/// says, and slices with little traffic count as much as others. Counted events are better where they can be had.
#[derive(Debug, Clone, PartialEq)]
pub struct RatioSli {
    /// Whether the ratio is the good or the bad share.
    pub polarity: Polarity,
    /// The ratio over `$window`, which becomes a slice: between 0 and 1.
    pub ratio: Expr,
    /// The length of a slice.
    pub slice: Duration,
    /// What an unmeasured slice is.
    pub empty: Empty,
}

impl RatioSli {
    pub(super) fn signal(&self) -> Signal {
        Signal::Slices {
            value: self.ratio.clone(),
            judge: Judge::Share(self.polarity),
            slice: self.slice,
            empty: self.empty,
        }
    }
}
