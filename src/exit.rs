//! The outcomes of a run, their exit codes, and which one wins.

use std::process::ExitCode;

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Exit {
    /// Every objective passes the policy, or the command did what it was asked.
    Passed,
    /// At least one objective is breached, or the policy says no.
    Breached,
    /// Usage, configuration or specification is wrong, or nothing was selected: nothing was evaluated.
    Usage,
    /// A source failed: unreachable, refused, timed out, partial.
    SourceFailed,
    /// No or too little data for at least one objective.
    NoData,
    /// The report was made but could not be delivered or written.
    Undelivered,
    /// Ended by an interrupt.
    Interrupted,
    /// Ended by a request to terminate.
    Terminated,
}

impl Exit {
    /// Which one wins where several are true: a known breach is never hidden by an unknown.
    const BY_WEIGHT: [Self; 8] = [
        Self::Interrupted,
        Self::Terminated,
        Self::Usage,
        Self::Breached,
        Self::SourceFailed,
        Self::NoData,
        Self::Undelivered,
        Self::Passed,
    ];

    /// The code that the process ends with.
    pub fn code(self) -> u8 {
        match self {
            Self::Passed => 0,
            Self::Breached => 1,
            Self::Usage => 2,
            Self::SourceFailed => 3,
            Self::NoData => 4,
            Self::Undelivered => 5,
            Self::Interrupted => 130,
            Self::Terminated => 143,
        }
    }

    /// The outcome with this code.
    pub fn from_code(code: u8) -> Option<Self> {
        Self::BY_WEIGHT.into_iter().find(|exit| exit.code() == code)
    }

    /// Of two outcomes the one that wins.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self::BY_WEIGHT.into_iter().find(|exit| *exit == self || *exit == other).unwrap_or(self)
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_known_breach_is_never_hidden_by_an_unknown() {
        assert_eq!(Exit::SourceFailed.and(Exit::Breached), Exit::Breached);
        assert_eq!(Exit::NoData.and(Exit::SourceFailed), Exit::SourceFailed);
        assert_eq!(Exit::Undelivered.and(Exit::NoData), Exit::NoData);
        assert_eq!(Exit::Passed.and(Exit::Undelivered), Exit::Undelivered);
        assert_eq!(Exit::Usage.and(Exit::Breached), Exit::Usage);
        for exit in Exit::BY_WEIGHT {
            assert_eq!(Exit::from_code(exit.code()), Some(exit));
            assert_eq!(exit.and(Exit::Passed), exit);
        }
    }
}
