//! Buckets of a histogram: is the threshold one of their boundaries, and which quantiles do they hold.

use super::tally::{Failure, each_value, matrix, places_inside};
use crate::base::{Interval, Labels, Point};
use crate::plan::{Answer, Counted, EventsTask};

/// A boundary as it is spelled in `le`.
fn boundary(labels: &Labels) -> Option<f64> {
    labels.get("le").and_then(|le| le.parse().ok())
}

/// Fails where the histogram (that of one group, where one is given) exists but has no bucket at the threshold: a count
/// from another bucket would be a number about another promise.
pub(super) fn check_boundary(
    task: &EventsTask,
    answers: &[Answer],
    group: Option<&Labels>,
    by: &[String],
    within: Interval,
) -> Result<(), Failure> {
    let Some((distribution, boundaries)) = &task.distribution else { return Ok(()) };
    let mut known = Vec::new();
    let inside = places_inside(&task.timeline, within);
    for counted in &task.total {
        let all = Counted { queries: counted.queries.clone(), only: Vec::new() };
        let add = |labels: &Labels, place: usize, _| {
            if inside[place] && group.is_none_or(|group| labels.only(by) == *group) {
                known.extend(boundary(labels).filter(|at| !known.contains(at)));
            }
        };
        each_value(&task.timeline, &all, answers, add)?;
    }
    let threshold = distribution.threshold;
    let is_threshold = |at: &f64| at.total_cmp(&threshold).is_eq();
    let in_time = |point: &Point| within.from.as_millis() < point.t && point.t <= within.to.as_millis();
    let of_all = matrix(answers, *boundaries)?
        .iter()
        .filter(|series| series.points.iter().any(in_time))
        .filter_map(|series| boundary(&series.labels));
    // Those of all groups say nothing about one, but what may be near.
    known.extend(of_all.filter(|at| group.is_none() || !is_threshold(at)));
    if known.is_empty() || known.iter().any(is_threshold) {
        return Ok(());
    }
    known.sort_by(f64::total_cmp);
    let finite = known.into_iter().filter(|at| at.is_finite());
    let (below, above): (Vec<f64>, Vec<f64>) = finite.partition(|&at| at < threshold);
    Err(Failure::OffBoundary {
        metric: match &distribution.buckets.name {
            Some(name) => name.strip_suffix("_bucket").unwrap_or(name).to_owned(),
            None => "the histogram".to_owned(),
        },
        unit: if distribution.seconds_per_unit < 1.0 { "ms" } else { "s" },
        threshold,
        below: below.last().copied(),
        above: above.first().copied(),
    })
}

/// The growth of every bucket within an interval, by boundary, for one group; of all that was asked for.
pub(super) fn buckets(
    task: &EventsTask,
    group: &Labels,
    by: &[String],
    answers: &[Answer],
    within: Interval,
) -> Result<Vec<(f64, f64)>, Failure> {
    let inside = places_inside(&task.timeline, within);
    let mut buckets: Vec<(f64, f64)> = Vec::new();
    for counted in &task.total {
        let all = Counted { queries: counted.queries.clone(), only: Vec::new() };
        let add = |labels: &Labels, place: usize, grown: f64| {
            let counts = inside[place] && grown.is_finite() && labels.only(by) == *group;
            let Some(boundary) = boundary(labels).filter(|_| counts) else {
                return;
            };
            match buckets.iter_mut().find(|(known, _)| known.total_cmp(&boundary).is_eq()) {
                Some((_, count)) => *count += grown,
                None => buckets.push((boundary, grown)),
            }
        };
        each_value(&task.timeline, &all, answers, add)?;
    }
    buckets.sort_by(|a, b| a.0.total_cmp(&b.0));
    Ok(buckets)
}

/// The `q` quantile from cumulative counts by boundary, linear within a bucket, as PromQL's `histogram_quantile`
/// estimates it. Nothing without observations, or where only the threshold's own buckets are known.
pub(super) fn quantile(buckets: &[(f64, f64)], q: f64) -> Option<f64> {
    let (last, all) = *buckets.last()?;
    if buckets.len() < 3 || last.is_finite() || all <= 0.0 {
        return None;
    }
    let rank = q * all;
    let mut highest = 0.0f64;
    let mut previous = (0.0, 0.0);
    for &(boundary, count) in buckets {
        highest = highest.max(count); // estimates may fall by a hair
        if highest >= rank {
            let (start, below) = previous;
            if boundary.is_infinite() || highest <= below {
                return Some(start);
            }
            let start = if boundary <= 0.0 { boundary } else { start };
            return Some(start + (boundary - start) * (rank - below) / (highest - below));
        }
        previous = (boundary, highest);
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_linear_within_a_bucket() {
        let buckets = [(0.1, 50.0), (0.5, 90.0), (1.0, 99.0), (f64::INFINITY, 100.0)];
        let near = |q: f64, expected: f64| assert!((quantile(&buckets, q).unwrap() - expected).abs() < 1e-12);
        near(0.5, 0.1);
        near(0.7, 0.3);
        near(0.99, 1.0);
        near(1.0, 1.0); // the open bucket gives its lower edge
        assert_eq!(quantile(&[(1.0, 0.0), (2.0, 0.0), (f64::INFINITY, 0.0)], 0.5), None);
        assert_eq!(quantile(&buckets[..3], 0.5), None);
    }
}
