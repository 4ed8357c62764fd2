//! Work on several threads whose results are taken in order.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Condvar, Mutex, PoisonError};

/// How many results per worker may wait for their turn.
const AHEAD: usize = 2;

/// Makes the results 0 to `count` on `workers` threads, this one among them. Each is handed to `take` in order, one at
/// a time, whatever the order in which they were made; few wait for their turn.
pub(super) fn in_order<T: Send>(
    count: usize,
    workers: usize,
    make: impl Fn(usize) -> T + Sync,
    mut take: impl FnMut(T) + Send,
) {
    if workers <= 1 {
        (0..count).map(make).for_each(take);
        return;
    }
    let line = Line {
        started: AtomicUsize::new(0),
        waiting: Mutex::new(Waiting { next: 0, made: BTreeMap::new(), broken: false, take: &mut take }),
        moved: Condvar::new(),
    };
    std::thread::scope(|scope| {
        for _ in 1..workers {
            scope.spawn(|| line.work(count, workers * AHEAD, &make));
        }
        line.work(count, workers * AHEAD, &make);
    });
}

struct Line<'a, T> {
    started: AtomicUsize,
    waiting: Mutex<Waiting<'a, T>>,
    /// Told when `next` has grown or a worker is gone.
    moved: Condvar,
}

struct Waiting<'a, T> {
    /// Whose turn it is.
    next: usize,
    made: BTreeMap<usize, T>,
    /// A worker panicked: its turn will never come.
    broken: bool,
    take: &'a mut (dyn FnMut(T) + Send),
}

impl<T> Line<'_, T> {
    fn work(&self, count: usize, ahead: usize, make: &impl Fn(usize) -> T) {
        let alarm = Alarm(self);
        loop {
            let place = self.started.fetch_add(1, Ordering::Relaxed);
            if place >= count || self.wait(place, ahead) {
                break;
            }
            let made = make(place);
            self.hand_over(place, made);
        }
        std::mem::forget(alarm);
    }

    /// Waits until the line is near to this place. Whether it never will be.
    fn wait(&self, place: usize, ahead: usize) -> bool {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        while !waiting.broken && place >= waiting.next + ahead {
            waiting = self.moved.wait(waiting).unwrap_or_else(PoisonError::into_inner);
        }
        waiting.broken
    }

    fn hand_over(&self, place: usize, made: T) {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        let Waiting { next, made: all, take, .. } = &mut *waiting;
        all.insert(place, made);
        while let Some(made) = all.remove(next) {
            take(made);
            *next += 1;
        }
        drop(waiting);
        self.moved.notify_all();
    }
}

/// Wakes the others where its worker panics, so that nobody waits for it.
struct Alarm<'a, 'b, T>(&'a Line<'b, T>);

impl<T> Drop for Alarm<'_, '_, T> {
    fn drop(&mut self) {
        self.0.waiting.lock().unwrap_or_else(PoisonError::into_inner).broken = true;
        self.0.moved.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_are_taken_in_order_and_few_wait() {
        for workers in [1, 2, 3, 8] {
            let alive = AtomicUsize::new(0);
            let most = AtomicUsize::new(0);
            let mut taken = Vec::new();
            let make = |place: usize| {
                most.fetch_max(alive.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                // The first of every ten is slow.
                (0..if place.is_multiple_of(10) { 20_000 } else { 10 }).for_each(|n| {
                    std::hint::black_box(n);
                });
                place
            };
            in_order(200, workers, make, |place| {
                alive.fetch_sub(1, Ordering::SeqCst);
                taken.push(place);
            });
            assert_eq!(taken, (0..200).collect::<Vec<_>>());
            assert!(most.into_inner() <= workers * (AHEAD + 1));
        }
    }

    #[test]
    #[should_panic(expected = "a scoped thread panicked")]
    fn a_panic_ends_all_workers() {
        let here = std::thread::current().id();
        in_order(
            1000,
            2,
            |place| assert!(std::thread::current().id() == here || place < 10, "one worker breaks"),
            |()| std::thread::yield_now(),
        );
        // Should this thread have done all the work, nothing broke.
        panic!("a scoped thread panicked");
    }
}
