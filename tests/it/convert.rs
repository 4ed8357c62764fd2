//! Specifications in the words of other tools: what is written, and what is said of the rest.

use std::path::Path;

use crate::support::run::nines;
use crate::support::tempdir::TempDir;

const FILES: [&str; 3] =
    ["slo-specs/ecap.yaml", "fixtures/specs/valid/slices.yaml", "fixtures/specs/valid/latency.yaml"];

fn converted(to: &str) -> (String, String) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let files = FILES.iter().flat_map(|file| ["-f".to_owned(), root.join(file).display().to_string()]);
    let outcome = nines(["convert", "--to", to].map(str::to_owned).into_iter().chain(files));
    assert_eq!(outcome.code, 0, "{}", outcome.err);
    let folder = format!("{}/", env!("CARGO_MANIFEST_DIR"));
    (outcome.out, outcome.err.replace(&folder, ""))
}

#[test]
fn what_is_written_and_what_is_lost() {
    for to in ["sloth", "pyrra", "openslo"] {
        let (text, losses) = converted(to);
        let shown = format!("{text}\nlost:\n{losses}");
        insta::with_settings!({ snapshot_path => "snapshots/convert", prepend_module_to_snapshot => false, omit_expression => true }, {
            insta::assert_snapshot!(to, shown);
        });
    }
}

#[test]
fn strict_writes_nothing_where_anything_is_lost() {
    let home = TempDir::new("convert");
    let out = home.path().join("out.yaml");
    let (out_text, specs) = (out.display().to_string(), format!("{}/slo-specs", env!("CARGO_MANIFEST_DIR")));
    let outcome = nines(["convert", "--to", "sloth", "--strict", "-f", &specs, "--out", &out_text]);
    assert_eq!(outcome.code, 1, "{}", outcome.err);
    assert!(
        outcome.err.contains("nothing was written") && outcome.err.contains("ecap.yaml: dropped"),
        "{}",
        outcome.err
    );
    assert!(!out.exists());
    let outcome = nines(["convert", "--to", "native", "--strict", "-f", &specs, "--out", &out_text]);
    assert_eq!((outcome.code, out.exists()), (0, true), "{}", outcome.err);
    assert_eq!(nines(["validate", &out_text]).code, 0);
}

#[test]
fn where_nothing_can_be_said_that_is_said() {
    let home = TempDir::new("convert");
    let spec = home.write("a.yaml", "apiVersion: nines/v1\nservice: s\nslos:\n  - name: a\n    objective: 99%\n    window: 1d\n    sli: {slices: {good_when: up == 1}}\n");
    let outcome = nines(["convert", "--to", "pyrra", "-f", &spec.display().to_string()]);
    assert_eq!((outcome.code, outcome.out.as_str()), (2, ""));
    assert!(outcome.err.contains("Pyrra can say none of the 1 objective"), "{}", outcome.err);
}
