//! Parts of a date, in UTC, from seconds since 1970.
//!
//! Every number has a date, as in Prometheus: seconds beyond 64 bits, and NaN, stand for the lowest of them, and years that
//! no calendar has follow from the same arithmetic, which wraps.

/// Seconds from the first of January of the year [`ZERO_YEAR`] to 1970. Nothing in 64 bits of seconds lies before it.
const BEFORE_1970: u64 = 9_223_372_028_715_321_600;

/// The first year of a cycle of 400.
const ZERO_YEAR: i64 = -292_277_022_399;

const DAY: u64 = 86_400;
const DAYS_OF_400_YEARS: u64 = 146_097;
const DAYS_OF_100_YEARS: u64 = 36_524;
const DAYS_OF_4_YEARS: u64 = 1_461;
const DAYS_OF_YEAR: u64 = 365;

/// Seconds since the first of January of the year [`ZERO_YEAR`].
fn absolute(seconds: f64) -> u64 {
    const BEYOND: f64 = 9_223_372_036_854_775_808.0; // 2^63
    let fits = (-BEYOND..BEYOND).contains(&seconds);
    let seconds = if fits { seconds as i64 } else { i64::MIN };
    (seconds as u64).wrapping_add(BEFORE_1970)
}

/// A day in the calendar.
struct Date {
    year: i64,
    /// Counted from 1.
    month: u32,
    /// Counted from 1.
    day: u32,
    /// Counted from 1.
    day_of_year: u32,
}

fn date(seconds: f64) -> Date {
    let mut days = absolute(seconds) / DAY;
    let mut years = 400 * (days / DAYS_OF_400_YEARS);
    days %= DAYS_OF_400_YEARS;
    // The last day of a cycle belongs to its last part, though that is a day longer than the others.
    let centuries = (days / DAYS_OF_100_YEARS).min(3);
    days -= centuries * DAYS_OF_100_YEARS;
    let fours = days / DAYS_OF_4_YEARS;
    days %= DAYS_OF_4_YEARS;
    let ones = (days / DAYS_OF_YEAR).min(3);
    days -= ones * DAYS_OF_YEAR;
    years += 100 * centuries + 4 * fours + ones;
    let year = ZERO_YEAR + years as i64;
    let (mut month, mut day) = (1, days as u32);
    while day >= length(year, month) {
        day -= length(year, month);
        month += 1;
    }
    Date { year, month, day: day + 1, day_of_year: days as u32 + 1 }
}

/// How many days a month has.
fn length(year: i64, month: u32) -> u32 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

pub(super) fn minute(seconds: f64) -> f64 {
    (absolute(seconds) % 3600 / 60) as f64
}

pub(super) fn hour(seconds: f64) -> f64 {
    (absolute(seconds) % DAY / 3600) as f64
}

/// 0 is Sunday.
pub(super) fn day_of_week(seconds: f64) -> f64 {
    // The first day of all is a Monday.
    (absolute(seconds).wrapping_add(DAY) % (7 * DAY) / DAY) as f64
}

pub(super) fn day_of_month(seconds: f64) -> f64 {
    f64::from(date(seconds).day)
}

pub(super) fn day_of_year(seconds: f64) -> f64 {
    f64::from(date(seconds).day_of_year)
}

pub(super) fn days_in_month(seconds: f64) -> f64 {
    let date = date(seconds);
    f64::from(length(date.year, date.month))
}

pub(super) fn month(seconds: f64) -> f64 {
    f64::from(date(seconds).month)
}

pub(super) fn year(seconds: f64) -> f64 {
    date(seconds).year as f64
}

#[cfg(test)]
#[expect(clippy::float_cmp, reason = "whole numbers")]
mod tests {
    use chrono::{DateTime, Datelike, Timelike};
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn as_in_the_calendar(seconds in -8_000_000_000_000_i64..8_000_000_000_000) {
            let at = DateTime::from_timestamp(seconds, 0).unwrap();
            let of = seconds as f64;
            let ours = [minute(of), hour(of), day_of_week(of), day_of_month(of), day_of_year(of), month(of)];
            let theirs = [
                at.minute(), at.hour(), at.weekday().num_days_from_sunday(), at.day(), at.ordinal(), at.month(),
            ];
            prop_assert_eq!(ours, theirs.map(f64::from));
            prop_assert_eq!(year(of), f64::from(at.year()));
        }
    }

    #[test]
    fn what_is_no_time_is_the_first() {
        for seconds in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 1e300] {
            assert_eq!([year(seconds), month(seconds), minute(seconds)], [292_277_026_596.0, 12.0, 30.0]);
        }
        assert_eq!([days_in_month(951_782_400.0), days_in_month(-2_205_100_800.0)], [29.0, 28.0]);
    }
}
