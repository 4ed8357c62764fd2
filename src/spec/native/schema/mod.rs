//! What can be written in the native dialect, as a table: every map with its fields, their values, defaults and meanings.
//!
//! From the table come the JSON Schema that editors use (`json`) and the reference page (`reference`). A test holds
//! that the readers of the dialect ask for exactly these fields. To add a field: its line in the table of its map, its
//! reader, a fixture that uses it.

mod alerts;
mod contracts;
mod json;
mod objectives;
mod policy;
mod reference;
mod service;
mod slis;
#[cfg(test)]
mod tests;

pub use json::{json, policy_json};
pub use reference::reference;

/// A map with known fields.
struct Shape {
    /// What it is called in the schema and on the page.
    name: &'static str,
    /// What it is, in a sentence or two.
    meaning: &'static str,
    fields: &'static [Field],
    /// Fields of which exactly one must be there.
    one_of: &'static [&'static str],
}

/// A field of a map.
struct Field {
    name: &'static str,
    kind: Kind,
    required: bool,
    /// What stands for it where it is not written.
    default: Option<&'static str>,
    meaning: &'static str,
    /// A value, as one writes it.
    example: &'static str,
}

/// What a value can be.
enum Kind {
    Text,
    Name,
    LabelName,
    Percentage,
    Objective,
    Duration,
    Threshold,
    Count,
    Positive,
    Truth,
    Zone,
    Moment,
    TimeOfDay,
    Days,
    Recurrence,
    Address,
    /// The selector of a counter, or a query with `$window`.
    Events,
    /// A query with `$window`.
    Ratio,
    /// A query without `$window`.
    Query,
    /// The selector of a histogram.
    Histogram,
    /// One of a few words.
    Word(&'static [&'static str]),
    /// `false`.
    Switch,
    Map(&'static Shape),
    /// Free keys of one kind with values of one kind.
    Entries(Key, &'static Kind),
    List(&'static Kind),
    Either(&'static [Kind]),
}

/// What a free key can be.
#[derive(Clone, Copy)]
enum Key {
    Any,
    Variable,
    Label,
    Duration,
}

/// A field that must be there.
const fn required(name: &'static str, kind: Kind, example: &'static str, meaning: &'static str) -> Field {
    Field { name, kind, required: true, default: None, meaning, example }
}

/// A field that may be absent.
const fn optional(name: &'static str, kind: Kind, example: &'static str, meaning: &'static str) -> Field {
    Field { name, kind, required: false, default: None, meaning, example }
}

impl Field {
    /// What stands for it where it is not written.
    const fn or(self, default: &'static str) -> Self {
        Self { default: Some(default), ..self }
    }
}

/// All maps, in the order of the page. The first is the document itself.
static SHAPES: &[&Shape] = &[
    &service::SERVICE,
    &service::DEFAULTS,
    &objectives::OBJECTIVE,
    &objectives::PROMISE,
    &objectives::WINDOW,
    &slis::SLI,
    &slis::EVENTS,
    &slis::LATENCY,
    &slis::SLICES,
    &slis::RATIO,
    &slis::COMPOSITE,
    &slis::MEMBER,
    &objectives::BY,
    &objectives::METHOD,
    &objectives::TIMESLICES,
    &objectives::RATIO_TIMESLICES,
    &alerts::ALERTING,
    &alerts::TIER,
    &alerts::BURN_RULE,
    &alerts::GATE,
    &alerts::LIMITS,
    &contracts::EXCLUSION,
    &contracts::RECURRING,
    &contracts::BUSINESS_HOURS,
    &contracts::CONTRACT,
    &contracts::EFFECTIVE,
    &contracts::CLAUSE,
    &contracts::CREDIT,
    &alerts::ALERT,
];
