//! How people are told.

use super::super::yaml::{Map, Yaml, block, flow, items, query, word};
use super::{text, texts};
use crate::base::Duration;
use crate::slo::{AlertRule, Alerting, BURN_POLICY, BurnRule, Pace, TierAlert};

/// How people are told that a budget burns, where that is not as usual.
pub(super) fn alerting(alerting: &Alerting) -> Option<Yaml> {
    let Alerting { name, labels, annotations, page, ticket, windows, .. } = alerting;
    let Alerting { r#for, keep_firing_for, min_events, absent, .. } = alerting;
    let map = block()
        .optional("name", name.as_deref().map(text))
        .unless_empty("labels", texts(labels))
        .unless_empty("annotations", texts(annotations))
        .optional("page", tier(page))
        .optional("ticket", tier(ticket))
        .optional("windows", (windows[..] != BURN_POLICY).then(|| items(windows.iter().map(window))));
    let map = held(map, *r#for, *keep_firing_for)
        .optional("min_events", min_events.map(word))
        .optional("absent", (!absent).then(|| word(false)));
    (!map.is_empty()).then(|| map.into())
}

fn tier(tier: &TierAlert) -> Option<Yaml> {
    let TierAlert { disabled, labels, annotations } = tier;
    if *disabled {
        return Some(word(false));
    }
    let map = block().unless_empty("labels", texts(labels)).unless_empty("annotations", texts(annotations));
    (!map.is_empty()).then(|| map.into())
}

fn window(rule: &BurnRule) -> Map {
    let BurnRule { severity, long, short, pace } = rule;
    let map =
        flow().field("severity", word(severity.word())).field("long", word(long)).field("short", word(short));
    match pace {
        Pace::Spends(share) => map.field("budget", word(share)),
        Pace::Factor(factor) => map.field("factor", word(factor)),
    }
}

fn held(map: Map, r#for: Option<Duration>, keep_firing_for: Option<Duration>) -> Map {
    map.optional("for", r#for.map(word)).optional("keep_firing_for", keep_firing_for.map(word))
}

/// Plain alerts, where there are any.
pub(super) fn rules(rules: &[AlertRule]) -> Option<Yaml> {
    (!rules.is_empty()).then(|| items(rules.iter().map(rule)))
}

fn rule(rule: &AlertRule) -> Map {
    let AlertRule { name, expr, r#for, keep_firing_for, severity, labels, annotations } = rule;
    held(block().field("name", text(name)).field("expr", query(expr)), *r#for, *keep_firing_for)
        .optional("severity", severity.as_deref().map(text))
        .unless_empty("labels", texts(labels))
        .unless_empty("annotations", texts(annotations))
}
