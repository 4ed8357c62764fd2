//! `nines simulate`: data with known truth.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use flate2::{Compression, write::GzEncoder};

use super::args::SimulateArgs;
use super::settings;
use crate::app::{World, files};
use crate::base::Zone;
use crate::exit::Exit;
use crate::simulate::{self, Options, SYSTEMS, System};

pub(super) fn run(args: &SimulateArgs, world: &mut World<'_>) -> Exit {
    let (systems, options) = match meant(args) {
        Ok(meant) => meant,
        Err(error) => return world.refuse(&format!("{error:#}")),
    };
    for system in systems {
        match written(system, &options, &args.out, args.plain) {
            Ok(paths) => {
                let names: Vec<String> = paths.iter().map(|path| path.display().to_string()).collect();
                world.say(&format!("wrote {}", names.join(", ")));
            }
            Err(error) => {
                world.say(&format!("error: {error:#}"));
                return Exit::Undelivered;
            }
        }
    }
    Exit::Passed
}

fn meant(args: &SimulateArgs) -> Result<(Vec<&'static System>, Options)> {
    let mut options = Options::default();
    if let Some(seed) = args.seed {
        options.seed = seed;
    }
    if let Some(start) = &args.start {
        options.start = settings::moment("--start", start, Zone::UTC)?;
    }
    if let Some(length) = &args.length {
        options.length = settings::duration("--length", length)?;
    }
    if let Some(scrape) = &args.scrape {
        options.scrape = settings::duration("--scrape", scrape)?;
    }
    let systems: Vec<&System> =
        SYSTEMS.iter().copied().filter(|system| args.system == "all" || system.name == args.system).collect();
    if systems.is_empty() {
        let names: Vec<&str> = SYSTEMS.iter().map(|system| system.name).collect();
        bail!("--system {}: there is no such system; there are all, {}", args.system, names.join(", "));
    }
    if !args.out.is_dir() {
        bail!("--out {}: not a folder", args.out.display());
    }
    Ok((systems, options))
}

fn written(system: &System, options: &Options, folder: &Path, plain: bool) -> Result<Vec<PathBuf>> {
    let made = simulate::files(system, options).context("cannot simulate")?;
    let mut out = Vec::new();
    for (name, bytes) in made {
        if plain {
            out.push((folder.join(name), bytes));
        } else {
            let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
            encoder.write_all(&bytes)?;
            out.push((folder.join(format!("{name}.gz")), encoder.finish()?));
        }
    }
    files::write_whole(&out)?;
    Ok(out.into_iter().map(|(path, _)| path).collect())
}
