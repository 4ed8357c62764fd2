//! Which of some ways to alert to take.

use super::{Figures, Past};
use crate::base::{Duration, Share};

/// A way to alert, and what came of it on every budget of an objective together.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Candidate {
    /// The objective that it takes.
    pub objective: Share,
    /// What it came to.
    pub figures: Figures,
}

/// What history says about some candidates, the first of which is in use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Advice {
    /// Nothing burned, so that no way to alert can be told from another.
    NoIncident,
    /// There is too little data to say.
    TooLittleData,
    /// There is nothing to choose from; whether it told of everything.
    Alone {
        /// Whether it told of every incident.
        told_all: bool,
    },
    /// One is best.
    Best {
        /// Its place.
        place: usize,
        /// Whether it told of every incident.
        told_all: bool,
        /// Whether its objective was kept.
        kept: bool,
    },
}

impl Candidate {
    /// The sum over the budgets of an objective, of the way at a place.
    pub fn of(objective: Share, pasts: &[Past], place: usize) -> Self {
        let all = || pasts.iter().filter_map(|past| past.ways.get(place)).map(|way| &way.figures);
        let mut sum = all().fold(Figures { kept: true, ..Figures::default() }, |mut sum, one| {
            sum.pages += one.pages;
            sum.tickets += one.tickets;
            sum.pages_per_week = match (sum.pages_per_week, one.pages_per_week) {
                (Some(sum), Some(one)) => Some(sum + one),
                (sum, one) => sum.or(one),
            };
            sum.incidents += one.incidents;
            sum.missed += one.missed;
            sum.missed_budget += one.missed_budget;
            sum.stray += one.stray;
            sum.events += one.events;
            sum.kept &= one.kept;
            sum
        });
        let told = || {
            let ways = pasts.iter().filter_map(|past| past.ways.get(place));
            ways.flat_map(|way| &way.incidents).filter_map(|incident| incident.told)
        };
        let mut gone: Vec<f64> = told().filter_map(|detection| detection.budget_gone).collect();
        gone.sort_by(f64::total_cmp);
        let mut delays: Vec<Duration> = told().map(|detection| detection.delay).collect();
        delays.sort_unstable();
        (sum.gone_median, sum.gone_most) = (gone.get(gone.len() / 2).copied(), gone.last().copied());
        (sum.delay_median, sum.delay_most) = (delays.get(delays.len() / 2).copied(), delays.last().copied());
        Self { objective, figures: sum }
    }
}

/// Chooses: first of those whose objective was kept and that told of every incident, the strictest objective, then the
/// fewest pages, then the least budget gone before anyone is told; of equals the first.
pub fn advise(candidates: &[Candidate], enough_data: bool) -> Advice {
    if !enough_data {
        return Advice::TooLittleData;
    }
    if candidates.iter().all(|candidate| candidate.figures.incidents == 0) {
        return Advice::NoIncident;
    }
    if let [only] = candidates {
        return Advice::Alone { told_all: only.figures.missed == 0 };
    }
    let weight = |candidate: &Candidate| {
        let Figures { kept, missed, missed_budget, pages, stray, gone_most, .. } = candidate.figures;
        (!kept, missed > 0, missed_budget, candidate.objective, pages + stray, gone_most.unwrap_or(0.0))
    };
    let better = |one: &Candidate, other: &Candidate| {
        let (one, other) = (weight(one), weight(other));
        (one.0, one.1)
            .cmp(&(other.0, other.1))
            .then(one.2.total_cmp(&other.2))
            .then(other.3.cmp(&one.3))
            .then(one.4.cmp(&other.4))
            .then(one.5.total_cmp(&other.5))
    };
    let best = candidates.iter().enumerate().min_by(|(_, one), (_, other)| better(one, other));
    best.map_or(Advice::NoIncident, |(place, candidate)| Advice::Best {
        place,
        told_all: candidate.figures.missed == 0,
        kept: candidate.figures.kept,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn candidate(percent: u64, kept: bool, missed: usize, pages: usize) -> Candidate {
        let figures =
            Figures { kept, incidents: 3, missed, missed_budget: missed as f64, pages, ..Figures::default() };
        Candidate { objective: Share::whole_percent(percent), figures }
    }

    #[test]
    fn the_strictest_that_was_kept_and_told_all_with_the_fewest_pages() {
        let of = |all: &[Candidate]| match advise(all, true) {
            Advice::Best { place, told_all, kept } => (place, told_all, kept),
            other => panic!("{other:?}"),
        };
        let all = [candidate(95, true, 0, 1), candidate(99, false, 0, 0), candidate(97, true, 0, 5)];
        assert_eq!(of(&all), (2, true, true));
        let fewer = candidate(97, true, 0, 4);
        assert_eq!(of(&[all[0], all[1], all[2], fewer]), (3, true, true));
        assert_eq!(of(&[candidate(99, true, 2, 0), candidate(99, true, 1, 9)]), (1, false, true));
        assert_eq!(of(&[all[2], all[2]]), (0, true, true));
    }

    #[test]
    fn nothing_is_recommended_of_nothing() {
        let quiet = Candidate { figures: Figures::default(), ..candidate(99, true, 0, 0) };
        assert_eq!(advise(&[quiet, quiet], true), Advice::NoIncident);
        assert_eq!(advise(&[candidate(99, true, 0, 0)], false), Advice::TooLittleData);
        assert_eq!(advise(&[candidate(99, true, 1, 0)], true), Advice::Alone { told_all: false });
    }
}
