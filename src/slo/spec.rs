use std::collections::BTreeMap;

use super::{AlertRule, Alerting, Exclusion, Gate, Method, Origin, Sla, Sli, Window};
use crate::base::{Duration, Share};

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
    /// Objectives that were left out when some were selected; composites are made of them all the same.
    pub unselected: Vec<Slo>,
    /// Contracts about its objectives.
    pub slas: Vec<Sla>,
    /// Time that does not count.
    pub exclusions: Vec<Exclusion>,
    /// Plain alerts, beside those of the objectives.
    pub alerts: Vec<AlertRule>,
    /// The file it was read from, as the user named it.
    pub file: String,
}

impl Spec {
    /// A service about which nothing is known yet, read from a file.
    pub fn new(service: impl Into<String>, file: impl Into<String>) -> Self {
        Self {
            service: service.into(),
            description: None,
            owner: None,
            labels: BTreeMap::new(),
            links: Vec::new(),
            slos: Vec::new(),
            unselected: Vec::new(),
            slas: Vec::new(),
            exclusions: Vec::new(),
            alerts: Vec::new(),
            file: file.into(),
        }
    }

    /// The labels of one of its objectives: its own, which win, and those of the service.
    pub fn labels_of(&self, slo: &Slo) -> BTreeMap<String, String> {
        let mut labels = self.labels.clone();
        labels.extend(slo.labels.clone());
        labels
    }

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
    /// Labels of its own, beside those of its service.
    pub labels: BTreeMap<String, String>,
    /// The share of events (or slices) that must be good.
    pub objective: Share,
    /// Over which time.
    pub window: Window,
    /// How goodness is measured.
    pub sli: Sli,
    /// What its error budget counts.
    pub method: Method,
    /// Labels by whose values the budget is divided: one budget per value, and the overall number beside them.
    pub by: Vec<String>,
    /// More values than this are refused.
    pub max_groups: usize,
    /// Fewer events than this are too few to judge.
    pub min_events: Option<u64>,
    /// The share of the window in which data must exist for a verdict.
    pub min_coverage: Share,
    /// How people are told that its budget burns.
    pub alerting: Alerting,
    /// What a deploy needs of it.
    pub gate: Option<Gate>,
    /// How far back burning is looked for beside the windows of its alerts, shortest first: where a gate asks for it.
    pub burn_windows: Vec<Duration>,
    /// The line of the objective in its file, counted from one; none where it was not read from a file.
    pub line: Option<usize>,
    /// What it is in the words of the tool that its specification was written for; none where that is nines.
    pub origin: Option<Origin>,
}

impl Slo {
    /// `max_groups` where a specification is silent.
    pub const DEFAULT_MAX_GROUPS: usize = 100;

    /// An objective of which nothing else is said.
    pub fn new(name: impl Into<String>, objective: Share, window: Window, sli: Sli) -> Self {
        Self {
            name: name.into(),
            description: None,
            labels: BTreeMap::new(),
            objective,
            window,
            sli,
            method: Method::default(),
            by: Vec::new(),
            max_groups: Self::DEFAULT_MAX_GROUPS,
            min_events: None,
            min_coverage: Self::default_min_coverage(),
            alerting: Alerting::default(),
            gate: None,
            burn_windows: Vec::new(),
            line: None,
            origin: None,
        }
    }

    /// `min_coverage` where a specification is silent: 90 %.
    pub fn default_min_coverage() -> Share {
        Share::whole_percent(90)
    }
}
