//! Aggregations that see one series after another and keep one state per step, so that no series need be held.
//!
//! To add one: its state here with [`State`], and its line in [`new`].

use std::collections::HashMap;

use crate::base::{Labels, METRIC_NAME};
use crate::promql::{AggregateOp, Grouping};

use super::kahan::{Kahan, Mean, RunningMean};
use super::track::{Cell, Track, cell, float};
use super::value::Compat;

/// Groups of series, each folded into one value per step as its series come.
pub(super) struct Groups {
    op: AggregateOp,
    grouping: Grouping,
    steps: usize,
    compat: Compat,
    places: HashMap<Labels, usize>,
    /// In the order in which they first came.
    all: Vec<Group>,
}

struct Group {
    labels: Labels,
    drop_name: bool,
    fold: Box<dyn Fold>,
}

impl Groups {
    pub(super) fn new(op: AggregateOp, grouping: &Grouping, steps: usize, compat: Compat) -> Self {
        Self { op, grouping: grouping.clone(), steps, compat, places: HashMap::new(), all: Vec::new() }
    }

    /// Takes in the next series.
    pub(super) fn add(&mut self, track: &Track) {
        let labels = labels(&track.labels, &self.grouping);
        let place = *self.places.entry(labels.clone()).or_insert(self.all.len());
        if let Some(group) = self.all.get_mut(place) {
            group.drop_name |= track.drop_name;
            group.fold.add(&track.cells);
        } else {
            let mut fold = new(self.op, self.steps, self.compat);
            fold.add(&track.cells);
            self.all.push(Group { labels, drop_name: track.drop_name, fold });
        }
    }

    /// One series per group.
    pub(super) fn finish(self) -> Vec<Track> {
        let one = |Group { labels, drop_name, fold }| Track { labels, drop_name, cells: fold.finish() };
        self.all.into_iter().map(one).collect()
    }
}

/// The labels of the group that a series belongs to.
pub(super) fn labels(of: &Labels, grouping: &Grouping) -> Labels {
    let named = |name: &str| grouping.labels.iter().any(|label| label == name);
    of.filter(|name| if grouping.without { !named(name) && name != METRIC_NAME } else { named(name) })
}

/// The states of one group.
trait Fold: Send {
    fn add(&mut self, cells: &[Cell]);
    fn finish(&self) -> Vec<Cell>;
}

/// What is kept at one step.
trait State: Send {
    fn first(value: f64) -> Self;
    fn add(&mut self, value: f64);
    fn value(&self) -> f64;
}

impl<S: State> Fold for Vec<Option<S>> {
    fn add(&mut self, cells: &[Cell]) {
        for (state, here) in self.iter_mut().zip(cells) {
            let Some(here) = float(here) else { continue };
            match state {
                Some(state) => state.add(here),
                None => *state = Some(S::first(here)),
            }
        }
    }

    fn finish(&self) -> Vec<Cell> {
        self.iter().map(|state| state.as_ref().and_then(|state| cell(state.value()))).collect()
    }
}

fn new(op: AggregateOp, steps: usize, compat: Compat) -> Box<dyn Fold> {
    fn of<S: State + 'static>(steps: usize) -> Box<dyn Fold> {
        Box::new((0..steps).map(|_| None).collect::<Vec<Option<S>>>())
    }
    match op {
        AggregateOp::Sum if compat == Compat::Prom2 => of::<Plain>(steps),
        AggregateOp::Sum => of::<Kahan>(steps),
        AggregateOp::Avg if compat == Compat::Prom2 => of::<RunningMean>(steps),
        AggregateOp::Avg => of::<Mean>(steps),
        AggregateOp::Min => of::<Smallest>(steps),
        AggregateOp::Max => of::<Largest>(steps),
        AggregateOp::Stddev if compat == Compat::Prom2 => of::<Deviation<false>>(steps),
        AggregateOp::Stddev => of::<Deviation<true>>(steps),
        AggregateOp::Stdvar if compat == Compat::Prom2 => of::<Spread<false>>(steps),
        AggregateOp::Stdvar => of::<Spread<true>>(steps),
        AggregateOp::Count => of::<Count>(steps),
        _ => of::<One>(steps),
    }
}

/// A sum without compensation.
struct Plain(f64);

impl State for Plain {
    fn first(value: f64) -> Self {
        Self(value)
    }

    fn add(&mut self, value: f64) {
        self.0 += value;
    }

    fn value(&self) -> f64 {
        self.0
    }
}

impl State for Kahan {
    fn first(value: f64) -> Self {
        Self::new(value)
    }

    fn add(&mut self, value: f64) {
        Self::add(self, value);
    }

    fn value(&self) -> f64 {
        self.total()
    }
}

impl State for Mean {
    fn first(value: f64) -> Self {
        Self::new(value)
    }

    fn add(&mut self, value: f64) {
        Self::add(self, value);
    }

    fn value(&self) -> f64 {
        Self::value(*self)
    }
}

impl State for RunningMean {
    fn first(value: f64) -> Self {
        let mut mean = Self::default();
        mean.add(value);
        mean
    }

    fn add(&mut self, value: f64) {
        Self::add(self, value);
    }

    fn value(&self) -> f64 {
        Self::value(*self)
    }
}

struct Smallest(f64);

impl State for Smallest {
    fn first(value: f64) -> Self {
        Self(value)
    }

    fn add(&mut self, value: f64) {
        if value < self.0 || self.0.is_nan() {
            self.0 = value;
        }
    }

    fn value(&self) -> f64 {
        self.0
    }
}

struct Largest(f64);

impl State for Largest {
    fn first(value: f64) -> Self {
        Self(value)
    }

    fn add(&mut self, value: f64) {
        if value > self.0 || self.0.is_nan() {
            self.0 = value;
        }
    }

    fn value(&self) -> f64 {
        self.0
    }
}

/// How many there are.
struct Count(f64);

impl State for Count {
    fn first(_: f64) -> Self {
        Self(1.0)
    }

    fn add(&mut self, _: f64) {
        self.0 += 1.0;
    }

    fn value(&self) -> f64 {
        self.0
    }
}

/// That there are any.
struct One;

impl State for One {
    fn first(_: f64) -> Self {
        Self
    }

    fn add(&mut self, _: f64) {}

    fn value(&self) -> f64 {
        1.0
    }
}

/// Welford's running variance. `STRICT`: a single value that is not finite has no variance; with Prometheus 2.42 it
/// has one of zero.
struct Spread<const STRICT: bool> {
    count: f64,
    mean: f64,
    squares: f64,
}

impl<const STRICT: bool> State for Spread<STRICT> {
    fn first(value: f64) -> Self {
        let undefined = STRICT && !value.is_finite();
        Self { count: 1.0, mean: value, squares: if undefined { f64::NAN } else { 0.0 } }
    }

    fn add(&mut self, value: f64) {
        self.count += 1.0;
        let delta = value - self.mean;
        self.mean += delta / self.count;
        self.squares += delta * (value - self.mean);
    }

    fn value(&self) -> f64 {
        self.squares / self.count
    }
}

/// The square root of the variance.
struct Deviation<const STRICT: bool>(Spread<STRICT>);

impl<const STRICT: bool> State for Deviation<STRICT> {
    fn first(value: f64) -> Self {
        Self(Spread::first(value))
    }

    fn add(&mut self, value: f64) {
        self.0.add(value);
    }

    fn value(&self) -> f64 {
        self.0.value().sqrt()
    }
}
