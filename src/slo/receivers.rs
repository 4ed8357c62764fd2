use std::collections::BTreeMap;

use crate::base::{Duration, Zone};

/// Who is told of alerts, and how.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Receivers {
    /// The server that takes e-mail, where there is one.
    pub mail: Option<MailServer>,
    /// The words by which alerts say how urgent they are, beside `page`, `ticket` and `info`.
    pub severities: BTreeMap<String, Urgency>,
    /// The hours in which tickets are told; always, where none are said.
    pub hours: Option<Hours>,
    /// Who is told where a team says nothing of its own.
    pub default: Audience,
    /// Who is told, by the value of the label `team`.
    pub teams: BTreeMap<String, Audience>,
}

impl Receivers {
    /// The words of an urgency, its own first.
    pub fn words(&self, urgency: Urgency) -> Vec<&str> {
        let others = self.severities.iter().filter(|(_, other)| **other == urgency);
        [urgency.word()].into_iter().chain(others.map(|(word, _)| word.as_str())).collect()
    }

    /// How urgent an alert of this severity is, where that is known.
    pub fn urgency(&self, severity: &str) -> Option<Urgency> {
        let own = Urgency::ALL.into_iter().find(|urgency| urgency.word() == severity);
        own.or_else(|| self.severities.get(severity).copied())
    }
}

/// What is done about an alert.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Urgency {
    /// Somebody is woken.
    Page,
    /// Somebody looks at it in working hours.
    Ticket,
    /// Nobody has to do anything.
    Info,
}

impl Urgency {
    /// All of them, the most urgent first.
    pub const ALL: [Self; 3] = [Self::Page, Self::Ticket, Self::Info];

    /// As it is written.
    pub fn word(self) -> &'static str {
        match self {
            Self::Page => "page",
            Self::Ticket => "ticket",
            Self::Info => "info",
        }
    }
}

/// A server that takes e-mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailServer {
    /// `host:port`.
    pub smarthost: String,
    /// The address that mail comes from.
    pub from: String,
    /// The account, and the file on Alertmanager's machine that holds its password.
    pub account: Option<(String, String)>,
}

/// Hours of the week.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hours {
    /// Days with minutes of the day, Monday 0.
    pub hours: Vec<(u8, u16, u16)>,
    /// The zone of the hours.
    pub zone: Zone,
}

/// The people who answer for something. What is not said is left to the default.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Audience {
    /// Where alerts of each urgency go; nowhere, where the list is empty.
    pub channels: BTreeMap<Urgency, Vec<Channel>>,
    /// Who else is told of a page that goes on.
    pub escalation: Option<Escalation>,
}

/// Who else is told, and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Escalation {
    /// How much longer than the page itself the condition must hold.
    pub after: Duration,
    /// Where it goes then.
    pub to: Vec<Channel>,
}

/// A way to tell somebody. Secrets are files on Alertmanager's machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Channel {
    /// An e-mail to each of these addresses.
    Email(Vec<String>),
    /// A message to a channel of Slack.
    Slack {
        /// `#channel` or `@person`.
        channel: String,
        /// Holds the address that Slack gave for it.
        api_url_file: String,
    },
    /// A request to an address.
    Webhook {
        /// The address.
        url: String,
        /// Holds a bearer token, where the address wants one.
        token_file: Option<String>,
    },
    /// An incident of PagerDuty.
    PagerDuty {
        /// Holds the integration key of the service.
        routing_key_file: String,
    },
}
