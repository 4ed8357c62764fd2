//! Pyrra's `ServiceLevelObjective`: a document for each objective.

use super::loss::Losses;
use super::parts::{self, kubernetes_name};
use crate::diag::Code;
use crate::generate::selectors::{only, rest};
use crate::generate::yaml::{Map, Yaml, block, flow, list, text, word};
use crate::promql::{Expr, MatchOp, Selector};
use crate::slo::{Alerting, Method, Polarity, Signal, Sli, Slo, Spec, Window};

pub(super) fn documents(spec: &Spec, losses: &mut Losses) -> Vec<Map> {
    parts::beyond_all(spec, losses);
    losses.of_service(Code::ServiceLost, spec, spec.description.is_some(), "the description of a service");
    spec.slos.iter().filter_map(|one| slo(spec, one, losses)).collect()
}

fn slo(spec: &Spec, slo: &Slo, losses: &mut Losses) -> Option<Map> {
    let indicator = match indicator(slo) {
        Ok(indicator) => indicator,
        Err(why) => {
            losses.whole(spec, slo, why);
            return None;
        }
    };
    if let Window::Calendar { .. } = slo.window {
        let nominal = Window::Rolling(slo.window.nominal());
        losses.otherwise(
            Code::OtherWindow,
            spec,
            slo,
            format!("a {} becomes the rolling {nominal}", slo.window),
        );
    }
    if slo.method != Method::Occurrences {
        parts::method(spec, slo, losses);
    }
    parts::beyond_all_of(spec, slo, losses);
    parts::alerting(spec, slo, losses);
    let Alerting { page, ticket, labels, annotations, .. } = &slo.alerting;
    let told =
        !labels.is_empty() || [page, ticket].iter().any(|tier| tier.disabled || !tier.labels.is_empty());
    losses.of_slo(
        Code::AlertingLost,
        spec,
        slo,
        told,
        "labels of its alerts, or for alerts of one severity alone",
    );
    losses.of_slo(Code::AlertingLost, spec, slo, !annotations.is_empty(), "annotations of its alerts");
    if let Sli::Latency(_) = &slo.sli {
        let message =
            "the bucket is selected by one spelling of `le`, the shortest; others are not counted there";
        losses.otherwise(Code::OtherMeasure, spec, slo, message);
    }
    let name = kubernetes_name(&format!("{}-{}", spec.service, slo.name));
    let labels = spec.labels_of(slo);
    let labels =
        labels.iter().fold(flow(), |map, (key, value)| map.field(&format!("pyrra.dev/{key}"), text(value)));
    let alerting = block()
        .optional("name", slo.alerting.name.as_deref().map(text))
        .optional("absent", (!slo.alerting.absent).then(|| word(false)));
    Some(
        block()
            .field("apiVersion", word("pyrra.dev/v1alpha1"))
            .field("kind", word("ServiceLevelObjective"))
            .field("metadata", block().field("name", text(&name)).unless_empty("labels", labels).into())
            .field(
                "spec",
                block()
                    .optional("description", slo.description.as_deref().map(text))
                    .field("target", text(&slo.objective.percent()))
                    .field("window", word(slo.window.nominal()))
                    .field("indicator", indicator)
                    .unless_empty("alerting", alerting)
                    .into(),
            ),
    )
}

/// How goodness is measured: Pyrra has plain selectors alone.
fn indicator(slo: &Slo) -> Result<Yaml, &'static str> {
    let metric = |selector: &Selector| {
        Yaml::from(block().field("metric", text(&Expr::selector(selector.clone()).to_string())))
    };
    let grouping = (!slo.by.is_empty()).then(|| list(&slo.by));
    if let Sli::Latency(latency) = &slo.sli {
        let le = format!("{}", latency.threshold);
        let success = latency.buckets.clone().with("le", MatchOp::Equal, le);
        let mut total = latency.buckets.clone();
        total.name =
            total.name.map(|name| format!("{}_count", name.strip_suffix("_bucket").unwrap_or(&name)));
        let latency = block()
            .field("success", metric(&success))
            .field("total", metric(&total))
            .optional("grouping", grouping);
        return Ok(block().field("latency", latency.into()).into());
    }
    let Signal::Events { polarity, part, total, .. } = slo.sli.signal() else {
        return Err("it judges slices of time, or is made of other objectives");
    };
    let (Some(part), Some(total)) = (only(&part), only(&total)) else {
        return Err("its queries are more than plain selectors");
    };
    let errors = match polarity {
        Polarity::Bad => part.clone(),
        Polarity::Good => rest(part, total).ok_or("it has the good events, and Pyrra needs the bad ones")?,
    };
    let ratio =
        block().field("errors", metric(&errors)).field("total", metric(total)).optional("grouping", grouping);
    Ok(block().field("ratio", ratio.into()).into())
}
