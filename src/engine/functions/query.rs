//! Functions that tell about the query itself, in seconds; the same at every step, in subqueries too.

use super::super::track::Grid;
use super::super::value::Params;
use crate::base::Duration;

/// The first time of the query.
pub(super) fn start(params: &Params, grid: Grid) -> Vec<f64> {
    vec![params.start.as_secs(); grid.steps]
}

/// The last time of the query.
pub(super) fn end(params: &Params, grid: Grid) -> Vec<f64> {
    vec![params.end.as_secs(); grid.steps]
}

/// From the first time to the last.
pub(super) fn range(params: &Params, grid: Grid) -> Vec<f64> {
    vec![(params.end - params.start).as_secs(); grid.steps]
}

/// How far apart the times are; 0 in an instant query.
pub(super) fn step(params: &Params, grid: Grid) -> Vec<f64> {
    let step = if params.is_instant() { Duration::ZERO } else { params.step };
    vec![step.as_secs(); grid.steps]
}
