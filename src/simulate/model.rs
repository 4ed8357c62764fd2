//! The words in which a system is described; the tables in `systems` are written in them.

use std::fmt;

use crate::base::Duration;

/// A system that can be simulated.
pub struct System {
    /// Its name, which is also that of its specification.
    pub name: &'static str,
    /// Who is scraped.
    pub(super) jobs: &'static [Job],
}

/// Instances that do the same work, under one `job` label.
pub(super) struct Job {
    pub(super) name: &'static str,
    pub(super) instances: &'static [Instance],
    pub(super) flows: &'static [Flow],
    pub(super) gauges: &'static [Gauge],
}

/// A process that is scraped, and what befalls it.
pub(super) struct Instance {
    /// The `instance` label.
    pub(super) name: &'static str,
    /// When in each scrape interval it is scraped. At least a second, so that no sample lies on the edge of an episode.
    pub(super) phase: Duration,
    /// From when to when it lives. A replaced instance is two: one ends when the other begins.
    pub(super) life: (Duration, Duration),
    pub(super) faults: &'static [Fault],
}

/// What befalls an instance. Kept out of the troubles and at times of little traffic, so that the truth stays
/// observable: what happens between the last scrape and a restart is never seen by anyone.
#[derive(Clone, Copy)]
pub(super) enum Fault {
    /// The process starts anew: every counter goes back to zero.
    Restart(Duration),
    /// Nobody scrapes for so many minutes; the process goes on counting. Not even `up` is written.
    Unscraped(Duration, i64),
    /// The process is down for so many minutes: `up` is 0, nothing happens; then it starts anew.
    Down(Duration, i64),
}

/// Events that arrive at every instance of a job, and what they are counted by.
pub(super) struct Flow {
    /// Mean events per hour and instance.
    pub(super) per_hour: u32,
    pub(super) shape: &'static Shape,
    /// Counters of every event.
    pub(super) all: &'static [Name],
    /// Counters of the events that succeed.
    pub(super) good: &'static [Name],
    /// Counters of the events that fail.
    pub(super) bad: &'static [Name],
    /// How many of a million fail when nothing is wrong.
    pub(super) fail: u32,
    /// How long events take.
    pub(super) timing: Option<Timing>,
    pub(super) troubles: &'static [Trouble],
}

/// How traffic spreads over a week.
pub(super) struct Shape {
    /// Percent of the mean, by hour of the day (UTC); they add up to 2400.
    pub(super) hours: [u32; 24],
    /// Percent of a working day's traffic on Saturday and Sunday.
    pub(super) weekend: u32,
}

/// A metric and its own labels, as they are written between braces.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Name(pub(super) &'static str, pub(super) &'static str);

/// The histogram that measures a flow. Several flows may share one.
#[derive(Clone, Copy)]
pub(super) struct Timing {
    pub(super) histogram: &'static Histogram,
    /// How many of a million fall into each bucket below `+Inf`; the rest falls into that.
    pub(super) odds: &'static [u32],
}

/// A histogram as a client library exposes it.
pub(super) struct Histogram {
    pub(super) name: Name,
    /// The boundaries below `+Inf`, as they are spelt.
    pub(super) bounds: &'static [&'static str],
    /// What an event in each bucket adds to the sum, in thousandths, `+Inf` included.
    pub(super) typical: &'static [i64],
    /// Whether it has `_count` and `_sum`. Without them the data stays small; `+Inf` holds the count.
    pub(super) totals: bool,
}

/// A time in which a flow behaves badly.
pub(super) struct Trouble {
    pub(super) at: Duration,
    pub(super) minutes: i64,
    pub(super) effect: Effect,
}

/// How it behaves then.
pub(super) enum Effect {
    /// So many of a million fail.
    Fail(u32),
    /// The odds of its buckets.
    Slow(&'static [u32]),
}

/// A value that is constant between episodes' edges and half hours.
pub(super) struct Gauge {
    pub(super) name: Name,
    /// Its value is `base` up to `base + spread`, drawn anew each half hour.
    pub(super) base: i64,
    pub(super) spread: u32,
    /// What counts as bad in the truth, and only happens in episodes.
    pub(super) bad_when: Condition,
    pub(super) episodes: &'static [Episode],
}

/// When a gauge's value is bad.
#[derive(Clone, Copy)]
pub(super) enum Condition {
    /// Above this.
    Above(i64),
    /// Below this.
    Below(i64),
}

impl Condition {
    /// Whether a value is bad.
    pub(super) fn holds(self, value: i64) -> bool {
        match self {
            Self::Above(bound) => value > bound,
            Self::Below(bound) => value < bound,
        }
    }
}

impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Above(bound) => write!(f, "> {bound}"),
            Self::Below(bound) => write!(f, "< {bound}"),
        }
    }
}

/// A time in which a gauge has another value; both edges are multiples of ten minutes.
pub(super) struct Episode {
    pub(super) at: Duration,
    pub(super) minutes: i64,
    pub(super) value: i64,
}

/// A time in the story: day (from 0), hour and minute after its start.
pub(super) const fn at(day: i64, hour: i64, minute: i64) -> Duration {
    Duration::minutes((day * 24 + hour) * 60 + minute)
}

/// For an instance that lives through the whole story.
pub(super) const ALWAYS: (Duration, Duration) = (Duration::ZERO, STORY);

/// The length of the story; a longer simulation tells it again.
pub(super) const STORY: Duration = Duration::days(35);

/// Shoppers: evenings and weekends.
pub(super) const SHOP: Shape = Shape {
    hours: [
        30, 22, 18, 16, 18, 28, 50, 85, 120, 140, 150, 155, 150, 145, 140, 140, 145, 155, 165, 160, 140, 110,
        75, 43,
    ],
    weekend: 120,
};

/// Office hours.
pub(super) const OFFICE: Shape = Shape {
    hours: [
        20, 15, 15, 15, 20, 40, 90, 160, 210, 230, 220, 190, 180, 210, 220, 200, 150, 90, 35, 25, 20, 15, 15,
        15,
    ],
    weekend: 35,
};

/// Machines.
pub(super) const FLAT: Shape = Shape { hours: [100; 24], weekend: 100 };
