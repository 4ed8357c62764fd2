//! `nines diff`: one saved report held against another.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::args::Global;
use crate::app::{World, deploy};
use crate::base::{Share, Zone};
use crate::exit::Exit;
use crate::render::{Style, diff, diff_json, diff_markdown};
use crate::report::Diff;

#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  nines diff last-week.json this-week.json\n  nines diff main.json branch.json --tolerance 0.01% --format markdown >> \"$GITHUB_STEP_SUMMARY\"\n\nExit codes:\n  0  nothing is worse\n  1  something is: a status, an SLI by more than the tolerance, the gate's decision,\n     or an objective that vanished\n  2  a file cannot be read, or is no such report"
)]
pub(super) struct DiffArgs {
    /// The older report, as `-o json=…` writes it; - is standard input
    #[arg(value_name = "BEFORE")]
    before: PathBuf,
    /// The newer one
    #[arg(value_name = "AFTER")]
    after: PathBuf,
    /// By how many percentage points an SLI may be lower without being worse
    #[arg(long, value_name = "PERCENT", default_value = "0%")]
    tolerance: String,
    /// IANA zone in which times are shown [default: UTC]
    #[arg(long, value_name = "ZONE")]
    timezone: Option<String>,
    /// How it is told [default: terminal on a terminal, else markdown]
    #[arg(long, value_enum)]
    format: Option<DiffFormat>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum DiffFormat {
    Terminal,
    Markdown,
    Json,
}

pub(super) fn run(args: &DiffArgs, global: &Global, world: &mut World<'_>) -> Exit {
    let (text, exit) = match told(args, global, world) {
        Ok(told) => told,
        Err(error) => return world.refuse(&format!("{error:#}")),
    };
    exit.and(world.print(text.as_bytes()))
}

fn told(args: &DiffArgs, global: &Global, world: &mut World<'_>) -> anyhow::Result<(String, Exit)> {
    let Ok(tolerance) = Share::from_percent(&args.tolerance) else {
        anyhow::bail!("--tolerance {}: expected percentage points, such as 0.01%", args.tolerance);
    };
    let dash = |path: &PathBuf| path.as_os_str() == "-";
    if dash(&args.before) && dash(&args.after) {
        anyhow::bail!("only one of the two can come from standard input");
    }
    let zone = args.timezone.as_deref().map_or(Ok(Zone::UTC), |name| {
        name.parse().map_err(|error: String| anyhow::anyhow!("--timezone: {error}"))
    })?;
    let before = deploy::saved(&args.before, world.input)?;
    let after = deploy::saved(&args.after, world.input)?;
    let name = |path: &PathBuf| if dash(path) { "<stdin>".to_owned() } else { path.display().to_string() };
    let found = Diff::of((&name(&args.before), &before), (&name(&args.after), &after), tolerance.as_f64());
    let style = Style {
        width: world.width.unwrap_or(100),
        color: world.color_out(global.color()),
        timezone: zone,
        ..Style::default()
    };
    let usual = if world.out_is_terminal { DiffFormat::Terminal } else { DiffFormat::Markdown };
    let text = match args.format.unwrap_or(usual) {
        DiffFormat::Terminal => diff(&found, &style),
        DiffFormat::Markdown => diff_markdown(&found, &style),
        DiffFormat::Json => diff_json(&found)?,
    };
    Ok((text, found.exit()))
}
