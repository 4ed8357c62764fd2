//! An objective: an indicator and what is promised of it.

use super::by::By;
use super::defaults::Defaults;
use super::labels;
use super::method::Counting;
use super::names::Names;
use super::promise::{Promise, promises};
use super::sli::{self, Around};
use crate::diag::Code;
use crate::slo::{Method, Sli, Slo, Window};
use crate::spec::decode::At;
use crate::spec::lint::{self, Written};
use crate::spec::values;

/// An entry of `slos`: one objective, or several of one indicator.
pub(super) fn objectives<'a>(at: &At<'a>, defaults: &Defaults<'a>, names: &Names<'a>) -> Option<Vec<Slo>> {
    at.fields(|f| {
        let name = f.required("name", "name: availability", values::name);
        let own_labels = f.optional("labels", labels::labels);
        let promises = promises(f, name.as_deref(), defaults, names, at);
        let windows: Vec<Window> = promises.iter().map(|promise| promise.window).collect();
        let by_place = f.find("by");
        let by = by_place.as_ref().map_or_else(|| Some(defaults.by.clone().unwrap_or_default()), By::read);
        let by = by.unwrap_or_default();
        let method = match f.find("method") {
            Some(at) => Counting::read(&at).map(Counted::Own),
            None => defaults.method.clone().map(Counted::Default),
        };
        let around = Around { windows: &windows, by: &by.names(), names };
        let sli = f.required("sli", "sli: {events: {bad: …, total: …}}", |at| sli::sli(at, &around));
        let min_events = f.optional("min_events", values::whole_number).or(defaults.min_events);
        let min_coverage = f.optional("min_coverage", values::percentage).or(defaults.min_coverage);
        let (name, sli) = (name?, sli?);

        by.check(&sli);
        let composite = matches!(sli, Sli::Composite(_));
        if composite {
            names.composite(&name);
            for promise in &promises {
                names.composite(&full_name(&name, promise));
            }
        }
        if let Some(at) = by_place.filter(|_| composite && !by.names().is_empty()) {
            let fault = at.fault(Code::Misplaced, "a composite cannot be divided by labels");
            at.say::<()>(fault.help("divide its members"));
        }
        let slo = |promise: &Promise<'a>| Slo {
            labels: labels::over(&defaults.labels, own_labels.clone()),
            method: counted(method.as_ref(), &sli, promise.window),
            by: if composite { Vec::new() } else { by.names() },
            max_groups: by.limit(),
            min_events,
            min_coverage: min_coverage.unwrap_or_else(Slo::default_min_coverage),
            description: promise.description.clone(),
            alerting: promise.alerting.clone(),
            gate: promise.gate.clone(),
            line: Some(promise.line),
            ..Slo::new(full_name(&name, promise), promise.objective, promise.window, sli.clone())
        };
        let linted = |promise: Promise<'a>| {
            let slo = slo(&promise);
            lint::slo(&slo, &written(at, &promise));
            slo
        };
        Some(promises.into_iter().map(linted).collect())
    })
}

/// Where the parts of an objective stand: at its promise, or beside all of them. What comes from the defaults stands
/// nowhere.
fn written<'a>(at: &At<'a>, promise: &Promise<'a>) -> Written<'a> {
    let own = |name| promise.at.get(name).or_else(|| at.get(name));
    let within = |at: Option<At<'a>>, name| at.and_then(|at: At<'a>| at.get(name));
    let by = at.get("by");
    let sli = at.get("sli");
    let ratio = within(sli.clone(), "ratio");
    let slices = [within(sli, "slices"), ratio.clone(), within(at.get("method"), "timeslices")];
    Written {
        objective: own("objective"),
        window: own("window"),
        by: within(by.clone(), "labels").or(by),
        min_events: at.get("min_events"),
        min_coverage: at.get("min_coverage"),
        slice: slices.into_iter().find_map(|kind| within(kind, "slice")),
        ratio: within(ratio.clone(), "bad").or_else(|| within(ratio, "good")),
        alerts: within(promise.at.get("alerting"), "windows")
            .or_else(|| within(at.get("alerting"), "windows"))
            .map_or_else(Vec::new, |windows| windows.elements().collect()),
        ..Written::named(promise.name())
    }
}

fn full_name(name: &str, promise: &Promise) -> String {
    promise.suffix.as_ref().map_or_else(|| name.to_owned(), |suffix| format!("{name}-{suffix}"))
}

/// What the budget counts, and who says so.
enum Counted<'a> {
    Own(Counting<'a>),
    /// For objectives that count events alone.
    Default(Counting<'a>),
}

fn counted(method: Option<&Counted>, sli: &Sli, window: Window) -> Method {
    let counting = match method {
        Some(Counted::Own(counting)) => counting,
        Some(Counted::Default(counting)) if matches!(sli, Sli::Events(_) | Sli::Latency(_)) => counting,
        _ => return Method::default(),
    };
    if counting.fits(sli, &[window]) { counting.method } else { Method::default() }
}
