//! Days of a budget: what each comes to, so that it can be remembered, and counted again from memory.

use super::coverage::parts;
use super::evaluate::{Together, found};
use super::ledger::Ledger;
use super::{Events, Failure};
use crate::base::{CalendarUnit, Duration, Interval, Labels, Moment, Stretches, Zone};
use crate::plan::{Answer, Plan};

/// What a budget counted on a day, whoever counted it, and when.
#[derive(Debug, Clone, PartialEq)]
pub struct DayCount {
    /// The day.
    pub day: Interval,
    /// Events (or slices), as the budget counts them.
    pub events: Events,
    /// The same with nothing taken out.
    pub raw: Events,
    /// All events that are left when what is excluded is taken out, however the budget counts.
    pub counted: f64,
    /// The time that was taken out.
    pub excluded: Stretches,
    /// By what: the place of an exclusion in the specification, the time it took out, and what happened in it.
    pub exclusions: Vec<(usize, Stretches, Events)>,
    /// How much of the day is left that data could exist for.
    pub looked: Duration,
    /// For how much of that it did, in seconds.
    pub covered_s: f64,
    /// For how much of the day it did and made no count.
    pub unusable: Duration,
    /// Where it did not.
    pub gaps: Vec<Interval>,
    /// Whether any series told anything of what is left.
    pub seen: bool,
    /// Whether any did of the whole, excluded or not.
    pub there: bool,
}

impl DayCount {
    /// Whether nothing is left of the day.
    pub fn is_all_excluded(&self) -> bool {
        self.excluded.cover(self.day)
    }

    /// The share of what is left of the day with data; nothing where nothing is left.
    pub fn coverage(&self) -> Option<f64> {
        let share = crate::base::ratio(self.covered_s, self.looked.as_secs())?;
        let unusable =
            crate::base::ratio(self.unusable.as_secs(), self.day.length().as_secs()).unwrap_or(0.0);
        Some(share * (1.0 - unusable.min(1.0)))
    }
}

/// The days of one budget.
#[derive(Debug, Clone, PartialEq)]
pub struct DaysOf {
    /// The place of its task in the plan.
    pub task: usize,
    /// The labels of this budget; none for the objective as a whole.
    pub group: Labels,
    /// Its whole days in the window, oldest first, or why there are none.
    pub outcome: Result<Vec<DayCount>, Failure>,
}

/// The whole days in the windows of a plan that was compiled by day, for every budget, and for all budgets of an
/// objective together where it has several.
pub fn days(plan: &Plan, answers: &[Answer]) -> Vec<DaysOf> {
    let mut all = Vec::new();
    for (place, task) in plan.tasks.iter().enumerate() {
        let found = match found(task, answers, None, Together::Always) {
            Ok(found) => found,
            Err(failure) => {
                all.push(DaysOf { task: place, group: Labels::new(), outcome: Err(failure) });
                continue;
            }
        };
        let days = whole_days(task.elapsed, task.stretch.zone);
        all.extend(found.into_iter().map(|found| {
            let outcome =
                found.outcome.map(|ledger| days.iter().map(|&day| ledger.count(day)).collect::<Vec<_>>());
            DaysOf { task: place, group: found.group, outcome }
        }));
    }
    all
}

/// The days of a zone that lie wholly in a stretch.
pub fn whole_days(within: Interval, zone: Zone) -> Vec<Interval> {
    let mut days = Vec::new();
    let mut at = within.from;
    while at < within.to {
        let Some(day) = CalendarUnit::Day.around(at, zone).filter(|day| day.to > at) else { break };
        if day.from >= within.from && day.to <= within.to {
            days.push(day);
        }
        at = day.to;
    }
    days
}

/// Days that are remembered of an objective, as far as they may be counted with what is measured now.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Memory {
    /// Those of each budget, oldest first.
    pub budgets: Vec<(Labels, Vec<Remembered>)>,
    /// Days that were counted by another method, and cannot be.
    pub otherwise: Vec<Interval>,
}

impl Memory {
    /// Whether a group was seen on a day in a window.
    pub(super) fn saw(&self, group: &Labels, window: Interval) -> bool {
        let is_inside = |day: Interval| day.from >= window.from && day.to <= window.to;
        let of_group = self.budgets.iter().filter(|(known, _)| known == group);
        of_group.flat_map(|(_, days)| days).any(|day| day.count.there && is_inside(day.count.day))
    }
}

/// A day that is remembered.
#[derive(Debug, Clone, PartialEq)]
pub struct Remembered {
    /// What it counted.
    pub count: DayCount,
    /// Whether the specifications had other texts when it was measured.
    pub other_texts: bool,
    /// What was promised then, where that was something else.
    pub other_objective: Option<String>,
}

/// How what is remembered and what is measured were joined.
#[derive(Debug, Clone, PartialEq)]
pub struct Joined {
    /// The first instant of the window that is counted from memory, and the first after the last such day.
    pub stored: Option<Interval>,
    /// How many days of the window are from memory.
    pub days: usize,
    /// The first moment from which measured data is counted; nothing where all is from memory.
    pub seam: Option<Moment>,
    /// Days of the window after it that are from memory all the same, since less was measured of them.
    pub later: Vec<Interval>,
    /// Days of the window whose specifications had other texts.
    pub other_texts: usize,
    /// Other objectives that were promised on days of the window, each with their number.
    pub other_objectives: Vec<(String, usize)>,
    /// Days of the window that were counted by another method and are not counted here.
    pub otherwise: usize,
    /// A remembered day in which the window begins or ends: it cannot be divided.
    pub undivided: Option<Interval>,
    /// What the last days came to, for one bar a day.
    pub strip: Vec<StripDay>,
}

/// A day in a strip.
#[derive(Debug, Clone, PartialEq)]
pub struct StripDay {
    /// Its local date.
    pub date: String,
    /// What happened.
    pub events: Events,
    /// The share of it with data; nothing where all of it is excluded.
    pub coverage: Option<f64>,
    /// Whether that is remembered, and not measured now.
    pub stored: bool,
}

impl Ledger {
    /// What a day of it comes to.
    pub(super) fn count(&self, day: Interval) -> DayCount {
        let looks = self.strict_looks();
        let (looked, covered_s, gaps) = parts(&looks, day);
        DayCount {
            day,
            events: super::tally::sum(&self.buckets, day),
            raw: super::tally::sum(&self.raw, day),
            counted: super::tally::sum(&self.left, day).total,
            excluded: self.taken.all.within(day),
            exclusions: self
                .taken
                .told(&self.counted, day)
                .into_iter()
                .filter(|told| !told.times.is_empty())
                .map(|told| (told.exclusion, told.times, told.events))
                .collect(),
            looked: Duration::millis((looked * 1000.0).round() as i64),
            covered_s,
            unusable: if self.has_presence { self.unusable_time(day) } else { Duration::ZERO },
            gaps,
            seen: super::tally::inside(&self.buckets, day).iter().any(super::Bucket::seen),
            there: super::tally::inside(&self.counted, day).iter().any(super::Bucket::seen),
        }
    }
}
