//! The pages of the codes: their form, their examples, their index.
//!
//! `NINES_FAULTS_UPDATE=1` writes the index anew.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use nines::diag::{Code, Diagnostics, Files, Part, Style};
use nines::spec;

use crate::support::run::nines;
use crate::support::written::with_part;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/faults")
}

/// The codes that a specification raises, whether an error is among them, and what is told of them.
fn raised(text: &str) -> (BTreeSet<Code>, bool, String) {
    let mut files = Files::new();
    files.add("example.yaml", text);
    let mut faults = Diagnostics::new();
    spec::read(&files, &mut faults);
    let codes = faults.sorted().iter().map(|fault| fault.code).collect();
    (codes, faults.has_errors(), faults.to_text(&files, Style::default()))
}

#[test]
fn every_page_has_the_form() {
    for code in Code::ALL {
        let (id, page) = (code.id(), code.page());
        let parts = page.parts();
        let title = format!("{id}: {}", code.meaning().trim_end_matches('.'));
        assert_eq!(parts.first(), Some(&Part::Title(&title)), "{id}: the title");
        let plain = |part: &Part| match part {
            Part::Title(_) => false,
            Part::Paragraph(lines) => lines.iter().all(|line| !line.starts_with(['#', '>', '|'])),
            // What is found in data is shown as it is told.
            Part::Example(what, lines) => {
                (what.starts_with("yaml") || !code.is_of_text()) && !lines.is_empty()
            }
        };
        assert!(parts.iter().skip(1).all(plain), "{id}: something else than paragraphs and examples");
        let begins = |part: Option<&Part>, with: &str| matches!(part, Some(Part::Paragraph(lines)) if lines[0].starts_with(with));
        let what_to_do = |part: &&Part| begins(Some(part), "**What to do**: ");
        if code.is_of_text() {
            assert!(parts.last().is_some_and(|part| what_to_do(&part)), "{id}: what to do");
        } else {
            assert!(parts.iter().any(|part| what_to_do(&part)), "{id}: what to do");
        }
        for (before, part) in parts.iter().zip(&parts[1..]) {
            match part {
                Part::Example("yaml wrong", _) => assert!(begins(Some(before), "Wrong:"), "{id}"),
                Part::Example("yaml right", _) => assert!(begins(Some(before), "Right:"), "{id}"),
                _ => {}
            }
        }
        let lines: Vec<&str> = page.markdown().lines().collect();
        assert!((8..=40).contains(&lines.len()), "{id}: {} lines", lines.len());
        assert!(lines.iter().all(|line| line.chars().count() <= 120), "{id}: a line is too long");
    }
}

#[test]
fn what_is_called_wrong_is_wrong_and_what_is_called_right_is_right() {
    for code in Code::ALL.iter().filter(|code| code.is_of_text()) {
        let (wrong, right) = (code.page().examples("wrong"), code.page().examples("right"));
        assert!(!wrong.is_empty() && wrong.len() == right.len(), "{}: examples", code.id());
        for text in wrong {
            let (codes, _, said) = raised(&text);
            assert!(codes.contains(code), "{} is not raised by:\n{text}\n{said}", code.id());
        }
        for text in right {
            let (codes, wrong, said) = raised(&text);
            assert!(!codes.contains(code) && !wrong, "{}: not right:\n{text}\n{said}", code.id());
        }
    }
}

#[test]
#[expect(clippy::disallowed_methods, reason = "reads the index, and writes it where asked to")]
fn the_index_has_every_code() {
    let mut table = String::from("| code | severity | meaning |\n|---|---|---|\n");
    for code in Code::ALL {
        let (id, severity, meaning) = (code.id(), code.severity().word(), code.meaning());
        writeln!(table, "| [{id}]({id}.md) | {severity} | {meaning} |").unwrap();
    }
    let path = folder().join("README.md");
    let text = std::fs::read_to_string(&path).unwrap();
    let now = with_part(&text, "faults", &table);
    if std::env::var_os("NINES_FAULTS_UPDATE").is_some() {
        std::fs::write(&path, &now).unwrap();
    } else {
        assert!(text == now, "docs/faults/README.md has another table: NINES_FAULTS_UPDATE=1 writes it");
    }
    let pages = std::fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().path());
    let named: BTreeSet<String> =
        pages.map(|page| page.file_stem().unwrap().to_string_lossy().into()).collect();
    let codes = Code::ALL.iter().map(|code| code.id().to_owned()).chain(["README".to_owned()]);
    assert_eq!(named, codes.collect(), "a page without a code");
}

#[test]
fn a_page_is_printed_for_a_terminal() {
    let one = nines(["explain-code", "n0204"]);
    assert_eq!((one.code, one.err.as_str()), (0, ""));
    assert!(one.out.starts_with("N0204: A value is not one of the words"), "{}", one.out);
    assert!(one.out.contains("\n        window: {calendar: fortnight}\n"), "{}", one.out);
    assert!(
        !one.out.contains('\u{1b}') && one.out.lines().all(|line| line.chars().count() <= 100),
        "{}",
        one.out
    );
    let two = nines(["explain-code", "N0204", "N0101"]);
    assert!(two.out.starts_with(&one.out) && two.out.contains("\n\nN0101: "), "{}", two.out);
    let painted = nines(["explain-code", "N0204", "--color", "always"]);
    assert!(painted.out.starts_with("\u{1b}[1mN0204"), "{}", painted.out);
}

#[test]
fn all_codes_are_listed() {
    let list = nines(["explain-code", "--list"]).out;
    assert_eq!(list.lines().count(), Code::ALL.len());
    assert!(list.starts_with("N0101  error    The text is not YAML.\n"), "{list}");
    assert!(list.contains("\nN0211  warning  A variable is defined and never used.\n"), "{list}");
}

#[test]
fn a_code_that_is_not_there_is_refused_with_the_nearest() {
    let refused = nines(["explain-code", "N0204", "N0194", "everything"]);
    assert_eq!((refused.code, refused.out.as_str()), (2, ""));
    assert_eq!(
        refused.err,
        "error: there is no code `N0194`; did you mean N0104?\n\
         error: there is no code `everything`; `nines explain-code --list` tells all\n"
    );
    assert_eq!(nines(["explain-code"]).code, 2);
}
