//! What is said about a result that was computed all the same, in Prometheus' words (util/annotations there).
//!
//! To add a remark: a function here that gives its level and words; who makes it knows the place in the query.

use super::number::{general, general_2};
use super::value::{Annotation, Level};
use crate::base::{Moment, Span};

/// A remark without its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Remark {
    pub(super) level: Level,
    pub(super) message: String,
}

fn info(message: impl Into<String>) -> Remark {
    Remark { level: Level::Info, message: message.into() }
}

fn warning(message: impl Into<String>) -> Remark {
    Remark { level: Level::Warning, message: message.into() }
}

/// The same remark about a metric, where it has a name.
fn about(message: &str, metric: &str) -> String {
    if metric.is_empty() { message.to_owned() } else { format!("{message} for metric name {metric:?}") }
}

/// The place of a quantile is a share.
pub(super) fn invalid_quantile(q: f64) -> Remark {
    warning(format!("quantile value should be between 0 and 1, got {}", general(q)))
}

/// A share of elements is a share.
pub(super) fn invalid_ratio(ratio: f64, capped: f64) -> Remark {
    let (ratio, capped) = (general(ratio), general(capped));
    warning(format!("ratio value should be between -1 and 1, got {ratio}, capping to {capped}"))
}

/// A bucket's bound cannot be read.
pub(super) fn bad_bucket_label(metric: &str, label: &str) -> Remark {
    let message = format!("bucket label \"le\" is missing or has a malformed value of {label:?}");
    warning(about(&message, metric))
}

/// Order is lost in range queries.
pub(super) fn sort_in_range_query() -> Remark {
    warning("sort is ineffective for range queries since results are always ordered by labels")
}

/// The name has no ending of a counter's.
pub(super) fn possibly_no_counter(metric: &str) -> Remark {
    let endings = "_total/_sum/_count/_bucket";
    info(format!("metric might not be a counter, name does not end in {endings}: {metric:?}"))
}

/// The type is not that of a counter.
pub(super) fn possibly_no_counter_by_type(metric: &str, kind: &str) -> Remark {
    let wanted = "__type__ label is not set to \"counter\" or \"histogram\"";
    info(format!("metric might not be a counter, {wanted}, got {kind:?}: {metric:?}"))
}

/// Floats and native histograms are in one range.
pub(super) fn mixed_floats_histograms(metric: &str) -> Remark {
    warning(format!("encountered a mix of histograms and floats for metric name {metric:?}"))
}

/// Floats and native histograms are in one group.
pub(super) fn mixed_in_aggregation() -> Remark {
    warning("encountered a mix of histograms and floats for aggregation")
}

/// A classic histogram and a native one have the same labels.
pub(super) fn mixed_classic_native(metric: &str) -> Remark {
    warning(about("vector contains a mix of classic and native histograms", metric))
}

/// Exponential and custom buckets do not go together.
pub(super) fn mixed_schemas(metric: &str) -> Remark {
    let mix = "vector contains a mix of histograms with exponential and custom buckets schemas";
    warning(format!("{mix} for metric name {metric:?}"))
}

/// A counter's growth was asked of a gauge.
pub(super) fn no_counter(metric: &str) -> Remark {
    warning(format!("this native histogram metric is not a counter: {metric:?}"))
}

/// A gauge's change was asked of a counter.
pub(super) fn no_gauge(metric: &str) -> Remark {
    warning(format!("this native histogram metric is not a gauge: {metric:?}"))
}

/// An operator got exponential and custom buckets.
pub(super) fn incompatible_layout(op: &str) -> Remark {
    warning(format!("incompatible bucket layout encountered for binary operator {op}"))
}

/// An operator does not work on these kinds of samples.
pub(super) fn incompatible_types(left: &str, op: &str, right: &str) -> Remark {
    info(format!("incompatible sample types encountered for binary operator {op:?}: {left} {op} {right}"))
}

/// An aggregation of numbers left histograms out.
pub(super) fn ignored_in_aggregation(op: &str) -> Remark {
    info(format!("ignored histogram in {op} aggregation"))
}

/// A function of numbers left histograms out.
pub(super) fn ignored_in_range(metric: &str) -> Remark {
    let ignored = "ignored histograms in a range containing both floats and histograms";
    info(format!("{ignored} for metric name {metric:?}"))
}

/// The quantile falls on observations of NaN.
pub(super) fn quantile_hits_nan(metric: &str) -> Remark {
    info(about("input to histogram_quantile has NaN observations, result is NaN", metric))
}

/// Observations of NaN count as the largest.
pub(super) fn quantile_skewed_by_nan(metric: &str) -> Remark {
    info(about("input to histogram_quantile has NaN observations, result is skewed higher", metric))
}

/// Observations of NaN are in no bucket.
pub(super) fn fraction_of_nans(metric: &str) -> Remark {
    let nans = "input to histogram_fraction has NaN observations, which are excluded from all fractions";
    info(about(nans, metric))
}

/// What was done with histograms.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Operation {
    Addition,
    Subtraction,
    Aggregation,
}

impl Operation {
    fn word(self) -> &'static str {
        match self {
            Self::Addition => "addition",
            Self::Subtraction => "subtraction",
            Self::Aggregation => "aggregation",
        }
    }
}

/// One says that its counter was reset, another that it was not.
pub(super) fn hints_collide(operation: Operation) -> Remark {
    warning(format!("conflicting counter resets during histogram {}", operation.word()))
}

/// Custom buckets had other bounds.
pub(super) fn bounds_reconciled(operation: Operation) -> Remark {
    info(format!("mismatched custom buckets were reconciled during {}", operation.word()))
}

/// Remarks in the order in which they were first made; of those of the same words the last place counts.
#[derive(Debug, Default)]
pub(super) struct Remarks {
    made: Vec<Made>,
}

#[derive(Debug)]
struct Made {
    remark: Remark,
    span: Span,
    tally: Tally,
}

/// What remarks of the same words add up to.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Tally {
    /// Nothing.
    Once,
    /// How often it was noticed.
    Times(u64),
    /// How far and when buckets had to be raised.
    Raised(Raised),
}

/// How far and when the buckets of classic histograms had to be raised.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Raised {
    /// First and last time, in milliseconds.
    pub(super) times: (i64, i64),
    /// Lowest and highest bound of a bucket that was raised.
    pub(super) bounds: (f64, f64),
    /// By how much at the most.
    pub(super) most: f64,
    /// At how many steps of how many histograms.
    pub(super) count: u64,
}

impl Remarks {
    /// Adds a remark at its place.
    pub(super) fn add(&mut self, span: Span, remark: Remark) {
        self.tally(span, remark, Tally::Once);
    }

    /// Adds a sample whose counter is said to have started before the sample before it was taken.
    pub(super) fn overlapping_start(&mut self, span: Span, metric: &str) {
        let message = "sample has start time that overlaps with previous sample timestamp";
        self.tally(span, warning(format!("{message} for metric {metric:?}")), Tally::Times(1));
    }

    /// Adds buckets that had to be raised.
    pub(super) fn raised_buckets(&mut self, span: Span, metric: &str, raised: Raised) {
        let message = "input to histogram_quantile needed to be fixed for monotonicity (see \
                       https://prometheus.io/docs/prometheus/latest/querying/functions/#histogram_quantile)";
        self.tally(span, info(about(message, metric)), Tally::Raised(raised));
    }

    fn tally(&mut self, span: Span, remark: Remark, tally: Tally) {
        match self.made.iter_mut().find(|made| made.remark == remark) {
            Some(made) => {
                made.span = span;
                made.tally = made.tally.and(tally);
            }
            None => self.made.push(Made { remark, span, tally }),
        }
    }

    /// Adds those that were made elsewhere.
    pub(super) fn extend(&mut self, later: Self) {
        for Made { remark, span, tally } in later.made {
            self.tally(span, remark, tally);
        }
    }

    /// All of them, as they are told.
    pub(super) fn into_annotations(self) -> Vec<Annotation> {
        let told = |Made { remark: Remark { level, message }, span, tally }| {
            let message = match tally {
                Tally::Times(times) if times > 1 => format!("{message} ({times} occurrences)"),
                Tally::Once | Tally::Times(_) => message,
                Tally::Raised(raised) => format!("{message}, {raised}"),
            };
            Annotation { level, message, span }
        };
        self.made.into_iter().map(told).collect()
    }
}

impl Tally {
    fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Times(a), Self::Times(b)) => Self::Times(a + b),
            (Self::Raised(a), Self::Raised(b)) => Self::Raised(Raised {
                times: (a.times.0.min(b.times.0), a.times.1.max(b.times.1)),
                bounds: (a.bounds.0.min(b.bounds.0), a.bounds.1.max(b.bounds.1)),
                most: a.most.max(b.most),
                count: a.count + b.count,
            }),
            (first, _) => first,
        }
    }
}

impl std::fmt::Display for Raised {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (low, high) = (general(self.bounds.0), general(self.bounds.1));
        let time = |t: i64| Moment::from_secs(t / 1000);
        let (from, to) = (time(self.times.0), time(self.times.1));
        let (most, count) = (general_2(self.most), self.count);
        write!(
            f,
            "from buckets {low} to {high}, with a max diff of {most}, over {count} samples from {from} to {to}"
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn remarks_of_the_same_words_are_told_once_at_their_last_place() {
        let mut remarks = Remarks::default();
        remarks.add(Span::new(0, 1), invalid_quantile(2.0));
        remarks.overlapping_start(Span::new(2, 3), "m");
        remarks.add(Span::new(4, 5), invalid_quantile(2.0));
        remarks.overlapping_start(Span::new(2, 3), "m");
        let told = remarks.into_annotations();
        let texts: Vec<String> = told.iter().map(|remark| remark.located("0123\n567")).collect();
        let overlap = "sample has start time that overlaps with previous sample timestamp";
        assert_eq!(
            texts,
            [
                "PromQL warning: quantile value should be between 0 and 1, got 2 (1:5)".to_owned(),
                format!("PromQL warning: {overlap} for metric \"m\" (2 occurrences) (1:3)"),
            ]
        );
    }

    #[test]
    fn raised_buckets_add_up() {
        let mut remarks = Remarks::default();
        let raised = |t, bound, by| Raised { times: (t, t), bounds: (bound, bound), most: by, count: 1 };
        remarks.raised_buckets(Span::new(0, 1), "m", raised(60_000, 0.5, 1.0));
        remarks.raised_buckets(Span::new(0, 1), "m", raised(0, 2.0, 0.25));
        let told = &remarks.into_annotations()[0];
        let end = "for metric name \"m\", from buckets 0.5 to 2, with a max diff of 1, over 2 samples from \
                   1970-01-01T00:00:00Z to 1970-01-01T00:01:00Z";
        assert!(told.message.ends_with(end), "{}", told.message);
    }
}
