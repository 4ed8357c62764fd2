//! Generated rules, judged by Prometheus's own tool: that they load, and that they fire when and only when they should.

mod drift;
mod files;
mod push;
mod pyrra;
mod sloth;
mod styles;
mod unit_tests;
mod written;

use std::path::PathBuf;

use nines::base::{CalendarUnit, Duration, Share, Zone};
use nines::generate::{Form, RuleSet, RulesError, RulesStyle};
use nines::promql::{AggregateOp, BinaryOp, DurationExpr, Expr, ExprKind, MatchOp, Selector};
use nines::slo::{Empty, EventsSli, LatencySli, Link, Polarity, Sli, SlicesSli, Slo, Spec, Unit, Window};

use crate::support::prometheus::promtool;
use crate::support::tempdir::TempDir;

const MONTH: Window = Window::Rolling(Duration::days(30));

fn rules(specs: &[Spec]) -> Result<RuleSet, RulesError> {
    nines::generate::rules(specs, RulesStyle::Nines)
}

fn text(specs: &[Spec]) -> String {
    rules(specs).unwrap().to_yaml("nines", &Form::Plain)
}

fn slo(name: &str, objective: &str, window: Window, sli: Sli) -> Slo {
    Slo::new(name, Share::from_percent(objective).unwrap(), window, sli)
}

fn by(slo: Slo, labels: &[&str]) -> Slo {
    Slo { by: labels.iter().map(|&label| label.to_owned()).collect(), ..slo }
}

fn api(slos: Vec<Slo>) -> Spec {
    let labels = [("team", "core {{ $x }}"), ("severity", "none"), ("not-legal", "x")];
    Spec {
        labels: labels.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect(),
        links: vec![Link { rel: "runbook".to_owned(), href: "https://example.com/run".to_owned() }],
        slos,
        ..Spec::new("api", "slos/api.yaml")
    }
}

/// Responses with a 5xx code among all.
fn responses() -> Sli {
    let total = Selector::metric("http_requests_total").with("job", MatchOp::Equal, "api");
    let part = total.clone().with("code", MatchOp::Regex, "5..");
    Sli::Events(EventsSli {
        polarity: Polarity::Bad,
        part: Expr::selector(part),
        total: Expr::selector(total),
    })
}

fn latency(threshold: f64) -> Sli {
    let buckets = Selector::metric("http_request_duration_seconds_bucket");
    Sli::Latency(LatencySli { buckets, threshold, written: format!("{threshold}s"), unit: Unit::Seconds })
}

fn lag(empty: Empty, slice: Duration) -> Sli {
    let lag = Expr::selector(Selector::metric("lag"));
    Sli::Slices(SlicesSli::new(lag.binary(BinaryOp::Lte, Expr::number(1000.0)), slice, empty).unwrap())
}

/// `sum(function(name[$window]))`
fn over_window(function: &str, name: &str) -> Expr {
    let range = ExprKind::Range { selector: Selector::metric(name), range: DurationExpr::Window };
    Expr::call(function, [range.into()]).aggregate_by::<&str>(AggregateOp::Sum, &[])
}

/// Good events are the sum of two counters; all events an expression, written as a rate.
fn jobs() -> Sli {
    Sli::Events(EventsSli {
        polarity: Polarity::Good,
        part: over_window("increase", "jobs_done_total")
            .binary(BinaryOp::Add, over_window("increase", "jobs_skipped_total")),
        total: over_window("rate", "jobs_total").binary(BinaryOp::Mul, Expr::number(1.0)),
    })
}

fn month_of(unit: CalendarUnit) -> Window {
    Window::Calendar { unit, zone: Zone::UTC }
}

fn check(text: &str) {
    linted(text, "--lint=all");
}

/// Not in every manner are two alerts told apart by labels of their own.
fn loads(text: &str) {
    linted(text, "--lint=none");
}

fn linted(text: &str, lint: &str) {
    let dir = TempDir::new("rules");
    let said = judged(&[dir.write("rules.yml", text)], lint);
    assert!(said.is_ok(), "promtool check rules: {}\n{text}", said.unwrap_err());
}

/// What promtool says of rule files.
fn judged(files: &[PathBuf], lint: &str) -> Result<String, String> {
    let args = ["check", "rules", lint, "--lint-fatal"].map(AsRef::as_ref);
    promtool(args.into_iter().chain(files.iter().map(|file| file.as_os_str())))
}

/// Runs a promtool unit test over generated rules. `tests` is the list of test groups.
fn unit_test(specs: &[Spec], tests: &str) {
    unit_test_of(&text(specs), tests);
}

fn unit_test_of(text: &str, tests: &str) {
    let dir = TempDir::new("unit");
    dir.write("rules.yml", text);
    let file =
        dir.write("test.yml", format!("rule_files: [rules.yml]\nevaluation_interval: 1m\ntests:\n{tests}"));
    let said = promtool(["test".as_ref(), "rules".as_ref(), file.as_os_str()]);
    assert!(said.is_ok(), "promtool test rules: {}\n{text}", said.unwrap_err());
}

#[test]
fn every_kind_of_objective_makes_a_file_that_loads() {
    let odd = Selector::metric("m").with("path", MatchOp::Equal, "a\"b\\c\n{{ x }}").with(
        "q",
        MatchOp::NotRegex,
        r"\d+",
    );
    let odd = Sli::Events(EventsSli {
        polarity: Polarity::Good,
        part: Expr::selector(odd),
        total: Expr::selector(Selector::metric("m")),
    });
    let minute = Duration::minutes(1);
    let all = vec![
        slo("availability", "99.9", MONTH, responses()),
        by(slo("by-route", "99.95", MONTH, responses()), &["route", "method"]),
        slo("latency", "95", MONTH, latency(2.5)),
        slo("jobs", "99", Window::Rolling(Duration::days(28)), jobs()),
        slo("odd", "99.99999", month_of(CalendarUnit::Month), odd),
        slo("all-of-it", "100", MONTH, responses()),
        slo("half", "50", MONTH, responses()),
        slo("day", "99", Window::Rolling(Duration::days(1)), responses()),
        slo("quarter-hour", "99", Window::Rolling(Duration::minutes(15)), responses()),
        by(slo("lag", "99", MONTH, lag(Empty::Ignore, minute)), &["topic"]),
        slo("lag-good", "99", MONTH, lag(Empty::Good, minute)),
        slo("lag-bad", "99", month_of(CalendarUnit::Quarter), lag(Empty::Bad, Duration::hours(2))),
    ];
    check(&text(&[api(all)]));
    check(&text(&[]));
}

#[test]
fn the_text_for_one_objective() {
    let spec = api(vec![by(slo("availability", "99.9", MONTH, responses()), &["route"])]);
    insta::assert_snapshot!(text(&[spec]));
}

#[test]
fn digits_are_exact_and_unreachable_alerts_are_left_out() {
    let text = text(&[api(vec![
        slo("a", "99.9", MONTH, responses()),
        slo("cache", "70", MONTH, responses()),
        slo("day", "99", Window::Rolling(Duration::days(1)), responses()),
    ])]);
    for expected in [
        "expr: vector(0.999)\n",
        "expr: vector(0.001)\n",
        "(14.4 * 0.001)",
        "# api/cache: no page alert, its error ratio would have to be above 1\n",
        r#"slo:sli_error:ratio_rate1d{slo_id="api/day"}"#,
    ] {
        assert!(text.contains(expected), "{expected} is not in\n{text}");
    }
    for unexpected in
        ["e-0", "e-1", "0000000", r#"slo:sli_error:ratio_rate3d{slo_id="api/day"}"#, "(14.4 * 0.3)"]
    {
        assert!(!text.contains(unexpected), "{unexpected} is in\n{text}");
    }
}

#[test]
fn no_window_is_shorter_than_a_slice_or_longer_than_the_objective() {
    let windows = |window, slice| {
        let text = text(&[api(vec![slo("lag", "99", window, lag(Empty::Ignore, slice))])]);
        let names = text.lines().filter_map(|line| line.split_once("record: slo:sli_error:ratio_rate"));
        names.map(|(_, name)| name.to_owned()).collect::<Vec<_>>()
    };
    let minute = Duration::minutes(1);
    assert_eq!(windows(MONTH, minute), ["5m", "30m", "1h", "2h", "6h", "1d", "3d", "30d"]);
    assert_eq!(windows(MONTH, minute * 10), ["10m", "30m", "1h", "2h", "6h", "1d", "3d", "30d"]);
    assert_eq!(windows(Window::Rolling(Duration::days(1)), minute), ["5m", "30m", "1h", "2h", "6h", "1d"]);
    assert_eq!(windows(Window::Rolling(Duration::hours(1)), minute), ["5m", "1h"]);
    assert_eq!(windows(Window::Rolling(minute * 30), minute), ["30m"]);
}

#[test]
fn names_that_would_mix_series_up_are_refused() {
    let one = || slo("a", "99", MONTH, responses());
    assert_eq!(rules(&[api(vec![one()]), api(vec![one()])]), Err(RulesError::SameId("api/a".to_owned())));
    for label in ["slo", "severity"] {
        let expected = RulesError::TakenLabel { id: "api/a".to_owned(), label: label.to_owned() };
        assert_eq!(rules(&[api(vec![by(one(), &[label])])]), Err(expected));
    }
}

#[test]
fn half_of_all_failing_pages() {
    unit_test(
        &[api(vec![by(slo("availability", "99.9", MONTH, responses()), &["route"])])],
        r#"
- interval: 1m
  input_series:
  - {series: 'http_requests_total{job="api",route="/a",code="200"}', values: '0+30x90'}
  - {series: 'http_requests_total{job="api",route="/a",code="503"}', values: '0+30x90'}
  # Another route without a single failure is neither mixed up with the first nor unknown.
  - {series: 'http_requests_total{job="api",route="/b",code="200"}', values: '0+30x90'}
  promql_expr_test:
  - expr: slo:sli_error:ratio_rate1h{slo_id="api/availability"}
    eval_time: 80m
    exp_samples:
    - {labels: 'slo:sli_error:ratio_rate1h{slo="availability",slo_service="api",slo_id="api/availability",route="/a"}', value: 0.5}
    - {labels: 'slo:sli_error:ratio_rate1h{slo="availability",slo_service="api",slo_id="api/availability",route="/b"}', value: 0}
  - expr: slo:sli_error:ratio_rate3d{route="/a"}
    eval_time: 80m
    exp_samples:
    - {labels: 'slo:sli_error:ratio_rate3d{slo="availability",slo_service="api",slo_id="api/availability",route="/a"}', value: 0.5}
  - expr: count by (alertname, alertstate, severity, tier, window, route, team) (ALERTS{slo="availability"})
    eval_time: 80m
    exp_samples:
    - {labels: '{alertname="ErrorBudgetBurn",alertstate="firing",severity="page",tier="page-fast",window="1h",route="/a",team="core {{ $x }}"}', value: 1}
    - {labels: '{alertname="ErrorBudgetBurn",alertstate="firing",severity="page",tier="page-slow",window="6h",route="/a",team="core {{ $x }}"}', value: 1}
    - {labels: '{alertname="ErrorBudgetBurn",alertstate="firing",severity="ticket",tier="ticket-fast",window="1d",route="/a",team="core {{ $x }}"}', value: 1}
    - {labels: '{alertname="ErrorBudgetBurn",alertstate="firing",severity="ticket",tier="ticket-slow",window="3d",route="/a",team="core {{ $x }}"}', value: 1}
    - {labels: '{alertname="ErrorBudgetExhausted",alertstate="firing",severity="ticket",tier="exhausted",window="30d",route="/a",team="core {{ $x }}"}', value: 1}
  alert_rule_test:
  - alertname: ErrorBudgetExhausted
    eval_time: 80m
    exp_alerts:
    - exp_labels: {service: api, slo: availability, slo_service: api, slo_id: api/availability, route: /a, severity: ticket, tier: exhausted, window: 30d, team: 'core {{ $x }}'}
      exp_annotations:
        summary: api/availability route=/a has spent its error budget
        description: 50% of events in the last 30d were bad; 99.9% allows 0.1%.
        runbook_url: https://example.com/run
"#,
    );
}

#[test]
fn an_alert_ends_soon_after_the_burning_ends() {
    unit_test(
        &[api(vec![slo("availability", "99.9", MONTH, responses())])],
        r#"
- interval: 1m
  input_series:
  - {series: 'http_requests_total{job="api",code="200"}', values: '0+30x120'}
  - {series: 'http_requests_total{job="api",code="503"}', values: '0+30x20 600x100'}
  promql_expr_test:
  - expr: count(ALERTS{severity="page"})
    eval_time: 20m
    exp_samples: [{labels: '{}', value: 2}]
  - expr: count(ALERTS{severity="page"})
    eval_time: 55m
    exp_samples: []
  # What was spent is not forgotten: 600 bad of 4200 are a seventh, the mean of ratios is a twelfth.
  - expr: count(slo:sli_error:ratio_rate1d > 0.140 < 0.146)
    eval_time: 120m
    exp_samples: [{labels: '{}', value: 1}]
"#,
    );
}

#[test]
fn errors_that_never_happened_are_zero_and_no_traffic_is_nothing() {
    unit_test(
        &[api(vec![slo("availability", "99.9", MONTH, responses()), slo("jobs", "99", MONTH, jobs())])],
        r#"
- interval: 1m
  input_series:
  - {series: 'http_requests_total{job="api",code="200"}', values: '0+30x90'}
  # Nothing was ever skipped: the sum of done and skipped is what was done.
  - {series: 'jobs_total', values: '0+10x90'}
  - {series: 'jobs_done_total', values: '0+9x90'}
  promql_expr_test:
  - expr: count by (slo) ({__name__=~"slo:sli_error:.*",slo="availability"} == 0)
    eval_time: 90m
    exp_samples: [{labels: '{slo="availability"}', value: 8}]
  - expr: count by (slo) ({__name__=~"slo:sli_error:.*",slo="jobs"} > 0.0999 < 0.1001)
    eval_time: 90m
    exp_samples: [{labels: '{slo="jobs"}', value: 8}]
  - expr: count(ALERTS{slo="availability"})
    eval_time: 90m
    exp_samples: []
- interval: 1m
  input_series:
  - {series: 'http_requests_total{job="api",code="200"}', values: '30x90'}
  - {series: 'http_requests_total{job="api",code="503"}', values: '3x90'}
  promql_expr_test:
  - expr: '{__name__=~"slo:sli_error:.*"}'
    eval_time: 90m
    exp_samples: []
  # Idle is not dead: nothing was ever seen of the jobs, while the requests are there and stand still.
  - expr: count by (alertname, slo) (ALERTS{alertstate="firing"})
    eval_time: 90m
    exp_samples: [{labels: '{alertname="ErrorBudgetUnmeasured",slo="jobs"}', value: 1}]
"#,
    );
}

#[test]
fn a_bucket_is_met_however_its_boundary_is_spelled() {
    unit_test(
        &[api(vec![slo("latency", "95", MONTH, latency(1.0))])],
        r#"
- interval: 1m
  input_series:
  - {series: 'http_request_duration_seconds_bucket{instance="old",le="1"}', values: '0+9x90'}
  - {series: 'http_request_duration_seconds_bucket{instance="old",le="10"}', values: '0+10x90'}
  - {series: 'http_request_duration_seconds_bucket{instance="old",le="+Inf"}', values: '0+10x90'}
  - {series: 'http_request_duration_seconds_bucket{instance="new",le="1.0"}', values: '0+9x90'}
  - {series: 'http_request_duration_seconds_bucket{instance="new",le="10.0"}', values: '0+10x90'}
  - {series: 'http_request_duration_seconds_bucket{instance="new",le="+Inf"}', values: '0+10x90'}
  promql_expr_test:
  - expr: count({__name__=~"slo:sli_error:.*"} > 0.0999 < 0.1001)
    eval_time: 90m
    exp_samples: [{labels: '{}', value: 8}]
"#,
    );
}

#[test]
fn unmeasured_slices_are_what_the_objective_calls_them() {
    let minute = Duration::minutes(1);
    let specs = [api(vec![
        by(slo("ignore", "99", MONTH, lag(Empty::Ignore, minute)), &["topic"]),
        by(slo("good", "99", MONTH, lag(Empty::Good, minute)), &["topic"]),
        by(slo("bad", "99", MONTH, lag(Empty::Bad, minute)), &["topic"]),
    ])];
    let tests = r#"
- interval: 1m
  input_series:
  # 20 good, 20 bad, 20 without a number, 20 without a sample. The worst partition speaks for its topic.
  - {series: 'lag{topic="t",partition="0"}', values: '1x19 2000x19 NaN stale'}
  - {series: 'lag{topic="t",partition="1"}', values: '0x39 NaN stale'}
  promql_expr_test:
  # Slices and ratios are recorded by two groups, of which either may be first: one slice more or less.
  - expr: count by (slo) (slo:sli_error:ratio_rate6h{topic="t",slo="good"} > 0.24 < 0.26)
    eval_time: 79m
    exp_samples: [{labels: '{slo="good"}', value: 1}]
  - expr: slo:sli_error:ratio_rate6h{topic="t",slo="ignore"}
    eval_time: 79m
    exp_samples: [{labels: 'slo:sli_error:ratio_rate6h{slo="ignore",slo_service="api",slo_id="api/ignore",topic="t"}', value: 0.5}]
  - expr: count by (slo) (slo:sli_error:ratio_rate6h{topic="t",slo="bad"} > 0.74 < 0.76)
    eval_time: 79m
    exp_samples: [{labels: '{slo="bad"}', value: 1}]
  - expr: slo:sli_error:ratio_rate5m{slo="ignore"}
    eval_time: 79m
    exp_samples: []
  - expr: count by (slo) (ALERTS{severity="page"})
    eval_time: 79m
    exp_samples: [{labels: '{slo="bad"}', value: 2}]
"#;
    unit_test(&specs, &tests.replace("NaN", "NaN ".repeat(20).trim_end()));
}
