//! Indicators, one reader for each kind.

mod composite;
mod events;
mod latency;
mod ratio;
mod slices;

use super::names::Names;
use crate::slo::{Empty, Sli, Window};
use crate::spec::decode::At;
use crate::spec::values;

/// What stands around an indicator.
pub(super) struct Around<'n, 'a> {
    /// The windows over which it is judged.
    pub(super) windows: &'n [Window],
    /// The labels that divide it.
    pub(super) by: &'n [String],
    /// The objectives of its service.
    pub(super) names: &'n Names<'a>,
}

const KINDS: [&str; 5] = ["events", "latency", "slices", "ratio", "composite"];

/// `{events: …}`, `{latency: …}` or another kind.
pub(super) fn sli<'a>(at: &At<'a>, around: &Around<'_, 'a>) -> Option<Sli> {
    let help = "write `events: {bad: …, total: …}`, `latency: {histogram: …, threshold: 1s}` or `slices: {good_when: …}`";
    at.fields(|f| match f.one_of(&KINDS, help)? {
        ("events", at) => events::events(&at).map(Sli::Events),
        ("latency", at) => latency::latency(&at, around),
        ("slices", at) => slices::slices(&at, around.windows).map(Sli::Slices),
        ("ratio", at) => ratio::ratio(&at, around.windows).map(Sli::Ratio),
        (_, at) => composite::composite(&at, around).map(Sli::Composite),
    })
}

/// What an unmeasured slice is.
pub(super) fn empty(at: &At) -> Option<Empty> {
    values::one_of(at, &[("ignore", Empty::Ignore), ("good", Empty::Good), ("bad", Empty::Bad)])
}
