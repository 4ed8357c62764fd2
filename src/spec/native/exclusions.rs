//! Exclusions in a file of their own: `kind: Exclusions`.

use super::exclusion;
use super::names::Unique;
use crate::spec::decode::At;
use crate::spec::shared::Shared;
use crate::spec::values;

/// What `kind` says of such a document.
pub(super) const KIND: &str = "Exclusions";

/// Reads the exclusions that stand in `file`.
pub(super) fn exclusions(at: &At, file: &str) -> Option<Vec<Shared>> {
    at.fields(|f| {
        f.required("apiVersion", "apiVersion: nines/v1", values::text);
        f.required("kind", "kind: Exclusions", values::text);
        let unique = Unique::new("exclusion");
        f.required("exclusions", "exclusions:", |at| at.list(|at| exclusion::shared(at, &unique, file)))
    })
}
