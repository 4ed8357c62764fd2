//! Documents of kind `SLO`, and those of kind `Service` that describe their services.

use super::super::decode::{At, Fields};
use super::super::{Declared, foreign, labels, values};
use super::indicator::{self, Metric};
use super::metadata::{Metadata, metadata, object};
use super::objective::{self, Budgeting, Terms};
use super::objects::Kind;
use super::{Run, Version, alerts, measure, v1alpha, window};
use crate::diag::{Code, quote};
use crate::slo::{Alerting, Combine, CompositeSli, Empty, Member, Method, Sli, Slo, Spec, Window};

/// Reads a document of kind `SLO`: its specification, and the objectives that it names.
pub(super) fn slo<'a>(at: &At<'a>, run: &Run<'_, 'a>, file: &str) -> (Vec<Spec>, Vec<Declared>) {
    let mut declared = Vec::new();
    let spec = object(at, Kind::Slo, false, |own, at| spec(at, own, run, file, &mut declared));
    (spec.into_iter().collect(), declared)
}

/// Reads a document of kind `Service`: what it says of itself, and its description.
pub(super) fn service(at: &At) -> Option<(Metadata, Option<String>)> {
    at.fields(|f| {
        f.optional("apiVersion", values::text);
        f.optional("kind", values::text);
        let own = f.required("metadata", "metadata: {name: my-service}", metadata);
        let read = |at: &At| at.fields(|f| Some(f.optional("description", foreign::prose)));
        let description = f.optional("spec", read).flatten();
        Some((own?, description))
    })
}

/// What all objectives of a document share.
struct Shared<'a> {
    window: Option<Window>,
    budgeting: Option<Budgeting>,
    /// The indicator, where objectives have none of their own.
    metric: Option<Metric<'a>>,
    composite: bool,
    description: Option<String>,
    labels: std::collections::BTreeMap<String, String>,
    alerting: Alerting,
}

/// An objective that was read, and how much it counts among others.
struct Objective {
    slo: Slo,
    weight: f64,
}

fn spec<'a>(
    at: &At<'a>,
    own: Metadata,
    run: &Run<'_, 'a>,
    file: &str,
    declared: &mut Vec<Declared>,
) -> Option<Spec> {
    at.fields(|f| {
        let description = f.optional("description", foreign::prose);
        let service = service_name(f, run);
        let (field, help) = match run.version {
            Version::V1Alpha => ("timeWindows", "timeWindows: [{count: 30, unit: Day, isRolling: true}]"),
            _ => ("timeWindow", "timeWindow: [{duration: 30d, isRolling: true}]"),
        };
        let window = f.required(field, help, |at| window::window(at, run.version));
        let budgeting = f.required("budgetingMethod", "budgetingMethod: Occurrences", |at| {
            objective::budgeting(at, run.version)
        });
        let policies = match run.version {
            Version::V1Alpha => None,
            _ => f.optional("alertPolicies", |at| alerts::policies(at, run)),
        };
        let objectives = f.required("objectives", "objectives: [{target: 0.999}]", objectives);
        let objectives = objectives.unwrap_or_default();
        let composite = objectives.iter().any(|at| is_composite(at, run.version));
        let metric = shared_metric(f, &objectives, composite, run);
        let shared = Shared {
            window,
            budgeting,
            metric,
            composite,
            description: description.or(own.display),
            labels: own.labels,
            alerting: policies.unwrap_or_default(),
        };

        let name = own.declared.as_ref().map(|(name, _)| name.as_str()).unwrap_or_default();
        let mut names = objective::names(name, &objectives, !composite);
        let read = objectives.iter().zip(&names).map(|(at, name)| read_objective(at, name, &shared, run));
        let read: Vec<Objective> = read.flatten().collect();
        let whole = read.len() == objectives.len() && !read.is_empty();
        let mut slos: Vec<Slo> = Vec::new();
        if composite {
            names.push(name.to_owned());
            slos.extend(together(name, &read, &shared, at.line()));
        }
        if let (Some(service), Some((_, span))) = (&service, &own.declared) {
            declared
                .extend(names.iter().map(|name| Declared { id: format!("{service}/{name}"), span: *span }));
        }
        slos.extend(read.into_iter().enumerate().map(|(place, Objective { slo, .. })| {
            let origin = (run.version == Version::V1Alpha).then(|| v1alpha::origin(name, place, &slo.sli));
            Slo { origin, ..slo }
        }));
        let mut spec = Spec { slos, links: own.links, ..Spec::new(service?, file) };
        describe(&mut spec, run);
        (whole && own.name.is_some()).then_some(spec)
    })
}

/// The name of the service. Where services are described, it should be one of them; OpenSLO does not ask for that.
fn service_name(f: &mut Fields<'_, '_>, run: &Run<'_, '_>) -> Option<String> {
    let field = if run.version == Version::V2Alpha {
        f.one_of(&["service", "serviceRef"], "write `service: checkout`").map(|(_, at)| at)
    } else {
        f.required("service", "service: checkout", |at| Some(at.clone()))
    };
    let at = field?;
    let name = values::name(&at)?;
    if run.objects.has(Kind::Service) && run.objects.get(Kind::Service, &name).is_none() {
        let message = format!("the service {} is not among those that are described", quote(&name));
        let fault = at.fault(Code::UnknownService, message);
        at.warn(fault.help(run.objects.instead(Kind::Service, &name)));
    }
    Some(name)
}

/// Adds what is said of the service in a document of its own.
fn describe(spec: &mut Spec, run: &Run<'_, '_>) {
    let Some((own, description)) = run.objects.get(Kind::Service, &spec.service).and_then(service) else {
        return;
    };
    spec.description = description.or(own.display);
    spec.labels = own.labels;
    let others = own.links.into_iter().filter(|link| spec.links.iter().all(|known| known.rel != link.rel));
    let others: Vec<_> = others.collect();
    spec.links.extend(others);
}

fn objectives<'a>(at: &At<'a>) -> Option<Vec<At<'a>>> {
    if at.node.is_empty_list() {
        let fault = at.fault(Code::Empty, "the list of objectives is empty");
        return at.say(fault.help("write at least one, such as `- target: 0.999`"));
    }
    at.list(|at| Some(at.clone()))
}

/// Whether an objective has an indicator of its own, so that the document is about several together.
fn is_composite(at: &At, version: Version) -> bool {
    version != Version::V1Alpha && version.indicator().iter().any(|field| at.node.get(field).is_some())
}

/// The indicator of a document, for all of its objectives.
fn shared_metric<'a>(
    f: &mut Fields<'a, '_>,
    objectives: &[At<'a>],
    composite: bool,
    run: &Run<'_, 'a>,
) -> Option<Metric<'a>> {
    if run.version == Version::V1Alpha {
        return f.optional("indicator", v1alpha::threshold);
    }
    if !composite {
        return indicator::given(f, run);
    }
    let fields = run.version.indicator();
    let own = objectives.iter().find(|at| is_composite(at, run.version))?;
    for at in fields.iter().filter_map(|field| f.find(field)) {
        let message = "the indicator stands here and in an objective";
        let fault = at.fault(Code::OneOf, message).also(own.file(), own.handle(), "this objective");
        at.say::<()>(fault.help("keep one for all objectives here, or one in each of them"));
    }
    None
}

fn read_objective<'a>(at: &At<'a>, name: &str, shared: &Shared<'a>, run: &Run<'_, 'a>) -> Option<Objective> {
    at.fields(|f| {
        f.optional("displayName", foreign::prose);
        let own = match run.version {
            Version::V2Alpha => f.optional("labels", labels::labels).unwrap_or_default(),
            _ => std::collections::BTreeMap::new(),
        };
        let target = objective::target(f, run.version);
        let terms = Terms::read(at, f, shared.budgeting, shared.window, run.version);
        let weight = match run.version {
            Version::V1Alpha => None,
            _ => f.find("compositeWeight"),
        };
        if let Some(at) = weight.as_ref().filter(|_| !shared.composite) {
            let help = "it belongs to objectives with indicators of their own; remove it";
            objective::tolerate(at, "`compositeWeight` says nothing here", help);
        }
        let weight = weight.map_or(Some(1.0), |at| values::positive(&at));
        let metric = match run.version {
            Version::V1Alpha if shared.metric.is_none() => {
                f.required("ratioMetrics", "ratioMetrics: {good: …, total: …}", v1alpha::ratio)
            }
            _ if shared.composite => indicator::given(f, run),
            _ => shared.metric.clone(),
        };
        let measured = metric.and_then(|metric| measure::measure(&metric, &terms, run));
        let ((target, line), (sli, method)) = (target?, measured?);
        let mut labels = shared.labels.clone();
        labels.extend(own);
        let slo = Slo {
            description: shared.description.clone(),
            labels,
            method,
            alerting: shared.alerting.clone(),
            line: Some(line),
            ..Slo::new(name, target, shared.window?, sli)
        };
        Some(Objective { slo, weight: weight? })
    })
}

/// The objective that others are members of. It promises no more than the least of them.
fn together(name: &str, members: &[Objective], shared: &Shared, line: usize) -> Option<Slo> {
    let least = members.iter().map(|member| member.slo.objective).min()?;
    let named = |member: &Objective| Member { slo: member.slo.name.clone(), weight: member.weight };
    let sli = Sli::Composite(CompositeSli {
        combine: Combine::Weighted,
        members: members.iter().map(named).collect(),
        slice: CompositeSli::SLICE,
        empty: Empty::default(),
    });
    Some(Slo {
        description: shared.description.clone(),
        labels: shared.labels.clone(),
        method: members.first().map_or(Method::Occurrences, |first| first.slo.method),
        alerting: shared.alerting.clone(),
        line: Some(line),
        ..Slo::new(name, least, shared.window?, sli)
    })
}
