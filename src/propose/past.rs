//! What came of the candidates in past windows.

use super::choose::Windows;
use crate::base::{Duration, Interval, Labels, Moment, ratio};
use crate::budget::{Events, Failure, Track, tracks};
use crate::plan::{Answer, Detail, Judged, Options, Period, Plan};
use crate::slo::{Slo, Spec};

/// How far back is looked. Windows of a month need two of them, so that there are many.
const HISTORY: Duration = Duration::days(60);

/// With less history than this, windows are a week long.
const ENOUGH_FOR_MONTHS: Duration = Duration::days(58);

const WEEK: Duration = Duration::days(7);
const MONTH: Duration = Duration::days(30);

/// Each window begins so much after the one before.
const APART: Duration = Duration::days(1);

/// How to ask for the past of candidates.
pub fn options(at: Moment, window: Option<Duration>, exact: bool) -> Options {
    let length = window.map_or(HISTORY, |window| HISTORY.max(window * 2));
    let period = Period::Between(Interval::new(at - length, at));
    Options {
        at,
        period,
        zone: None,
        detail: Detail::Boundaries,
        exact,
        step: None,
        judged: Judged::Objectives,
        by_day: false,
    }
}

/// The answers about the past.
#[derive(Debug, Clone, Copy)]
pub struct Past<'a> {
    /// The candidates' ways, as [`Candidates::specs`](super::Candidates::specs) gives them.
    pub specs: &'a [Spec],
    /// What was asked, with [`options`].
    pub plan: &'a Plan,
    /// What came.
    pub answers: &'a [Answer],
    /// The length of the windows, where that is given.
    pub window: Option<Duration>,
}

/// What came of a way.
pub(super) enum Came {
    /// Budgets with what happened in the windows of each, from the newest to the oldest, of which the newest counts.
    Windows(Vec<Labels>, Windows),
    /// No whole window: all that happened, and in how much time.
    Part(Vec<Labels>, Windows, Duration),
    /// There is no data in the newest window.
    Gone,
    /// No answer, or none that can be counted.
    Failed(Failure),
}

impl Past<'_> {
    /// For how long there was data of any of some ways.
    pub(super) fn length(&self, ways: &[usize]) -> Duration {
        let longest = |&task: &usize| {
            let (tracks, all) = (self.tracks(task)?.ok()?, self.all(task)?);
            tracks.iter().map(|track| covered(track, all)).max()
        };
        ways.iter().filter_map(longest).max().unwrap_or_default()
    }

    /// The length of the windows, for so much history.
    pub(super) fn window(&self, history: Duration) -> Duration {
        self.window.unwrap_or(if history >= ENOUGH_FOR_MONTHS { MONTH } else { WEEK })
    }

    /// What came of the way that is the `task`-th in order.
    pub(super) fn came(&self, task: usize, window: Duration) -> Came {
        let (Some(tracks), Some(all)) = (self.tracks(task), self.all(task)) else { return Came::Gone };
        let tracks = match tracks {
            Ok(tracks) => tracks,
            Err(failure) => return Came::Failed(failure),
        };
        let (mut groups, mut windows) = (Vec::new(), Vec::new());
        for track in &tracks {
            let judged = judged(track, all, window, self.least(task));
            // A budget that is over promises nothing.
            if let Some(Some(_)) = judged.first() {
                groups.push(track.group.clone());
                windows.push(judged.into_iter().flatten().collect());
            }
        }
        if !groups.is_empty() {
            return Came::Windows(groups, windows);
        }
        let longest = tracks.iter().map(|track| covered(track, all)).max().unwrap_or_default();
        let whole = |track: &Track| (track.group.clone(), vec![track.over(all).0]);
        let (groups, parts): (Vec<Labels>, Windows) =
            tracks.iter().map(whole).filter(|(_, part)| part.iter().any(|events| events.total > 0.0)).unzip();
        if groups.is_empty() || longest >= window { Came::Gone } else { Came::Part(groups, parts, longest) }
    }

    fn slo(&self, task: usize) -> Option<&Slo> {
        let task = self.plan.tasks.get(task)?;
        self.specs.get(task.spec)?.slos.get(task.slo)
    }

    fn tracks(&self, task: usize) -> Option<Result<Vec<Track>, Failure>> {
        Some(tracks(self.plan.tasks.get(task)?, self.answers))
    }

    /// All of the time that was asked about.
    fn all(&self, task: usize) -> Option<Interval> {
        self.plan.tasks.get(task).map(|task| task.elapsed)
    }

    fn least(&self, task: usize) -> f64 {
        self.slo(task).map_or(1.0, |slo| slo.min_coverage.as_f64())
    }
}

/// For how long there was data.
fn covered(track: &Track, all: Interval) -> Duration {
    let ratio = track.over(all).1.ratio;
    Duration::millis((all.length().as_millis() as f64 * ratio) as i64)
}

/// What happened in each window, from the newest to the oldest; nothing where there was too little data.
fn judged(track: &Track, all: Interval, window: Duration, least: f64) -> Vec<Option<Events>> {
    let ends = std::iter::successors(Some(all.to), |&end| Some(end - APART));
    let windows =
        ends.map(|end| Interval::new(end - window, end)).take_while(|window| window.from >= all.from);
    let judge = |window| {
        let (events, coverage) = track.over(window);
        let enough = coverage.ratio >= least && ratio(1.0, events.total).is_some();
        enough.then_some(events)
    };
    windows.map(judge).collect()
}
