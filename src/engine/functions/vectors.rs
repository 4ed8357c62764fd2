//! Functions about vectors as a whole: presence, order, and the way from and to numbers.

use std::borrow::Cow;

use crate::base::{Labels, METRIC_NAME};
use crate::promql::{AggregateOp, Expr, ExprKind, MatchOp};

use super::super::eval::Evaluator;
use super::super::features::Feature;
use super::super::quantile::nan_first;
use super::super::remark;
use super::super::track::{Cell, Node, Track, cell, float, mark_present};
use super::super::value::EvalError;
use super::super::{range, select};
use super::{Call, seconds};

pub(super) fn vector(evaluator: &mut Evaluator<'_>, call: &Call<'_>) -> Result<Node, EvalError> {
    let values = evaluator.scalar(call.arg(0)?, call.grid)?;
    Ok(Node::Vector(vec![Track::unlabelled(&values)]))
}

/// The value of the only element; NaN where there is none or more than one.
pub(super) fn scalar(evaluator: &mut Evaluator<'_>, call: &Call<'_>) -> Result<Node, EvalError> {
    let tracks = evaluator.vector(call.arg(0)?, call.grid)?;
    let only = |step: usize| {
        let mut here = tracks.iter().filter_map(|track| track.cells.get(step).and_then(float));
        match (here.next(), here.next()) {
            (Some(value), None) => value,
            _ => f64::NAN,
        }
    };
    Ok(Node::Scalar((0..call.grid.steps).map(only).collect()))
}

/// The time of the sample of a selector; of anything else the time of evaluation.
pub(super) fn timestamp(evaluator: &mut Evaluator<'_>, call: &Call<'_>) -> Result<Node, EvalError> {
    let arg = call.arg(0)?;
    let tracks = if let ExprKind::Selector(selector) = &arg.unparenthesised().kind {
        select::timestamps(evaluator, selector, arg.span, call.grid)?
    } else {
        let now = seconds(call.grid);
        let mut tracks = evaluator.vector(arg, call.grid)?;
        for track in &mut tracks {
            for (here, now) in track.cells.iter_mut().zip(&now) {
                *here = here.as_ref().and_then(|_| cell(*now));
            }
        }
        tracks
    };
    evaluator.without_names(tracks, call.span).map(Node::Vector)
}

/// When the counter behind the sample of a selector started, 0 where that is not known; nothing for anything else.
pub(super) fn start_timestamp(evaluator: &mut Evaluator<'_>, call: &Call<'_>) -> Result<Node, EvalError> {
    let arg = call.arg(0)?;
    let tracks = match &arg.unparenthesised().kind {
        ExprKind::Selector(selector) if evaluator.params.features.has(Feature::StartTimestamps) => {
            select::starts(evaluator, selector, arg.span, call.grid)?
        }
        _ => Vec::new(),
    };
    evaluator.without_names(tracks, call.span).map(Node::Vector)
}

pub(super) fn absent(evaluator: &mut Evaluator<'_>, call: &Call<'_>) -> Result<Node, EvalError> {
    let arg = call.arg(0)?;
    let tracks = evaluator.vector(arg, call.grid)?;
    let mut present = vec![false; call.grid.steps];
    for track in &tracks {
        mark_present(&mut present, track);
    }
    Ok(Node::Vector(vec![missing(arg, &present)]))
}

pub(super) fn absent_over_time(evaluator: &mut Evaluator<'_>, call: &Call<'_>) -> Result<Node, EvalError> {
    let arg = call.arg(0)?;
    let vector = range::evaluate(evaluator, arg, call.grid)?;
    let mut present = vec![false; call.grid.steps];
    for track in &vector.tracks {
        let windows = vector.windows(track, evaluator.params.compat);
        present.iter_mut().enumerate().for_each(|(step, present)| *present |= windows.any_at(step));
    }
    Ok(Node::Vector(vec![missing(arg, &present)]))
}

/// The vector whose elements `absent` or `absent_over_time` looks for.
pub(in super::super) fn looked_for<'a>(function: &str, args: &'a [Expr]) -> Option<Cow<'a, Expr>> {
    match function {
        "absent" => args.first().map(Cow::Borrowed),
        "absent_over_time" => Some(Cow::Owned(Expr::call("present_over_time", args.to_vec()))),
        _ => None,
    }
}

/// 1 where nothing is present, with the labels that a selector asks for by `=` and by that alone.
pub(in super::super) fn missing(arg: &Expr, present: &[bool]) -> Track {
    let matchers = match &arg.unparenthesised().kind {
        ExprKind::Selector(selector) | ExprKind::Range { selector, .. } => selector.matchers.as_slice(),
        _ => &[],
    };
    // A second condition on a label takes it away again; a first that is no `=` does not count.
    let mut told: Vec<(&str, Option<&str>)> = Vec::new();
    for matcher in matchers.iter().filter(|matcher| matcher.name != METRIC_NAME) {
        let equal = Some(matcher.value.as_str()).filter(|_| matcher.op == MatchOp::Equal);
        match told.iter_mut().find(|(name, _)| *name == matcher.name) {
            Some((_, value)) => *value = None,
            None if equal.is_some() => told.push((&matcher.name, equal)),
            None => {}
        }
    }
    let labels: Labels = told.into_iter().filter_map(|(name, value)| Some((name, value?))).collect();
    let cells: Vec<Cell> = present.iter().map(|present| if *present { None } else { cell(1.0) }).collect();
    Track { labels, drop_name: false, cells }
}

/// `sort` and `sort_desc`: by value, NaN last.
pub(super) fn sort(evaluator: &mut Evaluator<'_>, call: &Call<'_>) -> Result<Node, EvalError> {
    let mut tracks = evaluator.vector(call.arg(0)?, call.grid)?;
    // Histograms have no order, and no place in what is sorted.
    for track in &mut tracks {
        track.map(|_, value| cell(value));
    }
    if !is_pointless(evaluator, call) {
        let value = |track: &Track| track.cells.first().and_then(float).unwrap_or(f64::NAN);
        let descending = call.name == "sort_desc";
        tracks.sort_by(|a, b| {
            let (a, b) = (value(a), value(b));
            if descending || a.is_nan() || b.is_nan() { nan_first(b, a) } else { nan_first(a, b) }
        });
    }
    Ok(Node::Vector(tracks))
}

/// `sort_by_label` and `sort_by_label_desc`: by the labels named, numbers in them by their size; then by all labels.
pub(super) fn sort_by_label(evaluator: &mut Evaluator<'_>, call: &Call<'_>) -> Result<Node, EvalError> {
    let mut tracks = evaluator.vector(call.arg(0)?, call.grid)?;
    let names = call.args.iter().skip(1).map(Evaluator::text).collect::<Result<Vec<_>, _>>()?;
    if !is_pointless(evaluator, call) {
        let descending = call.name == "sort_by_label_desc";
        tracks.sort_by(|a, b| {
            let named = names.iter().map(|name| natural(a.labels.value(name), b.labels.value(name)));
            let order = named.fold(std::cmp::Ordering::Equal, std::cmp::Ordering::then);
            let order = order.then_with(|| a.labels.cmp(&b.labels));
            if descending { order.reverse() } else { order }
        });
    }
    Ok(Node::Vector(tracks))
}

/// Compares texts so that `a2` comes before `a10`.
fn natural(a: &str, b: &str) -> std::cmp::Ordering {
    let (mut a, mut b) = (a, b);
    while !a.is_empty() && !b.is_empty() {
        let (head_a, head_b) = (chunk(a), chunk(b));
        let (digits_a, digits_b) = (head_a.trim_start_matches('0'), head_b.trim_start_matches('0'));
        let numbers = [head_a, head_b].iter().all(|head| head.starts_with(|c: char| c.is_ascii_digit()));
        let order = if numbers {
            digits_a.len().cmp(&digits_b.len()).then_with(|| digits_a.cmp(digits_b)).then(head_a.cmp(head_b))
        } else {
            head_a.cmp(head_b)
        };
        if order.is_ne() {
            return order;
        }
        (a, b) = (&a[head_a.len()..], &b[head_b.len()..]);
    }
    a.len().cmp(&b.len())
}

/// The longest start of a text that is all digits, or has none.
fn chunk(text: &str) -> &str {
    let digits = text.starts_with(|c: char| c.is_ascii_digit());
    let end = text.find(|c: char| c.is_ascii_digit() != digits).unwrap_or(text.len());
    &text[..end]
}

/// Range queries are ordered by labels, whatever a query says.
fn is_pointless(evaluator: &mut Evaluator<'_>, call: &Call<'_>) -> bool {
    let range = !evaluator.params.is_instant();
    if range {
        evaluator.remark(call.span, remark::sort_in_range_query());
    }
    range
}

/// Whether the order of an instant query's result is what was asked for.
pub(in super::super) fn orders_its_result(expr: &Expr) -> bool {
    match &expr.unparenthesised().kind {
        ExprKind::Call { function, .. } => function.starts_with("sort"),
        ExprKind::Aggregate { op, .. } => matches!(op, AggregateOp::Topk | AggregateOp::Bottomk),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_in_texts_count_by_size() {
        let mut texts = ["a10", "a2", "a02", "b1", "a", "10", "9"];
        texts.sort_by(|a, b| natural(a, b));
        assert_eq!(texts, ["9", "10", "a", "a02", "a2", "a10", "b1"]);
    }
}
