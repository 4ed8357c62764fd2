//! Quantiles and fractions of classic histograms: series of cumulative counts, one per upper bound `le`.

use std::collections::HashMap;

use crate::base::Labels;

use super::eval::Evaluator;
use super::functions::Call;
use super::remark::{self, Raised};
use super::track::{Cell, Node, Track, cell, float};
use super::value::{Compat, EvalError};

/// The label of a bucket's upper bound.
const LE: &str = "le";

/// `histogram_quantile(q, buckets)`.
pub(super) fn quantile(evaluator: &mut Evaluator<'_>, call: &Call<'_>) -> Result<Node, EvalError> {
    let qs = evaluator.scalar(call.arg(0)?, call.grid)?;
    for q in &qs {
        evaluator.warn_about_quantile(*q, call.arg(0)?.span);
    }
    let times: Vec<i64> = call.grid.times().collect();
    let mut raised: Vec<(String, Raised)> = Vec::new();
    let node = per_histogram(evaluator, call, 1, |step, labels, buckets| {
        let q = qs.get(step).copied().unwrap_or(f64::NAN);
        let (value, forced) = bucket_quantile(q, buckets);
        if let Some(Forced { bounds, most }) = forced {
            let time = times.get(step).copied().unwrap_or_default();
            raised.push((labels.metric().to_owned(), Raised { times: (time, time), bounds, most, count: 1 }));
        }
        value
    });
    let span = call.arg(1)?.span;
    for (metric, raised) in raised {
        let metric = if evaluator.delays_names() { metric.as_str() } else { "" };
        evaluator.remarks.raised_buckets(span, metric, raised);
    }
    node
}

/// `histogram_fraction(lower, upper, buckets)`.
pub(super) fn fraction(evaluator: &mut Evaluator<'_>, call: &Call<'_>) -> Result<Node, EvalError> {
    let lowers = evaluator.scalar(call.arg(0)?, call.grid)?;
    let uppers = evaluator.scalar(call.arg(1)?, call.grid)?;
    if evaluator.params.compat == Compat::Prom2 {
        // It knows the fractions of native histograms only.
        evaluator.vector(call.arg(2)?, call.grid)?;
        return Ok(Node::Vector(Vec::new()));
    }
    per_histogram(evaluator, call, 2, |step, _, buckets| {
        let bound = |bounds: &[f64]| bounds.get(step).copied().unwrap_or(f64::NAN);
        bucket_fraction(bound(&lowers), bound(&uppers), buckets)
    })
}

/// A bucket at one step.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Bucket {
    upper: f64,
    count: f64,
}

/// The buckets of one histogram, sorted by their bounds.
struct Classic<'a> {
    labels: Labels,
    buckets: Vec<(f64, &'a Track)>,
}

fn per_histogram(
    evaluator: &mut Evaluator<'_>,
    call: &Call<'_>,
    vector: usize,
    mut value: impl FnMut(usize, &Labels, &mut Vec<Bucket>) -> f64,
) -> Result<Node, EvalError> {
    let tracks = evaluator.vector(call.arg(vector)?, call.grid)?;
    let delayed = evaluator.delays_names();
    let mut places: HashMap<Labels, usize> = HashMap::new();
    let mut histograms: Vec<Classic<'_>> = Vec::new();
    for track in &tracks {
        let Ok(bound) = track.labels.value(LE).parse::<f64>() else {
            let metric = if delayed { track.labels.metric() } else { "" };
            let bad = remark::bad_bucket_label(metric, track.labels.value(LE));
            evaluator.remark(call.arg(vector)?.span, bad);
            continue;
        };
        let labels = track.labels.without(&[LE]);
        let place = *places.entry(labels.clone()).or_insert(histograms.len());
        match histograms.get_mut(place) {
            Some(histogram) => histogram.buckets.push((bound, track)),
            None => histograms.push(Classic { labels, buckets: vec![(bound, track)] }),
        }
    }
    let mut results = Vec::with_capacity(histograms.len());
    for histogram in &mut histograms {
        histogram.buckets.sort_by(|a, b| a.0.total_cmp(&b.0));
        let mut buckets = Vec::new();
        let at = |step| -> Cell {
            buckets.clear();
            let here = histogram.buckets.iter().filter_map(|(upper, track)| {
                Some(Bucket { upper: *upper, count: float(track.cells.get(step)?)? })
            });
            buckets.extend(here);
            if buckets.is_empty() { None } else { cell(value(step, &histogram.labels, &mut buckets)) }
        };
        let cells = (0..call.grid.steps).map(at).collect();
        results.push(Track { labels: histogram.labels.clone(), drop_name: false, cells });
    }
    evaluator.without_names(results, call.span).map(Node::Vector)
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
struct Forced {
    bounds: (f64, f64),
    most: f64,
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

/// The `q`-quantile by linear interpolation within a bucket; and which counts had to be forced to rise.
fn bucket_quantile(q: f64, buckets: &mut Vec<Bucket>) -> (f64, Option<Forced>) {
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
fn bucket_fraction(lower: f64, upper: f64, buckets: &mut Vec<Bucket>) -> f64 {
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
        assert!((bucket_quantile(0.75, &mut of).0 - 1.5).abs() < 1e-12);
        assert!((bucket_quantile(0.25, &mut of).0 - 0.5).abs() < 1e-12);
        assert!((bucket_fraction(0.5, 1.5, &mut of) - 0.5).abs() < 1e-12);
        assert!((bucket_fraction(f64::NEG_INFINITY, f64::INFINITY, &mut of) - 1.0).abs() < 1e-12);
    }

    #[test]
    fn a_falling_count_is_raised_and_told() {
        let mut of = buckets(&[(1.0, 10.0), (2.0, 5.0), (f64::INFINITY, 10.0)]);
        assert_eq!(bucket_quantile(1.0, &mut of), (1.0, Some(Forced { bounds: (2.0, 2.0), most: 5.0 })));
    }
}
