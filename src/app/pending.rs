//! What a specification says and nothing acts on yet. It is told, so that nobody takes it for done.

use crate::slo::Spec;

/// What has no effect on a report.
pub fn of_reports(specs: &[Spec]) -> Vec<String> {
    let mut remarks = Vec::new();
    for spec in specs {
        let service = &spec.service;
        if !spec.exclusions.is_empty() {
            let ids = list(spec.exclusions.iter().map(|exclusion| exclusion.id.as_str()));
            remarks.push(format!(
                "the exclusions of {service} ({ids}) are checked but not applied yet: the numbers are raw"
            ));
        }
        if !spec.slas.is_empty() {
            let names = list(spec.slas.iter().map(|sla| sla.name.as_str()));
            remarks.push(format!("the contracts of {service} ({names}) are checked but not evaluated yet"));
        }
    }
    remarks
}

/// The first few, and how many more.
fn list<'a>(names: impl Iterator<Item = &'a str>) -> String {
    const SHOWN: usize = 4;
    let names: Vec<&str> = names.collect();
    let more = names.len().saturating_sub(SHOWN);
    let shown = names[..names.len() - more].join(", ");
    if more > 0 { format!("{shown} and {more} more") } else { shown }
}
