//! The one place where a number becomes text.
//!
//! Takes numbers of a report, gives words that a reader may quote. Must not know a format: no markup, no colour, no
//! column. Three laws hold for all of them: nothing is rounded across an objective or a threshold (good is floored,
//! and so is what is left); no text holds scientific notation, `-0`, NaN or infinity; what is unknown says so.
//! To add a quantity: one function here or in the file of its family, with a property test of the laws.

mod budget;
mod credit;
mod digits;
mod limit;
mod method;
mod name;
mod origin;
mod share;
mod status;
mod time;

pub use budget::{Spend, budget, budget_amount, budget_left, forecast};
pub use credit::{credit, next_tier};
pub use digits::{burn, count, delta, threshold};
pub use limit::{points_beside, points_limit, rate_beside, rate_limit, share_beside, share_limit};
pub use method::method;
pub use name::{group, name};
pub use origin::origins;
pub use share::{coverage, delta_pp, objective, objective_spaced, part, sli, tick};
pub use status::{decision, key, symbol, word};
pub use time::{duration, minute, period, quantile, stretch};

/// What stands where a cell has nothing to say.
pub const NONE: &str = "–";

/// What stands where a number was to be measured and could not be.
pub const NO_DATA: &str = "no data";
