//! Boards of a service: `kind: Boards`.

use super::Kind::{self, Duration, Entries, LabelName, List, Map, Name, Number, Query, Ratio, Text, Word};
use super::{Key, Shape, optional, required};
use crate::spec::native::boards::UNITS;

/// All maps of such a document. The first is the document itself.
pub(super) static SHAPES: &[&Shape] = &[&BOARDS, &BOARD, &VARIABLE, &PANEL, &PANEL_QUERY, &LIMIT];

/// A query that may have `$window`.
const DRAWN: Kind = Kind::Either(&[Ratio, Query]);

static BOARDS: Shape = Shape {
    name: "boards",
    meaning: "Boards for a service, beside those of its objectives.",
    fields: &[
        required(
            "apiVersion",
            Word(&["nines/v1"]),
            "nines/v1",
            "Says that the document is written in this dialect.",
        ),
        required("kind", Word(&["Boards"]), "Boards", "Says what the document holds."),
        required("service", Name, "checkout", "The service's name."),
        optional(
            "vars",
            Entries(Key::Variable, &Text),
            "{job: 'job=\"checkout\"'}",
            "Texts that are named once and stand for `${name}` in every other text.",
        ),
        required(
            "boards",
            List(&Map(&BOARD)),
            "[{name: requests, title: Requests, panels: [{title: Up, description: What is up., unit: short, query: up}]}]",
            "The boards.",
        ),
    ],
    one_of: &[],
};

static BOARD: Shape = Shape {
    name: "board",
    meaning: "One board. Its file is named after the service and it.",
    fields: &[
        required("name", Name, "requests", "Its name, unique in the service."),
        required("title", Text, "'Checkout, requests'", "What stands above it."),
        optional("description", Text, "Requests and errors of the checkout", "What it is for."),
        optional(
            "variables",
            Entries(Key::Variable, &Map(&VARIABLE)),
            "{route: {values: route, of: http_requests_total}}",
            "What a reader chooses; a query names it by a dollar: `$route`.",
        ),
        required(
            "panels",
            List(&Map(&PANEL)),
            "[{title: Up, description: What is up., unit: short, query: up}]",
            "Its panels, in reading order.",
        ),
    ],
    one_of: &[],
};

static VARIABLE: Shape = Shape {
    name: "variable",
    meaning: "Something that a reader chooses: values of a label, or lengths of time.",
    fields: &[
        optional("label", Text, "Time range", "What stands beside the choice.").or("its name"),
        optional("values", LabelName, "route", "The label whose values are chosen from; it needs `of`."),
        optional("of", Query, "'http_requests_total{job=\"checkout\"}'", "The series that have the label."),
        optional("lengths", List(&Duration), "[1h, 6h, 1d]", "Lengths of time."),
    ],
    one_of: &["values", "lengths"],
};

static PANEL: Shape = Shape {
    name: "panel",
    meaning: "One picture.",
    fields: &[
        optional("row", Text, "Requests", "The row that begins with it."),
        required("title", Text, "Requests by code", "What stands above it."),
        required("description", Text, "Requests per second by status.", "What it shows and how to read it."),
        optional(
            "kind",
            Word(&["lines", "number", "table", "bars", "states", "heatmap"]),
            "number",
            "What kind of picture it is.",
        )
        .or("lines"),
        required("unit", Word(&UNITS), "reqps", "Its unit, by Grafana's word."),
        optional("query", DRAWN, "'sum(rate(http_requests_total[$window]))'", "What is drawn."),
        optional(
            "queries",
            List(&Map(&PANEL_QUERY)),
            "[{query: up, legend: '{{instance}}'}]",
            "What is drawn, where it is more than one thing.",
        ),
        optional("legend", Text, "'{{status}}'", "How the series of `query` are called."),
        optional("window", Text, "timerange", "The variable of lengths that stands for `$window`."),
        optional("limit", Map(&LIMIT), "{above: 0.05}", "From which value on it is red."),
    ],
    one_of: &["query", "queries"],
};

static PANEL_QUERY: Shape = Shape {
    name: "panel_query",
    meaning: "One of the things that a panel draws.",
    fields: &[
        required("query", DRAWN, "up", "What is drawn."),
        optional("legend", Text, "'{{instance}}'", "How its series are called."),
    ],
    one_of: &[],
};

static LIMIT: Shape = Shape {
    name: "limit",
    meaning: "From which value on a panel is red.",
    fields: &[
        optional("above", Number, "1000", "Red from here up."),
        optional("below", Number, "5", "Red from here down."),
    ],
    one_of: &["above", "below"],
};
