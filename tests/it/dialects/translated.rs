//! Real files of other tools, turned into the native dialect text by text: a second reader that shares nothing with the
//! first but the meaning.

use std::fmt::Write as _;

use regex::Regex;
use serde_json::{Value, json};

/// The native text of the files of one dialect that are read; nothing where it knows no translation.
pub(super) fn sloth(text: &str) -> String {
    translated(text, |document| {
        let spec = document.get("spec").unwrap_or(document);
        let slos = spec["slos"].as_array().unwrap().iter().map(|slo| {
            objective(
                &slo["name"],
                &slo["description"],
                &slo["objective"],
                "30d",
                &Value::Null,
                &sloth_sli(&slo["sli"]),
            )
        });
        json!({"apiVersion": "nines/v1", "service": spec["service"], "slos": slos.collect::<Vec<_>>()})
    })
}

fn sloth_sli(sli: &Value) -> Value {
    let query = |query: &Value| query.as_str().map(|query| query.replace("{{.window}}", "$window"));
    let either = |of: &Value, one: &str, other: &str| query(&of[one]).or(query(&of[other])).unwrap();
    if let Some(events) = sli.get("events") {
        let bad = either(events, "error_query", "errorQuery");
        return json!({"events": {"bad": bad, "total": either(events, "total_query", "totalQuery")}});
    }
    if let Some(raw) = sli.get("raw") {
        let ratio = either(raw, "error_ratio_query", "errorRatioQuery");
        let good_of_all = ratio.trim().strip_prefix("1 - (").unwrap().strip_suffix(')').unwrap();
        let (good, total) = good_of_all.split_once('/').unwrap();
        return json!({"events": {"good": good, "total": total}});
    }
    let plugin = &sli["plugin"];
    assert_eq!(plugin["id"], "getting_started_availability");
    let (job, filter) =
        (plugin["options"]["job"].as_str().unwrap(), plugin["options"]["filter"].as_str().unwrap());
    let metric = "http_request_duration_seconds_count";
    json!({"events": {
        "bad": format!("{metric}{{code=~\"(5..|429)\",{filter},job=\"{job}\"}}"),
        "total": format!("{metric}{{{filter},job=\"{job}\"}}"),
    }})
}

pub(super) fn pyrra(text: &str) -> String {
    translated(text, |document| {
        let (metadata, spec) = (&document["metadata"], &document["spec"]);
        let (kind, indicator) = spec["indicator"].as_object().unwrap().iter().next().unwrap();
        let by = &indicator["grouping"];
        let window = spec["window"].as_str().unwrap();
        let slo = objective(
            &metadata["name"],
            &spec["description"],
            &spec["target"],
            window,
            by,
            &pyrra_sli(kind, indicator),
        );
        let service = metadata.get("namespace").unwrap_or(&metadata["name"]);
        json!({"apiVersion": "nines/v1", "service": service, "slos": [slo]})
    })
}

fn pyrra_sli(kind: &str, indicator: &Value) -> Value {
    let metric = |which: &str| indicator[which]["metric"].as_str().unwrap();
    let by = indicator["grouping"]
        .as_array()
        .map(|labels| labels.iter().map(|label| label.as_str().unwrap()).collect::<Vec<_>>().join(", "));
    let sum = |inner: String| format!("sum by ({}) ({inner})", by.as_deref().unwrap_or_default());
    match kind {
        "ratio" => json!({"events": {"bad": metric("errors"), "total": metric("total")}}),
        "latency" => {
            let (success, total) = (metric("success"), metric("total"));
            let le = Regex::new(r#",le="([0-9.]+)""#).unwrap();
            let threshold = &le.captures(success).unwrap()[1];
            let buckets = le.replace(success, "");
            if buckets.replace("_bucket{", "_count{") == total {
                return json!({"latency": {"histogram": buckets, "threshold": format!("{threshold}s")}});
            }
            json!({"events": {"good": success, "total": total}})
        }
        "latencyNative" => {
            let grown = sum(format!("increase({}[$window])", metric("total")));
            let (count, seconds) = (format!("histogram_count({grown})"), 0.2);
            assert_eq!(indicator["latency"], "200ms");
            json!({"events": {"good": format!("histogram_fraction(0, {seconds}, {grown}) * {count} >= 0"), "total": count}})
        }
        "bool_gauge" => {
            let over = |function: &str| {
                sum(format!("{function}({}[$window])", indicator["metric"].as_str().unwrap()))
            };
            json!({"events": {"good": over("sum_over_time"), "total": over("count_over_time")}})
        }
        other => panic!("no translation of {other}"),
    }
}

fn objective(
    name: &Value,
    description: &Value,
    percent: &Value,
    window: &str,
    by: &Value,
    sli: &Value,
) -> Value {
    let mut slo = json!({"name": name, "objective": percent, "window": window, "sli": sli});
    if let Some(text) = description.as_str().filter(|text| !text.is_empty()) {
        slo["description"] = json!(text);
    }
    if by.is_array() {
        slo["by"] = by.clone();
    }
    slo
}

/// Every document of a text, translated. JSON is YAML too.
fn translated(text: &str, document: impl Fn(&Value) -> Value) -> String {
    use serde::Deserialize as _;
    let mut native = String::new();
    for part in serde_yaml::Deserializer::from_str(text) {
        let read = Value::deserialize(part).unwrap();
        writeln!(native, "---\n{:#}", document(&read)).unwrap();
    }
    native
}
