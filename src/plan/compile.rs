//! Specifications to questions.

use super::composite::member_terms;
use super::consolidate::consolidate;
use super::counting::{Counted, Merged, merge};
use super::excluded::{self, CONDITION_EVERY, Condition, Excluded};
use super::grid::{Timeline, bucket, elapsed, presence_step};
use super::promql::filled;
use super::task::{Asked, CompositeTask, EventsTask, Measure, Plan, QueryId, SlicesTask, Task};
use super::{Ask, Eval, NoAnswer, Period, Query, Stretch};
use crate::base::{CalendarUnit, Duration, Interval, Moment, Zone};
use crate::promql::{AggregateOp, BinaryOp, Expr, Selector};
use crate::slo::{CompositeSli, Counts, Distribution, Judge, Polarity, Signal, Sla, Slo, Spec};

/// The spacing of samples that is assumed where none can be found out.
const USUAL_CADENCE: Duration = Duration::minutes(1);

/// How many moments of a window are asked for the boundaries of a histogram.
const BOUNDARY_LOOKS: i64 = 8;

/// How much a reader wants to know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Detail {
    /// Everything a report shows: whole histograms, and so many windows before.
    Full {
        /// How many.
        before: u8,
    },
    /// Whole histograms, so that every boundary of one can be judged from the same answer.
    Boundaries,
    /// Enough for a verdict.
    Verdict,
}

impl Detail {
    /// Everything, with one window before.
    pub const FULL: Self = Self::Full { before: 1 };
}

/// What is judged of specifications.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Judged {
    /// The objectives as they stand.
    Objectives,
    /// Those, and the contracts about them, each over its own periods.
    All,
    /// The contracts alone, over the period that is asked for.
    Contracts,
}

/// What to compile for.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// The moment of evaluation.
    pub at: Moment,
    /// Over which time.
    pub period: Period,
    /// The zone that the user wants periods and days in.
    pub zone: Option<Zone>,
    /// How much to ask.
    pub detail: Detail,
    /// Whether the source counts exactly.
    pub exact: bool,
    /// Bucket length that the user asks for.
    pub step: Option<Duration>,
    /// What is judged.
    pub judged: Judged,
    /// Whether days are counted each on its own, so that any of them can be remembered, or counted from memory.
    pub by_day: bool,
}

/// The selections whose samples' spacing the plan depends on.
pub fn cadence_selectors(specs: &[Spec]) -> Vec<Selector> {
    let mut selectors = Vec::new();
    for slo in specs.iter().flat_map(|spec| &spec.slos) {
        if let Signal::Events { part, total, .. } = slo.sli.signal() {
            for selector in paced_by(&part, &total) {
                if !selectors.contains(&selector) {
                    selectors.push(selector);
                }
            }
        }
    }
    selectors
}

/// The selections whose slowest paces an objective's buckets: those of the total, and those of the part that are of
/// other metrics. (Of the same metric, part and total are sampled together; and what is rare tells little.)
fn paced_by(part: &Counts, total: &Counts) -> Vec<Selector> {
    let mut selectors = counted_selectors(total);
    let names: Vec<Option<String>> = selectors.iter().map(|selector| selector.name.clone()).collect();
    selectors.extend(counted_selectors(part).into_iter().filter(|part| !names.contains(&part.name)));
    selectors
}

fn counted_selectors(counts: &Counts) -> Vec<Selector> {
    match counts {
        Counts::Counters(selectors) => selectors.clone(),
        Counts::Expression(expr) => expr.selectors().into_iter().cloned().collect(),
    }
}

fn only_counter(counts: &Counts) -> Option<&Selector> {
    match counts {
        Counts::Counters(selectors) => {
            if let [only] = &selectors[..] {
                Some(only)
            } else {
                None
            }
        }
        Counts::Expression(_) => None,
    }
}

/// Compiles specifications. `cadence` tells how far apart the samples of a selection are, where that is known, or why
/// the source did not say. Nothing where a window has no place in the calendar (years beyond its range).
pub fn compile(specs: &[Spec], options: &Options, cadence: &Cadences<'_>) -> Option<Plan> {
    let mut compiler = Compiler { options, cadence, queries: Vec::new() };
    let mut tasks = Vec::new();
    let Options { at, period, zone, judged, .. } = *options;
    for (place, spec) in specs.iter().enumerate() {
        for (slo, terms) in spec.slos.iter().enumerate().filter(|_| judged != Judged::Contracts) {
            let subject = Subject { spec, place, slo, contract: None, terms: terms.clone() };
            tasks.push(compiler.task(subject, period.stretch(terms.window, at, zone)?)?);
        }
        for (contract, sla) in spec.slas.iter().enumerate().filter(|_| judged != Judged::Objectives) {
            let stretches = match judged {
                Judged::Contracts => vec![period.stretch(sla.period, at, zone)?],
                _ => period.of_contract(sla, at, zone)?,
            };
            for stretch in stretches {
                let covered = spec.slos.iter().enumerate().filter(|(_, slo)| sla.slos.contains(&slo.name));
                for (slo, terms) in covered {
                    let terms = sla.terms(terms);
                    let subject = Subject { spec, place, slo, contract: Some(contract), terms };
                    tasks.push(compiler.task(subject, stretch.clone())?);
                }
            }
        }
    }
    let queries = consolidate(&compiler.queries, &mut tasks);
    Some(Plan { queries, tasks })
}

/// How far apart the samples of a selection are.
pub type Cadences<'a> = dyn Fn(&Selector) -> Result<Option<Duration>, NoAnswer> + 'a;

/// What is judged: an objective as it stands, or by other terms.
struct Subject<'a> {
    spec: &'a Spec,
    place: usize,
    slo: usize,
    contract: Option<usize>,
    terms: Slo,
}

impl<'a> Subject<'a> {
    fn sla(&self) -> Option<&'a Sla> {
        self.spec.slas.get(self.contract?)
    }
}

struct Compiler<'a> {
    options: &'a Options,
    cadence: &'a Cadences<'a>,
    queries: Vec<Query>,
}

impl Compiler<'_> {
    fn task(&mut self, subject: Subject<'_>, stretch: Stretch) -> Option<Task> {
        let elapsed = elapsed(stretch.window, self.options.at);
        let mut asked = Vec::new();
        let spans = self.spans(&subject.terms, &stretch, elapsed);
        let around = Interval::new(spans.first().map_or(elapsed.from, |span| span.from), elapsed.to);
        let excluded = excluded::excluded(subject.spec, subject.sla(), &subject.terms, around);
        let unfollowed = excluded.as_ref().err().cloned();
        let mut excluded = excluded.unwrap_or_default();
        let excluded_cap = subject.sla().and_then(Sla::exclusion_cap);
        for one in &mut excluded {
            one.condition = self.condition(&subject, one, &spans, &mut asked);
        }
        let slo = &subject.terms;
        let grid = Grid {
            edges: excluded::edges(&excluded, elapsed, excluded_cap),
            conditional: excluded.iter().any(|one| one.condition.is_some()),
            spans: &spans,
            elapsed,
        };
        let measure = match slo.sli.signal() {
            _ if unfollowed.is_some() => Measure::Nothing(unfollowed.unwrap_or_default()),
            Signal::Events { polarity, part, total, distribution } => {
                let events = EventsSignal { polarity, part, total, distribution };
                self.events(&events, slo, &grid, &mut asked).map_or_else(Measure::Nothing, Measure::Events)
            }
            Signal::Slices { value, judge, slice, empty } => {
                let timeline = Timeline::even(&spans, slice);
                let (expr, judge) = match judge {
                    Judge::Compares(op, bound) => {
                        let (expr, bound, op) = worst(value, op, bound, &slo.by);
                        (expr, Judge::Compares(op, bound))
                    }
                    // A ratio is asked as it stands: what it divides is sampled as it is.
                    Judge::Share(_) => (value.with_window(slice), judge),
                };
                let value: Vec<QueryId> = timeline
                    .pieces
                    .iter()
                    .map(|(eval, _)| self.ask(Ask::Value(expr.clone()), *eval))
                    .collect();
                asked.push(("value at the end of each slice", value.clone()));
                Measure::Slices(SlicesTask { value, timeline, judge, empty, slice })
            }
            Signal::Composite(sli) => {
                let members = self.members(&subject, &sli, &stretch)?;
                asked.extend(members.iter().flat_map(|(_, member)| member.asked.clone()));
                let timeline = Timeline::even(&spans, sli.slice);
                let CompositeSli { combine, slice, empty, .. } = sli;
                Measure::Composite(CompositeTask { combine, members, timeline, slice, empty })
            }
        };
        let Subject { place: spec, slo, contract, terms, .. } = subject;
        let before = self.before(&stretch);
        let counts_slices = terms.method.slices();
        let slices = counts_slices.map(|(slice, _)| Timeline::even(&spans, slice));
        Some(Task {
            spec,
            slo,
            contract,
            terms,
            stretch,
            elapsed,
            before,
            measure,
            slices,
            excluded,
            excluded_cap,
            asked,
        })
    }

    /// The members of a composite, over its window. Their own budgets do not matter; what they count does.
    fn members(
        &mut self,
        composite: &Subject<'_>,
        sli: &CompositeSli,
        stretch: &Stretch,
    ) -> Option<Vec<(f64, Task)>> {
        let mut members = Vec::new();
        for member in &sli.members {
            let mut known = composite.spec.slos.iter().chain(&composite.spec.unselected);
            let known = known.find(|slo| slo.name == member.slo)?;
            let terms = member_terms(known, sli.slice, composite.terms.window, &composite.terms.alerting);
            let subject = Subject { terms, ..*composite };
            members.push((member.weight, self.task(subject, stretch.clone())?));
        }
        Some(members)
    }

    /// The questions for the condition on which an exclusion depends, where the contract would accept what they tell.
    fn condition(
        &mut self,
        subject: &Subject<'_>,
        excluded: &Excluded,
        spans: &[Interval],
        asked: &mut Asked,
    ) -> Option<Condition> {
        let exclusion = subject.spec.exclusions.get(excluded.exclusion)?;
        let condition = exclusion.when.condition()?;
        let timeline = Timeline::even(spans, CONDITION_EVERY);
        let ask = |&(eval, _): &(Eval, Duration)| self.ask(Ask::Value(condition.clone()), eval);
        let queries: Vec<QueryId> = timeline.pieces.iter().map(ask).collect();
        asked.push(("time that is excluded", queries.clone()));
        let contract = subject.sla().map(|sla| Box::new((sla.clone(), exclusion.clone())));
        Some(Condition { queries, timeline, contract })
    }

    /// The windows before that are asked about, the latest first.
    fn before(&self, stretch: &Stretch) -> Vec<Interval> {
        let Detail::Full { before } = self.options.detail else { return Vec::new() };
        match (before, stretch.previous) {
            (0, _) | (_, None) => Vec::new(),
            (1, Some(previous)) => vec![previous],
            (_, Some(_)) => stretch.earlier(usize::from(before)),
        }
    }

    /// The intervals that are asked about, oldest first: what leads up to the window, and what has passed of it.
    fn spans(&self, slo: &Slo, stretch: &Stretch, elapsed: Interval) -> Vec<Interval> {
        let longs = slo.alerting.windows.iter().map(|rule| rule.long).chain(slo.burn_windows.iter().copied());
        let longest_burn = longs.max().unwrap_or(Duration::ZERO);
        let before = self.before(stretch);
        let lead = match before.last() {
            Some(first) => first.from,
            None => elapsed.from.min(elapsed.to - longest_burn.min(stretch.window.length())),
        };
        // By day, it is to be seen whether the data reaches back to the first midnight.
        let day_before = CalendarUnit::Day.before(elapsed.from, stretch.zone).filter(|_| self.options.by_day);
        let lead = day_before.map_or(lead, |day| day.from.min(lead));
        let spans = [Interval::new(lead, elapsed.from), elapsed];
        let spans = spans.into_iter().filter(|span| span.length() > Duration::ZERO);
        if self.options.by_day {
            spans.flat_map(|span| by_day(span, stretch.zone)).collect()
        } else {
            spans.collect()
        }
    }

    fn events(
        &mut self,
        signal: &EventsSignal,
        slo: &Slo,
        grid: &Grid<'_>,
        asked: &mut Asked,
    ) -> Result<EventsTask, String> {
        let Options { exact, step, detail, .. } = *self.options;
        let paces = Paces::find(&paced_by(&signal.part, &signal.total), self.cadence);
        // A source that counts exactly does so whatever the buckets.
        let unpaced = paces.unknown.clone().filter(|_| !exact);
        let cadence = paces.slowest;
        let Grid { spans, elapsed, .. } = *grid;
        let counted_exactly =
            exact && [&signal.part, &signal.total].iter().all(|counts| matches!(counts, Counts::Counters(_)));
        let least = if counted_exactly { Duration::ZERO } else { cadence * 2 };
        if let Some((slice, _)) = slo.method.slices()
            && slice < least.max(cadence)
        {
            return Err(format!("slices of {slice} are too short for samples that are {cadence} apart"));
        }
        // What a condition takes out is taken out in whole buckets.
        let step = step.or(grid.conditional.then_some(CONDITION_EVERY)).map(|step| step.max(least));
        let timeline = match slo.method.slices() {
            Some((slice, _)) => Timeline::even(spans, slice).cut(&grid.edges),
            None => {
                Timeline::new(spans, &grid.edges, least, |interval| bucket(interval, cadence, exact, step))
            }
        };
        let whole_histogram = detail != Detail::Verdict && signal.distribution.is_some();

        let counting = Counting { timeline: &timeline, by: &slo.by, paces: &paces };
        let only = only_counter(&signal.part).zip(only_counter(&signal.total));
        let (part, total) = match only.and_then(|(part, total)| merge(part, total, whole_histogram)) {
            Some(merged) => self.together(&counting, merged, asked),
            None => (
                self.counted(&signal.part, &counting, "good or bad events", asked),
                self.counted(&signal.total, &counting, "all events", asked),
            ),
        };

        let looks = Timeline::whole(spans, |span| presence_step(span, cadence, exact));
        let mut presence = Vec::new();
        if let Counts::Counters(selectors) = &signal.total {
            for selector in selectors {
                let cadence = paces.of(&[selector]);
                let ask = |over| Ask::Presence { selector: selector.clone(), over, cadence };
                presence.push(looks.pieces.iter().map(|&(eval, over)| self.ask(ask(over), eval)).collect());
            }
            asked.push(("where data exists", presence.concat()));
        }

        let distribution = signal.distribution.clone().map(|distribution| {
            let boundaries =
                Expr::selector(distribution.buckets.clone()).aggregate_by(AggregateOp::Count, &["le"]);
            let step = Duration::millis((elapsed.length().as_millis() / BOUNDARY_LOOKS).max(1));
            let looks = Eval::Range { start: elapsed.to - step * BOUNDARY_LOOKS, end: elapsed.to, step };
            let id = self.ask(Ask::Value(boundaries), looks);
            asked.push(("boundaries of the histogram", vec![id]));
            (distribution, id)
        });
        Ok(EventsTask {
            timeline,
            method: slo.method,
            polarity: signal.polarity,
            part,
            total,
            presence,
            looks,
            distribution,
            cadence,
            unpaced,
        })
    }

    /// Part and total of one metric, one question for both per piece of the timeline.
    fn together(
        &mut self,
        counting: &Counting<'_>,
        merged: Merged,
        asked: &mut Asked,
    ) -> (Vec<Counted>, Vec<Counted>) {
        let mut labels = merged.labels;
        labels
            .extend(counting.by.iter().filter(|label| !labels.contains(label)).cloned().collect::<Vec<_>>());
        let queries = self.growth(&merged.superset, &labels, counting);
        asked.push(("events by what tells good from bad", queries.clone()));
        let part = Counted { queries: queries.clone(), only: merged.part };
        let total = Counted { queries, only: merged.total };
        (vec![part], vec![total])
    }

    fn growth(&mut self, selector: &Selector, by: &[String], counting: &Counting<'_>) -> Vec<QueryId> {
        let cadence = counting.paces.of(&[selector]);
        let ask = |over| Ask::Increase { selector: selector.clone(), by: by.to_vec(), over, cadence };
        counting.timeline.pieces.iter().map(|&(eval, over)| self.ask(ask(over), eval)).collect()
    }

    /// Events of any form, one question per piece of the timeline.
    fn counted(
        &mut self,
        counts: &Counts,
        counting: &Counting<'_>,
        what_for: &'static str,
        asked: &mut Asked,
    ) -> Vec<Counted> {
        let queries: Vec<Vec<QueryId>> = match counts {
            Counts::Counters(selectors) => {
                selectors.iter().map(|selector| self.growth(selector, counting.by, counting)).collect()
            }
            Counts::Expression(expr) => {
                let cadence = counting.paces.of(&expr.selectors());
                let value = |over| Ask::Value(filled(expr, over, cadence));
                let pieces = counting.timeline.pieces.iter();
                vec![pieces.map(|&(eval, over)| self.ask(value(over), eval)).collect()]
            }
        };
        asked.push((what_for, queries.concat()));
        queries.into_iter().map(|queries| Counted { queries, only: Vec::new() }).collect()
    }

    fn ask(&mut self, ask: Ask, eval: Eval) -> QueryId {
        let query = Query { ask, eval };
        self.queries.iter().position(|known| *known == query).unwrap_or_else(|| {
            self.queries.push(query);
            self.queries.len() - 1
        })
    }
}

/// A stretch in parts that each lie in one day of a zone.
fn by_day(stretch: Interval, zone: Zone) -> Vec<Interval> {
    let mut parts = Vec::new();
    let mut from = stretch.from;
    while from < stretch.to {
        let day = CalendarUnit::Day.around(from, zone).filter(|day| day.to > from);
        let to = day.map_or(stretch.to, |day| day.to.min(stretch.to));
        parts.push(Interval::new(from, to));
        from = to;
    }
    parts
}

/// The time that is asked about, and how it is divided.
struct Grid<'a> {
    /// Oldest first.
    spans: &'a [Interval],
    /// What has passed of the window.
    elapsed: Interval,
    /// Where buckets must end.
    edges: Vec<Moment>,
    /// Whether some of it depends on a condition.
    conditional: bool,
}

struct EventsSignal {
    polarity: Polarity,
    part: Counts,
    total: Counts,
    distribution: Option<Distribution>,
}

struct Counting<'a> {
    timeline: &'a Timeline,
    by: &'a [String],
    paces: &'a Paces,
}

/// How far apart the samples of an objective's counters are: each counter is read at its own pace, and no bucket is
/// shorter than the slowest allows.
struct Paces {
    known: Vec<(Selector, Duration)>,
    slowest: Duration,
    unknown: Option<NoAnswer>,
}

impl Paces {
    fn find(selectors: &[Selector], cadence: &Cadences<'_>) -> Self {
        let mut known = Vec::new();
        let mut unknown = None;
        for selector in selectors {
            match cadence(selector) {
                Ok(found) => known.extend(found.map(|apart| (selector.clone(), apart))),
                Err(fault) => unknown = unknown.or(Some(fault)),
            }
        }
        let slowest = known.iter().map(|&(_, apart)| apart).max().unwrap_or(USUAL_CADENCE);
        Self { known, slowest, unknown }
    }

    /// That of the slowest of some selections. One whose samples tell nothing (there are none, or it is of a metric
    /// that is known by another selection) is as slow as the slowest of its metric, else of all.
    fn of(&self, selectors: &[&Selector]) -> Duration {
        let of_one = |selector: &Selector| {
            let of_selection =
                self.known.iter().find(|(known, _)| known == selector).map(|&(_, apart)| apart);
            let of_metric = || {
                let known = self.known.iter().filter(|(known, _)| known.name == selector.name);
                known.map(|&(_, apart)| apart).max()
            };
            of_selection.or_else(of_metric).unwrap_or(self.slowest)
        };
        selectors.iter().map(|selector| of_one(selector)).max().unwrap_or(self.slowest)
    }
}

/// The element of the value that is furthest from good, and how it is then compared: a slice is good when all of its
/// elements are. Elements that are not numbers are passed over where others are.
fn worst(value: Expr, op: BinaryOp, bound: f64, by: &[String]) -> (Expr, f64, BinaryOp) {
    let value = match value.value_type() {
        crate::promql::ValueType::Scalar => Expr::call("vector", [value]),
        _ => value,
    };
    let distance = |value: Expr| Expr::call("abs", [value.binary(BinaryOp::Sub, Expr::number(bound))]);
    match op {
        BinaryOp::Lss | BinaryOp::Lte => (value.aggregate_by(AggregateOp::Max, by), bound, op),
        BinaryOp::Eql => (distance(value).aggregate_by(AggregateOp::Max, by), 0.0, BinaryOp::Eql),
        BinaryOp::Neq => (distance(value).aggregate_by(AggregateOp::Min, by), 0.0, BinaryOp::Neq),
        _ => (value.aggregate_by(AggregateOp::Min, by), bound, op),
    }
}
