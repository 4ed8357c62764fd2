//! Commands about specifications: `validate`, `doctor`, `explain`, `explain-code`, `convert`, `init`, `schema`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::common::{SourceArgs, SpecArgs, TimeArgs};

#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  nines validate\n  nines validate slo-specs/ecap.yaml --format github\n  nines validate --format sarif > nines.sarif"
)]
pub(in crate::cli) struct ValidateArgs {
    /// Specifications: files, folders, patterns ('slos/**/*.yaml'), or - for standard input [default: ./slo-specs]
    #[arg(value_name = "PATH")]
    pub(in crate::cli) paths: Vec<PathBuf>,
    /// Specifications, as for the other commands
    #[arg(short, long, value_name = "PATH", conflicts_with = "paths")]
    pub(in crate::cli) file: Vec<PathBuf>,
    /// End with exit code 2 on warnings too, but for those that are silenced
    #[arg(long)]
    pub(in crate::cli) strict: bool,
    /// How faults are told
    #[arg(long, value_enum, default_value = "text")]
    pub(in crate::cli) format: FaultFormat,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum FaultFormat {
    Text,
    Json,
    Sarif,
    Github,
}

#[derive(Debug, Args)]
#[command(after_help = crate::cli::doctor::after_help())]
pub(in crate::cli) struct DoctorArgs {
    #[command(flatten)]
    pub(in crate::cli) specs: SpecArgs,
    #[command(flatten)]
    pub(in crate::cli) source: SourceArgs,
    /// End of rolling windows: RFC 3339, a date, seconds, or `end` of the data [default: now]
    #[arg(long, value_name = "TIME", help_heading = "Time")]
    pub(in crate::cli) at: Option<String>,
    /// End with 1 on warnings too
    #[arg(long, help_heading = "Output")]
    pub(in crate::cli) strict: bool,
    /// How findings are told
    #[arg(long, value_enum, default_value = "text", help_heading = "Output")]
    pub(in crate::cli) format: DoctorFormat,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum DoctorFormat {
    Text,
    Json,
}

#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  nines explain --slo ecap/api-availability\n  nines explain --period 2026-10 --timezone Europe/Berlin"
)]
pub(in crate::cli) struct ExplainArgs {
    #[command(flatten)]
    pub(in crate::cli) specs: SpecArgs,
    #[command(flatten)]
    pub(in crate::cli) time: TimeArgs,
    /// The spacing of samples to plan for, since no source is asked
    #[arg(long, value_name = "DURATION", default_value = "30s")]
    pub(in crate::cli) scrape_interval: String,
}

#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  nines convert --to native -f sloth/ > slo-specs/all.yaml\n  nines convert --to sloth --out sloth.yaml --strict\n\nWhat the target cannot say is told on standard error, a line each, with its place."
)]
pub(in crate::cli) struct ConvertArgs {
    #[command(flatten)]
    pub(in crate::cli) specs: SpecArgs,
    /// What to write: native, sloth, pyrra or openslo
    #[arg(long, value_name = "DIALECT", value_parser = dialect_names())]
    pub(in crate::cli) to: String,
    /// Where it goes; - is standard output
    #[arg(long, value_name = "PATH", default_value = "-")]
    pub(in crate::cli) out: PathBuf,
    /// Write nothing and end with 1 where anything is lost
    #[arg(long)]
    pub(in crate::cli) strict: bool,
}

fn dialect_names() -> clap::builder::PossibleValuesParser {
    crate::generate::Target::ALL.map(|(name, _)| name).to_vec().into()
}

#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  nines explain-code N0201\n  nines explain-code N0103 N0204\n  nines explain-code --list"
)]
pub(in crate::cli) struct ExplainCodeArgs {
    /// Codes, as they stand in a fault: N0201
    #[arg(value_name = "CODE", required_unless_present = "list")]
    pub(in crate::cli) codes: Vec<String>,
    /// All codes, each with its meaning in a line
    #[arg(long, conflicts_with = "codes")]
    pub(in crate::cli) list: bool,
}

#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  nines init --prometheus-url http://localhost:9090 --out slo-specs/all.yaml\n  nines init --data /var/lib/prometheus/data --service checkout --window 30d\n  curl -s localhost:8080/metrics | nines init --metrics - --preset http --service checkout"
)]
pub(in crate::cli) struct InitArgs {
    #[command(flatten)]
    pub(in crate::cli) source: SourceArgs,
    /// A page of metrics instead of a source, as a process shows it; - is standard input. It has no past, so
    /// objectives are the usual ones
    #[arg(long, value_name = "PATH", conflicts_with_all = ["prometheus_url", "data", "offline", "record", "at"], help_heading = "Source")]
    pub(in crate::cli) metrics: Option<PathBuf>,
    /// Only what this preset knows [default: all of them]. Repeatable
    #[arg(long, value_name = "NAME", value_parser = preset_names(), help_heading = "Objectives")]
    pub(in crate::cli) preset: Vec<String>,
    /// Only this service; with --metrics the name that it gets, which is also its job
    #[arg(long, value_name = "NAME", help_heading = "Objectives")]
    pub(in crate::cli) service: Vec<String>,
    /// Length of the windows in whole days [default: 30d, or 7d where less than two months are known]
    #[arg(long, value_name = "DURATION", help_heading = "Time")]
    pub(in crate::cli) window: Option<String>,
    /// End of the past: RFC 3339, a date, seconds, or `end` of the data [default: of files their end, of a server now]
    #[arg(long, value_name = "TIME", help_heading = "Time")]
    pub(in crate::cli) at: Option<String>,
    /// Where the file goes; - is standard output
    #[arg(long, value_name = "PATH", help_heading = "Output")]
    pub(in crate::cli) out: Option<PathBuf>,
    /// Replace the file where it exists
    #[arg(long, help_heading = "Output")]
    pub(in crate::cli) force: bool,
}

fn preset_names() -> clap::builder::PossibleValuesParser {
    crate::propose::PRESETS.map(|preset| preset.name).into()
}

#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  nines schema spec > nines-v1.schema.json\n\nEditors use it through the first line of a file:\n  # yaml-language-server: $schema=./nines-v1.schema.json"
)]
pub(in crate::cli) struct SchemaArgs {
    /// Of what, as a JSON Schema of draft 2020-12
    #[arg(value_enum)]
    pub(in crate::cli) of: SchemaOf,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum SchemaOf {
    /// Specifications
    Spec,
    /// Policies for deploys
    Policy,
    /// Documents of `kind: Exclusions`
    Exclusions,
    /// Documents of `kind: Receivers`
    Receivers,
    /// Documents of `kind: Boards`
    Boards,
}
