//! Aggregations: series into groups by their labels, then step by step into one value per group.

use std::collections::HashMap;

use crate::base::{Labels, Sample, Span};
use crate::promql::{AggregateOp, Expr, Grouping};

use super::eval::Evaluator;
use super::fold::{Groups, labels as labels_of_group};
use super::foremost::foremost;
use super::functions::check_name;
use super::number::general;
use super::quantile::quantile;
use super::track::{Cell, Grid, Node, Track, cell, float};
use super::value::{Compat, EvalError};
use super::{counted, remark, sampler};

/// Series that are aggregated together.
struct Group<'a> {
    labels: Labels,
    drop_name: bool,
    members: Vec<&'a Track>,
}

/// Evaluates an aggregation over the grid.
pub(super) fn evaluate(
    evaluator: &mut Evaluator<'_>,
    op: AggregateOp,
    param: Option<&Expr>,
    expr: &Expr,
    grouping: &Grouping,
    span: Span,
    grid: Grid,
) -> Result<Node, EvalError> {
    let tracks = evaluator.vector(expr, grid)?;
    let Some(param) = param else {
        let mut groups = Groups::new(op, grouping, grid.steps, evaluator.params.compat);
        for track in &tracks {
            groups.add(track);
        }
        let (tracks, remarks) = groups.finish();
        for remark in remarks {
            evaluator.remark(expr.span, remark);
        }
        return Ok(Node::Vector(tracks));
    };
    let groups = group(&tracks, grouping);
    let of_groups = |values: &mut dyn FnMut(&[&Track]) -> Vec<Cell>| -> Vec<Track> {
        let one = |group: &Group<'_>| Track {
            labels: group.labels.clone(),
            drop_name: group.drop_name,
            cells: values(&group.members),
        };
        groups.iter().map(one).collect()
    };
    Ok(Node::Vector(match op {
        AggregateOp::Quantile => {
            let qs = evaluator.scalar(param, grid)?;
            warn_about_quantiles(evaluator, &qs, param.span);
            tell_of_histograms(evaluator, op, &tracks, expr.span);
            of_groups(&mut |members| quantiles(&qs, members))
        }
        AggregateOp::Topk | AggregateOp::Bottomk | AggregateOp::Limitk => {
            let ks = evaluator.scalar(param, grid)?;
            if !any_elements(&ks, param.span)? {
                return Ok(Node::Vector(Vec::new()));
            }
            if op != AggregateOp::Limitk {
                tell_of_histograms(evaluator, op, &tracks, span);
            }
            let chosen = |group: &Group<'_>| match op {
                AggregateOp::Limitk => sampler::limitk(&ks, &group.members),
                _ => extremes(op, &ks, &group.members, evaluator.params.compat),
            };
            groups.iter().flat_map(chosen).collect()
        }
        AggregateOp::LimitRatio => {
            let ratios = evaluator.scalar(param, grid)?;
            check_ratios(evaluator, &ratios, param.span)?;
            groups.iter().flat_map(|group| sampler::limit_ratio(&ratios, &group.members)).collect()
        }
        AggregateOp::CountValues => {
            let label = Evaluator::text(param)?;
            if label.is_empty() {
                return Err(EvalError::invalid(param.span, "invalid label name \"\""));
            }
            check_name(label, evaluator.params.compat, param.span)?;
            counted::count_values(label, &tracks, grouping, grid.steps)
        }
        _ => {
            return Err(EvalError::invalid(
                param.span,
                format!("{} takes no argument before its vector", op.word()),
            ));
        }
    }))
}

/// The smallest and the largest of some numbers; NaN where one is.
fn bounds(numbers: &[f64]) -> (f64, f64) {
    let nan = numbers.iter().any(|number| number.is_nan());
    let fold =
        |of: fn(f64, f64) -> f64| numbers.iter().copied().reduce(of).filter(|_| !nan).unwrap_or(f64::NAN);
    (fold(f64::min), fold(f64::max))
}

fn warn_about_quantiles(evaluator: &mut Evaluator<'_>, qs: &[f64], span: Span) {
    if qs.iter().any(|q| q.is_nan()) {
        evaluator.warn_about_quantile(f64::NAN, span);
    }
    let numbers: Vec<f64> = qs.iter().copied().filter(|q| !q.is_nan()).collect();
    let (least, most) = bounds(&numbers);
    for q in [most, least].into_iter().filter(|q| !q.is_nan()) {
        evaluator.warn_about_quantile(q, span);
    }
}

/// Whether any step asks for an element at all.
fn any_elements(ks: &[f64], span: Span) -> Result<bool, EvalError> {
    const LIMIT: f64 = 9_223_372_036_854_775_808.0; // 2^63
    let (least, most) = bounds(ks);
    if most < 1.0 {
        return Ok(false);
    }
    let refuse = |message: String| Err(EvalError::invalid(span, message));
    if most.is_nan() {
        return refuse("Parameter value is NaN".to_owned());
    }
    if least <= -LIMIT {
        return refuse(format!("Scalar value {} underflows int64", general(least)));
    }
    if most >= LIMIT {
        return refuse(format!("Scalar value {} overflows int64", general(most)));
    }
    Ok(true)
}

/// A ratio beyond 1 in either direction counts as 1.
fn check_ratios(evaluator: &mut Evaluator<'_>, ratios: &[f64], span: Span) -> Result<(), EvalError> {
    let (least, most) = bounds(ratios);
    if most.is_nan() {
        return Err(EvalError::invalid(span, "Ratio value is NaN"));
    }
    if most > 1.0 {
        evaluator.remark(span, remark::invalid_ratio(most, 1.0));
    }
    if least < -1.0 {
        evaluator.remark(span, remark::invalid_ratio(least, -1.0));
    }
    Ok(())
}

/// Says that histograms are left out, where there are any.
fn tell_of_histograms(evaluator: &mut Evaluator<'_>, op: AggregateOp, tracks: &[Track], span: Span) {
    let mut cells = tracks.iter().flat_map(|track| &track.cells);
    if cells.any(|cell| matches!(cell, Some(Sample::Histogram(_)))) {
        evaluator.remark(span, remark::ignored_in_aggregation(op.word()));
    }
}

fn group<'a>(tracks: &'a [Track], grouping: &Grouping) -> Vec<Group<'a>> {
    let mut places: HashMap<Labels, usize> = HashMap::new();
    let mut groups: Vec<Group<'a>> = Vec::new();
    for track in tracks {
        let labels = labels_of_group(&track.labels, grouping);
        let place = *places.entry(labels.clone()).or_insert(groups.len());
        match groups.get_mut(place) {
            Some(group) => {
                group.drop_name |= track.drop_name;
                group.members.push(track);
            }
            None => groups.push(Group { labels, drop_name: track.drop_name, members: vec![track] }),
        }
    }
    groups
}

/// The members' numbers at a step, with their places.
fn at_step(members: &[&Track], step: usize) -> Vec<(usize, f64)> {
    let here = |(place, member): (usize, &&Track)| Some((place, float(member.cells.get(step)?)?));
    members.iter().enumerate().filter_map(here).collect()
}

fn quantiles(qs: &[f64], members: &[&Track]) -> Vec<Cell> {
    let at = |(step, q): (usize, &f64)| {
        let mut values: Vec<f64> = at_step(members, step).into_iter().map(|(_, value)| value).collect();
        if values.is_empty() { None } else { cell(quantile(*q, &mut values)) }
    };
    qs.iter().enumerate().map(at).collect()
}

/// The k largest or smallest members at each step, in the order of the last step's values.
fn extremes(op: AggregateOp, ks: &[f64], members: &[&Track], compat: Compat) -> Vec<Track> {
    let kept = |member: &&Track| Track { cells: vec![None; ks.len()], ..(*member).clone() };
    let mut chosen: Vec<Track> = members.iter().map(kept).collect();
    let mut order: Vec<usize> = Vec::new();
    for (step, k) in ks.iter().enumerate() {
        order.clear();
        for (place, value) in foremost(&at_step(members, step), *k as usize, op == AggregateOp::Topk, compat)
        {
            order.push(place);
            if let Some(here) = chosen.get_mut(place).and_then(|track| track.cells.get_mut(step)) {
                *here = cell(value);
            }
        }
    }
    let rank = |place: usize| order.iter().position(|other| *other == place).unwrap_or(usize::MAX);
    let mut ranked: Vec<(usize, Track)> =
        chosen.into_iter().enumerate().map(|(place, track)| (rank(place), track)).collect();
    ranked.sort_by_key(|(rank, _)| *rank);
    ranked
        .into_iter()
        .map(|(_, track)| track)
        .filter(|track| track.cells.iter().any(Option::is_some))
        .collect()
}
