//! Series for an objective: what they do when it is well and when it fails.

use std::collections::BTreeSet;

use super::search::{self, Spans};
use super::series::{candidates, takes};
use super::story::{Course, Phase, sampled};
use crate::base::{Duration, Labels, Moment};
use crate::engine::{MemStore, Params, evaluate};
use crate::promql::{Expr, Selector};
use crate::slo::{Counts, Polarity};

/// Events a minute.
const TRAFFIC: f64 = 6000.0;

/// How far from what is expected the share of bad events may be, when series are tried.
const TOLERANCE: f64 = 0.02;

/// Series whose share of bad events, or of bad slices, can be chosen.
pub(super) struct World {
    pub(super) series: Vec<Labels>,
    kind: Kind,
}

enum Kind {
    /// All events, or the good (bad) and the other ones.
    Events { apart: bool, polarity: Polarity, traffic: f64 },
    /// What the series do in a good slice, and in a bad one.
    Slices { good: Vec<Course>, bad: Vec<Course> },
}

impl World {
    /// Events of which some are bad. `least` events must be in the shortest window that matters.
    pub(super) fn of_events(
        polarity: Polarity,
        part: &Counts,
        total: &Counts,
        by: &[String],
        least: u64,
    ) -> Option<Self> {
        let (parts, totals) = (selectors(part), selectors(total));
        let any = |selectors: &[&Selector], labels: &Labels| selectors.iter().any(|one| takes(one, labels));
        let all: Vec<&Selector> = parts.iter().chain(&totals).copied().collect();
        let of = |selectors: &[&Selector]| -> Vec<Labels> {
            selectors.iter().flat_map(|one| candidates(one, &all, by)).collect()
        };
        let same = |a: &Labels, b: &Labels| by.iter().all(|label| a.value(label) == b.value(label));
        let traffic = TRAFFIC.max(least as f64);
        let (of_total, of_part) = (of(&totals), of(&parts));
        let other = of_total.iter().find(|labels| !any(&parts, labels))?;
        let among = of_part.iter().find(|labels| any(&totals, labels) && same(labels, other));
        let beside = || of_part.iter().find(|labels| !any(&totals, labels) && same(labels, other));
        let (counted, apart) = match among {
            Some(counted) => (counted, false),
            None => (beside()?, true),
        };
        let series = vec![counted.clone(), other.clone()];
        Some(Self { series, kind: Kind::Events { apart, polarity, traffic } })
    }

    /// Values that are good or bad at the end of a slice, as `judged` says: 1 or 0, the worst of several.
    pub(super) fn of_slices(judged: &Expr, by: &[String]) -> Option<Self> {
        let found = search::pair(judged, by, Spans::steady(judged), &|values: &[f64]| {
            let worst = values.iter().copied().reduce(f64::min)?;
            if worst >= 1.0 {
                Some(false)
            } else if worst <= 0.0 {
                Some(true)
            } else {
                None
            }
        })?;
        Some(Self { series: found.series, kind: Kind::Slices { good: found.no.last, bad: found.yes.last } })
    }

    /// What the series do while so large a share is bad; of slices all or none can be.
    pub(super) fn bad(&self, share: f64) -> Vec<Course> {
        match &self.kind {
            Kind::Events { apart, polarity, traffic } => {
                let part = match polarity {
                    Polarity::Bad => traffic * share,
                    Polarity::Good => traffic * (1.0 - share),
                };
                let other = if *apart { *traffic } else { traffic - part };
                vec![Course::Grows(part), Course::Grows(other)]
            }
            Kind::Slices { good, bad } => {
                if share > 0.0 {
                    bad.clone()
                } else {
                    good.clone()
                }
            }
        }
    }

    /// What they do while nothing happens.
    pub(super) fn idle(&self) -> Vec<Course> {
        match &self.kind {
            Kind::Events { .. } => vec![Course::Grows(0.0); 2],
            Kind::Slices { good, .. } => good.clone(),
        }
    }

    pub(super) fn all(&self, course: Course) -> Vec<Course> {
        vec![course; self.series.len()]
    }

    /// Whether an expression for the share of bad events gives what is meant, for two shares.
    pub(super) fn is_understood(&self, share: &Expr) -> bool {
        [0.25, 0.5].into_iter().all(|expected| {
            let values = tried(share, &self.series, &self.bad(expected));
            values.len() == 1 && values.iter().all(|(_, value)| (value - expected).abs() <= TOLERANCE)
        })
    }
}

fn selectors(counts: &Counts) -> Vec<&Selector> {
    match counts {
        Counts::Counters(selectors) => selectors.iter().collect(),
        Counts::Expression(expr) => expr.selectors(),
    }
}

/// What an expression gives after the series have done the same for long enough.
pub(super) fn tried(expr: &Expr, series: &[Labels], courses: &[Course]) -> Vec<(Labels, f64)> {
    tried_after(expr, series, &[(Spans::steady(expr).first, courses.to_vec())])
}

/// What an expression gives at the last sample of series that did what they do in these phases.
pub(super) fn tried_after(expr: &Expr, series: &[Labels], phases: &[Phase]) -> Vec<(Labels, f64)> {
    let minutes = phases.iter().map(|(minutes, _)| *minutes as i64).sum::<i64>();
    let store = MemStore::new(sampled(series, phases));
    let params = Params::instant(Moment::from_millis((minutes - 1).max(0) * 60_000));
    let Ok(evaluated) = evaluate(expr, &params, &store) else { return Vec::new() };
    let elements = evaluated.value.into_matrix().into_iter();
    elements
        .filter_map(|series| Some((series.labels.clone(), series.points.first()?.value.float()?)))
        .collect()
}

/// In how many of the last minutes of series, and of so many before it, an expression gives something.
pub(super) fn held_for(expr: &Expr, series: &[Labels], phases: &[Phase], back: usize) -> usize {
    let end = phases.iter().map(|(minutes, _)| *minutes as i64).sum::<i64>() - 1;
    let at = |minute: i64| Moment::from_millis(minute.max(0) * 60_000);
    let params = Params::range(at(end - back as i64), at(end), Duration::minutes(1));
    let Ok(evaluated) = evaluate(expr, &params, &MemStore::new(sampled(series, phases))) else { return 0 };
    let points = evaluated.value.into_matrix().into_iter().flat_map(|series| series.points);
    points.map(|point| point.t).collect::<BTreeSet<_>>().len()
}

/// How far back an expression looks at most, of what is written in it.
pub(super) fn looks_back(expr: &Expr) -> Duration {
    farthest(expr, |range, offset| range + offset)
}

/// How far back it looks where it looks at now.
pub(super) fn looks_at_now(expr: &Expr) -> Duration {
    farthest(expr, |range, offset| if offset == Duration::ZERO { range } else { Duration::ZERO })
}

fn farthest(expr: &Expr, of: impl Fn(Duration, Duration) -> Duration) -> Duration {
    use crate::promql::ExprKind;
    let mut most = Duration::minutes(5);
    expr.walk(&mut |node: &Expr| {
        let (range, offset) = match &node.kind {
            ExprKind::Range { selector, range } => (range.fixed(), selector.offset.fixed()),
            ExprKind::Subquery { range, offset, .. } => (range.fixed(), offset.fixed()),
            ExprKind::Selector(selector) => (None, selector.offset.fixed()),
            _ => return,
        };
        most = most.max(of(range.unwrap_or(Duration::ZERO), offset.unwrap_or(Duration::ZERO)));
    });
    most
}
