//! Evaluates queries over stored series, as Prometheus would.
//!
//! Takes an [`Expr`](crate::promql::Expr) and a [`Store`], gives values or the named reason why not. Must not know
//! files, servers or objectives.
//!
//! The way of a query: `gate` refuses what is off or unknown, and fixes lengths. `eval` walks the tree; every node is
//! evaluated once over all steps, and gives a `track` per series. What sees series one by one is a `leaf`: `pass` reads
//! each series once for all leaves of all queries (`all`), and holds few.
//!
//! | files | what they do |
//! |---|---|
//! | `store`, `mem`, `tidy` | where series come from; series as ranges look at them |
//! | `select`, `smoothed`, `range`, `reach`, `detail` | selectors and subqueries: one sample per step, or a window |
//! | `functions`, `histograms` | the functions, by family; those of histograms |
//! | `aggregate`, `fold`, `foremost`, `sampler`, `counted`, `quantile`, `kahan` | aggregations and their arithmetic |
//! | `binary`, `element` | operators: who finds whom, and what comes of two elements |
//! | `remark`, `number` | what is told of a result, in Prometheus' words and numbers |
//! | `features`, `older` | what is behind flags; what Prometheus 2 does otherwise |
//! | `windows` | growth and presence counted exactly, past the language |
//!
//! To add a function: its family's file in `functions/` and a line in `FUNCTIONS`.

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
