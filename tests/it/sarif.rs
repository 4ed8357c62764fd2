//! Faults as SARIF 2.1.0: what its schema demands of the parts that are used, and that all parts agree.

use serde_json::Value;

use crate::support::run::{nines, nines_with};

/// The log of `nines validate` over a folder of fixtures or a text on standard input.
fn log(path: &str, input: &str) -> Value {
    nines_with(["validate", path, "--format", "sarif"], &[], input).json()
}

fn list(value: &Value) -> &[Value] {
    value.as_array().unwrap_or_else(|| panic!("not a list: {value}"))
}

fn text(value: &Value) -> &str {
    value.as_str().filter(|text| !text.is_empty()).unwrap_or_else(|| panic!("not a text: {value}"))
}

/// The fields of an object: all that are needed are there, and all that are there are known (the schema allows no others).
fn fields(value: &Value, needed: &[&str], optional: &[&str]) {
    let object = value.as_object().unwrap_or_else(|| panic!("not an object: {value}"));
    for name in needed {
        assert!(object.contains_key(*name), "{name} is missing in {value}");
    }
    for name in object.keys() {
        assert!(needed.contains(&name.as_str()) || optional.contains(&name.as_str()), "{name} in {value}");
    }
}

fn check_location(location: &Value) {
    fields(location, &["physicalLocation"], &["message", "logicalLocations"]);
    let place = &location["physicalLocation"];
    fields(place, &["artifactLocation", "region"], &[]);
    fields(&place["artifactLocation"], &["uri"], &[]);
    let uri = text(&place["artifactLocation"]["uri"]);
    assert!(uri.chars().all(|c| c.is_ascii_alphanumeric() || "-._~/%:".contains(c)), "{uri}");
    let region = &place["region"];
    fields(region, &["startLine", "startColumn", "endLine", "endColumn"], &[]);
    let number = |name: &str| region[name].as_u64().filter(|number| *number >= 1).unwrap();
    let (start, end) =
        ((number("startLine"), number("startColumn")), (number("endLine"), number("endColumn")));
    assert!(start < end || start == (1, 1), "an empty region: {region}");
    if let Some(message) = location.get("message") {
        text(&message["text"]);
    }
}

fn check(log: &Value) {
    fields(log, &["$schema", "version", "runs"], &[]);
    assert_eq!(log["version"], "2.1.0");
    assert!(text(&log["$schema"]).ends_with("/sarif-schema-2.1.0.json"));
    assert_eq!(list(&log["runs"]).len(), 1);
    let run = &log["runs"][0];
    fields(run, &["tool", "results", "columnKind"], &["invocations"]);
    assert_eq!(run["columnKind"], "unicodeCodePoints");
    let driver = &run["tool"]["driver"];
    fields(driver, &["name", "version", "rules"], &[]);
    assert_eq!(driver["name"], "nines");
    let rules = list(&driver["rules"]);
    let mut ids: Vec<&str> = rules.iter().map(|rule| text(&rule["id"])).collect();
    for rule in rules {
        let texts = ["shortDescription", "fullDescription", "help"];
        fields(rule, &[&["id", "name", "defaultConfiguration"], &texts[..]].concat(), &[]);
        for name in texts {
            text(&rule[name]["text"]);
        }
        assert!(text(&rule["help"]["markdown"]).starts_with(&format!("# {}: ", text(&rule["id"]))));
    }
    for invocation in list(&run["invocations"]) {
        fields(invocation, &["executionSuccessful"], &["toolExecutionNotifications"]);
    }
    for result in list(&run["results"]) {
        let needed =
            ["ruleId", "ruleIndex", "level", "message", "locations", "relatedLocations", "suppressions"];
        fields(result, &needed, &[]);
        let rule = &rules[result["ruleIndex"].as_u64().unwrap() as usize];
        assert_eq!(
            (&rule["id"], &rule["defaultConfiguration"]["level"]),
            (&result["ruleId"], &result["level"])
        );
        assert!(["error", "warning"].contains(&text(&result["level"])));
        text(&result["message"]["text"]);
        assert_eq!(list(&result["locations"]).len(), 1);
        let suppressions = list(&result["suppressions"]);
        let commented = suppressions.iter().map(|suppression| {
            fields(suppression, &["kind", "justification", "location"], &[]);
            assert_eq!(suppression["kind"], "inSource");
            &suppression["location"]
        });
        let related = list(&result["relatedLocations"]);
        list(&result["locations"]).iter().chain(related).chain(commented).for_each(check_location);
    }
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), rules.len(), "a rule is there twice");
    let raised = list(&run["results"]).iter().map(|result| text(&result["ruleId"]));
    assert!(ids.iter().all(|id| raised.clone().any(|raised| raised == *id)), "a rule that nothing raised");
}

#[test]
fn every_fault_is_a_result_of_a_rule() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/specs/invalid");
    let log = log(folder, "");
    check(&log);
    let results = list(&log["runs"][0]["results"]);
    let json = nines(["validate", folder, "--format", "json"]).json();
    let listed = list(&json["faults"]);
    assert_eq!(results.len(), listed.len());
    let note = &log["runs"][0]["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"];
    assert_eq!(text(note), format!("{} more faults were found and are not listed", json["not_listed"]));
    for (result, fault) in results.iter().zip(listed) {
        assert_eq!(result["ruleId"], fault["code"]);
        let place = &result["locations"][0]["physicalLocation"];
        assert_eq!(place["region"]["endColumn"], fault["end_column"]);
        assert_eq!(place["artifactLocation"]["uri"], format!("file://{}", text(&fault["file"])));
        assert!(text(&result["message"]["text"]).starts_with(text(&fault["message"])));
    }
}

#[test]
fn a_silenced_warning_is_suppressed_and_nothing_else_is() {
    let input = "apiVersion: nines/v1\nservice: é\nvars: {a: x}  # nines: allow N0211: to come\nslos: []\n";
    let log = log("-", input);
    check(&log);
    let results = list(&log["runs"][0]["results"]);
    assert!(results.iter().all(|result| list(&result["suppressions"]).is_empty()), "{results:#?}");
    let input = input
        .replace('é', "a")
        .replace("[]", "[{name: a, objective: 9, window: 1d, sli: {events: {bad: e, total: t}}}]");
    let log = self::log("-", &input);
    check(&log);
    let suppression = &log["runs"][0]["results"][0]["suppressions"][0];
    assert_eq!(suppression["justification"], "to come");
    assert_eq!(suppression["location"]["physicalLocation"]["region"]["startColumn"], 15);
}

#[test]
fn no_faults_are_an_empty_list_of_results() {
    let log = log(concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/specs/valid"), "");
    check(&log);
    assert_eq!(log["runs"][0]["results"], serde_json::json!([]));
}

#[test]
fn more_faults_than_are_listed_are_told() {
    let log = log("-", &format!("apiVersion: nines/v1\nlabels:\n{}", "  a: 1\n".repeat(700)));
    check(&log);
    let notes = list(&log["runs"][0]["invocations"][0]["toolExecutionNotifications"]);
    assert!(text(&notes[0]["message"]["text"]).contains("more faults"), "{notes:?}");
}
