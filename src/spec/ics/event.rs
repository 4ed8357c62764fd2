//! An event of a calendar, and what it means as an exclusion.

use std::collections::BTreeMap;

use super::line::Line;
use super::time;
use super::{Calendar, Faults, Part};
use crate::base::{
    CompactTime, Duration, Interval, Moment, RecurrenceError, Span, Stretches, Zone, check_recurrence,
};
use crate::diag::{Code, quote};
use crate::slo::{CalendarEvent, EventLength, ExcludedTime, Exclusion};
use crate::spec::shared::Shared;

/// What was read of an event.
pub(super) struct Event {
    uid: String,
    /// The time of the series that it stands for.
    instead_of: Option<Moment>,
    /// Nothing where it is cancelled or only planned.
    when: Option<CalendarEvent>,
    except: Vec<Interval>,
    category: Option<String>,
    reason: Option<String>,
    approved_by: Option<String>,
    announced: Option<Moment>,
    place: Span,
}

/// Reads an event; nothing where it has a fault, which is said.
pub(super) fn event(part: &Part, calendar: &Calendar, said: &mut Faults<'_>) -> Option<Event> {
    let Some(uid) = part.find("UID").map(Line::text).filter(|uid| !uid.is_empty()) else {
        return said.say(
            Code::MissingField,
            part.span,
            "`UID` is missing",
            "give the event a name of its own, `UID:…`",
        );
    };
    let instead_of = match part.find("RECURRENCE-ID") {
        Some(line) if line.param("RANGE").is_some() => {
            let help = "export the events one by one, or write the exclusion as `kind: Exclusions`";
            return said.say(
                Code::Recurrence,
                line.span,
                "a change of all later times cannot be followed",
                help,
            );
        }
        Some(line) => Some(calendar.moment(line, said)?),
        None => None,
    };
    let text = |name| part.find(name).map(Line::text).filter(|text| !text.is_empty());
    let status = text("STATUS").unwrap_or_default().to_ascii_uppercase();
    let mut when = None;
    let mut except = Vec::new();
    if status == "TENTATIVE" {
        let line = part.find("STATUS").map_or(part.span, |line| line.span);
        let message = format!("the event {} is tentative and takes nothing out", quote(&uid));
        said.say::<()>(Code::LeftOut, line, message, "confirm it in the calendar where it is agreed");
    } else if status != "CANCELLED" {
        when = Some(times(part, calendar, &mut except, said)?);
    }
    // When it was put into the calendar. DTSTAMP is when the file was written, or the event last changed.
    let announced = match part.find("CREATED") {
        Some(line) => Some(calendar.moment(line, said)?),
        None => None,
    };
    let category = part.find("CATEGORIES").and_then(|line| line.parts().first().map(|part| category(part)));
    let approved_by = part.find("ORGANIZER").map(|line| {
        let address = line.value.trim();
        let named = line.param("CN").map(str::trim).filter(|name| !name.is_empty());
        let start =
            address.get(..7).filter(|start| start.eq_ignore_ascii_case("mailto:")).map_or(0, str::len);
        named.or_else(|| address.get(start..)).unwrap_or_default().to_owned()
    });
    let reason = text("SUMMARY");
    let place = part.span;
    let category = category.filter(|category| !category.is_empty());
    Some(Event { uid, instead_of, when, except, category, reason, approved_by, announced, place })
}

/// A category as contracts name one: `Planned Maintenance` is `planned-maintenance`.
fn category(text: &str) -> String {
    let lower = text.replace('\\', "").to_lowercase();
    let words: Vec<&str> = lower.split(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '.'))).collect();
    words.into_iter().filter(|word| !word.is_empty()).collect::<Vec<_>>().join("-")
}

fn times(
    part: &Part,
    calendar: &Calendar,
    except: &mut Vec<Interval>,
    said: &mut Faults<'_>,
) -> Option<CalendarEvent> {
    let Some(start) = part.find("DTSTART") else {
        return said.say(Code::MissingField, part.span, "`DTSTART` is missing", "say when the event begins");
    };
    let (written, first, zone) = calendar.time(&start.value, start, said)?;
    let length = length(part, written, first, calendar, said)?;
    let Some(once) = length.since(first, zone) else {
        return said.say(
            Code::Time,
            start.span,
            "the time lies outside the calendar",
            "write a year like 2026",
        );
    };
    if once.length() <= Duration::ZERO {
        let message = "the event lasts no time and takes nothing out";
        said.say::<()>(Code::LeftOut, start.span, message, "give it a DTEND or a DURATION");
    }
    if let Some(line) = part.find("EXRULE").or_else(|| part.all("RRULE").nth(1)) {
        let message = "one rule (RRULE) is followed, and none that takes times back (EXRULE)";
        return said.say(
            Code::Recurrence,
            line.span,
            message,
            "write the times that are taken back as EXDATE",
        );
    }
    let rule = match part.find("RRULE") {
        Some(line) => Some(rule(line, zone, first, said)?),
        None => None,
    };
    for line in part.all("EXDATE") {
        for text in line.parts() {
            let (written, from, zone) = calendar.time(text, line, said)?;
            // A day takes back all that begins in it.
            let to = match written {
                CompactTime::Day(_) => zone.days_after(from, 1),
                _ => Some(from + Duration::millis(1)),
            };
            except.extend(to.map(|to| Interval::new(from, to)));
        }
    }
    let mut also = Vec::new();
    for line in part.all("RDATE") {
        for text in line.parts() {
            let (from, to) = text.split_once('/').map_or((text, None), |(from, to)| (from, Some(to)));
            let (_, from, zone) = calendar.time(from, line, said)?;
            let time = match to {
                None => length.since(from, zone),
                Some(to) if to.trim_start().starts_with(['P', '+']) => {
                    time::length(to).and_then(|length| length.since(from, zone))
                }
                Some(to) => {
                    let (_, to, _) = calendar.time(to, line, said)?;
                    (from <= to).then(|| Interval::new(from, to))
                }
            };
            let Some(time) = time else {
                return said.say(
                    Code::Time,
                    line.span,
                    format!("{} is not a time", quote(text)),
                    "write `RDATE:20261001T220000Z`",
                );
            };
            also.push(time);
        }
    }
    Some(CalendarEvent { first, zone, rule, length, also, except: Stretches::NONE })
}

fn length(
    part: &Part,
    written: CompactTime,
    first: Moment,
    calendar: &Calendar,
    said: &mut Faults<'_>,
) -> Option<EventLength> {
    if let Some(line) = part.find("DTEND") {
        let (end, to, _) = calendar.time(&line.value, line, said)?;
        if to < first {
            return said.say(Code::Order, line.span, "the event ends before it begins", "write a later time");
        }
        // Days of the calendar, however long they are.
        let Some(days) = written.days_to(end) else {
            return Some(EventLength { days: 0, exact: to - first });
        };
        return match u16::try_from(days) {
            Ok(days) => Some(EventLength { days, exact: Duration::ZERO }),
            Err(_) => said.say(Code::Duration, line.span, "the event lasts too long", "write an earlier end"),
        };
    }
    let Some(line) = part.find("DURATION") else {
        let days = u16::from(matches!(written, CompactTime::Day(_)));
        return Some(EventLength { days, exact: Duration::ZERO });
    };
    time::length(&line.value).or_else(|| {
        let message = format!("{} is not how long an event lasts", quote(line.value.trim()));
        said.say(Code::Duration, line.span, message, "write `PT2H`, `P1D` or `P1DT12H`")
    })
}

fn rule(line: &Line, zone: Zone, first: Moment, said: &mut Faults<'_>) -> Option<String> {
    let rule = line.value.trim();
    let Err(error) = check_recurrence(rule, zone, Some(first)) else { return Some(rule.to_owned()) };
    let help = match error {
        RecurrenceError::TooOften(_) => "exclude stretches of time, such as `FREQ=HOURLY` with a DURATION",
        _ => "write a rule of RFC 5545, such as `FREQ=WEEKLY;BYDAY=SU`",
    };
    said.say(Code::Recurrence, line.span, error.to_string(), help)
}

/// Events as exclusions. One that stands for a time of a series takes it out of the series.
pub(super) fn exclusions(events: Vec<Event>, file: &str, said: &mut Faults<'_>) -> Vec<Shared> {
    let mut replaced: BTreeMap<String, Vec<Interval>> = BTreeMap::new();
    for event in &events {
        let moment = event.instead_of.map(|at| Interval::new(at, at + Duration::millis(1)));
        replaced.entry(event.uid.clone()).or_default().extend(moment);
    }
    let mut seen: BTreeMap<String, Span> = BTreeMap::new();
    let mut exclusions = Vec::new();
    for event in events {
        let id = match event.instead_of {
            Some(at) => format!("{} of {at}", event.uid),
            None => event.uid.clone(),
        };
        if seen.insert(id.clone(), event.place).is_some() {
            let message = format!("the event {} stands here twice", quote(&id));
            said.say::<()>(Code::DuplicateEntry, event.place, message, "remove one of the two");
            continue;
        }
        let Some(mut when) = event.when else { continue };
        let others = replaced.get(&event.uid).filter(|_| event.instead_of.is_none());
        when.except = Stretches::of(event.except.into_iter().chain(others.into_iter().flatten().copied()));
        exclusions.push(Shared {
            exclusion: Exclusion {
                id,
                category: event.category,
                reason: event.reason,
                approved_by: event.approved_by,
                announced: event.announced,
                slos: Vec::new(),
                when: ExcludedTime::Event(Box::new(when)),
                file: Some(file.to_owned()),
            },
            services: Vec::new(),
            slos: Vec::new(),
            id: event.place,
        });
    }
    exclusions
}
