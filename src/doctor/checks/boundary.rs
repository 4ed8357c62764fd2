//! Is a latency threshold a bucket of its histogram, and is it one of all its series.

use super::{Check, Look};
use crate::base::{Matrix, Point};
use crate::diag::Code;
use crate::doctor::build::count_by;
use crate::doctor::finding::{Finding, Severity};
use crate::doctor::notes::{Notes, Stop};
use crate::doctor::subject::Subject;
use crate::promql::{Expr, Selector};
use crate::report::words;
use crate::slo::Distribution;

pub(super) const CHECK: Check = Check {
    name: "boundary",
    codes: &[Code::OffBoundary, Code::ThresholdUnit, Code::MissingBucket],
    about: "a latency threshold is a bucket of every series of its histogram",
    asks: "the number of series by `le`, at 8 moments of the window",
    look: Look::Objective { concerns: |subject| subject.histogram().is_some(), find },
};

/// A boundary, how it is spelled, and how many series have it at which moments.
pub(super) struct Boundary {
    pub(super) at: f64,
    pub(super) spelling: String,
    pub(super) series: Vec<Point>,
}

/// The boundaries of the series selected, lowest first.
pub(super) fn boundaries(
    subject: &Subject<'_>,
    buckets: &Selector,
    notes: &mut Notes,
) -> Result<Vec<Boundary>, Stop> {
    let answer = notes.value(count_by(Expr::selector(buckets.clone()), &["le"]), subject.few())?;
    if answer.is_empty() {
        return Err(Stop::Blocked("data is there too seldom".to_owned()));
    }
    Ok(boundaries_of(&answer))
}

fn boundaries_of(answer: &Matrix) -> Vec<Boundary> {
    let boundary = |series: &crate::base::Series| {
        let spelling = series.labels.value("le").to_owned();
        Some(Boundary { at: spelling.parse().ok()?, spelling, series: series.points.clone() })
    };
    let mut all: Vec<Boundary> = answer.iter().filter_map(boundary).collect();
    all.sort_by(|a, b| a.at.total_cmp(&b.at));
    all
}

fn find(subject: &Subject<'_>, notes: &mut Notes, found: &mut Vec<Finding>) -> Result<(), Stop> {
    let Some(histogram) = subject.histogram() else { return Ok(()) };
    subject.present(notes)?;
    let all = boundaries(subject, &histogram.buckets, notes)?;
    let finite: Vec<f64> = all.iter().map(|boundary| boundary.at).filter(|at| at.is_finite()).collect();
    let threshold = histogram.threshold;
    if !finite.contains(&threshold) {
        found.push(off_boundary(histogram, &finite).about(&histogram.buckets));
    }
    for at in [threshold, f64::INFINITY] {
        // That the threshold is a bucket of none is said already.
        if at.is_infinite() || finite.contains(&at) {
            found.extend(lacking(&all, at).map(|finding| finding.about(&histogram.buckets)));
        }
    }
    Ok(())
}

fn off_boundary(histogram: &Distribution, finite: &[f64]) -> Finding {
    let threshold = histogram.threshold;
    let shown = |at: f64| words::quantile(Some(at * histogram.seconds_per_unit));
    let in_ms = histogram.seconds_per_unit < 1.0;
    let is_bucket = |slipped: f64| finite.iter().any(|at| (at - slipped).abs() <= slipped.abs() * 1e-9);
    for (slipped, unit) in [(threshold * 1000.0, "milliseconds"), (threshold / 1000.0, "seconds")] {
        if is_bucket(slipped) {
            let is_said = in_ms == (unit == "milliseconds");
            let help = if is_said {
                format!("write threshold: {}", shown(slipped).replace(' ', ""))
            } else {
                format!("the histogram seems to be in {unit}: write unit: {unit}")
            };
            let told = format!(
                "the threshold is read as le={threshold}, which is no bucket, but le={slipped} is one"
            );
            return Finding::new(Severity::Error, Code::ThresholdUnit, told, help);
        }
    }
    let below = finite.iter().copied().rfind(|&at| at < threshold);
    let above = finite.iter().copied().find(|&at| at > threshold);
    let written = |at: f64| format!("{at} ({})", shown(at));
    let (told, instead) = match (below, above) {
        (Some(below), Some(above)) => (
            format!("the nearest are {} and {}", written(below), written(above)),
            format!("take {} or {} as threshold", shown(below), shown(above)),
        ),
        (Some(below), None) => (
            format!("it lies above the highest, {}", written(below)),
            format!("take {} as threshold", shown(below)),
        ),
        (None, Some(above)) => (
            format!("it lies below the lowest, {}", written(above)),
            format!("take {} as threshold", shown(above)),
        ),
        (None, None) => (
            "there is none but +Inf".to_owned(),
            "see whether the target exposes the buckets, or whether they are dropped on the way".to_owned(),
        ),
    };
    Finding::new(
        Severity::Error,
        Code::OffBoundary,
        format!("the threshold {} is not a bucket: {told}", written(threshold)),
        format!("{instead}, or add a bucket at {threshold} where the histogram is made"),
    )
}

/// Series without a bucket at `at`, at the moment where most lack it.
fn lacking(all: &[Boundary], at: f64) -> Option<Finding> {
    let with = |t: i64, counts: &dyn Fn(&Boundary) -> bool| -> Vec<f64> {
        let point = |boundary: &Boundary| boundary.series.iter().find(|point| point.t == t)?.value.float();
        all.iter().filter(|boundary| counts(boundary)).filter_map(point).collect()
    };
    let mut times: Vec<i64> =
        all.iter().flat_map(|boundary| boundary.series.iter().map(|point| point.t)).collect();
    times.sort_unstable();
    times.dedup();
    let lacks = |t: i64| {
        let have: f64 = with(t, &|boundary| boundary.at.total_cmp(&at).is_eq()).iter().sum();
        // Each series of a histogram has its last bucket, or at least as many series have the most common one.
        let most = with(t, &|boundary| boundary.at.is_infinite()).iter().sum::<f64>();
        let common = with(t, &|_| true).into_iter().fold(0.0, f64::max);
        let of = most.max(common);
        (have < of).then_some((of - have, of))
    };
    let (lack, of) = times.into_iter().filter_map(lacks).max_by(|a, b| a.0.total_cmp(&b.0))?;
    let (le, what) = if at.is_infinite() {
        ("+Inf".to_owned(), "their events are not counted at all")
    } else {
        (at.to_string(), "all of their events count as too slow")
    };
    Some(Finding::new(
        Severity::Error,
        Code::MissingBucket,
        format!("{} of {} series have no bucket le={le}: {what}", words::count(lack), words::count(of)),
        "give every target the same buckets, or select those that have this one",
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Series;

    fn all(counts: &[(&str, f64)]) -> Vec<Boundary> {
        let series = |(le, count): &(&str, f64)| Series {
            labels: [("le", *le)].into_iter().collect(),
            points: vec![Point::float(0, *count)],
        };
        boundaries_of(&counts.iter().map(series).collect())
    }

    #[test]
    fn spellings_of_a_boundary_are_one_bucket() {
        let both = all(&[("+Inf", 4.0), ("1", 1.0), ("1.0", 3.0), ("0.5", 2.0)]);
        assert_eq!(both.iter().map(|b| b.spelling.as_str()).collect::<Vec<_>>(), ["0.5", "1", "1.0", "+Inf"]);
        assert_eq!(lacking(&both, 1.0), None);
        let told = lacking(&both, 0.5).unwrap().found;
        assert_eq!(told, "2 of 4 series have no bucket le=0.5: all of their events count as too slow");
        let told = lacking(&all(&[("1", 2.0)]), f64::INFINITY).unwrap().found;
        assert_eq!(told, "2 of 2 series have no bucket le=+Inf: their events are not counted at all");
    }

    #[test]
    fn the_nearest_boundaries_are_named() {
        let told = |threshold: f64, finite: &[f64]| {
            let histogram =
                Distribution { buckets: Selector::metric("m_bucket"), threshold, seconds_per_unit: 1.0 };
            let finding = off_boundary(&histogram, finite);
            (finding.code, format!("{}; {}", finding.found, finding.help))
        };
        let (code, text) = told(0.7, &[0.25, 0.5, 1.0]);
        assert_eq!(code, Code::OffBoundary);
        assert_eq!(
            text,
            "the threshold 0.7 (700 ms) is not a bucket: the nearest are 0.5 (500 ms) and 1 (1 s); \
             take 500 ms or 1 s as threshold, or add a bucket at 0.7 where the histogram is made"
        );
        assert!(told(2.0, &[0.5, 1.0]).1.contains("above the highest, 1 (1 s)"));
        assert!(told(0.1, &[0.5, 1.0]).1.contains("below the lowest, 0.5 (500 ms)"));
        assert!(told(0.1, &[]).1.contains("none but +Inf"));
        let (code, text) = told(0.3, &[100.0, 300.0]);
        assert_eq!((code, text.contains("le=300 is one")), (Code::ThresholdUnit, true));
        assert!(text.contains("write unit: milliseconds"), "{text}");
        let (code, text) = told(300.0, &[0.1, 0.3]);
        assert_eq!((code, text.ends_with("write threshold: 300ms")), (Code::ThresholdUnit, true), "{text}");
    }
}
