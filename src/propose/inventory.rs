//! Which metrics there are: two questions to a source, or a page of samples, and the services that they are of.

use std::collections::{BTreeMap, BTreeSet};

use super::metric::{Kind, Metric, is_of_interest, kind};
use super::outcome;
use crate::base::{Duration, Labels, METRIC_NAME, Matrix, Moment};
use crate::plan::{Ask, Eval, Query};
use crate::promql::{AggregateOp, CompiledMatchers, Expr, MatchOp, Matcher, Selector};

/// How far back metrics are looked for, and how often: what is counted seldom is not there after every restart.
const LOOK: Duration = Duration::days(7);
const LOOKS_APART: Duration = Duration::days(1);

/// The most metrics that are looked at closely.
const MOST_METRICS: usize = 400;

/// How many metrics one question is about, so that none grows too long.
const AT_ONCE: usize = 50;

/// Labels that name a service, from the usual one to the others.
const SERVICE: [&str; 4] = ["job", "service", "app", "namespace"];

/// Labels that divide what is measured, where there are few values of them.
const DIMENSIONS: [&str; 12] = [
    "condition",
    "consumer_group",
    "consumergroup",
    "cronjob",
    "exported_job",
    "group",
    "grpc_type",
    "le",
    "namespace",
    "queue",
    "service",
    "topic",
];

/// A job in more namespaces than this is an exporter that tells of them, not a service in each.
const MOST_NAMESPACES: usize = 20;

/// Metrics by the services that have them.
#[derive(Debug, Clone, Default)]
pub struct Inventory {
    /// The services, by name.
    pub services: Vec<Service>,
    /// How many metrics there are that were not looked at closely.
    pub unread: usize,
}

/// A service, as labels tell it.
#[derive(Debug, Clone)]
pub struct Service {
    /// A name that a specification can have.
    pub name: String,
    /// What selects its series.
    pub(super) matchers: Vec<Matcher>,
    pub(super) metrics: Vec<Metric>,
}

/// Values at one moment, with nothing before it: a page of metrics as a process shows it.
#[derive(Debug, Clone, Default)]
pub struct Snapshot {
    /// The declared types, by the names of metric families.
    pub types: BTreeMap<String, String>,
    /// The series, with their values.
    pub samples: Vec<(Labels, f64)>,
}

/// The question for the names of all metrics.
pub fn names(at: Moment) -> Query {
    let any = Selector::default().with(METRIC_NAME, MatchOp::NotEqual, "");
    looks(Expr::selector(any).aggregate_by(AggregateOp::Count, &[METRIC_NAME]), at)
}

/// Of all names those worth a closer look, and how many are not.
pub fn known(names: &Matrix) -> (Vec<String>, usize) {
    let all: BTreeSet<&str> = names.iter().map(|series| series.labels.metric()).collect();
    let mut chosen: Vec<String> =
        all.iter().filter(|name| is_of_interest(name)).map(|name| (*name).to_owned()).collect();
    // What says what it is comes first.
    chosen.sort_by_key(|name| !["_total", "_bucket", "_count"].iter().any(|end| name.ends_with(end)));
    chosen.truncate(MOST_METRICS);
    let unread = all.len() - chosen.len();
    (chosen, unread)
}

/// The questions for the services and labels of the metrics named.
pub fn details(names: &[String], at: Moment) -> Vec<Query> {
    let labels: BTreeSet<&str> = [METRIC_NAME]
        .into_iter()
        .chain(SERVICE)
        .chain(DIMENSIONS)
        .chain(outcome::LABELS.iter().copied())
        .collect();
    let labels: Vec<&str> = labels.into_iter().collect();
    let of = |names: &[String]| {
        let named = Selector::default().with(METRIC_NAME, MatchOp::Regex, names.join("|"));
        looks(Expr::selector(named).aggregate_by(AggregateOp::Count, &labels), at)
    };
    names.chunks(AT_ONCE).map(of).collect()
}

fn looks(expr: Expr, at: Moment) -> Query {
    Query { ask: Ask::Value(expr), eval: Eval::Range { start: at - LOOK, end: at, step: LOOKS_APART } }
}

impl Inventory {
    /// From the answers to [`details`].
    pub fn of_answers(details: &[Matrix], unread: usize) -> Self {
        let series: Vec<&Labels> = details.iter().flatten().map(|series| &series.labels).collect();
        let none = BTreeMap::new();
        Self { services: services(&series, &none, None), unread }
    }

    /// From a page, which is of one service unless its series have a job. `name` is what to call that.
    pub fn of_page(page: &Snapshot, name: &str) -> Self {
        let interesting = |labels: &&Labels| is_of_interest(labels.metric());
        let series: Vec<&Labels> =
            page.samples.iter().map(|(labels, _)| labels).filter(interesting).collect();
        let all: BTreeSet<&str> = page.samples.iter().map(|(labels, _)| labels.metric()).collect();
        let read: BTreeSet<&str> = series.iter().map(|labels| labels.metric()).collect();
        let unread = all.len() - read.len();
        Self { services: services(&series, &page.types, Some(name)), unread }
    }

    /// How many metrics were looked at closely.
    pub fn metrics(&self) -> usize {
        let names = self.services.iter().flat_map(|service| &service.metrics).map(|metric| &metric.name);
        names.collect::<BTreeSet<_>>().len()
    }
}

impl Snapshot {
    /// The sum of the samples that are selected.
    pub(super) fn sum(&self, selector: &Selector) -> f64 {
        let Ok(matchers) = CompiledMatchers::new(&selector.all_matchers()) else { return 0.0 };
        let selected = self.samples.iter().filter(|(labels, _)| matchers.matches(labels));
        selected.map(|(_, value)| value).filter(|value| value.is_finite()).sum()
    }
}

/// Series by the services that they are of. `page` names the service of a page, whose series do not say it.
fn services(series: &[&Labels], types: &BTreeMap<String, String>, page: Option<&str>) -> Vec<Service> {
    let mut namespaces: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for labels in series {
        if let (Some(job), Some(namespace)) = (labels.get("job"), labels.get("namespace")) {
            namespaces.entry(job).or_default().insert(namespace);
        }
    }
    let owner = |labels: &Labels| -> Vec<(&'static str, String)> {
        let value = |label: &'static str| labels.get(label).map(|value| (label, value.to_owned()));
        // On a page, all but the job may be what the service tells of others.
        let naming = if page.is_some() { &SERVICE[..1] } else { &SERVICE[..] };
        let Some(first) = naming.iter().find_map(|label| value(label)) else { return Vec::new() };
        let split = namespaces
            .get(first.1.as_str())
            .is_some_and(|all| (2..=MOST_NAMESPACES).contains(&all.len()) && first.0 == "job");
        let namespace = value("namespace").filter(|_| split);
        [first].into_iter().chain(namespace).collect()
    };
    let mut found: BTreeMap<Vec<(&'static str, String)>, BTreeMap<String, Metric>> = BTreeMap::new();
    for labels in series {
        let name = labels.metric();
        let metrics = found.entry(owner(labels)).or_default();
        let metric = metrics.entry(name.to_owned()).or_insert_with(|| Metric::new(name));
        for (label, value) in labels.iter().filter(|(label, _)| *label != METRIC_NAME && *label != "job") {
            metric.add_value(label, value);
        }
    }
    let mut taken = BTreeSet::new();
    let service = |(owner, metrics): (Vec<(&'static str, String)>, BTreeMap<String, Metric>)| {
        let said: Vec<&str> = owner.iter().map(|(_, value)| value.as_str()).collect();
        let said = if said.is_empty() { page.unwrap_or("service").to_owned() } else { said.join("-") };
        let equal = |(name, value): &(&'static str, String)| Matcher {
            name: (*name).to_owned(),
            op: MatchOp::Equal,
            value: value.clone(),
        };
        Service {
            name: unique(&as_name(&said), &mut taken),
            matchers: owner.iter().map(equal).collect(),
            metrics: typed(metrics, types),
        }
    };
    found.into_iter().map(service).collect()
}

fn typed(metrics: BTreeMap<String, Metric>, types: &BTreeMap<String, String>) -> Vec<Metric> {
    let names: BTreeSet<String> = metrics.keys().cloned().collect();
    let typed = |(name, mut metric): (String, Metric)| {
        // OpenMetrics declares the family, whose counter has an ending more.
        let declared = types.get(&name).or_else(|| types.get(name.strip_suffix("_total")?));
        metric.kind = kind(&name, declared.map(String::as_str), &|other| names.contains(other));
        if metric.kind != Kind::Buckets {
            metric.boundaries.clear();
        }
        metric.boundaries.sort_by(f64::total_cmp);
        metric
    };
    metrics.into_iter().map(typed).collect()
}

/// A name as specifications have them: other characters become `-`.
fn as_name(text: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.') { c } else { '-' };
    let name: String = text.chars().map(plain).collect();
    let name = name.trim_matches('-');
    if name.is_empty() { "service".to_owned() } else { name.to_owned() }
}

/// The name, or with a number behind it where it is taken.
pub(super) fn unique(name: &str, taken: &mut BTreeSet<String>) -> String {
    let numbered = (2..).map(|number| format!("{name}-{number}"));
    let free = [name.to_owned()].into_iter().chain(numbered).find(|name| !taken.contains(name));
    let free = free.unwrap_or_default();
    taken.insert(free.clone());
    free
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(metric: &str, pairs: &[(&str, &str)]) -> Labels {
        [(METRIC_NAME, metric)].into_iter().chain(pairs.iter().copied()).collect()
    }

    #[test]
    fn a_job_in_several_namespaces_is_a_service_in_each() {
        let all = [
            labels("a_total", &[("job", "api/web"), ("namespace", "prod"), ("code", "200")]),
            labels("a_total", &[("job", "api/web"), ("namespace", "test"), ("code", "500")]),
            labels("b_total", &[("job", "api-web-prod")]),
            labels("c_total", &[("namespace", "prod")]),
        ];
        let services = services(&all.iter().collect::<Vec<_>>(), &BTreeMap::new(), None);
        let told: Vec<String> = services
            .iter()
            .map(|service| {
                let selector = Selector { matchers: service.matchers.clone(), ..Selector::default() };
                format!("{} {}", service.name, Expr::selector(selector))
            })
            .collect();
        assert_eq!(
            told,
            [
                r#"api-web-prod {job="api-web-prod"}"#,
                r#"api-web-prod-2 {job="api/web",namespace="prod"}"#,
                r#"api-web-test {job="api/web",namespace="test"}"#,
                r#"prod {namespace="prod"}"#,
            ]
        );
    }

    #[test]
    fn kinds_are_told_by_types_names_and_neighbours() {
        let all = [
            labels("h_bucket", &[("le", "+Inf")]),
            labels("h_bucket", &[("le", "1.0")]),
            labels("h_bucket", &[("le", "0.25")]),
            labels("h_count", &[]),
            labels("activity_count", &[]),
            labels("r_total", &[]),
            labels("commits", &[]),
            labels("level_total", &[]),
        ];
        let types =
            [("commits", "counter"), ("level_total", "gauge")].map(|(a, b)| (a.to_owned(), b.to_owned()));
        let services = services(&all.iter().collect::<Vec<_>>(), &types.into(), Some("x"));
        let kinds: BTreeMap<&str, Kind> =
            services[0].metrics.iter().map(|metric| (metric.name.as_str(), metric.kind)).collect();
        assert_eq!(kinds["h_bucket"], Kind::Buckets);
        for counter in ["h_count", "r_total", "commits"] {
            assert_eq!(kinds[counter], Kind::Counter, "{counter}");
        }
        for other in ["activity_count", "level_total"] {
            assert_eq!(kinds[other], Kind::Other, "{other}");
        }
        let buckets = services[0].metrics.iter().find(|metric| metric.kind == Kind::Buckets);
        assert_eq!(buckets.unwrap().boundaries, [0.25, 1.0]);
    }
}
