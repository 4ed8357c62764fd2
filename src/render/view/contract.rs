use serde::Serialize;

use super::super::text::{glued, one_line};
use super::slo::period;
use super::{StatusView, moment};
use crate::base::{Interval, Zone};
use crate::report::{ExclusionReport, SlaReport, Status, words};

/// What a contract comes to for one objective and period.
#[derive(Debug, Serialize)]
pub(crate) struct ContractView {
    /// Contract and customer: `gold (Example Ltd)`.
    pub(crate) name: String,
    /// Service and objective.
    pub(crate) slo: String,
    pub(crate) period: String,
    pub(crate) target: String,
    pub(crate) raw: String,
    /// How much time was taken out.
    pub(crate) excluded: String,
    pub(crate) adjusted: String,
    pub(crate) credit: String,
    /// How far the next tier is.
    pub(crate) next: String,
    status: StatusView,
    pub(crate) reason: String,
    /// What is counted.
    counted: String,
    /// The published contract that counts so.
    source: Option<String>,
    pub(crate) exclusions: Vec<ExclusionView>,
    /// What of it comes from a history of days, where one was given.
    history: Option<String>,
    warnings: Vec<String>,
}

/// Time taken out by agreement.
#[derive(Debug, Serialize)]
pub(crate) struct ExclusionView {
    pub(crate) id: String,
    category: String,
    reason: String,
    approved_by: String,
    /// The file that says so, where it is not the specification.
    file: Option<String>,
    /// When it was, or that it took nothing out.
    pub(crate) when: Vec<String>,
    pub(crate) length: String,
    bad: String,
    total: String,
    /// Whether it was announced after it had begun.
    late: Option<String>,
    /// What a contract did not accept of it, and why.
    pub(crate) refused: Vec<String>,
}

/// The most stretches of one exclusion that are told one by one.
const SHOWN: usize = 5;

impl ContractView {
    pub(crate) fn of(sla: &SlaReport, zone: Zone) -> Self {
        let customer = sla.customer.as_ref().map(|customer| format!(" ({customer})")).unwrap_or_default();
        let judged = !matches!(sla.status, Status::NoData | Status::Error);
        Self {
            name: one_line(&format!("{}{customer}", sla.sla)),
            slo: one_line(&format!("{} / {}", sla.service, sla.slo)),
            period: glued(&one_line(&period(&sla.window, zone))),
            target: words::objective_spaced(&sla.target_display),
            raw: one_line(&sla.raw_display),
            excluded: match sla.time {
                Some(time) if time.excluded_s > 0.0 => words::duration(time.excluded_s),
                _ => words::NONE.to_owned(),
            },
            adjusted: one_line(&sla.sli.display),
            credit: match &sla.credit {
                Some(credit) if judged => one_line(&credit.display),
                _ => words::NONE.to_owned(),
            },
            next: match sla.credit.as_ref().and_then(|credit| credit.next.as_ref()) {
                Some(next) if judged => glued(&one_line(&next.display)),
                _ => words::NONE.to_owned(),
            },
            status: sla.status.into(),
            reason: glued(&one_line(&sla.reason)),
            counted: one_line(&sla.method_display),
            source: sla.preset.as_ref().map(|preset| one_line(&preset.source)),
            exclusions: sla.exclusions.iter().map(|one| ExclusionView::of(one, zone)).collect(),
            history: sla.history.as_ref().map(|history| one_line(&history.display)),
            warnings: {
                let of_history = sla.history.iter().flat_map(|history| &history.remarks);
                sla.warnings.iter().chain(of_history).map(|warning| one_line(warning)).collect()
            },
        }
    }
}

impl ExclusionView {
    pub(crate) fn of(exclusion: &ExclusionReport, zone: Zone) -> Self {
        let said = |text: &Option<String>| text.as_deref().map_or(words::NONE.to_owned(), one_line);
        let stretch = |time: Interval| glued(&words::stretch(time, zone));
        let mut when: Vec<String> =
            exclusion.intervals.iter().take(SHOWN).map(|time| stretch(*time)).collect();
        if exclusion.intervals.len() > SHOWN {
            when.push(format!("and {} more", exclusion.intervals.len() - SHOWN));
        }
        if when.is_empty() {
            when.push("nothing in this window".to_owned());
        }
        let refused = exclusion.refused.iter();
        let mut refused: Vec<String> = refused
            .take(SHOWN)
            .map(|one| one_line(&format!("{}: {}", stretch(Interval::new(one.from, one.to)), one.reason)))
            .collect();
        if exclusion.refused.len() > SHOWN {
            refused.push(format!("and {} more that count", exclusion.refused.len() - SHOWN));
        }
        Self {
            id: one_line(&exclusion.id),
            category: said(&exclusion.category),
            reason: said(&exclusion.reason),
            approved_by: said(&exclusion.approved_by),
            file: exclusion.file.as_deref().map(one_line),
            when,
            length: words::duration(exclusion.excluded_s),
            bad: words::count(exclusion.events.bad),
            total: words::count(exclusion.events.total),
            late: exclusion.late.then(|| {
                exclusion
                    .announced
                    .map_or("late".to_owned(), |at| format!("late: announced {}", moment(at, zone)))
            }),
            refused,
        }
    }
}
