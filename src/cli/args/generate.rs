//! `generate`: files for other programs.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use super::common::SpecArgs;
use super::rules::StyleArgs;

#[derive(Debug, Args)]
pub(in crate::cli) struct GenerateArgs {
    #[command(subcommand)]
    pub(in crate::cli) what: Generate,
}

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum Generate {
    /// Recording rules and burn-rate alerts for Prometheus
    #[command(
        after_help = "Examples:\n  nines generate rules > rules.yaml && promtool check rules rules.yaml\n  nines generate rules --out /etc/prometheus/rules/slo.yaml\n  nines generate rules --per-service --out rules/ --check\n  nines generate rules --format operator --namespace monitoring --label release=prometheus | kubectl apply -f -"
    )]
    Rules(RulesArgs),
    /// Unit tests for these rules: that every alert fires when it should, and only then
    #[command(
        after_help = "Examples:\n  nines generate rules --out rules.yaml && nines generate tests --rules ../rules.yaml --out tests\n  promtool test rules tests/*.yaml"
    )]
    Tests(TestsArgs),
    /// Alertmanager's configuration for these alerts: routes, receivers, inhibition, times in which nobody is told
    #[command(
        after_help = "Examples:\n  nines generate alertmanager --receivers receivers.yaml --out alertmanager.yml && amtool check-config alertmanager.yml\n  nines generate alertmanager --out alertmanager.yml --tests routes.yaml --escalation-rules escalation.yaml --check\n\nWhat cannot be said to Alertmanager is told on standard error."
    )]
    Alertmanager(AlertmanagerArgs),
    /// Boards for Grafana: all objectives, each service, contracts, and those written as `kind: Boards`
    #[command(
        after_help = "Examples:\n  nines generate dashboards --out dashboards\n  nines generate dashboards --out dashboards --provisioning provisioning/nines.yaml --grafana-path /srv/dashboards\n  nines generate dashboards --out dashboards --check\n\nThe boards read what the rules of nines record: load those too."
    )]
    Dashboards(DashboardsArgs),
}

#[derive(Debug, Args)]
pub(in crate::cli) struct TestsArgs {
    #[command(flatten)]
    pub(in crate::cli) specs: SpecArgs,
    /// The rule file under test, as named from where the tests are. Repeatable
    #[arg(long, value_name = "PATH", default_value = "../rules.yaml", help_heading = "Output")]
    pub(in crate::cli) rules: Vec<String>,
    /// The folder that the tests go to: a file for each interval at which rules are evaluated
    #[arg(long, value_name = "PATH", help_heading = "Output")]
    pub(in crate::cli) out: PathBuf,
    /// Write nothing; exit 1 where what is on disk differs from what would be written
    #[arg(long, help_heading = "Output")]
    pub(in crate::cli) check: bool,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct DashboardsArgs {
    #[command(flatten)]
    pub(in crate::cli) specs: SpecArgs,
    /// The folder that the boards go to
    #[arg(long, value_name = "DIR", default_value = "dashboards", help_heading = "Output")]
    pub(in crate::cli) out: PathBuf,
    /// Where the file goes by which Grafana finds the boards
    #[arg(long, value_name = "PATH", help_heading = "Output")]
    pub(in crate::cli) provisioning: Option<PathBuf>,
    /// The folder of the boards on Grafana's machine, for --provisioning
    #[arg(
        long,
        value_name = "DIR",
        default_value = "/var/lib/grafana/dashboards/nines",
        help_heading = "Output"
    )]
    pub(in crate::cli) grafana_path: String,
    /// Write nothing; exit 1 where what is on disk differs from what would be written
    #[arg(long, help_heading = "Output")]
    pub(in crate::cli) check: bool,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct AlertmanagerArgs {
    #[command(flatten)]
    pub(in crate::cli) specs: SpecArgs,
    /// Who is told: a document of `kind: Receivers` [default: the one among the specifications, else placeholders]
    #[arg(long, value_name = "PATH", help_heading = "Objectives")]
    pub(in crate::cli) receivers: Option<PathBuf>,
    /// Where the configuration goes; - is standard output
    #[arg(long, value_name = "PATH", default_value = "-", help_heading = "Output")]
    pub(in crate::cli) out: PathBuf,
    /// Where label sets go, each with the receiver that must be told: checks for amtool config routes test
    #[arg(long, value_name = "PATH", help_heading = "Output")]
    pub(in crate::cli) tests: Option<PathBuf>,
    /// Where the alert rules go by which pages escalate
    #[arg(long, value_name = "PATH", help_heading = "Output")]
    pub(in crate::cli) escalation_rules: Option<PathBuf>,
    /// Write nothing; exit 1 where what is on disk differs from what would be written
    #[arg(long, help_heading = "Output")]
    pub(in crate::cli) check: bool,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct RulesArgs {
    #[command(flatten)]
    pub(in crate::cli) specs: SpecArgs,
    #[command(flatten)]
    pub(in crate::cli) style: StyleArgs,
    /// What reads the rules
    #[arg(long, value_enum, default_value_t, help_heading = "Output")]
    pub(in crate::cli) format: RulesFormat,
    /// The namespace of the object that the operator reads
    #[arg(long, value_name = "NAME", help_heading = "Output")]
    pub(in crate::cli) namespace: Option<String>,
    /// A label of the object, by which the operator picks its rules. Repeatable
    #[arg(long, value_name = "NAME=VALUE", value_parser = pair, help_heading = "Output")]
    pub(in crate::cli) label: Vec<(String, String)>,
    /// Where the rules go; - is standard output
    #[arg(long, value_name = "PATH", default_value = "-", help_heading = "Output")]
    pub(in crate::cli) out: PathBuf,
    /// A file for each service, in the folder that --out names
    #[arg(long, help_heading = "Output")]
    pub(in crate::cli) per_service: bool,
    /// Write nothing; exit 1 where what is on disk differs from what would be written
    #[arg(long, help_heading = "Output")]
    pub(in crate::cli) check: bool,
}

/// What reads a rule file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(in crate::cli) enum RulesFormat {
    /// A rule file of Prometheus, Thanos, Mimir or VictoriaMetrics
    #[default]
    Plain,
    /// A PrometheusRule of the Prometheus Operator
    Operator,
}

/// `name=value`.
fn pair(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once('=').ok_or("expected NAME=VALUE")?;
    if name.is_empty() {
        return Err("expected NAME=VALUE".to_owned());
    }
    Ok((name.to_owned(), value.to_owned()))
}
