//! Where the rooms meet.
//!
//! Takes settings and a [`World`], tells the story of a run ([`pipeline`]), and holds the doors to disk and streams.
//! Must not hold arithmetic, queries or formats.

mod alerts;
pub mod backtest;
pub mod checkup;
pub mod deliver;
pub mod deploy;
pub mod drift;
pub mod fetch;
pub mod files;
pub mod history;
pub mod made;
pub mod pipeline;
pub mod progress;
pub mod proposal;
pub mod push;
pub mod store;
mod wait;
mod world;

pub use wait::waiting;
pub use world::{ColorChoice, World};
