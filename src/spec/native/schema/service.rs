//! The document itself, and defaults.

use super::Kind::{Address, Count, Either, Entries, List, Map, Name, Percentage, Text, Word};
use super::{Key, Shape, alerts, contracts, objectives, optional, required};

pub(super) static SERVICE: Shape = Shape {
    name: "service",
    meaning: "A document describes one service. A file may hold several, with `---` between them.",
    fields: &[
        required(
            "apiVersion",
            Word(&["nines/v1"]),
            "nines/v1",
            "Says that the document is written in this dialect.",
        ),
        required("service", Name, "checkout", "The service's name."),
        optional("description", Text, "Takes orders and payments", "What the service does."),
        optional("owner", Text, "payments", "Who answers for it."),
        optional(
            "labels",
            Entries(Key::Label, &Text),
            "{team: payments, tier: \"1\"}",
            "Labels for selecting with `--selector` and for generated rules.",
        ),
        optional(
            "links",
            Entries(Key::Any, &Address),
            "{runbook: https://wiki.example.org/checkout}",
            "Where a reader of a report can look further.",
        ),
        optional(
            "vars",
            Entries(Key::Variable, &Text),
            "{job: 'job=\"checkout\"'}",
            "Texts that are named once and stand for `${name}` in every other text.",
        ),
        optional(
            "defaults",
            Map(&DEFAULTS),
            "{window: 30d, min_coverage: 95%}",
            "What the objectives have that do not say otherwise.",
        ),
        required(
            "slos",
            List(&Map(&objectives::OBJECTIVE)),
            "[{name: availability, objective: 99.9%, window: 30d, sli: {events: {bad: errors_total, total: requests_total}}}]",
            "The objectives.",
        ),
        optional(
            "exclusions",
            List(&Map(&contracts::EXCLUSION)),
            "[{id: db-upgrade, from: 2026-10-01T22:00Z, to: 2026-10-02T00:00Z}]",
            "Time that does not count, by agreement.",
        ),
        optional(
            "sla",
            List(&Map(&contracts::CONTRACT)),
            "[{name: gold, slos: [availability], target: 99.5%, period: month}]",
            "Contracts with customers about objectives.",
        ),
        optional(
            "alerts",
            List(&Map(&alerts::ALERT)),
            "[{name: ServiceDown, expr: 'up{job=\"checkout\"} == 0', severity: critical}]",
            "Plain alerts, with no objective behind them.",
        ),
    ],
    one_of: &[],
};

pub(super) static DEFAULTS: Shape = Shape {
    name: "defaults",
    meaning: "What the objectives have that do not say otherwise. `labels` are joined with an objective's own; of `alerting` and \
              `gate` an objective writes only what differs; `method` is for objectives that count events.",
    fields: &[
        optional("window", Either(objectives::WINDOWS), "30d", "The window."),
        optional("min_events", Count, "1000", "Fewer events are too few to judge."),
        optional("min_coverage", Percentage, "95%", "The share of the window in which data must exist."),
        optional("by", Either(objectives::DIVIDED), "[route]", "Labels that divide the budget."),
        optional("method", Either(objectives::METHODS), "occurrences", "What the budget counts."),
        optional(
            "alerting",
            Map(&alerts::ALERTING),
            "{for: 2m}",
            "How people are told that the budget burns.",
        ),
        optional("gate", Map(&alerts::GATE), "{min_budget: 10%}", "What a deploy needs."),
        optional("labels", Entries(Key::Label, &Text), "{tier: \"1\"}", "Labels of the objectives."),
    ],
    one_of: &[],
};
