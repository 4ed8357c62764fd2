//! What was asked, what was answered, and what is still to be asked.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::base::{Duration, Interval, Matrix};
use crate::plan::{Answer, Ask, Engine, Eval, NoAnswer, Query, as_promql};
use crate::promql::{Expr, Selector};

/// Something to find out.
#[derive(Debug, Clone, PartialEq)]
pub enum Question {
    /// The answer to a query.
    Query(Query),
    /// How far apart the samples of a selection are.
    Cadence {
        /// Which series.
        selector: Selector,
        /// When.
        within: Interval,
    },
}

/// What came back.
#[derive(Debug, Clone)]
pub enum Reply {
    /// To a query.
    Query(Answer),
    /// How far apart the samples are; nothing where there are none.
    Cadence(Result<Option<Duration>, NoAnswer>),
}

/// Why a check did not come to its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Stop {
    /// Something that it depends on was found wrong, which is said elsewhere.
    Blocked(String),
    /// A question was not answered.
    Unanswered(NoAnswer),
    /// A question is open.
    Waiting,
}

/// Every question with its answer, none twice.
#[derive(Debug, Default)]
pub struct Notes {
    known: BTreeMap<String, Known>,
    open: Vec<Question>,
    samples_read: Option<u64>,
}

#[derive(Debug)]
enum Known {
    Asked,
    Values(Result<Arc<Matrix>, NoAnswer>),
    Cadence(Result<Option<Duration>, NoAnswer>),
}

impl Notes {
    /// Nothing asked yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// The questions that came up since the last time, to be answered with [`Notes::answer`].
    pub fn take_open(&mut self) -> Vec<Question> {
        std::mem::take(&mut self.open)
    }

    /// Writes down what came back.
    pub fn answer(&mut self, question: &Question, reply: Reply) {
        if let Reply::Query(Ok(answered)) = &reply
            && let Some(read) = answered.samples_read
        {
            self.samples_read = Some(self.samples_read.unwrap_or(0) + read);
        }
        let known = match reply {
            Reply::Query(answer) => Known::Values(answer.map(|answered| Arc::new(answered.matrix))),
            Reply::Cadence(found) => Known::Cadence(found),
        };
        self.known.insert(key(question), known);
    }

    /// How many questions there were.
    pub fn len(&self) -> usize {
        self.known.len()
    }

    /// Samples that were read for the answers, where the source says so.
    pub fn samples_read(&self) -> Option<u64> {
        self.samples_read
    }

    /// Whether nothing was asked.
    pub fn is_empty(&self) -> bool {
        self.known.is_empty()
    }

    /// The values of an expression.
    pub(super) fn value(&mut self, expr: Expr, eval: Eval) -> Result<Arc<Matrix>, Stop> {
        self.query(Ask::Value(expr), eval)
    }

    /// The answer to a query. To have several asked at once, ask for all of them before the first `?`.
    pub(super) fn query(&mut self, ask: Ask, eval: Eval) -> Result<Arc<Matrix>, Stop> {
        match self.known(Question::Query(Query { ask, eval })) {
            Some(Known::Values(answer)) => answer.clone().map_err(Stop::Unanswered),
            _ => Err(Stop::Waiting),
        }
    }

    /// How far apart the samples of a selection are; nothing where there are none.
    pub(super) fn cadence(
        &mut self,
        selector: &Selector,
        within: Interval,
    ) -> Result<Option<Duration>, Stop> {
        match self.known(Question::Cadence { selector: selector.clone(), within }) {
            Some(Known::Cadence(found)) => found.clone().map_err(Stop::Unanswered),
            _ => Err(Stop::Waiting),
        }
    }

    fn known(&mut self, question: Question) -> Option<&Known> {
        let key = key(&question);
        if !self.known.contains_key(&key) {
            self.known.insert(key.clone(), Known::Asked);
            self.open.push(question);
        }
        self.known.get(&key)
    }
}

/// A question as one text, the same for the same question.
fn key(question: &Question) -> String {
    match question {
        Question::Query(Query { ask, eval }) => {
            let kind = match ask {
                Ask::Value(_) => "value",
                Ask::Increase { .. } => "increase",
                Ask::Presence { .. } => "presence",
            };
            let over = match ask {
                Ask::Presence { over, .. } => over.as_millis(),
                _ => 0,
            };
            format!("{kind} {over} {eval:?} {}", as_promql(ask, Engine::Prometheus))
        }
        Question::Cadence { selector, within } => {
            let (from, to) = (within.from.as_millis(), within.to.as_millis());
            format!("cadence {from} {to} {}", Expr::selector(selector.clone()))
        }
    }
}

/// Does something with each, so that all ask at once what they ask; of several reasons to stop the gravest is given.
pub(super) fn for_each<T>(
    items: impl IntoIterator<Item = T>,
    mut work: impl FnMut(T) -> Result<(), Stop>,
) -> Result<(), Stop> {
    let mut stopped: Option<Stop> = None;
    for item in items {
        if let Err(stop) = work(item) {
            let weight = |stop: &Stop| match stop {
                Stop::Blocked(_) => 0,
                Stop::Unanswered(_) => 1,
                Stop::Waiting => 2,
            };
            if stopped.as_ref().is_none_or(|known| weight(&stop) > weight(known)) {
                stopped = Some(stop);
            }
        }
    }
    stopped.map_or(Ok(()), Err)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Moment;

    fn up() -> (Expr, Eval) {
        (Expr::selector(Selector::metric("up")), Eval::Instant(Moment::from_secs(60)))
    }

    #[test]
    fn a_question_is_asked_once_and_its_answer_kept() {
        let mut notes = Notes::new();
        for _ in 0..2 {
            let (expr, eval) = up();
            assert_eq!(notes.value(expr, eval), Err(Stop::Waiting));
        }
        let open = notes.take_open();
        assert_eq!((open.len(), notes.len()), (1, 1));
        notes.answer(&open[0], Reply::Query(Err(NoAnswer::TimedOut("30s".into()))));
        let (expr, eval) = up();
        let answer = notes.value(expr, eval);
        assert_eq!(answer, Err(Stop::Unanswered(NoAnswer::TimedOut("30s".into()))));
        assert!(notes.take_open().is_empty());
        let (expr, _) = up();
        assert_eq!(notes.value(expr, Eval::Instant(Moment::from_secs(61))), Err(Stop::Waiting));
    }

    #[test]
    fn all_items_ask_before_the_first_stops() {
        let mut notes = Notes::new();
        let stopped = for_each(["a", "b"], |name| {
            notes.value(Expr::selector(Selector::metric(name)), up().1).map(|_| ())
        });
        assert_eq!((stopped, notes.take_open().len()), (Err(Stop::Waiting), 2));
        let blocked = || Err(Stop::Blocked("x".into()));
        let failed = || Err(Stop::Unanswered(NoAnswer::TimedOut(String::new())));
        let gravest = for_each([true, false, true], |block| if block { blocked() } else { failed() });
        assert_eq!(gravest, failed());
    }
}
