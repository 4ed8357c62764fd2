use std::fmt;
use std::str::FromStr;

/// A signed length of time in whole milliseconds, written as Prometheus writes it: `30d`, `1h30m`, `500ms`.
///
/// A day is 24 h, a week 7 d, a year 365 d; months and daylight saving belong to calendar windows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Duration(i64);

/// A text that is not a duration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DurationError;

impl fmt::Display for DurationError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(
            "not a duration; write whole numbers with units from large to small, such as 30d, 1h30m or 500ms",
        )
    }
}

impl std::error::Error for DurationError {}

/// Units from large to small, in milliseconds.
const UNITS: [(&str, i64); 7] = [
    ("y", 365 * 86_400_000),
    ("w", 7 * 86_400_000),
    ("d", 86_400_000),
    ("h", 3_600_000),
    ("m", 60_000),
    ("s", 1000),
    ("ms", 1),
];

impl Duration {
    /// No time at all.
    pub const ZERO: Self = Self(0);

    /// So many milliseconds.
    pub const fn millis(ms: i64) -> Self {
        Self(ms)
    }
    /// So many seconds.
    pub const fn seconds(s: i64) -> Self {
        Self(s * 1000)
    }
    /// So many minutes.
    pub const fn minutes(m: i64) -> Self {
        Self(m * 60_000)
    }
    /// So many hours.
    pub const fn hours(h: i64) -> Self {
        Self(h * 3_600_000)
    }
    /// So many days of 24 h.
    pub const fn days(d: i64) -> Self {
        Self(d * 86_400_000)
    }
    /// In milliseconds.
    pub const fn as_millis(self) -> i64 {
        self.0
    }
    /// In seconds.
    pub fn as_secs(self) -> f64 {
        self.0 as f64 / 1000.0
    }
}

impl std::ops::Add for Duration {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }
}

impl std::ops::Sub for Duration {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self(self.0 - other.0)
    }
}

impl std::ops::Mul<i64> for Duration {
    type Output = Self;
    fn mul(self, times: i64) -> Self {
        Self(self.0 * times)
    }
}

impl FromStr for Duration {
    type Err = DurationError;

    fn from_str(text: &str) -> Result<Self, DurationError> {
        let (negative, mut rest) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
        if rest == "0" {
            return Ok(Self::ZERO);
        }
        let mut total: i64 = 0;
        let mut next_unit = 0;
        while !rest.is_empty() {
            let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
            let number: i64 = rest[..digits].parse().map_err(|_| DurationError)?;
            rest = &rest[digits..];
            let letters = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_alphabetic()).len();
            let unit = UNITS.iter().position(|(name, _)| *name == &rest[..letters]).ok_or(DurationError)?;
            if unit < next_unit {
                return Err(DurationError);
            }
            next_unit = unit + 1;
            rest = &rest[letters..];
            let part = number.checked_mul(UNITS[unit].1).ok_or(DurationError)?;
            total = total.checked_add(part).ok_or(DurationError)?;
        }
        if next_unit == 0 { Err(DurationError) } else { Ok(Self(if negative { -total } else { total })) }
    }
}

impl fmt::Display for Duration {
    /// The shortest exact form in which years and weeks stand only alone (`28d` is `4w`, `29d` is `29d`),
    /// as Prometheus prints it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut rest = self.0.unsigned_abs();
        if rest == 0 {
            return f.write_str("0s");
        }
        if self.0 < 0 {
            f.write_str("-")?;
        }
        for (name, length) in UNITS {
            let length = length.unsigned_abs();
            let alone = matches!(name, "y" | "w");
            if rest < length || (alone && !rest.is_multiple_of(length)) {
                continue;
            }
            write!(f, "{}{name}", rest / length)?;
            rest %= length;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn reads_and_prints() {
        for (text, printed) in [
            ("30d", "30d"),
            ("28d", "4w"),
            ("90m", "1h30m"),
            ("1h30m", "1h30m"),
            ("0", "0s"),
            ("1m500ms", "1m500ms"),
        ] {
            assert_eq!(text.parse::<Duration>().map(|d| d.to_string()), Ok(printed.to_owned()));
        }
        for bad in ["", "5", "1.5h", "30m1h", "5x", "m", "1h1h", "99999999999999999y", "- 5m"] {
            assert_eq!(bad.parse::<Duration>(), Err(DurationError), "{bad}");
        }
    }

    proptest! {
        #[test]
        fn print_parse_round_trip(ms in -10_000_000_000_000i64..10_000_000_000_000) {
            let duration = Duration::millis(ms);
            prop_assert_eq!(duration.to_string().parse::<Duration>(), Ok(duration));
        }
    }
}
