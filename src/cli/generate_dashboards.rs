//! `nines generate dashboards`.

use std::path::{Path, PathBuf};

use super::args::{DashboardsArgs, Global};
use super::{generate, settings};
use crate::app::World;
use crate::exit::Exit;
use crate::generate::{BOARD_MARK, RulesStyle, dashboards, provisioning, rules};
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
        Beside::Receivers(_) | Beside::Policy(_) | Beside::Exclusions(_) => None,
    });
    let boards: Vec<&Boards> = boards.filter(wanted).collect();
    let made = match dashboards(&read.specs, &rules, &boards) {
        Ok(made) => made,
        Err(error) => return world.refuse(&error.to_string()),
    };
    let of_folder = made.files.into_iter().map(|(name, text)| (args.out.join(name), text));
    let beside = args.provisioning.iter().map(|path| (path.clone(), provisioning(&args.grafana_path)));
    let files: Vec<(PathBuf, Vec<u8>)> =
        of_folder.chain(beside).map(|(path, text)| (path, text.into_bytes())).collect();
    generate::delivered(&files, Some((&args.out, BOARD_MARK)), args.check, global, world)
}
