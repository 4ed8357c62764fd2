use super::super::metric::Metric;
use super::super::search::{Search, Usual};
use super::super::ways;
use super::Preset;
use crate::promql::{AggregateOp, BinaryOp, Expr};
use crate::report::words;

/// Databases: queries that fail or take long, connections, and how far replicas are behind.
pub(super) const PRESET: Preset = Preset { name: "database", find };

const WORDS: [&str; 15] = [
    "cassandra",
    "database",
    "db",
    "hikaricp",
    "jdbc",
    "mongo",
    "mongodb",
    "mysql",
    "orm",
    "pg",
    "postgres",
    "postgresql",
    "queries",
    "query",
    "sql",
];

const UP: [&str; 5] = ["pg_up", "mysql_up", "mongodb_up", "cassandra_up", "mssql_up"];

/// Bad events of one counter among those of one or more others, with what is then promised.
const AMONG: [(&str, &[&str], &str, &str); 4] = [
    (
        "pg_stat_database_xact_rollback",
        &["pg_stat_database_xact_commit", "pg_stat_database_xact_rollback"],
        "transactions",
        "Transactions are not rolled back",
    ),
    (
        "pg_stat_database_blks_read",
        &["pg_stat_database_blks_hit", "pg_stat_database_blks_read"],
        "cache",
        "Blocks are read from memory",
    ),
    (
        "mysql_global_status_aborted_connects",
        &["mysql_global_status_connections"],
        "connects",
        "Connections are opened",
    ),
    (
        "mysql_global_status_slow_queries",
        &["mysql_global_status_queries"],
        "slow-queries",
        "Queries take no longer than the server calls slow",
    ),
];

/// Connections in use and how many there may be.
const CONNECTIONS: [(&str, &str); 4] = [
    ("pg_stat_activity_count", "pg_settings_max_connections"),
    ("mysql_global_status_threads_connected", "mysql_global_variables_max_connections"),
    ("hikaricp_connections_active", "hikaricp_connections_max"),
    ("go_sql_stats_connections_in_use", "go_sql_stats_connections_max_open"),
];

fn find(search: &mut Search<'_>) {
    super::reached(search, &UP, "The exporter reaches the database");
    for (bad, all, name, say) in AMONG {
        let found: Option<Vec<&Metric>> = all.iter().map(|name| search.get_free(name)).collect();
        if let (Some(bad), Some(all)) = (search.get_free(bad), found)
            && let Some(first) = all.first()
        {
            let totals: Vec<_> = all.iter().map(|metric| search.selector(metric)).collect();
            let way = ways::bad_among(&search.selector(bad), &totals, say.to_owned());
            for metric in &all {
                search.take(metric);
            }
            search.take(bad);
            search.propose(first, &[], vec![way], &Usual { name, objective: "99", way: 0 });
        }
    }
    connections(search);
    for lag in search.free() {
        let of_replica = lag.has_word(&["replication"]) && lag.has_word(&["lag"]) && lag.has_word(&WORDS);
        if of_replica
            || lag.name.ends_with("_seconds_behind_master")
            || lag.name.ends_with("_seconds_behind_source")
        {
            let most = Expr::selector(search.selector(lag)).aggregate_by::<&str>(AggregateOp::Max, &[]);
            let say = |bound| format!("Replicas are at most {} behind", words::duration(bound));
            let ways = ways::limits(&most, BinaryOp::Lte, &ways::SECONDS, say);
            let usual = Usual { name: "replication", objective: "99", way: ways::A_MINUTE };
            search.propose(lag, &[], ways, &usual);
        }
    }
    let of_database = |metric: &Metric| metric.has_word(&WORDS) && !metric.has_word(&["cache"]);
    super::outcomes(search, of_database, "99.9");
    super::errors(search, of_database);
    super::latencies(search, of_database, 0.5, &|_, time| format!("Queries take at most {time}"));
}

fn connections(search: &mut Search<'_>) {
    for (used, most) in CONNECTIONS {
        let (Some(used), Some(most)) = (search.get_free(used), search.get_free(most)) else { continue };
        let sum = Expr::selector(search.selector(used)).aggregate_by(AggregateOp::Sum, &["instance"]);
        let limit = Expr::selector(search.selector(most)).aggregate_by(AggregateOp::Max, &["instance"]);
        let say = |bound| format!("At most {} of the connections are in use", words::part(Some(bound)));
        let ways = ways::limits(&sum.binary(BinaryOp::Div, limit), BinaryOp::Lte, &ways::SHARES, say);
        search.take(most);
        search.propose(used, &[], ways, &Usual { name: "connections", objective: "99", way: 2 });
    }
    for pool in search.free() {
        if pool.has_word(&["connections"]) && pool.has_word(&WORDS) && pool.has_value("state", "idle") {
            let idle = ways::with(search.selector(pool), "state", "idle");
            let least = Expr::selector(idle).aggregate_by::<&str>(AggregateOp::Min, &[]);
            let ways = ways::holds(&least, BinaryOp::Gte, 1.0, "A connection is free");
            search.propose(pool, &[], ways, &Usual { name: "connections", objective: "99", way: 0 });
        }
    }
}
