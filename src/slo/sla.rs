use super::Window;
use crate::base::{Duration, Moment, Share};

/// A contract with a customer about some objectives.
#[derive(Debug, Clone, PartialEq)]
pub struct Sla {
    /// Its name, unique in its service.
    pub name: String,
    /// With whom.
    pub customer: Option<String>,
    /// The objectives that it covers, by name.
    pub slos: Vec<String>,
    /// The share of good that is promised.
    pub target: Share,
    /// The time over which it is promised.
    pub period: Window,
    /// From when.
    pub from: Option<Moment>,
    /// Until when, exclusive.
    pub to: Option<Moment>,
    /// Which exclusions it accepts.
    pub exclusions: ExclusionClause,
    /// What is paid back below which share, the highest share first.
    pub credits: Vec<CreditTier>,
    /// The most that is paid back in a period, as a share of its bill.
    pub credit_cap: Option<Share>,
}

/// Which exclusions a contract accepts.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ExclusionClause {
    /// Their categories.
    pub categories: Vec<String>,
    /// How long before they must be known.
    pub notice: Option<Duration>,
    /// The most of a period that they may take.
    pub cap: Option<Duration>,
}

/// What is paid back below a share.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CreditTier {
    /// Below this share of good.
    pub below: Share,
    /// This share of the bill.
    pub credit: Share,
}
