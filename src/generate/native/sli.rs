//! How goodness is measured, and what the budget counts.

use super::super::yaml::{Map, Yaml, block, flow, items, query, word};
use super::text;
use crate::base::Duration;
use crate::promql::{Expr, Selector};
use crate::slo::{
    Combine, CompositeSli, Empty, EventsSli, LatencySli, Member, Method, RatioSli, Sli, SlicesSli, Unit,
};

pub(super) fn sli(sli: &Sli) -> Yaml {
    let written = match sli {
        Sli::Events(sli) => events(sli),
        Sli::Latency(sli) => latency(sli),
        Sli::Slices(sli) => slices(sli),
        Sli::Ratio(sli) => ratio(sli),
        Sli::Composite(sli) => composite(sli),
    };
    block().field(sli.kind(), written).into()
}

fn events(sli: &EventsSli) -> Yaml {
    let EventsSli { polarity, part, total } = sli;
    block().field(polarity.word(), query(part)).field("total", query(total)).into()
}

fn latency(sli: &LatencySli) -> Yaml {
    let LatencySli { buckets, threshold: _, written, unit } = sli;
    let unit = match unit {
        Unit::Seconds => None,
        Unit::Milliseconds => Some(word("milliseconds")),
    };
    flow()
        .field("histogram", query(&Expr::selector(histogram(buckets))))
        .field("threshold", text(written))
        .optional("unit", unit)
        .into()
}

/// A histogram is called by its base name, unless that would be taken for something else.
fn histogram(buckets: &Selector) -> Selector {
    let base = buckets.name.as_deref().and_then(|name| name.strip_suffix("_bucket"));
    let taken = |base: &str| ["_bucket", "_count", "_sum"].iter().any(|end| base.ends_with(end));
    match base.filter(|base| !base.is_empty() && !taken(base)) {
        Some(base) => Selector { name: Some(base.to_owned()), ..buckets.clone() },
        None => buckets.clone(),
    }
}

fn slices(sli: &SlicesSli) -> Yaml {
    let SlicesSli { good_when, value: _, op: _, bound: _, slice, empty } = sli;
    sliced(flow().field("good_when", query(good_when)), *slice, *empty).into()
}

fn ratio(sli: &RatioSli) -> Yaml {
    let RatioSli { polarity, ratio, slice, empty } = sli;
    sliced(block().field(polarity.word(), query(ratio)), *slice, *empty).into()
}

/// The length of slices, and what an empty one is where that is said.
fn sliced(map: Map, slice: Duration, empty: Empty) -> Map {
    let empty = match empty {
        Empty::Good => Some(word("good")),
        Empty::Bad => Some(word("bad")),
        Empty::Ignore => None,
    };
    map.field("slice", word(slice)).optional("empty", empty)
}

fn composite(sli: &CompositeSli) -> Yaml {
    let CompositeSli { combine, members, slice, empty } = sli;
    let weighted = *combine == Combine::Weighted;
    let member = |Member { slo, weight }: &Member| {
        flow().field("slo", text(slo)).optional("weight", weighted.then(|| word(weight)))
    };
    let map =
        block().field("combine", word(combine.word())).field("members", items(members.iter().map(member)));
    sliced(map, *slice, *empty).into()
}

/// What the budget counts, where that is not events.
pub(super) fn method(method: Method) -> Option<Yaml> {
    let how = match method {
        Method::Occurrences => return None,
        Method::Timeslices { slice, target, empty, min_events, consecutive } => sliced(flow(), slice, empty)
            .field("target", word(target))
            .optional("min_events", min_events.map(word))
            .optional("consecutive", (consecutive > 1).then(|| word(consecutive))),
        Method::RatioTimeslices { slice, empty, min_events } => {
            sliced(flow(), slice, empty).optional("min_events", min_events.map(word))
        }
    };
    Some(flow().field(method.word(), how.into()).into())
}
