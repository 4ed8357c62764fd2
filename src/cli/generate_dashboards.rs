//! `nines generate dashboards`.

use std::path::Path;

use super::args::{DashboardsArgs, Global};
use super::generated::{self, Made};
use super::settings;
use crate::app::{World, files};
use crate::exit::Exit;
use crate::generate::{RulesStyle, dashboards, provisioning, rules};
use crate::slo::Boards;
use crate::spec::Beside;

pub(super) fn run(args: &DashboardsArgs, global: &Global, world: &mut World<'_>) -> Exit {
    let Ok(read) = settings::selected(&args.specs, global, world) else { return Exit::Usage };
    if args.out == Path::new("-") {
        return world.refuse("--out -: boards are a folder of files; name one");
    }
    let rules = match rules(&read.specs, RulesStyle::Nines) {
        Ok(rules) => rules,
        Err(error) => return world.refuse(&error.to_string()),
    };
    let wanted =
        |boards: &&Boards| args.specs.service.is_empty() || args.specs.service.contains(&boards.service);
    let boards = read.beside.iter().filter_map(|(_, beside)| match beside {
        Beside::Boards(boards) => Some(boards),
        Beside::Receivers(_) => None,
    });
    let boards: Vec<&Boards> = boards.filter(wanted).collect();
    let made = match dashboards(&read.specs, &rules, &boards) {
        Ok(made) => made,
        Err(error) => return world.refuse(&error.to_string()),
    };
    let file = |(name, text): (String, String)| -> Made { (args.out.join(name), text) };
    let mut all: Vec<Made> = made.files.into_iter().map(file).collect();
    let left = left_over(&args.out, &all);
    all.extend(args.provisioning.iter().map(|path| (path.clone(), provisioning(&args.grafana_path))));
    if !args.check
        && let Err(error) = files::make_folder(&args.out)
    {
        world.say(&format!("error: {error:#}"));
        return Exit::Undelivered;
    }
    let exit = generated::deliver(all, args.check, global, world);
    for name in &left {
        world.say(&format!("stale: {name}: no specification makes this board any more; remove it"));
    }
    if args.check && !left.is_empty() { exit.and(Exit::Breached) } else { exit }
}

/// Boards of ours in the folder that nothing makes any more.
fn left_over(folder: &Path, made: &[Made]) -> Vec<String> {
    let ours = |text: &str| text.contains("\"tags\": [\n    \"nines\"");
    let there = files::in_folder(folder, "json").into_iter();
    let unknown = there.filter(|path| !made.iter().any(|(known, _)| known == path));
    let unknown = unknown.filter(|path| files::read_text(path).is_ok_and(|text| ours(&text)));
    unknown.map(|path| path.display().to_string()).collect()
}
