//! Evaluates queries over stored series, as Prometheus would.
//!
//! Takes an [`Expr`](crate::promql::Expr) and a [`Store`], gives values or the named reason why not. Must not know
//! files, servers or objectives.
//!
//! Every node is evaluated once over all steps: `eval` walks the tree, `select` and `range` read the store, `aggregate`,
//! `binary`, `histograms` and `functions` compute, `track` is what they hand to each other. `windows` counts growth and
//! presence exactly, past the language. To add a function: its family's file in `functions/` and a line in `FUNCTIONS`.

mod aggregate;
mod all;
mod binary;
mod counted;
mod detail;
mod element;
mod eval;
mod features;
mod fold;
mod foremost;
mod functions;
mod gate;
mod histograms;
mod kahan;
mod leaf;
mod mem;
mod number;
mod older;
mod pass;
mod quantile;
mod range;
mod reach;
mod remark;
mod sampler;
mod select;
mod smoothed;
mod store;
#[cfg(test)]
mod tests;
mod tidy;
mod track;
mod value;
mod windows;

pub use all::{Question, Reply, answer_all, evaluate, evaluate_all};
pub use features::{Feature, Features};
pub use functions::names as function_names;
pub use mem::MemStore;
pub use pass::Progress;
pub use store::{Found, Store, StoreError};
pub use value::{Annotation, Compat, EvalError, Evaluated, Level, Params, Reason, Stop, Value};
pub use windows::{Survey, Tally, Watched, cadence, increase_on_grid, presence_on_grid};
