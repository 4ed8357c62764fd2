//! What a specification says and nothing acts on yet. It is told, so that nobody takes it for done.

use crate::slo::{Slo, Spec};

/// What has no effect on a report.
pub fn of_reports(specs: &[Spec]) -> Vec<String> {
    let mut remarks = Vec::new();
    for spec in specs {
        let service = &spec.service;
        if let Some(names) = names(spec, |slo| slo.gate.is_some()) {
            remarks.push(format!(
                "the limits under `gate` of {service} ({names}) are checked but not applied yet: only the objectives are judged"
            ));
        }
    }
    remarks
}

fn names(spec: &Spec, which: impl Fn(&Slo) -> bool) -> Option<String> {
    let names: Vec<&str> = spec.slos.iter().filter(|slo| which(slo)).map(|slo| slo.name.as_str()).collect();
    (!names.is_empty()).then(|| list(names.into_iter()))
}

/// The first few, and how many more.
fn list<'a>(names: impl Iterator<Item = &'a str>) -> String {
    const SHOWN: usize = 4;
    let names: Vec<&str> = names.collect();
    let more = names.len().saturating_sub(SHOWN);
    let shown = names[..names.len() - more].join(", ");
    if more > 0 { format!("{shown} and {more} more") } else { shown }
}
