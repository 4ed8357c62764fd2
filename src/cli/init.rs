//! `nines init`: a first specification, from what there is.

use std::path::Path;

use anyhow::{Result, bail};

use super::args::{Global, InitArgs};
use super::settings;
use super::validate::counted;
use crate::app::proposal::{self, Surveyed, Wanted};
use crate::app::{World, files};
use crate::base::{Duration, Moment, Zone};
use crate::diag::{Diagnostics, Files, Style};
use crate::exit::Exit;
use crate::generate::{Commented, native};
use crate::plan::NoAnswer;
use crate::propose::{LeftOut, PRESETS, Preset, Proposal};
use crate::report::words;
use crate::source::Page;

/// What a service is called of which nothing is known but a page of its metrics.
const UNNAMED: &str = "my-service";

/// Where a source is given no time, it settles for so long.
const SETTLING: Duration = Duration::minutes(2);

pub(super) fn run(args: &InitArgs, global: &Global, world: &mut World<'_>) -> Exit {
    let surveyed = match told(args, global, world) {
        Ok(Ok(surveyed)) => surveyed,
        Ok(Err(exit)) => return exit,
        Err(error) => return world.refuse(&format!("{error:#}")),
    };
    let (surveyed, from) = surveyed;
    let unanswered = &surveyed.proposal.unanswered;
    if let Some(why) = unanswered.first() {
        let many = counted(unanswered.len(), "objective");
        world.say(&format!("error: the past of {many} could not be asked: {why}"));
    }
    if !global.quiet {
        for line in left_out(&surveyed.proposal.left) {
            world.say(&line);
        }
    }
    let exit = if unanswered.is_empty() { Exit::Passed } else { Exit::SourceFailed };
    if surveyed.proposal.services.is_empty() {
        // That nothing is left is then the source's fault.
        return if exit == Exit::Passed { world.refuse(&nothing(&surveyed, args)) } else { exit };
    }
    let text = match written(&surveyed.proposal, &from) {
        Ok(text) => text,
        Err(error) => return world.refuse(&format!("{error:#}")),
    };
    exit.and(deliver(args, &text, &surveyed, global, world))
}

/// What is proposed and from what, or the exit of a source that failed (already said).
fn told(
    args: &InitArgs,
    global: &Global,
    world: &mut World<'_>,
) -> Result<std::result::Result<(Surveyed, String), Exit>> {
    let window = args.window.as_deref().map(whole_days).transpose()?;
    let presets: Vec<&'static Preset> = PRESETS
        .into_iter()
        .filter(|preset| args.preset.is_empty() || args.preset.iter().any(|name| name == preset.name))
        .collect();
    if let Some(out) = args.out.as_deref().filter(|out| *out != Path::new("-")) {
        if out.exists() && !args.force {
            bail!("{} exists; give another --out, or --force to replace it", out.display());
        }
        files::probe(out)?;
    }
    let wanted = Wanted {
        presets,
        services: args.service.clone(),
        window,
        at: world.now,
        at_once: usize::from(args.source.concurrency),
        show_progress: global.shows_progress(world),
    };
    if let Some(path) = &args.metrics {
        return page(path, wanted, args, global, world).map(Ok);
    }
    let when = args.at.as_deref();
    let found = crate::app::waiting(async {
        let mut warnings = Vec::new();
        let opened = settings::open(&args.source, global, world, &mut warnings).await?;
        let asked = opened.into_source(args.source.record.as_deref())?;
        let info = asked.source().describe();
        let at = moment(when, info.data.map(|data| data.to), world.now)?;
        let surveyed = proposal::from_source(&Wanted { at, ..wanted }, asked.source()).await;
        warnings.extend(asked.faults());
        let history = surveyed.as_ref().ok().and_then(|surveyed| surveyed.proposal.history);
        let length = history.map(|history| words::duration(history.as_secs())).unwrap_or_default();
        let from = format!("the metrics of {} up to {at}, with {length} of history", info.url);
        Ok::<_, anyhow::Error>((surveyed, warnings, from))
    });
    let (surveyed, warnings, from) = match found {
        Ok(found) => found?,
        Err(exit) => return Ok(Err(exit)),
    };
    if !global.quiet {
        for warning in &warnings {
            world.say(&format!("warning: {warning}"));
        }
    }
    Ok(surveyed.map(|surveyed| (surveyed, from)).map_err(|why| source_failed(&why, world)))
}

fn source_failed(why: &NoAnswer, world: &mut World<'_>) -> Exit {
    world.say(&format!("error: cannot ask which metrics there are: {why}"));
    Exit::SourceFailed
}

/// The end of the past: that of files, or now.
fn moment(when: Option<&str>, end: Option<Moment>, now: Moment) -> Result<Moment> {
    let end = end.map(|end| end.floor(Duration::minutes(5)));
    match (when, end) {
        (None | Some("end"), Some(end)) => Ok(end),
        (None, None) => Ok((now - SETTLING).floor(Duration::minutes(1))),
        (Some("end"), None) => bail!("--at end: only local data has an end; give a time"),
        (Some(text), _) => settings::moment("--at", text, Zone::UTC),
    }
}

fn whole_days(text: &str) -> Result<Duration> {
    let length = settings::duration("--window", text)?;
    if length.as_millis() % Duration::days(1).as_millis() != 0 || length > Duration::days(365) {
        bail!("--window {text}: write whole days, 365d at most, such as 7d or 30d");
    }
    Ok(length)
}

/// Proposes from a page, whose series get the job of the service that is named.
fn page(
    path: &Path,
    mut wanted: Wanted,
    args: &InitArgs,
    global: &Global,
    world: &mut World<'_>,
) -> Result<(Surveyed, String)> {
    let (mut page, name) = if path == Path::new("-") {
        if global.no_input {
            bail!("--metrics - reads standard input, which --no-input forbids");
        }
        let bytes = files::input(world.input)?;
        (Page::from_bytes("standard input", bytes)?, "standard input".to_owned())
    } else {
        (Page::open(path)?, path.display().to_string())
    };
    let service = match &args.service[..] {
        [] => UNNAMED,
        [one] => {
            for (labels, _) in page.samples.iter_mut().filter(|(labels, _)| labels.get("job").is_none()) {
                *labels = labels.with("job", one);
            }
            one
        }
        _ => bail!("--service: a page of metrics is of one service; give one name"),
    };
    wanted.services.clear();
    Ok((proposal::from_page(&wanted, page, service), format!("the page of metrics {name}")))
}

/// The text of the file. It is read again, so that what is proposed is known to be valid.
fn written(proposal: &Proposal, from: &str) -> Result<String> {
    let how = match proposal.history {
        Some(_) => "Each objective is the highest that was met in at least 90 % of past windows:",
        None => "There is no past to take objectives from; each is the usual one:",
    };
    let mut above =
        vec![format!("Proposed by nines init from {from}."), format!("{how} a start, not yet a promise.")];
    let commented = proposal.services.iter().map(|proposed| {
        let mut above = std::mem::take(&mut above);
        if proposed.spec.service == UNNAMED {
            above.push(
                "Name the service, or give --service NAME, which also counts its job alone.".to_owned(),
            );
        }
        Commented { spec: &proposed.spec, above, slos: proposed.said.clone() }
    });
    let text = native(commented);
    let (mut known, mut faults) = (Files::new(), Diagnostics::new());
    known.add("proposal", text.clone());
    let read = crate::spec::read(&known, &mut faults);
    if !faults.is_empty() || read.len() != proposal.services.len() {
        bail!(
            "what was proposed is not valid; nothing was written\n{}",
            faults.to_text(&known, Style::default())
        );
    }
    Ok(text)
}

fn deliver(args: &InitArgs, text: &str, surveyed: &Surveyed, global: &Global, world: &mut World<'_>) -> Exit {
    let slos: usize = surveyed.proposal.services.iter().map(|proposed| proposed.spec.slos.len()).sum();
    let services = counted(surveyed.proposal.services.len(), "service");
    let told = format!(
        "proposed {} of {services}; looked at {}",
        counted(slos, "objective"),
        counted(surveyed.metrics, "metric"),
    );
    let out = args.out.as_deref().filter(|out| *out != Path::new("-"));
    let exit = match out {
        None => world.print(text.as_bytes()),
        Some(out) => match files::write_whole(&[(out.to_owned(), text.as_bytes().to_vec())]) {
            Ok(()) => Exit::Passed,
            Err(error) => {
                world.say(&format!("error: {error:#}"));
                Exit::Undelivered
            }
        },
    };
    if !global.quiet && exit == Exit::Passed {
        let wrote = out.map(|out| format!("; wrote {}", out.display())).unwrap_or_default();
        world.say(&(told + &wrote));
    }
    exit
}

/// A line for each reason, with the first of what it is about.
fn left_out(left: &[LeftOut]) -> Vec<String> {
    const SHOWN: usize = 6;
    let mut reasons: Vec<(&str, Vec<String>)> = Vec::new();
    for LeftOut { service, what, why } in left {
        let name = format!("{service}/{what}");
        match reasons.iter_mut().find(|(known, _)| known == why) {
            Some((_, names)) => names.push(name),
            None => reasons.push((why, vec![name])),
        }
    }
    let line = |(why, names): (&str, Vec<String>)| {
        let more = names.len().saturating_sub(SHOWN);
        let shown = names.iter().take(SHOWN).cloned().collect::<Vec<_>>().join(", ");
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        format!("left out, {why}: {shown}{more}")
    };
    reasons.into_iter().map(line).collect()
}

/// Why nothing is proposed.
fn nothing(surveyed: &Surveyed, args: &InitArgs) -> String {
    let missing = args.service.iter().find(|name| !surveyed.services.contains(name));
    match missing {
        Some(name) if !surveyed.services.is_empty() => {
            format!(
                "--service {name}: there is no such service; {}",
                settings::instead(name, &surveyed.services)
            )
        }
        _ if surveyed.metrics + surveyed.unread == 0 => {
            "there are no metrics in the week up to --at; give the time at which the data ends".to_owned()
        }
        _ => format!(
            "no objective can be proposed: of {} none tells good from bad in a way that {}",
            counted(surveyed.metrics, "metric"),
            if args.preset.is_empty() {
                "is known".to_owned()
            } else {
                format!("--preset {} knows", args.preset.join(" or "))
            }
        ),
    }
}
