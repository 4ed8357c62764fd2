//! The error ratio of slices of the clock.

use super::super::model::Rule;
use super::super::{Subject, judging};
use super::ratio_name;
use crate::base::Duration;
use crate::promql::{BinaryOp, Expr};
use crate::slo::{Empty, Judge};

const GOOD: &str = "slo:slice_good:bool";
const MEASURED: &str = "slo:slice_measured:bool";

/// One evaluation judges one slice, at its end, by its value there.
pub(super) fn judged(subject: &Subject<'_>, value: &Expr, judge: Judge, empty: Empty) -> Vec<Rule> {
    let good = judging::good(value, judge, &subject.slo.by);
    let unmeasured = match empty {
        Empty::Ignore => return vec![subject.record(GOOD, good)],
        Empty::Good => 1.0,
        Empty::Bad => 0.0,
    };
    // Whoever was measured within the objective's window and is not now was left unmeasured. Whoever never was has no
    // data, which is neither.
    let known = Expr::range(subject.recorded(MEASURED), subject.slo.window.nominal());
    let called = Expr::number(0.0)
        .binary(BinaryOp::Mul, Expr::call("last_over_time", [known]))
        .binary(BinaryOp::Add, Expr::number(unmeasured));
    let all = Expr::selector(subject.recorded(MEASURED)).binary(BinaryOp::Or, called);
    vec![subject.record(MEASURED, good), subject.record(GOOD, all)]
}

/// The error ratios over the windows of alerts.
pub(super) fn ratios(subject: &Subject<'_>) -> Vec<Rule> {
    subject.windows().into_iter().map(|window| ratio(subject, window)).collect()
}

/// Slices are equally long, so here the mean is the ratio.
pub(super) fn ratio(subject: &Subject<'_>, window: Duration) -> Rule {
    let good = Expr::call("avg_over_time", [Expr::range(subject.recorded(GOOD), window)]);
    subject.record(&ratio_name(window), Expr::number(1.0).binary(BinaryOp::Sub, good))
}
