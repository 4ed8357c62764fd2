//! Alerts by a condition: plain ones, and those that nothing is measured.

use super::super::build::label_map;
use super::{
    Fired, FiringReport, InstanceReport, Plain, PlainBacktest, PlainStretch, SloBacktest, UnmeasuredBacktest,
};
use crate::base::{Duration, Interval, Labels, Moment, ratio};
use crate::budget::backtest::Firing;
use crate::slo::{Severity, Slo, UNMEASURED};

/// A rate looks back this far as a rule: who burned within it is still told of.
const LOOKS_BACK: Duration = Duration::minutes(5);

/// A plain alert, held against the incidents of its service.
pub(super) fn told(plain: &Plain<'_>, slos: &[SloBacktest], over: Interval) -> PlainBacktest {
    let instance = |(labels, firings): &(Labels, Vec<Firing>)| InstanceReport {
        labels: label_map(labels),
        firings: firings.iter().map(firing).collect(),
    };
    let instances: Vec<InstanceReport> = plain.outcome.iter().flatten().map(instance).collect();
    let of_service = || slos.iter().filter(|slo| slo.service == plain.spec.service);
    let mut stretches = stretches(plain.outcome.iter().flatten().flat_map(|(_, firings)| firings));
    for stretch in &mut stretches {
        stretch.slo = incident(stretch, of_service());
    }
    let began = || stretches.iter().filter(|stretch| stretch.from >= over.from);
    let length = |stretch: &PlainStretch| {
        let end = stretch.to.map_or(over.to, |to| to.min(over.to));
        (end - stretch.from.max(over.from)).as_secs()
    };
    let known = plain.outcome.is_ok() && of_service().any(|slo| !slo.budgets.is_empty());
    PlainBacktest {
        service: plain.spec.service.clone(),
        name: plain.alert.name.clone(),
        severity: plain.alert.severity.clone(),
        expr: plain.alert.expr.to_string(),
        fired: instances.iter().map(|instance| begun(&instance.firings, over.from)).sum(),
        error: plain.outcome.as_ref().err().map(ToString::to_string),
        per_week: ratio(began().count() as f64, over.length().as_secs() / Duration::days(7).as_secs())
            .filter(|_| plain.outcome.is_ok()),
        firing_s: stretches.iter().map(length).fold(0.0, |sum, one| sum + one),
        stray: known.then(|| began().filter(|stretch| stretch.slo.is_none()).count()),
        stretches,
        instances,
    }
}

/// The alert that nothing is measured of an objective.
pub(super) fn unmeasured(slo: &Slo, fired: &Fired, over: Interval) -> UnmeasuredBacktest {
    let firings: Vec<FiringReport> =
        fired.iter().flatten().flat_map(|(_, firings)| firings).map(firing).collect();
    UnmeasuredBacktest {
        tier: UNMEASURED.to_owned(),
        severity: Severity::Ticket.word().to_owned(),
        expr: slo.unmeasured().map(|expr| expr.to_string()).unwrap_or_default(),
        fired: begun(&firings, over.from),
        error: fired.as_ref().err().map(ToString::to_string),
        firings,
    }
}

pub(super) fn firing(firing: &Firing) -> FiringReport {
    FiringReport { from: firing.from, to: firing.to, incident: None }
}

fn begun(firings: &[FiringReport], from: Moment) -> usize {
    firings.iter().filter(|firing| firing.from >= from).count()
}

/// When any of some alerts fires.
fn stretches<'a>(firings: impl Iterator<Item = &'a Firing>) -> Vec<PlainStretch> {
    let mut all: Vec<&Firing> = firings.collect();
    all.sort_by_key(|firing| firing.from);
    let mut stretches: Vec<PlainStretch> = Vec::new();
    for Firing { from, to } in all {
        match stretches.last_mut() {
            Some(last) if last.to.is_none_or(|until| until >= *from) => {
                last.to = last.to.zip(*to).map(|(one, other)| one.max(other));
            }
            _ => stretches.push(PlainStretch { from: *from, to: *to, slo: None }),
        }
    }
    stretches
}

/// The objective whose budget lost most in an incident while an alert fired, or just before.
fn incident<'a>(stretch: &PlainStretch, slos: impl Iterator<Item = &'a SloBacktest>) -> Option<String> {
    let all = slos.flat_map(|slo| {
        slo.budgets.iter().flat_map(|budget| &budget.incidents).map(|incident| (&slo.id, incident))
    });
    let during = all.filter(|(_, incident)| {
        stretch.from < incident.to + LOOKS_BACK && stretch.to.is_none_or(|to| to > incident.from)
    });
    let share = |ratio: Option<f64>| ratio.unwrap_or(f64::INFINITY);
    let most = during.max_by(|(_, a), (_, b)| share(a.budget_ratio).total_cmp(&share(b.budget_ratio)));
    most.map(|(id, _)| id.clone())
}
