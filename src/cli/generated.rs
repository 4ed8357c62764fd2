//! What was made: written where it goes, or compared with what is there.

use std::path::{Path, PathBuf};

use super::args::Global;
use crate::app::{World, files};
use crate::exit::Exit;

/// A text and where it goes; `-` is standard output.
pub(super) type Made = (PathBuf, String);

/// Writes all of it, whole or not at all; with `check` only tells what differs from what is there, and ends with 1 where
/// something does.
pub(super) fn deliver(made: Vec<Made>, check: bool, global: &Global, world: &mut World<'_>) -> Exit {
    let (printed, written): (Vec<Made>, Vec<Made>) =
        made.into_iter().partition(|(path, _)| path == Path::new("-"));
    if check {
        return match printed.as_slice() {
            [] => compare(&written, global, world),
            _ => world.refuse("--check compares files; name them with --out"),
        };
    }
    if printed.len() > 1 {
        return world.refuse("only one of the texts can go to standard output; give a path to the others");
    }
    let paths: Vec<PathBuf> = written.iter().map(|(path, _)| path.clone()).collect();
    let bytes: Vec<(PathBuf, Vec<u8>)> =
        written.into_iter().map(|(path, text)| (path, text.into_bytes())).collect();
    if let Err(error) = files::write_whole(&bytes) {
        world.say(&format!("error: {error:#}"));
        return Exit::Undelivered;
    }
    if !global.quiet {
        for path in paths {
            world.say(&format!("wrote {}", path.display()));
        }
    }
    printed.iter().fold(Exit::Passed, |exit, (_, text)| exit.and(world.print(text.as_bytes())))
}

fn compare(written: &[Made], global: &Global, world: &mut World<'_>) -> Exit {
    let mut exit = Exit::Passed;
    for (path, text) in written {
        let why = match files::read_text(path) {
            Ok(there) if there == *text => continue,
            Ok(there) => {
                let same = there.lines().zip(text.lines()).take_while(|(there, made)| there == made).count();
                format!("{}:{}: differs from what would be written", path.display(), same + 1)
            }
            Err(_) if !path.exists() => format!("{}: is not there", path.display()),
            Err(error) => format!("{error:#}"),
        };
        world.say(&format!("stale: {why}"));
        exit = Exit::Breached;
    }
    if exit == Exit::Passed && !global.quiet {
        world.say("everything is as it would be written");
    }
    exit
}
