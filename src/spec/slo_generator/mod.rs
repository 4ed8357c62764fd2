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
use super::{Dialect, Reading};
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
        decode::read_all(documents, faults, |roots| {
            let all = || documents.iter().zip(roots);
            let configurations: Vec<&At> =
                all().filter(|(document, _)| is_configuration(&document.head())).map(|(_, at)| at).collect();
            let policies = Policies::read(&configurations);
            let objectives = all().filter(|(document, _)| !is_configuration(&document.head()));
            objectives
                .map(|(document, at)| {
                    let (specs, names) = slo::slo(at, &policies, document.files.name(document.file));
                    Reading { place: document.place(), specs, names }
                })
                .collect()
        })
    }
}

/// Whether a document is a configuration, which says so by its fields alone.
fn is_configuration(head: &Head) -> bool {
    head.api_version.is_none()
        && (head.has("error_budget_policies")
            || head.has("exporters") && (head.has("backends") || head.has("default_exporters")))
}
