//! Objectives of which nobody says what they promise.

use std::collections::BTreeMap;

use super::super::Reading;
use crate::base::Span;
use crate::diag::{Code, Diagnostic, Diagnostics, quote};

/// After so many names the rest is counted.
const MOST_NAMED: usize = 3;

/// Says which objectives have no description, once for each document. Where something is wrong there is more to do first.
pub(in crate::spec) fn descriptions<'r>(
    readings: impl IntoIterator<Item = &'r Reading>,
    faults: &mut Diagnostics,
) {
    if faults.has_errors() {
        return;
    }
    for Reading { place: (file, _), specs, names } in readings {
        let places: BTreeMap<&str, Span> = names.iter().map(|name| (name.id.as_str(), name.span)).collect();
        let slos = || specs.iter().flat_map(|spec| spec.slos.iter().map(move |slo| (spec, slo)));
        let silent =
            slos().filter(|(_, slo)| slo.description.as_deref().is_none_or(|text| text.trim().is_empty()));
        let silent: Vec<_> = silent
            .filter_map(|(spec, slo)| Some((slo.name.as_str(), *places.get(spec.id(slo).as_str())?)))
            .collect();
        let Some(((name, span), others)) = silent.split_first() else { continue };
        let message = if others.is_empty() {
            format!("the objective {} has no description", quote(name))
        } else {
            format!("{} of {} objectives have no description", silent.len(), slos().count())
        };
        let fault = Diagnostic::new(Code::NoDescription, *file, *span, message).help(
            "say in `description` what is promised, in the words of those who use the service; reports and alerts repeat it",
        );
        let named = others.iter().take(MOST_NAMED);
        faults.push(named.fold(fault, |fault, (_, span)| fault.also(*file, *span, "nor has this")));
    }
}
