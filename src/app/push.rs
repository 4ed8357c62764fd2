//! Rules to a ruler: what will change, the changes one after another, and what the server holds afterwards.

use std::collections::BTreeSet;

use super::drift;
use crate::generate::{Change, Group, RuleSet, changes};
use crate::plan::NoAnswer;
use crate::source::prometheus::Ruler;

/// What is done about a group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// The group.
    pub group: String,
    /// What becomes of it.
    pub change: Change,
    /// What the server says of it that cannot be held against anything; it is gone once the group is replaced.
    pub beyond: Vec<String>,
}

/// How a step ended.
#[derive(Debug, Clone, PartialEq)]
pub enum Fate {
    /// The server took it.
    Done,
    /// The server refused it, or did not answer: then it may have been done.
    Failed(NoAnswer),
    /// It was not tried, after another had failed.
    NotTried,
    /// There was nothing to do.
    Nothing,
}

/// What has to be done in a namespace, as the server holds it now.
///
/// # Errors
/// The server does not tell what it holds.
pub async fn plan(wanted: &RuleSet, ruler: &Ruler<'_>, namespace: &str) -> Result<Vec<Step>, NoAnswer> {
    let (kept, unread) = drift::read(ruler.groups(namespace).await?);
    let beyond = |group: &str| -> Vec<String> {
        unread.iter().filter(|unread| unread.group == group).map(|unread| unread.what.clone()).collect()
    };
    let step = |(group, change): (String, Change)| {
        let beyond = beyond(&group);
        // What cannot be read is not as it should be.
        let change = match change {
            Change::Keep if !beyond.is_empty() => Change::Replace(Vec::new()),
            change => change,
        };
        Step { group, change, beyond }
    };
    Ok(changes(wanted, &kept).into_iter().map(step).collect())
}

/// Carries out one step; `wanted` is the group as it should be, where there should be one.
pub async fn carry_out(step: &Step, wanted: &RuleSet, ruler: &Ruler<'_>, namespace: &str) -> Fate {
    let done = match &step.change {
        Change::Keep => return Fate::Nothing,
        Change::Left => ruler.delete(namespace, &step.group).await,
        Change::Add | Change::Replace(_) => {
            let Some(group) = wanted.groups.iter().find(|group| group.name == step.group) else {
                return Fate::Nothing;
            };
            ruler.put(namespace, &group.to_yaml()).await
        }
    };
    done.map_or_else(Fate::Failed, |()| Fate::Done)
}

/// Whether a fault says something of one group alone, so that others may be sent all the same.
pub fn is_of_the_group(fault: &NoAnswer) -> bool {
    matches!(fault, NoAnswer::Rejected { status: Some(400 | 413 | 422), .. })
}

/// The name of a group that two groups have.
pub fn twice(groups: &[Group]) -> Option<&str> {
    let mut names = BTreeSet::new();
    groups.iter().map(|group| group.name.as_str()).find(|name| !names.insert(*name))
}
