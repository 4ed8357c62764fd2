use super::{Duration, Interval, Moment};

/// Stretches of time that neither meet nor overlap, in the order of time.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Stretches(Vec<Interval>);

impl Stretches {
    /// None.
    pub const NONE: Self = Self(Vec::new());

    /// Those that intervals in any order cover together.
    pub fn of(intervals: impl IntoIterator<Item = Interval>) -> Self {
        let mut sorted: Vec<Interval> =
            intervals.into_iter().filter(|interval| interval.length() > Duration::ZERO).collect();
        sorted.sort_unstable();
        let mut merged: Vec<Interval> = Vec::new();
        for interval in sorted {
            match merged.last_mut() {
                Some(last) if interval.from <= last.to => last.to = last.to.max(interval.to),
                _ => merged.push(interval),
            }
        }
        Self(merged)
    }

    /// Each of them.
    pub fn iter(&self) -> impl Iterator<Item = Interval> + '_ {
        self.0.iter().copied()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Where they begin and end.
    pub fn edges(&self) -> impl Iterator<Item = Moment> + '_ {
        self.0.iter().flat_map(|interval| [interval.from, interval.to])
    }

    /// How long they are together.
    pub fn length(&self) -> Duration {
        self.0.iter().map(|interval| interval.length()).fold(Duration::ZERO, std::ops::Add::add)
    }

    /// What of them lies in an interval.
    #[must_use]
    pub fn within(&self, interval: Interval) -> Self {
        let inside = self.0[self.first_after(interval.from)..].iter();
        let inside = inside.take_while(|stretch| stretch.from < interval.to);
        Self(inside.map(|stretch| stretch.intersection(interval)).collect())
    }

    /// Whether an interval lies wholly in one of them.
    pub fn cover(&self, interval: Interval) -> bool {
        self.0
            .get(self.first_after(interval.from))
            .is_some_and(|stretch| stretch.from <= interval.from && interval.to <= stretch.to)
    }

    /// The first of their time, up to a length.
    #[must_use]
    pub fn first(&self, most: Duration) -> Self {
        let mut left = most;
        let mut kept = Vec::new();
        for stretch in &self.0 {
            let part = Interval::new(stretch.from, stretch.from + stretch.length().min(left));
            left = left - part.length();
            if part.length() > Duration::ZERO {
                kept.push(part);
            }
        }
        Self(kept)
    }

    /// The first that ends after a moment.
    fn first_after(&self, at: Moment) -> usize {
        self.0.partition_point(|stretch| stretch.to <= at)
    }
}

impl FromIterator<Interval> for Stretches {
    fn from_iter<I: IntoIterator<Item = Interval>>(intervals: I) -> Self {
        Self::of(intervals)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn interval((from, length): (i64, i64)) -> Interval {
        Interval::new(Moment::from_secs(from), Moment::from_secs(from + length))
    }

    /// The seconds that lie in any of some intervals.
    fn seconds(intervals: impl Iterator<Item = Interval>) -> std::collections::BTreeSet<i64> {
        intervals.flat_map(|i| i.from.as_millis() / 1000..i.to.as_millis() / 1000).collect()
    }

    proptest! {
        #[test]
        fn they_cover_what_their_intervals_cover(
            parts in prop::collection::vec((0i64..200, 0i64..40), 0..12), asked in (0i64..200, 1i64..60), most in 0i64..200,
        ) {
            let intervals: Vec<Interval> = parts.into_iter().map(interval).collect();
            let asked = interval(asked);
            let stretches = Stretches::of(intervals.clone());
            let covered = seconds(intervals.iter().copied());
            prop_assert_eq!(seconds(stretches.iter()), covered.clone());
            prop_assert!(stretches.0.windows(2).all(|pair| pair[0].to < pair[1].from));
            prop_assert_eq!(stretches.length(), Duration::seconds(covered.len() as i64));
            let inside: std::collections::BTreeSet<i64> =
                seconds(std::iter::once(asked)).intersection(&covered).copied().collect();
            prop_assert_eq!(stretches.cover(asked), inside.len() as i64 * 1000 == asked.length().as_millis());
            prop_assert_eq!(seconds(stretches.within(asked).iter()), inside);
            let first = stretches.first(Duration::seconds(most));
            prop_assert!(covered.into_iter().take(most as usize).eq(seconds(first.iter())));
        }
    }
}
