//! What every function takes and gives.
//!
//! Holds the functions of Prometheus 3.14, those behind a feature flag too; which of them the embedded engine can
//! evaluate is the engine's to say. To add a function: its line, in the order of names.

use super::ast::AggregateOp;
use super::types::ValueType::{self, Matrix, Scalar, String, Vector};
use crate::base::nearest;

/// What a function takes and gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Signature {
    /// Its name, as the language spells it.
    pub name: &'static str,
    /// The types of its arguments. Arguments beyond these are of the last one's type.
    pub args: &'static [ValueType],
    /// The fewest arguments it takes.
    pub least: usize,
    /// The most arguments it takes.
    pub most: usize,
    /// The type of its result.
    pub result: ValueType,
}

impl Signature {
    /// The type of an argument, counted from 0; nothing where the function takes no arguments.
    pub fn arg(&self, index: usize) -> Option<ValueType> {
        self.args.get(index).or(self.args.last()).copied()
    }

    /// The last argument may be left out.
    const fn optional(self) -> Self {
        self.repeats(1)
    }

    /// The last argument stands up to so many times, or not at all.
    const fn repeats(self, times: usize) -> Self {
        let least = self.args.len() - 1;
        Self { least, most: least.saturating_add(times), ..self }
    }
}

const fn of(name: &'static str, args: &'static [ValueType], result: ValueType) -> Signature {
    Signature { name, args, least: args.len(), most: args.len(), result }
}

/// The function of that name.
pub fn signature(name: &str) -> Option<&'static Signature> {
    SIGNATURES.binary_search_by(|signature| signature.name.cmp(name)).ok().and_then(|i| SIGNATURES.get(i))
}

/// The function or aggregation that was most likely meant by a name that is none.
pub(super) fn meant_by(name: &str) -> Option<&'static str> {
    let functions = SIGNATURES.iter().map(|signature| signature.name);
    nearest(name, functions.chain(AggregateOp::ALL.iter().map(|op| op.word())))
}

/// Every function, in the order of names.
#[rustfmt::skip]
pub(super) const SIGNATURES: &[Signature] = &[
    of("abs", &[Vector], Vector),
    of("absent", &[Vector], Vector),
    of("absent_over_time", &[Matrix], Vector),
    of("acos", &[Vector], Vector),
    of("acosh", &[Vector], Vector),
    of("asin", &[Vector], Vector),
    of("asinh", &[Vector], Vector),
    of("atan", &[Vector], Vector),
    of("atanh", &[Vector], Vector),
    of("avg_over_time", &[Matrix], Vector),
    of("ceil", &[Vector], Vector),
    of("changes", &[Matrix], Vector),
    of("clamp", &[Vector, Scalar, Scalar], Vector),
    of("clamp_max", &[Vector, Scalar], Vector),
    of("clamp_min", &[Vector, Scalar], Vector),
    of("cos", &[Vector], Vector),
    of("cosh", &[Vector], Vector),
    of("count_over_time", &[Matrix], Vector),
    of("day_of_month", &[Vector], Vector).optional(),
    of("day_of_week", &[Vector], Vector).optional(),
    of("day_of_year", &[Vector], Vector).optional(),
    of("days_in_month", &[Vector], Vector).optional(),
    of("deg", &[Vector], Vector),
    of("delta", &[Matrix], Vector),
    of("deriv", &[Matrix], Vector),
    of("double_exponential_smoothing", &[Matrix, Scalar, Scalar], Vector),
    of("end", &[], Scalar),
    of("exp", &[Vector], Vector),
    of("first_over_time", &[Matrix], Vector),
    of("floor", &[Vector], Vector),
    of("histogram_avg", &[Vector], Vector),
    of("histogram_count", &[Vector], Vector),
    of("histogram_fraction", &[Scalar, Scalar, Vector], Vector),
    of("histogram_quantile", &[Scalar, Vector], Vector),
    of("histogram_quantiles", &[Vector, String, Scalar, Scalar], Vector).repeats(9),
    of("histogram_stddev", &[Vector], Vector),
    of("histogram_stdvar", &[Vector], Vector),
    of("histogram_sum", &[Vector], Vector),
    of("hour", &[Vector], Vector).optional(),
    of("idelta", &[Matrix], Vector),
    of("increase", &[Matrix], Vector),
    of("info", &[Vector, Vector], Vector).optional(),
    of("irate", &[Matrix], Vector),
    of("label_join", &[Vector, String, String, String], Vector).repeats(usize::MAX),
    of("label_replace", &[Vector, String, String, String, String], Vector),
    of("last_over_time", &[Matrix], Vector),
    of("ln", &[Vector], Vector),
    of("log10", &[Vector], Vector),
    of("log2", &[Vector], Vector),
    of("mad_over_time", &[Matrix], Vector),
    of("max_of", &[Scalar, Scalar], Scalar),
    of("max_over_time", &[Matrix], Vector),
    of("min_of", &[Scalar, Scalar], Scalar),
    of("min_over_time", &[Matrix], Vector),
    of("minute", &[Vector], Vector).optional(),
    of("month", &[Vector], Vector).optional(),
    of("pi", &[], Scalar),
    of("predict_linear", &[Matrix, Scalar], Vector),
    of("present_over_time", &[Matrix], Vector),
    of("quantile_over_time", &[Scalar, Matrix], Vector),
    of("rad", &[Vector], Vector),
    of("range", &[], Scalar),
    of("rate", &[Matrix], Vector),
    of("resets", &[Matrix], Vector),
    of("round", &[Vector, Scalar], Vector).optional(),
    of("scalar", &[Vector], Scalar),
    of("sgn", &[Vector], Vector),
    of("sin", &[Vector], Vector),
    of("sinh", &[Vector], Vector),
    of("sort", &[Vector], Vector),
    of("sort_by_label", &[Vector, String], Vector).repeats(usize::MAX),
    of("sort_by_label_desc", &[Vector, String], Vector).repeats(usize::MAX),
    of("sort_desc", &[Vector], Vector),
    of("sqrt", &[Vector], Vector),
    of("start", &[], Scalar),
    of("start_timestamp", &[Vector], Vector),
    of("stddev_over_time", &[Matrix], Vector),
    of("stdvar_over_time", &[Matrix], Vector),
    of("step", &[], Scalar),
    of("sum_over_time", &[Matrix], Vector),
    of("tan", &[Vector], Vector),
    of("tanh", &[Vector], Vector),
    of("time", &[], Scalar),
    of("timestamp", &[Vector], Vector),
    of("ts_of_first_over_time", &[Matrix], Vector),
    of("ts_of_last_over_time", &[Matrix], Vector),
    of("ts_of_max_over_time", &[Matrix], Vector),
    of("ts_of_min_over_time", &[Matrix], Vector),
    of("vector", &[Scalar], Vector),
    of("year", &[Vector], Vector).optional(),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn in_the_order_of_names() {
        assert!(SIGNATURES.is_sorted_by(|a, b| a.name < b.name));
        assert_eq!(signature("rate").map(|rate| rate.result), Some(Vector));
        assert_eq!(signature("Rate"), None);
    }

    #[test]
    fn near_names_are_offered() {
        for (name, near) in [
            ("Rate", Some("rate")),
            ("icnrease", Some("increase")),
            ("histogram_quantil", Some("histogram_quantile")),
            ("summ", Some("sum")),
            ("histogram_share", None),
            ("x", None),
        ] {
            assert_eq!(meant_by(name), near, "{name}");
        }
    }

    #[test]
    fn numbers_of_arguments() {
        let bounds = |name| signature(name).map(|signature| (signature.least, signature.most));
        assert_eq!(bounds("time"), Some((0, 0)));
        assert_eq!(bounds("clamp"), Some((3, 3)));
        assert_eq!(bounds("round"), Some((1, 2)));
        assert_eq!(bounds("label_join"), Some((3, usize::MAX)));
        assert_eq!(bounds("histogram_quantiles"), Some((3, 12)));
    }
}
