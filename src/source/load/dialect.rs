//! What sets the formats of one sample per line apart.

use super::fault::{LineFault, quoted};
use super::number;
use super::series::Escapes;

/// In what unit timestamps are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Clock {
    /// Seconds since 1970, fractions allowed.
    Seconds,
    /// Whole milliseconds since 1970.
    Millis,
}

impl Clock {
    /// The timestamp at the start in its usual form, in milliseconds, and the bytes after it.
    #[inline]
    pub(super) fn short_timestamp(self, bytes: &[u8]) -> Option<(i64, &[u8])> {
        let (found, earliest) = match self {
            Self::Seconds => (number::short_seconds(bytes)?, 0),
            Self::Millis => (number::short_millis(bytes)?, FIRST_MILLIS),
        };
        (earliest..TOO_LATE).contains(&found.0).then_some(found)
    }
}

/// Numbers from here on are taken for milliseconds, those below for seconds: as milliseconds it is March 1973, as seconds
/// the year 5138.
pub(super) const FIRST_MILLIS: i64 = 100_000_000_000;
/// The year 5138 in milliseconds. Nothing is that late; microseconds are.
const TOO_LATE: i64 = FIRST_MILLIS * 1000;

/// What a NaN stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Nan {
    /// Itself.
    Kept,
    /// The mark of a series' end, since the writer prints that as `NaN`.
    Stale,
    /// The mark of a series' end where the file has no metadata: then `promtool tsdb dump-openmetrics` wrote it.
    StaleWithoutMetadata,
}

/// What sets one line format apart from the others.
pub(super) struct Dialect {
    /// Its name in messages.
    pub(super) name: &'static str,
    /// The unit of timestamps.
    pub(super) clock: Clock,
    /// The escapes in quotes.
    pub(super) escapes: Escapes,
    /// Whether it ends with `# EOF` and may have exemplars, as OpenMetrics does.
    pub(super) open_metrics: bool,
    /// What a NaN stands for.
    pub(super) nan: Nan,
}

impl Dialect {
    /// A whole field that begins at byte `at` of its line as a timestamp, in milliseconds.
    pub(super) fn timestamp(&self, at: usize, field: &str) -> Result<i64, LineFault> {
        let name = self.name;
        let shown = quoted(field.as_bytes());
        match self.clock {
            Clock::Seconds => {
                let expected = format!("{name} has seconds since 1970");
                let Some(ms) = number::seconds(field.as_bytes()) else {
                    return Err(LineFault::new(at, format!("timestamp {shown} is not a number; {expected}")));
                };
                if ms.abs() < TOO_LATE as f64 {
                    return Ok(ms as i64);
                }
                Err(LineFault::new(at, format!("timestamp {shown} is after the year 5138; {expected}")).help(
                    "milliseconds belong to the Prometheus text format, which does not end with `# EOF`",
                ))
            }
            Clock::Millis => {
                let expected = format!("{name} has whole milliseconds since 1970");
                let Ok(ms) = field.parse::<i64>() else {
                    return Err(LineFault::new(
                        at,
                        format!("timestamp {shown} is not a whole number; {expected}"),
                    )
                    .help("seconds belong to OpenMetrics, which ends with `# EOF`"));
                };
                if (FIRST_MILLIS..TOO_LATE).contains(&ms) {
                    return Ok(ms);
                }
                let when = if ms < FIRST_MILLIS { "before March 1973" } else { "after the year 5138" };
                Err(LineFault::new(at, format!("timestamp {shown} is {when}; {expected}"))
                    .help("seconds belong to OpenMetrics, which ends with `# EOF`"))
            }
        }
    }
}
