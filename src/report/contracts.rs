//! Contracts, as they are told.

use super::reason::sli;
use super::words::{self, Spend};
use super::{CreditReport, NextTierReport, PresetReport, SlaBrief, SlaReport, SloReport, Status};
use crate::base::Duration;
use crate::budget::{Credit, Evaluation};
use crate::plan::Task;
use crate::slo::{Sla, Spec};

/// What a contract comes to, from what would be told of an objective with its terms.
pub(super) fn contract(sla: &Sla, task: &Task, evaluation: &Evaluation, told: SloReport) -> SlaReport {
    let measured = evaluation.outcome.as_ref().ok();
    let judged = measured.filter(|_| !matches!(told.status, Status::NoData | Status::Error));
    let credit = judged.and_then(|measured| Credit::of(sla, measured.events, measured.expected));
    let slice_s = task.slice().map(Duration::as_secs);
    SlaReport {
        sla: sla.name.clone(),
        customer: sla.customer.clone(),
        target: sla.target.as_f64(),
        target_display: sla.target.to_string(),
        method_display: words::method(task.terms.method, task.terms.sli.slice().map(Duration::as_secs)),
        preset: sla.preset.map(|preset| PresetReport {
            name: preset.word().to_owned(),
            source: preset.source().to_owned(),
        }),
        raw_display: measured
            .filter(|_| told.events.is_some())
            .map_or_else(|| words::NO_DATA.to_owned(), |measured| sli(measured.raw, sla.target)),
        credit: credit.map(|credit| credit_report(credit, slice_s, told.window.complete)),
        service: told.service,
        slo: told.slo,
        method: told.method,
        window: told.window,
        sli: told.sli,
        events: told.events,
        time: told.time,
        coverage: told.coverage,
        budget: told.budget,
        exclusions: told.exclusions,
        history: told.history,
        status: told.status,
        reason: told.reason,
        warnings: told.warnings,
    }
}

fn credit_report(credit: Credit, slice_s: Option<f64>, complete: bool) -> CreditReport {
    let more = |more: f64| match slice_s {
        Some(slice_s) => Spend::Time { bad_s: more * slice_s, allowed_s: 0.0 },
        None => Spend::Events { bad: more, allowed: 0.0 },
    };
    CreditReport {
        due: credit.due.as_f64(),
        display: words::credit(credit.due, credit.capped, complete),
        below: credit.tier.map(|tier| tier.below.as_f64()),
        capped: credit.capped,
        next: credit.next.map(|(tier, left)| NextTierReport {
            below: tier.below.as_f64(),
            credit: tier.credit.as_f64(),
            more: left,
            display: words::next_tier(tier.credit, more(left)),
        }),
    }
}

/// The contract that is told beside an objective: the worst of those that cover it.
pub(super) fn brief(slas: &[SlaReport], service: &str, slo: &str) -> Option<SlaBrief> {
    let covering = slas.iter().filter(|sla| sla.service == service && sla.slo == slo);
    let worst = covering.max_by(|a, b| a.status.cmp(&b.status))?;
    Some(SlaBrief {
        name: worst.sla.clone(),
        customer: worst.customer.clone(),
        target_display: worst.target_display.clone(),
        sli_display: worst.sli.display.clone(),
        credit_display: worst.credit.as_ref().map(|credit| credit.display.clone()),
        status: worst.status,
    })
}

/// Which contracts are broken, in a sentence, with the credit that is due; nothing where none is.
pub(super) fn broken(slas: &[SlaReport]) -> Option<String> {
    let told = |sla: &SlaReport| {
        let credit = sla.credit.as_ref().map(|credit| format!(", credit: {}", credit.display));
        format!("{} ({}{})", sla.sla, sla.slo, credit.unwrap_or_default())
    };
    let broken: Vec<String> = slas.iter().filter(|sla| sla.status == Status::Breached).map(told).collect();
    (!broken.is_empty()).then(|| format!("Contracts broken: {}.", broken.join("; ")))
}

/// The worst status of contracts; none is as good as met.
pub(super) fn worst(slas: &[SlaReport]) -> Status {
    slas.iter().map(|sla| sla.status).max().unwrap_or(Status::Met)
}

/// A remark on each contract of which some objectives were selected and others were not: what is told of it is not all.
pub(super) fn in_part(specs: &[Spec]) -> impl Iterator<Item = String> {
    let remark = |spec: &Spec, sla: &Sla| {
        let is_selected = |name: &&String| spec.slos.iter().any(|slo| slo.name == **name);
        let (selected, others): (Vec<&String>, Vec<&String>) = sla.slos.iter().partition(is_selected);
        let others: Vec<String> = others.into_iter().map(|name| format!("{}/{name}", spec.service)).collect();
        (!selected.is_empty() && !others.is_empty()).then(|| {
            let (service, name, others) = (&spec.service, &sla.name, others.join(", "));
            format!("{service}: the contract {name} covers {others} too, not selected and not judged here")
        })
    };
    specs.iter().flat_map(move |spec| spec.slas.iter().filter_map(move |sla| remark(spec, sla)))
}
