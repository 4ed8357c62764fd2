//! How people are told, and what a deploy needs.

use super::Kind::{
    self, Count, Duration, Either, Entries, List, Map, Percentage, Positive, Query, Switch, Text, Truth, Word,
};
use super::{Key, Shape, optional, required};

const LABELS: Kind = Entries(Key::Label, &Text);
const TIERS: &[Kind] = &[Switch, Map(&TIER)];
const BURN: Kind = Entries(Key::Duration, &Positive);

pub(super) static ALERTING: Shape = Shape {
    name: "alerting",
    meaning: "How people are told that a budget burns. Without a word, the four alerts of the Site Reliability Workbook. In an objective \
              it is laid over that of `defaults`.",
    fields: &[
        optional("name", Text, "CheckoutBurnsBudget", "The name of the alerts.").or("ErrorBudgetBurn"),
        optional("labels", LABELS, "{team: payments}", "Labels of all of its alerts."),
        optional(
            "annotations",
            LABELS,
            "{dashboard: https://grafana.example.org/d/checkout}",
            "Annotations of all of its alerts.",
        ),
        optional(
            "page",
            Either(TIERS),
            "{labels: {channel: pager}}",
            "Alerts that wake somebody; `false` for none.",
        ),
        optional("ticket", Either(TIERS), "false", "Alerts for working hours; `false` for none."),
        optional(
            "windows",
            List(&Map(&BURN_RULE)),
            "[{severity: page, long: 1h, short: 5m, budget: 2%}]",
            "Over which windows, and how fast is too fast, the most urgent first.",
        ),
        optional("for", Duration, "2m", "How long it must burn before anyone is told."),
        optional("keep_firing_for", Duration, "10m", "How long an alert stays after the burning has ended."),
        optional("min_events", Count, "100", "Fewer events in the long window make no alert."),
        optional("absent", Truth, "false", "Whether somebody is told when nothing is measured any more.")
            .or("true"),
    ],
    one_of: &[],
};

pub(super) static TIER: Shape = Shape {
    name: "tier",
    meaning: "The alerts of one severity.",
    fields: &[
        optional("labels", LABELS, "{channel: pager}", "Labels for routing."),
        optional(
            "annotations",
            LABELS,
            "{runbook: https://wiki.example.org/burn}",
            "What the person who is told reads.",
        ),
    ],
    one_of: &[],
};

pub(super) static BURN_RULE: Shape = Shape {
    name: "burn_rule",
    meaning: "An alert fires while the budget burns faster than this over both windows. The short one lets it end soon after the burning ends.",
    fields: &[
        required("severity", Word(&["page", "ticket"]), "page", "How urgent."),
        required("long", Duration, "1h", "The long window."),
        required("short", Duration, "5m", "The short window."),
        optional(
            "budget",
            Percentage,
            "2%",
            "The share of the budget that burning at this pace spends within the long window.",
        ),
        optional("factor", Positive, "14.4", "So many times an even pace."),
    ],
    one_of: &["budget", "factor"],
};

pub(super) static GATE: Shape = Shape {
    name: "gate",
    meaning: "What a deploy needs of an objective, beside that it is kept: what `nines gate` and `nines report` judge. In an objective \
              it is laid over that of `defaults`, and both over a policy: what is said of a limit replaces all that was said of it. See \
              `docs/policy.md`.",
    fields: &[
        optional("min_budget", Percentage, "10%", "The share of the budget that must be left."),
        optional(
            "max_burn",
            BURN,
            "{1h: 14.4}",
            "The burn rate that must not be exceeded, by how far back it is looked for.",
        ),
        optional("min_events", Count, "100", "Fewer events are too few to decide."),
        optional("min_coverage", Percentage, "80%", "Less coverage is too little to decide."),
        optional(
            "max_drop",
            Percentage,
            "0.05%",
            "By how many percentage points the share of good may be lower than before the deploy.",
        ),
        optional(
            "max_burn_ratio",
            Positive,
            "2",
            "How many times faster the budget may burn than before the deploy; burning no faster than an even pace is never too fast.",
        ),
        optional(
            "min_compared",
            Count,
            "500",
            "Fewer events before the deploy, or after it, are too few to compare.",
        ),
        optional("warn", Map(&LIMITS), "{min_budget: 25%}", "What is worth a warning."),
        optional(
            "key",
            Truth,
            "true",
            "Whether a deploy stops with this objective, whatever the total score.",
        )
        .or("false"),
        optional("weight", Count, "2", "How much it counts in the total score.").or("1"),
        optional(
            "freeze",
            Text,
            "Only security fixes until the budget is back",
            "What a person is told when it stops a deploy.",
        ),
    ],
    one_of: &[],
};

pub(super) static LIMITS: Shape = Shape {
    name: "limits",
    meaning: "Limits that are worth a warning.",
    fields: &[
        optional("min_budget", Percentage, "25%", "The share of the budget that should be left."),
        optional(
            "max_burn",
            BURN,
            "{6h: 6}",
            "The burn rate that should not be exceeded, by how far back it is looked for.",
        ),
        optional("min_events", Count, "1000", "Fewer events are few."),
        optional("min_coverage", Percentage, "95%", "Less coverage is little."),
        optional("max_drop", Percentage, "0.01%", "The same as in a gate, for a warning."),
        optional("max_burn_ratio", Positive, "1.5", "The same as in a gate, for a warning."),
        optional("min_compared", Count, "1000", "Fewer events before or after are few to compare."),
    ],
    one_of: &[],
};

pub(super) static ALERT: Shape = Shape {
    name: "alert",
    meaning: "A plain alert: a condition with no objective behind it, written to rules as it is said.",
    fields: &[
        required("name", Text, "ServiceDown", "Its name, unique in the service."),
        required(
            "expr",
            Query,
            "'up{job=\"checkout\"} == 0'",
            "The condition: fires for every element that it gives.",
        ),
        optional("for", Duration, "1m", "How long the condition must hold."),
        optional("keep_firing_for", Duration, "5m", "How long it stays after the condition has ended."),
        optional("severity", Text, "critical", "How urgent it is; becomes the label `severity`."),
        optional("labels", LABELS, "{team: payments}", "Other labels."),
        optional(
            "annotations",
            LABELS,
            "{summary: 'checkout is down'}",
            "What the person who is told reads.",
        ),
    ],
    one_of: &[],
};
