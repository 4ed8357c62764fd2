//! What a specification means.
//!
//! Takes checked values, gives [`Spec`], [`Slo`] and, for every SLI kind, the [`Signal`] by which it is measured. Must
//! not know how a specification is written (that is `spec`), nor when and where it is asked. To add an SLI kind: its
//! file in `sli/` that ends in a [`Signal`], and its variant in [`Sli`].

mod alert;
pub mod sli;
mod spec;
mod window;

pub use alert::{BURN_POLICY, BurnRule, Severity};
pub use sli::{Counts, Distribution, Empty, EventsSli, LatencySli, Polarity, Signal, Sli, SlicesSli, Unit};
pub use spec::{Link, Slo, Spec};
pub use window::Window;
