//! Objectives, their windows, and what their budgets count.

use super::Kind::Zone;
use super::Kind::{
    self, Count, Duration, Either, Entries, LabelName, List, Map, Name, Objective, Percentage, Text, Word,
};
use super::{Key, Shape, alerts, optional, required, slis};

/// Ways to write a window.
pub(super) const WINDOWS: &[Kind] = &[Duration, Map(&WINDOW)];
/// Ways to divide a budget.
pub(super) const DIVIDED: &[Kind] = &[List(&LabelName), Map(&BY)];
/// Ways to count.
pub(super) const METHODS: &[Kind] = &[Word(&["occurrences"]), Map(&METHOD)];

const EMPTY: Kind = Word(&["ignore", "good", "bad"]);
const MIN_EVENTS_MEANING: &str = "With fewer events than this a slice is as one without any.";
const EMPTY_MEANING: &str = "What a slice without events is; `ignore` lowers the coverage.";

pub(super) static OBJECTIVE: Shape = Shape {
    name: "objective",
    meaning: "An indicator and what is promised of it: `objective` over `window`, or several `objectives`.",
    fields: &[
        required("name", Name, "availability", "Its name, unique in the service."),
        optional(
            "description",
            Text,
            "Requests are answered without a server error",
            "The promise in words.",
        ),
        optional(
            "labels",
            Entries(Key::Label, &Text),
            "{tier: \"1\"}",
            "Labels of its own, beside those of the service.",
        ),
        optional("objective", Objective, "99.9%", "The share that must be good; `99.9` is the same."),
        optional(
            "objectives",
            List(&Map(&PROMISE)),
            "[{objective: 99.9%, window: 30d}, {objective: 99.5%, window: {calendar: quarter}}]",
            "Several promises of the one indicator; each becomes an objective `NAME-30d`, `NAME-quarter` or by its own name.",
        ),
        optional(
            "window",
            Either(WINDOWS),
            "30d",
            "Over which time. It must be here, in `defaults`, or in every one of `objectives`.",
        ),
        required(
            "sli",
            Map(&slis::SLI),
            "{events: {bad: errors_total, total: requests_total}}",
            "How goodness is measured.",
        ),
        optional(
            "by",
            Either(DIVIDED),
            "[route]",
            "One budget for each value of these labels, and the number for all beside them.",
        ),
        optional(
            "method",
            Either(METHODS),
            "{timeslices: {slice: 1m, target: 95%}}",
            "What the budget counts.",
        )
        .or("occurrences"),
        optional("min_events", Count, "1000", "Fewer events in the window are too few to judge: no data."),
        optional(
            "min_coverage",
            Percentage,
            "95%",
            "The share of the window in which data must exist; below it: no data.",
        )
        .or("90%"),
        optional(
            "alerting",
            Map(&alerts::ALERTING),
            "{ticket: false}",
            "How people are told that the budget burns.",
        ),
        optional("gate", Map(&alerts::GATE), "{min_budget: 10%, key: true}", "What a deploy needs."),
    ],
    one_of: &["objective", "objectives"],
};

pub(super) static PROMISE: Shape = Shape {
    name: "promise",
    meaning: "One of several promises of an indicator. What it does not say, its objective says for all of them.",
    fields: &[
        optional("name", Name, "quarterly", "What its name adds to the objective's.")
            .or("its window: `30d`, `quarter`"),
        optional("description", Text, "The promise for the board", "The promise in words."),
        required("objective", Objective, "99.5%", "The share that must be good."),
        optional("window", Either(WINDOWS), "{calendar: quarter}", "Over which time."),
        optional(
            "alerting",
            Map(&alerts::ALERTING),
            "{page: false, ticket: false}",
            "How people are told that its budget burns.",
        ),
        optional("gate", Map(&alerts::GATE), "{min_budget: 10%}", "What a deploy needs."),
    ],
    one_of: &[],
};

pub(super) static WINDOW: Shape = Shape {
    name: "window",
    meaning: "A rolling window ends when it is looked at; a calendar window begins at local midnight and gets its length from its zone.",
    fields: &[
        optional("rolling", Duration, "30d", "From `1m` to `1095d`; `window: 30d` is the same."),
        optional(
            "calendar",
            Word(&["hour", "day", "week", "month", "quarter", "year"]),
            "month",
            "A unit of the calendar. Weeks begin on Monday.",
        ),
        optional("timezone", Zone, "Europe/Berlin", "Whose midnights count, of a calendar window.").or("UTC"),
        optional("starts", Word(&["monday", "sunday"]), "sunday", "The first day of a week.").or("monday"),
        optional(
            "fiscal_start",
            Word(&crate::base::MONTHS),
            "april",
            "The first month of quarters and years.",
        )
        .or("january"),
    ],
    one_of: &["rolling", "calendar"],
};

pub(super) static BY: Shape = Shape {
    name: "by",
    meaning: "Labels that divide the budget, and how many budgets there may be. More than that is an error, never a silent cut.",
    fields: &[
        required("labels", List(&LabelName), "[route]", "The labels."),
        optional("limit", Count, "50", "The most budgets.").or("100"),
    ],
    one_of: &[],
};

pub(super) static METHOD: Shape = Shape {
    name: "method",
    meaning: "What the budget counts: slices of the clock instead of events, as some contracts have it. The slices must fill the \
              window; of an indicator that judges slices itself they must be whole multiples of those.",
    fields: &[
        optional("timeslices", Map(&TIMESLICES), "{slice: 1m, target: 95%}", "Good slices among all."),
        optional(
            "ratio_timeslices",
            Map(&RATIO_TIMESLICES),
            "{slice: 5m}",
            "The mean of the slices' shares of good events.",
        ),
    ],
    one_of: &["timeslices", "ratio_timeslices"],
};

pub(super) static TIMESLICES: Shape = Shape {
    name: "timeslices",
    meaning: "A slice is good when enough of its events are.",
    fields: &[
        required("slice", Duration, "1m", "The length of a slice."),
        required("target", Objective, "95%", "The share of a slice's events that must be good."),
        optional("empty", EMPTY, "good", EMPTY_MEANING).or("ignore"),
        optional("min_events", Count, "100", MIN_EVENTS_MEANING),
        optional(
            "consecutive",
            Count,
            "2",
            "So many bad slices must follow each other to be bad; a shorter run of them is good.",
        )
        .or("1"),
    ],
    one_of: &[],
};

pub(super) static RATIO_TIMESLICES: Shape = Shape {
    name: "ratio_timeslices",
    meaning: "A slice is as bad as its share of bad events; all slices count alike, whatever their traffic.",
    fields: &[
        required("slice", Duration, "5m", "The length of a slice."),
        optional("empty", EMPTY, "good", EMPTY_MEANING).or("ignore"),
        optional("min_events", Count, "100", MIN_EVENTS_MEANING),
    ],
    one_of: &[],
};
