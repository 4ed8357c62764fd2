//! Exclusions and contracts.

use super::Kind::{
    self, Days, Duration, Either, List, Map, Moment, Name, Objective, Percentage, Query, Recurrence, Text,
    TimeOfDay, Word, Zone,
};
use super::{Field, Shape, objectives, optional, required};

const PERIODS: &[Kind] =
    &[Word(&["hour", "day", "week", "month", "quarter", "year"]), Map(&objectives::WINDOW)];

pub(super) const ID: Field =
    required("id", Name, "db-upgrade", "The name by which it is known, unique in the service.");
pub(super) const CATEGORY: Field =
    optional("category", Name, "maintenance", "What kind it is; a contract names the kinds that it accepts.");
pub(super) const REASON: Field = optional("reason", Text, "Upgrade of the database", "Why.");
pub(super) const APPROVED_BY: Field =
    optional("approved_by", Text, "Head of operations", "Who agreed to it.");
pub(super) const ANNOUNCED: Field = optional(
    "announced",
    Moment,
    "2026-09-24T12:00Z",
    "When those were told whom it concerns; a contract may want notice, and what was added afterwards is marked.",
);
pub(super) const FROM: Field =
    optional("from", Moment, "2026-10-01T22:00", "When it begins, in `timezone` or with an offset.");
pub(super) const TO: Field = optional("to", Moment, "2026-10-02T00:00", "When it ends, with `from`.");
pub(super) const TIMEZONE: Field =
    optional("timezone", Zone, "Europe/Berlin", "The zone of `from` and `to`, where they have no offset.");
pub(super) const AGAIN: Field = optional(
    "recurring",
    Map(&RECURRING),
    "{rrule: FREQ=WEEKLY;BYDAY=SU;BYHOUR=2, duration: 2h}",
    "Again and again.",
);
pub(super) const HOURS: Field = optional(
    "business_hours",
    Map(&BUSINESS_HOURS),
    "{days: mon-fri, from: 08:00, to: 18:00}",
    "All time outside these hours.",
);
pub(super) const WHILE: Field = optional(
    "while",
    Query,
    "'maintenance_mode{job=\"checkout\"} == 1'",
    "While a condition holds: while the query gives anything.",
);

pub(super) static EXCLUSION: Shape = Shape {
    name: "exclusion",
    meaning: "Time that does not count, by agreement: once (`from` and `to`), again and again, outside business hours, or while a \
              condition holds. What happens in it leaves good and total alike; reports show both numbers.",
    fields: &[
        ID,
        CATEGORY,
        REASON,
        APPROVED_BY,
        ANNOUNCED,
        optional("slos", List(&Name), "[availability]", "The objectives that it concerns.")
            .or("all of the service"),
        FROM,
        TO,
        TIMEZONE,
        AGAIN,
        HOURS,
        WHILE,
    ],
    one_of: &["from", "recurring", "business_hours", "while"],
};

pub(super) static RECURRING: Shape = Shape {
    name: "recurring",
    meaning: "Times that come again and again on a local clock.",
    fields: &[
        required(
            "rrule",
            Recurrence,
            "FREQ=WEEKLY;BYDAY=SU;BYHOUR=2",
            "A recurrence rule of RFC 5545, without its name.",
        ),
        optional(
            "from",
            Moment,
            "2026-01-04T02:00",
            "The first of them; needed where the rule counts or leaves something open.",
        ),
        optional("timezone", Zone, "Europe/Berlin", "The zone of its times.").or("UTC"),
        required("duration", Duration, "2h", "How long each lasts."),
    ],
    one_of: &[],
};

pub(super) static BUSINESS_HOURS: Shape = Shape {
    name: "business_hours",
    meaning: "The hours in which time counts.",
    fields: &[
        required("days", Days, "mon-fri", "Days of the week, as a stretch or a list."),
        required("from", TimeOfDay, "08:00", "When they begin."),
        required("to", TimeOfDay, "18:00", "When they end, the same day; at the latest `24:00`."),
        optional("timezone", Zone, "Europe/Berlin", "The zone of the hours.").or("UTC"),
    ],
    one_of: &[],
};

pub(super) static CONTRACT: Shape = Shape {
    name: "contract",
    meaning: "What was promised to a customer, and what is paid back. Each covered objective is judged by the contract's own \
              counting, calendar and exclusions, all groups together.",
    fields: &[
        required("name", Name, "gold", "Its name, unique in the service."),
        optional("customer", Text, "Example Ltd", "With whom."),
        required("slos", List(&Name), "[availability]", "The objectives that it covers."),
        required("target", Objective, "99.5%", "The share of good that is promised."),
        required("period", Either(PERIODS), "month", "Over which time."),
        optional("timezone", Zone, "Europe/Berlin", "The zone of `period` and `effective`.").or("UTC"),
        optional(
            "method",
            Either(objectives::METHODS),
            "{timeslices: {slice: 1m, target: 95%, consecutive: 2}}",
            "What is counted, which says what is unavailable.",
        )
        .or("as each objective has it"),
        optional(
            "preset",
            Word(&["atlassian", "aws", "azure", "google-cloud"]),
            "google-cloud",
            "The counting of a provider's published contract, instead of `method`.",
        ),
        optional(
            "effective",
            Map(&EFFECTIVE),
            "{from: 2026-01-01, to: 2027-01-01}",
            "From when, and until when.",
        ),
        optional(
            "exclusions",
            Map(&CLAUSE),
            "{categories: [maintenance], cap: 20h}",
            "Which exclusions it accepts; none where this is not written.",
        ),
        optional(
            "credits",
            List(&Map(&CREDIT)),
            "[{below: 99.5%, credit: 10%}, {below: 99%, credit: 25%}]",
            "What is paid back below which share, the highest share first.",
        ),
        optional(
            "credit_cap",
            Percentage,
            "50%",
            "The most that is paid back in a period, as a share of its bill.",
        ),
    ],
    one_of: &[],
};

pub(super) static EFFECTIVE: Shape = Shape {
    name: "effective",
    meaning: "The time for which a contract holds.",
    fields: &[
        optional("from", Moment, "2026-01-01", "Its first moment."),
        optional("to", Moment, "2027-01-01", "The first moment after it."),
    ],
    one_of: &[],
};

pub(super) static CLAUSE: Shape = Shape {
    name: "clause",
    meaning: "Which exclusions a contract accepts.",
    fields: &[
        optional("categories", List(&Name), "[maintenance]", "Their categories.").or("all"),
        optional("notice", Duration, "3d", "How long before they begin they must have been announced."),
        optional("cap", Duration, "20h", "The most of a period that they may take."),
    ],
    one_of: &[],
};

pub(super) static CREDIT: Shape = Shape {
    name: "credit",
    meaning: "What is paid back below a share. Shares descend, credits ascend.",
    fields: &[
        required("below", Objective, "99.5%", "Below this share of good."),
        required("credit", Percentage, "10%", "This share of the bill."),
    ],
    one_of: &[],
};
