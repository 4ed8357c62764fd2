use std::collections::BTreeMap;

use super::{Sli, Window};
use crate::base::Share;

/// A service and what it promises.
#[derive(Debug, Clone, PartialEq)]
pub struct Spec {
    /// The service's name.
    pub service: String,
    /// What it does.
    pub description: Option<String>,
    /// Who answers for it.
    pub owner: Option<String>,
    /// Labels for selecting and for generated rules.
    pub labels: BTreeMap<String, String>,
    /// Where a reader can look further: runbook, dashboard.
    pub links: Vec<Link>,
    /// Its objectives, in the order written.
    pub slos: Vec<Slo>,
    /// The file it was read from, as the user named it.
    pub file: String,
}

impl Spec {
    /// The name by which one of its objectives is known beside those of other services: `service/objective`.
    pub fn id(&self, slo: &Slo) -> String {
        format!("{}/{}", self.service, slo.name)
    }
}

/// A named address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// What it is: `runbook`, `dashboard`.
    pub rel: String,
    /// Where it is.
    pub href: String,
}

/// One service level objective.
#[derive(Debug, Clone, PartialEq)]
pub struct Slo {
    /// Its name, unique in its service.
    pub name: String,
    /// The promise in words.
    pub description: Option<String>,
    /// The share of events (or slices) that must be good.
    pub objective: Share,
    /// Over which time.
    pub window: Window,
    /// How goodness is measured.
    pub sli: Sli,
    /// Labels by whose values the budget is divided: one budget per value.
    pub by: Vec<String>,
    /// Fewer events than this are too few to judge.
    pub min_events: Option<u64>,
    /// The share of the window in which data must exist for a verdict.
    pub min_coverage: Share,
    /// The line of the objective in its file, counted from one; none where it was not read from a file.
    pub line: Option<usize>,
}

impl Slo {
    /// `min_coverage` where a specification is silent: 90 %.
    pub fn default_min_coverage() -> Share {
        Share::from_percent("90").unwrap_or(Share::ONE)
    }
}
