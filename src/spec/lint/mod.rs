//! What can be read but is probably not meant.
//!
//! Takes queries and objectives that were read, with the places where they are written, gives warnings at the exact part.
//! Must not know how a dialect is written, nor ask any source: only what the text alone shows to be odd is said, and what
//! may be right is left alone. To add one: its function in the file of its family, its line in a table below, its code, its
//! page, a fixture in `fixtures/specs/warned`, and a near miss in `tests` that stays silent.

mod alerts;
mod counters;
mod deprecated;
mod descriptions;
mod groups;
mod names;
mod objectives;
mod pairs;
mod patterns;
mod quantiles;
mod ranges;
mod ratios;
mod shape;
#[cfg(test)]
mod tests;

pub(super) use descriptions::descriptions;

use super::decode::At;
use super::query::Query;
use crate::base::Duration;
use crate::slo::{Empty, Polarity, Slo};

/// What a query is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// It counts events: the good ones, the bad ones, or all.
    Events,
    /// It names series that are read in a way of their own, such as a histogram, whose boundaries are numbers.
    Named,
    /// It holds while a slice of this length is good.
    Slice {
        /// The length of a slice.
        length: Duration,
        /// What a slice without a measurement is.
        empty: Empty,
    },
    /// It is the share of what was good, or bad.
    Ratio,
    /// It is a plain alert: it fires for every element.
    Alert,
}

impl Role {
    /// Whether a number of events or a share of them is made of it.
    fn is_measure(self) -> bool {
        matches!(self, Self::Events | Self::Ratio)
    }
}

/// Where the parts of an objective are written.
pub(super) struct Written<'a> {
    /// Its name, or whatever stands for all of it: the place of every part that is written nowhere.
    pub(super) name: At<'a>,
    /// The objective.
    pub(super) objective: Option<At<'a>>,
    /// The window.
    pub(super) window: Option<At<'a>>,
    /// The labels that divide the budget.
    pub(super) by: Option<At<'a>>,
    /// The fewest events to judge by.
    pub(super) min_events: Option<At<'a>>,
    /// The least coverage to judge by.
    pub(super) min_coverage: Option<At<'a>>,
    /// The length of a slice.
    pub(super) slice: Option<At<'a>>,
    /// The query of a ratio that is taken as a mean.
    pub(super) ratio: Option<At<'a>>,
    /// Each pair of windows of its alerts, in the order of [`Alerting::windows`](crate::slo::Alerting); none where they
    /// are not written.
    pub(super) alerts: Vec<At<'a>>,
}

impl<'a> Written<'a> {
    /// An objective of which only the name is known.
    pub(super) fn named(name: At<'a>) -> Self {
        Self {
            name,
            objective: None,
            window: None,
            by: None,
            min_events: None,
            min_coverage: None,
            slice: None,
            ratio: None,
            alerts: Vec::new(),
        }
    }

    /// The place of a part.
    fn place<'w>(&'w self, part: Option<&'w At<'a>>) -> &'w At<'a> {
        part.unwrap_or(&self.name)
    }
}

/// A longer query, in bytes, was not written by a person, and looking for what is odd in it would take too long.
const LONGEST: usize = 10_000;

const QUERIES: &[fn(&Query, Role)] = &[
    counters::rate_of_sum,
    counters::rate_of_gauge,
    counters::raw_counter,
    counters::instant_rate,
    ratios::unaggregated,
    ratios::sides_that_never_match,
    ratios::averaged_ratios,
    ratios::zero_without_labels,
    quantiles::without_le,
    quantiles::bound_between_buckets,
    ranges::fixed_range,
    ranges::unseen_part_of_slice,
    ranges::absent_as_value,
    patterns::patterns,
    deprecated::deprecated_metric,
];

const PAIRS: &[fn(&Query, &Query, Polarity)] =
    &[pairs::same_events, pairs::not_a_subset, pairs::buckets_and_count];

const OBJECTIVES: &[fn(&Slo, &Written)] = &[
    objectives::all_or_little,
    objectives::too_tight,
    objectives::little_coverage,
    objectives::ratio_of_events,
    alerts::never_fires,
    alerts::longer_than_window,
    alerts::shorter_than_slice,
    alerts::pages_of_short_windows,
    groups::many_values,
    groups::dropped_label,
];

/// Says what is odd about a query.
pub(super) fn query(query: &Query, role: Role) {
    if query.text().len() > LONGEST {
        return;
    }
    for lint in QUERIES {
        lint(query, role);
    }
}

/// Says what is odd about the good or bad events and all events, taken together.
pub(super) fn events(part: &Query, total: &Query, polarity: Polarity) {
    if part.text().len().max(total.text().len()) > LONGEST {
        return;
    }
    for lint in PAIRS {
        lint(part, total, polarity);
    }
}

/// Says what is odd about an objective, and what cannot be as it is.
pub(super) fn slo(slo: &Slo, written: &Written) {
    for lint in OBJECTIVES {
        lint(slo, written);
    }
}
