//! What may be promised, before anything is known of how it went.

use super::inventory::{Inventory, Service};
use super::preset::Preset;
use super::proposal::LeftOut;
use super::search::Search;
use crate::base::{Duration, Share};
use crate::slo::{Sli, Slo, Spec, Window};

/// The most objectives that are proposed for one service: more than this nobody reads.
const MOST_PER_SERVICE: usize = 20;

/// What may be promised of services.
#[derive(Debug, Clone)]
pub struct Candidates {
    pub(super) services: Vec<Promisable>,
    /// What was left out, and why.
    pub(super) left: Vec<LeftOut>,
}

/// A service and what may be promised of it.
#[derive(Debug, Clone)]
pub(super) struct Promisable {
    pub(super) service: Service,
    pub(super) candidates: Vec<Candidate>,
}

/// A promise without its share.
#[derive(Debug, Clone)]
pub(super) struct Candidate {
    pub(super) name: String,
    /// Labels that divide the budget.
    pub(super) by: Vec<String>,
    /// How it may be measured, from strict to lax. One will do.
    pub(super) ways: Vec<Way>,
    /// Which way is usual, where nothing is known.
    pub(super) usual_way: usize,
    /// The objective that is usual.
    pub(super) usual: Share,
}

/// A way of measuring.
#[derive(Debug, Clone)]
pub(super) struct Way {
    pub(super) sli: Sli,
    /// What is promised by it, in words.
    pub(super) description: String,
}

impl Candidates {
    /// What the presets find in an inventory. Every metric is for the first preset that knows it; what others than
    /// `wanted` know is left out.
    pub fn of(inventory: &Inventory, wanted: &[&'static Preset]) -> Self {
        let mut all = Self { services: Vec::new(), left: Vec::new() };
        for service in &inventory.services {
            let (mut candidates, left) = Search::of(service, wanted);
            all.left.extend(left);
            for over in candidates.split_off(MOST_PER_SERVICE.min(candidates.len())) {
                let why = format!("more than {MOST_PER_SERVICE} objectives of one service");
                all.left.push(LeftOut { service: service.name.clone(), what: over.name, why });
            }
            if !candidates.is_empty() {
                all.services.push(Promisable { service: service.clone(), candidates });
            }
        }
        all
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.services.is_empty()
    }

    /// Every way of every candidate as an objective of its own, in one specification for each service.
    pub fn specs(&self) -> Vec<Spec> {
        let window = Window::Rolling(Duration::days(7));
        let slos = |candidate: &Candidate| -> Vec<Slo> {
            candidate.ways.iter().map(|way| candidate.slo(way, candidate.usual, window)).collect()
        };
        self.services
            .iter()
            .map(|found| found.service.spec(found.candidates.iter().flat_map(slos).collect()))
            .collect()
    }
}

impl Candidate {
    pub(super) fn slo(&self, way: &Way, objective: Share, window: Window) -> Slo {
        Slo {
            description: Some(way.description.clone()),
            by: self.by.clone(),
            ..Slo::new(&self.name, objective, window, way.sli.clone())
        }
    }
}

impl Service {
    pub(super) fn spec(&self, slos: Vec<Slo>) -> Spec {
        let known = self.matchers.iter().map(|matcher| format!("{} {}", matcher.name, matcher.value));
        let known: Vec<String> = known.collect();
        Spec {
            description: (!known.is_empty()).then(|| format!("What is scraped as {}", known.join(" in "))),
            slos,
            ..Spec::new(&self.name, "")
        }
    }
}
