//! How a window went, for drawing.

use super::spend::{Budget, burn_rate};
use super::tally::{Bucket, Events};
use crate::base::{Moment, Zone, ratio};

/// The most points that a curve is thinned to.
const MOST_POINTS: usize = 120;

/// Curves over a window.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Curves {
    /// Events of each local day.
    pub days: Vec<Day>,
    /// The burn rate of each stretch; nothing where nothing was measured or happened.
    pub burn: Vec<(Moment, Option<f64>)>,
    /// The share of the budget left at the end of each stretch; nothing where nothing was measured.
    pub budget: Vec<(Moment, Option<f64>)>,
}

/// A local day.
#[derive(Debug, Clone, PartialEq)]
pub struct Day {
    /// Its date: `2026-11-16`.
    pub date: String,
    /// What happened.
    pub events: Events,
}

impl Curves {
    pub(super) fn of(buckets: &[Bucket], budget: &Budget, zone: Zone) -> Self {
        let mut days: Vec<Day> = Vec::new();
        for bucket in buckets {
            let date = zone.format(bucket.interval.from, "%Y-%m-%d");
            match days.last_mut() {
                Some(day) if day.date == date => day.events += bucket.events,
                _ => days.push(Day { date, events: bucket.events }),
            }
        }
        let mut curves = Self { days, ..Self::default() };
        if let Some(first) = buckets.first().filter(|first| first.measured()) {
            curves.budget.push((first.interval.from, ratio(budget.total, budget.total)));
        }
        let mut spent = 0.0;
        let (mut burn, mut left) = (Vec::new(), Vec::new());
        for stretch in buckets.chunks(buckets.len().div_ceil(MOST_POINTS).max(1)) {
            let mut events = Events::default();
            for bucket in stretch {
                events += bucket.events;
            }
            spent += events.bad;
            if let Some(last) = stretch.last() {
                let measured = stretch.iter().any(Bucket::measured);
                burn.push((last.interval.to, burn_rate(budget.objective, events).filter(|_| measured)));
                left.push((last.interval.to, ratio(budget.total - spent, budget.total).filter(|_| measured)));
            }
        }
        curves.burn.extend(burn);
        curves.budget.extend(left);
        curves
    }
}
