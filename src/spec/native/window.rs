//! Windows, and slices that fill them.

use crate::base::{CalendarUnit, Duration, MONTHS, Zone};
use crate::diag::{Code, quote};
use crate::slo::Window;
use crate::spec::decode::At;
use crate::spec::{values, windows};

/// `30d`, `{rolling: 30d}` or `{calendar: month, timezone: Europe/Berlin}`.
pub(super) fn window(at: &At) -> Option<Window> {
    if at.node.text().is_some() {
        return rolling(at);
    }
    if at.elements().next().is_some() {
        let fault = at.fault(Code::WrongType, "expected a window, found a list");
        return at.say(fault.help(
            "write one window, such as `30d`; several stand under `objectives`, each with its objective",
        ));
    }
    at.fields(|f| {
        let (timezone, starts, fiscal) = (f.find("timezone"), f.find("starts"), f.find("fiscal_start"));
        match f.one_of(&["rolling", "calendar"], "write `window: 30d` or `window: {calendar: month}`")? {
            ("calendar", unit) => {
                let zone = timezone.map_or(Some(Zone::UTC), |at| values::zone(&at));
                if let Some(length) = unit.node.text().filter(|text| text.parse::<Duration>().is_ok()) {
                    let fault = unit
                        .fault(Code::UnknownWord, format!("{} is not a unit of the calendar", quote(length)));
                    return unit
                        .say(fault.help(format!("write `window: {length}` for a window of that length")));
                }
                let unit = values::one_of(&unit, &CalendarUnit::ALL);
                let unit = unit.and_then(|unit| started(unit, starts.as_ref(), fiscal.as_ref()));
                Some(Window::Calendar { unit: unit?, zone: zone? })
            }
            (_, length) => {
                if let Some(at) = timezone {
                    let fault = at.fault(Code::Window, "a rolling window has no time zone");
                    let help = "remove it, or write `calendar: month` for a window that ends at midnight";
                    at.say::<()>(fault.help(help));
                }
                for at in [starts, fiscal].into_iter().flatten() {
                    let fault = at.fault(Code::Window, "a rolling window starts on no certain day");
                    at.say::<()>(fault.help("remove it, or write `calendar: week` or `calendar: quarter`"));
                }
                rolling(&length)
            }
        }
    })
}

/// A unit of the calendar that may begin elsewhere than is usual.
fn started(unit: CalendarUnit, starts: Option<&At>, fiscal: Option<&At>) -> Option<CalendarUnit> {
    let misplaced = |at: &At, whose: &str| -> Option<CalendarUnit> {
        let message = format!("a {} starts where the calendar says", unit.word());
        at.say(at.fault(Code::Misplaced, message).help(format!("remove it; it says where {whose} starts")))
    };
    match (unit, starts, fiscal) {
        (CalendarUnit::Week, Some(at), None) => {
            let days = [("monday", CalendarUnit::Week), ("sunday", CalendarUnit::SundayWeek)];
            values::one_of(at, &days)
        }
        (CalendarUnit::Quarter | CalendarUnit::Year, None, Some(at)) => {
            let mut months = Vec::new();
            for (name, month) in MONTHS.into_iter().zip(1..) {
                months.push((name, month));
            }
            Some(match (unit, values::one_of(at, &months)?) {
                // As the calendar has it.
                (unit, 1) => unit,
                (CalendarUnit::Year, month) => CalendarUnit::FiscalYear(month),
                (_, month) => CalendarUnit::FiscalQuarter(month),
            })
        }
        (_, Some(at), _) => misplaced(at, "a week"),
        (_, _, Some(at)) => misplaced(at, "a quarter or a year"),
        (unit, None, None) => Some(unit),
    }
}

fn rolling(at: &At) -> Option<Window> {
    let text = at.text()?;
    let unit = match text {
        "daily" => "day",
        _ => text.strip_suffix("ly").or(text.strip_suffix('s')).unwrap_or(text),
    };
    if let Some((word, _)) = CalendarUnit::ALL.iter().find(|(word, _)| *word == unit) {
        let fault = at.fault(Code::Window, format!("{} is a calendar window", quote(text)));
        return at
            .say(fault.help(format!("write `window: {{calendar: {word}}}`, or a length such as `30d`")));
    }
    windows::rolling(at, values::duration(at)?, text)
}

/// The length of a slice, which must fill each window without a rest.
pub(super) fn slice(at: &At, of: &[Window]) -> Option<Duration> {
    let slice = values::duration(at)?;
    if slice < Duration::seconds(1) {
        let fault = at.fault(Code::Window, "a slice is at least `1s` long");
        return at.say(fault.help("`1m` and `5m` are usual"));
    }
    windows::is_filled(at, slice, of).then_some(slice)
}
