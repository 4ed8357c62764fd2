//! Objectives.

use super::super::decode::At;
use super::super::{Declared, foreign, labels, values};
use super::config::{Policies, Policy};
use super::{API_VERSION, prometheus};
use crate::base::Share;
use crate::diag::{Code, quote};
use crate::slo::{Sli, Slo, Spec};

/// The policy of an objective that names none.
const DEFAULT_POLICY: &str = "default";

/// Reads an objective: its specification, and its name.
pub(super) fn slo(at: &At, policies: &Policies, file: &str) -> (Vec<Spec>, Vec<Declared>) {
    let mut declared = Vec::new();
    let spec = at.fields(|f| {
        f.required("apiVersion", "apiVersion: sre.google.com/v2", |at| {
            values::one_of(at, &[(API_VERSION, ())])
        });
        f.required("kind", "kind: ServiceLevelObjective", |at| {
            values::one_of(at, &[("ServiceLevelObjective", ())])
        });
        let own = f.required("metadata", "metadata: {name: checkout-availability}", metadata);
        if let Some(Metadata { service: Some(service), declared: Some((name, span)), .. }) = &own {
            declared.push(Declared { id: format!("{service}/{name}"), span: *span });
        }
        let terms = f.required("spec", "spec:", |at| terms(at, policies));
        let (own, terms) = (own?, terms?);
        let slo = Slo {
            description: terms.description,
            labels: own.labels,
            alerting: terms.policy.alerting,
            line: Some(terms.line),
            ..Slo::new(own.name?, terms.goal, terms.policy.window, terms.sli)
        };
        Some(Spec { slos: vec![slo], ..Spec::new(own.service?, file) })
    });
    (spec.into_iter().collect(), declared)
}

struct Metadata {
    name: Option<String>,
    /// Its name as it is written, and where.
    declared: Option<(String, crate::base::Span)>,
    service: Option<String>,
    labels: std::collections::BTreeMap<String, String>,
}

/// Labels are free; by convention `service_name` is the service. Where there is none, the objective is its own.
fn metadata(at: &At) -> Option<Metadata> {
    at.open_fields(|f| {
        let mut declared = None;
        let name = f.required("name", "name: checkout-availability", |at| {
            declared = at.node.text().map(|text| (text.to_owned(), at.node.span));
            values::name(at)
        });
        let mut service = Some(name.clone());
        let labels = f.optional("labels", |at| {
            at.open_fields(|f| {
                if let Some(at) = f.find("service_name") {
                    service = Some(values::name(&at));
                }
                Some(())
            });
            labels::labels(at)
        });
        Some(Metadata { name, declared, service: service.flatten(), labels: labels.unwrap_or_default() })
    })
}

struct Terms {
    description: Option<String>,
    goal: Share,
    line: usize,
    policy: Policy,
    sli: Sli,
}

fn terms(at: &At, policies: &Policies) -> Option<Terms> {
    at.fields(|f| {
        let description = f.optional("description", foreign::prose);
        // Where results go is for this program's own flags to say.
        f.find("exporters");
        let mut line = at.line();
        let goal = f.required("goal", "goal: 0.999", |at| {
            line = at.line();
            values::share(at, "")
        });
        let policy = match f.find("error_budget_policy") {
            Some(at) => at.text().and_then(|name| policies.find(name, &at)),
            None => policies.find(DEFAULT_POLICY, at),
        };
        let backend = f.required("backend", "backend: prometheus", backend);
        let method = f.required("method", "method: good_bad_ratio", |at| Some(at.clone()));
        let sli = f.required("service_level_indicator", "service_level_indicator: {filter_good: …}", |at| {
            // Of another backend, the fields are others.
            backend?;
            prometheus::sli(method.as_ref()?, at, policy.as_ref().map(|policy| policy.window))
        });
        Some(Terms { description, goal: goal?, line, policy: policy?, sli: sli? })
    })
}

/// `prometheus`, or `prometheus/` with a name behind it.
fn backend(at: &At) -> Option<()> {
    let text = at.text()?;
    if text.split('/').next() == Some("prometheus") {
        return Some(());
    }
    let fault = at.fault(Code::DataSource, format!("{} is not asked in PromQL", quote(text)));
    at.say(fault.help("objectives with `backend: prometheus` can be evaluated"))
}
