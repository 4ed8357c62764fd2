//! Parts of a date, in UTC, from seconds since 1970.

use chrono::{DateTime, Datelike, Months, Timelike, Utc};

/// What `part` takes of a date; NaN where the calendar has no such date.
fn part(seconds: f64, part: impl Fn(DateTime<Utc>) -> u32) -> f64 {
    date(seconds).map_or(f64::NAN, |date| f64::from(part(date)))
}

fn date(seconds: f64) -> Option<DateTime<Utc>> {
    if seconds.is_finite() { DateTime::from_timestamp(seconds as i64, 0) } else { None }
}

pub(super) fn minute(seconds: f64) -> f64 {
    part(seconds, |date| date.minute())
}

pub(super) fn hour(seconds: f64) -> f64 {
    part(seconds, |date| date.hour())
}

/// 0 is Sunday.
pub(super) fn day_of_week(seconds: f64) -> f64 {
    part(seconds, |date| date.weekday().num_days_from_sunday())
}

pub(super) fn day_of_month(seconds: f64) -> f64 {
    part(seconds, |date| date.day())
}

pub(super) fn day_of_year(seconds: f64) -> f64 {
    part(seconds, |date| date.ordinal())
}

pub(super) fn days_in_month(seconds: f64) -> f64 {
    part(seconds, |date| {
        let first = date.date_naive().with_day(1);
        let next = first.and_then(|first| first.checked_add_months(Months::new(1)));
        first.zip(next).map_or(0, |(first, next)| (next - first).num_days() as u32)
    })
}

pub(super) fn month(seconds: f64) -> f64 {
    part(seconds, |date| date.month())
}

pub(super) fn year(seconds: f64) -> f64 {
    date(seconds).map_or(f64::NAN, |date| f64::from(date.year()))
}
