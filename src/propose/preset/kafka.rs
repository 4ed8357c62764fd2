use super::super::metric::{Kind, Metric};
use super::super::search::{Search, Usual};
use super::super::ways;
use super::Preset;
use crate::promql::{AggregateOp, BinaryOp, Expr};
use crate::report::words;

/// Queues and those who read them: Kafka's consumer groups, and queues with a length.
pub(super) const PRESET: Preset = Preset { name: "kafka", find };

const GROUPS: [&str; 3] = ["consumergroup", "consumer_group", "group"];

fn find(search: &mut Search<'_>) {
    for metric in search.free_of(Kind::Other) {
        let is_lag =
            metric.has_word(&["lag"]) && metric.has_word(&["kafka", "consumer", "consumergroup", "burrow"]);
        if is_lag {
            lag(search, metric);
        } else if metric.has_word(&["underreplicated", "underreplicatedpartitions"])
            || (metric.has_word(&["under"]) && metric.has_word(&["replicated"]))
        {
            let most = Expr::selector(search.selector(metric)).aggregate_by::<&str>(AggregateOp::Max, &[]);
            let ways = ways::holds(&most, BinaryOp::Eql, 0.0, "Every partition has all of its replicas");
            search.propose(metric, &[], ways, &Usual { name: "replication", objective: "99.9", way: 0 });
        } else if metric.has_word(&["queue"]) {
            queue(search, metric);
        }
    }
}

fn lag<'a>(search: &mut Search<'a>, metric: &'a Metric) {
    let sum = format!("{}_sum", metric.name);
    if search.get(&sum).is_some() || metric.has_word(&["max", "avg"]) && !metric.has_word(&["records"]) {
        // The same lag is told in sum.
        return search.take(metric);
    }
    let group = metric.label(&GROUPS);
    let selected = Expr::selector(search.selector(metric));
    let by: Vec<&str> = group.into_iter().collect();
    if metric.has_word(&["seconds"]) {
        let most = selected.aggregate_by(AggregateOp::Max, &by);
        let say = |bound| format!("Consumers are at most {} behind", words::duration(bound));
        let ways = ways::limits(&most, BinaryOp::Lte, &ways::SECONDS, say);
        let usual = Usual { name: "lag", objective: "99", way: ways::A_MINUTE };
        return search.propose(metric, &by, ways, &usual);
    }
    // Partitions add up to what a group has to read of a topic.
    let summed: Vec<&str> = group.into_iter().chain(metric.label(&["topic"])).collect();
    let value = if summed.is_empty() {
        selected.aggregate_by::<&str>(AggregateOp::Max, &[])
    } else {
        selected.aggregate_by(AggregateOp::Sum, &summed)
    };
    let say = |bound| format!("Consumers are at most {} messages behind", words::count(bound));
    let ways = ways::limits(&value, BinaryOp::Lte, &ways::COUNTS, say);
    search.propose(metric, &by, ways, &Usual { name: "lag", objective: "99", way: ways::A_THOUSAND });
}

fn queue<'a>(search: &mut Search<'a>, metric: &'a Metric) {
    let by: Vec<&str> = metric.label(&["queue"]).into_iter().collect();
    let most = Expr::selector(search.selector(metric)).aggregate_by(AggregateOp::Max, &by);
    if metric.has_word(&["length", "size", "depth", "ready", "messages", "backlog"])
        && !metric.has_word(&["bytes", "capacity", "max", "limit", "unacked", "consumers"])
    {
        let say = |bound| format!("At most {} wait in the queue", words::count(bound));
        let ways = ways::limits(&most, BinaryOp::Lte, &ways::COUNTS, say);
        let usual = Usual { name: "queue", objective: "99", way: ways::A_THOUSAND };
        search.propose(metric, &by, ways, &usual);
    } else if metric.has_word(&["latency"]) {
        let say = |bound| format!("Nothing waits in the queue for more than {}", words::duration(bound));
        let ways = ways::limits(&most, BinaryOp::Lte, &ways::SECONDS, say);
        search.propose(metric, &by, ways, &Usual { name: "queue", objective: "99", way: ways::A_MINUTE });
    }
}
