use super::super::metric::{Kind, Metric};
use super::super::search::{Search, Usual};
use super::super::ways;
use super::Preset;
use crate::promql::{AggregateOp, BinaryOp, Expr};
use crate::report::words;

/// Work that is done from time to time: when it last succeeded, whether it fails, and how late it begins.
pub(super) const PRESET: Preset = Preset { name: "batch", find };

const WORDS: [&str; 14] = [
    "backup",
    "backups",
    "batch",
    "cron",
    "cronjob",
    "import",
    "job",
    "jobs",
    "pipeline",
    "pipelines",
    "task",
    "tasks",
    "workflow",
    "workflows",
];

fn find(search: &mut Search<'_>) {
    let told = search.free().into_iter().any(tells_last_success);
    for metric in search.free_of(Kind::Other) {
        let by: Vec<&str> = metric.label(&["cronjob", "exported_job"]).into_iter().collect();
        if tells_last_success(metric) || (metric.name == "push_time_seconds" && !told) {
            let by: Vec<&str> =
                metric.label(&["namespace"]).filter(|_| !by.is_empty()).into_iter().chain(by).collect();
            let age = ways::age(search.selector(metric), &by);
            let say = |bound| format!("The last success is at most {} ago", words::duration(bound));
            let ways = ways::limits(&age, BinaryOp::Lte, &ways::SECONDS, say);
            search.propose(
                metric,
                &by,
                ways,
                &Usual { name: "freshness", objective: "99", way: ways::A_DAY },
            );
        } else if metric.name == "kube_job_failed" || metric.name == "kube_job_status_failed" {
            let mut selector = search.selector(metric);
            if metric.has_value("condition", "true") {
                selector = ways::with(selector, "condition", "true");
            }
            let by: Vec<&str> = metric.label(&["namespace"]).into_iter().collect();
            let most = Expr::selector(selector).aggregate_by(AggregateOp::Max, &by);
            let ways = ways::holds(&most, BinaryOp::Eql, 0.0, "No job stands as failed");
            search.propose(metric, &by, ways, &Usual { name: "failed-jobs", objective: "99", way: 0 });
        } else if metric.has_word(&["delay", "lateness"]) {
            let most = Expr::selector(search.selector(metric)).aggregate_by::<&str>(AggregateOp::Max, &[]);
            let what = super::sentence(&search.stem(metric));
            let say = |bound| format!("{what} is at most {} late", words::duration(bound));
            let ways = ways::limits(&most, BinaryOp::Lte, &ways::SECONDS, say);
            search.propose(metric, &[], ways, &Usual { name: "delay", objective: "99", way: ways::A_MINUTE });
        }
    }
    let of_batch = |metric: &Metric| metric.has_word(&WORDS);
    super::outcomes(search, of_batch, "99");
    super::errors(search, of_batch);
    super::latencies(search, of_batch, 300.0, &|what, time| format!("{what} takes at most {time}"));
}

/// Whether the value is when something last went well, in seconds since 1970.
fn tells_last_success(metric: &Metric) -> bool {
    let success = metric.has_word(&["success", "successful", "succeeded", "completion", "completed"]);
    let time = metric.has_word(&["time", "timestamp", "unixtime", "seconds"]);
    // Configuration is read again when it changes.
    metric.has_word(&["last"]) && success && time && !metric.has_word(&["config", "reload"])
}
