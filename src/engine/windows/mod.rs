//! Counts over windows, sample by sample: what a report of many windows needs, from one pass over each series.
//!
//! Takes selections and window ends, gives exact growth, presence and cadence. Must not know why they are asked for.
//! Windows are half-open, `[end - over, end)`: a sample at the end of a window belongs to the next one, so that
//! adjacent windows add up to the long one.

mod births;
mod growth;
mod presence;
mod samples;
mod survey;
#[cfg(test)]
mod tests;

pub(super) use growth::Growths;
pub use growth::increase_on_grid;
pub(super) use presence::Presence;
pub use presence::presence_on_grid;
pub use survey::{Survey, Tally, Watched};

use crate::promql::Matcher;

use super::{Store, StoreError};
use samples::{Samples, median};

/// The typical interval between the samples of a selection in `[from, to]`, in milliseconds: the median over its
/// series of the median within each. Of very many series some are asked, spread evenly. Nothing where none of them has two
/// samples.
///
/// # Errors
/// A store that cannot answer.
pub fn cadence(
    store: &dyn Store,
    matchers: &[Matcher],
    from: i64,
    to: i64,
) -> Result<Option<i64>, StoreError> {
    const MOST: usize = 1000;
    let found = store.find(matchers, from, to)?;
    let mut intervals = Vec::new();
    for series in found.iter().step_by(found.len().div_ceil(MOST).max(1)) {
        let column = store.read(series, from, to)?;
        intervals.extend(Samples::of(&column, from, to).interval());
    }
    Ok(median(intervals))
}
