//! The schema and the reference page that come from the table of fields, held against specifications that others read.
//!
//! `NINES_SCHEMA_UPDATE=1` writes both anew.

use std::fs;
use std::path::{Path, PathBuf};

use jsonschema::Validator;
use nines::spec::schema::{self, Of};
use serde::Deserialize as _;
use serde_json::Value;

use crate::support::run::nines;

fn in_project(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

#[expect(clippy::disallowed_methods, reason = "reads files of the project")]
fn text(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|why| panic!("{}: {why}", path.display()))
}

/// The documents of a file as JSON, as an editor sees them.
fn documents(text: &str) -> Vec<Value> {
    serde_yaml::Deserializer::from_str(text)
        .map(|document| Value::deserialize(document).unwrap_or_else(|why| panic!("{why}\n{text}")))
        .filter(|document| !document.is_null())
        .collect()
}

const ALL: [(&str, Of); 5] = [
    ("spec", Of::Specification),
    ("receivers", Of::Receivers),
    ("boards", Of::Boards),
    ("policy", Of::Policy),
    ("exclusions", Of::Exclusions),
];

fn validator(of: Of) -> Validator {
    jsonschema::draft202012::new(&schema::json(of)).unwrap()
}

/// What the schema has against a text.
fn faults(validator: &Validator, text: &str) -> Vec<String> {
    let fault = |error: jsonschema::ValidationError| format!("{}: {error}", error.instance_path());
    documents(text)
        .iter()
        .flat_map(|document| validator.iter_errors(document).map(fault).collect::<Vec<_>>())
        .collect()
}

fn specifications(folder: &str) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> =
        in_project(folder).read_dir().unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|ending| ending == "yaml"));
    files.sort();
    files
}

#[test]
fn it_is_a_schema_itself() {
    for (word, of) in ALL {
        let schema = schema::json(of);
        assert!(jsonschema::meta::is_valid(&schema), "{schema:#}");
        assert_eq!(nines(["schema", word]).json(), schema);
    }
}

#[test]
fn exclusions_meet_theirs_and_others_do_not() {
    let validator = validator(Of::Exclusions);
    let good = text(&in_project("fixtures/exclusions/maintenance.yaml"));
    assert_eq!(faults(&validator, &good), [] as [&str; 0]);
    let bad = faults(&validator, &text(&in_project("fixtures/exclusions/invalid/fields.yaml")));
    for place in ["/exclusions/0: ", "/exclusions/3/services: ", "/exclusions/6: "] {
        assert!(bad.iter().any(|fault| fault.starts_with(place)), "{place}: {bad:#?}");
    }
}

#[test]
fn policies_meet_theirs_and_others_do_not() {
    let validator = validator(Of::Policy);
    let good = text(&in_project("fixtures/policies/valid/deploys.yaml"));
    assert_eq!(faults(&validator, &good), [] as [&str; 0]);
    let bad = faults(&validator, &text(&in_project("fixtures/policies/invalid/faults.yaml")));
    for place in ["/levels/1/match", "/levels/2: ", "/on_no_data", "/overrides/0/reason", "/overrides/1: "] {
        assert!(bad.iter().any(|fault| fault.starts_with(place)), "{place}: {bad:#?}");
    }
    assert!(!faults(&validator, &text(&in_project("slo-specs/ecap.yaml"))).is_empty());
}

#[test]
fn it_takes_every_valid_specification() {
    for (of, folders, least) in [
        (Of::Specification, ["fixtures/specs/valid", "slo-specs"], 16),
        (Of::Receivers, ["fixtures/alerting", "slo-specs/alerting"], 2),
        (Of::Boards, ["fixtures/boards", "slo-specs/boards"], 6),
    ] {
        let validator = validator(of);
        let mut documents = 0;
        for path in folders.into_iter().flat_map(specifications) {
            let text = text(&path);
            assert_eq!(faults(&validator, &text), [] as [&str; 0], "{}", path.display());
            documents += self::documents(&text).len();
        }
        assert!(documents >= least, "only {documents} documents of {of:?}");
    }
}

/// Faults of structure: what is told here must be told by an editor as well.
#[test]
fn it_refuses_what_readers_refuse_for_its_form() {
    let validator = validator(Of::Specification);
    for name in [
        "unknown-field",
        "misspelt-required-field",
        "missing-fields",
        "wrong-types",
        "not-a-map",
        "slo-not-a-map",
        "sli-no-kind",
        "sli-two-kinds",
        "events-good-and-bad",
        "window-both",
        "window-neither",
        "window-no-unit",
        "objective-over-100",
        "objective-negative",
        "objective-comma",
        "objective-text",
        "objective-fraction",
        "name-with-space",
        "label-name",
        "slice-empty-word",
        "min-events-not-whole",
        "threshold-no-unit",
        "link-not-an-address",
        "alerting-faults",
        "gate-faults",
        "by-limit",
        "method-faults",
        "objectives-faults",
        "window-starts",
        "ratio-faults",
        "composite-faults",
        "exclusion-faults",
        "contract-faults",
        "alert-faults",
    ] {
        let text = text(&in_project(&format!("fixtures/specs/invalid/{name}.yaml")));
        let faults = faults(&validator, &text);
        assert!(!faults.is_empty(), "{name} is taken");
    }
}

#[test]
fn faults_are_told_where_they_are() {
    let good = "apiVersion: nines/v1\nservice: a\nslos:\n  - name: b\n    objective: 99.9\n    window: 30d\n    sli: {events: {bad: x, total: y}}\n";
    told_in_place(
        Of::Specification,
        good,
        &[
            ("service: a", "servce: a", ": "),
            ("objective: 99.9", "objective: 0.999", "/slos/0/objective: "),
            ("objective: 99.9", "objective: [99.9]", "/slos/0/objective: "),
            ("window: 30d", "window: 30 days", "/slos/0/window: "),
            ("window: 30d", "window: {calendar: fortnight}", "/slos/0/window: "),
            ("window: 30d", "by: [a, 1b]", "/slos/0/by: "),
            ("{bad: x, total: y}", "{bad: x}", "/slos/0/sli/events: "),
            ("{bad: x, total: y}", "{bad: '', total: y}", "/slos/0/sli/events/bad: "),
            ("nines/v1", "nines/v2", "/apiVersion: "),
        ],
    );
}

#[test]
fn faults_of_receivers_and_boards_are_told_where_they_are() {
    let good = "apiVersion: nines/v1\nkind: Receivers\ndefault:\n  page: [{slack: {channel: '#a', api_url_file: /etc/a}}]\n  ticket: []\n";
    told_in_place(
        Of::Receivers,
        good,
        &[
            ("ticket: []", "tickets: []", "/default: "),
            ("ticket: []", "info: []", "/default: "),
            ("kind: Receivers", "kind: Boards", "/kind: "),
            ("channel: '#a', ", "", "/default/page/0/slack: "),
            ("/etc/a", "secret", "/default/page/0/slack/api_url_file: "),
            ("/etc/a", "https://hooks.example.com/a", "/default/page/0/slack/api_url_file: "),
            ("{slack: {channel: '#a', api_url_file: /etc/a}}", "{}", "/default/page/0: "),
            ("ticket: []", "ticket: [{email: {to: a@example.com}}]", "/default/ticket/0/email/to: "),
            ("ticket: []", "ticket: []\n  escalation: {after: soon, to: []}", "/default/escalation/after: "),
            ("default:", "teams: {payments: {pages: []}}\ndefault:", "/teams/payments: "),
            ("default:", "hours: {days: mon-fri, from: 8}\ndefault:", "/hours"),
            ("default:", "mail: {smarthost: 'a:1'}\ndefault:", "/mail: "),
        ],
    );
    let good = "apiVersion: nines/v1\nkind: Boards\nservice: a\nboards:\n  - name: b\n    title: B\n    panels:\n      - {title: T, description: D, unit: reqps, query: up}\n";
    told_in_place(
        Of::Boards,
        good,
        &[
            ("unit: reqps, ", "", "/boards/0/panels/0: "),
            ("unit: reqps", "unit: req/s", "/boards/0/panels/0/unit: "),
            (", query: up", "", "/boards/0/panels/0: "),
            ("query: up", "query: up, queries: []", "/boards/0/panels/0: "),
            ("query: up", "query: up, kind: pie", "/boards/0/panels/0/kind: "),
            ("query: up", "query: up, limit: {above: high}", "/boards/0/panels/0/limit/above: "),
            ("query: up", "query: up, limit: {above: 1, below: 2}", "/boards/0/panels/0/limit: "),
            ("title: B", "titel: B", "/boards/0: "),
            (
                "title: B",
                "title: B\n    variables: {x: {lengths: [soon]}}",
                "/boards/0/variables/x/lengths/0: ",
            ),
            ("title: B", "title: B\n    variables: {x: {of: up}}", "/boards/0/variables/x: "),
            ("service: a", "service: a b", "/service: "),
        ],
    );
}

/// Each change of a text without faults makes one at its place.
fn told_in_place(of: Of, good: &str, changes: &[(&str, &str, &str)]) {
    let validator = validator(of);
    assert_eq!(faults(&validator, good), [] as [&str; 0]);
    for (from, to, place) in changes {
        assert!(good.contains(from), "{from}");
        let found = faults(&validator, &good.replace(from, to));
        assert!(found.iter().any(|fault| fault.starts_with(place)), "{to}: {found:?}");
    }
}

#[test]
fn examples_of_the_page_are_right() {
    let schemas = ALL.map(|(_, of)| schema::json(of));
    let page = schema::reference();
    let mut section = String::new();
    let mut examples = 0;
    for line in page.lines() {
        if let Some(name) = line.strip_prefix("### ") {
            name.clone_into(&mut section);
        }
        let Some(row) = line.strip_prefix("| `").filter(|_| !section.is_empty()) else { continue };
        let cells: Vec<&str> = row.split(" | ").collect();
        let [field, _, example, _, _] = cells[..] else { panic!("{line}") };
        let (field, example) = (field.trim_end_matches('`'), example.trim_matches('`'));
        let value: Value = serde_yaml::from_str(&example.replace(r"\|", "|"))
            .unwrap_or_else(|why| panic!("{section}.{field}: {example}: {why}"));
        let schema = schemas.iter().find(|schema| !schema["$defs"][&section].is_null());
        let schema = schema.unwrap_or_else(|| panic!("{section} is in no schema"));
        let mut of_field = schema["$defs"][&section]["properties"][field].clone();
        assert!(!of_field.is_null(), "{section}.{field} is not in the schema");
        of_field["$defs"] = schema["$defs"].clone();
        let validator = jsonschema::draft202012::new(&of_field).unwrap();
        assert!(validator.is_valid(&value), "{section}.{field}: {value}: {:?}", validator.validate(&value));
        examples += 1;
    }
    assert!(examples > 100, "only {examples} examples");
}

#[test]
#[expect(
    clippy::disallowed_methods,
    reason = "compares files of the project, and writes them where asked to"
)]
fn what_is_kept_of_it_is_what_it_is() {
    let kept = [
        ("docs/specification.md", schema::reference()),
        ("docs/nines-v1.schema.json", format!("{:#}\n", schema::json(Of::Specification))),
        ("docs/nines-v1-receivers.schema.json", format!("{:#}\n", schema::json(Of::Receivers))),
        ("docs/nines-v1-policy.schema.json", format!("{:#}\n", schema::json(Of::Policy))),
        ("docs/nines-v1-exclusions.schema.json", format!("{:#}\n", schema::json(Of::Exclusions))),
        ("docs/nines-v1-boards.schema.json", format!("{:#}\n", schema::json(Of::Boards))),
    ];
    for (path, now) in kept {
        if std::env::var_os("NINES_SCHEMA_UPDATE").is_some() {
            fs::create_dir_all(in_project("docs")).unwrap();
            fs::write(in_project(path), &now).unwrap();
        }
        let same = fs::read_to_string(in_project(path)).is_ok_and(|text| text == now);
        assert!(same, "{path} is not what comes from the table: NINES_SCHEMA_UPDATE=1 writes it");
    }
}
