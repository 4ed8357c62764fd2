use super::CalendarEvent;
use crate::base::{Duration, Interval, Moment, Unfollowed, Zone, occurrences, outside_hours};
use crate::promql::Expr;

/// Time that does not count, by agreement.
#[derive(Debug, Clone, PartialEq)]
pub struct Exclusion {
    /// The name by which it is known.
    pub id: String,
    /// What kind it is, such as `maintenance`; a contract names those that it accepts.
    pub category: Option<String>,
    /// Why.
    pub reason: Option<String>,
    /// Who agreed to it.
    pub approved_by: Option<String>,
    /// When those were told whom it concerns.
    pub announced: Option<Moment>,
    /// The objectives that it concerns; all of the service where none is named.
    pub slos: Vec<String>,
    /// When.
    pub when: ExcludedTime,
    /// The file that says so, where it is not the specification's own.
    pub file: Option<String>,
}

/// When something does not count.
#[derive(Debug, Clone, PartialEq)]
pub enum ExcludedTime {
    /// Once.
    Once(Interval),
    /// Again and again.
    Recurring {
        /// An RRULE of RFC 5545 without its name: `FREQ=WEEKLY;BYDAY=SU;BYHOUR=2`.
        rule: String,
        /// The zone of its times.
        zone: Zone,
        /// The first of them, from which the rule counts; none where the rule says all of it.
        start: Option<Moment>,
        /// How long each lasts.
        length: Duration,
    },
    /// All time outside these hours.
    OutsideHours {
        /// Days of the week with the minutes of the day between which time counts, Monday 0.
        hours: Vec<(u8, u16, u16)>,
        /// The zone of the hours.
        zone: Zone,
    },
    /// While a condition holds.
    While(Expr),
    /// When an event of a calendar is.
    Event(Box<CalendarEvent>),
}

impl Exclusion {
    /// Whether an objective is concerned.
    pub fn concerns(&self, slo: &str) -> bool {
        self.slos.is_empty() || self.slos.iter().any(|name| name == slo)
    }

    /// Whether time that begins at `begins` was taken out after it had begun.
    pub fn is_late(&self, begins: Moment) -> bool {
        self.announced.is_some_and(|announced| announced > begins)
    }
}

impl ExcludedTime {
    /// The condition that it depends on, where it does.
    pub fn condition(&self) -> Option<&Expr> {
        match self {
            Self::While(condition) => Some(condition),
            Self::Once(_) | Self::Recurring { .. } | Self::OutsideHours { .. } | Self::Event(_) => None,
        }
    }

    /// The stretches that meet `within`, whole: one that began before it is told from its beginning. Those that depend on
    /// a condition, of which only a source knows, are not among them.
    ///
    /// # Errors
    /// Where they cannot be told, and why.
    pub fn times(&self, within: Interval) -> Result<Vec<Interval>, Unfollowed> {
        let meets = |time: &Interval| time.from < within.to && time.to > within.from;
        match self {
            Self::Once(time) => Ok(std::iter::once(*time).filter(meets).collect()),
            Self::Recurring { rule, zone, start, length } => {
                let beginnings = Interval::new(within.from - *length, within.to);
                let times = occurrences(rule, *zone, *start, beginnings)?;
                let times = times.into_iter().map(|from| Interval::new(from, from + *length));
                Ok(times.filter(meets).collect())
            }
            Self::OutsideHours { hours, zone } => {
                outside_hours(hours, *zone, within).ok_or(Unfollowed::NoCalendar)
            }
            Self::While(_) => Ok(Vec::new()),
            Self::Event(event) => event.times(within),
        }
    }
}
