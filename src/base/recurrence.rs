use std::fmt;

use chrono::{NaiveDateTime, NaiveTime};
use rrule::{Frequency, RRule, RRuleError, RRuleSet, Unvalidated};

use super::{Duration, Interval, Moment, Zone};

/// Why a text is not a rule by which times come again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RecurrenceError {
    /// Not a recurrence rule of RFC 5545, and why.
    Unreadable(String),
    /// The rule does not say this; only its first time does.
    NeedsStart(&'static str),
}

impl fmt::Display for RecurrenceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable(why) => f.write_str(why),
            Self::NeedsStart(what) => write!(f, "the rule does not say {what}"),
        }
    }
}

impl std::error::Error for RecurrenceError {}

/// Checks a rule by which times come again on a local clock (RFC 5545, section 3.3.10): `FREQ=WEEKLY;BYDAY=SU;BYHOUR=2`.
/// Without a first time it must say by itself when its times are.
pub fn check_recurrence(rule: &str, zone: Zone, start: Option<Moment>) -> Result<(), RecurrenceError> {
    // Its other lines (DTSTART, EXDATE) would say what has fields of its own.
    if rule.contains(['\n', ':']) {
        return Err(RecurrenceError::Unreadable("only the rule itself can stand here".to_owned()));
    }
    let read: RRule<Unvalidated> = rule.parse().map_err(|error| unreadable(&error))?;
    if start.is_none()
        && let Some(what) = unsaid(&read)
    {
        return Err(RecurrenceError::NeedsStart(what));
    }
    let from = start.unwrap_or(Moment::from_millis(0));
    let from = zone.local_time(from).ok_or_else(|| unreadable(&RRuleError::new_iter_err("no such time")))?;
    read.validate(from.with_timezone(&rrule::Tz::Tz(from.timezone())))
        .map(|_| ())
        .map_err(|error| unreadable(&error))
}

/// More times than this are not looked for: a rule that has more within the stretch asked about is no maintenance.
const MOST: u16 = u16::MAX;

/// The moments in `within` at which a rule that has been checked comes. It is followed on the local clock: a time that
/// the clock jumps over is the first moment after the jump, and one that it shows twice is the first of the two.
/// Nothing where the times are too many, or lie outside the calendar.
pub fn occurrences(rule: &str, zone: Zone, start: Option<Moment>, within: Interval) -> Option<Vec<Moment>> {
    let (rule, until) = without_until(rule, zone)?;
    let read: RRule<Unvalidated> = rule.parse().ok()?;
    let clock = |at: Moment| Some(zone.local_time(at)?.naive_local());
    // A rule that says all of its times by itself may be followed from anywhere.
    let first = match start {
        Some(start) => clock(start)?,
        None => clock(within.from - Duration::days(2))?.date().and_time(NaiveTime::MIN),
    };
    // The clock is followed as if it never changed; what it really showed is looked up afterwards.
    let shown = |time: NaiveDateTime| time.and_utc().with_timezone(&rrule::Tz::UTC);
    let day = Duration::days(1);
    let set = RRuleSet::new(shown(first))
        .rrule(read.validate(shown(first)).ok()?)
        .after(shown(clock(within.from - day)?))
        .before(shown(clock(within.to + day)?));
    let found = set.all(MOST);
    if found.limited {
        return None;
    }
    let moments = found.dates.into_iter().map(|time| zone.local(time.naive_utc()));
    let mut moments: Vec<Moment> = moments.collect::<Option<_>>()?;
    moments.retain(|&at| at >= within.from && at < within.to && until.is_none_or(|until| at <= until));
    moments.dedup();
    Some(moments)
}

/// A rule without its last part `UNTIL`, and the moment that it names: in UTC, or on the local clock.
fn without_until(rule: &str, zone: Zone) -> Option<(String, Option<Moment>)> {
    let is_until = |part: &&str| part.trim().to_ascii_uppercase().starts_with("UNTIL=");
    let rest: Vec<&str> = rule.split(';').filter(|part| !is_until(part)).collect();
    let Some(until) = rule.split(';').find(is_until) else { return Some((rule.to_owned(), None)) };
    let text = until.split_once('=')?.1.trim();
    let digits = text.trim_end_matches(['Z', 'z']);
    let time = NaiveDateTime::parse_from_str(digits, "%Y%m%dT%H%M%S").or_else(|_| {
        // A day is meant whole.
        NaiveDateTime::parse_from_str(&format!("{digits}T235959"), "%Y%m%dT%H%M%S")
    });
    let until = if digits.len() < text.len() { time.ok()?.and_utc().into() } else { zone.local(time.ok()?)? };
    Some((rest.join(";"), Some(until)))
}

/// What a rule leaves to its first time.
fn unsaid(rule: &RRule<Unvalidated>) -> Option<&'static str> {
    let some_day = !rule.get_by_weekday().is_empty() || !rule.get_by_month_day().is_empty();
    let of_year = !rule.get_by_year_day().is_empty() || !rule.get_by_week_no().is_empty();
    let says_day = match rule.get_freq() {
        Frequency::Yearly => some_day || of_year,
        Frequency::Monthly | Frequency::Weekly => some_day,
        _ => true,
    };
    let shorter_than_a_day =
        matches!(rule.get_freq(), Frequency::Hourly | Frequency::Minutely | Frequency::Secondly);
    if rule.get_interval() > 1 {
        Some("from when it counts its INTERVAL")
    } else if rule.get_count().is_some() {
        Some("from when it counts")
    } else if !says_day {
        Some("on which days it is")
    } else if rule.get_by_hour().is_empty() && !shorter_than_a_day {
        Some("at which time of the day it is")
    } else {
        None
    }
}

/// The library's words as part of a sentence.
fn unreadable(error: &RRuleError) -> RecurrenceError {
    let why = match error {
        RRuleError::ParserError(error) => error.to_string(),
        RRuleError::ValidationError(error) => error.to_string(),
        RRuleError::IterError(error) => error.clone(),
    };
    let mut chars = why.trim_end_matches('.').chars();
    let first = chars.next().map(|c| c.to_ascii_lowercase());
    RecurrenceError::Unreadable(first.into_iter().chain(chars).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(rule: &str, start: Option<&str>) -> Result<(), String> {
        let zone: Zone = "Europe/Berlin".parse().unwrap();
        let start = start.map(|text| zone.wall_clock(text).unwrap());
        check_recurrence(rule, zone, start).map_err(|error| error.to_string())
    }

    #[test]
    fn a_rule_says_when_by_itself_or_has_a_first_time() {
        for rule in [
            "FREQ=WEEKLY;BYDAY=SU;BYHOUR=2",
            "FREQ=DAILY;BYHOUR=2,14;BYMINUTE=30",
            "FREQ=MONTHLY;BYDAY=1SU;BYHOUR=3",
            "FREQ=MONTHLY;BYMONTHDAY=-1;BYHOUR=22",
            "FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=24,25;BYHOUR=0",
            "FREQ=WEEKLY;BYDAY=MO;BYHOUR=2;UNTIL=20271231T000000Z",
            "FREQ=HOURLY",
        ] {
            assert_eq!(check(rule, None), Ok(()), "{rule}");
            assert_eq!(check(rule, Some("2026-01-04T02:00")), Ok(()), "{rule}");
        }
        for (rule, why) in [
            (
                "FREQ=WEEKLY;INTERVAL=2;BYDAY=SU;BYHOUR=2",
                "the rule does not say from when it counts its INTERVAL",
            ),
            ("FREQ=WEEKLY;BYDAY=SU;BYHOUR=2;COUNT=3", "the rule does not say from when it counts"),
            ("FREQ=WEEKLY;BYHOUR=2", "the rule does not say on which days it is"),
            ("FREQ=YEARLY;BYMONTH=1;BYHOUR=2", "the rule does not say on which days it is"),
            ("FREQ=WEEKLY;BYDAY=SU", "the rule does not say at which time of the day it is"),
        ] {
            assert_eq!(check(rule, None), Err(why.to_owned()), "{rule}");
            assert_eq!(check(rule, Some("2026-01-04T02:00")), Ok(()), "{rule}");
        }
    }

    #[test]
    fn what_is_no_rule_is_told_in_words() {
        for (rule, why) in [
            ("FREQ=FORTNIGHTLY", "`FORTNIGHTLY` is not a valid frequency"),
            ("FREQ=WEEKLY;BYDAY=SUNDAY;BYHOUR=2", "`SUNDAY` is not a valid weekday"),
            ("FREQ=DAILY;BYHOUR=25", "BYHOUR"),
            ("BYDAY=SU", "FREQ"),
            ("every sunday", "every sunday"),
            ("RRULE:FREQ=DAILY;BYHOUR=2", "only the rule itself"),
            ("FREQ=DAILY;BYHOUR=2\nEXDATE=20260101T020000Z", "only the rule itself"),
            ("FREQ=DAILY;BYHOUR=2;UNTIL=19600101T000000Z", "UNTIL"),
            ("", ""),
        ] {
            let said = check(rule, None).unwrap_err();
            assert!(said.contains(why) && !said.ends_with('.'), "{rule}: {said}");
        }
    }
}
