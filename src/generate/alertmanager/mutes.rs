//! Time that does not count needs no alarm: exclusions that come again become times in which nobody is told. What happens
//! once or while a condition holds cannot be said so.

use std::collections::BTreeMap;

use crate::base::{Duration, Zone, timetables};
use crate::slo::{ExcludedTime, Exclusion, Hours, Spec};

/// Objectives of a service about which nobody is told in some times.
pub(super) struct Mute<'a> {
    pub(super) service: &'a str,
    /// The objectives; all of the service, where none is named.
    pub(super) slos: Vec<&'a str>,
    /// The names of the times.
    pub(super) intervals: Vec<String>,
}

/// Times with a name.
pub(super) struct Named {
    pub(super) name: String,
    pub(super) times: Vec<Times>,
}

/// Times that come again; what is empty is every one.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Times {
    pub(super) months: Vec<u8>,
    /// First and last day, the last of the month being -1.
    pub(super) month_days: Vec<(i8, i8)>,
    /// Monday 0.
    pub(super) weekdays: Vec<u8>,
    /// First minute of the day, and the one after the last.
    pub(super) minutes: Vec<(u16, u16)>,
    pub(super) zone: Zone,
}

const DAY: u16 = 24 * 60;

/// Who is muted when. What cannot be said is remarked.
pub(super) fn mutes<'a>(specs: &'a [Spec], remarks: &mut Vec<String>) -> (Vec<Mute<'a>>, Vec<Named>) {
    let (mut mutes, mut intervals) = (Vec::new(), Vec::new());
    for spec in specs {
        let mut said: Vec<(&Exclusion, String)> = Vec::new();
        for exclusion in &spec.exclusions {
            let name = format!("{}/{}", spec.service, exclusion.id);
            match times(&exclusion.when) {
                Ok(times) => {
                    said.push((exclusion, name.clone()));
                    intervals.push(Named { name, times });
                }
                Err(why) => remarks.push(format!("{name}: {why}")),
            }
        }
        // Objectives that are muted at the same times share a route.
        let mut groups: Vec<(Vec<String>, Vec<&str>)> = Vec::new();
        for slo in &spec.slos {
            let concerns =
                |exclusion: &Exclusion| exclusion.slos.is_empty() || exclusion.slos.contains(&slo.name);
            let names: Vec<String> = said
                .iter()
                .filter(|(exclusion, _)| concerns(exclusion))
                .map(|(_, name)| name.clone())
                .collect();
            match groups.iter_mut().find(|(known, _)| *known == names) {
                Some((_, slos)) => slos.push(&slo.name),
                None => groups.push((names, vec![&slo.name])),
            }
        }
        let all = groups.len() == 1;
        for (intervals, slos) in groups.into_iter().filter(|(intervals, _)| !intervals.is_empty()) {
            let slos = if all { Vec::new() } else { slos };
            mutes.push(Mute { service: &spec.service, slos, intervals });
        }
    }
    let used = |named: &Named| mutes.iter().any(|mute| mute.intervals.contains(&named.name));
    intervals.retain(used);
    (mutes, intervals)
}

/// The hours in which tickets are told.
pub(super) fn within(hours: &Hours) -> Vec<Times> {
    let mut by_minutes: BTreeMap<(u16, u16), Vec<u8>> = BTreeMap::new();
    for (day, from, to) in &hours.hours {
        by_minutes.entry((*from, *to)).or_default().push(*day);
    }
    let times = |(minutes, weekdays)| Times {
        weekdays,
        minutes: vec![minutes],
        zone: hours.zone,
        ..Times::default()
    };
    by_minutes.into_iter().map(times).collect()
}

fn times(when: &ExcludedTime) -> Result<Vec<Times>, String> {
    match when {
        ExcludedTime::Once(once) => Err(format!(
            "it happens once, from {} to {}, for which Alertmanager has silences (amtool silence add)",
            once.from, once.to
        )),
        ExcludedTime::Event(_) => {
            Err("it is an event of a calendar; name its times in a specification to mute alerts in them"
                .to_owned())
        }
        ExcludedTime::While(_) => {
            Err("it depends on a query, and Alertmanager asks none; an alert on it can inhibit others"
                .to_owned())
        }
        ExcludedTime::OutsideHours { hours, zone } => Ok(outside(hours, *zone)),
        ExcludedTime::Recurring { rule, zone, start, length } => {
            let cannot =
                |why: &str| format!("times that come again as {rule} cannot be said to Alertmanager: {why}");
            let tables = timetables(rule, *zone, *start).map_err(cannot)?;
            let minutes = (length.as_millis() + 59_999) / Duration::minutes(1).as_millis();
            let minutes = u16::try_from(minutes).ok().filter(|minutes| *minutes <= DAY);
            let minutes = minutes.ok_or_else(|| cannot("each lasts longer than a day"))?;
            let mut all = Vec::new();
            for table in tables {
                let times = Times {
                    months: table.months,
                    month_days: table.month_days,
                    weekdays: table.weekdays,
                    minutes: Vec::new(),
                    zone: *zone,
                };
                let (mut same, mut next) = (Vec::new(), Vec::new());
                for start in table.minutes {
                    let end = start + minutes;
                    same.push((start, end.min(DAY)));
                    next.extend((end > DAY).then(|| (0, end - DAY)));
                }
                if !next.is_empty() {
                    let day_after = a_day_later(&times)
                        .ok_or_else(|| cannot("they go over midnight into another month"))?;
                    all.push(Times { minutes: next, ..day_after });
                }
                all.push(Times { minutes: same, ..times });
            }
            all.reverse();
            Ok(all)
        }
    }
}

/// The days after some days; nothing where they cannot be said.
fn a_day_later(times: &Times) -> Option<Times> {
    let weekdays = times.weekdays.iter().map(|day| (day + 1) % 7).collect();
    let mut month_days = Vec::new();
    for (first, last) in &times.month_days {
        match (first, last) {
            // After the last day of a month comes the first of the next.
            (first, -1) if *first < 0 && times.months.is_empty() => {
                month_days.extend((*first < -1).then_some((first + 1, -1)));
                month_days.push((1, 1));
            }
            // Some months have 28 days.
            (first, last) if (*first > 0 && (1..28).contains(last)) || (*first < 0 && *last < -1) => {
                month_days.push((first + 1, last + 1));
            }
            _ => return None,
        }
    }
    let within_month = !times.month_days.is_empty() || times.months.is_empty();
    within_month.then(|| Times { month_days, weekdays, ..times.clone() })
}

/// All time but these hours.
fn outside(hours: &[(u8, u16, u16)], zone: Zone) -> Vec<Times> {
    let mut by_gaps: BTreeMap<Vec<(u16, u16)>, Vec<u8>> = BTreeMap::new();
    for day in 0..7 {
        let mut counts: Vec<(u16, u16)> =
            hours.iter().filter(|(of, ..)| *of == day).map(|(_, from, to)| (*from, *to)).collect();
        counts.sort_unstable();
        let (mut gaps, mut reached) = (Vec::new(), 0);
        for (from, to) in counts {
            gaps.extend((from > reached).then_some((reached, from)));
            reached = reached.max(to);
        }
        gaps.extend((reached < DAY).then_some((reached, DAY)));
        by_gaps.entry(gaps).or_default().push(day);
    }
    let gaps = by_gaps.into_iter().filter(|(gaps, _)| !gaps.is_empty());
    gaps.map(|(minutes, weekdays)| Times { weekdays, minutes, zone, ..Times::default() }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn recurring(rule: &str, hours: i64) -> Result<Vec<Times>, String> {
        times(&ExcludedTime::Recurring {
            rule: rule.to_owned(),
            zone: Zone::UTC,
            start: None,
            length: Duration::hours(hours),
        })
    }

    #[test]
    fn what_goes_over_midnight_is_two() {
        let of_week = |weekdays: &[u8], minutes: (u16, u16)| Times {
            weekdays: weekdays.to_vec(),
            minutes: vec![minutes],
            ..Times::default()
        };
        let night = recurring("FREQ=WEEKLY;BYDAY=SA,SU;BYHOUR=23", 3);
        assert_eq!(night, Ok(vec![of_week(&[5, 6], (1380, 1440)), of_week(&[6, 0], (0, 120))]));
        let of_month = |month_days: &[(i8, i8)], minutes| Times {
            month_days: month_days.to_vec(),
            ..of_week(&[], minutes)
        };
        let last = recurring("FREQ=MONTHLY;BYMONTHDAY=-1;BYHOUR=23", 2);
        assert_eq!(last, Ok(vec![of_month(&[(-1, -1)], (1380, 1440)), of_month(&[(1, 1)], (0, 60))]));
        assert_eq!(
            recurring("FREQ=MONTHLY;BYMONTHDAY=3;BYHOUR=23", 2),
            Ok(vec![of_month(&[(3, 3)], (1380, 1440)), of_month(&[(4, 4)], (0, 60))])
        );
        for rule in ["FREQ=MONTHLY;BYMONTHDAY=28;BYHOUR=23", "FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=-1;BYHOUR=23"]
        {
            assert!(recurring(rule, 2).unwrap_err().contains("over midnight"), "{rule}");
        }
        assert!(recurring("FREQ=DAILY;BYHOUR=1", 25).unwrap_err().contains("longer than a day"));
    }

    #[test]
    fn outside_hours_is_everything_else() {
        let hours = [(0, 480, 720), (0, 780, 1080), (6, 0, 1440)];
        let gaps = outside(&hours, Zone::UTC);
        let expected = [
            Times { weekdays: vec![1, 2, 3, 4, 5], minutes: vec![(0, 1440)], ..Times::default() },
            Times {
                weekdays: vec![0],
                minutes: vec![(0, 480), (720, 780), (1080, 1440)],
                ..Times::default()
            },
        ];
        let sorted = |mut times: Vec<Times>| {
            times.sort_by_key(|times| times.weekdays.clone());
            times
        };
        assert_eq!(sorted(gaps), sorted(expected.to_vec()));
    }
}
