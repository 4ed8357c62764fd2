//! Commands that evaluate objectives: `report`, `gate`, `backtest`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::common::{MemoryArgs, OutputArgs, PolicyArgs, SourceArgs, SpecArgs, TimeArgs};
use crate::cli::policy::DeployArgs;

#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  nines report --data fixtures/data --at end -o terminal=- -o html=report.html\n  nines report --period last-week -o html=/srv/sla/{period}.html -o json=- --fail-on never -q"
)]
pub(in crate::cli) struct ReportArgs {
    #[command(flatten)]
    pub(in crate::cli) specs: SpecArgs,
    #[command(flatten)]
    pub(in crate::cli) source: SourceArgs,
    #[command(flatten)]
    pub(in crate::cli) memory: MemoryArgs,
    #[command(flatten)]
    pub(in crate::cli) time: TimeArgs,
    #[command(flatten)]
    pub(in crate::cli) output: OutputArgs,
    /// Tell which alerts would have fired in each window, as `nines backtest` does, in HTML, Markdown and JSON
    #[arg(long, help_heading = "Output")]
    pub(in crate::cli) alerts: bool,
    /// So many windows before this one are told, as far as the source reaches; with --history twelve at least
    #[arg(long, value_name = "N", default_value = "1", value_parser = clap::value_parser!(u8).range(0..=60), help_heading = "Time")]
    pub(in crate::cli) trend: u8,
    #[command(flatten)]
    pub(in crate::cli) policy: PolicyArgs,
}

#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  nines gate --prometheus-url \"$PROMETHEUS_URL\" --service checkout\n  nines gate --policy policy.yaml --environment production -o json=gate.json\n  nines gate --since 2026-11-20T09:40:00Z --max-drop 0.05%\n  nines gate --override \"P0 fix INC-12\" --by ada --expires 2h\n  nines gate --report gate.json --policy stricter.yaml --dry-run\n\nWhat could not be judged does not pass. Rules, outcomes and exit codes: docs/policy.md."
)]
pub(in crate::cli) struct GateArgs {
    #[command(flatten)]
    pub(in crate::cli) specs: SpecArgs,
    #[command(flatten)]
    pub(in crate::cli) source: SourceArgs,
    #[command(flatten)]
    pub(in crate::cli) memory: MemoryArgs,
    #[command(flatten)]
    pub(in crate::cli) time: TimeArgs,
    /// Where a report goes beside the lines on standard output: FORMAT=PATH or PATH. Repeatable
    #[arg(short, long, value_name = "[FORMAT=]PATH", help_heading = "Output")]
    pub(in crate::cli) output: Vec<String>,
    #[command(flatten)]
    pub(in crate::cli) policy: PolicyArgs,
    #[command(flatten)]
    pub(in crate::cli) deploy: DeployArgs,
}

#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  nines backtest --data /var/lib/prometheus/data --at end\n  nines backtest --slo checkout/availability --objective 99,99.5,99.9 --windows 1h/5m:14.4,6h/30m:6\n  nines backtest --over 90d --windows sloth-windows.yaml --format html --out alerts.html\n\nExit codes: 0 replayed, 2 wrong usage or specification, 3 a source failed, 4 no data, 5 not written."
)]
pub(in crate::cli) struct BacktestArgs {
    #[command(flatten)]
    pub(in crate::cli) specs: SpecArgs,
    #[command(flatten)]
    pub(in crate::cli) source: SourceArgs,
    /// End of the time looked at: RFC 3339, a date, seconds, or `end` of the data [default: now, settled]
    #[arg(long, value_name = "TIME", help_heading = "Time")]
    pub(in crate::cli) at: Option<String>,
    /// Length of the time looked at
    #[arg(long, value_name = "DURATION", default_value = "30d", help_heading = "Time")]
    pub(in crate::cli) over: String,
    /// How often rules are evaluated
    #[arg(long, value_name = "DURATION", default_value = "1m", help_heading = "Time")]
    pub(in crate::cli) step: String,
    /// IANA zone in which times are shown [default: UTC]
    #[arg(long, value_name = "ZONE", help_heading = "Time")]
    pub(in crate::cli) timezone: Option<String>,
    /// Windows to compare: `workbook`, a file in Sloth's words (kind: AlertWindows), or
    /// [page=|ticket=]LONG/SHORT:RATE,… such as 1h/5m:14.4,6h/30m:5%. Repeatable
    #[arg(long, value_name = "WINDOWS", help_heading = "Candidates")]
    pub(in crate::cli) windows: Vec<String>,
    /// Objectives to compare: 99,99.5,99.9
    #[arg(long, value_name = "PERCENT", value_delimiter = ',', help_heading = "Candidates")]
    pub(in crate::cli) objective: Vec<String>,
    /// The share of a budget from which on burning is an incident
    #[arg(long, value_name = "PERCENT", default_value = "2%", help_heading = "Candidates")]
    pub(in crate::cli) incident: String,
    /// How it is told
    #[arg(long, value_enum, default_value = "table", help_heading = "Output")]
    pub(in crate::cli) format: BacktestFormat,
    /// Where it goes; - is standard output
    #[arg(long, value_name = "PATH", default_value = "-", help_heading = "Output")]
    pub(in crate::cli) out: PathBuf,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum BacktestFormat {
    Table,
    Json,
    Html,
}
