//! Times `nines validate` and `nines generate rules` as whole processes over a thousand specifications of ten objectives
//! each.
//!
//! `cargo bench --bench specs` makes the files in the target folder and prints the smallest, the median and the largest of
//! the runs. The limits are what the project promises: a second to validate on one idle core, two seconds and 500 MB for
//! rules on two. Rules are made of a tenth of the files too: that takes a tenth.
#![expect(clippy::print_stdout, reason = "a benchmark tells its figures on standard output")]

use std::fmt::Write as _;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

const PROGRAM: &str = env!("CARGO_BIN_EXE_nines");
const FILES: usize = 1000;
const OBJECTIVES: usize = 10;
const RUNS: usize = 11;
const VALIDATE: Duration = Duration::from_secs(1);
const RULES: Duration = Duration::from_secs(2);
/// In megabytes.
const MEMORY: usize = 500;

fn main() {
    let folder = match made() {
        Ok(folder) => folder,
        Err(why) => return println!("cannot make the specifications: {why}"),
    };
    let all = folder.display().to_string();
    let tenth = folder.join("service-00*.yaml").display().to_string();
    let rules = folder.with_extension("rules.yaml").display().to_string();
    for (what, args, limit) in [
        ("validate as text", vec!["validate", &all], VALIDATE),
        ("validate as sarif", vec!["validate", &all, "--format", "sarif"], VALIDATE),
        ("generate rules of a tenth", vec!["generate", "rules", "-f", &tenth, "--out", &rules], RULES / 10),
        ("generate rules", vec!["generate", "rules", "-f", &all, "--out", &rules], RULES),
    ] {
        let mut runs: Vec<(Duration, usize)> = (0..=RUNS).filter_map(|_| run(&args)).skip(1).collect();
        runs.sort_unstable();
        let (Some((least, _)), Some((most, _))) = (runs.first(), runs.last()) else {
            return println!("{PROGRAM} {} fails", args.join(" "));
        };
        let (median, _) = runs[runs.len() / 2];
        let memory = runs.iter().map(|(_, memory)| *memory).max().unwrap_or_default();
        let within = |is: bool| if is { "within" } else { "over" };
        println!(
            "{what}, {FILES} files of {OBJECTIVES} objectives: {least:.2?} / {median:.2?} / {most:.2?}, {} {limit:.1?}; {memory} MB, {} {MEMORY} MB",
            within(median < limit),
            within(memory < MEMORY),
        );
    }
}

/// How long it takes and how many megabytes at its peak; nothing where it fails.
fn run(args: &[&str]) -> Option<(Duration, usize)> {
    let mut command = Command::new(PROGRAM);
    command.args(args).stdout(Stdio::null()).stderr(Stdio::null());
    let started = Instant::now();
    let mut child = command.spawn().ok()?;
    let mut memory = 0;
    loop {
        memory = memory.max(peak(&child).unwrap_or_default());
        match child.try_wait().ok()? {
            Some(status) => return status.success().then(|| (started.elapsed(), memory)),
            None => std::thread::sleep(Duration::from_millis(5)),
        }
    }
}

/// The peak memory so far, as Linux tells it.
#[expect(clippy::disallowed_methods, reason = "reads what the system tells of a process")]
fn peak(child: &Child) -> Option<usize> {
    let status = fs::read(format!("/proc/{}/status", child.id())).ok()?;
    let status = String::from_utf8(status).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().trim_end_matches(" kB").parse::<usize>().ok().map(|kilobytes| kilobytes / 1000)
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
