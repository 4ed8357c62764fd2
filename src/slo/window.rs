use std::fmt;

use crate::base::{CalendarUnit, Duration, Interval, Moment, Zone};

/// The time over which an objective is promised.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Window {
    /// The time of this length that ends at the moment of evaluation.
    Rolling(Duration),
    /// A unit of the calendar in a time zone.
    Calendar {
        /// Which unit.
        unit: CalendarUnit,
        /// Whose midnights count.
        zone: Zone,
    },
}

impl Window {
    /// The window seen at a moment: the rolling one that ends there, or the calendar one that holds it (or ends
    /// exactly there).
    pub fn at(self, at: Moment) -> Option<Interval> {
        match self {
            Self::Rolling(length) => Some(Interval::new(at - length, at)),
            Self::Calendar { unit, zone } => {
                let current = unit.around(at, zone)?;
                if current.from == at { unit.before(at, zone) } else { Some(current) }
            }
        }
    }

    /// The window just before `current`.
    pub fn previous(self, current: Interval) -> Option<Interval> {
        match self {
            Self::Rolling(_) => Some(Interval::new(current.from - current.length(), current.from)),
            Self::Calendar { unit, zone } => unit.before(current.from, zone),
        }
    }

    /// `rolling` or `calendar`.
    pub fn kind(self) -> &'static str {
        match self {
            Self::Rolling(_) => "rolling",
            Self::Calendar { .. } => "calendar",
        }
    }

    /// A usual length in days, for rules that must name one: calendar units by their longest.
    pub fn nominal(self) -> Duration {
        match self {
            Self::Rolling(length) => length,
            Self::Calendar { unit, .. } => match unit {
                CalendarUnit::Hour => Duration::hours(1),
                CalendarUnit::Day => Duration::days(1),
                CalendarUnit::Week | CalendarUnit::SundayWeek => Duration::days(7),
                CalendarUnit::Month => Duration::days(31),
                CalendarUnit::Quarter | CalendarUnit::FiscalQuarter(_) => Duration::days(92),
                CalendarUnit::Year | CalendarUnit::FiscalYear(_) => Duration::days(366),
            },
        }
    }
}

impl fmt::Display for Window {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Rolling(length) if length.as_millis() % 86_400_000 == 0 => {
                write!(f, "{}d", length.as_millis() / 86_400_000)
            }
            Self::Rolling(length) => write!(f, "{length}"),
            Self::Calendar { unit, zone } => match unit.starts() {
                Some(starts) => write!(f, "calendar {} from {starts} ({zone})", unit.word()),
                None => write!(f, "calendar {} ({zone})", unit.word()),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_calendar_window_seen_at_its_end_is_the_finished_one() {
        let month = Window::Calendar { unit: CalendarUnit::Month, zone: Zone::UTC };
        let at: Moment = "2026-11-01".parse().unwrap();
        assert_eq!(month.at(at).unwrap().from.to_string(), "2026-10-01T00:00:00Z");
        let current = month.at(at + Duration::millis(1)).unwrap();
        assert_eq!(current.from, at);
        assert_eq!(month.previous(current), month.at(at));
    }
}
