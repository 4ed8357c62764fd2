//! Configurations: of them, the error budget policies.

use std::collections::BTreeMap;

use super::super::decode::At;
use super::super::values;
use crate::base::{Duration, Span, nearest};
use crate::diag::{Code, FileId, quote};
use crate::slo::{Alerting, BurnRule, Pace, Severity, TierAlert, Window};

/// The error budget policies of all configurations by their names.
#[derive(Default)]
pub(super) struct Policies(BTreeMap<String, Named>);

struct Named {
    /// Where its name stands.
    place: (FileId, Span),
    /// Nothing where its faults were said.
    policy: Option<Policy>,
}

/// Over which time an objective is judged, and when people are told.
#[derive(Debug, Clone)]
pub(super) struct Policy {
    pub(super) window: Window,
    pub(super) alerting: Alerting,
}

/// The short window of an alert is this part of the long one: a policy has one window for each step.
const SHORT: i64 = 12;

impl Policies {
    /// Reads those of a configuration.
    pub(super) fn read(&mut self, at: &At) {
        at.open_fields(|f| {
            // Where numbers come from and go to is for this program's own flags to say.
            for field in ["default_exporters", "backends", "exporters"] {
                f.find(field);
            }
            f.optional("error_budget_policies", |at| {
                at.entries(|entry, at| {
                    let (policy, place) = (policy(at), (at.file(), entry.key_span));
                    if let Some(first) = self.0.get(&entry.key) {
                        let message =
                            format!("the error budget policy {} is defined twice", quote(&entry.key));
                        let fault = at.fault_at(Code::DuplicateObject, entry.key_span, message);
                        let fault = fault.also(first.place.0, first.place.1, "first here");
                        return at.say(fault.help("give one of the two another name, or remove it"));
                    }
                    self.0.insert(entry.key.clone(), Named { place, policy });
                    Some(())
                })
            })
        });
    }

    /// The policy with a name, which an objective asks for at `at`.
    pub(super) fn find(&self, name: &str, at: &At) -> Option<Policy> {
        if let Some(named) = self.0.get(name) {
            return named.policy.clone();
        }
        let span = if at.node.text().is_some() { at.node.span } else { at.handle() };
        if self.0.is_empty() {
            let message =
                "no error budget policies were read, which say over which time an objective is judged";
            let fault = at.fault_at(Code::NoErrorBudgetPolicy, span, message);
            return at.say(fault.help("add slo-generator's configuration: `--file config.yaml`"));
        }
        let message = format!("there is no error budget policy {}", quote(name));
        let fault = at.fault_at(Code::UnknownReference, span, message);
        let names: Vec<&str> = self.0.keys().map(String::as_str).collect();
        at.say(fault.help(match nearest(name, names.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("write `error_budget_policy:` with one of: {}", names.join(", ")),
        }))
    }
}

/// One step of a policy.
struct Step {
    window: Duration,
    threshold: f64,
    severity: Severity,
    message: Option<String>,
}

/// The longest step is the objective's window; the others are when people are told.
fn policy(at: &At) -> Option<Policy> {
    at.fields(|f| {
        f.required(
            "steps",
            "steps: [{name: 28 days, window: 2419200, burn_rate_threshold: 1, alert: false}]",
            |at| {
                if at.node.is_empty_list() {
                    let fault = at.fault(Code::Empty, "the list of steps is empty");
                    return at
                        .say(fault.help("write one at least, whose `window` is that of the objectives"));
                }
                let mut steps = at.all(step)?;
                steps.sort_by_key(|step| step.window);
                let longest = steps.pop()?;
                if longest.window < SHORTEST {
                    let fault = at.fault(Code::Window, "a window of less than a minute is too short");
                    return at.say(
                        fault.help("write at least `60` for one of the steps; `2419200`, 28 days, is usual"),
                    );
                }
                let window = Window::Rolling(longest.window);
                Some(Policy { window, alerting: alerting(&steps) })
            },
        )
    })
}

fn step(at: &At) -> Option<Step> {
    at.fields(|f| {
        f.optional("name", values::text);
        let window = f.required("window", "window: 3600", seconds);
        let threshold = f.required("burn_rate_threshold", "burn_rate_threshold: 9", values::positive);
        let urgent = f.required("alert", "alert: true", values::truth);
        let message = f.optional("message_alert", values::text);
        f.optional("message_ok", values::text);
        let severity = if urgent? { Severity::Page } else { Severity::Ticket };
        Some(Step { window: window?, threshold: threshold?, severity, message })
    })
}

/// The shortest window of an objective.
const SHORTEST: Duration = Duration::minutes(1);

/// The longest window in seconds: three years.
const MOST: u64 = 1095 * 86_400;

fn seconds(at: &At) -> Option<Duration> {
    let text = at.text()?.trim();
    if let (Err(_), Some(meant)) =
        (text.parse::<u64>(), values::meant_duration(text).filter(|_| !at.is_secret()))
    {
        let fault = at.fault(Code::Number, format!("{} is not a number of seconds", quote(text)));
        return at.say(fault.help(format!("write `{}`", meant.as_millis() / 1000)));
    }
    match values::whole_number(at)? {
        seconds @ 1..=MOST => Some(Duration::seconds(seconds as i64)),
        seconds if seconds > MOST => {
            let fault = at.fault(Code::Window, format!("a window of {seconds} seconds is too long"));
            at.say(fault.help("write at most `94608000`, three years; `2419200`, 28 days, is usual"))
        }
        other => {
            let fault = at.fault(Code::Duration, format!("{other} seconds cannot be a window"));
            at.say(fault.help("write the seconds of the window, such as `2419200` for 28 days"))
        }
    }
}

fn alerting(steps: &[Step]) -> Alerting {
    let rule = |step: &Step| BurnRule {
        severity: step.severity,
        long: step.window,
        short: Duration::millis(step.window.as_millis() / SHORT),
        pace: Pace::Factor(step.threshold),
    };
    let mut windows: Vec<BurnRule> = steps.iter().map(rule).collect();
    windows.sort_by_key(|rule| (rule.severity, rule.long));
    if windows.is_empty() {
        // A policy of one step tells nobody of anything before its end.
        let none = TierAlert { disabled: true, ..TierAlert::default() };
        return Alerting { page: none.clone(), ticket: none, ..Alerting::default() };
    }
    let tier = |severity| TierAlert { annotations: message(steps, severity), ..TierAlert::default() };
    Alerting { windows, page: tier(Severity::Page), ticket: tier(Severity::Ticket), ..Alerting::default() }
}

/// What a policy wants people to be told, where all its steps of a severity say the same.
fn message(steps: &[Step], severity: Severity) -> BTreeMap<String, String> {
    let mut messages =
        steps.iter().filter(|step| step.severity == severity).map(|step| step.message.as_ref());
    let first = messages.next().flatten();
    match first {
        Some(message) if messages.all(|other| other == first) => {
            BTreeMap::from([("message".to_owned(), message.clone())])
        }
        _ => BTreeMap::new(),
    }
}
