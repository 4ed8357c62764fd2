//! What was typed, and what is done about it.
//!
//! Takes arguments and a [`World`], gives an [`Exit`]. One file per command. Must not hold arithmetic, queries or
//! formats. To add a command: its file here and its variant in `args::Command`.

mod args;
mod backtest;
mod convert;
mod data;
mod defaults;
mod diff;
mod doctor;
mod engine;
mod explain;
mod explain_code;
mod faults;
mod generate;
mod generate_alertmanager;
mod generate_dashboards;
mod history;
mod init;
mod policy;
mod query;
mod report;
mod rules;
mod rules_push;
mod schema;
mod settings;
mod simulate;
mod validate;

use std::ffi::OsString;

use clap::Parser as _;

use crate::app::World;
use crate::exit::Exit;
use args::{Cli, Command};

/// Runs the program.
pub fn run(args: impl IntoIterator<Item = OsString>, world: &mut World<'_>) -> Exit {
    let args: Vec<OsString> = args.into_iter().collect();
    let args = match defaults::filled_in(&args, world) {
        Ok(args) => args,
        Err(fault) => return world.refuse(&fault),
    };
    let cli = match Cli::try_parse_from(args) {
        Ok(cli) => cli,
        Err(error) => return told_by_clap(&error, world),
    };
    match &cli.command {
        Command::Report(args) => report::report(args, &cli.global, world),
        Command::Gate(args) => report::gate(args, &cli.global, world),
        Command::Diff(args) => diff::run(args, &cli.global, world),
        Command::Backtest(args) => backtest::run(args, &cli.global, world),
        Command::Validate(args) => validate::run(args, &cli.global, world),
        Command::Doctor(args) => doctor::run(args, &cli.global, world),
        Command::Explain(args) => explain::run(args, &cli.global, world),
        Command::Convert(args) => convert::run(args, &cli.global, world),
        Command::ExplainCode(args) => explain_code::run(args, &cli.global, world),
        Command::Generate(args) => generate::run(args, &cli.global, world),
        Command::Rules(args) => rules::run(args, &cli.global, world),
        Command::Data(args) => data::run(args, &cli.global, world),
        Command::History(args) => history::run(args, &cli.global, world),
        Command::Init(args) => init::run(args, &cli.global, world),
        Command::Query(args) => query::run(args, &cli.global, world),
        Command::Schema(args) => schema::run(args, world),
        Command::Simulate(args) => simulate::run(args, world),
    }
}

/// Help and version go to standard output and are a success; everything else is a wrong use.
fn told_by_clap(error: &clap::Error, world: &mut World<'_>) -> Exit {
    let text = error.render();
    if error.use_stderr() {
        world.say(&text.to_string());
        Exit::Usage
    } else {
        let color = world.color_out(args::Color::Auto.into());
        let text = if color { text.ansi().to_string() } else { text.to_string() };
        world.print(text.as_bytes())
    }
}
