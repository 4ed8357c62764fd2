//! A service with its objectives, and the alerts of each.

use super::super::Declared;
use super::super::decode::{At, Fields};
use super::super::lint::{self, Written};
use super::super::{foreign, values};
use super::chain::Chain;
use super::sli::{self, Measured};
use super::windows::Catalogue;
use super::words::Words;
use crate::diag::Code;
use crate::slo::{Alerting, Origin, RuleStep, Slo, SlothOrigin, Spec, TierAlert, Window};

/// What is the same for all objectives of a document, and what is told of them beside the specification.
pub(super) struct Around<'a> {
    pub(super) catalogue: &'a Catalogue,
    pub(super) words: &'static Words,
    /// The dialect, as it calls itself.
    pub(super) dialect: &'static str,
    pub(super) names: Vec<Declared>,
}

/// The fields that both dialects have.
pub(super) fn fields(f: &mut Fields, file: &str, around: &mut Around) -> Option<Spec> {
    let service = f.required("service", "service: checkout", values::name);
    let labels = f.optional("labels", values::labels).unwrap_or_default();
    let chain = f.optional(around.words.slo_plugins, Chain::read).unwrap_or_default();
    let slos = f.required("slos", "slos:", |at| {
        if at.node.is_empty_list() {
            let fault = at.fault(Code::Empty, "the list of objectives is empty");
            return at.say(fault.help("write at least one, with `name`, `objective`, `sli` and `alerting`"));
        }
        at.list(|at| {
            if let (Some(service), Some(name)) = (&service, at.node.get("name")) {
                let declared =
                    name.text().map(|text| Declared { id: format!("{service}/{text}"), span: name.span });
                around.names.extend(declared);
            }
            slo(at, &chain, around)
        })
    });
    Some(Spec { labels, slos: slos?, ..Spec::new(service?, file) })
}

fn slo(at: &At, chain: &Chain, around: &Around) -> Option<Slo> {
    let Around { catalogue, words, dialect, .. } = around;
    at.fields(|f| {
        let name = f.required("name", "name: availability", values::name);
        let description = f.optional("description", foreign::prose);
        let mut line = None;
        let objective = f.required("objective", "objective: 99.9", |at| {
            line = Some(at.line());
            foreign::objective(at)
        });
        let labels = f.optional("labels", values::labels).unwrap_or_default();
        let own = f.optional("plugins", Chain::read).unwrap_or_default();
        let sli = f.required("sli", "sli: {events: {…}}", |at| sli::sli(at, words, catalogue.slice));
        let steps = Chain::steps(chain, &own);
        let help = "alerting: {name: HighErrorRate}";
        let alerting =
            f.required("alerting", help, |at| alerting(at, words, steps.contains(&RuleStep::Alerts)));
        let (Measured { sli, by, written }, name) = (sli?, name?);
        let window = Window::Rolling(catalogue.period);
        let origin = SlothOrigin { dialect, name: name.clone(), sli: written, steps };
        let origin = Some(Origin::Sloth(origin));
        let alerting = Alerting { windows: catalogue.rules.clone(), ..alerting? };
        let slo = Slo::new(name, objective?, window, sli);
        let slo = Slo { description, labels, by, alerting, line, origin, ..slo };
        let place = at.get("name").unwrap_or_else(|| at.clone());
        lint::slo(&slo, &Written { objective: at.get("objective"), ..Written::named(place) });
        Some(slo)
    })
}

/// The alerts; `made` says whether a plugin makes any.
fn alerting(at: &At, words: &Words, made: bool) -> Option<Alerting> {
    at.fields(|f| {
        let labels = f.optional("labels", values::labels).unwrap_or_default();
        let annotations = f.optional("annotations", values::annotations).unwrap_or_default();
        let mut tier = |name| f.find(name).map_or_else(|| Some(TierAlert::default()), |at| tier(&at));
        let (page, ticket) = (tier(words.page_alert), tier(words.ticket_alert));
        // What is faulty or misspelt may have been meant to be off.
        let unsure = [words.page_alert, words.ticket_alert].into_iter().any(|name| f.is_misspelt(name));
        let none =
            unsure || [&page, &ticket].iter().all(|tier| tier.as_ref().is_none_or(|tier| tier.disabled));
        let name = if none {
            f.optional("name", foreign::prose)
        } else {
            Some(f.required("name", "name: HighErrorRate", values::text)?)
        };
        let made = |tier: TierAlert| TierAlert { disabled: tier.disabled || !made, ..tier };
        let (page, ticket) = (made(page?), made(ticket?));
        Some(Alerting { name, labels, annotations, page, ticket, absent: false, ..Alerting::default() })
    })
}

fn tier(at: &At) -> Option<TierAlert> {
    at.fields(|f| {
        let disabled = f.optional("disable", values::truth).unwrap_or_default();
        let labels = f.optional("labels", values::labels).unwrap_or_default();
        let annotations = f.optional("annotations", values::annotations).unwrap_or_default();
        Some(TierAlert { disabled, labels, annotations })
    })
}
