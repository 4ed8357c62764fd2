//! Pyrra's alerts: four paces that are always the same, over windows that are as long as the objective's window asks.

use super::super::decode::At;
use super::super::{foreign, values};
use crate::base::Duration;
use crate::diag::{Code, quote};
use crate::slo::{Alerting, BurnRule, Pace, Severity, TierAlert};

/// How much faster than evenly, with the windows for an objective of 28 days.
const TIERS: [(Severity, f64, Duration, Duration); 4] = [
    (Severity::Page, 14.0, Duration::hours(1), Duration::minutes(5)),
    (Severity::Page, 7.0, Duration::hours(6), Duration::minutes(30)),
    (Severity::Ticket, 2.0, Duration::days(1), Duration::hours(2)),
    (Severity::Ticket, 1.0, Duration::days(4), Duration::hours(6)),
];

/// The windows for an objective, to the minute. Those that Pyrra would round to nothing, so that its rules are not valid,
/// are a minute; where then both are alike there is no such alert.
pub(super) fn windows(period: Duration) -> Vec<BurnRule> {
    let scaled = |window: Duration| {
        let (whole, minute) = (Duration::days(28).as_millis(), Duration::minutes(1).as_millis());
        let exact = period.as_millis() * window.as_millis();
        Duration::minutes(((2 * exact + whole * minute) / (2 * whole * minute)).max(1))
    };
    let rule = |(severity, factor, long, short)| BurnRule {
        severity,
        long: scaled(long),
        short: scaled(short),
        pace: Pace::Factor(factor),
    };
    TIERS.into_iter().map(rule).filter(|rule| rule.short < rule.long).collect()
}

/// Alerts, and what Pyrra knows of them beside.
#[derive(Default)]
pub(super) struct Told {
    pub(super) alerting: Alerting,
    pub(super) absent_name: Option<String>,
    pub(super) absent_severity: Option<String>,
    /// Those of the four alerts, the most urgent first.
    pub(super) severities: [Option<String>; 4],
}

/// The alerts where nothing is said of them.
pub(super) fn usual() -> Told {
    Told { alerting: alerting(None, true, true, &[None, None, None, None]), ..Told::default() }
}

fn alerting(
    name: Option<String>,
    burnrates: bool,
    absent: bool,
    [page, _, ticket, _]: &[Option<String>; 4],
) -> Alerting {
    let [page, ticket] = [(page, "critical"), (ticket, "warning")].map(|(severity, usual)| TierAlert {
        disabled: !burnrates,
        labels: [("severity".to_owned(), severity.clone().unwrap_or_else(|| usual.to_owned()))].into(),
        ..TierAlert::default()
    });
    Alerting { name, page, ticket, absent, ..Alerting::default() }
}

/// `{burnrates: true, absent: true, name: …, severities: {…}}`
pub(super) fn read(at: &At) -> Option<Told> {
    at.fields(|f| {
        let disabled = f.optional("disabled", values::truth).unwrap_or_default();
        let burnrates = f.optional("burnrates", values::truth).unwrap_or(true);
        let absent = f.optional("absent", values::truth).unwrap_or(true);
        let name = f.optional("name", foreign::prose);
        let absent_name = f.optional("absentName", foreign::prose);
        let (absent_severity, severities) = f.optional("severities", severities).unwrap_or_default();
        let alerting = alerting(name, burnrates && !disabled, absent, &severities);
        Some(Told { alerting, absent_name, absent_severity, severities })
    })
}

/// The words of Pyrra's five alerts: that about absence, and the four about burning, of which two are as urgent as the
/// two after them.
fn severities(at: &At) -> Option<(Option<String>, [Option<String>; 4])> {
    at.fields(|f| {
        let absent = f.optional("absent", foreign::prose);
        let mut word = |name, usual: &'static str| {
            let at = f.find(name);
            (at.as_ref().and_then(foreign::prose), usual, at)
        };
        let [fast, medium] = [word("fastBurn", "critical"), word("mediumBurn", "critical")];
        let [slow, long_term] = [word("slowBurn", "warning"), word("longTermBurn", "warning")];
        for (kept, left) in [(&fast, &medium), (&slow, &long_term)] {
            let said = |(word, usual, _): &(Option<String>, &str, _)| {
                word.clone().unwrap_or_else(|| (*usual).to_owned())
            };
            let (for_both, of_other) = (said(kept), said(left));
            if for_both != of_other {
                let message =
                    format!("{} is left out: alerts of one urgency have one severity", quote(&of_other));
                let place = left.2.as_ref().or(kept.2.as_ref()).unwrap_or(at);
                let fault = place.fault(Code::LeftOut, message);
                place.say::<()>(fault.help(format!("{} stands for both", quote(&for_both))));
            }
        }
        Some((absent, [fast.0, medium.0, slow.0, long_term.0]))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As Pyrra's own code has them, for these windows.
    #[test]
    fn windows_grow_with_the_objective_as_pyrras_do() {
        for (period, expected) in [
            ("28d", "1h/5m 6h/30m 1d/2h 4d/6h"),
            ("30d", "1h4m/5m 6h26m/32m 1d1h43m/2h9m 4d6h51m/6h26m"),
            ("2w", "30m/3m 3h/15m 12h/1h 2d/3h"),
            ("7d", "15m/1m 1h30m/8m 6h/30m 1d/1h30m"),
            ("1d", "2m/1m 13m/1m 51m/4m 3h26m/13m"),
            ("1h", "2m/1m 9m/1m"),
        ] {
            let windows: Vec<String> = windows(period.parse().unwrap())
                .iter()
                .map(|rule| format!("{}/{}", rule.long, rule.short))
                .collect();
            assert_eq!(windows.join(" "), expected, "{period}");
        }
        let paces: Vec<Pace> = windows(Duration::days(28)).iter().map(|rule| rule.pace).collect();
        assert_eq!(paces, [14.0, 7.0, 2.0, 1.0].map(Pace::Factor));
    }
}
