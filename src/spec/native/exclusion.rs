//! Time that does not count, by agreement.

use super::names::{Names, Unique};
use super::time;
use crate::base::{Interval, RecurrenceError, Zone, check_recurrence, nearest};
use crate::diag::{Code, quote};
use crate::slo::{ExcludedTime, Exclusion, Hours};
use crate::spec::decode::{At, Fields};
use crate::spec::shared::{Named, Shared};
use crate::spec::{query, values};

const FORMS: [&str; 4] = ["from", "recurring", "business_hours", "while"];
const HELP: &str = "write `from:` and `to:`, `recurring: {rrule: …, duration: 2h}`, `business_hours: {days: mon-fri, from: 08:00, to: 18:00}` or `while:` with a query";
const DAYS: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

/// An exclusion of the service that says so.
pub(super) fn exclusion<'a>(at: &At<'a>, names: &Names<'a>, unique: &Unique) -> Option<Exclusion> {
    at.fields(|f| {
        let slos = f.optional("slos", |at| names.want_all(at)).unwrap_or_default();
        parts(f, unique).map(|exclusion| Exclusion { slos, ..exclusion })
    })
}

/// An exclusion that stands in `file` and says whom it concerns.
pub(super) fn shared(at: &At, unique: &Unique, file: &str) -> Option<Shared> {
    at.fields(|f| {
        let services = f.required("services", "services: [checkout]` or `services: '*'", |at| {
            if at.node.text() == Some("*") { Some(Vec::new()) } else { named(at, "service") }
        });
        let slos = f.optional("slos", |at| named(at, "objective")).unwrap_or_default();
        let id = f.find("id").map_or(at.handle(), |at| at.node.span);
        let exclusion = parts(f, unique)?;
        Some(Shared {
            exclusion: Exclusion { file: Some(file.to_owned()), ..exclusion },
            services: services?,
            slos,
            id,
        })
    })
}

/// Names, none twice, with their places.
fn named(at: &At, what: &'static str) -> Option<Vec<Named>> {
    if at.node.is_empty_list() {
        let fault = at.fault(Code::Empty, format!("no {what} is named"));
        return at.say(fault.help(if what == "service" {
            "name services, or write `services: '*'` for all of them"
        } else {
            "name objectives, or remove the field where all are meant"
        }));
    }
    let unique = Unique::new(what);
    at.words(|at| {
        let name = values::text(at)?;
        unique.check(at, &name).then_some(Named { name, span: at.node.span })
    })
}

/// What is the same wherever an exclusion stands.
fn parts(f: &mut Fields, unique: &Unique) -> Option<Exclusion> {
    let id = f.required("id", "id: db-upgrade", |at| {
        let id = values::name(at)?;
        unique.check(at, &id).then_some(id)
    });
    let category = f.optional("category", values::name);
    let reason = f.optional("reason", values::text);
    let approved_by = f.optional("approved_by", values::text);
    let zone = f.find("timezone").map_or(Some(None), |at| values::zone(&at).map(Some));
    let announced = f.optional("announced", |at| time::moment(at, zone.unwrap_or_default()));
    let when = when(f);
    Some(Exclusion {
        id: id?,
        category,
        reason,
        approved_by,
        announced,
        slos: Vec::new(),
        when: when?,
        file: None,
    })
}

fn when(f: &mut Fields) -> Option<ExcludedTime> {
    let (to, timezone) = (f.find("to"), f.find("timezone"));
    let (form, at) = f.one_of(&FORMS, HELP)?;
    if form == "from" {
        // Where the zone has a fault, the times are looked at all the same.
        let zone = timezone.as_ref().map(values::zone);
        let to = f.required("to", "to: 2026-10-02T00:00Z", |at| Some(at.clone()));
        let once = once(&at, &to?, zone.map(Option::unwrap_or_default));
        return Some(ExcludedTime::Once(once.filter(|_| zone != Some(None))?));
    }
    for (name, at) in [("to", to), ("timezone", timezone)] {
        if let Some(at) = at {
            let fault = at.fault(Code::Misplaced, format!("`{name}` belongs to `from`, which is not here"));
            let inside =
                if form == "while" { "remove it".to_owned() } else { format!("put it inside `{form}`") };
            at.say::<()>(fault.help(inside));
        }
    }
    match form {
        "recurring" => recurring(&at),
        "business_hours" => business_hours(&at),
        _ => query::condition(&at).map(ExcludedTime::While),
    }
}

fn once(from: &At, to: &At, zone: Option<Zone>) -> Option<Interval> {
    let (start, end) = (time::moment(from, zone), time::moment(to, zone));
    let (start, end) = (start?, end?);
    if start < end {
        return Some(Interval::new(start, end));
    }
    let fault =
        to.fault(Code::Order, "it ends before it begins").also(from.file(), from.node.span, "begins here");
    to.say(fault.help("write a later time, or swap the two"))
}

fn recurring(at: &At) -> Option<ExcludedTime> {
    at.fields(|f| {
        let zone = f.find("timezone").map_or(Some(Zone::UTC), |at| values::zone(&at));
        let in_zone = zone.unwrap_or_default();
        let start = f.find("from").map_or(Some(None), |at| time::moment(&at, Some(in_zone)).map(Some));
        let help = "rrule: FREQ=WEEKLY;BYDAY=SU;BYHOUR=2";
        let rule = f.required("rrule", help, |at| rule(at, in_zone, start?));
        let length = f.required("duration", "duration: 2h", values::duration);
        Some(ExcludedTime::Recurring { rule: rule?, zone: zone?, start: start?, length: length? })
    })
}

fn rule(at: &At, zone: Zone, start: Option<crate::base::Moment>) -> Option<String> {
    let text = at.text()?.trim();
    let Err(error) = check_recurrence(text, zone, start) else { return Some(text.to_owned()) };
    let help = match &error {
        RecurrenceError::Unreadable(_) if text.starts_with("RRULE:") => {
            "leave out `RRULE:`; other lines have fields of their own".to_owned()
        }
        RecurrenceError::Unreadable(_) => {
            "write a rule of RFC 5545, such as `FREQ=WEEKLY;BYDAY=SU;BYHOUR=2`".to_owned()
        }
        RecurrenceError::TooOften(_) => {
            "exclude stretches of time, such as `FREQ=HOURLY` with a duration".to_owned()
        }
        RecurrenceError::NeedsStart(what) if what.starts_with("from when") => {
            "write its first time beside it, as `from: 2026-01-04T02:00`".to_owned()
        }
        RecurrenceError::NeedsStart(_) => {
            "say it (`BYDAY=SU;BYHOUR=2`), or write its first time as `from: 2026-01-04T02:00`".to_owned()
        }
    };
    at.say(at.fault(Code::Recurrence, error.to_string()).help(help))
}

fn business_hours(at: &At) -> Option<ExcludedTime> {
    hours(at).map(|Hours { hours, zone }| ExcludedTime::OutsideHours { hours, zone })
}

/// Hours of the week and their zone: `{days: mon-fri, from: 08:00, to: 18:00, timezone: Europe/Berlin}`.
pub(super) fn hours(at: &At) -> Option<Hours> {
    at.fields(|f| {
        let zone = f.find("timezone").map_or(Some(Zone::UTC), |at| values::zone(&at));
        let days = f.required("days", "days: mon-fri", days);
        let from = f.required("from", "from: 08:00", time::of_day);
        let to_place = f.find("to");
        let to = f.required("to", "to: 18:00", time::of_day);
        let (from, to, days) = (from?, to?, days?);
        if let Some(at) = to_place.filter(|_| to <= from) {
            let fault = at.fault(Code::Order, "the hours end before they begin");
            return at.say(fault.help("write a later time, at the latest `24:00`"));
        }
        Some(Hours { hours: days.into_iter().map(|day| (day, from, to)).collect(), zone: zone? })
    })
}

/// `mon-fri`, or a list of days and such stretches; each day once, Monday 0.
fn days(at: &At) -> Option<Vec<u8>> {
    let found = if at.node.text().is_some() { stretch(at)? } else { at.list(stretch)?.concat() };
    if found.is_empty() {
        let fault = at.fault(Code::Empty, "the list of days is empty");
        return at.say(fault.help("write `mon-fri`, or `[mon, wed]`"));
    }
    let mut days = found;
    days.sort_unstable();
    days.dedup();
    Some(days)
}

fn stretch(at: &At) -> Option<Vec<u8>> {
    let text = at.text()?.trim();
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    let (first, last) = (day(at, first.trim()), day(at, last.trim()));
    let (first, last) = (first?, last?);
    let length = (last + 7 - first) % 7;
    Some((0..=length).map(|days| (first + days) % 7).collect())
}

fn day(at: &At, text: &str) -> Option<u8> {
    let lower = text.to_lowercase();
    let is_meant = |day: &str| day == lower || (lower.len() == 3 && day.starts_with(&lower));
    if let Some(place) = DAYS.iter().position(|day| is_meant(day)) {
        return u8::try_from(place).ok();
    }
    let fault = at.fault(Code::UnknownWord, format!("{} is not a day of the week", quote(text)));
    at.say(fault.help(match nearest(text, DAYS) {
        Some(near) => format!("did you mean `{near}`?"),
        None => "write `mon`, `tue`, `wed`, `thu`, `fri`, `sat` or `sun`".to_owned(),
    }))
}
