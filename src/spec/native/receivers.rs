//! Who is told of alerts: `kind: Receivers`.

use std::collections::BTreeMap;

use super::exclusion;
use crate::diag::{Code, quote};
use crate::slo::{Audience, Channel, Escalation, MailServer, Receivers, Urgency};
use crate::spec::decode::At;
use crate::spec::values;

/// What `kind` says of such a document.
pub(super) const KIND: &str = "Receivers";

const CHANNELS: [&str; 4] = ["email", "slack", "webhook", "pagerduty"];
const HELP: &str = "write `slack: {channel: \"#alerts\", api_url_file: /etc/alertmanager/secrets/slack}`, `pagerduty: {routing_key_file: …}`, `email: {to: [team@example.com]}` or `webhook: {url: …}`";

pub(super) fn receivers(at: &At) -> Option<Receivers> {
    at.fields(|f| {
        f.required("apiVersion", "apiVersion: nines/v1", values::text);
        f.required("kind", "kind: Receivers", values::text);
        let mail = f.optional("mail", mail);
        let severities = f.optional("severities", severities).unwrap_or_default();
        let hours = f.optional("hours", exclusion::hours);
        let mut needs_mail = Vec::new();
        let default = f.required("default", "default:", |at| {
            audience(at, &mut needs_mail).map(|found| (at.clone(), found))
        });
        let teams = f.optional("teams", |at| {
            at.entries(|entry, at| {
                if entry.key == "default" || entry.key.trim().is_empty() {
                    let message = format!("a team cannot be called {}", quote(&entry.key));
                    let fault = at.fault_at(Code::Name, entry.key_span, message);
                    at.say::<()>(fault.help("write the value of the label `team` that its alerts have"));
                }
                Some((entry.key.clone(), audience(at, &mut needs_mail)?))
            })
        });
        let teams: BTreeMap<_, _> = teams.unwrap_or_default().into_iter().collect();
        if mail.is_none() && f.find("mail").is_none() {
            for at in needs_mail {
                let fault = at.fault(Code::MissingField, "`mail` is missing, by which e-mail is sent");
                at.say::<()>(fault.help(
                    "write `mail: {smarthost: 'smtp.example.com:587', from: alerts@example.com}` at the top",
                ));
            }
        }
        let (at, default) = default?;
        for urgency in [Urgency::Page, Urgency::Ticket] {
            // What goes nowhere must be said to go nowhere.
            if !default.channels.contains_key(&urgency) {
                let word = urgency.word();
                let fault = at.fault_at(Code::MissingField, at.handle(), format!("`{word}` is missing"));
                at.say::<()>(
                    fault.help(format!("write `{word}:` with a list of channels; `[]` tells nobody")),
                );
            }
        }
        Some(Receivers { mail, severities, hours, default, teams })
    })
}

fn mail(at: &At) -> Option<MailServer> {
    at.fields(|f| {
        let smarthost = f.required("smarthost", "smarthost: smtp.example.com:587", values::line);
        let from = f.required("from", "from: alerts@example.com", values::line);
        let user = f.optional("username", values::line);
        let password_place = f.find("password_file");
        let password = f.optional("password_file", file);
        let account = match (user, password) {
            (Some(user), Some(password)) => Some((user, password)),
            (None, Some(_)) => {
                let at = password_place?;
                let fault = at.fault(Code::Misplaced, "a password needs a `username`");
                return at.say(fault.help("write `username:`, or remove the password"));
            }
            (Some(_), None) if password_place.is_none() => {
                let fault = at.fault_at(Code::MissingField, at.handle(), "`password_file` is missing");
                return at.say(fault.help("name the file that holds the password of `username`"));
            }
            _ => None,
        };
        Some(MailServer { smarthost: smarthost?, from: from?, account })
    })
}

/// The words of each urgency, no word in two.
fn severities(at: &At) -> Option<BTreeMap<String, Urgency>> {
    let mut words: BTreeMap<String, Urgency> = BTreeMap::new();
    at.fields(|f| {
        for urgency in Urgency::ALL {
            let read = |at: &At| {
                let word = values::line(at)?;
                let own = Urgency::ALL.iter().any(|other| other.word() == word);
                if own || words.contains_key(&word) {
                    let message = match words.get(&word) {
                        Some(other) => format!("{} already means {}", quote(&word), other.word()),
                        None => format!("{} means itself", quote(&word)),
                    };
                    return at.say(at.fault(Code::DuplicateEntry, message).help("remove it here"));
                }
                words.insert(word, urgency);
                Some(())
            };
            f.optional(urgency.word(), |at| at.list(read));
        }
        Some(())
    })?;
    Some(words)
}

fn audience<'a>(at: &At<'a>, needs_mail: &mut Vec<At<'a>>) -> Option<Audience> {
    at.fields(|f| {
        let mut channels = BTreeMap::new();
        for urgency in Urgency::ALL {
            let found = f.optional(urgency.word(), |at| at.list(|at| channel(at, needs_mail)));
            channels.extend(found.map(|found| (urgency, found)));
        }
        let escalation = f.optional("escalation", |at| {
            at.fields(|f| {
                let after = f.required("after", "after: 1h", values::duration);
                let to_place = f.find("to");
                let to = f.required("to", "to:", |at| at.list(|at| channel(at, needs_mail)))?;
                if let Some(at) = to_place.filter(|at| at.node.is_empty_list()) {
                    return at.say(at.fault(Code::Empty, "an escalation tells nobody").help(HELP));
                }
                Some(Escalation { after: after?, to })
            })
        });
        Some(Audience { channels, escalation })
    })
}

fn channel<'a>(at: &At<'a>, needs_mail: &mut Vec<At<'a>>) -> Option<Channel> {
    at.fields(|f| {
        let (kind, at) = f.one_of(&CHANNELS, HELP)?;
        match kind {
            "email" => {
                needs_mail.push(at.clone());
                at.fields(|f| {
                    let to = f.required("to", "to: [team@example.com]", |at| at.all(mailbox))?;
                    if to.is_empty() {
                        return at.say(
                            at.fault(Code::Empty, "the mail goes to nobody")
                                .help("write `to: [team@example.com]`"),
                        );
                    }
                    Some(Channel::Email(to))
                })
            }
            "slack" => at.fields(|f| {
                let channel = f.required("channel", "channel: \"#alerts\"", values::line);
                let api_url_file =
                    f.required("api_url_file", "api_url_file: /etc/alertmanager/secrets/slack", file);
                Some(Channel::Slack { channel: channel?, api_url_file: api_url_file? })
            }),
            "webhook" => at.fields(|f| {
                let url = f.required("url", "url: https://example.com/alerts", open_address);
                let token_file = f.optional("token_file", file);
                Some(Channel::Webhook { url: url?, token_file })
            }),
            _ => at.fields(|f| {
                let help = "routing_key_file: /etc/alertmanager/secrets/pagerduty";
                Some(Channel::PagerDuty { routing_key_file: f.required("routing_key_file", help, file)? })
            }),
        }
    })
}

fn mailbox(at: &At) -> Option<String> {
    let text = values::line(at)?;
    let known = text.split_once('@').is_some_and(|(name, host)| !name.is_empty() && !host.is_empty());
    if known && !text.contains([',', ' ']) {
        return Some(text);
    }
    let fault = at.fault(Code::Address, format!("{} is not the address of a mailbox", quote(&text)));
    at.say(fault.help("write one address, such as `team@example.com`"))
}

/// A file on the machine of Alertmanager. A secret itself cannot stand here.
fn file(at: &At) -> Option<String> {
    let text = values::line(at)?;
    if text.contains("://") || !text.contains('/') {
        let fault = at
            .fault(Code::Name, "this is not the path of a file; what stands here would be read by everyone");
        return at.say(fault.help("write the secret into a file on Alertmanager's machine and name it: `/etc/alertmanager/secrets/slack`"));
    }
    Some(text)
}

/// An address without a secret in it.
fn open_address(at: &At) -> Option<String> {
    let text = values::address(at)?;
    let host = text.split("://").nth(1).and_then(|rest| rest.split('/').next()).unwrap_or_default();
    if host.contains('@') {
        let fault = at.fault(Code::Address, "the address holds a password");
        return at.say(fault.help(
            "leave it out and name a file with a token: `token_file: /etc/alertmanager/secrets/webhook`",
        ));
    }
    Some(text)
}
