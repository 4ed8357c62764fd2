//! Objectives for what is there: from the metrics of services, and what came of them, to specifications.
//!
//! Takes answers about which metrics there are ([`Inventory`]), gives [`Candidates`]; takes the answers about their past,
//! gives a [`Proposal`]: specifications, what is said beside each objective, and what was left out. Pure. Must not know
//! who answers, nor how a specification is written. To add a preset: its file in `preset/` and its line in [`PRESETS`].
//!
//! | files | what they do |
//! |---|---|
//! | `inventory`, `metric` | which metrics which service has, with the labels that may tell good from bad |
//! | `preset/` | which metrics are known, one kind of service per file |
//! | `outcome`, `ways` | what the presets share: words for good and bad, and the ways of measuring |
//! | `search`, `candidate` | the metrics that no preset has taken yet; what may be promised |
//! | `past`, `choose` | what came of it in past windows; the highest objective that was mostly met |
//! | `proposal` | specifications, and what is said of them |

mod candidate;
mod choose;
mod inventory;
mod metric;
mod outcome;
mod past;
mod preset;
mod proposal;
mod search;
mod ways;

pub use candidate::Candidates;
pub use inventory::{Inventory, Service, Snapshot, details, known, names};
pub use past::{Past, options};
pub use preset::{PRESETS, Preset};
pub use proposal::{LeftOut, Proposal, Proposed};
