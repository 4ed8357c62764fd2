//! Exclusions in a file of their own: `kind: Exclusions`.

use super::Kind::{Either, List, Map, Name, Word};
use super::contracts::{
    AGAIN, ANNOUNCED, APPROVED_BY, BUSINESS_HOURS, CATEGORY, FROM, HOURS, ID, REASON, RECURRING, TIMEZONE,
    TO, WHILE,
};
use super::{Shape, optional, required};

/// All maps of such a document. The first is the document itself.
pub(super) static SHAPES: &[&Shape] = &[&EXCLUSIONS, &EXCLUSION, &RECURRING, &BUSINESS_HOURS];

static EXCLUSIONS: Shape = Shape {
    name: "exclusions",
    meaning: "Time that does not count, by agreement, for services that are named: kept apart from specifications, by whoever \
              agrees to it.",
    fields: &[
        required("apiVersion", Word(&["nines/v1"]), "nines/v1", "The version of this form."),
        required("kind", Word(&["Exclusions"]), "Exclusions", "What the document is."),
        required(
            "exclusions",
            List(&Map(&EXCLUSION)),
            "[{id: db-upgrade, services: [checkout], from: '2026-10-01T22:00Z', to: '2026-10-02T00:00Z'}]",
            "The exclusions.",
        ),
    ],
    one_of: &[],
};

static EXCLUSION: Shape = Shape {
    name: "exclusion",
    meaning: "Time that does not count: as in a specification, and whom it concerns.",
    fields: &[
        ID,
        required(
            "services",
            Either(&[Word(&["*"]), List(&Name)]),
            "[checkout]",
            "The services that it concerns, or `'*'` for all.",
        ),
        optional("slos", List(&Name), "[availability]", "The objectives of them that it concerns.")
            .or("all of them"),
        CATEGORY,
        REASON,
        APPROVED_BY,
        ANNOUNCED,
        FROM,
        TO,
        TIMEZONE,
        AGAIN,
        HOURS,
        WHILE,
    ],
    one_of: &["from", "recurring", "business_hours", "while"],
};
