//! One question to the server, asked until there is an answer or no hope of one.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use reqwest::{Method, Url};
use tokio::sync::Semaphore;
use tokio::time::{Instant, sleep, timeout};

use super::transport::{Lost, Reply, Sent, Transport, millis};
use super::{Address, Settings, retry, wire};
use crate::base::fnv1a;
use crate::plan::NoAnswer;

/// A server's HTTP API, asked by a bounded number at once and with patience.
pub(super) struct Api {
    transport: Transport,
    permits: Semaphore,
    /// The server refused POST once.
    wants_get: AtomicBool,
    /// Every try of some request failed to connect and none has since succeeded: the others need not wait as long.
    gave_up: AtomicBool,
    timeout: Duration,
    deadline: Duration,
    retries: u32,
    backoff: Duration,
}

/// A try that gave no answer.
struct Failed {
    why: NoAnswer,
    again: Again,
}

/// Whether another try may help.
enum Again {
    No,
    Yes,
    /// Once the server was left alone for as long as it asks.
    After(Duration),
}

impl From<bool> for Again {
    fn from(again: bool) -> Self {
        if again { Self::Yes } else { Self::No }
    }
}

impl Api {
    /// Reads the files that the settings name and makes ready to connect.
    pub(super) fn new(settings: &Settings) -> anyhow::Result<Self> {
        Ok(Self {
            transport: Transport::new(settings)?,
            permits: Semaphore::new(settings.concurrency.clamp(1, Semaphore::MAX_PERMITS)),
            wants_get: AtomicBool::new(false),
            gave_up: AtomicBool::new(false),
            timeout: millis(settings.timeout),
            deadline: millis(settings.deadline),
            retries: settings.retries,
            backoff: millis(settings.backoff),
        })
    }

    /// The server's address.
    pub(super) fn address(&self) -> &Address {
        self.transport.address()
    }

    /// How long one request may take.
    pub(super) fn timeout(&self) -> Duration {
        self.timeout
    }

    /// Asks with form fields, by POST so that a long query fits; by GET where the server allows nothing else.
    pub(super) async fn post(&self, path: &str, fields: &[(&str, String)]) -> Result<Reply, NoAnswer> {
        let form = encoded(fields);
        if !self.wants_get.load(Ordering::Relaxed) {
            match self.ask(Method::POST, path, Sent::Question(&form)).await {
                Err(NoAnswer::Rejected { status: Some(405), .. }) => {
                    self.wants_get.store(true, Ordering::Relaxed);
                }
                answer => return answer,
            }
        }
        self.ask(Method::GET, path, Sent::Question(&form)).await
    }

    /// Asks for what needs no fields.
    pub(super) async fn get(&self, path: &str) -> Result<Reply, NoAnswer> {
        self.ask(Method::GET, path, Sent::Question("")).await
    }

    /// Keeps a document as YAML below a path. To do so twice is to do it once.
    pub(super) async fn keep(&self, path: &str, yaml: &str) -> Result<Reply, NoAnswer> {
        self.ask(Method::POST, path, Sent::Change(yaml)).await
    }

    /// Deletes what is at a path.
    pub(super) async fn delete(&self, path: &str) -> Result<Reply, NoAnswer> {
        self.ask(Method::DELETE, path, Sent::Change("")).await
    }

    /// An answer's fault without our secrets in it: what a server says may hold what it was sent.
    pub(super) fn clean(&self, fault: NoAnswer) -> NoAnswer {
        let clean = |text: String| self.transport.clean(&text);
        match fault {
            NoAnswer::Unreachable(why) => NoAnswer::Unreachable(clean(why)),
            NoAnswer::TimedOut(why) => NoAnswer::TimedOut(clean(why)),
            NoAnswer::Rejected { status, said } => NoAnswer::Rejected { status, said: clean(said) },
            NoAnswer::Malformed(why) => NoAnswer::Malformed(clean(why)),
            NoAnswer::Partial(warnings) => NoAnswer::Partial(warnings.into_iter().map(clean).collect()),
        }
    }

    /// A permit is held through the pauses too: a server in need is not asked by others meanwhile.
    async fn ask(&self, method: Method, path: &str, sent: Sent<'_>) -> Result<Reply, NoAnswer> {
        let _permit = self.permits.acquire().await;
        let began = Instant::now();
        let mut tries = 0;
        loop {
            let left = self.deadline.saturating_sub(began.elapsed());
            let Failed { why, again } = match self.attempt(&method, path, sent, self.timeout.min(left)).await
            {
                Ok(reply) => {
                    self.gave_up.store(false, Ordering::Relaxed);
                    return Ok(reply);
                }
                Err(failed) => failed,
            };
            // Pauses differ between questions, and are the same for the same question.
            let pause = |asked| Some(retry::pause(self.backoff, tries, asked, fnv1a(sent.text())));
            let pause = match again {
                Again::No => None,
                Again::Yes => pause(None),
                Again::After(asked) => pause(Some(asked)),
            };
            tries += 1;
            let hopeless = tries > self.retries || self.gave_up.load(Ordering::Relaxed);
            let in_time = |pause: &Duration| began.elapsed() + *pause < self.deadline;
            let Some(pause) = pause.filter(in_time).filter(|_| !hopeless) else {
                if matches!(why, NoAnswer::Unreachable(_)) {
                    self.gave_up.store(true, Ordering::Relaxed);
                }
                return Err(self.clean(after(why, tries)));
            };
            sleep(pause).await;
        }
    }

    async fn attempt(
        &self,
        method: &Method,
        path: &str,
        sent: Sent<'_>,
        within: Duration,
    ) -> Result<Reply, Failed> {
        let at = self.transport.address();
        let Ok(exchanged) = timeout(within, self.transport.exchange(method.clone(), path, sent)).await else {
            let why = format!("{at} gave no whole answer within {} s", within.as_secs_f64());
            return Err(Failed { why: NoAnswer::TimedOut(why), again: Again::No });
        };
        let reply = exchanged.map_err(|lost| match lost {
            Lost::Connection { why, again } => {
                Failed { why: NoAnswer::Unreachable(format!("{at}: {why}")), again: again.into() }
            }
            Lost::Astray(said) => Failed {
                why: NoAnswer::Rejected { status: None, said: format!("{at}: {said}") },
                again: Again::No,
            },
            Lost::Unfit(why) => Failed { why: NoAnswer::Malformed(format!("{at}: {why}")), again: Again::No },
        })?;
        if (200..300).contains(&reply.status) { judge_success(reply) } else { Err(judge_failure(&reply)) }
    }
}

fn judge_success(reply: Reply) -> Result<Reply, Failed> {
    if !wire::is_html(&reply.content_type, &reply.body) {
        return Ok(reply);
    }
    let why = format!(
        "answered HTML, not JSON: {}: is this the address of a login page or a proxy?",
        wire::first_words(&reply.body)
    );
    Err(Failed { why: NoAnswer::Malformed(why), again: Again::No })
}

fn judge_failure(reply: &Reply) -> Failed {
    let status = reply.status;
    let kind = wire::error_type(&reply.body).unwrap_or_default();
    let said = match wire::refusal(None, &reply.body) {
        Some(NoAnswer::Rejected { said, .. }) => said,
        _ if reply.body.is_empty() => "no reason given".to_owned(),
        _ if wire::is_html(&reply.content_type, &reply.body) => wire::first_words(&reply.body),
        // A ruler says in plain text what is wrong with a group, or which limit it goes over.
        _ => wire::words(&reply.body, 500),
    };
    let said = match &reply.redirects {
        Some(place) => format!("it redirects to {place}: give the address that it leads to"),
        None => said,
    };
    let hint = match status {
        401 => ": are credentials missing or wrong?",
        403 => ": are these credentials allowed to query, and this tenant?",
        404 if kind.is_empty() => ": is a path prefix missing in the address?",
        _ => "",
    };
    let said = format!("{said}{hint}");
    // A query that failed by itself will fail again, however the server or a proxy dresses it.
    let again = retry::may_pass(status) && !matches!(kind.as_str(), "execution" | "bad_data");
    let why = match status {
        503 if kind == "timeout" => NoAnswer::TimedOut(format!("HTTP {status}: {said}")),
        504 => NoAnswer::TimedOut(format!("HTTP {status}: {said}")),
        502 | 503 if again => NoAnswer::Unreachable(format!("HTTP {status}: {said}")),
        _ => NoAnswer::Rejected { status: Some(status), said },
    };
    let again = match reply.retry_after {
        Some(asked) if again => Again::After(asked),
        _ => again.into(),
    };
    Failed { why, again }
}

/// The same fault with the number of tries, where it was more than one.
fn after(why: NoAnswer, tries: u32) -> NoAnswer {
    let add = |text: String| if tries > 1 { format!("{text} ({tries} tries)") } else { text };
    match why {
        NoAnswer::Unreachable(why) => NoAnswer::Unreachable(add(why)),
        NoAnswer::TimedOut(why) => NoAnswer::TimedOut(add(why)),
        NoAnswer::Rejected { status, said } => NoAnswer::Rejected { status, said: add(said) },
        fault @ (NoAnswer::Malformed(_) | NoAnswer::Partial(_)) => fault,
    }
}

/// Fields as `application/x-www-form-urlencoded`, which the query of an address is too.
fn encoded(fields: &[(&str, String)]) -> String {
    let mut url = Url::parse("http://form/").ok();
    if let Some(url) = &mut url {
        url.query_pairs_mut().extend_pairs(fields);
    }
    url.as_ref().and_then(Url::query).unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_survive_the_form() {
        let form = encoded(&[("query", "a{b=\"ü&+=\"} * 2".to_owned()), ("stats", "true".to_owned())]);
        assert_eq!(form, "query=a%7Bb%3D%22%C3%BC%26%2B%3D%22%7D+*+2&stats=true");
        assert_eq!(encoded(&[]), "");
    }
}
