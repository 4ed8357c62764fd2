//! Specifications of OpenSLO and slo-generator in use: against data, with the environment, on the way from and to the
//! native dialect.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use nines::diag::{Code, Diagnostics, Files, Style};
use nines::generate::{Commented, native};
use nines::slo::{Sli, Slo, Spec};
use nines::spec::{self, Environment};

use crate::support::run::{Outcome, nines};
use crate::support::tempdir::TempDir;
use crate::twins::{fixture, fixtures, plan, questions, without_lines};

const AT: i64 = 1_763_596_800; // 2025-11-20T00:00:00Z
const MINUTES: i64 = 2 * 24 * 60;

/// Two days of orders, a scrape a minute: ten good ones every minute; in the last six hours ten bad ones a minute for
/// three hours, then one a minute for two.
fn orders(home: &TempDir) -> String {
    let mut text = String::from("# TYPE orders counter\n");
    let (mut good, mut bad) = (0, 0);
    let (mut of_good, mut of_bad) = (String::new(), String::new());
    for minute in -MINUTES..0 {
        good += 10;
        bad += match minute {
            -360..-180 => 10,
            -180..-60 => 1,
            _ => 0,
        };
        let at = AT + 60 * minute + 7;
        writeln!(of_good, "orders_total{{code=\"200\"}} {good} {at}").unwrap();
        writeln!(of_bad, "orders_total{{code=\"500\"}} {bad} {at}").unwrap();
    }
    text.extend([of_good.as_str(), of_bad.as_str(), "# EOF\n"]);
    home.write("orders.om", text).display().to_string()
}

fn report(home: &TempDir, spec: &str) -> Outcome {
    let spec = home.write("spec.yaml", spec).display().to_string();
    let at = AT.to_string();
    nines(["report", "-f", &spec, "--data", &orders(home), "--at", &at, "--format", "json"])
}

fn number(value: &serde_json::Value) -> String {
    value.as_f64().unwrap_or_else(|| panic!("{value} is no number")).to_string()
}

#[test]
fn openslo_timeslices_are_counted() {
    let home = TempDir::new("openslo");
    let spec = "
apiVersion: openslo/v1
kind: SLO
metadata: {name: orders}
spec:
  service: shop
  timeWindow: [{duration: 1d, isRolling: true}]
  budgetingMethod: Timeslices
  objectives:
    - {displayName: Strict, target: 0.9, timeSliceTarget: 0.95, timeSliceWindow: 5m}
    - {displayName: Loose, target: 0.9, timeSliceTarget: 0.9, timeSliceWindow: 5m}
    - {displayName: Hours, target: 0.9, timeSliceTarget: 0.95, timeSliceWindow: 1h}
  indicator: {spec: {ratioMetric: {counter: true,
    good: {metricSource: {type: Prometheus, spec: {query: 'sum(orders_total{code!~\"5..\"})'}}},
    total: {metricSource: {type: Prometheus, spec: {query: 'sum(orders_total)'}}}}}}
";
    let outcome = report(&home, spec);
    // Three hours are half bad; in two more 1 order of 11 is, which is below 95 % and above 90 %.
    for (name, bad, total, status) in [
        ("strict", "60", "288", "breached"),
        ("loose", "36", "288", "breached"),
        ("hours", "5", "24", "breached"),
    ] {
        let slo = outcome.slo(&format!("shop/orders-{name}"));
        let found = (number(&slo["events"]["bad"]), number(&slo["events"]["total"]), slo["status"].as_str());
        assert_eq!(found, (bad.to_owned(), total.to_owned(), Some(status)), "{name}: {slo:#}");
    }
    assert_eq!(outcome.code, 1);
}

#[test]
fn slo_generator_counts_events() {
    let home = TempDir::new("slo-generator");
    let objective = |name: &str, method: &str, sli: &str| {
        format!(
            "---\napiVersion: sre.google.com/v2\nkind: ServiceLevelObjective\nmetadata: {{name: {name}, labels: \
             {{service_name: shop}}}}\nspec:\n  description: Orders succeed\n  goal: 0.8\n  backend: prometheus\n  \
             method: {method}\n  service_level_indicator:\n{sli}\n"
        )
    };
    let good = "    filter_good: orders_total{code=~\"2..\"}\n";
    let spec = [
        objective("valid", "good_bad_ratio", &format!("{good}    filter_valid: orders_total")),
        objective("bad", "good_bad_ratio", &format!("{good}    filter_bad: orders_total{{code=~\"5..\"}}")),
        objective(
            "query",
            "query_sli",
            "    expression: sum(rate(orders_total{code=\"200\"}[window])) / sum(rate(orders_total[window]))",
        ),
        "---\nerror_budget_policies: {default: {steps: [{name: 1 day, window: 86400, burn_rate_threshold: 1, alert: \
         false}, {name: 6 hours, window: 21600, burn_rate_threshold: 1.5, alert: true}]}}\n"
            .to_owned(),
    ];
    let outcome = report(&home, &spec.concat());
    for name in ["valid", "bad", "query"] {
        let slo = outcome.slo(&format!("shop/{name}"));
        // 3 h of 10 bad ones a minute and 2 h of one.
        assert_eq!(
            (number(&slo["events"]["bad"]), number(&slo["events"]["total"])),
            ("1920".into(), "16320".into())
        );
        // Six hours with 1 920 of 5 520 bad are 1.7 times what a budget of 20 % allows, and the last half hour has none.
        let burn = slo["burn"].as_array().unwrap().iter().find(|burn| burn["window"] == "6h").unwrap();
        assert_eq!(
            (&burn["firing"], number(&burn["rate"])),
            (&false.into(), (1920.0 / 5520.0 / 0.2).to_string())
        );
        assert_eq!(slo["status"], "met", "{slo:#}");
    }
    assert_eq!(outcome.code, 0);
}

#[test]
fn slo_generator_takes_values_from_the_environment() {
    let text = "apiVersion: sre.google.com/v2
kind: ServiceLevelObjective
metadata: {name: '${NAME}-orders', labels: {service_name: '${NAME}'}}
spec:
  description: Orders succeed
  goal: ${GOAL}
  backend: prometheus
  method: good_bad_ratio
  service_level_indicator:
    filter_good: orders_total{env=\"${ENV}\", code=~\"2..\"}
    filter_valid: orders_total{env=\"${ENV}\"}
---
backends: {prometheus: {url: '${PROMETHEUS_URL}'}}
exporters: {}
error_budget_policies: {default: {steps: [{window: '${DAY}', burn_rate_threshold: 1, alert: false}]}}
";
    let read = |env: &str| {
        let mut files = Files::new();
        files.add("a.yaml", text);
        let mut faults = Diagnostics::new();
        let value = |name: &str| match name {
            "NAME" => Some("shop".to_owned()),
            "GOAL" => Some("0.99".to_owned()),
            "DAY" => Some("86400".to_owned()),
            "ENV" => Some(env.to_owned()),
            // Where the server is, is not asked for.
            other => panic!("{other} was asked for"),
        };
        let specs = spec::read_in(&files, Environment(&value), &mut faults);
        (specs, faults.to_text(&files, Style::default()))
    };
    let (specs, said) = read("prod");
    assert_eq!(said, "");
    let slo = &specs[0].slos[0];
    assert_eq!((specs[0].id(slo).as_str(), slo.objective.to_string().as_str()), ("shop/shop-orders", "99%"));
    let Sli::Events(sli) = &slo.sli else { panic!("{:?}", slo.sli) };
    assert_eq!(sli.total.to_string(), "sum(increase(orders_total{env=\"prod\"}[$window]))");
    // No value can make another query of it, nor is it repeated.
    let (_, said) = read("s3cret\"} or orders_total{x=\"");
    assert!(said.contains("N0219") && !said.contains("s3cret"), "{said}");
}

#[test]
fn what_was_read_is_written_in_the_native_dialect_and_read_again() {
    let mut objectives = 0;
    for path in fixtures().iter().filter(|path| !path.to_string_lossy().ends_with(".native.yaml")) {
        let mut specs = without_lines(fixture(path));
        // What another tool knows beside the promise is not said natively.
        specs.iter_mut().flat_map(|spec| &mut spec.slos).for_each(|slo| slo.origin = None);
        let written = native(specs.iter().map(Commented::from));
        let mut again = without_lines(read(&written));
        for (again, spec) in again.iter_mut().zip(&specs) {
            again.file.clone_from(&spec.file);
        }
        assert_eq!(again, specs, "{}:\n{written}", path.display());
        objectives += specs.iter().map(|spec| spec.slos.len()).sum::<usize>();
    }
    assert!(objectives > 20, "only {objectives}");
}

fn read(text: &str) -> Vec<Spec> {
    let mut files = Files::new();
    files.add("a.yaml", text);
    let mut faults = Diagnostics::new();
    let specs = spec::read(&files, &mut faults);
    assert!(!faults.has_errors(), "{}\n{text}", faults.to_text(&files, Style::default()));
    specs
}

/// What is written as OpenSLO asks the same when it is read.
#[test]
fn openslo_that_was_written_here_is_read_here() {
    let mut compared = 0;
    for file in ["ecap", "api-gateway", "ecompulse", "expense-tracker", "shadower-analytics"] {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("slo-specs/{file}.yaml"));
        let converted = nines(["convert", "--to", "openslo", "-f", &path.display().to_string()]);
        let (own, other) = (text_of(&path), converted.out);
        let other = read(&other);
        for spec in read(&own) {
            // What OpenSLO cannot say, or says in other words.
            for slo in spec.slos.iter().filter(|slo| slo.by.is_empty() && !matches!(slo.sli, Sli::Latency(_)))
            {
                let alone = |slo| [Spec { slos: vec![slo], ..spec.clone() }];
                let found = other.iter().flat_map(|spec| &spec.slos).find(|found| found.name == slo.name);
                let Some(found) = found else { continue };
                assert_eq!(
                    (&found.description, found.objective, found.window, found.method),
                    (&slo.description, slo.objective, slo.window, slo.method)
                );
                let asked = |slo: &Slo| questions(plan(&alone(slo.clone())));
                assert_eq!(asked(found), asked(slo), "{}", spec.id(slo));
                compared += 1;
            }
        }
    }
    assert!(compared > 15, "only {compared}");
}

#[expect(clippy::disallowed_methods, reason = "a test reads the project's specifications")]
fn text_of(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap()
}

/// The folder of real files, where there is one; says aloud where there is none.
fn corpora() -> Option<PathBuf> {
    let named = std::env::var_os("NINES_CORPORA").map(PathBuf::from);
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus");
    let found = named.or_else(|| Some(beside).filter(|folder| folder.is_dir()));
    if found.is_none() {
        println!("there is no folder of other tools' specifications: only the project's own were read");
    }
    found
}

/// The files of a folder with their texts.
fn files_in(folder: &Path) -> Vec<(String, String)> {
    let entries = folder.read_dir().unwrap_or_else(|why| panic!("cannot read {}: {why}", folder.display()));
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    assert!(!paths.is_empty(), "{} is empty", folder.display());
    paths.iter().map(|path| (path.display().to_string(), text_of(path))).collect()
}

fn faults_of(texts: &[(String, String)]) -> (Vec<Spec>, Vec<(Code, String)>) {
    let mut files = Files::new();
    for (name, text) in texts {
        files.add(name.as_str(), text.as_str());
    }
    let mut faults = Diagnostics::new();
    let specs = spec::read(&files, &mut faults);
    (specs, faults.sorted().iter().map(|fault| (fault.code, fault.message.clone())).collect())
}

/// What keeps OpenSLO's examples from being read is their `type: Any`, and windows that are no units of the calendar.
#[test]
fn examples_of_openslo_are_refused_for_what_they_leave_open() {
    let Some(corpora) = corpora() else { return };
    for (name, text) in files_in(&corpora.join("openslo")) {
        let start = if text.contains("duration: 1w") { "2022-01-03 00:00:00" } else { "2022-01-01 00:00:00" };
        let mended = text
            .replace("type: Any", "type: Prometheus")
            .replace("query: Any", "query: requests_total")
            .replace("duration: 1m #", "duration: 1M #")
            .replace("2022-01-01 12:00:00", start);
        let (specs, said) = faults_of(&[(name.clone(), mended)]);
        // They say `op` of ratios.
        assert!(said.iter().all(|(code, _)| *code == Code::Tolerated), "{name}: {said:?}");
        assert_eq!(specs.len(), 1, "{name}");
    }
}

/// slo-generator wants names that differ, and its examples measure two things in two ways each.
#[test]
fn objectives_of_slo_generators_examples_share_their_names() {
    let Some(corpora) = corpora() else { return };
    let (_, said) = faults_of(&files_in(&corpora.join("slo-generator")));
    let twice = |name: &str| {
        (Code::DuplicateName, format!("the objective `prom/prom-metrics-{name}` is defined twice"))
    };
    assert_eq!(said, [twice("availability"), twice("latency")]);
}
