//! The story of a day that is remembered: measured or read from a report, held against what is stored, and later counted
//! again in a report.

use std::collections::BTreeMap;

use anyhow::{Context as _, Result};

use super::pipeline::{self, Job};
use super::{fetch, progress};
use crate::base::{CalendarUnit, Duration, Interval, Labels, Moment, Stretches, Zone};
use crate::budget::{self, DayCount, DaysOf, Events, Memory, Remembered};
use crate::history::{Book, Counts, Coverage, Day, Excluded, Holding, Origin, Override, Record, Replaced};
use crate::plan::{self, Detail, Judged, Period, Plan, Task};
use crate::report::{Covers, Decision, OverrideState, Report, SloReport, method_of, words};
use crate::slo::{Empty, Method, Signal, Sla, Spec, Window};
use crate::source::Source;

/// Which days are looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    /// Those since the last that is stored of an objective; where none is, this many up to now.
    Missing(u32),
    /// Those of a stretch of dates, given by the midnights of UTC; each objective's zone has its own.
    Dates(Interval),
}

/// Days that could be stored, and what is to be said of the others.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Candidates {
    /// Days with enough data, the objective as a whole before its groups.
    pub days: Vec<Day>,
    /// Gates that were let pass.
    pub overrides: Vec<Override>,
    /// What was left out, and why.
    pub left_out: Vec<String>,
    /// What could not be measured, and why.
    pub failed: Vec<String>,
}

/// Measures the days that are over, of every objective. Only here is waited.
pub async fn measure(
    job: &Job,
    which: Which,
    min_coverage: f64,
    book: &Book,
    source: &dyn Source,
    now: Moment,
) -> Result<Candidates> {
    let info = source.describe();
    let (at, cadences) = pipeline::settled(job, source, &info, now).await?;
    let origin = Origin { kind: info.kind.to_owned(), url: info.url.clone(), engine: info.engine.clone() };
    let mut all = Candidates::default();
    for Asked { zone, days, judged, specs } in asked(job, which, book, at) {
        let options = plan::Options {
            at,
            period: Period::Between(days),
            zone: Some(zone),
            detail: Detail::Verdict,
            exact: info.exact,
            step: job.step,
            judged,
            by_day: true,
        };
        let plan = plan::compile(&specs, &options, &|selector| cadences.of(selector))
            .context("a day lies outside the calendar")?;
        let bar = progress::bar(plan.queries.len() as u64, job.show_progress);
        bar.set_message("asking");
        let answers = fetch::all(&plan.queries, source, job.at_once, &|| bar.inc(1)).await;
        bar.finish_and_clear();
        let measured = budget::days(&plan, &answers);
        let round =
            Round { specs: &specs, plan: &plan, zone, spec_hash: &job.spec_hash, origin: &origin, now };
        round.take(&measured, min_coverage, &mut all);
    }
    Ok(all)
}

/// What is judged over the same stretch of days that begin at the same midnights.
struct Asked {
    zone: Zone,
    days: Interval,
    judged: Judged,
    specs: Vec<Spec>,
}

fn asked(job: &Job, which: Which, book: &Book, at: Moment) -> Vec<Asked> {
    let mut all = Vec::new();
    for spec in &job.specs {
        for slo in &spec.slos {
            let zone = zone_of(slo.window, job.zone);
            let stored = book.of_objective(&spec.service, &slo.name, None);
            let Some(days) = days_of(which, last_of(stored), zone, at) else { continue };
            place_of(&mut all, (zone, days, Judged::Objectives), spec).slos.push(slo.clone());
        }
        for sla in spec.slas.iter().filter(|sla| is_counted_by_day(sla)) {
            for slo in spec.slos.iter().filter(|slo| sla.slos.contains(&slo.name)) {
                let zone = zone_of(sla.period, job.zone);
                let stored = book.of_objective(&spec.service, &slo.name, Some(&sla.name));
                let days = days_of(which, last_of(stored), zone, at).map(|days| Interval {
                    from: sla.from.map_or(days.from, |from| from.max(days.from)),
                    to: sla.to.map_or(days.to, |to| to.min(days.to)),
                });
                let Some(days) = days.filter(|days| days.from < days.to) else { continue };
                let place = place_of(&mut all, (zone, days, Judged::Contracts), spec);
                if !place.slos.iter().any(|known| known.name == slo.name) {
                    place.slos.push(slo.clone());
                }
                if !place.slas.iter().any(|known| known.name == sla.name) {
                    place.slas.push(sla.clone());
                }
            }
        }
    }
    all
}

/// What is asked of a specification, empty at first.
fn place_of<'a>(
    all: &'a mut Vec<Asked>,
    (zone, days, judged): (Zone, Interval, Judged),
    spec: &Spec,
) -> &'a mut Spec {
    let known = all.iter().position(|one| (one.zone, one.days, one.judged) == (zone, days, judged));
    let known = known.unwrap_or_else(|| {
        all.push(Asked { zone, days, judged, specs: Vec::new() });
        all.len() - 1
    });
    let specs = &mut all[known].specs;
    let place = specs.iter().position(|known| known.file == spec.file && known.service == spec.service);
    let place = place.unwrap_or_else(|| {
        let unselected = [spec.slos.as_slice(), &spec.unselected].concat();
        specs.push(Spec { slos: Vec::new(), slas: Vec::new(), unselected, ..spec.clone() });
        specs.len() - 1
    });
    &mut specs[place]
}

/// Whether the days of a contract can be counted one by one: a cap counts what was excluded before.
fn is_counted_by_day(sla: &Sla) -> bool {
    sla.exclusion_cap().is_none()
}

/// A remark on each contract whose days cannot be joined.
pub fn not_joined(specs: &[Spec]) -> Vec<String> {
    let remark = |sla: &Sla| {
        format!(
            "the contract {} has a cap on what is excluded, which no day can be held against alone: it is judged by what \
             the source tells now, without the history",
            sla.name
        )
    };
    specs.iter().flat_map(|spec| &spec.slas).filter(|sla| !is_counted_by_day(sla)).map(remark).collect()
}

/// The zone of the days of a window: that of its calendar, else the one that is asked for.
fn zone_of(window: Window, asked: Option<Zone>) -> Zone {
    match window {
        Window::Calendar { zone, .. } => zone,
        Window::Rolling(_) => asked.unwrap_or(Zone::UTC),
    }
}

/// The end of the last day that is stored.
fn last_of<'a>(stored: impl Iterator<Item = (&'a Labels, &'a Holding)>) -> Option<Moment> {
    stored.filter_map(|(_, days)| days.values().next_back()).map(|kept| kept.day.to).max()
}

/// The days to look at: none where none is over that was not looked at before.
fn days_of(which: Which, last: Option<Moment>, zone: Zone, at: Moment) -> Option<Interval> {
    let begins = |moment| CalendarUnit::Day.around(moment, zone).map(|day| day.from);
    let over = begins(at)?;
    let midnight = |utc: Moment| zone.moment(&Zone::UTC.format(utc, "%Y-%m-%d"));
    let days = match which {
        Which::Dates(dates) => Interval { from: midnight(dates.from)?, to: midnight(dates.to)?.min(over) },
        Which::Missing(back) => {
            let first = || begins(over - Duration::days(i64::from(back)));
            Interval { from: last.or_else(first)?, to: over }
        }
    };
    (days.from < days.to).then_some(days)
}

/// One plan's days on their way to records.
struct Round<'a> {
    specs: &'a [Spec],
    plan: &'a Plan,
    zone: Zone,
    spec_hash: &'a str,
    origin: &'a Origin,
    now: Moment,
}

impl Round<'_> {
    fn take(&self, measured: &[DaysOf], min_coverage: f64, all: &mut Candidates) {
        // Of an objective the budget for all comes first: a group's day counts where the whole's does.
        let mut whole: (usize, Vec<Interval>) = (usize::MAX, Vec::new());
        for of in measured {
            let Some((task, spec)) =
                self.plan.tasks.get(of.task).and_then(|task| Some((task, self.specs.get(task.spec)?)))
            else {
                continue;
            };
            let is_whole = of.group.is_empty();
            // A group that has none of the labels that divide the budget cannot be told from the whole.
            if is_whole && whole.0 == of.task {
                continue;
            }
            let contract = contract_of(spec, task);
            let id = match contract {
                Some(sla) => format!("{} ({})", spec.id(&task.terms), sla.name),
                None if is_whole => spec.id(&task.terms),
                None => format!("{}{}", spec.id(&task.terms), of.group),
            };
            let days = match &of.outcome {
                Ok(days) => days,
                Err(failure) => {
                    all.failed.push(format!("{id}: {failure}"));
                    continue;
                }
            };
            let enough = |day: &&DayCount| match (is_whole, day.coverage()) {
                (true, None) => day.is_all_excluded(),
                (true, Some(coverage)) => (day.there || day.events.bad > 0.0) && coverage >= min_coverage,
                (false, _) => day.there && whole.1.contains(&day.day),
            };
            let (stored, left): (Vec<&DayCount>, Vec<&DayCount>) = days.iter().partition(enough);
            if is_whole {
                whole = (of.task, stored.iter().map(|day| day.day).collect());
                all.left_out.extend(self.left_out(&id, &left, min_coverage));
            }
            all.days.extend(stored.iter().map(|day| self.record(&id, task, spec, &of.group, day)));
        }
    }

    /// A line for the days of an objective with too little data.
    fn left_out(&self, id: &str, days: &[&DayCount], min_coverage: f64) -> Option<String> {
        const SHOWN: usize = 5;
        let one = |day: &&DayCount| {
            let share = day.coverage().filter(|_| day.seen).unwrap_or(0.0);
            format!("{} ({:.0} %)", self.date(day.day), (share * 100.0).floor())
        };
        let shown: Vec<String> = days.iter().take(SHOWN).map(one).collect();
        let more = days.len().saturating_sub(SHOWN);
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        (!days.is_empty()).then(|| {
            format!(
                "{id}: not stored, since there is data for less than {:.0} % of them: {}{more}",
                min_coverage * 100.0,
                shown.join(", ")
            )
        })
    }

    fn date(&self, day: Interval) -> String {
        self.zone.format(day.from, "%Y-%m-%d")
    }

    fn record(&self, id: &str, task: &Task, spec: &Spec, group: &Labels, day: &DayCount) -> Day {
        let counting = Counting::of(task);
        let excluded = day.exclusions.iter().map(|(place, times, events)| Excluded {
            id: spec.exclusions.get(*place).map(|one| one.id.clone()).unwrap_or_default(),
            times: times.iter().collect(),
            bad: events.bad,
            total: events.total,
        });
        Day {
            id: id.to_owned(),
            service: spec.service.clone(),
            slo: task.terms.name.clone(),
            contract: contract_of(spec, task).map(|sla| sla.name.clone()),
            group: group.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect(),
            sli: counting.sli,
            method: counting.method,
            slices: counting.slices,
            zone: self.zone.to_string(),
            date: self.date(day.day),
            from: day.day.from,
            to: day.day.to,
            good: day.events.good(),
            bad: day.events.bad,
            total: day.events.total,
            unseen: !day.seen,
            events: task.slices.is_some().then_some(day.counted),
            raw: Some(Counts { bad: day.raw.bad, total: day.raw.total }),
            excluded_s: day.excluded.length().as_secs(),
            excluded: excluded.collect(),
            coverage: Coverage {
                ratio: day.coverage(),
                looked_s: day.looked.as_secs(),
                covered_s: day.covered_s,
                unusable_s: day.unusable.as_secs(),
                gaps: day.gaps.clone(),
            },
            objective: task.terms.objective.to_string(),
            spec_hash: self.spec_hash.to_owned(),
            source: self.origin.clone(),
            tool: env!("CARGO_PKG_VERSION").to_owned(),
            recorded_at: self.now,
            replaces: None,
        }
    }
}

/// How an objective counts. Days that were counted otherwise cannot be added to each other.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Counting {
    sli: String,
    method: String,
    slices: Option<String>,
}

impl Counting {
    fn of(task: &Task) -> Self {
        let slo = &task.terms;
        let empty = |empty| match empty {
            Empty::Good => ", empty ones good",
            Empty::Bad => ", empty ones bad",
            Empty::Ignore => "",
        };
        let least =
            |least: Option<u64>| least.map_or(String::new(), |least| format!(", of at least {least} events"));
        let slices = match (slo.method, slo.sli.signal()) {
            (Method::Timeslices { slice, target, empty: of, min_events, consecutive }, _) => {
                let runs = if consecutive > 1 { format!(", {consecutive} in a row") } else { String::new() };
                Some(format!("{slice}, good at {target}{}{}{runs}", empty(of), least(min_events)))
            }
            (Method::RatioTimeslices { slice, empty: of, min_events }, _) => {
                Some(format!("{slice}{}{}", empty(of), least(min_events)))
            }
            (Method::Occurrences, Signal::Slices { slice, empty: of, .. }) => {
                Some(format!("{slice}{}", empty(of)))
            }
            (Method::Occurrences, _) => task.slice().map(|slice| slice.to_string()),
        };
        Self { sli: slo.sli.kind().to_owned(), method: method_of(slo).to_owned(), slices }
    }

    fn is_of(&self, day: &Day) -> bool {
        // A report's document does not say more of slices than the method.
        let slices = day.slices == self.slices || day.slices.is_none() && day.source.kind == REPORT;
        self.sli == day.sli && self.method == day.method && slices
    }
}

/// The kind of source of what was read from a report's document.
const REPORT: &str = "report";

/// The days that a report's document tells of, and the override of its gate. Only a report over one whole day tells all
/// that must be remembered of it; what a longer one says of a day is no more than a curve.
pub fn of_report(report: &Report, name: &str, min_coverage: f64, now: Moment) -> Candidates {
    let mut all = Candidates::default();
    let origin = Origin {
        kind: REPORT.to_owned(),
        url: report.evaluation.source.url.clone(),
        engine: report.evaluation.source.engine.clone(),
    };
    let mut longer = 0;
    for slo in &report.slos {
        let zone: Zone = slo.window.timezone.parse().unwrap_or(Zone::UTC);
        let day = Interval::new(slo.window.from, slo.window.to);
        if !slo.window.complete || CalendarUnit::Day.around(day.from, zone) != Some(day) {
            longer += 1;
            continue;
        }
        let enough = slo.events.filter(|_| slo.coverage.ratio.is_some_and(|ratio| ratio >= min_coverage));
        match enough {
            Some(events) => {
                let events = Events { bad: events.bad, total: events.total };
                all.days.push(from_report(report, slo, zone, day, events, &origin, now));
            }
            None if slo.is_whole() => all.left_out.push(format!(
                "{}: {} is not stored: {}",
                slo.id,
                zone.format(day.from, "%Y-%m-%d"),
                slo.reason
            )),
            None => {}
        }
    }
    if longer > 0 {
        all.left_out.push(format!(
            "{name}: {} not over one whole day, and days are not taken from them: make a report for each day, with --period DATE",
            words::are(longer, "objective")
        ));
    }
    all.overrides = overrides(report, now);
    all
}

/// The overrides of a gate that were typed, or let something pass.
fn overrides(report: &Report, now: Moment) -> Vec<Override> {
    let gate = &report.gate;
    let applied = gate.overrides.iter().filter(|one| one.state == OverrideState::Applied);
    let mut found: Vec<_> = gate.r#override.iter().collect();
    found.extend(applied.filter(|one| Some(*one) != gate.r#override.as_ref()));
    let pattern = |of: &Option<String>| of.clone().unwrap_or_else(|| "*".to_owned());
    let one = |found: &crate::report::Override| {
        let rule = &found.rule;
        let covers = Covers::WORDS.iter().filter(|(_, covers)| rule.covers.contains(covers));
        Override {
            at: report.evaluation.at,
            by: rule.by.clone(),
            reason: rule.reason.clone(),
            expires: rule.expires,
            scope: format!("{}/{}", pattern(&rule.service), pattern(&rule.slo)),
            covers: covers.map(|(word, _)| (*word).to_owned()).collect(),
            state: match found.state {
                OverrideState::Applied => "applied",
                OverrideState::Unused => "unused",
                OverrideState::Expired => "expired",
                OverrideState::NotBegun => "not_begun",
            }
            .to_owned(),
            let_pass: found.let_pass.clone(),
            decision: decision(gate.decision).to_owned(),
            spec_hash: report.evaluation.spec_hash.clone(),
            recorded_at: now,
        }
    };
    found.into_iter().map(one).collect()
}

fn decision(decision: Decision) -> &'static str {
    match decision {
        Decision::Pass => "pass",
        Decision::Warn => "warn",
        Decision::Fail => "fail",
        Decision::Unknown => "unknown",
    }
}

fn from_report(
    report: &Report,
    slo: &SloReport,
    zone: Zone,
    day: Interval,
    events: Events,
    origin: &Origin,
    now: Moment,
) -> Day {
    let excluded: Vec<Excluded> = slo
        .exclusions
        .iter()
        .filter(|one| !one.intervals.is_empty())
        .map(|one| Excluded {
            id: one.id.clone(),
            times: one.intervals.clone(),
            bad: one.events.bad,
            total: one.events.total,
        })
        .collect();
    let out = Stretches::of(excluded.iter().flat_map(|one| one.times.iter().copied())).length();
    let looked_s = (day.length() - out).as_secs();
    let raw = excluded.is_empty().then_some(Counts { bad: events.bad, total: events.total });
    Day {
        id: slo.id.clone(),
        service: slo.service.clone(),
        slo: slo.slo.clone(),
        contract: None,
        group: slo.group.clone(),
        sli: slo.kind.clone(),
        method: slo.method.clone(),
        slices: None,
        zone: zone.to_string(),
        date: zone.format(day.from, "%Y-%m-%d"),
        from: day.from,
        to: day.to,
        good: events.good(),
        bad: events.bad,
        total: events.total,
        unseen: false,
        events: None,
        raw,
        excluded_s: out.as_secs(),
        excluded,
        coverage: Coverage {
            ratio: slo.coverage.ratio,
            looked_s,
            covered_s: looked_s * slo.coverage.ratio.unwrap_or(0.0),
            unusable_s: 0.0,
            gaps: slo.coverage.gaps.clone(),
        },
        objective: slo.objective_display.clone(),
        spec_hash: report.evaluation.spec_hash.clone(),
        source: origin.clone(),
        tool: report.tool.version.clone(),
        recorded_at: now,
        replaces: None,
    }
}

/// What is to be written, and what is not.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Changes {
    /// The records to append.
    pub records: Vec<Record>,
    /// How many days are new.
    pub new: usize,
    /// Of how many budgets.
    pub budgets: usize,
    /// How many are stored already and say the same.
    pub same: usize,
    /// How many take the place of others.
    pub replaced: usize,
    /// How many overrides are new.
    pub overrides: usize,
    /// Days that are stored already and say something else, in words.
    pub differ: Vec<String>,
}

/// Holds candidates against what is stored. A day that says something else takes the place of what is there only for a
/// reason.
pub fn changes(candidates: Candidates, book: &Book, replace: Option<&str>) -> Changes {
    let mut changes = Changes::default();
    let mut seen = Book::default();
    for day in candidates.days {
        // Two reports about one day: the first that says something else is held against the other.
        let stored = seen.stored(&day).or_else(|| book.stored(&day)).cloned();
        match (stored, replace) {
            (None, _) => {
                seen.add(0, &day);
                changes.new += 1;
                changes.records.push(Record::Day(Box::new(day)));
            }
            (Some(stored), _) if stored.day.says_the_same(&day) => changes.same += 1,
            (Some(stored), Some(reason)) => {
                changes.replaced += 1;
                let replaces = Replaced {
                    seq: stored.seq,
                    recorded_at: stored.day.recorded_at,
                    reason: reason.to_owned(),
                };
                changes.records.push(Record::Day(Box::new(Day { replaces: Some(replaces), ..day })));
            }
            (Some(stored), None) => changes.differ.push(difference(&stored.day, &day)),
        }
    }
    changes.budgets = seen.budgets.len();
    for said in candidates.overrides {
        let known =
            |known: &Override| known.at == said.at && known.by == said.by && known.reason == said.reason;
        if !book.overrides.iter().any(known) {
            changes.overrides += 1;
            changes.records.push(Record::Override(said));
        }
    }
    changes
}

fn difference(stored: &Day, found: &Day) -> String {
    let told = |day: &Day| {
        let coverage = day.coverage.ratio.unwrap_or(1.0) * 100.0;
        format!("{} bad of {} by {}, {coverage:.2} % covered", day.bad, day.total, day.method)
    };
    format!(
        "{} {}: stored are {} (written {}), found are {}",
        found.id,
        found.date,
        told(stored),
        stored.recorded_at,
        told(found)
    )
}

/// What is remembered of each task of a plan, as far as it may be counted with it.
pub fn memories(book: &Book, specs: &[Spec], plan: &Plan, spec_hash: &str) -> BTreeMap<usize, Memory> {
    let with_spec = |task: &Task| {
        specs.get(task.spec).filter(|spec| contract_of(spec, task).is_none_or(is_counted_by_day))
    };
    let tasks = plan.tasks.iter().enumerate();
    tasks.filter_map(|(place, task)| Some((place, memory(book, with_spec(task)?, task, spec_hash)))).collect()
}

/// The contract by whose terms something is judged.
fn contract_of<'a>(spec: &'a Spec, task: &Task) -> Option<&'a Sla> {
    spec.slas.get(task.contract?)
}

fn memory(book: &Book, spec: &Spec, task: &Task, spec_hash: &str) -> Memory {
    let counting = Counting::of(task);
    let objective = task.terms.objective.to_string();
    let mut memory = Memory::default();
    let contract = contract_of(spec, task).map(|sla| sla.name.as_str());
    for (group, days) in book.of_objective(&spec.service, &task.terms.name, contract) {
        let mut remembered = Vec::new();
        for kept in days.values() {
            let day = &kept.day;
            if !counting.is_of(day) {
                if group.is_empty() {
                    memory.otherwise.push(Interval::new(day.from, day.to));
                }
                continue;
            }
            remembered.push(Remembered {
                count: count(spec, day),
                other_texts: day.spec_hash != spec_hash,
                other_objective: (day.objective != objective).then(|| day.objective.clone()),
            });
        }
        if !remembered.is_empty() {
            memory.budgets.push((group.clone(), remembered));
        }
    }
    memory
}

/// A stored day as a budget counts it. An exclusion that the specification has no more is not told by name.
fn count(spec: &Spec, day: &Day) -> DayCount {
    let mut raw = Events { bad: day.bad, total: day.total };
    match day.raw {
        Some(known) => raw = Events { bad: known.bad, total: known.total },
        None => day.excluded.iter().for_each(|one| raw += Events { bad: one.bad, total: one.total }),
    }
    let place = |id: &str| spec.exclusions.iter().position(|one| one.id == id);
    let exclusions = day.excluded.iter().filter_map(|one| {
        let events = Events { bad: one.bad, total: one.total };
        Some((place(&one.id)?, Stretches::of(one.times.iter().copied()), events))
    });
    DayCount {
        day: Interval::new(day.from, day.to),
        events: Events { bad: day.bad, total: day.total },
        raw,
        counted: day.events.unwrap_or(day.total),
        excluded: Stretches::of(day.excluded.iter().flat_map(|one| one.times.iter().copied())),
        exclusions: exclusions.collect(),
        looked: Duration::millis((day.coverage.looked_s * 1000.0).round() as i64),
        covered_s: day.coverage.covered_s,
        unusable: Duration::millis((day.coverage.unusable_s * 1000.0).round() as i64),
        gaps: day.coverage.gaps.clone(),
        seen: !day.unseen,
        there: true,
    }
}
