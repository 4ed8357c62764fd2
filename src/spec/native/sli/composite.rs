//! Other objectives, taken together.

use crate::diag::Code;
use crate::slo::{CompositeSli, Member};
use crate::spec::decode::At;
use crate::spec::native::names::{Names, Unique};
use crate::spec::values;

pub(super) fn composite<'a>(at: &At<'a>, names: &Names<'a>) -> Option<CompositeSli> {
    let unique = Unique::new("member");
    at.fields(|f| {
        let members = f.required("members", "members: [{slo: availability}, {slo: latency}]", |at| {
            if at.node.is_empty_list() {
                let fault = at.fault(Code::Empty, "the list of members is empty");
                return at.say(fault.help("name at least one objective of this service"));
            }
            at.list(|at| member(at, names, &unique))
        });
        Some(CompositeSli { members: members? })
    })
}

/// `{slo: availability, weight: 2}`.
fn member<'a>(at: &At<'a>, names: &Names<'a>, unique: &Unique) -> Option<Member> {
    at.fields(|f| {
        let slo = f.required("slo", "slo: availability", |at| {
            let name = names.want(at, true)?;
            unique.check(at, &name).then_some(name)
        });
        let weight = f.find("weight").map_or(Some(1.0), |at| values::positive(&at));
        Some(Member { slo: slo?, weight: weight? })
    })
}
