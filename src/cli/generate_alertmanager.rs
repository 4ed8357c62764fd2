//! `nines generate alertmanager`.

use std::path::{Path, PathBuf};

use super::args::{AlertmanagerArgs, Global};
use super::{generate, settings};
use crate::app::World;
use crate::exit::Exit;
use crate::generate::{Form, RulesStyle, alertmanager, rules};
use crate::slo::Receivers;
use crate::spec::Beside;

pub(super) fn run(args: &AlertmanagerArgs, global: &Global, world: &mut World<'_>) -> Exit {
    let more = args.receivers.as_slice();
    let Ok(read) = settings::selected_with(&args.specs, more, None, global, world) else {
        return Exit::Usage;
    };
    let receivers = match receivers(&read.beside, args.receivers.as_deref()) {
        Ok(receivers) => receivers,
        Err(why) => return world.refuse(&why),
    };
    let rules = match rules(&read.specs, RulesStyle::Nines) {
        Ok(rules) => rules,
        Err(error) => return world.refuse(&error.to_string()),
    };
    let made = alertmanager(&read.specs, &rules, receivers);
    if !global.quiet {
        made.remarks.iter().for_each(|remark| world.say(&format!("remark: {remark}")));
        if args.escalation_rules.is_none() && !made.escalation.groups.is_empty() {
            world.say("remark: escalation needs rules of its own; write them with --escalation-rules PATH");
        }
    }
    let escalation = made.escalation.to_yaml("nines-escalation", &Form::Plain);
    let beside = [(&args.tests, made.checks), (&args.escalation_rules, escalation)];
    let mut files: Vec<(PathBuf, Vec<u8>)> =
        beside.into_iter().filter_map(|(path, text)| Some((path.clone()?, text.into_bytes()))).collect();
    if args.out != Path::new("-") {
        files.push((args.out.clone(), made.config.into_bytes()));
        return generate::delivered(&files, None, args.check, global, world);
    }
    if args.check {
        return world.refuse("--check needs a place on disk: say it with --out");
    }
    let delivered = generate::delivered(&files, None, false, global, world);
    delivered.and(world.print(made.config.as_bytes()))
}

/// The receivers of the file that is named, or the only ones that were read.
fn receivers<'a>(
    beside: &'a [(String, Beside)],
    named: Option<&Path>,
) -> Result<Option<&'a Receivers>, String> {
    let all = beside.iter().filter_map(|(file, beside)| match beside {
        Beside::Receivers(receivers) => Some((file.as_str(), receivers)),
        Beside::Boards(_) | Beside::Policy(_) | Beside::Exclusions(_) => None,
    });
    let named = named.map(|path| path.display().to_string());
    let found: Vec<_> = all.filter(|(file, _)| named.as_deref().is_none_or(|named| named == *file)).collect();
    match (found.as_slice(), named) {
        ([(_, receivers)], _) => Ok(Some(receivers)),
        ([], None) => Ok(None),
        ([], Some(file)) => Err(format!("--receivers {file}: holds no document of `kind: Receivers`")),
        ([(first, _), (second, _), ..], _) => {
            Err(format!("receivers stand in {first} and in {second}; name one with --receivers"))
        }
    }
}
