//! What the objectives have that do not say otherwise.

use std::collections::BTreeMap;

use super::by::By;
use super::method::Counting;
use super::{alerting, gate, labels, window};
use crate::base::Share;
use crate::slo::{Alerting, Gate, Window};
use crate::spec::decode::At;
use crate::spec::values;

#[derive(Default)]
pub(super) struct Defaults<'a> {
    pub(super) window: Option<Window>,
    pub(super) min_events: Option<u64>,
    pub(super) min_coverage: Option<Share>,
    pub(super) by: Option<By<'a>>,
    pub(super) method: Option<Counting<'a>>,
    pub(super) alerting: Alerting,
    pub(super) gate: Option<Gate>,
    pub(super) labels: BTreeMap<String, String>,
}

impl<'a> Defaults<'a> {
    pub(super) fn read(at: &At<'a>) -> Option<Self> {
        at.fields(|f| {
            Some(Self {
                window: f.optional("window", window::window),
                min_events: f.optional("min_events", values::whole_number),
                min_coverage: f.optional("min_coverage", values::percentage),
                by: f.optional("by", By::read),
                method: f.optional("method", Counting::read),
                alerting: f
                    .optional("alerting", |at| alerting::alerting(at, &Alerting::default()))
                    .unwrap_or_default(),
                gate: f.optional("gate", |at| gate::gate(at, None)),
                labels: f.optional("labels", labels::labels).unwrap_or_default(),
            })
        })
    }
}
