//! Plan and answers to evaluations.

use std::collections::BTreeMap;

use super::composite::{Composite, composite};
use super::coverage::{Look, looks};
use super::days::{Joined, Memory};
use super::excluded::TakenOut;
use super::ledger::Ledger;
use super::overall::overall;
use super::sliced;
use super::tally::{self, Bucket, Tally, inside, sum};
use super::verdict::Evidence;
use super::{
    Budget, Burn, Coverage, Curves, Events, Exclusion, Exhaustion, Failure, Forecast, Incident, MemberShare,
    Verdict, burn, histogram, incidents,
};
use crate::base::{Duration, Interval, Labels, ratio};
use crate::plan::{Answer, Counted, Measure, Plan, Task};
use crate::promql::CompiledMatchers;
use crate::slo::Polarity;

/// How many windows before this one a trend tells of.
const TREND: usize = 12;

/// One objective, or one group of it, evaluated.
#[derive(Debug, Clone, PartialEq)]
pub struct Evaluation {
    /// The place of its task in the plan.
    pub task: usize,
    /// The labels of this budget; none where budgets are not divided.
    pub group: Labels,
    /// How many budgets it stands beside, where it is the number for all of them together.
    pub overall: Option<usize>,
    /// What was measured, or why nothing could be.
    pub outcome: Result<Measured, Failure>,
}

/// What was measured.
#[derive(Debug, Clone, PartialEq)]
pub struct Measured {
    /// What is true of it.
    pub verdict: Verdict,
    /// Events of the window, as far as it has passed.
    pub events: Events,
    /// The same with nothing taken out; where nothing was, it is the same.
    pub raw: Events,
    /// How much of the window, as far as it has passed, was taken out by agreement.
    pub excluded: Duration,
    /// By what.
    pub exclusions: Vec<Exclusion>,
    /// Where data existed in the rest.
    pub coverage: Coverage,
    /// The events of the whole window: as they are projected, where it is in progress.
    pub expected: f64,
    /// The budget; of the whole window as projected, where it is in progress.
    pub budget: Budget,
    /// Burn rates at the window's end.
    pub burns: Vec<Burn>,
    /// When the budget ends at the present burn.
    pub exhaustion: Option<Exhaustion>,
    /// What will be left of it at the end of a window that is not over.
    pub forecast: Option<Forecast>,
    /// Where it went.
    pub incidents: Vec<Incident>,
    /// How it went.
    pub curves: Curves,
    /// Quantiles of the histogram behind it, in seconds.
    pub quantiles: Option<Quantiles>,
    /// The events by the labels that tell good from bad.
    pub parts: Vec<Part>,
    /// The groups in which most was bad, where it is the number for all of them together.
    pub offenders: Vec<Part>,
    /// The objectives that it is made of, where it is made of others.
    pub members: Vec<MemberShare>,
    /// The window before.
    pub previous: Option<Previous>,
    /// The windows before, the latest first, as far as they are asked about or remembered and enough is known of them.
    pub trend: Vec<Previous>,
    /// How what is remembered was joined with what was measured, where anything is remembered.
    pub joined: Option<Joined>,
    /// Remarks.
    pub warnings: Vec<String>,
}

/// Quantiles in seconds.
#[derive(Debug, Clone, Copy, PartialEq)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Quantiles {
    pub p50: Option<f64>,
    pub p95: Option<f64>,
    pub p99: Option<f64>,
}

/// Events with the same labels.
#[derive(Debug, Clone, PartialEq)]
pub struct Part {
    /// The labels that tell good from bad.
    pub labels: Labels,
    /// What happened with them.
    pub events: Events,
}

/// The window before.
#[derive(Debug, Clone, PartialEq)]
pub struct Previous {
    /// When it was.
    pub window: Interval,
    /// What was true of it.
    pub verdict: Verdict,
    /// What happened in it.
    pub events: Events,
    /// Its budget.
    pub budget: Budget,
}

/// Evaluates every task of a plan, in its order.
pub fn evaluate(plan: &Plan, answers: &[Answer]) -> Vec<Evaluation> {
    evaluate_with(plan, answers, &BTreeMap::new())
}

/// As [`evaluate`], with the days that are remembered, by the places of tasks. The plan is compiled by day.
pub fn evaluate_with(plan: &Plan, answers: &[Answer], memories: &BTreeMap<usize, Memory>) -> Vec<Evaluation> {
    let mut evaluations = Vec::new();
    for (index, task) in plan.tasks.iter().enumerate() {
        match found(task, answers, memories.get(&index), Together::WhereSeveral) {
            Ok(found) => {
                let offenders = offenders(task, &found);
                evaluations.extend(found.into_iter().map(|found| {
                    let Found { group, by, overall, outcome, joined, warnings } = found;
                    let subject = |ledger| Subject { group: &group, by: &by, ledger, answers };
                    let outcome = outcome.map(|ledger| measure(task, &subject(ledger), joined, &warnings));
                    let of_all = || if overall.is_some() { offenders.clone() } else { Vec::new() };
                    let outcome = outcome.map(|measured| Measured { offenders: of_all(), ..measured });
                    Evaluation { task: index, group, overall, outcome }
                }));
            }
            Err(failure) => {
                let group = Labels::new();
                evaluations.push(Evaluation { task: index, group, overall: None, outcome: Err(failure) });
            }
        }
    }
    evaluations
}

/// A group, or all of them together, and what is known of it.
pub(super) struct Found {
    pub(super) group: Labels,
    /// The labels that tell groups apart; none where all are meant.
    by: Vec<String>,
    overall: Option<usize>,
    pub(super) outcome: Result<Ledger, Failure>,
    joined: Option<Joined>,
    warnings: Vec<String>,
}

/// When all groups together are one more budget.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Together {
    /// Where there is more than one.
    WhereSeveral,
    /// Wherever budgets are divided.
    Always,
}

/// What was counted for a task, and where data existed; the latter is nothing where the total's own points tell.
pub(super) fn counted(task: &Task, answers: &[Answer]) -> Result<(Tally, Option<Vec<Look>>), Failure> {
    let by = &task.terms.by;
    Ok(match &task.measure {
        Measure::Events(events) => {
            let tally = tally::events(events, by, task.elapsed, answers)?;
            (tally, presence(task, answers)?)
        }
        Measure::Slices(slices) => (tally::slices(slices, by, answers)?, None),
        Measure::Composite(task) => (composite(task, answers)?.tally, None),
        Measure::Nothing(why) => return Err(Failure::NotMeasured(why.clone())),
    })
}

/// The budgets of a task, the one for all groups together first.
pub(super) fn found(
    task: &Task,
    answers: &[Answer],
    memory: Option<&Memory>,
    together: Together,
) -> Result<Vec<Found>, Failure> {
    let slo = &task.terms;
    let taken = TakenOut::of(task, answers)?;
    let (mut tally, presence) = counted(task, answers)?;
    // A group that was gone before the window began is none of it; how far back was asked must not matter.
    let window = task.elapsed;
    let is_there = |buckets: &[Bucket]| inside(buckets, window).iter().any(Bucket::seen);
    let is_remembered = |group: &Labels| memory.is_some_and(|memory| memory.saw(group, window));
    tally.groups.retain(|group, buckets| slo.by.is_empty() || is_there(buckets) || is_remembered(group));
    for (group, _) in memory.iter().flat_map(|memory| &memory.budgets) {
        let is_divided_so = group.iter().all(|(name, _)| slo.by.iter().any(|by| by == name));
        if !group.is_empty() && is_divided_so && is_remembered(group) {
            tally.groups.entry(group.clone()).or_insert_with(|| tally::nothing(&task.measure));
        }
    }
    let found = tally.groups.len();
    if found > slo.max_groups && !slo.by.is_empty() {
        return Err(Failure::TooManyGroups { found, most: slo.max_groups, by: slo.by.clone() });
    }
    let is_divided = !slo.by.is_empty() && found > 0;
    let all = (found > 1 || is_divided && together == Together::Always)
        .then(|| overall(tally.groups.values().map(Vec::as_slice), &task.measure));
    if found == 0 {
        // Divided by labels, and nothing found: one entry says so.
        tally.groups.insert(Labels::new(), Vec::new());
    }
    let one = |group: &Labels, by: &[String], overall, counted: &[Bucket], failed: Option<&Failure>| {
        let ledger = match failed {
            Some(failure) => Err(failure.clone()),
            None => Ok(Ledger::measured(task, &taken, counted, presence.as_deref())),
        };
        let (outcome, joined) = match (ledger, memory) {
            (Ok(ledger), Some(memory)) => {
                let (ledger, joined) = ledger.join(task, group, memory);
                (Ok(ledger), Some(joined))
            }
            (ledger, _) => (ledger, None),
        };
        let warnings = tally.warnings.clone();
        Found { group: group.clone(), by: by.to_vec(), overall, outcome, joined, warnings }
    };
    let mut outcomes: Vec<Found> = Vec::new();
    if let Some(all) = all {
        // Where a group's counts must not be used, their sum with others must not be used either.
        outcomes.push(one(&Labels::new(), &[], Some(found), &all, tally.failed.values().next()));
    }
    let groups = tally.groups.iter();
    outcomes
        .extend(groups.map(|(group, buckets)| one(group, &slo.by, None, buckets, tally.failed.get(group))));
    Ok(outcomes)
}

/// So many groups are told in which most was bad.
const MOST_OFFENDERS: usize = 10;

/// The groups in which most was bad of the window, the worst first; those in which nothing was are none.
fn offenders(task: &Task, found: &[Found]) -> Vec<Part> {
    let groups = found.iter().filter(|found| found.overall.is_none());
    let part = |found: &Found| {
        let events = sum(&found.outcome.as_ref().ok()?.buckets, task.elapsed);
        Some(Part { labels: found.group.clone(), events })
    };
    let mut parts: Vec<Part> = groups.filter_map(part).filter(|part| part.events.bad > 0.0).collect();
    parts.sort_by(|a, b| b.events.bad.total_cmp(&a.events.bad).then(a.labels.cmp(&b.labels)));
    parts.truncate(MOST_OFFENDERS);
    parts
}

/// Buckets as the budget counts them.
pub(super) fn slices(buckets: &[Bucket], task: &Task) -> Vec<Bucket> {
    match &task.slices {
        Some(timeline) => sliced::slices(buckets, timeline, task.terms.method),
        None => buckets.to_vec(),
    }
}

/// What is measured of a task: one group, or all of them together.
struct Subject<'a> {
    group: &'a Labels,
    /// The labels that tell groups apart; none where all are meant.
    by: &'a [String],
    ledger: Ledger,
    answers: &'a [Answer],
}

/// What the presence questions of a task found; nothing where the total's own points tell.
fn presence(task: &Task, answers: &[Answer]) -> Result<Option<Vec<Look>>, Failure> {
    let Measure::Events(events) = &task.measure else { return Ok(None) };
    if events.presence.is_empty() {
        return Ok(None);
    }
    looks(&events.presence, &events.looks, answers).map(Some)
}

fn measure(task: &Task, subject: &Subject<'_>, joined: Option<Joined>, warnings: &[String]) -> Measured {
    let Subject { group, by, ledger, answers } = subject;
    let Ledger { counted, left, buckets, raw, taken, .. } = ledger;
    let slo = &task.terms;
    let window = task.elapsed;
    let complete = task.elapsed.to >= task.stretch.window.to;
    let coverage = |window: Interval| ledger.coverage(window);
    let judge = |window: Interval, expected: f64, burns: &[Burn], complete: bool| {
        let events = sum(buckets, window);
        let budget = Budget::new(slo.objective, events.bad, expected);
        let coverage = coverage(window);
        let evidence = Evidence {
            // Where nothing told is bad, that nothing tells is no excuse.
            found: inside(buckets, window).iter().any(|bucket| bucket.seen() || bucket.events.bad > 0.0),
            events,
            // However the budget counts, events are what is too few.
            counted: sum(left, window).total,
            expected,
            complete,
            all_excluded: taken.all.cover(window),
            coverage: &coverage,
            budget: &budget,
            burns,
            min_events: slo.min_events,
            min_coverage: slo.min_coverage,
        };
        (Verdict::of(&evidence), budget, coverage)
    };

    let events = sum(buckets, window);
    let length = task.stretch.window.length();
    // What is to come is projected from what counted of what has passed.
    let counts_s = (window.length() - taken.all.within(window).length()).as_secs();
    let to_come_s = (length - window.length()).as_secs();
    let projected = || ratio(events.total, counts_s).map_or(0.0, |pace| events.total + pace * to_come_s);
    let expected = if complete { events.total } else { projected() };
    let cadence = task.measure.cadence();
    let burns = burn::rates(buckets, window, length, slo.objective, &slo.alerting, cadence);
    let rate = |back| burn::over(buckets, window, length, slo.objective, cadence, back);
    // A finished period is over: how fast it burned at its end warns of nothing.
    let warning_burns = if task.stretch.kind == "rolling" || !complete { &burns[..] } else { &[] };
    let (verdict, budget, coverage_now) = judge(window, expected, warning_burns, complete);
    let verdict =
        if window.length() <= Duration::ZERO { Verdict::NoData(super::Why::NotBegun) } else { verdict };
    let known_from = buckets.first().map(|first| first.interval.from);
    let before = |window: Interval| {
        let events = sum(buckets, window);
        let (verdict, budget, _) = judge(window, events.total, &[], true);
        Previous { window, verdict, events, budget }
    };
    let is_known = |window: &Interval| known_from.is_some_and(|from| from <= window.from);
    let previous = task.stretch.previous.filter(is_known).map(before);
    let earlier = match &joined {
        // Of a contract nothing is told of the periods before.
        Some(_) if task.contract.is_none() => task.stretch.earlier(TREND.max(task.before.len())),
        // One alone is the one that is told as the window before.
        _ => task.before.iter().copied().filter(|_| task.before.len() > 1).collect(),
    };
    let mut trend: Vec<Previous> = earlier.into_iter().take_while(is_known).map(before).collect();
    // Where too little is known of the first of them, nothing is told of them.
    while trend.pop_if(|first| matches!(first.verdict, Verdict::NoData(_))).is_some() {}
    let raw = sum(raw, window);
    // Of a remembered day it is not known by what good was told from bad.
    let is_measured = joined.as_ref().is_none_or(|joined| joined.days == 0);
    let inside = inside(buckets, window);
    let members = match &task.measure {
        // What could not be measured of a member has already been told.
        Measure::Composite(made) if is_measured => composite(made, answers)
            .map_or_else(|_| Vec::new(), |all: Composite| all.told(made.combine, window)),
        _ => Vec::new(),
    };
    Measured {
        verdict,
        raw,
        excluded: taken.all.within(window).length(),
        exclusions: taken.told(counted, window),
        members,
        offenders: Vec::new(),
        events,
        coverage: coverage_now,
        expected,
        forecast: Forecast::of(buckets, task.stretch.window, window, &budget, task.stretch.zone),
        exhaustion: burn::exhaustion(&burns, budget.remaining_ratio(), length),
        burns: burn::further(burns, &slo.burn_windows, rate),
        incidents: incidents::find(inside, &budget),
        curves: Curves::of(inside, &budget, task.stretch.zone),
        budget,
        quantiles: quantiles(task, by, group, answers).filter(|_| is_measured),
        parts: if is_measured { parts(task, by, group, answers) } else { Vec::new() },
        previous,
        trend,
        joined,
        warnings: warnings.to_vec(),
    }
}

fn quantiles(task: &Task, by: &[String], group: &Labels, answers: &[Answer]) -> Option<Quantiles> {
    let Measure::Events(events) = &task.measure else { return None };
    let (distribution, _) = events.distribution.as_ref()?;
    let buckets = histogram::buckets(events, group, by, answers, task.elapsed).ok()?;
    let quantile = |q| histogram::quantile(&buckets, q).map(|value| value * distribution.seconds_per_unit);
    let quantiles = Quantiles { p50: quantile(0.5), p95: quantile(0.95), p99: quantile(0.99) };
    quantiles.p50.is_some().then_some(quantiles)
}

/// The events of the window by the labels that tell good from bad, most bad first.
fn parts(task: &Task, by: &[String], group: &Labels, answers: &[Answer]) -> Vec<Part> {
    let Measure::Events(events) = &task.measure else { return Vec::new() };
    let [counted] = &events.part[..] else { return Vec::new() };
    if counted.only.is_empty() || events.distribution.is_some() {
        return Vec::new();
    }
    let Ok(part_matchers) = CompiledMatchers::new(&counted.only) else { return Vec::new() };
    let all = Counted { queries: counted.queries.clone(), only: Vec::new() };
    let inside = tally::places_inside(&events.timeline, task.elapsed);
    let mut parts: Vec<Part> = Vec::new();
    let add = |labels: &Labels, place: usize, total: f64| {
        if !inside[place] || total.is_nan() || labels.only(by) != *group {
            return;
        }
        let is_part = part_matchers.matches(labels);
        let is_bad = is_part == (events.polarity == Polarity::Bad);
        let events = Events { bad: if is_bad { total } else { 0.0 }, total };
        let labels = labels.filter(|name| counted.only.iter().any(|matcher| matcher.name == name));
        match parts.iter_mut().find(|part| part.labels == labels) {
            Some(part) => part.events += events,
            None => parts.push(Part { labels, events }),
        }
    };
    // A failure has already been told: the same answers were counted before.
    let _ = tally::each_value(&events.timeline, &all, answers, add);
    parts.retain(|part| part.events.total > 0.0);
    parts.sort_by(|a, b| {
        b.events
            .bad
            .total_cmp(&a.events.bad)
            .then(b.events.total.total_cmp(&a.events.total))
            .then(a.labels.cmp(&b.labels))
    });
    parts
}
