use std::fmt::Write;

use super::axis::{Log, Time};
use super::svg::{HEIGHT, Plot, Svg, WIDTH, num};
use super::{Figure, ROWS};
use crate::base::{Interval, Moment, Zone};
use crate::report::{CurvePoint, SloReport, words};

/// The bottom of the drawing: what burns slower than this is as good as nothing.
const LOWEST: f64 = 0.1;
/// Units that the name of a line needs.
const NAME_HEIGHT: f64 = 13.0;

/// How fast the budget burned over the window, on a scale of powers of ten, with lines at an even pace and at the
/// alerts' thresholds. Nothing where no point is known.
pub(crate) fn burn_rate(slo: &SloReport, id: &str, zone: Zone) -> Option<Figure> {
    let curve = &slo.series.burn;
    let highest = curve.iter().filter_map(|point| known(*point)).reduce(f64::max)?;
    let mut lines: Vec<(f64, String)> = slo
        .burn
        .iter()
        .filter_map(|burn| burn.threshold.filter(|t| t.is_finite() && *t > LOWEST).map(|t| (t, burn)))
        .map(|(threshold, burn)| (threshold, format!("{} in {}", words::threshold(threshold), burn.window)))
        .collect();
    lines.push((1.0, "1× even".to_owned()));
    lines.sort_by(|(a, _), (b, _)| b.total_cmp(a));
    let top = lines.first().map_or(1.0, |(threshold, _)| threshold * 1.6).max(highest * 1.2).max(12.0);

    let plot = Plot::with_labels(88.0);
    let time = Time::new(Interval::new(slo.window.from, slo.window.to), plot, zone);
    let value = Log::new(LOWEST, top, plot);

    let mut svg = Svg::new();
    for tick in value.ticks() {
        let name = if tick <= LOWEST { "≤0.1×".to_owned() } else { words::threshold(tick) };
        svg.line("grid", (plot.left, value.y(tick)), (plot.right, value.y(tick)));
        svg.text("label end", (plot.left - 8.0, value.y(tick) + 4.0), &name);
    }
    svg.path("burn", &steps(curve, slo.window.to, &time, &value, plot.bottom));
    let mut named_at = f64::NEG_INFINITY;
    for (threshold, name) in &lines {
        let y = value.y(*threshold);
        svg.line(if *threshold > 1.0 { "threshold" } else { "ideal" }, (plot.left, y), (plot.right, y));
        if y - named_at >= NAME_HEIGHT {
            svg.text("label", (plot.right + 6.0, y + 4.0), name);
            named_at = y;
        }
    }
    time.draw(&mut svg);

    let title = format!("Burn rate: {}", slo.id);
    let names: Vec<&str> = lines.iter().map(|(_, name)| name.as_str()).collect();
    let desc = format!(
        "The fastest was {}. Lines: {}. At 1× the budget lasts exactly as long as the window.",
        words::burn(Some(highest)),
        names.join(", ")
    );
    Some(Figure {
        title: "Burn rate".to_owned(),
        caption:
            "Powers of ten. At 1× the budget lasts as long as the window; dashed lines are alert thresholds."
                .to_owned(),
        svg: svg.finish(id, "chart", (WIDTH, HEIGHT), &title, &desc),
        columns: vec!["From", "Fastest burn"],
        rows: rows(curve, zone),
    })
}

fn known(point: CurvePoint) -> Option<f64> {
    point.value.filter(|value| value.is_finite())
}

/// Each value holds until the next point; a hole is nothing.
fn steps(curve: &[CurvePoint], end: Moment, time: &Time, value: &Log, bottom: f64) -> String {
    let mut d = String::new();
    // The last value holds as long as the one before it, since a window may not be over.
    let last = match curve {
        [.., before, last] => end.min(last.t + (last.t - before.t)),
        _ => end,
    };
    let nexts = curve.iter().skip(1).map(|point| point.t).chain([last]);
    let mut open = false;
    for (point, next) in curve.iter().zip(nexts) {
        match known(*point) {
            Some(rate) => {
                if !open {
                    let _ = write!(d, "M{} {}", num(time.x(point.t)), num(bottom));
                }
                let _ = write!(d, "V{}H{}", num(value.y(rate)), num(time.x(next)));
                open = true;
            }
            None if open => {
                let _ = write!(d, "V{}Z", num(bottom));
                open = false;
            }
            None => {}
        }
    }
    if open {
        let _ = write!(d, "V{}Z", num(bottom));
    }
    d
}

/// The fastest of each of at most [`ROWS`] stretches.
fn rows(curve: &[CurvePoint], zone: Zone) -> Vec<Vec<String>> {
    curve
        .chunks(curve.len().div_ceil(ROWS).max(1))
        .filter_map(|chunk| {
            Some((chunk.first()?.t, chunk.iter().filter_map(|point| known(*point)).reduce(f64::max)))
        })
        .map(|(from, rate)| {
            vec![
                words::minute(from, zone),
                rate.map_or(words::NO_DATA.to_owned(), |rate| words::burn(Some(rate))),
            ]
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_end_with_the_data_and_leave_holes() {
        let at = |s| Moment::from_secs(s);
        let plot = Plot { left: 0.0, right: 100.0, top: 0.0, bottom: 10.0 };
        let time = Time::new(Interval::new(at(0), at(10)), plot, Zone::UTC);
        let value = Log::new(0.1, 10.0, plot);
        let point = |t, value| CurvePoint { t: at(t), value };
        let curve = [point(0, Some(1.0)), point(1, None), point(2, Some(10.0)), point(3, Some(0.0))];
        let d = steps(&curve, at(10), &time, &value, 10.0);
        assert_eq!(d, "M0 10V5H10V10ZM20 10V0H30V10H40V10Z");
    }
}
