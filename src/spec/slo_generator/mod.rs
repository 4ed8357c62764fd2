//! slo-generator's second version, with Prometheus behind it: `apiVersion: sre.google.com/v2`, and the configuration that
//! holds the error budget policies.
//!
//! Takes objectives and configurations of all files, since windows stand in the latter; gives a specification for each
//! objective. How each field is read stands in `docs/slo-generator.md`. Must not know the other dialects.

mod config;
mod prometheus;
mod slo;

use super::decode::{self, At};
use super::document::{Document, Head};
use super::{Dialect, Reading, vars};
use crate::diag::Diagnostics;
use config::Policies;

pub(super) struct SloGenerator;

const API_VERSION: &str = "sre.google.com/v2";

impl Dialect for SloGenerator {
    fn sign(&self) -> &'static str {
        "apiVersion: sre.google.com/v2"
    }

    fn claims(&self, head: &Head) -> bool {
        head.api_version == Some(API_VERSION) || is_configuration(head)
    }

    fn read(&self, documents: &[Document], faults: &mut Diagnostics) -> Vec<Reading> {
        let mut policies = Policies::default();
        let is_policy = |document: &&Document| is_configuration(&document.head());
        for document in documents.iter().filter(is_policy) {
            // Addresses and passwords may be in variables that are set elsewhere: they are not asked for.
            with_environment(document, faults, &["error_budget_policies"], |at| policies.read(at));
        }
        let objectives = documents.iter().filter(|document| !is_policy(document));
        let read = |document: &Document| {
            let file = document.files.name(document.file);
            let (specs, names) =
                with_environment(document, faults, &["metadata", "spec"], |at| slo::slo(at, &policies, file));
            Reading { place: document.place(), specs, names }
        };
        objectives.map(read).collect()
    }
}

/// Reads a document in which `${NAME}`, below some of its fields, is a variable of the environment.
fn with_environment<T>(
    document: &Document,
    faults: &mut Diagnostics,
    fields: &[&str],
    read: impl FnOnce(&At) -> T,
) -> T {
    decode::read(document, faults, |written| written.filled_in(&vars::environment(written, fields), read))
}

/// Whether a document is a configuration, which says so by its fields alone.
fn is_configuration(head: &Head) -> bool {
    head.api_version.is_none()
        && (head.has("error_budget_policies")
            || head.has("exporters") && (head.has("backends") || head.has("default_exporters")))
}
