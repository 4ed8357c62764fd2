//! Flags that were not typed, from variables and the configuration file: flags before variables before the file.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::parser::ValueSource;
use clap::{ArgAction, ArgMatches, CommandFactory as _};

use super::args::Cli;
use crate::app::{World, files};

/// The arguments with those appended that a variable `NINES_<FLAG>` or the file gives and nobody typed. What is typed
/// is stronger than a variable, and a variable than the file: the weaker gives way where both cannot stand together.
pub(super) fn filled_in(args: &[OsString], world: &World<'_>) -> Result<Vec<OsString>, String> {
    let mut root = Cli::command();
    root.build();
    let mut filled = args.to_vec();
    let Some((command, matches)) = given(&root, &filled) else { return Ok(filled) };
    let config = Config::read(&matches, world)?;
    config.check(&root)?;
    let from_variable = |arg: &clap::Arg, long: &str| {
        let value = (world.vars)(&format!("NINES_{}", long.to_uppercase().replace('-', "_")))?;
        Some(match arg.get_action() {
            _ if value.is_empty() => Vec::new(),
            ArgAction::Append => value.split(',').map(str::to_owned).collect(),
            _ => vec![value],
        })
    };
    append(&mut filled, command, &matches, &from_variable)?;
    let Some((command, matches)) = given(&root, &filled) else { return Ok(filled) };
    // A variable that is set to nothing says that the file does not count.
    let from_file = |arg: &clap::Arg, long: &str| {
        from_variable(arg, long).is_none().then(|| config.values(long)).flatten()
    };
    append(&mut filled, command, &matches, &from_file)?;
    Ok(filled)
}

/// The innermost command that is named, and what is given for it. Nothing where that cannot be told: the arguments then
/// have a fault that is said when they are read in earnest.
fn given<'a>(root: &'a clap::Command, args: &[OsString]) -> Option<(&'a clap::Command, ArgMatches)> {
    let mut matches = root.clone().ignore_errors(true).try_get_matches_from(args).ok()?;
    let mut command = root;
    while let Some((name, inner)) = matches.remove_subcommand() {
        command = command.find_subcommand(name)?;
        matches = inner;
    }
    (!std::ptr::eq(command, root)).then_some((command, matches))
}

/// Appends the values of every argument that is not given and stands in no conflict with one that is.
fn append(
    filled: &mut Vec<OsString>,
    command: &clap::Command,
    matches: &ArgMatches,
    values: &dyn Fn(&clap::Arg, &str) -> Option<Vec<String>>,
) -> Result<(), String> {
    let is_given =
        |arg: &clap::Arg| matches.value_source(arg.get_id().as_str()) == Some(ValueSource::CommandLine);
    let conflicts = |a: &clap::Arg, b: &clap::Arg| {
        command.get_arg_conflicts_with(a).iter().any(|c| c.get_id() == b.get_id())
    };
    let excluded = |arg: &clap::Arg| {
        command
            .get_arguments()
            .any(|other| is_given(other) && (conflicts(arg, other) || conflicts(other, arg)))
    };
    // What follows `--` is no flag.
    let mut at = filled.iter().position(|word| word == "--").unwrap_or(filled.len());
    let mut push = |flag: String| {
        filled.insert(at, flag.into());
        at += 1;
    };
    for arg in command.get_arguments() {
        let Some(long) = arg.get_long().filter(|long| is_settable(long)) else { continue };
        if is_given(arg) || excluded(arg) {
            continue;
        }
        for value in values(arg, long).unwrap_or_default() {
            match arg.get_action() {
                ArgAction::SetTrue | ArgAction::Count => match value.to_ascii_lowercase().as_str() {
                    "true" | "1" | "yes" | "on" => push(format!("--{long}")),
                    "false" | "0" | "no" | "off" => {}
                    _ => return Err(format!("--{long} is on or off: {value:?} is neither true nor false")),
                },
                _ => push(format!("--{long}={value}")),
            }
        }
    }
    Ok(())
}

/// Whether a flag can be given otherwise than by typing it.
fn is_settable(long: &str) -> bool {
    !matches!(long, "help" | "version" | "config")
}

/// The configuration file: long names of flags and their values.
struct Config {
    name: String,
    entries: Vec<(String, Vec<String>)>,
}

impl Config {
    fn read(typed: &ArgMatches, world: &World<'_>) -> Result<Self, String> {
        let variable = || (world.vars)("NINES_CONFIG").filter(|path| !path.is_empty()).map(PathBuf::from);
        let named = typed.get_one::<PathBuf>("config").cloned().or_else(variable);
        let path = named.clone().unwrap_or_else(|| PathBuf::from("nines.yaml"));
        let name = path.display().to_string();
        if named.is_none() && !path.is_file() {
            return Ok(Self { name, entries: Vec::new() });
        }
        let text = files::read_text(&path).map_err(|error| format!("{error:#}"))?;
        // A mapping, and no map: it refuses a key that stands twice.
        let values: Option<serde_yaml::Mapping> =
            serde_yaml::from_str(&text).map_err(|error| format!("{name}: {error}"))?;
        let mut entries = Vec::new();
        for (key, value) in values.unwrap_or_default() {
            let key = scalar(&key).ok_or_else(|| format!("{name}: expected long names of flags as keys"))?;
            let texts = match &value {
                serde_yaml::Value::Sequence(items) => items.iter().map(scalar).collect::<Option<Vec<_>>>(),
                other => scalar(other).map(|text| vec![text]),
            };
            let texts =
                texts.ok_or_else(|| format!("{name}: {key}: expected a text, a number or a list of them"))?;
            entries.push((key, texts));
        }
        Ok(Self { name, entries })
    }

    /// Every entry must be a flag of some command: a misspelt one must not be silently nothing.
    fn check(&self, root: &clap::Command) -> Result<(), String> {
        for (key, _) in &self.entries {
            if !is_settable(key) || !knows(root, key) {
                return Err(format!(
                    "{}: {key:?} is not a flag; keys are long names such as prometheus-url",
                    self.name
                ));
            }
        }
        Ok(())
    }

    fn values(&self, long: &str) -> Option<Vec<String>> {
        self.entries.iter().find(|(key, _)| key == long).map(|(_, values)| values.clone())
    }
}

fn knows(command: &clap::Command, long: &str) -> bool {
    command.get_arguments().any(|arg| arg.get_long() == Some(long))
        || command.get_subcommands().any(|inner| knows(inner, long))
}

fn scalar(value: &serde_yaml::Value) -> Option<String> {
    match value {
        serde_yaml::Value::String(text) => Some(text.clone()),
        serde_yaml::Value::Bool(on) => Some(on.to_string()),
        serde_yaml::Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}
