//! What a local clock shows, and when.

use chrono::{Days, NaiveDate, NaiveDateTime, NaiveTime, Offset as _, TimeDelta, TimeZone as _};

use super::{Moment, Zone};

/// No clock jumps further than a day, in quarters of an hour.
const FURTHEST: i32 = 96;

impl Zone {
    /// The moment that a time of the local clock means (RFC 5545, section 3.3.5): of one that the clock shows twice the
    /// first; one that it jumps over is read with the offset from before the jump.
    pub(super) fn local(self, time: NaiveDateTime) -> Option<Moment> {
        match self.0.from_local_datetime(&time).earliest() {
            Some(moment) => Some(moment.to_utc().into()),
            None => Some(self.before_jump(time)?.1),
        }
    }

    /// The moment at which the local clock first shows a time or, where it jumps over it, at which it goes on.
    pub(super) fn first_shown(self, time: NaiveDateTime) -> Option<Moment> {
        if let Some(moment) = self.0.from_local_datetime(&time).earliest() {
            return Some(moment.to_utc().into());
        }
        // The jump lies between two moments, before and after which the clock differs.
        let (mut before, mut after) = self.before_jump(time)?;
        while after.as_millis() - before.as_millis() > 1 {
            let middle = Moment::from_millis(i64::midpoint(before.as_millis(), after.as_millis()));
            if self.local_time(middle)?.naive_local() < time {
                before = middle;
            } else {
                after = middle;
            }
        }
        Some(after)
    }

    /// The moment at which the clock first shows so many minutes of a day, or is past them; at 1440 the next day begins.
    pub fn clock(self, date: NaiveDate, minutes: u16) -> Option<Moment> {
        let time = date.and_time(NaiveTime::MIN);
        self.first_shown(time.checked_add_signed(TimeDelta::minutes(i64::from(minutes)))?)
    }

    /// The same time of the local clock, so many days later.
    pub fn days_after(self, at: Moment, days: u16) -> Option<Moment> {
        self.local(self.local_time(at)?.naive_local().checked_add_days(Days::new(days.into()))?)
    }

    /// For a time that the clock jumps over: a moment before the jump, and the one that the time is with the offset from
    /// then, which is after it.
    fn before_jump(self, time: NaiveDateTime) -> Option<(Moment, Moment)> {
        (1..=FURTHEST).find_map(|quarters| {
            let before = self.0.from_local_datetime(&(time - TimeDelta::minutes(15) * quarters)).latest()?;
            let meant = time.checked_sub_offset(before.offset().fix())?;
            Some((before.to_utc().into(), meant.and_utc().into()))
        })
    }
}
