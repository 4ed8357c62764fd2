use super::Options;
use super::model::{Effect, Fault, Flow, Gauge, Instance, Job, Name, STORY, Shape, System, Timing};
use super::random::{MILLION, Random};
use super::truth::{TICK, Truth};
use crate::base::{Duration, Moment};

/// What a family of metrics is, as OpenMetrics says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Counter,
    Gauge,
    Histogram,
}

/// One series of one instance: its present value, and what was scraped of it.
pub(super) struct Track {
    pub(super) kind: Kind,
    /// The metric's name without `_total`, `_bucket`, `_sum` and `_count`.
    pub(super) family: &'static str,
    /// What follows the family's name: `_bucket`.
    pub(super) suffix: &'static str,
    /// The labels between braces.
    pub(super) labels: String,
    /// Whether values are thousandths.
    pub(super) thousandths: bool,
    /// Milliseconds since 1970, and the value.
    pub(super) samples: Vec<(i64, i64)>,
    value: i64,
    /// Client libraries expose a labelled counter from its first event on.
    shown: bool,
    shown_at_start: bool,
    /// Its row of truth, where it has one.
    truth: Option<usize>,
}

impl Track {
    fn grow(&mut self, by: i64, now: usize, truth: &mut Truth) {
        self.value += by;
        self.shown = true;
        if let Some(row) = self.truth {
            truth.count(row, now);
        }
    }

    fn reset(&mut self) {
        self.value = 0;
        self.shown = self.shown_at_start;
    }
}

/// A flow with the places of its series among the tracks.
struct Stream<'a> {
    flow: &'a Flow,
    random: Random,
    all: Vec<usize>,
    good: Vec<usize>,
    bad: Vec<usize>,
    /// The first bucket.
    buckets: usize,
}

/// A gauge with the place of its series.
struct Meter<'a> {
    gauge: &'a Gauge,
    random: Random,
    track: usize,
    calm: i64,
    truth: usize,
}

/// What an instance is doing.
#[derive(PartialEq, Eq, Clone, Copy)]
enum State {
    /// It is not there: not yet, or no more.
    Absent,
    /// It is there and does not answer.
    Down,
    Running,
}

/// Lives the life of one instance, tick by tick: first what befalls it, then the scrapes, then the events, which
/// therefore happen at the end of their tick.
pub(super) fn run(
    system: &System,
    job: &Job,
    instance: &Instance,
    options: &Options,
    truth: &mut Truth,
) -> Vec<Track> {
    let named = |what: &str| {
        Random::named(options.seed, &format!("{}/{}/{}/{what}", system.name, job.name, instance.name))
    };
    let mut tracks = Tracks { job, instance, list: Vec::new() };
    let up = tracks.add(Kind::Gauge, "up", "", "", None);
    let down = truth.row("up", &format!("job=\"{}\",bad_when=\"== 0\"", job.name));
    let mut streams: Vec<Stream> = job
        .flows
        .iter()
        .enumerate()
        .map(|(i, flow)| tracks.stream(flow, named(&format!("flow {i}")), truth))
        .collect();
    let mut meters: Vec<Meter> =
        job.gauges.iter().map(|gauge| tracks.meter(gauge, named(gauge.name.1), truth)).collect();
    let mut tracks = tracks.list;

    let mut late = named("scrapes");
    let end = options.start + options.length;
    let phase = Duration::millis(instance.phase.as_millis() % options.scrape.as_millis());
    let mut scrape = options.start + phase;
    let mut before = State::Absent;
    let ticks = (options.length.as_millis() / TICK.as_millis()) as usize;
    for now in 0..ticks {
        let from = options.start + TICK * now as i64;
        let story = Duration::millis((from - options.start).as_millis() % STORY.as_millis());
        let state = state(instance, story);
        if state == State::Running && (before != State::Running || restarts(instance, story)) {
            tracks.iter_mut().for_each(Track::reset);
        }
        before = state;
        if state == State::Down {
            truth.bad(down, now);
        }
        for meter in &mut meters {
            tracks[meter.track].value = meter.read(story, now, state, truth);
        }
        while scrape < (from + TICK).min(end) {
            let delay = if late.below(500) == 0 { i64::from(1 + late.below(9)) } else { 0 };
            if state != State::Absent && !unscraped(instance, story) {
                tracks[up].value = i64::from(state == State::Running);
                let time = scrape.as_millis() + delay;
                for (i, track) in tracks.iter_mut().enumerate() {
                    if i == up || (state == State::Running && track.shown) {
                        track.samples.push((time, track.value));
                    }
                }
            }
            scrape = scrape + options.scrape;
        }
        if state == State::Running {
            for stream in &mut streams {
                stream.tick(from, story, now, &mut tracks, truth);
            }
        }
    }
    tracks
}

fn state(instance: &Instance, story: Duration) -> State {
    let (from, to) = instance.life;
    let is_down = |fault: &Fault| matches!(fault, Fault::Down(at, minutes) if within(story, *at, *minutes));
    if story < from || story >= to {
        State::Absent
    } else if instance.faults.iter().any(is_down) {
        State::Down
    } else {
        State::Running
    }
}

fn restarts(instance: &Instance, story: Duration) -> bool {
    instance.faults.iter().any(|fault| matches!(fault, Fault::Restart(at) if *at == story))
}

fn unscraped(instance: &Instance, story: Duration) -> bool {
    instance
        .faults
        .iter()
        .any(|fault| matches!(fault, Fault::Unscraped(at, minutes) if within(story, *at, *minutes)))
}

fn within(story: Duration, at: Duration, minutes: i64) -> bool {
    at <= story && story < at + Duration::minutes(minutes)
}

/// Series under construction, each of which exists once however many flows it counts.
struct Tracks<'a> {
    job: &'a Job,
    instance: &'a Instance,
    list: Vec<Track>,
}

impl Tracks<'_> {
    fn add(
        &mut self,
        kind: Kind,
        family: &'static str,
        suffix: &'static str,
        labels: &str,
        truth: Option<usize>,
    ) -> usize {
        let comma = if labels.is_empty() { "" } else { "," };
        let target = format!("job=\"{}\",instance=\"{}\"{comma}{labels}", self.job.name, self.instance.name);
        let known =
            |track: &Track| track.family == family && track.suffix == suffix && track.labels == target;
        if let Some(place) = self.list.iter().position(known) {
            return place;
        }
        let shown_at_start = kind != Kind::Counter || labels.is_empty();
        self.list.push(Track {
            kind,
            family,
            suffix,
            labels: target,
            thousandths: suffix == "_sum",
            samples: Vec::new(),
            value: 0,
            shown: shown_at_start,
            shown_at_start,
            truth,
        });
        self.list.len() - 1
    }

    fn counters(&mut self, names: &[Name], truth: &mut Truth) -> Vec<usize> {
        let mut counter = |&Name(metric, labels): &Name| {
            let row = truth.row(metric, labels);
            self.add(Kind::Counter, metric.trim_end_matches("_total"), "_total", labels, Some(row))
        };
        names.iter().map(&mut counter).collect()
    }

    fn histogram(&mut self, timing: &Timing, truth: &mut Truth) -> usize {
        let Name(family, own) = timing.histogram.name;
        let comma = if own.is_empty() { "" } else { "," };
        let bounds = timing.histogram.bounds.iter().chain(&["+Inf"]);
        let buckets: Vec<usize> = bounds
            .map(|le| {
                let labels = format!("{own}{comma}le=\"{le}\"");
                let row = truth.row(&format!("{family}_bucket"), &labels);
                self.add(Kind::Histogram, family, "_bucket", &labels, Some(row))
            })
            .collect();
        for suffix in ["_count", "_sum"].iter().filter(|_| timing.histogram.totals) {
            self.add(Kind::Histogram, family, suffix, own, None);
        }
        buckets[0]
    }

    fn stream<'a>(&mut self, flow: &'a Flow, random: Random, truth: &mut Truth) -> Stream<'a> {
        Stream {
            flow,
            random,
            all: self.counters(flow.all, truth),
            good: self.counters(flow.good, truth),
            bad: self.counters(flow.bad, truth),
            buckets: flow.timing.as_ref().map_or(0, |timing| self.histogram(timing, truth)),
        }
    }

    fn meter<'a>(&mut self, gauge: &'a Gauge, random: Random, truth: &mut Truth) -> Meter<'a> {
        let Name(metric, labels) = gauge.name;
        let comma = if labels.is_empty() { "" } else { "," };
        Meter {
            gauge,
            random,
            track: self.add(Kind::Gauge, metric, "", labels, None),
            calm: gauge.base,
            truth: truth.row(metric, &format!("{labels}{comma}bad_when=\"{}\"", gauge.bad_when)),
        }
    }
}

impl Meter<'_> {
    /// The value in a tick; it changes on half hours and on the edges of episodes only.
    fn read(&mut self, story: Duration, now: usize, state: State, truth: &mut Truth) -> i64 {
        if story.as_millis() % Duration::minutes(30).as_millis() == 0 {
            self.calm = self.gauge.base + i64::from(self.random.below(self.gauge.spread + 1));
        }
        let mut episodes = self.gauge.episodes.iter();
        let value = episodes.find(|e| within(story, e.at, e.minutes)).map_or(self.calm, |e| e.value);
        if state == State::Running && self.gauge.bad_when.holds(value) {
            truth.bad(self.truth, now);
        }
        value
    }
}

impl Stream<'_> {
    /// The events of one tick: about as many as the traffic says, give or take a half, each with its own fate.
    fn tick(&mut self, from: Moment, story: Duration, now: usize, tracks: &mut [Track], truth: &mut Truth) {
        let flow = self.flow;
        let (mut fail, mut odds) = (flow.fail, flow.timing.as_ref().map_or(&[][..], |timing| timing.odds));
        for trouble in flow.troubles.iter().filter(|t| within(story, t.at, t.minutes)) {
            match trouble.effect {
                Effect::Fail(share) => fail = share,
                Effect::Slow(slow) => odds = slow,
            }
        }
        let millionths = flow.shape.millionths(flow.per_hour, from);
        let millionths = millionths * u64::from(500 + self.random.below(1001)) / 1000;
        let rest = (millionths % u64::from(MILLION)) as u32;
        let events = millionths / u64::from(MILLION) + u64::from(self.random.happens(rest));
        for _ in 0..events {
            let outcome = if self.random.happens(fail) { &self.bad } else { &self.good };
            for &track in self.all.iter().chain(outcome) {
                tracks[track].grow(1, now, truth);
            }
            let Some(timing) = &flow.timing else { continue };
            let mut drawn = self.random.below(MILLION);
            let slower = |share: &&u32| {
                let slower = drawn >= **share;
                drawn = drawn.wrapping_sub(if slower { **share } else { 0 });
                slower
            };
            let bucket = odds.iter().take_while(slower).count();
            for track in bucket..=odds.len() {
                tracks[self.buckets + track].grow(1, now, truth);
            }
            if timing.histogram.totals {
                let count = self.buckets + odds.len() + 1;
                tracks[count].grow(1, now, truth);
                tracks[count + 1].grow(timing.histogram.typical[bucket], now, truth);
            }
        }
    }
}

impl Shape {
    /// Millionths of an event per tick at a mean rate.
    fn millionths(&self, per_hour: u32, at: Moment) -> u64 {
        let hours = at.as_millis().div_euclid(3_600_000);
        let hour = self.hours[hours.rem_euclid(24) as usize];
        // 1970 began on a Thursday, three days after Monday.
        let weekday = (hours.div_euclid(24) + 3).rem_euclid(7);
        let week = if weekday >= 5 { self.weekend } else { 100 };
        let ticks_per_hour = (3_600_000 / TICK.as_millis()) as u64;
        u64::from(per_hour) * u64::from(hour) * u64::from(week) * u64::from(MILLION) / 10_000 / ticks_per_hour
    }
}
