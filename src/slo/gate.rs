use crate::base::{Duration, Share};

/// What a deploy needs of an objective. What is not said is not asked for.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Gate {
    /// Its limits, those that stop a deploy and those that warn.
    pub demands: Vec<Demand>,
    /// Whether a deploy stops with this objective, whatever the total score.
    pub key: Option<bool>,
    /// How much it counts in the total score.
    pub weight: Option<u64>,
    /// What a person is told when it stops a deploy.
    pub freeze: Option<String>,
}

/// A limit, and what follows where it is not kept.
#[derive(Debug, Clone, Copy)]
pub struct Demand {
    /// The limit.
    pub limit: GateLimit,
    /// What follows.
    pub otherwise: Otherwise,
    /// The line in which it is written, counted from one; none where it was not read from a file.
    pub line: Option<usize>,
}

/// Two demands are the same wherever they are written.
impl PartialEq for Demand {
    fn eq(&self, other: &Self) -> bool {
        (self.limit, self.otherwise) == (other.limit, other.otherwise)
    }
}

/// What follows where a limit is not kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Otherwise {
    /// The deploy stops.
    Stop,
    /// A warning.
    Warn,
}

/// A limit of a gate.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum GateLimit {
    /// The share of the budget that must be left.
    MinBudget(Share),
    /// The burn rate that must not be exceeded, and how far back it is looked for.
    MaxBurn(Duration, f64),
    /// Fewer events than this are too few to decide.
    MinEvents(u64),
    /// Less coverage than this is too little to decide.
    MinCoverage(Share),
    /// By how much the share of good may be lower than before the deploy.
    MaxDrop(Share),
    /// How many times faster the budget may burn than before the deploy.
    MaxBurnRatio(f64),
    /// Fewer events than this before the deploy, or after it, are too few to compare.
    MinCompared(u64),
}

impl Gate {
    /// This gate laid over another: what it says of a limit, it says of all of that limit.
    #[must_use]
    pub fn over(self, base: &Self) -> Self {
        let same = |a: &Demand, b: &Demand| {
            a.otherwise == b.otherwise && std::mem::discriminant(&a.limit) == std::mem::discriminant(&b.limit)
        };
        let inherited = base.demands.iter().filter(|old| !self.demands.iter().any(|own| same(own, old)));
        let demands = inherited.chain(&self.demands).copied().collect();
        Self {
            demands,
            key: self.key.or(base.key),
            weight: self.weight.or(base.weight),
            freeze: self.freeze.or_else(|| base.freeze.clone()),
        }
    }

    /// How far back it looks for burning.
    pub fn burn_windows(&self) -> impl Iterator<Item = Duration> {
        self.demands.iter().filter_map(|demand| match demand.limit {
            GateLimit::MaxBurn(window, _) => Some(window),
            _ => None,
        })
    }
}
