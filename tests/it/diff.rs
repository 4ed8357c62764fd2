//! One report held against another, through the program itself.

use insta::assert_snapshot;
use nines::render::{Style, diff};
use nines::report::{Decision, Diff, Report, Status};
use proptest::prelude::*;
use serde_json::Value;

use crate::support::report::rich;
use crate::support::run::{Outcome, nines};
use crate::support::tempdir::TempDir;

fn run(before: &Report, after: &Report, more: &[&str]) -> Outcome {
    let home = TempDir::new("diff");
    let write = |name: &str, report: &Report| {
        home.write(name, serde_json::to_string(report).unwrap()).display().to_string()
    };
    let (before, after) = (write("before.json", before), write("after.json", after));
    nines(["diff", &before, &after].iter().chain(more))
}

/// The rich report a week later: one of each thing that can become of an objective.
fn later() -> Report {
    let mut report = rich();
    let find = |report: &Report, id: &str| report.slos.iter().position(|slo| slo.id == id).unwrap();
    let better = find(&report, "checkout/availability");
    report.slos[better].status = Status::Met;
    report.slos[better].sli.value = Some(0.9995);
    report.slos[better].sli.display = "99.9500 %".into();
    let worse = find(&report, "checkout/latency");
    report.slos[worse].status = Status::Breached;
    report.slos[worse].objective_display = "99.5%".into();
    let gone = find(&report, "search/availability");
    report.slos[gone].id = "search/availability-new".into();
    report
}

#[test]
fn a_report_is_no_worse_than_itself() {
    let outcome = run(&rich(), &rich(), &["--format", "json"]);
    let found = outcome.json();
    assert_eq!((outcome.code, &found["exit_code"]), (0, &0.into()), "{found:#}");
    assert_eq!(found["counts"]["same"], rich().slos.len());
}

#[test]
fn whatever_is_worse_ends_with_1() {
    let worse = |edit: &dyn Fn(&mut Report), more: &[&str]| {
        let mut after = rich();
        edit(&mut after);
        let outcome = run(&rich(), &after, &[&["--format", "json"], more].concat());
        let found = outcome.json();
        assert_eq!(found["exit_code"], outcome.code);
        (outcome.code, found["counts"].clone())
    };
    let met = rich().slos.iter().position(|slo| slo.status == Status::Met).unwrap();
    let sli = |by: f64| {
        move |report: &mut Report| report.slos[met].sli.value = report.slos[met].sli.value.map(|sli| sli + by)
    };
    for (edit, more, code, counted) in [
        (
            &(|report: &mut Report| report.slos[met].status = Status::AtRisk) as &dyn Fn(&mut Report),
            &[][..],
            1,
            "worse",
        ),
        (&|report: &mut Report| report.slos[met].status = Status::NoData, &[], 1, "worse"),
        // That a window goes on is no difference.
        (&|report: &mut Report| report.slos[met].status = Status::InProgress, &[], 0, "same"),
        (&|report: &mut Report| drop(report.slos.remove(met)), &[], 1, "vanished"),
        (&sli(-0.000_1), &[], 1, "worse"),
        (&sli(-0.000_1), &["--tolerance", "0.01%"], 0, "same"),
        (&sli(-0.000_101), &["--tolerance", "0.01%"], 1, "worse"),
        (&sli(0.000_001), &[], 0, "better"),
    ] {
        let (found, counts) = worse(edit, more);
        assert_eq!(found, code, "{counted} {counts}");
        let wanted = if counted == "same" { rich().slos.len() } else { 1 };
        assert_eq!(counts[counted], wanted, "{counts}");
    }
    // The gate's decision too, and another objective is none.
    let gate = |report: &mut Report| report.gate.decision = Decision::Unknown;
    assert_eq!(worse(&gate, &[]).0, 0, "it was a failure");
    let mut good = rich();
    good.gate.decision = Decision::Pass;
    assert_eq!(run(&good, &rich(), &[]).code, 1);
    let mut fewer = rich();
    fewer.slos.remove(met);
    let outcome = run(&fewer, &rich(), &["--format", "json"]);
    assert_eq!((outcome.code, &outcome.json()["counts"]["appeared"]), (0, &1.into()));
}

#[test]
fn what_is_no_report_is_told() {
    let home = TempDir::new("no-report");
    let good = home.write("good.json", serde_json::to_string(&rich()).unwrap()).display().to_string();
    for (text, says) in [
        ("", "not a report"),
        ("{\"schema_version\": 2}", "schema_version 2, of which this program reads 1"),
        ("[]", "not a report"),
        ("{\"schema_version\": 1, \"slos\": []}", "not a report"),
    ] {
        let bad = home.write("bad.json", text).display().to_string();
        for args in [["diff", &bad, &good], ["diff", &good, &bad]] {
            let outcome = nines(args);
            assert_eq!((outcome.code, outcome.out.as_str()), (2, ""), "{outcome:?}");
            assert!(outcome.err.contains(says) && outcome.err.contains("bad.json"), "{outcome:?}");
        }
    }
    let outcome = nines(["diff", &good, "/does/not/exist.json"]);
    assert!(outcome.code == 2 && outcome.err.contains("cannot read"), "{outcome:?}");
    for (more, says) in
        [(["--tolerance", "lots"], "--tolerance lots"), (["--timezone", "Mars/Olympus"], "IANA")]
    {
        let outcome = nines(["diff", &good, &good].iter().chain(&more));
        assert!(outcome.code == 2 && outcome.err.contains(says), "{outcome:?}");
    }
}

fn found() -> Diff {
    Diff::of(("before.json", &rich()), ("after.json", &later()), 0.0)
}

#[test]
fn a_diff_for_a_terminal() {
    assert_snapshot!(diff(&found(), &Style { width: 140, ..Style::default() }));
}

#[test]
fn a_diff_for_a_narrow_terminal() {
    assert_snapshot!(diff(&found(), &Style { width: 60, ..Style::default() }));
}

#[test]
fn a_diff_in_markdown() {
    let home = TempDir::new("markdown");
    let before = home.write("before.json", serde_json::to_string(&rich()).unwrap()).display().to_string();
    let after = home.write("after.json", serde_json::to_string(&later()).unwrap()).display().to_string();
    let outcome = nines(["diff", &before, &after]);
    assert_eq!(outcome.code, 1);
    let folder = home.path().display().to_string();
    assert_snapshot!(outcome.out.replace(&nines_escaped(&folder), "."));
}

/// A path as Markdown has it.
fn nines_escaped(path: &str) -> String {
    path.replace('_', "\\_")
}

#[test]
fn no_line_of_a_diff_is_wider_than_the_terminal() {
    let columns = |line: &str| line.chars().map(|c| if c == '😀' { 2 } else { 1 }).sum::<usize>();
    for width in 50..160 {
        for line in diff(&found(), &Style { width, ..Style::default() }).lines() {
            assert!(columns(line) <= width, "{width}: {line:?}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// What became worse one way became better the other, and what vanished appeared.
    #[test]
    fn the_other_way_round_it_is_the_opposite(slis in prop::collection::vec(0.0..1.0f64, 8), gone in 0usize..9) {
        let (before, mut after) = (rich(), rich());
        for (slo, sli) in after.slos.iter_mut().zip(&slis) {
            slo.sli.value = slo.sli.value.map(|_| *sli);
        }
        if gone < after.slos.len() {
            after.slos.remove(gone);
        }
        let there = Diff::of(("a", &before), ("b", &after), 0.001);
        let back = Diff::of(("b", &after), ("a", &before), 0.001);
        let (one, other) = (there.counts, back.counts);
        prop_assert_eq!(
            (one.worse, one.better, one.vanished, one.appeared, one.same),
            (other.better, other.worse, other.appeared, other.vanished, other.same)
        );
        prop_assert_eq!(there.exit_code == 1, one.worse + one.vanished > 0);
        let text = serde_json::to_value(&there).unwrap();
        prop_assert!(text["slos"].as_array().is_some_and(|slos| !slos.iter().any(Value::is_null)));
    }
}
