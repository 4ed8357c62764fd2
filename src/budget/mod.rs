//! Arithmetic on answers: the heart.
//!
//! Takes a plan and the answers to it, gives for every objective (and every group of it) what was measured, what that
//! leaves of its budget, and the verdict. Pure: no input or output, no clock. Must not know how a number is shown.

pub mod backtest;
mod burn;
mod composite;
mod contract;
mod coverage;
mod curve;
mod evaluate;
mod excluded;
mod forecast;
mod histogram;
mod history;
mod incidents;
mod overall;
mod sliced;
mod spend;
mod tally;
mod verdict;

pub use burn::{Burn, Exhaustion};
pub use composite::Share as MemberShare;
pub use contract::Credit;
pub use coverage::Coverage;
pub use curve::{Curves, Day};
pub use evaluate::{Evaluation, Measured, Part, Previous, Quantiles, evaluate};
pub use excluded::Exclusion;
pub use forecast::Forecast;
pub use history::{Track, tracks};
pub use incidents::Incident;
pub use spend::Budget;
pub use tally::{Bucket, Events, Failure};
pub use verdict::{Verdict, Warning, Why};
