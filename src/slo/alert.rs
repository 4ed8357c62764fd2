use std::collections::BTreeMap;

use crate::base::{Duration, Share};

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

/// How fast is too fast.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Pace {
    /// The pace that spends this share of the objective's budget within the long window; never below an even pace,
    /// since a budget that burns no faster than it lasts is no alarm, however short the objective's window.
    Spends(Share),
    /// This many times an even pace.
    Factor(f64),
}

/// A pair of windows over both of which the budget must burn faster than its pace for an alert to fire. The short
/// window lets it end soon after the burning ends.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BurnRule {
    /// How urgent.
    pub severity: Severity,
    /// The long window.
    pub long: Duration,
    /// The short window.
    pub short: Duration,
    /// How fast is too fast.
    pub pace: Pace,
}

const fn workbook(severity: Severity, long: Duration, short: Duration, percent: u64) -> BurnRule {
    BurnRule { severity, long, short, pace: Pace::Spends(Share::whole_percent(percent)) }
}

/// Multi-window, multi-burn-rate alerts after the Site Reliability Workbook, chapter 5 ("Alerting on SLOs", table 5-8;
/// the last rule is the ticket of six hours that Sloth adds).
pub const BURN_POLICY: [BurnRule; 4] = [
    workbook(Severity::Page, Duration::hours(1), Duration::minutes(5), 2),
    workbook(Severity::Page, Duration::hours(6), Duration::minutes(30), 5),
    workbook(Severity::Ticket, Duration::days(1), Duration::hours(2), 10),
    workbook(Severity::Ticket, Duration::days(3), Duration::hours(6), 10),
];

impl BurnRule {
    /// The burn rate above which it fires for a window of length `window`: `share · window / long`. For 30 days the
    /// workbook's shares give its 14.4, 6, 3 and 1.
    pub fn threshold(&self, window: Duration) -> f64 {
        match self.pace {
            Pace::Factor(factor) => factor,
            Pace::Spends(share) => {
                let percent = share.as_f64() * 100.0;
                (percent * window.as_secs() / (100.0 * self.long.as_secs())).max(1.0)
            }
        }
    }
}

/// The alerts of one severity.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TierAlert {
    /// Whether there are none.
    pub disabled: bool,
    /// Labels for routing.
    pub labels: BTreeMap<String, String>,
    /// What the person who is told reads.
    pub annotations: BTreeMap<String, String>,
}

/// How those who answer for an objective are told that its budget burns.
#[derive(Debug, Clone, PartialEq)]
pub struct Alerting {
    /// The name of its alerts, where it has one of its own.
    pub name: Option<String>,
    /// Labels of all of its alerts.
    pub labels: BTreeMap<String, String>,
    /// Annotations of all of its alerts.
    pub annotations: BTreeMap<String, String>,
    /// Alerts that wake somebody.
    pub page: TierAlert,
    /// Alerts for working hours.
    pub ticket: TierAlert,
    /// The windows over which burning is looked for, the most urgent first.
    pub windows: Vec<BurnRule>,
    /// How long it must burn before anyone is told.
    pub r#for: Option<Duration>,
    /// How long an alert stays after the burning has ended.
    pub keep_firing_for: Option<Duration>,
    /// Fewer events in the long window than this make no alert.
    pub min_events: Option<u64>,
    /// Whether somebody is told when nothing is measured any more.
    pub absent: bool,
}

impl Default for Alerting {
    /// The workbook's alerts.
    fn default() -> Self {
        Self {
            name: None,
            labels: BTreeMap::new(),
            annotations: BTreeMap::new(),
            page: TierAlert::default(),
            ticket: TierAlert::default(),
            windows: BURN_POLICY.to_vec(),
            r#for: None,
            keep_firing_for: None,
            min_events: None,
            absent: true,
        }
    }
}

impl Alerting {
    /// The windows of alerts that are not switched off.
    pub fn active(&self) -> impl Iterator<Item = &BurnRule> {
        self.windows.iter().filter(|rule| !self.tier(rule.severity).disabled)
    }

    /// The alerts of a severity.
    pub fn tier(&self, severity: Severity) -> &TierAlert {
        match severity {
            Severity::Page => &self.page,
            Severity::Ticket => &self.ticket,
        }
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
