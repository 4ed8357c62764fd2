//! `nines convert`: specifications in the words of another tool, and what it cannot say.

use super::args::{ConvertArgs, Global};
use super::validate::counted;
use super::{generate, settings};
use crate::app::World;
use crate::exit::Exit;
use crate::generate::{Kept, Target, convert};

pub(super) fn run(args: &ConvertArgs, global: &Global, world: &mut World<'_>) -> Exit {
    let Ok(specs) = settings::selected(&args.specs, global, world) else { return Exit::Usage };
    let Some((_, target)) = Target::ALL.into_iter().find(|(name, _)| *name == args.to) else {
        return world.refuse(&format!("--to {}: no such dialect", args.to));
    };
    let converted = convert(&specs.specs, target);
    for loss in &converted.losses {
        world.say(&loss.to_string());
    }
    if args.strict && !converted.losses.is_empty() {
        let told = counted(converted.losses.len(), "thing");
        world.say(&format!("error: {told} cannot be said as {}; nothing was written", target.title()));
        return Exit::Breached;
    }
    let left_out = converted.losses.iter().filter(|loss| loss.kept == Kept::Nothing).count();
    if converted.text.is_empty() {
        return world.refuse(&format!(
            "{} can say none of the {}",
            target.title(),
            counted(left_out, "objective")
        ));
    }
    generate::written(converted.text, &args.out, global, world)
}
