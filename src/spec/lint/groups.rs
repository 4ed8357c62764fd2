//! Labels that divide a budget.

use super::super::decode::At;
use super::Written;
use crate::base::nearest;
use crate::diag::{Code, quote};
use crate::promql::{Expr, Keeps};
use crate::slo::{Counts, Judge, Polarity, Signal, Slo};

/// Labels with a value for each user, request, address or restart.
const MANY: [&str; 25] = [
    "client_ip",
    "container_id",
    "customer_email",
    "email",
    "instance",
    "ip",
    "ip_address",
    "path",
    "pod",
    "pod_name",
    "query",
    "referer",
    "remote_addr",
    "request_id",
    "session",
    "session_id",
    "span_id",
    "trace_id",
    "uri",
    "url",
    "user",
    "user_agent",
    "user_id",
    "userid",
    "username",
];

/// The place of a label in the list.
fn place<'a>(written: &Written<'a>, label: &str) -> At<'a> {
    let named = |at: &At| at.node.text() == Some(label);
    let by = written.by.as_ref();
    by.and_then(|by| by.elements().find(named)).unwrap_or_else(|| written.place(by).clone())
}

/// `by: [pod]`
pub(super) fn many_values(slo: &Slo, written: &Written) {
    // Whoever says how many there may be has thought of it.
    if slo.max_groups != Slo::DEFAULT_MAX_GROUPS {
        return;
    }
    for label in slo.by.iter().filter(|label| MANY.contains(&label.as_str())) {
        place(written, label).remark(
            Code::LabelOfMany,
            &format!(
                "{} can have very many values, and each makes a budget and alerts of its own",
                quote(label)
            ),
            &format!(
                "more than {} are refused; divide by a label with few values, such as `route` or `region`",
                Slo::DEFAULT_MAX_GROUPS
            ),
        );
    }
}

/// `by: [route]` over `sum by (job) (…)`: an error, since nothing could be divided.
pub(super) fn dropped_label(slo: &Slo, written: &Written) {
    let signal = slo.sli.signal();
    let asked: Vec<(&str, &Expr)> = match &signal {
        Signal::Events { polarity, part, total, .. } => {
            let word = if *polarity == Polarity::Good {
                "the query of the good events"
            } else {
                "the query of the bad events"
            };
            [(word, part), ("the query of all events", total)]
                .into_iter()
                .filter_map(|(word, counts)| match counts {
                    Counts::Expression(expr) => Some((word, expr)),
                    Counts::Counters(_) => None,
                })
                .collect()
        }
        Signal::Slices { value, judge: Judge::Compares(..), .. } => vec![("the condition", value)],
        Signal::Slices { value, .. } => vec![("the ratio", value)],
        Signal::Composite(_) => Vec::new(),
    };
    for label in &slo.by {
        let drops = |(_, expr): &&(&str, &Expr)| !expr.keeps().may_have(label);
        let Some((query, _)) = asked.iter().find(drops) else { continue };
        let at = place(written, label);
        let message = format!("{query} drops the label {}, by which the budget is divided", quote(label));
        let Some((_, dropping)) = asked.iter().find(drops) else { continue };
        let kept = dropping.keeps();
        let near = match &kept {
            Keeps::Only(kept) => nearest(label, kept.iter().map(String::as_str)),
            Keeps::AllBut(_) => None,
        };
        let help = match near {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("keep it in the query, as in `sum by ({label}) (…)`, or remove it here"),
        };
        at.say::<()>(at.fault(Code::DroppedLabel, message).help(help));
    }
}
