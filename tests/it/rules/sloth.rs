//! Rules in the manner of Sloth, held against those that Sloth made of its own examples.

use std::path::Path;

use nines::base::{Duration, Share};
use nines::generate::{Form, RuleSet, RulesError, RulesStyle};
use nines::promql::{ParseOptions, parse};
use nines::slo::{Empty, Method, Slo, Spec, Window};

use super::written::{Group, Rule, assert_same, groups};
use super::{MONTH, api, by, jobs, lag, latency, loads, month_of, responses, slo, unit_test_of};
use crate::dialects::{corpora, files_in, name_of, read_files, text_of};

fn rules(specs: &[Spec]) -> Result<RuleSet, RulesError> {
    nines::generate::rules(specs, RulesStyle::Sloth)
}

fn text(specs: &[Spec]) -> String {
    rules(specs).unwrap().to_yaml("slo", &Form::Plain)
}

fn read(texts: &[&str]) -> Vec<Spec> {
    let (specs, faults, files) = read_files(texts);
    assert!(!faults.has_errors(), "{}", faults.to_text(&files, nines::diag::Style::default()));
    specs
}

/// What of Sloth's examples is not read.
const NOT_READ: [(&str, &str); 1] =
    [("victoria-metrics.yml", "its queries are MetricsQL: `histogram_share` and a range of a vector")];

/// What is taken out of an example before it is read, since Sloth passes over it in silence and nines does not.
const PASSED_OVER: [(&str, &[&str]); 1] = [(
    "plugin-k8s-getting-started.yml",
    // Fields of the other dialect; in this one they are `pageAlert` and `ticketAlert`.
    &[
        "        page_alert:
          labels:
            severity: pageteam
            routing_key: myteam
",
        "        ticket_alert:
          labels:
            severity: \"slack\"
            slack_channel: \"#alerts-myteam\"
",
    ],
)];

fn example(path: &Path) -> String {
    let mut text = text_of(path);
    for part in PASSED_OVER.iter().filter(|(file, _)| *file == name_of(path)).flat_map(|(_, parts)| *parts) {
        assert!(text.contains(part), "{part} is not in {}", path.display());
        text = text.replace(part, "");
    }
    text
}

/// Groups that Sloth made, with the version of nines, which calls itself what it is.
fn made_by_sloth(path: &Path) -> Vec<Group> {
    let mut groups = groups(&text_of(path));
    for label in groups
        .iter_mut()
        .flat_map(|group| &mut group.rules)
        .filter_map(|rule| rule.labels.get_mut("sloth_version"))
    {
        assert_eq!(label, "dev");
        *label = format!("nines-{}", env!("CARGO_PKG_VERSION"));
    }
    groups
}

#[test]
fn sloths_examples_have_sloths_rules() {
    let Some(corpora) = corpora() else { return };
    let (mut files, mut rules) = (0, 0);
    for path in files_in(&corpora.join("sloth/examples")) {
        let name = name_of(&path);
        let (mut specs, faults, _) = read_files(&[&example(&path)]);
        let not_read = NOT_READ.iter().any(|(file, _)| *file == name);
        assert_eq!(faults.has_errors(), not_read, "{name}");
        if not_read {
            continue;
        }
        // Sloth was given it beside the specification.
        for spec in &mut specs {
            spec.labels.insert("cmd".to_owned(), "examplesgen.sh".to_owned());
        }
        let expected = made_by_sloth(&corpora.join("sloth/generated").join(&name));
        assert_same(&name, &groups(&text(&specs)), &expected);
        files += 1;
        rules += expected.iter().map(|group| group.rules.len()).sum::<usize>();
    }
    println!("{rules} rules of {files} examples are those that Sloth made");
    assert_eq!(files, 17);
    assert!(rules > 300, "{rules}");
}

/// A pair of windows and how many times too fast.
type Pair = (&'static str, &'static str, &'static str);

/// Both windows of one pair or of the other burn too fast.
fn alert(pairs: &[Pair]) -> String {
    let of_it = r#"{sloth_id="myservice-requests-availability", sloth_service="myservice", sloth_slo="requests-availability"}"#;
    let above = |window: &str, factor: &str| {
        let ratio = format!("slo:sli_error:ratio_rate{window}{of_it}");
        format!("max({ratio} > ({factor} * 0.0009999999999999432)) without (sloth_window)")
    };
    let pair =
        |(short, long, factor): &Pair| format!("({} and {})", above(short, factor), above(long, factor));
    let text = pairs.iter().map(pair).collect::<Vec<_>>().join(" or ");
    parse(&text, &ParseOptions::default()).unwrap().to_string()
}

/// What follows from Sloth's alert windows: the period's name, and factors with the digits that Sloth gives them.
#[test]
fn alert_windows_have_sloths_names_and_factors() {
    let Some(corpora) = corpora() else { return };
    let spec = text_of(&corpora.join("sloth/examples/getting-started.yml"));
    let usual = [("5m", "1h"), ("30m", "6h"), ("2h", "1d"), ("6h", "3d")];
    let custom = [("2m", "30m"), ("15m", "3h"), ("1h", "12h"), ("3h", "1d12h")];
    for (file, period, days, windows, factors) in [
        ("7d.yaml", "1w", 7, usual, ["13.44", "3.5", "1.4000000000000001", "0.98"]),
        (
            "google-28d.yaml",
            "4w",
            28,
            usual,
            ["13.44", "5.6000000000000005", "2.8000000000000003", "0.9333333333333333"],
        ),
        ("google-30d.yaml", "30d", 30, usual, ["14.4", "6", "3", "1"]),
        ("custom-30d.yaml", "30d", 30, custom, ["14.4", "4.8", "3", "1"]),
    ] {
        let specs = read(&[&spec, &text_of(&corpora.join("sloth/windows").join(file))]);
        let groups = groups(&text(&specs));
        let [ratios, metadata, alerts] = groups.as_slice() else { panic!("{file}: {groups:?}") };
        let mut lengths: Vec<Duration> = windows
            .iter()
            .flat_map(|(short, long)| [short, long])
            .map(|text| text.parse().unwrap())
            .collect();
        lengths.sort();
        lengths.dedup();
        let names = lengths.iter().map(ToString::to_string).chain([period.to_owned()]);
        let recorded: Vec<(&str, &str)> =
            ratios.rules.iter().map(|rule| (rule.name(), rule.labels["sloth_window"].as_str())).collect();
        let expected: Vec<(String, String)> =
            names.map(|window| (format!("slo:sli_error:ratio_rate{window}"), window)).collect();
        let expected: Vec<(&str, &str)> =
            expected.iter().map(|(name, window)| (name.as_str(), window.as_str())).collect();
        assert_eq!(recorded, expected, "{file}");
        let mean = &ratios.rules.last().unwrap().expr;
        assert!(mean.contains(expected[0].0) && mean.contains(&format!("[{period}]")), "{file}: {mean}");
        let of = |name: &str| &metadata.rules.iter().find(|rule| rule.name() == name).unwrap().expr;
        assert_eq!(*of("slo:time_period:days"), format!("vector({days})"), "{file}");
        for (name, window) in
            [("slo:current_burn_rate:ratio", 0), ("slo:period_burn_rate:ratio", expected.len() - 1)]
        {
            assert!(of(name).starts_with(&format!("{}{{", expected[window].0)), "{file}: {}", of(name));
        }
        let pairs: Vec<Pair> =
            windows.iter().zip(factors).map(|((short, long), factor)| (*short, *long, factor)).collect();
        let told: Vec<String> = alerts.rules.iter().map(|rule| rule.expr().to_string()).collect();
        assert_eq!(told, [alert(&pairs[..2]), alert(&pairs[2..])], "{file}");
    }
}

/// Steps that Sloth's examples do not have, in the words of Sloth's plugins.
#[test]
fn plugins_change_rules_in_their_order() {
    let spec = |chain: &str| {
        format!(
            "version: prometheus/v1
service: api
labels: {{team: core}}
slos:
- name: errors
  objective: 99.5
  plugins: {{chain: [{chain}]}}
  sli:
    events:
      error_query: sum(rate(bad[{{{{.window}}}}]))
      total_query: sum(rate(all[{{{{.window}}}}]))
  alerting: {{name: Burns}}
"
        )
    };
    let made = |chain: &str| groups(&text(&read(&[&spec(chain)])));
    let usual = made("{id: sloth.dev/core/noop/v1}");
    let names = |groups: &[Group]| groups.iter().map(|group| group.name.clone()).collect::<Vec<_>>();
    assert_eq!(
        names(&usual),
        [
            "sloth-slo-sli-recordings-api-errors",
            "sloth-slo-meta-recordings-api-errors",
            "sloth-slo-alerts-api-errors"
        ]
    );

    let exact = made("{id: sloth.dev/core/sli_rules/v1, config: {disableOptimized: true}}");
    let period = &exact[0].rules.last().unwrap();
    assert_eq!(
        (period.name(), period.expr.as_str()),
        ("slo:sli_error:ratio_rate30d", "(sum(rate(bad[30d]))) / (sum(rate(all[30d])))")
    );

    let gone = made(
        "{id: sloth.dev/contrib/error_budget_exhausted_alert/v1, config: {threshold: 0.1, for: 10m, selector_labels: {tier: \"1\"}, alert_labels: {severity: slack}}}",
    );
    let last = gone[2].rules.last().unwrap();
    assert_eq!(
        (last.name(), last.r#for.as_deref(), last.labels["severity"].as_str()),
        ("ErrorBudgetExhausted", Some("10m"), "slack")
    );
    assert_eq!(
        last.expr,
        r#"slo:period_error_budget_remaining:ratio{sloth_id="api-errors",sloth_service="api",sloth_slo="errors",team="core",tier="1"} <= 0.1"#
    );

    // What comes before the labels are taken away is taken with them, but for the information.
    let bare = made(
        "{id: sloth.dev/contrib/remove_labels/v1, config: {skipMetrics: [slo:objective:ratio]}}, {id: sloth.dev/contrib/info_labels/v1, priority: -1, config: {labels: {x: y}}}",
    );
    let with_team: Vec<&str> = bare[..2]
        .iter()
        .flat_map(|group| &group.rules)
        .filter(|rule| rule.labels.contains_key("team"))
        .map(Rule::name)
        .collect();
    assert_eq!(with_team, ["slo:objective:ratio", "sloth_slo_info"]);
    assert!(bare[0].rules.iter().all(|rule| rule.labels.len() == 4), "{:?}", bare[0].rules);
    // A plugin before Sloth's own finds nothing to change.
    assert!(bare[1].rules.iter().all(|rule| !rule.labels.contains_key("x")));

    let intervals = made(
        "{id: sloth.dev/contrib/rule_intervals/v1, priority: -5, config: {interval: {default: 1m, alert: 30s}}}",
    );
    let every: Vec<&str> = intervals.iter().filter_map(|group| group.interval.as_deref()).collect();
    assert_eq!(every, ["1m", "1m", "30s"]);

    let alone = spec("{id: sloth.dev/core/metadata_rules/v1}")
        .replace("{chain: [", "{overridePrevious: true, chain: [");
    assert_eq!(names(&groups(&text(&read(&[&alone])))), ["sloth-slo-meta-recordings-api-errors"]);
}

#[test]
fn settings_of_plugins_are_checked() {
    for (config, expected) in [
        ("id: sloth.dev/contrib/rule_intervals/v1", "the plugin needs `config`"),
        ("id: sloth.dev/contrib/rule_intervals/v1, config: {interval: {alert: 1m}}", "`default` is missing"),
        ("id: sloth.dev/contrib/info_labels/v1, config: {label: {a: b}}", "unknown field `label`"),
        ("id: sloth.dev/core/debug/v1, priority: first", "`first` is not a whole number"),
    ] {
        let text = format!(
            "version: prometheus/v1\nservice: s\nslo_plugins: {{chain: [{{{config}}}]}}\nslos:\n- name: a\n  objective: 99\n  \
             sli: {{raw: {{error_ratio_query: 'sum(rate(b[{{{{.window}}}}])) / sum(rate(a[{{{{.window}}}}]))'}}}}\n  alerting: {{name: A}}\n"
        );
        let (_, faults, files) = read_files(&[&text]);
        let said = faults.to_text(&files, nines::diag::Style::default());
        assert!(said.contains(expected), "{config}: {said}");
    }
}

/// Every kind of objective that Sloth does not read.
fn others() -> Vec<Slo> {
    let minute = Duration::minutes(1);
    let slice = |method| Slo { method, ..slo("timeslices", "99", MONTH, responses()) };
    vec![
        slo("availability", "99.9", MONTH, responses()),
        by(slo("by-route", "99.95", MONTH, responses()), &["route", "method"]),
        slo("latency", "95", MONTH, latency(2.5)),
        slo("jobs", "99", MONTH, jobs()),
        slo("all-of-it", "100", month_of(nines::base::CalendarUnit::Month), responses()),
        slo("day", "99", Window::Rolling(Duration::days(1)), responses()),
        slo("quarter-hour", "99", Window::Rolling(Duration::minutes(15)), responses()),
        by(slo("lag", "99", MONTH, lag(Empty::Ignore, minute)), &["topic"]),
        slo("lag-bad", "99", MONTH, lag(Empty::Bad, Duration::hours(2))),
        slice(Method::timeslices(minute, Share::from_percent("95").unwrap())),
    ]
}

#[test]
fn every_kind_of_objective_makes_a_file_that_loads() {
    loads(&text(&[api(others())]));
    let set = rules(&[api(others())]).unwrap();
    let notes: Vec<&str> = set.notes.iter().map(|note| note.text.as_str()).collect();
    assert_eq!(
        notes,
        [
            "api/all-of-it: a rule cannot know the calendar; what is recorded about the period is of the last 31d",
            "api/quarter-hour: no page alert, the window is shorter than those it looks at",
            "api/quarter-hour: no ticket alert, the window is shorter than those it looks at",
            "api/lag: slices of 1m are judged anew for every window, which is much to read; style nines records them",
            "api/lag-bad: slices of 2h are judged anew for every window, which is much to read; style nines records them",
            "api/lag-bad: unmeasured slices are left out, though they are called bad",
            "api/timeslices: slices of 1m are judged anew for every window, which is much to read; style nines records them",
        ]
    );
}

#[test]
fn names_that_would_mix_series_up_are_refused() {
    let one = |service: &str, name: &str| Spec {
        slos: vec![slo(name, "99", MONTH, responses())],
        ..Spec::new(service, "a.yaml")
    };
    assert_eq!(rules(&[one("a-b", "c"), one("a", "b-c")]), Err(RulesError::SameId("a-b-c".to_owned())));
    let taken = by(slo("a", "99", MONTH, responses()), &["sloth_window"]);
    let expected = RulesError::TakenLabel { id: "api/a".to_owned(), label: "sloth_window".to_owned() };
    assert_eq!(rules(&[api(vec![taken])]), Err(expected));
}

#[test]
fn what_the_rules_record_is_what_happened() {
    let minute = Duration::minutes(1);
    let target = Share::from_percent("95").unwrap();
    let timeslices = Method::timeslices(minute, target);
    let mut availability = by(slo("availability", "99.9", MONTH, responses()), &["route"]);
    availability.alerting.name = Some("Failing".to_owned());
    let specs = [api(vec![
        availability,
        slo("latency", "95", MONTH, latency(1.0)),
        slo("jobs", "99", MONTH, jobs()),
        Slo { method: timeslices, ..slo("timeslices", "99", MONTH, responses()) },
        slo("lag", "99", MONTH, lag(Empty::Ignore, minute)),
    ])];
    unit_test_of(
        &text(&specs),
        r#"
- interval: 1m
  input_series:
  - {series: 'http_requests_total{job="api",route="/a",code="200"}', values: '0+30x90'}
  - {series: 'http_requests_total{job="api",route="/a",code="503"}', values: '0+30x90'}
  # Another route without a single failure is neither mixed up with the first nor unknown.
  - {series: 'http_requests_total{job="api",route="/b",code="200"}', values: '0+30x90'}
  - {series: 'http_request_duration_seconds_bucket{le="1.0"}', values: '0+9x90'}
  - {series: 'http_request_duration_seconds_bucket{le="+Inf"}', values: '0+10x90'}
  # Nothing was ever skipped: the sum of done and skipped is what was done.
  - {series: 'jobs_total', values: '0+10x90'}
  - {series: 'jobs_done_total', values: '0+9x90'}
  - {series: 'lag', values: '1x44 2000x45'}
  promql_expr_test:
  - expr: slo:sli_error:ratio_rate1h{sloth_id="api-availability"} * 2
    eval_time: 80m
    exp_samples:
    - {labels: '{sloth_slo="availability",sloth_service="api",sloth_id="api-availability",sloth_window="1h",route="/a",team="core {{ $x }}",severity="none"}', value: 1}
    - {labels: '{sloth_slo="availability",sloth_service="api",sloth_id="api-availability",sloth_window="1h",route="/b",team="core {{ $x }}",severity="none"}', value: 0}
  # Seven windows, and the period as the mean of one of them; each to the third digit.
  - expr: count by (sloth_slo, route) ({__name__=~"slo:sli_error:.*",route="/a"} > 0.499 < 0.501)
    eval_time: 85m
    exp_samples: [{labels: '{sloth_slo="availability",route="/a"}', value: 8}]
  - expr: count by (sloth_slo) ({__name__=~"slo:sli_error:.*",sloth_slo=~"latency|jobs"} > 0.0999 < 0.1001)
    eval_time: 85m
    exp_samples:
    - {labels: '{sloth_slo="latency"}', value: 8}
    - {labels: '{sloth_slo="jobs"}', value: 8}
  # A third of all requests fails in every minute, so every minute is bad.
  - expr: count by (sloth_slo) ({__name__=~"slo:sli_error:.*",sloth_slo="timeslices"} == 1)
    eval_time: 85m
    exp_samples: [{labels: '{sloth_slo="timeslices"}', value: 8}]
  - expr: count by (sloth_slo) (slo:sli_error:ratio_rate6h{sloth_slo="lag"} > 0.48 < 0.52)
    eval_time: 89m
    exp_samples: [{labels: '{sloth_slo="lag"}', value: 1}]
  - expr: count(slo:period_burn_rate:ratio{sloth_slo="availability",route="/a"} > 499 < 501)
    eval_time: 85m
    exp_samples: [{labels: '{}', value: 1}]
  - expr: count by (alertname, sloth_severity, route) (ALERTS{sloth_slo="availability"})
    eval_time: 85m
    exp_samples:
    - {labels: '{alertname="Failing",sloth_severity="page",route="/a"}', value: 1}
    - {labels: '{alertname="Failing",sloth_severity="ticket",route="/a"}', value: 1}
  alert_rule_test:
  - alertname: Failing
    eval_time: 10m
    exp_alerts:
    - exp_labels: {sloth_service: api, sloth_slo: availability, sloth_id: api-availability, route: /a, sloth_severity: page, team: 'core {{ $x }}', severity: none}
      exp_annotations:
        summary: api availability SLO error budget burn rate is over expected.
        title: (page) api availability SLO error budget burn rate is too fast.
        runbook_url: https://example.com/run
    - exp_labels: {sloth_service: api, sloth_slo: availability, sloth_id: api-availability, route: /a, sloth_severity: ticket, team: 'core {{ $x }}', severity: none}
      exp_annotations:
        summary: api availability SLO error budget burn rate is over expected.
        title: (ticket) api availability SLO error budget burn rate is too fast.
        runbook_url: https://example.com/run
"#,
    );
}
