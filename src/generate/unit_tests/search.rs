//! Looks for what series must do so that a condition holds, and so that it does not: tries small combinations.

use std::collections::BTreeSet;

use super::series::{candidates, takes};
use super::story::{Course, Phase};
use super::world::{looks_at_now, looks_back, tried_after};
use crate::base::{Duration, Labels};
use crate::promql::{Expr, ExprKind, Selector};

/// How many combinations are tried at most.
const MOST: usize = 4000;

/// Boundaries of the histograms that are made up, beside those around the numbers that an expression names.
const BOUNDARIES: [f64; 12] = [0.005, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 2.5, 5.0, 10.0, 30.0, f64::INFINITY];

/// How near two numbers are that are called near.
const NEAR: std::ops::Range<f64> = 1.0..1.3;

/// Series, and what they do in either case.
pub(super) struct Pair {
    pub(super) series: Vec<Labels>,
    pub(super) yes: Acts,
    pub(super) no: Acts,
}

/// What series do at first, and what they do in the end.
pub(super) struct Acts {
    pub(super) first: Vec<Course>,
    pub(super) last: Vec<Course>,
}

impl Acts {
    pub(super) fn phases(&self, spans: Spans) -> [Phase; 2] {
        [(spans.first, self.first.clone()), (spans.last, self.last.clone())]
    }
}

/// How many minutes each act lasts.
#[derive(Debug, Clone, Copy)]
pub(super) struct Spans {
    pub(super) first: usize,
    pub(super) last: usize,
}

/// How long series do what they do before an expression is asked, beyond what it looks back.
const SETTLED: usize = 5;

impl Spans {
    /// One act, as long as an expression looks back.
    pub(super) fn steady(expr: &Expr) -> Self {
        Self { first: minutes(looks_back(expr)) + 2 * SETTLED, last: 0 }
    }

    /// The second act is what an expression sees of now, while it is waited for so many minutes.
    pub(super) fn turning(expr: &Expr, wait: usize) -> Self {
        let last = minutes(looks_at_now(expr)) + SETTLED + wait;
        let all = minutes(looks_back(expr)) + SETTLED + wait + 3;
        Self { first: all.saturating_sub(last), last }
    }
}

/// A length in whole minutes.
pub(super) fn minutes(length: Duration) -> usize {
    length.as_millis().div_euclid(60_000) as usize
}

/// Something in the world that one number describes, or two where an expression compares now with earlier.
struct Knob {
    series: Vec<Labels>,
    kind: Kind,
    turns: bool,
}

/// A number at first and in the end; nothing where the series is not there.
type Setting = Option<(f64, f64)>;

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Gauge,
    Counter,
    /// A counter for each boundary; the number says in which bucket all events are.
    Buckets,
}

/// Finds series with which `holds` says yes of an expression's values, and others with which it says no, as alike as
/// possible. None where nothing is found.
pub(super) fn pair(
    expr: &Expr,
    by: &[String],
    spans: Spans,
    holds: &dyn Fn(&[f64]) -> Option<bool>,
) -> Option<Pair> {
    let knobs = knobs(expr, by)?;
    let numbers = numbers(expr);
    let each = (MOST as f64).powf(1.0 / knobs.len().max(1) as f64) as usize;
    let settings: Vec<Vec<Setting>> =
        knobs.iter().map(|knob| settings(knob, &numbers).into_iter().take(each).collect()).collect();
    let mut tries: Vec<(Vec<usize>, bool)> = Vec::new();
    for places in combinations(&settings.iter().map(Vec::len).collect::<Vec<_>>()) {
        let (series, acts) = placed(&knobs, &settings, &places);
        let found = tried_after(expr, &series, &acts.phases(spans));
        let values: Vec<f64> = found.into_iter().map(|(_, value)| value).collect();
        if let Some(held) = holds(&values) {
            tries.push((places, held));
        }
    }
    let of = |held| tries.iter().filter(move |(_, found)| *found == held).map(|(places, _)| places);
    let setting = |knob: usize, places: &[usize]| {
        settings.get(knob).zip(places.get(knob)).and_then(|(settings, place)| *settings.get(*place)?)
    };
    let differ =
        |a: &[usize], b: &[usize]| (0..knobs.len()).filter(|knob| a[*knob] != b[*knob]).collect::<Vec<_>>();
    // How unlike two worlds are: a number that is a little larger or smaller is the best proof of a threshold.
    let unlike = |yes: &[usize], no: &[usize]| match differ(yes, no)[..] {
        [knob] => match (setting(knob, yes), setting(knob, no)) {
            (Some(a), Some(b)) if are_near(a, b) => 0,
            (Some(_), Some(_)) => 1,
            _ => 2,
        },
        _ => 3,
    };
    let mut best: Option<(usize, &Vec<usize>, &Vec<usize>)> = None;
    'all: for yes in of(true).take(200) {
        for no in of(false) {
            let unlike = unlike(yes, no);
            if best.is_none_or(|(least, ..)| unlike < least) {
                best = Some((unlike, yes, no));
            }
            if unlike == 0 {
                break 'all;
            }
        }
    }
    let (_, yes, no) = best?;
    let (series, yes) = placed(&knobs, &settings, yes);
    Some(Pair { series, yes, no: placed(&knobs, &settings, no).1 })
}

fn are_near(a: (f64, f64), b: (f64, f64)) -> bool {
    let same = |a: f64, b: f64| a.total_cmp(&b).is_eq();
    let (x, y) = (a.1.abs(), b.1.abs());
    (same(a.0, b.0) || (same(a.0, a.1) && same(b.0, b.1))) && NEAR.contains(&(x.max(y) / x.min(y)))
}

/// A series for every selection, each of as few others as there can be.
fn knobs(expr: &Expr, by: &[String]) -> Option<Vec<Knob>> {
    let selectors = expr.selectors();
    let counted = counted(expr);
    let boundaries = boundaries(expr);
    let mut knobs: Vec<Knob> = Vec::new();
    for selector in &selectors {
        let name = selector.name.as_deref()?;
        let is_counter = counted.contains(selector);
        let of_others = |labels: &Labels| selectors.iter().filter(|other| takes(other, labels)).count();
        let is_histogram = name.ends_with("_bucket") && !selector.matchers.iter().any(|m| m.name == "le");
        let mut found = candidates(selector, &selectors, by);
        if is_histogram {
            found = found.iter().map(|labels| labels.with("le", "")).collect();
        }
        let labels = found.into_iter().min_by_key(of_others)?;
        let (series, kind) = if is_histogram {
            let le = |bound: &f64| if bound.is_finite() { bound.to_string() } else { "+Inf".to_owned() };
            (boundaries.iter().map(|bound| labels.with("le", &le(bound))).collect(), Kind::Buckets)
        } else {
            (vec![labels], if is_counter { Kind::Counter } else { Kind::Gauge })
        };
        if !knobs.iter().any(|knob| knob.series == series) {
            let taken = selectors.iter().filter(|other| series.iter().any(|labels| takes(other, labels)));
            let turns = taken.map(|other| other.offset.fixed()).collect::<BTreeSet<_>>().len() > 1;
            knobs.push(Knob { series, kind, turns });
        }
    }
    Some(knobs)
}

/// Selections whose growth is looked at.
fn counted(expr: &Expr) -> Vec<&Selector> {
    let mut counted = Vec::new();
    expr.walk(&mut |node| {
        if let ExprKind::Call { function, args } = &node.kind
            && ["rate", "irate", "increase"].contains(&function.as_str())
        {
            counted.extend(args.iter().flat_map(Expr::selectors));
        }
    });
    counted
}

fn numbers(expr: &Expr) -> Vec<f64> {
    let mut numbers = Vec::new();
    expr.walk(&mut |node| {
        if let ExprKind::Number(number) = node.kind
            && number.is_finite()
            && number != 0.0
            && !numbers.contains(&number)
        {
            numbers.push(number);
        }
    });
    numbers.truncate(4);
    numbers
}

/// Boundaries of a histogram, some of them around the numbers that an expression names.
fn boundaries(expr: &Expr) -> Vec<f64> {
    let around = |number: f64| [0.5, 1.0, 2.0].map(|near| number * near);
    let named = numbers(expr).into_iter().filter(|number| *number > 1.0).flat_map(around);
    let mut boundaries: Vec<f64> = BOUNDARIES.into_iter().chain(named).collect();
    boundaries.sort_by(f64::total_cmp);
    boundaries.dedup();
    boundaries
}

/// What may be tried of a thing: numbers around those that the expression names, as they are, by the minute, and as shares
/// of a hundred or of much; and that it is not there at all. Of what turns, so many times as much as before too.
fn settings(knob: &Knob, numbers: &[f64]) -> Vec<Setting> {
    let steady = |number: f64| Some((number, number));
    let (usual, scales): (&[f64], &[f64]) = match knob.kind {
        Kind::Buckets => {
            return (0..knob.series.len()).map(|place| steady(place as f64)).chain([None]).collect();
        }
        Kind::Gauge => (&[1.0, 0.0, 100.0], &[1.0, 100.0]),
        Kind::Counter => (&[6000.0, 0.0, 60.0], &[6000.0, 60.0, 1.0]),
    };
    let mut settings: Vec<Setting> = usual.iter().copied().map(steady).collect();
    if knob.turns {
        for first in usual.iter().filter(|first| **first > 0.0) {
            let times = numbers.iter().flat_map(|number| [0.9, 1.1].map(|near| first * number * near));
            let more = numbers.iter().flat_map(|number| [0.9, 1.1].map(|near| first + number * near));
            settings.extend(times.chain(more).map(|last| Some((*first, last))));
        }
    }
    for number in numbers {
        for scale in scales {
            settings.extend([0.9, 1.1].map(|near| steady(number * scale * near)));
        }
    }
    settings.push(None);
    settings
}

/// All ways to choose a place from each, those with small places first.
fn combinations(lengths: &[usize]) -> Vec<Vec<usize>> {
    let mut all: Vec<Vec<usize>> = vec![Vec::new()];
    for length in lengths {
        let longer = |begun: &Vec<usize>| {
            (0..*length).map(|place| [begun.as_slice(), &[place]].concat()).collect::<Vec<_>>()
        };
        all = all.iter().flat_map(longer).collect();
    }
    all.sort_by_key(|places| places.iter().sum::<usize>());
    all
}

fn placed(knobs: &[Knob], settings: &[Vec<Setting>], places: &[usize]) -> (Vec<Labels>, Acts) {
    let (mut series, mut acts) = (Vec::new(), Acts { first: Vec::new(), last: Vec::new() });
    for ((knob, settings), place) in knobs.iter().zip(settings).zip(places) {
        let setting = settings.get(*place).copied().flatten();
        for (bucket, labels) in knob.series.iter().enumerate() {
            let course = |value: f64| match knob.kind {
                Kind::Gauge => Course::Stays(value),
                Kind::Counter => Course::Grows(value),
                Kind::Buckets => Course::Grows(if bucket as f64 >= value { 600.0 } else { 0.0 }),
            };
            series.push(labels.clone());
            acts.first.push(setting.map_or(Course::Missing, |(first, _)| course(first)));
            acts.last.push(setting.map_or(Course::Missing, |(_, last)| course(last)));
        }
    }
    (series, acts)
}
