//! What was typed, a file for each kind of command. Parsing records it and does nothing; `settings` makes of it what is
//! meant.

mod common;
mod data;
mod generate;
mod report;
mod rules;
mod specs;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use super::diff::DiffArgs;
pub(super) use common::*;
pub(super) use data::*;
pub(super) use generate::*;
pub(super) use report::*;
pub(super) use rules::*;
pub(super) use specs::*;

const AFTER_HELP: &str = "\
Exit codes:
  0  every objective passes          1  an objective is breached, or the policy says no
  2  wrong usage or specification    3  a source failed: unreachable, timed out, partial
  4  no or too little data           5  the report could not be written

Examples:
  nines report --prometheus-url http://localhost:9090 -o html=report.html -o terminal=-
  nines gate --prometheus-url http://localhost:9090 --service checkout
  nines report --data ./snapshot.om.gz --at end --period last-week
  nines validate slo-specs && nines generate rules > rules.yaml

Every flag can be set by a variable NINES_<FLAG> (NINES_PROMETHEUS_URL) or in nines.yaml.";

/// Tells whether a service kept its promise.
#[derive(Debug, Parser)]
#[command(name = "nines", version, about, after_help = AFTER_HELP, max_term_width = 100)]
pub(super) struct Cli {
    #[command(subcommand)]
    pub(super) command: Command,
    #[command(flatten)]
    pub(super) global: Global,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Evaluate objectives over a past window and render a report
    Report(ReportArgs),
    /// Judge objectives for a deploy: one line each, and an exit code
    Gate(GateArgs),
    /// Hold one saved report against another: what became worse
    Diff(DiffArgs),
    /// Replay alerts over the past: when each would have fired, and which incidents nobody would have been told of
    Backtest(Box<BacktestArgs>),
    /// Check specifications without any source
    Validate(ValidateArgs),
    /// Check specifications against the data that they are about
    Doctor(DoctorArgs),
    /// Tell what an objective means, what it asks, and what its budget is
    Explain(ExplainArgs),
    /// Write specifications in the words of another tool, and tell what it cannot say
    Convert(ConvertArgs),
    /// Tell what the code of a fault means, with a wrong example and a right one
    ExplainCode(ExplainCodeArgs),
    /// Write files for Prometheus from specifications
    Generate(GenerateArgs),
    /// Hold the rules that a server runs against the specifications
    Rules(RulesCommandArgs),
    /// Remember days for longer than the server keeps its data
    History(super::history::HistoryArgs),
    /// Propose objectives for what is there, from metrics and their past
    Init(InitArgs),
    /// Tell what data there is in files: times, series, samples, gaps
    Data(DataArgs),
    /// Evaluate any PromQL and print the server's JSON
    Query(QueryArgs),
    /// Print the schema of specifications, receivers or boards, for editors
    Schema(SchemaArgs),
    /// Make data with known truth for the five example systems
    Simulate(SimulateArgs),
}

#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag that was typed or not")]
pub(super) struct Global {
    /// Defaults for flags, by their long names [default: ./nines.yaml where it exists]
    #[arg(short, long, global = true, value_name = "FILE", help_heading = "General")]
    pub(super) config: Option<PathBuf>,
    /// Say nothing on standard error but errors
    #[arg(short, long, global = true, help_heading = "General")]
    pub(super) quiet: bool,
    /// Say on standard error what was asked and how long it took
    #[arg(short, long, global = true, action = clap::ArgAction::Count, help_heading = "General")]
    pub(super) verbose: u8,
    /// When to colour
    #[arg(long, global = true, value_enum, default_value = "auto", help_heading = "General")]
    pub(super) color: Color,
    /// Never colour (as NO_COLOR)
    #[arg(long, global = true, conflicts_with = "color", help_heading = "General")]
    pub(super) no_color: bool,
    /// Show no progress bar
    #[arg(long, global = true, help_heading = "General")]
    pub(super) no_progress: bool,
    /// Never read standard input or ask
    #[arg(long, global = true, help_heading = "General")]
    pub(super) no_input: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Color {
    Auto,
    Always,
    Never,
}
