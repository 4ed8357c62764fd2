//! Moments and times of the day, as they read on a clock.

use crate::base::{Moment, Zone};
use crate::diag::{Code, quote};
use crate::spec::decode::At;

/// A moment: RFC 3339 with its offset, or as a clock in `zone` shows it.
pub(super) fn moment(at: &At, zone: Option<Zone>) -> Option<Moment> {
    let text = at.text()?.trim();
    if let Some(moment) = Moment::from_rfc3339(text) {
        return Some(moment);
    }
    let local = zone.unwrap_or(Zone::UTC).wall_clock(text);
    match (local, zone) {
        (Some(moment), Some(_)) => Some(moment),
        (Some(_), None) => {
            let fault = at.fault(Code::Time, format!("{} does not say in which time zone", quote(text)));
            at.say(
                fault.help(format!("add `timezone: Europe/Berlin`, or an offset: `{}`", with_offset(text))),
            )
        }
        (None, _) => {
            let fault = at.fault(Code::Time, format!("{} is not a time", quote(text)));
            at.say(fault.help("write it as `2026-10-01T22:00` or `2026-10-01T22:00:00Z`"))
        }
    }
}

/// A time of a local clock as one in UTC.
fn with_offset(text: &str) -> String {
    match text.split_once(['T', ' ']) {
        Some((date, time)) => format!("{date}T{time}Z"),
        None => format!("{text}T00:00Z"),
    }
}

/// A time of the day in minutes after midnight; `24:00` is its end.
pub(super) fn of_day(at: &At) -> Option<u16> {
    let text = at.text()?.trim();
    let read = || {
        let (hours, minutes) = text.split_once(':')?;
        let number = |text: &str| text.parse::<u16>().ok().filter(|_| (1..=2).contains(&text.len()));
        let (hours, minutes) = (number(hours)?, number(minutes)?);
        (minutes < 60 && hours * 60 + minutes <= 24 * 60).then_some(hours * 60 + minutes)
    };
    read().or_else(|| {
        let fault = at.fault(Code::Time, format!("{} is not a time of the day", quote(text)));
        at.say(fault.help("write hours and minutes from `00:00` to `24:00`, such as `08:30`"))
    })
}
