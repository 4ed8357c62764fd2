//! Calendar files (iCalendar, RFC 5545) as exclusions: each event is time that does not count, for all services.
//!
//! Takes a file's text, gives [`Shared`] exclusions and faults with their lines. Must not know which services there are.
//! Lines and their values are taken apart here and not by a library, since none of those there are tells where a line
//! stood; rules of recurrence are followed by the one in `base`.

mod event;
mod line;
mod time;
mod zones;

use std::collections::BTreeMap;

use self::line::{Line, lines};
use super::shared::Shared;
use crate::base::{CompactTime, Moment, Span, Zone};
use crate::diag::{Code, Diagnostic, Diagnostics, FileId, Files, quote};

/// How many events are read from a file.
const MOST_EVENTS: usize = 5_000;
/// How many lines a file may have.
const MOST_LINES: usize = 200_000;
/// How deep parts may stand in one another.
const DEEPEST: usize = 16;

/// Whether a file is a calendar, by its name or its first line.
pub(super) fn is_calendar(files: &Files, file: FileId) -> bool {
    const BEGIN: &str = "BEGIN:VCALENDAR";
    let text = files.text(file).trim_start_matches('\u{feff}').trim_start();
    let ends = |ending: &str| files.name(file).to_ascii_lowercase().ends_with(ending);
    text.get(..BEGIN.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(BEGIN)) || ends(".ics")
}

/// The exclusions of a calendar file. `zone` is that of times which do not say theirs, where the file does not either.
pub(super) fn read(files: &Files, file: FileId, zone: Option<Zone>, faults: &mut Diagnostics) -> Vec<Shared> {
    let mut said = Faults { file, faults };
    if let Some(at) = files.not_utf8(file) {
        said.say::<()>(
            Code::Syntax,
            Span::new(at, at + 3),
            "here the text is not UTF-8",
            "save the file as UTF-8",
        );
        return Vec::new();
    }
    let Some(parts) = parts(files.text(file), &mut said) else { return Vec::new() };
    let mut calendar = Calendar { zone: None, places: BTreeMap::new() };
    for part in parts.iter().filter(|part| part.name == "VTIMEZONE") {
        let value = |name| part.find(name).map(Line::text);
        if let Some((name, place)) = value("TZID").zip(value("X-LIC-LOCATION")) {
            calendar.places.insert(name, place);
        }
    }
    let own =
        parts.iter().filter(|part| part.name == "VCALENDAR").find_map(|part| part.find("X-WR-TIMEZONE"));
    calendar.zone = match own {
        Some(line) => calendar.named(&line.text(), line, &mut said),
        None => zone,
    };
    if own.is_some() && calendar.zone.is_none() {
        return Vec::new();
    }
    let events: Vec<_> = parts
        .iter()
        .filter(|part| part.name == "VEVENT")
        .filter_map(|part| event::event(part, &calendar, &mut said))
        .collect();
    event::exclusions(events, files.name(file), &mut said)
}

/// What holds for all events of a file.
struct Calendar {
    zone: Option<Zone>,
    /// Places by the names that the file has for their zones.
    places: BTreeMap<String, String>,
}

impl Calendar {
    /// The zone of a name; where it is not known, that is said.
    fn named(&self, name: &str, line: &Line, said: &mut Faults<'_>) -> Option<Zone> {
        zones::zone(name, &self.places).or_else(|| {
            let message = format!("{} is not a time zone that is known", quote(name));
            let help = "write an IANA name such as `Europe/Berlin`, in the calendar or as X-LIC-LOCATION of its VTIMEZONE";
            said.say(Code::Time, line.span, message, help)
        })
    }

    /// The zone of a line's times, where they are no moments.
    fn zone_of(&self, line: &Line, said: &mut Faults<'_>) -> Option<Zone> {
        match line.param("TZID") {
            Some(name) => self.named(name, line, said),
            None => self.zone.or_else(|| {
                let help = "name it with --timezone, or in the file as `X-WR-TIMEZONE:Europe/Berlin`";
                said.say(Code::Time, line.span, "the time does not say in which time zone", help)
            }),
        }
    }

    /// The moment of a line with one time.
    fn moment(&self, line: &Line, said: &mut Faults<'_>) -> Option<Moment> {
        self.time(&line.value, line, said).map(|(_, moment, _)| moment)
    }

    /// A time of a line: as it is written, the moment, and the zone in which it is meant.
    fn time(&self, text: &str, line: &Line, said: &mut Faults<'_>) -> Option<(CompactTime, Moment, Zone)> {
        let Some(written) = CompactTime::read(text) else {
            let message = format!("{} is not a time", quote(text.trim()));
            let help = "write `20261001`, `20261001T220000` with a TZID, or `20261001T220000Z`";
            return said.say(Code::Time, line.span, message, help);
        };
        let zone = match written {
            CompactTime::Utc(_) => Zone::UTC,
            _ => self.zone_of(line, said)?,
        };
        match written.moment(zone) {
            Some(moment) => Some((written, moment, zone)),
            None => said.say(
                Code::Time,
                line.span,
                "the time lies outside the calendar",
                "write a year like 2026",
            ),
        }
    }
}

/// Faults of a file.
struct Faults<'a> {
    file: FileId,
    faults: &'a mut Diagnostics,
}

impl Faults<'_> {
    /// Says a fault; gives nothing, as the reader that found it will.
    fn say<T>(&mut self, code: Code, span: Span, message: impl Into<String>, help: &str) -> Option<T> {
        self.faults.push(Diagnostic::new(code, self.file, span, message).help(help));
        None
    }
}

/// A part of a calendar, with its own lines alone.
struct Part {
    name: String,
    /// The line that begins it.
    span: Span,
    lines: Vec<Line>,
}

impl Part {
    fn find(&self, name: &str) -> Option<&Line> {
        self.lines.iter().find(|line| line.name == name)
    }

    fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Line> {
        self.lines.iter().filter(move |line| line.name == name)
    }
}

/// The parts of a file, in the order in which they end. Where its form is broken nothing of it can be trusted.
fn parts(text: &str, said: &mut Faults<'_>) -> Option<Vec<Part>> {
    let (mut open, mut done, mut events): (Vec<Part>, Vec<Part>, usize) = (Vec::new(), Vec::new(), 0);
    for (number, line) in lines(text).enumerate() {
        let line = match line {
            Ok(line) if number < MOST_LINES => line,
            Ok(line) => {
                return said.say(
                    Code::Limit,
                    line.span,
                    "the calendar has more than 200,000 lines",
                    "split it",
                );
            }
            Err(span) => {
                let help = "write `NAME:value`; what continues a line begins with a space";
                return said.say(Code::Syntax, span, "this is not a line of a calendar", help);
            }
        };
        let name = line.value.trim().to_ascii_uppercase();
        match line.name.as_str() {
            "BEGIN" => {
                events += usize::from(name == "VEVENT");
                if events > MOST_EVENTS || open.len() >= DEEPEST {
                    let message =
                        format!("the calendar has more than {MOST_EVENTS} events, or parts too deep");
                    return said.say(
                        Code::Limit,
                        line.span,
                        message,
                        "export the events of maintenance alone",
                    );
                }
                let outside = open.is_empty() && name != "VCALENDAR";
                if outside || (name == "VEVENT" && open.len() != 1) {
                    let message = format!("{} cannot begin here", quote(&name));
                    return said.say(
                        Code::Syntax,
                        line.span,
                        message,
                        "a calendar holds events, between BEGIN:VCALENDAR and END:VCALENDAR",
                    );
                }
                open.push(Part { name, span: line.span, lines: Vec::new() });
            }
            "END" => match open.pop() {
                Some(part) if part.name == name => done.push(part),
                _ => {
                    let message = format!("{} ends here and did not begin", quote(&name));
                    return said.say(
                        Code::Syntax,
                        line.span,
                        message,
                        "export the calendar again, or mend its BEGIN and END",
                    );
                }
            },
            _ => {
                let Some(part) = open.last_mut() else {
                    let message = "this stands outside of BEGIN:VCALENDAR and END:VCALENDAR";
                    return said.say(
                        Code::Syntax,
                        line.span,
                        message,
                        "begin the file with `BEGIN:VCALENDAR`",
                    );
                };
                part.lines.push(line);
            }
        }
    }
    if let Some(part) = open.last() {
        let message = format!("{} does not end: the file is cut off", quote(&part.name));
        return said.say(Code::Syntax, part.span, message, "export the calendar again");
    }
    if done.is_empty() {
        return said.say(
            Code::NoDocument,
            Span::new(0, 0),
            "the file holds no calendar",
            "begin with `BEGIN:VCALENDAR`",
        );
    }
    Some(done)
}
