//! Labels that divide the budget.

use crate::diag::{Code, quote};
use crate::slo::{Sli, Slo};
use crate::spec::decode::At;
use crate::spec::values;

/// The labels, each with its place, and how many values they may have.
#[derive(Clone, Default)]
pub(super) struct By<'a> {
    labels: Vec<(String, At<'a>)>,
    limit: Option<usize>,
}

impl<'a> By<'a> {
    /// `[route, method]`, or `{labels: [route], limit: 50}`.
    pub(super) fn read(at: &At<'a>) -> Option<Self> {
        if at.node.entries().is_empty() {
            return Some(Self { labels: labels(at)?, limit: None });
        }
        at.fields(|f| {
            let labels = f.required("labels", "labels: [route]", labels);
            let limit = f.optional("limit", limit);
            Some(Self { labels: labels?, limit })
        })
    }

    /// The names of the labels.
    pub(super) fn names(&self) -> Vec<String> {
        self.labels.iter().map(|(name, _)| name.clone()).collect()
    }

    /// More values than this are refused.
    pub(super) fn limit(&self) -> usize {
        self.limit.unwrap_or(Slo::DEFAULT_MAX_GROUPS)
    }

    /// Says which labels cannot divide this indicator.
    pub(super) fn check(&self, sli: &Sli) {
        let Sli::Latency(_) = sli else { return };
        for (_, at) in self.labels.iter().filter(|(name, _)| name == "le") {
            let fault = at.fault(Code::LabelName, "a latency cannot be divided by `le`");
            at.say::<()>(fault.help("`le` holds the buckets; name a label such as `route`"));
        }
    }
}

fn labels<'a>(at: &At<'a>) -> Option<Vec<(String, At<'a>)>> {
    let mut seen: Vec<String> = Vec::new();
    at.words(|at| {
        let name = values::label_name(at)?;
        if seen.contains(&name) {
            let fault = at.fault(Code::LabelName, format!("the label {} is named twice", quote(&name)));
            return at.say(fault.help("remove one of the two"));
        }
        seen.push(name.clone());
        Some((name, at.clone()))
    })
}

fn limit(at: &At) -> Option<usize> {
    match values::whole_number(at)? {
        0 => at.say(at.fault(Code::PositiveNumber, "no budget at all would be allowed").help(format!(
            "write how many values there may be; without a word, {}",
            Slo::DEFAULT_MAX_GROUPS
        ))),
        limit => Some(usize::try_from(limit).unwrap_or(usize::MAX)),
    }
}
