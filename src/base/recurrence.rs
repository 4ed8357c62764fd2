use std::fmt;

use chrono::{NaiveDateTime, NaiveTime, TimeDelta};
use rrule::{Frequency, RRule, RRuleError, RRuleSet, Unvalidated};

use super::{CompactTime, Duration, Interval, Moment, Zone};

/// Why a text is not a rule by which times come again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RecurrenceError {
    /// Not a recurrence rule of RFC 5545, and why.
    Unreadable(String),
    /// The rule does not say this; only its first time does.
    NeedsStart(&'static str),
    /// Its times are more than can be agreed on.
    TooOften(&'static str),
}

/// Why it cannot be told when a rule comes in a stretch of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unfollowed {
    /// It comes too often there, or so seldom that its next time is not found.
    TooMany,
    /// The stretch, or the rule's first time, has no place in the calendar.
    NoCalendar,
}

impl fmt::Display for Unfollowed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooMany => write!(f, "it comes more than {MOST} times, or its next time is not found"),
            Self::NoCalendar => f.write_str("it lies outside the calendar"),
        }
    }
}

impl fmt::Display for RecurrenceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable(why) => f.write_str(why),
            Self::NeedsStart(what) => write!(f, "the rule does not say {what}"),
            Self::TooOften(why) => f.write_str(why),
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
    let until = until(rule, zone).map_err(|text| {
        RecurrenceError::Unreadable(format!("`{text}` is not a time up to which a rule comes (UNTIL)"))
    })?;
    let read: RRule<Unvalidated> = without_until(rule).parse().map_err(|error| unreadable(&error))?;
    if read.get_freq() == Frequency::Secondly {
        return Err(RecurrenceError::TooOften("it comes by the second"));
    }
    if read.get_count().is_some_and(|count| count > MOST.into()) {
        return Err(RecurrenceError::TooOften("its COUNT is above 65535"));
    }
    if start.is_none()
        && let Some(what) = unsaid(&read)
    {
        return Err(RecurrenceError::NeedsStart(what));
    }
    let from = start.unwrap_or(Moment::from_millis(0));
    if until.is_some_and(|until| until < from) {
        let why = "it ends (UNTIL) before its first time".to_owned();
        return Err(RecurrenceError::Unreadable(why));
    }
    let from = zone.local_time(from).ok_or_else(|| unreadable(&RRuleError::new_iter_err("no such time")))?;
    read.validate(from.with_timezone(&rrule::Tz::Tz(from.timezone())))
        .map(|_| ())
        .map_err(|error| unreadable(&error))
}

/// More times than this are not looked for: a rule that has more within the stretch asked about is no maintenance.
const MOST: u16 = u16::MAX;

/// The moments in `within` at which a rule that has been checked comes. It is followed as if the local clock never
/// changed; each time is then read as [`Zone::wall_clock`] reads one.
pub fn occurrences(
    rule: &str,
    zone: Zone,
    start: Option<Moment>,
    within: Interval,
) -> Result<Vec<Moment>, Unfollowed> {
    use Unfollowed::{NoCalendar, TooMany};
    let until = until(rule, zone).map_err(|_| NoCalendar)?;
    let read: RRule<Unvalidated> = without_until(rule).parse().map_err(|_| NoCalendar)?;
    let clock = |at: Moment| Some(zone.local_time(at)?.naive_local());
    let day = Duration::days(1);
    let (from, to) = clock(within.from - day).zip(clock(within.to + day)).ok_or(NoCalendar)?;
    // A rule that says all of its times by itself may be followed from anywhere.
    let first = match start {
        Some(start) => skipped(&read, clock(start).ok_or(NoCalendar)?, from),
        None => from.date().pred_opt().ok_or(NoCalendar)?.and_time(NaiveTime::MIN),
    };
    let shown = |time: NaiveDateTime| time.and_utc().with_timezone(&rrule::Tz::UTC);
    let set = RRuleSet::new(shown(first))
        .rrule(read.validate(shown(first)).map_err(|_| NoCalendar)?)
        .after(shown(from))
        .before(shown(to));
    let found = set.all(MOST);
    if found.limited {
        return Err(TooMany);
    }
    let moments = found.dates.into_iter().map(|time| zone.local(time.naive_utc()));
    let mut moments: Vec<Moment> = moments.collect::<Option<_>>().ok_or(NoCalendar)?;
    moments.retain(|&at| {
        at >= within.from
            && at < within.to
            && start.is_none_or(|start| at >= start)
            && until.is_none_or(|until| at <= until)
    });
    // Where the clock jumps, two times of the rule may be one moment, and a later one may come first.
    moments.sort_unstable();
    moments.dedup();
    Ok(moments)
}

/// The first time of a rule, or one as good from which less must be followed: whole steps of it later, and not after
/// `from`. One that counts is followed from its beginning, and so is one by months, whose steps are few.
fn skipped(rule: &RRule<Unvalidated>, first: NaiveDateTime, from: NaiveDateTime) -> NaiveDateTime {
    let unit = match rule.get_freq() {
        Frequency::Weekly => TimeDelta::weeks(1),
        Frequency::Daily => TimeDelta::days(1),
        Frequency::Hourly => TimeDelta::hours(1),
        Frequency::Minutely => TimeDelta::minutes(1),
        Frequency::Yearly | Frequency::Monthly | Frequency::Secondly => return first,
    };
    let step = unit.num_seconds() * i64::from(rule.get_interval());
    if rule.get_count().is_some() || step == 0 {
        return first;
    }
    // A step less, since a week or a day begins before the time in it.
    let steps = ((from - first).num_seconds() / step - 1).max(0);
    first.checked_add_signed(TimeDelta::seconds(steps * step)).unwrap_or(first)
}

fn is_until(part: &&str) -> bool {
    part.trim().to_ascii_uppercase().starts_with("UNTIL=")
}

/// A rule without its last time. The moment that it names is on the zone's clock, of which the rule knows nothing.
fn without_until(rule: &str) -> String {
    let rest: Vec<&str> = rule.split(';').filter(|part| !is_until(part)).collect();
    rest.join(";")
}

/// The last moment at which a rule may come: in UTC or on the local clock; a day is meant whole. Its text where it is none.
fn until(rule: &str, zone: Zone) -> Result<Option<Moment>, &str> {
    let Some((_, text)) = rule.split(';').find(is_until).and_then(|part| part.split_once('=')) else {
        return Ok(None);
    };
    let text = text.trim();
    let until = CompactTime::read(text).and_then(|time| time.last_moment(zone));
    until.ok_or(text).map(Some)
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
            ("FREQ=DAILY;BYHOUR=2;UNTIL=tomorrow", "`tomorrow` is not a time"),
            ("FREQ=SECONDLY", "by the second"),
            ("FREQ=DAILY;BYHOUR=2;COUNT=65536", "above 65535"),
            ("", ""),
        ] {
            let said = check(rule, None).unwrap_err();
            assert!(said.contains(why) && !said.ends_with('.'), "{rule}: {said}");
        }
    }
}
