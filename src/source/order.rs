//! Several futures at once, their results in the order given.

use std::collections::VecDeque;
use std::task::Poll;

use super::BoxFuture;

/// Runs futures, at most `at_once` of them at a time, and gives their results in the order given.
pub async fn in_order<T>(tasks: Vec<BoxFuture<'_, T>>, at_once: usize, done: &(dyn Fn() + Sync)) -> Vec<T> {
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
                Poll::Ready(result) => {
                    results[*place] = Some(result);
                    done();
                    false
                }
                Poll::Pending => true,
            });
            if running.is_empty() && waiting.is_empty() {
                return Poll::Ready(());
            }
            if running.len() == before {
                return Poll::Pending;
            }
        }
    })
    .await;
    results.into_iter().flatten().collect()
}
