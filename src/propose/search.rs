//! The search through the metrics of one service: presets take what they know, in turn.

use std::collections::BTreeSet;

use super::candidate::{Candidate, Way};
use super::inventory::{Service, unique};
use super::metric::{Kind, Metric};
use super::preset::{PRESETS, Preset};
use super::proposal::LeftOut;
use super::{outcome, ways};
use crate::base::Share;
use crate::promql::Selector;

/// What is found of a service so far.
pub(super) struct Search<'a> {
    service: &'a Service,
    /// Metrics that are taken, by name.
    taken: BTreeSet<&'a str>,
    found: Vec<Found>,
    left: Vec<LeftOut>,
    preset: &'static str,
}

/// A candidate that has no name yet.
struct Found {
    preset: &'static str,
    /// Its name where no other has the same.
    short: &'static str,
    /// Its name otherwise.
    long: String,
    candidate: Candidate,
}

/// What is usual, and what a candidate is called.
pub(super) struct Usual {
    /// Its name where no other of the service has the same: `availability`.
    pub(super) name: &'static str,
    /// The objective, as a percentage.
    pub(super) objective: &'static str,
    /// Which of the ways, where nothing is known.
    pub(super) way: usize,
}

impl<'a> Search<'a> {
    /// What the wanted presets find in a service, each with a name of its own, and what was left out.
    pub(super) fn of(service: &'a Service, wanted: &[&'static Preset]) -> (Vec<Candidate>, Vec<LeftOut>) {
        let mut search =
            Self { service, taken: BTreeSet::new(), found: Vec::new(), left: Vec::new(), preset: "" };
        for preset in PRESETS {
            search.preset = preset.name;
            (preset.find)(&mut search);
        }
        let is_wanted = |preset: &str| wanted.iter().any(|wanted| wanted.name == preset);
        search.found.retain(|found| is_wanted(found.preset));
        // What all presets leave is only of interest where all were asked.
        if wanted.len() == PRESETS.len() {
            search.tell_of_the_rest();
        } else {
            search.left.clear();
        }
        (named(search.found), search.left)
    }

    /// The metrics that no preset has taken.
    pub(super) fn free(&self) -> Vec<&'a Metric> {
        self.service.metrics.iter().filter(|metric| self.is_free(metric)).collect()
    }

    /// Those of them that are of a kind.
    pub(super) fn free_of(&self, kind: Kind) -> Vec<&'a Metric> {
        self.free().into_iter().filter(|metric| metric.kind == kind).collect()
    }

    /// The metric of this name, taken or not.
    pub(super) fn get(&self, name: &str) -> Option<&'a Metric> {
        self.service.metrics.iter().find(|metric| metric.name == name)
    }

    /// The metric of this name, unless it is taken.
    pub(super) fn get_free(&self, name: &str) -> Option<&'a Metric> {
        self.get(name).filter(|metric| self.is_free(metric))
    }

    pub(super) fn is_free(&self, metric: &Metric) -> bool {
        !self.taken.contains(metric.name.as_str())
    }

    pub(super) fn take(&mut self, metric: &'a Metric) {
        self.taken.insert(&metric.name);
    }

    /// The series of a metric that are of this service.
    pub(super) fn selector(&self, metric: &Metric) -> Selector {
        Selector { matchers: self.service.matchers.clone(), ..Selector::metric(&metric.name) }
    }

    /// What is left of a metric's name where it is said what is promised: `ecompulse_processing_duration_seconds` of the
    /// service `ecompulse` is `processing`.
    pub(super) fn stem(&self, metric: &Metric) -> Vec<&'a str> {
        const ENDS: [&str; 22] = [
            "total",
            "bucket",
            "count",
            "sum",
            "seconds",
            "milliseconds",
            "ms",
            "microseconds",
            "duration",
            "latency",
            "time",
            "lag",
            "delay",
            "errors",
            "error",
            "failures",
            "failure",
            "failed",
            "hits",
            "misses",
            "timestamp",
            "exceptions",
        ];
        let Some(metric) = self.get(&metric.name) else { return Vec::new() };
        let service = self.service.name.replace(['-', '.'], "_");
        let name = metric.name.strip_prefix(&format!("{service}_")).unwrap_or(&metric.name);
        let mut words: Vec<&str> = name.split('_').filter(|word| !word.is_empty()).collect();
        while words.len() > 1 && words.last().is_some_and(|last| ENDS.contains(last)) {
            words.pop();
        }
        words
    }

    /// Adds what was found by a metric, which is taken.
    pub(super) fn propose(&mut self, metric: &'a Metric, by: &[&str], ways: Vec<Way>, usual: &Usual) {
        self.take(metric);
        let (Some(last), Ok(objective)) = (ways.len().checked_sub(1), Share::from_percent(usual.objective))
        else {
            return;
        };
        let candidate = Candidate {
            name: String::new(),
            by: by.iter().map(|&label| label.to_owned()).collect(),
            ways,
            usual_way: usual.way.min(last),
            usual: objective,
        };
        let stem = self.stem(metric).join("-");
        let long = if stem.ends_with(usual.name) { stem } else { format!("{stem}-{}", usual.name) };
        self.found.push(Found { preset: self.preset, short: usual.name, long, candidate });
    }

    /// Whether something of this name was found.
    pub(super) fn has(&self, name: &str) -> bool {
        self.found.iter().any(|found| found.short == name && found.preset == self.preset)
    }

    /// Adds that a metric, which is taken, was left out.
    pub(super) fn leave(&mut self, metric: &'a Metric, why: &str) {
        self.take(metric);
        self.left.push(LeftOut {
            service: self.service.name.clone(),
            what: metric.name.clone(),
            why: why.to_owned(),
        });
    }

    fn tell_of_the_rest(&mut self) {
        for metric in self.free() {
            let why = match metric.kind {
                // The count of a histogram says nothing that its buckets do not.
                Kind::Counter if metric.name.ends_with("_count") => continue,
                Kind::Counter if outcome::has_words(metric) => {
                    "no value of a label is known to be good or bad"
                }
                Kind::Counter => "no label tells good from bad",
                Kind::Buckets if ways::measures_time(metric) => continue,
                Kind::Buckets => "the histogram measures no time",
                Kind::Other => continue,
            };
            self.leave(metric, why);
        }
    }
}

/// Every candidate with a name of its own: the short one where no other wants it.
fn named(found: Vec<Found>) -> Vec<Candidate> {
    let shorts: Vec<&str> = found.iter().map(|found| found.short).collect();
    let alone: Vec<bool> =
        shorts.iter().map(|short| shorts.iter().filter(|other| *other == short).count() == 1).collect();
    let mut taken = BTreeSet::new();
    let name = |(found, alone): (Found, bool)| {
        let wanted = if alone { found.short } else { &found.long };
        Candidate { name: unique(wanted, &mut taken), ..found.candidate }
    };
    found.into_iter().zip(alone).map(name).collect()
}
