//! The rules that a server runs, as rules.

use crate::base::Duration;
use crate::generate::{Group, Rule};
use crate::promql::{ParseOptions, parse};
use crate::slo::AlertRule;
use crate::source::prometheus::{RunningGroup, RunningRule};

/// What of a group that a server runs cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unread {
    /// The group.
    pub group: String,
    /// What, and why.
    pub what: String,
}

/// Groups that a server runs, and what of them cannot be read: a rule with an expression of another language, a field
/// that rules of nines do not have.
pub fn read(groups: Vec<RunningGroup>) -> (Vec<Group>, Vec<Unread>) {
    let mut unread = Vec::new();
    let mut read = Vec::new();
    for group in groups {
        let mut rules = Vec::new();
        for running in group.rules {
            let name = running.name.clone();
            match rule(running) {
                Some(rule) => rules.push(rule),
                None => unread.push(Unread {
                    group: group.name.clone(),
                    what: format!("{name} is no PromQL that can be read"),
                }),
            }
        }
        unread.extend(group.others.into_iter().map(|field| Unread {
            group: group.name.clone(),
            what: format!("{field} is set, which no specification says"),
        }));
        read.push(Group {
            name: group.name,
            interval: length(group.interval),
            rules,
            service: String::new(),
            file: group.file,
        });
    }
    (read, unread)
}

fn rule(running: RunningRule) -> Option<Rule> {
    let expr = parse(&running.query, &ParseOptions::default()).ok()?;
    Some(if running.alerts {
        Rule::Alert(AlertRule {
            name: running.name,
            expr,
            r#for: length(running.wait),
            keep_firing_for: length(running.keep_firing_for),
            severity: None,
            labels: running.labels,
            annotations: running.annotations,
        })
    } else {
        Rule::Record { record: running.name, expr, labels: running.labels }
    })
}

/// A length of time, which is nothing where it is not said.
fn length(length: Duration) -> Option<Duration> {
    Some(length).filter(|length| *length > Duration::ZERO)
}
