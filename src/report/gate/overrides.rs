//! Who lets pass what fails, and what became of it.

use serde::{Deserialize, Serialize};

use super::policy::{Target, matches};
use crate::base::Moment;

/// What can be let pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Covers {
    /// A breach, or a limit that fails.
    Breached,
    /// Too little data.
    NoData,
    /// What could not be measured.
    Error,
}

impl Covers {
    /// All of them, with their words.
    pub const WORDS: [(&'static str, Self); 3] =
        [("breached", Self::Breached), ("no_data", Self::NoData), ("error", Self::Error)];
}

/// Somebody lets pass what fails.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OverrideRule {
    /// Who answers for it.
    pub by: String,
    /// Why.
    pub reason: String,
    /// From when on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Moment>,
    /// From when on no longer; null where it is for this run alone.
    #[serde(default)]
    pub expires: Option<Moment>,
    /// Only objectives of these services; a `*` stands for any characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service: Option<String>,
    /// Only objectives of these names.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub slo: Option<String>,
    /// What it lets pass.
    #[serde(default = "breached_alone")]
    pub covers: Vec<Covers>,
    /// Where it is written: `policy.yaml:31`; null where it was typed.
    #[serde(default)]
    pub written_at: Option<String>,
}

fn breached_alone() -> Vec<Covers> {
    vec![Covers::Breached]
}

/// An override and what became of it: what a history keeps.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Override {
    /// The override itself.
    #[serde(flatten)]
    pub rule: OverrideRule,
    /// What became of it.
    #[serde(default = "applied")]
    pub state: OverrideState,
    /// The ids of the objectives that it let pass; `total` for the total score.
    #[serde(default)]
    pub let_pass: Vec<String>,
}

fn applied() -> OverrideState {
    OverrideState::Applied
}

/// What became of an override.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OverrideState {
    /// It let something pass.
    Applied,
    /// There was nothing for it to let pass.
    Unused,
    /// It no longer counts.
    Expired,
    /// It does not count yet.
    NotBegun,
}

/// What stands for the total score among the ids of what was let pass.
pub(super) const TOTAL: &str = "total";

impl Override {
    pub(super) fn new(rule: &OverrideRule, now: Moment) -> Self {
        let state = if rule.expires.is_some_and(|expires| now >= expires) {
            OverrideState::Expired
        } else if rule.from.is_some_and(|from| now < from) {
            OverrideState::NotBegun
        } else {
            OverrideState::Unused
        };
        Self { rule: rule.clone(), state, let_pass: Vec::new() }
    }

    fn counts(&self) -> bool {
        matches!(self.state, OverrideState::Unused | OverrideState::Applied)
    }

    fn is_about(&self, subject: Option<Target<'_>>) -> bool {
        let is = |pattern: &Option<String>, value: fn(Target<'_>) -> &str| match (pattern, subject) {
            (None, _) => true,
            (Some(pattern), Some(subject)) => matches(pattern, value(subject)),
            (Some(_), None) => false,
        };
        is(&self.rule.service, |subject| subject.service) && is(&self.rule.slo, |subject| subject.slo)
    }
}

/// The first override that lets something of an objective pass, or of the total where none is named; it is noted there.
pub(super) fn let_pass(
    overrides: &mut [Override],
    what: Covers,
    subject: Option<Target<'_>>,
    id: &str,
) -> bool {
    let found = overrides
        .iter_mut()
        .find(|one| one.counts() && one.rule.covers.contains(&what) && one.is_about(subject));
    let Some(found) = found else { return false };
    found.state = OverrideState::Applied;
    if !found.let_pass.iter().any(|known| known == id) {
        found.let_pass.push(id.to_owned());
    }
    true
}
