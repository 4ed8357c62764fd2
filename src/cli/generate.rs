//! `nines generate rules`.

use std::path::Path;

use super::args::{Generate, GenerateArgs, Global, RulesArgs};
use super::settings;
use crate::app::{World, files};
use crate::exit::Exit;
use crate::generate::{Form, RulesStyle};

pub(super) fn run(args: &GenerateArgs, global: &Global, world: &mut World<'_>) -> Exit {
    match &args.what {
        Generate::Rules(args) => rules(args, global, world),
        Generate::Alertmanager(args) => super::generate_alertmanager::run(args, global, world),
        Generate::Dashboards(args) => super::generate_dashboards::run(args, global, world),
    }
}

fn rules(args: &RulesArgs, global: &Global, world: &mut World<'_>) -> Exit {
    let Ok(specs) = settings::selected(&args.specs, global, world) else { return Exit::Usage };
    let rules = match crate::generate::rules(&specs.specs, RulesStyle::Nines) {
        Ok(rules) => rules,
        Err(error) => return world.refuse(&error.to_string()),
    };
    written(rules.to_yaml("nines", &Form::Plain), &args.out, global, world)
}

/// Writes a text where it goes; `-` is standard output.
pub(super) fn written(text: String, out: &Path, global: &Global, world: &mut World<'_>) -> Exit {
    if out == Path::new("-") {
        return world.print(text.as_bytes());
    }
    match files::write_whole(&[(out.to_owned(), text.into_bytes())]) {
        Ok(()) => {
            if !global.quiet {
                world.say(&format!("wrote {}", out.display()));
            }
            Exit::Passed
        }
        Err(error) => {
            world.say(&format!("error: {error:#}"));
            Exit::Undelivered
        }
    }
}
