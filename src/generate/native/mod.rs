//! Specifications as text of the native dialect, `apiVersion: nines/v1`, as a person would write it.
//!
//! What is written reads back as the same specification (but for the file and line it came from); a test holds this. To
//! write a new field: its line here, where the fields of its type are taken apart.

mod alerting;
mod policy;
mod sli;

use super::yaml::{self, Map, Yaml, block, flow, list, word};
use crate::base::{CalendarUnit, MONTHS};
use crate::slo::{Link, Slo, Spec, Window};

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

/// A text, in which nothing is meant as a variable.
fn text(text: &str) -> Yaml {
    yaml::text(&yaml::without_variables(text))
}

/// Texts by their keys, on one line where there is room.
fn texts<'t>(texts: impl IntoIterator<Item = (&'t String, &'t String)>) -> Map {
    texts.into_iter().fold(flow(), |map, (key, value)| map.field(key, text(value)))
}

fn spec(commented: &Commented<'_>) -> Map {
    let Spec {
        service,
        description,
        owner,
        labels,
        links,
        slos,
        slas,
        exclusions,
        alerts,
        file: _,
        unselected: _,
    } = commented.spec;
    let comments = commented.slos.iter().cloned().chain(std::iter::repeat(Vec::new()));
    block()
        .field("apiVersion", word("nines/v1"))
        .field("service", text(service))
        .optional("description", description.as_deref().map(text))
        .optional("owner", owner.as_deref().map(text))
        .unless_empty("labels", texts(labels))
        .unless_empty(
            "links",
            links.iter().fold(flow(), |map, Link { rel, href }| map.field(rel, text(href))),
        )
        .field("slos", Yaml::Items(slos.iter().map(slo).zip(comments).collect()))
        .optional("exclusions", policy::exclusions(exclusions))
        .optional("sla", policy::contracts(slas))
        .optional("alerts", alerting::rules(alerts))
}

fn slo(slo: &Slo) -> Map {
    let Slo { name, description, labels, objective, window, sli, method, by, max_groups, .. } = slo;
    let Slo { min_events, min_coverage, alerting, gate, line: _, .. } = slo;
    let min_coverage = (*min_coverage != Slo::default_min_coverage()).then_some(min_coverage);
    block()
        .field("name", text(name))
        .optional("description", description.as_deref().map(text))
        .unless_empty("labels", texts(labels))
        .field("objective", word(objective))
        .field("window", self::window(*window))
        .optional("by", self::by(by, *max_groups))
        .field("sli", sli::sli(sli))
        .optional("method", sli::method(*method))
        .optional("min_events", min_events.map(word))
        .optional("min_coverage", min_coverage.map(word))
        .optional("alerting", alerting::alerting(alerting))
        .optional("gate", gate.as_ref().map(policy::gate))
}

fn by(by: &[String], max_groups: usize) -> Option<Yaml> {
    match max_groups {
        _ if by.is_empty() => None,
        Slo::DEFAULT_MAX_GROUPS => Some(list(by)),
        limit => Some(flow().field("labels", list(by)).field("limit", word(limit)).into()),
    }
}

pub(super) fn window(window: Window) -> Yaml {
    match window {
        Window::Rolling(_) => word(window),
        Window::Calendar { unit, zone } => {
            let zone = (zone != crate::base::Zone::UTC).then(|| word(zone));
            let month = |month: u8| MONTHS.get(usize::from(month).saturating_sub(1)).copied().map(word);
            let (starts, fiscal) = match unit {
                CalendarUnit::SundayWeek => (Some(word("sunday")), None),
                CalendarUnit::FiscalQuarter(first) | CalendarUnit::FiscalYear(first) => (None, month(first)),
                _ => (None, None),
            };
            flow()
                .field("calendar", word(unit.word()))
                .optional("starts", starts)
                .optional("fiscal_start", fiscal)
                .optional("timezone", zone)
                .into()
        }
    }
}
