//! What a deploy needs of an objective.

use crate::base::Duration;
use crate::diag::{Code, quote};
use crate::slo::{Demand, Gate, GateLimit, Otherwise};
use crate::spec::decode::{At, Fields};
use crate::spec::node::Entry;
use crate::spec::values;

/// Reads what differs from `base`.
pub(super) fn gate(at: &At, base: Option<&Gate>) -> Option<Gate> {
    at.fields(|f| {
        let stop = limits(f, Otherwise::Stop);
        let warn_place = f.find("warn");
        let warn = f.optional("warn", |at| at.fields(|f| Some(limits(f, Otherwise::Warn))));
        let key = f.optional("key", values::truth);
        let weight = f.optional("weight", values::whole_number);
        let freeze = f.optional("freeze", values::text);
        let demands = stop.into_iter().chain(warn.unwrap_or_default()).collect();
        let own = Gate { demands, key, weight, freeze };
        let gate = match base {
            Some(base) => own.over(base),
            None => own,
        };
        if let Some(at) = warn_place {
            say_late_warnings(&at, &gate);
        }
        Some(gate)
    })
}

/// Each limit with the line that it is written in.
fn limits(f: &mut Fields, otherwise: Otherwise) -> Vec<Demand> {
    let demand = |at: &At, limit| Demand { limit, otherwise, line: Some(at.line()) };
    let burn = |entry: &Entry, at: &At| {
        let (window, rate) = max_burn(entry, at)?;
        Some(demand(at, GateLimit::MaxBurn(window, rate)))
    };
    let min_budget = |at: &At| Some(demand(at, GateLimit::MinBudget(values::percentage(at)?)));
    let min_events = |at: &At| Some(demand(at, GateLimit::MinEvents(values::whole_number(at)?)));
    let min_coverage = |at: &At| Some(demand(at, GateLimit::MinCoverage(values::percentage(at)?)));
    let max_drop = |at: &At| Some(demand(at, GateLimit::MaxDrop(values::percentage(at)?)));
    let max_ratio = |at: &At| Some(demand(at, GateLimit::MaxBurnRatio(values::positive(at)?)));
    let min_compared = |at: &At| Some(demand(at, GateLimit::MinCompared(values::whole_number(at)?)));
    let mut demands: Vec<Demand> = f.optional("min_budget", min_budget).into_iter().collect();
    demands.extend(f.optional("max_burn", |at| at.entries(burn)).unwrap_or_default());
    demands.extend(f.optional("min_events", min_events));
    demands.extend(f.optional("min_coverage", min_coverage));
    demands.extend(f.optional("max_drop", max_drop));
    demands.extend(f.optional("max_burn_ratio", max_ratio));
    demands.extend(f.optional("min_compared", min_compared));
    demands
}

/// Says which warnings hold only where the deploy stops already.
fn say_late_warnings(at: &At, gate: &Gate) {
    let of = |otherwise| gate.demands.iter().filter(move |demand| demand.otherwise == otherwise);
    for early in of(Otherwise::Warn) {
        let late = of(Otherwise::Stop).find_map(|last| match (early.limit, last.limit) {
            (GateLimit::MinBudget(early), GateLimit::MinBudget(last)) if early <= last => Some((
                format!("a warning below {early} of the budget comes too late: below {last} it fails"),
                "warn while more of the budget is left",
            )),
            (GateLimit::MaxBurn(over, early), GateLimit::MaxBurn(same, last))
                if over == same && early >= last =>
            {
                Some((
                    format!("a warning above a burn rate of {early} comes too late: above {last} it fails"),
                    "warn at a slower burn",
                ))
            }
            _ => None,
        });
        if let Some((message, help)) = late {
            at.say::<()>(at.fault(Code::Order, message).help(help));
        }
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
