//! `nines rules`: the rules that a server runs, held against the specifications.

use anyhow::{Result, bail};

use super::args::{Global, RulesCommand, RulesCommandArgs, RulesDiffArgs};
use super::settings::{self, Opened};
use crate::app::{World, drift, waiting};
use crate::exit::Exit;
use crate::plan::NoAnswer;
use crate::source::prometheus::RunningGroup;

pub(super) fn run(args: &RulesCommandArgs, global: &Global, world: &mut World<'_>) -> Exit {
    match &args.what {
        RulesCommand::Diff(args) => diff(args, global, world),
        RulesCommand::Push(args) => super::rules_push::run(args, global, world),
    }
}

fn diff(args: &RulesDiffArgs, global: &Global, world: &mut World<'_>) -> Exit {
    let Ok(specs) = settings::selected(&args.specs, global, world) else { return Exit::Usage };
    let wanted = match crate::generate::rules(&specs.specs, args.style.style()) {
        Ok(rules) => rules,
        Err(error) => return world.refuse(&error.to_string()),
    };
    let running = match waiting(running(args, global, world)) {
        Ok(Ok(Ok(running))) => running,
        Ok(Ok(Err(fault))) => {
            world.say(&format!("error: the server did not tell its rules: {fault}"));
            return Exit::SourceFailed;
        }
        Ok(Err(error)) => return world.refuse(&format!("{error:#}")),
        Err(exit) => return exit,
    };
    let (running, unread) = drift::read(running);
    let found = crate::generate::drift(&wanted, &running);
    for unread in unread {
        world.say(&format!("warning: group {}: {}", unread.group, unread.what));
    }
    let text: String = found.iter().map(|drift| format!("{drift}\n")).collect::<Vec<_>>().concat();
    let printed = world.print(text.as_bytes());
    if printed != Exit::Passed {
        return printed;
    }
    if !global.quiet {
        let rules: usize = wanted.groups.iter().map(|group| group.rules.len()).sum();
        let count = match found.len() {
            0 => "all as the specifications say".to_owned(),
            1 => "1 difference".to_owned(),
            count => format!("{count} differences"),
        };
        world.say(&format!("{} groups, {rules} rules: {count}", wanted.groups.len()));
    }
    if found.is_empty() { Exit::Passed } else { Exit::Breached }
}

async fn running(
    args: &RulesDiffArgs,
    global: &Global,
    world: &World<'_>,
) -> Result<Result<Vec<RunningGroup>, NoAnswer>> {
    let mut warnings = Vec::new();
    let Opened::Server(server) = settings::open(&args.source, global, world, &mut warnings).await? else {
        bail!("only a server runs rules: give --prometheus-url URL");
    };
    Ok(server.rules().await)
}
