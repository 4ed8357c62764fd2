//! What is promised of an indicator: a target over a window. One objective may hold several.

use super::defaults::Defaults;
use super::names::Names;
use super::{alerting, gate, window};
use crate::base::Share;
use crate::diag::Code;
use crate::slo::{Alerting, Gate, Window};
use crate::spec::decode::{At, Fields};
use crate::spec::values;

/// A target over a window, and what it has of its own.
pub(super) struct Promise<'a> {
    /// Where it stands: an objective, or an entry of its `objectives`.
    pub(super) at: At<'a>,
    /// What its name adds to the objective's, where it is one of several.
    pub(super) suffix: Option<String>,
    pub(super) description: Option<String>,
    pub(super) objective: Share,
    pub(super) window: Window,
    pub(super) alerting: Alerting,
    pub(super) gate: Option<Gate>,
    pub(super) line: usize,
}

impl<'a> Promise<'a> {
    /// Its name, or what it is known by among others.
    pub(super) fn name(&self) -> At<'a> {
        place(&self.at)
    }
}

/// What all promises of an objective have that do not say otherwise.
pub(super) struct Common {
    pub(super) description: Option<String>,
    pub(super) window: Option<Window>,
    pub(super) alerting: Alerting,
    pub(super) gate: Option<Gate>,
}

/// `objective` with its `window`, or `objectives`; and what they have in common. Their names are given to `names`.
pub(super) fn promises<'a>(
    f: &mut Fields<'a, '_>,
    name: Option<&str>,
    defaults: &Defaults<'a>,
    names: &Names<'a>,
    place: &At<'a>,
) -> Vec<Promise<'a>> {
    let description = f.optional("description", values::text);
    let alerting = f.optional("alerting", |at| alerting::alerting(at, &defaults.alerting));
    let gate = f.optional("gate", |at| gate::gate(at, defaults.gate.as_ref()));
    let common = |window: Option<Window>| Common {
        description: description.clone(),
        window,
        alerting: alerting.clone().unwrap_or_else(|| defaults.alerting.clone()),
        gate: gate.clone().or_else(|| defaults.gate.clone()),
    };
    let help = "write `objective: 99.9%`, or `objectives:` with one for each window";
    let found = f.one_of(&["objective", "objectives"], help);
    if let Some(("objectives", at)) = found {
        let window = f.optional("window", window::window).or(defaults.window);
        return several(&at, name, &common(window), names);
    }
    let span = place.node.get("name").map(|node| node.span);
    if let (Some(name), Some(span)) = (name, span) {
        names.give(name, span);
    }
    let window = f.required_unless(defaults.window, "window", "window: 30d", window::window);
    let objective = found.and_then(|(_, at)| Some((values::objective(&at)?, at.line())));
    let only = objective.zip(window).map(|((objective, line), window)| {
        let Common { description, alerting, gate, .. } = common(None);
        Promise { at: place.clone(), suffix: None, description, objective, window, alerting, gate, line }
    });
    only.into_iter().collect()
}

fn several<'a>(at: &At<'a>, name: Option<&str>, common: &Common, names: &Names<'a>) -> Vec<Promise<'a>> {
    if at.node.is_empty_list() {
        let fault = at.fault(Code::Empty, "the list of objectives is empty");
        at.say::<()>(fault.help("write at least one, with `objective` and `window`"));
    }
    let read = at.list(|at| {
        let promise = promise(at, common);
        if let Some(name) = name {
            // Even where it has a fault, others may refer to it.
            let window = || at.get("window").is_none().then_some(common.window).flatten();
            let suffix = promise.as_ref().and_then(|promise| promise.suffix.clone());
            match suffix.or_else(|| named(at)).or_else(|| window().map(of_window)) {
                Some(suffix) => names.give(&format!("{name}-{suffix}"), place(at).node.span),
                None => names.begin(format!("{name}-")),
            }
        }
        promise
    });
    read.unwrap_or_default()
}

fn promise<'a>(at: &At<'a>, common: &Common) -> Option<Promise<'a>> {
    let mut line = at.line();
    at.fields(|f| {
        let name = f.optional("name", values::name);
        let description = f.optional("description", values::text);
        let objective = f.required("objective", "objective: 99.9%", |at| {
            line = at.line();
            values::objective(at)
        });
        let window = f.required_unless(common.window, "window", "window: 30d", window::window);
        let alerting = f.optional("alerting", |at| alerting::alerting(at, &common.alerting));
        let gate = f.optional("gate", |at| gate::gate(at, common.gate.as_ref()));
        let window = window?;
        Some(Promise {
            at: at.clone(),
            suffix: Some(name.unwrap_or_else(|| of_window(window))),
            description: description.or_else(|| common.description.clone()),
            objective: objective?,
            window,
            alerting: alerting.unwrap_or_else(|| common.alerting.clone()),
            gate: gate.or_else(|| common.gate.clone()),
            line,
        })
    })
}

fn named(at: &At) -> Option<String> {
    Some(at.node.get("name")?.text()?.to_owned())
}

/// What stands for one of several objectives where it is told where its name is: its name, its window, or all of it.
fn place<'a>(at: &At<'a>) -> At<'a> {
    at.get("name").or_else(|| at.get("window")).unwrap_or_else(|| at.clone())
}

/// The name of an objective among others that have other windows: `30d`, `quarter`.
fn of_window(window: Window) -> String {
    match window {
        Window::Rolling(_) => window.to_string(),
        Window::Calendar { unit, .. } => unit.word().to_owned(),
    }
}
