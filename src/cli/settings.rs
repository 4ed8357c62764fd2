//! From what was typed to what is meant. Variables that are no flags (`PROMETHEUS_URL`) are read here alone.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};

use super::args::{Color, FailOn, Global, PolicyArgs, React, SourceArgs, SpecArgs, TimeArgs};
use super::faults::told;
use super::validate::counted;
use crate::app::pipeline::When;
use crate::app::{ColorChoice, World, files, progress};
use crate::base::{CalendarUnit, Duration, Moment, Zone};
use crate::diag::{Diagnostics, Files, Style as FaultStyle};
use crate::plan::Period;
use crate::report::{Policy, Reaction};
use crate::slo::{Slo, Spec, Window};
use crate::source::LocalSource;
use crate::source::Source;
use crate::source::prometheus::{self, Address, Credentials, HttpConfig, PrometheusSource, Secret};
use crate::source::replay::{Recorder, Replay};
use crate::spec::{Beside, Environment};

impl From<Color> for ColorChoice {
    fn from(color: Color) -> Self {
        match color {
            Color::Auto => Self::Auto,
            Color::Always => Self::Always,
            Color::Never => Self::Never,
        }
    }
}

impl Global {
    /// When to colour: `--no-color` wins.
    pub(super) fn color(&self) -> ColorChoice {
        if self.no_color { ColorChoice::Never } else { self.color.into() }
    }

    /// Whether someone looks at standard error and wants to see progress there.
    pub(super) fn shows_progress(&self, world: &World<'_>) -> bool {
        world.err_is_terminal && !self.quiet && !self.no_progress
    }
}

/// Where specifications are looked for.
const DEFAULT_FOLDER: &str = "slo-specs";

/// Specifications read and selected.
pub(super) struct Read {
    pub(super) specs: Vec<Spec>,
    /// A hash of all texts that were read.
    pub(super) hash: String,
    /// What stands beside specifications, with the names of its files.
    pub(super) beside: Vec<(String, Beside)>,
}

/// Why there are no specifications to work with; already said.
pub(super) struct Refused;

/// Reads specifications from paths; faults are said, all at once.
pub(super) fn read(
    paths: &[PathBuf],
    global: &Global,
    world: &mut World<'_>,
) -> Result<(Read, Files, Diagnostics)> {
    read_in(None, paths, global, world)
}

/// As [`read`]; times of a calendar file that do not say in which zone they are are in `zone`.
fn read_in(
    zone: Option<Zone>,
    paths: &[PathBuf],
    global: &Global,
    world: &mut World<'_>,
) -> Result<(Read, Files, Diagnostics)> {
    let default = [PathBuf::from(DEFAULT_FOLDER)];
    let paths = if paths.is_empty() {
        if !default[0].exists() {
            bail!("no specifications: there is no folder slo-specs here; name files or folders with --file");
        }
        &default[..]
    } else {
        paths
    };
    if global.no_input && paths.iter().any(|path| path == Path::new("-")) {
        bail!("--file - reads standard input, which --no-input forbids");
    }
    let texts = files::specifications(paths, world.input)?;
    let mut hash = Fingerprint::default();
    let mut known = Files::new();
    for text in texts {
        hash.add(&text.bytes);
        known.add_bytes(text.name, text.bytes);
    }
    let mut faults = Diagnostics::new();
    let env = Environment(world.vars);
    let (specs, beside) = crate::spec::read_in_zone(&known, env, zone, &mut faults);
    let beside = beside.into_iter().map(|(file, beside)| (known.name(file).to_owned(), beside)).collect();
    Ok((Read { specs, hash: hash.hex(), beside }, known, faults))
}

/// Reads and selects; where that fails, the reason has been said.
pub(super) fn selected(args: &SpecArgs, global: &Global, world: &mut World<'_>) -> Result<Read, Refused> {
    selected_with(args, None, None, global, world)
}

/// As [`selected`], with another file to read beside the specifications, and the zone of times that do not say theirs.
pub(super) fn selected_with<'p>(
    args: &'p SpecArgs,
    more: impl IntoIterator<Item = &'p PathBuf>,
    zone: Option<Zone>,
    global: &Global,
    world: &mut World<'_>,
) -> Result<Read, Refused> {
    let mut paths = args.file.clone();
    for path in more.into_iter().chain(&args.exclusions) {
        if paths.is_empty() {
            paths.push(PathBuf::from(DEFAULT_FOLDER));
        }
        paths.push(path.clone());
    }
    let refuse = |world: &mut World<'_>, why: String| {
        world.refuse(&why);
        Refused
    };
    let (Read { specs, hash, beside }, known, faults) =
        read_in(zone, &paths, global, world).map_err(|error| refuse(world, format!("{error:#}")))?;
    if faults.has_errors() || (!faults.is_empty() && global.verbose > 0) {
        let style = FaultStyle { color: world.color_err(global.color()) };
        world.say(&told(&faults, &known, "", style, global));
    } else if !faults.is_empty() && !global.quiet {
        // Told in full every time, they would hide what was asked for.
        let warnings = counted(faults.len(), "warning");
        world.say(&format!("{warnings} about the specifications, told by nines validate"));
    }
    if faults.has_errors() {
        return Err(Refused);
    }
    let holds = |path: &PathBuf| {
        let name = if path == Path::new("-") { "<stdin>".to_owned() } else { path.display().to_string() };
        beside.iter().any(|(file, beside)| *file == name && matches!(beside, Beside::Exclusions(_)))
    };
    if let Some(path) = args.exclusions.iter().find(|path| !holds(path)) {
        let why = "holds no document of `kind: Exclusions`, and is no calendar";
        return Err(refuse(world, format!("--exclusions {}: {why}", path.display())));
    }
    let selected = select(specs, args).map_err(|error| refuse(world, format!("{error:#}")))?;
    Ok(Read { specs: selected, hash, beside })
}

fn select(mut specs: Vec<Spec>, args: &SpecArgs) -> Result<Vec<Spec>> {
    if specs.is_empty() {
        bail!(
            "no objective: what was read holds none (alert windows, say, are for objectives read beside them)"
        );
    }
    let conditions = args.selector.as_deref().map(label_conditions).transpose()?.unwrap_or_default();
    let services: Vec<String> = specs.iter().map(|spec| spec.service.clone()).collect();
    if let Some(wanted) = args.service.iter().find(|wanted| !services.contains(wanted)) {
        bail!("--service {wanted}: there is no such service; {}", instead(wanted, &services));
    }
    let is_named = |wanted: &str, spec: &Spec, slo: &Slo| wanted == slo.name || wanted == spec.id(slo);
    let all = || specs.iter().flat_map(|spec| spec.slos.iter().map(move |slo| (spec, slo)));
    if let Some(wanted) = args.slo.iter().find(|wanted| !all().any(|(spec, slo)| is_named(wanted, spec, slo)))
    {
        // A bare name is meant as one.
        let named =
            |(spec, slo): (&Spec, &Slo)| if wanted.contains('/') { spec.id(slo) } else { slo.name.clone() };
        let names: Vec<String> = all().map(named).collect();
        bail!("--slo {wanted}: there is no such objective; {}", instead(wanted, &names));
    }
    specs.retain(|spec| args.service.is_empty() || args.service.contains(&spec.service));
    for spec in &mut specs {
        let (slos, unselected) = std::mem::take(&mut spec.slos).into_iter().partition(|slo| {
            let labels = spec.labels_of(slo);
            let value = |name: &str| labels.get(name).map(String::as_str).unwrap_or_default();
            conditions.iter().all(|(name, equal, wanted)| (value(name) == wanted) == *equal)
                && (args.slo.is_empty() || args.slo.iter().any(|wanted| is_named(wanted, spec, slo)))
        });
        (spec.slos, spec.unselected) = (slos, unselected);
    }
    specs.retain(|spec| !spec.slos.is_empty());
    if specs.is_empty() {
        bail!("no objective is selected; --selector, --service and --slo together leave nothing");
    }
    Ok(specs)
}

/// What can be written in place of a name that is not there: the one that was probably meant, or those there are.
pub(super) fn instead(wanted: &str, known: &[String]) -> String {
    const SHOWN: usize = 12;
    let mut known: Vec<&str> = known.iter().map(String::as_str).collect();
    known.sort_unstable();
    known.dedup();
    if let Some(meant) = crate::base::nearest(wanted, known.iter().copied()) {
        return format!("did you mean {meant}?");
    }
    let more = known.len().saturating_sub(SHOWN);
    known.truncate(SHOWN);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    format!("there are {}{more}", known.join(", "))
}

/// `team=pay,tier!=3` as names, whether the value must be equal, and values.
fn label_conditions(text: &str) -> Result<Vec<(String, bool, String)>> {
    let parse = |part: &str| {
        let (name, equal, value) = match part.split_once("!=") {
            Some((name, value)) => (name, false, value),
            None => match part.split_once('=') {
                Some((name, value)) => (name, true, value),
                None => {
                    bail!("--selector {text}: {part:?} is not a condition; write name=value or name!=value")
                }
            },
        };
        Ok((name.trim().to_owned(), equal, value.trim().to_owned()))
    };
    text.split(',').map(parse).collect()
}

/// Times as they are meant.
pub(super) struct Times {
    pub(super) when: When,
    pub(super) period: Period,
    pub(super) zone: Option<Zone>,
    pub(super) step: Option<Duration>,
}

pub(super) fn times(args: &TimeArgs, now: Moment) -> Result<Times> {
    let zone: Option<Zone> = args
        .timezone
        .as_deref()
        .map(|name| name.parse().map_err(|error: String| anyhow::anyhow!("--timezone: {error}")))
        .transpose()?;
    let in_zone = zone.unwrap_or(Zone::UTC);
    let when = when(args.at.as_deref(), now, in_zone)?;
    let reference = if let When::At(at) = when { at } else { now };
    let period = match (&args.from, &args.to, &args.window, &args.period) {
        (Some(from), Some(to), ..) => Period::parse(&format!("{from}/{to}"), reference, in_zone)
            .with_context(|| format!("--from {from} --to {to}"))?,
        (_, _, Some(window), _) => Period::Window(self::window(window, in_zone)?),
        (_, _, _, Some(period)) => Period::parse(period, reference, in_zone).context("--period")?,
        _ => Period::Own,
    };
    let step = args.step.as_deref().map(|text| duration("--step", text)).transpose()?;
    if step.is_some_and(|step| step < Duration::seconds(1)) {
        bail!("--step: buckets are at least a second long");
    }
    Ok(Times { when, period, zone, step })
}

/// The moment that `--at` means.
pub(super) fn when(at: Option<&str>, now: Moment, zone: Zone) -> Result<When> {
    Ok(match at {
        None => When::Settled,
        Some("end") => When::EndOfData,
        Some("now") => When::At(now),
        Some(text) => When::At(moment("--at", text, zone)?),
    })
}

fn window(text: &str, zone: Zone) -> Result<Window> {
    if let Some(word) = text.strip_prefix("calendar:") {
        let Some((_, unit)) = CalendarUnit::ALL.into_iter().find(|(name, _)| *name == word) else {
            let words = CalendarUnit::ALL.map(|(word, _)| word).join(", ");
            bail!("--window {text}: {word:?} is not a calendar unit; there are {words}");
        };
        return Ok(Window::Calendar { unit, zone });
    }
    let length = duration("--window", text)?;
    if length < Duration::minutes(1) {
        bail!("--window {text}: a window is at least a minute long");
    }
    Ok(Window::Rolling(length))
}

pub(super) fn duration(flag: &str, text: &str) -> Result<Duration> {
    let length: Duration = text.parse().with_context(|| format!("{flag} {text}"))?;
    if length <= Duration::ZERO {
        bail!("{flag} {text}: expected more than no time");
    }
    Ok(length)
}

pub(super) fn moment(flag: &str, text: &str, zone: Zone) -> Result<Moment> {
    zone.moment(text).with_context(|| format!("{flag} {text}: {}", crate::base::MomentError))
}

pub(super) fn policy(args: &PolicyArgs) -> Policy {
    let reaction = |react| match react {
        React::Fail => Reaction::Fail,
        React::Warn => Reaction::Warn,
        React::Pass => Reaction::Pass,
    };
    Policy {
        breach_passes: args.exit_zero || args.fail_on == FailOn::Never,
        on_no_data: args.on_no_data.map(reaction),
        on_error: args.on_error.map(reaction),
        environment: args.written.environment.clone(),
        ..Policy::default()
    }
}

/// Where answers come from.
pub(super) enum Opened {
    Local(LocalSource),
    Server(PrometheusSource),
    Replay(Replay),
}

/// Opens the source that is meant. Nothing is assumed: without one there is nothing to judge.
pub(super) async fn open(
    args: &SourceArgs,
    global: &Global,
    world: &World<'_>,
    warnings: &mut Vec<String>,
) -> Result<Opened> {
    if let Some(folder) = &args.offline {
        return Ok(Opened::Replay(Replay::open(folder)?));
    }
    if !args.data.is_empty() {
        let params = args.engine.params()?;
        let source = local(&args.data, global.shows_progress(world), warnings)?;
        return Ok(Opened::Local(source.with_params(params)));
    }
    let variable = || (world.vars)("PROMETHEUS_URL").filter(|url| !url.is_empty());
    let Some(url) = args.prometheus_url.clone().or_else(variable) else {
        bail!(
            "no source: give --prometheus-url URL, or --data PATH for files (such as --data fixtures/data)"
        );
    };
    let address: Address = url.parse()?;
    let mut settings = prometheus::Settings::new(address);
    settings.timeout = duration("--timeout", &args.timeout)?;
    settings.retries = args.retries;
    settings.concurrency = usize::from(args.concurrency);
    if let Some(path) = &args.http_config {
        let folder = path.parent().unwrap_or(Path::new("."));
        HttpConfig::parse(&files::read_text(path)?)
            .and_then(|config| config.apply(&mut settings, folder))
            .with_context(|| format!("--http-config {}", path.display()))?;
    }
    if let Some(path) = &args.bearer_token_file {
        settings.credentials = Some(Credentials::bearer_file(path));
    }
    if let (Some(user), Some(path)) = (&args.user, &args.password_file) {
        let password =
            Secret::new(files::read_text(path).context("--password-file")?.trim_end_matches(['\r', '\n']));
        settings.credentials = Some(Credentials::Basic { user: user.clone(), password });
    }
    for header in &args.header {
        settings.headers.push(header_of(header).with_context(|| "--header: expected `Name: value`")?);
    }
    if let Some(path) = &args.header_file {
        for (number, line) in files::read_text(path)?.lines().enumerate() {
            let line = line.trim();
            if !line.is_empty() && !line.starts_with('#') {
                let place = || format!("{}:{}: expected `Name: value`", path.display(), number + 1);
                settings.headers.push(header_of(line).with_context(place)?);
            }
        }
    }
    if let Some(path) = &args.ca_file {
        settings.tls.ca_file = Some(path.clone());
    }
    Ok(Opened::Server(prometheus::open(settings).await?))
}

/// Opens local data, with a sign of life where it may take a while.
pub(super) fn local(
    paths: &[PathBuf],
    show_progress: bool,
    warnings: &mut Vec<String>,
) -> Result<LocalSource> {
    let opening = progress::spinner("opening", show_progress);
    let source = LocalSource::open(paths, warnings);
    opening.finish_and_clear();
    source
}

fn header_of(line: &str) -> Option<(String, Secret)> {
    let (name, value) = line.split_once(':')?;
    Some((name.trim().to_owned(), Secret::new(value.trim())))
}

/// A source, recorded where that is asked for.
pub(super) enum Asked {
    Plain(Box<dyn Source>),
    Recorded(Recorder),
}

impl Opened {
    pub(super) fn into_source(self, record: Option<&Path>) -> Result<Asked> {
        let source: Box<dyn Source> = match self {
            Self::Local(source) => Box::new(source),
            Self::Server(source) => Box::new(source),
            Self::Replay(source) => Box::new(source),
        };
        Ok(match record {
            Some(folder) => Asked::Recorded(Recorder::new(source, folder)?),
            None => Asked::Plain(source),
        })
    }
}

impl Asked {
    pub(super) fn source(&self) -> &dyn Source {
        match self {
            Self::Plain(source) => source.as_ref(),
            Self::Recorded(recorder) => recorder,
        }
    }

    /// What could not be recorded.
    pub(super) fn faults(&self) -> Vec<String> {
        match self {
            Self::Plain(_) => Vec::new(),
            Self::Recorded(recorder) => recorder.faults(),
        }
    }
}

/// SHA-256 over the texts of all specifications, in the order read.
#[derive(Default)]
struct Fingerprint(sha2::Sha256);

impl Fingerprint {
    fn add(&mut self, text: &[u8]) {
        use sha2::Digest as _;
        self.0.update(text);
    }

    fn hex(self) -> String {
        use sha2::Digest as _;
        use std::fmt::Write as _;
        self.0.finalize().iter().fold("sha256:".to_owned(), |mut hex, byte| {
            let _ = write!(hex, "{byte:02x}");
            hex
        })
    }
}
