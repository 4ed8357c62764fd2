//! What is wrong between a specification and the data it is about, before a verdict is.
//!
//! Takes [`Spec`](crate::slo::Spec)s, what is known of a source, and [`Notes`] of its answers; gives findings, and the
//! questions that are still open. A check asks as if every answer were there and stops at the first that is not; the
//! whole is examined again with the answers until no question is open, so that what is asked may depend on what was
//! found, and every question is asked once. Pure. Must not know who answers, nor how findings are shown.
//! To add a check: its file in `checks/`, its line in [`CHECKS`], its code in `diag::codes` with a page in `docs/faults`,
//! and in `tests/it/doctor` a test that it finds and one that it keeps silent.

mod build;
mod checks;
mod document;
mod examine;
mod finding;
mod notes;
mod subject;

pub use checks::{CHECKS, Check};
pub use document::{
    Checkup, Counts, FindingReport, ObjectiveReport, Outcome, SkippedReport, SourceReport, State, Summary,
};
pub use examine::{About, Examination, Examined, Made, examine};
pub use finding::{Finding, Severity};
pub use notes::{Notes, Question, Reply};
