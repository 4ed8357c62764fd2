//! `nines validate`: every fault of the specifications, and whether there is any.

use super::args::{FaultFormat, Global, ValidateArgs};
use super::settings;
use crate::app::World;
use crate::diag::Style;
use crate::exit::Exit;

pub(super) fn run(args: &ValidateArgs, global: &Global, world: &mut World<'_>) -> Exit {
    let paths = if args.paths.is_empty() { &args.file } else { &args.paths };
    let (specs, files, faults, _) = match settings::read(paths, global, world) {
        Ok(read) => read,
        Err(error) => return world.refuse(&format!("{error:#}")),
    };
    let told = match args.format {
        FaultFormat::Text => faults.to_text(&files, Style { color: world.color_out(global.color()) }),
        FaultFormat::Json => format!("{:#}\n", faults.to_json(&files)),
        FaultFormat::Github => faults.to_github(&files),
    };
    let printed = world.print(told.as_bytes());
    if faults.has_errors() {
        return Exit::Usage.and(printed);
    }
    if args.format == FaultFormat::Text {
        let slos: usize = specs.iter().map(|spec| spec.slos.len()).sum();
        let (services, objectives) = (counted(specs.len(), "service"), counted(slos, "objective"));
        return world.print(format!("✓ {services}, {objectives}: no errors\n").as_bytes());
    }
    printed
}

/// `1 service`, `2 services`.
pub(super) fn counted(n: usize, noun: &str) -> String {
    if n == 1 { format!("1 {noun}") } else { format!("{n} {noun}s") }
}
