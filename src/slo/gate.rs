use crate::base::{Duration, Share};

/// What a deploy needs of an objective. What is not said is not asked for.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Gate {
    /// What stops a deploy.
    pub fail: GateLimits,
    /// What is worth a warning.
    pub warn: GateLimits,
    /// Fewer events than this are too few to decide.
    pub min_events: Option<u64>,
    /// Less coverage than this is too little to decide.
    pub min_coverage: Option<Share>,
    /// Whether a deploy stops with this objective, whatever the total score.
    pub key: bool,
    /// How much it counts in the total score.
    pub weight: Option<u64>,
    /// What a person is told when it stops a deploy.
    pub freeze: Option<String>,
}

/// Limits of a budget.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct GateLimits {
    /// The share of the budget that must be left.
    pub min_budget: Option<Share>,
    /// The burn rate that must not be exceeded, by how far back it is looked for.
    pub max_burn: Vec<(Duration, f64)>,
}
