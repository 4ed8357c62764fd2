//! Specifications in the words of other tools: what is written, and what is said of the rest.

use std::collections::BTreeSet;
use std::path::Path;

use nines::diag::{Code, Diagnostics, Files, Style};
use nines::generate::{Kept, Loss, Target, convert};
use nines::plan::{self, Detail, Engine, Options, Period, Query, as_promql};
use nines::slo::{Sli, Slo, Spec};

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

/// What is asked for an objective alone, as text.
fn asked(spec: &Spec, slo: &Slo) -> Vec<String> {
    let at = "2026-11-16".parse().unwrap();
    let options = Options {
        at,
        period: Period::Own,
        zone: None,
        detail: Detail::FULL,
        exact: true,
        step: None,
        judged: plan::Judged::All,
        by_day: false,
    };
    let alone = Spec { slos: vec![slo.clone()], ..spec.clone() };
    let plan = plan::compile(&[alone], &options, &|_| Ok(None)).unwrap();
    let told = |query: &Query| format!("{} {:?}", as_promql(&query.ask, Engine::VictoriaMetrics), query.eval);
    plan.queries.iter().map(told).collect()
}

#[expect(clippy::disallowed_methods, reason = "reads specifications of the project")]
fn specs(paths: impl Iterator<Item = std::path::PathBuf>) -> Vec<Spec> {
    read(paths.map(|path| (path.display().to_string(), std::fs::read_to_string(path).unwrap())))
}

fn read(texts: impl Iterator<Item = (String, String)>) -> Vec<Spec> {
    let (mut files, mut faults) = (Files::new(), Diagnostics::new());
    for (name, text) in texts {
        files.add(name, text);
    }
    let specs = nines::spec::read(&files, &mut faults);
    assert!(!faults.has_errors(), "{}", faults.to_text(&files, Style::default()));
    specs
}

#[test]
fn what_is_written_without_a_loss_asks_what_was_asked() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("slo-specs");
    let paths = folder.read_dir().unwrap().map(|entry| entry.unwrap().path());
    let originals = specs(paths.filter(|path| path.is_file()));
    for (word, target) in Target::ALL {
        let converted = convert(&originals, target);
        let again = read([(word.to_owned(), converted.text)].into_iter());
        let mut compared = 0;
        for (spec, slo) in originals.iter().flat_map(|spec| spec.slos.iter().map(move |slo| (spec, slo))) {
            let id = spec.id(slo);
            let changed = |loss: &Loss| loss.subject == id && loss.kept != Kept::LeftOut;
            let divided = !slo.by.is_empty() && target != Target::Pyrra && target != Target::Native;
            // Elsewhere a latency is events, whose histogram is not asked for beside them.
            let latency = matches!(slo.sli, Sli::Latency(_)) && target != Target::Native;
            if converted.losses.iter().any(changed) || divided || latency {
                continue;
            }
            let is_same = |other: &Slo| {
                other.name == slo.name || other.name == format!("{}-{}", spec.service, slo.name)
            };
            let found = again.iter().flat_map(|spec| spec.slos.iter().map(move |slo| (spec, slo)));
            let mut found = found.filter(|(other, slo)| {
                is_same(slo) && (target == Target::Pyrra || other.service == spec.service)
            });
            let (other, twin) = found.next().unwrap_or_else(|| panic!("{word}: {id} is not there"));
            assert_eq!(twin.objective, slo.objective, "{word}: {id}");
            assert_eq!(asked(other, twin), asked(spec, slo), "{word}: {id}");
            compared += 1;
        }
        assert!(compared >= 10, "{word}: only {compared} were compared");
    }
}

/// An objective, or more, for each thing that some dialect cannot say.
const LOSSES: &str = "apiVersion: nines/v1
service: shop
description: Sells things
owner: sales
links: {wiki: https://example.com}
slos:
  - name: Slow_Orders
    description: Orders are fast
    objective: 99%
    window: {calendar: month}
    sli: {latency: {histogram: orders_seconds, threshold: 1s}}
    by: [route]
    method: {timeslices: {slice: 1m, target: 95%, empty: bad}}
    min_events: 1000
    min_coverage: 80%
    gate: {min_budget: 20%}
    alerting: {annotations: {note: look}}
  - name: score
    description: What is shown is wanted
    objective: 99%
    window: 30d
    sli: {ratio: {good: 'avg(avg_over_time(score[$window]))'}}
exclusions: [{id: night, while: closed == 1}]
sla: [{name: gold, slos: [score], target: 98%, period: month}]
alerts: [{name: Down, expr: up == 0}]
";

#[test]
fn every_loss_has_a_code_and_every_code_a_loss() {
    let home = TempDir::new("convert");
    let spec = home.write("a.yaml", LOSSES).display().to_string();
    let mut told = BTreeSet::new();
    for to in ["sloth", "pyrra", "openslo"] {
        let outcome = nines(["convert", "--to", to, "-f", &spec]);
        assert_eq!(outcome.code, 0, "{}", outcome.err);
        for line in outcome.err.lines().filter(|line| line.starts_with(&spec)) {
            let (_, code) = line.split_once('[').unwrap_or_else(|| panic!("no code: {line}"));
            told.insert(code[..5].to_owned());
        }
    }
    let codes = Code::ALL.iter().map(|code| code.id()).filter(|id| id.starts_with("N07"));
    assert_eq!(told, codes.map(str::to_owned).collect());
}
