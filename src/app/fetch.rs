//! All of the waiting: questions are asked a few at a time, answers take their questions' places.

use std::collections::VecDeque;

use crate::base::{Duration, Interval};
use crate::plan::{Answer, NoAnswer, Query};
use crate::promql::Selector;
use crate::source::{BoxFuture, Source};

/// Answers in the order of the questions, whatever the order in which they came.
pub async fn all(
    queries: &[Query],
    source: &dyn Source,
    at_once: usize,
    done: &(dyn Fn() + Sync),
) -> Vec<Answer> {
    let tasks = queries.iter().map(|query| source.fetch(query)).collect();
    in_order(tasks, at_once, done).await
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

/// Runs futures, at most `at_once` of them at a time, and gives their results in the order given.
async fn in_order<T>(tasks: Vec<BoxFuture<'_, T>>, at_once: usize, done: &(dyn Fn() + Sync)) -> Vec<T> {
    let mut results: Vec<Option<T>> = tasks.iter().map(|_| None).collect();
    let mut waiting: VecDeque<(usize, BoxFuture<'_, T>)> = tasks.into_iter().enumerate().collect();
    let mut running: Vec<(usize, BoxFuture<'_, T>)> = Vec::new();
    std::future::poll_fn(|context| {
        loop {
            while running.len() < at_once.max(1) {
                match waiting.pop_front() {
                    Some(task) => running.push(task),
                    None => break,
                }
            }
            let before = running.len();
            running.retain_mut(|(place, task)| match task.as_mut().poll(context) {
                std::task::Poll::Ready(result) => {
                    results[*place] = Some(result);
                    done();
                    false
                }
                std::task::Poll::Pending => true,
            });
            if running.is_empty() && waiting.is_empty() {
                return std::task::Poll::Ready(());
            }
            if running.len() == before {
                return std::task::Poll::Pending;
            }
        }
    })
    .await;
    results.into_iter().flatten().collect()
}
