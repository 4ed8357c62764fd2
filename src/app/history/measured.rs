//! Days that are measured: which are asked about, and what is stored of them.

use anyhow::{Context as _, Result};

use super::Candidates;
use super::counting::{Counting, contract_of, is_counted_by_day};
use crate::app::pipeline::{self, Job};
use crate::app::{fetch, progress};
use crate::base::{CalendarUnit, Duration, Interval, Labels, Moment, Zone};
use crate::budget::{self, DayCount, DaysOf};
use crate::history::{Book, Counts, Coverage, Day, Excluded, Holding, Origin};
use crate::plan::{self, Detail, Judged, Period, Plan, Task};
use crate::slo::{Method, Sla, Slo, Spec, Window};
use crate::source::Source;

/// Which days are looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    /// Those since the last that is stored of an objective; where none is, this many up to now.
    Missing(u32),
    /// Those of a stretch of dates, given by the midnights of UTC; each objective's zone has its own.
    Dates(Interval),
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
            // What is bad of the last slices of a day may be told by the first of the next alone.
            period: Period::Between(Interval { to: days.to + lasting_of(&specs, judged), ..days }),
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
        let round = Round {
            specs: &specs,
            plan: &plan,
            zone,
            until: days.to,
            spec_hash: &job.spec_hash,
            origin: &origin,
            now,
        };
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
            let Some(days) = days_of(which, last_of(stored), zone, at - lasting(slo)) else { continue };
            place_of(&mut all, (zone, days, Judged::Objectives), spec).slos.push(slo.clone());
        }
        for sla in spec.slas.iter().filter(|sla| is_counted_by_day(sla)) {
            for slo in spec.slos.iter().filter(|slo| sla.slos.contains(&slo.name)) {
                let zone = zone_of(sla.period, job.zone);
                let stored = book.of_objective(&spec.service, &slo.name, Some(&sla.name));
                let over = at - lasting(&sla.terms(slo));
                let days = days_of(which, last_of(stored), zone, over);
                let Some(days) = days.and_then(|days| in_force(sla, days, zone)) else { continue };
                let place = place_of(&mut all, (zone, days, Judged::Contracts), spec);
                if !place.slos.iter().any(|known| known.name == slo.name) {
                    place.slos.push(slo.clone());
                }
                // Of what it covers, that alone of which the days are asked.
                match place.slas.iter_mut().find(|known| known.name == sla.name) {
                    Some(known) => known.slos.push(slo.name.clone()),
                    None => place.slas.push(Sla { slos: vec![slo.name.clone()], ..sla.clone() }),
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

/// How long after a day it is known what is bad of it: slices may count only where several in a row are bad.
fn lasting(terms: &Slo) -> Duration {
    match terms.method {
        Method::Timeslices { slice, consecutive, .. } => slice * i64::from(consecutive.saturating_sub(1)),
        _ => Duration::ZERO,
    }
}

/// The longest of all that is judged.
fn lasting_of(specs: &[Spec], judged: Judged) -> Duration {
    let of = |spec: &Spec| {
        let slos = spec.slos.iter().map(lasting);
        let slas = spec.slas.iter().flat_map(|sla| spec.slos.iter().map(|slo| lasting(&sla.terms(slo))));
        if judged == Judged::Contracts { slas.max() } else { slos.max() }
    };
    specs.iter().filter_map(of).max().unwrap_or(Duration::ZERO)
}

/// The whole days on which a contract is in force.
fn in_force(sla: &Sla, days: Interval, zone: Zone) -> Option<Interval> {
    let day = |at| CalendarUnit::Day.around(at, zone);
    let from = match sla.from.filter(|from| *from > days.from) {
        Some(from) => day(from).map(|day| if day.from == from { from } else { day.to })?,
        None => days.from,
    };
    let to = match sla.to.filter(|to| *to < days.to) {
        Some(to) => day(to)?.from,
        None => days.to,
    };
    (from < to).then(|| Interval::new(from, to))
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
    /// Whatever else was measured.
    until: Moment,
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
            let meant = days.iter().filter(|day| day.day.to <= self.until);
            let (stored, left): (Vec<&DayCount>, Vec<&DayCount>) = meant.partition(enough);
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
        let counting = Counting::of(spec, task);
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
            clause: counting.clause,
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
