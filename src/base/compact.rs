use chrono::{NaiveDate, NaiveDateTime, NaiveTime};

use super::{Moment, Zone};

/// A time as calendar files write it, without punctuation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CompactTime {
    /// A day: `20261001`.
    Day(NaiveDate),
    /// A time of a local clock: `20261001T220000`.
    Local(NaiveDateTime),
    /// A moment: `20261001T220000Z`.
    Utc(Moment),
}

impl CompactTime {
    /// Reads one.
    pub fn read(text: &str) -> Option<Self> {
        let text = text.trim();
        let local = text.strip_suffix(['Z', 'z']).unwrap_or(text);
        if !local.bytes().all(|byte| byte.is_ascii_digit() || byte == b'T') {
            return None;
        }
        match (local.len(), local.len() == text.len()) {
            (8, true) => NaiveDate::parse_from_str(local, "%Y%m%d").ok().map(Self::Day),
            (15, is_local) => {
                let time = NaiveDateTime::parse_from_str(local, "%Y%m%dT%H%M%S").ok()?;
                Some(if is_local { Self::Local(time) } else { Self::Utc(time.and_utc().into()) })
            }
            _ => None,
        }
    }

    /// The moment that is meant; of a day its beginning.
    pub fn moment(self, zone: Zone) -> Option<Moment> {
        match self {
            Self::Day(day) => zone.midnight(day),
            Self::Local(time) => zone.local(time),
            Self::Utc(moment) => Some(moment),
        }
    }

    /// The last moment, to the second, that is meant; of a day its end.
    pub fn last_moment(self, zone: Zone) -> Option<Moment> {
        match self {
            Self::Day(day) => zone.local(day.and_time(NaiveTime::from_hms_opt(23, 59, 59)?)),
            other => other.moment(zone),
        }
    }

    /// How many days lie between two days.
    pub fn days_to(self, other: Self) -> Option<i64> {
        match (self, other) {
            (Self::Day(from), Self::Day(to)) => Some((to - from).num_days()),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_days_local_or_moments() {
        let read = CompactTime::read;
        assert!(matches!(read("20261001"), Some(CompactTime::Day(_))));
        assert!(matches!(read("20261001T220000"), Some(CompactTime::Local(_))));
        assert!(matches!(read(" 20261001T220000Z"), Some(CompactTime::Utc(_))));
        for text in [
            "",
            "2026-10-01",
            "20261001T2200",
            "20261301",
            "20261001Z",
            "20261001T250000",
            "+2026100",
            "é261001",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
