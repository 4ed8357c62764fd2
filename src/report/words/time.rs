use super::digits::{Toward, grouped, percent, plain};
use super::{NO_DATA, NONE};
use crate::base::{Interval, Moment, Zone};

/// A length of time in seconds, in its two largest units: `2 m 43 s`, `3 h 20 m`, `30 d`. Floored to the smaller one.
pub fn duration(seconds: f64) -> String {
    if !seconds.is_finite() || seconds < 0.0 {
        return NO_DATA.to_owned();
    }
    let ms = (seconds * 1000.0).round() as u64; // noise below a millisecond shall not take a second away
    let s = ms / 1000;
    let two = |large: u64, unit: &str, small: u64, small_unit: &str| {
        let large = grouped(&large.to_string());
        if small == 0 { format!("{large} {unit}") } else { format!("{large} {unit} {small} {small_unit}") }
    };
    match s {
        0 if ms > 0 => format!("{ms} ms"),
        0..60 => format!("{s} s"),
        60..3600 => two(s / 60, "m", s % 60, "s"),
        3600..86_400 => two(s / 3600, "h", s % 3600 / 60, "m"),
        _ => two(s / 86_400, "d", s % 86_400 / 3600, "h"),
    }
}

/// A latency in seconds: `230 ms`, `1.25 s`, `0.8 ms`.
pub fn quantile(seconds: Option<f64>) -> String {
    let Some(seconds) = seconds.filter(|s| s.is_finite() && *s >= 0.0) else { return NONE.to_owned() };
    if seconds >= 60.0 {
        return duration(seconds);
    }
    let (value, unit) = if seconds >= 1.0 { (seconds, "s") } else { (seconds * 1000.0, "ms") };
    let decimals = match value {
        v if v >= 100.0 => 0,
        v if v >= 10.0 => 1,
        _ => 2,
    };
    plain(value, decimals, Toward::Near).map_or_else(
        || NONE.to_owned(),
        |text| {
            let text =
                if decimals == 0 { text.as_str() } else { text.trim_end_matches('0').trim_end_matches('.') };
            format!("{text} {unit}")
        },
    )
}

/// A day: `2026-11-16`.
fn day(at: Moment, zone: Zone) -> String {
    zone.format(at, "%Y-%m-%d")
}

/// A moment to the minute: `2026-11-16 14:02`.
pub fn minute(at: Moment, zone: Zone) -> String {
    zone.format(at, "%Y-%m-%d %H:%M")
}

/// A time of day: `14:02`.
fn clock(at: Moment, zone: Zone) -> String {
    zone.format(at, "%H:%M")
}

/// A stretch of time and its length: `2026-11-10 14:02–14:21 (19 m)`.
pub fn stretch(span: Interval, zone: Zone) -> String {
    let same_day = day(span.from, zone) == day(span.to, zone);
    let to = if same_day { clock(span.to, zone) } else { format!(" {}", minute(span.to, zone)) };
    let dash = if same_day { "–" } else { " –" };
    format!("{}{dash}{to} ({})", minute(span.from, zone), duration(span.length().as_secs()))
}

/// A period as a half-open interval with its zone and length: `2026-11-09 00:00 → 2026-11-16 00:00 UTC (7 d,
/// complete)`. `elapsed` is the share that had passed, told while the period runs.
pub fn period(span: Interval, zone: Zone, complete: bool, elapsed: Option<f64>) -> String {
    let length = duration(span.length().as_secs());
    let state = match elapsed.and_then(|ratio| percent(ratio, 0, Toward::Down)) {
        _ if complete => "complete".to_owned(),
        Some(passed) => format!("in progress, {passed} % elapsed"),
        None => "in progress".to_owned(),
    };
    format!("{} → {} {zone} ({length}, {state})", minute(span.from, zone), minute(span.to, zone))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn lengths_have_two_units() {
        for (seconds, text) in [
            (163.0, "2 m 43 s"),
            (12_000.0, "3 h 20 m"),
            (2_592_000.0, "30 d"),
            (187_200.0, "2 d 4 h"),
            (59.999_999_9, "1 m"),
            (0.43, "430 ms"),
            (0.0, "0 s"),
            (86_400_000_000.0, "1 000 000 d"),
            (f64::NAN, "no data"),
            (-1.0, "no data"),
        ] {
            assert_eq!(duration(seconds), text, "{seconds}");
        }
    }

    #[test]
    fn latencies() {
        for (seconds, text) in [
            (0.23, "230 ms"),
            (1.25, "1.25 s"),
            (0.000_8, "0.8 ms"),
            (12.0, "12 s"),
            (0.1, "100 ms"),
            (0.0, "0 ms"),
            (75.0, "1 m 15 s"),
        ] {
            assert_eq!(quantile(Some(seconds)), text);
        }
        assert_eq!(quantile(Some(f64::INFINITY)), "–");
    }

    #[test]
    fn stretches_and_periods_are_told_in_their_zone() {
        let zone: Zone = "Europe/Berlin".parse().unwrap();
        let at = |text: &str| text.parse::<Moment>().unwrap();
        let span = Interval::new(at("2026-11-10T13:02:00Z"), at("2026-11-10T13:21:00Z"));
        assert_eq!(stretch(span, zone), "2026-11-10 14:02–14:21 (19 m)");
        let night = Interval::new(at("2026-11-10T22:50:00Z"), at("2026-11-10T23:10:00Z"));
        assert_eq!(stretch(night, zone), "2026-11-10 23:50 – 2026-11-11 00:10 (20 m)");
        let week = Interval::new(at("2026-11-09"), at("2026-11-16"));
        assert_eq!(
            period(week, Zone::UTC, true, Some(1.0)),
            "2026-11-09 00:00 → 2026-11-16 00:00 UTC (7 d, complete)"
        );
        assert!(period(week, Zone::UTC, false, Some(0.639)).ends_with("(7 d, in progress, 63 % elapsed)"));
    }

    proptest! {
        #[test]
        fn no_time_has_float_noise(seconds in any::<f64>()) {
            for text in [duration(seconds), quantile(Some(seconds))] {
                for noise in ["NaN", "inf", "-", "e"] {
                    prop_assert!(!text.contains(noise), "{text}");
                }
            }
        }
    }
}
