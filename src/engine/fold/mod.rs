//! Aggregations that see one series after another and keep one state per step, so that no series need be held.
//!
//! To add one: its state with [`State`] in `states`, and its line in [`new`].

mod states;

use std::collections::HashMap;
use std::sync::Arc;

use crate::base::{Histogram, Labels, METRIC_NAME, Sample};
use crate::promql::{AggregateOp, Grouping};

use super::histograms::{Average, Total, Totals};
use super::kahan::{Kahan, Mean, RunningMean};
use super::remark::{self, Remark};
use super::track::{Cell, Track, cell};
use super::value::Compat;
use states::{Count, Deviation, Extreme, One, Plain, Spread, State};

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
            group.fold.add(track);
        } else {
            let mut fold = new(self.op, self.steps, self.compat);
            fold.add(track);
            self.all.push(Group { labels, drop_name: track.drop_name, fold });
        }
    }

    /// One series per group, and what is to be told of them.
    pub(super) fn finish(self) -> (Vec<Track>, Vec<Remark>) {
        let mut remarks = Vec::new();
        let one =
            |Group { labels, drop_name, fold }| Track { labels, drop_name, cells: fold.finish(&mut remarks) };
        (self.all.into_iter().map(one).collect(), remarks)
    }
}

/// The labels of the group that a series belongs to.
pub(super) fn labels(of: &Labels, grouping: &Grouping) -> Labels {
    let named = |name: &str| grouping.labels.iter().any(|label| label == name);
    of.filter(|name| if grouping.without { !named(name) && name != METRIC_NAME } else { named(name) })
}

/// The states of one group.
trait Fold: Send {
    fn add(&mut self, track: &Track);
    fn finish(self: Box<Self>, remarks: &mut Vec<Remark>) -> Vec<Cell>;
}

fn step<S: State>(state: &mut Option<S>, value: f64) {
    match state {
        Some(state) => state.add(value),
        None => *state = Some(S::first(value)),
    }
}

fn value<S: State>(state: Option<&S>) -> Cell {
    state.and_then(|state| cell(state.value()))
}

/// Numbers alone; native histograms are left out, which is told.
struct Numbers<S> {
    op: AggregateOp,
    states: Vec<Option<S>>,
    left_out: bool,
}

impl<S: State> Fold for Numbers<S> {
    fn add(&mut self, track: &Track) {
        for (state, here) in self.states.iter_mut().zip(&track.cells) {
            match here {
                Some(Sample::Float(value)) => step(state, *value),
                Some(Sample::Histogram(_)) => self.left_out = true,
                None => {}
            }
        }
    }

    fn finish(self: Box<Self>, remarks: &mut Vec<Remark>) -> Vec<Cell> {
        if self.left_out {
            remarks.push(remark::ignored_in_aggregation(self.op.word()));
        }
        self.states.iter().map(|state| value(state.as_ref())).collect()
    }
}

/// Samples of both kinds, whatever their values.
struct Samples<S>(Vec<Option<S>>);

impl<S: State> Fold for Samples<S> {
    fn add(&mut self, track: &Track) {
        for (state, here) in self.0.iter_mut().zip(&track.cells) {
            if here.is_some() {
                step(state, 1.0);
            }
        }
    }

    fn finish(self: Box<Self>, _: &mut Vec<Remark>) -> Vec<Cell> {
        self.0.iter().map(|state| value(state.as_ref())).collect()
    }
}

/// Numbers, or native histograms; where both meet there is no result.
struct Either<S, T> {
    numbers: Vec<Option<S>>,
    /// As long as `numbers`, or empty while no histogram came.
    histograms: Vec<Joined<T>>,
    /// Two that cannot be added, known by the name of the latter.
    mixed: Vec<Remark>,
}

/// What became of the histograms at one step.
#[derive(Clone)]
enum Joined<T> {
    None,
    Total(Box<T>),
    /// Exponential and custom buckets met; nothing more is looked at.
    Impossible,
}

impl<S: State, T: Totals + Clone + Send> Fold for Either<S, T> {
    fn add(&mut self, track: &Track) {
        for (at, here) in track.cells.iter().enumerate() {
            let joined = self.histograms.get_mut(at);
            match here {
                Some(Sample::Float(value)) if !matches!(joined, Some(Joined::Impossible)) => {
                    if let Some(state) = self.numbers.get_mut(at) {
                        step(state, *value);
                    }
                }
                Some(Sample::Histogram(histogram)) => self.join(at, histogram, &track.labels),
                _ => {}
            }
        }
    }

    fn finish(self: Box<Self>, remarks: &mut Vec<Remark>) -> Vec<Cell> {
        remarks.extend(self.mixed);
        let mut histograms = self.histograms.into_iter();
        let one = |state: &Option<S>| match (histograms.next(), state) {
            (None | Some(Joined::None), state) => value(state.as_ref()),
            (Some(_), Some(_)) => {
                remarks.push(remark::mixed_in_aggregation());
                None
            }
            (Some(Joined::Impossible), None) => None,
            (Some(Joined::Total(total)), None) => {
                let (mut histogram, told) = total.finish();
                histogram.compact();
                remarks.extend(told);
                Some(Sample::Histogram(Arc::new(histogram)))
            }
        };
        self.numbers.iter().map(one).collect()
    }
}

impl<S, T: Totals + Clone> Either<S, T> {
    fn join(&mut self, at: usize, histogram: &Histogram, labels: &Labels) {
        if self.histograms.is_empty() {
            self.histograms.resize(self.numbers.len(), Joined::None);
        }
        match self.histograms.get_mut(at) {
            Some(joined @ Joined::None) => *joined = Joined::Total(Box::new(T::first(histogram))),
            Some(joined) => {
                if let Joined::Total(total) = joined
                    && total.add(histogram).is_err()
                {
                    *joined = Joined::Impossible;
                    self.mixed.push(remark::mixed_schemas(labels.metric()));
                }
            }
            None => {}
        }
    }
}

fn new(op: AggregateOp, steps: usize, compat: Compat) -> Box<dyn Fold> {
    fn none<S>(steps: usize) -> Vec<Option<S>> {
        (0..steps).map(|_| None).collect()
    }
    fn of<S: State + 'static>(op: AggregateOp, steps: usize) -> Box<dyn Fold> {
        Box::new(Numbers { op, states: none::<S>(steps), left_out: false })
    }
    fn either<S: State + 'static, T: Totals + Clone + Send + 'static>(steps: usize) -> Box<dyn Fold> {
        Box::new(Either { numbers: none::<S>(steps), histograms: Vec::<Joined<T>>::new(), mixed: Vec::new() })
    }
    match op {
        AggregateOp::Sum if compat == Compat::Prom2 => either::<Plain, Total>(steps),
        AggregateOp::Sum => either::<Kahan, Total>(steps),
        AggregateOp::Avg if compat == Compat::Prom2 => either::<RunningMean, Average>(steps),
        AggregateOp::Avg => either::<Mean, Average>(steps),
        AggregateOp::Min => of::<Extreme<false>>(op, steps),
        AggregateOp::Max => of::<Extreme<true>>(op, steps),
        AggregateOp::Stddev if compat == Compat::Prom2 => of::<Deviation<false>>(op, steps),
        AggregateOp::Stddev => of::<Deviation<true>>(op, steps),
        AggregateOp::Stdvar if compat == Compat::Prom2 => of::<Spread<false>>(op, steps),
        AggregateOp::Stdvar => of::<Spread<true>>(op, steps),
        AggregateOp::Count => Box::new(Samples(none::<Count>(steps))),
        _ => Box::new(Samples(none::<One>(steps))),
    }
}
