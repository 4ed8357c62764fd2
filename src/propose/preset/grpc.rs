use super::super::metric::{Kind, Metric};
use super::super::search::{Search, Usual};
use super::super::{outcome, ways};
use super::Preset;
use crate::slo::Polarity;

/// Services over gRPC: calls by code, and how long those of one answer take.
pub(super) const PRESET: Preset = Preset { name: "grpc", find };

fn find(search: &mut Search<'_>) {
    let is_grpc = |metric: &Metric| metric.has_word(&["grpc", "rpc", "connect"]);
    for calls in search.free_of(Kind::Counter) {
        let Some(bad) = outcome::grpc(calls) else { continue };
        if calls.has_word(&["client"]) {
            search.leave(calls, "told by a client, of another service");
            continue;
        }
        let say = "Calls are answered without a server error".to_owned();
        let way = ways::told(&search.selector(calls), (Polarity::Bad, bad), say);
        search.propose(calls, &[], vec![way], &Usual { name: "availability", objective: "99.9", way: 0 });
    }
    for buckets in search.free_of(Kind::Buckets) {
        if !is_grpc(buckets) || buckets.has_word(&["client"]) || !ways::measures_time(buckets) {
            continue;
        }
        let mut selector = search.selector(buckets);
        // A stream takes as long as its client likes.
        if buckets.has_value("grpc_type", "unary") {
            selector = ways::with(selector, "grpc_type", "unary");
        }
        let ways = ways::within(&selector, buckets, |time| format!("Calls are answered within {time}"));
        let way = ways::usual_within(buckets, 1.0);
        search.propose(buckets, &[], ways, &Usual { name: "latency", objective: "99", way });
    }
}
