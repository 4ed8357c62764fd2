//! The rules of Grafana's linter for boards that ask Prometheus. Four of them are switched off by the file that is written
//! beside the boards, with a reason; the others hold everywhere.

use std::collections::BTreeMap;

use nines::promql::{DurationExpr, Expr, ExprKind, MatchOp, ParseOptions, parse};
use serde_json::Value;

use super::{boards, chosen, list, pictures, systems, text};
use crate::support::tempdir::TempDir;

type Rule = fn(&Value) -> Vec<String>;
type Spoil = fn(&mut Value);

/// The rules by their names there.
const RULES: [(&str, Rule); 15] = [
    ("template-datasource-rule", template_datasource),
    ("template-job-rule", |board| template_of(board, "job")),
    ("template-instance-rule", |board| template_of(board, "instance")),
    ("template-label-promql-rule", template_label),
    ("template-on-time-change-reload-rule", template_reload),
    ("panel-datasource-rule", panel_datasource),
    ("panel-title-description-rule", panel_words),
    ("panel-units-rule", panel_units),
    ("panel-no-targets-rule", panel_targets),
    ("target-promql-rule", |board| targets(board, |_| None)),
    ("target-rate-interval-rule", target_rate_interval),
    ("target-job-rule", |board| target_matches(board, "job")),
    ("target-instance-rule", |board| target_matches(board, "instance")),
    ("target-counter-agg-rule", target_counters),
    ("uneditable-dashboard", |board| fault(board["editable"] != false, "it can be edited")),
];

fn fault(is: bool, what: impl Into<String>) -> Vec<String> {
    if is { vec![what.into()] } else { Vec::new() }
}

fn variables<'a>(board: &'a Value, kind: &'a str) -> impl Iterator<Item = &'a Value> {
    list(&board["templating"]["list"]).filter(move |variable| variable["type"] == kind)
}

fn template_datasource(board: &Value) -> Vec<String> {
    let found: Vec<&Value> = variables(board, "datasource").collect();
    let right = |variable: &&Value| {
        variable["name"] == "datasource"
            && variable["label"] == "Data source"
            && variable["query"] == "prometheus"
    };
    fault(found.len() != 1 || !found.iter().all(right), format!("{found:?}"))
}

fn template_of(board: &Value, name: &str) -> Vec<String> {
    let found = variables(board, "query").find(|variable| variable["name"] == name);
    let right = found.is_some_and(|variable| variable["multi"] == true && variable["allValue"] == ".+");
    fault(!right, format!("no template {name}"))
}

fn template_label(board: &Value) -> Vec<String> {
    let wrong = variables(board, "query").filter(|variable| {
        let query = text(&variable["query"]);
        let inner = query.strip_prefix("label_values(").and_then(|rest| rest.strip_suffix(')'));
        let parts = inner.and_then(|inner| inner.rsplit_once(", "));
        !parts.is_some_and(|(of, label)| {
            parse(of, &ParseOptions::default()).is_ok() && parse(label, &ParseOptions::default()).is_ok()
        })
    });
    wrong.map(|variable| text(&variable["query"]).to_owned()).collect()
}

fn template_reload(board: &Value) -> Vec<String> {
    let wrong = variables(board, "query").filter(|variable| variable["refresh"] != 2);
    wrong.map(|variable| text(&variable["name"]).to_owned()).collect()
}

fn of_panels(board: &Value, wrong: impl Fn(&Value) -> bool) -> Vec<String> {
    pictures(board).filter(|panel| wrong(panel)).map(|panel| text(&panel["title"]).to_owned()).collect()
}

fn panel_datasource(board: &Value) -> Vec<String> {
    let chosen = |value: &Value| value["uid"] == "${datasource}" && value["type"] == "prometheus";
    of_panels(board, |panel| {
        !chosen(&panel["datasource"]) || list(&panel["targets"]).any(|target| !chosen(&target["datasource"]))
    })
}

fn panel_words(board: &Value) -> Vec<String> {
    of_panels(board, |panel| text(&panel["title"]).is_empty() || text(&panel["description"]).is_empty())
}

fn panel_units(board: &Value) -> Vec<String> {
    // Of the many units that Grafana knows, those that are used here.
    const KNOWN: [&str; 20] = [
        "none",
        "short",
        "percent",
        "percentunit",
        "s",
        "ms",
        "h",
        "d",
        "dtdurations",
        "bytes",
        "decbytes",
        "Bps",
        "binBps",
        "reqps",
        "ops",
        "cps",
        "opm",
        "locale",
        "bool_yes_no",
        "currencyUSD",
    ];
    of_panels(board, |panel| {
        let config = &panel["fieldConfig"];
        let of_columns = list(&config["overrides"]).flat_map(|column| list(&column["properties"]));
        let of_columns =
            of_columns.filter(|property| property["id"] == "unit").map(|property| text(&property["value"]));
        let mut all = [text(&config["defaults"]["unit"])].into_iter().chain(of_columns);
        all.any(|unit| !KNOWN.contains(&unit))
    })
}

fn panel_targets(board: &Value) -> Vec<String> {
    of_panels(board, |panel| list(&panel["targets"]).next().is_none())
}

/// What is wrong with queries, as Grafana asks them.
fn targets(board: &Value, wrong: impl Fn(&Expr) -> Option<String>) -> Vec<String> {
    let mut found = Vec::new();
    for panel in pictures(board) {
        for target in list(&panel["targets"]) {
            // The time between two points is told from fixed ones.
            let query = text(&target["expr"]).replace("$__rate_interval", "$window");
            let query = chosen(board, &query);
            let why = match parse(&query, &ParseOptions { window: true }) {
                Ok(expr) => wrong(&expr),
                Err(faults) => Some(format!("{faults:?}")),
            };
            found.extend(why.map(|why| format!("{}: {query}: {why}", text(&panel["title"]))));
        }
    }
    found
}

fn target_rate_interval(board: &Value) -> Vec<String> {
    targets(board, |expr| {
        let mut fixed = None;
        expr.walk(&mut |node| {
            let ExprKind::Call { function, args } = &node.kind else { return };
            let ranges = args.iter().filter_map(|arg| match &arg.unparenthesised().kind {
                ExprKind::Range { range, .. } => Some(range),
                _ => None,
            });
            if matches!(function.as_str(), "rate" | "irate")
                && ranges.into_iter().any(|range| *range != DurationExpr::Window)
            {
                fixed = Some("a rate over a fixed time".to_owned());
            }
        });
        fixed
    })
}

fn target_matches(board: &Value, label: &str) -> Vec<String> {
    targets(board, |expr| {
        let mut lacks = None;
        expr.walk(&mut |node| {
            let (ExprKind::Selector(selector) | ExprKind::Range { selector, .. }) = &node.kind else {
                return;
            };
            if !selector.matchers.iter().any(|matcher| matcher.name == label && matcher.op == MatchOp::Regex)
            {
                lacks = Some(format!("no {label}"));
            }
        });
        lacks
    })
}

/// Counters by their names; two gauges of the systems have such names too.
fn target_counters(board: &Value) -> Vec<String> {
    const GAUGES: [&str; 1] = ["service_instances_total"];
    targets(board, |expr| {
        let mut raw = None;
        expr.walk(&mut |node| {
            let ExprKind::Selector(selector) = &node.kind else { return };
            let name = selector.name.as_deref().unwrap_or_default();
            if name.ends_with("_total") && !GAUGES.contains(&name) {
                raw = Some(format!("{name} as it stands"));
            }
        });
        raw
    })
}

#[test]
fn boards_keep_the_rules_that_are_not_switched_off() {
    let home = TempDir::new("lint");
    assert_eq!(super::generate("slo-specs", home.path(), &[]).code, 0);
    let file: Value = serde_yaml::from_str(&super::read(home.path())[".lint"]).unwrap();
    let off = file["exclusions"].as_object().unwrap();
    assert!(off.values().all(|rule| !text(&rule["reason"]).is_empty()));
    let all: Vec<Value> =
        systems().into_values().chain(boards("fixtures/specs/valid/everything.yaml").into_values()).collect();
    let mut broken: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for (name, rule) in RULES {
        let found = all
            .iter()
            .flat_map(|board| rule(board).into_iter().map(move |fault| format!("{}: {fault}", board["uid"])));
        let found: Vec<String> = found.collect();
        if !found.is_empty() {
            broken.insert(name, found);
        }
    }
    for (name, faults) in &broken {
        assert!(off.contains_key(*name), "{name}:\n{}", faults.join("\n"));
    }
    let needless: Vec<&String> = off.keys().filter(|name| !broken.contains_key(name.as_str())).collect();
    assert!(needless.is_empty(), "switched off for nothing: {needless:?}");
}

/// A linter that finds nothing may look at nothing.
#[test]
fn a_broken_board_is_found() {
    let board = systems().remove("ecap-performance").unwrap();
    let broken: [(&str, Spoil); 9] = [
        ("template-datasource-rule", |board| board["templating"]["list"][0]["label"] = "Source".into()),
        ("panel-datasource-rule", |board| board["panels"][1]["datasource"]["uid"] = "abc".into()),
        ("panel-title-description-rule", |board| board["panels"][1]["description"] = "".into()),
        ("panel-units-rule", |board| board["panels"][1]["fieldConfig"]["defaults"]["unit"] = "req/s".into()),
        ("panel-no-targets-rule", |board| board["panels"][1]["targets"] = Value::Array(Vec::new())),
        ("target-promql-rule", |board| board["panels"][1]["targets"][0]["expr"] = "sum(".into()),
        ("target-rate-interval-rule", |board| {
            board["panels"][1]["targets"][0]["expr"] = "rate(a_total[5m])".into();
        }),
        ("target-counter-agg-rule", |board| board["panels"][1]["targets"][0]["expr"] = "sum(a_total)".into()),
        ("uneditable-dashboard", |board| board["editable"] = true.into()),
    ];
    for (name, spoil) in broken {
        let (_, rule) = RULES.into_iter().find(|(known, _)| *known == name).unwrap();
        let mut spoilt = board.clone();
        spoil(&mut spoilt);
        assert_eq!((rule(&board).len(), rule(&spoilt).len()), (0, 1), "{name}");
    }
}
