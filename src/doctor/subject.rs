//! An objective as the checks see it: what it selects, over which time, and where they look.

use std::sync::Arc;

use super::build::{bare, count, selections};
use super::examine::About;
use super::finding::Severity;
use super::notes::{Notes, Stop};
use crate::base::{Duration, Interval, Matrix, Moment};
use crate::plan::{Ask, Eval};
use crate::promql::{BinaryOp, Expr, ExprKind, Selector};
use crate::slo::{Counts, Distribution, Empty, Polarity, Signal, Slo};

/// How often a window is looked at to see where data is: every three hours of a month.
const LOOKS: i64 = 240;

/// How often something is sampled that is measured over an hour: a thirtieth of a month is read.
const HOURS: i64 = 24;

/// How often a window is looked at for what seldom changes: label values, boundaries.
const FEW: i64 = 8;

/// How often a stretch between two looks is looked at again.
const FINER: i64 = 24;

/// The spacing of samples that is assumed where none can be found out.
const USUAL_CADENCE: Duration = Duration::minutes(1);

/// What a selection is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// It counts all events.
    Total,
    /// It counts the good ones.
    Good,
    /// It counts the bad ones; that there were none is no fault.
    Bad,
    /// It is the value of a condition, or a part of it.
    Value,
    /// The expression around it says what is when it is not there: `or`, `unless`, `absent`.
    Optional,
}

impl Role {
    pub(super) fn of(polarity: Polarity) -> Self {
        if polarity == Polarity::Good { Self::Good } else { Self::Bad }
    }
}

/// A selection that an objective depends on.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Use {
    /// Which series, without shifts in time.
    pub(super) selector: Selector,
    /// What for.
    pub(super) role: Role,
}

/// One objective.
pub(super) struct Subject<'a> {
    pub(super) slo: &'a Slo,
    pub(super) signal: Signal,
    /// What has passed of its window.
    pub(super) window: Interval,
    /// What it selects, nothing twice.
    pub(super) uses: Vec<Use>,
    pub(super) about: &'a About,
}

/// Where the samples of a selection are.
#[derive(Debug, Clone)]
pub(super) struct Presence {
    /// How far apart they are, where that can be told.
    pub(super) cadence: Option<Duration>,
    /// The looks at the window, oldest first: when, and whether there was a sample.
    pub(super) looks: Vec<(Moment, bool)>,
    /// Whether there is any in the window, be it between the looks.
    pub(super) ever: bool,
}

impl Presence {
    /// The share of looks that saw a sample.
    pub(super) fn share(&self) -> f64 {
        let seen = self.looks.iter().filter(|(_, seen)| *seen).count();
        crate::base::ratio(seen as f64, self.looks.len() as f64).unwrap_or(0.0)
    }
}

impl<'a> Subject<'a> {
    /// Nothing where the window has no place in the calendar.
    pub(super) fn new(slo: &'a Slo, at: Moment, about: &'a About) -> Option<Self> {
        let window = slo.window.at(at)?;
        let window = Interval::new(window.from, window.to.min(at));
        let signal = slo.sli.signal();
        let mut uses: Vec<Use> = Vec::new();
        let mut add = |selected: Vec<(Selector, Role)>| {
            for (selector, role) in selected {
                let selector = bare(&selector);
                // What counts everything is asked more of than what counts a part.
                if !uses.iter().any(|known| known.selector == selector) {
                    uses.push(Use { selector, role });
                }
            }
        };
        match &signal {
            Signal::Events { distribution: Some(histogram), .. } => {
                add(vec![(histogram.buckets.clone(), Role::Total)]);
            }
            Signal::Events { polarity, part, total, .. } => {
                add(selected(total, Role::Total));
                add(selected(part, Role::of(*polarity)));
            }
            Signal::Slices { value, .. } => {
                let mut selected = Vec::new();
                inside(value, Role::Value, &mut selected);
                add(selected);
            }
            Signal::Composite(_) => {}
        }
        Some(Self { slo, signal, window, uses, about })
    }

    /// The histogram that it is about.
    pub(super) fn histogram(&self) -> Option<&Distribution> {
        match &self.signal {
            Signal::Events { distribution, .. } => distribution.as_ref(),
            Signal::Slices { .. } | Signal::Composite(_) => None,
        }
    }

    /// Its expressions that are evaluated as they stand, with what they are for.
    pub(super) fn expressions(&self) -> Vec<(&Expr, Role)> {
        match &self.signal {
            Signal::Events { polarity, part, total, .. } => {
                [(total, Role::Total), (part, Role::of(*polarity))]
                    .into_iter()
                    .filter_map(|(counts, role)| match counts {
                        Counts::Expression(expr) => Some((expr, role)),
                        Counts::Counters(_) => None,
                    })
                    .collect()
            }
            Signal::Slices { value, .. } => vec![(value, Role::Value)],
            Signal::Composite(_) => Vec::new(),
        }
    }

    /// Looks at hours of the window, and how much time each is over.
    pub(super) fn hours(&self) -> (Eval, Duration) {
        let hour = Duration::hours(1).min(self.window.length());
        (every(self.window, HOURS, hour).0, hour)
    }

    /// A few looks at the window.
    pub(super) fn few(&self) -> Eval {
        every(self.window, FEW, Duration::minutes(1)).0
    }

    /// The window's end, and three moments before: what is asked of many series is asked at these alone.
    fn spots(&self) -> impl Iterator<Item = Eval> + use<> {
        let (end, quarter) = (self.window.to, self.window.length().as_millis() / 4);
        (0..4).map(move |back| Eval::Instant(end - Duration::millis(quarter * back)))
    }

    /// What an expression gives at four moments of the window.
    pub(super) fn at_spots(&self, expr: &Expr, notes: &mut Notes) -> Result<Vec<Arc<Matrix>>, Stop> {
        // All are asked before the first is waited for.
        let answers: Vec<_> = self.spots().map(|eval| notes.value(expr.clone(), eval)).collect();
        answers.into_iter().collect()
    }

    /// Whether an expression gives anything at four moments of the window.
    pub(super) fn is_at_spots(&self, expr: &Expr, notes: &mut Notes) -> Result<bool, Stop> {
        Ok(self.at_spots(expr, notes)?.iter().any(|matrix| !matrix.is_empty()))
    }

    /// Where the samples of a selection are.
    pub(super) fn presence(&self, selector: &Selector, notes: &mut Notes) -> Result<Presence, Stop> {
        if let Some(data) = self.about.data
            && data.intersection(self.window).length() == Duration::ZERO
        {
            return Err(Stop::Blocked("no data in the window".to_owned()));
        }
        let cadence = notes.cadence(selector, self.window)?;
        let looks = seen(selector, self.window, LOOKS, cadence, notes)?;
        let ever = if looks.iter().any(|(_, seen)| *seen) {
            true
        } else {
            // What looks do not see may lie between them; so little is cheap to read.
            let whole = self.window.length() - Duration::millis(1);
            let any = Expr::call("last_over_time", [Expr::range(selector.clone(), whole)]);
            !notes.value(count(any), Eval::Instant(self.window.to))?.is_empty()
        };
        Ok(Presence { cadence, looks, ever })
    }

    /// How grave it is that data exists for this share of the window: with too little there is no verdict.
    pub(super) fn severity(&self, share: f64) -> Severity {
        // Where an unmeasured slice is called good or bad, it covers all the same.
        let covers = matches!(self.signal, Signal::Slices { empty: Empty::Good | Empty::Bad, .. });
        if share < self.slo.min_coverage.as_f64() && !covers { Severity::Error } else { Severity::Warning }
    }

    /// The selections that have series; stops where one that everything depends on has none, which is found by another
    /// check.
    pub(super) fn present(&self, notes: &mut Notes) -> Result<Vec<(&Use, Presence)>, Stop> {
        let found: Vec<_> =
            self.uses.iter().map(|used| (used, self.presence(&used.selector, notes))).collect();
        let mut present = Vec::new();
        for (used, presence) in found {
            let presence = presence?;
            match used.role {
                _ if presence.ever => present.push((used, presence)),
                Role::Good | Role::Bad | Role::Optional => {}
                Role::Total | Role::Value => {
                    return Err(Stop::Blocked("a selector matches nothing".to_owned()));
                }
            }
        }
        Ok(present)
    }
}

fn selected(counts: &Counts, role: Role) -> Vec<(Selector, Role)> {
    let mut selected = Vec::new();
    match counts {
        Counts::Counters(selectors) => selected.extend(selectors.iter().map(|one| (one.clone(), role))),
        Counts::Expression(expr) => inside(expr, role, &mut selected),
    }
    selected
}

/// The selections in an expression, and what they are for where it is for `role`.
fn inside(expr: &Expr, role: Role, selected: &mut Vec<(Selector, Role)>) {
    let within = |role: Role, node: &ExprKind, nth: usize| match node {
        ExprKind::Call { function, .. } if function.starts_with("absent") => Role::Optional,
        ExprKind::Binary { op: BinaryOp::Or, .. } => Role::Optional,
        ExprKind::Binary { op: BinaryOp::Unless, .. } if nth == 1 => Role::Optional,
        _ => role,
    };
    selections(expr, role, &within, &mut |selector, _, role| selected.push((selector.clone(), role)));
}

/// So many looks at an interval, the last at its end, no closer than `least`; and how far apart they are.
fn every(within: Interval, most: i64, least: Duration) -> (Eval, Duration) {
    let length = within.length().as_millis();
    let step = (length / most).max(least.as_millis()).max(1);
    let looks = (length / step).max(1);
    let step = Duration::millis(step);
    (Eval::Range { start: within.to - step * (looks - 1), end: within.to, step }, step)
}

/// Looks at a part of a window, closer.
pub(super) fn closer(
    selector: &Selector,
    within: Interval,
    cadence: Option<Duration>,
    notes: &mut Notes,
) -> Result<Vec<(Moment, bool)>, Stop> {
    seen(selector, within, FINER, cadence, notes)
}

/// Looks at an interval, at most so many, and whether there was a sample.
fn seen(
    selector: &Selector,
    within: Interval,
    most: i64,
    cadence: Option<Duration>,
    notes: &mut Notes,
) -> Result<Vec<(Moment, bool)>, Stop> {
    let cadence = cadence.unwrap_or(USUAL_CADENCE);
    // Between two looks there is a sample, unless one is missing.
    let (eval, over) = every(within, most, Duration::minutes(1).max(cadence * 2));
    let answer = notes.query(Ask::Presence { selector: selector.clone(), over, cadence }, eval)?;
    let mut looks: Vec<(Moment, bool)> = eval.times().map(|at| (at, false)).collect();
    for point in answer.iter().flat_map(|series| &series.points) {
        let is_seen = point.value.float().is_some_and(|share| share > 0.0);
        if let Some(look) = eval.place(Moment::from_millis(point.t)).and_then(|place| looks.get_mut(place)) {
            look.1 |= is_seen;
        }
    }
    Ok(looks)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn looks_end_with_the_window_and_stay_in_it() {
        let to = Moment::from_secs(1_763_294_400);
        for (length, most, times, step) in [
            (Duration::days(30), LOOKS, 240, Duration::hours(3)),
            (Duration::hours(1), LOOKS, 60, Duration::minutes(1)),
            (Duration::minutes(1), LOOKS, 1, Duration::minutes(1)),
            (Duration::seconds(20), LOOKS, 1, Duration::minutes(1)),
        ] {
            let within = Interval::new(to - length, to);
            let (eval, apart) = every(within, most, Duration::minutes(1));
            let looks: Vec<Moment> = eval.times().collect();
            assert_eq!((looks.len(), apart, looks.last()), (times, step, Some(&to)), "{length}");
            assert!(looks.iter().all(|&look| look > within.from));
        }
    }
}
