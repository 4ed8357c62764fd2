//! The names of Sloth's fields, which its two dialects write differently.

/// The names of fields that differ, those of queries with an example.
pub(super) struct Words {
    pub(super) slo_plugins: &'static str,
    pub(super) error_query: (&'static str, &'static str),
    pub(super) total_query: (&'static str, &'static str),
    pub(super) error_ratio_query: (&'static str, &'static str),
    pub(super) page_alert: &'static str,
    pub(super) ticket_alert: &'static str,
}

/// As in `version: prometheus/v1`.
pub(super) const PLAIN: Words = Words {
    slo_plugins: "slo_plugins",
    error_query: ("error_query", "error_query: sum(rate(errors_total[{{.window}}]))"),
    total_query: ("total_query", "total_query: sum(rate(requests_total[{{.window}}]))"),
    error_ratio_query: (
        "error_ratio_query",
        "error_ratio_query: 1 - sum(rate(good_total[{{.window}}])) / sum(rate(all_total[{{.window}}]))",
    ),
    page_alert: "page_alert",
    ticket_alert: "ticket_alert",
};

/// As in `kind: PrometheusServiceLevel`.
pub(super) const KUBERNETES: Words = Words {
    slo_plugins: "sloPlugins",
    error_query: ("errorQuery", "errorQuery: sum(rate(errors_total[{{.window}}]))"),
    total_query: ("totalQuery", "totalQuery: sum(rate(requests_total[{{.window}}]))"),
    error_ratio_query: (
        "errorRatioQuery",
        "errorRatioQuery: 1 - sum(rate(good_total[{{.window}}])) / sum(rate(all_total[{{.window}}]))",
    ),
    page_alert: "pageAlert",
    ticket_alert: "ticketAlert",
};
