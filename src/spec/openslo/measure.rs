//! An indicator and an objective's terms as what is measured, and what the budget counts.

use super::super::query::Query;
use super::indicator::Metric;
use super::objective::Terms;
use super::{Run, queries};
use crate::base::Duration;
use crate::diag::{Code, quote};
use crate::promql::{BinaryOp, DurationExpr, Expr, ExprKind, ValueType};
use crate::slo::{Empty, Method, Polarity, RatioSli, Sli, SlicesSli};

/// How often a condition is looked at where nothing is said.
const LOOK: Duration = Duration::minutes(1);
/// Over which time a ratio is taken where nothing is said.
const RATIO_SLICE: Duration = Duration::minutes(5);
/// Nothing is said of slices without a measurement: they lower the coverage.
const EMPTY: Empty = Empty::Ignore;

/// What is measured for an objective with these terms.
pub(super) fn measure<'a>(
    metric: &Metric<'a>,
    terms: &Terms<'a>,
    run: &Run<'_, 'a>,
) -> Option<(Sli, Method)> {
    match metric {
        Metric::Ratio { counter, polarity, part, total } => {
            terms.compares_nothing(run.version);
            let (part, total) = (part.query(run), total.query(run));
            let events = queries::events(*counter, *polarity, part.as_ref(), total.as_ref());
            Some((Sli::Events(events?), terms.method?))
        }
        Metric::Raw { polarity, ratio } => {
            terms.compares_nothing(run.version);
            let at = ratio.query(run)?;
            raw(&queries::query(&at)?, *polarity, terms)
        }
        Metric::Threshold(value) => {
            let at = value.query(run);
            let query = at.as_ref().and_then(queries::query);
            let fits = query.as_ref().and_then(value_of);
            let compared = terms.comparison();
            threshold(&fits.and(query)?, compared?, terms)
        }
    }
}

/// A finished ratio: taken apart into events where that can be done, else judged slice by slice.
fn raw(query: &Query, polarity: Polarity, terms: &Terms) -> Option<(Sli, Method)> {
    value_of(query)?;
    let method = terms.method?;
    if let Some(events) = queries::quotient(query, polarity) {
        return Some((Sli::Events(events), method));
    }
    let ratio = over_window(&query.expr);
    let slices = |slice| Sli::Ratio(RatioSli { polarity, ratio: ratio.clone(), slice, empty: EMPTY });
    match method {
        Method::Occurrences => {
            let message =
                "the ratio is not one number of events divided by another, so its mean over time is judged";
            let fault = query.fault(Code::MeanOfRatios, query.expr.span, message);
            let help = "time with few events counts as much as time with many; write `good` or `bad` and `total` instead";
            query.warn(fault.help(help));
            Some((slices(terms.slice_or(RATIO_SLICE)?), method))
        }
        Method::RatioTimeslices { slice, .. } => Some((slices(slice), Method::Occurrences)),
        Method::Timeslices { slice, target, .. } => {
            let (op, bound) = match polarity {
                Polarity::Good => (BinaryOp::Gte, target),
                Polarity::Bad => (BinaryOp::Lte, target.complement()),
            };
            compared(ratio.with_window(slice), op, bound.as_f64(), slice)
        }
    }
}

/// A value that is compared with a bound once for each slice, since `timeSliceWindow` is also how often a query is run.
fn threshold(query: &Query, (op, bound): (BinaryOp, f64), terms: &Terms) -> Option<(Sli, Method)> {
    let usual = if query.expr.uses_window() { RATIO_SLICE } else { LOOK };
    let slice = match terms.method? {
        Method::Occurrences => terms.slice_or(usual)?,
        Method::Timeslices { slice, .. } | Method::RatioTimeslices { slice, .. } => slice,
    };
    compared(query.expr.with_window(slice), op, bound, slice)
}

fn compared(value: Expr, op: BinaryOp, bound: f64, slice: Duration) -> Option<(Sli, Method)> {
    let good_when = value.binary(op, Expr::number(bound));
    Some((Sli::Slices(SlicesSli::new(good_when, slice, EMPTY)?), Method::Occurrences))
}

/// A ratio over `$window`, from one that says nothing of time: its mean.
fn over_window(ratio: &Expr) -> Expr {
    let range = DurationExpr::Window;
    let samples = match (&ratio.unparenthesised().kind, ratio.value_type()) {
        _ if ratio.uses_window() => return ratio.clone(),
        (ExprKind::Selector(selector), _) => ExprKind::Range { selector: selector.clone(), range },
        (_, kind) => {
            let every_minute = Some(DurationExpr::Fixed(LOOK));
            let ratio = match kind {
                ValueType::Scalar => Expr::call("vector", [ratio.clone()]),
                _ => ExprKind::Paren(Box::new(ratio.clone())).into(),
            };
            let (expr, offset) = (Box::new(ratio), DurationExpr::default());
            ExprKind::Subquery { expr, range, step: every_minute, offset, at: None }
        }
    };
    Expr::call("avg_over_time", [samples.into()])
}

/// Whether a query gives values that can be judged.
fn value_of(query: &Query) -> Option<()> {
    let found = query.expr.value_type();
    if matches!(found, ValueType::Vector | ValueType::Scalar) {
        return Some(());
    }
    let message = format!("the query gives a {found}, not a value: {}", quote(&query.expr.to_string()));
    query.say(
        Code::QueryType,
        &message,
        "write a query that gives one number at each moment, such as `sum(rate(…[{{.window}}]))`",
    )
}
