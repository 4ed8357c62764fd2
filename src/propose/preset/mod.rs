//! What is known of the metrics of each kind of service, one kind per file.

mod batch;
mod blackbox;
mod cache;
mod database;
mod grpc;
mod http;
mod kafka;
mod work;

use super::metric::{Kind, Metric};
use super::search::{Search, Usual};
use super::{outcome, ways};
use crate::promql::{AggregateOp, BinaryOp, Expr};

/// A kind of service whose metrics are known.
#[derive(Debug)]
pub struct Preset {
    /// Its name.
    pub name: &'static str,
    /// Takes the metrics that it knows.
    pub(super) find: fn(&mut Search<'_>),
}

/// Every preset, in the order in which they are asked: what several would know is for the first.
pub const PRESETS: [&Preset; 8] = [
    &blackbox::PRESET,
    &grpc::PRESET,
    &http::PRESET,
    &kafka::PRESET,
    &database::PRESET,
    &cache::PRESET,
    &batch::PRESET,
    &work::PRESET,
];

/// Counters whose labels have words for good and bad.
fn outcomes(search: &mut Search<'_>, of: impl Fn(&Metric) -> bool, usual: &'static str) {
    for counter in search.free_of(Kind::Counter) {
        if let Some(told) = outcome::words(counter).filter(|_| of(counter)) {
            let say = format!("{} succeed", plural(&search.stem(counter)));
            let way = ways::told(&search.selector(counter), told, say);
            search.propose(counter, &[], vec![way], &Usual { name: "success", objective: usual, way: 0 });
        }
    }
}

/// Counters of errors, each beside the one counter of all that it goes with.
fn errors(search: &mut Search<'_>, of: impl Fn(&Metric) -> bool) {
    const ENDS: [&str; 6] = [
        "_errors_total",
        "_error_total",
        "_failures_total",
        "_failure_total",
        "_failed_total",
        "_exceptions_total",
    ];
    for bad in search.free_of(Kind::Counter) {
        let Some(stem) = ENDS.iter().find_map(|end| bad.name.strip_suffix(end)).filter(|_| of(bad)) else {
            continue;
        };
        let Some(all) = whole(search, bad, stem) else {
            search.leave(bad, "no one counter of all events goes with it");
            continue;
        };
        if !search.is_free(all) {
            search.leave(bad, "what it is bad among is measured already");
            continue;
        }
        let what = plural(&search.stem(all));
        let say = if bad.has_word(&["failed", "failure", "failures"]) {
            format!("{what} succeed")
        } else {
            format!("{what} are handled without an error")
        };
        let way = ways::bad_among(&search.selector(bad), &[search.selector(all)], say);
        search.take(bad);
        search.propose(all, &[], vec![way], &Usual { name: "success", objective: "99.9", way: 0 });
    }
}

/// Words of counters that count something other than all events.
const NO_WHOLE: [&str; 12] = [
    "bytes",
    "dropped",
    "error",
    "errors",
    "exceptions",
    "failed",
    "failure",
    "failures",
    "retries",
    "skipped",
    "warning",
    "warnings",
];

/// The counter of all events of which another counts the bad ones: of the same name, or the only one that begins like it.
fn whole<'a>(search: &Search<'a>, bad: &Metric, stem: &str) -> Option<&'a Metric> {
    let named = ["total", "s_total", "requests_total", "operations_total", "queries_total"];
    let named = named.iter().map(|end| match end.strip_prefix('s') {
        Some(_) if end.starts_with("s_") => format!("{stem}{end}"),
        _ => format!("{stem}_{end}"),
    });
    if let Some(found) = named.into_iter().find_map(|name| search.get(&name)) {
        return Some(found);
    }
    let ends = |metric: &Metric, end: &str| metric.name.ends_with(end);
    let alike = |end: &'static str| {
        let is_alike = move |metric: &&'a Metric| {
            metric.name.starts_with(&format!("{stem}_"))
                && ends(metric, end)
                && metric.name != bad.name
                && !metric.has_word(&NO_WHOLE)
        };
        let all: Vec<&'a Metric> = search.free_of(Kind::Counter).into_iter().filter(is_alike).collect();
        if let [only] = all[..] { Some(only) } else { None }
    };
    alike("_total").or_else(|| alike("_count"))
}

/// Histograms of how long something takes.
fn latencies(
    search: &mut Search<'_>,
    of: impl Fn(&Metric) -> bool,
    usual: f64,
    say: &dyn Fn(&str, &str) -> String,
) {
    for buckets in search.free_of(Kind::Buckets) {
        if !of(buckets) || !ways::measures_time(buckets) {
            continue;
        }
        let what = sentence(&search.stem(buckets));
        let ways = ways::within(&search.selector(buckets), buckets, |time| say(&what, time));
        let way = ways::usual_within(buckets, usual);
        search.propose(buckets, &[], ways, &Usual { name: "latency", objective: "99", way });
    }
}

/// Hits among lookups: two counters, or one with a label.
fn hits(search: &mut Search<'_>, of: impl Fn(&Metric) -> bool) {
    const SAY: &str = "Lookups are answered from the cache";
    let usual = Usual { name: "hits", objective: "80", way: 0 };
    for counter in search.free() {
        if !of(counter) || !search.is_free(counter) {
            continue;
        }
        let missed = ["hits", "hit"].iter().find(|word| counter.has_word(&[word])).and_then(|word| {
            let misses = counter.name.replace(word, if *word == "hits" { "misses" } else { "miss" });
            search.get_free(&misses)
        });
        if let Some(misses) = missed {
            let all = [search.selector(counter), search.selector(misses)];
            let way = ways::bad_among(&search.selector(misses), &all, SAY.to_owned());
            search.take(misses);
            search.propose(counter, &[], vec![way], &usual);
        } else if counter.kind == Kind::Counter
            && let Some(told) = outcome::hits(counter)
        {
            let way = ways::told(&search.selector(counter), told, SAY.to_owned());
            search.propose(counter, &[], vec![way], &usual);
        }
    }
}

/// Gauges that are 1 while an exporter reaches what it tells of.
fn reached(search: &mut Search<'_>, names: &[&str], say: &str) {
    for up in search.free().into_iter().filter(|metric| names.contains(&metric.name.as_str())) {
        let least = Expr::selector(search.selector(up)).aggregate_by::<&str>(AggregateOp::Min, &[]);
        let ways = ways::holds(&least, BinaryOp::Eql, 1.0, say);
        search.propose(up, &[], ways, &Usual { name: "up", objective: "99.9", way: 0 });
    }
}

/// Words of a metric's name as the beginning of a sentence: `Analytics jobs`.
fn sentence(stem: &[&str]) -> String {
    let text = stem.join(" ");
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

/// The same where it names several: `Analytics job` as `Analytics jobs`.
fn plural(stem: &[&str]) -> String {
    let text = sentence(stem);
    match text.strip_suffix('y') {
        _ if text.ends_with('s') => text,
        Some(query) if !query.ends_with(['a', 'e', 'o']) => format!("{query}ies"),
        _ => text + "s",
    }
}
