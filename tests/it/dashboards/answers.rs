//! What the boards ask is there: on the simulated data, on what the rules record of it, and on series of the metrics that
//! the simulation leaves out.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use nines::base::{Moment, Series};
use nines::generate::{Rule, RulesStyle};
use nines::plan::Eval;
use nines::promql::{Expr, ExprKind, ParseOptions, parse};
use nines::source::LocalSource;

use super::{queries, systems};
use crate::support::simulated::{END, unpacked};

/// How much of the data is looked at: enough for every range over raw series.
const HOURS: i64 = 3;

/// Series of metrics that are not simulated. Each grows by one a minute, which makes a counter and a gauge of it.
const OTHERS: &str = r#"
http_requests_in_progress{job="ecap-api",instance="a"}
process_cpu_seconds_total{job="ecap-api",instance="a"}
process_cpu_seconds_total{job="expense-api",instance="a"}
process_resident_memory_bytes{job="ecap-api",instance="a"}
node_filesystem_avail_bytes{instance="n",fstype="ext4",mountpoint="/"}
node_filesystem_size_bytes{instance="n",fstype="ext4",mountpoint="/"}
node_cpu_seconds_total{instance="n",cpu="0",mode="idle"}
node_memory_MemAvailable_bytes{instance="n"}
node_memory_MemTotal_bytes{instance="n"}
node_network_receive_bytes_total{instance="n",device="eth0"}
node_network_transmit_bytes_total{instance="n",device="eth0"}
node_netstat_Tcp_CurrEstab{instance="n"}
database_connections_active{job="ecap-worker"}
kafka_messages_produced_total{job="ecap-worker"}
user_registrations_total{job="ecap-worker"}
fraud_alerts_total{job="ecap-worker",type="card",severity="high"}
analytics_job_duration_seconds_bucket{job="ecap-worker",le="60.0"}
analytics_job_duration_seconds_bucket{job="ecap-worker",le="+Inf"}
ecompulse_active_users{job="ecompulse"}
ecompulse_events_per_second{job="ecompulse",event_type="page_view"}
ecompulse_events_total{job="ecompulse",event_type="purchase",source="web"}
ecompulse_revenue_dollars_total{job="ecompulse"}
ecompulse_sessions_total{job="ecompulse"}
ecompulse_product_purchases_total{job="ecompulse",product="lamp",category="home"}
ecompulse_authentication_failures_total{job="ecompulse",reason="password"}
kafka_broker_bytes_in_per_sec{broker="1"}
kafka_broker_bytes_out_per_sec{broker="1"}
kafka_log_size_bytes{broker="1"}
kafka_topic_partition_current_offset{topic="clicks",partition="0"}
kafka_topic_partition_under_replicated_partition{topic="clicks",partition="0"}
kafka_topic_partitions{topic="clicks"}
kafka_consumergroup_current_offset{group="search",topic="clicks",partition="0"}
kafka_controller_leader_elections_total{broker="1"}
kafka_brokers{}
spark_executor_memory_used{executor_id="1"}
spark_executor_cpu_seconds_total{executor_id="1"}
spark_streaming_records_per_batch{job_name="sessions"}
spark_streaming_checkpoint_duration_seconds{job_name="sessions"}
spark_streaming_checkpoint_failures_total{job_name="sessions"}
kube_pod_status_phase{namespace="shop",pod="p",phase="Running"}
kube_pod_container_status_restarts_total{namespace="shop",pod="p"}
container_cpu_usage_seconds_total{namespace="shop",pod="p",container="analytics-api"}
container_memory_working_set_bytes{namespace="shop",pod="p",container="analytics-api"}
container_spec_memory_limit_bytes{namespace="shop",pod="p",container="analytics-api"}
container_spec_cpu_quota{namespace="shop",pod="p",container="analytics-api"}
container_spec_cpu_period{namespace="shop",pod="p",container="analytics-api"}
aws_containerinsights_cluster_failed_node_count_average{cluster_name="c"}
aws_kafka_cpu_user_average{cluster_name="c",broker_id="1"}
aws_rds_database_connections_average{dbinstance_identifier="d"}
database_query_duration_seconds_bucket{job="expense-api",le="0.5"}
database_query_duration_seconds_bucket{job="expense-api",le="+Inf"}
analytics_active_users{workspace="w"}
analytics_credits_consumed_total{}
background_jobs_total{status="failed"}
exports_total{status="failed"}
websocket_connections_active{job="api-gateway"}
websocket_connections_total{job="api-gateway",event="connect"}
websocket_messages_total{job="api-gateway",direction="in",type="error"}
http_request_duration_seconds_sum{job="analytics-api"}
http_request_duration_seconds_count{job="analytics-api"}
http_request_duration_seconds_sum{job="api-gateway"}
http_request_duration_seconds_count{job="api-gateway"}
http_request_size_bytes_sum{job="api-gateway"}
http_response_size_bytes_sum{job="api-gateway"}
http_requests_total{job="api-gateway",status_code="404"}
connection_pool_connections_active{job="backends",service="code-generator"}
connection_pool_requests_total{job="backends",result="hit"}
service_instances_total{job="backends",service="code-generator",status="healthy"}
circuit_breaker_requests_total{job="backends",service="code-generator",outcome="success"}
circuit_breaker_failure_rate{job="backends",service="code-generator"}
code_generation_duration_seconds_bucket{job="backends",le="5.0"}
code_generation_duration_seconds_bucket{job="backends",le="+Inf"}
image_generation_duration_seconds_bucket{job="backends",le="5.0"}
image_generation_duration_seconds_bucket{job="backends",le="+Inf"}
auth_attempts_total{result="failure",method="password"}
rate_limit_violations_total{client="c"}
security_events_total{type="scan",severity="low"}
"#;

/// The last hours of the simulated data.
fn simulated() -> String {
    let mut text = String::new();
    for (_, bytes) in unpacked(".om.") {
        for line in String::from_utf8(bytes).unwrap().lines() {
            let time = line.rsplit_once(' ').and_then(|(_, time)| time.parse::<f64>().ok());
            if time.is_some_and(|time| time >= (END - HOURS * 3600) as f64) {
                text.push_str(line);
                text.push('\n');
            }
        }
    }
    text
}

fn source(text: &str) -> LocalSource {
    // Of one metric in two files the samples must stand together.
    let mut lines: Vec<&str> = text.lines().collect();
    lines.sort_by_key(|line| line.split(['{', ' ']).next());
    let bytes = lines.join("\n") + "\n# EOF\n";
    LocalSource::from_bytes("boards.om", bytes.as_bytes(), &mut Vec::new()).unwrap()
}

fn at_end(source: &LocalSource, expr: &Expr) -> Vec<Series> {
    let params = source.params(Eval::Instant(Moment::from_millis(END * 1000)));
    let evaluated = source.query(expr, &params).unwrap_or_else(|why| panic!("{expr}: {why:?}"));
    evaluated.value.into_matrix()
}

/// The series of a metric with these labels.
fn named(name: &str, labels: &BTreeMap<String, String>) -> String {
    let labels: Vec<String> = labels.iter().map(|(name, value)| format!("{name}={value:?}")).collect();
    format!("{name}{{{}}}", labels.join(","))
}

/// Whether an expression reads what rules record.
fn reads_recorded(expr: &Expr) -> bool {
    let mut found = false;
    expr.walk(&mut |node| {
        if let ExprKind::Selector(selector) | ExprKind::Range { selector, .. } = &node.kind {
            found |= selector.name.as_deref().is_some_and(|name| name.starts_with("slo:"));
        }
    });
    found
}

/// What the rules of the systems record at the end of the data: first those over raw series, then those over what was
/// recorded, until nothing is new. Each must give something.
fn recorded(raw: &LocalSource) -> String {
    let outcome = crate::plain_alerts::specs();
    let rules = nines::generate::rules(&outcome, RulesStyle::Nines).unwrap();
    let mut text = String::new();
    let mut missing: Vec<&Rule> = rules.groups.iter().flat_map(|group| &group.rules).collect();
    loop {
        let own = source(&text);
        let mut new = String::new();
        let before = missing.len();
        missing.retain(|rule| {
            let Rule::Record { record, expr, labels } = rule else { return false };
            let found = at_end(if reads_recorded(expr) { &own } else { raw }, expr);
            for series in &found {
                let mut all: BTreeMap<String, String> = labels.clone();
                let kept = series.labels.iter().filter(|(name, _)| *name != "__name__");
                all.extend(kept.map(|(name, value)| (name.to_owned(), value.to_owned())));
                let value = series.points.last().unwrap().value.float().unwrap();
                for second in (0..=600).rev().step_by(60) {
                    writeln!(new, "{} {value} {}", named(record, &all), END - second).unwrap();
                }
            }
            found.is_empty()
        });
        text += &new;
        if missing.len() == before {
            break;
        }
    }
    assert!(missing.is_empty(), "these rules record nothing: {missing:#?}");
    // Every alert fires, and so does every second one.
    for alert in rules.alerts() {
        let mut labels = alert.labels.clone();
        labels.retain(|_, value| !value.contains("{{"));
        labels.insert("alertname".to_owned(), alert.name.clone());
        labels.insert("alertstate".to_owned(), "firing".to_owned());
        labels.extend(alert.severity.iter().map(|severity| ("severity".to_owned(), severity.clone())));
        for second in [false, true] {
            if second {
                labels.insert("escalation".to_owned(), "second".to_owned());
            }
            for minute in 0..30 {
                writeln!(text, "{} 1 {}", named("ALERTS", &labels), END - (29 - minute) * 60).unwrap();
            }
        }
    }
    text
}

fn others() -> String {
    let mut text = String::new();
    for series in OTHERS.lines().filter(|line| !line.is_empty()) {
        for minute in 0..26 * 60 {
            writeln!(text, "{series} {} {}", minute + 1, END - (26 * 60 - 1 - minute) * 60).unwrap();
        }
    }
    text
}

#[test]
fn every_query_finds_something() {
    let raw = simulated();
    let recorded = recorded(&source(&raw));
    let known = source(&(raw.clone() + &recorded));
    let all = source(&(raw + &recorded + &others()));
    let (mut on_simulated, mut on_others, mut zero, mut nothing) = (0, 0, Vec::new(), Vec::new());
    for (place, query) in systems().values().flat_map(queries) {
        let read = |text: &str| {
            parse(text, &ParseOptions::default()).unwrap_or_else(|why| panic!("{text}: {why:?}"))
        };
        // A zero that stands in for what is not there is no answer.
        let expr = read(&query.replace(" or vector(0)", ""));
        if !at_end(&known, &expr).is_empty() {
            on_simulated += 1;
        } else if !at_end(&all, &expr).is_empty() {
            on_others += 1;
        } else if !at_end(&all, &read(&query)).is_empty() {
            zero.push(place);
        } else {
            nothing.push(format!("{place}: {query}"));
        }
    }
    println!("{on_simulated} on simulated data, {on_others} on other series, {} zero", zero.len());
    assert!(nothing.is_empty(), "{} find nothing:\n{}", nothing.len(), nothing.join("\n"));
    assert!(on_simulated > 350 && on_others > 60, "{on_simulated} {on_others}");
    assert!(zero.len() < 4, "{zero:?}");
}
