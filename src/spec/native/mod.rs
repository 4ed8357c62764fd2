//! The native dialect, `apiVersion: nines/v1`. One file for each part of a specification; a reader asks for the fields
//! that its part has in the [`schema`], and a test holds that it does.

mod alert_rule;
mod alerting;
mod boards;
mod by;
mod defaults;
mod exclusion;
mod exclusions;
mod gate;
mod labels;
mod method;
mod names;
mod objective;
mod policy;
mod promise;
mod receivers;
pub mod schema;
mod service;
mod sla;
mod sli;
mod time;
mod window;

use super::decode::{self, At};
use super::document::{Document, Head};
use super::shared::Shared;
use super::vars::Vars;
use super::{Dialect, Reading};
use crate::diag::Diagnostics;
use crate::report::WrittenPolicy;
use crate::slo::{Boards, Receivers};

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
        head.api_version == Some(API_VERSION) && Beside::kind(head).is_none()
    }

    fn read(&self, documents: &[Document], faults: &mut Diagnostics) -> Vec<Reading> {
        documents.iter().map(|document| read(document, faults)).collect()
    }
}

/// What stands beside specifications, in documents of their own with a `kind`.
#[derive(Debug, Clone)]
pub enum Beside {
    /// Who is told of alerts.
    Receivers(Receivers),
    /// What is drawn of a service.
    Boards(Boards),
    /// What deploys need.
    Policy(Box<WrittenPolicy>),
    /// Time that does not count, for services that are named.
    Exclusions(Vec<Shared>),
}

impl Beside {
    /// The kind of a document that holds no specification.
    pub(super) fn kind(head: &Head) -> Option<&'static str> {
        let kind = head.kind.filter(|_| head.api_version == Some(API_VERSION))?;
        [receivers::KIND, boards::KIND, policy::KIND, exclusions::KIND]
            .into_iter()
            .find(|known| *known == kind)
    }

    /// Reads such a document; nothing where it holds a fault.
    pub(super) fn read(document: &Document, faults: &mut Diagnostics) -> Option<Self> {
        match Self::kind(&document.head())? {
            receivers::KIND => decode::read(document, faults, receivers::receivers).map(Self::Receivers),
            policy::KIND => {
                let file = document.files.name(document.file);
                let read = decode::read(document, faults, |at| policy::policy(at, file));
                read.map(|policy| Self::Policy(Box::new(policy)))
            }
            exclusions::KIND => {
                let file = document.files.name(document.file);
                decode::read(document, faults, |at| exclusions::exclusions(at, file)).map(Self::Exclusions)
            }
            _ => with_vars(document, faults, boards::boards).map(Self::Boards),
        }
    }
}

fn read(document: &Document, faults: &mut Diagnostics) -> Reading {
    with_vars(document, faults, |at| {
        let (specs, names) = service::service(at, document.files.name(document.file));
        Reading { place: document.place(), specs: specs.into_iter().collect(), names }
    })
}

/// Reads a document in whose texts variables are replaced.
fn with_vars<T>(document: &Document, faults: &mut Diagnostics, read: impl FnOnce(&At) -> T) -> T {
    decode::read(document, faults, |written| {
        let vars = written.get(VARS).filter(|at| !at.node.is_null());
        let vars = vars.and_then(|at| Vars::read(&at)).unwrap_or_default();
        written.filled_in(&vars.fill_in(written, VARS), |at| {
            let value = read(at);
            vars.say_unused(at);
            value
        })
    })
}
