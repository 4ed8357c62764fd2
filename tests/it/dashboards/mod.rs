//! Boards for Grafana: what they ask, on data; how they are laid out; and the rules of Grafana's own linter.

mod answers;
mod linter;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;

use serde_json::Value;

use crate::support::prometheus::promtool;
use crate::support::run::{Outcome, SHOP, nines};
use crate::support::tempdir::TempDir;

/// What was written into a folder, by name.
type Files = BTreeMap<String, String>;

#[expect(clippy::disallowed_methods, reason = "a test's own folder")]
fn read(folder: &Path) -> Files {
    let entries = folder.read_dir().unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_file());
    let text = |path: &Path| std::fs::read_to_string(path).unwrap();
    entries.map(|path| (path.file_name().unwrap().to_string_lossy().into_owned(), text(&path))).collect()
}

fn generate(specs: &str, out: &Path, more: &[&str]) -> Outcome {
    let out = out.display().to_string();
    nines(["generate", "dashboards", "-f", specs, "--out", &out].iter().chain(more))
}

/// The boards of some specifications, by their names.
fn boards(specs: &str) -> BTreeMap<String, Value> {
    let home = TempDir::new("dashboards");
    let outcome = generate(specs, home.path(), &[]);
    assert_eq!(outcome.code, 0, "{outcome:?}");
    let files = read(home.path())
        .into_iter()
        .filter(|(name, _)| Path::new(name).extension().is_some_and(|end| end == "json"));
    files
        .map(|(name, text)| (name.trim_end_matches(".json").to_owned(), serde_json::from_str(&text).unwrap()))
        .collect()
}

/// The boards of the five systems.
fn systems() -> BTreeMap<String, Value> {
    boards("slo-specs")
}

/// A text that people read, beside those of the other tests.
fn told(name: &str, text: &str) {
    insta::with_settings!({snapshot_path => "../snapshots/dashboards", prepend_module_to_snapshot => false}, {
        insta::assert_snapshot!(name, text);
    });
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// Panels that show something, in order.
fn pictures(board: &Value) -> impl Iterator<Item = &Value> {
    list(&board["panels"]).filter(|panel| panel["type"] != "row")
}

/// A query in which every choice of the board has been made: all values, the first length.
fn chosen(board: &Value, query: &str) -> String {
    let query = query.replace("$__rate_interval", "20m");
    list(&board["templating"]["list"]).fold(query, |query, variable| {
        let stands =
            if variable["type"] == "interval" { text(&variable["options"][0]["value"]) } else { ".*" };
        query.replace(&format!("${}", text(&variable["name"])), stands)
    })
}

/// Every query of a board with its place: of panels, of choices, and of what is marked in all panels.
fn queries(board: &Value) -> Vec<(String, String)> {
    let uid = text(&board["uid"]);
    let mut all = Vec::new();
    for panel in pictures(board) {
        for target in list(&panel["targets"]) {
            let place = format!("{uid}: {} {}", text(&panel["title"]), text(&target["refId"]));
            all.push((place, chosen(board, text(&target["expr"]))));
        }
    }
    for annotation in list(&board["annotations"]["list"]) {
        all.push((format!("{uid}: marks"), chosen(board, text(&annotation["expr"]))));
    }
    for variable in list(&board["templating"]["list"]) {
        if let Some((of, _)) =
            text(&variable["query"]).strip_prefix("label_values(").and_then(|rest| rest.rsplit_once(','))
        {
            all.push((format!("{uid}: ${}", text(&variable["name"])), chosen(board, of)));
        }
    }
    all
}

#[test]
fn prometheus_reads_every_query() {
    let home = TempDir::new("queries");
    let mut rules = "groups:\n- name: queries\n  rules:\n".to_owned();
    let mut count = 0;
    for (_, query) in
        systems().values().chain(boards("fixtures/specs/valid/everything.yaml").values()).flat_map(queries)
    {
        writeln!(rules, "  - {{record: 'q:{count}', expr: {query:?}}}").unwrap();
        count += 1;
    }
    assert!(count > 400, "{count}");
    let file = home.write("rules.yml", rules);
    let said = promtool(["check", "rules", &file.display().to_string()]);
    assert!(said.is_ok(), "{}", said.unwrap_err());
}

#[test]
fn the_same_is_written_twice() {
    let (one, two) = (TempDir::new("one"), TempDir::new("two"));
    for home in [&one, &two] {
        assert_eq!(generate("slo-specs", home.path(), &[]).code, 0);
    }
    let files = read(one.path());
    assert_eq!(files, read(two.path()));
    // One over all, one for each service, one for contracts, those that are written, and what the linter leaves alone.
    assert_eq!(files.len(), 1 + 5 + 1 + 17 + 1, "{:?}", files.keys());
}

#[test]
fn panels_stand_beside_each_other_and_names_are_stable() {
    let mut uids = BTreeSet::new();
    for (file, board) in systems().into_iter().chain(boards("fixtures/specs/valid/everything.yaml")) {
        let uid = text(&board["uid"]);
        assert_eq!(uid, file);
        uids.insert(uid.to_owned());
        assert!(uid.len() <= 40 && uid.chars().all(|c| c.is_ascii_alphanumeric() || c == '-'), "{uid}");
        assert_eq!((&board["schemaVersion"], &board["id"]), (&Value::from(39), &Value::Null), "{uid}");
        let mut taken: BTreeMap<(u64, u64), u64> = BTreeMap::new();
        let mut ids = BTreeSet::new();
        for panel in list(&board["panels"]) {
            let id = panel["id"].as_u64().unwrap();
            assert!(ids.insert(id), "{uid}: two panels {id}");
            let at = |part: &str| panel["gridPos"][part].as_u64().unwrap();
            assert!(at("x") + at("w") <= 24, "{uid}: {id}");
            for cell in
                (at("y")..at("y") + at("h")).flat_map(|y| (at("x")..at("x") + at("w")).map(move |x| (x, y)))
            {
                if let Some(other) = taken.insert(cell, id) {
                    panic!("{uid}: {id} and {other} at {cell:?}");
                }
            }
            let references: Vec<&str> =
                list(&panel["targets"]).map(|target| text(&target["refId"])).collect();
            assert_eq!(
                references.iter().collect::<BTreeSet<_>>().len(),
                references.len(),
                "{uid}: {references:?}"
            );
        }
    }
    assert_eq!(uids.len(), 24 + 1, "{uids:?}");
}

/// What the systems' own descriptions list, by the board that has it and what its panels are called.
#[test]
fn every_panel_that_a_system_lists_is_there() {
    let all = systems();
    let listed: &[(&str, &str, &[&str])] = &[
        (
            "ecap-performance",
            "ECAP - Application Performance Overview",
            &[
                "Request rate",
                "Response times",
                "Error rate",
                "Instances that can be reached",
                "Processors",
                "Memory",
                "Disk",
                "User registrations",
                "Transactions",
                "Fraud alerts",
                "Analytics jobs",
            ],
        ),
        (
            "ecap-sla",
            "ECAP - SLA Monitoring Dashboard",
            &["SLA compliance", "Error budget", "Availability trend", "Response time percentiles"],
        ),
        (
            "ecompulse-platform",
            "Platform Overview",
            &[
                "Targets that can be reached",
                "Events by type",
                "Errors by component",
                "Processors",
                "Memory",
                "Disk",
                "Error budget left",
            ],
        ),
        (
            "ecompulse-kafka",
            "Kafka Monitoring",
            &[
                "Received",
                "Sent",
                "Disk usage",
                "Messages",
                "Partitions",
                "Lag",
                "Throughput",
                "Partitions without all replicas",
                "Elections of leaders",
            ],
        ),
        (
            "ecompulse-spark",
            "Spark Streaming",
            &[
                "Duration of batches",
                "Throughput",
                "Memory of executors",
                "Processors of executors",
                "Records per batch",
                "Error rate",
                "Duration of checkpoints",
                "Checkpoints that failed",
            ],
        ),
        (
            "ecompulse-business",
            "Business Analytics",
            &[
                "Conversion rate",
                "Revenue",
                "Sessions",
                "Journeys",
                "Top products",
                "Categories",
                "Active users",
            ],
        ),
        (
            "ecompulse-infrastructure",
            "Infrastructure",
            &[
                "Pods by phase",
                "Processors of pods",
                "Memory of pods",
                "Nodes of EKS that failed",
                "Processors of MSK",
                "Connections of RDS",
                "Ingress",
                "Egress",
                "Failed authentications",
                "Anomalies",
            ],
        ),
        (
            "expense-tracker-api",
            "API Performance Overview",
            &["Request rate", "Error rate", "Response times"],
        ),
        (
            "expense-tracker-database",
            "Database Performance",
            &["Queries", "Duration of queries", "Share of queries that fail"],
        ),
        ("expense-tracker-errors", "Error Tracking", &["Errors by type", "Errors by endpoint"]),
        ("expense-tracker-health", "System Health", &["Reachable", "Memory", "Processors"]),
        (
            "api-gateway-overview",
            "API Gateway Overview",
            &["Request rate", "Response time", "Error rate", "Throughput", "Active connections"],
        ),
        (
            "api-gateway-health",
            "Service Health",
            &["Circuit breakers", "Instances", "Connections of pools", "Failure rate of dependencies"],
        ),
        (
            "api-gateway-business",
            "Business Metrics",
            &[
                "Success rate",
                "Duration",
                "Frameworks",
                "Success rate of images",
                "Duration of images",
                "Usage of images",
                "Connections",
                "Messages",
                "Errors of WebSockets",
            ],
        ),
        (
            "api-gateway-infrastructure",
            "Infrastructure",
            &[
                "Processors",
                "Memory",
                "Disk",
                "Processors of containers",
                "Memory of containers",
                "Request latency",
                "TCP connections",
                "Failed authentications",
                "Violations of rate limits",
            ],
        ),
        (
            "api-gateway-alerts",
            "Alerts",
            &["Alert timeline", "Alert heatmap", "Time to resolve", "Share of pages that escalate"],
        ),
    ];
    for (uid, title, panels) in listed {
        let board = all.get(*uid).unwrap_or_else(|| panic!("no board {uid}"));
        assert_eq!(text(&board["title"]), *title);
        let titles: Vec<&str> = pictures(board).map(|panel| text(&panel["title"])).collect();
        for panel in *panels {
            assert!(titles.contains(panel), "{uid} has no panel {panel}: {titles:?}");
        }
    }
    // The seventeen, in their order.
    let titles: Vec<&str> =
        pictures(&all["shadower-analytics-service"]).map(|panel| text(&panel["title"])).collect();
    assert_eq!(
        titles,
        [
            "Request rate",
            "Error rate",
            "P95 and P99 latency",
            "Active users",
            "Credits consumed",
            "Database connections",
            "Cache hit rate",
            "Background jobs",
            "Request distribution",
            "WebSocket connections",
            "Database query performance",
            "Export performance",
            "Memory usage",
            "CPU usage",
            "Alert status",
            "Request rate, current",
            "Average response time",
        ]
    );
    // The choices of the event platform.
    let mut choices: BTreeSet<&str> = BTreeSet::new();
    for board in all.values().filter(|board| text(&board["uid"]).starts_with("ecompulse-")) {
        choices.extend(list(&board["templating"]["list"]).map(|variable| text(&variable["name"])));
    }
    let expected = ["cluster", "datasource", "environment", "job", "namespace", "timerange", "topic"];
    assert_eq!(choices.into_iter().collect::<Vec<_>>(), expected);
}

const PANELS: &str = "\
apiVersion: nines/v1
kind: Boards
service: shop
vars: {where: 'route=~\"$route\"'}
boards:
  - name: requests
    title: Shop, requests
    description: What is asked of the shop
    variables:
      route: {values: route, of: r_total}
      span: {label: Time range, lengths: [1h, 1d]}
    panels:
      - row: Requests
        title: Requests by code
        description: Requests per second by code.
        unit: reqps
        query: sum by (code) (rate(r_total{${where}}[$window]))
        legend: '{{code}}'
        limit: {above: 100}
      - title: Requests in the time range
        description: Requests in the time range that is chosen.
        kind: number
        unit: short
        window: span
        query: sum(increase(r_total{${where}}[$window]))
";

#[test]
fn the_text_of_a_board() {
    let home = TempDir::new("board");
    home.write("spec.yaml", SHOP);
    home.write("boards.yaml", PANELS);
    let out = home.path().join("out");
    let outcome = generate(&home.path().display().to_string(), &out, &[]);
    assert_eq!(outcome.code, 0, "{outcome:?}");
    told("board", &read(&out)["shop-requests.json"]);
}

#[test]
fn every_fault_of_boards_is_told_with_its_place() {
    let home = TempDir::new("faults");
    let spec = home.write("spec.yaml", SHOP);
    let boards = home.write(
        "boards.yaml",
        r"apiVersion: nines/v1
kind: Boards
service: shop
boards:
  - name: a
    title: A
    variables:
      topic: {values: topic, of: sum(lag)}
      datasource: {lengths: [5m]}
  - name: a
    title: A
    variables:
      topic: {values: topic, of: lag}
      span: {lengths: []}
    panels: []
  - name: b
    title: B
    variables: {topic: {values: topic, of: lag}}
    panels:
      - title: One
        description: A query with a fault.
        unit: req/s
        query: sum by (topic (rate(lag[$window]))
      - title: Two
        description: A choice that is not there, a range that is drawn, a rate over a fixed time.
        unit: reqps
        window: spam
        kind: pie
        queries:
          - query: sum(rate(lag_total{topic=~'$topics'}[5m]))
          - query: lag[$window]
          - query: lag_total
            label: x
      - title: Three
        unit: reqps
        limit: {above: many}
",
    );
    let paths = [&spec, &boards].map(|path| path.display().to_string());
    let outcome = nines(["validate", &paths[0], &paths[1]]);
    assert_eq!(outcome.code, 2);
    told("faults", &outcome.out.replace(&format!("{}/", home.path().display()), ""));
}

#[test]
fn contracts_have_a_row_each() {
    let board = &boards("fixtures/specs/valid/everything.yaml")["nines-sla"];
    let rows: Vec<&str> = list(&board["panels"])
        .filter(|panel| panel["type"] == "row")
        .map(|panel| text(&panel["title"]))
        .collect();
    assert!(!rows.is_empty() && rows.iter().all(|row| row.starts_with("checkout/")), "{rows:?}");
    let kept = pictures(board).find(|panel| text(&panel["title"]).ends_with(": kept")).unwrap();
    told("contract", &format!("{kept:#}"));
}

#[test]
fn what_is_stale_or_left_over_ends_in_one() {
    let home = TempDir::new("stale");
    let out = home.path().join("boards");
    let provisioning = home.path().join("nines.yaml").display().to_string();
    let more = ["--provisioning", &provisioning, "--grafana-path", "/srv/boards"];
    let check = [more.as_slice(), &["--check"]].concat();
    assert_eq!((generate("slo-specs", &out, &check).code, out.exists()), (1, false));
    assert_eq!(generate("slo-specs", &out, &more).code, 0);
    assert_eq!(generate("slo-specs", &out, &check).code, 0);
    let written: Value = serde_yaml::from_str(&read(home.path())["nines.yaml"]).unwrap();
    assert_eq!(written["providers"][0]["options"]["path"], "/srv/boards");
    assert_eq!(written["providers"][0]["allowUiUpdates"], false);
    // A board that nothing makes any more is told; somebody else's file is not.
    std::fs::copy(out.join("nines-ecap.json"), out.join("nines-gone.json")).unwrap();
    std::fs::copy(&provisioning, out.join("mine.json")).unwrap();
    let left = generate("slo-specs", &out, &check);
    assert_eq!(left.code, 1);
    assert!(!left.err.contains("mine.json"), "{}", left.err);
    assert!(
        left.err.contains("nines-gone.json: was generated, and no specification that is read makes it"),
        "{}",
        left.err
    );
    assert_eq!(generate("slo-specs", Path::new("-"), &[]).code, 2);
}

#[test]
fn two_boards_of_one_name_are_refused() {
    let home = TempDir::new("same");
    home.write("spec.yaml", SHOP);
    home.write(
        "boards.yaml",
        PANELS.replace("service: shop", "service: nines").replace("name: requests", "name: shop"),
    );
    let out = home.path().join("out");
    let outcome = generate(&home.path().display().to_string(), &out, &[]);
    assert_eq!((outcome.code, out.exists()), (2, false));
    assert!(outcome.err.contains("two boards are called nines-shop"), "{}", outcome.err);
}
