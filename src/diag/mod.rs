//! How a fault in somebody's text is said: what is wrong, where, and what to write instead.
//!
//! Takes [`Files`] and [`Diagnostic`]s, gives text with carets, JSON, SARIF or GitHub annotations. Must not know what the
//! text means: neither YAML nor PromQL nor objectives. To add a code: its line in `codes`, its page in `docs/faults` (whose
//! README tells the form), and a fixture that raises it.

mod boundary;
mod codes;
mod comments;
mod diagnostic;
mod files;
mod formats;
mod page;
mod quote;
mod route;
mod sarif;
mod silence;
mod snippet;
mod width;

pub use codes::Code;
pub use comments::Quoted;
pub use diagnostic::{Diagnostic, Diagnostics, Label, Query, Severity, Silenced};
pub use files::{FileId, Files, Position};
pub use page::{Page, Part};
pub use quote::quote;
pub use route::Route;
pub use snippet::Style;
