//! When alerts fired and who was told of what, in words: for a backtest and for a report alike.

use crate::base::{Interval, Moment, Zone};
use crate::report::{BudgetBacktest, DetectionReport, FiringReport, IncidentBacktest, words};

/// Alerts about no incident that began in the time looked at.
pub(super) fn stray(budget: &BudgetBacktest, from: Moment) -> impl Iterator<Item = (&str, &FiringReport)> {
    let burning = budget.alerts.iter().filter(|tier| !tier.is_of_spent_budget());
    let all = burning.flat_map(|tier| tier.firings.iter().map(move |firing| (tier.tier.as_str(), firing)));
    all.filter(move |(_, firing)| firing.incident.is_none() && firing.from >= from)
}

/// Who was told of an incident, and how soon.
pub(super) fn told(incident: &IncidentBacktest) -> String {
    let one = |detection: &DetectionReport| {
        if detection.already {
            return format!("{} fired already", detection.tier);
        }
        let after = words::duration(detection.delay_s);
        format!("{} after {after} with {} gone", detection.tier, words::part(detection.budget_ratio))
    };
    match (&incident.told, &incident.paged) {
        (None, _) => "nobody told".to_owned(),
        (Some(told), Some(paged)) if told == paged => one(told),
        (Some(told), Some(paged)) => format!("{}, {}", one(told), one(paged)),
        (Some(told), None) => format!("{}, nobody woken", one(told)),
    }
}

/// When an alert fired: `2026-11-10 14:02–14:21 (19 m)`.
pub(super) fn fired(firing: &FiringReport, end: Moment, zone: Zone) -> String {
    match firing.to {
        Some(to) => words::stretch(Interval::new(firing.from, to), zone),
        None => format!(
            "from {} to the end ({})",
            words::minute(firing.from, zone),
            words::duration((end - firing.from).as_secs())
        ),
    }
}

/// When an alert fired, the first few times.
pub(super) fn several(firings: &[FiringReport], end: Moment, zone: Zone) -> String {
    const FEW: usize = 3;
    let shown: Vec<String> = firings.iter().take(FEW).map(|firing| fired(firing, end, zone)).collect();
    let more = firings.len().saturating_sub(FEW);
    if more > 0 { format!("{} and {more} more times", shown.join(", ")) } else { shown.join(", ") }
}
