use super::svg::{Plot, Svg};
use crate::base::{Duration, Interval, Moment, Zone};
use crate::report::CurvePoint;

/// Time from left to right.
pub(super) struct Time {
    span: Interval,
    plot: Plot,
    zone: Zone,
}

/// Steps between ticks within a day, in hours.
const HOUR_STEPS: [i64; 5] = [1, 2, 3, 6, 12];
/// How a day is named on an axis.
pub(super) const DAY: &str = "%-d %b";
/// Steps between ticks in days.
const DAY_STEPS: [i64; 8] = [1, 2, 5, 7, 14, 30, 60, 90];
/// Most ticks.
const TICKS: i64 = 7;

impl Time {
    pub(super) fn new(span: Interval, plot: Plot, zone: Zone) -> Self {
        Self { span, plot, zone }
    }

    pub(super) fn x(&self, at: Moment) -> f64 {
        let part = (at - self.span.from).as_secs() / self.span.length().as_secs().max(1.0);
        self.plot.left + part.clamp(0.0, 1.0) * (self.plot.right - self.plot.left)
    }

    /// Points of a curve that are known, in runs without a hole.
    pub(super) fn runs(&self, curve: &[CurvePoint], y: impl Fn(f64) -> f64) -> Vec<Vec<(f64, f64)>> {
        curve
            .split(|point| point.value.is_none_or(|value| !value.is_finite()))
            .filter(|run| !run.is_empty())
            .map(|run| run.iter().filter_map(|point| Some((self.x(point.t), y(point.value?)))).collect())
            .collect()
    }

    fn midnight(&self, at: Moment) -> Option<Moment> {
        self.zone.midnight(self.zone.date(at)?)
    }

    /// Ticks on round local times, with their names.
    fn ticks(&self) -> Vec<(Moment, String)> {
        let length = self.span.length().as_millis();
        let hour = Duration::hours(1).as_millis();
        let step = HOUR_STEPS.into_iter().find(|step| length / (step * hour) <= TICKS);
        if let Some(step) = step {
            let step = Duration::hours(step);
            let mut at = self.midnight(self.span.from).unwrap_or(self.span.from);
            let mut ticks = Vec::new();
            while at <= self.span.to {
                if at >= self.span.from {
                    ticks.push((at, self.zone.format(at, "%H:%M")));
                }
                at = at + step;
            }
            return ticks;
        }
        let days = length / Duration::days(1).as_millis();
        let step = DAY_STEPS.into_iter().find(|step| days / *step <= TICKS).unwrap_or(180);
        let mut ticks = Vec::new();
        let mut next = self.midnight(self.span.from);
        while let Some(at) = next.filter(|at| *at <= self.span.to) {
            if at >= self.span.from {
                ticks.push((at, self.zone.format(at, DAY)));
            }
            // Half a day more lands on the right day where one of them has 23 or 25 hours.
            next = self.midnight(at + Duration::days(step) + Duration::hours(12));
        }
        ticks
    }

    pub(super) fn draw(&self, svg: &mut Svg) {
        let Plot { left, right, bottom, .. } = self.plot;
        svg.line("axis", (left, bottom), (right, bottom));
        for (at, label) in self.ticks() {
            let x = self.x(at);
            svg.line("axis", (x, bottom), (x, bottom + 4.0));
            svg.text("label mid", (x, bottom + 19.0), &label);
        }
    }
}

/// A value from bottom to top.
pub(super) struct Linear {
    pub(super) low: f64,
    pub(super) high: f64,
    plot: Plot,
}

impl Linear {
    pub(super) fn new(low: f64, high: f64, plot: Plot) -> Self {
        Self { low, high, plot }
    }

    pub(super) fn y(&self, value: f64) -> f64 {
        let part = (value - self.low) / (self.high - self.low);
        self.plot.bottom - part.clamp(0.0, 1.0) * (self.plot.bottom - self.plot.top)
    }

    /// About six round values from low to high: steps of 1, 2, 2.5 or 5 times a power of ten.
    pub(super) fn ticks(&self) -> Vec<f64> {
        let step = nice_step((self.high - self.low) / 6.0);
        let first = (self.low / step).ceil() as i64;
        let last = (self.high / step + 1e-9).floor() as i64;
        (first..=last.min(first + 20)).map(|i| i as f64 * step).collect()
    }
}

/// The smallest round step that is not below `step`.
fn nice_step(step: f64) -> f64 {
    let step = if step.is_finite() && step > 0.0 { step } else { 1.0 };
    let power = 10f64.powf(step.log10().floor());
    [1.0, 2.0, 2.5, 5.0, 10.0].into_iter().map(|m| m * power).find(|s| *s >= step * 0.999).unwrap_or(step)
}

/// Powers of ten from bottom to top; what is below the lowest lies on it.
pub(super) struct Log {
    low: f64,
    high: f64,
    plot: Plot,
}

impl Log {
    pub(super) fn new(low: f64, high: f64, plot: Plot) -> Self {
        Self { low, high, plot }
    }

    pub(super) fn y(&self, value: f64) -> f64 {
        let part = (value.max(self.low) / self.low).log10() / (self.high / self.low).log10();
        self.plot.bottom - part.clamp(0.0, 1.0) * (self.plot.bottom - self.plot.top)
    }

    pub(super) fn ticks(&self) -> Vec<f64> {
        std::iter::successors(Some(self.low), |tick| Some(tick * 10.0))
            .take_while(|tick| *tick <= self.high)
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plot() -> Plot {
        Plot::with_labels(10.0)
    }

    #[test]
    fn ticks_are_round() {
        assert_eq!(Linear::new(0.0, 2.5, plot()).ticks(), [0.0, 0.5, 1.0, 1.5, 2.0, 2.5]);
        assert_eq!(Linear::new(-0.27, 1.0, plot()).ticks(), [-0.25, 0.0, 0.25, 0.5, 0.75, 1.0]);
        assert_eq!(Log::new(0.1, 50.0, plot()).ticks(), [0.1, 1.0, 10.0]);
    }

    #[test]
    fn days_begin_at_local_midnight() {
        let zone: Zone = "Europe/Berlin".parse().unwrap();
        let span = Interval::new("2026-03-01".parse().unwrap(), "2026-04-01".parse().unwrap());
        let ticks = Time::new(span, plot(), zone).ticks();
        assert_eq!(ticks[0].1, "6 Mar");
        assert_eq!(ticks[0].0.to_string(), "2026-03-05T23:00:00Z");
        assert!(ticks.len() <= 8, "{}", ticks.len());
        let day = Interval::new("2026-03-01".parse().unwrap(), "2026-03-02".parse().unwrap());
        let labels: Vec<String> =
            Time::new(day, plot(), Zone::UTC).ticks().into_iter().map(|t| t.1).collect();
        assert_eq!(labels, ["00:00", "06:00", "12:00", "18:00", "00:00"]);
    }

    #[test]
    fn a_hole_parts_a_curve() {
        let point = |t, value| CurvePoint { t: Moment::from_secs(t), value };
        let curve = [point(0, Some(1.0)), point(1, None), point(2, Some(f64::NAN)), point(3, Some(2.0))];
        let span = Interval::new(Moment::from_secs(0), Moment::from_secs(4));
        assert_eq!(Time::new(span, plot(), Zone::UTC).runs(&curve, |v| v).len(), 2);
    }
}
