//! Specifications of other dialects mean what their twins mean: native files beside them, or values written out here.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use nines::base::{CalendarUnit, Duration, Moment, Share};
use nines::diag::{Diagnostics, Files, Style};
use nines::plan::{Detail, Judged, Measure, Options, Period, Plan, Task, compile};
use nines::promql::{Expr, ParseOptions, parse};
use nines::slo::{
    Alerting, BurnRule, Combine, CompositeSli, Empty, EventsSli, Member, Method, Pace, Polarity, RatioSli,
    Severity, Sli, SlicesSli, Slo, Spec, TierAlert, Window,
};
use nines::spec;

/// Specifications with their native twins, and those about which something is said or that are written out here.
const FOLDERS: [&str; 2] = ["fixtures/specs/dialects", "fixtures/specs/remarked"];

/// The fixtures of the dialects that are held here.
pub(crate) fn fixtures() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folders = FOLDERS.into_iter().flat_map(|folder| fs::read_dir(root.join(folder)).unwrap());
    let mut paths: Vec<PathBuf> = folders.map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| ["openslo-", "slo-generator-"].iter().any(|start| name_of(path).starts_with(start)));
    paths.sort();
    paths
}

fn name_of(path: &Path) -> String {
    path.file_name().unwrap().to_string_lossy().into_owned()
}

fn read(name: &str) -> Vec<Spec> {
    fixture(&fixtures().into_iter().find(|path| name_of(path) == name).unwrap())
}

/// Reads a fixture. Its first line tells which faults are said of it: `# says: N0534`.
#[expect(clippy::disallowed_methods, reason = "a test reads its own fixtures")]
pub(crate) fn fixture(path: &Path) -> Vec<Spec> {
    let (name, text) = (name_of(path), fs::read_to_string(path).unwrap());
    let says = text.lines().next().and_then(|line| line.strip_prefix("# says: ")).unwrap_or_default();
    let mut files = Files::new();
    files.add(name.as_str(), text.as_str());
    let mut faults = Diagnostics::new();
    let specs = spec::read(&files, &mut faults);
    // What lints say of them is theirs to test.
    let said = faults.sorted().into_iter().map(|fault| fault.code.id());
    let said: Vec<&str> = said.filter(|code| !code.starts_with("N04")).collect();
    assert_eq!(said.join(" "), says, "{name}:\n{}", faults.to_text(&files, Style::default()));
    assert!(!specs.is_empty(), "{name}");
    specs
}

pub(crate) fn plan(specs: &[Spec]) -> Plan {
    let options = Options {
        at: "2026-11-20T10:00:00Z".parse::<Moment>().unwrap(),
        period: Period::Own,
        zone: None,
        detail: Detail::FULL,
        exact: false,
        step: None,
        judged: Judged::All,
        by_day: false,
    };
    compile(specs, &options, &|_| Ok(None)).unwrap()
}

/// What a plan does not hold, as far as both dialects can say it.
type Promise = (String, Option<String>, Share, Window, Option<u64>, Share, Vec<String>);

fn promises(specs: &[Spec]) -> Vec<Promise> {
    let promise = |spec: &Spec, slo: &Slo| {
        let Slo { description, objective, window, min_events, min_coverage, by, .. } = slo.clone();
        (spec.id(slo), description, objective, window, min_events, min_coverage, by)
    };
    specs.iter().flat_map(|spec| spec.slos.iter().map(move |slo| promise(spec, slo))).collect()
}

/// A plan without what is promised: what is asked, and how it is counted.
pub(crate) fn questions(mut plan: Plan) -> Plan {
    fn blank(task: &mut Task) {
        let (combine, slice, empty) = (Combine::Weighted, CompositeSli::SLICE, Empty::Ignore);
        let sli = Sli::Composite(CompositeSli { combine, members: Vec::new(), slice, empty });
        let Slo { objective, window, method, .. } = task.terms;
        task.terms = Slo { method, ..Slo::new("", objective, window, sli) };
        if let Measure::Composite(composite) = &mut task.measure {
            composite.members.iter_mut().for_each(|(_, member)| blank(member));
        }
    }
    plan.tasks.iter_mut().for_each(blank);
    plan
}

#[test]
fn a_file_and_its_native_twin_ask_the_same() {
    let mut pairs = 0;
    for native in fixtures().iter().map(|path| name_of(path)) {
        let Some(name) = native.strip_suffix(".native.yaml") else { continue };
        let (other, native) = (read(&format!("{name}.yaml")), read(&native));
        assert_eq!(promises(&other), promises(&native), "{name}");
        let (asked, expected) = (questions(plan(&other)), questions(plan(&native)));
        assert_eq!(asked, expected, "{name}");
        for (other, native) in other.iter().zip(&native) {
            assert_eq!(
                (&other.description, &other.labels, &other.links),
                (&native.description, &native.labels, &native.links),
                "{name}"
            );
        }
        pairs += 1;
    }
    assert!(pairs >= 8, "only {pairs} pairs");
}

fn expr(text: &str) -> Expr {
    parse(text, &ParseOptions { window: true }).unwrap()
}

fn events(polarity: Polarity, part: &str, total: &str) -> Sli {
    Sli::Events(EventsSli { polarity, part: expr(part), total: expr(total) })
}

fn percent(text: &str) -> Share {
    Share::from_percent(text).unwrap()
}

fn over_30d(name: &str, objective: &str, sli: Sli) -> Slo {
    Slo::new(name, percent(objective), Window::Rolling(Duration::days(30)), sli)
}

/// The same without the lines in the file.
pub(crate) fn without_lines(mut specs: Vec<Spec>) -> Vec<Spec> {
    specs.iter_mut().flat_map(|spec| &mut spec.slos).for_each(|slo| slo.line = None);
    specs
}

fn requests(polarity: Polarity) -> Sli {
    let part = match polarity {
        Polarity::Good => "http_requests_total{code!~\"5..\"}",
        Polarity::Bad => "http_requests_total{code=~\"5..\"}",
    };
    events(polarity, part, "http_requests_total")
}

fn labels(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

#[test]
fn budgets_that_count_slices() {
    let method = Method::timeslices(Duration::minutes(5), percent("95"));
    let slo = Slo {
        method,
        labels: labels(&[("tier", "gold")]),
        ..over_30d("availability", "99.5", requests(Polarity::Good))
    };
    let file = "openslo-timeslices.yaml";
    assert_eq!(without_lines(read(file)), [Spec { slos: vec![slo], ..Spec::new("web", file) }]);

    let method = Method::ratio_timeslices(Duration::hours(1));
    let slo = Slo { method, ..over_30d("availability", "99", requests(Polarity::Bad)) };
    let file = "openslo-ratio-timeslices.yaml";
    assert_eq!(without_lines(read(file)), [Spec { slos: vec![slo], ..Spec::new("web", file) }]);
}

fn mean(polarity: Polarity, ratio: &str, minutes: i64) -> Sli {
    Sli::Ratio(RatioSli {
        polarity,
        ratio: expr(ratio),
        slice: Duration::minutes(minutes),
        empty: Empty::Ignore,
    })
}

#[test]
fn ratios_that_are_no_events_are_means() {
    let file = "openslo-means.yaml";
    let spec = |slo| Spec { slos: vec![slo], ..Spec::new("web", file) };
    let slices =
        SlicesSli::new(expr("queue_length <= 7"), Duration::minutes(10), Empty::Ignore).map(Sli::Slices);
    let recorded = "avg_over_time(web:errors:ratio_rate5m[$window])";
    let calculated = "avg_over_time((1 - avg(avg_over_time(up[5m])))[$window:1m])";
    assert_eq!(
        without_lines(read(file)),
        [
            spec(over_30d("recorded", "99", mean(Polarity::Bad, recorded, 5))),
            spec(over_30d("slices", "99", mean(Polarity::Good, "avg_over_time(up[$window])", 10))),
            spec(over_30d("calculated", "99", mean(Polarity::Bad, calculated, 10))),
            spec(over_30d("compared", "99", slices.unwrap())),
        ]
    );

    let specs = read("slo-generator-mean.yaml");
    let slo = &specs[0].slos[0];
    assert_eq!(slo.sli, mean(Polarity::Good, "avg(avg_over_time(probe_success[$window]))", 5));
    // Without a label that names the service, the objective is its own; a policy of one step never alerts.
    assert_eq!(specs[0].id(slo), "probe/probe");
    assert_eq!(slo.alerting.active().count(), 0);
}

#[test]
fn alert_policies_are_pairs_of_windows() {
    let file = "openslo-alerts.yaml";
    let rule = |severity, long: Duration, short: Duration, factor| BurnRule {
        severity,
        long,
        short,
        pace: Pace::Factor(factor),
    };
    let windows = vec![
        rule(Severity::Page, Duration::hours(1), Duration::minutes(5), 14.4),
        rule(Severity::Ticket, Duration::days(3), Duration::hours(6), 1.0),
    ];
    let alerting = Alerting { windows, absent: true, ..Alerting::default() };
    let slo = Slo { alerting, ..over_30d("availability", "99.9", requests(Polarity::Good)) };
    assert_eq!(without_lines(read(file)), [Spec { slos: vec![slo], ..Spec::new("web", file) }]);

    let slo = read("slo-generator-good-valid.yaml").remove(0).slos.remove(0);
    let tier = |message| TierAlert { annotations: labels(&[("message", message)]), ..TierAlert::default() };
    let expected = Alerting {
        windows: vec![
            rule(Severity::Page, Duration::hours(1), Duration::minutes(5), 9.0),
            rule(Severity::Ticket, Duration::days(7), Duration::hours(14), 1.5),
        ],
        page: tier("Page"),
        ticket: tier("Look"),
        ..Alerting::default()
    };
    assert_eq!((slo.alerting, slo.window), (expected, Window::Rolling(Duration::days(28))));
    assert_eq!(
        slo.labels,
        labels(&[("service_name", "web"), ("feature_name", "orders"), ("slo_name", "availability")])
    );
}

#[test]
fn objectives_with_indicators_of_their_own_are_judged_together() {
    let file = "openslo-composite.yaml";
    let payment = events(Polarity::Good, "payments_total{ok=\"true\"}", "payments_total");
    let search = events(Polarity::Bad, "searches_failed_total", "searches_total");
    let member = |slo: &str, weight| Member { slo: slo.to_owned(), weight };
    let members = vec![member("journey-payment", 2.0), member("journey-search", 1.0)];
    let slos = vec![
        over_30d(
            "journey",
            "99",
            Sli::Composite(CompositeSli {
                combine: Combine::Weighted,
                members,
                slice: CompositeSli::SLICE,
                empty: Empty::Ignore,
            }),
        ),
        over_30d("journey-payment", "99.9", payment),
        over_30d("journey-search", "99", search),
    ];
    assert_eq!(without_lines(read(file)), [Spec { slos, ..Spec::new("shop", file) }]);
}

#[test]
fn every_unit_of_the_calendar_is_known_where_it_begins() {
    let read = |duration: &str, start: &str| {
        let text = format!(
            "apiVersion: openslo/v1\nkind: SLO\nmetadata: {{name: a}}\nspec:\n  service: s\n  \
             budgetingMethod: Occurrences\n  timeWindow: [{{duration: {duration}, calendar: {{startTime: {start}, \
             timeZone: Europe/Berlin}}}}]\n  objectives: [{{target: 0.9}}]\n  \
             indicator: {{spec: {{ratioMetric: {{counter: true, good: &a {{metricSource: {{type: Prometheus, \
             spec: {{query: a}}}}}}, total: *a}}}}}}\n"
        );
        let mut files = Files::new();
        files.add("a.yaml", text);
        let mut faults = Diagnostics::new();
        let specs = spec::read(&files, &mut faults);
        match faults.sorted().iter().find(|fault| fault.severity() == nines::diag::Severity::Error) {
            Some(fault) => Err(fault.message.clone()),
            None => match specs[0].slos[0].window {
                Window::Calendar { unit, .. } => Ok(unit),
                Window::Rolling(_) => panic!("{duration} rolls"),
            },
        }
    };
    for (duration, start, unit) in [
        ("1h", "2026-03-04 17:00:00", CalendarUnit::Hour),
        ("24h", "2026-03-04 00:00:00", CalendarUnit::Day),
        ("1d", "2026-03-04 00:00:00", CalendarUnit::Day),
        ("7d", "2026-03-02 00:00:00", CalendarUnit::Week),
        ("1w", "2026-03-02 00:00:00", CalendarUnit::Week),
        ("1M", "2026-03-01 00:00:00", CalendarUnit::Month),
        ("3M", "2026-04-01 00:00:00", CalendarUnit::Quarter),
        ("1Q", "2026-10-01 00:00:00", CalendarUnit::Quarter),
        ("12M", "2026-01-01 00:00:00", CalendarUnit::Year),
        ("1Y", "2026-01-01 00:00:00", CalendarUnit::Year),
    ] {
        assert_eq!(read(duration, start), Ok(unit), "{duration} from {start}");
    }
    for (duration, start) in [
        ("1m", "2026-03-01 00:00:00"),
        ("2w", "2026-03-02 00:00:00"),
        ("1w", "2026-03-01 00:00:00"),
        ("1M", "2026-03-01 12:00:00"),
        ("1M", "2026-03-02 00:00:00"),
        ("1Q", "2026-03-01 00:00:00"),
        ("30d", "2026-03-01 00:00:00"),
        ("1d", "2026-03-01T00:00:00Z"),
    ] {
        let said = read(duration, start).unwrap_err();
        assert!(
            said.contains("calendar") || said.contains("is not a date"),
            "{duration} from {start}: {said}"
        );
    }
}

mod any_text {
    use super::*;
    use proptest::prelude::*;

    /// The texts of all fixtures.
    #[expect(clippy::disallowed_methods, reason = "a test reads its own fixtures")]
    fn texts() -> Vec<String> {
        fixtures().iter().map(|path| fs::read_to_string(path).unwrap()).collect()
    }

    proptest! {
        /// Specifications with some of their characters replaced: close to right, so every reader is reached.
        #[test]
        fn broken_specifications_are_read_without_a_panic(
            edits in prop::collection::vec((0usize..1500, "[a-zM0-9:{}\\[\\]$\"'|>é\n -]"), 1..6),
            one in 0usize..100,
            other in 0usize..100,
        ) {
            let all = texts();
            let mut texts = [one, other].map(|which| all[which % all.len()].clone());
            for (at, new) in edits {
                let text = &mut texts[at % 2];
                let at = text.floor_char_boundary(at);
                let end = text.ceil_char_boundary((at + 1).min(text.len()));
                text.replace_range(at..end, &new);
            }
            let mut files = Files::new();
            for (name, text) in ["a.yaml", "b.yaml"].into_iter().zip(&texts) {
                files.add(name, text.as_str());
            }
            let mut faults = Diagnostics::new();
            let specs = spec::read(&files, &mut faults);
            for fault in faults.sorted() {
                prop_assert!(fault.primary.span.end <= files.text(fault.primary.file).len());
            }
            let _ = faults.to_text(&files, Style::default());
            if !faults.has_errors() {
                let _ = plan(&specs);
            }
        }
    }
}
