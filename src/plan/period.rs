//! Over which time an objective is judged: its own window, or a period of the calendar that the user names.

use std::fmt;

use crate::base::{CalendarUnit, Duration, Interval, Moment, Zone};
use crate::slo::{Sla, Window};

/// What the user asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Period {
    /// Each objective's own window, seen at the moment of evaluation.
    Own,
    /// This window instead of each objective's own.
    Window(Window),
    /// A unit of the calendar that has this first instant.
    Unit {
        /// Which unit.
        unit: CalendarUnit,
        /// An instant in it.
        within: Moment,
    },
    /// From here to there.
    Between(Interval),
}

/// A text that names no period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PeriodError(String);

impl fmt::Display for PeriodError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{:?} is not a period; write last-week, this-month, 2026-W46, 2026-10, 2026-Q4, 2026, 2026-10-31 or FROM/TO",
            self.0
        )
    }
}

impl std::error::Error for PeriodError {}

/// A stretch of time that is judged, with the one before it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stretch {
    /// The window.
    pub window: Interval,
    /// The window just before it.
    pub previous: Option<Interval>,
    /// `rolling`, `calendar` or `period`.
    pub kind: &'static str,
    /// In words: `30d`, `calendar month (UTC)`.
    pub display: String,
    /// The zone of its days.
    pub zone: Zone,
}

impl Stretch {
    /// The windows before this one, the latest first: units of the calendar where this is one, else of its length.
    pub fn earlier(&self, most: usize) -> Vec<Interval> {
        let own = self.window;
        let years = (1..=12).map(CalendarUnit::FiscalYear);
        let quarters = (1..=12).map(CalendarUnit::FiscalQuarter);
        let units = CalendarUnit::ALL.into_iter().map(|(_, unit)| unit);
        let mut units = units.chain([CalendarUnit::SundayWeek]).chain(quarters).chain(years);
        let is_rolling = self.kind == "rolling";
        let unit = units.find(|unit| !is_rolling && unit.around(own.from, self.zone) == Some(own));
        let before = |window: &Interval| match unit {
            Some(unit) => unit.before(window.from, self.zone),
            None => Some(Interval::new(window.from - own.length(), window.from)),
        };
        std::iter::successors(before(&own), before).take(most).collect()
    }
}

impl Period {
    /// Reads a period: `last-week`, `this-month`, `2026-W46`, `2026-10`, `2026-Q4`, `2026`, `2026-10-31`, `FROM/TO`.
    pub fn parse(text: &str, now: Moment, zone: Zone) -> Result<Self, PeriodError> {
        let fault = || PeriodError(text.to_owned());
        if let Some((which, word)) =
            text.split_once('-').filter(|(which, _)| matches!(*which, "last" | "this"))
        {
            let (_, unit) =
                CalendarUnit::ALL.into_iter().find(|(name, _)| *name == word).ok_or_else(fault)?;
            let current = unit.around(now, zone).ok_or_else(fault)?;
            let within = if which == "this" { current.from } else { current.from - Duration::millis(1) };
            return Ok(Self::Unit { unit, within });
        }
        if let Some((from, to)) = text.split_once('/') {
            let edge = |text: &str| zone.moment(text).ok_or_else(fault);
            let (from, to) = (edge(from)?, edge(to)?);
            return if from < to { Ok(Self::Between(Interval { from, to })) } else { Err(fault()) };
        }
        let (unit, within) = CalendarUnit::named(text, zone).ok_or_else(fault)?;
        Ok(Self::Unit { unit, within })
    }

    /// The stretch over which an objective with this window is judged, seen at a moment.
    pub fn stretch(self, own: Window, at: Moment, zone: Option<Zone>) -> Option<Stretch> {
        let shown = zone.unwrap_or(Zone::UTC);
        Some(match self {
            Self::Own => Self::of(own, at, zone)?,
            Self::Window(window) => Self::of(window, at, zone)?,
            Self::Unit { unit, within } => {
                let window = unit.around(within, shown)?;
                let display = format!("calendar {} ({shown})", unit.word());
                Stretch {
                    window,
                    previous: unit.before(window.from, shown),
                    kind: "period",
                    display,
                    zone: shown,
                }
            }
            Self::Between(window) => {
                let display = window.length().to_string();
                let stretch = Stretch { window, previous: None, kind: "period", display, zone: shown };
                Stretch { previous: stretch.earlier(1).pop(), ..stretch }
            }
        })
    }

    /// The stretches of a contract that a report over this period tells of: the one of its own periods that is seen at
    /// the moment of evaluation; where another stretch was asked for, those of which it holds the middle, or the one
    /// that holds its middle. Each only as far as the contract is in force in it.
    pub fn of_contract(self, sla: &Sla, at: Moment, zone: Option<Zone>) -> Option<Vec<Stretch>> {
        let whole = match self {
            Self::Own | Self::Window(_) => vec![sla.period.at(at)?],
            Self::Unit { .. } | Self::Between(_) => {
                let asked = self.stretch(sla.period, at, zone)?.window;
                contract_periods(sla.period, asked, at)?
            }
        };
        let in_force = |window: Interval| {
            let from = sla.from.map_or(window.from, |from| from.max(window.from));
            let to = sla.to.map_or(window.to, |to| to.min(window.to));
            (from < to).then(|| Interval::new(from, to))
        };
        let stretch = |window| Stretch {
            window,
            previous: None,
            kind: sla.period.kind(),
            display: sla.period.to_string(),
            zone: match sla.period {
                Window::Calendar { zone, .. } => zone,
                Window::Rolling(_) => zone.unwrap_or(Zone::UTC),
            },
        };
        Some(whole.into_iter().filter_map(in_force).map(stretch).collect())
    }

    fn of(window: Window, at: Moment, zone: Option<Zone>) -> Option<Stretch> {
        let own_zone = match window {
            Window::Calendar { zone, .. } => zone,
            Window::Rolling(_) => zone.unwrap_or(Zone::UTC),
        };
        let current = window.at(at)?;
        Some(Stretch {
            window: current,
            previous: window.previous(current),
            kind: window.kind(),
            display: window.to_string(),
            zone: own_zone,
        })
    }
}

/// The periods of a contract whose middle lies in `asked`, or else the one that holds the middle of it.
fn contract_periods(period: Window, asked: Interval, at: Moment) -> Option<Vec<Interval>> {
    let middle = |of: Interval| of.from + Duration::millis(of.length().as_millis() / 2);
    let Window::Calendar { unit, zone } = period else {
        return Some(vec![period.at(asked.to.min(at))?]);
    };
    let mut found = Vec::new();
    let mut next = unit.around(asked.from, zone)?;
    while next.from < asked.to && next.from < at {
        if middle(next) >= asked.from && middle(next) < asked.to {
            found.push(next);
        }
        next = unit.around(next.to, zone)?;
    }
    if found.is_empty() {
        found.push(unit.around(middle(asked).min(at), zone)?);
    }
    Some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn window(text: &str, zone: &str) -> String {
        let zone: Zone = zone.parse().unwrap();
        let now = "2026-11-20T10:00:00Z".parse().unwrap();
        match Period::parse(text, now, zone) {
            Ok(period) => {
                let own = Window::Rolling(Duration::days(30));
                let window = period.stretch(own, now, Some(zone)).unwrap().window;
                format!("{} {}", window.from, window.length().as_millis() / 3_600_000)
            }
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn windows_before_are_units_of_the_calendar_or_as_long() {
        let zone: Zone = "Europe/Berlin".parse().unwrap();
        let now = "2026-04-20T10:00:00Z".parse().unwrap();
        let earlier = |period: Period, own| {
            let stretch = period.stretch(own, now, Some(zone)).unwrap();
            stretch.earlier(2).iter().map(|window| window.length().to_string()).collect::<Vec<_>>()
        };
        let month = Window::Calendar { unit: CalendarUnit::Month, zone };
        assert_eq!(earlier(Period::Own, month), ["30d23h", "4w"]);
        assert_eq!(earlier(Period::parse("2026-Q1", now, zone).unwrap(), month), ["92d1h", "92d"]);
        assert_eq!(earlier(Period::Own, Window::Rolling(Duration::days(30))), ["30d", "30d"]);
    }

    #[test]
    fn every_way_to_name_a_period() {
        assert_eq!(window("last-week", "UTC"), "2026-11-09T00:00:00Z 168");
        assert_eq!(window("this-month", "UTC"), "2026-11-01T00:00:00Z 720");
        assert_eq!(window("2026-W44", "Europe/Berlin"), "2026-10-25T23:00:00Z 168");
        assert_eq!(window("2026-W43", "Europe/Berlin"), "2026-10-18T22:00:00Z 169");
        assert_eq!(window("2026-10", "Europe/Berlin"), "2026-09-30T22:00:00Z 745");
        assert_eq!(window("2026-03", "Europe/Berlin"), "2026-02-28T23:00:00Z 743");
        assert_eq!(window("2026-Q4", "UTC"), "2026-10-01T00:00:00Z 2208");
        assert_eq!(window("2026", "UTC"), "2026-01-01T00:00:00Z 8760");
        assert_eq!(window("2026-10-31", "UTC"), "2026-10-31T00:00:00Z 24");
        assert_eq!(window("2026-10-01/2026-10-03", "UTC"), "2026-10-01T00:00:00Z 48");
        for bad in [
            "",
            "last",
            "next-week",
            "2026-13",
            "2026-Q5",
            "2026-W60",
            "26",
            "2026-",
            "b/a",
            "2026-10-03/2026-10-01",
            "2026-Wé",
        ] {
            assert!(window(bad, "UTC").contains("is not a period"), "{bad}");
        }
    }
}
