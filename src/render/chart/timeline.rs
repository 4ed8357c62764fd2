//! Incidents and alerts of a budget along one line of time.

use super::axis::Time;
use super::svg::{Plot, Svg};
use crate::base::{Interval, Moment, Zone};
use crate::report::{BudgetBacktest, UnmeasuredBacktest, words};

const WIDTH: f64 = 1120.0;
const LEFT: f64 = 118.0;
const ROW: f64 = 26.0;
const BAR: f64 = 16.0;
const TOP: f64 = 8.0;
/// Below it something short could not be seen.
const NARROWEST: f64 = 3.0;

/// The drawing; nothing where there is nothing to draw.
pub(crate) fn timeline(
    budget: &BudgetBacktest,
    unmeasured: Option<&UnmeasuredBacktest>,
    span: Interval,
    name: &str,
    id: &str,
    zone: Zone,
) -> Option<String> {
    let fired = budget.alerts.iter().any(|tier| !tier.firings.is_empty());
    if !fired && budget.incidents.is_empty() {
        return None;
    }
    let alerts = budget.alerts.iter().map(|alert| (&alert.tier, &alert.firings));
    let absent = unmeasured.filter(|alert| !alert.firings.is_empty());
    let alerts: Vec<_> = alerts.chain(absent.map(|alert| (&alert.tier, &alert.firings))).collect();
    let rows = alerts.len() + 1;
    let bottom = TOP + ROW * rows as f64;
    let plot = Plot { left: LEFT, right: WIDTH - 26.0, top: TOP, bottom };
    let time = Time::new(span, plot, zone);
    let mut svg = Svg::new();
    let row = |place: usize| TOP + ROW * place as f64;
    let bar = |svg: &mut Svg, class: &str, place: usize, from: Moment, to: Moment| {
        let (x, end) = (time.x(from), time.x(to));
        let width = (end - x).max(NARROWEST);
        svg.rect(class, (x.min(plot.right - width), row(place) + (ROW - BAR) / 2.0), (width, BAR));
    };
    for gap in &budget.coverage.gaps {
        let (x, end) = (time.x(gap.from), time.x(gap.to));
        svg.rect("gap", (x, TOP), ((end - x).max(1.0), bottom - TOP));
    }
    for place in 0..rows {
        let middle = row(place) + ROW / 2.0;
        svg.line("grid", (plot.left, middle), (plot.right, middle));
    }
    svg.text("label end", (LEFT - 10.0, row(0) + ROW / 2.0 + 4.0), "incidents");
    for incident in &budget.incidents {
        let class = if incident.told.is_some() { "incident" } else { "incident untold" };
        bar(&mut svg, class, 0, incident.from, incident.to);
        if incident.told.is_none() {
            svg.text("label mid", (time.x(incident.from), row(0) + 5.0), "✗");
        }
    }
    for (place, (tier, firings)) in alerts.iter().enumerate() {
        svg.text("label end", (LEFT - 10.0, row(place + 1) + ROW / 2.0 + 4.0), tier);
        let severity = if tier.starts_with("page") { "page" } else { "ticket" };
        for firing in *firings {
            let about_incidents = budget.alerts.get(place).is_some_and(|of| !of.is_of_spent_budget());
            let stray = if about_incidents && firing.incident.is_none() { " stray" } else { "" };
            let class = format!("firing {severity}{stray}");
            bar(&mut svg, &class, place + 1, firing.from, firing.to.unwrap_or(span.to));
        }
    }
    time.draw(&mut svg);
    let figures = &budget.figures;
    let desc = format!(
        "{} incidents, of {} nobody is told; {} pages and {} tickets.",
        words::count(figures.incidents as f64),
        words::count(figures.missed as f64),
        words::count(figures.pages as f64),
        words::count(figures.tickets as f64)
    );
    Some(svg.finish(id, "chart", (WIDTH, bottom + 30.0), &format!("Incidents and alerts: {name}"), &desc))
}
