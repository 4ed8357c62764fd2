//! The story of an examination: questions are asked until none is open.

use std::time::Instant;

use anyhow::Context as _;

use super::pipeline::{When, moment};
use super::{fetch, progress};
use crate::base::{Duration, Interval, Moment};
use crate::doctor::{self, About, Checkup, Notes, Question, Reply, SourceReport};
use crate::plan::Query;
use crate::promql::Selector;
use crate::slo::Spec;
use crate::source::Source;

/// Checks ask again after an answer, but not without end.
const MOST_ROUNDS: usize = 12;

/// What is to be examined.
pub struct Examine {
    /// The specifications, already selected.
    pub specs: Vec<Spec>,
    /// When.
    pub when: When,
    /// Questions under way at once.
    pub at_once: usize,
    /// Whether to show a bar.
    pub show_progress: bool,
    /// Whether warnings fail too.
    pub strict: bool,
    /// When `now` was read.
    pub started: Instant,
}

/// Examines: from specifications and a source to what was found. Only here is waited.
pub async fn examine(job: &Examine, source: &dyn Source, now: Moment) -> anyhow::Result<Checkup> {
    let info = source.describe();
    let at = moment(job.when, info.data, now)?;
    let about =
        About { engine: info.engine.clone(), data: info.data, clock: clock(job, source, now).await, at };
    let mut notes = Notes::new();
    let mut rounds = 0;
    let examination = loop {
        let examination =
            doctor::examine(&job.specs, &about, &mut notes).context("a window lies outside the calendar")?;
        let open = notes.take_open();
        if open.is_empty() || rounds == MOST_ROUNDS {
            break examination;
        }
        rounds += 1;
        let replies = answered(&open, job, source).await;
        for (question, reply) in open.iter().zip(replies) {
            notes.answer(question, reply);
        }
    };
    let source = SourceReport {
        kind: info.kind.to_owned(),
        url: info.url,
        engine: info.engine,
        questions: notes.len(),
        samples_read: notes.samples_read(),
    };
    Ok(Checkup::of(&job.specs, &examination, at, source, job.strict))
}

/// By how much the source's clock is ahead; nothing where it has none.
async fn clock(
    job: &Examine,
    source: &dyn Source,
    now: Moment,
) -> Option<Result<Duration, crate::plan::NoAnswer>> {
    let asked = Instant::now();
    let there = source.clock().await?;
    // The server looked at its clock between the question and the answer.
    let since = asked.duration_since(job.started) + asked.elapsed() / 2;
    let here = now + Duration::millis(since.as_millis() as i64);
    Some(there.map(|there| there - here))
}

/// Replies in the order of the questions.
async fn answered(open: &[Question], job: &Examine, source: &dyn Source) -> Vec<Reply> {
    let bar = progress::bar(open.len() as u64, job.show_progress);
    bar.set_message("asking");
    let step = || bar.inc(1);
    let mut queries: Vec<Query> = Vec::new();
    let mut cadences: Vec<(Interval, Vec<Selector>)> = Vec::new();
    for question in open {
        match question {
            Question::Query(query) => queries.push(query.clone()),
            Question::Cadence { selector, within } => {
                match cadences.iter_mut().find(|(known, _)| known == within) {
                    Some((_, selectors)) => selectors.push(selector.clone()),
                    None => cadences.push((*within, vec![selector.clone()])),
                }
            }
        }
    }
    let mut found = Vec::new();
    for (within, selectors) in cadences {
        let apart = fetch::cadences(&selectors, within, source, job.at_once, &step).await;
        found.extend(selectors.into_iter().zip(apart).map(|(selector, apart)| (selector, within, apart)));
    }
    let mut answers = fetch::all(&queries, source, job.at_once, &step).await.into_iter();
    bar.finish_and_clear();
    let none = || crate::plan::NoAnswer::Malformed("the source gave no answer".to_owned());
    open.iter()
        .map(|question| match question {
            Question::Query(_) => Reply::Query(answers.next().unwrap_or_else(|| Err(none()))),
            Question::Cadence { selector, within } => {
                let apart = found.iter().find(|(known, when, _)| known == selector && when == within);
                Reply::Cadence(apart.map_or_else(|| Err(none()), |(_, _, apart)| apart.clone()))
            }
        })
        .collect()
}
