//! Times `nines validate` as a whole process over a thousand specifications of ten objectives each.
//!
//! `cargo bench --bench specs` makes the files in the target folder and prints the smallest, the median and the largest of
//! the runs. The limit is what the project promises on one idle core: a second.
#![expect(clippy::print_stdout, reason = "a benchmark tells its figures on standard output")]

use std::fmt::Write as _;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const PROGRAM: &str = env!("CARGO_BIN_EXE_nines");
const FILES: usize = 1000;
const OBJECTIVES: usize = 10;
const RUNS: usize = 11;
const LIMIT: Duration = Duration::from_secs(1);

fn main() {
    let folder = match made() {
        Ok(folder) => folder,
        Err(why) => return println!("cannot make the specifications: {why}"),
    };
    for format in ["text", "sarif"] {
        let mut times: Vec<Duration> =
            (0..=RUNS).filter_map(|_| validated(&folder, format)).skip(1).collect();
        times.sort();
        let (Some(least), Some(most)) = (times.first(), times.last()) else {
            return println!("{PROGRAM} could not validate {}", folder.display());
        };
        let median = times[times.len() / 2];
        let verdict = if median < LIMIT { "within" } else { "over" };
        println!(
            "validate {FILES} files of {OBJECTIVES} objectives as {format}: {least:.1?} / {median:.1?} / {most:.1?}, {verdict} {LIMIT:?}"
        );
    }
}

/// How long it takes; nothing where it fails.
fn validated(folder: &Path, format: &str) -> Option<Duration> {
    let mut command = Command::new(PROGRAM);
    command.arg("validate").arg(folder).args(["--format", format]);
    let started = Instant::now();
    let status = command.stdout(Stdio::null()).stderr(Stdio::null()).status().ok()?;
    status.success().then(|| started.elapsed())
}

/// Makes the files, of every kind of indicator.
fn made() -> io::Result<PathBuf> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("specs");
    fs::create_dir_all(&folder)?;
    for file in 0..FILES {
        write_spec(&folder.join(format!("service-{file:04}.yaml")), file)?;
    }
    Ok(folder)
}

#[expect(clippy::disallowed_methods, reason = "a benchmark writes what it measures")]
fn write_spec(path: &Path, file: usize) -> io::Result<()> {
    let mut text = format!(
        "apiVersion: nines/v1\nservice: service-{file:04}\nowner: team-{}\nlabels: {{team: team-{}, tier: \"{}\"}}\n\
         links: {{runbook: https://example.com/runbooks/{file}}}\nvars: {{job: 'job=\"service-{file:04}\"'}}\nslos:\n",
        file % 30,
        file % 30,
        file % 4,
    );
    for objective in 0..OBJECTIVES {
        let sli = match objective % 4 {
            0 => {
                "events:\n        bad: http_requests_total{${job}, status=~\"5..\"}\n        total: http_requests_total{${job}}"
            }
            1 => "latency: {histogram: 'http_request_duration_seconds{${job}}', threshold: 500ms}",
            2 => "slices: {good_when: 'sum by (topic) (kafka_consumer_lag{${job}}) <= 1000', slice: 1m}",
            _ => {
                "events:\n        good: |\n          sum(increase(http_requests_total{${job}, status!~\"5..\"}[$window]))\n        \
                 total: sum(increase(http_requests_total{${job}}[$window]))"
            }
        };
        // Writing to a String cannot fail.
        let _ = write!(
            text,
            "  - name: objective-{objective}\n    description: What users of operation {objective} may rely on\n    objective: 99.9%\n    \
             window: 30d\n    sli:\n      {sli}\n    min_coverage: 95%\n"
        );
    }
    fs::write(path, text)
}
