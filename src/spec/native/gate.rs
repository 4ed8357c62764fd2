//! What a deploy needs of an objective.

use crate::base::Duration;
use crate::diag::{Code, quote};
use crate::slo::{Gate, GateLimits};
use crate::spec::decode::{At, Fields};
use crate::spec::node::Entry;
use crate::spec::values;

/// Reads what differs from `base`.
pub(super) fn gate(at: &At, base: Option<&Gate>) -> Option<Gate> {
    let base = base.cloned().unwrap_or_default();
    at.fields(|f| {
        let fail = limits(f, &base.fail);
        let warn_place = f.find("warn");
        let warn = f.optional("warn", |at| at.fields(|f| Some(limits(f, &base.warn))));
        let min_events = f.optional("min_events", values::whole_number);
        let min_coverage = f.optional("min_coverage", values::percentage);
        let key = f.optional("key", values::truth);
        let weight = f.optional("weight", values::whole_number);
        let freeze = f.optional("freeze", values::text);
        let warn = warn.unwrap_or(base.warn);
        if let (Some(at), Some(least), Some(early)) = (warn_place, fail.min_budget, warn.min_budget)
            && early <= least
        {
            let message =
                format!("a warning below {early} of the budget comes too late: below {least} it fails");
            at.say::<()>(at.fault(Code::Order, message).help("warn while more of the budget is left"));
        }
        Some(Gate {
            fail,
            warn,
            min_events: min_events.or(base.min_events),
            min_coverage: min_coverage.or(base.min_coverage),
            key: key.unwrap_or(base.key),
            weight: weight.or(base.weight),
            freeze: freeze.or(base.freeze),
        })
    })
}

fn limits(f: &mut Fields, base: &GateLimits) -> GateLimits {
    let min_budget = f.optional("min_budget", values::percentage);
    let max_burn = f.optional("max_burn", |at| at.entries(max_burn));
    GateLimits {
        min_budget: min_budget.or(base.min_budget),
        max_burn: max_burn.unwrap_or_else(|| base.max_burn.clone()),
    }
}

/// `1h: 14.4`.
fn max_burn(entry: &Entry, at: &At) -> Option<(Duration, f64)> {
    let window = entry.key.parse::<Duration>().ok().filter(|window| *window > Duration::ZERO);
    if window.is_none() {
        let message = format!("{} is not how far back burning is looked for", quote(&entry.key));
        let fault = at.fault_at(Code::Duration, entry.key_span, message);
        at.say::<()>(fault.help("write a length and the burn rate that is too much, such as `1h: 14.4`"));
    }
    let rate = values::positive(at);
    Some((window?, rate?))
}
