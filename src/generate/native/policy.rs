//! What a deploy needs, what does not count, and what a contract says.

use super::super::yaml::{Map, Yaml, block, flow, items, list, query, word};
use super::{text, window};
use crate::slo::{
    CreditTier, Demand, ExcludedTime, Exclusion, ExclusionClause, Gate, GateLimit, Otherwise, Sla,
};

pub(super) fn gate(gate: &Gate) -> Yaml {
    let Gate { demands, key, weight, freeze } = gate;
    let of = |otherwise| demands.iter().filter(move |demand| demand.otherwise == otherwise);
    limits(block(), of(Otherwise::Stop))
        .unless_empty("warn", limits(flow(), of(Otherwise::Warn)))
        .optional("key", key.map(word))
        .optional("weight", weight.map(word))
        .optional("freeze", freeze.as_deref().map(text))
        .into()
}

fn limits<'a>(mut map: Map, demands: impl Iterator<Item = &'a Demand>) -> Map {
    let mut burn = flow();
    for demand in demands {
        map = match demand.limit {
            GateLimit::MaxBurn(back, rate) => {
                burn = burn.field(&back.to_string(), word(rate));
                map
            }
            GateLimit::MinBudget(share) => map.field("min_budget", word(share)),
            GateLimit::MinEvents(count) => map.field("min_events", word(count)),
            GateLimit::MinCoverage(share) => map.field("min_coverage", word(share)),
            GateLimit::MaxDrop(share) => map.field("max_drop", word(share)),
            GateLimit::MaxBurnRatio(ratio) => map.field("max_burn_ratio", word(ratio)),
            GateLimit::MinCompared(count) => map.field("min_compared", word(count)),
        };
    }
    map.unless_empty("max_burn", burn)
}

/// Time that does not count, where there is any; what other files say of it stays there.
pub(super) fn exclusions(exclusions: &[Exclusion]) -> Option<Yaml> {
    let own: Vec<&Exclusion> = exclusions.iter().filter(|exclusion| exclusion.file.is_none()).collect();
    (!own.is_empty()).then(|| items(own.into_iter().map(exclusion)))
}

fn exclusion(exclusion: &Exclusion) -> Map {
    let Exclusion { id, category, reason, approved_by, announced, slos, when, file: _ } = exclusion;
    let map = block()
        .field("id", text(id))
        .optional("category", category.as_deref().map(text))
        .optional("reason", reason.as_deref().map(text))
        .optional("approved_by", approved_by.as_deref().map(text))
        .optional("announced", announced.map(|at| text(&at.to_string())))
        .optional("slos", (!slos.is_empty()).then(|| list(slos)));
    match when {
        ExcludedTime::Once(interval) => {
            map.field("from", text(&interval.from.to_string())).field("to", text(&interval.to.to_string()))
        }
        ExcludedTime::Recurring { rule, zone, start, length } => map.field(
            "recurring",
            flow()
                .field("rrule", text(rule))
                .field("timezone", word(zone))
                .optional("from", start.map(|at| text(&at.to_string())))
                .field("duration", word(length))
                .into(),
        ),
        ExcludedTime::OutsideHours { hours, zone } => {
            let days: Vec<String> = hours.iter().filter_map(|(day, ..)| day_word(*day)).collect();
            // The hours of one exclusion are the same on all of its days.
            let (from, to) = hours.first().map_or((0, 0), |(_, from, to)| (*from, *to));
            let hours = flow()
                .field("days", list(&days))
                .field("from", text(&clock(from)))
                .field("to", text(&clock(to)))
                .field("timezone", word(zone));
            map.field("business_hours", hours.into())
        }
        ExcludedTime::While(condition) => map.field("while", query(condition)),
        // Calendars are files of their own.
        ExcludedTime::Event(_) => map,
    }
}

fn day_word(day: u8) -> Option<String> {
    const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
    DAYS.get(usize::from(day)).map(|day| (*day).to_owned())
}

/// `09:30`.
fn clock(minute: u16) -> String {
    format!("{:02}:{:02}", minute / 60, minute % 60)
}

/// Contracts, where there are any.
pub(super) fn contracts(slas: &[Sla]) -> Option<Yaml> {
    (!slas.is_empty()).then(|| items(slas.iter().map(contract)))
}

fn contract(sla: &Sla) -> Map {
    let Sla {
        name,
        customer,
        slos,
        target,
        period,
        method,
        preset,
        from,
        to,
        exclusions,
        credits,
        credit_cap,
    } = sla;
    let effective = flow()
        .optional("from", from.map(|at| text(&at.to_string())))
        .optional("to", to.map(|at| text(&at.to_string())));
    let clause = |ExclusionClause { categories, notice, cap }: &ExclusionClause| {
        flow()
            .optional("categories", (!categories.is_empty()).then(|| list(categories)))
            .optional("notice", notice.map(word))
            .optional("cap", cap.map(word))
            .into()
    };
    let credit = |CreditTier { below, credit }: &CreditTier| {
        flow().field("below", word(below)).field("credit", word(credit))
    };
    block()
        .field("name", text(name))
        .optional("customer", customer.as_deref().map(text))
        .field("slos", list(slos))
        .field("target", word(target))
        .field("period", window(*period))
        .unless_empty("effective", effective)
        .optional("preset", preset.map(|preset| word(preset.word())))
        .optional("method", method.filter(|_| preset.is_none()).and_then(super::sli::method))
        .optional("exclusions", exclusions.as_ref().map(clause))
        .optional("credits", (!credits.is_empty()).then(|| items(credits.iter().map(credit))))
        .optional("credit_cap", credit_cap.map(word))
}
