use super::axis::{Linear, Time};
use super::svg::{HEIGHT, Plot, Svg, WIDTH, area, polyline};
use super::{Figure, ROWS};
use crate::base::{Interval, Zone};
use crate::report::{CurvePoint, SloReport, words};

/// Below this the curve is cut: three budgets overspent look like thirty.
const LOWEST: f64 = -3.0;

/// What was left of the budget over the window, beside the straight line that would spend it evenly. Nothing where no
/// point is known, as with an objective of 100 %.
pub(crate) fn burn_down(slo: &SloReport, id: &str, zone: Zone) -> Option<Figure> {
    let known: Vec<(&CurvePoint, f64)> = slo
        .series
        .budget
        .iter()
        .filter_map(|point| Some((point, point.value.filter(|v| v.is_finite())?)))
        .collect();
    let (_, last) = *known.last()?;
    let lowest = known.iter().map(|(_, value)| *value).fold(f64::INFINITY, f64::min);
    let below = known.iter().find(|(_, value)| *value < 0.0);

    let span = Interval::new(slo.window.from, slo.window.to);
    let plot = Plot::with_labels(16.0);
    let time = Time::new(span, plot, zone);
    let low = if lowest < 0.0 { (lowest * 1.08 - 0.02).max(LOWEST) } else { 0.0 };
    let value = Linear::new(low, 1.0, plot);

    let mut svg = Svg::new();
    for tick in value.ticks() {
        svg.line("grid", (plot.left, value.y(tick)), (plot.right, value.y(tick)));
        svg.text("label end", (plot.left - 8.0, value.y(tick) + 4.0), &words::tick(tick));
    }
    let runs = |pick: fn(f64) -> f64| time.runs(&slo.series.budget, |v| value.y(pick(v)));
    let zero = value.y(0.0);
    svg.path("fill", &area(&runs(|v| v.max(0.0)), zero));
    if low < 0.0 {
        svg.path("fill over", &area(&runs(|v| v.min(0.0)), zero));
    }
    svg.line("ideal", (plot.left, value.y(1.0)), (plot.right, zero));
    svg.line("zero", (plot.left, zero), (plot.right, zero));
    svg.path("curve", &polyline(&runs(|v| v)));
    time.draw(&mut svg);

    let title = format!("Error budget left: {}", slo.id);
    let crossed = below.map_or(String::new(), |(point, _)| {
        format!(" It fell below zero at {} {zone}.", words::minute(point.t, zone))
    });
    let cut = if lowest < LOWEST { " The drawing is cut at −300 %." } else { "" };
    let desc = format!(
        "At the end {} was left, at the lowest {}.{crossed}{cut} The dashed line spends the budget evenly over the window.",
        percent(last),
        percent(lowest)
    );
    Some(Figure {
        title: "Error budget left".to_owned(),
        caption: format!("Dashed: an even spend. Holes: no data.{crossed}{cut}"),
        svg: svg.finish(id, "chart", (WIDTH, HEIGHT), &title, &desc),
        columns: vec!["Up to", "Budget left"],
        rows: rows(&slo.series.budget, zone),
    })
}

fn percent(ratio: f64) -> String {
    words::budget_left(Some(ratio), ratio < 1.0)
}

/// The last point of each of at most [`ROWS`] stretches.
fn rows(curve: &[CurvePoint], zone: Zone) -> Vec<Vec<String>> {
    curve
        .chunks(curve.len().div_ceil(ROWS).max(1))
        .filter_map(<[CurvePoint]>::last)
        .map(|point| {
            let left = point.value.filter(|value| value.is_finite());
            vec![words::minute(point.t, zone), left.map_or(words::NO_DATA.to_owned(), percent)]
        })
        .collect()
}
