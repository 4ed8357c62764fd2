//! What is asked of histograms, native ones and classic ones alike: `histogram_*`.
//!
//! A classic histogram is series of cumulative counts, one per upper bound `le`; a native one is one sample. A vector may
//! hold both; only where both have the same labels at the same time neither is evaluated.

mod classic;
mod total;

use std::collections::{BTreeMap, HashMap};

use crate::base::{Estimate, Histogram, Labels, Sample, Span, Unplaced};
use crate::promql::Expr;

use super::eval::Evaluator;
use super::functions::Call;
use super::number;
use super::remark::{self, Raised, Remark};
use super::track::{Cell, Node, Track, cell, float};
use super::value::{Compat, EvalError};

pub(super) use total::{Average, Total, Totals};

/// The label of a bucket's upper bound.
const LE: &str = "le";

/// `histogram_quantile(q, v)`.
pub(super) fn quantile(evaluator: &mut Evaluator<'_>, call: &Call<'_>) -> Result<Node, EvalError> {
    let qs = evaluator.scalar(call.arg(0)?, call.grid)?;
    for q in &qs {
        evaluator.warn_about_quantile(*q, call.arg(0)?.span);
    }
    let found = Found::of(evaluator, call, call.arg(1)?)?;
    let tracks = found.quantiles(evaluator, &qs);
    evaluator.without_names(tracks, call.span).map(Node::Vector)
}

/// `histogram_quantiles(v, label, q...)`: each quantile with its rank in a label.
pub(super) fn quantiles(evaluator: &mut Evaluator<'_>, call: &Call<'_>) -> Result<Node, EvalError> {
    let label = Evaluator::text(call.arg(1)?)?;
    let ranks = call.args.iter().skip(2);
    let mut columns = Vec::new();
    for rank in ranks {
        let qs = evaluator.scalar(rank, call.grid)?;
        for q in &qs {
            evaluator.warn_about_quantile(*q, rank.span);
        }
        columns.push(qs);
    }
    let found = Found::of(evaluator, call, call.arg(0)?)?;
    let mut labelled = Vec::new();
    for qs in &columns {
        for track in found.quantiles(evaluator, qs) {
            // A rank may be another at every step.
            let mut by_rank: BTreeMap<String, Vec<Cell>> = BTreeMap::new();
            for (step, (q, here)) in qs.iter().zip(track.cells).enumerate() {
                let cells = by_rank.entry(number::bound(*q)).or_insert_with(|| vec![None; qs.len()]);
                if let Some(cell) = cells.get_mut(step) {
                    *cell = here;
                }
            }
            labelled.extend(by_rank.into_iter().map(|(rank, cells)| Track {
                labels: track.labels.with(label, &rank),
                drop_name: track.drop_name,
                cells,
            }));
        }
    }
    evaluator.without_names(labelled, call.span).map(Node::Vector)
}

/// `histogram_fraction(lower, upper, v)`.
pub(super) fn fraction(evaluator: &mut Evaluator<'_>, call: &Call<'_>) -> Result<Node, EvalError> {
    let lowers = evaluator.scalar(call.arg(0)?, call.grid)?;
    let uppers = evaluator.scalar(call.arg(1)?, call.grid)?;
    let mut found = Found::of(evaluator, call, call.arg(2)?)?;
    if evaluator.params.compat == Compat::Prom2 {
        // It knows the fractions of native histograms only.
        found.classic.clear();
    }
    let bounds = |step: usize| -> (f64, f64) {
        let at = |bounds: &[f64]| bounds.get(step).copied().unwrap_or(f64::NAN);
        (at(&lowers), at(&uppers))
    };
    let mut remarks = Vec::new();
    let tracks = found.each(
        |_, step, buckets| classic::fraction(bounds(step).0, bounds(step).1, buckets),
        |metric, step, histogram| {
            let Estimate { value, unplaced } = histogram.fraction(bounds(step).0, bounds(step).1);
            remarks.extend(unplaced.map(|_| remark::fraction_of_nans(metric)));
            value
        },
    );
    found.say(evaluator, remarks);
    evaluator.without_names(tracks, call.span).map(Node::Vector)
}

/// The histograms in a vector.
struct Found {
    steps: usize,
    times: Vec<i64>,
    /// Where the vector stands.
    span: Span,
    /// Whether names are still there to be told.
    named: bool,
    /// Native ones, by step.
    native: Vec<Track>,
    classic: Vec<Classic>,
}

/// The buckets of one classic histogram, sorted by their bounds.
struct Classic {
    labels: Labels,
    buckets: Vec<(f64, Track)>,
}

impl Found {
    fn of(evaluator: &mut Evaluator<'_>, call: &Call<'_>, vector: &Expr) -> Result<Self, EvalError> {
        let tracks = evaluator.vector(vector, call.grid)?;
        let mut found = Self {
            steps: call.grid.steps,
            times: call.grid.times().collect(),
            span: vector.span,
            named: evaluator.delays_names(),
            native: Vec::new(),
            classic: Vec::new(),
        };
        let mut places: HashMap<Labels, usize> = HashMap::new();
        for track in tracks {
            if track.cells.iter().any(|cell| matches!(cell, Some(Sample::Histogram(_)))) {
                found.native.push(track.clone());
            }
            if !track.cells.iter().any(|cell| float(cell).is_some()) {
                continue;
            }
            let Some(bound) = bound(track.labels.value(LE)) else {
                let bad = remark::bad_bucket_label(found.metric(&track.labels), track.labels.value(LE));
                evaluator.remark(vector.span, bad);
                continue;
            };
            let labels = track.labels.without(&[LE]);
            let place = *places.entry(labels.clone()).or_insert(found.classic.len());
            match found.classic.get_mut(place) {
                Some(histogram) => histogram.buckets.push((bound, track)),
                None => found.classic.push(Classic { labels, buckets: vec![(bound, track)] }),
            }
        }
        for histogram in &mut found.classic {
            histogram.buckets.sort_by(|a, b| a.0.total_cmp(&b.0));
        }
        for place in found.refuse_twins(&places) {
            evaluator.remark(vector.span, place);
        }
        Ok(found)
    }

    /// Takes away both where a native histogram and a classic one have the same labels at the same time.
    fn refuse_twins(&mut self, places: &HashMap<Labels, usize>) -> Vec<Remark> {
        let mut remarks = Vec::new();
        for native in &mut self.native {
            let twin = places.get(&native.labels).and_then(|place| self.classic.get_mut(*place));
            let Some(twin) = twin else { continue };
            for (step, here) in native.cells.iter_mut().enumerate() {
                let at = |track: &Track| track.cells.get(step).is_some_and(|cell| float(cell).is_some());
                let both = matches!(here, Some(Sample::Histogram(_)))
                    && twin.buckets.iter().any(|(_, bucket)| at(bucket));
                if both {
                    let metric = if self.named { native.labels.metric() } else { "" };
                    remarks.push(remark::mixed_classic_native(metric));
                    *here = None;
                    for cell in twin.buckets.iter_mut().filter_map(|(_, bucket)| bucket.cells.get_mut(step)) {
                        *cell = None;
                    }
                }
            }
        }
        remarks
    }

    /// The metric's name as remarks tell it.
    fn metric<'a>(&self, labels: &'a Labels) -> &'a str {
        if self.named { labels.metric() } else { "" }
    }

    /// What is made of each histogram at each step.
    fn each(
        &self,
        mut of_classic: impl FnMut(&str, usize, &mut Vec<classic::Bucket>) -> f64,
        mut of_native: impl FnMut(&str, usize, &Histogram) -> f64,
    ) -> Vec<Track> {
        let native = self.native.iter().map(|track| {
            let metric = self.metric(&track.labels);
            let of = |(step, here): (usize, &Cell)| match here {
                Some(Sample::Histogram(histogram)) => cell(of_native(metric, step, histogram)),
                _ => None,
            };
            Track { cells: track.cells.iter().enumerate().map(of).collect(), ..track.clone() }
        });
        let mut tracks: Vec<Track> = native.collect();
        let mut buckets = Vec::new();
        for histogram in &self.classic {
            let metric = self.metric(&histogram.labels);
            let at = |step| -> Cell {
                buckets.clear();
                let here = histogram.buckets.iter().filter_map(|(upper, track)| {
                    Some(classic::Bucket { upper: *upper, count: float(track.cells.get(step)?)? })
                });
                buckets.extend(here);
                if buckets.is_empty() { None } else { cell(of_classic(metric, step, &mut buckets)) }
            };
            let cells = (0..self.steps).map(at).collect();
            tracks.push(Track { labels: histogram.labels.clone(), drop_name: false, cells });
        }
        tracks
    }

    fn quantiles(&self, evaluator: &mut Evaluator<'_>, qs: &[f64]) -> Vec<Track> {
        let rank = |step: usize| qs.get(step).copied().unwrap_or(f64::NAN);
        let mut raised: Vec<(String, Raised)> = Vec::new();
        let mut remarks = Vec::new();
        let tracks = self.each(
            |metric, step, buckets| {
                let (value, forced) = classic::quantile(rank(step), buckets);
                if let Some(classic::Forced { bounds, most }) = forced {
                    let time = self.times.get(step).copied().unwrap_or_default();
                    let raise = Raised { times: (time, time), bounds, most, count: 1 };
                    raised.push((metric.to_owned(), raise));
                }
                value
            },
            |metric, step, histogram| {
                let Estimate { value, unplaced } = histogram.quantile(rank(step));
                remarks.extend(unplaced.map(|unplaced| match unplaced {
                    Unplaced::Hit => remark::quantile_hits_nan(metric),
                    Unplaced::Skew => remark::quantile_skewed_by_nan(metric),
                }));
                value
            },
        );
        for (metric, raised) in raised {
            evaluator.remarks.raised_buckets(self.span, &metric, raised);
        }
        self.say(evaluator, remarks);
        tracks
    }

    fn say(&self, evaluator: &mut Evaluator<'_>, remarks: Vec<Remark>) {
        for remark in remarks {
            evaluator.remark(self.span, remark);
        }
    }
}

/// An upper bound as labels write it.
fn bound(text: &str) -> Option<f64> {
    text.parse().ok()
}
