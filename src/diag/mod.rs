//! How a fault in somebody's text is said: what is wrong, where, and what to write instead.
//!
//! Takes [`Files`] and [`Diagnostic`]s, gives text with carets, JSON or GitHub annotations. Must not know what the text
//! means: neither YAML nor PromQL nor objectives. To add a code: its line in `codes`, and a fixture that raises it.

mod boundary;
mod codes;
mod diagnostic;
mod files;
mod formats;
mod quote;
mod route;
mod snippet;
mod width;

pub use codes::Code;
pub use diagnostic::{Diagnostic, Diagnostics, Label, Query, Severity};
pub use files::{FileId, Files, Position};
pub use quote::quote;
pub use route::Route;
pub use snippet::Style;
