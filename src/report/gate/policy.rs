//! A policy that was written down, as the document keeps it: what deploys need everywhere, and by service, label or
//! environment.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Needs, OverrideRule, Reaction};
use crate::report::SloReport;

/// A policy.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct WrittenPolicy {
    /// What it is called.
    pub name: Option<String>,
    /// The file that it stands in.
    pub file: String,
    /// What holds for every objective.
    #[serde(default)]
    pub gate: Needs,
    /// What holds for some, the last that matches wins.
    #[serde(default)]
    pub levels: Vec<Level>,
    /// The limits of the total score, where it is judged.
    #[serde(default)]
    pub score: Option<Score>,
    /// What is done about `no_data`, where it says so.
    #[serde(default)]
    pub on_no_data: Option<Reaction>,
    /// What is done about `error`, where it says so.
    #[serde(default)]
    pub on_error: Option<Reaction>,
    /// Who lets what pass. Not kept here in a document, which tells of each what became of it.
    #[serde(skip)]
    pub overrides: Vec<OverrideRule>,
}

/// What holds for some objectives.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Level {
    /// What it is called.
    pub name: String,
    /// Which objectives.
    pub r#match: Match,
    /// What they need.
    pub gate: Needs,
}

/// Which objectives are meant: those that meet all of it. A `*` stands for any characters.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Match {
    /// The environment that is judged for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub environment: Option<String>,
    /// Labels of the objective, its own or its service's.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub labels: BTreeMap<String, String>,
    /// Its service.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service: Option<String>,
    /// Its name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub slo: Option<String>,
}

/// Limits of the total score, as shares.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Score {
    /// From here up it passes.
    pub pass: f64,
    /// From here up it is a warning.
    pub warn: f64,
}

/// What tells one objective from another for a policy.
#[derive(Debug, Clone, Copy)]
pub struct Target<'a> {
    /// Its service.
    pub service: &'a str,
    /// Its name.
    pub slo: &'a str,
    /// Its labels.
    pub labels: &'a BTreeMap<String, String>,
}

impl<'a> From<&'a SloReport> for Target<'a> {
    fn from(slo: &'a SloReport) -> Self {
        Self { service: &slo.service, slo: &slo.slo, labels: &slo.labels }
    }
}

impl WrittenPolicy {
    /// What it asks of an objective in an environment.
    pub fn needs(&self, subject: Target<'_>, environment: Option<&str>) -> Needs {
        let levels = self.levels.iter().filter(|level| level.r#match.meets(subject, environment));
        levels.fold(self.gate.clone(), |base, level| level.gate.clone().over(&base))
    }

    /// The environments that its levels are for, each once.
    pub fn environments(&self) -> Vec<&str> {
        let named = self.levels.iter().filter_map(|level| level.r#match.environment.as_deref());
        let mut found: Vec<&str> = named.collect();
        found.sort_unstable();
        found.dedup();
        found
    }
}

impl Match {
    fn meets(&self, subject: Target<'_>, environment: Option<&str>) -> bool {
        let is = |pattern: &Option<String>, value: &str| {
            pattern.as_deref().is_none_or(|pattern| matches(pattern, value))
        };
        let label = |name: &String| subject.labels.get(name).map(String::as_str).unwrap_or_default();
        let in_environment =
            |wanted: &str| environment.is_some_and(|environment| matches(wanted, environment));
        self.environment.as_deref().is_none_or(in_environment)
            && is(&self.service, subject.service)
            && is(&self.slo, subject.slo)
            && self.labels.iter().all(|(name, wanted)| matches(wanted, label(name)))
    }
}

/// Whether a text is one that a pattern means, in which `*` stands for any characters.
pub fn matches(pattern: &str, text: &str) -> bool {
    let Some((head, rest)) = pattern.split_once('*') else { return pattern == text };
    let Some(text) = text.strip_prefix(head) else { return false };
    let mut ends = text.char_indices().map(|(at, _)| at).chain([text.len()]);
    ends.any(|at| matches(rest, &text[at..]))
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn a_star_stands_for_any_characters() {
        for (pattern, text, meets) in [
            ("checkout", "checkout", true),
            ("checkout", "checkout2", false),
            ("check*", "checkout", true),
            ("*out", "checkout", true),
            ("*", "", true),
            ("a*b*c", "a--b--b-c", true),
            ("a*b*c", "a--c--b", false),
            ("*é*", "caféteria", true),
            ("", "x", false),
        ] {
            assert_eq!(matches(pattern, text), meets, "{pattern} {text}");
        }
    }
}
