//! Alerts over the past: when each would have fired, and who would have been told of what.
//!
//! Takes what was counted for an objective and ways to alert on it, gives for every budget when each alert fires and
//! resolves, which incidents somebody is told of and how much of the budget is gone by then, and which alerts are about
//! nothing. Pure. Must not know where counts come from, nor which way is proposed by whom.

mod firing;
mod recommend;
mod sight;
mod told;

pub use firing::Firing;
pub use recommend::{Advice, Candidate, advise};
pub use told::{Detection, Figures, ToldIncident};

use super::evaluate::{counted, slices};
use super::tally::{Bucket, Events, State, inside, sum};
use super::{Budget, Coverage, Failure, incidents};
use crate::base::{Duration, Interval, Labels, Matrix, Moment};
use crate::plan::{Answer, Measure, Task};
use crate::slo::{AlertRule, BurnAlert, RECORDED_STRETCH, SUMMED_FROM, Severity, Slo};
use sight::{Clock, Look, Sight};

/// Rules see the sample of the very moment at which they are evaluated. What is counted before a moment does not hold
/// it, so counts are asked for so much later.
pub const SEES_NOW: Duration = Duration::millis(1);

/// Incidents are looked for in stretches of at least this length, as those of a report are, then taken to the finest
/// bucket.
const COARSE: Duration = Duration::minutes(5);

/// The time that is looked at, and how.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Frame {
    /// In which alerts and incidents count.
    pub over: Interval,
    /// How often rules are evaluated.
    pub step: Duration,
    /// The share of a budget from which on an incident is one.
    pub least: f64,
}

impl Frame {
    /// What must be counted for ways to alert: before the time looked at, their longest windows and what they wait.
    pub fn asked(&self, ways: &[Slo]) -> Interval {
        let lead = ways.iter().map(lead).max().unwrap_or_default();
        let step = self.step.as_millis().max(1);
        let steps = (lead.as_millis() + step - 1) / step;
        Interval::new(self.over.from - self.step * steps + SEES_NOW, self.over.to + SEES_NOW)
    }
}

/// How far back an alert of an objective looks.
fn lead(slo: &Slo) -> Duration {
    let longest = slo.burn_rules().iter().map(|rule| rule.long).max().unwrap_or_default();
    let recorded = if longest >= SUMMED_FROM { RECORDED_STRETCH } else { Duration::ZERO };
    longest
        + recorded
        + slo.alerting.r#for.unwrap_or_default()
        + slo.alerting.keep_firing_for.unwrap_or_default()
}

/// One budget over the past.
#[derive(Debug, Clone, PartialEq)]
pub struct Past {
    /// The labels of the budget; none where budgets are not divided.
    pub group: Labels,
    /// Where data existed in the time looked at.
    pub coverage: Coverage,
    /// Whether any series told something in it.
    pub found: bool,
    /// What came of each way to alert, in the order given.
    pub ways: Vec<Way>,
}

/// What came of a way to alert.
#[derive(Debug, Clone, PartialEq)]
pub struct Way {
    /// The alerts and when they fire, the most urgent first.
    pub alerts: Vec<Replayed>,
    /// The incidents, in the order of time.
    pub incidents: Vec<ToldIncident>,
    /// What the alerts and incidents come to.
    pub figures: Figures,
}

/// An alert over the past.
#[derive(Debug, Clone, PartialEq)]
pub struct Replayed {
    /// Which alert.
    pub alert: BurnAlert,
    /// When it fires, each with the place of the incident that it is about, if it is about one. One that fires when the
    /// time looked at begins is among them.
    pub firings: Vec<(Firing, Option<usize>)>,
}

/// Replays `ways` to alert on the objective `slo` from which a task was compiled. They differ from it in the objective
/// and in how is alerted, in nothing that is counted.
///
/// # Errors
/// Why nothing could be counted.
pub fn replay(
    task: &Task,
    slo: &Slo,
    ways: &[Slo],
    frame: &Frame,
    answers: &[Answer],
) -> Result<Vec<Past>, Failure> {
    let (tally, presence) = counted(task, answers)?;
    if let Some(failure) = tally.failed.into_values().next() {
        return Err(failure);
    }
    let look = match &task.measure {
        Measure::Events(events) if events.method.slices().is_none() => Look::Growth(events.cadence),
        _ => Look::Slices,
    };
    let mut pasts = Vec::new();
    for (group, buckets) in tally.groups {
        let buckets = known(on_time(&slices(&buckets, task)));
        let found = inside(&buckets, frame.over).iter().any(Bucket::seen);
        if !found && !slo.by.is_empty() {
            continue;
        }
        let coverage = match &presence {
            Some(looks) => Coverage::of(looks, frame.over),
            None => Coverage::of(&super::coverage::of_buckets(&buckets, frame.over), frame.over),
        };
        let mut sight = Sight::new(&buckets, look, clock(task, frame));
        let covered = frame.over.length().as_secs() * coverage.ratio;
        let ways = ways.iter().map(|way| replayed(&buckets, way, frame, &mut sight, look, covered)).collect();
        pasts.push(Past { group, coverage, found, ways });
    }
    if pasts.len() > slo.max_groups && !slo.by.is_empty() {
        return Err(Failure::TooManyGroups { found: pasts.len(), most: slo.max_groups, by: slo.by.clone() });
    }
    Ok(pasts)
}

/// When a plain alert fires: whenever its expression gives something, by the labels of what it gives.
pub fn replay_plain(alert: &AlertRule, matrix: &Matrix, frame: &Frame) -> Vec<(Labels, Vec<Firing>)> {
    let count = (frame.over.length().as_millis() / frame.step.as_millis().max(1)) as usize + 1;
    let clock = Clock { first: frame.over.from, step: frame.step, count };
    let of = |series: &crate::base::Series| {
        let mut points = series.points.iter().map(|point| Moment::from_millis(point.t)).peekable();
        let active = (0..clock.count).map(|place| {
            let at = clock.at(place);
            while points.next_if(|point| *point < at).is_some() {}
            points.peek() == Some(&at)
        });
        firing::of(active, alert.r#for, alert.keep_firing_for, clock)
    };
    matrix
        .iter()
        .map(|series| (series.labels.clone(), of(series)))
        .filter(|(_, fired)| !fired.is_empty())
        .collect()
}

/// Buckets as they lie for who sees the sample of the moment.
fn on_time(buckets: &[Bucket]) -> Vec<Bucket> {
    let back = |bucket: &Bucket| Bucket {
        interval: Interval::new(bucket.interval.from - SEES_NOW, bucket.interval.to - SEES_NOW),
        ..*bucket
    };
    buckets.iter().map(back).collect()
}

/// Buckets of which nothing is assumed before anything was measured: who never was there is not missed.
fn known(mut buckets: Vec<Bucket>) -> Vec<Bucket> {
    let first = buckets.iter().position(Bucket::seen).unwrap_or(buckets.len());
    for bucket in buckets.iter_mut().take(first) {
        (bucket.events, bucket.state) = (Events::default(), State::Unseen);
    }
    buckets
}

/// Evaluations from the first moment that is counted to the end.
fn clock(task: &Task, frame: &Frame) -> Clock {
    let first = task.elapsed.from - SEES_NOW;
    let count = ((frame.over.to - first).as_millis() / frame.step.as_millis().max(1)) as usize + 1;
    Clock { first, step: frame.step, count }
}

fn replayed(
    buckets: &[Bucket],
    way: &Slo,
    frame: &Frame,
    sight: &mut Sight,
    look: Look,
    covered: f64,
) -> Way {
    let looked_at = inside(buckets, frame.over);
    let events = sum(buckets, frame.over);
    // The budget of one whole window, however long is looked at.
    let windows = crate::base::ratio(way.window.nominal().as_secs(), frame.over.length().as_secs());
    let budget = Budget::new(way.objective, events.bad, events.total * windows.unwrap_or(1.0));
    let burning = match look {
        Look::Growth(_) => incidents::all(&coarse(looked_at), &budget),
        Look::Slices => incidents::all(looked_at, &budget),
    };
    let found = burning.into_iter().map(|incident| told::refined(incident, looked_at, &budget)).collect();
    let clock = sight.clock();
    let alerts: Vec<Replayed> = way
        .burn_alerts()
        .into_iter()
        .map(|alert| {
            let mut firings = firing::of_burning(&alert, &way.alerting, sight, clock);
            firings.retain(|firing| firing.to.is_none_or(|to| to > frame.over.from));
            Replayed { alert, firings: firings.into_iter().map(|firing| (firing, None)).collect() }
        })
        .collect();
    told::matched(alerts, found, looked_at, &budget, frame, covered)
}

/// Buckets put together to stretches of [`COARSE`].
fn coarse(buckets: &[Bucket]) -> Vec<Bucket> {
    let mut coarse: Vec<Bucket> = Vec::new();
    for bucket in buckets {
        match coarse.last_mut().filter(|last| last.interval.length() < COARSE) {
            Some(last) => {
                last.interval.to = bucket.interval.to;
                last.events += bucket.events;
            }
            None => coarse.push(*bucket),
        }
    }
    coarse
}

/// Whether an alert wakes somebody.
fn is_page(replayed: &Replayed) -> bool {
    replayed.alert.rule.severity == Severity::Page
}
