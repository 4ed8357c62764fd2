//! The table and the readers say the same.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::{Kind, Of, Shape};
use crate::diag::{Diagnostics, Files};
use crate::spec::decode::asked::{Asked, take};

/// A step from the root to a value: a key, or a place in a list.
enum Step {
    Key(String),
    Place,
}

/// `slos[1].labels["a b"]` as steps.
fn steps(route: &str) -> Vec<Step> {
    let mut steps = Vec::new();
    let mut rest = route;
    while !rest.is_empty() {
        if let Some(quoted) = rest.strip_prefix("[\"") {
            let (key, after) = quoted.split_once("\"]").unwrap();
            steps.push(Step::Key(key.to_owned()));
            rest = after;
        } else if let Some(place) = rest.strip_prefix('[') {
            steps.push(Step::Place);
            rest = place.split_once(']').unwrap().1;
        } else {
            let key = rest.strip_prefix('.').unwrap_or(rest);
            let end = key.find(['.', '[']).unwrap_or(key.len());
            steps.push(Step::Key(key[..end].to_owned()));
            rest = &key[end..];
        }
    }
    steps
}

const ALL: [Of; 5] = [Of::Specification, Of::Receivers, Of::Boards, Of::Policy, Of::Exclusions];

/// The map of the table to which steps lead.
fn shape_at(of: Of, steps: &[Step]) -> Option<&'static Shape> {
    fn go(kind: &'static Kind, steps: &[Step]) -> Option<&'static Shape> {
        match (kind, steps) {
            (Kind::Map(shape), []) => Some(shape),
            (Kind::Map(shape), [Step::Key(key), rest @ ..]) => {
                go(&shape.fields.iter().find(|field| field.name == key)?.kind, rest)
            }
            (Kind::List(element), [Step::Place, rest @ ..]) => go(element, rest),
            (Kind::Entries(_, value), [Step::Key(_), rest @ ..]) => go(value, rest),
            (Kind::Either(kinds), steps) => kinds.iter().find_map(|kind| go(kind, steps)),
            _ => None,
        }
    }
    let shapes = of.shapes();
    match steps {
        [] => shapes.first().copied(),
        [Step::Key(key), rest @ ..] => {
            go(&shapes[0].fields.iter().find(|field| field.name == key)?.kind, rest)
        }
        _ => None,
    }
}

fn files(folder: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let mut files: Vec<PathBuf> = folder.read_dir().unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|ending| ending == "yaml"));
    files.sort();
    files
}

/// The kind of the documents of a text.
fn of(text: &str) -> Of {
    let says = |kind: &str| text.contains(&format!("\nkind: {kind}\n"));
    let kinds = [
        ("Receivers", Of::Receivers),
        ("Boards", Of::Boards),
        ("Policy", Of::Policy),
        ("Exclusions", Of::Exclusions),
    ];
    kinds.into_iter().find(|(kind, _)| says(kind)).map_or(Of::Specification, |(_, of)| of)
}

/// What the readers asked for in each file of a folder.
#[expect(clippy::disallowed_methods, reason = "reads the specifications of the project")]
fn asked(folder: &str) -> Vec<(String, Of, Asked)> {
    let mut all = Vec::new();
    for path in files(folder) {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let text = std::fs::read_to_string(&path).unwrap();
        if ["openslo", "sre.google.com", "pyrra.dev", "sloth", "prometheus/v1"]
            .iter()
            .any(|other| text.contains(other))
        {
            // Readers of other dialects have fields of their own.
            continue;
        }
        let of = of(&text);
        let mut texts = Files::new();
        texts.add(name.clone(), text);
        drop(take());
        crate::spec::read(&texts, &mut Diagnostics::new());
        all.extend(take().into_iter().map(|asked| (name.clone(), of, asked)));
    }
    assert!(!all.is_empty(), "{folder}");
    all
}

const VALID: [&str; 5] = [
    "fixtures/specs/valid",
    "fixtures/alerting",
    "fixtures/boards",
    "fixtures/policies/valid",
    "fixtures/exclusions",
];

#[test]
fn readers_ask_for_exactly_the_fields_of_the_table() {
    let folders = [
        VALID.as_slice(),
        &[
            "fixtures/specs/invalid",
            "fixtures/policies/invalid",
            "slo-specs",
            "slo-specs/alerting",
            "slo-specs/boards",
        ],
    ];
    for folder in folders.concat() {
        for (file, of, Asked { route, mut known, .. }) in asked(folder) {
            let shape = shape_at(of, &steps(&route));
            let shape = shape.unwrap_or_else(|| panic!("{file}: the table has no map at {route:?}"));
            let mut fields: Vec<&str> = shape.fields.iter().map(|field| field.name).collect();
            fields.sort_unstable();
            known.sort_unstable();
            assert_eq!(known, fields, "{file}: fields at {route:?}");
        }
    }
}

#[test]
fn every_field_of_the_table_stands_in_a_valid_fixture() {
    let mut written: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for (_, of, Asked { route, written: keys, .. }) in VALID.iter().flat_map(|folder| asked(folder)) {
        written.entry(shape_at(of, &steps(&route)).unwrap().name).or_default().extend(keys);
    }
    let nowhere: Vec<String> = ALL
        .iter()
        .flat_map(|of| of.shapes())
        .flat_map(|shape| shape.fields.iter().map(move |field| (shape.name, field.name)))
        .filter(|(shape, field)| !written.get(shape).is_some_and(|fields| fields.contains(*field)))
        .map(|(shape, field)| format!("{shape}.{field}"))
        .collect();
    assert!(nowhere.is_empty(), "no valid fixture has {nowhere:?}");
}

#[test]
fn the_table_is_whole() {
    for of in ALL {
        whole(of);
    }
}

fn whole(of: Of) {
    let mut names = BTreeSet::new();
    for shape in of.shapes() {
        assert!(names.insert(shape.name), "{} stands twice", shape.name);
        assert!(shape.meaning.ends_with('.'), "{}", shape.name);
        for name in shape.one_of {
            let field = shape.fields.iter().find(|field| field.name == *name);
            assert!(field.is_some_and(|field| !field.required), "{}.{name}", shape.name);
        }
        for field in shape.fields {
            assert!(field.meaning.ends_with('.'), "{}.{}", shape.name, field.name);
            assert!(!(field.required && field.default.is_some()), "{}.{}", shape.name, field.name);
        }
    }
}
