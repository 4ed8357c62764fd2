//! Functions that tell about the query itself, in seconds; the same at every step, in subqueries too.

use super::super::eval::Evaluator;
use super::super::track::Node;
use super::super::value::EvalError;
use super::Call;
use crate::base::Duration;

/// The first time of the query.
#[expect(clippy::unnecessary_wraps, reason = "one shape for all functions")]
pub(super) fn start(evaluator: &mut Evaluator<'_>, call: &Call<'_>) -> Result<Node, EvalError> {
    Ok(everywhere(evaluator.params.start.as_secs(), call))
}

/// The last time of the query.
#[expect(clippy::unnecessary_wraps, reason = "one shape for all functions")]
pub(super) fn end(evaluator: &mut Evaluator<'_>, call: &Call<'_>) -> Result<Node, EvalError> {
    Ok(everywhere(evaluator.params.end.as_secs(), call))
}

/// From the first time to the last.
#[expect(clippy::unnecessary_wraps, reason = "one shape for all functions")]
pub(super) fn range(evaluator: &mut Evaluator<'_>, call: &Call<'_>) -> Result<Node, EvalError> {
    Ok(everywhere(seconds(evaluator.params.end - evaluator.params.start), call))
}

/// How far apart the times are; 0 in an instant query.
#[expect(clippy::unnecessary_wraps, reason = "one shape for all functions")]
pub(super) fn step(evaluator: &mut Evaluator<'_>, call: &Call<'_>) -> Result<Node, EvalError> {
    let step = if evaluator.params.is_instant() { Duration::ZERO } else { evaluator.params.step };
    Ok(everywhere(seconds(step), call))
}

fn seconds(length: Duration) -> f64 {
    length.as_millis() as f64 / 1000.0
}

fn everywhere(number: f64, call: &Call<'_>) -> Node {
    Node::Scalar(vec![number; call.grid.steps])
}
