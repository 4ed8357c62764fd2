//! Data files as a source: what is read, what is refused and how it is said, and what is answered.

use std::io::Write;
use std::path::{Path, PathBuf};

use nines::base::{Duration, Interval, Moment};
use nines::plan::{Answered, Ask, Eval, NoAnswer, Query};
use nines::promql::{self, ParseOptions, Selector};
use nines::source::{LocalSource, Source};

use crate::support::tempdir::TempDir;

/// A folder of data files.
struct Folder(TempDir);

impl Folder {
    fn new() -> Self {
        Self(TempDir::new("local"))
    }

    fn with(self, name: &str, bytes: impl AsRef<[u8]>) -> Self {
        self.0.write(name, bytes);
        self
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn open(&self) -> (LocalSource, Vec<String>) {
        open(&[self.path()]).unwrap()
    }

    fn refusal(&self) -> String {
        let said = open(&[self.path()]).unwrap_err().to_string();
        said.replace(&format!("{}/", self.path().display()), "")
            .replace(&self.path().display().to_string(), "DIR")
    }
}

fn open(paths: &[&Path]) -> anyhow::Result<(LocalSource, Vec<String>)> {
    let mut warnings = Vec::new();
    let paths: Vec<PathBuf> = paths.iter().map(|&path| path.to_owned()).collect();
    LocalSource::open(&paths, &mut warnings).map(|source| (source, warnings))
}

fn ask(source: &LocalSource, query: &Query) -> Result<Answered, NoAnswer> {
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(source.fetch(query))
}

fn value(text: &str, at: Moment) -> Query {
    Query { ask: Ask::Value(promql::parse(text, &ParseOptions::default()).unwrap()), eval: Eval::Instant(at) }
}

/// The answer as `labels=value …`.
fn shown(answered: &Answered) -> String {
    let points = answered.matrix.iter().flat_map(|series| {
        series.points.iter().map(|point| format!("{}={}", series.labels, point.value.float().unwrap()))
    });
    points.collect::<Vec<_>>().join(" ")
}

fn sum(source: &LocalSource, metric: &str, at: Moment) -> String {
    shown(&ask(source, &value(&format!("sum({metric})"), at)).unwrap())
}

const START: i64 = 1_763_294_400;

fn minute(minutes: i64) -> Moment {
    Moment::from_secs(START + 60 * minutes)
}

/// A counter of `hits` that grows by `step` a minute for an hour, in OpenMetrics.
fn hits(job: &str, step: i64) -> String {
    let samples =
        (0..=60).map(|i| format!("hits_total{{job=\"{job}\"}} {} {}.000\n", i * step, START + 60 * i));
    format!("# TYPE hits counter\n{}# EOF\n", samples.collect::<String>())
}

fn gzip(text: &str) -> Vec<u8> {
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    packer.write_all(text.as_bytes()).unwrap();
    packer.finish().unwrap()
}

fn zstd(text: &str) -> Vec<u8> {
    ruzstd::encoding::compress_to_vec(text.as_bytes(), ruzstd::encoding::CompressionLevel::Fastest)
}

#[test]
fn a_folder_is_the_files_of_known_endings_in_it() {
    let prometheus = format!("hits_total{{job=\"d\"}} 4000 {}000\n", START + 3600);
    let folder = Folder::new()
        .with("a.om", hits("a", 1))
        .with("b.openmetrics.gz", gzip(&hits("b", 10)))
        .with("c.txt.zst", zstd(&hits("c", 100)))
        .with("d.prom", prometheus)
        .with("truth.csv", "minute,hits\n")
        .with(".e.om", "broken");
    std::fs::create_dir(folder.path().join("f.om")).unwrap();
    let (source, warnings) = folder.open();
    assert_eq!(warnings, [""; 0]);
    assert_eq!(sum(&source, "hits_total", minute(60)), "{}=10660");
    let info = source.describe();
    assert_eq!((info.kind, info.exact, info.url), ("local", true, folder.path().display().to_string()));
    assert_eq!(info.engine, format!("nines {} (embedded)", env!("CARGO_PKG_VERSION")));
    // A cadence after the last sample.
    assert_eq!(info.data, Some(Interval::new(minute(0), minute(61))));
}

#[test]
fn packed_in_several_pieces_is_read_whole() {
    let text = hits("a", 1);
    let (head, tail) = text.split_at(700);
    let folder = Folder::new()
        .with("a.om.gz", [gzip(head), gzip(tail)].concat())
        .with("b.om.zst", [zstd(&hits("b", 1)[..99]), zstd(&hits("b", 1)[99..])].concat());
    assert_eq!(sum(&folder.open().0, "hits_total", minute(60)), "{}=120");
}

#[test]
fn a_folder_without_data_says_what_is_read() {
    assert_eq!(
        Folder::new().with("truth.csv", "").refusal(),
        "DIR: folder has no data files\n  help: files that end in .om .openmetrics .txt .prom .metrics are read, each \
         also packed (.gz .zst); a file of another name can be given by itself; of Prometheus a data folder, a snapshot \
         or a block"
    );
    let missing = Path::new("/nonexistent/data.om");
    let said = open(&[missing]).unwrap_err().to_string();
    assert!(said.starts_with("/nonexistent/data.om: cannot be read: "), "{said}");
}

#[test]
fn a_file_by_itself_needs_no_known_ending() {
    let folder = Folder::new().with("scrapes", hits("a", 1)).with("other.om", hits("b", 1));
    let (source, _) = open(&[&folder.path().join("scrapes")]).unwrap();
    assert_eq!(sum(&source, "hits_total", minute(60)), "{}=60");
}

#[test]
fn files_that_are_cut_off_or_corrupt_are_refused_all_at_once() {
    let text = hits("a", 1);
    let (gz, zst) = (gzip(&text), zstd(&text));
    let mut changed = gz.clone();
    let middle = changed.len() - 5;
    changed[middle] ^= 1;
    let folder = Folder::new()
        .with("a.om", &text[..text.len() - 6])
        .with("b.om.gz", &gz[..gz.len() / 2])
        .with("c.om.zst", &zst[..zst.len() / 2])
        .with("d.om.gz", changed)
        .with("e.om.gz", &text)
        .with("f.om", [0xff, 0xfe, b'a'])
        .with("g.om", "")
        .with("h.om", "up 1 5\nup 2\n# EOF\n");
    let said = folder.refusal();
    for (line, expected) in said.lines().filter(|line| !line.starts_with("  help: ")).zip([
        "a.om:62: file is cut off: it is read as OpenMetrics and does not end with `# EOF`",
        "b.om.gz: gzip data is cut off",
        "c.om.zst: zstd data is cut off",
        "d.om.gz: gzip data is corrupt: ",
        "e.om.gz: not gzip data, which its name `….gz` promises",
        "f.om:1: file is cut off: ",
        "g.om: file is empty",
        "h.om:2:5: sample has no timestamp: `up 2`",
    ]) {
        assert!(line.starts_with(expected), "expected {expected}\n{said}");
    }
    assert_eq!(said.matches("\n  help: ").count(), 8, "{said}");
}

#[test]
fn overlapping_files_are_joined_and_contradictions_told() {
    let dump = format!(
        "{{__name__=\"hits_total\", job=\"a\"}} 60 {0}000\n{{__name__=\"hits_total\", job=\"a\"}} 70 {1}000\n{{__name__=\"hits_total\", job=\"a\"}} NaN {2}000\n",
        START + 3600,
        START + 3660,
        START + 3720,
    );
    let folder = Folder::new()
        .with("a.om", hits("a", 1))
        .with("b.txt", dump)
        .with("c.om", hits("a", 1).replace(" 30 ", " 31 "));
    let (source, warnings) = folder.open();
    assert_eq!(sum(&source, "hits_total", minute(61)), "{}=70");
    assert_eq!(sum(&source, "hits_total", minute(62)), "");
    assert_eq!(sum(&source, "hits_total", minute(30)), "{}=30");
    assert_eq!(warnings.len(), 2, "{warnings:?}");
    assert!(
        warnings[0]
            .ends_with("b.txt: 1 NaN read as the ends of series, which `promtool tsdb dump` prints so")
    );
    assert_eq!(
        warnings[1],
        "1 sample has the time of another of the same series and a different value; the first was kept: \
         hits_total{job=\"a\"} at 2025-11-16T12:30:00Z is 30 and 31"
    );
}

#[test]
fn every_kind_of_question_is_answered() {
    let folder = Folder::new().with("a.om", hits("a", 1)).with("b.om", hits("b", 10));
    let (source, _) = folder.open();
    let grid = Eval::Range { start: minute(20), end: minute(60), step: Duration::minutes(20) };
    let selector = Selector::metric("hits_total");

    let increase = Ask::Increase {
        selector: selector.clone(),
        by: vec!["job".to_owned()],
        over: Duration::minutes(20),
        cadence: Duration::minutes(1),
    };
    let grown = ask(&source, &Query { ask: increase, eval: grid }).unwrap();
    assert_eq!(grown.promql, "sum by (job) (increase(hits_total[20m])) # counted sample by sample");
    // Windows are half-open: the growth seen at minute 40 belongs to the stretch that begins there.
    assert_eq!(
        shown(&grown),
        "{job=\"a\"}=19 {job=\"a\"}=20 {job=\"a\"}=20 {job=\"b\"}=190 {job=\"b\"}=200 {job=\"b\"}=200"
    );
    assert!(grown.samples_read > Some(100), "{:?}", grown.samples_read);

    let presence = Ask::Presence {
        selector: selector.clone(),
        over: Duration::minutes(20),
        cadence: Duration::minutes(1),
    };
    let late = Eval::Range { start: minute(60), end: minute(100), step: Duration::minutes(20) };
    let present = ask(&source, &Query { ask: presence, eval: late }).unwrap();
    assert_eq!(present.promql, "group(present_over_time(hits_total[20m]))");
    assert_eq!(
        present.matrix[0].points.iter().map(|point| point.t).collect::<Vec<_>>(),
        [minute(60), minute(80)].map(Moment::as_millis)
    );

    let text = "sum by (job) (hits_total)";
    let Query { ask: instant, .. } = value(text, minute(60));
    let valued = ask(&source, &Query { ask: instant, eval: grid }).unwrap();
    assert_eq!(valued.promql, text);
    assert_eq!(
        shown(&valued),
        "{job=\"a\"}=20 {job=\"a\"}=40 {job=\"a\"}=60 {job=\"b\"}=200 {job=\"b\"}=400 {job=\"b\"}=600"
    );

    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let hour = Interval::new(minute(0), minute(60));
    assert_eq!(runtime.block_on(source.cadence(&selector, hour)), Ok(Some(Duration::minutes(1))));
    assert_eq!(runtime.block_on(source.cadence(&Selector::metric("none"), hour)), Ok(None));
}

#[test]
fn what_the_engine_refuses_is_no_answer() {
    let folder = Folder::new().with("a.om", hits("a", 1)).with("b.om", hits("b", 1));
    let (source, _) = folder.open();
    let many = value("hits_total * on () hits_total", minute(60));
    let Err(NoAnswer::Rejected { status: None, said }) = ask(&source, &many) else { panic!("answered") };
    assert!(
        said.starts_with("found duplicate series for the match group {} on the right hand-side"),
        "{said}"
    );
    assert!(said.contains("(aggregate that side, or match on more labels)"), "{said}");
}
