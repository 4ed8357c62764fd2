//! Flags that were not typed, from variables and the configuration file: flags before variables before the file.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{ArgAction, CommandFactory as _};

use super::args::Cli;
use crate::app::{World, files};

/// The arguments with those appended that a variable `NINES_<FLAG>` or the file gives and nobody typed.
pub(super) fn filled_in(args: &[OsString], world: &World<'_>) -> Result<Vec<OsString>, String> {
    let mut filled = args.to_vec();
    let mut root = Cli::command();
    root.build();
    let Some((command, typed)) = deepest(&root, args) else { return Ok(filled) };
    let config = Config::read(&typed, world)?;
    config.check(&root)?;
    for arg in command.get_arguments() {
        let Some(long) = arg.get_long() else { continue };
        if matches!(long, "help" | "version" | "config") || typed.has(arg) || typed.excludes(command, arg) {
            continue;
        }
        let variable = format!("NINES_{}", long.to_uppercase().replace('-', "_"));
        let values = match (world.vars)(&variable) {
            Some(value) if value.is_empty() => Vec::new(),
            Some(value) if matches!(arg.get_action(), ArgAction::Append) => {
                value.split(',').map(str::to_owned).collect()
            }
            Some(value) => vec![value],
            None => config.values(long),
        };
        for value in values {
            match arg.get_action() {
                ArgAction::SetTrue | ArgAction::Count => match value.as_str() {
                    "true" | "1" | "yes" => filled.push(format!("--{long}").into()),
                    "false" | "0" | "no" => {}
                    other => {
                        return Err(format!("--{long} is on or off: {other:?} is neither true nor false"));
                    }
                },
                _ => filled.push(format!("--{long}={value}").into()),
            }
        }
    }
    Ok(filled)
}

/// What was typed for the innermost command.
struct Typed {
    words: Vec<String>,
}

impl Typed {
    fn has(&self, arg: &clap::Arg) -> bool {
        let long = arg.get_long().map(|long| format!("--{long}"));
        let short = arg.get_short().map(|short| format!("-{short}"));
        self.words.iter().take_while(|word| *word != "--").any(|word| {
            long.as_ref().is_some_and(|long| word == long || word.starts_with(&format!("{long}=")))
                || short
                    .as_ref()
                    .is_some_and(|short| word.starts_with(short.as_str()) && !word.starts_with("--"))
        })
    }

    /// Whether something typed cannot stand beside this argument: what is typed wins over a default.
    fn excludes(&self, command: &clap::Command, arg: &clap::Arg) -> bool {
        let conflicts = |a: &clap::Arg, b: &clap::Arg| {
            command.get_arg_conflicts_with(a).iter().any(|c| c.get_id() == b.get_id())
        };
        command
            .get_arguments()
            .any(|other| self.has(other) && (conflicts(arg, other) || conflicts(other, arg)))
    }

    fn value(&self, long: &str, short: &str) -> Option<String> {
        let mut words = self.words.iter();
        while let Some(word) = words.next() {
            if word == long || word == short {
                return words.next().cloned();
            }
            if let Some(value) = word.strip_prefix(&format!("{long}=")) {
                return Some(value.to_owned());
            }
        }
        None
    }
}

/// The innermost command that was named, and the words after the program's name.
fn deepest<'a>(root: &'a clap::Command, args: &[OsString]) -> Option<(&'a clap::Command, Typed)> {
    let words: Vec<String> = args.iter().skip(1).map(|arg| arg.to_string_lossy().into_owned()).collect();
    let mut command = root;
    for word in &words {
        if let Some(inner) = command.find_subcommand(word) {
            command = inner;
        }
    }
    (!std::ptr::eq(command, root)).then_some((command, Typed { words }))
}

/// The configuration file: long names of flags and their values.
struct Config {
    name: String,
    entries: Vec<(String, Vec<String>)>,
}

impl Config {
    fn read(typed: &Typed, world: &World<'_>) -> Result<Self, String> {
        let named = typed.value("--config", "-c").or_else(|| (world.vars)("NINES_CONFIG"));
        let path = match &named {
            Some(path) => PathBuf::from(path),
            None => PathBuf::from("nines.yaml"),
        };
        let name = path.display().to_string();
        if named.is_none() && !path.is_file() {
            return Ok(Self { name, entries: Vec::new() });
        }
        let text = files::read_text(&path).map_err(|error| format!("{error:#}"))?;
        let values: Option<std::collections::BTreeMap<String, serde_yaml::Value>> =
            serde_yaml::from_str(&text).map_err(|error| format!("{name}: {error}"))?;
        let mut entries = Vec::new();
        for (key, value) in values.unwrap_or_default() {
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
            if !knows(root, key) {
                return Err(format!(
                    "{}: {key:?} is not a flag; keys are long names such as prometheus-url",
                    self.name
                ));
            }
        }
        Ok(())
    }

    fn values(&self, long: &str) -> Vec<String> {
        self.entries.iter().find(|(key, _)| key == long).map(|(_, values)| values.clone()).unwrap_or_default()
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
