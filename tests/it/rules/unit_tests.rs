//! Generated unit tests, run by Prometheus's own tool: they pass for the rules as made, and fail for rules that were broken.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};

use nines::base::{Duration, Share};
use nines::generate::{Form, RuleSet, RulesStyle, UnitTests, rules, unit_tests};
use nines::slo::{AlertRule, Empty, Method, Spec};

use super::{MONTH, api, by, jobs, lag, latency, responses, slo};
use crate::plain_alerts::specs;
use crate::support::prometheus::promtool;
use crate::support::tempdir::TempDir;

/// What promtool says of the tests that fail, of the first file that has some.
fn run(rules: &str, tests: &UnitTests) -> Result<(), String> {
    let dir = TempDir::new("unit-tests");
    dir.write("rules.yaml", rules);
    let texts = tests.to_yaml(&["rules.yaml".to_owned()]);
    texts.iter().try_for_each(|(every, text)| {
        let file = dir.write(&format!("every-{every}.yaml"), text);
        promtool(["test".as_ref(), "rules".as_ref(), file.as_os_str()]).map(drop)
    })
}

fn made(spec: &Spec) -> (RuleSet, UnitTests) {
    let specs = std::slice::from_ref(spec);
    let rules = rules(specs, RulesStyle::Nines).unwrap();
    let tests = unit_tests(specs, &rules);
    (rules, tests)
}

/// Does each job on one of two threads.
fn in_pairs<T: Sync>(jobs: &[T], job: impl Fn(&T) + Sync) {
    let next = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while let Some(one) = jobs.get(next.fetch_add(1, Ordering::Relaxed)) {
                    job(one);
                }
            });
        }
    });
}

/// Each objective alone and the plain alerts of each service, so that none of them waits for the rules of all.
fn parts(specs: Vec<Spec>) -> Vec<Spec> {
    let mut parts = Vec::new();
    for spec in specs {
        if !spec.alerts.is_empty() {
            parts.push(Spec { slos: Vec::new(), ..spec.clone() });
        }
        parts.extend(spec.slos.iter().map(|slo| Spec {
            slos: vec![slo.clone()],
            alerts: Vec::new(),
            ..spec.clone()
        }));
    }
    parts
}

#[test]
fn those_of_the_five_systems_pass() {
    let parts = parts(specs());
    let cases = AtomicUsize::new(0);
    in_pairs(&parts, |spec| {
        let (rules, tests) = made(spec);
        assert_eq!(tests.notes, [""; 0]);
        cases.fetch_add(tests.len(), Ordering::Relaxed);
        if let Err(said) = run(&rules.to_yaml("x", &Form::Plain), &tests) {
            panic!("{} {:?}: {said}", spec.service, spec.slos.first().map(|slo| &slo.name));
        }
    });
    println!("{cases:?} cases");
    assert!(cases.into_inner() >= 500);
}

fn minute() -> Duration {
    Duration::minutes(1)
}

#[test]
fn every_kind_of_objective_has_tests_that_pass() {
    let timeslices = Method::Timeslices {
        slice: minute() * 5,
        target: Share::from_percent("95").unwrap(),
        empty: Empty::Good,
        min_events: None,
        consecutive: 1,
    };
    let mut sliced = slo("sliced", "99", MONTH, responses());
    sliced.method = timeslices;
    let mut guarded = slo("guarded", "99.9", MONTH, responses());
    guarded.alerting.min_events = Some(20_000);
    guarded.alerting.r#for = Some(minute() * 3);
    guarded.alerting.keep_firing_for = Some(minute() * 10);
    guarded.alerting.name = Some("GuardedBurns".to_owned());
    let slos = vec![
        by(slo("by-route", "99.5", MONTH, responses()), &["route", "method"]),
        slo("latency", "95", MONTH, latency(2.5)),
        slo("jobs", "99", MONTH, jobs()),
        by(slo("lag", "99", MONTH, lag(Empty::Ignore, minute())), &["topic"]),
        slo("lag-bad", "99.5", MONTH, lag(Empty::Bad, minute() * 5)),
        slo("perfect", "100", MONTH, responses()),
        sliced,
        guarded,
    ];
    in_pairs(&parts(vec![api(slos)]), |spec| {
        let (rules, tests) = made(spec);
        assert_eq!(tests.notes, [""; 0], "{:?}", spec.slos.first().map(|slo| &slo.name));
        if let Err(said) = run(&rules.to_yaml("x", &Form::Plain), &tests) {
            panic!("{:?}: {said}", spec.slos.first().map(|slo| &slo.name));
        }
    });
}

/// What is broken, and into what: the first place where it stands is changed, or with a number the one so far on.
const MUTATIONS: [(&str, usize, &str); 30] = [
    // Factors and what is allowed.
    ("(14.4 * 0.001)", 0, "(20 * 0.001)"),
    ("(14.4 * 0.001)", 0, "(10 * 0.001)"),
    ("(14.4 * 0.001)", 1, "(28 * 0.001)"),
    ("(6 * 0.001)", 0, "(8 * 0.001)"),
    ("(6 * 0.001)", 0, "(4 * 0.001)"),
    ("(3 * 0.001)", 0, "(4 * 0.001)"),
    ("(3 * 0.001)", 1, "(3 * 0.01)"),
    ("(1 * 0.001)", 0, "(1.3 * 0.001)"),
    ("(1 * 0.001)", 0, "(0.6 * 0.001)"),
    (
        "ratio_rate30d{slo_id=\"api/availability\"} > 0.001",
        0,
        "ratio_rate30d{slo_id=\"api/availability\"} > 0.01",
    ),
    (
        "ratio_rate30d{slo_id=\"api/availability\"} > 0.001",
        0,
        "ratio_rate30d{slo_id=\"api/availability\"} > 0.0001",
    ),
    // Windows of alerts and of what is recorded.
    ("expr: slo:sli_error:ratio_rate1h{", 0, "expr: slo:sli_error:ratio_rate6h{"),
    ("and slo:sli_error:ratio_rate5m{", 0, "and slo:sli_error:ratio_rate1h{"),
    ("expr: slo:sli_error:ratio_rate6h{", 0, "expr: slo:sli_error:ratio_rate1h{"),
    ("expr: slo:sli_error:ratio_rate1d{", 0, "expr: slo:sli_error:ratio_rate3d{"),
    ("expr: slo:sli_error:ratio_rate3d{", 0, "expr: slo:sli_error:ratio_rate1d{"),
    ("[1h]", 0, "[2h]"),
    ("[1d]", 0, "[3d]"),
    ("[3d]", 0, "[1d]"),
    ("record: slo:sli_error:ratio_rate5m", 0, "record: slo:sli_error:ratio_rate5min"),
    // Which events.
    ("code=~\"5..\"", 2, "code=~\"2..\""),
    ("code=~\"5..\"", 0, "code=~\"4..\""),
    ("> 0)\n", 2, "> 0) * 2\n"),
    // Labels.
    ("severity: page", 0, "severity: ticket"),
    ("tier: page-slow", 0, "tier: page-fast"),
    ("window: 3d", 0, "window: 2d"),
    ("service: api\n          severity: ticket", 0, "service: other\n          severity: ticket"),
    ("alert: ErrorBudgetExhausted", 0, "alert: ErrorBudgetBurn"),
    // Nothing measured.
    ("absent(http_requests_total", 0, "absent(http_request_total"),
    ("for: 10m", 0, "for: 1h"),
];

#[test]
fn rules_that_were_broken_fail() {
    let spec = Spec { labels: BTreeMap::new(), ..api(vec![slo("availability", "99.9", MONTH, responses())]) };
    let (rules, tests) = made(&spec);
    let text = rules.to_yaml("x", &Form::Plain);
    run(&text, &tests).unwrap();
    in_pairs(&MUTATIONS, |(from, place, to)| {
        let at = text.match_indices(from).nth(*place);
        let (at, _) = at.unwrap_or_else(|| panic!("{from} does not stand {place} in\n{text}"));
        let broken = format!("{}{to}{}", &text[..at], &text[at + from.len()..]);
        assert!(run(&broken, &tests).is_err(), "nobody saw that {from} {place} became {to}");
    });
}

/// Plain alerts that compare now with yesterday or look at the buckets of long events: what is broken of the first, and
/// into what.
const BROKEN: [(&str, &str, &str); 8] = [
    ("FraudAlertSpike", "> 3 * sum", "> 4 * sum"),
    ("FraudAlertSpike", "> 3 * sum", "> 2 * sum"),
    ("FraudAlertSpike", "offset 1d", "offset 30m"),
    ("CreditConsumptionSpike", "> 2 * sum", "> 3 * sum"),
    ("CreditConsumptionSpike", "> 2 * sum", "> 1.5 * sum"),
    ("CreditConsumptionSpike", "for: 15m", "for: 2h"),
    ("SparkJobFailure", "> 300", "> 1000"),
    ("SparkJobFailure", "> 300", "> 100"),
];

#[test]
fn plain_alerts_that_were_broken_fail() {
    let alone = |name: &str| {
        let mut specs = specs();
        for spec in &mut specs {
            spec.slos.clear();
            spec.alerts.retain(|alert| alert.name == name);
        }
        specs.into_iter().find(|spec| !spec.alerts.is_empty()).unwrap()
    };
    in_pairs(&BROKEN, |(name, from, to)| {
        let (rules, tests) = made(&alone(name));
        let text = rules.to_yaml("x", &Form::Plain);
        run(&text, &tests).unwrap();
        assert!(text.contains(from), "{from} does not stand in\n{text}");
        assert!(run(&text.replace(from, to), &tests).is_err(), "nobody saw that {from} became {to}");
    });
}

/// A plain alert on nothing but an expression.
fn alone(expr: &str, wait: Option<Duration>, hold: Option<Duration>) -> Spec {
    let alert = AlertRule {
        name: "Jump".to_owned(),
        expr: nines::promql::parse(expr, &nines::promql::ParseOptions::default()).unwrap(),
        r#for: wait,
        keep_firing_for: hold,
        severity: None,
        labels: BTreeMap::new(),
        annotations: BTreeMap::new(),
    };
    Spec { labels: BTreeMap::new(), slos: Vec::new(), alerts: vec![alert], ..api(Vec::new()) }
}

#[test]
fn what_cannot_be_tested_is_said() {
    for (expr, why) in [
        // Its windows lie nearer than it waits, so no two paces can make it fire.
        ("increase(x_total[5m]) > 2 * increase(x_total[5m] offset 10m)", "no test, "),
        ("rate(x_total[5m]) < 0.5 * rate(x_total[5m] offset 1w)", "further than promtool does in one"),
    ] {
        let (_, tests) = made(&alone(expr, Some(minute() * 30), None));
        assert_eq!(tests.len(), 0, "{expr}");
        assert!(tests.notes[0].contains(why), "{:?}", tests.notes);
    }
}

/// Before the first sample the condition holds, and long after it the alert still fires.
#[test]
fn an_alert_that_keeps_firing_is_looked_at_when_it_no_longer_does() {
    for hold in [None, Some(minute() * 30)] {
        let (rules, tests) = made(&alone("absent(x offset 1h)", Some(minute() * 3), hold));
        assert_eq!((tests.len(), tests.notes.len()), (2, 0), "{:?}", tests.notes);
        run(&rules.to_yaml("x", &Form::Plain), &tests).unwrap();
    }
}
