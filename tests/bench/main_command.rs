//! Times the program as a whole process: the main command on the shipped data, and `--help`.
//!
//! `cargo bench` prints the smallest, the median and the largest of the runs. The limits are those that the project
//! promises on an idle machine: a second for the report, 20 ms for the help.
#![expect(clippy::print_stdout, reason = "a benchmark tells its figures on standard output")]

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const PROGRAM: &str = env!("CARGO_BIN_EXE_nines");

fn main() {
    let folder = std::env::temp_dir().join(format!("nines-bench-{}", std::process::id()));
    if let Err(why) = std::fs::create_dir_all(&folder) {
        println!("cannot make {}: {why}", folder.display());
        return;
    }
    let html = format!("html={}", folder.join("report.html").display());
    let report =
        ["report", "-f", "slo-specs", "--data", "fixtures/data", "--at", "end", "--fail-on", "never"];
    let report: Vec<&str> = report.iter().copied().chain(["-q", "-o", "terminal=-", "-o", &html]).collect();
    measure("report of five systems over 35 days", &report, 11, Duration::from_secs(1));
    measure("--help", &["--help"], 51, Duration::from_millis(20));
    if let Err(why) = std::fs::remove_dir_all(&folder) {
        println!("cannot remove {}: {why}", folder.display());
    }
}

fn measure(name: &str, args: &[&str], runs: usize, limit: Duration) {
    let mut times: Vec<Duration> = (0..=runs)
        .filter_map(|_| {
            let started = Instant::now();
            let status =
                Command::new(PROGRAM).args(args).stdout(Stdio::null()).stderr(Stdio::null()).status();
            status.ok().map(|_| started.elapsed())
        })
        .skip(1) // the first warms the caches
        .collect();
    times.sort();
    let (Some(least), Some(most)) = (times.first(), times.last()) else {
        println!("{name}: {PROGRAM} could not be run");
        return;
    };
    let median = times[times.len() / 2];
    let verdict = if median < limit { "within" } else { "over" };
    println!("{name}: {least:.1?} / {median:.1?} / {most:.1?}, {verdict} {limit:?}");
}
