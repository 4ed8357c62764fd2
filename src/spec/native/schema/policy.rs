//! What a policy can say: `kind: Policy`.

use super::Kind::{Entries, List, Map, Moment, Name, Percentage, Text, Word};
use super::alerts::{GATE, LIMITS};
use super::{Key, Shape, optional, required};

const REACTIONS: super::Kind = Word(&["fail", "warn", "pass"]);

pub(super) static POLICY: Shape = Shape {
    name: "policy",
    meaning: "What deploys need of objectives: everywhere, and by service, label or environment.",
    fields: &[
        required("apiVersion", Word(&["nines/v1"]), "nines/v1", "The version of this form."),
        required("kind", Word(&["Policy"]), "Policy", "What the document is."),
        optional("name", Text, "production deploys", "What it is called in reports."),
        optional("gate", Map(&GATE), "{min_coverage: 90%}", "What holds for every objective."),
        optional(
            "levels",
            List(&Map(&LEVEL)),
            "[{name: critical, match: {labels: {tier: '1'}}, gate: {min_budget: 20%}}]",
            "What holds for some objectives. All that match are laid over `gate` and each other, in the order written: the last wins.",
        ),
        optional(
            "score",
            Map(&SCORE),
            "{pass: 90%, warn: 75%}",
            "Judges the weighted sum of the objectives: then one that fails is weighed, and stops a deploy alone only where it is `key`.",
        ),
        optional("on_no_data", REACTIONS, "warn", "What is done about objectives without enough data.")
            .or("fail"),
        optional("on_error", REACTIONS, "fail", "What is done about objectives that could not be measured.")
            .or("fail"),
        optional(
            "overrides",
            List(&Map(&OVERRIDE)),
            "[{reason: P0 fix INC-12, by: ada, expires: '2026-11-20T12:00:00Z'}]",
            "Who lets what pass, until when.",
        ),
    ],
    one_of: &[],
};

pub(super) static LEVEL: Shape = Shape {
    name: "level",
    meaning: "What holds for the objectives that it matches.",
    fields: &[
        required("name", Name, "critical", "What it is called."),
        required(
            "match",
            Map(&MATCH),
            "{labels: {tier: '1'}}",
            "Which objectives: those that meet all of it.",
        ),
        required("gate", Map(&GATE), "{min_budget: 20%}", "What they need."),
    ],
    one_of: &[],
};

pub(super) static MATCH: Shape = Shape {
    name: "match",
    meaning: "Which objectives. A `*` in a text stands for any characters.",
    fields: &[
        optional("environment", Text, "production", "The environment that `--environment` names."),
        optional(
            "labels",
            Entries(Key::Label, &Text),
            "{tier: '1'}",
            "Labels of the objective, its own or its service's.",
        ),
        optional("service", Text, "checkout", "Its service."),
        optional("slo", Text, "'*latency*'", "Its name."),
    ],
    one_of: &[],
};

pub(super) static SCORE: Shape = Shape {
    name: "score",
    meaning: "Limits of the total score: the weights of the objectives that pass, those that warn counted half, as a share of the \
              weights of all that were judged.",
    fields: &[
        required("pass", Percentage, "90%", "A score from here up passes."),
        optional("warn", Percentage, "75%", "A score from here up is a warning; what is below fails.")
            .or("that of `pass`"),
    ],
    one_of: &[],
};

pub(super) static OVERRIDE: Shape = Shape {
    name: "override",
    meaning: "Lets what fails pass with a warning, for a while. It changes no status and no number.",
    fields: &[
        required("reason", Text, "P0 fix INC-12", "Why."),
        required("by", Text, "ada", "Who answers for it."),
        optional("from", Moment, "2026-11-16T00:00:00Z", "From when on."),
        required("expires", Moment, "2026-11-20T12:00:00Z", "From when on no longer."),
        optional("service", Text, "checkout", "Only objectives of these services; `*` stands for any characters."),
        optional("slo", Text, "availability", "Only objectives of these names."),
        optional(
            "covers",
            List(&Word(&["breached", "no_data", "error"])),
            "[breached, no_data]",
            "What it lets pass: `breached` is a breach, or a limit that fails; `no_data` and `error` are what could not be judged.",
        )
        .or("`[breached]`"),
    ],
    one_of: &[],
};

/// All maps of a policy. The first is the document itself.
pub(super) static SHAPES: &[&Shape] = &[&POLICY, &LEVEL, &MATCH, &SCORE, &OVERRIDE, &GATE, &LIMITS];
