//! The table as a page for people.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::{Field, Key, Kind, Of, Shape};

const HEAD: &str = include_str!("head.md");
/// Also a fixture, and so held to be right.
const EXAMPLE: &str = include_str!("../../../../fixtures/specs/valid/everything.yaml");

/// The reference of the dialect, as Markdown.
pub fn reference() -> String {
    let mut page = HEAD.to_owned();
    sections(&mut page, Of::Specification);
    let _ = write!(page, "\n## An example with most of it\n\n```yaml\n{EXAMPLE}```\n");
    for of in [Of::Receivers, Of::Boards] {
        let _ = write!(page, "\n## {}\n", of.title());
        sections(&mut page, of);
    }
    page
}

fn sections(page: &mut String, of: Of) {
    let places = places(of);
    let described = |shape: &Shape| {
        of != Of::Specification && Of::Specification.shapes().iter().any(|other| other.name == shape.name)
    };
    for shape in of.shapes().iter().filter(|shape| !described(shape)) {
        section(page, shape, places.get(shape.name).map(Vec::as_slice).unwrap_or_default());
    }
}

fn section(page: &mut String, shape: &Shape, places: &[String]) {
    let places: Vec<String> = places.iter().map(|place| format!("`{place}`")).collect();
    // A text can always be written to.
    let _ = write!(page, "\n### {}\n\n", shape.name);
    if !places.is_empty() {
        let _ = write!(page, "At {}. ", places.join(", "));
    }
    let _ = writeln!(page, "{}\n", shape.meaning);
    if !shape.one_of.is_empty() {
        let names: Vec<String> = shape.one_of.iter().map(|name| format!("`{name}`")).collect();
        let _ = writeln!(page, "Exactly one of {} must be there.\n", names.join(", "));
    }
    page.push_str("| field | value | example | default | meaning |\n|---|---|---|---|---|\n");
    for field in shape.fields {
        row(page, field);
    }
}

fn row(page: &mut String, field: &Field) {
    let default = match (field.required, field.default) {
        (true, _) => "required".to_owned(),
        (false, Some(default)) if default.contains([' ', '`']) => default.to_owned(),
        (false, Some(default)) => format!("`{default}`"),
        (false, None) => String::new(),
    };
    let example = field.example.replace('|', r"\|");
    let value = words(&field.kind);
    let _ = writeln!(page, "| `{}` | {value} | `{example}` | {default} | {} |", field.name, field.meaning);
}

/// What a value can be, in words that lead to where it is described.
fn words(kind: &Kind) -> String {
    match kind {
        Kind::Text => "text".to_owned(),
        Kind::Name => "name".to_owned(),
        Kind::LabelName => "label".to_owned(),
        Kind::Percentage | Kind::Objective => "percentage".to_owned(),
        Kind::Duration | Kind::Threshold => "duration".to_owned(),
        Kind::Count => "whole number".to_owned(),
        Kind::Positive | Kind::Number => "number".to_owned(),
        Kind::Truth => "`true` or `false`".to_owned(),
        Kind::Zone => "time zone".to_owned(),
        Kind::Moment => "time".to_owned(),
        Kind::TimeOfDay => "time of the day".to_owned(),
        Kind::Days => "days".to_owned(),
        Kind::Recurrence => "rule".to_owned(),
        Kind::Address => "address".to_owned(),
        Kind::File => "path of a file".to_owned(),
        Kind::Events => "counter, or query with `$window`".to_owned(),
        Kind::Ratio => "query with `$window`".to_owned(),
        Kind::Query => "query".to_owned(),
        Kind::Histogram => "histogram".to_owned(),
        Kind::Word(words) => words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", "),
        Kind::Switch => "`false`".to_owned(),
        Kind::Map(shape) => format!("[{}](#{})", shape.name, shape.name),
        Kind::Entries(Key::Duration, value) => format!("map of durations to {}", words(value)),
        Kind::Entries(_, value) => format!("map of {}", words(value)),
        Kind::List(element) => format!("list of {}", words(element)),
        Kind::Either(kinds) => kinds.iter().map(words).collect::<Vec<_>>().join(" or "),
    }
}

/// Where each map can stand: `slos[].sli`.
fn places(of: Of) -> BTreeMap<&'static str, Vec<String>> {
    let mut places = BTreeMap::new();
    for (i, shape) in of.shapes().iter().enumerate() {
        for field in shape.fields {
            // Only one step: the way on is told by the section of the map that it stands in.
            let from = if i == 0 { String::new() } else { format!("{}.", shape.name) };
            note(&field.kind, format!("{from}{}", field.name), &mut places);
        }
    }
    places
}

fn note(kind: &Kind, place: String, places: &mut BTreeMap<&'static str, Vec<String>>) {
    match kind {
        Kind::Map(shape) => places.entry(shape.name).or_default().push(place),
        Kind::List(element) => note(element, format!("{place}[]"), places),
        Kind::Entries(_, value) => note(value, format!("{place}.*"), places),
        Kind::Either(kinds) => {
            for kind in *kinds {
                note(kind, place.clone(), places);
            }
        }
        _ => {}
    }
}
