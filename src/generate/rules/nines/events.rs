//! The error ratio of counted events.

use super::super::Subject;
use super::super::model::Rule;
use super::{INTERVAL, ratio_name};
use std::collections::BTreeSet;

use crate::base::Duration;
use crate::promql::{AggregateOp, BinaryOp, DurationExpr, Expr, ExprKind, Selector};
use crate::slo::{Counts, Polarity};

/// The label that keeps the terms of a sum apart until they are added.
pub(super) const TERM: &str = "slo_term";

/// The stretch over which counts are recorded.
const STRETCH: Duration = Duration::minutes(5);
/// From here on a window is summed from recorded counts, not read from the raw counters at every evaluation.
const LONG: Duration = Duration::days(1);

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

    /// The share of the good or of the bad events among those of a slice of the clock.
    pub(super) fn share(&self, slice: Duration) -> Expr {
        let total = self.counted(self.total, slice);
        or_zero(self.counted(self.part, slice), &total)
            .binary(BinaryOp::Div, total.binary(BinaryOp::Gtr, Expr::number(0.0)))
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

    /// Without traffic there is no ratio, rather than a NaN that would spoil every sum it meets.
    fn error_ratio(&self, part: Expr, total: Expr) -> Expr {
        let share = part.binary(BinaryOp::Div, total.binary(BinaryOp::Gtr, Expr::number(0.0)));
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
        let sum = |expr: Expr| expr.aggregate_by(AggregateOp::Sum, self.by);
        let term = |selector: &Selector| sum(Expr::call("increase", [Expr::range(selector.clone(), window)]));
        match counts {
            Counts::Expression(expr) => sum(events_of(expr).with_window(window)),
            Counts::Counters(selectors) => match selectors.as_slice() {
                [selector] => term(selector),
                several => several
                    .iter()
                    .enumerate()
                    .map(|(i, selector)| tagged(term(selector), i))
                    .reduce(|all, next| all.binary(BinaryOp::Or, next))
                    .map_or_else(|| Expr::call("vector", [Expr::number(0.0)]), sum),
            },
        }
    }
}

fn summed(subject: &Subject<'_>, name: &str, window: Duration) -> Expr {
    Expr::call("sum_over_time", [Expr::range(subject.recorded(name), window)])
}

/// The series of all events over a window.
pub(super) fn total_name(window: Duration) -> String {
    format!("slo:events_total:increase{window}")
}

/// Events are counted, so `rate` over `$window` is read as `increase`: good by the one and total by the other would
/// otherwise differ by the window's seconds.
fn events_of(expr: &Expr) -> Expr {
    let over_window = |arg: &Expr| {
        matches!(arg.unparenthesised().kind, ExprKind::Range { range: DurationExpr::Window, .. })
    };
    let mut counted = expr.clone();
    counted.rewrite(&mut |node| {
        if let ExprKind::Call { function, args } = node
            && function == "rate"
            && args.iter().all(over_window)
        {
            "increase".clone_into(function);
        }
    });
    counted
}

/// `part or 0 * total`: a series that never existed counts zero events in every group that has any.
fn or_zero(part: Expr, total: &Expr) -> Expr {
    part.binary(BinaryOp::Or, Expr::number(0.0).binary(BinaryOp::Mul, total.clone()))
}

/// `a + b` is nothing where `b` is; a sum of `a or b` is not, once the two are told apart by a label.
fn tagged(expr: Expr, term: usize) -> Expr {
    let text = |text: &str| Expr::from(ExprKind::String(text.to_owned()));
    Expr::call("label_replace", [expr, text(TERM), text(&term.to_string()), text(""), text("")])
}
