//! Elements of two vectors find each other by their labels. "One" is the side on which a signature may stand for one
//! element alone; the other is "many", even where it has but one.

use std::collections::HashMap;

use super::super::element::{LastRemarks, Verdict};
use super::super::eval::Evaluator;
use super::super::track::{Cell, Track, merge_same_labels};
use super::super::value::{Compat, EvalError};
use super::Operation;
use crate::base::{Labels, Sample};
use crate::promql::Group;

/// The value of an operator for elements of both sides that find each other.
pub(super) fn matched(
    operation: &Operation<'_>,
    evaluator: &Evaluator<'_>,
    left: &[Track],
    right: &[Track],
    steps: usize,
    remarks: &mut LastRemarks,
) -> Result<Vec<Track>, EvalError> {
    let swapped = matches!(operation.matching.group, Some(Group::Right(_)));
    let (many, one) = if swapped { (right, left) } else { (left, right) };
    let active = active(operation, many, one, steps);
    let pairing = Pairing { operation, evaluator, swapped, filled: many.len(), active };
    let crowds = crowds(operation, many, one);
    for crowd in &crowds {
        pairing.refuse_twins(crowd)?;
    }
    let mut results = Vec::new();
    for crowd in &crowds {
        pairing.pair(crowd, &mut results, remarks)?;
    }
    merge_same_labels(results, operation.span)
}

fn present(tracks: &[Track], step: usize) -> bool {
    tracks.iter().any(|track| here(track, step).is_some())
}

fn here(track: &Track, step: usize) -> Option<&Sample> {
    track.cells.get(step).and_then(Option::as_ref)
}

/// The steps at which something may come of the operator: both sides have elements, or one has and the other is filled.
fn active(operation: &Operation<'_>, many: &[Track], one: &[Track], steps: usize) -> Vec<bool> {
    let fills = !operation.matching.fill.is_none();
    let at = |step| match (present(many, step), present(one, step)) {
        (true, true) => true,
        (false, false) => false,
        _ => fills,
    };
    (0..steps).map(at).collect()
}

/// The series of both sides that share a signature, with their places in their side.
struct Crowd<'a> {
    signature: Labels,
    many: Vec<(usize, &'a Track)>,
    one: Vec<(usize, &'a Track)>,
}

/// All crowds, in the order in which their signatures first stand in either side.
fn crowds<'a>(operation: &Operation<'_>, many: &'a [Track], one: &'a [Track]) -> Vec<Crowd<'a>> {
    let mut places: HashMap<Labels, usize> = HashMap::new();
    let mut crowds: Vec<Crowd<'a>> = Vec::new();
    let placed =
        |tracks: &'a [Track], is_many: bool| tracks.iter().enumerate().map(move |placed| (placed, is_many));
    for ((rank, track), is_many) in placed(many, true).chain(placed(one, false)) {
        let signature = operation.signature(&track.labels);
        let place = *places.entry(signature.clone()).or_insert(crowds.len());
        if place == crowds.len() {
            crowds.push(Crowd { signature, many: Vec::new(), one: Vec::new() });
        }
        if let Some(crowd) = crowds.get_mut(place) {
            let side = if is_many { &mut crowd.many } else { &mut crowd.one };
            side.push((rank, track));
        }
    }
    crowds
}

struct Pairing<'a> {
    operation: &'a Operation<'a>,
    evaluator: &'a Evaluator<'a>,
    /// Whether "many" is the right side.
    swapped: bool,
    /// The rank of filled elements of "one": after all of "many".
    filled: usize,
    active: Vec<bool>,
}

impl Pairing<'_> {
    fn steps(&self) -> impl Iterator<Item = usize> {
        self.active.iter().enumerate().filter(|(_, active)| **active).map(|(step, _)| step)
    }

    /// Two elements of the "one" side may not share a signature at a step, even if nothing would find them.
    fn refuse_twins(&self, crowd: &Crowd<'_>) -> Result<(), EvalError> {
        if crowd.one.len() < 2 {
            return Ok(());
        }
        for step in self.steps() {
            let mut twins =
                crowd.one.iter().map(|(_, track)| *track).filter(|track| here(track, step).is_some());
            if let (Some(a), Some(b)) = (twins.next(), twins.next()) {
                let side = if self.swapped { "left" } else { "right" };
                let mut names = [a, b].map(|track| braced(&track.labels));
                names.sort();
                let message = format!(
                    "found duplicate series for the match group {} on the {side} hand-side of the operation: [{}];\
                     many-to-many matching not allowed: matching labels must be unique on one side",
                    braced(&crowd.signature),
                    names.join(", ")
                );
                return Err(EvalError::invalid(self.operation.span, message)
                    .with_help("aggregate that side, or match on more labels"));
            }
        }
        Ok(())
    }

    fn pair(
        &self,
        crowd: &Crowd<'_>,
        results: &mut Vec<Track>,
        remarks: &mut LastRemarks,
    ) -> Result<(), EvalError> {
        let fill = self.operation.matching.fill;
        // Where a result was tried, kept or not: for one-to-one once per step, else once per step and labels.
        let mut tried: HashMap<Labels, Vec<bool>> = HashMap::new();
        let checks = crowd.many.len() > 1;
        // Where elements found each other and something could be made of them.
        let mut matched = vec![false; self.active.len()];
        let mut add = |matched: &mut [bool], rank, many: &Labels, one: &Labels, values: Values<'_>| {
            let labels = self.labels(many, one);
            let mut cells: Vec<Cell> = vec![None; self.active.len()];
            let whose = if self.operation.matching.group.is_some() { labels.clone() } else { Labels::new() };
            let mut tried = checks.then(|| tried.entry(whose).or_insert_with(|| vec![false; cells.len()]));
            for (step, (l, r)) in values {
                let (l, r) = if self.swapped { (r, l) } else { (l, r) };
                let (made, remark) = self.operation.elements(&l, &r, Verdict::Left);
                remarks.note(step, rank, remark);
                let Some((value, keep)) = made else { continue };
                if let Some(matched) = matched.get_mut(step) {
                    *matched = true;
                }
                // Prometheus 2.42 minds two results only where both are kept.
                if !keep && self.evaluator.params.compat == Compat::Prom2 {
                    continue;
                }
                if let Some(tried) = tried.as_mut().and_then(|tried| tried.get_mut(step))
                    && std::mem::replace(tried, true)
                {
                    return Err(self.ambiguous());
                }
                if let Some(cell) = cells.get_mut(step) {
                    *cell = keep.then_some(value);
                }
            }
            if cells.iter().any(Option::is_some) {
                results.push(Track { labels, drop_name: self.drops_name(), cells });
            }
            Ok(())
        };
        for (rank, many) in &crowd.many {
            for (_, one) in &crowd.one {
                let both = |step| Some((step, (here(many, step)?.clone(), here(one, step)?.clone())));
                add(&mut matched, *rank, &many.labels, &one.labels, Box::new(self.steps().filter_map(both)))?;
            }
            if let Some(fill) = fill.right {
                let missing = |step| {
                    let alone = crowd.one.iter().all(|(_, track)| here(track, step).is_none());
                    let many = here(many, step).filter(|_| alone)?;
                    Some((step, (many.clone(), Sample::Float(fill))))
                };
                let values = Box::new(self.steps().filter_map(missing));
                add(&mut matched, *rank, &many.labels, &crowd.signature, values)?;
            }
        }
        if let Some(fill) = fill.left {
            let alone: Vec<usize> = self.steps().filter(|step| matched.get(*step) == Some(&false)).collect();
            for (rank, one) in &crowd.one {
                let missing = |step: &usize| Some((*step, (Sample::Float(fill), here(one, *step)?.clone())));
                let values = Box::new(alone.iter().filter_map(missing));
                add(&mut matched, self.filled + rank, &crowd.signature, &one.labels, values)?;
            }
        }
        Ok(())
    }

    fn ambiguous(&self) -> EvalError {
        let (message, help) = if self.operation.matching.group.is_some() {
            (
                "grouping labels must ensure unique matches",
                "name more labels of the \"many\" side, or fewer to copy",
            )
        } else {
            (
                "many-to-one matching must be explicit (group_left/group_right)",
                "say group_left or group_right where many elements match one",
            )
        };
        let message = format!("multiple matches for labels: {message}");
        EvalError::invalid(self.operation.span, message).with_help(help)
    }

    /// Whether the name is to be taken off in the end: arithmetic takes it off at once.
    fn drops_name(&self) -> bool {
        self.operation.return_bool && self.evaluator.delays_names()
    }

    /// The labels of the result.
    fn labels(&self, many: &Labels, one: &Labels) -> Labels {
        let operation = self.operation;
        let delayed = operation.return_bool && self.evaluator.delays_names();
        let mut labels = if operation.keeps_name(self.evaluator) || delayed {
            many.clone()
        } else {
            self.evaluator.nameless(many)
        };
        match &operation.matching.group {
            None if operation.matching.on => labels = labels.only(&operation.matching.labels),
            None => labels = labels.without(&operation.matching.labels),
            Some(Group::Left(include) | Group::Right(include)) => {
                for name in include {
                    labels = labels.with(name, one.value(name));
                }
            }
        }
        labels
    }
}

/// Steps with the elements of "many" and "one" there.
type Values<'v> = Box<dyn Iterator<Item = (usize, (Sample, Sample))> + 'v>;

/// Labels in braces, the metric's name among them.
fn braced(labels: &Labels) -> String {
    let pairs: Vec<String> = labels.iter().map(|(name, value)| format!("{name}={value:?}")).collect();
    format!("{{{}}}", pairs.join(", "))
}
