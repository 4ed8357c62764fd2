//! The methods of the Prometheus backend.
//!
//! slo-generator pastes the length of a step where a query says `[window`, appends it where none does, and puts the
//! operators around. Here the same is done with the tree of the query.

use super::super::decode::At;
use super::super::query::{self, Query};
use super::super::vars::Filled;
use super::super::{foreign, values, windows};
use crate::base::{Duration, Span, nearest};
use crate::diag::{Code, quote};
use crate::promql::{AggregateOp, BinaryOp, DurationExpr, Expr, ExprKind, Selector, ValueType, signature};
use crate::slo::{Empty, EventsSli, Polarity, RatioSli, Sli, Unit, Window};

/// Over which time a ratio is taken that cannot be taken apart.
const RATIO_SLICE: Duration = Duration::minutes(5);

/// Reads an indicator of one of the methods.
pub(super) fn sli(method: &At, at: &At, window: Option<Window>) -> Option<Sli> {
    let methods = [("good_bad_ratio", 0), ("query_sli", 1), ("distribution_cut", 2)];
    match values::one_of(method, &methods)? {
        0 => good_bad_ratio(at).map(Sli::Events),
        1 => query_sli(at, window),
        _ => distribution_cut(at),
    }
}

/// Good events and bad ones, or good ones and all.
fn good_bad_ratio<'a>(at: &At<'a>) -> Option<EventsSli> {
    at.fields(|f| {
        let here = |at: &At<'a>| Some(at.clone());
        let good = f.required("filter_good", "filter_good: 'http_requests_total{code=~\"2..\"}'", here);
        let help = "write `filter_valid:` with all events, or `filter_bad:` with the bad ones";
        let other = f.one_of(&["filter_valid", "filter_bad"], help);
        let operators = match f.find("operators") {
            Some(at) => operators(&at)?,
            None => vec!["increase".to_owned(), "sum".to_owned()],
        };
        let good = good.and_then(|at| counted(&at, &operators));
        let (field, other) = other?;
        let all = counted(&other, &operators);
        let (good, all) = (good?, all?);
        let (polarity, part, total) = match field {
            "filter_valid" => (Polarity::Good, good, all),
            _ => (Polarity::Bad, all.clone(), good.binary(BinaryOp::Add, all)),
        };
        crate::slo::sli::events(polarity, &part, &total).or_else(|| {
            let message = "good events and the others are not counted alike";
            other.say(other.fault(Code::NotEvents, message).help("write both with the same functions"))
        })
    })
}

/// Functions that count events, and aggregations, by whose names others may be meant.
const USUAL: [&str; 4] = ["increase", "rate", "sum_over_time", "count_over_time"];

fn operators(at: &At) -> Option<Vec<String>> {
    at.all(|at| {
        let name = at.text()?;
        let known = || AggregateOp::ALL.iter().map(|op| op.word()).chain(USUAL);
        if known().any(|known| known == name) || signature(name).is_some() {
            return Some(name.to_owned());
        }
        let fault = at.fault(Code::UnknownWord, format!("{} is not a function of PromQL", quote(name)));
        at.say(fault.help(match nearest(name, known()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "write `[increase, sum]`, or leave it out".to_owned(),
        }))
    })
}

/// A filter with the operators around it, the first one innermost.
fn counted(at: &At, operators: &[String]) -> Option<Expr> {
    let query = windowed(at)?;
    let mut expr = query.expr.clone();
    if let ExprKind::Selector(selector) = &query.expr.unparenthesised().kind {
        expr = ExprKind::Range { selector: selector.clone(), range: DurationExpr::Window }.into();
    } else if !expr.uses_window() {
        return say_no_window(&query);
    }
    if query.expr.selectors().into_iter().any(query::is_shifted) {
        let message = "a counter cannot have `offset` or `@` here";
        let help = "remove it; the objective's window says which time is counted";
        return query.say(Code::ShiftedCounter, message, help);
    }
    for operator in operators {
        expr = match AggregateOp::ALL.iter().find(|op| op.word() == operator) {
            Some(op) => expr.aggregate_by::<&str>(*op, &[]),
            None => Expr::call(operator, [expr]),
        };
    }
    if crate::slo::sli::events(Polarity::Good, &expr, &expr).is_some() {
        return Some(expr);
    }
    let message =
        format!("{} is not a number of events that can be added up over time", quote(&expr.to_string()));
    query.say(Code::NotEvents, &message, "write a counter as the filter, and leave `operators` out")
}

/// A ratio of good events, taken apart into events where that can be done.
fn query_sli(at: &At, window: Option<Window>) -> Option<Sli> {
    at.fields(|f| {
        f.required("expression", "expression: 'sum(rate(good[window])) / sum(rate(all[window]))'", |at| {
            let query = windowed(at)?;
            if !query.expr.uses_window() {
                return say_no_window(&query);
            }
            if !matches!(query.expr.value_type(), ValueType::Vector | ValueType::Scalar) {
                let message = format!("the query gives a {}, not a ratio", query.expr.value_type());
                return query.say(Code::QueryType, &message, "write the share of good events");
            }
            if let Some(events) = crate::slo::sli::quotient(&query.expr, Polarity::Good) {
                return Some(Sli::Events(events));
            }
            let message = "the ratio is not one number of events divided by another, so its mean over time is judged";
            let fault = query.fault(Code::MeanOfRatios, query.expr.span, message);
            let help = "time with few events counts as much as time with many; `method: good_bad_ratio` counts events";
            query.warn(fault.help(help));
            let slice = windows::is_filled(at, RATIO_SLICE, window.as_slice()).then_some(RATIO_SLICE)?;
            let (polarity, ratio) = (Polarity::Good, query.expr.clone());
            Some(Sli::Ratio(RatioSli { polarity, ratio, slice, empty: Empty::Ignore }))
        })
    })
}

/// Events up to a boundary of a histogram among all.
fn distribution_cut(at: &At) -> Option<Sli> {
    at.fields(|f| {
        let buckets = f.required("expression", "expression: http_request_duration_seconds_bucket", |at| {
            let mut query = windowed(at)?;
            if let ExprKind::Range { selector, range: DurationExpr::Window } = &query.expr.kind {
                query.expr.kind = ExprKind::Selector(selector.clone());
            }
            query::buckets(&query)
        });
        let threshold = f.required("threshold_bucket", "threshold_bucket: 0.25", values::positive);
        let (buckets, threshold) = (buckets?, threshold?);
        Some(match unit(&buckets) {
            Some(unit) => Sli::Latency(foreign::latency(buckets, threshold, unit)),
            None => Sli::Events(up_to(&buckets, threshold)),
        })
    })
}

/// The unit of a histogram by its name: seconds, unless another is named. None where it is no time.
fn unit(buckets: &Selector) -> Option<Unit> {
    let name = buckets.name.as_deref().unwrap_or_default();
    let base = name.strip_suffix("_bucket").unwrap_or(name);
    let ends = |words: &[&str]| words.iter().any(|word| base.ends_with(word));
    if ends(&["_bytes", "_size", "_ratio", "_percent", "_count", "_length"]) {
        None
    } else if ends(&["_milliseconds", "_millis", "_ms"]) {
        Some(Unit::Milliseconds)
    } else {
        Some(Unit::Seconds)
    }
}

/// Events up to a boundary of a histogram that measures no time.
fn up_to(buckets: &Selector, boundary: f64) -> EventsSli {
    let mut good = buckets.clone();
    good.matchers.push(crate::slo::sli::le_matcher(boundary));
    let total = buckets.clone().with("le", crate::promql::MatchOp::Equal, "+Inf");
    EventsSli { polarity: Polarity::Good, part: Expr::selector(good), total: Expr::selector(total) }
}

/// Reads a query in which `[window` is the window.
fn windowed<'q, 'a>(at: &'q At<'a>) -> Option<Query<'q, 'a>> {
    let find = |rest: &str| {
        let start = rest.find("[window")?;
        Some((Span::new(start, start + "[window".len()), "[$window"))
    };
    Query::of(at, Filled::replacing(at.text()?, find), true)
}

fn say_no_window<T>(query: &Query) -> Option<T> {
    let help = "write `[window]` where the time stands that is counted, such as `sum(rate(http_requests_total[window]))`";
    query.say(Code::NoWindow, "the query does not say which time it counts", help)
}
