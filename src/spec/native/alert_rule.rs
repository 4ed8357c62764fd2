//! Plain alerts: conditions with no objective behind them.

use super::labels;
use super::names::Unique;
use crate::diag::Code;
use crate::slo::AlertRule;
use crate::spec::decode::At;
use crate::spec::{query, values};

pub(super) fn alert(at: &At, unique: &Unique) -> Option<AlertRule> {
    at.fields(|f| {
        let name = f.required("name", "name: ServiceDown", |at| {
            let name = values::line(at)?;
            unique.check(at, &name).then_some(name)
        });
        let expr = f.required("expr", "expr: up{job=\"api\"} == 0", query::condition);
        let hold = f.optional("for", values::duration);
        let keep_firing_for = f.optional("keep_firing_for", values::duration);
        let severity_place = f.find("severity");
        let severity = f.optional("severity", values::line);
        let own_labels = f.optional("labels", labels::of_alert).unwrap_or_default();
        let annotations = f.optional("annotations", labels::annotations).unwrap_or_default();
        if let Some(at) = severity_place.filter(|_| own_labels.contains_key("severity")) {
            let fault = at.fault(Code::DuplicateEntry, "the severity is said here and under `labels`");
            at.say::<()>(fault.help("keep one of the two; both become the label `severity`"));
        }
        Some(AlertRule {
            name: name?,
            expr: expr?,
            r#for: hold,
            keep_firing_for,
            severity,
            labels: own_labels,
            annotations,
        })
    })
}
