//! The timeline of an objective: the stretches of time in which its events are counted.

use super::Eval;
use crate::base::{Duration, Interval, Moment};

/// Lengths that a bucket may have, so that hours and days are whole numbers of them.
const LENGTHS: [Duration; 8] = [
    Duration::minutes(5),
    Duration::minutes(10),
    Duration::minutes(15),
    Duration::minutes(20),
    Duration::minutes(30),
    Duration::hours(1),
    Duration::hours(2),
    Duration::hours(4),
];

/// Samples that a bucket should hold for a server: what is read twice at its edges is then about a tenth.
const SAMPLES_PER_BUCKET: i64 = 40;

/// Buckets that an interval should have at least, however coarse the samples.
const BUCKETS_AT_LEAST: i64 = 24;

/// Buckets that an interval may have at most.
const BUCKETS_AT_MOST: i64 = 10_000;

/// The end of the timeline is divided finely for this long, for the burn rates of five minutes to an hour.
const FINE_END: Duration = Duration::hours(1);

/// Contiguous buckets, oldest first, as few evaluations of one step each.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Timeline {
    /// The buckets `(end - over, end]` of each evaluation time, with their length.
    pub pieces: Vec<(Eval, Duration)>,
}

impl Timeline {
    /// Divides intervals that follow each other. Each gets buckets of one length, counted from its end, and a shorter
    /// one at its start where they do not fit; the last ends in fine ones, no shorter than `least`. A bucket ends at each
    /// of the `edges`, which are in the order of time.
    pub fn new(
        intervals: &[Interval],
        edges: &[Moment],
        least: Duration,
        bucket: impl Fn(Interval) -> Duration,
    ) -> Self {
        let fine = LENGTHS.into_iter().find(|&length| length >= least).unwrap_or(least);
        let mut pieces = Vec::new();
        for (i, &interval) in intervals.iter().enumerate() {
            let coarse = bucket(interval);
            let fine_length = FINE_END.max(coarse);
            let is_last = i + 1 == intervals.len();
            let fine_start = if is_last && coarse > fine && interval.length() > fine_length {
                interval.to - fine_length
            } else {
                interval.to
            };
            for (interval, bucket) in [
                (Interval::new(interval.from, fine_start), coarse),
                (Interval::new(fine_start, interval.to), fine),
            ] {
                divide_at(interval, edges, least, bucket, &mut pieces);
            }
        }
        Self { pieces }
    }

    /// Divides intervals that follow each other. Each gets buckets of one length, counted from its end, and a shorter
    /// one at its start where they do not fit.
    pub fn whole(intervals: &[Interval], bucket: impl Fn(Interval) -> Duration) -> Self {
        let mut pieces = Vec::new();
        for &interval in intervals {
            divide(interval, bucket(interval), &mut pieces);
        }
        Self { pieces }
    }

    /// Divides intervals that follow each other into buckets of one length, each counted from its interval's end. What
    /// is left over at an interval's start belongs to none.
    pub fn even(intervals: &[Interval], bucket: Duration) -> Self {
        Self {
            pieces: intervals
                .iter()
                .filter_map(|&interval| Some((steps(interval, bucket)?, bucket)))
                .collect(),
        }
    }

    /// The same with a bucket's end at each of the `edges`, which are in the order of time.
    #[must_use]
    pub fn cut(self, edges: &[Moment]) -> Self {
        let mut pieces = Vec::new();
        for (eval, over) in self.pieces {
            let Eval::Range { start, end, step } = eval else {
                pieces.push((eval, over));
                continue;
            };
            let mut start = start;
            let whole = |interval: Interval| {
                edges.iter().copied().filter(move |edge| *edge > interval.from && *edge < interval.to)
            };
            for edge in whole(Interval::new(start - over, end)) {
                let before = (edge - (start - over)).as_millis();
                let inside = before.rem_euclid(over.as_millis().max(1)) != 0;
                let bucket_start = edge - Duration::millis(before.rem_euclid(over.as_millis().max(1)));
                if !inside || bucket_start < start - over {
                    continue;
                }
                if bucket_start >= start {
                    pieces.push((Eval::Range { start, end: bucket_start, step }, over));
                }
                let mut from = bucket_start;
                let bucket = Interval::new(bucket_start, bucket_start + over);
                for edge in whole(bucket).chain([bucket.to]) {
                    pieces.push((Eval::Instant(edge), edge - from));
                    from = edge;
                }
                start = bucket.to + over;
            }
            if start <= end {
                pieces.push((Eval::Range { start, end, step }, over));
            }
        }
        Self { pieces }
    }

    /// How many buckets there are.
    pub fn len(&self) -> usize {
        self.pieces.iter().map(|(eval, _)| eval.len()).sum()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// For each piece, which bucket ends at a time. An answer may hold more times than the piece asks for.
    pub fn places(&self) -> impl Iterator<Item = impl Fn(Moment) -> Option<usize>> + '_ {
        let mut first = 0;
        self.pieces.iter().map(move |&(eval, _)| {
            let before = first;
            first += eval.len();
            move |end| eval.place(end).map(|place| before + place)
        })
    }

    /// The buckets, oldest first.
    pub fn buckets(&self) -> impl Iterator<Item = Interval> + '_ {
        self.pieces
            .iter()
            .flat_map(|&(eval, over)| eval.times().map(move |end| Interval::new(end - over, end)))
    }
}

/// Divides an interval into buckets that end at each of some edges; between them into the longest of the usual lengths,
/// up to `bucket` and from `least`, that leave no rest.
fn divide_at(
    interval: Interval,
    edges: &[Moment],
    least: Duration,
    bucket: Duration,
    pieces: &mut Vec<(Eval, Duration)>,
) {
    let inside: Vec<Moment> =
        edges.iter().copied().filter(|edge| *edge > interval.from && *edge < interval.to).collect();
    let mut from = interval.from;
    for &edge in inside.iter().chain([&interval.to]) {
        let part = Interval::new(from, edge);
        let fits = |length: &Duration| {
            *length <= bucket && *length >= least && part.length().as_millis() % length.as_millis() == 0
        };
        let even = LENGTHS.into_iter().rev().find(fits).filter(|_| !inside.is_empty());
        divide(part, even.unwrap_or(bucket), pieces);
        from = edge;
    }
}

fn divide(interval: Interval, bucket: Duration, pieces: &mut Vec<(Eval, Duration)>) {
    let length = interval.length().as_millis();
    let rest = length % bucket.as_millis();
    if rest > 0 {
        pieces.push((Eval::Instant(interval.from + Duration::millis(rest)), Duration::millis(rest)));
    }
    let start = interval.from + Duration::millis(rest) + bucket;
    if start <= interval.to {
        pieces.push((Eval::Range { start, end: interval.to, step: bucket }, bucket));
    }
}

/// The bucket length for an interval. A source that counts exactly reads each sample once whatever the buckets, so they
/// are fine; a server reads samples at a bucket's edges again, so they follow the samples' spacing.
pub(super) fn bucket(
    interval: Interval,
    cadence: Duration,
    exact: bool,
    asked: Option<Duration>,
) -> Duration {
    let length = interval.length().as_millis().max(1);
    if let Some(asked) = asked {
        return asked.min(Duration::millis(length));
    }
    let wanted = if exact { Duration::ZERO } else { cadence * SAMPLES_PER_BUCKET };
    let most = Duration::millis(length / BUCKETS_AT_LEAST);
    let least = (cadence * 2).max(Duration::millis(length / BUCKETS_AT_MOST + 1));
    let fits = |wanted: Duration| LENGTHS.into_iter().find(|&candidate| candidate >= wanted);
    let wanted = fits(wanted).unwrap_or(LENGTHS[LENGTHS.len() - 1]);
    let capped = LENGTHS.into_iter().rev().find(|&candidate| candidate <= most).unwrap_or(LENGTHS[0]);
    let floor = fits(least).unwrap_or_else(|| Duration::hours((least.as_millis() / 3_600_000) + 1));
    wanted.min(capped).max(floor).min(Duration::millis(length))
}

/// Where a server is asked whether data existed: every twentieth sample or so.
pub(super) fn presence_step(interval: Interval, cadence: Duration, exact: bool) -> Duration {
    let wanted = if exact { Duration::ZERO } else { cadence * 20 };
    let step =
        LENGTHS.into_iter().find(|&candidate| candidate >= wanted).unwrap_or(LENGTHS[LENGTHS.len() - 1]);
    let least = Duration::millis(interval.length().as_millis() / BUCKETS_AT_MOST + 1);
    step.max(Duration::minutes((least.as_millis() + 59_999) / 60_000))
}

/// The evaluation times that divide an interval; the last is its end where the steps meet it.
fn steps(interval: Interval, step: Duration) -> Option<Eval> {
    let rest = interval.length().as_millis() % step.as_millis().max(1);
    let start = interval.from + Duration::millis(rest) + step;
    (start <= interval.to).then_some(Eval::Range { start, end: interval.to, step })
}

/// The last moment that can be asked about a window: its end, or now where it is in progress.
pub(super) fn elapsed(window: Interval, at: Moment) -> Interval {
    Interval::new(window.from, window.to.min(at))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn buckets_cover_their_intervals_without_gap_or_overlap(
            start in 0i64..2_000_000_000, lengths in prop::collection::vec(1i64..4_000_000, 1..4), cadence in 1i64..400, exact: bool,
        ) {
            let mut from = Moment::from_secs(start);
            let mut intervals = Vec::new();
            for length in lengths {
                let to = from + Duration::seconds(length);
                intervals.push(Interval::new(from, to));
                from = to;
            }
            let timeline = Timeline::new(&intervals, &[], Duration::ZERO, |interval| bucket(interval, Duration::seconds(cadence), exact, None));
            let mut at = intervals[0].from;
            let mut count = 0;
            for found in timeline.buckets() {
                prop_assert_eq!(found.from, at);
                prop_assert!(found.to > found.from);
                at = found.to;
                count += 1;
            }
            prop_assert_eq!(Some(at), intervals.last().map(|interval| interval.to));
            prop_assert!(count <= 12_000 * intervals.len());
            for edge in &intervals {
                prop_assert!(timeline.buckets().any(|found| found.to == edge.to));
            }
        }
    }

    #[test]
    fn a_server_gets_buckets_of_forty_samples_and_a_fine_end() {
        let month = Interval::new(Moment::from_secs(0), Moment::from_secs(30 * 86_400));
        for (cadence, length) in [(15, 10), (30, 20), (60, 60), (120, 120), (180, 120)] {
            assert_eq!(
                bucket(month, Duration::seconds(cadence), false, None),
                Duration::minutes(length),
                "{cadence}"
            );
        }
        assert_eq!(bucket(month, Duration::seconds(120), true, None), Duration::minutes(5));
        let timeline = Timeline::new(&[month], &[], Duration::minutes(4), |interval| {
            bucket(interval, Duration::seconds(120), false, None)
        });
        assert_eq!(timeline.buckets().count(), 359 + 24);
    }
}
