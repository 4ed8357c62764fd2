//! `nines data`: what data there is in files.

use anyhow::Result;

use super::args::{DataArgs, DataFormat, Global};
use super::settings;
use crate::app::{World, progress};
use crate::base::Zone;
use crate::exit::Exit;
use crate::render::{self, Style};

pub(super) fn run(args: &DataArgs, global: &Global, world: &mut World<'_>) -> Exit {
    match told(args, global.shows_progress(world)) {
        Ok(text) => world.print(text.as_bytes()),
        Err(error) => world.refuse(&format!("{error:#}")),
    }
}

fn told(args: &DataArgs, show_progress: bool) -> Result<String> {
    let timezone: Zone = match &args.timezone {
        Some(name) => name.parse().map_err(|error: String| anyhow::anyhow!("--timezone: {error}"))?,
        None => Zone::UTC,
    };
    let mut warnings = Vec::new();
    let source = settings::local(&args.paths, show_progress, &mut warnings)?;
    let bar = progress::bar(0, show_progress);
    bar.set_message("reading");
    let inventory = source.inventory(args.top, warnings, |done, all| {
        bar.set_length(all as u64);
        bar.set_position(done as u64);
    })?;
    bar.finish_and_clear();
    Ok(match args.format {
        DataFormat::Terminal => render::inventory(&inventory, &Style { timezone, ..Style::default() }),
        DataFormat::Json => format!("{}\n", serde_json::to_string_pretty(&inventory)?),
    })
}
