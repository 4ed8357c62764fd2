//! When a request is tried again, and after which pause.

use std::time::Duration;

use crate::base::{Moment, split_mix};

/// The longest pause that doubling leads to.
const LONGEST: Duration = Duration::from_secs(30);
/// The longest pause that a server may ask for.
const LONGEST_ASKED: Duration = Duration::from_mins(1);

/// The pause before repeated try `n` (from 0): `base · 2ⁿ`, at most 30 s, of which a random half keeps many askers from
/// coming back at once. What the server asks for counts as the least, up to a minute. The same `seed` gives the same pause.
pub(super) fn pause(base: Duration, n: u32, asked: Option<Duration>, seed: u64) -> Duration {
    let full = base.saturating_mul(2u32.saturating_pow(n)).min(LONGEST.max(base));
    let jittered = full / 2 + (full / 2).mul_f64(unit(seed.wrapping_add(u64::from(n))));
    asked.map_or(jittered, |asked| jittered.max(asked.min(LONGEST_ASKED)))
}

/// A number in [0, 1) that looks random.
fn unit(seed: u64) -> f64 {
    (split_mix(seed) >> 11) as f64 / (1u64 << 53) as f64
}

/// Reads `Retry-After`: seconds, or a date, which is compared with the server's own `Date`.
pub(super) fn retry_after(value: &str, date: Option<&str>) -> Option<Duration> {
    if let Ok(seconds) = value.trim().parse() {
        return Some(Duration::from_secs(seconds));
    }
    let asked = http_date(value)? - http_date(date?)?;
    u64::try_from(asked.as_millis()).ok().map(Duration::from_millis)
}

/// Reads `Mon, 16 Nov 2026 12:00:09 GMT` (RFC 9110, section 5.6.7).
fn http_date(text: &str) -> Option<Moment> {
    const MONTHS: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let [_, day, month, year, time, "GMT"] = text.split_whitespace().collect::<Vec<_>>()[..] else {
        return None;
    };
    let month = MONTHS.iter().position(|&name| name == month)? + 1;
    format!("{year}-{month:02}-{day}T{time}").parse().ok()
}

/// Whether a status says that the same request may succeed later.
pub(super) fn may_pass(status: u16) -> bool {
    matches!(status, 429 | 502 | 503 | 504)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_server_may_ask_for_more_patience_up_to_a_minute() {
        let base = Duration::from_millis(500);
        assert_eq!(pause(base, 0, Some(Duration::from_secs(7)), 1), Duration::from_secs(7));
        assert_eq!(pause(base, 0, Some(Duration::from_secs(7000)), 1), LONGEST_ASKED);
        assert!(pause(base, 0, Some(Duration::ZERO), 1) >= base / 2);
    }

    #[test]
    fn reads_seconds_and_dates() {
        assert_eq!(retry_after(" 3 ", None), Some(Duration::from_secs(3)));
        let (later, now) = ("Mon, 16 Nov 2026 12:00:09 GMT", "Mon, 16 Nov 2026 12:00:00 GMT");
        assert_eq!(retry_after(later, Some(now)), Some(Duration::from_secs(9)));
        assert_eq!(retry_after(now, Some(later)), None);
        assert_eq!(retry_after(later, None), None);
        assert_eq!(retry_after("soon", Some(now)), None);
    }

    proptest! {
        #[test]
        fn doubles_within_its_bounds(n in 0u32..80, seed: u64) {
            let base = Duration::from_millis(500);
            let full = base.as_secs_f64() * 2f64.powi(n as i32);
            let full = full.min(30.0);
            let pause = pause(base, n, None, seed).as_secs_f64();
            prop_assert!(pause >= full / 2.0 - 1e-6 && pause <= full + 1e-6, "{pause} of {full}");
        }
    }
}
