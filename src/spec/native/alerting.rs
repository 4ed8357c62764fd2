//! How people are told that a budget burns.

use super::labels;
use crate::base::Share;
use crate::diag::Code;
use crate::slo::{Alerting, BurnRule, Pace, Severity, TierAlert};
use crate::spec::decode::At;
use crate::spec::values;

/// Reads what differs from `base`.
pub(super) fn alerting(at: &At, base: &Alerting) -> Option<Alerting> {
    at.fields(|f| {
        let name = f.optional("name", values::line);
        let own_labels = f.optional("labels", labels::of_burn_alerts);
        let annotations = f.optional("annotations", labels::annotations);
        let page = f.optional("page", |at| tier(at, &base.page));
        let ticket = f.optional("ticket", |at| tier(at, &base.ticket));
        let windows = f.optional("windows", windows);
        let hold = f.optional("for", values::duration);
        let keep_firing_for = f.optional("keep_firing_for", values::duration);
        let min_events = f.optional("min_events", values::whole_number);
        let absent = f.optional("absent", values::truth);
        Some(Alerting {
            name: name.or_else(|| base.name.clone()),
            labels: labels::over(&base.labels, own_labels),
            annotations: labels::over(&base.annotations, annotations),
            page: page.unwrap_or_else(|| base.page.clone()),
            ticket: ticket.unwrap_or_else(|| base.ticket.clone()),
            windows: windows.unwrap_or_else(|| base.windows.clone()),
            r#for: hold.or(base.r#for),
            keep_firing_for: keep_firing_for.or(base.keep_firing_for),
            min_events: min_events.or(base.min_events),
            absent: absent.unwrap_or(base.absent),
        })
    })
}

/// The alerts of a severity: `false` for none, `true`, or `{labels: …, annotations: …}`.
fn tier(at: &At, base: &TierAlert) -> Option<TierAlert> {
    if at.node.text().is_some() {
        // Of alerts that are not there nothing else is said.
        let disabled = TierAlert { disabled: true, ..TierAlert::default() };
        return Some(if values::truth(at)? {
            TierAlert { disabled: false, ..base.clone() }
        } else {
            disabled
        });
    }
    at.fields(|f| {
        let own_labels = f.optional("labels", labels::of_burn_alerts);
        let annotations = f.optional("annotations", labels::annotations);
        Some(TierAlert {
            disabled: false,
            labels: labels::over(&base.labels, own_labels),
            annotations: labels::over(&base.annotations, annotations),
        })
    })
}

fn windows(at: &At) -> Option<Vec<BurnRule>> {
    if at.node.is_empty_list() {
        let fault = at.fault(Code::Empty, "without windows nobody is ever told");
        return at.say(fault.help("remove it, or write `page: false` and `ticket: false` if that is meant"));
    }
    at.list(burn_rule)
}

/// `{severity: page, long: 1h, short: 5m, budget: 2%}`, or with `factor: 14.4`.
fn burn_rule(at: &At) -> Option<BurnRule> {
    at.fields(|f| {
        let words = [Severity::Page, Severity::Ticket].map(|severity| (severity.word(), severity));
        let severity = f.required("severity", "severity: page", |at| values::one_of(at, &words));
        let long = f.required("long", "long: 1h", values::duration);
        let short_place = f.find("short");
        let short = f.required("short", "short: 5m", values::duration);
        let pace = match f.one_of(&["budget", "factor"], "write `budget: 2%` or `factor: 14.4`") {
            Some(("budget", at)) => share_of_budget(&at).map(Pace::Spends),
            Some((_, at)) => values::positive(&at).map(Pace::Factor),
            None => None,
        };
        let (severity, long, short, pace) = (severity?, long?, short?, pace?);
        if let Some(at) = short_place.filter(|_| short >= long) {
            let message = format!("the short window of {short} is not shorter than the long one of {long}");
            let help = "write about a twelfth of the long one: `5m` for `1h`, `30m` for `6h`";
            return at.say(at.fault(Code::Order, message).help(help));
        }
        Some(BurnRule { severity, long, short, pace })
    })
}

fn share_of_budget(at: &At) -> Option<Share> {
    let share = values::percentage(at)?;
    if share > Share::ZERO {
        return Some(share);
    }
    let fault = at.fault(Code::Percentage, "an alert that waits for none of the budget always fires");
    at.say(fault.help("write the share of the budget that the long window may spend, such as `2%`"))
}
