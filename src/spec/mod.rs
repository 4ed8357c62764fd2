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
mod ics;
mod labels;
mod lint;
mod native;
mod node;
mod openslo;
mod placeholders;
mod places;
mod pyrra;
mod query;
mod shared;
mod slo_generator;
mod sloth;
mod syntax;
mod values;
mod vars;
mod windows;

use std::collections::{BTreeMap, BTreeSet};

pub use catalogue::{WRITTEN as WINDOWS_WRITTEN, windows_in_line, windows_of_files};
pub use document::{Document, Environment, Head};
pub use native::{Beside, schema};
pub use shared::Shared;

use crate::base::{Span, Zone, nearest, side_by_side};
use crate::diag::{Code, Diagnostic, Diagnostics, FileId, Files, quote};
use crate::slo::Spec;

/// A way of writing specifications.
pub trait Dialect: Sync {
    /// How a document says that it is written in it, as one would write it: `apiVersion: nines/v1`.
    fn sign(&self) -> &'static str;
    /// Whether a document is written in it.
    fn claims(&self, head: &Head) -> bool;
    /// Whether an objective without a description is remarked on. Where nobody asks for one, it would be said of nearly every
    /// file.
    fn asks_for_descriptions(&self) -> bool {
        false
    }
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
    read_all(files, env, faults).0
}

/// Reads all specifications of all files as [`read_in`] does, and what stands beside them, with its file.
pub fn read_all(
    files: &Files,
    env: Environment,
    faults: &mut Diagnostics,
) -> (Vec<Spec>, Vec<(FileId, Beside)>) {
    read_in_zone(files, env, None, faults)
}

/// Reads all as [`read_all`] does. Times of a calendar file that do not say in which zone they are are in `zone`.
pub fn read_in_zone(
    files: &Files,
    env: Environment,
    zone: Option<Zone>,
    faults: &mut Diagnostics,
) -> (Vec<Spec>, Vec<(FileId, Beside)>) {
    let mut beside = Vec::new();
    let mut claimed: Vec<Vec<Document>> = vec![Vec::new(); DIALECTS.len()];
    let ids: Vec<FileId> = files.ids().collect();
    let documents = side_by_side(&ids, |&file| {
        let mut faults = Diagnostics::new();
        let is_yaml = !ics::is_calendar(files, file);
        (is_yaml.then(|| document::documents(files, file, env, &mut faults)), faults)
    });
    for (file, (documents, own_faults)) in ids.into_iter().zip(documents) {
        faults.append(own_faults);
        let Some(documents) = documents else {
            beside.push((file, Beside::Exclusions(ics::read(files, file, zone, faults))));
            continue;
        };
        for document in documents {
            if Beside::kind(&document.head()).is_some() {
                beside.extend(Beside::read(&document, faults).map(|read| (file, read)));
                continue;
            }
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
    let own = DIALECTS.iter().zip(&claimed).filter(|(dialect, _)| dialect.asks_for_descriptions());
    let own: BTreeSet<_> = own.flat_map(|(_, documents)| documents.iter().map(Document::place)).collect();
    lint::descriptions(readings.iter().filter(|reading| own.contains(&reading.place)), faults);
    let declared = readings.iter().flat_map(|reading| reading.names.iter().map(|name| name.id.clone()));
    let declared: Vec<String> = declared.collect();
    let mut specs: Vec<Spec> = readings.into_iter().flat_map(|reading| reading.specs).collect();
    let exclusions = beside.iter().filter_map(|(file, beside)| match beside {
        Beside::Exclusions(shared) => Some(shared.iter().map(|one| (*file, one))),
        Beside::Receivers(_) | Beside::Boards(_) | Beside::Policy(_) => None,
    });
    shared::give(exclusions.flatten(), &mut specs, &declared, faults);
    faults.silence();
    (specs, beside)
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
    if !matches!(document.root.kind, node::Kind::Map(_)) {
        let message = format!("a specification is a map of fields, and this is {}", document.root.what());
        let fault = Diagnostic::new(Code::UnknownDialect, document.file, document.start(), message);
        return fault.help(if document.root.is_list_of_maps() {
            "write each element as a document of its own, with `---` between them".to_owned()
        } else {
            format!("begin with `apiVersion: {}`, `service:` and `slos:`", native::API_VERSION)
        });
    }
    let said = ["apiVersion", "version"].into_iter().find_map(|key| Some((key, document.root.get(key)?)));
    if let Some((key, version)) = said {
        let said = version.text().unwrap_or_default();
        let message = format!("{} is not a kind of specification that is read", quote(said));
        let fault = Diagnostic::new(Code::UnknownDialect, document.file, version.span, message);
        return fault.help(match known_version(&format!("{key}: {said}")) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!(
                "write `apiVersion: {}` if it is a specification; else name the files that are",
                native::API_VERSION
            ),
        });
    }
    let misspelt =
        document.root.entries().iter().find(|entry| nearest(&entry.key, ["apiVersion", "version"]).is_some());
    let span = misspelt.map_or_else(|| document.start(), |entry| entry.key_span);
    let message = "the document does not say what kind of specification it is";
    let fault = Diagnostic::new(Code::UnknownDialect, document.file, span, message);
    fault.help(match misspelt.and_then(|entry| nearest(&entry.key, ["apiVersion", "version"])) {
        Some(meant) => format!("did you mean `{meant}`?"),
        None => format!("write `apiVersion: {}` at the top", native::API_VERSION),
    })
}

/// The sign of a dialect that is read, by one of another version of it, or by one that is misspelt.
fn known_version(written: &str) -> Option<&'static str> {
    /// A dialect with two signs.
    const OTHER: &str = "apiVersion: sloth.slok.dev/v1";
    let signs = || DIALECTS.iter().map(|dialect| dialect.sign()).chain([OTHER]);
    let (group, version) = written.rsplit_once('/')?;
    let stem = |group: &str| group.split('.').next().unwrap_or_default().to_owned();
    let alike =
        || signs().filter(|sign| sign.rsplit_once('/').is_some_and(|(other, _)| stem(other) == stem(group)));
    let same = alike().find(|sign| sign.ends_with(&format!("/{version}")));
    same.or_else(|| nearest(written, signs())).or_else(|| alike().next())
}
