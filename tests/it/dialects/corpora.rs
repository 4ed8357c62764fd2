//! Real files of other tools, where there is a folder of them: each is read, or refused for a reason.
//!
//! `NINES_CORPORA` names that folder, else it is looked for beside the project. What comes of each file stands in
//! `docs/corpora.md`; a test holds it, and writes it anew with `NINES_CORPORA_UPDATE=1`.

use std::path::PathBuf;

use nines::diag::{Diagnostic, Diagnostics, Severity};

use super::table::{Row, Table, with_table};
use super::twins::assert_alike;
use super::{files_in, name_of, read, read_files, read_whole, root, text_of, translated};

/// Turns the text of a file into the native dialect.
type Translation = fn(&str) -> String;

/// The folders that are walked. To add one: its line, with how its files are translated where that is known.
const FOLDERS: &[(&str, Option<Translation>)] = &[
    ("sloth/examples", Some(translated::sloth)),
    ("sloth/windows", None),
    ("pyrra", Some(translated::pyrra)),
    ("openslo", None),
    ("slo-generator", None),
];

/// The file of a folder that the others of it need beside them.
const SHARED: &str = "config.yaml";

/// The folder of corpora, where there is one; says aloud where there is none.
pub(crate) fn corpora() -> Option<PathBuf> {
    let named = std::env::var_os("NINES_CORPORA").map(PathBuf::from);
    let found = named.or_else(|| Some(root("../shared/corpus")).filter(|folder| folder.is_dir()));
    if found.is_none() {
        println!("there is no folder of other tools' specifications: only the project's own were read");
    }
    found
}

/// `N0301 unknown function f(); it is …`
fn told(fault: &Diagnostic) -> String {
    let help = fault.help.as_ref().map(|help| format!("; {help}")).unwrap_or_default();
    format!("{} {}{help}", fault.code.id(), fault.message)
}

/// Whether a file is read, in words: with its first error, or the codes of its warnings.
fn outcome(faults: &Diagnostics) -> String {
    let all = faults.sorted();
    if let Some(error) = all.iter().find(|fault| fault.severity() == Severity::Error) {
        return format!("refused: {}", told(error));
    }
    let mut warned: Vec<&str> = all.iter().map(|fault| fault.code.id()).collect();
    warned.sort_unstable();
    warned.dedup();
    if warned.is_empty() { "yes".to_owned() } else { format!("yes; warned: {}", warned.join(", ")) }
}

#[test]
#[expect(clippy::disallowed_methods, reason = "a test holds its own table, and writes it where asked to")]
fn files_of_other_tools_are_read_or_refused_for_a_reason() {
    let Some(corpora) = corpora() else { return };
    let mut table = Table(Vec::new());
    for (folder, _) in FOLDERS {
        for path in files_in(&corpora.join(folder)) {
            let shared = path.with_file_name(SHARED);
            let texts = if shared.is_file() && shared != path {
                vec![path.clone(), shared]
            } else {
                vec![path.clone()]
            };
            let texts: Vec<String> = texts.iter().map(|path| text_of(path)).collect();
            let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
            let (specs, faults, _) = read_files(&texts);
            let objectives =
                if faults.has_errors() { 0 } else { specs.iter().map(|spec| spec.slos.len()).sum() };
            table.0.push(Row {
                file: format!("{folder}/{}", name_of(&path)),
                read: outcome(&faults),
                objectives,
            });
        }
    }
    println!("{table}");
    let path = root("docs/corpora.md");
    let before = text_of(&path);
    let now = with_table(&before, &table);
    if std::env::var_os("NINES_CORPORA_UPDATE").is_some() {
        std::fs::write(&path, &now).unwrap();
    } else {
        assert!(
            before == now,
            "docs/corpora.md tells something else than this: NINES_CORPORA_UPDATE=1 writes it"
        );
    }
}

#[test]
fn files_of_other_tools_ask_what_their_translation_asks() {
    let Some(corpora) = corpora() else { return };
    let mut compared = 0;
    for (folder, translate) in FOLDERS {
        let Some(translate) = translate else { continue };
        for path in files_in(&corpora.join(folder)) {
            let text = text_of(&path);
            let (specs, faults, _) = read(&text);
            // OpenSLO's are held to twins of their own.
            if !faults.has_errors() && !text.contains("openslo/") {
                let native = translate(&text);
                assert_alike(&name_of(&path), &specs, &read_whole(&native));
                compared += 1;
            }
        }
    }
    assert!(compared > 30, "only {compared} files were compared");
    println!("{compared} files ask what their translation asks");
}

#[test]
fn rules_are_told_from_specifications() {
    let Some(corpora) = corpora() else { return };
    for path in files_in(&corpora.join("sloth/generated")) {
        let (specs, faults, _) = read(&text_of(&path));
        let codes: Vec<&str> = faults.sorted().iter().map(|fault| fault.code.id()).collect();
        assert!(
            !codes.is_empty() && codes.iter().all(|code| *code == "N0501"),
            "{}: {codes:?}",
            path.display()
        );
        assert!(specs.is_empty(), "{}", path.display());
    }
}
