//! The story of a day that is remembered: measured or read from a report, held against what is stored, and later counted
//! again in a report.

mod changes;
mod counting;
mod measured;
mod memories;
mod reported;

pub use changes::{Changes, changes};
pub use measured::{Which, measure};
pub use memories::{memories, not_joined};
pub use reported::{of_report, overrides_of};

use crate::history::{Day, Override};

/// Days that could be stored, and what is to be said of the others.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Candidates {
    /// Days with enough data, the objective as a whole before its groups.
    pub days: Vec<Day>,
    /// Gates that were let pass.
    pub overrides: Vec<Override>,
    /// What was left out, and why.
    pub left_out: Vec<String>,
    /// What could not be measured, and why.
    pub failed: Vec<String>,
}
