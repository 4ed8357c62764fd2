use serde::Serialize;

use super::super::firings::{fired, several, stray, told};
use super::super::text::{glued, one_line};
use crate::base::{Interval, Zone};
use crate::report::{
    AlertReport, AlertsReport, BudgetBacktest, FiringReport, IncidentBacktest, UnmeasuredBacktest, words,
};

/// Which alerts would have fired in the window of an objective.
#[derive(Debug, Serialize)]
pub(crate) struct AlertsView {
    /// All in a sentence, or why there is nothing to tell.
    told: String,
    /// Whether they were replayed.
    known: bool,
    tiers: Vec<Tier>,
    incidents: Vec<ToldIncident>,
    /// Alerts about no incident: when, and which.
    stray: Vec<Stray>,
    /// How incidents and alerts were found, for the foot.
    note: String,
    /// The drawing, where the format has any; filled by it.
    pub(crate) timeline: String,
}

#[derive(Debug, Serialize)]
struct Tier {
    name: String,
    severity: String,
    /// When it fires, in words.
    rule: String,
    fired: String,
    when: String,
}

#[derive(Debug, Serialize)]
struct ToldIncident {
    when: String,
    share: String,
    told: String,
    untold: bool,
}

#[derive(Debug, Serialize)]
struct Stray {
    when: String,
    alert: String,
}

/// Most alerts about no incident that are listed.
const STRAY: usize = 8;

impl AlertsView {
    pub(super) fn of(alerts: &AlertsReport, zone: Zone) -> Self {
        let budget = alerts.budget.as_ref();
        let mut strays: Vec<Stray> = budget
            .iter()
            .flat_map(|budget| stray(budget, alerts.from))
            .map(|(tier, firing)| Stray {
                when: glued(&fired(firing, alerts.to, zone)),
                alert: one_line(tier),
            })
            .collect();
        let more = strays.len().saturating_sub(STRAY);
        if more > 0 {
            strays.truncate(STRAY);
            strays.push(Stray {
                when: format!("and {} more", words::count(more as f64)),
                alert: String::new(),
            });
        }
        Self {
            told: match (&alerts.reason, budget) {
                (Some(reason), _) => one_line(reason),
                (None, Some(budget)) => glued(&sentence(budget, alerts.unmeasured.as_ref())),
                (None, None) => words::NO_DATA.to_owned(),
            },
            known: budget.is_some(),
            tiers: tiers(alerts, zone),
            incidents: budget
                .iter()
                .flat_map(|budget| &budget.incidents)
                .map(|one| incident(one, zone))
                .collect(),
            stray: strays,
            note: glued(&format!(
                "Replayed every {} as generated rules are evaluated; an incident took at least {} of the budget.",
                words::duration(alerts.step_s),
                words::part(Some(alerts.least_budget_ratio))
            )),
            timeline: String::new(),
        }
    }
}

fn sentence(budget: &BudgetBacktest, unmeasured: Option<&UnmeasuredBacktest>) -> String {
    let figures = &budget.figures;
    let counted =
        |n: usize, noun: &str| format!("{} {noun}{}", words::count(n as f64), if n == 1 { "" } else { "s" });
    let told = match (figures.incidents, figures.missed) {
        (0, _) => "no incident".to_owned(),
        (1, 0) => "somebody told of the only incident".to_owned(),
        (n, 0) => format!("somebody told of every one of {}", counted(n, "incident")),
        (n, missed) => {
            format!("nobody told of {} of {}", words::count(missed as f64), counted(n, "incident"))
        }
    };
    let gone = figures.gone_most.map_or(String::new(), |most| {
        format!(", at most {} of the budget gone by then", words::part(Some(most)))
    });
    let absent = match unmeasured.map_or(0, |alert| alert.fired) {
        0 => String::new(),
        n => format!(", {} that nothing was measured", words::count(n as f64)),
    };
    let (pages, tickets) = (counted(figures.pages, "page"), counted(figures.tickets, "ticket"));
    format!("{pages}, {tickets}{absent}; {told}{gone}.")
}

fn tiers(alerts: &AlertsReport, zone: Zone) -> Vec<Tier> {
    let when = |firings: &[FiringReport]| match firings {
        [] => "never".to_owned(),
        firings => glued(&several(firings, alerts.to, zone)),
    };
    let of_budget = |alert: &AlertReport| {
        let found = alerts.budget.iter().flat_map(|budget| &budget.alerts);
        let firings = found.filter(|found| found.tier == alert.tier).flat_map(|found| &found.firings);
        let firings: Vec<FiringReport> = firings.copied().collect();
        let rule = if alert.is_of_spent_budget() {
            format!("the budget of {} is spent", alert.long)
        } else {
            format!("burn above {} over {} and {}", words::threshold(alert.factor), alert.long, alert.short)
        };
        Tier {
            name: one_line(&alert.tier),
            severity: one_line(&alert.severity),
            rule: glued(&one_line(&rule)),
            fired: words::count(alert.fired as f64),
            when: when(&firings),
        }
    };
    let absent = alerts.unmeasured.iter().map(|alert| Tier {
        name: one_line(&alert.tier),
        severity: one_line(&alert.severity),
        rule: "nothing is measured".to_owned(),
        fired: words::count(alert.fired as f64),
        when: match &alert.error {
            Some(error) => format!("not replayed: {}", one_line(error)),
            None => when(&alert.firings),
        },
    });
    alerts.tiers.iter().map(of_budget).chain(absent).collect()
}

fn incident(incident: &IncidentBacktest, zone: Zone) -> ToldIncident {
    ToldIncident {
        when: glued(&words::stretch(Interval::new(incident.from, incident.to), zone)),
        share: words::part(incident.budget_ratio),
        told: glued(&told(incident)),
        untold: incident.told.is_none(),
    }
}
