//! Indicators.

use super::Kind::{
    self, Duration, Events, Histogram, List, Map, Name, Positive, Query, Ratio, Threshold, Truth, Word,
};
use super::{Shape, optional, required};

const EMPTY: Kind = Word(&["ignore", "good", "bad"]);
const EMPTY_MEANING: &str = "What a slice without a measurement is; `ignore` lowers the coverage.";

pub(super) static SLI: Shape = Shape {
    name: "sli",
    meaning: "How goodness is measured: one of these kinds.",
    fields: &[
        optional(
            "events",
            Map(&EVENTS),
            "{bad: errors_total, total: requests_total}",
            "Good or bad events among all.",
        ),
        optional(
            "latency",
            Map(&LATENCY),
            "{histogram: http_request_duration_seconds, threshold: 500ms}",
            "Events faster than a threshold among all, from a histogram.",
        ),
        optional(
            "slices",
            Map(&SLICES),
            "{good_when: queue_length <= 1000}",
            "Slices of time in which a condition holds among all.",
        ),
        optional(
            "ratio",
            Map(&RATIO),
            "{good: 'avg(avg_over_time(score[$window]))'}",
            "The mean of a ratio over slices of time, for ratios that are no events.",
        ),
        optional(
            "composite",
            Map(&COMPOSITE),
            "{members: [{slo: availability}]}",
            "Other objectives of the service, taken together.",
        ),
    ],
    one_of: &["events", "latency", "slices", "ratio", "composite"],
};

pub(super) static EVENTS: Shape = Shape {
    name: "events",
    meaning: "Events are summed over the window and then divided. A counter is written as its selector alone, and counted with its \
              resets; anything else is an expression over `$window`, which becomes the time that is counted.",
    fields: &[
        optional("good", Events, "'requests_total{code!~\"5..\"}'", "The good events."),
        optional("bad", Events, "'requests_total{code=~\"5..\"}'", "The bad events."),
        required("total", Events, "sum(increase(requests_total[$window]))", "All events."),
    ],
    one_of: &["good", "bad"],
};

pub(super) static LATENCY: Shape = Shape {
    name: "latency",
    meaning: "Events faster than a threshold among all. The threshold of a classic histogram must be one of its bucket boundaries.",
    fields: &[
        required(
            "histogram",
            Histogram,
            "'http_request_duration_seconds{job=\"api\"}'",
            "The histogram, by its name without `_bucket`.",
        ),
        required("threshold", Threshold, "500ms", "The longest time that is still good."),
        optional(
            "unit",
            Word(&["seconds", "milliseconds"]),
            "milliseconds",
            "The unit in which the histogram measures.",
        )
        .or("seconds"),
        optional(
            "native",
            Truth,
            "true",
            "Whether it is a native histogram: then the share below any threshold is estimated.",
        )
        .or("false"),
    ],
    one_of: &[],
};

pub(super) static SLICES: Shape = Shape {
    name: "slices",
    meaning: "The clock is divided into slices, each judged at its end.",
    fields: &[
        required(
            "good_when",
            Query,
            "max by (topic) (consumer_lag) <= 1000",
            "A comparison; a slice is good when all of its elements are.",
        ),
        optional("slice", Duration, "5m", "The length of a slice; slices must fill the window.").or("1m"),
        optional("empty", EMPTY, "bad", EMPTY_MEANING).or("ignore"),
    ],
    one_of: &[],
};

pub(super) static RATIO: Shape = Shape {
    name: "ratio",
    meaning: "Each slice is as good as its ratio says, and all slices count alike. Where events can be counted, `events` is right \
              and this is not: a mean of ratios weighs a quiet night like a busy day.",
    fields: &[
        optional(
            "good",
            Ratio,
            "avg(avg_over_time(score[$window]))",
            "The share that is good, between 0 and 1.",
        ),
        optional(
            "bad",
            Ratio,
            "1 - avg(avg_over_time(up[$window]))",
            "The share that is bad, between 0 and 1.",
        ),
        optional(
            "slice",
            Duration,
            "5m",
            "The length of a slice, which is what `$window` becomes; slices must fill the window.",
        )
        .or("5m"),
        optional("empty", EMPTY, "bad", EMPTY_MEANING).or("ignore"),
    ],
    one_of: &["good", "bad"],
};

pub(super) static COMPOSITE: Shape = Shape {
    name: "composite",
    meaning: "Other objectives of the service, taken together: in each slice of the clock their shares of good make one. A member \
              without events in a slice is left out of it.",
    fields: &[
        optional(
            "combine",
            Word(&["weighted", "all", "any", "serial"]),
            "all",
            "`weighted`: their mean; `all`: the lowest; `any`: the highest; `serial`: their product.",
        )
        .or("weighted"),
        required(
            "members",
            List(&Map(&MEMBER)),
            "[{slo: availability, weight: 2}, {slo: latency}]",
            "The objectives, none twice and none a composite itself.",
        ),
        optional("slice", Duration, "1m", "The length of a slice; slices must fill the window.").or("5m"),
        optional("empty", EMPTY, "good", EMPTY_MEANING).or("ignore"),
    ],
    one_of: &[],
};

pub(super) static MEMBER: Shape = Shape {
    name: "member",
    meaning: "An objective in a composite.",
    fields: &[
        required("slo", Name, "availability", "Its name, in this service."),
        optional("weight", Positive, "2", "How much it counts, where members are `weighted`.").or("1"),
    ],
    one_of: &[],
};
