//! The steps by which rules are made and changed, one after another.

use super::super::model::{Group, Rule};
use super::{Objective, id};
use crate::base::Duration;
use crate::slo::RuleStep;

/// Rules while they are made.
#[derive(Default)]
pub(super) struct Draft {
    ratios: Part,
    metadata: Part,
    alerts: Part,
}

/// What becomes a group.
#[derive(Default)]
struct Part {
    interval: Option<Duration>,
    rules: Vec<Rule>,
}

impl Draft {
    pub(super) fn take(&mut self, step: &RuleStep, objective: &Objective<'_>) {
        match step {
            RuleStep::Ratios { mean } => self.ratios.rules = objective.ratios(*mean),
            RuleStep::WeightedRatios { mean } => {
                self.ratios.rules = objective.weighted_ratios(*mean);
                self.metadata.rules.extend(objective.weights());
            }
            RuleStep::Metadata => self.metadata.rules = objective.metadata(),
            RuleStep::Alerts => self.alerts.rules = objective.alerts(),
            RuleStep::Exhausted(step) => self.alerts.rules.push(objective.exhausted(step)),
            RuleStep::Labels { metric, labels: more } => {
                let mut rules = self.metadata.rules.iter_mut();
                let found =
                    rules.find(|rule| matches!(rule, Rule::Record { record, .. } if record == metric));
                if let Some(Rule::Record { labels, .. }) = found {
                    labels.extend(more.clone());
                }
            }
            RuleStep::Bare { keep, skip } => {
                let identity = objective.identity();
                let stays = |name: &String| identity.contains_key(name) || keep.contains(name);
                self.ratios.bare(skip, |name| name == "sloth_window" || stays(name));
                self.metadata.bare(skip, stays);
            }
            RuleStep::Intervals { ratios, metadata, alerts } => {
                self.ratios.interval = Some(*ratios);
                self.metadata.interval = Some(*metadata);
                self.alerts.interval = Some(*alerts);
            }
        }
    }

    /// The groups that have any rules.
    pub(super) fn groups(self, objective: &Objective<'_>) -> impl Iterator<Item = Group> {
        let of = [
            ("sloth-slo-sli-recordings", self.ratios),
            ("sloth-slo-meta-recordings", self.metadata),
            ("sloth-slo-alerts", self.alerts),
        ];
        of.into_iter().filter(|(_, part)| !part.rules.is_empty()).map(|(kind, Part { interval, rules })| {
            objective.subject.group(format!("{kind}-{}", id(objective.subject)), interval, rules)
        })
    }
}

impl Part {
    /// Takes labels from recorded series.
    fn bare(&mut self, skip: &[String], stays: impl Fn(&String) -> bool) {
        for rule in &mut self.rules {
            if let Rule::Record { record, labels, .. } = rule
                && record != "sloth_slo_info"
                && !skip.contains(record)
            {
                labels.retain(|name, _| stays(name));
            }
        }
    }
}
