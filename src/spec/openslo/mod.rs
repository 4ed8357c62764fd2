//! OpenSLO: `openslo/v1`, `openslo.com/v2alpha` and `openslo/v1alpha`.
//!
//! Takes the documents of one version, of all files, since one names another; gives a specification for each document of
//! kind `SLO`, with an objective for each of its objectives. How each field is read, and what is decided where OpenSLO
//! leaves it open, stands in `docs/openslo.md`. Must not know the other dialects.
//!
//! The versions share their kinds and differ in names of fields; what `v1alpha` has of its own is in [`v1alpha`].

mod alerts;
mod indicator;
mod measure;
mod metadata;
mod objective;
mod objects;
mod queries;
mod slo;
mod source;
mod v1alpha;
mod window;

use super::decode::{self, At};
use super::document::{Document, Head};
use super::{Declared, Dialect, Reading};
use crate::diag::Diagnostics;
use crate::slo::Spec;
use objects::{Kind, Objects};

/// One version of OpenSLO.
pub(super) struct OpenSlo(pub(super) Version);

/// A version that is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Version {
    V1,
    V2Alpha,
    V1Alpha,
}

impl Version {
    fn api(self) -> &'static str {
        match self {
            Self::V1 => "openslo/v1",
            Self::V2Alpha => "openslo.com/v2alpha",
            Self::V1Alpha => "openslo/v1alpha",
        }
    }

    /// The fields of an indicator that is written out, and of one that is named.
    fn indicator(self) -> [&'static str; 2] {
        match self {
            Self::V2Alpha => ["sli", "sliRef"],
            Self::V1 | Self::V1Alpha => ["indicator", "indicatorRef"],
        }
    }
}

/// What is the same for all documents of a run.
struct Run<'r, 'a> {
    version: Version,
    objects: &'r Objects<'a>,
}

impl Dialect for OpenSlo {
    fn sign(&self) -> &'static str {
        match self.0 {
            Version::V1 => "apiVersion: openslo/v1",
            Version::V2Alpha => "apiVersion: openslo.com/v2alpha",
            Version::V1Alpha => "apiVersion: openslo/v1alpha",
        }
    }

    fn claims(&self, head: &Head) -> bool {
        head.api_version == Some(self.0.api())
    }

    fn read(&self, documents: &[Document], faults: &mut Diagnostics) -> Vec<Reading> {
        decode::read_all(documents, faults, |roots| {
            let objects = Objects::of(roots);
            let run = Run { version: self.0, objects: &objects };
            let read = |(document, root): (&Document, &At)| {
                let file = document.files.name(document.file);
                let (specs, names) = run.document(root, file);
                Reading { place: document.place(), specs, names }
            };
            documents.iter().zip(roots).map(read).collect()
        })
    }
}

impl<'a> Run<'_, 'a> {
    /// Reads a document of any kind. Those that others name are read here too, so that their faults are said whether
    /// they are named or not.
    fn document(&self, at: &At<'a>, file: &str) -> (Vec<Spec>, Vec<Declared>) {
        let read = match objects::kind(at, self.version) {
            Some(Kind::Slo) => return slo::slo(at, self, file),
            Some(Kind::Sli) => indicator::object(at, self).map(drop),
            Some(Kind::Service) => slo::service(at).map(drop),
            Some(Kind::DataSource) => source::object(at).map(drop),
            Some(Kind::AlertPolicy) => alerts::policy(at, self).map(drop),
            Some(Kind::AlertCondition) => alerts::condition(at, self.version).map(drop),
            Some(Kind::AlertNotificationTarget) => alerts::target(at),
            None => None,
        };
        // What others name was read for its faults alone.
        let _: Option<()> = read;
        (Vec::new(), Vec::new())
    }
}
