//! A backtest of ten objectives with four alerts each over 30 days, evaluated every minute, from blocks of 8.6 million
//! samples. The limit is what the project promises on an idle machine: two seconds, as a whole process.
//!
//! `cargo bench --bench backtest` makes the data in the target folder where it is missing (half a minute).
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

use std::fmt::Write as _;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};

const PROGRAM: &str = env!("CARGO_BIN_EXE_nines");
const LIMIT: Duration = Duration::from_secs(2);

fn main() -> Result<()> {
    if Command::new("promtool").arg("--version").output().is_err() {
        println!("skipped: promtool is not installed (Debian: apt-get install prometheus)");
        return Ok(());
    }
    let blocks = made::blocks(100)?.display().to_string();
    let folder = support::tempdir::TempDir::new("bench-backtest");
    let spec = folder.write("spec.yaml", spec()).display().to_string();
    let at = (data::END / 1000).to_string();
    let plain = ["backtest", "-f", &spec, "--data", &blocks, "--at", &at, "-q"];
    measure("backtest of 10 objectives", &plain)?;
    let compared: Vec<&str> = plain
        .into_iter()
        .chain(["--objective", "99,99.5,99.95", "--windows", "30m/3m:20,3h/15m:8"])
        .collect();
    measure("the same with 8 ways to alert on each", &compared)
}

/// Ten objectives, each about two instances with their five counters.
fn spec() -> String {
    let mut spec = "apiVersion: nines/v1\nservice: bench\nslos:\n".to_owned();
    for n in 0..10 {
        let of = format!("instance=~\"api-({}|{})\"", n * 2, n * 2 + 1);
        let sli = format!(
            "{{events: {{bad: 'http_requests_total{{{of},code=~\"5..\"}}', total: 'http_requests_total{{{of}}}'}}}}"
        );
        // Writing to a String cannot fail.
        let _ = writeln!(spec, "  - {{name: api-{n}, objective: 99.9%, window: 30d, sli: {sli}}}");
    }
    spec
}

fn measure(name: &str, args: &[&str]) -> Result<()> {
    const RUNS: usize = 7;
    let mut times = Vec::new();
    // The first warms the caches.
    for run in 0..=RUNS {
        let started = Instant::now();
        let status =
            Command::new(PROGRAM).args(args).stdout(Stdio::null()).stderr(Stdio::inherit()).status()?;
        ensure!(status.success(), "{name}: {status}");
        if run > 0 {
            times.push(started.elapsed());
        }
    }
    times.sort();
    let (least, median, most) = (times[0], times[RUNS / 2], times[RUNS - 1]);
    let verdict = if median < LIMIT { "within" } else { "over" };
    println!("{name}: {least:.2?} / {median:.2?} / {most:.2?}, {verdict} {LIMIT:?}");
    Ok(())
}
