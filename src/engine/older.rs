//! What Prometheus 2.42 has not, of the language, and what it reads in another way.

use crate::promql::{AggregateOp, Expr, ExprKind, MatchOp, Matcher};

use super::value::{EvalError, Reason};

/// Functions that came after 2.42.
const NEWER: &[&str] = &[
    "double_exponential_smoothing",
    "end",
    "first_over_time",
    "histogram_avg",
    "histogram_quantiles",
    "histogram_stddev",
    "histogram_stdvar",
    "info",
    "mad_over_time",
    "max_of",
    "min_of",
    "range",
    "sort_by_label",
    "sort_by_label_desc",
    "start",
    "start_timestamp",
    "step",
    "ts_of_first_over_time",
    "ts_of_last_over_time",
    "ts_of_max_over_time",
    "ts_of_min_over_time",
];

/// Refuses a query that uses a function or an aggregation which 2.42 does not know.
pub(super) fn refuse_newer(expr: &Expr) -> Result<(), EvalError> {
    let mut unknown = None;
    expr.walk(&mut |node| {
        let name = match &node.kind {
            ExprKind::Call { function, .. } if NEWER.contains(&function.as_str()) => function.as_str(),
            ExprKind::Aggregate { op: op @ (AggregateOp::Limitk | AggregateOp::LimitRatio), .. } => op.word(),
            _ => return,
        };
        unknown.get_or_insert((name.to_owned(), node.span));
    });
    match unknown {
        None => Ok(()),
        Some((name, span)) => Err(EvalError {
            span,
            message: format!("unknown function with name {name:?}"),
            help: Some("Prometheus 2.42 does not have it, Prometheus 3 does".to_owned()),
            reason: Reason::Unsupported,
        }),
    }
}

/// A regular expression whose `.` is not the end of a line, as in 2.42.
pub(super) fn pattern(of_3: &str) -> String {
    format!("(?-s:{of_3})")
}

/// Matchers that match as in 2.42.
pub(super) fn matchers(mut of_3: Vec<Matcher>) -> Vec<Matcher> {
    let patterns = of_3.iter_mut().filter(|m| matches!(m.op, MatchOp::Regex | MatchOp::NotRegex));
    // The other patterns match the same, and a store knows them without compiling them.
    for matcher in patterns.filter(|matcher| matcher.value.contains('.')) {
        matcher.value = pattern(&matcher.value);
    }
    of_3
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::promql::{ParseOptions, signature};

    #[test]
    fn what_is_newer_is_refused_by_name() {
        let parse = |text: &str| crate::promql::parse(text, &ParseOptions::default()).unwrap();
        assert_eq!(refuse_newer(&parse("sum(rate(a[5m])) / 2")), Ok(()));
        let why = refuse_newer(&parse("1 + mad_over_time(a[5m])")).unwrap_err();
        assert_eq!(
            (why.message.as_str(), why.span.start),
            ("unknown function with name \"mad_over_time\"", 4)
        );
        assert!(refuse_newer(&parse("limitk(2, a)")).is_err());
    }

    #[test]
    fn what_is_newer_is_in_the_language() {
        let unknown: Vec<&str> = NEWER.iter().copied().filter(|name| signature(name).is_none()).collect();
        assert_eq!(unknown, Vec::<&str>::new());
    }
}
