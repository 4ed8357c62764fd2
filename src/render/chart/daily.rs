use super::super::view::even_day;
use super::Figure;
use super::axis::{DAY, Linear};
use super::svg::{HEIGHT, Plot, Svg, WIDTH};
use crate::base::{Moment, Zone};
use crate::report::{SloReport, words};

/// What each day spent of the window's budget, as bars, with a line at an even share. Nothing where nothing may be bad.
pub(crate) fn daily(slo: &SloReport, id: &str) -> Option<Figure> {
    let days = &slo.series.daily;
    let spent: Vec<Option<f64>> =
        days.iter().map(|day| day.budget_spent_ratio.filter(|ratio| ratio.is_finite())).collect();
    let most = spent.iter().flatten().copied().reduce(f64::max)?;
    let even = even_day(slo);

    let plot = Plot::with_labels(88.0);
    let value = Linear::new(0.0, (most * 1.08).max(even * 2.0), plot);
    let mut svg = Svg::new();
    for tick in value.ticks() {
        svg.line("grid", (plot.left, value.y(tick)), (plot.right, value.y(tick)));
        svg.text("label end", (plot.left - 8.0, value.y(tick) + 4.0), &words::tick(tick));
    }
    let slot = (plot.right - plot.left) / days.len() as f64;
    let named_every = days.len().div_ceil(7).max(1);
    for (i, (day, ratio)) in days.iter().zip(&spent).enumerate() {
        let x = plot.left + slot * i as f64;
        if let Some(ratio) = ratio {
            let y = value.y(*ratio);
            let class = if *ratio > even { "bar over" } else { "bar" };
            svg.rect(class, (x + slot * 0.14, y), (slot * 0.72, plot.bottom - y));
        }
        if i % named_every == 0 {
            svg.text("label mid", (x + slot / 2.0, plot.bottom + 19.0), &short(&day.date));
        }
    }
    svg.line("ideal", (plot.left, value.y(even)), (plot.right, value.y(even)));
    svg.text("label", (plot.right + 6.0, value.y(even) + 4.0), "even pace");
    svg.line("axis", (plot.left, plot.bottom), (plot.right, plot.bottom));

    let title = format!("Budget spent by day: {}", slo.id);
    let worst =
        days.iter().zip(&spent).find(|(_, ratio)| **ratio == Some(most)).map(|(day, _)| day.date.as_str());
    let told = format!(
        "The most was spent on {}: {} of the budget.",
        worst.unwrap_or("no day"),
        words::part(Some(most))
    );
    let desc = format!("{told} The dashed line is an even share of {} a day.", words::part(Some(even)));
    Some(Figure {
        title: "Budget spent by day".to_owned(),
        caption: format!("{told} Bars over the dashed line are above an even pace."),
        svg: svg.finish(id, "chart", (WIDTH, HEIGHT), &title, &desc),
        columns: vec!["Day", "Bad", "Total", "Of budget"],
        rows: days
            .iter()
            .map(|day| {
                vec![
                    day.date.clone(),
                    words::count(day.bad),
                    words::count(day.total),
                    words::part(day.budget_spent_ratio),
                ]
            })
            .collect(),
    })
}

/// A date as axes name it.
fn short(date: &str) -> String {
    date.parse::<Moment>().map_or_else(|_| date.to_owned(), |day| Zone::UTC.format(day, DAY))
}

/// The same as bars without axes, small enough for a table's cell. Empty where there is nothing to draw.
pub(crate) fn spark(slo: &SloReport, id: &str) -> String {
    const SIZE: (f64, f64) = (120.0, 26.0);
    let days = &slo.series.daily;
    let Some(most) =
        days.iter().filter_map(|day| day.budget_spent_ratio).filter(|r| r.is_finite()).reduce(f64::max)
    else {
        return String::new();
    };
    let even = even_day(slo);
    let top = most.max(even);
    let slot = SIZE.0 / days.len() as f64;
    let mut svg = Svg::new();
    for (i, day) in days.iter().enumerate() {
        let Some(ratio) = day.budget_spent_ratio.filter(|ratio| ratio.is_finite()) else { continue };
        let height = (ratio / top * (SIZE.1 - 2.0)).max(1.0);
        let class = if ratio > even { "bar over" } else { "bar" };
        svg.rect(class, (slot * (i as f64 + 0.12), SIZE.1 - height), (slot * 0.76, height));
    }
    let title = format!("Budget spent by day: {}", slo.id);
    let desc = format!("{} days, the most in one: {}.", days.len(), words::part(Some(most)));
    svg.finish(id, "spark", SIZE, &title, &desc)
}
