//! What every document says of itself: its kind, its name, labels and annotations.

use std::collections::BTreeMap;

use super::super::decode::At;
use super::super::{foreign, labels, values};
use super::objects::Kind;
use crate::base::Span;
use crate::slo::Link;

/// What a document says of itself.
#[derive(Debug, Clone, Default)]
pub(super) struct Metadata {
    /// Its name, where it has one that can be used.
    pub(super) name: Option<String>,
    /// Its name as it is written, and where.
    pub(super) declared: Option<(String, Span)>,
    /// Its name for people.
    pub(super) display: Option<String>,
    /// Its labels, with names that Prometheus takes.
    pub(super) labels: BTreeMap<String, String>,
    /// Its annotations that are addresses.
    pub(super) links: Vec<Link>,
}

/// Reads a document of a kind, or one that is written inside another, which needs no name.
pub(super) fn object<'a, T>(
    at: &At<'a>,
    kind: Kind,
    inline: bool,
    read: impl FnOnce(Metadata, &At<'a>) -> Option<T>,
) -> Option<T> {
    at.fields(|f| {
        f.optional("apiVersion", values::text);
        f.optional("kind", |at| values::one_of(at, &[(kind.word(), ())]));
        let own = if inline {
            f.optional("metadata", metadata)
        } else {
            f.required("metadata", "metadata: {name: my-name}", metadata)
        };
        f.required("spec", "spec:", |at| read(own.unwrap_or_default(), at))
    })
}

/// Reads `metadata`.
pub(super) fn metadata(at: &At) -> Option<Metadata> {
    at.fields(|f| {
        let mut declared = None;
        let name = f.required("name", "name: my-name", |at| {
            declared = at.node.text().map(|text| (text.to_owned(), at.node.span));
            values::name(at)
        });
        let display = f.optional("displayName", foreign::prose);
        let labels = f.optional("labels", labels::labels).unwrap_or_default();
        let links = f.optional("annotations", links).unwrap_or_default();
        Some(Metadata { name, declared, display, labels, links })
    })
}

/// Annotations are for other programs, except those that are addresses: a reader can follow them.
fn links(at: &At) -> Option<Vec<Link>> {
    at.entries(|entry, at| {
        let href = at.text()?.trim();
        let is_address = href.starts_with("https://") || href.starts_with("http://");
        let rel = entry.key.rsplit('/').next().unwrap_or(&entry.key);
        is_address.then(|| Link { rel: rel.to_owned(), href: href.to_owned() })
    })
}
