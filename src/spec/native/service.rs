//! The outermost map: a service, its objectives, and what belongs to all of them.

use super::defaults::Defaults;
use super::names::{Names, Unique};
use super::{VARS, alert_rule, exclusion, labels, objective, sla};
use crate::diag::Code;
use crate::slo::{Link, Slo, Spec};
use crate::spec::decode::At;
use crate::spec::node::Entry;
use crate::spec::{Declared, values};

/// A service, as far as it could be read, and the names of its objectives.
pub(super) fn service(at: &At, file: &str) -> (Option<Spec>, Vec<Declared>) {
    let names = Names::default();
    let mut known = None;
    let spec = at.fields(|f| {
        f.required("apiVersion", "apiVersion: nines/v1", values::text);
        let service = f.required("service", "service: checkout", values::name);
        known.clone_from(&service);
        let description = f.optional("description", values::text);
        let owner = f.optional("owner", values::text);
        let labels = f.optional("labels", labels::labels).unwrap_or_default();
        let links = f.optional("links", |at| at.entries(link)).unwrap_or_default();
        // Read before everything else, since any text may use them.
        f.find(VARS);
        let defaults = f.optional("defaults", Defaults::read).unwrap_or_default();
        let slos =
            f.required("slos", "slos: [{name: availability, …}]", |at| objectives(at, &defaults, &names));
        let read: &[Slo] = slos.as_deref().unwrap_or_default();
        let unique = Unique::new("exclusion");
        let exclusions =
            f.optional("exclusions", |at| at.list(|at| exclusion::exclusion(at, &names, &unique)));
        let unique = Unique::new("contract");
        let slas = f.optional("sla", |at| at.list(|at| sla::sla(at, &names, &unique, read)));
        let unique = Unique::new("alert");
        let alerts = f.optional("alerts", |at| at.list(|at| alert_rule::alert(at, &unique)));
        Some(Spec {
            description,
            owner,
            labels,
            links,
            slos: slos?,
            slas: slas.unwrap_or_default(),
            exclusions: exclusions.unwrap_or_default(),
            alerts: alerts.unwrap_or_default(),
            ..Spec::new(service?, file)
        })
    });
    names.check();
    let declared = |service: String| names.declared(&service);
    (spec, known.map(declared).unwrap_or_default())
}

fn link(entry: &Entry, at: &At) -> Option<Link> {
    Some(Link { rel: entry.key.clone(), href: values::address(at)? })
}

fn objectives<'a>(at: &At<'a>, defaults: &Defaults<'a>, names: &Names<'a>) -> Option<Vec<Slo>> {
    if at.node.is_empty_list() {
        let fault = at.fault(Code::Empty, "the list of objectives is empty");
        return at.say(fault.help("write at least one, with `name`, `objective`, `window` and `sli`"));
    }
    let slos = at.list(|at| objective::objectives(at, defaults, names))?;
    Some(slos.into_iter().flatten().collect())
}
