//! Plugins that make rules of an objective, in their order. Those that Sloth ships change rules and their metadata, not
//! what is promised.

use super::super::decode::At;
use super::super::values;
use super::step;
use crate::diag::{Code, quote};
use crate::slo::RuleStep;

/// The plugins of a service or of one objective.
#[derive(Debug, Clone, Default)]
pub(super) struct Chain {
    /// Whether they stand in place of those before them, not beside them.
    replaces: bool,
    plugins: Vec<Plugin>,
}

/// What a plugin does, if anything, and its place: below zero before Sloth's own, the lowest first.
#[derive(Debug, Clone)]
struct Plugin {
    priority: i64,
    step: Option<RuleStep>,
}

impl Chain {
    /// Reads `{overridePrevious: true, chain: [{id: …}]}`.
    pub(super) fn read(at: &At) -> Option<Self> {
        at.fields(|f| {
            let replaces = f.optional("overridePrevious", values::truth).unwrap_or_default();
            let plugins = f.required("chain", "chain: [{id: sloth.dev/core/debug/v1}]", |at| at.list(plugin));
            Some(Self { replaces, plugins: plugins? })
        })
    }

    /// Sloth's own steps, those of a service and those of one of its objectives.
    pub(super) fn steps(service: &Self, own: &Self) -> Vec<RuleStep> {
        let of_service = service.plugins.iter().filter(|_| !own.replaces);
        let mut plugins: Vec<&Plugin> = of_service.chain(&own.plugins).collect();
        plugins.sort_by_key(|plugin| plugin.priority);
        let (before, behind) = plugins.split_at(plugins.partition_point(|plugin| plugin.priority < 0));
        let usual = if service.replaces || own.replaces { &[][..] } else { &RuleStep::USUAL };
        let of = |plugins: &[&Plugin]| plugins.iter().filter_map(|plugin| plugin.step.clone()).collect();
        let (before, behind): (Vec<_>, Vec<_>) = (of(before), of(behind));
        before.into_iter().chain(usual.iter().cloned()).chain(behind).collect()
    }
}

fn plugin(at: &At) -> Option<Plugin> {
    at.fields(|f| {
        let config = f.find("config");
        let priority = f.optional("priority", priority).unwrap_or_default();
        let step = f.required("id", "id: sloth.dev/core/debug/v1", |id| step::read(id, config.as_ref()));
        Some(Plugin { priority, step: step? })
    })
}

fn priority(at: &At) -> Option<i64> {
    let text = at.text()?;
    text.trim().parse().ok().or_else(|| {
        let fault = at.fault(Code::PluginOption, format!("{} is not a whole number", quote(text)));
        at.say(fault.help("write a number: plugins below 0 come before Sloth's own, the lowest first"))
    })
}
