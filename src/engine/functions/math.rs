//! Functions from number to number that are more than one operation.

use super::super::eval::Evaluator;
use super::super::track::{Node, cell};
use super::super::value::EvalError;
use super::Call;

/// The `n`-th argument, or NaN.
fn arg(args: &[f64], n: usize) -> f64 {
    args.get(n).copied().unwrap_or(f64::NAN)
}

/// The larger; NaN where either is, but nothing is larger than infinity.
fn larger(a: f64, b: f64) -> f64 {
    let largest = [a, b].contains(&f64::INFINITY);
    if !largest && (a.is_nan() || b.is_nan()) { f64::NAN } else { a.max(b) }
}

/// The smaller; NaN where either is, but nothing is smaller than negative infinity.
fn smaller(a: f64, b: f64) -> f64 {
    let smallest = [a, b].contains(&f64::NEG_INFINITY);
    if !smallest && (a.is_nan() || b.is_nan()) { f64::NAN } else { a.min(b) }
}

/// Between two numbers; nothing at all where the lower is above the upper.
pub(super) fn clamp(evaluator: &mut Evaluator<'_>, call: &Call<'_>) -> Result<Node, EvalError> {
    let mut tracks = evaluator.vector(call.arg(0)?, call.grid)?;
    let lows = evaluator.scalar(call.arg(1)?, call.grid)?;
    let highs = evaluator.scalar(call.arg(2)?, call.grid)?;
    for track in &mut tracks {
        track.map(|step, value| {
            let (low, high) = (arg(&lows, step), arg(&highs, step));
            if low > high { None } else { cell(larger(low, smaller(high, value))) }
        });
    }
    evaluator.without_names(tracks, call.span).map(Node::Vector)
}

pub(super) fn clamp_max(value: f64, args: &[f64]) -> f64 {
    smaller(arg(args, 0), value)
}

pub(super) fn clamp_min(value: f64, args: &[f64]) -> f64 {
    larger(value, arg(args, 0))
}

/// The larger of two numbers.
pub(super) fn max_of(evaluator: &mut Evaluator<'_>, call: &Call<'_>) -> Result<Node, EvalError> {
    of_two(evaluator, call, larger)
}

/// The smaller of two numbers.
pub(super) fn min_of(evaluator: &mut Evaluator<'_>, call: &Call<'_>) -> Result<Node, EvalError> {
    of_two(evaluator, call, smaller)
}

fn of_two(evaluator: &mut Evaluator<'_>, call: &Call<'_>, f: fn(f64, f64) -> f64) -> Result<Node, EvalError> {
    let a = evaluator.scalar(call.arg(0)?, call.grid)?;
    let b = evaluator.scalar(call.arg(1)?, call.grid)?;
    Ok(Node::Scalar(a.into_iter().zip(b).map(|(a, b)| f(a, b)).collect()))
}

/// To the nearest multiple of the argument (of 1 where there is none); ties go up.
pub(super) fn round(value: f64, args: &[f64]) -> f64 {
    let inverse = 1.0 / args.first().copied().unwrap_or(1.0);
    (value * inverse + 0.5).floor() / inverse
}

pub(super) fn sgn(value: f64, _: &[f64]) -> f64 {
    if value > 0.0 {
        1.0
    } else if value < 0.0 {
        -1.0
    } else {
        value
    }
}
