//! An objective over any past windows, from one set of answers.

use super::coverage::{Look, of_buckets, unusable};
use super::evaluate::counted;
use super::tally::{Bucket, sum};
use super::{Coverage, Events, Failure};
use crate::base::{Interval, Labels};
use crate::plan::{Answer, Task};

/// What was counted for one budget, over all of the time that was asked about.
#[derive(Debug, Clone)]
pub struct Track {
    /// The labels of the budget; none where budgets are not divided.
    pub group: Labels,
    buckets: Vec<Bucket>,
    presence: Option<Vec<Look>>,
}

impl Track {
    /// What happened in a window, and where there was data. A window that begins or ends inside a bucket is counted
    /// without that bucket.
    pub fn over(&self, window: Interval) -> (Events, Coverage) {
        let coverage = match &self.presence {
            Some(looks) => Coverage::of(looks, window).without(unusable(&self.buckets, window)),
            None => Coverage::of(&of_buckets(&self.buckets, window), window),
        };
        (sum(&self.buckets, window), coverage)
    }
}

/// The tracks of a task, one per budget.
///
/// # Errors
/// Why nothing could be counted.
pub fn tracks(task: &Task, answers: &[Answer]) -> Result<Vec<Track>, Failure> {
    let (tally, presence) = counted(task, answers)?;
    if let Some(failure) = tally.failed.into_values().next() {
        return Err(failure);
    }
    let track = |(group, buckets)| Track { group, buckets, presence: presence.clone() };
    Ok(tally.groups.into_iter().map(track).collect())
}
