//! What is proposed: specifications, and what is said beside each objective.

use super::candidate::{Candidate, Candidates, Way};
use super::choose::{self, Kept};
use super::inventory::Snapshot;
use super::past::{Came, Past};
use crate::base::{Duration, Labels, Share};
use crate::budget::{Events, Failure};
use crate::plan::NoAnswer;
use crate::report::words;
use crate::slo::{Counts, Polarity, Signal, Sli, Slo, Spec, Window};

/// With fewer events than this in a usual window, a share of them says little.
const FEWEST: f64 = 100.0;

/// Objectives that a way should reach, from the best: a stricter way is taken where it reaches as much. A limit is mostly
/// kept; a time is kept by nearly all.
const GOOD_ENOUGH: [&str; 3] = ["99", "95", "90"];

/// What is proposed.
#[derive(Debug, Clone, Default)]
pub struct Proposal {
    /// The services with what may be promised of each.
    pub services: Vec<Proposed>,
    /// What was left out.
    pub left: Vec<LeftOut>,
    /// Why the source did not tell of the past of some objectives, once for each.
    pub unanswered: Vec<NoAnswer>,
    /// For how long there was data.
    pub history: Option<Duration>,
}

/// What silences the warning of labels that can have many values.
const ALLOWED: &str = "nines: allow N0430";

/// A specification and what is said beside it.
#[derive(Debug, Clone)]
pub struct Proposed {
    /// The specification.
    pub spec: Spec,
    /// What is said beside each of its objectives.
    pub said: Vec<Vec<String>>,
}

/// Something of which nothing is proposed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftOut {
    /// The service that it is of.
    pub service: String,
    /// A metric or an objective.
    pub what: String,
    /// Why.
    pub why: String,
}

/// A promise, or why there is none.
type Settled = Result<(Slo, Vec<String>), String>;

impl Proposal {
    /// From what came of the candidates in the past.
    pub fn of_past(candidates: Candidates, past: &Past<'_>) -> Self {
        let ways =
            candidates.services.iter().flat_map(|found| &found.candidates).map(|found| found.ways.len());
        let firsts: Vec<usize> =
            ways.scan(0, |next, ways| Some(std::mem::replace(next, *next + ways))).collect();
        let history = past.length(&firsts);
        let window = past.window(history);
        let mut unanswered = Vec::new();
        let mut firsts = firsts.into_iter();
        let mut proposal = Self::settled(candidates, |candidate| {
            let first = firsts.next().unwrap_or_default();
            let settled = settle(candidate, past, first, window);
            settled.map_err(|Unsettled { why, unanswered: none }| {
                unanswered.extend(none);
                why
            })
        });
        proposal.history = Some(history);
        proposal.unanswered = unanswered;
        proposal
    }

    /// What is usual, where nothing of the past is known but what a page counts.
    pub fn of_page(candidates: Candidates, page: &Snapshot, window: Option<Duration>) -> Self {
        let window = window.unwrap_or(Duration::days(30));
        Self::settled(candidates, |candidate| usual(candidate, page, window))
    }

    fn settled(candidates: Candidates, mut settle: impl FnMut(&Candidate) -> Settled) -> Self {
        let mut proposal = Self { left: candidates.left, ..Self::default() };
        for found in candidates.services {
            let (mut slos, mut said) = (Vec::new(), Vec::new());
            for candidate in &found.candidates {
                match settle(candidate) {
                    Ok((slo, mut words)) => {
                        if slo.by.iter().any(|label| label == "instance") {
                            // What is probed is named so, and there are as many as are listed to be probed.
                            words.push(format!("{ALLOWED}: each probed target has a budget of its own"));
                        }
                        slos.push(slo);
                        said.push(words);
                    }
                    Err(why) => proposal.left.push(LeftOut {
                        service: found.service.name.clone(),
                        what: candidate.name.clone(),
                        why,
                    }),
                }
            }
            if !slos.is_empty() {
                proposal.services.push(Proposed { spec: found.service.spec(slos), said });
            }
        }
        proposal
    }
}

/// A way that was judged.
struct Judged<'a> {
    way: &'a Way,
    kept: Kept,
    groups: Vec<Labels>,
    /// How much history there was where it was less than a window.
    part: Option<Duration>,
}

/// Why there is no promise.
struct Unsettled {
    why: String,
    /// Why a question was not answered, where that is the reason.
    unanswered: Option<NoAnswer>,
}

/// The strictest way that was mostly good enough.
fn settle(
    candidate: &Candidate,
    past: &Past<'_>,
    first: usize,
    window: Duration,
) -> Result<(Slo, Vec<String>), Unsettled> {
    let limits = !candidate.ways.iter().all(|way| counts_events(&way.sli));
    let enough =
        GOOD_ENOUGH.iter().skip(usize::from(limits)).filter_map(|percent| Share::from_percent(percent).ok());
    let enough: Vec<Share> = enough.collect();
    let mut judged: Vec<Judged<'_>> = Vec::new();
    let (mut why, mut unanswered) = (String::new(), None);
    for (place, way) in candidate.ways.iter().enumerate() {
        let (groups, windows, part) = match past.came(first + place, window) {
            Came::Windows(groups, windows) => (groups, windows, None),
            Came::Part(groups, windows, length) => (groups, windows, Some(length)),
            Came::Gone => {
                why = format!("no data, or nothing counted, in the last {}", Window::Rolling(window));
                continue;
            }
            Came::Failed(failure) => {
                why = failure.to_string();
                if let Failure::NoAnswer(none) = failure {
                    unanswered = Some(none);
                }
                continue;
            }
        };
        let total = windows.iter().filter_map(|windows| choose::usual(windows)).fold(0.0, f64::max);
        if counts_events(&way.sli) && total < FEWEST {
            why = format!("fewer than {} events in {}", words::count(FEWEST), Window::Rolling(window));
            continue;
        }
        // Less than a window says little of a whole one.
        let (most, allowing) =
            if part.is_some() { (candidate.usual, 0.0) } else { (Share::ONE, choose::ALLOWED) };
        let Some(kept) = choose::highest(&windows, most, allowing) else {
            "good less than half of the time".clone_into(&mut why);
            continue;
        };
        judged.push(Judged { way, kept, groups, part });
        if enough.first().is_some_and(|enough| kept.objective >= *enough) {
            break;
        }
    }
    let objective = |place: usize| judged.get(place).map(|judged| judged.kept.objective);
    let strictest = |least: &Share| (0..judged.len()).find(|&place| objective(place) >= Some(*least));
    // Of several that are not good enough the best, and of those the strictest.
    let best = enough
        .iter()
        .find_map(strictest)
        .or_else(|| (0..judged.len()).rev().max_by_key(|&place| objective(place)));
    let Some(Judged { way, kept, groups, part }) = best.map(|best| judged.swap_remove(best)) else {
        return Err(Unsettled { why, unanswered });
    };
    let slo = candidate.slo(way, kept.objective, Window::Rolling(window));
    Ok((slo, vec![told(&kept, &groups, part, window)]))
}

/// `met in 27 of 29 past windows of 7d; lowest 99.4138 % (group=billing)`
fn told(kept: &Kept, groups: &[Labels], part: Option<Duration>, window: Duration) -> String {
    let lowest = share(&kept.lowest, kept.objective);
    let group = groups.get(kept.worst).filter(|group| !group.is_empty()).map(|group| {
        let labels = group.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        format!(" ({})", words::group(&labels))
    });
    let group = group.unwrap_or_default();
    let window = Window::Rolling(window);
    match part {
        None => {
            format!("met in {} of {} past windows of {window}; lowest {lowest}{group}", kept.met, kept.of)
        }
        Some(length) => format!(
            "not from history: {} of data is no whole window of {window}; {lowest} was good in it{group}",
            words::duration(length.as_secs())
        ),
    }
}

fn share(events: &Events, objective: Share) -> String {
    words::sli(choose::good(events), events.bad, objective.decimals())
}

fn counts_events(sli: &Sli) -> bool {
    matches!(sli.signal(), Signal::Events { .. })
}

/// What is usual, but no more than was kept by what is counted so far. Of several ways that count events, the strictest
/// that keeps it.
fn usual(candidate: &Candidate, page: &Snapshot, window: Duration) -> Settled {
    let telling =
        |events: &Events| events.total >= FEWEST && candidate.usual.complement().of(events.total) >= 1.0;
    let counted: Vec<Option<Events>> =
        candidate.ways.iter().map(|way| so_far(&way.sli, page).filter(telling)).collect();
    let kept = |events: Events| choose::highest(&vec![vec![events]], candidate.usual, 0.0);
    let is_usual =
        |events: &Option<Events>| events.and_then(kept).is_some_and(|kept| kept.objective == candidate.usual);
    let place = counted.iter().position(is_usual).unwrap_or(candidate.usual_way);
    let way = candidate.ways.get(place).ok_or("there is no way to measure it")?;
    let (objective, said) = match counted.get(place).copied().flatten() {
        Some(events) => {
            let objective = kept(events).ok_or("good less than half of the time")?.objective;
            let so_far =
                format!("so far {} of {} were good", share(&events, objective), words::count(events.total));
            let usual = if objective < candidate.usual {
                format!("lower than the usual {}", words::objective(candidate.usual))
            } else {
                "usual objective".to_owned()
            };
            (objective, format!("{usual}, not from history: {so_far}"))
        }
        None if candidate.ways.len() > 1 => {
            (candidate.usual, "usual objective and limit, not from history".to_owned())
        }
        None => (candidate.usual, "usual objective, not from history".to_owned()),
    };
    Ok((candidate.slo(way, objective, Window::Rolling(window)), vec![said]))
}

/// What a page has counted since its process began.
fn so_far(sli: &Sli, page: &Snapshot) -> Option<Events> {
    let Signal::Events { polarity, part, total, .. } = sli.signal() else { return None };
    let sum = |counts: &Counts| match counts {
        Counts::Counters(selectors) => Some(selectors.iter().map(|selector| page.sum(selector)).sum::<f64>()),
        Counts::Expression(_) => None,
    };
    let (part, total) = (sum(&part)?, sum(&total)?);
    let part = part.min(total);
    let bad = if polarity == Polarity::Bad { part } else { total - part };
    Some(Events { bad, total })
}
