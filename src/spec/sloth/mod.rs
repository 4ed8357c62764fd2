//! Sloth's dialects: `version: prometheus/v1`, the same as a Kubernetes object (`kind: PrometheusServiceLevel`), and the
//! alert windows that hold for both (`kind: AlertWindows`).
//!
//! Sloth does not say in a specification over which time it is promised: a flag does, or 30 days. Here it is the period
//! of the alert windows that are read beside it, or 30 days. Fields are checked as everywhere here: what Sloth would pass
//! over in silence (`page_alerts:`) is a fault. To add a plugin for indicators: its row in [`plugins`].

mod chain;
mod plugins;
mod service;
mod sli;
mod step;
mod template;
mod windows;
mod words;

use super::decode::{self, At};
use super::document::{Document, Head};
use super::foreign::Metadata;
use super::{Dialect, Reading, values};
use crate::diag::{Code, Diagnostics, quote};
use crate::slo::{BurnRule, Spec};
use service::Around;
use windows::{Catalogue, Choice};

pub(super) struct Sloth;

const VERSION: &str = "prometheus/v1";
const API_VERSION: &str = "sloth.slok.dev/v1";
const SERVICE_LEVEL: &str = "PrometheusServiceLevel";
const ALERT_WINDOWS: &str = "AlertWindows";

impl Dialect for Sloth {
    fn sign(&self) -> &'static str {
        "version: prometheus/v1"
    }

    fn claims(&self, head: &Head) -> bool {
        head.api_version == Some(API_VERSION) || head.text("version") == Some(VERSION)
    }

    fn read(&self, documents: &[Document], faults: &mut Diagnostics) -> Vec<Reading> {
        let (windows, services): (Vec<&Document>, Vec<&Document>) =
            documents.iter().partition(|document| document.head().kind == Some(ALERT_WINDOWS));
        let mut choice = Choice::default();
        let mut readings: Vec<Reading> = Vec::new();
        for document in windows {
            decode::read(document, faults, |at| choice.add(at, windows::read(at)));
            readings.push(Reading { place: document.place(), specs: Vec::new(), names: Vec::new() });
        }
        let catalogue = if services.is_empty() { Catalogue::default() } else { choice.made(faults) };
        readings.extend(services.into_iter().map(|document| read(document, &catalogue, faults)));
        readings
    }
}

/// The alerts of a document of alert windows; nothing where it is none.
pub(super) fn alert_windows(document: &Document, faults: &mut Diagnostics) -> Option<Vec<BurnRule>> {
    let claimed = document.head().kind == Some(ALERT_WINDOWS);
    let read = || decode::read(document, faults, windows::read);
    claimed.then(read).flatten().map(|(catalogue, _)| catalogue.rules)
}

fn read(document: &Document, catalogue: &Catalogue, faults: &mut Diagnostics) -> Reading {
    decode::read(document, faults, |at| {
        let mut around = Around { catalogue, words: &words::PLAIN, dialect: VERSION, names: Vec::new() };
        let file = document.files.name(document.file);
        let spec = match document.head().api_version {
            Some(_) => object(at, file, &mut around),
            None => at.fields(|f| {
                f.required("version", "version: prometheus/v1", values::text);
                service::fields(f, file, &mut around)
            }),
        };
        Reading { place: document.place(), specs: spec.into_iter().collect(), names: around.names }
    })
}

/// `kind: PrometheusServiceLevel`.
fn object(at: &At, file: &str, around: &mut Around) -> Option<Spec> {
    (around.words, around.dialect) = (&words::KUBERNETES, API_VERSION);
    at.fields(|f| {
        f.required("apiVersion", "apiVersion: sloth.slok.dev/v1", values::text);
        f.required("kind", "kind: PrometheusServiceLevel", |at| {
            let kind = at.text()?;
            if kind == SERVICE_LEVEL {
                return Some(());
            }
            let fault = at.fault(Code::UnknownWord, format!("{} is not a kind that is read", quote(kind)));
            at.say(fault.help(format!("write `{SERVICE_LEVEL}`, or `{ALERT_WINDOWS}` for alert windows")))
        });
        f.optional("metadata", |at| Metadata::read(at, None));
        f.find("status");
        f.required("spec", "spec:", |at| at.fields(|f| service::fields(f, file, around)))
    })
}
