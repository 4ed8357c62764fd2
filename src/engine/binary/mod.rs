//! Operators between two expressions. Which elements find each other is decided once per series, not per step.

mod matching;

use std::collections::HashMap;

use crate::base::{Labels, METRIC_NAME, Sample, Span};
use crate::promql::{BinaryOp, Expr, ExprKind, Matching};

use super::element::{self, LastRemarks, Made, Verdict};
use super::eval::Evaluator;
use super::track::{Grid, Node, Track, mark_present, merge_same_labels};
use super::value::{Compat, EvalError};

/// An operator with its modifiers.
struct Operation<'a> {
    op: BinaryOp,
    matching: &'a Matching,
    return_bool: bool,
    span: Span,
}

/// Evaluates `lhs op rhs` over the grid.
pub(super) fn evaluate(evaluator: &mut Evaluator<'_>, expr: &Expr, grid: Grid) -> Result<Node, EvalError> {
    let ExprKind::Binary { op, lhs, rhs, matching, return_bool } = &expr.kind else {
        return Err(EvalError::invalid(expr.span, "expected an operator here"));
    };
    let operation = Operation { op: *op, matching, return_bool: *return_bool, span: expr.span };
    let left = evaluator.node(lhs, grid)?;
    let right = evaluator.node(rhs, grid)?;
    match (left, right) {
        (Node::Scalar(left), Node::Scalar(right)) if !op.is_set() => {
            let values = left.iter().zip(&right).map(|(l, r)| operation.number(*l, *r)).collect();
            Ok(Node::Scalar(values))
        }
        (Node::Vector(tracks), Node::Scalar(numbers)) if !op.is_set() => {
            operation.with_number(evaluator, tracks, &numbers, false).map(Node::Vector)
        }
        (Node::Scalar(numbers), Node::Vector(tracks)) if !op.is_set() => {
            operation.with_number(evaluator, tracks, &numbers, true).map(Node::Vector)
        }
        (Node::Vector(left), Node::Vector(right)) if op.is_set() => {
            operation.sets(left, right, grid.steps).map(Node::Vector)
        }
        (Node::Vector(left), Node::Vector(right)) => {
            let mut remarks = LastRemarks::default();
            let matched = matching::matched(&operation, evaluator, &left, &right, grid.steps, &mut remarks)?;
            remarks.told().for_each(|remark| evaluator.remark(operation.span, remark));
            Ok(Node::Vector(matched))
        }
        _ => Err(EvalError::invalid(expr.span, format!("{} does not go with these operands", op.word()))),
    }
}

impl Operation<'_> {
    fn number(&self, l: f64, r: f64) -> f64 {
        if self.op.is_comparison() {
            f64::from(element::compare(self.op, l, r))
        } else {
            element::arithmetic(self.op, l, r)
        }
    }

    /// Whether elements are kept as they are, or what is left of them.
    fn filters(&self) -> bool {
        (self.op.is_comparison() && !self.return_bool) || self.op.is_trim()
    }

    /// Whether results go by the name of an operand. Prometheus 2.42 forgot to take it off after `atan2`.
    fn keeps_name(&self, evaluator: &Evaluator<'_>) -> bool {
        self.filters() || (self.op == BinaryOp::Atan2 && evaluator.params.compat == Compat::Prom2)
    }

    /// What comes of two elements; a comparison that filters gives the one that `kept` says.
    fn elements(&self, l: &Sample, r: &Sample, kept: Verdict) -> Made {
        element::apply(self.op, if self.return_bool { Verdict::Number } else { kept }, l, r)
    }

    fn with_number(
        &self,
        evaluator: &mut Evaluator<'_>,
        mut tracks: Vec<Track>,
        numbers: &[f64],
        swapped: bool,
    ) -> Result<Vec<Track>, EvalError> {
        let mut remarks = LastRemarks::default();
        for (rank, track) in tracks.iter_mut().enumerate() {
            for (step, (here, number)) in track.cells.iter_mut().zip(numbers).enumerate() {
                let Some(value) = here.as_ref() else { continue };
                let number = Sample::Float(*number);
                let (made, remark) = if swapped {
                    self.elements(&number, value, Verdict::Right)
                } else {
                    self.elements(value, &number, Verdict::Left)
                };
                *here = made.and_then(|(value, keep)| keep.then_some(value));
                remarks.note(step, rank, remark);
            }
        }
        remarks.told().for_each(|remark| evaluator.remark(self.span, remark));
        if self.keeps_name(evaluator) { Ok(tracks) } else { evaluator.without_names(tracks, self.span) }
    }

    /// The labels by which elements find each other.
    fn signature(&self, labels: &Labels) -> Labels {
        let named = |name: &str| self.matching.labels.iter().any(|label| label == name);
        labels.filter(|name| if self.matching.on { named(name) } else { name != METRIC_NAME && !named(name) })
    }

    fn sets(&self, left: Vec<Track>, right: Vec<Track>, steps: usize) -> Result<Vec<Track>, EvalError> {
        let presence = |tracks: &[Track]| {
            let mut present: HashMap<Labels, Vec<bool>> = HashMap::new();
            for track in tracks {
                let at = present.entry(self.signature(&track.labels)).or_insert_with(|| vec![false; steps]);
                mark_present(at, track);
            }
            present
        };
        let keep = |mut tracks: Vec<Track>, others: &HashMap<Labels, Vec<bool>>, wanted: bool| {
            for track in &mut tracks {
                let others = others.get(&self.signature(&track.labels));
                for (step, cell) in track.cells.iter_mut().enumerate() {
                    if others.and_then(|at| at.get(step)).copied().unwrap_or(false) != wanted {
                        *cell = None;
                    }
                }
            }
            tracks
        };
        match self.op {
            BinaryOp::And => Ok(keep(left, &presence(&right), true)),
            BinaryOp::Unless => Ok(keep(left, &presence(&right), false)),
            _ => {
                let right = keep(right, &presence(&left), false);
                let (named, others): (Vec<_>, Vec<_>) =
                    left.into_iter().chain(right).partition(|track| track.drop_name);
                // Series whose names are yet to be dropped meet the others only in the end.
                let mut merged = merge_same_labels(others, self.span)?;
                merged.extend(merge_same_labels(named, self.span)?);
                Ok(merged)
            }
        }
    }
}
