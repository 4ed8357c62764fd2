//! What an objective allows, and what is left of it.

use super::Events;
use crate::base::{Share, ratio};

/// An error budget, in events (or slices).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Budget {
    /// How many may be bad.
    pub total: f64,
    /// How many were.
    pub spent: f64,
    /// The share of good that was promised.
    pub objective: Share,
}

impl Budget {
    /// `allowed = (1 - objective) · events`: the budget for `expected` events of which `bad` were bad.
    pub fn new(objective: Share, bad: f64, expected: f64) -> Self {
        Self { total: objective.complement().of(expected), spent: bad, objective }
    }

    /// How many more may be bad; below zero where too many were.
    pub fn remaining(&self) -> f64 {
        self.total - self.spent
    }

    /// The share of the budget that is left; nothing where nothing may be bad.
    pub fn remaining_ratio(&self) -> Option<f64> {
        ratio(self.remaining(), self.total)
    }

    /// The share of the budget that so many bad events take; nothing where nothing may be bad.
    pub fn share_of(&self, bad: f64) -> Option<f64> {
        ratio(bad, self.total)
    }
}

/// The bad share divided by the allowed share; nothing without events, or where nothing may be bad.
pub(super) fn burn_rate(objective: Share, events: Events) -> Option<f64> {
    ratio(ratio(events.bad, events.total)?, objective.complement().as_f64())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn spent_and_remaining_are_the_whole_and_more_bad_never_leaves_more(
            percent in 0u32..=10_000, bad in 0u32..1_000_000, more in 0u32..1000, good in 0u32..1_000_000,
        ) {
            let objective = Share::from_percent(&format!("{}.{:02}", percent / 100, percent % 100)).unwrap();
            let total = f64::from(bad) + f64::from(good);
            let budget = Budget::new(objective, f64::from(bad), total);
            prop_assert!((budget.spent + budget.remaining() - budget.total).abs() <= total * 1e-12);
            let worse = Budget::new(objective, f64::from(bad + more), total);
            prop_assert!(worse.remaining() <= budget.remaining());
            let kept = objective.complement().covers(f64::from(bad), total);
            if let Some(left) = budget.remaining_ratio() {
                prop_assert!(left.is_finite());
                prop_assert!(kept == (left >= 0.0) || left.abs() < 1e-9);
            }
        }
    }

    #[test]
    fn nothing_may_be_bad_at_one_hundred_percent() {
        let budget = Budget::new(Share::ONE, 1.0, 10.0);
        assert_eq!(budget.remaining_ratio(), None);
        assert_eq!(burn_rate(Share::ONE, Events { bad: 1.0, total: 10.0 }), None);
    }
}
