//! Rules in the manner of Pyrra, held against what Pyrra makes of the same objectives.

use nines::base::{Duration, Share};
use nines::generate::{Form, RuleSet, RulesError, RulesStyle};
use nines::slo::{BurnRule, Empty, Method, Pace, Severity, Slo, Spec, Window};

use super::written::{Group, Rule, groups};
use super::{MONTH, api, by, jobs, lag, latency, loads, month_of, responses, slo, unit_test_of};
use crate::dialects::read_files;

fn rules(specs: &[Spec]) -> Result<RuleSet, RulesError> {
    nines::generate::rules(specs, RulesStyle::Pyrra)
}

fn text(specs: &[Spec]) -> String {
    rules(specs).unwrap().to_yaml("slo", &Form::Plain)
}

/// What is made of an object, with the fields of its `spec`.
fn made(name: &str, fields: &str) -> Vec<Group> {
    let text_of_object = format!(
        "apiVersion: pyrra.dev/v1alpha1\nkind: ServiceLevelObjective\nmetadata: {{name: {name}, namespace: monitoring, \
         labels: {{pyrra.dev/team: core, other: x}}, annotations: {{pyrra.dev/runbook: https://example.com}}}}\nspec: {fields}\n"
    );
    let (specs, faults, files) = read_files(&[&text_of_object]);
    assert!(!faults.has_errors(), "{}", faults.to_text(&files, nines::diag::Style::default()));
    groups(&text(&specs))
}

/// `name for 2m {label=value}: expression`, without the label `slo`, which all have.
fn told(rule: &Rule) -> String {
    let labels = rule.labels.iter().filter(|(name, _)| !matches!(name.as_str(), "slo" | "team"));
    let labels: Vec<String> = labels.map(|(name, value)| format!("{name}={value}")).collect();
    let wait = rule.r#for.as_ref().map(|wait| format!(" for {wait}")).unwrap_or_default();
    assert_eq!(rule.labels["team"], "core", "{}", rule.expr);
    format!("{}{wait} {{{}}}: {}", rule.name(), labels.join(","), rule.expr)
}

fn assert_made(made: &[Group], name: &str, interval: &str, increase: &[&str], burning: &[&str]) {
    let heads: Vec<(&str, Option<&str>)> =
        made.iter().map(|group| (group.name.as_str(), group.interval.as_deref())).collect();
    assert_eq!(heads, [(format!("{name}-increase").as_str(), Some(interval)), (name, Some("30s"))]);
    let all = |group: &Group| group.rules.iter().map(told).collect::<Vec<_>>();
    assert!(made.iter().flat_map(|group| &group.rules).all(|rule| rule.labels["slo"] == name));
    assert_eq!(all(&made[0]), increase, "{name}");
    let burning_made = all(&made[1]);
    for expected in burning {
        assert!(
            burning_made.iter().any(|made| made == expected),
            "no {expected} in\n{}",
            burning_made.join("\n")
        );
    }
    let alerts = made.iter().flat_map(|group| &group.rules).filter(|rule| rule.alert.is_some());
    for alert in alerts {
        assert_eq!(alert.annotations["runbook"], "https://example.com", "{}", alert.expr);
    }
}

#[test]
fn a_ratio_is_counted_by_what_tells_errors_apart() {
    let fields = |grouping: &str, more: &str| {
        format!(
            "{{target: '99', window: 4w, indicator: {{ratio: {{errors: {{metric: 'http_requests_total{{code=~\"5..\",job=\"receive\"}}'}}, \
             total: {{metric: 'http_requests_total{{job=\"receive\"}}'}}{grouping}}}}}{more}}}"
        )
    };
    assert_made(
        &made("errors", &fields("", "")),
        "errors",
        "2m30s",
        &[
            r#"http_requests:increase4w {job=receive}: sum by (code) (increase(http_requests_total{job="receive"}[4w]))"#,
            r#"SLOMetricAbsent for 10m {job=receive,severity=critical}: absent(http_requests_total{job="receive"}) == 1"#,
        ],
        &[
            r#"http_requests:burnrate5m {job=receive}: sum(rate(http_requests_total{code=~"5..",job="receive"}[5m])) / sum(rate(http_requests_total{job="receive"}[5m]))"#,
            r#"ErrorBudgetBurn for 2m {exhaustion=2d,job=receive,long=1h,severity=critical,short=5m}: http_requests:burnrate5m{job="receive",slo="errors"} > (14 * (1 - 0.99)) and http_requests:burnrate1h{job="receive",slo="errors"} > (14 * (1 - 0.99))"#,
            r#"ErrorBudgetBurn for 15m {exhaustion=4d,job=receive,long=6h,severity=critical,short=30m}: http_requests:burnrate30m{job="receive",slo="errors"} > (7 * (1 - 0.99)) and http_requests:burnrate6h{job="receive",slo="errors"} > (7 * (1 - 0.99))"#,
            r#"ErrorBudgetBurn for 1h {exhaustion=2w,job=receive,long=1d,severity=warning,short=2h}: http_requests:burnrate2h{job="receive",slo="errors"} > (2 * (1 - 0.99)) and http_requests:burnrate1d{job="receive",slo="errors"} > (2 * (1 - 0.99))"#,
            r#"ErrorBudgetBurn for 3h {exhaustion=4w,job=receive,long=4d,severity=warning,short=6h}: http_requests:burnrate6h{job="receive",slo="errors"} > (1 * (1 - 0.99)) and http_requests:burnrate4d{job="receive",slo="errors"} > (1 * (1 - 0.99))"#,
        ],
    );
    // What the budget is divided by is no label of the rule, and patterns on it are kept in alerts.
    let grouped = fields(", grouping: [job, handler]", "")
        .replace(r#"job="receive""#, r#"handler=~"/api.*",job="receive""#);
    assert_made(
        &made("errors", &grouped),
        "errors",
        "2m30s",
        &[
            r#"http_requests:increase4w {}: sum by (code, handler, job) (increase(http_requests_total{handler=~"/api.*",job="receive"}[4w]))"#,
            r#"SLOMetricAbsent for 10m {severity=critical}: absent(http_requests_total{handler=~"/api.*",job="receive"}) == 1"#,
        ],
        &[
            r#"http_requests:burnrate4d {}: sum by (handler, job) (rate(http_requests_total{code=~"5..",handler=~"/api.*",job="receive"}[4d])) / sum by (handler, job) (rate(http_requests_total{handler=~"/api.*",job="receive"}[4d]))"#,
            r#"ErrorBudgetBurn for 2m {exhaustion=2d,long=1h,severity=critical,short=5m}: http_requests:burnrate5m{handler=~"/api.*",job="receive",slo="errors"} > (14 * (1 - 0.99)) and http_requests:burnrate1h{handler=~"/api.*",job="receive",slo="errors"} > (14 * (1 - 0.99))"#,
        ],
    );
    assert_made(
        &made("errors", &fields("", ", performanceOverAccuracy: true")),
        "errors",
        "2m30s",
        &[
            r#"http_requests:increase5m {job=receive}: sum by (code) (increase(http_requests_total{job="receive"}[5m]))"#,
            r#"SLOMetricAbsent for 10m {job=receive,severity=critical}: absent(http_requests_total{job="receive"}) == 1"#,
            r#"http_requests:increase4w {job=receive}: sum by (code) (sum_over_time(http_requests:increase5m{job="receive"}[4w:5m]))"#,
        ],
        &[],
    );
    let silent = made("errors", &fields("", ", alerting: {burnrates: false, absent: false}"));
    assert_eq!(silent.iter().map(|group| group.rules.len()).collect::<Vec<_>>(), [1, 7]);
}

#[test]
fn errors_of_another_metric_are_counted_and_missed_too() {
    let fields = "{target: '99', window: 2w, indicator: {ratio: {errors: {metric: reconcile_errors_total}, \
                  total: {metric: reconcile_operations_total}, grouping: [namespace]}}, \
                  alerting: {name: Burns, absentName: Gone, severities: {absent: info, fastBurn: page, slowBurn: info}}}";
    assert_made(
        &made("operator", fields),
        "operator",
        "1m30s",
        &[
            "reconcile_operations:increase2w {}: sum by (namespace) (increase(reconcile_operations_total[2w]))",
            "Gone for 5m {severity=info}: absent(reconcile_operations_total) == 1",
            "reconcile_errors:increase2w {}: sum by (namespace) (increase(reconcile_errors_total[2w]))",
            "Gone for 5m {severity=info}: absent(reconcile_errors_total) == 1",
        ],
        &[
            "reconcile_operations:burnrate3m {}: sum by (namespace) (rate(reconcile_errors_total[3m])) / sum by (namespace) (rate(reconcile_operations_total[3m]))",
            r#"Burns for 1m {exhaustion=1d,long=30m,severity=page,short=3m}: reconcile_operations:burnrate3m{slo="operator"} > (14 * (1 - 0.99)) and reconcile_operations:burnrate30m{slo="operator"} > (14 * (1 - 0.99))"#,
            r#"Burns for 8m {exhaustion=2d,long=3h,severity=critical,short=15m}: reconcile_operations:burnrate15m{slo="operator"} > (7 * (1 - 0.99)) and reconcile_operations:burnrate3h{slo="operator"} > (7 * (1 - 0.99))"#,
            r#"Burns for 30m {exhaustion=1w,long=12h,severity=info,short=1h}: reconcile_operations:burnrate1h{slo="operator"} > (2 * (1 - 0.99)) and reconcile_operations:burnrate12h{slo="operator"} > (2 * (1 - 0.99))"#,
            r#"Burns for 1h30m {exhaustion=2w,long=2d,severity=warning,short=3h}: reconcile_operations:burnrate3h{slo="operator"} > (1 * (1 - 0.99)) and reconcile_operations:burnrate2d{slo="operator"} > (1 * (1 - 0.99))"#,
        ],
    );
}

#[test]
fn a_latency_has_its_bucket_as_it_is_written() {
    let fields = |more: &str| {
        format!(
            "{{target: '99.5', window: 4w, indicator: {{latency: {{success: {{metric: 'took_seconds_bucket{{code=~\"2..\",job=\"receive\",le=\"1.0\"}}'}}, \
             total: {{metric: 'took_seconds_count{{code=~\"2..\",job=\"receive\"}}'}}}}}}{more}}}"
        )
    };
    assert_made(
        &made("latency", &fields("")),
        "latency",
        "2m30s",
        &[
            r#"took_seconds:increase4w {job=receive}: sum by (code) (increase(took_seconds_count{code=~"2..",job="receive"}[4w]))"#,
            r#"took_seconds:increase4w {job=receive,le=1.0}: sum by (code) (increase(took_seconds_bucket{code=~"2..",job="receive",le="1.0"}[4w]))"#,
            r#"SLOMetricAbsent for 6m {job=receive,severity=critical}: absent(took_seconds_count{code=~"2..",job="receive"}) == 1"#,
            r#"SLOMetricAbsent for 6m {job=receive,le=1.0,severity=critical}: absent(took_seconds_bucket{code=~"2..",job="receive",le="1.0"}) == 1"#,
        ],
        &[
            r#"took_seconds:burnrate5m {job=receive}: (sum(rate(took_seconds_count{code=~"2..",job="receive"}[5m])) - sum(rate(took_seconds_bucket{code=~"2..",job="receive",le="1.0"}[5m]))) / sum(rate(took_seconds_count{code=~"2..",job="receive"}[5m]))"#,
            r#"ErrorBudgetBurn for 2m {exhaustion=2d,job=receive,long=1h,severity=critical,short=5m}: took_seconds:burnrate5m{job="receive",slo="latency"} > (14 * (1 - 0.995)) and took_seconds:burnrate1h{job="receive",slo="latency"} > (14 * (1 - 0.995))"#,
        ],
    );
    let summed = made("latency", &fields(", performanceOverAccuracy: true"));
    let long: Vec<String> = summed[0].rules[4..].iter().map(told).collect();
    assert_eq!(
        long,
        [
            r#"took_seconds:increase4w {job=receive}: sum by (code) (sum_over_time(took_seconds:increase5m{code=~"2..",job="receive",le=""}[4w:5m]))"#,
            r#"took_seconds:increase4w {job=receive,le=1.0}: sum by (code) (sum_over_time(took_seconds:increase5m{code=~"2..",job="receive",le="1.0"}[4w:5m]))"#,
        ]
    );
}

#[test]
fn a_native_histogram_is_counted_by_its_own_functions() {
    let fields = "{target: '99.5', window: 4w, indicator: {latencyNative: {latency: 1s, \
                  total: {metric: 'took_seconds{code=~\"2..\",job=\"receive\"}'}}}}";
    assert_made(
        &made("latency", fields),
        "latency",
        "2m30s",
        &[
            r#"took_seconds:increase4w {job=receive}: histogram_count(sum(increase(took_seconds{code=~"2..",job="receive"}[4w])))"#,
            r#"took_seconds:increase4w {job=receive,le=1}: histogram_fraction(0, 1, sum(increase(took_seconds{code=~"2..",job="receive"}[4w]))) * histogram_count(sum(increase(took_seconds{code=~"2..",job="receive"}[4w])))"#,
        ],
        &[
            r#"took_seconds:burnrate5m {job=receive}: 1 - histogram_fraction(0, 1, sum(rate(took_seconds{code=~"2..",job="receive"}[5m])))"#,
            r#"ErrorBudgetBurn for 15m {exhaustion=4d,job=receive,long=6h,severity=critical,short=30m}: took_seconds:burnrate30m{job="receive",slo="latency"} > (7 * (1 - 0.995)) and took_seconds:burnrate6h{job="receive",slo="latency"} > (7 * (1 - 0.995))"#,
        ],
    );
}

#[test]
fn a_gauge_is_counted_by_its_samples() {
    let fields = "{target: '99', window: 4w, indicator: {bool_gauge: \
                  {metric: 'up{instance!~\"127.*\"}', grouping: [job, instance]}}}";
    assert_made(
        &made("up-targets", fields),
        "up-targets",
        "2m30s",
        &[
            r#"up:count4w {}: sum by (instance, job) (count_over_time(up{instance!~"127.*"}[4w]))"#,
            r#"up:sum4w {}: sum by (instance, job) (sum_over_time(up{instance!~"127.*"}[4w]))"#,
            r#"SLOMetricAbsent for 10m {severity=critical}: absent(up{instance!~"127.*"}) == 1"#,
        ],
        &[
            r#"up:burnrate5m {}: (sum by (instance, job) (count_over_time(up{instance!~"127.*"}[5m])) - sum by (instance, job) (sum_over_time(up{instance!~"127.*"}[5m]))) / sum by (instance, job) (count_over_time(up{instance!~"127.*"}[5m]))"#,
            r#"ErrorBudgetBurn for 2m {exhaustion=2d,long=1h,severity=critical,short=5m}: up:burnrate5m{instance!~"127.*",slo="up-targets"} > (14 * (1 - 0.99)) and up:burnrate1h{instance!~"127.*",slo="up-targets"} > (14 * (1 - 0.99))"#,
        ],
    );
}

#[test]
fn windows_and_waits_grow_with_the_objective() {
    for (window, interval, waits) in [
        ("1d", "30s", ["", "1m", "2m", "6m"]),
        ("7d", "1m", ["1m", "4m", "15m", "45m"]),
        ("30d", "2m30s", ["2m", "16m", "1h4m", "3h13m"]),
        ("12w", "4m", ["6m", "45m", "3h", "9h"]),
    ] {
        let fields = format!(
            "{{target: '99', window: {window}, indicator: {{ratio: {{errors: {{metric: e_total}}, total: {{metric: t_total}}}}}}}}"
        );
        let made = made("errors", &fields);
        assert_eq!(made[0].interval.as_deref(), Some(interval), "{window}");
        let told: Vec<&str> = made[1]
            .rules
            .iter()
            .filter(|rule| rule.alert.is_some())
            .map(|rule| rule.r#for.as_deref().unwrap_or_default())
            .collect();
        assert_eq!(told, waits, "{window}");
    }
}

/// Every kind of objective that Pyrra does not read.
fn others() -> Vec<Slo> {
    let minute = Duration::minutes(1);
    let target = Share::from_percent("95").unwrap();
    let timeslices = Method::timeslices(minute, target);
    let mut own = slo("own", "99", MONTH, responses());
    let pace = Pace::Factor(2.5);
    own.alerting.windows =
        vec![BurnRule { severity: Severity::Ticket, long: minute * 60, short: minute * 5, pace }];
    own.alerting.ticket.labels = [("severity".to_owned(), "mail".to_owned())].into();
    vec![
        slo("availability", "99.9", MONTH, responses()),
        by(slo("by-route", "99.95", MONTH, responses()), &["route", "method"]),
        slo("latency", "95", month_of(nines::base::CalendarUnit::Month), latency(2.5)),
        slo("hour", "99", Window::Rolling(minute * 60), responses()),
        own,
        slo("jobs", "99", MONTH, jobs()),
        slo("lag", "99", MONTH, lag(Empty::Ignore, minute)),
        Slo { method: timeslices, ..slo("timeslices", "99", MONTH, responses()) },
    ]
}

#[test]
fn what_cannot_be_said_is_left_out_and_told() {
    let set = rules(&[api(others())]).unwrap();
    let notes: Vec<&str> = set.notes.iter().map(|note| note.text.as_str()).collect();
    assert_eq!(
        notes,
        [
            "api/latency: a rule cannot know the calendar; what is recorded about the window is of the last 31d",
            "api/hour: no ticket alert, the window is shorter than those it looks at",
            "api/jobs: no rules, since its queries are more than plain selectors",
            "api/lag: no rules, since it judges slices of time, or is made of other objectives",
            "api/timeslices: no rules, since Pyrra counts events, not slices of time",
        ]
    );
    let text = set.to_yaml("slo", &Form::Plain);
    loads(&text);
    let made = groups(&text);
    let names: Vec<&str> = made.iter().map(|group| group.name.as_str()).collect();
    let expected = ["availability", "by-route", "latency", "hour", "own"]
        .iter()
        .flat_map(|name| [format!("api-{name}-increase"), format!("api-{name}")]);
    assert_eq!(names, expected.collect::<Vec<_>>());
    // Its own pace, not one of Pyrra's.
    let own = made[9].rules.last().unwrap();
    assert!(own.expr.contains("> (2.5 * (1 - 0.99))"), "{}", own.expr);
    assert_eq!(
        (own.labels["severity"].as_str(), own.labels["exhaustion"].as_str(), own.r#for.as_deref()),
        ("mail", "12d", Some("2m"))
    );
    // A bucket of a histogram that is not named by Pyrra is met however its boundary is spelled.
    assert!(
        made[4]
            .rules
            .iter()
            .any(|rule| rule.labels.get("le").is_some_and(|le| le == "2.5") && rule.expr.contains("le=~")),
        "{text}"
    );
}

#[test]
fn names_that_would_mix_series_up_are_refused() {
    let one = |service: &str, name: &str| Spec {
        slos: vec![slo(name, "99", MONTH, responses())],
        ..Spec::new(service, "a.yaml")
    };
    assert_eq!(rules(&[one("a-b", "c"), one("a", "b-c")]), Err(RulesError::SameId("a-b-c".to_owned())));
    let taken = by(slo("a", "99", MONTH, responses()), &["short"]);
    let expected = RulesError::TakenLabel { id: "api/a".to_owned(), label: "short".to_owned() };
    assert_eq!(rules(&[api(vec![taken])]), Err(expected));
}

#[test]
fn what_the_rules_record_is_what_happened() {
    let specs = [api(vec![
        by(slo("availability", "99.9", MONTH, responses()), &["route"]),
        slo("latency", "95", MONTH, latency(1.0)),
    ])];
    unit_test_of(
        &text(&specs),
        r#"
- interval: 1m
  input_series:
  - {series: 'http_requests_total{job="api",route="/a",code="200"}', values: '0+30x90'}
  - {series: 'http_requests_total{job="api",route="/a",code="503"}', values: '0+30x90'}
  - {series: 'http_request_duration_seconds_bucket{le="1.0"}', values: '0+9x90'}
  - {series: 'http_request_duration_seconds_count', values: '0+10x90'}
  promql_expr_test:
  - expr: http_requests:burnrate1h{slo="api-availability"}
    eval_time: 80m
    exp_samples:
    - {labels: 'http_requests:burnrate1h{job="api",slo="api-availability",route="/a",team="core {{ $x }}"}', value: 0.5}
  - expr: count by (slo) ({__name__=~"http_request_duration_seconds:burnrate.*"} > 0.0999 < 0.1001)
    eval_time: 80m
    exp_samples: [{labels: '{slo="api-latency"}', value: 7}]
  # As the dashboards divide them.
  - expr: >
      round(sum(http_request_duration_seconds:increase30d{le="1"}) / sum(http_request_duration_seconds:increase30d{le=""}), 0.001)
    eval_time: 80m
    exp_samples: [{labels: '{}', value: 0.9}]
  - expr: count by (alertname, severity, route) (ALERTS{slo="api-availability",alertstate="firing"})
    eval_time: 88m
    exp_samples:
    - {labels: '{alertname="ErrorBudgetBurn",severity="critical",route="/a"}', value: 2}
    - {labels: '{alertname="ErrorBudgetBurn",severity="warning",route="/a"}', value: 1}
"#,
    );
}
