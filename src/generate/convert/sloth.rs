//! Sloth's `version: prometheus/v1`: a document for each service.

use super::loss::Losses;
use super::parts::{self, Said, said};
use super::placeholder::templated;
use crate::base::Duration;
use crate::diag::Code;
use crate::generate::yaml::{Map, Yaml, block, items, text, texts, word};
use crate::promql::{BinaryOp, Expr};
use crate::slo::{Alerting, Polarity, Slo, Spec, TierAlert, Window};

/// The window of every objective, unless Sloth is told otherwise when it runs.
const WINDOW: Window = Window::Rolling(Duration::days(30));

pub(super) fn documents(spec: &Spec, losses: &mut Losses) -> Vec<Map> {
    parts::beyond_all(spec, losses);
    losses.of_service(Code::ServiceLost, spec, spec.description.is_some(), "the description of a service");
    let slos: Vec<Map> = spec.slos.iter().filter_map(|one| slo(spec, one, losses)).collect();
    if slos.is_empty() {
        return Vec::new();
    }
    let document = block()
        .field("version", word("prometheus/v1"))
        .field("service", text(&spec.service))
        .unless_empty("labels", texts(&spec.labels))
        .field("slos", items(slos));
    vec![document]
}

fn slo(spec: &Spec, slo: &Slo, losses: &mut Losses) -> Option<Map> {
    let sli = match said(slo) {
        Said::Events { polarity, part, total } => {
            let errors = match polarity {
                Polarity::Bad => part,
                Polarity::Good => total.clone().binary(BinaryOp::Sub, part),
            };
            block().field(
                "events",
                block().field("error_query", query(&errors)).field("total_query", query(&total)).into(),
            )
        }
        Said::Ratio(ratio) => {
            losses.otherwise(
                Code::OtherMeasure,
                spec,
                slo,
                "Sloth averages the ratio over time; slices without data do not count there",
            );
            block().field("raw", block().field("error_ratio_query", query(&ratio)).into())
        }
        Said::Nothing => {
            losses.whole(spec, slo, "it is made of other objectives");
            return None;
        }
    };
    if slo.window != WINDOW {
        let message = format!(
            "Sloth has one window for all: 30d, or what its --default-slo-period says; not {}",
            slo.window
        );
        losses.otherwise(Code::OtherWindow, spec, slo, message);
    }
    let by = format!("`by: {}`: there will be one budget for all values", slo.by.join(", "));
    losses.of_slo(Code::GroupsLost, spec, slo, !slo.by.is_empty(), &by);
    parts::method(spec, slo, losses);
    parts::beyond_all_of(spec, slo, losses);
    parts::alerting(spec, slo, losses);
    Some(
        block()
            .field("name", text(&slo.name))
            .field("objective", word(slo.objective.percent()))
            .optional("description", slo.description.as_deref().map(text))
            .unless_empty("labels", texts(&slo.labels))
            .field("sli", sli.into())
            .field("alerting", alerting(&slo.alerting)),
    )
}

fn query(query: &Expr) -> Yaml {
    Yaml::Query(templated(query))
}

fn alerting(alerting: &Alerting) -> Yaml {
    let Alerting { name, labels, annotations, page, ticket, .. } = alerting;
    block()
        .field("name", text(name.as_deref().unwrap_or("ErrorBudgetBurn")))
        .unless_empty("labels", texts(labels))
        .unless_empty("annotations", texts(annotations))
        .unless_empty("page_alert", tier(page))
        .unless_empty("ticket_alert", tier(ticket))
        .into()
}

fn tier(tier: &TierAlert) -> Map {
    let TierAlert { disabled, labels, annotations } = tier;
    block()
        .optional("disable", disabled.then(|| word(true)))
        .unless_empty("labels", texts(labels))
        .unless_empty("annotations", texts(annotations))
}
