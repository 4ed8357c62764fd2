//! Text to specifications, with every fault at once.
//!
//! Takes [`Files`], gives [`Spec`]s and [`Diagnostics`] that point at the characters at fault. Must not know what a
//! specification is used for. To add a dialect: its file here that implements [`Dialect`], its line in [`DIALECTS`], a
//! valid and an invalid fixture.

mod chars;
mod decode;
mod document;
mod native;
mod node;
mod places;
mod query;
mod sli;
mod syntax;
mod values;
mod vars;

use std::collections::BTreeMap;

pub use document::{Document, Head};

use crate::base::Span;
use crate::diag::{Code, Diagnostic, Diagnostics, Files, quote};
use crate::slo::Spec;

/// A way of writing specifications.
pub trait Dialect: Sync {
    /// Whether a document is written in it.
    fn claims(&self, head: &Head) -> bool;
    /// Reads a document that it claims; says every fault. What could be read is given even where something could not.
    fn read(&self, document: &Document, faults: &mut Diagnostics) -> Reading;
}

/// What a dialect read from a document.
#[derive(Debug, Clone, Default)]
pub struct Reading {
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
pub const DIALECTS: &[&dyn Dialect] = &[&native::Native];

/// Reads all specifications of all files. Faults of all of them are added to `faults`; where an error is among them,
/// the specifications given are not whole and must not be evaluated.
pub fn read(files: &Files, faults: &mut Diagnostics) -> Vec<Spec> {
    let mut specs = Vec::new();
    let mut first = BTreeMap::new();
    for file in files.ids() {
        for document in document::documents(files, file, faults) {
            let Some(dialect) = DIALECTS.iter().find(|dialect| dialect.claims(&document.head())) else {
                faults.push(unclaimed(&document));
                continue;
            };
            let reading = dialect.read(&document, faults);
            specs.extend(reading.specs);
            for Declared { id, span } in reading.names {
                if let Some((other_file, other_span)) = first.get(&id) {
                    let message = format!("the objective {} is defined twice", quote(&id));
                    faults.push(
                        Diagnostic::new(Code::DuplicateName, file, span, message)
                            .also(*other_file, *other_span, "first here")
                            .help("give one of the two another name"),
                    );
                } else {
                    first.insert(id, (file, span));
                }
            }
        }
    }
    faults.silence();
    specs
}

/// What to say of a document that is written in no known dialect.
fn unclaimed(document: &Document) -> Diagnostic {
    let (span, message) = match document.root.get("apiVersion") {
        Some(version) => {
            let said = version.text().unwrap_or_default();
            (version.span, format!("{} is not a kind of specification that is read", quote(said)))
        }
        None => (document.start(), "the document does not say what kind of specification it is".to_owned()),
    };
    let fault = Diagnostic::new(Code::UnknownDialect, document.file, span, message);
    fault.help(format!("write `apiVersion: {}` at the top", native::API_VERSION))
}
