//! All that is known of one budget: what was counted when, at each stage, and where there was data; measured now, or
//! with days that are remembered in the place of what no source tells any more.

use std::collections::BTreeMap;

use super::coverage::{Coverage, Look, beside, of_all, parts};
use super::days::{DayCount, Joined, Memory, Remembered, StripDay};
use super::evaluate::slices;
use super::excluded::{TakenOut, minus, without};
use super::tally::{Bucket, Events, State, inside};
use crate::base::{CalendarUnit, Duration, Interval, Labels, Stretches, ratio};
use crate::plan::{Measure, Task, Timeline};
use crate::slo::Empty;

/// Measured data that covers a day less than this much worse than memory does is as good.
const AS_GOOD: f64 = 1e-6;

/// How many days a strip tells of.
const STRIP: i64 = 90;

/// What is known of one budget.
#[derive(Debug, Clone)]
pub(super) struct Ledger {
    /// What was counted now.
    pub(super) counted: Vec<Bucket>,
    /// What is left when what is excluded is taken out.
    pub(super) left: Vec<Bucket>,
    /// What is left, as the budget counts it.
    pub(super) buckets: Vec<Bucket>,
    /// What was counted as the budget counts it, with nothing taken out.
    pub(super) raw: Vec<Bucket>,
    /// Where there was data, in what is not taken out.
    pub(super) looks: Vec<Look>,
    /// Whether that was asked, and not told by the buckets.
    pub(super) has_presence: bool,
    /// What is taken out.
    pub(super) taken: TakenOut,
    /// The days that are counted from memory, with what of each had data and made no count.
    stored: Vec<(Interval, Duration)>,
}

impl Ledger {
    /// What was measured now.
    pub(super) fn measured(
        task: &Task,
        taken: &TakenOut,
        counted: &[Bucket],
        presence: Option<&[Look]>,
    ) -> Self {
        let left = without(counted, &taken.all);
        let buckets = slices(&left, task);
        let raw = if taken.all.is_empty() { buckets.clone() } else { slices(counted, task) };
        let looks = match presence {
            Some(looks) => beside(looks, &taken.all),
            None => of_all(&buckets),
        };
        let (taken, has_presence) = (taken.clone(), presence.is_some());
        Self { counted: counted.to_vec(), left, buckets, raw, looks, has_presence, taken, stored: Vec::new() }
    }

    /// Where there was data in a window.
    pub(super) fn coverage(&self, window: Interval) -> Coverage {
        let coverage = Coverage::of(&self.looks, window);
        if !self.has_presence {
            return coverage;
        }
        coverage
            .without(ratio(self.unusable_time(window).as_secs(), window.length().as_secs()).unwrap_or(0.0))
    }

    /// How much of a window had data of which no count can be made.
    pub(super) fn unusable_time(&self, window: Interval) -> Duration {
        let measured = inside(&self.buckets, window).iter();
        let measured = measured.filter(|bucket| bucket.seen() && !bucket.measured());
        let measured = measured.map(|bucket| bucket.interval.length());
        let is_inside = |day: &Interval| day.from >= window.from && day.to <= window.to;
        let stored = self.stored.iter().filter(|(day, _)| is_inside(day)).map(|(_, unusable)| *unusable);
        measured.chain(stored).fold(Duration::ZERO, std::ops::Add::add)
    }

    /// Where there was data. What is only assumed before anything was seen, or after, is none: it is not known whether
    /// the source reaches there.
    pub(super) fn strict_looks(&self) -> Vec<Look> {
        if self.has_presence {
            return self.looks.clone();
        }
        let seen = |bucket: &&Bucket| bucket.seen();
        let begins = self.buckets.iter().find(seen).map(|bucket| bucket.interval.from);
        let ends = self.buckets.iter().rev().find(seen).map(|bucket| bucket.interval.to);
        let Some((begins, ends)) = begins.zip(ends) else {
            return self.looks.iter().map(|&(stretch, _)| (stretch, 0.0)).collect();
        };
        let reached = |stretch: Interval| stretch.from >= begins && stretch.to <= ends;
        let look = |&(stretch, share): &Look| (stretch, if reached(stretch) { share } else { 0.0 });
        self.looks.iter().map(look).collect()
    }

    /// Puts remembered days in the place of those of which less was measured now.
    pub(super) fn join(mut self, task: &Task, group: &Labels, memory: &Memory) -> (Self, Joined) {
        let window = task.elapsed;
        let divides =
            |day: Interval| [window.from, window.to].iter().any(|edge| day.from < *edge && *edge < day.to);
        let looks = self.strict_looks();
        let known: Vec<Remembered> =
            days_of(task, group, memory).into_iter().filter(|day| day.count.day.to <= window.to).collect();
        let measured_of = |day: Interval| {
            let (looked, covered, _) = parts(&looks, day);
            let missing =
                (day.length().as_secs() - self.taken.all.within(day).length().as_secs() - looked).max(0.0);
            ratio(covered, looked + missing).unwrap_or(0.0)
        };
        // The first growth of a counter cannot be seen on the day on which its data begins.
        let begins = looks.iter().find(|(_, share)| *share > 0.0).map(|(stretch, _)| stretch.from);
        let better = |day: &&Remembered| {
            let day = &day.count;
            begins.is_none_or(|begins| begins >= day.day.from)
                || day.coverage().unwrap_or(1.0) > measured_of(day.day) + AS_GOOD
        };
        let mut undivided = None;
        let mut used: Vec<&Remembered> = Vec::new();
        for day in known.iter().filter(better) {
            if divides(day.count.day) {
                undivided = Some(day.count.day);
            } else if used.last().is_none_or(|last| last.count.day.to <= day.count.day.from) {
                used.push(day);
            }
        }
        self.put(task, &used);
        let joined = told(&self, task, &used, memory, undivided);
        (self, joined)
    }

    /// Puts days in place.
    fn put(&mut self, task: &Task, used: &[&Remembered]) {
        let days = Stretches::of(used.iter().map(|day| day.count.day));
        let apart = |stretch: Interval| days.within(stretch).is_empty();
        for buckets in [&mut self.counted, &mut self.left, &mut self.buckets, &mut self.raw] {
            buckets.retain(|bucket| apart(bucket.interval));
        }
        self.looks = beside(&self.looks, &days);
        self.taken.all = Stretches::of(minus(&self.taken.all, &days).iter().collect::<Vec<_>>());
        self.taken.forget(&days);
        let mut out: Vec<Interval> = self.taken.all.iter().collect();
        for day in used {
            let DayCount { day: interval, events, raw, counted, excluded, .. } = &day.count;
            let state = match () {
                () if day.count.is_all_excluded() => State::Excluded,
                () if day.count.seen => State::Measured,
                () if events.total > 0.0 => State::Assumed,
                () => State::Unseen,
            };
            let bucket = |events| Bucket { interval: *interval, events, state };
            self.buckets.push(bucket(*events));
            self.raw.push(bucket(*raw));
            self.left.push(bucket(Events { bad: 0.0, total: *counted }));
            self.looks.extend(looks_of(&day.count));
            self.stored.push((*interval, day.count.unusable));
            out.extend(excluded.iter());
            self.taken.remember(*interval, &day.count.exclusions);
        }
        self.taken.all = Stretches::of(out);
        for buckets in [&mut self.left, &mut self.buckets, &mut self.raw] {
            buckets.sort_by_key(|bucket| bucket.interval);
        }
        // What neither tells of is without data.
        let end = task.elapsed.to.max(task.stretch.window.from);
        let begin = self.buckets.first().map_or(end, |first| first.interval.from).min(task.elapsed.from);
        let known =
            Stretches::of(self.looks.iter().map(|(stretch, _)| *stretch).chain(self.taken.all.iter()));
        let whole = Stretches::of([Interval::new(begin, end)]);
        let slack = task.slice().unwrap_or(Duration::ZERO);
        let missing = minus(&whole, &known);
        // The rest of a day that makes no whole slice belongs to none.
        self.looks.extend(
            missing
                .iter()
                .filter(|hole| hole.length() >= slack.max(Duration::millis(1)))
                .map(|hole| (hole, 0.0)),
        );
        self.looks.sort_by_key(|(stretch, _)| *stretch);
    }

    /// Whether a day is counted from memory.
    fn is_stored(&self, day: Interval) -> bool {
        self.stored.iter().any(|(stored, _)| *stored == day)
    }

    /// What the last days came to.
    fn strip(&self, task: &Task) -> Vec<StripDay> {
        let zone = task.stretch.zone;
        let since = Interval::new(task.elapsed.to - Duration::days(STRIP), task.elapsed.to);
        let mut days: BTreeMap<String, (Interval, Events)> = BTreeMap::new();
        for bucket in self.buckets.iter().filter(|bucket| bucket.interval.from >= since.from) {
            let Some(day) = CalendarUnit::Day.around(bucket.interval.from, zone) else { continue };
            let date = zone.format(day.from, "%Y-%m-%d");
            let whole = if bucket.interval.to > day.to { bucket.interval } else { day.intersection(since) };
            days.entry(date).or_insert((whole, Events::default())).1 += bucket.events;
        }
        days.into_iter()
            .map(|(date, (day, events))| StripDay {
                date,
                events,
                coverage: (!self.taken.all.cover(day)).then(|| self.coverage(day).ratio),
                stored: self.is_stored(day),
            })
            .collect()
    }
}

/// What is told of a join.
fn told(
    ledger: &Ledger,
    task: &Task,
    used: &[&Remembered],
    memory: &Memory,
    undivided: Option<Interval>,
) -> Joined {
    let window = task.elapsed;
    let is_inside = |day: Interval| day.from >= window.from && day.to <= window.to;
    let used: Vec<&&Remembered> = used.iter().filter(|day| is_inside(day.count.day)).collect();
    let measured = ledger
        .buckets
        .iter()
        .filter(|bucket| is_inside(bucket.interval) && !ledger.is_stored(bucket.interval))
        .filter(|bucket| bucket.measured() || bucket.state == State::Unusable);
    // Before the last of the days that come first, a bucket that is only assumed is no data.
    let seam = measured.filter(|bucket| bucket.seen()).map(|bucket| bucket.interval.from).min();
    let mut other_objectives: Vec<(String, usize)> = Vec::new();
    for objective in used.iter().filter_map(|day| day.other_objective.as_ref()) {
        match other_objectives.iter_mut().find(|(known, _)| known == objective) {
            Some((_, days)) => *days += 1,
            None => other_objectives.push((objective.clone(), 1)),
        }
    }
    let stored = used.first().zip(used.last());
    Joined {
        stored: stored.map(|(first, last)| Interval::new(first.count.day.from, last.count.day.to)),
        days: used.len(),
        seam,
        later: used
            .iter()
            .map(|day| day.count.day)
            .filter(|day| seam.is_some_and(|seam| day.from > seam))
            .collect(),
        other_texts: used.iter().filter(|day| day.other_texts).count(),
        other_objectives,
        otherwise: memory.otherwise.iter().filter(|day| is_inside(**day)).count(),
        undivided,
        strip: ledger.strip(task),
    }
}

/// The days that are remembered of a budget. On a day of which the objective is remembered and this group of it is not,
/// the group was not there: it had no events, and its slices were empty.
fn days_of(task: &Task, group: &Labels, memory: &Memory) -> Vec<Remembered> {
    let of = |wanted: &Labels| {
        let found = memory.budgets.iter().find(|(known, _)| known == wanted);
        found.map(|(_, days)| days.as_slice()).unwrap_or_default()
    };
    let mut days = of(group).to_vec();
    if !group.is_empty() {
        let own: Vec<Interval> = days.iter().map(|day| day.count.day).collect();
        let others = of(&Labels::new()).iter().filter(|day| !own.contains(&day.count.day));
        days.extend(others.map(|day| Remembered { count: absent(&day.count, task), ..day.clone() }));
    }
    days.sort_by_key(|day| day.count.day);
    days
}

/// A day of a group that was not there on it.
fn absent(whole: &DayCount, task: &Task) -> DayCount {
    let nothing = Events::default();
    let (slice, empty) = match (&task.measure, task.terms.method.slices()) {
        (_, Some((slice, empty))) => (Some(slice), empty),
        (Measure::Slices(slices), None) => (Some(slices.slice), slices.empty),
        _ => (None, Empty::Ignore),
    };
    let slices = |excluded: &Stretches| {
        let timeline = slice.map(|slice| Timeline::even(&[whole.day], slice)).unwrap_or_default();
        let total = timeline.buckets().filter(|slice| !excluded.cover(*slice)).count() as f64;
        match empty {
            Empty::Ignore => nothing,
            Empty::Good => Events { bad: 0.0, total },
            Empty::Bad => Events { bad: total, total },
        }
    };
    let exclusions = whole.exclusions.iter().map(|(place, times, _)| (*place, times.clone(), nothing));
    // Where the buckets tell where there was data, an empty slice tells nothing unless it is said what it counts as.
    let asked = matches!(&task.measure, Measure::Events(events) if !events.presence.is_empty());
    let covered_s = match (asked, empty) {
        (true, _) => whole.covered_s,
        (false, Empty::Ignore) => 0.0,
        (false, _) => whole.looked.as_secs(),
    };
    DayCount {
        events: slices(&whole.excluded),
        raw: slices(&Stretches::NONE),
        counted: 0.0,
        exclusions: exclusions.collect(),
        covered_s,
        gaps: if asked { whole.gaps.clone() } else { Vec::new() },
        unusable: Duration::ZERO,
        seen: false,
        there: false,
        ..whole.clone()
    }
}

/// Where there was data on a remembered day: nowhere in its gaps, and in the rest of what is left of it alike.
fn looks_of(day: &DayCount) -> Vec<Look> {
    let left = minus(&Stretches::of([day.day]), &day.excluded);
    let gaps: Stretches = Stretches::of(day.gaps.iter().copied());
    let rest = minus(&left, &gaps);
    // Slices that make no whole day leave a rest that belongs to none.
    let looked = (day.looked.as_secs() - gaps.length().as_secs()).max(0.0);
    let share = ratio(day.covered_s, looked).unwrap_or(0.0).clamp(0.0, 1.0);
    let mut looks: Vec<Look> = gaps.iter().map(|gap| (gap, 0.0)).collect();
    looks.extend(rest.iter().map(|stretch| (stretch, share)));
    looks
}
