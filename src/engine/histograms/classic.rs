//! Quantiles and fractions of classic histograms: cumulative counts, one per upper bound.

/// A bucket at one step.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Bucket {
    pub(super) upper: f64,
    pub(super) count: f64,
}

/// Adds up buckets of the same bound (`"1"` and `"1.0"` both stored).
#[expect(clippy::float_cmp, reason = "bounds are the same or not")]
fn coalesce(buckets: &mut Vec<Bucket>) {
    buckets.dedup_by(|later, first| {
        let same = later.upper == first.upper;
        if same {
            first.count += later.count;
        }
        same
    });
}

/// The lowest and highest bound of buckets that were raised, and by how much at the most.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Forced {
    pub(super) bounds: (f64, f64),
    pub(super) most: f64,
}

/// Raises counts that fall to the one before. Returns the lowest and highest bound of those that fell by more than
/// rounding explains, and by how much at the most.
fn force_monotonic(buckets: &mut [Bucket]) -> Option<Forced> {
    const TOLERANCE: f64 = 1e-12;
    let mut forced: Option<Forced> = None;
    let mut before = f64::NEG_INFINITY;
    for bucket in buckets {
        let near = (bucket.count - before).abs() / (bucket.count.abs() + before.abs()) < TOLERANCE;
        if near {
            bucket.count = before;
        } else if bucket.count < before {
            let before_that =
                forced.unwrap_or(Forced { bounds: (f64::INFINITY, f64::NEG_INFINITY), most: 0.0 });
            let (low, high) = before_that.bounds;
            let by = before - bucket.count;
            let bounds = (low.min(bucket.upper), high.max(bucket.upper));
            forced = Some(Forced { bounds, most: before_that.most.max(by) });
            bucket.count = before;
        } else {
            before = bucket.count;
        }
    }
    forced
}

fn ends_in_infinity(buckets: &[Bucket]) -> bool {
    buckets.last().is_some_and(|last| last.upper == f64::INFINITY)
}

/// The `q`-quantile of buckets in the order of their bounds, by linear interpolation within a bucket; and which counts had to be forced to rise.
pub(super) fn quantile(q: f64, buckets: &mut Vec<Bucket>) -> (f64, Option<Forced>) {
    if q.is_nan() {
        return (f64::NAN, None);
    }
    if q < 0.0 {
        return (f64::NEG_INFINITY, None);
    }
    if q > 1.0 {
        return (f64::INFINITY, None);
    }
    if !ends_in_infinity(buckets) {
        return (f64::NAN, None);
    }
    coalesce(buckets);
    let forced = force_monotonic(buckets);
    let [head @ .., second_last, last] = buckets.as_slice() else { return (f64::NAN, forced) };
    if last.count == 0.0 || last.count.is_nan() {
        return (f64::NAN, forced);
    }
    let rank = q * last.count;
    let finite = head.len() + 1;
    let place = buckets.iter().take(finite).position(|bucket| bucket.count >= rank);
    let Some((place, bucket)) = place.and_then(|place| Some((place, buckets.get(place)?))) else {
        return (second_last.upper, forced);
    };
    let before = place.checked_sub(1).and_then(|before| buckets.get(before));
    let value = match before {
        None if bucket.upper <= 0.0 => bucket.upper,
        None => bucket.upper * (rank / bucket.count),
        Some(before) => {
            let share = (rank - before.count) / (bucket.count - before.count);
            before.upper + (bucket.upper - before.upper) * share
        }
    };
    (value, forced)
}

/// The share of observations in `(lower, upper]`, by linear interpolation within buckets.
pub(super) fn fraction(lower: f64, upper: f64, buckets: &mut Vec<Bucket>) -> f64 {
    if !ends_in_infinity(buckets) || lower.is_nan() || upper.is_nan() {
        return f64::NAN;
    }
    coalesce(buckets);
    let total = buckets.last().map_or(f64::NAN, |last| last.count);
    if total == 0.0 || total.is_nan() {
        return f64::NAN;
    }
    if lower >= upper {
        return 0.0;
    }
    (rank_of(upper, buckets, total) - rank_of(lower, buckets, total)) / total
}

/// How many observations are at or below `bound`.
fn rank_of(bound: f64, buckets: &[Bucket], total: f64) -> f64 {
    let mut before = Bucket { upper: f64::NEG_INFINITY, count: 0.0 };
    if buckets.first().is_some_and(|first| first.upper > 0.0) {
        before.upper = 0.0;
    }
    for bucket in buckets {
        if bound <= before.upper {
            return before.count.min(total);
        }
        if bound < bucket.upper {
            // In a bucket without an end all observations are taken to be at its other end.
            let share = if before.upper.is_infinite() {
                1.0
            } else if bucket.upper.is_infinite() {
                0.0
            } else {
                (bound - before.upper) / (bucket.upper - before.upper)
            };
            return (before.count + (bucket.count - before.count) * share).min(total);
        }
        before = *bucket;
    }
    total
}

#[cfg(test)]
mod tests {
    use super::*;

    fn buckets(of: &[(f64, f64)]) -> Vec<Bucket> {
        of.iter().map(|(upper, count)| Bucket { upper: *upper, count: *count }).collect()
    }

    #[test]
    fn interpolates_within_a_bucket() {
        let mut of = buckets(&[(1.0, 10.0), (2.0, 20.0), (f64::INFINITY, 20.0)]);
        assert!((quantile(0.75, &mut of).0 - 1.5).abs() < 1e-12);
        assert!((quantile(0.25, &mut of).0 - 0.5).abs() < 1e-12);
        assert!((fraction(0.5, 1.5, &mut of) - 0.5).abs() < 1e-12);
        assert!((fraction(f64::NEG_INFINITY, f64::INFINITY, &mut of) - 1.0).abs() < 1e-12);
    }

    #[test]
    fn a_falling_count_is_raised_and_told() {
        let mut of = buckets(&[(1.0, 10.0), (2.0, 5.0), (f64::INFINITY, 10.0)]);
        assert_eq!(quantile(1.0, &mut of), (1.0, Some(Forced { bounds: (2.0, 2.0), most: 5.0 })));
    }
}
