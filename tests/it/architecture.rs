//! Holds the direction of imports: which room may see which, and which may name which outside package.

mod paths;

use std::path::{Path, PathBuf};

use paths::{Named, modules, paths};

/// The rooms from top to bottom. A room imports only from lines below its own: rooms of one line never see each other.
const ROOMS: &[&[&str]] = &[
    &["main", "lib"],
    &["cli"],
    &["app"],
    &["spec", "source", "render", "generate", "simulate", "propose"],
    // Above the report, since numbers become words there alone.
    &["doctor"],
    &["report"],
    &["exit", "history"],
    &["budget"],
    &["plan"],
    &["slo"],
    &["engine", "tsdb"],
    &["promql", "diag"],
    &["base"],
];

/// Which rooms, or files in them, may name which outside package. One door for each outside thing.
const PACKAGES: &[(&str, &[&str])] = &[
    ("anyhow", &["cli", "app", "source"]),
    ("chrono", &["main", "base", "engine/functions"]),
    ("chrono_tz", &["base"]),
    ("clap", &["cli"]),
    ("comfy_table", &["render"]),
    ("console", &["main"]),
    ("crc32c", &["tsdb", "history"]),
    ("csv", &["render"]),
    ("fast_float2", &["source"]),
    ("flate2", &["cli", "source"]),
    ("glob", &["app"]),
    ("indicatif", &["app"]),
    ("mimalloc", &["main"]),
    ("regex", &["plan", "engine", "promql"]),
    ("regex_syntax", &["promql"]),
    ("reqwest", &["source"]),
    ("rrule", &["base"]),
    ("ruzstd", &["source", "tsdb"]),
    ("saphyr_parser", &["spec"]),
    ("serde", &["source", "render", "generate", "doctor", "history", "report", "diag", "tsdb", "base"]),
    ("serde_json", &["cli", "spec", "source", "render", "generate", "history", "report", "diag", "tsdb"]),
    ("serde_path_to_error", &["source"]),
    ("serde_yaml", &["cli", "generate", "source/prometheus"]),
    ("sha2", &["cli"]),
    ("snap", &["tsdb"]),
    ("tera", &["render"]),
    ("tokio", &["app", "source"]),
    ("twox_hash", &["engine"]),
];

/// What is wrong with a file of `src/`: `file:line: what`.
fn faults(file: &str, text: &str) -> Vec<String> {
    let module = module(file);
    let room = module.first().map_or_else(|| file.trim_end_matches(".rs"), String::as_str);
    let Some(rank) = rank(room) else {
        return vec![format!("src/{file}:1: room {room} is not in the table of rooms")];
    };
    let own = modules(text);
    let mut found = Vec::new();
    for named in paths(text, &module) {
        let path = named.segments.join("::");
        let why = match import(&named) {
            Some(other) if other == room => continue,
            Some(other) => match self::rank(other) {
                Some(below) if below > rank => continue,
                Some(_) => format!("room {room} names {path}, but {other} is not below it"),
                None => format!("room {room} names {path}, but {other} is not a room"),
            },
            None => match PACKAGES.iter().find(|(package, _)| names_package(&named, package, &own)) {
                Some((_, rooms)) if rooms.iter().any(|allowed| stands_in(file, allowed)) => continue,
                Some((_, rooms)) if !is_for_tests(file, &named) => {
                    format!("room {room} names {path}, which belongs to {}", rooms.join(", "))
                }
                _ => continue,
            },
        };
        found.push(format!("src/{file}:{}: {why}", named.line));
    }
    found
}

/// `slo/sli/latency.rs` is the module `slo::sli::latency`.
fn module(file: &str) -> Vec<String> {
    let parts = file.trim_end_matches(".rs").split('/').map(str::to_owned);
    let mut parts: Vec<String> = parts.collect();
    match parts.as_slice() {
        [root] if root == "main" || root == "lib" => parts.clear(),
        [.., last] if last == "mod" => drop(parts.pop()),
        _ => {}
    }
    parts
}

/// Larger is lower.
fn rank(room: &str) -> Option<usize> {
    ROOMS.iter().position(|rooms| rooms.contains(&room))
}

/// The room that a path leads to, where it leads through the crate's root.
fn import(named: &Named) -> Option<&str> {
    match named.segments.as_slice() {
        [root, room, ..] if root == "crate" => Some(room),
        _ => None,
    }
}

fn names_package(named: &Named, package: &str, own_modules: &[String]) -> bool {
    // A word alone may be a variable; a file may have a module of the package's name.
    named.segments[0] == package
        && (named.segments.len() > 1 || named.in_use)
        && !own_modules.iter().any(|own| own == package)
}

fn is_for_tests(file: &str, named: &Named) -> bool {
    named.in_tests || file.trim_end_matches(".rs").split('/').any(|part| part == "tests")
}

fn stands_in(file: &str, allowed: &str) -> bool {
    file.strip_prefix(allowed).is_some_and(|rest| rest.starts_with('/') || rest == ".rs")
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

#[expect(clippy::disallowed_methods, reason = "reads the sources")]
fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|why| panic!("cannot read {}: {why}", path.display()))
}

/// Every Rust file under `dir`, sorted.
fn rust_files(dir: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in dir.read_dir().unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(rust_files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
    found.sort();
    found
}

#[test]
fn every_room_imports_from_below_and_through_its_own_doors() {
    let src = root().join("src");
    let files = rust_files(&src);
    assert!(files.len() > 10, "only {} files found", files.len());
    let found: Vec<String> = files
        .iter()
        .flat_map(|file| {
            let name = file.strip_prefix(&src).unwrap().to_string_lossy().replace('\\', "/");
            faults(&name, &read(file))
        })
        .collect();
    assert!(found.is_empty(), "imports against the order of the rooms:\n{}", found.join("\n"));
}

#[test]
fn every_dependency_has_a_room() {
    let manifest = read(&root().join("Cargo.toml"));
    let (_, rest) = manifest.split_once("\n[dependencies]\n").unwrap();
    let section = rest.split("\n[").next().unwrap();
    let mut dependencies: Vec<String> = section
        .lines()
        .filter_map(|line| line.split_once(" ="))
        .map(|(name, _)| name.replace('-', "_"))
        .collect();
    dependencies.sort();
    let rows: Vec<&str> = PACKAGES.iter().map(|(package, _)| *package).collect();
    assert_eq!(dependencies, rows, "the table of packages and Cargo.toml differ");
}

#[test]
fn planted_imports_are_found() {
    for (file, text, found) in [
        (
            "slo/spec.rs",
            "use crate::plan::Query;",
            "src/slo/spec.rs:1: room slo names crate::plan::Query, but plan is not below it",
        ),
        (
            "slo/spec.rs",
            "\nuse crate::{base::X, report::Y};",
            "src/slo/spec.rs:2: room slo names crate::report::Y, but report is not below it",
        ),
        (
            "slo/mod.rs",
            "fn f() { super::budget::x() }",
            "src/slo/mod.rs:1: room slo names crate::budget::x, but budget is not below it",
        ),
        (
            "slo/mod.rs",
            "use crate::run;",
            "src/slo/mod.rs:1: room slo names crate::run, but run is not a room",
        ),
        ("slo/mod.rs", "use crate::*;", "src/slo/mod.rs:1: room slo names crate::*, but * is not a room"),
        (
            "spec/x.rs",
            "#[cfg(test)] mod tests { use crate::source::Source; }",
            "src/spec/x.rs:1: room spec names crate::source::Source, but source is not below it",
        ),
        ("attic/mod.rs", "", "src/attic/mod.rs:1: room attic is not in the table of rooms"),
        (
            "exit.rs",
            "fn f(x: reqwest::Client) {}",
            "src/exit.rs:1: room exit names reqwest::Client, which belongs to source",
        ),
        ("exit.rs", "use {tera, std::fmt};", "src/exit.rs:1: room exit names tera, which belongs to render"),
        (
            "source/local.rs",
            "use serde_yaml::Value;",
            "src/source/local.rs:1: room source names serde_yaml::Value, which belongs to cli, generate, source/prometheus",
        ),
    ] {
        assert_eq!(faults(file, text), [found], "{file}: {text}");
    }
}

#[test]
fn what_is_allowed_is_not_found() {
    for (file, text) in [
        ("lib.rs", "pub mod cli; pub fn run() { cli::run() } fn f() { crate::app::go() }"),
        ("main.rs", "fn main() { chrono::spawn(nines::run()) }"),
        (
            "slo/sli/latency.rs",
            "use super::Signal; use super::super::Spec; use crate::{base::{Share, Labels}, promql::Expr};",
        ),
        ("slo/spec.rs", "// crate::report\nlet regex = csv; \"crate::app\""),
        ("slo/spec.rs", "#[cfg(test)] mod tests { use regex::Regex; }"),
        ("exit.rs", "mod csv; use self::csv::X; fn f() { csv::y() }"),
        ("source/prometheus/http.rs", "use serde_yaml::Value;"),
        ("source/prometheus.rs", "use serde_yaml::Value;"),
    ] {
        assert_eq!(faults(file, text), [] as [&str; 0], "{file}: {text}");
    }
}
