//! Answers kept in a folder, and given again without the source.
//!
//! [`Recorder`] keeps what another source answers, one file of JSON per question, named by a hash of the question;
//! [`Replay`] answers from these files. They hold no secrets, since neither questions nor answers do.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use anyhow::{Context, bail};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::{BoxFuture, Source, SourceInfo};
use crate::base::{Duration, Interval, Matrix, Moment, Point, Series, fnv1a};
use crate::plan::{Answer, Answered, Ask, Eval, NoAnswer, Query};
use crate::promql::{Expr, Selector};
use crate::report::Origin;

/// The file that says what was recorded.
const ABOUT: &str = "source.json";

/// Keeps what another source answers.
pub struct Recorder {
    inner: Box<dyn Source>,
    folder: PathBuf,
    faults: Mutex<Vec<String>>,
}

impl Recorder {
    /// Keeps the answers of `inner` in a folder, which is made where there is none.
    pub fn new(inner: Box<dyn Source>, folder: &Path) -> anyhow::Result<Self> {
        fs::create_dir_all(folder).with_context(|| format!("cannot make the folder {}", folder.display()))?;
        let about = About::from(inner.describe());
        write(&folder.join(ABOUT), &about)
            .with_context(|| format!("cannot write in {}", folder.display()))?;
        Ok(Self { inner, folder: folder.to_owned(), faults: Mutex::default() })
    }

    /// What could not be kept. The answers themselves were given all the same.
    pub fn faults(&self) -> Vec<String> {
        self.faults.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn keep(&self, question: String, answer: Kept) {
        let path = self.folder.join(file_name(&question));
        if let Err(fault) = write(&path, &Record { question, answer }) {
            let mut faults = self.faults.lock().unwrap_or_else(PoisonError::into_inner);
            faults.push(format!("cannot write {}: {fault}", path.display()));
        }
    }
}

impl Source for Recorder {
    fn describe(&self) -> SourceInfo {
        self.inner.describe()
    }

    fn cadence<'a>(
        &'a self,
        selector: &'a Selector,
        within: Interval,
    ) -> BoxFuture<'a, Result<Option<Duration>, NoAnswer>> {
        Box::pin(async move {
            let cadence = self.inner.cadence(selector, within).await?;
            self.keep(cadence_question(selector, within), Kept::Cadence(cadence.map(Duration::as_millis)));
            Ok(cadence)
        })
    }

    fn clock(&self) -> BoxFuture<'_, Option<Result<Moment, NoAnswer>>> {
        self.inner.clock()
    }

    fn fetch<'a>(&'a self, query: &'a Query) -> BoxFuture<'a, Answer> {
        Box::pin(async move {
            let answered = self.inner.fetch(query).await?;
            self.keep(question(query), Kept::from(&answered));
            Ok(answered)
        })
    }

    fn fetch_all<'a>(
        &'a self,
        queries: &'a [Query],
        at_once: usize,
        done: &'a (dyn Fn() + Sync),
    ) -> BoxFuture<'a, Vec<Answer>> {
        Box::pin(async move {
            let answers = self.inner.fetch_all(queries, at_once, done).await;
            for (query, answer) in queries.iter().zip(&answers) {
                if let Ok(answered) = answer {
                    self.keep(question(query), Kept::from(answered));
                }
            }
            answers
        })
    }
}

/// Answers from a folder that a [`Recorder`] filled.
pub struct Replay {
    folder: PathBuf,
    about: About,
}

impl Replay {
    /// Answers from a folder; fails where nothing was recorded in it.
    pub fn open(folder: &Path) -> anyhow::Result<Self> {
        let path = folder.join(ABOUT);
        match read(&path) {
            Ok(Some(about)) => Ok(Self { folder: folder.to_owned(), about }),
            Ok(None) => bail!("{} holds no recording; expected {ABOUT} in it", folder.display()),
            Err(fault) => bail!("cannot read {}: {fault}", path.display()),
        }
    }

    fn kept(&self, question: &str) -> Result<Kept, NoAnswer> {
        let path = self.folder.join(file_name(question));
        match read::<Record>(&path) {
            Ok(Some(record)) if record.question == question => Ok(record.answer),
            Ok(_) => {
                let said = format!("not in the recording {}: {question}", self.folder.display());
                Err(NoAnswer::Rejected { status: None, said })
            }
            Err(fault) => Err(NoAnswer::Malformed(format!("cannot read {}: {fault}", path.display()))),
        }
    }
}

impl Source for Replay {
    fn describe(&self) -> SourceInfo {
        let About { kind, url, engine, exact, data, origins } = self.about.clone();
        let kind = match kind.as_str() {
            "prometheus" => "prometheus",
            "local" => "local",
            _ => "replay",
        };
        SourceInfo { kind, url, engine, exact, data, origins }
    }

    fn cadence<'a>(
        &'a self,
        selector: &'a Selector,
        within: Interval,
    ) -> BoxFuture<'a, Result<Option<Duration>, NoAnswer>> {
        Box::pin(async move {
            let question = cadence_question(selector, within);
            match self.kept(&question)? {
                Kept::Cadence(ms) => Ok(ms.map(Duration::millis)),
                Kept::Values { .. } => Err(of_another_kind(&question)),
            }
        })
    }

    fn fetch<'a>(&'a self, query: &'a Query) -> BoxFuture<'a, Answer> {
        Box::pin(async move {
            let question = question(query);
            match self.kept(&question)? {
                Kept::Values { series, promql, samples_read, infos } => {
                    let mut matrix =
                        series.into_iter().map(Series::try_from).collect::<Result<Matrix, _>>()?;
                    matrix.sort_by(|a, b| a.labels.cmp(&b.labels));
                    Ok(Answered { matrix, promql, samples_read, infos })
                }
                Kept::Cadence(_) => Err(of_another_kind(&question)),
            }
        })
    }
}

fn of_another_kind(question: &str) -> NoAnswer {
    NoAnswer::Malformed(format!("the recording has an answer of another kind for: {question}"))
}

#[derive(Clone, Serialize, Deserialize)]
struct About {
    kind: String,
    url: String,
    engine: String,
    exact: bool,
    data: Option<Interval>,
    #[serde(default)]
    origins: Vec<Origin>,
}

impl From<SourceInfo> for About {
    fn from(SourceInfo { kind, url, engine, exact, data, origins }: SourceInfo) -> Self {
        Self { kind: kind.to_owned(), url, engine, exact, data, origins }
    }
}

#[derive(Serialize, Deserialize)]
struct Record {
    question: String,
    answer: Kept,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Kept {
    /// Milliseconds between samples.
    Cadence(Option<i64>),
    Values {
        series: Vec<KeptSeries>,
        promql: String,
        samples_read: Option<u64>,
        infos: Vec<String>,
    },
}

/// A series with its points as `[milliseconds, "value"]`: JSON has no NaN.
#[derive(Serialize, Deserialize)]
struct KeptSeries {
    labels: BTreeMap<String, String>,
    points: Vec<(i64, String)>,
}

impl From<&Answered> for Kept {
    fn from(answered: &Answered) -> Self {
        let series = answered.matrix.iter().map(|series| KeptSeries {
            labels: series.labels.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect(),
            points: series
                .points
                .iter()
                .filter_map(|point| Some((point.t, point.value.float()?.to_string())))
                .collect(),
        });
        Self::Values {
            series: series.collect(),
            promql: answered.promql.clone(),
            samples_read: answered.samples_read,
            infos: answered.infos.clone(),
        }
    }
}

impl TryFrom<KeptSeries> for Series {
    type Error = NoAnswer;

    fn try_from(kept: KeptSeries) -> Result<Self, NoAnswer> {
        let point = |(t, value): (i64, String)| match value.parse() {
            Ok(value) => Ok(Point::float(t, value)),
            Err(_) => Err(NoAnswer::Malformed(format!("the recorded value {value:?} is not a number"))),
        };
        let points = kept.points.into_iter().map(point).collect::<Result<_, _>>()?;
        Ok(Self { labels: kept.labels.into_iter().collect(), points })
    }
}

/// A question in words that are the same in every run.
fn question(query: &Query) -> String {
    let ask = match &query.ask {
        Ask::Value(expr) => format!("value of {expr}"),
        Ask::Increase { selector, by, over, cadence } => {
            format!(
                "increase of {} by ({}) over {over} of samples {cadence} apart",
                shown(selector),
                by.join(", ")
            )
        }
        Ask::Presence { selector, over, cadence } => {
            format!("presence of {} within {over} of samples {cadence} apart", shown(selector))
        }
    };
    match query.eval {
        Eval::Instant(at) => format!("{ask} at {at}"),
        Eval::Range { start, end, step } => format!("{ask} from {start} to {end} every {step}"),
    }
}

fn cadence_question(selector: &Selector, within: Interval) -> String {
    format!("cadence of {} from {} to {}", shown(selector), within.from, within.to)
}

fn shown(selector: &Selector) -> Expr {
    Expr::selector(selector.clone())
}

/// Should two questions ever meet in one name, the question within tells them apart.
fn file_name(question: &str) -> String {
    format!("{:016x}.json", fnv1a(question))
}

/// Writes a file whole or not at all.
fn write(path: &Path, value: &impl Serialize) -> std::io::Result<()> {
    static WRITTEN: AtomicU64 = AtomicU64::new(0);
    let serial = WRITTEN.fetch_add(1, Ordering::Relaxed);
    let unfinished = path.with_extension(format!("{}-{serial}.unfinished", std::process::id()));
    let written = File::create(&unfinished)
        .and_then(|mut file| {
            file.write_all(&serde_json::to_vec_pretty(value)?)?;
            file.sync_all()
        })
        .and_then(|()| fs::rename(&unfinished, path));
    if written.is_err() {
        // What is left of it is of no use; the first fault is the one to tell.
        let _ = fs::remove_file(&unfinished);
    }
    written
}

/// Reads a file; nothing where there is none.
#[expect(clippy::disallowed_methods, reason = "a recording is this source's data")]
fn read<T: DeserializeOwned>(path: &Path) -> std::io::Result<Option<T>> {
    match fs::read(path) {
        Ok(bytes) => Ok(Some(serde_json::from_slice(&bytes)?)),
        Err(fault) if fault.kind() == ErrorKind::NotFound => Ok(None),
        Err(fault) => Err(fault),
    }
}
