//! Text to specifications, with every fault at once.
//!
//! Takes [`Files`], gives [`Spec`]s and [`Diagnostics`] that point at the characters at fault. Must not know what a
//! specification is used for. Every dialect ends in the same [`Spec`]. To add one: its file here that implements [`Dialect`], its line in [`DIALECTS`], a
//! valid fixture with its twin in the native dialect, and an invalid one.

mod catalogue;
mod chars;
mod decode;
mod document;
mod foreign;
mod labels;
mod lint;
mod native;
mod node;
mod openslo;
mod placeholders;
mod places;
mod pyrra;
mod query;
mod slo_generator;
mod sloth;
mod syntax;
mod values;
mod vars;
mod windows;

use std::collections::BTreeMap;

pub use catalogue::{WRITTEN as WINDOWS_WRITTEN, windows_in_line, windows_of_files};
pub use document::{Document, Environment, Head};
pub use native::schema;

use crate::base::{Span, nearest};
use crate::diag::{Code, Diagnostic, Diagnostics, FileId, Files, quote};
use crate::slo::Spec;

/// A way of writing specifications.
pub trait Dialect: Sync {
    /// How a document says that it is written in it, as one would write it: `apiVersion: nines/v1`.
    fn sign(&self) -> &'static str;
    /// Whether a document is written in it.
    fn claims(&self, head: &Head) -> bool;
    /// Reads the documents that it claims, of all files, since one may refer to another; says every fault. What could be
    /// read is given even where something could not.
    fn read(&self, documents: &[Document], faults: &mut Diagnostics) -> Vec<Reading>;
}

/// What a dialect read from a document.
#[derive(Debug, Clone)]
pub struct Reading {
    /// The file, and the first byte of the document in it.
    pub place: (FileId, usize),
    /// The specifications.
    pub specs: Vec<Spec>,
    /// The objectives that it names, those with faults among them.
    pub names: Vec<Declared>,
}

/// An objective's name where it is given.
#[derive(Debug, Clone)]
pub struct Declared {
    /// `service/objective`.
    pub id: String,
    /// Where the name stands.
    pub span: Span,
}

/// The dialects that are read.
pub const DIALECTS: &[&dyn Dialect] = &[
    &native::Native,
    &pyrra::Pyrra,
    &sloth::Sloth,
    &openslo::OpenSlo(openslo::Version::V1),
    &openslo::OpenSlo(openslo::Version::V2Alpha),
    &openslo::OpenSlo(openslo::Version::V1Alpha),
    &pyrra::Pyrra,
    &slo_generator::SloGenerator,
    &sloth::Sloth,
];

/// Reads all specifications of all files, with an environment in which nothing is set.
pub fn read(files: &Files, faults: &mut Diagnostics) -> Vec<Spec> {
    read_in(files, Environment::EMPTY, faults)
}

/// Reads all specifications of all files. Faults of all of them are added to `faults`; where an error is among them,
/// the specifications given are not whole and must not be evaluated.
pub fn read_in(files: &Files, env: Environment, faults: &mut Diagnostics) -> Vec<Spec> {
    let mut claimed: Vec<Vec<Document>> = vec![Vec::new(); DIALECTS.len()];
    for file in files.ids() {
        for document in document::documents(files, file, env, faults) {
            match DIALECTS.iter().position(|dialect| dialect.claims(&document.head())) {
                Some(dialect) => claimed[dialect].push(document),
                None => faults.push(unclaimed(&document)),
            }
        }
    }
    let readings = DIALECTS.iter().zip(&claimed).filter(|(_, documents)| !documents.is_empty());
    let mut readings: Vec<Reading> =
        readings.flat_map(|(dialect, documents)| dialect.read(documents, faults)).collect();
    readings.sort_by_key(|reading| reading.place);
    say_twins(&readings, faults);
    lint::descriptions(&readings, faults);
    faults.silence();
    readings.into_iter().flat_map(|reading| reading.specs).collect()
}

/// Says which objectives have the name of one that was read before.
fn say_twins(readings: &[Reading], faults: &mut Diagnostics) {
    let mut first = BTreeMap::new();
    for Reading { place: (file, _), names, .. } in readings {
        for Declared { id, span } in names {
            if let Some((other_file, other_span)) = first.get(id) {
                let message = format!("the objective {} is defined twice", quote(id));
                faults.push(
                    Diagnostic::new(Code::DuplicateName, *file, *span, message)
                        .also(*other_file, *other_span, "first here")
                        .help("give one of the two another name"),
                );
            } else {
                first.insert(id, (*file, *span));
            }
        }
    }
}

/// Whether a document holds rules for Prometheus, plain or for its operator.
fn is_rules(head: &Head) -> bool {
    (head.api_version.is_none() && head.has("groups")) || head.kind == Some("PrometheusRule")
}

/// What to say of a document that is written in no known dialect.
fn unclaimed(document: &Document) -> Diagnostic {
    let head = document.head();
    if is_rules(&head) {
        let message = "this is a file of Prometheus's rules, not a specification";
        let fault = Diagnostic::new(Code::RuleFile, document.file, document.start(), message);
        return fault.help(
            "name the specifications that they were made from; `nines generate rules` makes rules of those",
        );
    }
    let signs = || DIALECTS.iter().map(|dialect| dialect.sign());
    let (span, message) = match document.root.get("apiVersion") {
        Some(version) => {
            let said = version.text().unwrap_or_default();
            (version.span, format!("{} is not a kind of specification that is read", quote(said)))
        }
        None => (document.start(), "the document does not say what kind of specification it is".to_owned()),
    };
    let written = head.api_version.map(|version| format!("apiVersion: {version}")).unwrap_or_default();
    let fault = Diagnostic::new(Code::UnknownDialect, document.file, span, message);
    fault.help(match nearest(&written, signs()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("write `apiVersion: {}` at the top", native::API_VERSION),
    })
}
