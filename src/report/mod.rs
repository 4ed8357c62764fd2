//! Everything a reader may be told, as data.
//!
//! Takes evaluations, gives a [`Report`]: the document that every format, the gate and later tools read, and nothing
//! else. Must not know a format. Numbers become words in [`words`] alone.

mod backtest;
mod build;
mod contracts;
mod diff;
mod document;
mod exclusions;
mod gate;
mod history;
mod inventory;
mod reason;
mod saved;
pub mod words;

pub use backtest::*;
pub use build::{Context, build, method_of};
pub use diff::*;
pub use document::*;
pub use gate::*;
pub use inventory::*;
pub use saved::*;
