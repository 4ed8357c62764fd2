//! Questions to answers.
//!
//! Takes a [`Query`], gives an [`Answer`]: from a server over HTTP, from local files with no server, or from a recording
//! of either. Must not know what an objective is. To add a source: its file here with a [`Source`], its flag and the
//! line that opens it in `cli`, and its answers in `tests/it/sources.rs`, which holds all sources against each other.

mod inventory;
mod load;
mod local;
mod order;
pub mod prometheus;
pub mod replay;
mod stored;

pub use load::Page;
pub use local::LocalSource;
pub use order::in_order;

use std::future::Future;
use std::pin::Pin;

use crate::base::{Duration, Interval, Moment};
use crate::plan::{Answer, NoAnswer, Query};
use crate::promql::Selector;
use crate::report::Origin;

/// A future that a table can hold.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Something that answers questions.
pub trait Source: Send + Sync {
    /// What it is.
    fn describe(&self) -> SourceInfo;

    /// How far apart the samples of the series selected are within an interval; nothing where there are none.
    fn cadence<'a>(
        &'a self,
        selector: &'a Selector,
        within: Interval,
    ) -> BoxFuture<'a, Result<Option<Duration>, NoAnswer>>;

    /// What its clock says now; nothing where it has none.
    fn clock(&self) -> BoxFuture<'_, Option<Result<Moment, NoAnswer>>> {
        Box::pin(async { None })
    }

    /// Answers a question.
    fn fetch<'a>(&'a self, query: &'a Query) -> BoxFuture<'a, Answer>;

    /// Answers many questions, in their order; `done` is told of each. Where nothing is gained from knowing them all,
    /// they are asked one by one, at most `at_once` at a time.
    fn fetch_all<'a>(
        &'a self,
        queries: &'a [Query],
        at_once: usize,
        done: &'a (dyn Fn() + Sync),
    ) -> BoxFuture<'a, Vec<Answer>> {
        let tasks = queries.iter().map(|query| self.fetch(query)).collect();
        Box::pin(in_order(tasks, at_once, done))
    }
}

/// What a source is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceInfo {
    /// `prometheus` or `local`.
    pub kind: &'static str,
    /// The address without credentials, or the path.
    pub url: String,
    /// Product and version: `Prometheus 2.42.0`, `nines 0.1.0 (embedded)`.
    pub engine: String,
    /// Whether it sees every sample and so counts events exactly.
    pub exact: bool,
    /// The time that its data spans, where it knows.
    pub data: Option<Interval>,
    /// The files and blocks that were read, where it knows.
    pub origins: Vec<Origin>,
}
