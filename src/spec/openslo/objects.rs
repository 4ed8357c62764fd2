//! The documents of a run by kind and name, and what is said where one names another that is not there.

use std::collections::BTreeMap;

use super::super::decode::At;
use super::super::values;
use super::Version;
use crate::base::{Span, nearest};
use crate::diag::{Code, quote};

/// What a document describes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    Slo,
    Sli,
    Service,
    DataSource,
    AlertPolicy,
    AlertCondition,
    AlertNotificationTarget,
}

const KINDS: [(&str, Kind); 7] = [
    ("SLO", Kind::Slo),
    ("Service", Kind::Service),
    ("SLI", Kind::Sli),
    ("DataSource", Kind::DataSource),
    ("AlertPolicy", Kind::AlertPolicy),
    ("AlertCondition", Kind::AlertCondition),
    ("AlertNotificationTarget", Kind::AlertNotificationTarget),
];

impl Kind {
    /// The words for kinds of a version, with the kinds.
    pub(super) fn all(version: Version) -> &'static [(&'static str, Self)] {
        match version {
            Version::V1 | Version::V2Alpha => &KINDS,
            Version::V1Alpha => &KINDS[..2],
        }
    }

    /// As it is written.
    pub(super) fn word(self) -> &'static str {
        KINDS.iter().find(|(_, kind)| *kind == self).map_or("", |(word, _)| word)
    }
}

/// The documents of a run that others may name.
pub(super) struct Objects<'a>(BTreeMap<(Kind, &'a str), At<'a>>);

impl<'a> Objects<'a> {
    /// Those of these documents that have a kind and a name. Says where a name stands twice. (Objectives are compared
    /// with those of other dialects, elsewhere.)
    pub(super) fn of(roots: &[At<'a>]) -> Self {
        let mut objects: BTreeMap<(Kind, &'a str), At<'a>> = BTreeMap::new();
        for root in roots {
            let kind = root.node.get("kind").and_then(|kind| kind.text());
            let kind = KINDS.iter().find(|(word, _)| Some(*word) == kind).map(|(_, kind)| *kind);
            let (Some(kind), Some(name)) = (kind.filter(|kind| *kind != Kind::Slo), name(root)) else {
                continue;
            };
            if let Some(first) = objects.get(&(kind, name)) {
                let message = format!("the {} {} is defined twice", kind.word(), quote(name));
                let fault = root.fault_at(Code::DuplicateObject, name_span(root), message);
                let fault = fault.also(first.file(), name_span(first), "first here");
                root.say::<()>(fault.help("give one of the two another name, or remove it"));
            } else {
                objects.insert((kind, name), root.clone());
            }
        }
        Self(objects)
    }

    /// The document of a kind that a text names.
    pub(super) fn find(&self, kind: Kind, at: &At) -> Option<At<'a>> {
        let name = at.text()?;
        let found = self.get(kind, name).cloned();
        found.or_else(|| {
            let message = format!("there is no {} {}", kind.word(), quote(name));
            at.say(at.fault(Code::UnknownReference, message).help(self.instead(kind, name)))
        })
    }

    /// The document of a kind with a name.
    pub(super) fn get(&self, kind: Kind, name: &str) -> Option<&At<'a>> {
        self.0.iter().find(|((of, known), _)| *of == kind && *known == name).map(|(_, at)| at)
    }

    /// Whether there is any of a kind.
    pub(super) fn has(&self, kind: Kind) -> bool {
        self.names(kind).next().is_some()
    }

    /// What to write instead of a name that is not there.
    pub(super) fn instead(&self, kind: Kind, name: &str) -> String {
        let names: Vec<&str> = self.names(kind).collect();
        match nearest(name, names.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None if names.is_empty() => {
                format!(
                    "no file that was read has a document of kind {}; add the one that has: `--file`",
                    kind.word()
                )
            }
            None => format!("there are: {}", names.join(", ")),
        }
    }

    fn names(&self, kind: Kind) -> impl Iterator<Item = &'a str> {
        self.0.keys().filter(move |(of, _)| *of == kind).map(|(_, name)| *name)
    }
}

fn name<'a>(root: &At<'a>) -> Option<&'a str> {
    root.node.get("metadata")?.get("name")?.text()
}

fn name_span(root: &At) -> Span {
    let name = root.node.get("metadata").and_then(|metadata| metadata.get("name"));
    name.map_or(root.node.span, |name| name.span)
}

/// The kind of a document.
pub(super) fn kind(root: &At, version: Version) -> Option<Kind> {
    let mut kind = None;
    // The other fields are read by whoever reads documents of this kind.
    root.open_fields(|f| {
        kind = f.required("kind", "kind: SLO", |at| {
            let text = at.text()?;
            let is_known = |version| Kind::all(version).iter().any(|(word, _)| *word == text);
            if !is_known(version) && is_known(Version::V1) {
                let message = format!("{} has no kind {}", version.api(), quote(text));
                let fault = at.fault(Code::UnknownWord, message);
                return at
                    .say(fault.help("write `apiVersion: openslo/v1` in all documents that name each other"));
            }
            values::one_of(at, Kind::all(version))
        });
        Some(())
    });
    kind
}
