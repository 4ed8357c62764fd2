use crate::base::Duration;

/// How urgent an alert is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Wake somebody.
    Page,
    /// Look at it in working hours.
    Ticket,
}

impl Severity {
    /// As it is written in labels.
    pub fn word(self) -> &'static str {
        match self {
            Self::Page => "page",
            Self::Ticket => "ticket",
        }
    }
}

/// A pair of windows over which the budget must burn faster than `factor` for an alert to fire. The short window lets
/// it end soon after the burning ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BurnRule {
    /// How urgent.
    pub severity: Severity,
    /// The long window.
    pub long: Duration,
    /// The short window.
    pub short: Duration,
    /// Share of a 30-day budget, in percent, that burning at the threshold for the long window spends.
    pub percent_of_month: i64,
}

/// Multi-window, multi-burn-rate alerts after the Site Reliability Workbook, chapter 5 ("Alerting on SLOs", table 5-8;
/// the last rule is the ticket of six hours that Sloth adds).
pub const BURN_POLICY: [BurnRule; 4] = [
    BurnRule {
        severity: Severity::Page,
        long: Duration::hours(1),
        short: Duration::minutes(5),
        percent_of_month: 2,
    },
    BurnRule {
        severity: Severity::Page,
        long: Duration::hours(6),
        short: Duration::minutes(30),
        percent_of_month: 5,
    },
    BurnRule {
        severity: Severity::Ticket,
        long: Duration::days(1),
        short: Duration::hours(2),
        percent_of_month: 10,
    },
    BurnRule {
        severity: Severity::Ticket,
        long: Duration::days(3),
        short: Duration::hours(6),
        percent_of_month: 10,
    },
];

impl BurnRule {
    /// The burn rate above which it fires for a window of length `window`: `percent · window / long`. For 30 days this
    /// gives the workbook's 14.4, 6, 3 and 1. Never below 1: a budget that burns no faster than it lasts is no alarm,
    /// however short the window.
    pub fn threshold(&self, window: Duration) -> f64 {
        (self.percent_of_month as f64 * window.as_secs() / (100.0 * self.long.as_secs())).max(1.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_gives_the_workbooks_factors() {
        let factors: Vec<String> =
            BURN_POLICY.iter().map(|rule| rule.threshold(Duration::days(30)).to_string()).collect();
        assert_eq!(factors, ["14.4", "6", "3", "1"]);
    }

    #[test]
    fn a_budget_that_lasts_its_window_never_alarms() {
        for window in [Duration::hours(1), Duration::days(1), Duration::days(7)] {
            assert!(BURN_POLICY.iter().all(|rule| rule.threshold(window) >= 1.0), "{window}");
        }
    }
}
