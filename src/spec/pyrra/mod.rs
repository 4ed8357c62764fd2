//! Pyrra's dialect: `apiVersion: pyrra.dev/v1alpha1`, `kind: ServiceLevelObjective`.
//!
//! An object is one objective. Its service is the object's namespace, which with its name makes it unique in a cluster;
//! without one it is the name itself. Labels and annotations whose names begin with `pyrra.dev/` are handed on, as Pyrra
//! does. What only shapes Pyrra's rules (the names of alerts about absence) changes nothing but rules that are to be
//! as Pyrra's; `ruleOutput` is accepted and changes nothing.

mod alerting;
mod indicator;

use super::decode::{self, At, Fields};
use super::document::{Document, Head};
use super::foreign::{self, Metadata};
use super::lint::{self, Written};
use super::node::Node;
use super::{Declared, Dialect, Reading, values};
use crate::diag::{Code, Diagnostics, quote};
use crate::slo::{Origin, PyrraOrigin, Slo, Spec, Window};
use alerting::Told;
use indicator::Measured;

pub(super) struct Pyrra;

const API_VERSION: &str = "pyrra.dev/v1alpha1";
const KIND: &str = "ServiceLevelObjective";

/// Before the names of labels and annotations that are handed on.
const PREFIX: &str = "pyrra.dev/";

impl Dialect for Pyrra {
    fn sign(&self) -> &'static str {
        "apiVersion: pyrra.dev/v1alpha1"
    }

    fn claims(&self, head: &Head) -> bool {
        head.api_version == Some(API_VERSION)
    }

    fn read(&self, documents: &[Document], faults: &mut Diagnostics) -> Vec<Reading> {
        let read = |document: &Document| {
            decode::read(document, faults, |at| {
                let mut names = Vec::new();
                let spec = at.fields(|f| object(f, document.files.name(document.file), &mut names));
                Reading { place: document.place(), specs: spec.into_iter().collect(), names }
            })
        };
        documents.iter().map(read).collect()
    }
}

fn object(f: &mut Fields, file: &str, names: &mut Vec<Declared>) -> Option<Spec> {
    f.required("apiVersion", "apiVersion: pyrra.dev/v1alpha1", values::text);
    f.required("kind", "kind: ServiceLevelObjective", |at| {
        let kind = at.text()?;
        if kind == KIND {
            return Some(());
        }
        let fault = at.fault(Code::UnknownWord, format!("{} is not a kind that is read", quote(kind)));
        at.say(fault.help(format!("write `{KIND}`")))
    });
    f.find("status");
    let metadata = f.required("metadata", "metadata: {name: api-errors, namespace: shop}", |at| {
        let metadata = Metadata::read(at, Some(PREFIX))?;
        let Some(name) = &metadata.name else {
            let missing = at.node.get("name").is_none_or(Node::is_null);
            let fault =
                at.fault(Code::MissingField, "the object has no name").help("write `name: api-errors`");
            return if missing { at.say(fault) } else { None };
        };
        let id = format!("{}/{name}", metadata.namespace.as_ref().unwrap_or(name));
        names.extend(at.node.get("name").map(|node| Declared { id, span: node.span }));
        Some(metadata)
    });
    let slo = f.required("spec", "spec: {target: \"99\", window: 4w, indicator: …}", slo);
    let (Metadata { name, namespace, labels, annotations }, mut slo) = (metadata?, slo?);
    let name = name?;
    slo.alerting.annotations = annotations;
    let service = namespace.unwrap_or_else(|| name.clone());
    Some(Spec { labels, slos: vec![Slo { name, ..slo }], ..Spec::new(service, file) })
}

/// Where the parts of an objective stand.
fn written<'a>(at: &At<'a>) -> Written<'a> {
    let kinds = at.get("indicator").into_iter().flat_map(|at| {
        ["ratio", "latency", "latencyNative", "bool_gauge"].into_iter().filter_map(move |kind| at.get(kind))
    });
    Written {
        objective: at.get("target"),
        window: at.get("window"),
        by: kinds.into_iter().find_map(|kind| kind.get("grouping")),
        ..Written::named(at.get("target").unwrap_or_else(|| at.clone()))
    }
}

/// The objective, but for its name.
fn slo(at: &At) -> Option<Slo> {
    at.fields(|f| {
        let description = f.optional("description", foreign::prose);
        let mut line = None;
        let objective = f.required("target", "target: \"99.9\"", |at| {
            line = Some(at.line());
            foreign::objective(at)
        });
        let window = f.required("window", "window: 4w", values::window_length);
        let indicator = f.required("indicator", "indicator: {ratio: {…}}", indicator::read);
        let alerting = match f.find("alerting") {
            Some(at) => alerting::read(&at),
            None => Some(alerting::usual()),
        };
        f.optional("partial_response_strategy", |at| {
            foreign::prose(at)?;
            values::one_of(at, &[("abort", ()), ("warn", ())])
        });
        let summed = f.optional("performanceOverAccuracy", values::truth).unwrap_or_default();
        f.find("ruleOutput");
        let (window, Measured { sli, by, written: indicator }) = (window?, indicator?);
        let Told { mut alerting, absent_name, absent_severity, severities } = alerting?;
        alerting.windows = alerting::windows(window);
        let origin = PyrraOrigin { indicator, absent_name, absent_severity, severities, summed };
        let origin = Some(Origin::Pyrra(origin));
        let slo = Slo::new(String::new(), objective?, Window::Rolling(window), sli);
        let slo = Slo { description, by, alerting, line, origin, ..slo };
        lint::slo(&slo, &written(at));
        Some(slo)
    })
}
