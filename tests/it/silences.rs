//! Comments that silence warnings, in whole specifications.

use nines::diag::{Diagnostics, Files};
use nines::spec;

use crate::support::run::nines_with;

/// A specification with variables that nothing uses.
fn with_vars(vars: &str) -> String {
    format!(
        "apiVersion: nines/v1\nservice: checkout\n{vars}slos:\n  - name: availability\n    description: Requests are answered\n    objective: 99.9%\n    window: 30d\n    \
         sli: {{events: {{bad: http_errors_total, total: http_requests_total}}}}\n"
    )
}

/// What is told of a text, and what is silenced: code and line.
fn read(text: &str) -> (Vec<String>, Vec<String>) {
    let mut files = Files::new();
    let file = files.add("a.yaml", text);
    let mut faults = Diagnostics::new();
    spec::read(&files, &mut faults);
    let (mut told, mut silenced) = (Vec::new(), Vec::new());
    for fault in faults.with_silenced() {
        let line = files.position(file, fault.primary.span.start).line;
        let side = if fault.silenced.is_some() { &mut silenced } else { &mut told };
        side.push(format!("{} {line}", fault.code.id()));
    }
    (told, silenced)
}

fn silenced(vars: &str) -> Vec<String> {
    let (told, silenced) = read(&with_vars(vars));
    assert_eq!(told, [""; 0], "{vars}");
    silenced
}

fn told(vars: &str) -> Vec<String> {
    let (told, silenced) = read(&with_vars(vars));
    assert_eq!(silenced, [""; 0], "{vars}");
    told
}

#[test]
fn a_comment_speaks_of_its_line_or_of_the_element_below() {
    assert_eq!(silenced("vars: {a: x}  # nines: allow N0211: why\n"), ["N0211 3"]);
    assert_eq!(silenced("vars:\n  # nines: allow N0211: why\n  # more\n  a: x\n"), ["N0211 6"]);
    assert_eq!(silenced("# nines: allow N0211: why\nvars:\n  a: x\n\n  b: y\n"), ["N0211 5", "N0211 7"]);
}

#[test]
fn what_it_does_not_speak_of_is_told() {
    let (rest, silenced) = read(&with_vars("vars:\n  a: x  # nines: allow N0211: why\n  b: y\n"));
    assert_eq!((rest, silenced), (vec!["N0211 5".to_owned()], vec!["N0211 4".to_owned()]));
    assert_eq!(told("# nines: allow N0211: why\n\nvars: {a: x}\n"), ["N0114 3", "N0211 5"]);
}

#[test]
fn a_sign_inside_a_text_is_no_comment() {
    for text in [
        "'# nines: allow N0211: why'",
        "\"a # nines: allow N0211: \\\" why\"",
        "'it''s # nines: allow N0211: why'",
        "|\n    a\n    # nines: allow N0211: why\n",
        ">-\n    # nines: allow N0211: why\n\n    a\n",
        "'a\n    # nines: allow N0211: why'",
        "a# nines",
    ] {
        assert_eq!(told(&format!("vars:\n  a: {text}\n")), ["N0211 4"], "{text}");
    }
}

#[test]
fn a_comment_after_a_text_is_one() {
    for text in ["'x # y'", "\"x\\\"\"", "'it''s'", "|", ">-", "&a x"] {
        let more = if text == "|" || text == ">-" { "\n    # in the text\n    y" } else { "" };
        let vars = format!("vars:\n  a: {text}  # nines: allow N0211: why{more}\n");
        assert_eq!(silenced(&vars), ["N0211 4"], "{text}");
    }
    let vars = "vars:\n  a: |\n    x\n  # nines: allow N0211: why\n  b: y\n";
    let (told, silenced) = read(&with_vars(vars));
    assert_eq!((told, silenced), (vec!["N0211 4".to_owned()], vec!["N0211 7".to_owned()]));
}

#[test]
fn a_text_over_several_lines_counts_as_one() {
    let query = "apiVersion: nines/v1\nservice: checkout\n# nines: allow N0211: why\nvars: {\n  a: x,\n  b: 'y\n\n  z'\n}\nslos:\n  - name: a\n    description: b\n    objective: 99%\n    \
                 window: 30d\n    sli: {events: {bad: e_total, total: r_total}}\n";
    assert_eq!(read(query), (vec![], vec!["N0211 5".to_owned(), "N0211 6".to_owned()]));
}

#[test]
fn where_the_text_was_not_read_nothing_is_silenced_or_missed() {
    let broken = "a: [b\nc: 'd\n# nines: allow N0211: why\n# nines: alow\n";
    let (told, _) = read(broken);
    assert_eq!(told, ["N0101 1"]);
    let then_good = format!("{broken}---\n{}", with_vars("vars: {a: x}  # nines: allow N0211: why\n"));
    let (told, silenced) = read(&then_good);
    assert_eq!((told.len(), silenced), (1, vec!["N0211 8".to_owned()]), "{told:?}");
}

#[test]
fn what_is_silenced_is_counted_and_listed() {
    let text = with_vars("vars: {a: x, b: y}  # nines: allow N0211: to come\n");
    let run = |args: &[&str]| nines_with([&["validate", "-"], args].concat(), &[], &text);
    let outcome = run(&[]);
    assert_eq!((outcome.code, outcome.err.as_str()), (0, ""));
    assert_eq!(outcome.out, "✓ 1 service, 1 objective: no errors, 2 warnings silenced\n");
    let json = run(&["--format", "json"]).json();
    assert_eq!(json["faults"][0]["silenced"], serde_json::json!({"reason": "to come", "line": 3}));
    assert_eq!(run(&["--format", "github"]).out, "");
    let result = &run(&["--format", "sarif"]).json()["runs"][0]["results"][1];
    assert_eq!(result["suppressions"][0]["kind"], "inSource");
    assert_eq!(result["suppressions"][0]["justification"], "to come");
}
