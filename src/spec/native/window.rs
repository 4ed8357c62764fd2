//! Windows, and slices that fill them.

use crate::base::{CalendarUnit, Duration, MONTHS, Zone};
use crate::diag::{Code, quote};
use crate::slo::Window;
use crate::spec::decode::At;
use crate::spec::values;

const SHORTEST: Duration = Duration::minutes(1);
const LONGEST: Duration = Duration::days(1095);

/// `30d`, `{rolling: 30d}` or `{calendar: month, timezone: Europe/Berlin}`.
pub(super) fn window(at: &At) -> Option<Window> {
    if at.node.text().is_some() {
        return rolling(at);
    }
    at.fields(|f| {
        let (timezone, starts, fiscal) = (f.find("timezone"), f.find("starts"), f.find("fiscal_start"));
        match f.one_of(&["rolling", "calendar"], "write `window: 30d` or `window: {calendar: month}`")? {
            ("calendar", unit) => {
                let zone = timezone.map_or(Some(Zone::UTC), |at| values::zone(&at));
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
        (_, _, Some(at)) => misplaced(at, "the first month of a quarter or a year"),
        (unit, None, None) => Some(unit),
    }
}

fn rolling(at: &At) -> Option<Window> {
    let text = at.text()?;
    let unit = text.strip_suffix("ly").or(text.strip_suffix('s')).unwrap_or(text);
    if let Some((word, _)) = CalendarUnit::ALL.iter().find(|(word, _)| *word == unit) {
        let fault = at.fault(Code::Window, format!("{} is a calendar window", quote(text)));
        return at
            .say(fault.help(format!("write `window: {{calendar: {word}}}`, or a length such as `30d`")));
    }
    let length = values::duration(at)?;
    if length < SHORTEST {
        let fault = at.fault(Code::Window, format!("a window of {} is too short", quote(text)));
        return at.say(fault.help("write at least `1m`; `30d` and `7d` are usual"));
    }
    if length > LONGEST {
        let fault = at.fault(Code::Window, format!("a window of {} is too long", quote(text)));
        return at.say(fault.help("write at most `1095d`, three years; `30d` and `7d` are usual"));
    }
    Some(Window::Rolling(length))
}

/// The length of a slice, which must fill each window without a rest.
pub(super) fn slice(at: &At, windows: &[Window]) -> Option<Duration> {
    let slice = values::duration(at)?;
    if slice < Duration::seconds(1) {
        let fault = at.fault(Code::Window, "a slice is at least `1s` long");
        return at.say(fault.help("`1m` and `5m` are usual"));
    }
    is_filled(at, slice, windows).then_some(slice)
}

/// Whether slices fill each window without a rest; says where they do not.
pub(super) fn is_filled(at: &At, slice: Duration, windows: &[Window]) -> bool {
    let faults: Vec<_> = windows.iter().filter_map(|window| unfilled(slice, *window)).collect();
    for (message, help) in &faults {
        at.say::<()>(at.fault(Code::Window, message).help(*help));
    }
    faults.is_empty()
}

fn unfilled(slice: Duration, window: Window) -> Option<(String, &'static str)> {
    let divides = |whole: Duration| whole.as_millis() % slice.as_millis() == 0;
    Some(match window {
        window if slice > window.nominal() => {
            (format!("a slice of {slice} is longer than its window of {window}"), "`1m` and `5m` are usual")
        }
        Window::Rolling(length) if !divides(length) => (
            format!("slices of {slice} do not fill a window of {length} without a rest"),
            "write a length that divides the window, such as `1m` or `5m`",
        ),
        Window::Calendar { .. } if !divides(Duration::hours(1)) => (
            format!("slices of {slice} do not fill every hour of a calendar window without a rest"),
            "write a length that divides an hour (a day can have 23), such as `1m` or `5m`",
        ),
        _ => return None,
    })
}
