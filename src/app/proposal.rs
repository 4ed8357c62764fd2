//! The story of a proposal, top to bottom: which metrics there are, what may be promised by them, what came of that.

use super::pipeline::Cadences;
use super::{fetch, progress};
use crate::base::{Duration, Matrix, Moment};
use crate::plan::{self, NoAnswer, Query};
use crate::propose::{self, Candidates, Inventory, Past, Preset, Proposal, Snapshot};
use crate::source::{Page, Source};

/// Of what, and by what, objectives are proposed.
#[derive(Debug, Clone)]
pub struct Wanted {
    /// The presets that are asked.
    pub presets: Vec<&'static Preset>,
    /// Only these services; all where there are none.
    pub services: Vec<String>,
    /// The length of the windows, where it is given.
    pub window: Option<Duration>,
    /// The end of the past.
    pub at: Moment,
    /// Questions under way at once.
    pub at_once: usize,
    /// Whether to show a bar.
    pub show_progress: bool,
}

/// What was found of what there is.
#[derive(Debug, Clone)]
pub struct Surveyed {
    /// The proposal.
    pub proposal: Proposal,
    /// How many metrics were looked at closely.
    pub metrics: usize,
    /// How many there are besides.
    pub unread: usize,
    /// The services that there are, for one that is asked for and is none of them.
    pub services: Vec<String>,
}

/// Proposes what was kept in the past that a source knows. Only here is waited.
pub async fn from_source(wanted: &Wanted, source: &dyn Source) -> Result<Surveyed, NoAnswer> {
    let all = asked(&[propose::names(wanted.at)], wanted, source).await?;
    let (names, unread) = propose::known(&all.concat());
    let details = asked(&propose::details(&names, wanted.at), wanted, source).await?;
    let inventory = Inventory::of_answers(&details, unread);
    let (candidates, surveyed) = candidates(inventory, wanted);

    let specs = candidates.specs();
    let options = propose::options(wanted.at, wanted.window, source.describe().exact);
    let cadences = Cadences::ask(&specs, wanted.at, source, wanted.at_once, wanted.show_progress).await;
    // A period between two moments has a place in every calendar.
    let plan = plan::compile(&specs, &options, &|selector| cadences.of(selector)).unwrap_or_default();
    let bar = progress::bar(plan.queries.len() as u64, wanted.show_progress);
    bar.set_message("asking");
    let answers = fetch::all(&plan.queries, source, wanted.at_once, &|| bar.inc(1)).await;
    bar.finish_and_clear();
    let past = Past { specs: &specs, plan: &plan, answers: &answers, window: wanted.window };
    Ok(Surveyed { proposal: Proposal::of_past(candidates, &past), ..surveyed })
}

/// Proposes what is usual for the metrics on a page; `name` is what to call a service whose series have no job.
pub fn from_page(wanted: &Wanted, page: Page, name: &str) -> Surveyed {
    let snapshot = Snapshot { types: page.types, samples: page.samples };
    let (candidates, surveyed) = candidates(Inventory::of_page(&snapshot, name), wanted);
    Surveyed { proposal: Proposal::of_page(candidates, &snapshot, wanted.window), ..surveyed }
}

fn candidates(mut inventory: Inventory, wanted: &Wanted) -> (Candidates, Surveyed) {
    let services = inventory.services.iter().map(|service| service.name.clone()).collect();
    let (metrics, unread) = (inventory.metrics(), inventory.unread);
    inventory
        .services
        .retain(|service| wanted.services.is_empty() || wanted.services.contains(&service.name));
    let surveyed = Surveyed { proposal: Proposal::default(), metrics, unread, services };
    (Candidates::of(&inventory, &wanted.presets), surveyed)
}

/// The answers to questions of which none may be without one.
async fn asked(queries: &[Query], wanted: &Wanted, source: &dyn Source) -> Result<Vec<Matrix>, NoAnswer> {
    let answers = fetch::all(queries, source, wanted.at_once, &|| ()).await;
    answers.into_iter().map(|answer| answer.map(|answered| answered.matrix)).collect()
}
