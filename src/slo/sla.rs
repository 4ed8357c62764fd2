use super::{Alerting, Exclusion, Method, Preset, Slo, Window};
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
    /// What is counted; as each objective has it where the contract is silent.
    pub method: Option<Method>,
    /// The published arithmetic that `method` is, where it was named.
    pub preset: Option<Preset>,
    /// From when.
    pub from: Option<Moment>,
    /// Until when, exclusive.
    pub to: Option<Moment>,
    /// Which exclusions it accepts; none where it is silent.
    pub exclusions: Option<ExclusionClause>,
    /// What is paid back below which share, the highest share first.
    pub credits: Vec<CreditTier>,
    /// The most that is paid back in a period, as a share of its bill.
    pub credit_cap: Option<Share>,
}

/// Which exclusions a contract accepts.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ExclusionClause {
    /// Their categories; all where none is named.
    pub categories: Vec<String>,
    /// How long before they begin they must have been announced.
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

/// Why a contract does not accept an exclusion.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// It accepts none.
    NoClause,
    /// It accepts other categories.
    Category,
    /// It wants notice, and the exclusion does not say when it was announced.
    NotAnnounced,
    /// It was announced too short a time before.
    Notice {
        /// How long before.
        given: Duration,
        /// How long before it must be.
        wanted: Duration,
    },
}

impl Sla {
    /// A covered objective as the contract has it: its own target, period and counting, and nobody alerted.
    #[must_use]
    pub fn terms(&self, slo: &Slo) -> Slo {
        Slo {
            objective: self.target,
            window: self.period,
            method: self.method.unwrap_or(slo.method),
            by: Vec::new(),
            alerting: Alerting { windows: Vec::new(), ..Alerting::default() },
            gate: None,
            ..slo.clone()
        }
    }

    /// Whether it accepts that what begins at `begins` is excluded.
    ///
    /// # Errors
    /// Why not.
    pub fn accepts(&self, exclusion: &Exclusion, begins: Moment) -> Result<(), Refusal> {
        let clause = self.exclusions.as_ref().ok_or(Refusal::NoClause)?;
        let named = |category: &String| clause.categories.contains(category);
        if !clause.categories.is_empty() && !exclusion.category.as_ref().is_some_and(named) {
            return Err(Refusal::Category);
        }
        if let Some(wanted) = clause.notice {
            let announced = exclusion.announced.ok_or(Refusal::NotAnnounced)?;
            let given = begins - announced;
            if given < wanted {
                return Err(Refusal::Notice { given, wanted });
            }
        }
        Ok(())
    }

    /// The most of a period that exclusions may take.
    pub fn exclusion_cap(&self) -> Option<Duration> {
        self.exclusions.as_ref().and_then(|clause| clause.cap)
    }
}
