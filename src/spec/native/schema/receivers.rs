//! Who is told of alerts: `kind: Receivers`.

use super::Kind::{Duration, Entries, File, List, Map, Text, Word};
use super::{Key, Shape, contracts, optional, required};

/// All maps of such a document. The first is the document itself.
pub(super) static SHAPES: &[&Shape] = &[
    &RECEIVERS,
    &MAIL,
    &SEVERITIES,
    &contracts::BUSINESS_HOURS,
    &DEFAULT,
    &AUDIENCE,
    &ESCALATION,
    &CHANNEL,
    &EMAIL,
    &SLACK,
    &WEBHOOK,
    &PAGERDUTY,
];

static RECEIVERS: Shape = Shape {
    name: "receivers",
    meaning: "Who is told of alerts, and how. Secrets are files on Alertmanager's machine.",
    fields: &[
        required(
            "apiVersion",
            Word(&["nines/v1"]),
            "nines/v1",
            "Says that the document is written in this dialect.",
        ),
        required("kind", Word(&["Receivers"]), "Receivers", "Says what the document holds."),
        optional(
            "mail",
            Map(&MAIL),
            "{smarthost: 'smtp.example.com:587', from: alerts@example.com}",
            "The server that takes e-mail; needed where a channel is an e-mail.",
        ),
        optional(
            "severities",
            Map(&SEVERITIES),
            "{page: [critical], ticket: [warning]}",
            "The words by which alerts say how urgent they are, beside `page`, `ticket` and `info`.",
        ),
        optional(
            "hours",
            Map(&contracts::BUSINESS_HOURS),
            "{days: mon-fri, from: 08:00, to: 18:00}",
            "The hours in which tickets are told; always, without them.",
        ),
        required(
            "default",
            Map(&DEFAULT),
            "{page: [], ticket: []}",
            "Who is told where a team says nothing of its own.",
        ),
        optional(
            "teams",
            Entries(Key::Any, &Map(&AUDIENCE)),
            "{payments: {ticket: [{email: {to: [payments@example.com]}}]}}",
            "Who is told, by the value of the label `team`.",
        ),
    ],
    one_of: &[],
};

static MAIL: Shape = Shape {
    name: "mail",
    meaning: "The server that takes e-mail.",
    fields: &[
        required("smarthost", Text, "'smtp.example.com:587'", "The server and its port."),
        required("from", Text, "alerts@example.com", "The address that mail comes from."),
        optional("username", Text, "alerts", "The account; it needs `password_file`."),
        optional(
            "password_file",
            File,
            "/etc/alertmanager/secrets/smtp",
            "The file that holds its password.",
        ),
    ],
    one_of: &[],
};

static SEVERITIES: Shape = Shape {
    name: "severities",
    meaning: "Words of severities by what they mean. No word stands in two.",
    fields: &[
        optional("page", List(&Text), "[critical, high]", "Words by which somebody is woken."),
        optional("ticket", List(&Text), "[warning]", "Words by which somebody looks in working hours."),
        optional("info", List(&Text), "[low]", "Words by which nobody has to do anything."),
    ],
    one_of: &[],
};

const CHANNELS: super::Kind = List(&Map(&CHANNEL));
const PAGE: &str = "[{pagerduty: {routing_key_file: /etc/alertmanager/secrets/pagerduty}}]";
const TICKET: &str = "[{slack: {channel: '#alerts', api_url_file: /etc/alertmanager/secrets/slack}}]";
const ESCALATES: &str = "{after: 1h, to: [{email: {to: [head-of-payments@example.com]}}]}";

static DEFAULT: Shape = Shape {
    name: "default",
    meaning: "Where alerts go of which nobody else says more. `[]` tells nobody.",
    fields: &[
        required("page", CHANNELS, PAGE, "Where pages go."),
        required("ticket", CHANNELS, TICKET, "Where tickets go."),
        optional("info", CHANNELS, "[]", "Where goes what nobody has to do anything about."),
        optional("escalation", Map(&ESCALATION), ESCALATES, "Who else is told of a page that goes on."),
    ],
    one_of: &[],
};

static AUDIENCE: Shape = Shape {
    name: "audience",
    meaning: "Where the alerts of a team go. What is not said is left to `default`; `[]` tells nobody.",
    fields: &[
        optional("page", CHANNELS, PAGE, "Where pages go."),
        optional("ticket", CHANNELS, TICKET, "Where tickets go."),
        optional("info", CHANNELS, "[]", "Where goes what nobody has to do anything about."),
        optional("escalation", Map(&ESCALATION), ESCALATES, "Who else is told of a page that goes on."),
    ],
    one_of: &[],
};

static ESCALATION: Shape = Shape {
    name: "escalation",
    meaning: "Who else is told of a page that goes on, and when.",
    fields: &[
        required("after", Duration, "1h", "How much longer than the page itself the condition must hold."),
        required("to", CHANNELS, "[{email: {to: [head-of-payments@example.com]}}]", "Where it goes then."),
    ],
    one_of: &[],
};

static CHANNEL: Shape = Shape {
    name: "channel",
    meaning: "A way to tell somebody.",
    fields: &[
        optional("email", Map(&EMAIL), "{to: [payments@example.com]}", "An e-mail."),
        optional(
            "slack",
            Map(&SLACK),
            "{channel: '#alerts', api_url_file: /etc/alertmanager/secrets/slack}",
            "A message to a channel of Slack.",
        ),
        optional(
            "webhook",
            Map(&WEBHOOK),
            "{url: https://hooks.example.com/payments}",
            "A request to an address.",
        ),
        optional(
            "pagerduty",
            Map(&PAGERDUTY),
            "{routing_key_file: /etc/alertmanager/secrets/pagerduty}",
            "An incident of PagerDuty.",
        ),
    ],
    one_of: &["email", "slack", "webhook", "pagerduty"],
};

static EMAIL: Shape = Shape {
    name: "email",
    meaning: "An e-mail to each of some addresses.",
    fields: &[required("to", List(&Text), "[payments@example.com]", "The addresses.")],
    one_of: &[],
};

static SLACK: Shape = Shape {
    name: "slack",
    meaning: "A message to a channel of Slack.",
    fields: &[
        required("channel", Text, "'#alerts'", "The channel, or a person."),
        required(
            "api_url_file",
            File,
            "/etc/alertmanager/secrets/slack",
            "The file that holds the address that Slack gave for it.",
        ),
    ],
    one_of: &[],
};

static WEBHOOK: Shape = Shape {
    name: "webhook",
    meaning: "A request to an address.",
    fields: &[
        required(
            "url",
            super::Kind::Address,
            "https://hooks.example.com/payments",
            "The address, without a secret in it.",
        ),
        optional(
            "token_file",
            File,
            "/etc/alertmanager/secrets/webhook",
            "The file that holds a bearer token, where the address wants one.",
        ),
    ],
    one_of: &[],
};

static PAGERDUTY: Shape = Shape {
    name: "pagerduty",
    meaning: "An incident of PagerDuty.",
    fields: &[required(
        "routing_key_file",
        File,
        "/etc/alertmanager/secrets/pagerduty",
        "The file that holds the integration key of the service.",
    )],
    one_of: &[],
};
