//! Plain values: shares, durations, moments, labels, samples; and which of some words was meant.
//!
//! Takes nothing, gives types that every room may use. Must not know YAML, PromQL, HTTP or the clock.
//! To add a value: one file, one idea, re-exported here.

mod calendar;
mod clock;
mod column;
mod compact;
mod duration;
mod hash;
mod histogram;
mod hours;
mod kahan;
mod labels;
mod moment;
mod nearest;
mod ratio;
mod recurrence;
mod series;
mod share;
mod side_by_side;
mod span;
mod stretches;
mod timetable;

pub use calendar::{CalendarUnit, MONTHS, Zone};
pub use column::{Column, HistogramAt};
pub use compact::CompactTime;
pub use duration::{Duration, DurationError};
pub use hash::{SPLIT_MIX_STEP, fnv1a, split_mix};
pub use histogram::{
    Bucket, Buckets, Count, Estimate, Histogram, InvalidHistogram, Joined, Keep, Mixed, ResetHint, Spans,
    Unplaced,
};
pub use hours::outside_hours;
pub use kahan::Kahan;
pub use labels::{Labels, METRIC_NAME, METRIC_SCHEMA, TARGET};
pub use moment::{Interval, Moment, MomentError};
pub use nearest::nearest;
pub use ratio::ratio;
pub use recurrence::{RecurrenceError, Unfollowed, check_recurrence, occurrences};
pub use series::{Matrix, Point, Sample, Series, is_stale, stale_marker};
pub use share::{Share, ShareError};
pub use side_by_side::side_by_side;
pub use span::Span;
pub use stretches::Stretches;
pub use timetable::{Timetable, timetables};
