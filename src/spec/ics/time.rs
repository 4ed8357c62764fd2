//! Lengths in a calendar file.

use crate::base::Duration;
use crate::slo::EventLength;

/// Longer than any exclusion, in days.
const LONGEST: u64 = 3660;

/// Reads a length, `P1W`, `P1DT12H`, `PT90M`: days on the clock, and exact time.
pub(super) fn length(text: &str) -> Option<EventLength> {
    let text = text.trim();
    let text = text.strip_prefix('+').unwrap_or(text).strip_prefix('P')?;
    let (days, exact) = text.split_once('T').map_or((text, None), |(days, exact)| (days, Some(exact)));
    let days = sum(days, &[('W', 7), ('D', 1)])?;
    let seconds = match exact {
        Some("") => return None,
        Some(exact) => sum(exact, &[('H', 3600), ('M', 60), ('S', 1)])?,
        None => 0,
    };
    let fits = !text.is_empty() && days <= LONGEST && seconds <= LONGEST * 86_400;
    let exact = Duration::seconds(i64::try_from(seconds).ok()?);
    fits.then_some(EventLength { days: u16::try_from(days).ok()?, exact })
}

/// `2H30M`, by units that come in this order.
fn sum(mut text: &str, units: &[(char, u64)]) -> Option<u64> {
    let mut sum = 0u64;
    for (unit, worth) in units {
        let Some((number, rest)) = text.split_once(*unit) else { continue };
        let number =
            number.parse::<u64>().ok().filter(|_| number.bytes().all(|byte| byte.is_ascii_digit()))?;
        sum = sum.checked_add(number.checked_mul(*worth)?)?;
        text = rest;
    }
    text.is_empty().then_some(sum)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_days_and_exact_time() {
        let is = |text, days, seconds| {
            assert_eq!(length(text), Some(EventLength { days, exact: Duration::seconds(seconds) }), "{text}");
        };
        is("P1D", 1, 0);
        is("+P2W", 14, 0);
        is("P1DT12H", 1, 43_200);
        is("PT1H30M5S", 0, 5405);
        for text in [
            "",
            "P",
            "PT",
            "-PT1H",
            "P1H",
            "PT1D",
            "PT1M1H",
            "PT-1H",
            "P99999D",
            "PT99999999999999999999S",
            "P1D1",
        ] {
            assert_eq!(length(text), None, "{text}");
        }
    }
}
