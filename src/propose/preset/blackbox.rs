use super::super::search::{Search, Usual};
use super::super::ways;
use super::Preset;
use crate::promql::{AggregateOp, BinaryOp, Expr};
use crate::report::words;

/// What probes see from outside: each target is an instance.
pub(super) const PRESET: Preset = Preset { name: "blackbox", find };

const BY: [&str; 1] = ["instance"];

/// A week, in seconds.
const WEEK: f64 = 604_800.0;

/// How long a probe may take, in seconds.
const TIMES: [f64; 7] = [0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0];

fn find(search: &mut Search<'_>) {
    if let Some(success) = search.get_free("probe_success") {
        let least = Expr::selector(search.selector(success)).aggregate_by(AggregateOp::Min, &BY);
        let ways = ways::holds(&least, BinaryOp::Eql, 1.0, "The target answers probes");
        search.propose(success, &BY, ways, &Usual { name: "probes", objective: "99.9", way: 0 });
    }
    if let Some(duration) = search.get_free("probe_duration_seconds") {
        let most = Expr::selector(search.selector(duration)).aggregate_by(AggregateOp::Max, &BY);
        let say = |bound| format!("The target answers probes within {}", words::quantile(Some(bound)));
        let ways = ways::limits(&most, BinaryOp::Lte, &TIMES, say);
        search.propose(duration, &BY, ways, &Usual { name: "probe-duration", objective: "99", way: 3 });
    }
    if let Some(expiry) = search.get_free("probe_ssl_earliest_cert_expiry") {
        let first = Expr::selector(search.selector(expiry)).aggregate_by(AggregateOp::Min, &BY);
        let left = first.binary(BinaryOp::Sub, Expr::call("time", []));
        let ways = ways::holds(&left, BinaryOp::Gte, WEEK, "The certificate is valid for another week");
        search.propose(expiry, &BY, ways, &Usual { name: "certificate", objective: "99.9", way: 0 });
    }
}
