//! Rendered bytes to where they go: all of them are made first, then files are written whole, then standard output.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};

use super::{World, files};
use crate::base::Zone;
use crate::exit::Exit;
use crate::render::{Renderer, Style, by_extension, by_name};
use crate::report::Report;

/// One output of a run.
#[derive(Clone, Copy)]
pub struct Format(pub &'static dyn Renderer);

/// Where an output goes, and in which format.
#[derive(Clone)]
pub struct Output {
    /// The format.
    pub format: Format,
    /// The path with its placeholders; nothing for standard output.
    pub path: Option<String>,
}

impl Output {
    /// Reads `FORMAT=PATH` or `PATH`; `-` is standard output.
    pub fn parse(text: &str) -> Result<Self> {
        let known =
            || crate::render::RENDERERS.iter().map(|renderer| renderer.name()).collect::<Vec<_>>().join(", ");
        let (format, path) = match text.split_once('=') {
            Some((name, path)) if !name.contains(['/', '.']) => {
                let Some(format) = by_name(name) else {
                    bail!("--output {text}: {name:?} is not a format; there are {}", known());
                };
                (Some(format), path)
            }
            _ => (None, text),
        };
        let path = (path != "-").then(|| path.to_owned());
        let format = match (format, &path) {
            (Some(format), _) => format,
            (None, None) => bail!("--output -: which format? write FORMAT=-, with one of {}", known()),
            (None, Some(path)) => {
                let ending = Path::new(path).extension().map(|ending| ending.to_string_lossy().into_owned());
                match ending.as_deref().and_then(by_extension) {
                    Some(format) => format,
                    None => bail!(
                        "--output {text}: no format has this ending; write FORMAT=PATH, with one of {}",
                        known()
                    ),
                }
            }
        };
        Ok(Self { format: Format(format), path })
    }
}

/// Fails where an output could not be written, before any long work.
pub fn probe(outputs: &[Output]) -> Result<()> {
    if outputs.iter().filter(|output| output.path.is_none()).count() > 1 {
        bail!("only one output can go to standard output");
    }
    let place = |path: &String| files::place(Path::new(path));
    for (i, output) in outputs.iter().enumerate() {
        if let Some(path) = output.path.as_ref().filter(|path| !files::is_special(Path::new(path)))
            && outputs
                .iter()
                .skip(i + 1)
                .filter_map(|other| other.path.as_ref())
                .any(|other| place(other) == place(path))
        {
            bail!("two outputs go to {path}; one would take the place of the other");
        }
    }
    for path in outputs.iter().filter_map(|output| output.path.as_deref()) {
        // What a placeholder stands for is known only later; the folder is not.
        if !path.contains('{') {
            files::probe(Path::new(path))?;
        } else if let Some(folder) =
            Path::new(path).parent().filter(|folder| !folder.to_string_lossy().contains('{'))
        {
            files::probe(&folder.join("probe"))?;
        }
    }
    Ok(())
}

/// Renders everything and puts it where it goes. The verdict's exit code stands; a failure here can only worsen it.
pub fn all(
    report: &Report,
    outputs: &[Output],
    style: &Style,
    world: &mut World<'_>,
) -> (Exit, Vec<PathBuf>) {
    match rendered(report, outputs, style).and_then(|(stdout, files)| {
        files::write_whole(&files)?;
        Ok((stdout, files.into_iter().map(|(path, _)| path).collect()))
    }) {
        Ok((stdout, written)) => {
            let printed = stdout.map_or(Exit::Passed, |bytes| world.print(&bytes));
            (report.exit().and(printed), written)
        }
        Err(error) => {
            world.say(&format!("error: {error:#}"));
            (report.exit().and(Exit::Undelivered), Vec::new())
        }
    }
}

/// What goes to standard output, and what goes into which file.
type Rendered = (Option<Vec<u8>>, Vec<(PathBuf, Vec<u8>)>);

fn rendered(report: &Report, outputs: &[Output], style: &Style) -> Result<Rendered> {
    let (mut stdout, mut files) = (None, Vec::new());
    for Output { format: Format(renderer), path } in outputs {
        let color = style.color && path.is_none();
        let style = Style { color, ..style.clone() };
        let bytes = renderer
            .render(report, &style)
            .with_context(|| format!("cannot render the report as {}", renderer.name()))?;
        match path {
            None => stdout = Some(bytes),
            Some(path) => files.push((filled(path, report, style.timezone)?, bytes)),
        }
    }
    Ok((stdout, files))
}

/// A path with its placeholders filled in: `{service}`, `{period}`, `{date}`.
fn filled(path: &str, report: &Report, zone: Zone) -> Result<PathBuf> {
    let mut services: Vec<&str> = report.slos.iter().map(|slo| slo.service.as_str()).collect();
    services.sort_unstable();
    services.dedup();
    let service = if let [only] = services[..] { only } else { "all" };
    let from = zone.format(report.evaluation.from, "%Y-%m-%d");
    // The last day of a half-open period is the one before its end.
    let last = report.evaluation.to - crate::base::Duration::millis(1);
    let period = format!("{from}_{}", zone.format(last, "%Y-%m-%d"));
    let date = zone.format(report.evaluation.at, "%Y-%m-%d");
    let name = path.replace("{service}", service).replace("{period}", &period).replace("{date}", &date);
    if name.contains('{') {
        bail!("{path}: only {{service}}, {{period}} and {{date}} are filled in");
    }
    Ok(PathBuf::from(name))
}
