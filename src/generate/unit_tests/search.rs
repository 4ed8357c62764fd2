//! Looks for what series must do so that a condition holds, and so that it does not: tries small combinations.

use super::series::candidates;
use super::story::Course;
use super::world::tried;
use crate::base::Labels;
use crate::promql::{Expr, ExprKind, Selector};

/// How many combinations are tried at most.
const MOST: usize = 4000;

/// Boundaries of the histograms that are made up.
const BOUNDARIES: [&str; 12] =
    ["0.005", "0.05", "0.1", "0.25", "0.5", "1", "2", "2.5", "5", "10", "30", "+Inf"];

/// How near two numbers are that are called near.
const NEAR: std::ops::Range<f64> = 1.0..1.3;

/// Series, and what they do in either case.
pub(super) struct Pair {
    pub(super) series: Vec<Labels>,
    pub(super) yes: Vec<Course>,
    pub(super) no: Vec<Course>,
}

/// Something in the world that one number describes.
struct Knob {
    series: Vec<Labels>,
    kind: Kind,
}

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Gauge,
    Counter,
    /// A counter for each boundary; the number says in which bucket all events are.
    Buckets,
}

/// Finds series with which `holds` says yes of an expression's values, and others with which it says no, as alike as
/// possible. None where nothing is found.
pub(super) fn pair(expr: &Expr, by: &[String], holds: &dyn Fn(&[f64]) -> Option<bool>) -> Option<Pair> {
    let knobs = knobs(expr, by)?;
    let numbers = numbers(expr);
    let each = (MOST as f64).powf(1.0 / knobs.len().max(1) as f64) as usize;
    let settings: Vec<Vec<Option<f64>>> =
        knobs.iter().map(|knob| settings(knob.kind, &numbers).into_iter().take(each).collect()).collect();
    let mut tries: Vec<(Vec<usize>, bool)> = Vec::new();
    for places in combinations(&settings.iter().map(Vec::len).collect::<Vec<_>>()) {
        let (series, courses) = placed(&knobs, &settings, &places);
        let values: Vec<f64> = tried(expr, &series, &courses).into_iter().map(|(_, value)| value).collect();
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
            (Some(a), Some(b)) if NEAR.contains(&(a.abs().max(b.abs()) / a.abs().min(b.abs()))) => 0,
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

/// A series for every selection, each of as few others as there can be.
fn knobs(expr: &Expr, by: &[String]) -> Option<Vec<Knob>> {
    let selectors = expr.selectors();
    let counted = counted(expr);
    let mut knobs: Vec<Knob> = Vec::new();
    for selector in &selectors {
        let name = selector.name.as_deref()?;
        let is_counter = counted.contains(selector);
        let of_others =
            |labels: &Labels| selectors.iter().filter(|other| super::series::takes(other, labels)).count();
        let is_histogram = name.ends_with("_bucket") && !selector.matchers.iter().any(|m| m.name == "le");
        let mut found = candidates(selector, &selectors, by);
        if is_histogram {
            found = found.iter().map(|labels| labels.with("le", "")).collect();
        }
        let labels = found.into_iter().min_by_key(of_others)?;
        let (series, kind) = if is_histogram {
            (BOUNDARIES.iter().map(|le| labels.with("le", le)).collect(), Kind::Buckets)
        } else {
            (vec![labels], if is_counter { Kind::Counter } else { Kind::Gauge })
        };
        if !knobs.iter().any(|knob| knob.series == series) {
            knobs.push(Knob { series, kind });
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

/// What may be tried of a thing: numbers around those that the expression names, as they are, by the minute, and as shares
/// of a hundred or of much; and that it is not there at all.
fn settings(kind: Kind, numbers: &[f64]) -> Vec<Option<f64>> {
    if kind == Kind::Buckets {
        return (0..BOUNDARIES.len()).map(|place| Some(place as f64)).chain([None]).collect();
    }
    let usual: &[f64] = if kind == Kind::Gauge { &[1.0, 0.0, 100.0] } else { &[6000.0, 0.0, 60.0] };
    let scales: &[f64] = if kind == Kind::Gauge { &[1.0, 100.0] } else { &[6000.0, 60.0, 1.0] };
    let mut settings: Vec<Option<f64>> = usual.iter().copied().map(Some).collect();
    for number in numbers {
        for scale in scales {
            settings.extend([0.9, 1.1].map(|near| Some(number * scale * near)));
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

fn placed(knobs: &[Knob], settings: &[Vec<Option<f64>>], places: &[usize]) -> (Vec<Labels>, Vec<Course>) {
    let mut placed = (Vec::new(), Vec::new());
    for ((knob, settings), place) in knobs.iter().zip(settings).zip(places) {
        let setting = settings.get(*place).copied().flatten();
        for (bucket, labels) in knob.series.iter().enumerate() {
            placed.0.push(labels.clone());
            placed.1.push(match (setting, knob.kind) {
                (None, _) => Course::Missing,
                (Some(value), Kind::Gauge) => Course::Stays(value),
                (Some(value), Kind::Counter) => Course::Grows(value),
                (Some(value), Kind::Buckets) => {
                    Course::Grows(if bucket as f64 >= value { 600.0 } else { 0.0 })
                }
            });
        }
    }
    placed
}
