//! `nines` tells whether a service kept its promise.
//!
//! Teams write service level objectives; this library compiles them to questions, asks a server or local files, does
//! the arithmetic, and makes reports, rules and an exit code of it. The story of one run:
//!
//! ```text
//! text ──spec──▶ Spec ──plan──▶ Plan ──source──▶ Answers ──budget──▶ Evaluation + Verdict ──report──▶ Report ──▶ exit code
//!      faults          pure           waits               pure                          pure      └─render──▶ bytes
//! ```
//!
//! [`app::pipeline`] tells it top to bottom. The rooms, each importing only from those below it:
//!
//! | room | what it holds |
//! |---|---|
//! | [`cli`] | what was typed, and one file per command |
//! | [`app`] | where the rooms meet; the doors to disk and streams |
//! | [`spec`], [`source`], [`render`], [`generate`], [`simulate`], [`propose`] | text to specifications; questions to answers; reports to bytes; files for others; data with known truth; objectives for what is there |
//! | [`doctor`] | what is wrong between specifications and data |
//! | [`report`] | everything a reader may be told, as data |
//! | [`exit`], [`history`] | the outcomes of a run; what is remembered of days that are over |
//! | [`budget`] | arithmetic on answers |
//! | [`plan`] | which questions to ask |
//! | [`slo`] | what a specification means |
//! | [`engine`], [`tsdb`] | evaluates queries over stored series; reads what Prometheus stored |
//! | [`promql`], [`diag`] | the query language; how a fault in someone's text is said |
//! | [`base`] | plain values |
//!
//! Three narrow waists let everything else multiply: dialects end at [`slo::Spec`], kinds of indicators end at
//! [`slo::Signal`], formats begin at [`report::Report`].

pub mod app;
pub mod base;
pub mod budget;
pub mod cli;
pub mod diag;
pub mod doctor;
pub mod engine;
pub mod exit;
pub mod generate;
pub mod history;
pub mod plan;
pub mod promql;
pub mod propose;
pub mod render;
pub mod report;
pub mod simulate;
pub mod slo;
pub mod source;
pub mod spec;
pub mod tsdb;

use std::ffi::OsString;

/// Runs the program with these arguments (the first is its name) in this world.
pub fn run(args: impl IntoIterator<Item = OsString>, world: &mut app::World<'_>) -> exit::Exit {
    cli::run(args, world)
}
