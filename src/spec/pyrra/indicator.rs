//! Pyrra's four kinds of indicators. All of them name metrics; none computes.

use super::super::decode::At;
use super::super::lint::{self, Role};
use super::super::query::Query;
use super::super::vars::Filled;
use super::super::{foreign, values};
use crate::base::METRIC_NAME;
use crate::diag::{Code, quote};
use crate::promql::{AggregateOp, BinaryOp, DurationExpr, Expr, ExprKind, MatchOp, Matcher, Selector};
use crate::slo::{EventsSli, Polarity, PyrraIndicator, Sli, Unit};

/// An indicator.
pub(super) struct Measured {
    pub(super) sli: Sli,
    /// The labels by whose values its budget is divided.
    pub(super) by: Vec<String>,
    /// The metrics as they are written.
    pub(super) written: PyrraIndicator,
}

pub(super) fn read(at: &At) -> Option<Measured> {
    let help = "write `ratio: {errors: {metric: …}, total: {metric: …}}`";
    at.fields(|f| match f.one_of(&["ratio", "latency", "latencyNative", "bool_gauge"], help)? {
        ("ratio", at) => ratio(&at),
        ("latency", at) => latency(&at),
        ("latencyNative", at) => native_latency(&at),
        (_, at) => bool_gauge(&at),
    })
}

/// `{errors: {metric: …}, total: {metric: …}, grouping: […]}`
fn ratio(at: &At) -> Option<Measured> {
    let (errors, total, by) = at.fields(|f| {
        let by = f.optional("grouping", values::label_names).unwrap_or_default();
        let errors = f.required("errors", "errors: {metric: 'requests_total{code=~\"5..\"}'}", counter);
        let total = f.required("total", "total: {metric: requests_total}", counter);
        Some((errors?, total?, by))
    })?;
    if errors.selector == total.selector {
        let fault =
            errors.at.fault(Code::SameQuery, "this metric counts all events too: every event would be bad");
        return at.say(fault.help("add the conditions by which errors are known, such as `code=~\"5..\"`"));
    }
    // What errors say of a label may well be narrower than what all events say of it.
    let told_by_errors = |one: &&Matcher| errors.selector.matchers.iter().any(|other| other.name == one.name);
    let untold =
        total.selector.matchers.iter().filter(|one| !told_by_errors(one)).cloned().collect::<Vec<_>>();
    say_missing(&errors, &total.under(&untold), "errors");
    let written = PyrraIndicator::Ratio { errors: errors.selector.clone(), total: total.selector.clone() };
    let (part, total) = (Expr::selector(errors.selector), Expr::selector(total.selector));
    let sli = Sli::Events(EventsSli { polarity: Polarity::Bad, part, total });
    Some(Measured { sli, by, written })
}

/// `{success: {metric: …_bucket{le="1"}}, total: {metric: …_count}, grouping: […]}`
fn latency(at: &At) -> Option<Measured> {
    let (success, total, by) = at.fields(|f| {
        let by = f.optional("grouping", values::label_names).unwrap_or_default();
        let success = f.required("success", "success: {metric: 'duration_seconds_bucket{le=\"1\"}'}", metric);
        let total = f.required("total", "total: {metric: duration_seconds_count}", metric);
        Some((success?, total?, by))
    })?;
    let (le, conditions): (Vec<Matcher>, Vec<Matcher>) =
        success.selector.matchers.iter().cloned().partition(|matcher| matcher.name == "le");
    let threshold = match le.as_slice() {
        [Matcher { op: MatchOp::Equal, value, .. }] => value.parse::<f64>().ok(),
        _ => None,
    };
    let Some(threshold) = threshold.filter(|threshold| threshold.is_finite() && *threshold > 0.0) else {
        let fault = success.at.fault(Code::NoBucket, "the metric does not say which bucket is fast enough");
        return at.say(fault.help("add the bucket's boundary to its conditions, such as `le=\"0.5\"`"));
    };
    let written = PyrraIndicator::Latency {
        success: success.selector.clone(),
        total: total.selector.clone(),
        le: le.into_iter().map(|matcher| matcher.value).collect(),
    };
    let of_total = &total.selector.matchers;
    let alike = conditions.len() == of_total.len() && conditions.iter().all(|one| of_total.contains(one));
    let buckets = success.under(&conditions);
    say_missing(&total, &buckets, "total");
    say_missing(&buckets, &total, "success");
    let base = |metric: &Metric, end| Some(metric.selector.name.as_deref()?.strip_suffix(end)?.to_owned());
    let sli = match (base(&buckets, "_bucket"), base(&total, "_count")) {
        (Some(histogram), Some(count)) if alike && histogram == count => {
            let milliseconds = ["_milliseconds", "_ms"].iter().any(|end| histogram.ends_with(end));
            let unit = if milliseconds { Unit::Milliseconds } else { Unit::Seconds };
            Sli::Latency(foreign::latency(buckets.selector, threshold, unit))
        }
        _ => {
            let (part, total) = (Expr::selector(success.selector), Expr::selector(total.selector));
            Sli::Events(EventsSli { polarity: Polarity::Good, part, total })
        }
    };
    Some(Measured { sli, by, written })
}

/// `{total: {metric: …}, latency: 200ms, grouping: […]}`: a native histogram.
fn native_latency(at: &At) -> Option<Measured> {
    let (total, threshold, by) = at.fields(|f| {
        let by = f.optional("grouping", values::label_names).unwrap_or_default();
        let total = f.required("total", "total: {metric: duration_seconds}", metric);
        let threshold = f.required("latency", "latency: 200ms", values::duration);
        Some((total?, threshold?, by))
    })?;
    let written = PyrraIndicator::NativeLatency { total: total.selector.clone(), within: threshold };
    let grown = grown("increase", &total.selector).aggregate_by(AggregateOp::Sum, &by);
    let count = Expr::call("histogram_count", [grown.clone()]);
    let within = [Expr::number(0.0), Expr::number(threshold.as_secs()), grown];
    let part = Expr::call("histogram_fraction", within).binary(BinaryOp::Mul, count.clone());
    // Of no observations there is no fraction: then there is nothing good either, instead of no number.
    let part = part.binary(BinaryOp::Gte, Expr::number(0.0));
    let sli = Sli::Events(EventsSli { polarity: Polarity::Good, part, total: count });
    Some(Measured { sli, by, written })
}

/// `{metric: …, grouping: […]}`: a gauge that is 1 while all is well, counted by its samples.
fn bool_gauge(at: &At) -> Option<Measured> {
    at.fields(|f| {
        let by = f.optional("grouping", values::label_names).unwrap_or_default();
        let gauge = f.required("metric", "metric: probe_success", |at| selector(at, Role::Named))?;
        let over = |function| grown(function, &gauge).aggregate_by(AggregateOp::Sum, &by);
        let (part, total) = (over("sum_over_time"), over("count_over_time"));
        let sli = Sli::Events(EventsSli { polarity: Polarity::Good, part, total });
        Some(Measured { sli, by, written: PyrraIndicator::BoolGauge(gauge) })
    })
}

/// `function(selector[$window])`
fn grown(function: &str, selector: &Selector) -> Expr {
    let range = ExprKind::Range { selector: selector.clone(), range: DurationExpr::Window };
    Expr::call(function, [range.into()])
}

/// A metric with its place.
#[derive(Clone)]
struct Metric<'a> {
    at: At<'a>,
    selector: Selector,
}

impl Metric<'_> {
    /// The same metric under other conditions.
    fn under(&self, conditions: &[Matcher]) -> Self {
        Self { selector: Selector { matchers: conditions.to_vec(), ..self.selector.clone() }, ..self.clone() }
    }
}

/// `{metric: …}` that names a counter.
fn counter<'a>(at: &At<'a>) -> Option<Metric<'a>> {
    named(at, Role::Events)
}

/// `{metric: …}`
fn metric<'a>(at: &At<'a>) -> Option<Metric<'a>> {
    named(at, Role::Named)
}

fn named<'a>(at: &At<'a>, role: Role) -> Option<Metric<'a>> {
    at.fields(|f| {
        f.required("metric", "metric: http_requests_total{job=\"api\"}", |at| {
            Some(Metric { selector: selector(at, role)?, at: at.clone() })
        })
    })
}

/// A metric's name with its conditions.
fn selector(at: &At, role: Role) -> Option<Selector> {
    let query = Query::of(at, Filled::replacing(at.text()?, |_| None), false)?;
    let ExprKind::Selector(selector) = &query.expr.unparenthesised().kind else {
        let help = "write its name and conditions alone, such as `http_requests_total{job=\"api\"}`; \
                    Pyrra counts what it names";
        return query.say(Code::NotAMetric, "a metric is named here, not computed", help);
    };
    if *selector
        != (Selector {
            name: selector.name.clone(),
            matchers: selector.matchers.clone(),
            ..Selector::default()
        })
    {
        let help = "remove it; the objective's window says which time is counted";
        return query.say(Code::ShiftedCounter, "a metric cannot have `offset` or `@` here", help);
    }
    let named = |matcher: &Matcher| matcher.name == METRIC_NAME && matcher.op == MatchOp::Equal;
    if selector.name.is_none() && !selector.matchers.iter().any(named) {
        let help = "write its name before the braces, such as `http_requests_total{job=\"api\"}`";
        return query.say(Code::NotAMetric, "the metric has no name", help);
    }
    lint::query(&query, role);
    Some(selector.clone())
}

/// Warns of conditions that one metric has and the other, which `name` names, has not.
fn say_missing(metric: &Metric, other: &Metric, name: &str) {
    for missing in other.selector.matchers.iter().filter(|one| !metric.selector.matchers.contains(one)) {
        let only = Selector { name: None, matchers: vec![missing.clone()], ..Selector::default() };
        let condition = Expr::selector(only).to_string();
        let condition = condition.trim_matches(['{', '}']);
        let message = format!("`{name}` also counts what does not meet {}", quote(condition));
        let fault = metric.at.fault(Code::SelectedApart, message);
        let fault = fault.also(other.at.file(), other.at.node.span, "the other metric asks for it");
        metric
            .at
            .say::<()>(fault.help("select both by the same conditions, but for what tells good from bad"));
    }
}
