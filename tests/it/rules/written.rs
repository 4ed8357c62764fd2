//! Rule files as they are written, to be held against each other.

use std::collections::BTreeMap;

use nines::promql::{Expr, ParseOptions, parse};
use serde::Deserialize;

/// A group of a rule file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Group {
    pub(super) name: String,
    pub(super) interval: Option<String>,
    pub(super) rules: Vec<Rule>,
}

/// A rule of a rule file.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Rule {
    pub(super) record: Option<String>,
    pub(super) alert: Option<String>,
    pub(super) expr: String,
    pub(super) r#for: Option<String>,
    #[serde(default)]
    pub(super) labels: BTreeMap<String, String>,
    #[serde(default)]
    pub(super) annotations: BTreeMap<String, String>,
}

#[derive(Deserialize)]
struct File {
    #[serde(default)]
    groups: Vec<Group>,
    spec: Option<Spec>,
}

#[derive(Deserialize)]
struct Spec {
    groups: Vec<Group>,
}

/// The groups of all documents, whether plain or for the operator.
pub(super) fn groups(text: &str) -> Vec<Group> {
    let documents = serde_yaml::Deserializer::from_str(text);
    let files = documents.filter_map(|document| Option::<File>::deserialize(document).unwrap());
    files.flat_map(|file| file.spec.map_or(file.groups, |spec| spec.groups)).collect()
}

impl Rule {
    pub(super) fn name(&self) -> &str {
        self.record.as_deref().or(self.alert.as_deref()).unwrap()
    }

    pub(super) fn expr(&self) -> Expr {
        parse(&self.expr, &ParseOptions::default()).unwrap_or_else(|why| panic!("{}: {why:?}", self.expr))
    }
}

/// Holds groups against each other: names, intervals, order, labels and annotations as they are, expressions as trees with
/// their brackets, numbers to the last bit.
pub(super) fn assert_same(what: &str, made: &[Group], expected: &[Group]) {
    let names = |groups: &[Group]| -> Vec<String> {
        groups.iter().map(|group| format!("{} every {:?}", group.name, group.interval)).collect()
    };
    assert_eq!(names(made), names(expected), "{what}");
    for (made, expected) in made.iter().zip(expected) {
        let names = |group: &Group| -> Vec<String> {
            group.rules.iter().map(|rule| rule.name().to_owned()).collect()
        };
        assert_eq!(names(made), names(expected), "{what}: {}", made.name);
        for (made, expected) in made.rules.iter().zip(&expected.rules) {
            let what = format!("{what}: {}", made.name());
            assert_eq!(made.record.is_some(), expected.record.is_some(), "{what}");
            assert_eq!(made.labels, expected.labels, "{what}");
            assert_eq!(made.annotations, expected.annotations, "{what}");
            assert_eq!(made.r#for, expected.r#for, "{what}");
            let (made, expected) = (made.expr(), expected.expr());
            assert_eq!(made.to_string(), expected.to_string(), "{what}");
            assert!(made == expected, "{what}: {made}");
        }
    }
}
