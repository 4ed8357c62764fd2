use crate::base::{Duration, Interval, Moment, Zone};
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
    /// The objectives that it concerns; all of the service where none is named.
    pub slos: Vec<String>,
    /// When.
    pub when: ExcludedTime,
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
}
