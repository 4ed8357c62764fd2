//! What the name of a metric tells of it.

use crate::base::METRIC_NAME;
use crate::promql::{MatchOp, Selector};

/// The name of the metric that is selected, where it is one.
pub(super) fn name(selector: &Selector) -> Option<&str> {
    let equal = |m: &&crate::promql::Matcher| m.name == METRIC_NAME && m.op == MatchOp::Equal;
    selector.name.as_deref().or_else(|| Some(selector.matchers.iter().find(equal)?.value.as_str()))
}

/// Whether it was recorded by a rule. Such series have whatever labels the rule left them.
pub(super) fn is_recorded(name: &str) -> bool {
    name.contains(':')
}

/// Whether it was surely scraped, so that every series has the labels `job` and `instance`.
pub(super) fn is_scraped(selector: &Selector) -> bool {
    name(selector).is_some_and(|name| !is_recorded(name) && !name.starts_with("ALERTS"))
}

/// Whether it is a counter, as its name should tell.
pub(super) fn is_counter(name: &str) -> bool {
    !is_recorded(name) && (name.ends_with("_bucket") || name.ends_with("_total"))
}

/// What happens once and again, so that its total is a counter. Others may be sizes all the same: `disk_total`,
/// `nodes_offline_total`.
const EVENTS: [&str; 34] = [
    "attempts",
    "calls",
    "deliveries",
    "drops",
    "dropped",
    "errors",
    "evaluations",
    "events",
    "evictions",
    "exceptions",
    "executions",
    "failed",
    "failures",
    "hits",
    "invocations",
    "jobs",
    "lookups",
    "messages",
    "misses",
    "notifications",
    "operations",
    "packets",
    "panics",
    "queries",
    "rejected",
    "requests",
    "responses",
    "restarts",
    "retries",
    "runs",
    "successes",
    "tasks",
    "timeouts",
    "transactions",
];

/// Whether it surely counts events, as its name tells.
pub(super) fn counts_events(name: &str) -> bool {
    let of_events = |base: &str| {
        let base = base.to_ascii_lowercase();
        EVENTS.iter().any(|event| base.ends_with(event))
    };
    is_counter(name) && (name.ends_with("_bucket") || name.strip_suffix("_total").is_some_and(of_events))
}

/// What ends the name of something that goes up and down. What may end the name of a native histogram (`_bytes`, `_size`,
/// `_seconds`) or of an older counter (`_requests`) does not stand here.
const OF_GAUGES: [&str; 24] = [
    "_active_connections",
    "_avail_bytes",
    "_available_bytes",
    "_backlog",
    "_celsius",
    "_free_bytes",
    "_in_flight",
    "_inflight",
    "_info",
    "_lag",
    "_limit_bytes",
    "_open_fds",
    "_percent",
    "_percentage",
    "_queue_depth",
    "_queue_length",
    "_ratio",
    "_resident_memory_bytes",
    "_start_time_seconds",
    "_temperature",
    "_timestamp_seconds",
    "_up",
    "_used_bytes",
    "_utilization",
];

/// Whether it goes up and down, as its name tells.
pub(super) fn is_gauge(name: &str) -> bool {
    !is_recorded(name) && (name == "up" || OF_GAUGES.iter().any(|end| name.ends_with(end)))
}

/// What a recorded series is, where the last part of its name tells (`level:metric:operations`): `sum`, `rate5m`.
pub(super) fn recorded_as(name: &str) -> Option<&str> {
    const KINDS: [&str; 8] = ["sum", "avg", "max", "min", "count", "rate", "irate", "ratio"];
    let (_, operations) = name.rsplit_once(':')?;
    KINDS.iter().any(|kind| operations.starts_with(kind)).then_some(operations)
}
