//! Series while they are evaluated: one cell per step.

use std::collections::HashMap;

use crate::base::{Labels, Sample, Span};

use super::value::EvalError;

/// The times at which a node is evaluated.
#[derive(Debug, Clone, Copy)]
pub(super) struct Grid {
    pub(super) start: i64,
    pub(super) step: i64,
    pub(super) steps: usize,
}

impl Grid {
    /// The times, in milliseconds.
    pub(super) fn times(self) -> impl Iterator<Item = i64> {
        (0..self.steps).map(move |i| self.start + self.step * i as i64)
    }
}

/// A series' value at one step.
pub(super) type Cell = Option<Sample>;

/// A number as a cell.
#[expect(clippy::unnecessary_wraps, reason = "a cell is optional; this makes one that is there")]
pub(super) fn cell(value: f64) -> Cell {
    Some(Sample::Float(value))
}

/// The number in a cell.
pub(super) fn float(cell: &Cell) -> Option<f64> {
    cell.as_ref().and_then(Sample::float)
}

/// A series with one cell per step of the grid.
#[derive(Debug, Clone)]
pub(super) struct Track {
    pub(super) labels: Labels,
    /// Whether the metric's name is to be taken off in the end (only with delayed removal).
    pub(super) drop_name: bool,
    pub(super) cells: Vec<Cell>,
}

impl Track {
    /// A series without labels.
    pub(super) fn unlabelled(values: &[f64]) -> Self {
        Self {
            labels: Labels::new(),
            drop_name: false,
            cells: values.iter().map(|value| cell(*value)).collect(),
        }
    }

    /// Replaces every number by what `f` makes of it at its step; other cells become empty.
    pub(super) fn map(&mut self, mut f: impl FnMut(usize, f64) -> Cell) {
        for (step, here) in self.cells.iter_mut().enumerate() {
            *here = float(here).and_then(|value| f(step, value));
        }
    }
}

/// The value of a node over the grid.
#[derive(Debug, Clone)]
pub(super) enum Node {
    /// A number per step.
    Scalar(Vec<f64>),
    /// A text.
    Text(String),
    /// Series.
    Vector(Vec<Track>),
}

/// Marks the steps at which a series has a value.
pub(super) fn mark_present(present: &mut [bool], track: &Track) {
    present.iter_mut().zip(&track.cells).for_each(|(present, cell)| *present |= cell.is_some());
}

/// Two series with the same labels: which one is meant?
pub(super) fn same_labels(labels: &Labels, span: Span) -> EvalError {
    EvalError::invalid(span, "vector cannot contain metrics with the same labelset")
        .with_help(format!("two are {labels}: keep a label that tells them apart, or aggregate them"))
}

/// Joins series of the same labels that never meet at a step.
///
/// # Errors
/// Two that do meet: which one is meant?
pub(super) fn merge_same_labels(tracks: Vec<Track>, span: Span) -> Result<Vec<Track>, EvalError> {
    let mut places: HashMap<Labels, usize> = HashMap::with_capacity(tracks.len());
    let mut merged: Vec<Track> = Vec::with_capacity(tracks.len());
    for track in tracks {
        let place = *places.entry(track.labels.clone()).or_insert(merged.len());
        let Some(first) = merged.get_mut(place) else {
            merged.push(track);
            continue;
        };
        first.drop_name |= track.drop_name;
        for (into, from) in first.cells.iter_mut().zip(track.cells) {
            if from.is_none() {
                continue;
            }
            if into.is_some() {
                return Err(same_labels(&first.labels, span));
            }
            *into = from;
        }
    }
    Ok(merged)
}
