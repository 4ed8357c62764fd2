//! OpenSLO's `openslo/v1`: a `Service`, and an `SLO` for each objective.

use std::collections::BTreeSet;

use super::loss::Losses;
use super::parts::{self, Said, kubernetes_name, said};
use super::placeholder::templated as query;
use crate::base::{CalendarUnit, Duration};
use crate::diag::Code;
use crate::generate::yaml::{Map, Yaml, block, flow, items, text, word};
use crate::promql::{BinaryOp, Expr, Selector};
use crate::slo::{Counts, Method, Polarity, Signal, Sli, Slo, Spec, Window};

/// A Monday that begins a month, a quarter and a year: where every calendar unit can be anchored.
const ANCHOR: &str = "2018-01-01 00:00:00";

pub(super) fn documents(spec: &Spec, taken: &mut BTreeSet<String>, losses: &mut Losses) -> Vec<Map> {
    parts::beyond_all(spec, losses);
    let slos: Vec<Map> = spec.slos.iter().filter_map(|one| slo(spec, one, taken, losses)).collect();
    if slos.is_empty() {
        return slos;
    }
    let description = block().optional("description", spec.description.as_deref().map(text));
    let service =
        document("Service", &kubernetes_name(&spec.service), flow()).unless_empty("spec", description);
    [service].into_iter().chain(slos).collect()
}

fn document(kind: &str, name: &str, labels: Map) -> Map {
    block()
        .field("apiVersion", word("openslo/v1"))
        .field("kind", word(kind))
        .field("metadata", block().field("name", text(name)).unless_empty("labels", labels).into())
}

fn slo(spec: &Spec, slo: &Slo, taken: &mut BTreeSet<String>, losses: &mut Losses) -> Option<Map> {
    let Some(window) = window(slo.window) else {
        losses.whole(
            spec,
            slo,
            "its time window is hours, or begins elsewhere than the calendar's own units",
        );
        return None;
    };
    let (indicator, objective, method) = match measured(spec, slo, losses) {
        Ok(measured) => measured,
        Err(why) => {
            losses.whole(spec, slo, why);
            return None;
        }
    };
    let by = format!("`by: {}`: there will be one budget for all values", slo.by.join(", "));
    losses.of_slo(Code::GroupsLost, spec, slo, !slo.by.is_empty(), &by);
    parts::beyond_all_of(spec, slo, losses);
    parts::alerting(spec, slo, losses);
    let alerts = &slo.alerting;
    let told = alerts.name.is_some() || !alerts.labels.is_empty() || !alerts.annotations.is_empty();
    losses.of_slo(Code::AlertingLost, spec, slo, told, "names, labels and annotations of its alerts");
    let mut name = kubernetes_name(&slo.name);
    if !taken.insert(name.clone()) {
        // Names there are known without their service.
        name = kubernetes_name(&format!("{}-{name}", spec.service));
        taken.insert(name.clone());
    }
    if name != slo.name {
        losses.otherwise(Code::OtherName, spec, slo, format!("its name becomes `{name}`"));
    }
    let labels = spec.labels_of(slo);
    let labels = labels.iter().fold(flow(), |map, (key, value)| map.field(key, text(value)));
    Some(
        document("SLO", &name, labels).field(
            "spec",
            block()
                .optional("description", slo.description.as_deref().map(text))
                .field("service", text(&kubernetes_name(&spec.service)))
                .field(
                    "indicator",
                    block()
                        .field("metadata", flow().field("name", text(&name)).into())
                        .field("spec", indicator)
                        .into(),
                )
                .field("timeWindow", items([window]))
                .field("budgetingMethod", word(method))
                .field("objectives", items([objective]))
                .into(),
        ),
    )
}

/// The indicator, the objective, and the budgeting method.
fn measured(spec: &Spec, slo: &Slo, losses: &mut Losses) -> Result<(Yaml, Map, &'static str), &'static str> {
    let objective = flow().field("targetPercent", word(slo.objective.percent()));
    if let Sli::Slices(sli) = &slo.sli {
        let Some(op) = comparison(sli.op) else { return Err("it compares by `==` or `!=`") };
        let threshold = block().field("thresholdMetric", source(&query(&sli.value)));
        let objective = sliced(objective, sli.slice)
            .field("op", word(op))
            .field("value", word(sli.bound))
            .field("timeSliceTarget", word(1));
        return Ok((threshold.into(), objective, "Timeslices"));
    }
    if let Sli::Ratio(sli) = &slo.sli {
        let raw_type = if sli.polarity == Polarity::Good { "success" } else { "failure" };
        let raw = block()
            .field("counter", word(false))
            .field("rawType", word(raw_type))
            .field("raw", source(&query(&sli.ratio)));
        return Ok((
            block().field("ratioMetric", raw.into()).into(),
            sliced(objective, sli.slice),
            "RatioTimeslices",
        ));
    }
    let ratio = match slo.sli.signal() {
        Signal::Events { polarity, part: Counts::Counters(part), total: Counts::Counters(total), .. }
            if part.len() == 1 && total.len() == 1 =>
        {
            let selected = |selectors: &[Selector]| {
                let text = selectors.first().map(|one| Expr::selector(one.clone()).to_string());
                source(&text.unwrap_or_default())
            };
            block()
                .field("counter", word(true))
                .field(polarity.word(), selected(&part))
                .field("total", selected(&total))
        }
        _ => match said(slo) {
            Said::Events { polarity, part, total } => block()
                .field("counter", word(false))
                .field(polarity.word(), source(&query(&part)))
                .field("total", source(&query(&total))),
            Said::Ratio(_) | Said::Nothing => return Err("it is made of other objectives"),
        },
    };
    let (objective, method) = match slo.method {
        Method::Occurrences => (objective, "Occurrences"),
        Method::Timeslices { slice, target, .. } => {
            (sliced(objective, slice).field("timeSliceTarget", word(target.as_f64())), "Timeslices")
        }
        Method::RatioTimeslices { slice, .. } => (sliced(objective, slice), "RatioTimeslices"),
    };
    if let Some((_, empty)) = slo.method.slices()
        && empty != crate::slo::Empty::default()
    {
        losses.of_slo(Code::MethodLost, spec, slo, true, "what an empty slice is");
    }
    Ok((block().field("ratioMetric", ratio.into()).into(), objective, method))
}

fn sliced(objective: Map, slice: Duration) -> Map {
    objective.field("timeSliceWindow", word(slice))
}

fn source(query: &str) -> Yaml {
    let spec = block().field("query", Yaml::Query(query.to_owned()));
    block()
        .field("metricSource", block().field("type", word("Prometheus")).field("spec", spec.into()).into())
        .into()
}

fn comparison(op: BinaryOp) -> Option<&'static str> {
    Some(match op {
        BinaryOp::Lss => "lt",
        BinaryOp::Lte => "lte",
        BinaryOp::Gtr => "gt",
        BinaryOp::Gte => "gte",
        _ => return None,
    })
}

fn window(window: Window) -> Option<Map> {
    let (unit, zone) = match window {
        Window::Rolling(_) => {
            return Some(block().field("duration", word(window)).field("isRolling", word(true)));
        }
        Window::Calendar { unit, zone } => (unit, zone),
    };
    let duration = match unit {
        CalendarUnit::Hour
        | CalendarUnit::SundayWeek
        | CalendarUnit::FiscalQuarter(_)
        | CalendarUnit::FiscalYear(_) => return None,
        CalendarUnit::Day => "1d",
        CalendarUnit::Week => "1w",
        CalendarUnit::Month => "1M",
        CalendarUnit::Quarter => "1Q",
        CalendarUnit::Year => "1Y",
    };
    let calendar = flow().field("startTime", text(ANCHOR)).field("timeZone", word(zone));
    Some(
        block()
            .field("duration", word(duration))
            .field("isRolling", word(false))
            .field("calendar", calendar.into()),
    )
}
