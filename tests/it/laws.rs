//! Laws of the arithmetic, over data and exclusions drawn at random.

use std::fmt::Write as _;

use nines::base::{Duration, Interval, Moment};
use nines::budget::{Events, Measured, evaluate};
use nines::diag::{Diagnostics, Files};
use nines::plan::{Detail, Judged, Options, Period, compile};
use nines::source::{LocalSource, Source as _};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use crate::numbers::{AT, DAY, HOUR, text};
use crate::support::tempdir::TempDir;

/// Five-minute scrapes of two days on two paths, of which some minutes are bad.
fn source(home: &TempDir, bad: &[(i64, i64)]) -> LocalSource {
    let days = (AT - 2 * DAY, AT, 300);
    let is_bad = |s: i64| bad.iter().any(|(at, length)| (*at..at + length).contains(&(s / 300)));
    let mut counted = (0, 0);
    let mut totals = Vec::new();
    for s in (0..2 * DAY).step_by(300) {
        let events = 100 + s / 300 % 7 * 10;
        let failed = if is_bad(s) { events / 3 } else { 0 };
        counted = (counted.0 + events - failed, counted.1 + failed);
        totals.push(counted);
    }
    let mut data = text().named("r", "counter");
    for (path, factor) in [("/a", 1), ("/b", 3)] {
        for code in ["200", "500"] {
            let totals = totals.clone();
            let series = format!("r_total{{job=\"a\",instance=\"1\",path=\"{path}\",code=\"{code}\"}}");
            data = data.series(&series, days, move |s| {
                let (good, bad) = totals[(s / 300) as usize];
                Some(1000 + factor * if code == "200" { good } else { bad })
            });
        }
    }
    let file = home.write("data.om", data.whole());
    LocalSource::open(&[file], &mut Vec::new()).unwrap()
}

/// An objective over a day in every counting, with exclusions given as minutes after the data begins.
fn spec(exclusions: &[(i64, i64)], by: &str) -> String {
    let mut text = "apiVersion: nines/v1\nservice: s\nslos:\n".to_owned();
    for (name, method) in [
        ("events", "occurrences"),
        ("slices", "{timeslices: {slice: 10m, target: 90%, empty: good}}"),
        ("mean", "{ratio_timeslices: {slice: 20m}}"),
    ] {
        let _ = writeln!(
            text,
            "  - {{name: {name}, objective: 99%, window: 1d, method: {method}, {by} sli: {{events: {{bad: 'r_total{{code=\"500\"}}', total: r_total}}}}}}"
        );
    }
    if !exclusions.is_empty() {
        text += "exclusions:\n";
    }
    for (place, (from, length)) in exclusions.iter().enumerate() {
        let at = |minutes: i64| Moment::from_secs(AT - 2 * DAY + minutes * 60);
        let _ = writeln!(text, "  - {{id: e{place}, from: {}, to: {}}}", at(*from), at(from + length));
    }
    text
}

/// What is measured of each objective, and of each of its groups, over a stretch.
fn measured(source: &LocalSource, spec: &str, over: Interval) -> Vec<Measured> {
    let mut files = Files::default();
    files.add("spec.yaml", spec);
    let mut faults = Diagnostics::default();
    let specs = nines::spec::read(&files, &mut faults);
    assert!(!faults.has_errors(), "{spec}");
    let options = Options {
        at: over.to,
        period: Period::Between(over),
        zone: None,
        detail: Detail::FULL,
        exact: true,
        step: None,
        judged: Judged::All,
        by_day: false,
    };
    let plan = compile(&specs, &options, &|_| Ok(Some(Duration::minutes(5)))).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let answers: Vec<_> = plan.queries.iter().map(|query| runtime.block_on(source.fetch(query))).collect();
    evaluate(&plan, &answers).into_iter().map(|evaluation| evaluation.outcome.unwrap()).collect()
}

fn hours(from: i64, to: i64) -> Interval {
    let at = |hours: i64| Moment::from_secs(AT - 2 * DAY + hours * HOUR);
    Interval::new(at(from), at(to))
}

fn near(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-9 * (1.0 + a.abs().max(b.abs()))
}

fn same(a: Events, b: Events) -> bool {
    near(a.bad, b.bad) && near(a.total, b.total)
}

fn sum(a: Events, b: Events) -> Events {
    Events { bad: a.bad + b.bad, total: a.total + b.total }
}

/// Stretches in minutes after the data begins.
fn stretches() -> impl Strategy<Value = Vec<(i64, i64)>> {
    prop::collection::vec((0i64..2800, 1i64..300), 0..6)
}

/// Stretches in scrapes.
fn bursts() -> impl Strategy<Value = Vec<(i64, i64)>> {
    prop::collection::vec((0i64..570, 1i64..20), 0..6)
}

fn check<S: Strategy>(strategy: S, law: impl Fn(S::Value) -> Result<(), TestCaseError>) {
    let config = Config { cases: 24, failure_persistence: None, ..Config::default() };
    TestRunner::new(config).run(&strategy, law).unwrap_or_else(|error| panic!("{error}"));
}

#[test]
fn exclusions_of_nothing_change_nothing() {
    check(bursts(), |bad| {
        let home = TempDir::new("laws");
        let source = source(&home, &bad);
        let window = hours(24, 48);
        // Before the data, and after the window.
        let outside = [(-3000, 100), (2 * 24 * 60, 500)];
        let plain = measured(&source, &spec(&[], ""), window);
        let excluded = measured(&source, &spec(&outside, ""), window);
        for (plain, excluded) in plain.iter().zip(&excluded) {
            prop_assert_eq!(plain.events, excluded.events);
            prop_assert_eq!(&plain.verdict, &excluded.verdict);
            prop_assert_eq!(excluded.raw, excluded.events);
            prop_assert_eq!(&plain.coverage, &excluded.coverage);
            prop_assert_eq!(excluded.excluded, Duration::ZERO);
        }
        Ok(())
    });
}

#[test]
fn merged_and_unmerged_exclusions_agree() {
    check((bursts(), stretches()), |(bad, parts)| {
        let home = TempDir::new("laws");
        let source = source(&home, &bad);
        let minutes = |(from, length): &(i64, i64)| {
            Interval::new(Moment::from_secs(from * 60), Moment::from_secs((from + length) * 60))
        };
        let merged: Vec<(i64, i64)> = nines::base::Stretches::of(parts.iter().map(minutes))
            .iter()
            .map(|i| (i.from.as_millis() / 60_000, i.length().as_millis() / 60_000))
            .collect();
        let window = hours(12, 48);
        let one_by_one = measured(&source, &spec(&parts, ""), window);
        let together = measured(&source, &spec(&merged, ""), window);
        for (a, b) in one_by_one.iter().zip(&together) {
            prop_assert!(same(a.events, b.events), "{:?} {:?}", a.events, b.events);
            prop_assert_eq!((a.excluded, a.raw), (b.excluded, b.raw));
            prop_assert_eq!(&a.verdict, &b.verdict);
        }
        // What was taken out of counted events and what is left are all of them.
        let events = &together[0];
        let taken = events.exclusions.iter().fold(Events::default(), |all, one| sum(all, one.events));
        prop_assert!(same(sum(events.events, taken), events.raw), "{:?} {:?}", events.events, taken);
        let plain = measured(&source, &spec(&[], ""), window);
        for (plain, excluded) in plain.iter().zip(&together) {
            prop_assert!(same(plain.events, excluded.raw), "{:?} {:?}", plain.events, excluded.raw);
        }
        Ok(())
    });
}

#[test]
fn adjacent_windows_add_up() {
    check((bursts(), stretches(), 13i64..47), |(bad, parts, middle)| {
        let home = TempDir::new("laws");
        let source = source(&home, &bad);
        let spec = spec(&parts, "");
        let of = |from, to| measured(&source, &spec, hours(from, to));
        for ((whole, first), second) in of(12, 48).iter().zip(of(12, middle)).zip(of(middle, 48)) {
            let added = sum(first.events, second.events);
            prop_assert!(same(whole.events, added), "{:?} {:?}", whole.events, added);
            prop_assert!(same(whole.raw, sum(first.raw, second.raw)));
            prop_assert_eq!(whole.excluded, first.excluded + second.excluded);
        }
        Ok(())
    });
}

#[test]
fn groups_add_up_to_the_whole() {
    check((bursts(), stretches()), |(bad, parts)| {
        let home = TempDir::new("laws");
        let source = source(&home, &bad);
        let window = hours(24, 48);
        let grouped = measured(&source, &spec(&parts, "by: [path],"), window);
        let whole = measured(&source, &spec(&parts, ""), window);
        // For each objective the number for all groups, then each group; events are what can be added.
        let [all, one, other] = &grouped[..3] else { panic!("two groups and their sum") };
        prop_assert!(same(sum(one.events, other.events), all.events));
        prop_assert!(same(all.events, whole[0].events));
        prop_assert_eq!(all.excluded, whole[0].excluded);
        Ok(())
    });
}

#[test]
fn what_is_spent_and_what_remains_are_what_is_allowed_and_more_bad_never_leaves_more() {
    check((bursts(), (0i64..570, 1i64..20), stretches()), |(bad, more, parts)| {
        let (home, other) = (TempDir::new("laws"), TempDir::new("laws"));
        let worse: Vec<(i64, i64)> = bad.iter().copied().chain([more]).collect();
        let (few, many) = (source(&home, &bad), source(&other, &worse));
        let (spec, window) = (spec(&parts, ""), hours(12, 48));
        for (few, many) in measured(&few, &spec, window).iter().zip(measured(&many, &spec, window)) {
            for budget in [&few.budget, &many.budget] {
                prop_assert!(near(budget.spent + budget.remaining(), budget.total));
            }
            prop_assert!(many.budget.remaining() <= few.budget.remaining() + 1e-9);
        }
        Ok(())
    });
}
