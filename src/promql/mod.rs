//! The query language: text to tree and back.
//!
//! Takes text, gives an [`Expr`] in which every node knows its bytes, or every fault found. Must not know what an
//! objective is, nor how a query is evaluated. To add syntax: a node in `ast`, its rule in `parse`, its types in `types`,
//! its parts in `walk`, its form in `print`. To add a function: a line in `signatures`.

mod ast;
mod examples;
mod fault;
mod keeps;
#[cfg(test)]
mod laws;
mod length;
mod lex;
mod matchers;
mod parse;
mod places;
mod print;
mod quote;
pub mod regex;
mod rewrite;
mod signatures;
mod types;
mod walk;

pub use ast::{
    AggregateOp, At, BinaryOp, Edges, Expr, ExprKind, Fill, Group, Grouping, MatchOp, Matcher, Matching,
    Selector, UnaryOp,
};
pub use examples::examples;
pub use fault::Fault;
pub use keeps::Keeps;
pub use length::{Calculated, Calculation, DurationExpr};
pub use matchers::{BadMatcher, CompiledMatcher, CompiledMatchers};
pub use parse::{ParseOptions, parse};
pub use places::Places;
pub use signatures::{Signature, signature};
pub use types::ValueType;
