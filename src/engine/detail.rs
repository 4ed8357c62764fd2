//! How much of native histograms an evaluation looks at.
//!
//! Where a query wants only what histograms count and sum up, Prometheus does not decode their buckets, and finds resets
//! while it reads, as it could not later. Both can be seen: in remarks on resets that disagree, in bounds that need no
//! reconciling, in histograms that are equal but for their buckets. So the same is done here, at the same places
//! (`promql/engine.go` detectHistogramStatsDecoding, `promql/histogram_stats_iterator.go`).

use std::sync::Arc;

use crate::base::{Column, Histogram, HistogramAt, ResetHint, is_stale};
use crate::promql::{Expr, ExprKind};

use super::value::Compat;

/// What the nodes around a selector make of histograms.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Detail {
    /// None of them says.
    #[default]
    Unsaid,
    /// Their count and sum.
    Counts,
    /// Their buckets too; nothing further in changes that.
    Buckets,
}

/// The samples that Prometheus goes over for a selector: at each step it comes to the step's end, and leaps forward where
/// it stands at a sample that is too old by then.
pub(super) struct Visits<'a> {
    /// Until when samples are looked at in each step, in milliseconds; never descending.
    pub(super) ends: &'a [i64],
    /// How far before that, in milliseconds.
    pub(super) reach: i64,
}

impl Detail {
    /// What is looked at within an expression.
    pub(super) fn within(self, expr: &Expr) -> Self {
        match &expr.kind {
            _ if self == Self::Buckets => self,
            // Samples are left out: resets have to be found by their buckets.
            ExprKind::Subquery { .. } => Self::Buckets,
            ExprKind::Binary { op, .. } if op.is_trim() => Self::Buckets,
            ExprKind::Call { function, .. } => match function.as_str() {
                "histogram_count" | "histogram_sum" | "histogram_avg" => Self::Counts,
                "histogram_quantile" | "histogram_quantiles" | "histogram_fraction" => Self::Buckets,
                _ => self,
            },
            _ => self,
        }
    }

    /// Whether histograms come without their buckets. Prometheus 2.42 decodes them always.
    pub(super) fn leaves_buckets_out(self, compat: Compat) -> bool {
        self == Self::Counts && compat == Compat::Prom3
    }
}

/// A series with no more of its histograms than their counts, their sums and what is known of resets.
pub(super) fn without_buckets(column: &Arc<Column>, visits: &Visits<'_>) -> Arc<Column> {
    if column.histograms.is_empty() {
        return Arc::clone(column);
    }
    let mut histograms = Vec::with_capacity(column.histograms.len());
    let mut rest = column.histograms.as_slice();
    let mut last: Option<&Histogram> = None;
    let mut stands = None;
    for end in visits.ends {
        let from = end.saturating_sub(visits.reach);
        if stands.is_none_or(|stands| column.any_in(stands, from.saturating_sub(1))) {
            rest = rest.get(rest.partition_point(|sample| sample.t < from)..).unwrap_or_default();
            last = None;
        }
        let (visited, ahead) = rest.split_at(rest.partition_point(|sample| sample.t <= *end));
        for HistogramAt { t, start, value } in visited {
            let bare = bare(value, last);
            histograms.push(HistogramAt { t: *t, start: *start, value: Arc::new(bare) });
            if !is_stale(value.sum) {
                last = Some(value);
            }
        }
        (rest, stands) = (ahead, Some(*end));
    }
    let (labels, times) = (column.labels.clone(), column.times.clone());
    let (values, starts) = (column.values.clone(), column.starts.clone());
    Arc::new(Column { labels, times, values, starts, histograms })
}

/// The count and sum of a histogram, and whether it was reset after the one visited before it.
fn bare(histogram: &Histogram, last: Option<&Histogram>) -> Histogram {
    let hint = match (histogram.hint, last) {
        (ResetHint::Unknown, Some(last)) if !is_stale(histogram.sum) => {
            if histogram.resets_after(last) {
                ResetHint::Reset
            } else {
                ResetHint::NotReset
            }
        }
        (hint, _) => hint,
    };
    let (schema, count, sum) = (histogram.schema, histogram.count, histogram.sum);
    Histogram { schema, hint, count, sum, ..Histogram::default() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::{Buckets, Labels, stale_marker};
    use crate::promql::{ParseOptions, parse};

    fn series(counts: &[(i64, f64)]) -> Arc<Column> {
        let sample = |(t, count): &(i64, f64)| {
            let positive = Buckets::run(0, vec![*count]);
            let value = Histogram { count: 9.0, sum: *count, positive, ..Histogram::default() };
            HistogramAt { t: *t, start: 0, value: Arc::new(value) }
        };
        let histograms = counts.iter().map(sample).collect();
        Arc::new(Column { labels: Labels::new(), histograms, ..Column::default() })
    }

    fn hints(column: &Arc<Column>, ends: &[i64], reach: i64) -> Vec<(i64, ResetHint)> {
        let bare = without_buckets(column, &Visits { ends, reach });
        assert!(bare.histograms.iter().all(|sample| sample.value.positive.counts.is_empty()));
        bare.histograms.iter().map(|sample| (sample.t, sample.value.hint)).collect()
    }

    #[test]
    fn resets_are_found_by_buckets_that_are_then_left_out() {
        use ResetHint::{NotReset, Reset, Unknown};
        let column = series(&[(0, 9.0), (10, 1.0), (20, 2.0), (30, 1.0), (40, 1.0)]);
        assert_eq!(hints(&column, &[30], 20), [(10, Unknown), (20, NotReset), (30, Reset)]);
        assert_eq!(hints(&column, &[10, 25, 45], 0), [(10, Unknown)]);
        // Between 25 and 35 a sample is leapt over.
        assert_eq!(hints(&column, &[15, 25, 45], 10), [(10, Unknown), (20, NotReset), (40, Unknown)]);
        let all = [(0, Unknown), (10, Reset), (20, NotReset), (30, Reset), (40, NotReset)];
        assert_eq!(hints(&column, &[15, 25, 45], 20), all);
    }

    #[test]
    fn stale_markers_come_before_no_sample() {
        let mut column = Column::clone(&series(&[(0, 3.0), (10, 3.0), (20, 2.0)]));
        let stale = Histogram { sum: stale_marker(), ..Histogram::default() };
        column.histograms[1].value = Arc::new(stale);
        let found = hints(&Arc::new(column), &[20], 30);
        assert_eq!(found, [(0, ResetHint::Unknown), (10, ResetHint::Unknown), (20, ResetHint::Reset)]);
    }

    #[test]
    fn the_outermost_wish_for_buckets_holds() {
        let detail = |text: &str| {
            let query = parse(text, &ParseOptions::default()).unwrap();
            let mut detail = Detail::Unsaid;
            let mut node = &query;
            while let Some(inner) = first_part(node) {
                detail = detail.within(node);
                node = inner;
            }
            detail
        };
        assert_eq!(detail("sum(rate(h[5m]))"), Detail::Unsaid);
        assert_eq!(detail("histogram_count(sum(rate(h[5m])))"), Detail::Counts);
        assert_eq!(detail("histogram_avg(h </ 2)"), Detail::Buckets);
        assert_eq!(detail("histogram_count(rate(h[5m:1m]))"), Detail::Buckets);
        assert_eq!(detail("max_over_time(histogram_count(h)[5m:1m])"), Detail::Buckets);
        assert_eq!(detail("histogram_quantiles(histogram_sum(h), \"q\", 0.5)"), Detail::Buckets);
    }

    fn first_part(expr: &Expr) -> Option<&Expr> {
        match &expr.kind {
            ExprKind::Call { args, .. } => args.first(),
            ExprKind::Aggregate { expr, .. } | ExprKind::Subquery { expr, .. } | ExprKind::Paren(expr) => {
                Some(expr)
            }
            ExprKind::Binary { lhs, .. } => Some(lhs),
            _ => None,
        }
    }
}
