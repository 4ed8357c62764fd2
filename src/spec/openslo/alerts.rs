//! Alert policies, their conditions and the targets of their notifications.
//!
//! A condition over a burn rate becomes a pair of windows. Where notifications go is left to whoever routes them: targets
//! are checked, and named nowhere.

use super::super::decode::At;
use super::super::{foreign, values};
use super::metadata::object;
use super::objective::{operator, tolerate};
use super::objects::Kind;
use super::window::{Length, length};
use super::{Run, Version};
use crate::base::Duration;
use crate::diag::{Code, quote};
use crate::promql::BinaryOp;
use crate::slo::{Alerting, BurnRule, Pace, Severity};

/// What a policy asks for.
pub(super) struct Policy {
    rules: Vec<BurnRule>,
    absent: bool,
}

/// Severities that wake somebody, in small letters and digits alone. Every other is a ticket.
const PAGES: [&str; 12] =
    ["page", "pager", "critical", "crit", "high", "urgent", "emergency", "fatal", "sev0", "sev1", "p0", "p1"];
const TICKETS: [&str; 17] = [
    "ticket", "warning", "warn", "error", "major", "minor", "medium", "low", "info", "notice", "sev2",
    "sev3", "sev4", "sev5", "p2", "p3", "p4",
];

/// Reads the policies of an objective; nothing where there are none.
pub(super) fn policies(at: &At, run: &Run) -> Option<Alerting> {
    let elements = at.list(|at| Some(at.clone()))?;
    if elements.is_empty() {
        return None;
    }
    let read = |at| {
        inline_or_named(at, "alertPolicyRef", Kind::AlertPolicy, run, |at, inline| {
            read_policy(at, inline, run)
        })
    };
    let policies: Vec<Policy> = elements.iter().filter_map(read).collect();
    let mut windows: Vec<BurnRule> = policies.iter().flat_map(|policy| policy.rules.clone()).collect();
    windows.sort_by_key(|rule| (rule.severity, rule.long));
    windows.dedup();
    Some(Alerting { windows, absent: policies.iter().any(|policy| policy.absent), ..Alerting::default() })
}

/// Reads a document of kind `AlertPolicy`.
pub(super) fn policy<'a>(at: &At<'a>, run: &Run<'_, 'a>) -> Option<Policy> {
    read_policy(at, false, run)
}

/// Reads something that is written here, or in a document that is named here.
fn inline_or_named<'a, T>(
    at: &At<'a>,
    field: &'static str,
    kind: Kind,
    run: &Run<'_, 'a>,
    read: impl FnOnce(&At<'a>, bool) -> Option<T>,
) -> Option<T> {
    if at.node.get(field).is_none() {
        return read(at, true);
    }
    let named =
        at.fields(|f| f.required(field, "the name of a document", |at| run.objects.find(kind, at)))?;
    read(&named, false)
}

fn read_policy<'a>(at: &At<'a>, inline: bool, run: &Run<'_, 'a>) -> Option<Policy> {
    object(at, Kind::AlertPolicy, inline, |_, at| {
        at.fields(|f| {
            f.optional("description", foreign::prose);
            let breaching = f.optional("alertWhenBreaching", values::truth);
            f.optional("alertWhenResolved", values::truth);
            let absent = f.optional("alertWhenNoData", values::truth).unwrap_or(false);
            let conditions = f.required("conditions", "conditions: [{conditionRef: …}]", |at| {
                if at.node.is_empty_list() {
                    let fault = at.fault(Code::Empty, "the list of conditions is empty");
                    return at.say(fault.help("write one, such as `- conditionRef: fast-burn`"));
                }
                at.list(|at| {
                    inline_or_named(at, "conditionRef", Kind::AlertCondition, run, |at, inline| {
                        read_condition(at, inline, run.version)
                    })
                })
            });
            f.optional("notificationTargets", |at| {
                at.list(|at| {
                    inline_or_named(at, "targetRef", Kind::AlertNotificationTarget, run, read_target)
                })
            });
            let rules = if breaching == Some(false) { Vec::new() } else { conditions? };
            Some(Policy { rules, absent })
        })
    })
}

/// Reads a document of kind `AlertCondition`.
pub(super) fn condition(at: &At, version: Version) -> Option<BurnRule> {
    read_condition(at, false, version)
}

fn read_condition(at: &At, inline: bool, version: Version) -> Option<BurnRule> {
    object(at, Kind::AlertCondition, inline, |_, at| {
        at.fields(|f| {
            f.optional("description", foreign::prose);
            let severity = f.required("severity", "severity: page", severity);
            let rule =
                f.required("condition", "condition: {kind: burnrate, …}", |at| burn_rate(at, version));
            rule.zip(severity).map(|(rule, severity)| BurnRule { severity, ..rule })
        })
    })
}

/// A word of whoever wrote it.
fn severity(at: &At) -> Option<Severity> {
    let text = at.text()?;
    let word: String = text.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_lowercase();
    if PAGES.contains(&word.as_str()) {
        return Some(Severity::Page);
    }
    if !TICKETS.contains(&word.as_str()) {
        let fault = at.fault(Code::Assumed, format!("the severity {} is taken as a ticket", quote(text)));
        at.warn(fault.help("write `page` for what must wake somebody, `ticket` for what can wait"));
    }
    Some(Severity::Ticket)
}

fn burn_rate(at: &At, version: Version) -> Option<BurnRule> {
    at.fields(|f| {
        f.optional("kind", |at| values::one_of(at, &[("burnrate", ())]));
        f.required("op", "op: gt", |at| {
            let op = operator(at)?;
            if matches!(op, BinaryOp::Lte | BinaryOp::Lss) {
                let help = "write `gt`: a budget is in danger where it burns faster than the threshold";
                tolerate(at, "a burn rate below a threshold is no alarm; above it is meant", help);
            }
            Some(())
        });
        let threshold = f.required("threshold", "threshold: 14.4", values::positive);
        let long = f.required("lookbackWindow", "lookbackWindow: 1h", |at| {
            length(at, version).map(Length::duration)
        });
        let after = f.find("alertAfter");
        let long = long?;
        let short = match after {
            // No time at all is what is said where nothing is.
            Some(at) if at.node.text().is_some_and(|text| text.trim_end_matches(char::is_alphabetic) == "0") => None,
            Some(at) => {
                let short = length(&at, version)?.duration();
                if short > long {
                    let help = "the alert fires when the budget has burned for all of `lookbackWindow`; lengthen that";
                    tolerate(&at, "`alertAfter` is longer than `lookbackWindow`", help);
                }
                Some(short.min(long))
            }
            None => None,
        };
        let short = short.unwrap_or(Duration::millis(long.as_millis() / SHORT));
        // The severity stands outside.
        Some(BurnRule { severity: Severity::Ticket, long, short, pace: Pace::Factor(threshold?) })
    })
}

/// The short window is this part of the long one where it is not said, as the Site Reliability Workbook has it.
const SHORT: i64 = 12;

/// Reads a document of kind `AlertNotificationTarget`.
pub(super) fn target(at: &At) -> Option<()> {
    read_target(at, false)
}

fn read_target(at: &At, inline: bool) -> Option<()> {
    object(at, Kind::AlertNotificationTarget, inline, |_, at| {
        at.fields(|f| {
            f.optional("description", foreign::prose);
            f.required("target", "target: slack", values::text).map(drop)
        })
    })
}
