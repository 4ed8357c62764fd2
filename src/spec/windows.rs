//! Which windows there can be, and which slices fill them. For all dialects.

use super::decode::At;
use crate::base::Duration;
use crate::diag::{Code, quote};
use crate::slo::Window;

const SHORTEST: Duration = Duration::minutes(1);
const LONGEST: Duration = Duration::days(1095);

/// A window that ends at the moment of evaluation, of a length that can be one; `written` is how it was written.
pub(super) fn rolling(at: &At, length: Duration, written: &str) -> Option<Window> {
    let (what, help) = if length < SHORTEST {
        ("short", "write at least `1m`; `30d` and `7d` are usual")
    } else if length > LONGEST {
        ("long", "write at most `1095d`, three years; `30d` and `7d` are usual")
    } else {
        return Some(Window::Rolling(length));
    };
    at.say(at.fault(Code::Window, format!("a window of {} is too {what}", quote(written))).help(help))
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
