//! What a gate makes of a report.

use serde::{Deserialize, Serialize};

use crate::report::{Override, PolicyReport, ScoreReport};

/// What a gate decides.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Gate {
    /// The decision.
    pub decision: Decision,
    /// The exit code that goes with it.
    pub exit_code: u8,
    /// Every objective that did not plainly pass, and why.
    pub reasons: Vec<GateReason>,
    /// Who let it pass all the same, and why: the one that was typed, else the first that let something pass.
    pub r#override: Option<Override>,
    /// All overrides, and what became of each.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub overrides: Vec<Override>,
    /// What a person is told since a deploy is stopped.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub freeze: Vec<String>,
    /// The total score, where a policy has limits for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub score: Option<ScoreReport>,
    /// The policy that was judged by, where one was written down.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub policy: Option<PolicyReport>,
    /// The exit code that it would have, were this no dry run: then `exit_code` is 0.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dry_run: Option<u8>,
}

/// What a gate decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Decision {
    /// Go.
    Pass,
    /// Go, with a warning.
    Warn,
    /// Stop.
    Fail,
    /// Could not be judged; does not pass.
    Unknown,
}

/// Why a gate did not plainly pass.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GateReason {
    /// The objective's id.
    pub slo: String,
    /// The rule: `breached`, `no_data`, `error`, `at_risk`, or the name of a limit.
    pub rule: String,
    /// What was found, in words.
    pub actual: String,
    /// What was demanded, in words.
    pub limit: String,
    /// What the rule finds, before anything is let pass.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcome: Option<Decision>,
    /// Where the limit is written: `slo-specs/ecap.yaml:12`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// Whether it was let pass.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub let_pass: bool,
}
