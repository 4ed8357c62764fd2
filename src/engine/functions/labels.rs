//! Functions that write labels.

use std::borrow::Cow;

use crate::base::{METRIC_NAME, Span};
use crate::promql::regex::anchored;

use super::super::eval::Evaluator;
use super::super::older;
use super::super::track::{Node, Track, merge_same_labels};
use super::super::value::{Compat, EvalError};
use super::Call;

/// `label_replace(v, to, replacement, from, regex)`: where the whole of `from` matches, `to` becomes the replacement
/// with `$1`, `${name}` filled in.
pub(super) fn replace(evaluator: &mut Evaluator<'_>, call: &Call<'_>) -> Result<Node, EvalError> {
    let mut tracks = evaluator.vector(call.arg(0)?, call.grid)?;
    let to = target(call, evaluator.params.compat)?;
    let replacement = Evaluator::text(call.arg(2)?)?;
    let from = Evaluator::text(call.arg(3)?)?;
    let pattern = call.arg(4)?;
    let mut regex = Cow::from(Evaluator::text(pattern)?);
    if evaluator.params.compat == Compat::Prom2 {
        regex = older::pattern(&regex).into();
    }
    let regex = anchored(&regex).map_err(|why| {
        let message = format!("invalid regular expression in label_replace(): {regex}");
        EvalError::invalid(pattern.span, message).with_help(why)
    })?;
    for track in &mut tracks {
        let Some(found) = regex.captures(track.labels.value(from)) else { continue };
        let mut value = String::new();
        found.expand(replacement, &mut value);
        write(track, to, &value);
    }
    merge_same_labels(tracks, call.span).map(Node::Vector)
}

/// `label_join(v, to, separator, from...)`: `to` becomes the values of the others, joined.
pub(super) fn join(evaluator: &mut Evaluator<'_>, call: &Call<'_>) -> Result<Node, EvalError> {
    let mut tracks = evaluator.vector(call.arg(0)?, call.grid)?;
    let to = target(call, evaluator.params.compat)?;
    let separator = Evaluator::text(call.arg(2)?)?;
    let mut from = Vec::new();
    for arg in call.args.iter().skip(3) {
        let name = Evaluator::text(arg)?;
        if name.is_empty() {
            let message = "invalid source label name in label_join(): ";
            return Err(EvalError::invalid(arg.span, message).with_help("write the name of a label"));
        }
        from.push(name);
    }
    for track in &mut tracks {
        let values: Vec<&str> = from.iter().map(|name| track.labels.value(name)).collect();
        let value = values.join(separator);
        write(track, to, &value);
    }
    merge_same_labels(tracks, call.span).map(Node::Vector)
}

fn target<'a>(call: &Call<'a>, compat: Compat) -> Result<&'a str, EvalError> {
    let arg =
        call.args.get(1).ok_or_else(|| EvalError::invalid(call.span, "expected the name of a label"))?;
    match Evaluator::text(arg)? {
        "" => {
            let message = format!("invalid destination label name in {}(): ", call.name);
            Err(EvalError::invalid(arg.span, message).with_help("write the name of a label"))
        }
        name => check_name(name, compat, arg.span).map(|()| name),
    }
}

/// Prometheus 2.42 knows no names of labels but those of letters, digits and underscores.
pub(in super::super) fn check_name(name: &str, compat: Compat, span: Span) -> Result<(), EvalError> {
    let mut bytes = name.bytes();
    let plain = bytes.next().is_some_and(|byte| byte.is_ascii_alphabetic() || byte == b'_')
        && bytes.all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    if plain || compat == Compat::Prom3 {
        Ok(())
    } else {
        Err(EvalError::invalid(span, format!("{name:?} is no name of a label to Prometheus 2")))
    }
}

/// Sets a label; a metric's name that is written stays.
fn write(track: &mut Track, name: &str, value: &str) {
    track.labels = track.labels.with(name, value);
    if name == METRIC_NAME {
        track.drop_name = false;
    }
}
