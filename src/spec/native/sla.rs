//! Contracts with customers.

use super::method::Counting;
use super::names::{Names, Unique};
use super::{time, window};
use crate::base::{CalendarUnit, Moment, Share, Zone};
use crate::diag::{Code, quote};
use crate::slo::{CreditTier, ExclusionClause, Preset, Sla, Slo, Window};
use crate::spec::decode::At;
use crate::spec::values;

/// A contract about objectives of `slos`, as far as those could be read.
pub(super) fn sla<'a>(at: &At<'a>, names: &Names<'a>, unique: &Unique, slos: &[Slo]) -> Option<Sla> {
    at.fields(|f| {
        let name = f.required("name", "name: gold", |at| {
            let name = values::name(at)?;
            unique.check(at, &name).then_some(name)
        });
        let customer = f.optional("customer", values::text);
        let covered = f.required("slos", "slos: [availability]", |at| {
            if at.node.is_empty_list() {
                let fault = at.fault(Code::Empty, "a contract without objectives promises nothing");
                return at.say(fault.help("name at least one"));
            }
            names.want_all(at)
        });
        let target_place = f.find("target");
        let target = f.required("target", "target: 99.9%", values::objective);
        let timezone = f.find("timezone");
        let zone = timezone.as_ref().map_or(Some(Zone::UTC), values::zone);
        let period = f.required("period", "period: month", |at| period(at, timezone.as_ref(), zone));
        let effective = f.optional("effective", |at| effective(at, zone.unwrap_or_default()));
        let method = f.find("method").and_then(|at| Counting::read(&at));
        let preset_place = f.find("preset");
        let preset = f.optional("preset", |at| values::one_of(at, &Preset::ALL));
        if let Some(at) = preset_place.filter(|_| method.is_some()) {
            let fault =
                at.fault(Code::Misplaced, "`preset` and `method` both say what counts as unavailable");
            at.say::<()>(fault.help("remove one of the two"));
        }
        if let (Some(method), Some(covered), Some(period)) = (&method, &covered, period) {
            let covered = slos.iter().filter(|slo| covered.contains(&slo.name));
            for slo in covered {
                if !method.fits(&slo.sli, &[period]) {
                    break;
                }
            }
        }
        let exclusions = f.optional("exclusions", clause);
        let credits = f.optional("credits", |at| credits(at, target)).unwrap_or_default();
        let credit_cap = f.optional("credit_cap", values::percentage);
        if let (Some(at), Some(target), Some(covered)) = (&target_place, target, &covered) {
            above(at, target, covered, slos);
        }
        let (from, to) = effective.unwrap_or_default();
        Some(Sla {
            name: name?,
            customer,
            slos: covered?,
            target: target?,
            period: period?,
            method: method.map(|counting| counting.method).or(preset.map(Preset::method)),
            preset,
            from,
            to,
            exclusions,
            credits,
            credit_cap,
        })
    })
}

/// Says where more is promised to a customer than is aimed for: the objective can be met and the contract broken.
fn above(at: &At, target: Share, covered: &[String], slos: &[Slo]) {
    for slo in slos.iter().filter(|slo| covered.contains(&slo.name) && slo.objective < target) {
        let message = format!(
            "the contract promises {target}, and the objective {} is only {}",
            quote(&slo.name),
            slo.objective
        );
        let fault = at.fault(Code::ContractAboveObjective, message);
        let help = "aim for more than is promised, so that it is known before the contract is broken";
        at.say::<()>(fault.help(help));
    }
}

/// A word such as `month`, in the contract's time zone; or a window.
fn period(at: &At, timezone: Option<&At>, zone: Option<Zone>) -> Option<Window> {
    if at.node.text().is_some() {
        let unit = values::one_of(at, &CalendarUnit::ALL)?;
        return Some(Window::Calendar { unit, zone: zone? });
    }
    if let Some(timezone) = timezone {
        let fault = timezone.fault(Code::Misplaced, "a period that is a window has its own time zone");
        timezone.say::<()>(fault.help("put it inside `period`"));
    }
    window::window(at)
}

fn effective(at: &At, zone: Zone) -> Option<(Option<Moment>, Option<Moment>)> {
    at.fields(|f| {
        let from = f.optional("from", |at| time::moment(at, Some(zone)));
        let to_place = f.find("to");
        let to = f.optional("to", |at| time::moment(at, Some(zone)));
        if let (Some(at), Some(from), Some(to)) = (to_place, from, to)
            && to <= from
        {
            let fault = at.fault(Code::Order, "the contract ends before it begins");
            return at.say(fault.help("write a later time; `to` is the first moment after it"));
        }
        Some((from, to))
    })
}

fn clause(at: &At) -> Option<ExclusionClause> {
    at.fields(|f| {
        let categories = f.optional("categories", |at| at.list(values::name)).unwrap_or_default();
        let notice = f.optional("notice", values::duration);
        let cap = f.optional("cap", values::duration);
        Some(ExclusionClause { categories, notice, cap })
    })
}

/// Tiers from the highest share down: below a lower share more is paid back.
fn credits(at: &At, target: Option<Share>) -> Option<Vec<CreditTier>> {
    let mut before: Option<CreditTier> = None;
    at.list(|at| {
        let tier = at.fields(|f| {
            let below = f.required("below", "below: 99.9%", values::objective);
            let credit = f.required("credit", "credit: 10%", values::percentage);
            Some(CreditTier { below: below?, credit: credit? })
        })?;
        let out_of_order = |field: &'static str, message: String, help: &str| {
            let place = at.get(field).unwrap_or_else(|| at.clone());
            place.say::<()>(place.fault(Code::Order, message).help(help));
        };
        match (before, target) {
            (Some(before), _) if tier.below >= before.below => out_of_order(
                "below",
                format!("{} is not lower than {} of the tier before", tier.below, before.below),
                "write the highest share first",
            ),
            (None, Some(target)) if tier.below > target => out_of_order(
                "below",
                format!("below {} something is paid back, though {target} keeps the contract", tier.below),
                "write at most the contract's target",
            ),
            _ => {}
        }
        if let Some(before) = before.filter(|before| tier.credit <= before.credit) {
            out_of_order(
                "credit",
                format!("{} is not more than {} of the tier before", tier.credit, before.credit),
                "pay back more for a lower share",
            );
        }
        before = Some(tier);
        Some(tier)
    })
}
