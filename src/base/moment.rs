use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, NaiveDate, NaiveDateTime, SecondsFormat, Utc};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::Duration;

/// An instant in UTC, in whole milliseconds since 1970.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Moment(i64);

/// A text that is not a moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MomentError;

impl fmt::Display for MomentError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(
            "not a moment; write RFC 3339 such as 2026-11-16T00:00:00Z, a date, or seconds since 1970",
        )
    }
}

impl std::error::Error for MomentError {}

impl Moment {
    /// So many milliseconds since 1970-01-01T00:00:00Z.
    pub const fn from_millis(ms: i64) -> Self {
        Self(ms)
    }
    /// So many seconds since 1970.
    pub const fn from_secs(s: i64) -> Self {
        Self(s * 1000)
    }
    /// Milliseconds since 1970.
    pub const fn as_millis(self) -> i64 {
        self.0
    }
    /// Seconds since 1970.
    pub fn as_secs(self) -> f64 {
        self.0 as f64 / 1000.0
    }
    /// Reads RFC 3339 with its offset from UTC, and nothing else.
    pub fn from_rfc3339(text: &str) -> Option<Self> {
        let text = text.trim();
        let minutes = |text: &str| DateTime::parse_from_str(text, "%Y-%m-%dT%H:%M%:z").ok();
        let time = DateTime::parse_from_rfc3339(text).ok();
        time.or_else(|| minutes(&text.replace('Z', "+00:00"))).map(|time| time.to_utc().into())
    }
    /// The last multiple of `step` (counted from 1970) that is not after this moment.
    #[must_use]
    pub fn floor(self, step: Duration) -> Self {
        if step.as_millis() <= 0 { self } else { Self(self.0 - self.0.rem_euclid(step.as_millis())) }
    }
    /// As chrono knows it; nothing where the year is out of its range.
    pub fn to_chrono(self) -> Option<DateTime<Utc>> {
        DateTime::from_timestamp_millis(self.0)
    }
}

impl From<DateTime<Utc>> for Moment {
    fn from(time: DateTime<Utc>) -> Self {
        Self(time.timestamp_millis())
    }
}

impl std::ops::Add<Duration> for Moment {
    type Output = Self;
    fn add(self, by: Duration) -> Self {
        Self(self.0.saturating_add(by.as_millis()))
    }
}

impl std::ops::Sub<Duration> for Moment {
    type Output = Self;
    fn sub(self, by: Duration) -> Self {
        Self(self.0.saturating_sub(by.as_millis()))
    }
}

impl std::ops::Sub for Moment {
    type Output = Duration;
    fn sub(self, other: Self) -> Duration {
        Duration::millis(self.0.saturating_sub(other.0))
    }
}

impl FromStr for Moment {
    type Err = MomentError;

    fn from_str(text: &str) -> Result<Self, MomentError> {
        let text = text.trim();
        if let Ok(time) = DateTime::parse_from_rfc3339(text) {
            return Ok(time.to_utc().into());
        }
        for format in [
            "%Y-%m-%dT%H:%M:%S%.f",
            "%Y-%m-%dT%H:%MZ",
            "%Y-%m-%dT%H:%M",
            "%Y-%m-%d %H:%M:%S%.f",
            "%Y-%m-%d %H:%M",
        ] {
            if let Ok(time) = NaiveDateTime::parse_from_str(text, format) {
                return Ok(time.and_utc().into());
            }
        }
        if let Ok(date) = NaiveDate::parse_from_str(text, "%Y-%m-%d") {
            return Ok(date.and_time(chrono::NaiveTime::MIN).and_utc().into());
        }
        match text.parse::<f64>() {
            Ok(seconds) if seconds.is_finite() && seconds.abs() < 1e12 => {
                Ok(Self((seconds * 1000.0).round() as i64))
            }
            _ => Err(MomentError),
        }
    }
}

impl fmt::Display for Moment {
    /// RFC 3339 in UTC, with milliseconds only where there are any.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let format = if self.0 % 1000 == 0 { SecondsFormat::Secs } else { SecondsFormat::Millis };
        match self.to_chrono() {
            Some(time) => f.write_str(&time.to_rfc3339_opts(format, true)),
            None => write!(f, "{}ms", self.0),
        }
    }
}

impl Serialize for Moment {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Moment {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

/// A half-open stretch of time, `[from, to)`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Interval {
    /// The first instant in it.
    pub from: Moment,
    /// The first instant after it.
    pub to: Moment,
}

impl Interval {
    /// The stretch from `from` up to, not including, `to`.
    pub fn new(from: Moment, to: Moment) -> Self {
        Self { from, to: to.max(from) }
    }
    /// How long it is.
    pub fn length(self) -> Duration {
        self.to - self.from
    }
    /// What both have in common; empty (at its own start) where they do not meet.
    #[must_use]
    pub fn intersection(self, other: Self) -> Self {
        Self::new(self.from.max(other.from), self.to.min(other.to))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_rfc3339_dates_and_seconds() {
        let noon = Moment::from_secs(1_763_294_400);
        for text in [
            "2025-11-16T12:00:00Z",
            "2025-11-16T13:00:00+01:00",
            "2025-11-16T12:00Z",
            "2025-11-16 12:00",
            "1763294400",
            "1763294400.0",
        ] {
            assert_eq!(text.parse::<Moment>(), Ok(noon), "{text}");
        }
        assert_eq!(noon.to_string(), "2025-11-16T12:00:00Z");
        assert_eq!((noon + Duration::millis(5)).to_string(), "2025-11-16T12:00:00.005Z");
        assert_eq!("tomorrow".parse::<Moment>(), Err(MomentError));
    }

    #[test]
    fn floors_below_zero_too() {
        assert_eq!(Moment::from_secs(-1).floor(Duration::minutes(1)), Moment::from_secs(-60));
    }
}
