//! Classic histograms as native ones with custom buckets: `x_bucket`, `x_sum` and `x_count` become `x`.

use std::collections::BTreeMap;
use std::sync::Arc;

use nines::base::{Buckets, Column, Histogram, HistogramAt, Labels, METRIC_NAME};

/// What is known of a histogram at one time.
#[derive(Default)]
struct Parts {
    /// Upper bound and cumulative count.
    buckets: Vec<(f64, f64)>,
    count: Option<f64>,
    sum: f64,
}

/// The native twins of all classic histograms among the columns.
pub(super) fn convert(columns: &[Column]) -> Vec<Column> {
    let mut found: BTreeMap<Labels, BTreeMap<i64, Parts>> = BTreeMap::new();
    for column in columns {
        let Some((base, part)) = column.labels.metric().rsplit_once('_') else { continue };
        let le = column.labels.value("le").parse::<f64>().ok().filter(|le| !le.is_nan());
        let set: &dyn Fn(&mut Parts, f64) = match (part, le) {
            ("bucket", Some(le)) => &move |parts, value| parts.buckets.push((le, value)),
            ("count", _) => &|parts, value| parts.count = Some(value),
            ("sum", _) => &|parts, value| parts.sum = value,
            _ => continue,
        };
        let labels = column.labels.with(METRIC_NAME, base).with("le", "");
        let times = found.entry(labels).or_default();
        for (t, value) in column.times.iter().zip(&column.values) {
            set(times.entry(*t).or_default(), *value);
        }
    }
    let column = |(labels, times): (Labels, BTreeMap<i64, Parts>)| {
        let at = |(t, parts)| HistogramAt { t, start: 0, value: Arc::new(native(parts)) };
        Column { labels, histograms: times.into_iter().map(at).collect(), ..Column::default() }
    };
    found.into_iter().map(column).collect()
}

fn native(mut parts: Parts) -> Histogram {
    parts.buckets.sort_by(|a, b| a.0.total_cmp(&b.0));
    // Bounds may be spelled in several ways: the first counts.
    parts.buckets.dedup_by(|later, first| later.0.total_cmp(&first.0).is_eq());
    let highest = parts.buckets.last().copied();
    let count = parts.count.or(highest.map(|(_, count)| count)).unwrap_or_default();
    if highest.is_none_or(|(bound, _)| bound < f64::INFINITY) {
        parts.buckets.push((f64::INFINITY, count));
    }
    let mut below = 0.0;
    let mut own = |(_, cumulative): &(f64, f64)| {
        let own = cumulative - below;
        below = *cumulative;
        own
    };
    let positive: Vec<f64> = parts.buckets.iter().map(&mut own).collect();
    assert!(!positive.iter().any(|own| *own < 0.0), "counts of {:?} are not cumulative", parts.buckets);
    let bounds = parts.buckets.iter().map(|(bound, _)| *bound).filter(|bound| *bound < f64::INFINITY);
    Histogram {
        schema: Histogram::CUSTOM,
        count,
        sum: parts.sum,
        positive: Buckets::run(0, positive),
        bounds: bounds.collect(),
        ..Histogram::default()
    }
}
