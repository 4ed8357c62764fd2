//! An objective before and after a deploy.

use serde::{Deserialize, Serialize};

use crate::base::{Moment, ratio};
use crate::report::{EventsReport, Report, SloReport, Status};

/// An objective before and after.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ComparisonReport {
    /// What it is compared with.
    pub with: ComparedWith,
    /// How it was; null where nothing is known of it.
    pub before: Option<ComparedReport>,
    /// How it is.
    pub after: Option<ComparedReport>,
    /// The share of good after minus that before, in percentage points.
    pub delta_pp: Option<f64>,
    /// How many times faster the budget burns than before; null where one is not known, or nothing burned before.
    pub burn_ratio: Option<f64>,
}

/// What an objective is compared with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ComparedWith {
    /// As long a time just before the deploy.
    Before,
    /// Another report.
    Baseline,
}

/// One side of a comparison.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ComparedReport {
    /// Its first instant.
    pub from: Moment,
    /// The first instant after it.
    pub to: Moment,
    /// Its status over that time.
    pub status: Status,
    /// Its share of good; null where there was too little data.
    pub sli: Option<f64>,
    /// The same in words.
    pub sli_display: String,
    /// Its events.
    pub events: Option<EventsReport>,
    /// Its bad share divided by the allowed share; null where nothing may be bad.
    pub burn: Option<f64>,
}

impl ComparisonReport {
    fn new(with: ComparedWith, before: Option<ComparedReport>, after: Option<ComparedReport>) -> Self {
        let both = |of: fn(&ComparedReport) -> Option<f64>| {
            before.as_ref().and_then(of).zip(after.as_ref().and_then(of))
        };
        Self {
            with,
            delta_pp: both(|side| side.sli).map(|(before, after)| (after - before) * 100.0),
            burn_ratio: both(|side| side.burn).and_then(|(before, after)| ratio(after, before)),
            before,
            after,
        }
    }
}

fn burn(sli: Option<f64>, objective: f64) -> Option<f64> {
    // A share of one less the objective is not exact; nor is what is told of it.
    sli.and_then(|sli| ratio((1.0 - sli).max(0.0), 1.0 - objective))
}

fn known(status: Status) -> bool {
    !matches!(status, Status::NoData | Status::Error)
}

/// An objective over its own window.
fn now(slo: &SloReport) -> ComparedReport {
    let sli = slo.sli.value.filter(|_| known(slo.status));
    ComparedReport {
        from: slo.window.from,
        to: slo.window.to,
        status: slo.status,
        sli,
        sli_display: slo.sli.display.clone(),
        events: slo.events,
        burn: burn(sli, slo.objective),
    }
}

/// The window before that.
fn before(slo: &SloReport) -> Option<ComparedReport> {
    let previous = slo.previous.as_ref()?;
    let sli = previous.sli.filter(|_| known(previous.status));
    Some(ComparedReport {
        from: previous.from,
        to: previous.to,
        status: previous.status,
        sli,
        sli_display: previous.sli_display.clone(),
        events: previous.events,
        burn: burn(sli, slo.objective),
    })
}

impl Report {
    /// Notes of every objective how it was before a deploy and after it; `since` is a report on the time since then.
    pub fn compare_since(&mut self, since: &Self) {
        for slo in &mut self.slos {
            let found = since.slos.iter().find(|other| other.id == slo.id);
            let comparison =
                ComparisonReport::new(ComparedWith::Before, found.and_then(before), found.map(now));
            slo.comparison = Some(comparison);
        }
    }

    /// Notes of every objective how it was in another report.
    pub fn compare_with(&mut self, baseline: &Self) {
        for slo in &mut self.slos {
            let found = baseline.slos.iter().find(|other| other.id == slo.id);
            let comparison = ComparisonReport::new(ComparedWith::Baseline, found.map(now), Some(now(slo)));
            slo.comparison = Some(comparison);
        }
    }
}
