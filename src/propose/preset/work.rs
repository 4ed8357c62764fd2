use super::super::metric::{Kind, Metric};
use super::super::search::{Search, Usual};
use super::super::ways;
use super::Preset;
use crate::promql::{AggregateOp, BinaryOp, Expr};

/// Whatever else succeeds or fails, or takes its time: known by the words of its labels, not by its name.
pub(super) const PRESET: Preset = Preset { name: "work", find };

fn find(search: &mut Search<'_>) {
    for breaker in search.free_of(Kind::Other) {
        let is_breaker = breaker.has_word(&["circuitbreaker", "breaker"]);
        if is_breaker && breaker.has_value("state", "open") {
            let open = ways::with(search.selector(breaker), "state", "open");
            let by: Vec<&str> = breaker.label(&["service"]).into_iter().collect();
            let most = Expr::selector(open).aggregate_by(AggregateOp::Max, &by);
            let ways = ways::holds(&most, BinaryOp::Eql, 0.0, "No circuit breaker is open");
            search.propose(breaker, &by, ways, &Usual { name: "breakers", objective: "99.9", way: 0 });
        }
    }
    let any = |metric: &Metric| !metric.has_word(&["client"]);
    super::outcomes(search, any, "99.9");
    super::errors(search, any);
    super::hits(search, any);
    super::latencies(search, any, 1.0, &|what, time| format!("{what} takes at most {time}"));
}
