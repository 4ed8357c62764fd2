//! The functions of the language, by family, in one table.
//!
//! Takes a call's arguments, gives a node. Must not know how series are stored. To add a function: a body in its
//! family's file, a line in [`FUNCTIONS`], and a script under `fixtures/promql` that names it.

mod counters;
mod dates;
pub(super) mod distributions;
pub(super) mod edges;
mod info;
mod labels;
mod math;
mod over_time;
mod query;
mod regression;
mod smoothing;
mod starts;
mod vectors;

use std::collections::HashSet;

use crate::base::{Histogram, Labels, Sample, Span};
use crate::promql::{Edges, Expr};

use super::eval::Evaluator;
use super::features::Feature;
use super::histograms;
use super::range::{self, Windows};
use super::remark;
use super::track::{Cell, Grid, Node, Track, cell, float, merge_same_labels, same_labels};
use super::value::{EvalError, Params};

use distributions::{Histograms, Notes};
pub(super) use labels::check_name;
pub(super) use vectors::{looked_for, missing, orders_its_result};

/// A function of the language.
pub(super) struct Function {
    name: &'static str,
    body: Body,
    experimental: bool,
    /// Each series of its result depends on one series of its vector alone, though it evaluates its arguments itself.
    by_series: bool,
    /// What one over time makes of native histograms.
    histograms: Histograms,
}

impl Function {
    /// It may still change: Prometheus has it behind a feature flag.
    const fn experimental(mut self) -> Self {
        self.experimental = true;
        self
    }

    /// Each series of its result depends on one series of its vector alone.
    const fn by_series(mut self) -> Self {
        self.by_series = true;
        self
    }

    /// It has a result for native histograms, but none where floats are among them.
    const fn alone(mut self, of: fn(&distributions::Window<'_>, &mut Notes<'_>) -> Cell) -> Self {
        self.histograms = Histograms::Alone(of);
        self
    }

    /// It looks at native histograms and floats alike.
    const fn among(mut self, of: fn(&distributions::Window<'_>, &mut Notes<'_>) -> Cell) -> Self {
        self.histograms = Histograms::Among(of);
        self
    }
}

/// A call, for functions that evaluate their arguments themselves.
pub(super) struct Call<'a> {
    pub(super) name: &'a str,
    pub(super) args: &'a [Expr],
    pub(super) span: Span,
    pub(super) grid: Grid,
}

/// How a function works.
enum Body {
    /// Number by number: the vector comes first, the other arguments are numbers. Drops the metric's name.
    Each(fn(f64, &[f64]) -> f64),
    /// Number by number; without argument, of the time of evaluation.
    EachOrNow(fn(f64) -> f64),
    /// Window by window over one range vector; the other arguments are numbers, one per step. Drops the metric's name.
    Over(fn(&Windows<'_>, &Args) -> Vec<Cell>),
    /// Like `Over`, but the metric's name stays.
    OverKeepingName(fn(&Windows<'_>, &Args) -> Vec<Cell>),
    /// Number by native histogram. Drops the metric's name.
    EachHistogram(fn(&Histogram) -> f64),
    /// Numbers that come from the query and its times alone.
    Numbers(fn(&Params, Grid) -> Vec<f64>),
    /// Evaluates its arguments itself.
    Own(fn(&mut Evaluator<'_>, &Call<'_>) -> Result<Node, EvalError>),
}

/// The number arguments of a function over time.
pub(super) struct Args {
    /// One column per argument, one number per step.
    columns: Vec<Vec<f64>>,
    /// When each step is evaluated, in milliseconds.
    pub(super) times: Vec<i64>,
}

impl Args {
    /// The `n`-th number argument at a step.
    pub(super) fn number(&self, n: usize, step: usize) -> f64 {
        self.columns.get(n).and_then(|column| column.get(step)).copied().unwrap_or(f64::NAN)
    }
}

const fn f(name: &'static str, body: Body) -> Function {
    Function { name, body, experimental: false, by_series: false, histograms: Histograms::Ignored }
}

/// Every function that the evaluator has.
pub(super) const FUNCTIONS: &[Function] = &[
    f("abs", Body::Each(|v, _| v.abs())),
    f("absent", Body::Own(vectors::absent)),
    f("absent_over_time", Body::Own(vectors::absent_over_time)),
    f("acos", Body::Each(|v, _| v.acos())),
    f("acosh", Body::Each(|v, _| v.acosh())),
    f("asin", Body::Each(|v, _| v.asin())),
    f("asinh", Body::Each(|v, _| v.asinh())),
    f("atan", Body::Each(|v, _| v.atan())),
    f("atanh", Body::Each(|v, _| v.atanh())),
    f("avg_over_time", Body::Over(over_time::avg)).alone(distributions::avg),
    f("ceil", Body::Each(|v, _| v.ceil())),
    f("changes", Body::Over(over_time::changes)).among(distributions::changes),
    f("clamp", Body::Own(math::clamp)).by_series(),
    f("clamp_max", Body::Each(math::clamp_max)),
    f("clamp_min", Body::Each(math::clamp_min)),
    f("cos", Body::Each(|v, _| v.cos())),
    f("cosh", Body::Each(|v, _| v.cosh())),
    f("count_over_time", Body::Over(over_time::count)).among(distributions::count),
    f("day_of_month", Body::EachOrNow(dates::day_of_month)),
    f("day_of_week", Body::EachOrNow(dates::day_of_week)),
    f("day_of_year", Body::EachOrNow(dates::day_of_year)),
    f("days_in_month", Body::EachOrNow(dates::days_in_month)),
    f("deg", Body::Each(|v, _| v * 180.0 / std::f64::consts::PI)),
    f("delta", Body::Over(counters::delta)).alone(distributions::delta),
    f("deriv", Body::Over(regression::deriv)),
    f("double_exponential_smoothing", Body::Over(smoothing::double_exponential)).experimental(),
    f("end", Body::Numbers(query::end)).experimental(),
    f("exp", Body::Each(|v, _| v.exp())),
    f("first_over_time", Body::OverKeepingName(over_time::first)).among(distributions::first),
    f("floor", Body::Each(|v, _| v.floor())),
    f("histogram_avg", Body::EachHistogram(Histogram::mean)),
    f("histogram_count", Body::EachHistogram(|histogram| histogram.count)),
    f("histogram_fraction", Body::Own(histograms::fraction)),
    f("histogram_quantile", Body::Own(histograms::quantile)),
    f("histogram_quantiles", Body::Own(histograms::quantiles)).experimental(),
    f("histogram_stddev", Body::EachHistogram(|histogram| histogram.variance().sqrt())),
    f("histogram_stdvar", Body::EachHistogram(Histogram::variance)),
    f("histogram_sum", Body::EachHistogram(|histogram| histogram.sum)),
    f("hour", Body::EachOrNow(dates::hour)),
    f("idelta", Body::Over(counters::idelta)).among(distributions::idelta),
    f("increase", Body::Over(counters::increase)).alone(distributions::increase),
    f("info", Body::Own(info::info)).experimental(),
    f("irate", Body::Over(counters::irate)).among(distributions::irate),
    f("label_join", Body::Own(labels::join)).by_series(),
    f("label_replace", Body::Own(labels::replace)),
    f("last_over_time", Body::OverKeepingName(over_time::last)).among(distributions::last),
    f("ln", Body::Each(|v, _| v.ln())),
    f("log10", Body::Each(|v, _| v.log10())),
    f("log2", Body::Each(|v, _| v.log2())),
    f("mad_over_time", Body::Over(over_time::mad)).experimental(),
    f("max_of", Body::Own(math::max_of)).experimental(),
    f("max_over_time", Body::Over(over_time::max)),
    f("min_of", Body::Own(math::min_of)).experimental(),
    f("min_over_time", Body::Over(over_time::min)),
    f("minute", Body::EachOrNow(dates::minute)),
    f("month", Body::EachOrNow(dates::month)),
    f("pi", Body::Numbers(|_, grid| vec![std::f64::consts::PI; grid.steps])),
    f("predict_linear", Body::Over(regression::predict)),
    f("present_over_time", Body::Over(over_time::present)).among(distributions::present),
    f("quantile_over_time", Body::Over(over_time::quantiles)),
    f("rad", Body::Each(|v, _| v * std::f64::consts::PI / 180.0)),
    f("range", Body::Numbers(query::range)).experimental(),
    f("rate", Body::Over(counters::rate)).alone(distributions::rate),
    f("resets", Body::Over(over_time::resets)).among(distributions::resets),
    f("round", Body::Each(math::round)),
    f("scalar", Body::Own(vectors::scalar)),
    f("sgn", Body::Each(math::sgn)),
    f("sin", Body::Each(|v, _| v.sin())),
    f("sinh", Body::Each(|v, _| v.sinh())),
    f("sort", Body::Own(vectors::sort)),
    f("sort_by_label", Body::Own(vectors::sort_by_label)).experimental(),
    f("sort_by_label_desc", Body::Own(vectors::sort_by_label)).experimental(),
    f("sort_desc", Body::Own(vectors::sort)),
    f("sqrt", Body::Each(|v, _| v.sqrt())),
    f("start", Body::Numbers(query::start)).experimental(),
    f("start_timestamp", Body::Own(vectors::start_timestamp)).experimental().by_series(),
    f("stddev_over_time", Body::Over(over_time::stddev)),
    f("stdvar_over_time", Body::Over(over_time::stdvar)),
    f("step", Body::Numbers(query::step)).experimental(),
    f("sum_over_time", Body::Over(over_time::sum)).alone(distributions::sum),
    f("tan", Body::Each(|v, _| v.tan())),
    f("tanh", Body::Each(|v, _| v.tanh())),
    f("time", Body::Numbers(|_, grid| seconds(grid))),
    f("timestamp", Body::Own(vectors::timestamp)).by_series(),
    f("ts_of_first_over_time", Body::Over(over_time::time_of_first))
        .among(distributions::time_of_first)
        .experimental(),
    f("ts_of_last_over_time", Body::Over(over_time::time_of_last))
        .among(distributions::time_of_last)
        .experimental(),
    f("ts_of_max_over_time", Body::Over(over_time::time_of_max)).experimental(),
    f("ts_of_min_over_time", Body::Over(over_time::time_of_min)).experimental(),
    f("vector", Body::Own(vectors::vector)),
    f("year", Body::EachOrNow(dates::year)),
];

/// The names of every function that the evaluator has, in the order of the alphabet.
pub fn names() -> impl Iterator<Item = &'static str> {
    FUNCTIONS.iter().map(|function| function.name)
}

/// Whether each series of a function's result depends on one series of its vector alone, so that it is as well called
/// for each. Not `label_replace`, which would compile its pattern as often.
pub(super) fn works_on_one_series(name: &str) -> bool {
    let alone = |body: &Body| !matches!(body, Body::Own(_) | Body::Numbers(_));
    FUNCTIONS.iter().any(|function| function.name == name && (function.by_series || alone(&function.body)))
}

/// Whether Prometheus has a function behind a feature flag.
pub(super) fn is_experimental(name: &str) -> bool {
    FUNCTIONS.iter().any(|function| function.name == name && function.experimental)
}

/// Whether a function gives a number whatever the data.
pub(super) fn is_number(name: &str) -> bool {
    FUNCTIONS.iter().any(|function| function.name == name && matches!(function.body, Body::Numbers(_)))
}

/// Evaluates a call.
pub(super) fn call(
    evaluator: &mut Evaluator<'_>,
    name: &str,
    args: &[Expr],
    span: Span,
    grid: Grid,
) -> Result<Node, EvalError> {
    let Some(function) = FUNCTIONS.iter().find(|function| function.name == name) else {
        return Err(EvalError::unsupported(span, &format!("function {name}()")));
    };
    let call = Call { name, args, span, grid };
    match function.body {
        Body::Own(own) => own(evaluator, &call),
        Body::Numbers(numbers) => Ok(Node::Scalar(numbers(evaluator.params, grid))),
        Body::Each(each) => {
            let mut tracks = evaluator.vector(call.arg(0)?, grid)?;
            let numbers = call.numbers(evaluator, &args[1..])?;
            let mut here = vec![0.0; numbers.columns.len()];
            for track in &mut tracks {
                track.map(|step, value| {
                    here.iter_mut().enumerate().for_each(|(n, here)| *here = numbers.number(n, step));
                    cell(each(value, &here))
                });
            }
            evaluator.without_names(tracks, span).map(Node::Vector)
        }
        Body::EachOrNow(each) => {
            let mut tracks = match args.first() {
                Some(arg) => evaluator.vector(arg, grid)?,
                None => vec![Track::unlabelled(&seconds(grid))],
            };
            for track in &mut tracks {
                track.map(|_, value| cell(each(value)));
            }
            evaluator.without_names(tracks, span).map(Node::Vector)
        }
        Body::EachHistogram(each) => {
            let mut tracks = evaluator.vector(call.arg(0)?, grid)?;
            for here in tracks.iter_mut().flat_map(|track| &mut track.cells) {
                *here = match here {
                    Some(Sample::Histogram(histogram)) => cell(each(histogram)),
                    _ => None,
                };
            }
            if evaluator.delays_names() {
                return evaluator.without_names(tracks, span).map(Node::Vector);
            }
            // Of what says what a metric is, Prometheus takes off the name alone here.
            for track in &mut tracks {
                track.labels = track.labels.without_metric();
            }
            merge_same_labels(tracks, span).map(Node::Vector)
        }
        Body::Over(over) => {
            let mut tracks = call.over(evaluator, over, function.histograms)?;
            for track in &mut tracks {
                evaluator.drop_name(track);
            }
            refuse_same_labels(&tracks, evaluator.delays_names(), span)?;
            Ok(Node::Vector(tracks))
        }
        Body::OverKeepingName(over) => call.over(evaluator, over, function.histograms).map(Node::Vector),
    }
}

/// What comes of ranges may not have the same labels, even where it never meets.
fn refuse_same_labels(tracks: &[Track], delayed: bool, span: Span) -> Result<(), EvalError> {
    let mut seen = HashSet::with_capacity(tracks.len());
    match tracks.iter().find(|track| !delayed && !seen.insert(&track.labels)) {
        Some(twice) => Err(same_labels(&twice.labels, span)),
        None => Ok(()),
    }
}

/// The times of the grid in seconds.
fn seconds(grid: Grid) -> Vec<f64> {
    grid.times().map(|t| t as f64 / 1000.0).collect()
}

impl Call<'_> {
    /// The `n`-th argument.
    pub(super) fn arg(&self, n: usize) -> Result<&Expr, EvalError> {
        self.args.get(n).ok_or_else(|| {
            EvalError::invalid(self.span, format!("{}() needs at least {} arguments", self.name, n + 1))
        })
    }

    fn numbers<'e>(
        &self,
        evaluator: &mut Evaluator<'_>,
        args: impl IntoIterator<Item = &'e Expr>,
    ) -> Result<Args, EvalError> {
        let columns =
            args.into_iter().map(|arg| evaluator.scalar(arg, self.grid)).collect::<Result<_, _>>()?;
        Ok(Args { columns, times: self.grid.times().collect() })
    }

    /// Runs a function over the windows of the one argument that is a range vector.
    fn over(
        &self,
        evaluator: &mut Evaluator<'_>,
        over: fn(&Windows<'_>, &Args) -> Vec<Cell>,
        histograms: Histograms,
    ) -> Result<Vec<Track>, EvalError> {
        let Some(place) = self.args.iter().position(range::is_range) else {
            let message = format!("{}() needs a range vector", self.name);
            return Err(EvalError::invalid(self.span, message).with_help("write a range such as [5m]"));
        };
        let others = self.args.iter().enumerate().filter(|(n, _)| *n != place).map(|(_, arg)| arg);
        let mut args = self.numbers(evaluator, others)?;
        let mut vector = range::evaluate(evaluator, &self.args[place], self.grid)?;
        // A range fixed by `@` is the same at every step: evaluate it once.
        let fixed =
            args.columns.is_empty() && vector.ends.len() > 1 && vector.ends.first() == vector.ends.last();
        if fixed {
            vector.ends.truncate(1);
            args.times.truncate(1);
        }
        let mut tracks = Vec::with_capacity(vector.tracks.len());
        for track in &vector.tracks {
            let windows = vector.windows(track, evaluator.params.compat);
            self.check_numbers(evaluator, &windows, &args)?;
            let extrapolates = matches!(self.name, "rate" | "increase") && windows.edges == Edges::Sampled;
            if extrapolates && !windows.starts.is_empty() {
                for _ in 0..starts::overlaps(&windows) {
                    evaluator.remarks.overlapping_start(self.args[place].span, track.labels.metric());
                }
            }
            let mut cells = over(&windows, &args);
            if !windows.histograms.is_empty() {
                let (remarks, metric) = (&mut evaluator.remarks, track.labels.metric());
                let mut notes = Notes { remarks, metric, span: self.arg(0)?.span };
                histograms.look(&windows, &mut cells, &mut notes);
            }
            if fixed && let Some(only) = cells.pop() {
                cells = vec![only; self.grid.steps];
            }
            if cells.iter().any(Option::is_some) {
                if cells.iter().any(|cell| float(cell).is_some()) {
                    self.doubt_counter(evaluator, &track.labels, self.args[place].span);
                }
                tracks.push(Track { labels: track.labels.clone(), drop_name: track.drop_name, cells });
            }
        }
        Ok(tracks)
    }

    /// Numbers are looked at where there is something to use them on.
    fn check_numbers(
        &self,
        evaluator: &mut Evaluator<'_>,
        windows: &Windows<'_>,
        args: &Args,
    ) -> Result<(), EvalError> {
        let filled = |(_, (lo, hi)): &(usize, &(usize, usize))| lo < hi;
        let steps = windows.places.iter().enumerate().filter(filled).map(|(step, _)| step);
        match self.name {
            "quantile_over_time" => {
                let span = self.arg(0)?.span;
                steps.for_each(|step| evaluator.warn_about_quantile(args.number(0, step), span));
            }
            "double_exponential_smoothing" => {
                for step in steps {
                    for (n, (word, letter)) in [("smoothing", "sf"), ("trend", "tf")].iter().enumerate() {
                        let factor = args.number(n, step);
                        if factor <= 0.0 || factor >= 1.0 {
                            let span = self.arg(n + 1)?.span;
                            let wanted = format!("Expected: 0 < {letter} < 1, got: {factor:.6}");
                            let message = format!("invalid {word} factor. {wanted}");
                            return Err(EvalError::invalid(span, message));
                        }
                    }
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// A counter's growth was asked of something that does not look like one.
    fn doubt_counter(&self, evaluator: &mut Evaluator<'_>, labels: &Labels, span: Span) {
        let metric = labels.metric();
        if !matches!(self.name, "rate" | "increase") || metric.is_empty() {
            return;
        }
        if evaluator.params.features.has(Feature::TypeAndUnitLabels) {
            let kind = labels.value("__type__");
            if !matches!(kind, "counter" | "histogram") {
                evaluator.remark(span, remark::possibly_no_counter_by_type(metric, kind));
            }
        } else if !["_total", "_sum", "_count", "_bucket"].iter().any(|end| metric.ends_with(end)) {
            evaluator.remark(span, remark::possibly_no_counter(metric));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::promql::signature;

    #[test]
    fn the_table_is_in_the_order_of_the_alphabet() {
        assert!(names().is_sorted());
    }

    #[test]
    fn the_language_has_every_function() {
        let unknown: Vec<&str> = names().filter(|name| signature(name).is_none()).collect();
        assert_eq!(unknown, Vec::<&str>::new());
    }
}
