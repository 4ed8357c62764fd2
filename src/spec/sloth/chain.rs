//! Plugins that make rules of an objective. Those that Sloth ships change rules and their metadata, not what is promised.

use super::super::decode::At;
use super::super::values;
use crate::base::nearest;
use crate::diag::{Code, quote};

/// What Sloth ships, all of which leaves the promise as it is.
const SHIPPED: [&str; 12] = [
    ALERT_RULES,
    "sloth.dev/core/debug/v1",
    "sloth.dev/core/metadata_rules/v1",
    "sloth.dev/core/noop/v1",
    "sloth.dev/core/sli_rules/v1",
    "sloth.dev/core/validate/v1",
    "sloth.dev/contrib/denominator_corrected_rules/v1",
    "sloth.dev/contrib/error_budget_exhausted_alert/v1",
    "sloth.dev/contrib/info_labels/v1",
    "sloth.dev/contrib/remove_labels/v1",
    "sloth.dev/contrib/rule_intervals/v1",
    "sloth.dev/contrib/validate_victoria_metrics/v1",
];

/// The one that makes the alerts.
const ALERT_RULES: &str = "sloth.dev/core/alert_rules/v1";

/// The plugins of a service or of one objective.
#[derive(Debug, Clone, Default)]
pub(super) struct Chain {
    /// Whether they stand in place of those before them, not behind them.
    replaces: bool,
    alerts: bool,
}

impl Chain {
    /// Reads `{overridePrevious: true, chain: [{id: …}]}`.
    pub(super) fn read(at: &At) -> Option<Self> {
        at.fields(|f| {
            let replaces = f.optional("overridePrevious", values::truth).unwrap_or_default();
            let ids = f.required("chain", "chain: [{id: sloth.dev/core/debug/v1}]", |at| at.list(id))?;
            Some(Self { replaces, alerts: ids.contains(&ALERT_RULES) })
        })
    }

    /// Whether alerts are made at all: by one of these or, where they do not stand in its place, by what was before.
    pub(super) fn alerts(&self, before: bool) -> bool {
        self.alerts || (before && !self.replaces)
    }
}

fn id<'a>(at: &At<'a>) -> Option<&'a str> {
    at.fields(|f| {
        f.find("config");
        f.optional("priority", values::text);
        f.required("id", "id: sloth.dev/core/debug/v1", |at| {
            let id = at.text()?;
            if SHIPPED.contains(&id) {
                return Some(id);
            }
            if let Some(near) = nearest(id, SHIPPED) {
                let fault = at.fault(Code::Plugin, format!("the plugin {} is not known", quote(id)));
                return at.say(fault.help(format!("did you mean `{near}`?")));
            }
            let message = format!("the plugin {} is Go code that only Sloth runs", quote(id));
            let help = "write what it changes of the objective into the objective, and remove it";
            at.say(at.fault(Code::Plugin, message).help(help))
        })
    })
}
