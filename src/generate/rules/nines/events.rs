//! The error ratio of counted events.

use super::super::Subject;
use super::super::counting::{self, or_zero};
use super::super::model::Rule;
use super::{INTERVAL, ratio_name};
use std::collections::BTreeSet;

use crate::base::Duration;
use crate::promql::{BinaryOp, Expr};
use crate::slo::{Counts, Polarity};

/// The stretch over which counts are recorded.
const STRETCH: Duration = crate::slo::RECORDED_STRETCH;
/// From here on a window is summed from recorded counts, not read from the raw counters at every evaluation.
const LONG: Duration = crate::slo::SUMMED_FROM;

const TOTAL: &str = "slo:events_total:increase5m";

pub(super) struct Events<'a> {
    pub(super) polarity: Polarity,
    pub(super) part: &'a Counts,
    pub(super) total: &'a Counts,
    pub(super) by: &'a [String],
}

impl Events<'_> {
    /// Counts, and the error ratio over the windows of alerts.
    pub(super) fn rules(&self, subject: &Subject<'_>) -> Vec<Rule> {
        let (windows, least) = (subject.windows(), subject.slo.alerting.min_events);
        let mut rules = Vec::new();
        if windows.iter().chain([&subject.slo.window.nominal()]).any(|&window| window >= LONG) {
            let total = self.counted(self.total, STRETCH);
            let part = or_zero(self.counted(self.part, STRETCH), &total);
            rules.push(subject.record(self.part_name(), part));
            rules.push(subject.record(TOTAL, total));
        }
        rules.extend(windows.iter().map(|&window| self.ratio(subject, window)));
        let counted: BTreeSet<Duration> = subject.burn_rules().iter().map(|rule| rule.long).collect();
        let counts = counted.into_iter().filter(|_| least.is_some());
        rules.extend(counts.map(|window| subject.record(&total_name(window), self.events(subject, window))));
        rules
    }

    /// The error ratio over a window.
    pub(super) fn ratio(&self, subject: &Subject<'_>, window: Duration) -> Rule {
        let (part, total) = if window >= LONG {
            // Sum over sum. The mean of recorded ratios would weigh a night's few requests like a day's many.
            // Stretches overlap, every event is in as many of them, so the quotient is the same.
            (summed(subject, self.part_name(), window), summed(subject, TOTAL, window))
        } else {
            let total = self.counted(self.total, window);
            (or_zero(self.counted(self.part, window), &total), total)
        };
        subject.record(&ratio_name(window), self.error_ratio(part, total))
    }

    /// All events over a window.
    fn events(&self, subject: &Subject<'_>, window: Duration) -> Expr {
        if window < LONG {
            return self.counted(self.total, window);
        }
        // As often as stretches begin in one: so often every event is in the sum.
        let times = STRETCH.as_secs() / INTERVAL.as_secs();
        summed(subject, TOTAL, window).binary(BinaryOp::Div, Expr::number(times))
    }

    fn part_name(&self) -> &'static str {
        match self.polarity {
            Polarity::Good => "slo:events_good:increase5m",
            Polarity::Bad => "slo:events_bad:increase5m",
        }
    }

    fn error_ratio(&self, part: Expr, total: Expr) -> Expr {
        let share = counting::share(part, total);
        match self.polarity {
            Polarity::Bad => share,
            // Good and total may be scraped apart, so good may be ahead for a moment.
            Polarity::Good => {
                let rest = Expr::number(1.0).binary(BinaryOp::Sub, share);
                Expr::call("clamp_min", [rest, Expr::number(0.0)])
            }
        }
    }

    /// Events within `window`, by the labels of the budget.
    fn counted(&self, counts: &Counts, window: Duration) -> Expr {
        counting::counted(counts, self.by).with_window(window)
    }
}

fn summed(subject: &Subject<'_>, name: &str, window: Duration) -> Expr {
    Expr::call("sum_over_time", [Expr::range(subject.recorded(name), window)])
}

/// The series of all events over a window.
pub(super) fn total_name(window: Duration) -> String {
    format!("slo:events_total:increase{window}")
}
