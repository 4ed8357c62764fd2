//! The native dialect, `apiVersion: nines/v1`. Its readers are its schema: every field that is asked for can be written.

use super::decode::{self, At};
use super::document::{Document, Head};
use super::vars::Vars;
use super::{Declared, Dialect, Reading, sli, values};
use crate::base::{CalendarUnit, Zone};
use crate::diag::{Code, Diagnostics, quote};
use crate::slo::{Link, Sli, Slo, Spec, Window};

pub(super) struct Native;

/// What `apiVersion` says in this dialect.
pub(super) const API_VERSION: &str = "nines/v1";

impl Dialect for Native {
    fn sign(&self) -> &'static str {
        "apiVersion: nines/v1"
    }

    fn claims(&self, head: &Head) -> bool {
        head.api_version == Some(API_VERSION)
    }

    fn read(&self, documents: &[Document], faults: &mut Diagnostics) -> Vec<Reading> {
        let read = |document: &Document| {
            decode::read(document, faults, |at| {
                let mut names = Vec::new();
                let file = document.files.name(document.file);
                let specs = spec(at, file, &mut names).into_iter().collect();
                Reading { place: document.place(), specs, names }
            })
        };
        documents.iter().map(read).collect()
    }
}

fn spec(at: &At, file: &str, names: &mut Vec<Declared>) -> Option<Spec> {
    at.fields(|f| {
        f.required("apiVersion", "apiVersion: nines/v1", values::text);
        let service = f.required("service", "service: checkout", values::name);
        let description = f.optional("description", values::text);
        let owner = f.optional("owner", values::text);
        let labels = f.optional("labels", |at| at.entries(label)).unwrap_or_default();
        let links = f.optional("links", |at| at.entries(link)).unwrap_or_default();
        let vars = f.optional("vars", Vars::read).unwrap_or_default();
        let slos = f.required("slos", "slos:", |at| {
            if at.node.is_empty_list() {
                let fault = at.fault(Code::Empty, "the list of objectives is empty");
                return at
                    .say(fault.help("write at least one, with `name`, `objective`, `window` and `sli`"));
            }
            at.list(|at| {
                if let (Some(service), Some(name)) = (&service, at.node.get("name")) {
                    let declared =
                        name.text().map(|text| Declared { id: format!("{service}/{text}"), span: name.span });
                    names.extend(declared);
                }
                slo(at, &vars)
            })
        });
        vars.say_unused(at);
        let (labels, file) = (labels.into_iter().collect(), file.to_owned());
        Some(Spec { description, owner, labels, links, slos: slos?, ..Spec::new(service?, file) })
    })
}

fn label(entry: &super::node::Entry, at: &At) -> Option<(String, String)> {
    if let Some((message, help)) = values::label_name_fault(&entry.key) {
        at.say::<()>(at.fault_at(Code::LabelName, entry.key_span, message).help(help));
    }
    Some((entry.key.clone(), values::text(at)?))
}

fn link(entry: &super::node::Entry, at: &At) -> Option<Link> {
    Some(Link { rel: entry.key.clone(), href: values::address(at)? })
}

fn slo(at: &At, vars: &Vars) -> Option<Slo> {
    at.fields(|f| {
        let name = f.required("name", "name: availability", values::name);
        let description = f.optional("description", values::text);
        let mut line = None;
        let objective = f.required("objective", "objective: 99.9%", |at| {
            line = Some(at.line());
            values::objective(at, vars)
        });
        let window = f.required("window", "window: 30d", window);
        let sli = f.required("sli", "sli: {events: {bad: …, total: …}}", |at| sli::sli(at, vars, window));
        let by = f.optional("by", |at| by(at, sli.as_ref())).unwrap_or_default();
        let min_events = f.optional("min_events", values::whole_number);
        let min_coverage = f.optional("min_coverage", |at| values::percentage(at, vars));
        Some(Slo {
            description,
            by,
            min_events,
            min_coverage: min_coverage.unwrap_or_else(Slo::default_min_coverage),
            line,
            ..Slo::new(name?, objective?, window?, sli?)
        })
    })
}

/// `30d`, `{rolling: 30d}` or `{calendar: month, timezone: Europe/Berlin}`.
fn window(at: &At) -> Option<Window> {
    if at.node.text().is_some() {
        return rolling(at);
    }
    at.fields(|f| {
        let timezone = f.find("timezone");
        match f.one_of(&["rolling", "calendar"], "write `window: 30d` or `window: {calendar: month}`")? {
            ("calendar", unit) => {
                let zone = timezone.map_or(Some(Zone::UTC), |at| values::zone(&at));
                Some(Window::Calendar { unit: values::one_of(&unit, &CalendarUnit::ALL)?, zone: zone? })
            }
            (_, length) => {
                if let Some(at) = timezone {
                    let fault = at.fault(Code::Window, "a rolling window has no time zone");
                    let help = "remove it, or write `calendar: month` for a window that ends at midnight";
                    at.say::<()>(fault.help(help));
                }
                rolling(&length)
            }
        }
    })
}

fn rolling(at: &At) -> Option<Window> {
    let text = at.text()?;
    let unit = text.strip_suffix("ly").or(text.strip_suffix('s')).unwrap_or(text);
    if let Some((word, _)) = CalendarUnit::ALL.iter().find(|(word, _)| *word == unit) {
        let fault = at.fault(Code::Window, format!("{} is a calendar window", quote(text)));
        return at
            .say(fault.help(format!("write `window: {{calendar: {word}}}`, or a length such as `30d`")));
    }
    values::rolling(at, values::duration(at)?, text)
}

/// Labels that divide the budget.
fn by(at: &At, sli: Option<&Sli>) -> Option<Vec<String>> {
    let mut names: Vec<String> = Vec::new();
    at.list(|at| {
        let name = values::label_name(at)?;
        if name == "le" && matches!(sli, Some(Sli::Latency(_))) {
            let fault = at.fault(Code::LabelName, "a latency cannot be divided by `le`");
            return at.say(fault.help("`le` holds the buckets; name a label such as `route`"));
        }
        if names.contains(&name) {
            let fault = at.fault(Code::LabelName, format!("the label {} is named twice", quote(&name)));
            return at.say(fault.help("remove one of the two"));
        }
        names.push(name);
        Some(())
    })?;
    Some(names)
}
