//! Where data existed.

use super::tally::{Bucket, Failure, State, inside, matrix};
use crate::base::{Interval, Moment, Sample, Stretches};
use crate::plan::{Answer, QueryId, Timeline};

/// Where data existed in a window.
#[derive(Debug, Clone, PartialEq)]
pub struct Coverage {
    /// The share of the window with data, 0 to 1.
    pub ratio: f64,
    /// Stretches without any.
    pub gaps: Vec<Interval>,
}

/// One look: a stretch of time and the share of it in which there was data.
pub(super) type Look = (Interval, f64);

/// What the presence questions found, in the order of time; where several selections were asked about, the most.
pub(super) fn looks(
    presence: &[Vec<QueryId>],
    timeline: &Timeline,
    answers: &[Answer],
) -> Result<Vec<Look>, Failure> {
    let mut shares = vec![0.0f64; timeline.len()];
    for queries in presence {
        for (place, &query) in timeline.places().zip(queries) {
            for point in matrix(answers, query)?.iter().flat_map(|series| &series.points) {
                if let (Some(at), Sample::Float(share)) = (place(Moment::from_millis(point.t)), &point.value)
                {
                    shares[at] = shares[at].max(share.clamp(0.0, 1.0));
                }
            }
        }
    }
    Ok(timeline.buckets().zip(shares).collect())
}

/// The coverage that the measured buckets themselves tell.
pub(super) fn of_buckets(buckets: &[Bucket], window: Interval) -> Vec<Look> {
    of_all(inside(buckets, window))
}

/// The same for all of them.
pub(super) fn of_all(buckets: &[Bucket]) -> Vec<Look> {
    let share = |bucket: &Bucket| (bucket.interval, if bucket.measured() { 1.0 } else { 0.0 });
    buckets.iter().filter(|bucket| bucket.state != State::Excluded).map(share).collect()
}

/// Looks at what is left when some time is taken out.
pub(super) fn beside(looks: &[Look], taken: &Stretches) -> Vec<Look> {
    let mut left = Vec::new();
    for &(stretch, share) in looks {
        let mut from = stretch.from;
        for out in taken.within(stretch).iter() {
            left.push((Interval::new(from, out.from), share));
            from = out.to;
        }
        left.push((Interval::new(from, stretch.to), share));
    }
    left.retain(|(stretch, _)| stretch.from < stretch.to);
    left
}

/// The share of a window in which series told something of which no count can be made.
pub(super) fn unusable(buckets: &[Bucket], window: Interval) -> f64 {
    let inside = inside(buckets, window).iter();
    let unusable = inside.filter(|bucket| bucket.seen() && !bucket.measured());
    let seconds: f64 = unusable.map(|bucket| bucket.interval.length().as_secs()).sum();
    crate::base::ratio(seconds, window.length().as_secs()).unwrap_or(0.0)
}

impl Coverage {
    /// The coverage where it holds only for the rest of the time beside this share.
    pub(super) fn without(self, share: f64) -> Self {
        Self { ratio: self.ratio * (1.0 - share.min(1.0)), ..self }
    }

    /// The coverage of a window by looks at it.
    pub(super) fn of(looks: &[Look], window: Interval) -> Self {
        let (looked, covered, gaps) = parts(looks, window);
        Self { ratio: crate::base::ratio(covered, looked).unwrap_or(0.0), gaps }
    }
}

/// How much of a window was looked at, for how much of that there was data, in seconds, and where there was none.
pub(super) fn parts(looks: &[Look], window: Interval) -> (f64, f64, Vec<Interval>) {
    let (mut looked, mut covered) = (0.0, 0.0);
    let mut gaps: Vec<Interval> = Vec::new();
    for &(stretch, share) in looks {
        let stretch = stretch.intersection(window);
        let length = stretch.length().as_secs();
        if length <= 0.0 {
            continue;
        }
        looked += length;
        covered += length * share;
        if share <= 0.0 {
            match gaps.last_mut() {
                Some(gap) if gap.to == stretch.from => gap.to = stretch.to,
                _ => gaps.push(stretch),
            }
        }
    }
    (looked, covered, gaps)
}
