//! `rules`: what a server runs or keeps.

use clap::{Args, Subcommand, ValueEnum};

use super::common::{SourceArgs, SpecArgs};
use super::specs::DoctorFormat;
use crate::generate::RulesStyle;

#[derive(Debug, Args)]
pub(in crate::cli) struct RulesCommandArgs {
    #[command(subcommand)]
    pub(in crate::cli) what: RulesCommand,
}

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum RulesCommand {
    /// Tell what of the rules that a server runs is missing, left over or different; exit 1 where anything is
    #[command(
        after_help = "Examples:\n  nines rules diff --prometheus-url http://localhost:9090\n  nines rules diff -f slo-specs --style sloth --prometheus-url http://localhost:9090"
    )]
    Diff(RulesDiffArgs),
    /// Make the rules in a namespace of a ruler, Mimir's or Cortex's, those of the specifications
    #[command(
        after_help = "Examples:\n  nines rules push --prometheus-url http://mimir:8080/prometheus --header 'X-Scope-OrgID: team-a' --dry-run\n  nines rules push --prometheus-url https://cortex.example.com --api cortex --namespace slo --prune\n\nExit codes: 0 the server holds what was meant, 2 wrong usage or specification, 3 the server failed or refused something."
    )]
    Push(RulesPushArgs),
}

#[derive(Debug, Args)]
pub(in crate::cli) struct RulesDiffArgs {
    #[command(flatten)]
    pub(in crate::cli) specs: SpecArgs,
    #[command(flatten)]
    pub(in crate::cli) source: SourceArgs,
    #[command(flatten)]
    pub(in crate::cli) style: StyleArgs,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct RulesPushArgs {
    #[command(flatten)]
    pub(in crate::cli) specs: SpecArgs,
    #[command(flatten)]
    pub(in crate::cli) source: SourceArgs,
    #[command(flatten)]
    pub(in crate::cli) style: StyleArgs,
    /// The namespace that the groups are kept in; no other is touched
    #[arg(long, value_name = "NAME", default_value = "nines", help_heading = "Output")]
    pub(in crate::cli) namespace: String,
    /// Whose API the ruler has
    #[arg(long, value_enum, default_value = "mimir", help_heading = "Output")]
    pub(in crate::cli) api: RulerKind,
    /// Delete the groups of the namespace that no specification makes
    #[arg(long, conflicts_with_all = ["service", "slo", "selector"], help_heading = "Output")]
    pub(in crate::cli) prune: bool,
    /// Tell what would be changed, and change nothing
    #[arg(long, help_heading = "Output")]
    pub(in crate::cli) dry_run: bool,
    /// How it is told
    #[arg(long, value_enum, default_value = "text", help_heading = "Output")]
    pub(in crate::cli) format: DoctorFormat,
}

/// Whose API a ruler has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum RulerKind {
    /// Rules are at /prometheus/config/v1/rules, or at config/v1/rules below another prefix
    Mimir,
    /// Rules are at /api/v1/rules, or at /api/prom/rules
    Cortex,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct StyleArgs {
    /// In whose manner the rules are written: the names of series and labels are theirs
    #[arg(long = "style", value_name = "STYLE", value_parser = styles(), default_value = "nines", help_heading = "Output")]
    word: String,
}

impl StyleArgs {
    /// The style that is meant.
    pub(in crate::cli) fn style(&self) -> RulesStyle {
        RulesStyle::named(&self.word).unwrap_or_default()
    }
}

fn styles() -> clap::builder::PossibleValuesParser {
    RulesStyle::ALL.map(|(name, _)| name).to_vec().into()
}
