//! Specifications in the words of other tools.
//!
//! Takes [`Spec`]s, gives text in a dialect, and a [`Loss`] for everything that the dialect cannot say or says otherwise. A
//! dialect is written from the same values that its reader ends in, so what is written reads back as it was meant. To
//! add one: its file here, and its line in [`Target::ALL`].

mod loss;
mod openslo;
mod parts;
mod placeholder;
mod pyrra;
mod sloth;

pub use loss::{Kept, Loss};

use std::collections::BTreeSet;

use super::native::{Commented, native};
use super::yaml::{self, Map};
use crate::slo::Spec;
use loss::Losses;

/// A dialect that is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    /// `apiVersion: nines/v1`.
    Native,
    /// Sloth's `version: prometheus/v1`.
    Sloth,
    /// Pyrra's `ServiceLevelObjective`.
    Pyrra,
    /// OpenSLO's `openslo/v1`.
    OpenSlo,
}

impl Target {
    /// All of them, by the words for them.
    pub const ALL: [(&'static str, Self); 4] = [
        ("native", Self::Native),
        ("sloth", Self::Sloth),
        ("pyrra", Self::Pyrra),
        ("openslo", Self::OpenSlo),
    ];

    /// What people call it.
    pub fn title(self) -> &'static str {
        match self {
            Self::Native => "nines/v1",
            Self::Sloth => "Sloth",
            Self::Pyrra => "Pyrra",
            Self::OpenSlo => "OpenSLO",
        }
    }
}

/// Specifications in another dialect.
#[derive(Debug, Clone, PartialEq)]
pub struct Converted {
    /// The documents, one behind the other; empty where nothing could be said.
    pub text: String,
    /// What the dialect cannot say, in the order of the specifications.
    pub losses: Vec<Loss>,
}

/// Writes specifications in a dialect.
pub fn convert(specs: &[Spec], target: Target) -> Converted {
    if target == Target::Native {
        return Converted { text: native(specs.iter().map(Commented::from)), losses: Vec::new() };
    }
    let mut losses = Losses::new(target);
    let (mut documents, mut names) = (Vec::new(), BTreeSet::new());
    for spec in specs {
        documents.extend(match target {
            Target::Sloth => sloth::documents(spec, &mut losses),
            Target::Pyrra => pyrra::documents(spec, &mut losses),
            Target::OpenSlo | Target::Native => openslo::documents(spec, &mut names, &mut losses),
        });
    }
    Converted { text: text(documents), losses: losses.into_inner() }
}

fn text(documents: Vec<Map>) -> String {
    let mut text = String::new();
    for document in documents {
        if !text.is_empty() {
            text.push_str("---\n");
        }
        yaml::document(&document, &mut text);
    }
    text
}
