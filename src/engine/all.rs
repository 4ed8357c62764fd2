//! Several questions, answered in one pass over the store.

use std::borrow::Cow;

use crate::base::Matrix;
use crate::promql::{Expr, Matcher};

use super::eval::{Evaluator, Reading};
use super::gate::prepared;
use super::leaf::Leaf;
use super::pass::{self, Consumer};
use super::value::{EvalError, Evaluated, Params};
use super::windows::{Growths, Presence};
use super::{Progress, Store, StoreError};

/// Evaluates an expression as Prometheus would.
///
/// # Errors
/// What Prometheus would refuse (ambiguous matching, two results with the same labels), what this evaluator does not
/// have (by name), a store that cannot answer, or more samples than allowed.
pub fn evaluate(expr: &Expr, params: &Params, store: &dyn Store) -> Result<Evaluated, EvalError> {
    let planned = Planned::new(expr, params)?;
    pass::run(&planned.consumers(), store, &|_, _| ());
    planned.finish(store)
}

/// Evaluates expressions, each as [`evaluate`] would, in the order given. A series that several of them need is read
/// once; `samples_read` counts it for the first.
pub fn evaluate_all(
    queries: &[(&Expr, &Params)],
    store: &dyn Store,
    progress: Progress<'_>,
) -> Vec<Result<Evaluated, EvalError>> {
    let planned: Vec<_> = queries.iter().map(|(expr, params)| Planned::new(expr, params)).collect();
    let consumers: Vec<_> = planned.iter().flatten().flat_map(Planned::consumers).collect();
    pass::run(&consumers, store, progress);
    planned.into_iter().map(|planned| planned?.finish(store)).collect()
}

/// One of many questions to a store.
#[derive(Debug)]
pub enum Question<'a> {
    /// What [`evaluate`] gives.
    Value {
        /// Of what.
        expr: &'a Expr,
        /// When and how.
        params: &'a Params,
    },
    /// What [`increase_on_grid`](super::increase_on_grid) gives.
    Increase {
        /// Which counters.
        matchers: Vec<Matcher>,
        /// Labels that the sums keep.
        by: &'a [String],
        /// Ends of the windows, ascending, in milliseconds.
        ends: &'a [i64],
        /// The length of the windows, in milliseconds.
        over: i64,
    },
    /// What [`presence_on_grid`](super::presence_on_grid) gives.
    Presence {
        /// Which series.
        matchers: Vec<Matcher>,
        /// Ends of the windows, ascending, in milliseconds.
        ends: &'a [i64],
        /// The length of the windows, in milliseconds.
        over: i64,
    },
}

/// What is given for a [`Question`].
#[derive(Debug)]
pub enum Reply {
    /// For a value.
    Value(Result<Evaluated, EvalError>),
    /// For what is counted over windows; with how many samples were read.
    Counted(Result<(Matrix, u64), StoreError>),
}

/// Answers questions in their order from one pass over the store: a series is read once, however many need it, and
/// its samples are counted for the first of them.
pub fn answer_all(questions: &[Question<'_>], store: &dyn Store, progress: Progress<'_>) -> Vec<Reply> {
    let pending: Vec<Pending<'_>> = questions.iter().map(Pending::new).collect();
    let consumers: Vec<_> = pending.iter().flat_map(Pending::consumers).collect();
    pass::run(&consumers, store, progress);
    pending.into_iter().map(|pending| pending.finish(store)).collect()
}

/// An expression with its leaves.
struct Planned<'a> {
    /// Boxed, so that its nodes stay where they are.
    expr: Box<Cow<'a, Expr>>,
    params: &'a Params,
    leaves: Vec<Leaf<'a>>,
}

impl<'a> Planned<'a> {
    fn new(expr: &'a Expr, params: &'a Params) -> Result<Self, EvalError> {
        let expr = Box::new(prepared(expr, params)?);
        let leaves = Evaluator::leaves(&expr, params);
        Ok(Self { expr, params, leaves })
    }

    fn consumers(&self) -> Vec<&dyn Consumer> {
        self.leaves.iter().map(|leaf| leaf as &dyn Consumer).collect()
    }

    /// The value, once the leaves saw their series.
    fn finish(self, store: &dyn Store) -> Result<Evaluated, EvalError> {
        let Self { expr, params, leaves } = self;
        let answers = leaves.into_iter().map(|leaf| (leaf.key(), leaf.finish(store))).collect();
        Evaluator::new(params, Reading::Answered(store, answers)).evaluate(&expr)
    }
}

/// A question while its series are read.
enum Pending<'a> {
    Value(Result<Planned<'a>, EvalError>),
    Increase(Growths<'a>),
    Presence(Presence<'a>),
}

impl<'a> Pending<'a> {
    fn new(question: &Question<'a>) -> Self {
        match question {
            Question::Value { expr, params } => Self::Value(Planned::new(expr, params)),
            Question::Increase { matchers, by, ends, over } => {
                Self::Increase(Growths::new(matchers.clone(), by, ends, *over))
            }
            Question::Presence { matchers, ends, over } => {
                Self::Presence(Presence::new(matchers.clone(), ends, *over))
            }
        }
    }

    fn consumers(&self) -> Vec<&dyn Consumer> {
        match self {
            Self::Value(planned) => planned.as_ref().map_or_else(|_| Vec::new(), Planned::consumers),
            Self::Increase(growths) => vec![growths],
            Self::Presence(presence) => vec![presence],
        }
    }

    fn finish(self, store: &dyn Store) -> Reply {
        match self {
            Self::Value(planned) => Reply::Value(planned.and_then(|planned| planned.finish(store))),
            Self::Increase(growths) => Reply::Counted(growths.finish(store)),
            Self::Presence(presence) => Reply::Counted(presence.finish()),
        }
    }
}
