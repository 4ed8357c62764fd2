//! Specifications as text of the native dialect, `apiVersion: nines/v1`, as a person would write it.
//!
//! What is written reads back as the same specification (but for the file and line it came from); a test holds this. To
//! write a new field: its line here, where the fields of its type are taken apart.

mod yaml;

use crate::promql::{Expr, Selector};
use crate::slo::{Empty, EventsSli, LatencySli, Link, Polarity, Sli, SlicesSli, Slo, Spec, Unit, Window};
use yaml::{Yaml, block, flow, list, query, text, word};

/// A specification, and what is said beside it in comments.
#[derive(Debug, Clone)]
pub struct Commented<'a> {
    /// What is written.
    pub spec: &'a Spec,
    /// Lines above the document.
    pub above: Vec<String>,
    /// Lines above each objective, in the order of the objectives; those that are missing are none.
    pub slos: Vec<Vec<String>>,
}

impl<'a> From<&'a Spec> for Commented<'a> {
    fn from(spec: &'a Spec) -> Self {
        Self { spec, above: Vec::new(), slos: Vec::new() }
    }
}

/// The text of a file that holds these specifications, one document each.
pub fn native<'a>(specs: impl IntoIterator<Item = Commented<'a>>) -> String {
    let mut file = String::new();
    for commented in specs {
        if !file.is_empty() {
            file.push_str("---\n");
        }
        yaml::comments(&commented.above, 0, &mut file);
        yaml::document(&spec(&commented), &mut file);
    }
    file
}

fn spec(commented: &Commented<'_>) -> Yaml {
    let Spec { service, description, owner, labels, links, slos, file: _ } = commented.spec;
    let comments = commented.slos.iter().cloned().chain(std::iter::repeat(Vec::new()));
    block()
        .field("apiVersion", word("nines/v1"))
        .field("service", text(service))
        .optional("description", description.as_deref().map(text))
        .optional("owner", owner.as_deref().map(text))
        .unless_empty("labels", labels.iter().fold(flow(), |map, (name, value)| map.field(name, text(value))))
        .unless_empty(
            "links",
            links.iter().fold(flow(), |map, Link { rel, href }| map.field(rel, text(href))),
        )
        .field("slos", Yaml::Objectives(slos.iter().map(slo).zip(comments).collect()))
        .into()
}

fn slo(slo: &Slo) -> Yaml {
    let Slo { name, description, objective, window, sli, by, min_events, min_coverage, line: _ } = slo;
    let min_coverage = (*min_coverage != Slo::default_min_coverage()).then_some(min_coverage);
    block()
        .field("name", text(name))
        .optional("description", description.as_deref().map(text))
        .field("objective", word(objective))
        .field("window", self::window(*window))
        .optional("by", (!by.is_empty()).then(|| list(by)))
        .field("sli", self::sli(sli))
        .optional("min_events", min_events.map(word))
        .optional("min_coverage", min_coverage.map(word))
        .into()
}

fn window(window: Window) -> Yaml {
    match window {
        Window::Rolling(_) => word(window),
        Window::Calendar { unit, zone } => {
            let zone = (zone != crate::base::Zone::UTC).then(|| word(zone));
            flow().field("calendar", word(unit.word())).optional("timezone", zone).into()
        }
    }
}

fn sli(sli: &Sli) -> Yaml {
    let written = match sli {
        Sli::Events(sli) => events(sli),
        Sli::Latency(sli) => latency(sli),
        Sli::Slices(sli) => slices(sli),
    };
    block().field(sli.kind(), written).into()
}

fn events(sli: &EventsSli) -> Yaml {
    let EventsSli { polarity, part, total } = sli;
    let word = match polarity {
        Polarity::Good => "good",
        Polarity::Bad => "bad",
    };
    block().field(word, query(part)).field("total", query(total)).into()
}

fn latency(sli: &LatencySli) -> Yaml {
    let LatencySli { buckets, threshold: _, written, unit } = sli;
    let unit = match unit {
        Unit::Seconds => None,
        Unit::Milliseconds => Some(word("milliseconds")),
    };
    flow()
        .field("histogram", query(&Expr::selector(histogram(buckets))))
        .field("threshold", text(&yaml::without_variables(written)))
        .optional("unit", unit)
        .into()
}

/// A histogram is called by its base name, unless that would be taken for something else.
fn histogram(buckets: &Selector) -> Selector {
    let base = buckets.name.as_deref().and_then(|name| name.strip_suffix("_bucket"));
    let taken = |base: &str| ["_bucket", "_count", "_sum"].iter().any(|end| base.ends_with(end));
    match base.filter(|base| !base.is_empty() && !taken(base)) {
        Some(base) => Selector { name: Some(base.to_owned()), ..buckets.clone() },
        None => buckets.clone(),
    }
}

fn slices(sli: &SlicesSli) -> Yaml {
    let SlicesSli { good_when, value: _, op: _, bound: _, slice, empty } = sli;
    let empty = match empty {
        Empty::Good => Some(word("good")),
        Empty::Bad => Some(word("bad")),
        Empty::Ignore => None,
    };
    flow().field("good_when", query(good_when)).field("slice", word(slice)).optional("empty", empty).into()
}
