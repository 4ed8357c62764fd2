//! What several commands take: specifications, a source, times, outputs, a policy.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::cli::engine::EngineArgs;
use crate::cli::policy::WrittenPolicyArgs;

#[derive(Debug, Args)]
pub(in crate::cli) struct SpecArgs {
    /// Specifications: files, folders, patterns ('slos/**/*.yaml'), or - for standard input [default: ./slo-specs]
    #[arg(short, long, value_name = "PATH", help_heading = "Objectives")]
    pub(in crate::cli) file: Vec<PathBuf>,
    /// Only objectives with these labels, their own or their service's: team=pay,tier!=3
    #[arg(short = 'l', long, value_name = "LABELS", help_heading = "Objectives")]
    pub(in crate::cli) selector: Option<String>,
    /// Only this service
    #[arg(long, value_name = "NAME", help_heading = "Objectives")]
    pub(in crate::cli) service: Vec<String>,
    /// Only this objective (name, or service/name)
    #[arg(long, value_name = "NAME", help_heading = "Objectives")]
    pub(in crate::cli) slo: Vec<String>,
    /// Time that does not count: a document of kind Exclusions, or a calendar (iCalendar). Repeatable
    #[arg(long, value_name = "FILE", help_heading = "Objectives")]
    pub(in crate::cli) exclusions: Vec<PathBuf>,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct SourceArgs {
    /// Address of Prometheus, Thanos, Mimir or VictoriaMetrics (also the variable PROMETHEUS_URL)
    #[arg(long, value_name = "URL", help_heading = "Source")]
    pub(in crate::cli) prometheus_url: Option<String>,
    /// Files, with no server: a data folder of Prometheus, a snapshot, blocks, or text with timestamps
    /// (OpenMetrics or Prometheus; plain, .gz, .zst). Repeatable
    #[arg(long, value_name = "PATH", conflicts_with = "prometheus_url", help_heading = "Source")]
    pub(in crate::cli) data: Vec<PathBuf>,
    /// Authorization, TLS and headers, in promtool's file format
    #[arg(long, value_name = "FILE", help_heading = "Source")]
    pub(in crate::cli) http_config: Option<PathBuf>,
    /// File that holds a bearer token
    #[arg(long, value_name = "FILE", conflicts_with_all = ["user", "password_file"], help_heading = "Source")]
    pub(in crate::cli) bearer_token_file: Option<PathBuf>,
    /// User name for basic authorization
    #[arg(long, value_name = "NAME", requires = "password_file", help_heading = "Source")]
    pub(in crate::cli) user: Option<String>,
    /// File that holds the password for basic authorization
    #[arg(long, value_name = "FILE", requires = "user", help_heading = "Source")]
    pub(in crate::cli) password_file: Option<PathBuf>,
    /// Extra header that is no secret: 'X-Scope-OrgID: team-a'
    #[arg(long, value_name = "HEADER", help_heading = "Source")]
    pub(in crate::cli) header: Vec<String>,
    /// File of extra headers, one a line
    #[arg(long, value_name = "FILE", help_heading = "Source")]
    pub(in crate::cli) header_file: Option<PathBuf>,
    /// Certificates of the authority to trust, as PEM
    #[arg(long, value_name = "FILE", help_heading = "Source")]
    pub(in crate::cli) ca_file: Option<PathBuf>,
    /// Time that one request, or the evaluation of a query, may take
    #[arg(long, value_name = "DURATION", default_value = "30s", help_heading = "Source")]
    pub(in crate::cli) timeout: String,
    /// How often a request is tried again after 429, 502, 503, 504 or a broken connection
    #[arg(long, value_name = "N", default_value_t = 4, help_heading = "Source")]
    pub(in crate::cli) retries: u32,
    /// Requests under way at once
    #[arg(long, value_name = "N", default_value_t = 4, value_parser = clap::value_parser!(u16).range(1..=64), help_heading = "Source")]
    pub(in crate::cli) concurrency: u16,
    /// Answer from a folder that --record wrote
    #[arg(long, value_name = "DIR", conflicts_with_all = ["prometheus_url", "data", "record"], help_heading = "Source")]
    pub(in crate::cli) offline: Option<PathBuf>,
    /// Write every answer into a folder
    #[arg(long, value_name = "DIR", help_heading = "Source")]
    pub(in crate::cli) record: Option<PathBuf>,
    #[command(flatten)]
    pub(in crate::cli) engine: EngineArgs,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct TimeArgs {
    /// End of rolling windows: RFC 3339, a date, seconds, or `end` of the data [default: now, settled]
    #[arg(long, value_name = "TIME", help_heading = "Time")]
    pub(in crate::cli) at: Option<String>,
    /// Start of the period, with --to
    #[arg(long, value_name = "TIME", requires = "to", conflicts_with_all = ["window", "period"], help_heading = "Time")]
    pub(in crate::cli) from: Option<String>,
    /// End of the period, with --from
    #[arg(long, value_name = "TIME", requires = "from", conflicts_with_all = ["window", "period"], help_heading = "Time")]
    pub(in crate::cli) to: Option<String>,
    /// This window instead of the objectives' own: 28d, calendar:month
    #[arg(long, value_name = "WINDOW", conflicts_with = "period", help_heading = "Time")]
    pub(in crate::cli) window: Option<String>,
    /// A period: last-week, this-month, 2026-W46, 2026-10, 2026-Q4, 2026, FROM/TO
    #[arg(long, value_name = "PERIOD", help_heading = "Time")]
    pub(in crate::cli) period: Option<String>,
    /// IANA zone of periods and days [default: UTC]
    #[arg(long, value_name = "ZONE", help_heading = "Time")]
    pub(in crate::cli) timezone: Option<String>,
    /// Length of the buckets in which events are counted [default: chosen]
    #[arg(long, value_name = "DURATION", help_heading = "Time")]
    pub(in crate::cli) step: Option<String>,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct MemoryArgs {
    /// Count days that `nines history` stored, too, where the source tells less of them
    #[arg(long, value_name = "FILE", help_heading = "Source")]
    pub(in crate::cli) history: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct OutputArgs {
    /// Where a report goes: FORMAT=PATH or PATH; - is standard output. Repeatable. {service}, {period} and {date} are filled in
    #[arg(short, long, value_name = "[FORMAT=]PATH", help_heading = "Output")]
    pub(in crate::cli) output: Vec<String>,
    /// Format of standard output [default: terminal on a terminal, else markdown]
    #[arg(long, value_name = "FORMAT", value_parser = format_names(), help_heading = "Output")]
    pub(in crate::cli) format: Option<String>,
    /// Folder whose templates are laid over the built-in ones
    #[arg(long, value_name = "DIR", help_heading = "Output")]
    pub(in crate::cli) template: Option<PathBuf>,
    /// Title of the report
    #[arg(long, value_name = "TEXT", help_heading = "Output")]
    pub(in crate::cli) title: Option<String>,
}

fn format_names() -> clap::builder::PossibleValuesParser {
    crate::render::RENDERERS.iter().map(|renderer| renderer.name()).collect::<Vec<_>>().into()
}

#[derive(Debug, Args)]
pub(in crate::cli) struct PolicyArgs {
    /// What ends with exit code 1
    #[arg(long, value_enum, default_value = "breach", help_heading = "Policy")]
    pub(in crate::cli) fail_on: FailOn,
    /// As --fail-on never
    #[arg(long, conflicts_with = "fail_on", help_heading = "Policy")]
    pub(in crate::cli) exit_zero: bool,
    /// What is done about objectives without enough data [default: as the policy says, else fail]
    #[arg(long, value_enum, help_heading = "Policy")]
    pub(in crate::cli) on_no_data: Option<React>,
    /// What is done about objectives that could not be measured [default: as the policy says, else fail]
    #[arg(long, value_enum, help_heading = "Policy")]
    pub(in crate::cli) on_error: Option<React>,
    #[command(flatten)]
    pub(in crate::cli) written: WrittenPolicyArgs,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum FailOn {
    Breach,
    Never,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum React {
    Fail,
    Warn,
    Pass,
}
