//! What was typed after `nines history`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use crate::cli::args::{SourceArgs, SpecArgs};

#[derive(Debug, Args)]
pub(in crate::cli) struct HistoryArgs {
    #[command(subcommand)]
    pub(super) command: HistoryCommand,
}

#[derive(Debug, Subcommand)]
pub(super) enum HistoryCommand {
    /// Store the days that are over: measured now, or from reports
    Append(Box<AppendArgs>),
    /// Tell which days are stored
    List(ListArgs),
    /// Write the stored days for others
    Export(ExportArgs),
    /// Take out the days before a date, for good
    Prune(PruneArgs),
}

#[derive(Debug, Args)]
pub(super) struct FileArgs {
    /// The file that holds the history
    #[arg(long, value_name = "FILE", help_heading = "History")]
    pub(super) history: PathBuf,
}

#[derive(Debug, Args)]
pub(super) struct WaitArgs {
    /// How long to wait for another writer to be done
    #[arg(long, value_name = "DURATION", default_value = "10s", help_heading = "History")]
    pub(super) wait: String,
}

#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  nines history append --history slo-history.jsonl --prometheus-url \"$PROMETHEUS_URL\"\n  nines history append --history slo-history.jsonl --data snapshot.om.gz --from 2026-10-01 --to 2026-11-01\n  nines gate … -o json=gate.json; nines history append --history slo-history.jsonl --report gate.json\n\nRun it once a day: what is stored is passed over. Exit codes: 0 done, 2 wrong usage or a broken history,\n3 a source failed, 4 no day had enough data, 5 a stored day says something else, or nothing could be written."
)]
pub(super) struct AppendArgs {
    #[command(flatten)]
    pub(super) file: FileArgs,
    /// Take days (and who overrode a gate) from reports in JSON, each over one whole day, and ask no source. Repeatable
    #[arg(long, value_name = "FILE", conflicts_with_all = ["from", "to", "data", "prometheus_url"], help_heading = "History")]
    pub(super) report: Vec<PathBuf>,
    /// The first date, with --to: these days are measured again where they are stored, and compared
    #[arg(long, value_name = "DATE", requires = "to", help_heading = "Days")]
    pub(super) from: Option<String>,
    /// The date after the last, with --from
    #[arg(long, value_name = "DATE", requires = "from", help_heading = "Days")]
    pub(super) to: Option<String>,
    /// How many days to look back for an objective of which none is stored
    #[arg(long, value_name = "N", default_value_t = 30, value_parser = clap::value_parser!(u32).range(1..=3660), help_heading = "Days")]
    pub(super) back: u32,
    /// The moment at which days are over: RFC 3339, a date, seconds, or `end` of the data [default: now, settled]
    #[arg(long, value_name = "TIME", help_heading = "Days")]
    pub(super) at: Option<String>,
    /// IANA zone of the days of objectives whose window is no calendar's [default: UTC]
    #[arg(long, value_name = "ZONE", help_heading = "Days")]
    pub(super) timezone: Option<String>,
    /// The share of a day that must have data for it to be stored
    #[arg(long, value_name = "PERCENT", default_value = "90%", help_heading = "Days")]
    pub(super) min_coverage: String,
    /// Store days that are stored and say something else; the old record is kept
    #[arg(long, requires = "reason", help_heading = "History")]
    pub(super) replace: bool,
    /// Why what is stored is not right
    #[arg(long, value_name = "TEXT", requires = "replace", help_heading = "History")]
    pub(super) reason: Option<String>,
    /// Say what would be stored, and store nothing
    #[arg(long, help_heading = "History")]
    pub(super) dry_run: bool,
    #[command(flatten)]
    pub(super) wait: WaitArgs,
    #[command(flatten)]
    pub(super) specs: SpecArgs,
    #[command(flatten)]
    pub(super) source: SourceArgs,
}

#[derive(Debug, Args)]
pub(super) struct ListArgs {
    #[command(flatten)]
    pub(super) file: FileArgs,
    /// How it is told
    #[arg(long, value_enum, default_value = "table")]
    pub(super) format: ListFormat,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum ListFormat {
    Table,
    Json,
}

#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  nines history export --history slo-history.jsonl > days.csv\n  nines history export --history slo-history.jsonl --format json --all | jq .days\n  nines history export --history slo-history.jsonl --format openmetrics -o days.om"
)]
pub(super) struct ExportArgs {
    #[command(flatten)]
    pub(super) file: FileArgs,
    /// In which form
    #[arg(long, value_enum, default_value = "csv")]
    pub(super) format: ExportFormat,
    /// With the records that others took the place of, too
    #[arg(long)]
    pub(super) all: bool,
    /// Where it goes; - is standard output
    #[arg(short, long, value_name = "PATH", default_value = "-")]
    pub(super) out: PathBuf,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum ExportFormat {
    Csv,
    Json,
    Openmetrics,
}

#[derive(Debug, Args)]
pub(super) struct PruneArgs {
    #[command(flatten)]
    pub(super) file: FileArgs,
    /// The first date that stays
    #[arg(long, value_name = "DATE")]
    pub(super) before: String,
    #[command(flatten)]
    pub(super) wait: WaitArgs,
}
