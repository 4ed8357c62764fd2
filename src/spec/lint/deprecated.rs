//! Names that well-known programs no longer give their metrics.

use super::super::query::Query;
use super::Role;
use super::names::name;
use crate::diag::{Code, quote};
use crate::promql::{ExprKind, Places};

/// The old names of one release.
struct Renamed {
    /// The program, and the first release without the old names or with the new.
    since: &'static str,
    /// Old names and new.
    names: &'static [(&'static str, &'static str)],
}

const RENAMED: &[Renamed] = &[
    // docs/V0_16_UPGRADE_GUIDE.md and docs/example-16-compatibility-rules.yml of prometheus/node_exporter.
    Renamed {
        since: "node_exporter 0.16",
        names: &[
            ("node_boot_time", "node_boot_time_seconds"),
            ("node_context_switches", "node_context_switches_total"),
            ("node_cpu", "node_cpu_seconds_total"),
            ("node_disk_bytes_read", "node_disk_read_bytes_total"),
            ("node_disk_bytes_written", "node_disk_written_bytes_total"),
            ("node_disk_io_time_ms", "node_disk_io_time_seconds_total"),
            ("node_disk_read_time_ms", "node_disk_read_time_seconds_total"),
            ("node_disk_reads_completed", "node_disk_reads_completed_total"),
            ("node_disk_write_time_ms", "node_disk_write_time_seconds_total"),
            ("node_disk_writes_completed", "node_disk_writes_completed_total"),
            ("node_filesystem_avail", "node_filesystem_avail_bytes"),
            ("node_filesystem_free", "node_filesystem_free_bytes"),
            ("node_filesystem_size", "node_filesystem_size_bytes"),
            ("node_forks", "node_forks_total"),
            ("node_intr", "node_intr_total"),
            ("node_memory_Buffers", "node_memory_Buffers_bytes"),
            ("node_memory_Cached", "node_memory_Cached_bytes"),
            ("node_memory_MemAvailable", "node_memory_MemAvailable_bytes"),
            ("node_memory_MemFree", "node_memory_MemFree_bytes"),
            ("node_memory_MemTotal", "node_memory_MemTotal_bytes"),
            ("node_memory_SwapFree", "node_memory_SwapFree_bytes"),
            ("node_memory_SwapTotal", "node_memory_SwapTotal_bytes"),
            ("node_network_receive_bytes", "node_network_receive_bytes_total"),
            ("node_network_receive_drop", "node_network_receive_drop_total"),
            ("node_network_receive_errs", "node_network_receive_errs_total"),
            ("node_network_receive_packets", "node_network_receive_packets_total"),
            ("node_network_transmit_bytes", "node_network_transmit_bytes_total"),
            ("node_network_transmit_drop", "node_network_transmit_drop_total"),
            ("node_network_transmit_errs", "node_network_transmit_errs_total"),
            ("node_network_transmit_packets", "node_network_transmit_packets_total"),
        ],
    },
    // CHANGELOG-1.14 (new names) and CHANGELOG-1.18 (old ones removed) of kubernetes/kubernetes, pull requests 72336 and 76496.
    Renamed {
        since: "Kubernetes 1.14",
        names: &[
            ("apiserver_dropped_requests", "apiserver_dropped_requests_total"),
            ("apiserver_request_count", "apiserver_request_total"),
            ("apiserver_request_latencies", "apiserver_request_duration_seconds"),
            ("apiserver_request_latencies_summary", "apiserver_request_duration_seconds"),
            ("etcd_request_latencies_summary", "etcd_request_duration_seconds"),
            ("kubelet_cgroup_manager_latency_microseconds", "kubelet_cgroup_manager_duration_seconds"),
            ("kubelet_pleg_relist_interval_microseconds", "kubelet_pleg_relist_interval_seconds"),
            ("kubelet_pleg_relist_latency_microseconds", "kubelet_pleg_relist_duration_seconds"),
            ("kubelet_pod_start_latency_microseconds", "kubelet_pod_start_duration_seconds"),
            ("kubelet_pod_worker_latency_microseconds", "kubelet_pod_worker_duration_seconds"),
            ("kubelet_pod_worker_start_latency_microseconds", "kubelet_pod_worker_start_duration_seconds"),
            ("kubelet_runtime_operations", "kubelet_runtime_operations_total"),
            ("kubelet_runtime_operations_errors", "kubelet_runtime_operations_errors_total"),
            (
                "kubelet_runtime_operations_latency_microseconds",
                "kubelet_runtime_operations_duration_seconds",
            ),
            (
                "kubeproxy_sync_proxy_rules_latency_microseconds",
                "kubeproxy_sync_proxy_rules_duration_seconds",
            ),
            ("rest_client_request_latency_seconds", "rest_client_request_duration_seconds"),
            ("scheduler_binding_latency_microseconds", "scheduler_binding_duration_seconds"),
            ("scheduler_e2e_scheduling_latency_microseconds", "scheduler_e2e_scheduling_duration_seconds"),
            ("scheduler_scheduling_latency_seconds", "scheduler_scheduling_duration_seconds"),
        ],
    },
    // Pull request 112679 of kubernetes/kubernetes.
    Renamed {
        since: "Kubernetes 1.26",
        names: &[("apiserver_request_slo_duration_seconds", "apiserver_request_sli_duration_seconds")],
    },
    // Release notes of CoreDNS 1.7.0, "metric changes".
    Renamed {
        since: "CoreDNS 1.7",
        names: &[
            ("coredns_cache_size", "coredns_cache_entries"),
            ("coredns_dns_request_count_total", "coredns_dns_requests_total"),
            ("coredns_dns_request_type_count_total", "coredns_dns_requests_total"),
            ("coredns_dns_response_rcode_count_total", "coredns_dns_responses_total"),
            ("coredns_forward_request_count_total", "coredns_forward_requests_total"),
            ("coredns_panic_count_total", "coredns_panics_total"),
        ],
    },
    // CHANGELOG of kubernetes/kube-state-metrics, 2.0.0, and the notice of deprecation in 1.9.
    Renamed {
        since: "kube-state-metrics 2.0",
        names: &[
            ("kube_hpa_spec_max_replicas", "kube_horizontalpodautoscaler_spec_max_replicas"),
            ("kube_hpa_spec_min_replicas", "kube_horizontalpodautoscaler_spec_min_replicas"),
            ("kube_hpa_status_current_replicas", "kube_horizontalpodautoscaler_status_current_replicas"),
            ("kube_hpa_status_desired_replicas", "kube_horizontalpodautoscaler_status_desired_replicas"),
            ("kube_node_status_allocatable_cpu_cores", "kube_node_status_allocatable{resource=\"cpu\"}"),
            (
                "kube_node_status_allocatable_memory_bytes",
                "kube_node_status_allocatable{resource=\"memory\"}",
            ),
            ("kube_node_status_capacity_cpu_cores", "kube_node_status_capacity{resource=\"cpu\"}"),
            ("kube_node_status_capacity_memory_bytes", "kube_node_status_capacity{resource=\"memory\"}"),
        ],
    },
    // CHANGELOG-3.4 of etcd-io/etcd, pull request 9819.
    Renamed {
        since: "etcd 3.4",
        names: &[("etcd_debugging_mvcc_db_total_size_in_bytes", "etcd_mvcc_db_total_size_in_bytes")],
    },
];

/// What the handler of client_golang that release 1.0 removed called the duration of requests: a summary, so it had no
/// buckets. Prometheus itself has `prometheus_http_request_duration_seconds` instead.
const OF_HANDLER: &str = "http_request_duration_microseconds";

/// `node_cpu`
pub(super) fn deprecated_metric(query: &Query, _: Role) {
    query.expr.walk(&mut |expr| {
        let (ExprKind::Selector(selector) | ExprKind::Range { selector, .. }) = &expr.kind else { return };
        let Some(old) = name(selector) else { return };
        let Some((message, help)) = renamed(old) else { return };
        let place = Places::of(query.text(), expr.span).name.unwrap_or(expr.span);
        query.remark(Code::DeprecatedMetric, place, &message, &help);
    });
}

/// What to say of an old name, and what to write.
fn renamed(old: &str) -> Option<(String, String)> {
    let parts =
        ["_bucket", "_count", "_sum"].into_iter().filter_map(|end| Some((old.strip_suffix(end)?, end)));
    for (base, end) in std::iter::once((old, "")).chain(parts) {
        if base == OF_HANDLER && end != "_bucket" {
            return Some((
                format!("{} comes from a handler that client_golang 1.0 removed", quote(old)),
                "use a histogram in seconds, such as `http_request_duration_seconds`".to_owned(),
            ));
        }
        let renamed = |release: &Renamed| {
            let (_, new) = release.names.iter().find(|(name, _)| *name == base)?;
            Some((release.since, *new))
        };
        if let Some((since, new)) = RENAMED.iter().find_map(renamed) {
            let unit = if base.ends_with("microseconds") && new.ends_with("_seconds") {
                "; it counts seconds, not microseconds"
            } else if base.ends_with("_ms") {
                "; it counts seconds, not milliseconds"
            } else {
                ""
            };
            return Some((
                format!("{} has another name since {since}", quote(old)),
                format!("write `{new}{end}`{unit}"),
            ));
        }
    }
    None
}
