//! Every specification of another dialect in `fixtures/specs/dialects` asks the same questions as its native twin.

use std::path::PathBuf;

use nines::base::Duration;
use nines::plan::{Detail, Judged, Options, Period, Plan, compile};
use nines::slo::{Empty, Polarity, RatioSli, Sli, Slo, Spec};

use super::{files_in, name_of, read, read_whole, root, text_of};
use crate::diagnostics::outline;
use crate::twins::questions;

/// Specifications of other dialects with their twins.
fn pairs() -> Vec<(PathBuf, PathBuf)> {
    let all = files_in(&root("fixtures/specs/dialects"));
    let is_twin = |path: &PathBuf| path.to_string_lossy().ends_with(".native.yaml");
    let foreign = all.iter().filter(|path| !is_twin(path));
    let pairs: Vec<(PathBuf, PathBuf)> =
        foreign.map(|path| (path.clone(), path.with_extension("native.yaml"))).collect();
    assert_eq!(pairs.len() * 2, all.len(), "a specification has no twin, or a twin is alone");
    pairs
}

fn plan(specs: &[Spec], exact: bool) -> Plan {
    let options = Options {
        at: "2026-11-20T10:00:00Z".parse().unwrap(),
        period: Period::Own,
        zone: None,
        detail: Detail::FULL,
        exact,
        step: None,
        judged: Judged::All,
        by_day: false,
    };
    compile(specs, &options, &|_| Ok(Some(Duration::seconds(30)))).unwrap()
}

/// What is promised, but for how it is measured.
fn promise(spec: &Spec, slo: &Slo) -> String {
    let Slo { objective, window, method, by, description, .. } = slo;
    format!("{}: {objective} over {window} by {by:?} ({method:?}), {description:?}", spec.id(slo))
}

/// Holds two readings against each other: promises, questions and what is made of the answers.
pub(super) fn assert_alike(name: &str, foreign: &[Spec], native: &[Spec]) {
    let promises = |specs: &[Spec]| -> Vec<String> {
        specs.iter().flat_map(|spec| spec.slos.iter().map(|slo| promise(spec, slo))).collect()
    };
    assert_eq!(promises(foreign), promises(native), "{name}");
    for exact in [true, false] {
        let (foreign, native) = (questions(plan(foreign, exact)), questions(plan(native, exact)));
        assert!(!foreign.queries.is_empty(), "{name} asks nothing");
        assert_eq!(foreign, native, "{name}");
    }
}

#[test]
fn every_fixture_asks_what_its_native_twin_asks() {
    for (foreign, native) in pairs() {
        assert_alike(&name_of(&foreign), &read_whole(&text_of(&foreign)), &read_whole(&text_of(&native)));
    }
}

#[test]
fn every_fixture_is_read_without_a_word() {
    for (foreign, _) in pairs() {
        let (specs, faults, files) = read(&text_of(&foreign));
        assert!(!faults.has_errors(), "{}", faults.to_text(&files, nines::diag::Style::default()));
        let usual = format!("{:?}", nines::slo::BURN_POLICY);
        let told = specs.iter().map(outline).collect::<String>().replace(&usual, "the workbook's");
        insta::with_settings!({ snapshot_path => "../snapshots/dialects", prepend_module_to_snapshot => false, omit_expression => true }, {
            insta::assert_snapshot!(foreign.file_stem().unwrap().to_string_lossy().into_owned(), told);
        });
    }
}

/// A ratio that counts no events is what Sloth takes every indicator for: the mean of its ratios over the short window of
/// the most urgent alert.
#[test]
fn a_ratio_that_counts_no_events_is_the_mean_of_its_slices() {
    let text = |windows: &str| {
        format!(
            "version: prometheus/v1
service: home
slos:
  - name: satisfaction
    objective: 95
    sli: {{raw: {{error_ratio_query: '1 - avg(avg_over_time(satisfaction_ratio[{{{{.window}}}}]))'}}}}
    alerting: {{name: Satisfaction}}
{windows}"
        )
    };
    let windows = "---
apiVersion: sloth.slok.dev/v1
kind: AlertWindows
spec:
  sloPeriod: 30d
  page:
    quick: {errorBudgetPercent: 1, shortWindow: 2m, longWindow: 30m}
    slow: {errorBudgetPercent: 2, shortWindow: 15m, longWindow: 3h}
  ticket:
    quick: {errorBudgetPercent: 5, shortWindow: 1h, longWindow: 12h}
    slow: {errorBudgetPercent: 5, shortWindow: 3h, longWindow: 36h}
";
    for (windows, minutes) in [("", 5), (windows, 2)] {
        let (specs, faults, files) = read(&text(windows));
        let said = faults.to_text(&files, nines::diag::Style::default());
        assert!(said.contains("warning[N0507]") && said.contains(&format!("{minutes}m ratios")), "{said}");
        let mut expected = specs.clone();
        let ratio = nines::promql::parse(
            "1 - avg(avg_over_time(satisfaction_ratio[$window]))",
            &nines::promql::ParseOptions { window: true },
        );
        let (polarity, slice, empty) = (Polarity::Bad, Duration::minutes(minutes), Empty::Ignore);
        expected[0].slos[0].sli = Sli::Ratio(RatioSli { polarity, ratio: ratio.unwrap(), slice, empty });
        assert_alike("a mean of ratios", &specs, &expected);
        assert_eq!(specs, expected);
    }
}
