//! Lengths of time, and windows that roll or follow the calendar.

use super::super::decode::{At, Fields};
use super::super::{values, windows};
use super::Version;
use crate::base::{CalendarUnit, Duration, Zone};
use crate::diag::{Code, quote};
use crate::slo::Window;

/// A length of time in units, some of which differ in length.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Length {
    count: i64,
    unit: Unit,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Unit {
    Second,
    Minute,
    Hour,
    Day,
    Week,
    Month,
    Quarter,
    Year,
}

/// The units by their words, which only v1alpha writes, and their letters. Seconds have none.
const UNITS: [(&str, &str, Unit); 8] = [
    ("minute", "m", Unit::Minute),
    ("hour", "h", Unit::Hour),
    ("day", "d", Unit::Day),
    ("week", "w", Unit::Week),
    ("month", "M", Unit::Month),
    ("quarter", "Q", Unit::Quarter),
    ("year", "Y", Unit::Year),
    ("second", "", Unit::Second),
];

impl Length {
    /// Its length, where months have 30 days, quarters 90 and years 365, as OpenSLO's own library has it.
    pub(super) fn duration(self) -> Duration {
        Duration::seconds(1)
            * self.count.saturating_mul(match self.unit {
                Unit::Second => 1,
                Unit::Minute => 60,
                Unit::Hour => 3600,
                Unit::Day => 86_400,
                Unit::Week => 7 * 86_400,
                Unit::Month => 30 * 86_400,
                Unit::Quarter => 90 * 86_400,
                Unit::Year => 365 * 86_400,
            })
    }

    /// In words: `2 weeks`.
    fn words(self) -> String {
        let word = UNITS.iter().find(|(.., unit)| *unit == self.unit).map_or("", |(word, ..)| word);
        let plural = if self.count == 1 { "" } else { "s" };
        format!("{} {word}{plural}", self.count)
    }

    /// Whether its length differs from one to the next.
    fn varies(self) -> bool {
        matches!(self.unit, Unit::Month | Unit::Quarter | Unit::Year)
    }

    /// The unit of the calendar that is as long.
    fn calendar(self) -> Option<CalendarUnit> {
        Some(match (self.count, self.unit) {
            (1, Unit::Hour) | (60, Unit::Minute) => CalendarUnit::Hour,
            (1, Unit::Day) | (24, Unit::Hour) => CalendarUnit::Day,
            (1, Unit::Week) | (7, Unit::Day) => CalendarUnit::Week,
            (1, Unit::Month) => CalendarUnit::Month,
            (1, Unit::Quarter) | (3, Unit::Month) => CalendarUnit::Quarter,
            (1, Unit::Year) | (4, Unit::Quarter) | (12, Unit::Month) => CalendarUnit::Year,
            _ => return None,
        })
    }
}

/// The longest count of a unit, so that no length overflows.
const MOST: i64 = 1_000_000;

/// Reads a length such as `30d` or `1M`.
pub(super) fn length(at: &At, version: Version) -> Option<Length> {
    let text = at.text()?.trim();
    let units = if version == Version::V2Alpha { &UNITS[..4] } else { &UNITS[..7] };
    let digits = text.trim_end_matches(|c: char| !c.is_ascii_digit());
    let count = digits.parse().ok().filter(|count| (1..=MOST).contains(count));
    let unit = units.iter().find(|(_, letter, _)| *letter == &text[digits.len()..]).map(|(.., unit)| *unit);
    count.zip(unit).map(|(count, unit)| Length { count, unit }).or_else(|| {
        let fault = at.fault(Code::Duration, format!("{} is not a duration of OpenSLO", quote(text)));
        at.say(fault.help(match version {
            Version::V2Alpha => "write a whole number with `m`, `h`, `d` or `w`, such as `30d`; this version has no months",
            _ => "write a whole number with one of `m` (minutes), `h`, `d`, `w`, `M` (months), `Q` and `Y`, such as `30d`",
        }))
    })
}

/// Reads the length of a slice. A number alone is minutes.
pub(super) fn slice(at: &At, version: Version) -> Option<Duration> {
    let minutes =
        at.node.text().and_then(|text| text.parse().ok()).filter(|count| (1..=MOST).contains(count));
    match minutes {
        Some(minutes) => Some(Duration::minutes(minutes)),
        None => length(at, version).map(Length::duration),
    }
}

/// Reads the list of windows, which has one.
pub(super) fn window(at: &At, version: Version) -> Option<Window> {
    let elements = at.list(|at| Some(at.clone()))?;
    if let Some(second) = elements.get(1) {
        let fault = second.fault(Code::Window, "an objective has one window, and this is the second");
        return at.say(fault.help("keep one of them, and write the other in a document of its own"));
    }
    if let Some(only) = elements.first() {
        return only.fields(|f| one(f, version));
    }
    let fault = at.fault(Code::Empty, "the list of windows is empty");
    at.say(fault.help("write one, such as `- {duration: 30d, isRolling: true}`"))
}

fn one(f: &mut Fields<'_, '_>, version: Version) -> Option<Window> {
    let mut written = None;
    let length = if version == Version::V1Alpha {
        let count = f.required("count", "count: 30", |at| {
            written = Some(at.clone());
            let count = values::whole_number(at)?;
            i64::try_from(count).ok().filter(|count| (1..=MOST).contains(count)).or_else(|| {
                let fault = at.fault(Code::Number, format!("{count} units of time are no window"));
                at.say(fault.help("write how many units the window is long, such as `30`"))
            })
        });
        let unit = f.required("unit", "unit: Day", |at| {
            let word = at.text()?;
            let known = UNITS.iter().find(|(known, ..)| word.trim().eq_ignore_ascii_case(known));
            known.map(|(.., unit)| *unit).or_else(|| {
                let fault = at.fault(Code::UnknownWord, format!("{} is not a unit of time", quote(word)));
                at.say(fault.help("write one of Second, Minute, Hour, Day, Week, Month, Quarter, Year"))
            })
        });
        count.zip(unit).map(|(count, unit)| Length { count, unit })
    } else {
        f.required("duration", "duration: 30d", |at| {
            written = Some(at.clone());
            length(at, version)
        })
    };
    let rolls = f.find("isRolling");
    let calendar = f.find("calendar");
    let is_rolling = rolls.as_ref().map(|at| values::truth(at));
    match (is_rolling, calendar) {
        (Some(None), _) => None,
        (Some(Some(true)), Some(calendar)) => {
            let fault = calendar.fault(Code::OneOf, "a window that rolls has no calendar");
            calendar.say(fault.help("remove `calendar`, or write `isRolling: false`"))
        }
        (Some(Some(false)), None) => {
            let at = rolls?;
            let fault = at.fault(
                Code::MissingField,
                "a window that does not roll begins somewhere: `calendar` is missing",
            );
            at.say(fault.help(
                "write `calendar: {startTime: 2026-01-01 00:00:00, timeZone: UTC}`, or `isRolling: true`",
            ))
        }
        (_, None) => rolling(&written?, length?),
        (_, Some(calendar)) => {
            let (start, zone) = start(&calendar)?;
            anchored(&written?, length?, &start, zone, version)
        }
    }
}

fn rolling(at: &At, length: Length) -> Option<Window> {
    let words = length.words();
    let window = windows::rolling(at, length.duration(), &words)?;
    if length.varies() {
        let fault = at.fault(Code::UnitSense, format!("a window of {words} that rolls is taken as {window}"));
        let help =
            format!("write `{window}`, or a window of the calendar: `isRolling: false` with `calendar`");
        at.warn(fault.help(help));
    } else if length.unit == Unit::Minute && length.count < 60 {
        let fault = at.fault(Code::UnitSense, format!("the window is {words} long"));
        at.warn(fault.help("`m` is minutes and `M` is months: write `30d` for a month that rolls"));
    }
    Some(window)
}

/// Where a window of the calendar begins, and in which zone.
fn start<'a>(at: &At<'a>) -> Option<(At<'a>, Zone)> {
    at.fields(|f| {
        let start = f.required("startTime", "startTime: 2026-01-01 00:00:00", |at| Some(at.clone()));
        let zone = f.required("timeZone", "timeZone: Europe/Berlin", values::zone);
        Some((start?, zone?))
    })
}

/// A window of the calendar is one of its units: one that begins elsewhere would need a calendar of its own.
fn anchored(at: &At, length: Length, start: &At, zone: Zone, version: Version) -> Option<Window> {
    let Some(unit) = length.calendar() else {
        let help = if length.unit == Unit::Minute {
            "`m` is minutes and `M` is months: write `1M` for a month of the calendar"
        } else if version == Version::V2Alpha {
            "write `1h`, `1d` or `1w`, or make the window roll: `isRolling: true` without `calendar`"
        } else {
            "write one hour, day, week, month, quarter or year, or make the window roll: `isRolling: true` without `calendar`"
        };
        let message = format!("a window of {} is not a unit of the calendar", length.words());
        return at.say(at.fault(Code::AnchoredWindow, message).help(help));
    };
    let written = start.text()?;
    let Some(moment) = zone.wall_clock(written) else {
        let fault =
            start.fault(Code::AnchoredWindow, format!("{} is not a date with a time", quote(written)));
        return start.say(fault.help("write it without a zone, such as `2026-01-01 00:00:00`"));
    };
    let begins = unit.around(moment, zone)?.from;
    if begins == moment {
        return Some(Window::Calendar { unit, zone });
    }
    let message =
        format!("the window begins at {}, where no {} of the calendar begins", written.trim(), unit.word());
    let help = match unit {
        CalendarUnit::Hour => "hours begin at the full hour",
        CalendarUnit::Day => "days begin at midnight",
        CalendarUnit::Week => "weeks begin on Monday at midnight",
        _ => "months, quarters and years begin at midnight of their first day",
    };
    let near = zone.format(begins, "%Y-%m-%d %H:%M:%S");
    start
        .say(start.fault(Code::AnchoredWindow, message).help(format!("{help}; write such a start, `{near}`")))
}
