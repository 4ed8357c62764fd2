//! Alertmanager's configuration, judged by its own tool.

use std::fs::File;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde::Deserialize;

use crate::support::prometheus::{amtool, promtool};
use crate::support::run::{Outcome, nines};
use crate::support::tempdir::TempDir;

#[derive(Deserialize)]
struct Check {
    labels: std::collections::BTreeMap<String, String>,
    receiver: String,
}

/// What the program wrote into a folder of its own.
struct Written {
    home: TempDir,
    outcome: Outcome,
}

impl Written {
    fn path(&self, name: &str) -> String {
        self.home.path().join(name).display().to_string()
    }

    #[expect(clippy::disallowed_methods, reason = "a test's own folder")]
    fn text(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).unwrap()
    }

    /// Alertmanager loads it, and every check of where alerts go is right. Gives the number of checks.
    fn judged(&self) -> usize {
        let config = self.path("alertmanager.yml");
        let loads = amtool(["check-config", &config]);
        assert!(loads.is_ok(), "{}\n{}", loads.unwrap_err(), self.text("alertmanager.yml"));
        let checks: Vec<Check> = serde_yaml::from_str(&self.text("routes.yaml")).unwrap();
        for Check { labels, receiver } in &checks {
            let mut args = vec!["config".to_owned(), "routes".to_owned(), "test".to_owned()];
            args.push(format!("--config.file={config}"));
            args.push(format!("--verify.receivers={receiver}"));
            args.extend(labels.iter().map(|(name, value)| format!("{name}={value:?}")));
            let said = amtool(&args);
            assert!(said.is_ok(), "{args:?}: {}", said.unwrap_err());
        }
        checks.len()
    }
}

fn generated(args: &[&str]) -> Written {
    let home = TempDir::new("alertmanager");
    let at = |name: &str| home.path().join(name).display().to_string();
    let (config, routes, rules) = (at("alertmanager.yml"), at("routes.yaml"), at("escalation.yaml"));
    let own = ["--out", &config, "--tests", &routes, "--escalation-rules", &rules];
    let outcome = nines(["generate", "alertmanager"].iter().chain(args).chain(&own));
    assert_eq!(outcome.code, 0, "{outcome:?}");
    Written { home, outcome }
}

/// The routes of the five systems: by team and urgency, each alert that there is.
#[test]
fn every_alert_of_the_systems_reaches_its_team() {
    let written = generated(&["-f", "slo-specs"]);
    let checks = written.judged();
    assert!(checks > 200, "{checks}");
    let checks: Vec<Check> = serde_yaml::from_str(&written.text("routes.yaml")).unwrap();
    let receivers = |team: &str, severity: &str| {
        let of = |check: &&Check| {
            check.labels.get("team").is_some_and(|known| known == team)
                && check.labels.get("severity").is_some_and(|known| known == severity)
        };
        let mut found: Vec<&str> = checks.iter().filter(of).map(|check| check.receiver.as_str()).collect();
        found.sort_unstable();
        found.dedup();
        found.join(" ")
    };
    for (team, severity, expected) in [
        ("gateway", "page", "gateway-escalation gateway-page"),
        ("gateway", "critical", "gateway-escalation gateway-page"),
        ("gateway", "high", "gateway-escalation gateway-page"),
        ("gateway", "medium", "gateway-ticket"),
        ("gateway", "ticket", "gateway-ticket"),
        ("analytics", "critical", "analytics-page"),
        ("analytics", "warning", "analytics-ticket"),
        ("data-platform", "critical", "data-platform-page"),
        ("backend", "page", "default-page"),
        ("nobody-knows", "never-heard-of", "default-ticket"),
    ] {
        assert_eq!(receivers(team, severity), expected, "{team} {severity}");
    }
}

#[test]
fn the_text_for_one_service_with_quiet_times() {
    let receivers = "fixtures/alerting/receivers.yaml";
    let written = generated(&["-f", "fixtures/specs/valid/everything.yaml", "--receivers", receivers]);
    assert!(written.judged() > 20);
    insta::assert_snapshot!(written.text("alertmanager.yml"));
    assert_eq!(
        written.outcome.err.lines().filter(|line| line.starts_with("remark:")).count(),
        2,
        "{}",
        written.outcome.err
    );
}

#[test]
fn without_receivers_there_are_placeholders_and_a_remark() {
    let written = generated(&["-f", "slo-specs/ecap.yaml"]);
    assert!(written.judged() > 30);
    assert!(written.outcome.err.contains("remark: no receivers were given"), "{}", written.outcome.err);
    let config = written.text("alertmanager.yml");
    for part in [
        "routing_key_file: /etc/alertmanager/secrets/pagerduty-routing-key",
        "api_url_file: /etc/alertmanager/secrets/slack-webhook-url",
        "# no receivers were given",
    ] {
        assert!(config.contains(part), "{part} is not in\n{config}");
    }
}

/// A page that goes on for half an hour becomes a second alert; one that ends before does not.
#[test]
fn a_page_that_goes_on_is_told_to_others() {
    let written = generated(&["-f", "slo-specs"]);
    let rules = written.path("escalation.yaml");
    let said = promtool(["check", "rules", "--lint=all", "--lint-fatal", &rules]);
    assert!(said.is_ok(), "{}", said.unwrap_err());
    let plain = nines(["generate", "rules", "-f", "slo-specs"]).out;
    written.home.write("rules.yaml", plain);
    let tests = written.home.write(
        "test.yaml",
        r#"
rule_files: [rules.yaml, escalation.yaml]
evaluation_interval: 1m
tests:
- interval: 1m
  input_series:
  - {series: 'circuit_breaker_state{job="backends",service="images",state="open"}', values: '0x9 1x60'}
  - {series: 'circuit_breaker_state{job="backends",service="code",state="open"}', values: '0x9 1x20 0x40'}
  promql_expr_test:
  - expr: count by (service) (ALERTS{alertname="CircuitBreakerOpen",alertstate="firing",escalation=""})
    eval_time: 25m
    exp_samples: [{labels: '{service="code"}', value: 1}, {labels: '{service="images"}', value: 1}]
  - expr: count by (service) (ALERTS{alertname="CircuitBreakerOpen",alertstate="firing",escalation="second"})
    eval_time: 40m
    exp_samples: []
  - expr: count by (service) (ALERTS{alertname="CircuitBreakerOpen",alertstate="firing",escalation="second"})
    eval_time: 42m
    exp_samples: [{labels: '{service="images"}', value: 1}]
"#,
    );
    let said = promtool(["test", "rules", &tests.display().to_string()]);
    assert!(said.is_ok(), "{}", said.unwrap_err());
}

#[test]
fn every_fault_of_receivers_is_told_with_its_place() {
    let home = TempDir::new("receivers");
    let receivers = home.write(
        "receivers.yaml",
        r"apiVersion: nines/v1
kind: Receivers
severities: {page: [critical, ticket], ticket: [critical]}
hours: {days: mon-fry, from: 08:00, to: 18:00}
default:
  page:
    - slack: {channel: '#a', api_url: 'https://hooks.slack.com/services/T/B/x'}
    - slack: {channel: '#a', api_url_file: 'https://hooks.slack.com/services/T/B/x'}
    - pagerduty: {routing_key_file: R0UT1NGK3Y}
    - email: {to: [nobody]}
    - webhook: {url: 'https://user:secret@example.com/a'}
    - sms: {to: '1'}
  escalation: {after: 0s, to: []}
teams:
  default: {page: []}
",
    );
    let outcome = nines([
        "generate",
        "alertmanager",
        "-f",
        "slo-specs/ecap.yaml",
        "--receivers",
        &receivers.display().to_string(),
    ]);
    assert_eq!((outcome.code, outcome.out.as_str()), (2, ""));
    let folder = format!("{}/", home.path().display());
    insta::assert_snapshot!(outcome.err.replace(&folder, ""));
}

#[test]
fn two_receivers_and_none_are_refused() {
    let home = TempDir::new("two");
    let text = "apiVersion: nines/v1\nkind: Receivers\ndefault: {page: [], ticket: []}\n";
    let (one, two) = (home.write("a.yaml", text), home.write("b.yaml", text));
    home.write("spec.yaml", crate::support::run::SHOP);
    let folder = home.path().display().to_string();
    let outcome = nines(["generate", "alertmanager", "-f", &folder]);
    assert_eq!(outcome.code, 2);
    assert!(outcome.err.contains("name one with --receivers"), "{}", outcome.err);
    let named = nines(["generate", "alertmanager", "-f", &folder, "--receivers", &one.display().to_string()]);
    assert_eq!(named.code, 0, "{named:?}");
    let spec = home.path().join("spec.yaml").display().to_string();
    let outcome = nines(["generate", "alertmanager", "-f", &two.display().to_string(), "--receivers", &spec]);
    assert!(outcome.err.contains("holds no document of `kind: Receivers`"), "{}", outcome.err);
}

/// Names of teams and words of severities are texts, not patterns.
#[test]
fn odd_names_are_matched_as_they_stand() {
    let home = TempDir::new("odd");
    let spec = crate::support::run::SHOP
        .replace("service: shop", "service: shop\nlabels: {team: 'a\"b\\c (d)'}")
        .replace("slos:", "alerts:\n  - {name: A, expr: up == 0, severity: 'very.high|x'}\n  - {name: B, expr: up == 0, severity: veryxhigh}\nslos:");
    home.write("spec.yaml", spec);
    home.write(
        "receivers.yaml",
        "apiVersion: nines/v1\nkind: Receivers\nseverities: {page: ['very.high|x'], info: [x]}\n\
         default: {page: [], ticket: []}\nteams:\n  'a\"b\\c (d)': {page: [{webhook: {url: 'https://example.com/a'}}], ticket: [{webhook: {url: 'https://example.com/b'}}]}\n",
    );
    let written = generated(&["-f", &home.path().display().to_string()]);
    written.judged();
    let checks: Vec<Check> = serde_yaml::from_str(&written.text("routes.yaml")).unwrap();
    let of = |name: &str| checks.iter().find(|check| check.labels["alertname"] == name).unwrap();
    assert_eq!(of("A").receiver, "a\"b\\c (d)-page");
    assert_eq!(of("B").receiver, "a\"b\\c (d)-ticket");
}

#[test]
fn what_is_stale_ends_in_one() {
    let home = TempDir::new("stale");
    let out = home.path().join("alertmanager.yml").display().to_string();
    let run = |more: &[&str]| {
        let args = ["generate", "alertmanager", "-f", "slo-specs", "--out", &out];
        nines(args.iter().chain(more))
    };
    let missing = run(&["--check"]);
    assert_eq!((missing.code, Path::new(&out).exists()), (1, false));
    assert!(missing.err.contains("is not there"), "{}", missing.err);
    assert_eq!(run(&[]).code, 0);
    assert_eq!(run(&["--check"]).code, 0);
    let other = nines(["generate", "alertmanager", "-f", "slo-specs/ecap.yaml", "--out", &out, "--check"]);
    assert_eq!(other.code, 1);
    assert!(other.err.contains("alertmanager.yml:1: differs"), "{}", other.err);
    assert_eq!(nines(["generate", "alertmanager", "-f", "slo-specs", "--check"]).code, 2);
}

#[test]
fn the_same_is_written_twice() {
    let once = || nines(["generate", "alertmanager", "-f", "slo-specs"]).out;
    assert_eq!(once(), once());
}

/// What the documentation shows is read.
#[test]
#[expect(clippy::disallowed_methods, reason = "reads the project's own pages")]
fn the_examples_of_the_documentation_have_no_faults() {
    let home = TempDir::new("docs");
    for page in ["docs/alertmanager.md", "docs/dashboards.md"] {
        let text = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(page)).unwrap();
        let blocks = text.split("```yaml\n").skip(1).filter_map(|rest| rest.split_once("```"));
        let examples: Vec<&str> =
            blocks.map(|(block, _)| block).filter(|block| block.starts_with("apiVersion")).collect();
        assert_eq!(examples.len(), 1, "{page}");
        let file = home.write("example.yaml", examples[0]).display().to_string();
        let outcome = nines(["validate", "--strict", &file]);
        assert_eq!(outcome.code, 0, "{page}: {}", outcome.out);
    }
}

/// The real Alertmanager with a configuration, asked through its own tool.
struct Running {
    child: Child,
    url: String,
    home: TempDir,
}

impl Running {
    fn start(config: &str) -> Self {
        let home = TempDir::new("running");
        let log = File::create(home.path().join("log")).unwrap();
        let child = Command::new("prometheus-alertmanager")
            .arg(format!("--config.file={config}"))
            .arg(format!("--storage.path={}", home.path().join("data").display()))
            // It chooses a free port itself and logs it.
            .args(["--web.listen-address=127.0.0.1:0", "--cluster.listen-address="])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .unwrap_or_else(|why| panic!("prometheus-alertmanager cannot be run: {why}"));
        let mut running = Self { child, url: String::new(), home };
        let begun = Instant::now();
        while running.url.is_empty() || running.ask(&["alert", "query"]).is_err() {
            assert!(begun.elapsed() < Duration::from_mins(1), "not ready:\n{}", running.log());
            std::thread::sleep(Duration::from_millis(50));
            let log = running.log();
            let address = log.split("msg=\"Listening on\" address=").nth(1);
            running.url = address
                .and_then(|rest| rest.split_whitespace().next())
                .map(|address| format!("--alertmanager.url=http://{address}"))
                .unwrap_or_default();
        }
        running
    }

    #[expect(clippy::disallowed_methods, reason = "a test's own folder")]
    fn log(&self) -> String {
        std::fs::read_to_string(self.home.path().join("log")).unwrap()
    }

    fn ask(&self, args: &[&str]) -> Result<String, String> {
        amtool(args.iter().copied().chain([self.url.as_str()]))
    }

    /// The alerts that are inhibited, by name, part and severity.
    fn inhibited(&self) -> Vec<String> {
        let alerts = self.ask(&["alert", "query", "--inhibited", "--output=json"]).unwrap();
        let alerts: serde_json::Value = serde_json::from_str(&alerts).unwrap();
        let told = |alert: &serde_json::Value| {
            let label = |name: &str| alert["labels"][name].as_str().unwrap_or("-").to_owned();
            format!("{} {} {}", label("alertname"), label("severity"), label("topic"))
        };
        let mut told: Vec<String> = alerts.as_array().unwrap().iter().map(told).collect();
        told.sort();
        told
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Of one budget and its parts, and of alerts that have no budget.
#[test]
fn a_page_inhibits_tickets_of_its_own_budget_alone() {
    let receivers = "fixtures/alerting/receivers.yaml";
    let written = generated(&["-f", "fixtures/specs/valid/everything.yaml", "--receivers", receivers]);
    let running = Running::start(&written.path("alertmanager.yml"));
    let burn = |severity: &'static str, slo: &'static str, topic: &'static str| {
        ["alertname=ErrorBudgetBurn", severity, slo, "slo_service=checkout", topic].to_vec()
    };
    let (page, ticket) = ("severity=page", "severity=ticket");
    for labels in [
        burn(page, "slo=queue", "topic=a"),
        burn(ticket, "slo=queue", "topic=a"),
        burn(ticket, "slo=queue", "topic=b"),
        burn(ticket, "slo=latency", "topic=a"),
        vec![
            "alertname=ErrorBudgetUnmeasured",
            ticket,
            "slo=queue",
            "slo_service=checkout",
            "topic=a",
            "tier=absent",
        ],
        vec!["alertname=PlainPage", page],
        vec!["alertname=PlainTicket", ticket],
    ] {
        running.ask(&[["alert", "add"].as_slice(), labels.as_slice()].concat()).unwrap();
    }
    let begun = Instant::now();
    while running.inhibited().is_empty() && begun.elapsed() < Duration::from_secs(20) {
        std::thread::sleep(Duration::from_millis(100));
    }
    assert_eq!(running.inhibited(), ["ErrorBudgetBurn ticket a"]);
}
