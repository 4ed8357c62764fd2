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
use crate::base::{Duration, Interval, Labels, Matrix, Moment, Point, Sample, Series};
use crate::plan::{Answer, Ask, Eval, Measure, Query, Task};
use crate::promql::Expr;
use crate::slo::{AlertRule, BUDGET_EVERY, BurnAlert, RECORDED_STRETCH, SUMMED_FROM, Severity, Slo};
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
    /// Before it there is no data of any objective; what happened then is not known.
    pub begins: Moment,
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
    let spent = slo.spent_alert().map(|alert| reach(alert.rule.long) + BUDGET_EVERY);
    lead_of_burning(slo).max(spent.unwrap_or_default())
}

/// How far back an alert about a burning budget looks.
fn lead_of_burning(slo: &Slo) -> Duration {
    let longest = slo.burn_rules().iter().map(|rule| rule.long).max().unwrap_or_default();
    reach(longest) + slo.alerting.r#for.unwrap_or_default() + slo.alerting.keep_firing_for.unwrap_or_default()
}

/// How far back what is recorded about a window reaches.
fn reach(window: Duration) -> Duration {
    if window >= SUMMED_FROM { window + RECORDED_STRETCH } else { window }
}

/// The first moment of which a source told anything, of the questions about objectives; nothing where it told nothing.
pub fn begins(queries: &[Query], answers: &[Answer]) -> Option<Moment> {
    let first = |(query, answer): (&Query, &Answer)| {
        let over = match query.ask {
            Ask::Increase { over, .. } | Ask::Presence { over, .. } => over,
            Ask::Value(_) => Duration::ZERO,
        };
        let there = |point: &&Point| match (&query.ask, &point.value) {
            (Ask::Presence { .. }, Sample::Float(share)) => *share > 0.0,
            _ => true,
        };
        let series = answer.as_ref().ok()?.matrix.iter();
        let first =
            series.filter_map(|series| series.points.iter().find(there).map(|point| point.t)).min()?;
        Some(Moment::from_millis(first) - over)
    };
    queries.iter().zip(answers).filter_map(first).min()
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

/// What an alert tells of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum About {
    /// That a budget burns.
    Burning,
    /// That it is spent.
    Spent,
}

/// The alerts of an objective, the most urgent first.
pub fn alerts_of(slo: &Slo) -> impl Iterator<Item = (About, BurnAlert)> {
    let burning = slo.burn_alerts().into_iter().map(|alert| (About::Burning, alert));
    burning.chain(slo.spent_alert().map(|alert| (About::Spent, alert)))
}

/// An alert over the past.
#[derive(Debug, Clone, PartialEq)]
pub struct Replayed {
    /// What it tells of.
    pub about: About,
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

/// A condition that is looked at as it is written, and when an alert fires by it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Condition<'a> {
    /// It holds for everything that this gives.
    pub expr: &'a Expr,
    /// How long it must hold.
    pub r#for: Option<Duration>,
    /// How long the alert stays after it has ended.
    pub keep_firing_for: Option<Duration>,
}

impl<'a> Condition<'a> {
    /// That of a plain alert.
    pub fn of(alert: &'a AlertRule) -> Self {
        Self { expr: &alert.expr, r#for: alert.r#for, keep_firing_for: alert.keep_firing_for }
    }

    /// What to ask: at every evaluation in the time looked at, and in what it waits before.
    pub fn query(&self, frame: &Frame) -> Query {
        let (start, end, step) = (self.clock(frame).first, frame.over.to, frame.step);
        Query { ask: Ask::Value(self.expr.clone()), eval: Eval::Range { start, end, step } }
    }

    /// When it fires, by the labels of what it gives. Before there is any data, nothing is known: that something is
    /// missing neither.
    pub fn replay(&self, matrix: &Matrix, frame: &Frame) -> Vec<(Labels, Vec<Firing>)> {
        let clock = self.clock(frame);
        let of = |series: &Series| {
            let mut points = series.points.iter().map(|point| Moment::from_millis(point.t)).peekable();
            let active = (0..clock.count).map(|place| {
                let at = clock.at(place);
                while points.next_if(|point| *point < at).is_some() {}
                points.peek() == Some(&at) && at >= frame.begins
            });
            let mut firings = firing::of(active, self.r#for, self.keep_firing_for, clock);
            firings.retain(|firing| firing.to.is_none_or(|to| to > frame.over.from));
            firings
        };
        let all = matrix.iter().map(|series| (series.labels.without_metric(), of(series)));
        all.filter(|(_, fired)| !fired.is_empty()).collect()
    }

    fn clock(&self, frame: &Frame) -> Clock {
        let waits = self.r#for.unwrap_or_default() + self.keep_firing_for.unwrap_or_default();
        let step = frame.step.as_millis().max(1);
        let before = (waits.as_millis() + step - 1) / step;
        let count = frame.over.length().as_millis() / step + before + 1;
        Clock { first: frame.over.from - frame.step * before, step: frame.step, count: count as usize }
    }
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
    let alerts: Vec<Replayed> = alerts_of(way)
        .map(|(about, alert)| {
            let mut firings = match about {
                About::Burning => {
                    let start = clock.place(frame.over.from - lead_of_burning(way));
                    firing::of_burning(&alert, &way.alerting, sight, start)
                }
                About::Spent => {
                    let start = clock.place(frame.over.from - BUDGET_EVERY);
                    firing::of_spent(&alert, frame.begins, sight, start)
                }
            };
            firings.retain(|firing| firing.to.is_none_or(|to| to > frame.over.from));
            Replayed { about, alert, firings: firings.into_iter().map(|firing| (firing, None)).collect() }
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
