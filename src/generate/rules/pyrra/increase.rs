//! Events of the whole window, and the alerts for metrics that are not there.

use std::collections::{BTreeMap, BTreeSet};

use super::super::model::Rule;
use super::queries::summed;
use super::{Objective, conditions, metric, origin, record, without};
use crate::base::Duration;
use crate::promql::{AggregateOp, BinaryOp, DurationExpr, Expr, ExprKind, MatchOp, Selector};
use crate::slo::{AlertRule, PyrraIndicator};

const ABSENT: &str = "SLOMetricAbsent";

/// The stretch that is recorded where the window is summed from recorded ones.
const STRETCH: Duration = Duration::minutes(5);

/// How often a window is counted: the longer, the rarer.
pub(super) fn interval(window: Duration) -> Duration {
    let weeks = window.as_millis() / Duration::days(7).as_millis();
    Duration::seconds(30) * (weeks + 1).clamp(1, 8)
}

/// Samples that are counted.
struct Counted<'a> {
    selector: &'a Selector,
    /// By which function they are.
    function: &'static str,
    /// The name of the series without its window.
    name: String,
    labels: BTreeMap<String, String>,
    /// Whether others, with the label `le`, have the same name.
    beside_buckets: bool,
}

impl Objective<'_> {
    /// Events of the window, and alerts for what is not there.
    pub(super) fn increases(&self) -> Vec<Rule> {
        let apart = self.apart();
        let labels = self.labels(&apart);
        let with_le = |le: &str| {
            labels.clone().into_iter().chain([("le".to_owned(), le.to_owned())]).collect::<BTreeMap<_, _>>()
        };
        let counted = |selector, function, kind, labels| Counted {
            selector,
            function,
            name: format!("{}:{kind}", base(metric(selector), kind)),
            labels,
            beside_buckets: false,
        };
        let increase = |selector, labels| counted(selector, "increase", "increase", labels);
        match &self.indicator {
            PyrraIndicator::Ratio { errors, total } => {
                let errors = (metric(errors) != metric(total)).then_some(errors);
                let of = [total].into_iter().chain(errors).map(|one| increase(one, labels.clone()));
                let of: Vec<Counted<'_>> = of.collect();
                // Each is followed by its own alert.
                let counts =
                    of.iter().flat_map(|one| [self.count(one, &apart)].into_iter().chain(self.absent(one)));
                counts.chain(of.iter().filter_map(|one| self.sum(one, &apart))).collect()
            }
            PyrraIndicator::Latency { success, total, le } => {
                let total = Counted { beside_buckets: true, ..increase(total, labels.clone()) };
                self.all(&[total, increase(success, with_le(le))], &apart, 2)
            }
            PyrraIndicator::BoolGauge(gauge) => {
                let count = counted(gauge, "count_over_time", "count", labels.clone());
                self.all(&[count, counted(gauge, "sum_over_time", "sum", labels)], &apart, 1)
            }
            PyrraIndicator::NativeLatency { total, within } => self.native(total, *within),
        }
    }

    /// All counts, alerts for the first ones, and sums where the window is summed.
    fn all(&self, counted: &[Counted<'_>], apart: &BTreeSet<String>, alerts: usize) -> Vec<Rule> {
        let counts = counted.iter().map(|one| self.count(one, apart));
        let absent = counted.iter().take(alerts).filter_map(|one| self.absent(one));
        counts.chain(absent).chain(counted.iter().filter_map(|one| self.sum(one, apart))).collect()
    }

    /// The labels by whose values the counts differ: those of the budget, and those by which events are told apart.
    fn apart(&self) -> BTreeSet<String> {
        let mut apart = self.by();
        let total = self.total();
        let has = |name: &str| conditions(total).any(|matcher| matcher.name == name);
        let regex = |op: MatchOp| matches!(op, MatchOp::Regex | MatchOp::NotRegex);
        match &self.indicator {
            PyrraIndicator::Ratio { errors: part, .. } | PyrraIndicator::Latency { success: part, .. } => {
                let told = conditions(part).map(|matcher| &matcher.name);
                apart.extend(told.filter(|name| *name != "le" && !has(name)).cloned());
                let patterns = conditions(total).filter(|matcher| regex(matcher.op));
                apart.extend(patterns.map(|matcher| matcher.name.clone()));
            }
            PyrraIndicator::BoolGauge(gauge) => {
                apart.extend(conditions(gauge).map(|matcher| matcher.name.clone()));
            }
            PyrraIndicator::NativeLatency { .. } => {}
        }
        apart
    }

    fn is_summed(&self) -> bool {
        origin(self.subject).is_some_and(|origin| origin.summed)
    }

    /// What is counted over the window, or over the stretches that are summed.
    fn count(&self, counted: &Counted<'_>, apart: &BTreeSet<String>) -> Rule {
        let window = if self.is_summed() { STRETCH } else { self.window() };
        let expr = summed(counted.function, counted.selector, window, apart);
        record(format!("{}{window}", counted.name), expr, counted.labels.clone())
    }

    /// The sum of stretches, where the window is summed.
    fn sum(&self, counted: &Counted<'_>, apart: &BTreeSet<String>) -> Option<Rule> {
        let stretches = Selector::metric(format!("{}{STRETCH}", counted.name));
        let mut stretches =
            Selector { matchers: conditions(counted.selector).cloned().collect(), ..stretches };
        if counted.beside_buckets {
            stretches = stretches.with("le", MatchOp::Equal, "");
        }
        let steps = ExprKind::Subquery {
            expr: Box::new(Expr::selector(stretches)),
            range: self.window().into(),
            step: Some(STRETCH.into()),
            offset: DurationExpr::default(),
            at: None,
        };
        let labels: Vec<&String> = apart.iter().collect();
        let expr = Expr::call("sum_over_time", [steps.into()]).aggregate_by(AggregateOp::Sum, &labels);
        let name = format!("{}{}", counted.name, self.window());
        self.is_summed().then(|| record(name, expr, counted.labels.clone()))
    }

    /// A native histogram is counted by its own functions, and none is missed when it is not there.
    fn native(&self, total: &Selector, within: Duration) -> Vec<Rule> {
        let labels = self.labels(&BTreeSet::new());
        let name = || format!("{}:increase{}", base(metric(total), "increase"), self.window());
        let grown = Expr::call("increase", [Expr::range(total.clone(), self.window())])
            .aggregate_by(AggregateOp::Sum, &self.subject.slo.by);
        let count = Expr::call("histogram_count", [grown.clone()]);
        let share = [Expr::number(0.0), Expr::number(within.as_secs()), grown];
        let fast = Expr::call("histogram_fraction", share).binary(BinaryOp::Mul, count.clone());
        let le = ("le".to_owned(), within.as_secs().to_string());
        let of_fast = labels.clone().into_iter().chain([le]).collect();
        vec![record(name(), count, labels), record(name(), fast, of_fast)]
    }

    /// Told when a metric is not there.
    fn absent(&self, counted: &Counted<'_>) -> Option<Rule> {
        let alerting = &self.subject.slo.alerting;
        let silent = alerting.page.disabled && alerting.ticket.disabled;
        let origin = origin(self.subject);
        if !alerting.absent || (silent && origin.is_none()) {
            return None;
        }
        let own = |word: fn(&crate::slo::PyrraOrigin) -> Option<&String>, usual: &str| {
            origin.and_then(word).cloned().unwrap_or_else(|| usual.to_owned())
        };
        let severity = own(|origin| origin.absent_severity.as_ref(), "critical");
        let labels = counted.labels.clone().into_iter().chain([("severity".to_owned(), severity)]);
        let absent = Expr::call("absent", [Expr::selector(counted.selector.clone())]);
        Some(Rule::Alert(AlertRule {
            name: own(|origin| origin.absent_name.as_ref(), ABSENT),
            expr: absent.binary(BinaryOp::Eql, Expr::number(1.0)),
            r#for: Some(self.absent_for()),
            keep_firing_for: None,
            severity: None,
            labels: self.alert_labels(labels.collect()),
            annotations: self.annotations(None),
        }))
    }

    /// As long as the most urgent alert would take if everything failed.
    fn absent_for(&self) -> Duration {
        let Some(rule) = self.rules().into_iter().next() else { return Duration::minutes(10) };
        let burning = (self.factor(&rule) * (1.0 - self.target()) * rule.long.as_secs()).trunc();
        let all = Duration::seconds(burning as i64) + self.wait(&rule);
        let minute = Duration::minutes(1);
        minute * ((2 * all.as_millis() + minute.as_millis()) / (2 * minute.as_millis()))
    }
}

/// The name of a metric in that of its counts.
fn base<'n>(metric: &'n str, kind: &str) -> &'n str {
    if kind == "increase" { without(metric, &["_total", "_count", "_bucket"]) } else { metric }
}
