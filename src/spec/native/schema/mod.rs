//! What can be written in the native dialect, as a table: every map with its fields, their values, defaults and meanings.
//!
//! From the table come the JSON Schemas that editors use (`json`), one for each kind of document, and the reference page
//! of specifications (`reference`). A test holds that the readers of the dialect ask for exactly these fields. To add a field: its line in the table of its map, its
//! reader, a fixture that uses it.

mod alerts;
mod boards;
mod contracts;
mod exclusions;
mod json;
mod objectives;
mod policy;
mod receivers;
mod reference;
mod service;
mod slis;
#[cfg(test)]
mod tests;

pub use json::json;
pub use reference::reference;

/// A kind of document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Of {
    /// A service with its objectives.
    Specification,
    /// Who is told of alerts: `kind: Receivers`.
    Receivers,
    /// What is drawn of a service: `kind: Boards`.
    Boards,
    /// What deploys need of objectives: `kind: Policy`.
    Policy,
    /// Time that does not count: `kind: Exclusions`.
    Exclusions,
}

impl Of {
    /// All maps of such a document. The first is the document itself.
    fn shapes(self) -> &'static [&'static Shape] {
        match self {
            Self::Specification => SHAPES,
            Self::Receivers => receivers::SHAPES,
            Self::Boards => boards::SHAPES,
            Self::Policy => policy::SHAPES,
            Self::Exclusions => exclusions::SHAPES,
        }
    }

    fn title(self) -> &'static str {
        match self {
            Self::Specification => "Service level objectives",
            Self::Receivers => "Receivers of alerts",
            Self::Boards => "Boards of a service",
            Self::Policy => "What deploys need of objectives",
            Self::Exclusions => "Time that does not count",
        }
    }
}

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
    Number,
    Truth,
    Zone,
    Moment,
    TimeOfDay,
    Days,
    Recurrence,
    Address,
    /// The path of a file on another machine.
    File,
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

/// All maps of a specification, in the order of the page. The first is the document itself.
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
