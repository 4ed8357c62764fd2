use super::Empty;
use crate::base::{Duration, Share};

/// What the error budget counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Method {
    /// Events, each as much as any other; of slices, slices.
    #[default]
    Occurrences,
    /// Slices of the clock: one is good when the share of good events in it is at least `target`.
    Timeslices {
        /// The length of a slice.
        slice: Duration,
        /// The share of its events that must be good.
        target: Share,
        /// What a slice without events is.
        empty: Empty,
    },
    /// Slices of the clock: each is as bad as the share of its events that were.
    RatioTimeslices {
        /// The length of a slice.
        slice: Duration,
        /// What a slice without events is.
        empty: Empty,
    },
}

impl Method {
    /// The word by which it is written.
    pub fn word(self) -> &'static str {
        match self {
            Self::Occurrences => "occurrences",
            Self::Timeslices { .. } => "timeslices",
            Self::RatioTimeslices { .. } => "ratio_timeslices",
        }
    }

    /// The length of a slice and what an empty one is, where it counts slices.
    pub fn slices(self) -> Option<(Duration, Empty)> {
        match self {
            Self::Occurrences => None,
            Self::Timeslices { slice, empty, .. } | Self::RatioTimeslices { slice, empty } => {
                Some((slice, empty))
            }
        }
    }
}
