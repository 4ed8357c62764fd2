//! The native dialect, `apiVersion: nines/v1`. One file for each part of a specification; a reader asks for the fields
//! that its part has in the [`schema`], and a test holds that it does.

mod alert_rule;
mod alerting;
mod by;
mod defaults;
mod exclusion;
mod gate;
mod labels;
mod method;
mod names;
mod objective;
mod promise;
pub mod schema;
mod service;
mod sla;
mod sli;
mod time;
mod window;

use super::decode;
use super::document::{Document, Head};
use super::vars::Vars;
use super::{Dialect, Reading};
use crate::diag::Diagnostics;

pub(super) struct Native;

/// What `apiVersion` says in this dialect.
pub(super) const API_VERSION: &str = "nines/v1";

/// The field in which the variables stand.
const VARS: &str = "vars";

impl Dialect for Native {
    fn sign(&self) -> &'static str {
        "apiVersion: nines/v1"
    }

    fn asks_for_descriptions(&self) -> bool {
        true
    }

    fn claims(&self, head: &Head) -> bool {
        head.api_version == Some(API_VERSION)
    }

    fn read(&self, documents: &[Document], faults: &mut Diagnostics) -> Vec<Reading> {
        documents.iter().map(|document| read(document, faults)).collect()
    }
}

fn read(document: &Document, faults: &mut Diagnostics) -> Reading {
    decode::read(document, faults, |written| {
        let vars = written.get(VARS).filter(|at| !at.node.is_null());
        let vars = vars.and_then(|at| Vars::read(&at)).unwrap_or_default();
        written.filled_in(&vars.fill_in(written, VARS), |at| {
            let (specs, names) = service::service(at, document.files.name(document.file));
            vars.say_unused(at);
            Reading { place: document.place(), specs: specs.into_iter().collect(), names }
        })
    })
}
