//! The embedded engine beside a real Prometheus over the same month of 100 counters: 8.6 million samples.
//!
//! `cargo bench --bench prometheus` makes the data in the target folder where it is missing (half a minute), runs each job
//! several times and prints medians and ratios. With `-- memory` it compares the peak memory over 100 and over 1,000
//! series instead, for which 7 GB of text are written once and removed.
#![expect(clippy::print_stdout, reason = "a benchmark tells its figures on standard output")]

#[path = "support/data.rs"]
mod data;
#[path = "support/made.rs"]
mod made;
mod support {
    #![allow(dead_code, reason = "shared with the tests, which use more of it")]
    #[path = "../../it/support/prometheus.rs"]
    pub(crate) mod prometheus;
    #[path = "../../it/support/tempdir.rs"]
    pub(crate) mod tempdir;
}

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail, ensure};
use nines::base::{self, Moment};
use nines::engine::{Compat, Params, Value};
use nines::promql::{CompiledMatchers, Expr, MatchOp, Matcher, ParseOptions, parse};
use nines::source::LocalSource;

use data::{END, START};
use made::{blocks, text};
use support::prometheus::{RealPrometheus, http_post};
use support::tempdir::TempDir;

const WINDOWS: [&str; 7] = ["5m", "30m", "1h", "2h", "6h", "1d", "3d"];
const STEP: i64 = 300;
const GROWTH: &str = "sum(increase(http_requests_total[30d]))";

fn main() -> Result<()> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    if let Some(folder) = args.iter().find_map(|arg| arg.strip_prefix("peak=")) {
        return peak(Path::new(folder));
    }
    if ["promtool", "prometheus"].iter().any(|name| Command::new(name).arg("--version").output().is_err()) {
        println!("skipped: prometheus and promtool are not installed (Debian: apt-get install prometheus)");
        return Ok(());
    }
    if args.iter().any(|arg| arg == "memory") { memory() } else { speed() }
}

fn speed() -> Result<()> {
    let text = text(100)?;
    let blocks = blocks(100)?;
    let server = Served::start(&blocks)?;
    let local = LocalSource::open(std::slice::from_ref(&blocks), &mut Vec::new())?;
    burn_rates(&local, &server)?;
    growth(&local, &server)?;
    decoding(&blocks)?;
    let (samples, took) = median(3, || {
        let source = LocalSource::open(std::slice::from_ref(&text), &mut Vec::new())?;
        instant(&source, "sum(count_over_time(http_requests_total[31d]))", Compat::Prom3)
    })?;
    println!("OpenMetrics text to columns: {took:.1?}, {} per core", per_second(samples, took));
    Ok(())
}

/// The ratio of bad to all requests over seven windows, every five minutes of the month.
fn burn_rates(local: &LocalSource, server: &Served) -> Result<()> {
    let queries = WINDOWS.map(|w| {
        format!("sum(rate(http_requests_total{{code=~\"5..\"}}[{w}])) / sum(rate(http_requests_total[{w}]))")
    });
    let exprs = queries.iter().map(|query| read(query)).collect::<Result<Vec<_>>>()?;
    let (start, end) = (Moment::from_millis(START), Moment::from_millis(END));
    let params = Params::range(start, end, base::Duration::millis(STEP * 1000));
    let asked: Vec<(&Expr, &Params)> = exprs.iter().map(|expr| (expr, &params)).collect();
    let (points, ours) = median(7, || {
        let mut points = 0;
        for answer in local.query_all(&asked) {
            points += answer?.value.into_matrix().iter().map(|series| series.points.len()).sum::<usize>();
        }
        Ok(points)
    })?;
    let mut theirs = Duration::ZERO;
    for query in &queries {
        theirs += median(3, || server.range(query))?.1;
    }
    tell("burn rates over 7 windows", ours, theirs);
    println!("  {points} points");
    Ok(())
}

/// What all counters grew by in a month, the same bits from either.
fn growth(local: &LocalSource, server: &Served) -> Result<()> {
    let (value, ours) = median(15, || instant(local, GROWTH, Compat::Prom2))?;
    let (there, theirs) = median(7, || server.instant(GROWTH))?;
    ensure!(value.to_bits() == there.to_bits(), "{GROWTH}: {value} here, {there} there");
    tell("increase over 30 d", ours, theirs);
    println!("  {value}, the same bits");
    Ok(())
}

fn decoding(blocks: &Path) -> Result<()> {
    let name = Matcher { name: "job".to_owned(), op: MatchOp::Equal, value: "api".to_owned() };
    let matchers = CompiledMatchers::new(&[name]).map_err(|bad| anyhow::anyhow!("{bad:?}"))?;
    let (samples, took) = median(7, || {
        let database = nines::tsdb::open(blocks).map_err(|faults| anyhow::anyhow!("{faults:?}"))?;
        let (mut samples, mut column) = (0, base::Column::default());
        for series in database.find(&matchers, START, END)? {
            database.read_into(&series, START, END, &mut column)?;
            samples += column.len();
        }
        Ok(samples)
    })?;
    println!("blocks opened and decoded: {took:.1?}, {} per core", per_second(samples as f64, took));
    Ok(())
}

fn memory() -> Result<()> {
    let mut peaks = Vec::new();
    for series in [100, 1_000] {
        let output = Command::new(std::env::current_exe()?)
            .arg(format!("peak={}", blocks(series)?.display()))
            .output()
            .context("cannot run this program again")?;
        ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let peak: f64 = String::from_utf8_lossy(&output.stdout).trim().parse()?;
        println!("peak memory, burn rates over 7 windows, {series} series: {:.0} MB", peak / 1024.0);
        peaks.push(peak);
    }
    if let [few, many] = peaks[..] {
        println!("  {:.2} times for 10 times the series", many / few);
    }
    Ok(())
}

/// Evaluates the burn rates over blocks and prints the most memory that this process held, in kilobytes.
#[expect(clippy::disallowed_methods, reason = "what the system knows of this process")]
fn peak(blocks: &Path) -> Result<()> {
    let local = LocalSource::open(&[blocks.to_owned()], &mut Vec::new())?;
    let (start, end) = (Moment::from_millis(START), Moment::from_millis(END));
    let params = Params::range(start, end, base::Duration::millis(STEP * 1000));
    let exprs = WINDOWS.iter().map(|w| read(&format!("sum(rate(http_requests_total[{w}]))")));
    let exprs = exprs.collect::<Result<Vec<_>>>()?;
    let asked: Vec<(&Expr, &Params)> = exprs.iter().map(|expr| (expr, &params)).collect();
    for answer in local.query_all(&asked) {
        ensure!(!answer?.value.into_matrix().is_empty(), "no answer");
    }
    let status = fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).context("no VmHWM")?;
    println!("{}", line.trim().trim_end_matches(" kB"));
    Ok(())
}

fn read(query: &str) -> Result<Expr> {
    parse(query, &ParseOptions::default()).map_err(|faults| anyhow::anyhow!("{query}: {faults:?}"))
}

/// The one value of a query at the end of the data.
fn instant(local: &LocalSource, query: &str, compat: Compat) -> Result<f64> {
    let params = Params { compat, ..Params::instant(Moment::from_millis(END)) };
    match local.query(&read(query)?, &params)?.value {
        Value::Vector(series) => {
            let value = series.first().and_then(|series| series.points.first()?.value.float());
            value.with_context(|| format!("{query} gave nothing"))
        }
        other => bail!("{query} gave {other:?}"),
    }
}

/// Runs a job and gives its last result and the median of its times, the first run apart, which warms the caches.
fn median<T>(runs: usize, mut job: impl FnMut() -> Result<T>) -> Result<(T, Duration)> {
    let mut result = job()?;
    let mut times = Vec::with_capacity(runs);
    for _ in 0..runs {
        let started = Instant::now();
        result = job()?;
        times.push(started.elapsed());
    }
    times.sort();
    let median = times.get(runs / 2).copied().context("no runs")?;
    Ok((result, median))
}

fn tell(what: &str, ours: Duration, theirs: Duration) {
    let ratio = theirs.as_secs_f64() / ours.as_secs_f64();
    println!("{what}: nines {ours:.1?}, Prometheus {theirs:.1?}, {ratio:.1} times as fast");
}

fn per_second(samples: f64, took: Duration) -> String {
    format!("{:.1} million samples/s", samples / took.as_secs_f64() / 1e6)
}

/// A server over its own links to the blocks, since it writes beside them.
struct Served {
    server: RealPrometheus,
    _data: TempDir,
}

impl Served {
    fn start(blocks: &Path) -> Result<Self> {
        let data = TempDir::new("bench");
        copy(blocks, data.path())?;
        Ok(Self { server: RealPrometheus::start(data.path()), _data: data })
    }

    fn instant(&self, query: &str) -> Result<f64> {
        let answer = self.server.query(query, END as f64 / 1000.0);
        let value = answer["result"][0]["value"][1].as_str().with_context(|| format!("{query}: {answer}"))?;
        Ok(value.parse()?)
    }

    fn range(&self, query: &str) -> Result<usize> {
        let (start, end, step) = ((START / 1000).to_string(), (END / 1000).to_string(), STEP.to_string());
        let form = [("query", query), ("start", &start), ("end", &end), ("step", &step)];
        let (status, body) = http_post(&format!("{}/api/v1/query_range", self.server.url), &form);
        ensure!(status == 200, "{query}: {body}");
        Ok(body.len())
    }
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            fs::create_dir_all(&target)?;
            copy(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), &target)?;
        }
    }
    Ok(())
}
