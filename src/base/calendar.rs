use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Datelike, Days, Months, NaiveDate, NaiveDateTime, Timelike, Weekday};
use chrono_tz::Tz;

use super::{Duration, Interval, Moment};

/// A time zone of the IANA data base.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Zone(pub(super) Tz);

impl Zone {
    /// Coordinated universal time.
    pub const UTC: Self = Self(Tz::UTC);

    /// The moment at which a day begins here. Where the clock skips midnight, the day begins when it goes on.
    pub fn midnight(self, date: NaiveDate) -> Option<Moment> {
        self.first_shown(date.and_time(chrono::NaiveTime::MIN))
    }

    /// Reads a time of a local clock, with no zone of its own: `2026-10-01T22:00`, with seconds or without, or a date,
    /// which is its midnight. Of a time that the clock shows twice the first is meant; one that it jumps over is read with
    /// the offset from before the jump, as RFC 5545 has it: 02:30 is 03:30 where it goes from 02:00 to 03:00.
    pub fn wall_clock(self, text: &str) -> Option<Moment> {
        let text = text.trim();
        if let Ok(date) = NaiveDate::parse_from_str(text, "%Y-%m-%d") {
            return self.midnight(date);
        }
        let formats = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S"];
        let time = formats.iter().find_map(|format| NaiveDateTime::parse_from_str(text, format).ok())?;
        self.local(time)
    }

    /// Reads a moment; a bare date is its midnight here.
    pub fn moment(self, text: &str) -> Option<Moment> {
        match NaiveDate::parse_from_str(text.trim(), "%Y-%m-%d") {
            Ok(date) => self.midnight(date),
            Err(_) => text.parse().ok(),
        }
    }

    /// The local calendar day on which a moment falls.
    pub fn date(self, at: Moment) -> Option<NaiveDate> {
        self.local_time(at).map(|time| time.date_naive())
    }

    /// A moment as it reads on a local clock, in a chrono format string.
    pub fn format(self, at: Moment, format: &str) -> String {
        self.local_time(at).map_or_else(|| at.to_string(), |time| time.format(format).to_string())
    }

    /// A moment as chrono knows it in this zone.
    pub(super) fn local_time(self, at: Moment) -> Option<DateTime<Tz>> {
        at.to_chrono().map(|time| time.with_timezone(&self.0))
    }
}

impl Zone {
    /// The zone that somebody probably meant by another word: a city without its part of the world, or a misspelling.
    pub fn nearest(word: &str) -> Option<&'static str> {
        let word = word.trim().replace(' ', "_");
        let names = || chrono_tz::TZ_VARIANTS.iter().map(|zone| zone.name());
        let city = |name: &&str| name.rsplit('/').next().is_some_and(|city| city.eq_ignore_ascii_case(&word));
        names().find(city).or_else(|| super::nearest(&word, names().filter(|name| name.contains('/'))))
    }
}

impl Default for Zone {
    fn default() -> Self {
        Self::UTC
    }
}

impl FromStr for Zone {
    type Err = String;
    fn from_str(name: &str) -> Result<Self, String> {
        name.parse()
            .map(Self)
            .map_err(|_| format!("{name:?} is not an IANA time zone such as Europe/Berlin or UTC"))
    }
}

impl fmt::Display for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.name())
    }
}

/// A unit of the calendar that a window or a period can be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CalendarUnit {
    /// A clock hour.
    Hour,
    /// A day, as long as the zone makes it (23, 24 or 25 h).
    Day,
    /// Monday to Sunday.
    Week,
    /// A calendar month.
    Month,
    /// Three months; the first starts in January.
    Quarter,
    /// A calendar year.
    Year,
    /// Sunday to Saturday.
    SundayWeek,
    /// Three months of a year that begins with this month, January 1.
    FiscalQuarter(u8),
    /// A year that begins with this month, January 1.
    FiscalYear(u8),
}

/// The names of the months.
pub const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

impl CalendarUnit {
    /// Those that a word alone names.
    pub const ALL: [(&'static str, Self); 6] = [
        ("hour", Self::Hour),
        ("day", Self::Day),
        ("week", Self::Week),
        ("month", Self::Month),
        ("quarter", Self::Quarter),
        ("year", Self::Year),
    ];

    /// The word it is written with, without where it starts.
    pub fn word(self) -> &'static str {
        match self {
            Self::Hour => "hour",
            Self::Day => "day",
            Self::Week | Self::SundayWeek => "week",
            Self::Month => "month",
            Self::Quarter | Self::FiscalQuarter(_) => "quarter",
            Self::Year | Self::FiscalYear(_) => "year",
        }
    }

    /// Where it starts, where that is not the usual: `sunday`, `april`.
    pub fn starts(self) -> Option<&'static str> {
        match self {
            Self::SundayWeek => Some("sunday"),
            Self::FiscalQuarter(month) | Self::FiscalYear(month) => {
                MONTHS.get(usize::from(month).checked_sub(1)?).copied()
            }
            _ => None,
        }
    }

    /// Reads the name of a day, week, month, quarter or year (`2026-10-31`, `2026-W46`, `2026-10`, `2026-Q4`, `2026`):
    /// which unit it is, and its first instant.
    pub fn named(text: &str, zone: Zone) -> Option<(Self, Moment)> {
        let (unit, first) = Self::first_day_named(text)?;
        Some((unit, zone.midnight(first)?))
    }

    fn first_day_named(text: &str) -> Option<(Self, NaiveDate)> {
        if let Ok(day) = NaiveDate::parse_from_str(text, "%Y-%m-%d") {
            return Some((Self::Day, day));
        }
        let (year, rest) = text.split_once('-').map_or((text, None), |(year, rest)| (year, Some(rest)));
        let year: i32 = year.parse().ok().filter(|_| year.len() == 4)?;
        let Some(rest) = rest else { return Some((Self::Year, NaiveDate::from_ymd_opt(year, 1, 1)?)) };
        if let Some(week) = rest.strip_prefix('W') {
            return Some((Self::Week, NaiveDate::from_isoywd_opt(year, week.parse().ok()?, Weekday::Mon)?));
        }
        if let Some(quarter) = rest.strip_prefix('Q') {
            let quarter: u32 = quarter.parse().ok().filter(|quarter| (1..=4).contains(quarter))?;
            return Some((Self::Quarter, NaiveDate::from_ymd_opt(year, quarter * 3 - 2, 1)?));
        }
        let month = rest.parse().ok().filter(|_| rest.len() == 2)?;
        Some((Self::Month, NaiveDate::from_ymd_opt(year, month, 1)?))
    }

    /// The interval of this unit that holds `at`. Its length comes from the zone: March 2026 in Europe/Berlin has 743 h.
    pub fn around(self, at: Moment, zone: Zone) -> Option<Interval> {
        if self == Self::Hour {
            let local = zone.local_time(at)?;
            let into = i64::from(local.minute()) * 60_000 + i64::from(local.second()) * 1000;
            let from = Moment::from_millis(at.as_millis() - into - at.as_millis().rem_euclid(1000));
            return Some(Interval::new(from, from + Duration::hours(1)));
        }
        let first = self.first_day(zone.date(at)?)?;
        let found = self.beginning_on(first, zone)?;
        if at >= found.to {
            // The clock went back over midnight: the day that it shows again is over.
            return self.beginning_on(self.next_first_day(first)?, zone);
        }
        Some(found)
    }

    fn beginning_on(self, first: NaiveDate, zone: Zone) -> Option<Interval> {
        Some(Interval::new(zone.midnight(first)?, zone.midnight(self.next_first_day(first)?)?))
    }

    /// The interval of this unit just before the one that begins at `from`.
    pub fn before(self, from: Moment, zone: Zone) -> Option<Interval> {
        self.around(from - Duration::millis(1), zone)
    }

    fn first_day(self, day: NaiveDate) -> Option<NaiveDate> {
        match self {
            Self::Hour | Self::Day => Some(day),
            Self::Week => day.checked_sub_days(Days::new(u64::from(day.weekday().num_days_from_monday()))),
            Self::Month => day.with_day(1),
            Self::Quarter => NaiveDate::from_ymd_opt(day.year(), day.month0() / 3 * 3 + 1, 1),
            Self::Year => NaiveDate::from_ymd_opt(day.year(), 1, 1),
            Self::SundayWeek => {
                day.checked_sub_days(Days::new(u64::from(day.weekday().num_days_from_sunday())))
            }
            Self::FiscalQuarter(month) => months_since(day, month, 3),
            Self::FiscalYear(month) => months_since(day, month, 12),
        }
    }

    fn next_first_day(self, first: NaiveDate) -> Option<NaiveDate> {
        match self {
            Self::Hour | Self::Day => first.checked_add_days(Days::new(1)),
            Self::Week | Self::SundayWeek => first.checked_add_days(Days::new(7)),
            Self::Month => first.checked_add_months(Months::new(1)),
            Self::Quarter | Self::FiscalQuarter(_) => first.checked_add_months(Months::new(3)),
            Self::Year | Self::FiscalYear(_) => first.checked_add_months(Months::new(12)),
        }
    }
}

/// The first day of the `length` months that hold a day, where such begin with `month`.
fn months_since(day: NaiveDate, month: u8, length: u32) -> Option<NaiveDate> {
    let since = (day.month() + 12).checked_sub(u32::from(month))? % length;
    day.with_day(1)?.checked_sub_months(Months::new(since))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hours(unit: CalendarUnit, at: &str, zone: &str) -> i64 {
        let zone: Zone = zone.parse().unwrap();
        unit.around(at.parse().unwrap(), zone).unwrap().length().as_millis() / 3_600_000
    }

    #[test]
    fn lengths_come_from_the_zone() {
        assert_eq!(hours(CalendarUnit::Month, "2026-03-15T00:00:00Z", "Europe/Berlin"), 743);
        assert_eq!(hours(CalendarUnit::Month, "2026-10-15T00:00:00Z", "Europe/Berlin"), 745);
        assert_eq!(hours(CalendarUnit::Month, "2026-03-15T00:00:00Z", "UTC"), 744);
        assert_eq!(hours(CalendarUnit::Day, "2026-03-29T12:00:00Z", "Europe/Berlin"), 23);
        assert_eq!(hours(CalendarUnit::Day, "2026-10-25T12:00:00Z", "Europe/Berlin"), 25);
        assert_eq!(hours(CalendarUnit::Week, "2026-03-25T12:00:00Z", "Europe/Berlin"), 167);
        assert_eq!(hours(CalendarUnit::Hour, "2026-03-29T00:59:59.999Z", "Asia/Kathmandu"), 1);
        assert_eq!(hours(CalendarUnit::Year, "2028-02-29T12:00:00Z", "UTC"), 366 * 24);
    }

    #[test]
    fn years_and_weeks_may_start_elsewhere() {
        let from = |unit: CalendarUnit, at: &str| {
            let unit = unit.around(format!("{at}T12:00:00Z").parse().unwrap(), Zone::UTC).unwrap();
            format!("{:.10} {:.10}", unit.from.to_string(), unit.to.to_string())
        };
        for (at, quarter) in [
            ("2026-03-31", "2026-01-01 2026-04-01"),
            ("2026-04-01", "2026-04-01 2026-07-01"),
            ("2026-12-31", "2026-10-01 2027-01-01"),
        ] {
            assert_eq!(from(CalendarUnit::FiscalQuarter(4), at), quarter);
            assert_eq!(from(CalendarUnit::Quarter, at), quarter);
        }
        assert_eq!(from(CalendarUnit::FiscalQuarter(2), "2026-01-15"), "2025-11-01 2026-02-01");
        assert_eq!(from(CalendarUnit::FiscalQuarter(12), "2026-02-28"), "2025-12-01 2026-03-01");
        assert_eq!(from(CalendarUnit::FiscalYear(4), "2026-03-31"), "2025-04-01 2026-04-01");
        assert_eq!(from(CalendarUnit::FiscalYear(10), "2026-11-16"), "2026-10-01 2027-10-01");
        assert_eq!(from(CalendarUnit::SundayWeek, "2026-11-15"), "2026-11-15 2026-11-22");
        assert_eq!(from(CalendarUnit::SundayWeek, "2026-11-14"), "2026-11-08 2026-11-15");
        assert_eq!(CalendarUnit::FiscalYear(4).starts(), Some("april"));
    }

    #[test]
    fn a_local_clock_is_read_as_it_shows() {
        let berlin: Zone = "Europe/Berlin".parse().unwrap();
        for (text, moment) in [
            ("2026-10-01T22:00", "2026-10-01T20:00:00Z"),
            ("2026-10-01 22:00:30", "2026-10-01T20:00:30Z"),
            ("2026-10-01", "2026-09-30T22:00:00Z"),
            // Jumped over, and shown twice.
            ("2026-03-29T02:30", "2026-03-29T01:30:00Z"),
            ("2026-10-25T02:30", "2026-10-25T00:30:00Z"),
        ] {
            assert_eq!(berlin.wall_clock(text).unwrap().to_string(), moment, "{text}");
        }
        for text in ["2026-10-01T22:00Z", "2026-10-01T22:00+02:00", "22:00", "1763294400", "2026-13-01", ""] {
            assert_eq!(berlin.wall_clock(text), None, "{text}");
        }
    }

    #[test]
    fn a_month_begins_at_local_midnight() {
        let zone: Zone = "Europe/Berlin".parse().unwrap();
        let month = CalendarUnit::Month.around("2026-02-28T23:30:00Z".parse().unwrap(), zone).unwrap();
        assert_eq!(month.from.to_string(), "2026-02-28T23:00:00Z");
        let before = CalendarUnit::Month.before(month.from, zone).unwrap();
        assert_eq!(before.to, month.from);
        // Half-hour zones have their own hours.
        let hour = CalendarUnit::Hour
            .around("2026-01-01T00:40:00Z".parse().unwrap(), "Asia/Kolkata".parse().unwrap())
            .unwrap();
        assert_eq!(hour.from.to_string(), "2026-01-01T00:30:00Z");
    }

    #[test]
    fn a_day_whose_midnight_is_skipped_begins_when_the_clock_goes_on() {
        let zone: Zone = "America/Sao_Paulo".parse().unwrap();
        let start = zone.midnight(NaiveDate::from_ymd_opt(2018, 11, 4).unwrap()).unwrap();
        assert_eq!(start.to_string(), "2018-11-04T03:00:00Z");
    }

    #[test]
    fn days_of_a_month_add_up_to_it() {
        let zone: Zone = "Europe/Berlin".parse().unwrap();
        let month = CalendarUnit::Month.around("2026-10-15T00:00:00Z".parse().unwrap(), zone).unwrap();
        let mut at = month.from;
        while at < month.to {
            at = CalendarUnit::Day.around(at, zone).unwrap().to;
        }
        assert_eq!(at, month.to);
    }
}
