//! A service: a row of pictures for each of its objectives.

use super::grafana::{Picture, Sheet};
use super::overview::worst;
use super::series::{
    self, Recorded, aggregate, attained, burn, exhausted_in, firing, largest, matcher, ratio, series,
};
use super::{TAG, links, pages_of, panel, query, uid};
use crate::base::Duration;
use crate::promql::{AggregateOp, BinaryOp, DurationExpr, Expr, ExprKind, MatchOp};
use crate::slo::{Limit, Method, Panel, PanelKind, PanelQuery, Severity, Sli, Slo, Spec, Unit};

pub(super) fn sheet(spec: &Spec, recorded: &Recorded<'_>) -> Sheet {
    let described = spec.description.as_ref().map(|text| format!("{text}. ")).unwrap_or_default();
    let owner = spec.owner.as_ref().map(|owner| format!(" {owner} answers for it.")).unwrap_or_default();
    Sheet {
        uid: uid(&["nines", &spec.service]),
        title: format!("{}: objectives", spec.service),
        description: format!("{described}What it promises, and whether it keeps it.{owner}"),
        tags: vec![TAG.to_owned(), spec.service.clone()],
        variables: Vec::new(),
        pictures: spec.slos.iter().flat_map(|slo| row(spec, slo, recorded)).collect(),
        pages: pages_of(&spec.service),
        from: "now-7d",
        links: links(spec),
    }
}

/// The pictures of an objective; none of one of which nothing is recorded.
fn row(spec: &Spec, slo: &Slo, recorded: &Recorded<'_>) -> Vec<Picture> {
    let id = spec.id(slo);
    let has = |name: &str| recorded.has(&id, name);
    if !has(series::OBJECTIVE) {
        return Vec::new();
    }
    let of = [matcher("slo_id", MatchOp::Equal, &id)];
    let divided = !slo.by.is_empty();
    let windows = windows(slo, &has);
    let part = if divided { format!(" of the worst {}", slo.by.join(" and ")) } else { String::new() };
    let mut panels: Vec<Panel> = Vec::new();
    let number = |title: &str, unit, description: &str, expr: Expr| {
        panel(PanelKind::Number, title, unit, description, vec![query(expr, "")])
    };
    let promise = slo.description.clone().unwrap_or_else(|| "The share of good that is promised".to_owned());
    panels.push(Panel {
        row: Some(format!("{}: {} over {}", slo.name, slo.objective, slo.window)),
        ..number("Promised", "percentunit", &format!("{promise}."), series(series::OBJECTIVE, &of))
    });
    if has(series::LEFT) {
        panels.push(Panel {
            limit: Some(Limit::Below(slo.objective.as_f64())),
            ..number(
                &format!("Attained{part}"),
                "percentunit",
                "The share of good over the window of the objective. Less than was promised is red.",
                worst(AggregateOp::Min, divided, attained(&of)),
            )
        });
        panels.push(Panel {
            limit: Some(Limit::Below(0.0)),
            ..number(
                &format!("Budget left{part}"),
                "percentunit",
                "What is left of the error budget over the window of the objective.",
                worst(AggregateOp::Min, divided, series(series::LEFT, &of)),
            )
        });
        if let Some(window) = windows.iter().find(|window| **window >= Duration::hours(1)) {
            panels.push(number(
                &format!("Lasts{part}"),
                "dtdurations",
                &format!("How long the rest of the budget lasts at the pace of the last {window}. Ten years stand for a budget that does not burn."),
                worst(AggregateOp::Min, divided, exhausted_in(*window, &of)),
            ));
        }
    }
    let names = slo.by.iter().map(|label| format!("{{{{{label}}}}}")).collect::<Vec<_>>().join(" ");
    let each = |plain: &str| if divided { names.clone() } else { plain.to_owned() };
    if has(series::LEFT) {
        panels.push(Panel {
            limit: Some(Limit::Below(0.0)),
            ..panel(
                PanelKind::Lines,
                "Error budget left",
                "percentunit",
                "What is left over the window that ends at each moment. Below zero more is spent than was promised.",
                vec![query(series(series::LEFT, &of), each("left"))],
            )
        });
    }
    if !windows.is_empty() && has(series::BUDGET) {
        let burning = |window: &Duration| {
            query(worst(AggregateOp::Max, divided, burn(*window, &of)), window.to_string())
        };
        let page = slo.alerting.windows.iter().filter(|rule| rule.severity == Severity::Page);
        let page = page.map(|rule| rule.threshold(slo.window.nominal())).reduce(f64::min);
        let told =
            page.map(|rate| format!(" The line is {rate}, from where a page can fire.")).unwrap_or_default();
        panels.push(Panel {
            limit: page.map(Limit::Above),
            ..panel(
                PanelKind::Lines,
                &format!("Burn rate{part}"),
                "none",
                &format!("How many times faster than even the budget is spent, over each window that alerts look at.{told}"),
                windows.iter().map(burning).collect(),
            )
        });
    }
    panels.extend(events(&of, &has));
    if has("slo:slice_good:bool") {
        // A slice that is a share is as good as it must be on average.
        let is_share =
            matches!(slo.sli, Sli::Ratio(_)) || matches!(slo.method, Method::RatioTimeslices { .. });
        let good_from = if is_share { slo.objective.as_f64() } else { 1.0 };
        panels.push(Panel {
            limit: Some(Limit::Below(good_from)),
            ..panel(
                PanelKind::States,
                "Slices of time",
                "short",
                "Green is a slice that was good, red one that was not; what was not measured is empty.",
                vec![query(series("slo:slice_good:bool", &of), each("good"))],
            )
        });
    }
    panels.extend(latency(slo));
    if let Some(window) = windows.first().filter(|_| divided && has(series::BUDGET)) {
        panels.push(Panel {
            limit: Some(Limit::Above(1.0)),
            ..panel(
                PanelKind::Bars,
                &format!("Who burns most, {window}"),
                "none",
                &format!("The ten largest burn rates over {window}, by {}.", slo.by.join(" and ")),
                vec![query(largest(10.0, burn(*window, &of)), names.clone())],
            )
        });
    }
    let by = ["alertname", "tier"];
    panels.push(Panel {
        limit: Some(Limit::Above(1.0)),
        ..panel(
            PanelKind::States,
            "Alerts that fire",
            "short",
            "When each alert of this objective fired.",
            vec![query(firing(&of).aggregate_by(AggregateOp::Max, &by), "{{alertname}} {{tier}}")],
        )
    });
    panels.into_iter().map(Picture::from).collect()
}

/// The windows that alerts look at and rules record, from short to long.
fn windows(slo: &Slo, has: &impl Fn(&str) -> bool) -> Vec<Duration> {
    let mut windows: Vec<Duration> = slo.alerting.windows.iter().map(|rule| rule.long).collect();
    windows.retain(|window| has(&ratio(*window)));
    windows.sort_unstable();
    windows.dedup();
    windows
}

/// Events per second, where they are counted.
fn events(of: series::Of, has: &impl Fn(&str) -> bool) -> Option<Panel> {
    let total = "slo:events_total:increase5m";
    if !has(total) {
        return None;
    }
    let per_second = |name: &str| {
        let seconds = Expr::number(Duration::minutes(5).as_secs());
        aggregate(AggregateOp::Sum, series(name, of)).binary(BinaryOp::Div, seconds)
    };
    let bad = if has("slo:events_bad:increase5m") {
        per_second("slo:events_bad:increase5m")
    } else {
        per_second(total).binary(BinaryOp::Sub, per_second("slo:events_good:increase5m"))
    };
    let queries: Vec<PanelQuery> = vec![query(per_second(total), "all"), query(bad, "bad")];
    let description = "All events and the bad ones among them, per second over five minutes.";
    Some(panel(PanelKind::Lines, "Events", "cps", description, queries))
}

/// How long events take, where a histogram says so.
fn latency(slo: &Slo) -> Option<Panel> {
    let Sli::Latency(latency) = &slo.sli else { return None };
    let range = ExprKind::Range { selector: latency.buckets.clone(), range: DurationExpr::Window };
    let rate = Expr::call("rate", [range.into()]).aggregate_by(AggregateOp::Sum, &["le"]);
    let quantile = |(share, name): (f64, &str)| {
        query(Expr::call("histogram_quantile", [Expr::number(share), rate.clone()]), name)
    };
    let unit = match latency.unit {
        Unit::Seconds => "s",
        Unit::Milliseconds => "ms",
    };
    let description = format!(
        "How long half, 95 and 99 of a hundred events take at most, guessed between the bounds of buckets. The line is \
         {}, which is what is promised.",
        latency.written
    );
    let quantiles = [(0.5, "p50"), (0.95, "p95"), (0.99, "p99")].map(quantile);
    let lines = panel(PanelKind::Lines, "Latency", unit, &description, quantiles.to_vec());
    Some(Panel { limit: Some(Limit::Above(latency.threshold)), ..lines })
}
