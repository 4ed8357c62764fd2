//! What days, recurring times and hours of business are, held against a calendar that is not ours: Python's zoneinfo and
//! dateutil, whose answers `fixtures/calendar/make.py` wrote down.

use nines::base::{
    CalendarUnit, Duration, Interval, Moment, Unfollowed, Zone, check_recurrence, occurrences, outside_hours,
};
use nines::slo::Window;
use serde_json::Value;

fn cases(of: &str) -> Vec<Value> {
    let all: Value = serde_json::from_str(include_str!("../../fixtures/calendar/calendar.json")).unwrap();
    all[of].as_array().unwrap().clone()
}

fn zone(case: &Value) -> Zone {
    case["zone"].as_str().unwrap().parse().unwrap()
}

fn moment(value: &Value) -> Moment {
    Moment::from_secs(value.as_i64().unwrap())
}

fn moments(value: &Value) -> Vec<Moment> {
    value.as_array().unwrap().iter().map(moment).collect()
}

fn within(case: &Value) -> Interval {
    Interval::new(moment(&case["from"]), moment(&case["to"]))
}

fn unit(name: &str) -> CalendarUnit {
    let (kind, month) =
        name.split_once(':').map_or((name, 0), |(kind, month)| (kind, month.parse().unwrap()));
    match kind {
        "sunday-week" => CalendarUnit::SundayWeek,
        "fiscal-quarter" => CalendarUnit::FiscalQuarter(month),
        "fiscal-year" => CalendarUnit::FiscalYear(month),
        _ => CalendarUnit::ALL.into_iter().find(|(word, _)| *word == kind).unwrap().1,
    }
}

#[test]
fn units_of_the_calendar_begin_and_end_where_another_calendar_has_them() {
    let (mut held, mut lengths) = (0, std::collections::BTreeSet::new());
    for case in cases("units") {
        let (zone, unit) = (zone(&case), unit(case["unit"].as_str().unwrap()));
        for edges in moments(&case["edges"]).windows(2) {
            let whole = Interval::new(edges[0], edges[1]);
            let middle = Moment::from_millis(i64::midpoint(whole.from.as_millis(), whole.to.as_millis()));
            let last = whole.to - Duration::millis(1);
            for at in [whole.from, whole.from + Duration::minutes(70), middle, last] {
                assert_eq!(unit.around(at, zone), Some(whole), "{zone} {unit:?} around {at}");
            }
            assert_eq!(unit.before(whole.to, zone), Some(whole), "{zone} {unit:?} before {}", whole.to);
            // A window is the unit under way, or the one that has just ended.
            let window = Window::Calendar { unit, zone };
            assert_eq!(window.at(middle), Some(whole), "{zone} {unit:?}");
            assert_eq!(window.at(whole.to), Some(whole), "{zone} {unit:?}");
            if unit == CalendarUnit::Day {
                lengths.insert(whole.length().as_millis() / 60_000);
            }
            held += 1;
        }
    }
    assert!(held > 20_000, "{held}");
    assert_eq!(lengths.into_iter().collect::<Vec<_>>(), [23 * 60, 1410, 24 * 60, 1470, 25 * 60]);
}

#[test]
fn rules_come_when_another_calendar_has_them() {
    for case in cases("rules") {
        let (zone, rule) = (zone(&case), case["rule"].as_str().unwrap());
        let start = case["start"].as_str().map(|text| zone.wall_clock(text).unwrap());
        assert_eq!(check_recurrence(rule, zone, start), Ok(()), "{zone} {rule}");
        let found = occurrences(rule, zone, start, within(&case)).unwrap();
        assert_eq!(shown(&found), shown(&moments(&case["times"])), "{zone} {rule} from {start:?}");
    }
}

#[test]
fn hours_of_business_are_where_another_calendar_has_them() {
    for case in cases("hours") {
        let minutes = |name: &str| u16::try_from(case[name].as_u64().unwrap()).unwrap();
        let days = case["days"].as_array().unwrap().iter().map(|day| day.as_u64().unwrap() as u8);
        let hours: Vec<_> = days.map(|day| (day, minutes("opens"), minutes("closes"))).collect();
        let expected: Vec<_> = case["outside"].as_array().unwrap().iter().flat_map(moments).collect();
        let found = outside_hours(&hours, zone(&case), within(&case)).unwrap();
        let found: Vec<_> = found.iter().flat_map(|time| [time.from, time.to]).collect();
        assert_eq!(shown(&found), shown(&expected), "{case}");
    }
}

fn shown(moments: &[Moment]) -> Vec<String> {
    moments.iter().map(ToString::to_string).collect()
}

#[test]
fn an_old_rule_is_not_followed_from_its_beginning_and_a_dense_one_is_refused() {
    let zone: Zone = "Europe/Berlin".parse().unwrap();
    let start = Some(zone.wall_clock("1971-01-01T00:00").unwrap());
    let day = Interval::new("2026-03-28T23:00Z".parse().unwrap(), "2026-03-29T22:00Z".parse().unwrap());
    let began = std::time::Instant::now();
    // 23 hours of minutes.
    assert_eq!(occurrences("FREQ=MINUTELY", zone, start, day).unwrap().len(), 23 * 60);
    assert_eq!(occurrences("FREQ=HOURLY;INTERVAL=5", zone, start, day).unwrap().len(), 5);
    assert_eq!(occurrences("FREQ=MINUTELY;COUNT=65535", zone, start, day).unwrap(), []);
    let year = Interval::new(day.from - Duration::days(365), day.to);
    assert_eq!(occurrences("FREQ=MINUTELY", zone, start, year), Err(Unfollowed::TooMany));
    // A day that never comes.
    assert_eq!(occurrences("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", zone, start, year).unwrap_or_default(), []);
    assert!(began.elapsed().as_secs() < 20, "{:?}", began.elapsed());
}
