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
        /// A slice with fewer events than this is as one without.
        min_events: Option<u64>,
        /// So many bad slices must follow each other to be bad; a shorter run of them is good.
        consecutive: u32,
    },
    /// Slices of the clock: each is as bad as the share of its events that were.
    RatioTimeslices {
        /// The length of a slice.
        slice: Duration,
        /// What a slice without events is.
        empty: Empty,
        /// A slice with fewer events than this is as one without.
        min_events: Option<u64>,
    },
}

impl Method {
    /// Slices of this length, good when this share of their events is; an empty one counts as nothing.
    pub fn timeslices(slice: Duration, target: Share) -> Self {
        Self::Timeslices { slice, target, empty: Empty::Ignore, min_events: None, consecutive: 1 }
    }

    /// Slices of this length, as bad as the share of their events that were; an empty one counts as nothing.
    pub fn ratio_timeslices(slice: Duration) -> Self {
        Self::RatioTimeslices { slice, empty: Empty::Ignore, min_events: None }
    }

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
            Self::Timeslices { slice, empty, .. } | Self::RatioTimeslices { slice, empty, .. } => {
                Some((slice, empty))
            }
        }
    }

    /// With fewer events than this a slice is as one without.
    pub fn min_events(self) -> Option<u64> {
        match self {
            Self::Occurrences => None,
            Self::Timeslices { min_events, .. } | Self::RatioTimeslices { min_events, .. } => min_events,
        }
    }

    /// How many bad slices must follow each other to be bad.
    pub fn consecutive(self) -> u32 {
        match self {
            Self::Timeslices { consecutive, .. } => consecutive,
            Self::Occurrences | Self::RatioTimeslices { .. } => 1,
        }
    }
}
