//! Files as a source: series in memory and the embedded engine, with no server.

use std::fmt;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::stored::{self, Stored};
use super::{BoxFuture, Source, SourceInfo, load};
use crate::base::{Duration, Interval, Moment};
use crate::engine::{self, EvalError, Evaluated, Params, Question, Reply, Store, StoreError};
use crate::plan::{Answer, Answered, Ask, Engine, Eval, NoAnswer, Query, as_promql};
use crate::promql::{AggregateOp, Expr, Matcher, Selector};

/// How much of the end of the data tells its cadence.
const RECENT: Duration = Duration::hours(6);

/// Series read from files, asked through the embedded engine. It sees every sample, so that counts are exact.
pub struct LocalSource {
    store: Box<dyn Store>,
    info: SourceInfo,
    /// How it evaluates, whatever the time.
    params: Params,
}

impl fmt::Debug for LocalSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LocalSource").field("info", &self.info).finish_non_exhaustive()
    }
}

impl LocalSource {
    /// Opens files and folders: Prometheus's own data (a block, a snapshot, a data folder), else text, of which a file is
    /// read whatever its name, and a folder gives the files in it that have an ending of a known format. What a reader of
    /// the results should know of the data is added to `warnings`.
    ///
    /// # Errors
    /// Every file that cannot be read whole, each with place, reason and what to do; a folder without data files.
    pub fn open(paths: &[PathBuf], warnings: &mut Vec<String>) -> anyhow::Result<Self> {
        let names: Vec<String> = paths.iter().map(|path| path.display().to_string()).collect();
        Self::new(stored::open(paths, warnings)?, &names)
    }

    /// Reads one data file that is already in memory, of any format of text that [`open`](Self::open) reads from disk.
    ///
    /// # Errors
    /// The fault found, with its place, reason and what to do.
    pub fn from_bytes(name: &str, bytes: &[u8], warnings: &mut Vec<String>) -> anyhow::Result<Self> {
        let columns =
            load::load_bytes(name, bytes, warnings).map_err(|e| anyhow::Error::msg(e.to_string()))?;
        let name = name.to_owned();
        Self::new(stored::in_memory(columns, [name.clone()].into_iter()), &[name])
    }

    fn new(stored: Stored, names: &[String]) -> anyhow::Result<Self> {
        let info = SourceInfo {
            kind: "local",
            url: names.join(", "),
            engine: format!("nines {} (embedded)", env!("CARGO_PKG_VERSION")),
            exact: true,
            data: extent(&stored)?,
            origins: stored.origins,
        };
        Ok(Self { store: stored.store, info, params: Params::instant(Moment::from_millis(0)) })
    }

    /// The same source, evaluating under other rules and limits; the times in `params` do not count.
    #[must_use]
    pub fn with_params(self, params: Params) -> Self {
        Self { params, ..self }
    }

    /// How this source evaluates at some times.
    pub fn params(&self, eval: Eval) -> Params {
        let (start, end, step) = match eval {
            Eval::Instant(at) => (at, at, Duration::ZERO),
            Eval::Range { start, end, step } => (start, end, step),
        };
        Params { start, end, step, ..self.params.clone() }
    }

    /// Evaluates an expression as Prometheus would, with the engine's own result: type, remarks, samples read.
    ///
    /// # Errors
    /// What the engine refuses, with its place in the query.
    pub fn query(&self, expr: &Expr, params: &Params) -> Result<Evaluated, EvalError> {
        engine::evaluate(expr, params, &*self.store)
    }

    /// The same for several, in one pass over the data.
    pub fn query_all(&self, queries: &[(&Expr, &Params)]) -> Vec<Result<Evaluated, EvalError>> {
        engine::evaluate_all(queries, self.store.as_ref(), &|_, _| ())
    }

    pub(super) fn store(&self) -> &dyn Store {
        &*self.store
    }

    /// Answers all questions from one pass over the data; `done` is told of as many as the part of it that is done.
    fn answers(&self, queries: &[Query], done: &(dyn Fn() + Sync)) -> Vec<Answer> {
        let asked: Vec<Asked> =
            queries.iter().map(|query| Asked::of(query, self.params(query.eval))).collect();
        let questions: Vec<Question<'_>> =
            queries.iter().zip(&asked).map(|(query, asked)| asked.question(&query.ask)).collect();
        let told = AtomicUsize::new(0);
        let tell = |upto: usize| (told.fetch_max(upto, Ordering::Relaxed)..upto).for_each(|_| done());
        let replies = engine::answer_all(&questions, &*self.store, &|series, of| {
            tell(queries.len() * series / of.max(1));
        });
        tell(queries.len());
        queries.iter().zip(replies).map(|(query, reply)| answered(query, reply)).collect()
    }

    fn typical_interval(
        &self,
        matchers: &[Matcher],
        within: Interval,
    ) -> Result<Option<Duration>, StoreError> {
        let (from, to) = (within.from.as_millis(), within.to.as_millis() - 1);
        // The end of it tells in nearly all cases; reading everything for it would cost as much as the report.
        let recent = from.max(to.saturating_sub(RECENT.as_millis()));
        let found = match engine::cadence(&*self.store, matchers, recent, to)? {
            None => engine::cadence(&*self.store, matchers, from, to)?,
            found => found,
        };
        Ok(found.map(Duration::millis))
    }
}

impl Source for LocalSource {
    fn describe(&self) -> SourceInfo {
        self.info.clone()
    }

    fn cadence<'a>(
        &'a self,
        selector: &'a Selector,
        within: Interval,
    ) -> BoxFuture<'a, Result<Option<Duration>, NoAnswer>> {
        Box::pin(
            async move { self.typical_interval(&selector.all_matchers(), within).map_err(|e| unstored(&e)) },
        )
    }

    fn fetch<'a>(&'a self, query: &'a Query) -> BoxFuture<'a, Answer> {
        Box::pin(async move {
            let answers = self.answers(std::slice::from_ref(query), &|| ());
            let none = || Err(NoAnswer::Malformed("the embedded engine gave no answer".to_owned()));
            answers.into_iter().next().unwrap_or_else(none)
        })
    }

    fn fetch_all<'a>(
        &'a self,
        queries: &'a [Query],
        _at_once: usize,
        done: &'a (dyn Fn() + Sync),
    ) -> BoxFuture<'a, Vec<Answer>> {
        Box::pin(async move { self.answers(queries, done) })
    }
}

/// What the engine is told of a question besides its words.
struct Asked {
    params: Params,
    /// The times of evaluation, in milliseconds.
    ends: Vec<i64>,
}

impl Asked {
    fn of(query: &Query, params: Params) -> Self {
        Self { params, ends: query.eval.times().map(Moment::as_millis).collect() }
    }

    fn question<'a>(&'a self, ask: &'a Ask) -> Question<'a> {
        let Self { params, ends } = self;
        match ask {
            Ask::Value(expr) => Question::Value { expr, params },
            Ask::Increase { selector, by, over, .. } => {
                Question::Increase { matchers: selector.all_matchers(), by, ends, over: over.as_millis() }
            }
            Ask::Presence { selector, over, .. } => {
                Question::Presence { matchers: selector.all_matchers(), ends, over: over.as_millis() }
            }
        }
    }
}

fn answered(query: &Query, reply: Reply) -> Answer {
    let promql = shown(&query.ask);
    match reply {
        Reply::Value(found) => {
            let found = found.map_err(|e| refused(&e))?;
            Ok(Answered {
                matrix: found.value.into_matrix(),
                promql,
                samples_read: Some(found.samples_read),
                infos: found.annotations.into_iter().map(|remark| remark.message).collect(),
            })
        }
        Reply::Counted(counted) => {
            let (matrix, samples_read) = counted.map_err(|e| unstored(&e))?;
            Ok(Answered { matrix, promql, samples_read: Some(samples_read), infos: Vec::new() })
        }
    }
}

/// From the first sample to a cadence after the last, for that long the last sample speaks. The cadence is that of the
/// end of the data; where it has none, the stretch ends just after the last sample.
fn extent(stored: &Stored) -> Result<Option<Interval>, StoreError> {
    let Some((first, last)) = stored.extent else { return Ok(None) };
    let cadence = engine::cadence(&*stored.store, &[], last.saturating_sub(RECENT.as_millis()), last)?;
    let end = last.saturating_add(cadence.unwrap_or(1));
    Ok(Some(Interval::new(Moment::from_millis(first), Moment::from_millis(end))))
}

/// A question as a reader may be told of it.
fn shown(ask: &Ask) -> String {
    match ask {
        Ask::Value(_) => as_promql(ask, Engine::Prometheus).to_string(),
        // The PromQL of the engine whose `increase` is exact says what is counted; the remark says how.
        Ask::Increase { .. } => {
            format!("{} # counted sample by sample", as_promql(ask, Engine::VictoriaMetrics))
        }
        Ask::Presence { selector, over, .. } => {
            Expr::call("present_over_time", [Expr::range(selector.clone(), *over)])
                .aggregate_by::<&str>(AggregateOp::Group, &[])
                .to_string()
        }
    }
}

fn refused(e: &EvalError) -> NoAnswer {
    let help = e.help.iter().map(|help| format!(" ({help})"));
    NoAnswer::Rejected { status: None, said: e.message.clone() + &help.collect::<String>() }
}

fn unstored(e: &StoreError) -> NoAnswer {
    NoAnswer::Rejected { status: None, said: e.to_string() }
}
