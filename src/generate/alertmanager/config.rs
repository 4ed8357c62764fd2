//! The text of Alertmanager's configuration.

use std::collections::BTreeSet;

use serde::Serialize;

use super::mutes::{Mute, Named, Times, within};
use super::routes::{HOURS, Route, matcher, root};
use super::{NOBODY, Plan};
use crate::slo::{Channel, Spec};

#[derive(Serialize)]
struct Config {
    #[serde(skip_serializing_if = "Option::is_none")]
    global: Option<Global>,
    route: Route,
    inhibit_rules: Vec<Inhibit>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    time_intervals: Vec<TimeInterval>,
    receivers: Vec<Receiver>,
}

#[derive(Serialize)]
#[expect(clippy::struct_field_names, reason = "named as Alertmanager has them")]
struct Global {
    smtp_smarthost: String,
    smtp_from: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    smtp_auth_username: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    smtp_auth_password_file: Option<String>,
}

#[derive(Serialize)]
struct Inhibit {
    source_matchers: Vec<String>,
    target_matchers: Vec<String>,
    equal: Vec<String>,
}

#[derive(Serialize)]
struct TimeInterval {
    name: String,
    time_intervals: Vec<Interval>,
}

#[derive(Serialize)]
struct Interval {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    times: Vec<TimeRange>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    weekdays: Vec<&'static str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    days_of_month: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    months: Vec<String>,
    location: String,
}

#[derive(Serialize)]
struct TimeRange {
    start_time: String,
    end_time: String,
}

#[derive(Serialize, Default)]
struct Receiver {
    name: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    email_configs: Vec<Email>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    slack_configs: Vec<Slack>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    webhook_configs: Vec<Webhook>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pagerduty_configs: Vec<PagerDuty>,
}

#[derive(Serialize)]
struct Email {
    to: String,
    send_resolved: bool,
    headers: Headers,
    text: &'static str,
    html: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Headers {
    subject: &'static str,
}

#[derive(Serialize)]
struct Slack {
    api_url_file: String,
    channel: String,
    send_resolved: bool,
    title: &'static str,
    text: &'static str,
}

#[derive(Serialize)]
struct Webhook {
    url: String,
    send_resolved: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    http_config: Option<HttpConfig>,
}

#[derive(Serialize)]
struct HttpConfig {
    authorization: Authorization,
}

#[derive(Serialize)]
struct Authorization {
    credentials_file: String,
}

#[derive(Serialize)]
struct PagerDuty {
    routing_key_file: String,
    send_resolved: bool,
    severity: &'static str,
    description: &'static str,
}

const TITLE: &str = "[{{ .Status | toUpper }}] {{ .CommonLabels.alertname }}\
    {{ with .CommonLabels.slo_id }} {{ . }}{{ end }}{{ with .CommonLabels.severity }} ({{ . }}){{ end }}";

/// A paragraph for each alert.
const TEXT: &str = "{{ range .Alerts }}{{ .Annotations.summary }}\n\
    {{ with .Annotations.description }}{{ . }}\n{{ end }}\
    {{ with .Annotations.runbook_url }}Runbook: {{ . }}\n{{ end }}\
    {{ with .Annotations.dashboard_url }}Dashboard: {{ . }}\n{{ end }}\n{{ end }}";

const DAYS: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

pub(super) fn written(
    plan: &Plan<'_>,
    mutes: &[Mute<'_>],
    mut intervals: Vec<Named>,
    specs: &[Spec],
    remarks: &[String],
) -> String {
    if let Some(hours) = &plan.receivers.hours {
        intervals.insert(0, Named { name: HOURS.to_owned(), times: within(hours) });
    }
    let nobody = Receiver { name: NOBODY.to_owned(), ..Receiver::default() };
    let receivers = plan.channels();
    let receivers = receivers.iter().map(|(name, channels)| receiver(name, channels));
    let config = Config {
        global: plan.receivers.mail.as_ref().map(|mail| {
            let (user, password) = mail.account.clone().unzip();
            Global {
                smtp_smarthost: mail.smarthost.clone(),
                smtp_from: mail.from.clone(),
                smtp_auth_username: user,
                smtp_auth_password_file: password,
            }
        }),
        route: root(plan, mutes),
        inhibit_rules: vec![inhibit(plan)],
        time_intervals: intervals.into_iter().map(time_interval).collect(),
        receivers: [nobody].into_iter().chain(receivers).collect(),
    };
    // Maps of texts can always be written.
    head(specs, remarks) + &serde_yaml::to_string(&config).unwrap_or_default()
}

fn head(specs: &[Spec], remarks: &[String]) -> String {
    let files: BTreeSet<&str> = specs.iter().map(|spec| spec.file.as_str()).collect();
    let files = files.into_iter().collect::<Vec<_>>().join(", ");
    let made = format!("Generated by nines {} from {files}.", env!("CARGO_PKG_VERSION"));
    let lines = [made, "Change the specification and generate again; changes made here are lost.".to_owned()];
    let lines = lines.iter().chain(remarks);
    lines.fold(String::new(), |head, line| head + "# " + &line.replace(char::is_control, " ") + "\n")
}

/// While a page burns, tickets of the same budget tell nothing new; that nothing is measured any more does.
fn inhibit(plan: &Plan<'_>) -> Inhibit {
    // A label that both lack counts as equal: without an objective all plain alerts would be the same.
    let of_objective = || matcher("slo", "=~", ".+");
    let equal = ["slo_service", "slo"].into_iter().chain(plan.divides.iter().copied());
    Inhibit {
        source_matchers: vec![matcher("severity", "=", "page"), of_objective()],
        target_matchers: vec![
            matcher("severity", "=", "ticket"),
            of_objective(),
            matcher("tier", "!=", "absent"),
        ],
        equal: equal.map(str::to_owned).collect(),
    }
}

fn time_interval(named: Named) -> TimeInterval {
    TimeInterval { name: named.name, time_intervals: named.times.into_iter().map(interval).collect() }
}

fn interval(times: Times) -> Interval {
    let clock = |minute: u16| format!("{:02}:{:02}", minute / 60, minute % 60);
    let range = |(from, to): (u16, u16)| TimeRange { start_time: clock(from), end_time: clock(to) };
    let days = |(first, last): (i8, i8)| {
        if first == last { first.to_string() } else { format!("{first}:{last}") }
    };
    Interval {
        times: times.minutes.into_iter().map(range).collect(),
        weekdays: times.weekdays.iter().filter_map(|day| DAYS.get(usize::from(*day)).copied()).collect(),
        days_of_month: times.month_days.into_iter().map(days).collect(),
        months: times.months.iter().map(u8::to_string).collect(),
        location: times.zone.to_string(),
    }
}

fn receiver(name: &str, channels: &[Channel]) -> Receiver {
    let mut receiver = Receiver { name: name.to_owned(), ..Receiver::default() };
    let severity = match name.rsplit('-').next() {
        Some("ticket") => "warning",
        Some("info") => "info",
        _ => "critical",
    };
    for channel in channels {
        match channel.clone() {
            Channel::Email(to) => receiver.email_configs.push(Email {
                to: to.join(", "),
                send_resolved: true,
                headers: Headers { subject: TITLE },
                text: TEXT,
                html: "",
            }),
            Channel::Slack { channel, api_url_file } => receiver.slack_configs.push(Slack {
                api_url_file,
                channel,
                send_resolved: true,
                title: TITLE,
                text: TEXT,
            }),
            Channel::Webhook { url, token_file } => receiver.webhook_configs.push(Webhook {
                url,
                send_resolved: true,
                http_config: token_file
                    .map(|credentials_file| HttpConfig { authorization: Authorization { credentials_file } }),
            }),
            Channel::PagerDuty { routing_key_file } => receiver.pagerduty_configs.push(PagerDuty {
                routing_key_file,
                send_resolved: true,
                severity,
                description: TITLE,
            }),
        }
    }
    receiver
}
