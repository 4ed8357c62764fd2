//! Scripts that say what queries must give: the project's own, and a folder of Prometheus's where there is one.
//!
//! `NINES_PROMQL_CORPUS` names that folder, else it is looked for beside the project. Its table stands in the README, and
//! the cases that do not pass in `fixtures/promql/refused.txt`, each with the reason; both are held by a test, and
//! written anew with `NINES_PROMQL_UPDATE=1`.

mod nhcb;
mod run;
mod same;
mod script;
mod table;
mod world;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use nines::engine::{Feature, Features, function_names};
use nines::promql::{AggregateOp, BinaryOp, ExprKind, ParseOptions, parse};

use crate::support::written::with_part;
use run::{Outcome, Setup, outcomes};
use script::Command;
use table::{Counts, Table};

fn root(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

#[expect(clippy::disallowed_methods, reason = "tests read their own fixtures")]
fn scripts(folder: &Path) -> Vec<(String, String)> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut scripts: Vec<(String, String)> = entries
        .filter(|path| path.extension().is_some_and(|extension| extension == "test"))
        .map(|path| {
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            (name, std::fs::read_to_string(&path).unwrap())
        })
        .collect();
    scripts.sort();
    assert!(!scripts.is_empty(), "{} has no scripts", folder.display());
    scripts
}

fn own_scripts() -> Vec<(String, String)> {
    scripts(&root("fixtures/promql"))
}

#[test]
fn own_scripts_pass() {
    let mut table = Table(Vec::new());
    for (name, text) in own_scripts() {
        let commands = script::read(&text);
        let features = Features::all();
        for features in [features, features.without(Feature::DelayedNameRemoval)] {
            let outcomes = outcomes(&commands, Setup { features });
            for (case, outcome) in &outcomes {
                assert_eq!(*outcome, Outcome::Passed, "{name}:{}: {}", case.line, case.expr);
            }
            table.0.push(Counts::of(&name, outcomes.iter().map(|(_, outcome)| outcome)));
        }
    }
    println!("{table}");
}

/// Words that change what they stand beside.
const MODIFIERS: [&str; 11] =
    ["@", "bool", "by", "end", "group_left", "group_right", "ignoring", "offset", "on", "start", "without"];

#[test]
fn own_scripts_know_every_word() {
    let (mut named, mut words) = (BTreeSet::new(), BTreeSet::new());
    let scripts = own_scripts();
    let commands: Vec<_> = scripts.iter().flat_map(|(_, text)| script::read(text)).collect();
    for command in &commands {
        let Command::Eval(case) = command else { continue };
        words.extend(case.expr.split(|c: char| !(c.is_ascii_alphanumeric() || "_@".contains(c))));
        let Ok(expr) = parse(&case.expr, &ParseOptions::default()) else { continue };
        expr.walk(&mut |node| {
            named.extend(match &node.kind {
                ExprKind::Call { function, .. } => Some(function.clone()),
                ExprKind::Aggregate { op, .. } => Some(op.word().to_owned()),
                ExprKind::Binary { op, .. } => Some(op.word().to_owned()),
                _ => None,
            });
        });
    }
    let operators = BinaryOp::ALL.iter().map(|op| op.word());
    let aggregations = AggregateOp::ALL.iter().map(|op| op.word());
    let mut missing: Vec<_> = function_names().chain(operators).chain(aggregations).collect();
    missing.retain(|word| !named.contains(*word));
    missing.extend(MODIFIERS.iter().filter(|word| !words.contains(**word)));
    assert_eq!(missing, Vec::<&str>::new());
}

/// The folder of Prometheus's scripts, where there is one.
fn corpus_folder() -> Option<PathBuf> {
    let named = std::env::var_os("NINES_PROMQL_CORPUS").map(PathBuf::from);
    named.or_else(|| Some(root("../shared/corpus/promql")).filter(|folder| folder.is_dir()))
}

#[test]
#[expect(clippy::disallowed_methods, reason = "tests read their own fixtures, and write them where asked to")]
fn corpus() {
    let Some(folder) = corpus_folder() else {
        println!("there is no folder of Prometheus's scripts: only the project's own were run");
        return;
    };
    let (mut table, mut refused) = (Table(Vec::new()), String::new());
    for (name, text) in scripts(&folder) {
        let commands = script::read(&text);
        // As Prometheus' own runner has it.
        let features = Features::all().without(Feature::TypeAndUnitLabels);
        let outcomes = outcomes(&commands, Setup { features });
        table.0.push(Counts::of(&name, outcomes.iter().map(|(_, outcome)| outcome)));
        for (case, outcome) in &outcomes {
            let place = format!("{name}:{}", case.line);
            match outcome {
                Outcome::Passed => {}
                Outcome::Refused(why) => {
                    println!("refused {place}: {}\n        {why}", case.expr);
                    refused.extend([format!("{place}: {why}\n")]);
                }
                Outcome::Failed(why) => println!("failed {place}: {}\n        {why}", case.expr),
            }
        }
    }
    println!("{table}");
    let readme = std::fs::read_to_string(root("README.md")).unwrap();
    let written = [
        ("fixtures/promql/refused.txt", refused),
        ("README.md", with_part(&readme, "conformance", &table.to_string())),
    ];
    if std::env::var_os("NINES_PROMQL_UPDATE").is_some() {
        for (path, now) in &written {
            std::fs::write(root(path), now).unwrap();
        }
    }
    let failed: usize = table.0.iter().map(|counts| counts.failed).sum();
    assert_eq!(failed, 0, "cases failed, told above");
    for (path, now) in written {
        let same = std::fs::read_to_string(root(path)).unwrap() == now;
        assert!(same, "{path} tells something else than what is told above: NINES_PROMQL_UPDATE=1 writes it");
    }
}
