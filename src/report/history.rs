//! What of an objective comes from a history of days, in the words of the document.

use super::build::trend_of;
use super::{HistoryDayReport, HistoryReport, PreviousReport, TrendReport, words};
use crate::base::{Interval, Zone};
use crate::budget::{Joined, Previous};
use crate::plan::{Measure, Task};
use crate::slo::Slo;

/// How many dates a remark names.
const NAMED: usize = 5;

pub(super) fn history(joined: &Joined, task: &Task) -> HistoryReport {
    let zone = task.stretch.zone;
    let days = words::counted(joined.days, "day");
    let minute = |at| format!("{} ({zone})", words::minute(at, zone));
    let display = match (joined.stored, joined.seam) {
        (None, _) => "no day of the window is from the history".to_owned(),
        (Some(_), None) => format!("all that is counted is from the history: {days}"),
        (Some(_), Some(seam)) => format!("{days} from the history, measured from {} on", minute(seam)),
    };
    HistoryReport {
        from: joined.stored.map(|stored| stored.from),
        to: joined.stored.map(|stored| stored.to),
        days: joined.days,
        seam: joined.seam,
        display,
        remarks: remarks(joined, task),
    }
}

fn remarks(joined: &Joined, task: &Task) -> Vec<String> {
    let zone = task.stretch.zone;
    let mut remarks = Vec::new();
    if let Some(day) = joined.undivided {
        remarks.push(format!(
            "the window begins inside {}, which is stored as a whole and not counted",
            date(day, zone)
        ));
    }
    if !joined.later.is_empty() {
        remarks.push(format!(
            "from the history are also {}, of which less was measured now",
            dates(&joined.later, zone)
        ));
    }
    if joined.other_texts > 0 {
        remarks.push(format!(
            "{} measured when the specifications had other texts",
            words::are(joined.other_texts, "stored day")
        ));
    }
    for (objective, days) in &joined.other_objectives {
        let days = words::are(*days, "stored day");
        remarks.push(format!(
            "{days} of a time when {objective} was promised; they are judged by what is promised now"
        ));
    }
    if joined.otherwise > 0 {
        let days = words::are(joined.otherwise, "stored day");
        remarks.push(format!("{days} counted by another method, and left out"));
    }
    let is_divided = matches!(task.measure, Measure::Events(_) | Measure::Composite(_));
    if joined.days > 0 && is_divided {
        remarks.push("stored days do not tell what good and bad are made of: there are no parts, quantiles and members".to_owned());
    }
    remarks
}

fn date(day: Interval, zone: Zone) -> String {
    zone.format(day.from, "%Y-%m-%d")
}

fn dates(days: &[Interval], zone: Zone) -> String {
    let named: Vec<String> = days.iter().take(NAMED).map(|day| date(*day, zone)).collect();
    let more = days.len().saturating_sub(NAMED);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    format!("{}{more}", named.join(", "))
}

pub(super) fn trend(before: &Previous, slo: &Slo) -> TrendReport {
    let PreviousReport { from, to, status, sli, sli_display, remaining_ratio, .. } = trend_of(before, slo);
    TrendReport { from, to, sli, sli_display, remaining_ratio, status }
}

pub(super) fn strip(joined: &Joined) -> Vec<HistoryDayReport> {
    let day = |day: &crate::budget::StripDay| HistoryDayReport {
        date: day.date.clone(),
        good: day.events.good(),
        bad: day.events.bad,
        total: day.events.total,
        coverage: day.coverage,
        stored: day.stored,
    };
    joined.strip.iter().map(day).collect()
}
