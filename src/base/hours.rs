use chrono::Datelike as _;

use super::{Duration, Interval, Stretches, Zone};

/// Hours of business are looked for so far around a stretch, so that what lies between them is told whole.
const AROUND: Duration = Duration::days(8);

/// The stretches that meet `within` and lie between hours of the week on a local clock, whole. Hours are days of the
/// week, Monday 0, with the minutes of the day between which they lie.
pub fn outside_hours(hours: &[(u8, u16, u16)], zone: Zone, within: Interval) -> Option<Vec<Interval>> {
    let (mut date, last) = (zone.date(within.from - AROUND)?, zone.date(within.to + AROUND)?);
    let mut inside = Vec::new();
    while date <= last {
        let weekday = date.weekday().num_days_from_monday();
        for (_, from, to) in hours.iter().filter(|(day, ..)| u32::from(*day) == weekday) {
            inside.push(Interval::new(zone.clock(date, *from)?, zone.clock(date, *to)?));
        }
        date = date.succ_opt()?;
    }
    let inside: Vec<Interval> = Stretches::of(inside).iter().collect();
    let between = inside.windows(2).map(|pair| Interval::new(pair[0].to, pair[1].from));
    Some(between.filter(|time| time.from < within.to && time.to > within.from).collect())
}
