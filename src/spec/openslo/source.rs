//! Where an indicator's numbers come from, and the query for them.

use super::super::decode::At;
use super::super::{foreign, values};
use super::metadata::object as in_document;
use super::objects::Kind;
use super::{Run, Version};
use crate::diag::{Code, quote};

/// One query of an indicator as it is written.
#[derive(Clone)]
pub(super) struct Source<'a> {
    /// What kind of data source is asked.
    kind: Option<At<'a>>,
    /// The document of kind `DataSource` that says it.
    reference: Option<At<'a>>,
    /// All of it.
    at: At<'a>,
    /// The fields for the data source; in v1alpha the query itself.
    spec: At<'a>,
}

/// Reads a metric: of v1 its `metricSource`, of v2alpha the data source beside its `spec`, of v1alpha `source` and `query`.
pub(super) fn source<'a>(at: &At<'a>, version: Version) -> Option<Source<'a>> {
    let here = |at: &At<'a>| Some(at.clone());
    let spec = "spec: {query: 'http_requests_total{code!~\"5..\"}'}";
    match version {
        Version::V1 => at.fields(|f| {
            f.required("metricSource", "metricSource: {type: Prometheus, spec: {query: …}}", |at| {
                at.fields(|f| {
                    let reference = f.find("metricSourceRef");
                    let kind = f.find("type");
                    let spec = f.required("spec", spec, here);
                    Some(Source { kind, reference, at: at.clone(), spec: spec? })
                })
            })
        }),
        Version::V2Alpha => at.fields(|f| {
            let help = "write `dataSourceRef: my-prometheus` or `dataSourceSpec: {type: Prometheus}`";
            let given = f.one_of(&["dataSourceRef", "dataSourceSpec"], help);
            let spec = f.required("spec", spec, here);
            let (field, given) = given?;
            let (kind, reference) = match field {
                "dataSourceRef" => (None, Some(given)),
                _ => (Some(data_source(&given)?), None),
            };
            Some(Source { kind, reference, at: at.clone(), spec: spec? })
        }),
        Version::V1Alpha => at.fields(|f| {
            let kind = f.required("source", "source: prometheus", here);
            f.required("queryType", "queryType: promql", values::text);
            let query = f.required("query", "query: 'sum(rate(http_requests_total[{{.window}}]))'", here);
            Some(Source { kind: Some(kind?), reference: None, at: at.clone(), spec: query? })
        }),
    }
}

/// Reads a document of kind `DataSource`; gives its type.
pub(super) fn object<'a>(at: &At<'a>) -> Option<At<'a>> {
    in_document(at, Kind::DataSource, false, |_, at| data_source(at))
}

fn data_source<'a>(at: &At<'a>) -> Option<At<'a>> {
    at.fields(|f| {
        f.optional("description", foreign::prose);
        f.find("connectionDetails");
        f.required("type", "type: Prometheus", |at| Some(at.clone()))
    })
}

impl<'a> Source<'a> {
    /// The query, where it is in PromQL.
    pub(super) fn query(&self, run: &Run<'_, 'a>) -> Option<At<'a>> {
        self.check(run)?;
        if run.version == Version::V1Alpha {
            return Some(self.spec.clone());
        }
        // Whatever a program needs may stand beside the query.
        self.spec.open_fields(|f| {
            let help = "write `query: 'http_requests_total{code!~\"5..\"}'`";
            f.one_of(&["query", "promql"], help).map(|(_, query)| query)
        })
    }

    /// Whether the data source is asked in PromQL. What stands here counts; a document is looked for only where nothing does.
    fn check(&self, run: &Run<'_, 'a>) -> Option<()> {
        if let Some(kind) = &self.kind {
            return is_promql(kind.text()?).then_some(()).or_else(|| kind.say(refused(kind, kind)));
        }
        let Some(reference) = &self.reference else {
            let fault = self.at.fault(Code::MissingField, "`type` is missing");
            let help = "write `type: Prometheus`, or `metricSourceRef:` with the name of a DataSource";
            return self.at.say(fault.help(help));
        };
        let kind = object(&run.objects.find(Kind::DataSource, reference)?)?;
        is_promql(kind.text()?).then_some(()).or_else(|| {
            reference.say(refused(reference, &kind).also(kind.file(), kind.node.span, "this type"))
        })
    }
}

fn refused(at: &At, kind: &At) -> crate::diag::Diagnostic {
    let kind = kind.node.text().unwrap_or_default();
    let fault = at.fault(Code::DataSource, format!("{} is not asked in PromQL", quote(kind)));
    fault.help("Prometheus, Thanos, Mimir, Cortex and VictoriaMetrics can be asked; write `type: Prometheus` with a query in PromQL")
}

/// Whether a type of data source answers PromQL, whatever its case and punctuation: `victoria-metrics`, `AmazonPrometheus`.
fn is_promql(kind: &str) -> bool {
    let kind: String = kind.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_lowercase();
    ["prometheus", "promql"].iter().any(|word| kind.contains(word))
        || ["thanos", "mimir", "grafanamimir", "cortex", "victoriametrics", "sloth"].contains(&kind.as_str())
}

#[cfg(test)]
mod tests {
    use super::is_promql;

    #[test]
    fn what_answers_promql_is_known_by_its_type() {
        for kind in
            ["Prometheus", "prometheus", "Grafana Mimir", "victoria-metrics", "AmazonPrometheus", "PromQL"]
        {
            assert!(is_promql(kind), "{kind}");
        }
        for kind in ["Any", "Datadog", "CloudWatch", "Dynatrace", "", "prom", "Graphite"] {
            assert!(!is_promql(kind), "{kind}");
        }
    }
}
