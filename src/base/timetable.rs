use chrono::{Datelike as _, Timelike as _};
use rrule::{Frequency, NWeekday, RRule, Unvalidated};

use super::{Moment, Zone};

/// Times that come again, as a clock and a calendar on the wall show them. What is empty is every one.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Timetable {
    /// Months, January 1.
    pub months: Vec<u8>,
    /// Days of the month, first and last of each stretch; the last day is -1.
    pub month_days: Vec<(i8, i8)>,
    /// Days of the week, Monday 0.
    pub weekdays: Vec<u8>,
    /// Minutes of the day.
    pub minutes: Vec<u16>,
}

/// A recurrence rule as timetables that hold for every week, month and year alike, or why it is none. The rule has been
/// checked.
pub fn timetables(rule: &str, zone: Zone, start: Option<Moment>) -> Result<Vec<Timetable>, &'static str> {
    let rule: RRule<Unvalidated> = rule.parse().map_err(|_| "it cannot be read")?;
    let first = start.and_then(|start| zone.local_time(start));
    if rule.get_interval() > 1 {
        return Err("it leaves some out");
    }
    if rule.get_count().is_some() || rule.get_until().is_some() {
        return Err("it ends");
    }
    let by_year = !rule.get_by_year_day().is_empty() || !rule.get_by_week_no().is_empty();
    let frequency = rule.get_freq();
    let often =
        !matches!(frequency, Frequency::Yearly | Frequency::Monthly | Frequency::Weekly | Frequency::Daily);
    if by_year || often || !rule.get_by_set_pos().is_empty() || rule.get_by_second().iter().any(|s| *s > 0) {
        return Err("it does not go by days of the week or the month and minutes of the day");
    }
    let months = match (frequency, rule.get_by_month(), rule.get_by_month_day(), rule.get_by_weekday()) {
        (Frequency::Yearly, [], [], []) => first.iter().map(|first| first.month() as u8).collect(),
        (_, months, ..) => months.to_vec(),
    };
    let hours = match (rule.get_by_hour(), &first) {
        ([], Some(first)) => vec![first.hour() as u8],
        (hours, _) => hours.to_vec(),
    };
    let minutes = match (rule.get_by_minute(), &first) {
        ([], Some(first)) => vec![first.minute() as u8],
        ([], None) => vec![0],
        (minutes, _) => minutes.to_vec(),
    };
    let of_day =
        |hour: &u8| minutes.iter().map(|m| u16::from(*hour) * 60 + u16::from(*m)).collect::<Vec<_>>();
    let mut common = Timetable {
        months,
        month_days: rule.get_by_month_day().iter().map(|day| (*day, *day)).collect(),
        weekdays: Vec::new(),
        minutes: hours.iter().flat_map(of_day).collect(),
    };
    common.minutes.sort_unstable();
    let mut tables = Vec::new();
    for day in rule.get_by_weekday() {
        match day {
            NWeekday::Every(day) => common.weekdays.push(day.num_days_from_monday() as u8),
            NWeekday::Nth(number, day) => {
                let in_month = frequency == Frequency::Monthly
                    || (frequency == Frequency::Yearly && !common.months.is_empty());
                if !in_month || !common.month_days.is_empty() || !(-4..=4).contains(number) {
                    return Err("it counts days of the week otherwise than from an end of the month");
                }
                // The second Sunday is the Sunday among the days 8 to 14.
                let number = *number as i8;
                let days =
                    if number > 0 { (7 * number - 6, 7 * number) } else { (7 * number, 7 * number + 6) };
                let weekdays = vec![day.num_days_from_monday() as u8];
                tables.push(Timetable { month_days: vec![days], weekdays, ..common.clone() });
            }
        }
    }
    if tables.is_empty() || !common.weekdays.is_empty() {
        if common.weekdays.is_empty() && common.month_days.is_empty() {
            match (frequency, &first) {
                (Frequency::Weekly, Some(first)) => {
                    common.weekdays.push(first.weekday().num_days_from_monday() as u8);
                }
                (Frequency::Monthly | Frequency::Yearly, Some(first)) => {
                    common.month_days.push((first.day() as i8, first.day() as i8));
                }
                _ => {}
            }
        }
        common.weekdays.sort_unstable();
        tables.insert(0, common);
    }
    Ok(tables)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tables(rule: &str, start: Option<&str>) -> Result<Vec<Timetable>, &'static str> {
        let zone: Zone = "Europe/Berlin".parse().unwrap();
        timetables(rule, zone, start.map(|text| zone.wall_clock(text).unwrap()))
    }

    #[test]
    fn rules_of_the_week_and_the_month_are_timetables() {
        let table = |months: &[u8], month_days: &[(i8, i8)], weekdays: &[u8], minutes: &[u16]| Timetable {
            months: months.to_vec(),
            month_days: month_days.to_vec(),
            weekdays: weekdays.to_vec(),
            minutes: minutes.to_vec(),
        };
        for (rule, start, expected) in [
            ("FREQ=WEEKLY;BYDAY=SU;BYHOUR=2", None, vec![table(&[], &[], &[6], &[120])]),
            ("FREQ=WEEKLY;BYDAY=SU,MO;BYHOUR=2", None, vec![table(&[], &[], &[0, 6], &[120])]),
            ("FREQ=DAILY;BYHOUR=14,2;BYMINUTE=30", None, vec![table(&[], &[], &[], &[150, 870])]),
            // The first of them says what the rule does not: a Sunday at two.
            ("FREQ=WEEKLY", Some("2026-01-04T02:15"), vec![table(&[], &[], &[6], &[135])]),
            ("FREQ=MONTHLY", Some("2026-01-04T02:00"), vec![table(&[], &[(4, 4)], &[], &[120])]),
            ("FREQ=YEARLY", Some("2026-03-04T02:00"), vec![table(&[3], &[(4, 4)], &[], &[120])]),
            ("FREQ=MONTHLY;BYMONTHDAY=-1;BYHOUR=22", None, vec![table(&[], &[(-1, -1)], &[], &[1320])]),
            (
                "FREQ=MONTHLY;BYDAY=1SU,-1MO;BYHOUR=3",
                None,
                vec![table(&[], &[(1, 7)], &[6], &[180]), table(&[], &[(-7, -1)], &[0], &[180])],
            ),
            (
                "FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=24,25;BYHOUR=0",
                None,
                vec![table(&[12], &[(24, 24), (25, 25)], &[], &[0])],
            ),
        ] {
            assert_eq!(tables(rule, start), Ok(expected), "{rule}");
        }
    }

    #[test]
    fn what_is_no_timetable_says_why() {
        for (rule, why) in [
            ("FREQ=WEEKLY;INTERVAL=2;BYDAY=SU;BYHOUR=2", "leaves some out"),
            ("FREQ=WEEKLY;BYDAY=SU;BYHOUR=2;COUNT=3", "ends"),
            ("FREQ=WEEKLY;BYDAY=MO;BYHOUR=2;UNTIL=20271231T000000Z", "ends"),
            ("FREQ=HOURLY", "does not go by days"),
            ("FREQ=YEARLY;BYYEARDAY=100;BYHOUR=2", "does not go by days"),
            ("FREQ=MONTHLY;BYDAY=MO,TU;BYSETPOS=1;BYHOUR=2", "does not go by days"),
            ("FREQ=MONTHLY;BYDAY=5SU;BYHOUR=2", "otherwise"),
            ("FREQ=YEARLY;BYDAY=1SU;BYHOUR=2", "otherwise"),
        ] {
            let said = tables(rule, Some("2026-01-04T02:00")).unwrap_err();
            assert!(said.contains(why), "{rule}: {said}");
        }
    }
}
