//! The highest objective that was mostly met.

use crate::base::{Share, ratio};
use crate::budget::Events;

/// Objectives that people give, from high to low.
const NICE: [&str; 16] = [
    "99.99", "99.95", "99.9", "99.8", "99.5", "99", "98", "97", "95", "90", "85", "80", "75", "70", "60",
    "50",
];

/// The share of past windows in which an objective must have been met, in percent.
const MOSTLY: usize = 90;

/// Bad events that an objective must allow in a usual window: one that a single event breaks is none.
pub(super) const ALLOWED: f64 = 2.0;

/// What happened in past windows, for each budget.
pub(super) type Windows = Vec<Vec<Events>>;

/// How an objective did.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Kept {
    pub(super) objective: Share,
    /// Of which budget this is told: the one that did worst.
    pub(super) worst: usize,
    /// In how many windows it was met.
    pub(super) met: usize,
    /// How many windows there were.
    pub(super) of: usize,
    /// The worst of them.
    pub(super) lowest: Events,
}

/// The highest objective, no higher than `most`, that every budget met in nearly all of its windows, and that allows so
/// many bad events in a usual one.
pub(super) fn highest(windows: &Windows, most: Share, allowing: f64) -> Option<Kept> {
    let nice = NICE.iter().filter_map(|percent| Share::from_percent(percent).ok());
    nice.filter(|objective| *objective <= most).find_map(|objective| kept(windows, objective, allowing))
}

fn kept(windows: &Windows, objective: Share, allowing: f64) -> Option<Kept> {
    let allowed = objective.complement();
    let mut worst: Option<Kept> = None;
    for (budget, windows) in windows.iter().enumerate() {
        if allowed.of(usual(windows)?) < allowing {
            return None;
        }
        let met = windows.iter().filter(|events| allowed.covers(events.bad, events.total)).count();
        if met * 100 < windows.len() * MOSTLY {
            return None;
        }
        let lowest = *windows.iter().min_by(|a, b| good(a).total_cmp(&good(b)))?;
        let found = Kept { objective, worst: budget, met, of: windows.len(), lowest };
        if worst.is_none_or(|worst| good(&found.lowest) < good(&worst.lowest)) {
            worst = Some(found);
        }
    }
    worst
}

/// The events of a usual window: the median.
pub(super) fn usual(windows: &[Events]) -> Option<f64> {
    let mut totals: Vec<f64> = windows.iter().map(|events| events.total).collect();
    totals.sort_by(f64::total_cmp);
    totals.get(totals.len() / 2).copied()
}

/// The share of good events.
pub(super) fn good(events: &Events) -> f64 {
    1.0 - ratio(events.bad, events.total).unwrap_or(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn windows(bad: &[f64], total: f64) -> Vec<Events> {
        bad.iter().map(|&bad| Events { bad, total }).collect()
    }

    fn told(windows: &[Vec<Events>]) -> Option<(String, usize, usize)> {
        highest(&windows.to_vec(), Share::ONE, ALLOWED)
            .map(|kept| (kept.objective.to_string(), kept.met, kept.of))
    }

    #[test]
    fn one_bad_window_of_ten_is_forgiven_and_two_are_not() {
        let mut bad = vec![9.0; 10];
        bad[3] = 800.0;
        assert_eq!(told(&[windows(&bad, 1e4)]), Some(("99.9%".to_owned(), 9, 10)));
        bad[4] = 90.0;
        assert_eq!(told(&[windows(&bad, 1e4)]), Some(("99%".to_owned(), 9, 10)));
    }

    #[test]
    fn one_event_cannot_break_it() {
        assert_eq!(told(&[windows(&[0.0], 1000.0)]), Some(("99.8%".to_owned(), 1, 1)));
        assert_eq!(told(&[windows(&[0.0], 3.0)]), None);
        assert_eq!(told(&[windows(&[60.0], 100.0)]), None);
        assert_eq!(told(&[]), None);
    }

    #[test]
    fn every_budget_has_to_keep_it() {
        let kept = highest(&vec![windows(&[5.0], 1e5), windows(&[900.0], 1e5)], Share::ONE, ALLOWED).unwrap();
        assert_eq!((kept.objective.to_string(), kept.worst), ("99%".to_owned(), 1));
    }

    proptest! {
        #[test]
        fn what_is_chosen_was_mostly_met_and_the_next_was_not(
            bad in prop::collection::vec(0u32..500, 1..40), total in 500u32..100_000,
        ) {
            let windows: Vec<Events> =
                bad.iter().map(|&bad| Events { bad: f64::from(bad), total: f64::from(total) }).collect();
            let met = |objective: Share| {
                let kept = |events: &&Events| events.bad <= events.total * objective.complement().as_f64() + 1e-6;
                windows.iter().filter(kept).count() * 10 >= windows.len() * 9
            };
            let allowed = |objective: Share| f64::from(total) * objective.complement().as_f64() >= 2.0 - 1e-9;
            let nice: Vec<Share> = NICE.iter().map(|percent| Share::from_percent(percent).unwrap()).collect();
            let expected = nice.into_iter().find(|objective| met(*objective) && allowed(*objective));
            prop_assert_eq!(highest(&vec![windows], Share::ONE, ALLOWED).map(|kept| kept.objective), expected);
        }
    }
}
