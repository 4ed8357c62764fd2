//! What dialects have in common: how an objective is measured, as expressions over `$window`.

use super::loss::Losses;
use crate::diag::Code;
use crate::promql::{AggregateOp, BinaryOp, DurationExpr, Expr, ExprKind, Matching, Selector};
use crate::slo::{Alerting, Counts, Judge, Method, Polarity, Signal, Slo, Spec};

/// How an objective is measured, for dialects that have queries.
pub(super) enum Said {
    /// Events of `$window`, or as many per second.
    Events {
        /// Whether `part` counts the good or the bad ones.
        polarity: Polarity,
        /// The good or the bad ones.
        part: Expr,
        /// All.
        total: Expr,
    },
    /// The bad share of `$window`.
    Ratio(Expr),
    /// Nothing that can be asked.
    Nothing,
}

/// An objective as expressions over `$window`.
pub(super) fn said(slo: &Slo) -> Said {
    match slo.sli.signal() {
        Signal::Events { polarity, part, total, .. } => {
            let counters = |counts: &Counts| matches!(counts, Counts::Counters(_));
            let function = if counters(&part) && counters(&total) { "rate" } else { "increase" };
            let part = counted(&part, function);
            // Errors that never happened have no series, and are none.
            let part = match polarity {
                Polarity::Bad => part.binary(BinaryOp::Or, Expr::call("vector", [Expr::number(0.0)])),
                Polarity::Good => part,
            };
            Said::Events { polarity, part, total: counted(&total, function) }
        }
        Signal::Slices { value, judge, slice, .. } => {
            let good = match judge {
                Judge::Share(Polarity::Bad) => return Said::Ratio(value),
                Judge::Share(Polarity::Good) => return Said::Ratio(rest_of_one(value)),
                Judge::Compares(op, bound) => Expr::from(ExprKind::Binary {
                    op,
                    lhs: Box::new(value),
                    rhs: Box::new(Expr::number(bound)),
                    matching: Matching::default(),
                    return_bool: true,
                }),
            };
            let good = good.aggregate_by::<&str>(AggregateOp::Min, &[]);
            let slices = Expr::from(ExprKind::Subquery {
                expr: Box::new(good),
                range: DurationExpr::Window,
                step: Some(slice.into()),
                offset: DurationExpr::default(),
                at: None,
            });
            Said::Ratio(rest_of_one(Expr::call("avg_over_time", [slices])))
        }
        Signal::Composite(_) => Said::Nothing,
    }
}

fn rest_of_one(share: Expr) -> Expr {
    Expr::number(1.0).binary(BinaryOp::Sub, share)
}

fn counted(counts: &Counts, function: &str) -> Expr {
    let term = |selector: &Selector| {
        let range = ExprKind::Range { selector: selector.clone(), range: DurationExpr::Window };
        Expr::call(function, [Expr::from(range)]).aggregate_by::<&str>(AggregateOp::Sum, &[])
    };
    match counts {
        Counts::Expression(expr) => expr.clone().aggregate_by::<&str>(AggregateOp::Sum, &[]),
        Counts::Counters(selectors) => selectors
            .iter()
            .map(term)
            .reduce(|all, next| all.binary(BinaryOp::Add, next))
            .unwrap_or_else(|| Expr::call("vector", [Expr::number(0.0)])),
    }
}

/// Says what none of the other dialects has a word for.
pub(super) fn beyond_all(spec: &Spec, losses: &mut Losses) {
    let Spec { slas, exclusions, links, .. } = spec;
    losses.of_service(Code::ServiceLost, spec, !links.is_empty(), "links");
    losses.of_service(
        Code::ExclusionsLost,
        spec,
        !exclusions.is_empty(),
        "exclusions: the numbers there will be raw",
    );
    losses.of_service(Code::ContractsLost, spec, !slas.is_empty(), "contracts");
    losses.of_service(Code::PlainAlertsLost, spec, !spec.alerts.is_empty(), "plain alerts");
    losses.of_service(Code::ServiceLost, spec, spec.owner.is_some(), "an owner");
}

/// Says what of an objective none of the other dialects has a word for.
pub(super) fn beyond_all_of(spec: &Spec, slo: &Slo, losses: &mut Losses) {
    losses.of_slo(
        Code::LimitsLost,
        spec,
        slo,
        slo.min_events.is_some(),
        "`min_events`: few events will be judged too",
    );
    let coverage = slo.min_coverage != Slo::default_min_coverage();
    losses.of_slo(Code::LimitsLost, spec, slo, coverage, "`min_coverage`: missing data will pass there");
    losses.of_slo(Code::GateLost, spec, slo, slo.gate.is_some(), "a gate");
}

/// Says that a dialect counts events alone.
pub(super) fn method(spec: &Spec, slo: &Slo, losses: &mut Losses) {
    let method = match slo.method {
        Method::Occurrences => return,
        Method::Timeslices { .. } => "slices of time: it will count events",
        Method::RatioTimeslices { .. } => "the mean over slices of time: it will count events",
    };
    losses.of_slo(Code::MethodLost, spec, slo, true, method);
}

/// Says which parts of how people are told are lost, but for those that the dialect has.
pub(super) fn alerting(spec: &Spec, slo: &Slo, losses: &mut Losses) {
    let Alerting { r#for, keep_firing_for, min_events, absent, .. } = &slo.alerting;
    losses.of_slo(Code::AlertingLost, spec, slo, r#for.is_some(), "`for` of burn-rate alerts");
    losses.of_slo(
        Code::AlertingLost,
        spec,
        slo,
        keep_firing_for.is_some(),
        "`keep_firing_for` of burn-rate alerts",
    );
    losses.of_slo(Code::AlertingLost, spec, slo, min_events.is_some(), "`min_events` of burn-rate alerts");
    let usual = Alerting::default();
    losses.of_slo(Code::AlertingLost, spec, slo, *absent != usual.absent, "whether missing data is told");
    let own = slo.alerting.windows != usual.windows;
    losses.of_slo(Code::AlertingLost, spec, slo, own, "windows of its own for burn-rate alerts");
}

/// A name that Kubernetes takes: lower case, digits and hyphens.
pub(super) fn kubernetes_name(name: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' };
    name.chars().map(plain).collect::<String>().trim_matches('-').to_owned()
}
