//! The plain alerts of the example systems, judged by Prometheus's own tool.

use std::path::Path;

use nines::diag::{Diagnostics, Files, Style};
use nines::generate::{Form, RulesStyle};
use nines::slo::Spec;

use crate::support::prometheus::promtool;
use crate::support::tempdir::TempDir;

#[expect(clippy::disallowed_methods, reason = "reads the project's own specifications")]
pub(crate) fn specs() -> Vec<Spec> {
    let mut files = Files::new();
    for entry in Path::new(env!("CARGO_MANIFEST_DIR")).join("slo-specs").read_dir().unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            // What stands beside the specifications.
            continue;
        }
        files.add(path.display().to_string(), std::fs::read_to_string(&path).unwrap());
    }
    let mut faults = Diagnostics::new();
    let specs = nines::spec::read(&files, &mut faults);
    assert!(faults.is_empty(), "{}", faults.to_text(&files, Style::default()));
    specs
}

#[test]
fn they_are_rules_that_prometheus_loads() {
    let home = TempDir::new("plain-alerts");
    for spec in specs() {
        let rules = nines::generate::rules(std::slice::from_ref(&spec), RulesStyle::Nines).unwrap();
        let written: Vec<&str> = rules.alerts().map(|alert| alert.name.as_str()).collect();
        assert!(!spec.alerts.is_empty(), "{} has no alerts", spec.service);
        for alert in &spec.alerts {
            assert!(
                written.contains(&alert.name.as_str()),
                "{}: {} is not written",
                spec.service,
                alert.name
            );
        }
        let file = home.write(&format!("{}.yml", spec.service), rules.to_yaml(&spec.service, &Form::Plain));
        let args = ["check", "rules", "--lint=all", "--lint-fatal"].map(AsRef::as_ref);
        let said = promtool(args.into_iter().chain([file.as_os_str()]));
        assert!(said.is_ok(), "promtool check rules: {}", said.unwrap_err());
    }
}

/// What each system's own description names.
#[test]
fn every_alert_that_a_system_names_is_there() {
    let named = [
        ("ecap", &["HighAPIResponseTime", "APIAvailabilitySLABreach", "HighErrorRate", "APIDown"][..]),
        (
            "ecompulse",
            &[
                "HighErrorRate",
                "KafkaConsumerLag",
                "SparkJobFailure",
                "HighCPUUsage",
                "HighMemoryUsage",
                "DiskSpaceLow",
            ],
        ),
        (
            "expense-tracker",
            &[
                "HighErrorRate",
                "DatabaseConnectionErrors",
                "APIEndpointDown",
                "HighResponseTime",
                "HighMemoryUsage",
            ],
        ),
        (
            "shadower-analytics",
            &[
                "HighErrorRate",
                "DatabaseConnectionPoolExhausted",
                "DatabaseConnectionFailures",
                "HighMemoryUsage",
                "HighCPUUsage",
                "HighAPILatencyP95",
                "HighAPILatencyP99",
                "CreditConsumptionSpike",
                "LowCacheHitRate",
                "BackgroundJobFailures",
                "ServiceDown",
                "ExportFailures",
                "SlowDatabaseQueries",
                "DatabaseQueryTimeout",
            ],
        ),
        (
            "api-gateway",
            &[
                "HighErrorRate",
                "HighResponseTime",
                "CircuitBreakerOpen",
                "ServiceUnavailable",
                "HighMemoryUsage",
                "RateLimitViolations",
                "CodeGenerationFailures",
                "ImageGenerationFailures",
                "WebSocketConnectionIssues",
            ],
        ),
    ];
    let specs = specs();
    for (service, names) in named {
        let spec = specs.iter().find(|spec| spec.service == service).unwrap();
        for name in names {
            let alert = spec.alerts.iter().find(|alert| alert.name == *name);
            let alert = alert.unwrap_or_else(|| panic!("{service} has no alert {name}"));
            assert!(alert.severity.is_some() && !alert.annotations.is_empty(), "{service}: {name}");
        }
    }
}

#[test]
fn they_are_written_with_all_that_is_said_of_them() {
    let outcome = crate::support::run::nines([
        "generate",
        "rules",
        "-f",
        "fixtures/specs/valid/everything.yaml",
        "--slo",
        "availability-30d",
    ]);
    assert_eq!((outcome.code, outcome.err.as_str()), (0, ""), "{outcome:?}");
    insta::assert_snapshot!(outcome.out);
}
