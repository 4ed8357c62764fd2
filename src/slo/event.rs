use crate::base::{Duration, Interval, Moment, Stretches, Unfollowed, Zone, occurrences};

/// An event of a calendar: its first time, those of its rule, those that are named, without those that were taken back.
#[derive(Debug, Clone, PartialEq)]
pub struct CalendarEvent {
    /// When it first begins.
    pub first: Moment,
    /// The zone of its times.
    pub zone: Zone,
    /// The rule by which it comes again, as [`super::ExcludedTime::Recurring`] has it.
    pub rule: Option<String>,
    /// How long each of them lasts.
    pub length: EventLength,
    /// Other times.
    pub also: Vec<Interval>,
    /// What begins in these does not happen.
    pub except: Stretches,
}

/// How long an event lasts: days on the local clock, whose lengths differ, and then so long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EventLength {
    /// Days.
    pub days: u16,
    /// What follows them.
    pub exact: Duration,
}

impl EventLength {
    /// The time that begins at a moment and lasts so long.
    pub fn since(self, from: Moment, zone: Zone) -> Option<Interval> {
        let days = if self.days == 0 { from } else { zone.days_after(from, self.days)? };
        Some(Interval::new(from, days + self.exact))
    }

    /// No shorter than any time of this length.
    fn longest(self) -> Duration {
        let days = if self.days == 0 { 0 } else { i64::from(self.days) + 1 };
        Duration::days(days) + self.exact
    }
}

impl CalendarEvent {
    /// The times that meet `within`, whole, oldest first.
    ///
    /// # Errors
    /// Where they cannot be told, and why.
    pub fn times(&self, within: Interval) -> Result<Vec<Interval>, Unfollowed> {
        let mut beginnings = vec![self.first];
        if let Some(rule) = &self.rule {
            let begin = Interval::new(within.from - self.length.longest(), within.to);
            beginnings.extend(occurrences(rule, self.zone, Some(self.first), begin)?);
        }
        let mut times = self.also.clone();
        for from in beginnings {
            times.push(self.length.since(from, self.zone).ok_or(Unfollowed::NoCalendar)?);
        }
        times.retain(|time| {
            let begins = Interval::new(time.from, time.from + Duration::millis(1));
            time.from < within.to && time.to > within.from && !self.except.cover(begins)
        });
        times.sort_unstable();
        times.dedup();
        Ok(times)
    }
}
