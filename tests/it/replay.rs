//! What is recorded from one source is replayed without it.

use std::path::PathBuf;

use nines::base::{Duration, Interval, Labels, Moment, Point, Series};
use nines::plan::{Answer, Answered, Ask, Eval, NoAnswer, Query};
use nines::promql::{Expr, Selector};
use nines::source::replay::{Recorder, Replay};
use nines::source::{BoxFuture, Source, SourceInfo};

use crate::support::tempdir::TempDir;

/// Answers every question but those about `gone`.
struct Stub;

impl Source for Stub {
    fn describe(&self) -> SourceInfo {
        let data = Some(Interval::new(Moment::from_secs(0), Moment::from_secs(60)));
        SourceInfo {
            kind: "local",
            url: "./data".to_owned(),
            engine: "stub 1".to_owned(),
            exact: true,
            data,
            origins: Vec::new(),
        }
    }

    fn cadence<'a>(
        &'a self,
        selector: &'a Selector,
        _: Interval,
    ) -> BoxFuture<'a, Result<Option<Duration>, NoAnswer>> {
        let cadence = selector.name.as_deref().filter(|name| *name == "up").map(|_| Duration::seconds(15));
        Box::pin(async move { Ok(cadence) })
    }

    fn fetch<'a>(&'a self, query: &'a Query) -> BoxFuture<'a, Answer> {
        Box::pin(async move {
            if query.ask == value("gone") {
                return Err(NoAnswer::Unreachable("gone".to_owned()));
            }
            let labels: Labels = [("job", "a\"ü")].into_iter().collect();
            let values = [0.1 + 0.2, f64::INFINITY, -0.0, 1e-300];
            let points = values.into_iter().zip(0..).map(|(value, t)| Point::float(t, value)).collect();
            let matrix = vec![Series { labels, points }];
            let infos = vec!["PromQL info: x".to_owned()];
            Ok(Answered { matrix, promql: "up".to_owned(), samples_read: Some(4), infos })
        })
    }
}

fn value(name: &str) -> Ask {
    Ask::Value(Expr::selector(Selector::metric(name)))
}

fn at(ask: Ask, seconds: i64) -> Query {
    Query { ask, eval: Eval::Instant(Moment::from_secs(seconds)) }
}

/// A folder that is not there yet, in one that is gone when the test is over.
fn folder() -> (TempDir, PathBuf) {
    let home = TempDir::new("replay");
    let folder = home.path().join("recording");
    (home, folder)
}

#[tokio::test]
async fn gives_again_exactly_what_was_answered() {
    let (_home, folder) = folder();
    let recorder = Recorder::new(Box::new(Stub), &folder).unwrap();
    let selector = || Selector::metric("up");
    let (over, cadence) = (Duration::hours(1), Duration::seconds(15));
    let step = Duration::minutes(1);
    let range = Eval::Range { start: Moment::from_secs(0), end: Moment::from_secs(600), step };
    let queries = [
        at(value("up"), 1),
        at(value("up"), 2),
        Query {
            ask: Ask::Increase { selector: selector(), by: vec!["a".to_owned()], over, cadence },
            eval: range,
        },
        Query {
            ask: Ask::Presence { selector: selector(), over, cadence: Duration::minutes(1) },
            eval: range,
        },
    ];
    let mut answers = Vec::new();
    for query in &queries {
        answers.push(recorder.fetch(query).await);
    }
    let within = Interval::new(Moment::from_secs(0), Moment::from_secs(600));
    let unknown = Selector::metric("unknown");
    assert_eq!(recorder.cadence(&selector(), within).await, Ok(Some(cadence)));
    assert_eq!(recorder.cadence(&unknown, within).await, Ok(None));
    assert_eq!(recorder.faults(), Vec::<String>::new());

    let mut names: Vec<_> =
        std::fs::read_dir(&folder).unwrap().map(|f| f.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    assert_eq!(names.len(), 4 + 2 + 1, "one file per question and one about the source: {names:?}");
    assert!(
        names.iter().all(|name| name.rsplit_once('.').is_some_and(|(_, end)| end == "json")),
        "{names:?}"
    );

    let replay = Replay::open(&folder).unwrap();
    assert_eq!(replay.describe(), Stub.describe());
    for (query, answer) in queries.iter().zip(answers) {
        assert_eq!(replay.fetch(query).await, answer);
    }
    assert_eq!(replay.cadence(&selector(), within).await, Ok(Some(cadence)));
    assert_eq!(replay.cadence(&unknown, within).await, Ok(None));
}

#[tokio::test]
async fn what_was_not_recorded_is_named() {
    let (_home, folder) = folder();
    assert!(Replay::open(&folder).is_err());
    let recorder = Recorder::new(Box::new(Stub), &folder).unwrap();
    assert!(recorder.fetch(&at(value("gone"), 1)).await.is_err());
    recorder.fetch(&at(value("up"), 1)).await.unwrap();
    let replay = Replay::open(&folder).unwrap();
    for query in [at(value("gone"), 1), at(value("up"), 2)] {
        let Err(NoAnswer::Rejected { status: None, said }) = replay.fetch(&query).await else {
            panic!("rejected")
        };
        let Ask::Value(expr) = &query.ask else { panic!("a value") };
        assert!(said.contains("not in the recording") && said.contains(&expr.to_string()), "{said}");
    }
}

#[tokio::test]
#[expect(clippy::disallowed_methods, reason = "a test makes its files")]
async fn a_damaged_recording_is_no_answer() {
    let (_home, folder) = folder();
    let recorder = Recorder::new(Box::new(Stub), &folder).unwrap();
    let query = at(value("up"), 1);
    recorder.fetch(&query).await.unwrap();
    let replay = Replay::open(&folder).unwrap();
    let file = std::fs::read_dir(&folder)
        .unwrap()
        .map(|f| f.unwrap().path())
        .find(|path| !path.ends_with("source.json"))
        .unwrap();
    let whole = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, &whole[..whole.len() / 2]).unwrap();
    assert!(matches!(replay.fetch(&query).await, Err(NoAnswer::Malformed(_))));
    std::fs::write(&file, whole.replace("\"inf\"", "\"many\"")).unwrap();
    assert!(matches!(replay.fetch(&query).await, Err(NoAnswer::Malformed(_))));
}

#[tokio::test]
async fn a_full_disk_costs_no_answer_but_is_told() {
    let (_home, folder) = folder();
    let recorder = Recorder::new(Box::new(Stub), &folder).unwrap();
    std::fs::remove_dir_all(&folder).unwrap();
    assert!(recorder.fetch(&at(value("up"), 1)).await.is_ok());
    assert_eq!(recorder.faults().len(), 1);
}
