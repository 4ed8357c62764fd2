//! The law of the writer of specifications: what it writes is read as what it was given.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use nines::base::{CalendarUnit, Duration, Share};
use nines::diag::{Diagnostics, Files, Style};
use nines::generate::{Commented, native};
use nines::promql::{Expr, MatchOp, Matcher, ParseOptions, Selector, parse};
use nines::slo::{
    Counts, Empty, EventsSli, LatencySli, Link, Polarity, Signal, Sli, SlicesSli, Slo, Spec, Unit, Window,
};
use proptest::prelude::*;

fn read(name: &str, text: &str) -> Vec<Spec> {
    let (mut files, mut faults) = (Files::new(), Diagnostics::new());
    files.add(name, text);
    let specs = nines::spec::read(&files, &mut faults);
    assert!(!faults.has_errors(), "{}\n{text}", faults.to_text(&files, Style::default()));
    specs
}

/// Where it was read is not written.
fn placeless(mut specs: Vec<Spec>) -> Vec<Spec> {
    for spec in &mut specs {
        spec.file.clear();
        for slo in &mut spec.slos {
            slo.line = None;
            if let Some(gate) = &mut slo.gate {
                gate.demands.iter_mut().for_each(|demand| demand.line = None);
                // In which order they are asked for changes nothing.
                gate.demands.sort_by_key(|demand| format!("{demand:?}"));
            }
        }
    }
    specs
}

fn assert_law(specs: &[Spec]) -> String {
    let written = native(specs.iter().map(Commented::from));
    assert_eq!(placeless(read("written", &written)), placeless(specs.to_vec()), "{written}");
    written
}

fn in_project(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

fn files(folder: &str) -> Vec<PathBuf> {
    let mut paths: Vec<PathBuf> =
        in_project(folder).read_dir().unwrap().map(|entry| entry.unwrap().path()).collect();
    // What stands beside the specifications is in folders of its own.
    paths.retain(|path| path.is_file());
    paths.sort();
    paths
}

#[expect(clippy::disallowed_methods, reason = "reads specifications of the project")]
fn text(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap()
}

#[test]
fn every_specification_of_the_project_is_read_again() {
    let mut specs = 0;
    for path in files("fixtures/specs/valid").into_iter().chain(files("slo-specs")) {
        let read = read(&path.display().to_string(), &text(&path));
        assert_law(&read);
        specs += read.len();
    }
    assert!(specs > 10, "only {specs} specifications");
}

#[test]
fn it_looks_as_if_a_person_wrote_it() {
    let names =
        ["slo-specs/ecap.yaml", "fixtures/specs/valid/slices.yaml", "fixtures/specs/valid/latency.yaml"];
    let specs: Vec<Spec> = names.into_iter().flat_map(|name| read(name, &text(&in_project(name)))).collect();
    let written = native(specs.iter().map(|spec| Commented {
        spec,
        above: vec!["above\nthe document".to_owned()],
        slos: vec![vec![], vec!["met in 27 of 30 windows".to_owned(), "lowest: 99 %".to_owned()]],
    }));
    assert_eq!(placeless(read("written", &written)), placeless(specs.clone()));
    insta::assert_snapshot!(written);
}

/// Texts that YAML would misread without care. They are trimmed when read.
fn said() -> impl Strategy<Value = String> {
    const WORDS: &[&str] = &[
        "a",
        "null",
        "~",
        "1",
        "0x1F",
        "1e3",
        "true",
        "No",
        "2026-11-16",
        "12:30",
        "- a",
        "a: b",
        "a #b",
        "#",
        "? b",
        "it's",
        "\"",
        "{a}",
        "[a",
        "a, b",
        "%",
        "@a",
        "`",
        "|",
        ">",
        "&a",
        "*a",
        "!a",
        "---",
        "...",
        "<<",
        "=",
        ":",
        "a:",
        "${job}",
        "$$",
        "a\nb",
        "a\n  b\n\n c",
        "a\n---\nb",
        "\ta",
        "é",
        "\\",
        "\u{7f}\u{85}\u{2028}\u{feff}x",
    ];
    prop_oneof![
        3 => prop::sample::select(WORDS).prop_map(str::to_owned),
        3 => "[ -~]{1,12}",
        2 => any::<String>(),
        1 => "(?s)[a-z:#\\-\\n \\t\"']{1,16}",
    ]
    .prop_map(|text| text.trim().to_owned())
    .prop_filter("an empty text is refused", |text| !text.is_empty())
}

fn name() -> impl Strategy<Value = String> {
    prop_oneof![
        prop::sample::select(&["null", "true", "1", "0.5", "---", "...", "-", "a-b", "1e5", "0x1"][..])
            .prop_map(str::to_owned),
        "[a-zA-Z0-9_.-]{1,8}",
    ]
}

fn label() -> impl Strategy<Value = String> {
    "[a-z_][a-z0-9_]{0,6}".prop_filter("the histogram's own label", |name| name != "le")
}

fn selector() -> impl Strategy<Value = Selector> {
    let value = prop_oneof![any::<String>(), Just("5..".to_owned()), Just("${x}$$".to_owned())];
    let matcher = (label(), any::<bool>(), value).prop_map(|(name, equal, value)| Matcher {
        name,
        op: if equal { MatchOp::Equal } else { MatchOp::NotEqual },
        value,
    });
    let metric = prop_oneof![
        "[a-z_:]{1,10}(_total|_bucket|_count|_sum_bucket|_bucket_bucket)?",
        prop::sample::select(&["sum", "my.metric", "é é", "by_bucket", "_bucket"][..])
            .prop_map(str::to_owned),
    ];
    (metric, prop::collection::vec(matcher, 0..4))
        .prop_map(|(name, matchers)| Selector { matchers, ..Selector::metric(name) })
}

/// As it would be read: brackets are part of a tree that was read.
fn parsed(query: &str) -> Expr {
    parse(query, &ParseOptions { window: true }).unwrap_or_else(|why| panic!("{query}: {why:?}"))
}

fn events() -> impl Strategy<Value = Expr> {
    let growth = |selector: Selector| format!("sum(increase({}[$window]))", Expr::selector(selector));
    prop_oneof![
        selector().prop_map(|selector| parsed(&Expr::selector(selector).to_string())),
        prop::collection::vec(selector().prop_map(growth), 1..5).prop_map(|parts| parsed(&parts.join(" + "))),
        (selector(), selector()).prop_map(move |(one, other)| parsed(&format!(
            "({} - {}) * 2",
            growth(one),
            growth(other)
        ))),
    ]
}

fn latency() -> impl Strategy<Value = Sli> {
    let unit = prop::sample::select(&[("500ms", 0.5), ("2.5s", 2.5), ("1m30s", 90.0)][..]);
    (selector(), unit, any::<bool>()).prop_map(|(mut buckets, (written, seconds), milliseconds)| {
        let name = buckets.name.get_or_insert_default();
        if !name.ends_with("_bucket") {
            name.push_str("_bucket");
        }
        let unit = if milliseconds { Unit::Milliseconds } else { Unit::Seconds };
        Sli::Latency(LatencySli {
            buckets,
            threshold: seconds / unit.seconds(),
            written: written.to_owned(),
            unit,
        })
    })
}

fn slices() -> impl Strategy<Value = Sli> {
    let empty = prop::sample::select(&[Empty::Good, Empty::Bad, Empty::Ignore][..]);
    let slice = prop::sample::select(vec![Duration::seconds(30), Duration::minutes(5)]);
    let conditions = prop::collection::vec(selector(), 1..4).prop_map(|selectors| {
        let texts: Vec<String> =
            selectors.into_iter().map(|s| format!("max({})", Expr::selector(s))).collect();
        parsed(&format!("{} <= 1000", texts.join(" + ")))
    });
    (conditions, slice, empty)
        .prop_map(|(good_when, slice, empty)| Sli::Slices(SlicesSli::new(good_when, slice, empty).unwrap()))
}

/// Whether the queries leave the label to divide by.
fn divides(sli: &Sli, label: &str) -> bool {
    let keeps = |counts: &Counts| match counts {
        Counts::Counters(_) => true,
        Counts::Expression(expr) => expr.keeps().may_have(label),
    };
    match sli.signal() {
        Signal::Events { part, total, .. } => keeps(&part) && keeps(&total),
        Signal::Slices { value, .. } => value.keeps().may_have(label),
        Signal::Composite(_) => false,
    }
}

fn slo() -> impl Strategy<Value = Slo> {
    let window = prop_oneof![
        (1..1000_i64).prop_map(|days| Window::Rolling(Duration::days(days))),
        (1..1000_i64).prop_map(|half_hours| Window::Rolling(Duration::minutes(30 * half_hours))),
        (prop::sample::select(&CalendarUnit::ALL[..]), prop::sample::select(&["UTC", "Europe/Berlin"][..]))
            .prop_map(|((_, unit), zone)| Window::Calendar { unit, zone: zone.parse().unwrap() }),
    ];
    let share = (9_000_001..=10_000_000_u32).prop_map(|parts| {
        Share::from_percent(&format!("{}.{:05}", parts / 100_000, parts % 100_000)).unwrap()
    });
    let sli = prop_oneof![
        (events(), events(), any::<bool>()).prop_map(|(part, total, good)| {
            let polarity = if good { Polarity::Good } else { Polarity::Bad };
            Sli::Events(EventsSli { polarity, part, total })
        }),
        latency(),
        slices(),
    ];
    let by = prop::collection::btree_set(label(), 0..3);
    let words = (name(), prop::option::of(said()), share.clone(), window, sli);
    (words, by, prop::option::of(any::<u64>()), prop::option::of(share)).prop_map(
        |((name, description, objective, window, sli), by, min_events, min_coverage)| Slo {
            description,
            by: by.into_iter().filter(|label| divides(&sli, label)).collect(),
            min_events,
            min_coverage: min_coverage.unwrap_or_else(Slo::default_min_coverage),
            ..Slo::new(name, objective, window, sli)
        },
    )
}

fn spec() -> impl Strategy<Value = Spec> {
    let labels = prop::collection::btree_map(label(), said(), 0..8);
    let links = prop::collection::btree_map(said(), "https://[!-~]{1,60}", 0..3);
    let slos = prop::collection::vec(slo(), 1..4);
    let words = (name(), prop::option::of(said()), prop::option::of(said()));
    (words, labels, links, slos).prop_map(|((service, description, owner), labels, links, mut slos)| {
        for (i, slo) in slos.iter_mut().enumerate() {
            slo.name += &i.to_string();
            if let (Sli::Slices(_), Window::Rolling(_)) = (&slo.sli, slo.window) {
                slo.window = Window::Rolling(Duration::days(7));
            }
        }
        let links = links.into_iter().map(|(rel, href)| Link { rel, href }).collect();
        Spec {
            description,
            owner,
            labels: BTreeMap::from_iter(labels),
            links,
            slos,
            ..Spec::new(service, "")
        }
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]
    #[test]
    fn what_is_written_is_read_as_it_was(spec in spec()) {
        assert_law(&[spec]);
    }
}

#[test]
fn comments_cannot_break_out() {
    let specs = read("x", &text(&in_project("fixtures/specs/valid/slices.yaml")));
    let commented = specs.iter().map(|spec| Commented {
        spec,
        above: vec!["a\rservice: b".to_owned(), String::new()],
        slos: vec![vec!["x\u{85}y\nobjective: 1%".to_owned()]],
    });
    assert_eq!(placeless(read("written", &native(commented))), placeless(specs.clone()));
}
