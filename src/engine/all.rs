//! Several questions, answered in one pass over the store.

use std::borrow::Cow;

use crate::promql::Expr;

use super::eval::{Evaluator, Reading};
use super::gate::prepared;
use super::leaf::Leaf;
use super::pass::{self, Consumer};
use super::value::{EvalError, Evaluated, Params};
use super::{Progress, Store};

/// Evaluates an expression as Prometheus would.
///
/// # Errors
/// What Prometheus would refuse (ambiguous matching, two results with the same labels), what this evaluator does not
/// have (by name), a store that cannot answer, or more samples than allowed.
pub fn evaluate(expr: &Expr, params: &Params, store: &dyn Store) -> Result<Evaluated, EvalError> {
    let expr = prepared(expr, params)?;
    let leaves = Evaluator::leaves(&expr, params);
    read(leaves.iter(), store, &|_, _| ());
    finish(&expr, params, leaves, store)
}

/// Evaluates expressions, each as [`evaluate`] would, in the order given. A series that several of them need is read
/// once; `samples_read` counts it for the first.
pub fn evaluate_all<'p>(
    queries: &[(&Expr, &'p Params)],
    store: &dyn Store,
    progress: Progress<'_>,
) -> Vec<Result<Evaluated, EvalError>> {
    let prepared: Vec<_> = queries.iter().map(|(expr, params)| prepared(expr, params)).collect();
    let leaves = |(expr, (_, params)): (&Result<Cow<'_, Expr>, EvalError>, &(&Expr, &'p Params))| {
        expr.as_ref().map_or_else(|_| Vec::new(), |expr| Evaluator::leaves(expr, params))
    };
    let leaves: Vec<Vec<Leaf<'_>>> = prepared.iter().zip(queries).map(leaves).collect();
    read(leaves.iter().flatten(), store, progress);
    let queries = prepared.iter().zip(queries).zip(leaves);
    let finished = queries.map(|((expr, (_, params)), leaves)| match expr {
        Ok(expr) => finish(expr, params, leaves, store),
        Err(error) => Err(error.clone()),
    });
    finished.collect()
}

fn read<'a, 'b: 'a>(leaves: impl Iterator<Item = &'a Leaf<'b>>, store: &dyn Store, progress: Progress<'_>) {
    let consumers: Vec<&dyn Consumer> = leaves.map(|leaf| leaf as &dyn Consumer).collect();
    pass::run(&consumers, store, progress);
}

fn finish(
    expr: &Expr,
    params: &Params,
    leaves: Vec<Leaf<'_>>,
    store: &dyn Store,
) -> Result<Evaluated, EvalError> {
    let answers = leaves.into_iter().map(|leaf| (leaf.key(), leaf.finish(store))).collect();
    Evaluator::new(params, Reading::Answered(store, answers)).evaluate(expr)
}
