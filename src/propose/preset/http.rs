use super::super::metric::{Kind, Metric};
use super::super::search::{Search, Usual};
use super::super::{outcome, ways};
use super::Preset;
use crate::slo::Polarity;

/// Services over HTTP: requests by status, and how long they take.
pub(super) const PRESET: Preset = Preset { name: "http", find };

fn find(search: &mut Search<'_>) {
    for metric in search.free() {
        if metric.has_word(&["client"]) && outcome::http(metric).is_some() {
            search.leave(metric, "told by a client, of another service");
        }
    }
    // The count of a histogram counts the same requests again.
    for end in ["", "_count"] {
        if end == "_count" && search.has("availability") {
            for count in search.free().into_iter().filter(|metric| counts(metric, end)) {
                search.take(count);
            }
        }
        for requests in search.free().into_iter().filter(|metric| counts(metric, end)) {
            if let Some(bad) = outcome::http(requests) {
                let say = "Requests are answered without a server error".to_owned();
                let way = ways::told(&search.selector(requests), (Polarity::Bad, bad), say);
                let usual = Usual { name: "availability", objective: "99.9", way: 0 };
                search.propose(requests, &[], vec![way], &usual);
            }
        }
    }
    let is_http = |buckets: &Metric| {
        let asked = ["request", "requests", "response", "responses", "handler", "rq"];
        let of_others = ["db", "database", "sql", "query", "cache", "redis", "grpc", "job", "task"];
        let is_http =
            buckets.has_word(&["http"]) || (buckets.has_word(&asked) && !buckets.has_word(&of_others));
        is_http && !buckets.has_word(&["client"])
    };
    super::latencies(search, is_http, 1.0, &|_, time| format!("Requests are answered within {time}"));
}

/// Whether it counts something by the status of a response. Some exporters leave out the ending of counters.
fn counts(metric: &Metric, end: &str) -> bool {
    let counter = metric.kind == Kind::Counter
        || ["requests", "responses", "_xx"].iter().any(|end| metric.name.ends_with(end));
    counter && (metric.name.ends_with("_count") == (end == "_count")) && outcome::http(metric).is_some()
}
