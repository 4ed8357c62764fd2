//! What may help where a token stands that fits nothing.
//!
//! Takes the token's text and whether it stands where a query could end or go on; knows the places where words of the
//! language belong, and the habits of other languages. To add a hint: a line in [`misplaced`], or a name in
//! [`METRICSQL`].

use super::super::ast::MatchOp;
use super::super::lex::Kind;

/// What may help where this token stands behind a whole expression.
pub(super) fn misplaced(kind: Kind, text: &str) -> Option<&'static str> {
    Some(match (kind, text.to_ascii_lowercase().as_str()) {
        (Kind::Word, "by" | "without") => {
            "it belongs to an aggregation, before or behind its brackets: sum by (job) (x)"
        }
        (Kind::Word, "bool") => "it stands behind a comparison: x > bool 1",
        (Kind::Word, "on" | "ignoring") => "it stands behind an operator: x / on (job) y",
        (Kind::Word, "group_left" | "group_right") => {
            "it stands behind the labels that match: x / on (job) group_left y"
        }
        (Kind::Word, "fill" | "fill_left" | "fill_right") => "it stands behind an operator: x + fill (0) y",
        (Kind::Match(MatchOp::Equal), _) => "values are compared with ==",
        (Kind::Match(_), _) => "labels are compared in braces: x{job=~\"a.*\"}",
        _ => return None,
    })
}

/// What may help where this character stands, which begins nothing in the language.
pub(in crate::promql) fn foreign(character: char) -> Option<&'static str> {
    Some(match character {
        '&' => "what is on both sides is said with and: x and y",
        '|' => "what is on either side is said with or: x or y",
        '!' => "there is no such operator; x unless y leaves out what y has, x == bool 0 turns 0 to 1",
        '~' => "patterns are matched with =~, and excluded with !~",
        '\u{201c}' | '\u{201d}' | '\u{2018}' | '\u{2019}' => "a text stands in straight quotes: \"text\"",
        '.' => "put a name with such characters in quotes: {\"my.metric\", \"my.label\"=\"value\"}",
        character if character.is_alphanumeric() => return foreign('.'),
        _ => return None,
    })
}

/// Functions that MetricsQL has and PromQL has not, in the order of names.
#[rustfmt::skip]
const METRICSQL: &[&str] = &[
    "aggr_over_time", "alias", "any", "ascent_over_time", "bitmap_and", "bitmap_or", "bitmap_xor",
    "buckets_limit", "changes_prometheus", "count_eq_over_time", "count_gt_over_time",
    "count_le_over_time", "count_ne_over_time", "count_values_over_time", "decreases_over_time",
    "default_rollup", "delta_prometheus", "deriv_fast", "descent_over_time", "distinct",
    "distinct_over_time", "drop_common_labels", "drop_empty_series", "duration_over_time", "geomean",
    "geomean_over_time", "histogram", "histogram_over_time", 
    "histogram_share", "hoeffding_bound_lower", "hoeffding_bound_upper", "ideriv",
    "increase_prometheus", "increase_pure", "increases_over_time", "integrate", "interpolate",
    "iqr_over_time", "keep_last_value", "keep_next_value", "label_copy", "label_del",
    "label_graphite_group", "label_keep", "label_lowercase", "label_map", "label_match",
    "label_mismatch", "label_move", "label_set", "label_transform", "label_uppercase", "label_value",
    "labels_equal", "lag", "lifetime", "limit_offset", "mad", "median", "median_over_time", "mode",
    "mode_over_time", "now", "outlier_iqr_over_time", "outliers_iqr", "outliers_mad", "outliersk",
    "prometheus_buckets", "quantiles", "quantiles_over_time", "rand", "rand_exponential",
    "rand_normal", "range_avg", "range_first", "range_last", "range_linear_regression", "range_mad",
    "range_max", "range_median", "range_min", "range_normalize", "range_over_time", "range_quantile",
    "range_stddev", "range_stdvar", "range_sum", "range_trim_outliers", "range_trim_spikes",
    "range_trim_zscore", "range_zscore", "rate_over_sum", "rate_prometheus", "remove_resets",
    "rollup", "rollup_candlestick", "rollup_delta", "rollup_deriv", "rollup_increase", "rollup_rate",
    "rollup_scrape_interval", "ru", "running_avg", "running_max", "running_min", "running_sum",
    "scrape_interval", "share", "share_eq_over_time", "share_gt_over_time", "share_le_over_time",
    "smooth_exponential", "stale_samples_over_time", "sum2", "sum2_over_time", "sum_eq_over_time",
    "sum_gt_over_time", "sum_le_over_time", "tfirst_over_time", "timezone_offset",
    "tlast_change_over_time", "tlast_over_time", "tmax_over_time", "tmin_over_time", "ttf", "union",
    "vmrange", "zscore", "zscore_over_time",
];

/// Whether a function that PromQL has not is one of MetricsQL.
pub(in crate::promql) fn is_of_metricsql(function: &str) -> bool {
    METRICSQL.binary_search(&function).is_ok()
}

#[cfg(test)]
mod tests {
    use super::METRICSQL;
    use crate::promql::{AggregateOp, signature};

    #[test]
    fn functions_of_metricsql_are_not_those_of_promql() {
        assert!(METRICSQL.is_sorted());
        for name in METRICSQL {
            assert!(signature(name).is_none(), "{name}");
            assert!(AggregateOp::ALL.iter().all(|op| op.word() != *name), "{name}");
        }
    }
}
