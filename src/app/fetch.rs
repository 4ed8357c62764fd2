//! All of the waiting: questions are asked a few at a time, answers take their questions' places.

use crate::base::{Duration, Interval};
use crate::plan::{Answer, NoAnswer, Query};
use crate::promql::Selector;
use crate::source::{Source, in_order};

/// Answers in the order of the questions, whatever the order in which they came.
pub async fn all(
    queries: &[Query],
    source: &dyn Source,
    at_once: usize,
    done: &(dyn Fn() + Sync),
) -> Vec<Answer> {
    source.fetch_all(queries, at_once, done).await
}

/// How far apart the samples of each selection are; the first failure, where a source fails.
pub async fn cadences(
    selectors: &[Selector],
    within: Interval,
    source: &dyn Source,
    at_once: usize,
    done: &(dyn Fn() + Sync),
) -> Vec<Result<Option<Duration>, NoAnswer>> {
    let tasks = selectors.iter().map(|selector| source.cadence(selector, within)).collect();
    in_order(tasks, at_once, done).await
}
