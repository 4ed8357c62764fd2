//! Plugins that make an indicator's query. A plugin is Go code; those whose code does no more than put options into a
//! query are written here as that query, and everything else is refused by name.
//!
//! The queries are those of sloth-common-sli-plugins and of Sloth's examples, with two differences: a bucket is met in
//! every spelling of its boundary, and the precedence of `or` in the plugin for Prometheus's targets, which makes it
//! give a number of scrapes in place of a ratio, is what its text says. To add one: its row in [`PLUGINS`].

use super::super::decode::{At, Fields};
use super::super::{foreign, values};
use crate::base::nearest;
use crate::diag::{Code, quote};
use crate::promql::{Expr, ExprKind, Matcher, ParseOptions, Selector, parse};
use crate::slo::{EventsSli, Polarity, Sli, Unit};

/// A plugin.
struct Plugin {
    id: &'static str,
    makes: Makes,
    options: &'static [Setting],
}

/// What a plugin makes, before options are put in.
enum Makes {
    /// Bad events among all events.
    Events { bad: &'static str, total: &'static str },
    /// Events within the boundary that the option `bucket` says among all of a histogram.
    Latency { buckets: &'static str, unit: Unit },
    /// Nothing that is measured.
    Nothing,
}

/// An option.
struct Setting {
    name: &'static str,
    /// How it is written, where it must be.
    required: Option<&'static str>,
    takes: Takes,
}

/// What an option takes and does.
enum Takes {
    /// Conditions on labels, for every selector.
    Filter,
    /// The value of a label, for every selector.
    Value(&'static str),
    /// A regular expression for a label, for every selector.
    Pattern(&'static str),
    /// A regular expression for a label that only bad events meet, and what it is where it is not given.
    BadPattern(&'static str, &'static str),
    /// The boundary of a bucket.
    Bucket,
    /// Whether a condition on labels is added for every selector.
    Switch(&'static str),
}

const fn may(name: &'static str, takes: Takes) -> Setting {
    Setting { name, required: None, takes }
}

const fn must(name: &'static str, example: &'static str, takes: Takes) -> Setting {
    Setting { name, required: Some(example), takes }
}

const FILTER: Setting = may("filter", Takes::Filter);
const REQUIRED_FILTER: Setting = must("filter", "filter: job=\"my-job\"", Takes::Filter);
const BUCKET: Setting = must("bucket", "bucket: \"0.5\"", Takes::Bucket);
const EXCLUDE_ERRORS: Setting = may("exclude_errors", Takes::Switch("code!~\"5..\""));
const CONTROLLER: Setting = must("controller", "controller: my-controller", Takes::Value("controller"));
const BACKEND: Setting = must("backend_regex", "backend_regex: ^my-backend$", Takes::Pattern("backend"));
const SERVICE: Setting =
    must("service_name_regex", "service_name_regex: ^my-service$", Takes::Pattern("service"));
const ISTIO_SERVICE: Setting =
    must("service", "service: my-service", Takes::Value("destination_service_name"));
const ISTIO_NAMESPACE: Setting =
    must("namespace", "namespace: default", Takes::Value("destination_service_namespace"));

#[rustfmt::skip]
const PLUGINS: &[Plugin] = &[
    Plugin {
        id: "getting_started_availability",
        makes: Makes::Events {
            bad: r#"http_request_duration_seconds_count{code=~"(5..|429)"}"#,
            total: "http_request_duration_seconds_count",
        },
        options: &[FILTER, must("job", "job: my-job", Takes::Value("job"))],
    },
    Plugin {
        id: "sloth-common/coredns/availability",
        makes: Makes::Events { bad: "coredns_dns_responses_total", total: "coredns_dns_responses_total" },
        options: &[FILTER, may("custom_rcode_regex", Takes::BadPattern("rcode", "SERVFAIL"))],
    },
    Plugin {
        id: "sloth-common/coredns/latency",
        makes: Makes::Latency { buckets: "coredns_dns_request_duration_seconds_bucket", unit: Unit::Seconds },
        options: &[FILTER, BUCKET],
    },
    Plugin { id: "sloth-common/fake", makes: Makes::Nothing, options: &[] },
    Plugin {
        id: "sloth-common/haproxy/frontend/availability",
        makes: Makes::Events {
            bad: r#"haproxy_frontend_http_responses_total{code="5xx"}"#,
            total: "haproxy_frontend_http_responses_total",
        },
        options: &[FILTER],
    },
    Plugin {
        id: "sloth-common/istio/v1/availability",
        makes: Makes::Events {
            bad: r#"istio_requests_total{response_code=~"(5..|429)"}"#,
            total: "istio_requests_total",
        },
        options: &[FILTER, ISTIO_SERVICE, ISTIO_NAMESPACE],
    },
    Plugin {
        id: "sloth-common/istio/v1/latency",
        makes: Makes::Latency { buckets: "istio_request_duration_milliseconds_bucket", unit: Unit::Milliseconds },
        options: &[FILTER, ISTIO_SERVICE, ISTIO_NAMESPACE, BUCKET, EXCLUDE_ERRORS],
    },
    Plugin {
        id: "sloth-common/kubernetes/apiserver/availability",
        makes: Makes::Events {
            bad: r#"apiserver_request_total{code=~"(5..|429)"}"#,
            total: "apiserver_request_total",
        },
        options: &[FILTER],
    },
    Plugin {
        id: "sloth-common/kubernetes/apiserver/latency",
        makes: Makes::Latency {
            buckets: r#"apiserver_request_duration_seconds_bucket{verb!="WATCH"}"#,
            unit: Unit::Seconds,
        },
        options: &[FILTER, BUCKET],
    },
    Plugin {
        id: "sloth-common/kubernetes/kooper/availability",
        makes: Makes::Events {
            bad: r#"sum(rate(kooper_controller_processed_event_duration_seconds_count{success="false"}[$window]))"#,
            // What is put back into the queue comes again.
            total: r#"sum(rate(kooper_controller_processed_event_duration_seconds_count[$window]))
                - (sum(rate(kooper_controller_queued_events_total{requeue="true"}[$window])) or on () vector(0))"#,
        },
        options: &[FILTER, CONTROLLER],
    },
    Plugin {
        id: "sloth-common/kubernetes/kooper/latency",
        makes: Makes::Latency {
            buckets: "kooper_controller_processed_event_duration_seconds_bucket",
            unit: Unit::Seconds,
        },
        options: &[FILTER, CONTROLLER, BUCKET],
    },
    Plugin {
        id: "sloth-common/kubernetes/kooper/queue-congestion",
        makes: Makes::Latency {
            buckets: "kooper_controller_event_in_queue_duration_seconds_bucket",
            unit: Unit::Seconds,
        },
        options: &[FILTER, CONTROLLER, BUCKET],
    },
    Plugin {
        id: "sloth-common/kubernetes/nginx-ingress/availability",
        makes: Makes::Events {
            bad: r#"nginx_ingress_controller_requests{status=~"(5..|429)"}"#,
            total: "nginx_ingress_controller_requests",
        },
        options: &[FILTER],
    },
    Plugin { id: "sloth-common/noop", makes: Makes::Nothing, options: &[] },
    Plugin {
        id: "sloth-common/prometheus/rules/eval-availability",
        makes: Makes::Events {
            bad: "prometheus_rule_evaluation_failures_total",
            total: "prometheus_rule_evaluations_total",
        },
        options: &[FILTER],
    },
    Plugin {
        id: "sloth-common/prometheus/targets/availability",
        makes: Makes::Events {
            bad: "sum(count_over_time((up == 0)[$window:])) or vector(0)",
            total: "sum(count_over_time(up[$window:]))",
        },
        options: &[FILTER],
    },
    Plugin {
        id: "sloth-common/slok-go-http-metrics/availability",
        makes: Makes::Events {
            bad: r#"http_request_duration_seconds_count{code=~"(5..|429)"}"#,
            total: "http_request_duration_seconds_count",
        },
        options: &[REQUIRED_FILTER],
    },
    Plugin {
        id: "sloth-common/slok-go-http-metrics/latency",
        makes: Makes::Latency { buckets: "http_request_duration_seconds_bucket", unit: Unit::Seconds },
        options: &[REQUIRED_FILTER, BUCKET, EXCLUDE_ERRORS],
    },
    Plugin {
        id: "sloth-common/traefik/v1/availability",
        makes: Makes::Events {
            bad: r#"traefik_backend_requests_total{code=~"(5..|429)"}"#,
            total: "traefik_backend_requests_total",
        },
        options: &[FILTER, BACKEND],
    },
    Plugin {
        id: "sloth-common/traefik/v1/latency",
        makes: Makes::Latency { buckets: "traefik_backend_request_duration_seconds_bucket", unit: Unit::Seconds },
        options: &[FILTER, BACKEND, BUCKET, EXCLUDE_ERRORS],
    },
    Plugin {
        id: "sloth-common/traefik/v2/availability",
        makes: Makes::Events {
            bad: r#"traefik_service_requests_total{code=~"(5..)"}"#,
            total: "traefik_service_requests_total",
        },
        options: &[FILTER, SERVICE],
    },
    Plugin {
        id: "sloth-common/traefik/v2/latency",
        makes: Makes::Latency { buckets: "traefik_service_request_duration_seconds_bucket", unit: Unit::Seconds },
        options: &[FILTER, SERVICE, BUCKET, EXCLUDE_ERRORS],
    },
];

/// `{id: sloth-common/…, options: {…}}`
pub(super) fn read(at: &At) -> Option<Sli> {
    at.fields(|f| {
        let options = f.find("options");
        let plugin = f.required("id", "id: sloth-common/kubernetes/apiserver/availability", plugin)?;
        let given = match options {
            Some(options) => options.fields(|f| {
                let given: Vec<Option<Given>> = plugin.options.iter().map(|option| option.read(f)).collect();
                given.into_iter().collect::<Option<Vec<Given>>>()
            })?,
            None => match plugin.options.iter().find_map(|option| option.required) {
                None => plugin.options.iter().map(Setting::not_given).collect(),
                Some(example) => {
                    let fault = at.fault(Code::MissingField, "the plugin needs `options`");
                    return at.say(fault.help(format!("write `options: {{{example}}}`")));
                }
            },
        };
        plugin.filled(&given)
    })
}

fn plugin(at: &At) -> Option<&'static Plugin> {
    let id = at.text()?;
    let known = PLUGINS.iter().map(|plugin| plugin.id);
    let (message, help) = match PLUGINS.iter().find(|plugin| plugin.id == id) {
        Some(Plugin { makes: Makes::Nothing, .. }) => (
            format!("the plugin {} measures nothing", quote(id)),
            "write what is to be measured as `events`, or remove the objective".to_owned(),
        ),
        Some(plugin) => return Some(plugin),
        None => match nearest(id, known) {
            Some(near) => {
                (format!("the plugin {} is not known", quote(id)), format!("did you mean `{near}`?"))
            }
            None => (
                format!("the plugin {} is Go code that only Sloth runs", quote(id)),
                "write the query that it makes as `raw`, or as `events` if it divides two counts; of plugins those of \
                 sloth-common-sli-plugins are known"
                    .to_owned(),
            ),
        },
    };
    at.say(at.fault(Code::Plugin, message).help(help))
}

/// What an option does to the query.
enum Given {
    Nothing,
    All(Vec<Matcher>),
    Bad(Vec<Matcher>),
    Bucket(f64),
}

impl Setting {
    /// Reads the option; nothing where a fault was said.
    fn read(&self, f: &mut Fields) -> Option<Given> {
        let value = match self.required {
            Some(example) => Some(f.required(self.name, example, |at| at.text().map(|_| at.clone()))?),
            None => f.find(self.name).filter(|at| at.node.text() != Some("")),
        };
        let Some(at) = value else { return Some(self.not_given()) };
        Some(match self.takes {
            Takes::Filter => Given::All(filter(&at)?),
            Takes::Value(label) => Given::All(condition(&at, label, "=")?),
            Takes::Pattern(label) => Given::All(condition(&at, label, "=~")?),
            Takes::BadPattern(label, _) => Given::Bad(condition(&at, label, "=~")?),
            Takes::Bucket => Given::Bucket(boundary(&at)?),
            Takes::Switch(condition) if switch(&at)? => Given::All(matchers(condition)?),
            Takes::Switch(_) => Given::Nothing,
        })
    }

    fn not_given(&self) -> Given {
        match self.takes {
            Takes::BadPattern(label, usual) => {
                matchers(&format!("{label}=~\"{usual}\"")).map_or(Given::Nothing, Given::Bad)
            }
            _ => Given::Nothing,
        }
    }
}

/// Conditions as they stand between the braces of a selector.
fn filter(at: &At) -> Option<Vec<Matcher>> {
    let text = at.text()?.trim().trim_matches(['{', '}', ',']);
    matchers(text).or_else(|| {
        let fault =
            at.fault(Code::PluginOption, format!("{} is no list of conditions on labels", quote(text)));
        at.say(fault.help("write them as in a query: `job=\"api\",code!=\"404\"`"))
    })
}

/// The condition that a label's value makes. As in Sloth the text is a part of the query, escapes and all; here it cannot
/// be more than a value.
fn condition(at: &At, label: &str, op: &str) -> Option<Vec<Matcher>> {
    let text = at.text()?.trim();
    matchers(&format!("{label}{op}\"{text}\"")).filter(|made| made.len() == 1).or_else(|| {
        let what = if op == "=" { "the value of a label" } else { "a regular expression" };
        let fault = at.fault(Code::PluginOption, format!("{} is not {what}", quote(text)));
        at.say(fault.help("write it as it would stand between the quotes of a query"))
    })
}

/// The conditions between the braces of a selector.
fn matchers(text: &str) -> Option<Vec<Matcher>> {
    let ExprKind::Selector(read) = parse(&format!("any{{{text}}}"), &ParseOptions::default()).ok()?.kind
    else {
        return None;
    };
    let conditions_alone = Selector { matchers: read.matchers.clone(), ..Selector::metric("any") };
    (read == conditions_alone).then_some(read.matchers)
}

fn boundary(at: &At) -> Option<f64> {
    let text = at.text()?.trim();
    match text.parse::<f64>() {
        Ok(boundary) if boundary.is_finite() && boundary > 0.0 => Some(boundary),
        _ => {
            let fault =
                at.fault(Code::PluginOption, format!("{} is not the boundary of a bucket", quote(text)));
            at.say(fault.help("write the number that stands in the label `le`, such as `\"0.5\"`"))
        }
    }
}

/// A truth in any of the words that Go takes.
fn switch(at: &At) -> Option<bool> {
    match at.text()? {
        "1" | "t" | "T" => Some(true),
        "0" | "f" | "F" => Some(false),
        _ => values::truth(at),
    }
}

impl Plugin {
    /// The indicator with all options put in.
    fn filled(&self, given: &[Given]) -> Option<Sli> {
        let (mut every, mut of_bad, mut bucket) = (Vec::new(), Vec::new(), None);
        for given in given {
            match given {
                Given::Nothing => {}
                Given::All(matchers) => every.extend_from_slice(matchers),
                Given::Bad(matchers) => of_bad.extend_from_slice(matchers),
                Given::Bucket(boundary) => bucket = Some(*boundary),
            }
        }
        match self.makes {
            Makes::Events { bad, total } => {
                let part = with(query(bad)?, &[&every[..], &of_bad].concat());
                let total = with(query(total)?, &every);
                Some(Sli::Events(EventsSli { polarity: Polarity::Bad, part, total }))
            }
            Makes::Latency { buckets, unit } => {
                let ExprKind::Selector(buckets) = with(query(buckets)?, &every).kind else { return None };
                Some(Sli::Latency(foreign::latency(buckets, bucket?, unit)))
            }
            Makes::Nothing => None,
        }
    }
}

fn query(text: &str) -> Option<Expr> {
    parse(text, &ParseOptions { window: true }).ok()
}

/// A query with more conditions for each of its selectors, before its own as in Sloth.
fn with(mut query: Expr, more: &[Matcher]) -> Expr {
    query.rewrite(&mut |kind| {
        if let ExprKind::Selector(Selector { matchers, .. })
        | ExprKind::Range { selector: Selector { matchers, .. }, .. } = kind
        {
            matchers.splice(..0, more.iter().cloned());
        }
    });
    query
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_plugin_makes_an_indicator_once_its_options_are_given() {
        assert!(PLUGINS.is_sorted_by_key(|plugin| plugin.id));
        for plugin in PLUGINS {
            let given = plugin.options.iter().map(|option| match option.takes {
                Takes::Bucket => Given::Bucket(0.5),
                Takes::Switch(condition) => Given::All(matchers(condition).unwrap()),
                _ => option.not_given(),
            });
            let made = plugin.filled(&given.collect::<Vec<_>>());
            assert_eq!(made.is_some(), !matches!(plugin.makes, Makes::Nothing), "{}", plugin.id);
        }
    }

    #[test]
    fn an_option_makes_conditions_and_nothing_else() {
        let count = |text: &str| matchers(text).map(|matchers| matchers.len());
        assert_eq!(count(r#"a="1", b!~"2.*""#), Some(2));
        assert_eq!(count(""), Some(0));
        for text in [r#"a="b"} or x{"#, r#"a="b"}[5m"#, r#"a=~"(""#, "a", r#"a="b"} offset 5m #"#] {
            assert_eq!(count(text), None, "{text}");
        }
    }
}
