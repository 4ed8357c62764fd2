//! `info(v, {matchers})`: puts the labels of info metrics beside the labels of series of the same target.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::super::eval::{Evaluator, store_error};
use super::super::select;
use super::super::track::{Cell, Node, Track, float, merge_same_labels};
use super::super::value::EvalError;
use super::Call;
use crate::base::{Labels, METRIC_NAME, Sample, TARGET};
use crate::promql::{At, CompiledMatcher, DurationExpr, Expr, ExprKind, MatchOp, Matcher, Selector};

/// Adds the labels of info metrics.
pub(super) fn info(evaluator: &mut Evaluator<'_>, call: &Call<'_>) -> Result<Node, EvalError> {
    let arg = call.arg(0)?;
    let base = evaluator.vector(arg, call.grid)?;
    let wanted = Wanted::new(call)?;
    // What is an info metric itself stays as it is.
    let is_info = |track: &Track| wanted.names.iter().all(|name| name.matches(track.labels.metric()));
    let (infos, base): (Vec<Track>, Vec<Track>) = base.into_iter().partition(is_info);
    let found = match wanted.selector(&base, arg) {
        Some(selector) => select::times_of_floats(evaluator, &selector, call.span, call.grid)?,
        None => Vec::new(),
    };
    let beside = Beside::new(&wanted, &found);
    let present = |step: usize| base.iter().chain(&infos).any(|track| has(track, step));
    beside.refuse_unclear((0..call.grid.steps).filter(|step| present(*step)), call)?;
    let mut results = infos;
    for track in &base {
        results.extend(beside.enriched(track, call)?);
    }
    merge_same_labels(results, call.span).map(Node::Vector)
}

fn has(track: &Track, step: usize) -> bool {
    track.cells.get(step).is_some_and(Option::is_some)
}

/// Which info metrics are asked for, and which of their labels.
struct Wanted {
    /// Conditions on the name of info metrics.
    names: Vec<CompiledMatcher>,
    name_matchers: Vec<Matcher>,
    /// Conditions on the other labels; where there is one, only the labels named are added.
    data: Vec<CompiledMatcher>,
    data_matchers: Vec<Matcher>,
}

impl Wanted {
    fn new(call: &Call<'_>) -> Result<Self, EvalError> {
        let given = match call.args.get(1).map(|arg| &arg.unparenthesised().kind) {
            Some(ExprKind::Selector(selector)) => selector.all_matchers(),
            _ => Vec::new(),
        };
        let (mut name_matchers, data_matchers): (Vec<_>, Vec<_>) =
            given.into_iter().partition(|matcher| matcher.name == METRIC_NAME);
        let name = |op, value: &str| Matcher { name: METRIC_NAME.into(), op, value: value.into() };
        if name_matchers.is_empty() {
            name_matchers.push(name(MatchOp::Equal, "target_info"));
        } else if !name_matchers.iter().any(|m| matches!(m.op, MatchOp::Equal | MatchOp::Regex)) {
            name_matchers.insert(0, name(MatchOp::Regex, ".+_info"));
        }
        let compile = |matchers: &[Matcher]| {
            let compiled = matchers.iter().map(CompiledMatcher::new).collect::<Result<Vec<_>, _>>();
            compiled.map_err(|bad| store_error(call.span)(bad.into()))
        };
        let (names, data) = (compile(&name_matchers)?, compile(&data_matchers)?);
        Ok(Self { names, name_matchers, data, data_matchers })
    }

    /// The info series of the targets that `base` is about, at the times at which the argument is read.
    fn selector(&self, base: &[Track], arg: &Expr) -> Option<Selector> {
        let mut targets: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for track in base {
            for (name, value) in TARGET.iter().filter_map(|name| Some((*name, track.labels.get(name)?))) {
                targets.entry(name).or_default().insert(value);
            }
        }
        if targets.is_empty() {
            return None;
        }
        let alternatives = |values: BTreeSet<&str>| {
            let quoted: Vec<String> = values.into_iter().map(regex::escape).collect();
            quoted.join("|")
        };
        let targets = targets.into_iter().map(|(name, values)| Matcher {
            name: name.to_owned(),
            op: MatchOp::Regex,
            value: alternatives(values),
        });
        let matchers = targets.chain(self.data_matchers.iter().chain(&self.name_matchers).cloned()).collect();
        let when = first_selector(arg).unwrap_or_default();
        Some(Selector { matchers, ..when })
    }
}

/// When the first selector of an expression looks: its offset and time, or those of the subqueries around it.
fn first_selector(expr: &Expr) -> Option<Selector> {
    let around = |found: Selector, offset: &DurationExpr, at: Option<At>| match found.at {
        None => {
            let more = offset.fixed().unwrap_or_default();
            Selector { offset: found.offset.plus(more), at, ..found }
        }
        Some(_) => found,
    };
    match &expr.kind {
        ExprKind::Number(_) | ExprKind::String(_) | ExprKind::Duration(_) => None,
        ExprKind::Selector(selector) | ExprKind::Range { selector, .. } => {
            Some(Selector { offset: selector.offset.clone(), at: selector.at, ..Selector::default() })
        }
        ExprKind::Subquery { expr, offset, at, .. } => {
            first_selector(expr).map(|found| around(found, offset, *at))
        }
        ExprKind::Call { args, .. } => args.iter().find_map(first_selector),
        ExprKind::Aggregate { param, expr, .. } => {
            first_selector(expr).or_else(|| param.as_deref().and_then(first_selector))
        }
        ExprKind::Binary { lhs, rhs, .. } => first_selector(lhs).or_else(|| first_selector(rhs)),
        ExprKind::Unary { expr, .. } | ExprKind::Paren(expr) => first_selector(expr),
    }
}

/// Info series, whose cells are the times of their samples, by name and target.
struct Beside<'a> {
    wanted: &'a Wanted,
    by_target: HashMap<Labels, BTreeMap<&'a str, Vec<&'a Track>>>,
}

impl<'a> Beside<'a> {
    fn new(wanted: &'a Wanted, found: &'a [Track]) -> Self {
        let mut by_target: HashMap<Labels, BTreeMap<&str, Vec<&Track>>> = HashMap::new();
        for track in found {
            let names = by_target.entry(track.labels.only(&TARGET)).or_default();
            names.entry(track.labels.metric()).or_default().push(track);
        }
        Self { wanted, by_target }
    }

    /// Info metrics are floats, and two of one name and target must not have samples of the same time: which one is
    /// meant?
    fn refuse_unclear(&self, steps: impl Iterator<Item = usize>, call: &Call<'_>) -> Result<(), EvalError> {
        let all = self.by_target.values().flat_map(BTreeMap::values);
        let is_histogram = |cell: &Cell| matches!(cell, Some(Sample::Histogram(_)));
        let is_distribution = |track: &&&Track| track.cells.iter().any(is_histogram);
        let distributions: Vec<&&Track> = all.clone().flatten().filter(is_distribution).collect();
        let mut crowds: Vec<&Vec<&Track>> = all.filter(|crowd| crowd.len() > 1).collect();
        crowds
            .sort_by(|a, b| a.first().map(|track| &track.labels).cmp(&b.first().map(|track| &track.labels)));
        if crowds.is_empty() && distributions.is_empty() {
            return Ok(());
        }
        for step in steps {
            if distributions.iter().any(|track| track.cells.get(step).is_some_and(is_histogram)) {
                return Err(EvalError::invalid(call.span, "info sample should be float"));
            }
            for crowd in &crowds {
                newest(crowd, step).map_err(|(first, second, seconds)| {
                    let t = (seconds * 1000.0).round();
                    let message = format!(
                        "found duplicate series for info metric: existing {} @ {t}, new {} @ {t}",
                        first.labels, second.labels
                    );
                    EvalError::invalid(call.span, message)
                })?;
            }
        }
        Ok(())
    }

    /// A series once for each set of labels that it gets over time.
    fn enriched(&self, track: &Track, call: &Call<'_>) -> Result<Vec<Track>, EvalError> {
        let nothing = BTreeMap::new();
        let names = self.by_target.get(&track.labels.only(&TARGET)).unwrap_or(&nothing);
        let needs_one = self.wanted.data.iter().any(|matcher| !matcher.matches(""));
        let mut results: Vec<Track> = Vec::new();
        let mut places: HashMap<Vec<Option<usize>>, Option<usize>> = HashMap::new();
        for (step, cell) in track.cells.iter().enumerate().filter(|(_, cell)| cell.is_some()) {
            let chosen: Vec<Option<usize>> =
                names.values().map(|crowd| newest(crowd, step).unwrap_or_default()).collect();
            let place = if let Some(place) = places.get(&chosen) {
                *place
            } else {
                let infos: Vec<&Labels> = names
                    .values()
                    .zip(&chosen)
                    .filter_map(|(crowd, place)| crowd.get((*place)?).map(|track| &track.labels))
                    .collect();
                let place = if infos.is_empty() && needs_one {
                    None
                } else {
                    let labels = self.added(&track.labels, &infos, call)?;
                    let cells: Vec<Cell> = vec![None; track.cells.len()];
                    results.push(Track { labels, drop_name: track.drop_name, cells });
                    Some(results.len() - 1)
                };
                places.insert(chosen, place);
                place
            };
            let result = place.and_then(|place| results.get_mut(place));
            if let Some(here) = result.and_then(|track| track.cells.get_mut(step)) {
                here.clone_from(cell);
            }
        }
        Ok(results)
    }

    fn added(&self, base: &Labels, infos: &[&Labels], call: &Call<'_>) -> Result<Labels, EvalError> {
        let data = &self.wanted.data;
        let asked = |name: &str| data.is_empty() || data.iter().any(|matcher| matcher.name() == name);
        let mut added: BTreeMap<&str, &str> = BTreeMap::new();
        for (name, value) in infos.iter().flat_map(|info| info.iter()) {
            if name == METRIC_NAME || !asked(name) {
                continue;
            }
            if added.get(name).is_some_and(|other| *other != value) {
                return Err(EvalError::invalid(call.span, format!("conflicting label: {name}")));
            }
            if base.get(name).is_none() {
                added.insert(name, value);
            }
        }
        Ok(base.iter().chain(added).collect())
    }
}

/// Two series with samples of the same time, in seconds.
type Twins<'a> = (&'a Track, &'a Track, f64);

/// The place of the info series with the newest sample at a step; two of the same time are refused.
#[expect(clippy::float_cmp, reason = "times are the same or not")]
fn newest<'a>(crowd: &[&'a Track], step: usize) -> Result<Option<usize>, Twins<'a>> {
    let mut best: Option<(usize, &'a Track, f64)> = None;
    for (place, track) in crowd.iter().enumerate() {
        let Some(time) = track.cells.get(step).and_then(float) else { continue };
        match best {
            Some((_, other, newest)) if newest == time => return Err((other, track, time)),
            Some((_, _, newest)) if newest > time => {}
            _ => best = Some((place, track, time)),
        }
    }
    Ok(best.map(|(place, ..)| place))
}
