//! Aggregations: series into groups by their labels, then step by step into one value per group.

use std::collections::{BTreeMap, HashMap};

use crate::base::{Labels, METRIC_NAME, Span};
use crate::promql::{AggregateOp, Expr, Grouping};

use super::eval::Evaluator;
use super::fold::{self, Groups};
use super::quantile::{nan_first, quantile};
use super::track::{Cell, Grid, Node, Track, cell, float};
use super::value::EvalError;

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
    if matches!(op, AggregateOp::Limitk | AggregateOp::LimitRatio) {
        return Err(EvalError::unsupported(span, op.word()));
    }
    let tracks = evaluator.vector(expr, grid)?;
    let Some(param) = param else {
        let mut groups = Groups::new(op, grouping, grid.steps, evaluator.params.compat);
        for track in &tracks {
            groups.add(track);
        }
        return Ok(Node::Vector(groups.finish()));
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
            for q in &qs {
                evaluator.warn_about_quantile(*q, param.span);
            }
            of_groups(&mut |members| quantiles(&qs, members))
        }
        AggregateOp::Topk | AggregateOp::Bottomk => {
            let ks = evaluator.scalar(param, grid)?;
            if let Some(k) = ks.iter().find(|k| k.is_nan() || k.abs() >= i64::MAX as f64) {
                return Err(EvalError::invalid(param.span, format!("{k} is not a number of elements")));
            }
            groups.iter().flat_map(|group| extremes(op, &ks, &group.members)).collect()
        }
        AggregateOp::CountValues => {
            let label = Evaluator::text(param)?;
            if label.is_empty() {
                return Err(EvalError::invalid(
                    param.span,
                    "expected the name of a label, not an empty text",
                ));
            }
            let counted = groups.iter().flat_map(|group| count_values(label, group, grid.steps)).collect();
            super::track::merge_same_labels(counted, span)?
        }
        _ => {
            return Err(EvalError::invalid(
                param.span,
                format!("{} takes no argument before its vector", op.word()),
            ));
        }
    }))
}

fn group<'a>(tracks: &'a [Track], grouping: &Grouping) -> Vec<Group<'a>> {
    let mut places: HashMap<Labels, usize> = HashMap::new();
    let mut groups: Vec<Group<'a>> = Vec::new();
    for track in tracks {
        let labels = fold::labels(&track.labels, grouping);
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
fn extremes(op: AggregateOp, ks: &[f64], members: &[&Track]) -> Vec<Track> {
    let kept = |member: &&Track| Track { cells: vec![None; ks.len()], ..(*member).clone() };
    let mut chosen: Vec<Track> = members.iter().map(kept).collect();
    let mut order: Vec<usize> = Vec::new();
    for (step, k) in ks.iter().enumerate() {
        let mut ranked = at_step(members, step);
        // A NaN is the worst in either direction.
        ranked.sort_by(|(_, a), (_, b)| match (op, a.is_nan() || b.is_nan()) {
            (AggregateOp::Bottomk, false) => nan_first(*a, *b),
            _ => nan_first(*b, *a),
        });
        ranked.truncate(if *k < 1.0 { 0 } else { *k as usize });
        order.clear();
        for (place, value) in ranked {
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

fn count_values(label: &str, group: &Group<'_>, steps: usize) -> Vec<Track> {
    let mut counts: BTreeMap<String, Vec<f64>> = BTreeMap::new();
    for step in 0..steps {
        for (_, value) in at_step(&group.members, step) {
            let counts = counts.entry(plain(value)).or_insert_with(|| vec![0.0; steps]);
            if let Some(count) = counts.get_mut(step) {
                *count += 1.0;
            }
        }
    }
    let track = |(value, counts): (String, Vec<f64>)| Track {
        labels: group.labels.with(label, &value),
        drop_name: group.drop_name && label != METRIC_NAME,
        cells: counts.into_iter().map(|count| if count > 0.0 { cell(count) } else { None }).collect(),
    };
    counts.into_iter().map(track).collect()
}

/// A number in plain digits, the shortest that reads back.
fn plain(value: f64) -> String {
    if value.is_infinite() {
        return if value > 0.0 { "+Inf".to_owned() } else { "-Inf".to_owned() };
    }
    value.to_string()
}
