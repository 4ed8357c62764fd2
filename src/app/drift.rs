//! The rules that a server runs, as rules.

use crate::base::Duration;
use crate::generate::{Group, Rule};
use crate::promql::{ParseOptions, parse};
use crate::slo::AlertRule;
use crate::source::prometheus::{RunningGroup, RunningRule};

/// Groups that a server runs, and what of them cannot be read: a rule with an expression of another language.
pub fn read(groups: Vec<RunningGroup>) -> (Vec<Group>, Vec<String>) {
    let mut unread = Vec::new();
    let mut read = Vec::new();
    for group in groups {
        let mut rules = Vec::new();
        for running in group.rules {
            let name = running.name.clone();
            match rule(running) {
                Some(rule) => rules.push(rule),
                None => unread.push(format!("{name} in group {} is no PromQL that can be read", group.name)),
            }
        }
        read.push(Group {
            name: group.name,
            interval: Some(group.interval),
            rules,
            service: String::new(),
            file: group.file,
        });
    }
    (read, unread)
}

fn rule(running: RunningRule) -> Option<Rule> {
    let expr = parse(&running.query, &ParseOptions::default()).ok()?;
    let length = |length: Duration| Some(length).filter(|length| *length > Duration::ZERO);
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
