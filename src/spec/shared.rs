//! Exclusions of files of their own, given to the services that they concern.

use std::collections::BTreeSet;

use crate::base::{Span, nearest};
use crate::diag::{Code, Diagnostic, Diagnostics, FileId, quote};
use crate::slo::{Exclusion, Spec};

/// An exclusion, and whom it concerns.
#[derive(Debug, Clone)]
pub struct Shared {
    pub(super) exclusion: Exclusion,
    /// The services; all where none is named.
    pub(super) services: Vec<Named>,
    /// The objectives; all where none is named.
    pub(super) slos: Vec<Named>,
    /// Where its name stands.
    pub(super) id: Span,
}

/// A name where it is used.
#[derive(Debug, Clone)]
pub(super) struct Named {
    pub(super) name: String,
    pub(super) span: Span,
}

/// Gives exclusions to the specifications that they concern. `declared` has the objectives, `service/objective`, those
/// with faults among them; where there is none, no name can be wrong.
pub(super) fn give<'a>(
    shared: impl Iterator<Item = (FileId, &'a Shared)>,
    specs: &mut [Spec],
    declared: &[String],
    faults: &mut Diagnostics,
) {
    let known: Vec<(&str, &str)> = declared.iter().filter_map(|id| id.split_once('/')).collect();
    for (file, one) in shared {
        say_unknown(one, file, &known, faults);
        for spec in specs.iter_mut() {
            if !one.is_of(&spec.service) {
                continue;
            }
            let has = |named: &&Named| spec.slos.iter().any(|slo| slo.name == named.name);
            let slos: Vec<String> = one.slos.iter().filter(has).map(|named| named.name.clone()).collect();
            if slos.is_empty() && !one.slos.is_empty() {
                continue;
            }
            if spec.exclusions.iter().any(|other| other.id == one.exclusion.id) {
                let (id, service) = (quote(&one.exclusion.id), quote(&spec.service));
                let message = format!("the service {service} has an exclusion {id} already");
                let fault = Diagnostic::new(Code::DuplicateEntry, file, one.id, message);
                faults.push(fault.help("remove one of the two, or give it another name"));
                continue;
            }
            spec.exclusions.push(Exclusion { slos, ..one.exclusion.clone() });
        }
    }
}

impl Shared {
    fn is_of(&self, service: &str) -> bool {
        self.services.is_empty() || self.services.iter().any(|named| named.name == service)
    }
}

fn say_unknown(one: &Shared, file: FileId, known: &[(&str, &str)], faults: &mut Diagnostics) {
    if known.is_empty() {
        return;
    }
    let services: BTreeSet<&str> = known.iter().map(|(service, _)| *service).collect();
    let of_them = known.iter().filter(|(service, _)| one.is_of(service)).map(|(_, slo)| *slo);
    let slos: BTreeSet<&str> = of_them.collect();
    let mut say = |code, named: &Named, message: String, known: &BTreeSet<&str>| {
        let fault = Diagnostic::new(code, file, named.span, message);
        faults.push(fault.help(match nearest(&named.name, known.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("there are {}", known.iter().copied().collect::<Vec<_>>().join(", ")),
        }));
    };
    let mut all_there = true;
    for named in one.services.iter().filter(|named| !services.contains(named.name.as_str())) {
        all_there = false;
        let message = format!("there is no service {}", quote(&named.name));
        say(Code::NoSuchService, named, message, &services);
    }
    for named in one.slos.iter().filter(|named| all_there && !slos.contains(named.name.as_str())) {
        let whose = if one.services.is_empty() { "no service has" } else { "none of the services has" };
        let message = format!("{whose} an objective {}", quote(&named.name));
        say(Code::UnknownObjective, named, message, &slos);
    }
}
