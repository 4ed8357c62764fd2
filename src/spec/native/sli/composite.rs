//! Other objectives, taken together.

use super::{Around, empty};
use crate::diag::Code;
use crate::slo::{Combine, CompositeSli, Member};
use crate::spec::decode::At;
use crate::spec::native::names::{Names, Unique};
use crate::spec::native::window;
use crate::spec::values;

pub(super) fn composite<'a>(at: &At<'a>, around: &Around<'_, 'a>) -> Option<CompositeSli> {
    let unique = Unique::new("member");
    at.fields(|f| {
        let combine = f.optional("combine", |at| values::one_of(at, &Combine::ALL));
        let members = f.required("members", "members: [{slo: availability}, {slo: latency}]", |at| {
            if at.node.is_empty_list() {
                let fault = at.fault(Code::Empty, "the list of members is empty");
                return at.say(fault.help("name at least one objective of this service"));
            }
            at.list(|at| member(at, around.names, &unique, combine.unwrap_or_default()))
        });
        let slice = f.optional("slice", |at| window::slice(at, around.windows));
        let empty = f.optional("empty", empty).unwrap_or_default();
        Some(CompositeSli {
            combine: combine.unwrap_or_default(),
            members: members?,
            slice: slice.unwrap_or(CompositeSli::SLICE),
            empty,
        })
    })
}

/// `{slo: availability, weight: 2}`.
fn member<'a>(at: &At<'a>, names: &Names<'a>, unique: &Unique, combine: Combine) -> Option<Member> {
    at.fields(|f| {
        let slo = f.required("slo", "slo: availability", |at| {
            let name = names.want(at, true)?;
            unique.check(at, &name).then_some(name)
        });
        let weight_place = f.find("weight");
        let weight = weight_place.as_ref().map_or(Some(1.0), values::positive);
        if let Some(at) = weight_place.filter(|_| combine != Combine::Weighted) {
            let message =
                format!("a weight has no meaning where members are combined by `{}`", combine.word());
            at.say::<()>(at.fault(Code::Misplaced, message).help("remove it, or write `combine: weighted`"));
        }
        Some(Member { slo: slo?, weight: weight? })
    })
}
