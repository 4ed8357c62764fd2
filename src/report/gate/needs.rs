//! What is asked of an objective, as the document keeps it: so that an old report can be judged again.

use serde::{Deserialize, Serialize};

use crate::base::Duration;
use crate::slo::{GateLimit, Otherwise};

/// What a gate asks of an objective. What is not said is not asked for.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Needs {
    /// Its limits.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub limits: Vec<Need>,
    /// Whether a deploy stops with this objective, whatever the total score.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<bool>,
    /// How much it counts in the total score; 1 where nothing is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub weight: Option<u64>,
    /// What a person is told when it stops a deploy.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub freeze: Option<String>,
}

/// A limit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Need {
    /// What is limited.
    pub rule: LimitRule,
    /// What follows where it is not kept.
    pub otherwise: Consequence,
    /// How far back burning is looked for: `1h`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub window: Option<String>,
    /// The limit itself: a share between 0 and 1, a rate, or a number of events.
    pub limit: f64,
    /// Where it is written: `slo-specs/ecap.yaml:12`, `--max-drop`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
}

/// What is limited.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LimitRule {
    /// The share of the budget that must be left.
    MinBudget,
    /// The burn rate over a window.
    MaxBurn,
    /// How many events there must be.
    MinEvents,
    /// The share of the window that must hold data.
    MinCoverage,
    /// By how much the share of good may be lower than before.
    MaxDrop,
    /// How many times faster the budget may burn than before.
    MaxBurnRatio,
    /// How many events there must be before and after.
    MinCompared,
}

impl LimitRule {
    /// The word of it in reasons: `min_budget`.
    pub fn word(self) -> &'static str {
        match self {
            Self::MinBudget => "min_budget",
            Self::MaxBurn => "max_burn",
            Self::MinEvents => "min_events",
            Self::MinCoverage => "min_coverage",
            Self::MaxDrop => "max_drop",
            Self::MaxBurnRatio => "max_burn_ratio",
            Self::MinCompared => "min_compared",
        }
    }

    /// Whether it is about what was before.
    pub fn compares(self) -> bool {
        matches!(self, Self::MaxDrop | Self::MaxBurnRatio | Self::MinCompared)
    }
}

/// What follows where a limit is not kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Consequence {
    /// It fails; of too little data: it cannot be decided.
    Fail,
    /// A warning.
    Warn,
}

impl Needs {
    /// What the gate of a specification or a policy asks for; `file` is the one that it stands in.
    pub fn of(gate: &crate::slo::Gate, file: &str) -> Self {
        let need = |demand: &crate::slo::Demand| {
            let (rule, window, limit) = match demand.limit {
                GateLimit::MinBudget(share) => (LimitRule::MinBudget, None, share.as_f64()),
                GateLimit::MaxBurn(window, rate) => (LimitRule::MaxBurn, Some(window.to_string()), rate),
                GateLimit::MinEvents(count) => (LimitRule::MinEvents, None, count as f64),
                GateLimit::MinCoverage(share) => (LimitRule::MinCoverage, None, share.as_f64()),
                GateLimit::MaxDrop(share) => (LimitRule::MaxDrop, None, share.as_f64()),
                GateLimit::MaxBurnRatio(ratio) => (LimitRule::MaxBurnRatio, None, ratio),
                GateLimit::MinCompared(count) => (LimitRule::MinCompared, None, count as f64),
            };
            let otherwise = match demand.otherwise {
                Otherwise::Stop => Consequence::Fail,
                Otherwise::Warn => Consequence::Warn,
            };
            Need { rule, otherwise, window, limit, from: demand.line.map(|line| format!("{file}:{line}")) }
        };
        Self {
            limits: gate.demands.iter().map(need).collect(),
            key: gate.key,
            weight: gate.weight,
            freeze: gate.freeze.clone(),
        }
    }

    /// A limit that was typed.
    pub fn typed(rule: LimitRule, limit: f64, flag: &str) -> Need {
        Need { rule, otherwise: Consequence::Fail, window: None, limit, from: Some(flag.to_owned()) }
    }

    /// These laid over others: what they say of a limit, they say of all of that limit.
    #[must_use]
    pub fn over(self, base: &Self) -> Self {
        let same = |a: &Need, b: &Need| (a.rule, a.otherwise) == (b.rule, b.otherwise);
        let inherited = base.limits.iter().filter(|old| !self.limits.iter().any(|own| same(own, old)));
        let limits = inherited.chain(&self.limits).cloned().collect();
        Self {
            limits,
            key: self.key.or(base.key),
            weight: self.weight.or(base.weight),
            freeze: self.freeze.or_else(|| base.freeze.clone()),
        }
    }

    /// How far back burning is looked for.
    pub fn burn_windows(&self) -> impl Iterator<Item = Duration> {
        self.limits.iter().filter_map(|need| need.window.as_deref()?.parse().ok())
    }

    /// Whether anything in it is about what was before.
    pub fn compares(&self) -> bool {
        self.limits.iter().any(|need| need.rule.compares())
    }
}
