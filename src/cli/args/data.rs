//! Commands about data: `query`, `data`, `simulate`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::common::SourceArgs;

#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  nines query --data fixtures/data --time 2026-11-16 'sum(increase(http_requests_total[1d]))'\n  nines query --prometheus-url http://localhost:9090 --start 2026-11-15 --end 2026-11-16 --step 1h up"
)]
pub(in crate::cli) struct QueryArgs {
    /// The expression
    #[arg(value_name = "PROMQL")]
    pub(in crate::cli) expr: String,
    #[command(flatten)]
    pub(in crate::cli) source: SourceArgs,
    /// When to evaluate: RFC 3339, a date, seconds, or `end` of the data [default: now]
    #[arg(long, value_name = "TIME", conflicts_with_all = ["start", "end", "step"], help_heading = "Time")]
    pub(in crate::cli) time: Option<String>,
    /// First time of a range
    #[arg(long, value_name = "TIME", requires_all = ["end", "step"], help_heading = "Time")]
    pub(in crate::cli) start: Option<String>,
    /// Last time of a range
    #[arg(long, value_name = "TIME", requires_all = ["start", "step"], help_heading = "Time")]
    pub(in crate::cli) end: Option<String>,
    /// Distance between the times of a range
    #[arg(long, value_name = "DURATION", requires_all = ["start", "end"], help_heading = "Time")]
    pub(in crate::cli) step: Option<String>,
}

#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  nines data /var/lib/prometheus/data\n  nines data snapshots/20261116T000000Z-4f1c --top 50\n  nines data fixtures/data --format json"
)]
pub(in crate::cli) struct DataArgs {
    /// Blocks, snapshots, data folders of Prometheus, text files and folders of them
    #[arg(value_name = "PATH", required = true)]
    pub(in crate::cli) paths: Vec<PathBuf>,
    /// How many metrics are told by name
    #[arg(long, value_name = "N", default_value_t = 10)]
    pub(in crate::cli) top: usize,
    /// IANA zone in which times are shown [default: UTC]
    #[arg(long, value_name = "ZONE")]
    pub(in crate::cli) timezone: Option<String>,
    /// How it is told
    #[arg(long, value_enum, default_value = "terminal")]
    pub(in crate::cli) format: DataFormat,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum DataFormat {
    Terminal,
    Json,
}

#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  nines simulate --out /tmp/data\n  nines simulate --system ecap --length 7d --scrape 15s --seed 7 --out /tmp/ecap"
)]
pub(in crate::cli) struct SimulateArgs {
    /// Which system, or all
    #[arg(long, value_name = "NAME", default_value = "all")]
    pub(in crate::cli) system: String,
    /// Same seed, same bytes
    #[arg(long, value_name = "N")]
    pub(in crate::cli) seed: Option<u64>,
    /// First moment of the data
    #[arg(long, value_name = "TIME")]
    pub(in crate::cli) start: Option<String>,
    /// How long it goes on
    #[arg(long, value_name = "DURATION")]
    pub(in crate::cli) length: Option<String>,
    /// Distance between scrapes
    #[arg(long, value_name = "DURATION")]
    pub(in crate::cli) scrape: Option<String>,
    /// Folder to write into: NAME.om.gz and NAME.truth.csv.gz
    #[arg(long, value_name = "DIR")]
    pub(in crate::cli) out: PathBuf,
    /// Write plain files
    #[arg(long)]
    pub(in crate::cli) plain: bool,
}
